//! String literals: docstrings and formatted strings choose their quotes so that little has to be escaped.

use super::super::node::{Kind, Node};
use super::Printer;
use super::precedence::TEST;
use crate::macros::python_literal::{is_printable, text_repr};

const SINGLE: [&str; 2] = ["'", "\""];
const TRIPLE: [&str; 2] = ["\"\"\"", "'''"];
const ALL: [&str; 4] = [SINGLE[0], SINGLE[1], TRIPLE[0], TRIPLE[1]];

impl Printer {
    pub(super) fn docstring(&mut self, text: &str) {
        self.quoted(text, &TRIPLE);
    }

    pub(super) fn avoiding_backslashes(&mut self, text: &str) {
        self.quoted(text, &ALL);
    }

    fn quoted(&mut self, text: &str, quotes: &[&'static str]) {
        let (escaped, possible) = literal(text, quotes, false);
        let quote = possible.first().copied().unwrap_or("'");
        self.write(quote);
        self.write(&escaped);
        self.write(quote);
    }

    pub(super) fn bytes(&mut self, text: &str) {
        let quote = if text.contains('\'') && !text.contains('"') {
            '"'
        } else {
            '\''
        };
        self.write("b");
        self.out.push(quote);
        for c in text.chars() {
            match c {
                '\\' => self.write("\\\\"),
                '\n' => self.write("\\n"),
                '\r' => self.write("\\r"),
                '\t' => self.write("\\t"),
                c if c == quote => {
                    self.write("\\");
                    self.out.push(c);
                }
                ' '..='~' => self.out.push(c),
                other => self.write(&format!("\\x{:02x}", other as u32)),
            }
        }
        self.out.push(quote);
    }

    /// Prints into a text of its own.
    fn apart(&mut self, no_backslashes: bool, print: impl FnOnce(&mut Self)) -> String {
        let before = std::mem::take(&mut self.out);
        let (flag, indent) = (self.no_backslashes, self.indent);
        self.no_backslashes = no_backslashes;
        print(self);
        (self.no_backslashes, self.indent) = (flag, indent);
        std::mem::replace(&mut self.out, before)
    }

    pub(super) fn joined_string(&mut self, node: &Node) {
        self.write("f");
        if self.no_backslashes {
            let inner = self.apart(true, |printer| printer.inner(node));
            self.avoiding_backslashes(&inner);
            return;
        }
        let parts: Vec<(String, bool)> = node
            .children
            .iter()
            .map(|part| {
                (
                    self.apart(false, |printer| printer.inner(part)),
                    part.kind == Kind::Str,
                )
            })
            .collect();
        let mut quotes: Vec<&'static str> = ALL.to_vec();
        let mut texts = Vec::new();
        let mut agree = true;
        for (part, is_constant) in &parts {
            let (text, possible) = literal(part, &quotes, *is_constant);
            texts.push(text);
            agree = possible.iter().any(|quote| quotes.contains(quote));
            if !agree {
                break;
            }
            quotes = possible;
        }
        if !agree {
            quotes = vec!["'''"];
            texts = parts
                .iter()
                .map(|(part, _)| {
                    // A double quote in front makes `repr` choose single quotes.
                    let shown = text_repr(&format!("\"{part}"));
                    let inner = shown.get(2..shown.len().saturating_sub(1));
                    inner.unwrap_or_default().to_string()
                })
                .collect();
        }
        let quote = quotes.first().copied().unwrap_or("'");
        self.write(quote);
        self.write(&texts.concat());
        self.write(quote);
    }

    /// A part of a formatted string or of a format, without quotes.
    fn inner(&mut self, node: &Node) {
        match node.kind {
            Kind::JoinedStr => {
                for part in &node.children {
                    self.inner(part);
                }
            }
            Kind::Str => self.write(&node.text.replace('{', "{{").replace('}', "}}")),
            _ => self.formatted_value(node),
        }
    }

    pub(super) fn formatted_value(&mut self, node: &Node) {
        let value = self.apart(true, |printer| {
            if let Some(value) = node.children.first() {
                printer.expression(value, TEST + 1);
            }
        });
        self.write(if value.starts_with('{') { "{ " } else { "{" });
        self.write(&value);
        if !node.text.is_empty() {
            self.write("!");
            self.write(&node.text);
        }
        if let Some(format) = node.child(1) {
            self.write(":");
            self.inner(format);
        }
        self.write("}");
    }
}

/// The body of a literal and the quotes that may go around it.
fn literal(text: &str, quotes: &[&'static str], escape_white_space: bool) -> (String, Vec<&'static str>) {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' if !escape_white_space => escaped.push(c),
            '\\' => escaped.push_str("\\\\"),
            c if is_printable(c) => escaped.push(c),
            c => {
                let shown = text_repr(c.encode_utf8(&mut [0; 4]));
                escaped.push_str(shown.trim_matches('\''));
            }
        }
    }
    let several_lines = escaped.contains('\n');
    let mut possible: Vec<&'static str> = quotes
        .iter()
        .copied()
        .filter(|quote| (!several_lines || quote.len() == 3) && !escaped.contains(quote))
        .collect();
    if possible.is_empty() {
        let shown = text_repr(text);
        let around = shown.get(..1).unwrap_or("'");
        let quote = quotes.iter().copied().find(|quote| quote.contains(around));
        let quote = quote.unwrap_or(if around == "'" { "'" } else { "\"" });
        let inner = shown.get(1..shown.len().saturating_sub(1)).unwrap_or_default();
        return (inner.to_string(), vec![quote]);
    }
    if let Some(last) = escaped.chars().next_back() {
        possible.sort_by_key(|quote| quote.starts_with(last));
        if possible.first().is_some_and(|quote| quote.starts_with(last)) {
            escaped.pop();
            escaped.push('\\');
            escaped.push(last);
        }
    }
    (escaped, possible)
}
