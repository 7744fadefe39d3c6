//! Where the page is, mirrored to the URL's fragment so that reload, back and sharing work, even from a file.
//!
//! `#changes/%22db%22.%22shop%22.%22items%22?theme=dark&status=direct`

use planglass_core::ordered::BTreeMap;

use crate::messages::Status;

/// A page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Page {
    /// Open files, choose what to plan.
    #[default]
    Open,
    /// The plan at a glance.
    Plan,
    /// What changed, one by one.
    Changes,
    /// One model in all detail.
    Model,
    /// The graph.
    Lineage,
    /// Model × time.
    Intervals,
    /// Environments of the state.
    Environments,
    /// Two states side by side.
    Systems,
    /// The plan as a text.
    Report,
    /// Keys, legend, versions.
    Help,
}

impl Page {
    /// All pages in the order of their tabs.
    pub const ALL: [Self; 10] = [
        Self::Open,
        Self::Plan,
        Self::Changes,
        Self::Model,
        Self::Lineage,
        Self::Intervals,
        Self::Environments,
        Self::Systems,
        Self::Report,
        Self::Help,
    ];

    /// Name in the fragment.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Plan => "plan",
            Self::Changes => "changes",
            Self::Model => "model",
            Self::Lineage => "lineage",
            Self::Intervals => "intervals",
            Self::Environments => "environments",
            Self::Systems => "systems",
            Self::Report => "report",
            Self::Help => "help",
        }
    }

    /// The second key after `g` that leads here.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "o",
            Self::Plan => "p",
            Self::Changes => "c",
            Self::Model => "m",
            Self::Lineage => "l",
            Self::Intervals => "i",
            Self::Environments => "e",
            Self::Systems => "s",
            Self::Report => "r",
            Self::Help => "h",
        }
    }

    /// Title of the tab.
    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Plan => "Plan",
            Self::Changes => "Changes",
            Self::Model => "Model",
            Self::Lineage => "Lineage",
            Self::Intervals => "Intervals",
            Self::Environments => "Environments",
            Self::Systems => "Systems",
            Self::Report => "Report",
            Self::Help => "Help",
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Value of the attribute `data-theme`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// In words, for the button.
    pub fn words(self) -> &'static str {
        match self {
            Self::System => "as the system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The next one when the button is pressed.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// Everything that the fragment says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    /// Page.
    pub page: Page,
    /// Selected model, fully qualified.
    pub model: Option<String>,
    /// Only changes of this status.
    pub status: Option<Status>,
    /// Only names that contain this, or that this selects.
    pub filter: String,
    /// What else a page remembers, by keys of its own: `group=schema`.
    pub more: BTreeMap<String, String>,
    /// Light or dark.
    pub theme: Theme,
}

impl Route {
    /// Reads a fragment, with or without `#`. What it does not know it leaves out.
    pub fn parse(fragment: &str) -> Self {
        let fragment = fragment.trim_start_matches('#');
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let (page, model) = path.split_once('/').unwrap_or((path, ""));
        let mut route = Self {
            page: Page::ALL
                .into_iter()
                .find(|known| known.slug() == page)
                .unwrap_or_default(),
            model: Some(decode(model)).filter(|name| !name.is_empty()),
            ..Self::default()
        };
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match key {
                "theme" if value == "dark" => route.theme = Theme::Dark,
                "theme" if value == "light" => route.theme = Theme::Light,
                "status" => route.status = Status::ALL.into_iter().find(|status| status.slug() == value),
                "filter" => route.filter = decode(value),
                "theme" => {}
                key => {
                    route.more.insert(decode(key), decode(value));
                }
            }
        }
        route
    }

    /// The fragment, with `#`.
    pub fn fragment(&self) -> String {
        let mut text = format!("#{}", self.page.slug());
        if let Some(model) = &self.model {
            text.push('/');
            text.push_str(&encode(model));
        }
        let mut pairs = Vec::new();
        if self.theme != Theme::System {
            pairs.push(format!("theme={}", self.theme.slug()));
        }
        if let Some(status) = self.status {
            pairs.push(format!("status={}", status.slug()));
        }
        if !self.filter.is_empty() {
            pairs.push(format!("filter={}", encode(&self.filter)));
        }
        pairs.extend(
            self.more
                .iter()
                .map(|(key, value)| format!("{}={}", encode(key), encode(value))),
        );
        if !pairs.is_empty() {
            text.push('?');
            text.push_str(&pairs.join("&"));
        }
        text
    }

    /// Another page; the model and how the list of changes is shown stay.
    #[must_use]
    pub fn to(&self, page: Page) -> Self {
        Self { page, ..self.clone() }
    }

    /// What a page remembers under a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.more.get(key).map(String::as_str)
    }

    /// The same with something remembered; an empty value is forgotten.
    #[must_use]
    pub fn with(&self, key: &str, value: &str) -> Self {
        let mut route = self.clone();
        if value.is_empty() {
            route.more.remove(key);
        } else {
            route.more.insert(key.to_string(), value.to_string());
        }
        route
    }

    /// The same page of another model.
    #[must_use]
    pub fn of(&self, model: &str) -> Self {
        Self {
            model: Some(model.to_string()),
            ..self.clone()
        }
    }

    /// The changes of one status.
    #[must_use]
    pub fn changes(&self, status: Option<Status>) -> Self {
        Self {
            page: Page::Changes,
            model: None,
            status,
            filter: String::new(),
            theme: self.theme,
            more: self.more.clone(),
        }
    }

    /// One changed model.
    #[must_use]
    pub fn change(&self, model: Option<&str>) -> Self {
        Self {
            page: Page::Changes,
            model: model.map(str::to_string),
            ..self.clone()
        }
    }
}

/// Percent-encodes everything but letters, digits and `-._~`.
fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragment_and_back() {
        let route = Route {
            page: Page::Changes,
            model: Some("\"db\".\"shöp?\".\"a/b&c\"".into()),
            status: Some(Status::Indirect),
            filter: "a=b & <c>".into(),
            theme: Theme::Dark,
            more: BTreeMap::from([("a&b".to_string(), "c=d".to_string())]),
        };
        assert_eq!(Route::parse(&route.fragment()), route);
        assert_eq!(Route::default().fragment(), "#open");
    }

    #[test]
    fn strange_fragments_lead_to_the_first_page() {
        for fragment in ["", "#", "#nowhere/x", "#%zz", "#?theme=pink&status=&filter=%"] {
            assert_eq!(Route::parse(fragment).page, Page::Open, "{fragment}");
        }
    }
}
