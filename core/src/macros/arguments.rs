//! Argument lists: brackets, commas, lambdas, `name := value`.

use super::scan::{Kind, Token, join, scan};
use crate::source::Span;
use crate::sql::Dialect;

/// Index of the bracket that closes the one at `open`; the end when it is not closed.
pub(super) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.kind != Kind::Symbol {
            continue;
        }
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// Parts between separators that are not inside brackets. No tokens, no parts.
pub(super) fn split<'t>(tokens: &'t [Token], separator: &str) -> Vec<&'t [Token]> {
    let mut parts = Vec::new();
    if tokens.is_empty() {
        return parts;
    }
    let mut start = 0;
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Symbol {
            continue;
        }
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            text if depth == 0 && text == separator => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    // A trailing separator makes no part.
    if start < tokens.len() {
        parts.push(&tokens[start..]);
    }
    parts
}

pub(super) type Lambda<'t> = Option<(Vec<String>, &'t [Token])>;

/// The statements of an expanded text, trimmed; empty ones are left out.
pub fn split_statements(text: &str, dialect: Dialect) -> Vec<String> {
    let (tokens, _) = scan(text, dialect);
    split(&tokens, ";")
        .into_iter()
        .map(|part| join(part).trim().to_string())
        .filter(|text| !text.is_empty())
        .collect()
}

/// Parts of an argument list, lambdas recognised. A lambda body or a whole statement may hold commas of its own
/// only when it is a SELECT-like statement.
pub(super) fn split_arguments(tokens: &[Token]) -> Vec<(&[Token], Lambda<'_>)> {
    let mut parts = Vec::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        let first = split(rest, ",").first().map_or(rest.len(), |part| part.len());
        let lambda = lambda_parts(&rest[..first]);
        let body_start = lambda.as_ref().map_or(0, |(_, body)| first - body.len());
        let length = if begins_statement(&rest[body_start..]) {
            rest.len()
        } else {
            first
        };
        let part = &rest[..length];
        parts.push((part, lambda_parts(part)));
        rest = rest.get(length + 1..).unwrap_or(&[]);
    }
    parts
}

/// Parameters and body of `x -> body` or `(x, y) -> body`.
pub(super) fn lambda_parts(tokens: &[Token]) -> Lambda<'_> {
    match tokens {
        [name, arrow, ..] if name.kind == Kind::Word && arrow.is("->") => {
            Some((vec![name.text.to_lowercase()], &tokens[2..]))
        }
        [open, ..] if open.is("(") => {
            let close = closing(tokens, 0);
            if !tokens.get(close + 1).is_some_and(|token| token.is("->")) {
                return None;
            }
            let names = split(&tokens[1..close], ",");
            let names: Option<Vec<String>> = names
                .into_iter()
                .map(|part| match part {
                    [name] if name.kind == Kind::Word => Some(name.text.to_lowercase()),
                    _ => None,
                })
                .collect();
            Some((names?, &tokens[close + 2..]))
        }
        _ => None,
    }
}

/// Takes `name :=` (or `name =>`) off an argument.
pub(super) fn named(tokens: &[Token]) -> (Option<String>, &[Token]) {
    match tokens {
        [name, sign, ..] if name.kind == Kind::Word && (sign.is(":=") || sign.is("=>")) => {
            (Some(name.text.to_lowercase()), &tokens[2..])
        }
        _ => (None, tokens),
    }
}

/// True for tokens that are one array or tuple.
pub(super) fn is_bracketed(tokens: &[Token]) -> bool {
    let open = match tokens {
        [first, second, ..] if first.is_word("array") && (second.is("[") || second.is("(")) => 1,
        [first, ..] if first.is("(") || first.is("[") => 0,
        _ => return false,
    };
    closing(tokens, open) + 1 == tokens.len()
}

pub(super) fn bracketed(tokens: &[Token]) -> Vec<Token> {
    let span = tokens.first().map_or_else(Span::default, |token| token.span);
    let mut out = vec![Token::made(Kind::Symbol, "[", span)];
    out.extend(tokens.iter().cloned());
    out.push(Token::made(Kind::Symbol, "]", span));
    out
}

/// True when tokens begin like a whole statement, whose commas belong to itself.
pub(super) fn begins_statement(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|first| {
        first.is_any_word(&[
            "select", "with", "create", "insert", "update", "delete", "drop", "alter", "merge", "grant",
            "analyze", "truncate", "copy", "set", "call",
        ])
    }) && !tokens.get(1).is_some_and(|second| second.is("("))
        && tokens.len() > 1
}
