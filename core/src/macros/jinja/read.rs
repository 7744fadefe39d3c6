//! Reading Jinja text without running it: block markers, names used, macro definitions.

use crate::json::Extra;
use crate::ordered::IndexMap;
use serde_json::Value;

use super::JinjaMacro;
use crate::macros::references::References;

/// True when a statement is a Jinja block.
pub fn is_block(text: &str) -> bool {
    text.trim_start()
        .get(.."JINJA_".len())
        .is_some_and(|start| start.eq_ignore_ascii_case("JINJA_"))
        && begin(text).is_some()
}

fn begin(text: &str) -> Option<usize> {
    let trimmed = text.trim_start();
    let lead = text.len() - trimmed.len();
    for marker in ["JINJA_QUERY_BEGIN", "JINJA_STATEMENT_BEGIN"] {
        if trimmed
            .get(..marker.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(marker))
        {
            let rest = &trimmed[marker.len()..];
            let semicolon = usize::from(rest.trim_start().starts_with(';'));
            let space = if semicolon == 1 {
                rest.len() - rest.trim_start().len()
            } else {
                0
            };
            return Some(lead + marker.len() + space + semicolon);
        }
    }
    None
}

/// The text between the markers; the text itself when it is not a block.
pub fn body(text: &str) -> &str {
    let Some(start) = begin(text) else {
        return text;
    };
    let inner = &text[start..];
    let upper = inner.to_ascii_uppercase();
    let end = upper.rfind("JINJA_END").unwrap_or(inner.len());
    &inner[..end]
}

/// A piece of Jinja text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// Inside of `{{ … }}`.
    Expression,
    /// Inside of `{% … %}`.
    Tag,
}

/// Byte ranges of expressions and tags: outer (with braces) start and end, inner text range.
fn pieces(text: &str) -> Vec<(Piece, usize, usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut raw = false;
    while let Some(open) = text[at..].find('{').map(|open| at + open) {
        let (piece, close) = match text.as_bytes().get(open + 1) {
            Some(b'{') if !raw => (Piece::Expression, "}}"),
            Some(b'%') => (Piece::Tag, "%}"),
            Some(b'#') if !raw => {
                let end = text[open..].find("#}").map_or(text.len(), |end| open + end + 2);
                at = end;
                continue;
            }
            _ => {
                at = open + 1;
                continue;
            }
        };
        let Some(length) = inner_length(&text[open + 2..], close) else {
            return found;
        };
        let inner = text[open + 2..open + 2 + length].trim_matches(['-', '+']).trim();
        let end = open + 2 + length + 2;
        at = end;
        if piece == Piece::Tag && inner == "raw" {
            raw = true;
        } else if piece == Piece::Tag && inner == "endraw" {
            raw = false;
        } else if !raw {
            found.push((piece, open, end, inner));
        }
    }
    found
}

/// The length of a tag's inside: closing marks inside of strings do not count.
fn inner_length(text: &str, close: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if text[at..].starts_with(close) => return Some(at),
            None => {}
        }
    }
    None
}

/// A word of a Jinja expression: a name, a string, or a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Name(String),
    Text(String),
    Mark(char),
}

fn words(text: &str) -> Vec<Word> {
    let mut out = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || c == '_' {
            let mut name = String::from(c);
            while let Some(next) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                name.push(next);
            }
            out.push(Word::Name(name));
        } else if c == '\'' || c == '"' {
            let mut content = String::new();
            while let Some(next) = chars.next() {
                match next {
                    '\\' => content.extend(chars.next()),
                    end if end == c => break,
                    other => content.push(other),
                }
            }
            out.push(Word::Text(content));
        } else if !c.is_whitespace() {
            out.push(Word::Mark(c));
        }
    }
    out
}

/// Adds the names that a Jinja text uses: variables of `var('x')`, `blueprint_var('x')`, `gateway()`; calls and
/// dotted names as `jinja`.
pub(in crate::macros) fn collect(text: &str, found: &mut References) {
    for (piece, _, _, inner) in pieces(text) {
        let words = words(inner);
        let mut at = 0;
        // `macro name(…)` defines; the name is not a use.
        if piece == Piece::Tag && words.first() == Some(&Word::Name("macro".to_string())) {
            at = 2;
        }
        while let Some(word) = words.get(at) {
            at += 1;
            let Word::Name(name) = word else { continue };
            if at >= 2 && matches!(words[at - 2], Word::Mark('.' | '|')) {
                continue;
            }
            if name.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            match (words.get(at), words.get(at + 1)) {
                (Some(Word::Mark('(')), next) => {
                    call(name, next, found);
                    // `f(x).member` reads as a member of a package `f`.
                    let after = closing(&words, at) + 1;
                    if let (Some(Word::Mark('.')), Some(Word::Name(member))) =
                        (words.get(after), words.get(after + 1))
                    {
                        found.jinja.insert(format!("{name}.{member}"));
                    }
                }
                (Some(Word::Mark('[')), Some(Word::Text(member) | Word::Name(member))) => {
                    found.jinja.insert(format!("{name}.{member}"));
                }
                (Some(Word::Mark('.')), Some(Word::Name(member))) => {
                    found.jinja.insert(format!("{name}.{member}"));
                }
                _ => {}
            }
        }
    }
}

