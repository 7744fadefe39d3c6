//! Colour by meaning. Colour never carries anything that the words do not say, too.

/// How text is marked up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Style {
    /// Not at all.
    #[default]
    Plain,
    /// With ANSI escape sequences, for terminals.
    Ansi,
}

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Heading,
    Added,
    Removed,
    Direct,
    Indirect,
    Metadata,
    Faint,
    Error,
    Warning,
    Note,
    Place,
}

impl Role {
    fn codes(self) -> &'static str {
        match self {
            Self::Heading => "1",
            Self::Added => "32",
            Self::Removed => "31",
            Self::Direct => "36",
            Self::Indirect => "33",
            Self::Metadata => "35",
            Self::Faint => "2",
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Note => "1;36",
            Self::Place => "1;34",
        }
    }
}

impl Style {
    /// The text, marked up.
    pub(super) fn paint(self, role: Role, text: &str) -> String {
        match self {
            Self::Plain => text.to_string(),
            Self::Ansi if text.is_empty() => String::new(),
            Self::Ansi => format!("\u{1b}[{}m{text}\u{1b}[0m", role.codes()),
        }
    }
}

/// Text from files and messages without control characters: it must not steer the terminal.
pub(super) fn harmless(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\t' => ' ',
            other if other.is_control() => '\u{fffd}',
            other => other,
        })
        .collect()
}
