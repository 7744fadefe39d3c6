//! The dialect that a model file names in its own header, found before the file can be read.

/// How far into a file the header is looked for, in characters.
const HORIZON: usize = 10_000;

/// The dialect that a `MODEL (…)` or `AUDIT (…)` header names, in lower case; `None` when it names none.
///
/// The rule is SQLMesh's, which must guess because the dialect decides how the file is read: after the word
/// `model` or `audit` and `(`, the word `dialect` directly after a `(` or `,`, followed by a name that is
/// followed by `,` or `)`. Spaces and comments may stand between them; that the header ends is not noticed.
pub fn sniff_dialect(text: &str) -> Option<String> {
    let end = text.char_indices().nth(HORIZON).map_or(text.len(), |(at, _)| at);
    // ASCII folding keeps all offsets.
    let folded = text.get(..end)?.to_ascii_lowercase();
    let header = ["model", "audit"]
        .iter()
        .filter_map(|word| header_start(&folded, word))
        .min()?;
    let mut rest = folded.get(header..)?;
    while let Some(at) = rest.find(['(', ',']) {
        rest = rest.get(at + 1..)?;
        if let Some(name) = dialect_property(rest) {
            return Some(name.to_string());
        }
    }
    None
}

/// The offset of the parenthesis after the first `word (`.
fn header_start(text: &str, word: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find(word) {
        let at = from + found;
        from = at + word.len();
        let before = text.get(..at)?.chars().next_back();
        let starts = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let rest = text.get(from..)?;
        let spaces = rest.len() - rest.trim_start().len();
        if starts && rest.trim_start().starts_with('(') {
            return Some(from + spaces);
        }
    }
    None
}

/// The name in `dialect NAME` at the start of the text, if `,` or `)` follows.
fn dialect_property(text: &str) -> Option<&str> {
    let after_key = skip_gaps(text).strip_prefix("dialect")?;
    let value = skip_gaps(after_key);
    if value.len() == after_key.len() {
        return None;
    }
    let value = value.strip_prefix(['\'', '"']).unwrap_or(value);
    let length = value
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(value.len());
    let (name, rest) = value.split_at(length);
    let rest = skip_gaps(rest.strip_prefix(['\'', '"']).unwrap_or(rest));
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic());
    (named && rest.starts_with([',', ')'])).then_some(name)
}

/// The text without spaces and comments at its start.
fn skip_gaps(mut text: &str) -> &str {
    loop {
        let trimmed = text.trim_start();
        let (open, close) = match trimmed {
            _ if trimmed.starts_with("--") => ("--", "\n"),
            _ if trimmed.starts_with("/*") => ("/*", "*/"),
            _ => return trimmed,
        };
        let body = trimmed.get(open.len()..).unwrap_or_default();
        let Some(end) = body.find(close) else {
            return trimmed;
        };
        text = body.get(end + close.len()..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(sniff_dialect(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn finds_the_dialect_of_the_header() {
        check("MODEL (name a, dialect 'spark')", Some("spark"));
        check("model(dialect Snowflake, x)", Some("snowflake"));
        check(
            "MODEL (name a, dialect 'snowflake,normalization_strategy=lowercase')",
            Some("snowflake"),
        );
        check("MODEL (name a\n,\n dialect\nspark2\n)", Some("spark2"));
        check("MODEL (name a, /* x */ dialect/* y */ spark)", Some("spark"));
        check("MODEL (x dialect y, dialect z)", Some("z"));
        check("MODEL (name a.b); -- (dialect duckdb)", Some("duckdb"));
        check("AUDIT (dialect spark)", Some("spark"));
    }

    #[test]
    fn is_not_misled() {
        check("xmodel (dialect spark)", None);
        check("model_x (dialect spark)", None);
        check("METRIC (dialect spark)", None);
        check("MODEL (name a, dialect spark kind)", None);
        check("MODEL /* c */ (dialect spark)", None);
        check("MODEL (name a, dialect 'my sql')", None);
        check("MODEL (name a, dialect @x)", None);
        check("MODEL (name a, dialect)", None);
    }
}
