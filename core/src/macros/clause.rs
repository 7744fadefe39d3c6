//! Clause macros: `@WITH(c)`, `@JOIN(c)`, `@WHERE(c)`, `@GROUP_BY(c)`, `@HAVING(c)`, `@ORDER_BY(c)`, `@LIMIT(c)`.
//!
//! The clause that follows stands only when the condition holds. Its content is expanded either way, as in SQLMesh.

use super::MacroError;
use super::arguments::closing;
use super::condition;
use super::eval::Evaluator;
use super::output::Output;
use super::scan::{Kind, Token};

/// True for the lower-case name of a clause macro.
pub(super) fn is_clause(name: &str) -> bool {
    keywords(name).is_some()
}

/// Lower-case names of the clause macros.
pub(super) const NAMES: [&str; 7] = ["with", "join", "where", "group_by", "having", "order_by", "limit"];

fn keywords(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "with" => &["WITH"],
        "join" => &["JOIN"],
        "where" => &["WHERE"],
        "group_by" => &["GROUP", "BY"],
        "having" => &["HAVING"],
        "order_by" => &["ORDER", "BY"],
        "limit" => &["LIMIT"],
        _ => return None,
    })
}

/// Words before `JOIN` that belong to it.
const SIDES: [&str; 13] = [
    "natural", "left", "right", "full", "inner", "outer", "cross", "semi", "anti", "asof", "lateral",
    "global", "any",
];

/// Words that begin the next clause at the same depth.
const NEXT: [&str; 24] = [
    "where",
    "group",
    "having",
    "order",
    "limit",
    "offset",
    "fetch",
    "qualify",
    "window",
    "union",
    "except",
    "intersect",
    "join",
    "sort",
    "cluster",
    "distribute",
    "settings",
    "prewhere",
    "for",
    "option",
    "sample",
    "connect",
    "returning",
    "minus",
];

/// Expands the clause macro at `at`; returns the index after its clause.
pub(super) fn expand(
    evaluator: &mut Evaluator<'_>,
    name: &str,
    tokens: &[Token],
    at: usize,
    output: &mut Output,
) -> Result<usize, MacroError> {
    let token = &tokens[at];
    let close = closing(tokens, at + 1);
    let condition = tokens.get(at + 2..close).unwrap_or(&[]);
    let condition = evaluator.expand(condition)?;
    let holds = condition::holds(&condition, evaluator.dialect(), token.span)?;
    let body_start = (close + 1).min(tokens.len());
    let end = match name {
        "with" => with_end(tokens, body_start),
        _ => clause_end(tokens, body_start, name),
    };
    let body = evaluator.expand(&tokens[body_start..end])?;
    if holds {
        for (index, word) in keywords(name).unwrap_or(&[]).iter().enumerate() {
            let made = Token::made(Kind::Word, *word, token.span);
            let lead = if index == 0 { token.lead.as_str() } else { " " };
            output.extend(vec![made], lead);
        }
        let lead = match tokens.get(body_start) {
            Some(first) if !first.lead.is_empty() => first.lead.clone(),
            _ => " ".to_string(),
        };
        output.extend(body, &lead);
    } else if name == "join" {
        while output.tokens.last().is_some_and(|last| last.is_any_word(&SIDES)) {
            output.tokens.pop();
        }
    }
    Ok(end)
}

/// The end of `name [(columns)] AS [[NOT] MATERIALIZED] (…), …`.
fn with_end(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    loop {
        // To the parenthesis after AS.
        let mut seen_as = false;
        while let Some(token) = tokens.get(at) {
            if token.is_word("as") {
                seen_as = true;
            } else if token.is("(") {
                let close = closing(tokens, at);
                if seen_as {
                    at = (close + 1).min(tokens.len());
                    break;
                }
                at = close;
            }
            at += 1;
        }
        match tokens.get(at) {
            Some(token) if token.is(",") => at += 1,
            _ => return at,
        }
    }
}

/// The end of a clause: the next clause at this depth, a closing bracket, or a semicolon.
fn clause_end(tokens: &[Token], start: usize, name: &str) -> usize {
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        if token.is("(") || token.is("[") {
            at = closing(tokens, at) + 1;
            continue;
        }
        if token.is(")") || token.is("]") || token.is(";") {
            return at;
        }
        if name == "join" && token.is(",") {
            return at;
        }
        if token.is_any_word(&NEXT) && at > start {
            return back_over_sides(tokens, at, start);
        }
        if token.kind == Kind::Variable {
            let called = tokens.get(at + 1).is_some_and(|next| next.is("("));
            if called && is_clause(&token.text[1..].to_ascii_lowercase()) {
                return back_over_sides(tokens, at, start);
            }
        }
        at += 1;
    }
    tokens.len()
}

/// Words like LEFT before the JOIN that follows belong to it.
fn back_over_sides(tokens: &[Token], mut at: usize, start: usize) -> usize {
    let joins = tokens.get(at).is_some_and(|token| {
        token.is_word("join") || (token.kind == Kind::Variable && token.text.eq_ignore_ascii_case("@join"))
    });
    while joins && at > start && tokens[at - 1].is_any_word(&SIDES) {
        at -= 1;
    }
    at
}