/// Index of the parenthesis that closes the one at `open`.
fn closing(words: &[Word], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, word) in words.iter().enumerate().skip(open) {
        match word {
            Word::Mark('(') => depth += 1,
            Word::Mark(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    words.len()
}

fn call(name: &str, first: Option<&Word>, found: &mut References) {
    match (name, first) {
        ("var", Some(Word::Text(variable))) => {
            found.variables.insert(variable.to_lowercase());
        }
        ("blueprint_var", Some(Word::Text(variable))) => {
            found.blueprint_variables.insert(variable.to_lowercase());
            found.variables.insert(variable.to_lowercase());
        }
        ("gateway", _) => {
            found.variables.insert("gateway".to_string());
        }
        ("var" | "blueprint_var" | "if" | "elif" | "in" | "not" | "and" | "or" | "is" | "else", _) => {}
        _ => {
            found.jinja.insert(name.to_string());
        }
    }
}

/// The `{% macro … %}` definitions of a file of Jinja macros, in order, with the macros that each calls.
pub fn extract_macros(text: &str) -> IndexMap<String, JinjaMacro> {
    let mut macros = IndexMap::new();
    let mut open: Option<(String, usize, usize)> = None;
    for (piece, start, end, inner) in pieces(text) {
        if piece != Piece::Tag {
            continue;
        }
        let words = words(inner);
        match (words.first(), words.get(1), &mut open) {
            (Some(Word::Name(tag)), Some(Word::Name(name)), None) if tag == "macro" => {
                open = Some((name.clone(), start, 0));
            }
            (Some(Word::Name(tag)), _, Some((_, _, depth))) if tag == "macro" => *depth += 1,
            (Some(Word::Name(tag)), _, Some((name, from, depth))) if tag == "endmacro" => {
                if *depth > 0 {
                    *depth -= 1;
                    continue;
                }
                let definition = text[*from..end].to_string();
                let mut used = References::default();
                collect(&definition, &mut used);
                let depends_on = used
                    .jinja
                    .iter()
                    .filter(|used| *used != name)
                    .map(|used| reference(used))
                    .collect();
                macros.insert(
                    name.clone(),
                    JinjaMacro {
                        definition,
                        depends_on,
                        is_top_level: false,
                        extra: Extra::default(),
                    },
                );
                open = None;
            }
            _ => {}
        }
    }
    macros
}

fn reference(name: &str) -> Value {
    match name.split_once('.') {
        Some((package, name)) => serde_json::json!({"package": package, "name": name}),
        None => serde_json::json!({"name": name}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks() {
        assert!(is_block(" JINJA_QUERY_BEGIN;\nSELECT 1\nJINJA_END"));
        assert!(!is_block("SELECT 1"));
        assert_eq!(body("JINJA_QUERY_BEGIN; SELECT 1 JINJA_END;"), " SELECT 1 ");
    }

    #[test]
    fn names_used() {
        let mut found = References::default();
        collect(
            "{{ a(1) }} {{ x.y.z }} {{ loop.index }} {{ var('V1') }} {{ var('x', default='y') }} {{ blueprint_var('B') }} {{ gateway() }} {{ start_ds }} {% set q = f(g(1)) %} {% if (a) %}{% endif %} {{ 'h(1)' | upper }} {# no(1) #} {% raw %}{{ no(1) }}{% endraw %} {% call m() %}x{% endcall %}",
            &mut found,
        );
        let jinja: Vec<&str> = found.jinja.iter().map(String::as_str).collect();
        assert_eq!(jinja, ["a", "f", "g", "loop.index", "m", "x.y"]);
        let variables: Vec<&str> = found.variables.iter().map(String::as_str).collect();
        assert_eq!(variables, ["b", "gateway", "v1", "x"]);
    }

    #[test]
    fn definitions_of_a_file() {
        let macros = extract_macros(
            "-- text\n{% macro a(x, y=1) -%}\n {{ _b(x) }} {{ var('z') }}\n{%- endmacro %}\n{%- macro _b(x) %}{{ x }}{% endmacro -%}\n{# {% macro no() %}{% endmacro %} #}",
        );
        assert_eq!(
            macros["a"].definition,
            "{% macro a(x, y=1) -%}\n {{ _b(x) }} {{ var('z') }}\n{%- endmacro %}"
        );
        assert_eq!(macros["a"].depends_on, [serde_json::json!({"name": "_b"})]);
        assert_eq!(
            macros["_b"].definition,
            "{%- macro _b(x) %}{{ x }}{% endmacro -%}"
        );
        assert_eq!(macros.len(), 2);
    }
}
