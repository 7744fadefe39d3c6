//! DuckDB: samples, joins, queries without SELECT, list comprehensions, aliases before what they name.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::levels::{closes, fold, opens, own};
use super::{Rewriter, is_word};

impl Rewriter {
    pub(super) fn duckdb(&mut self) -> bool {
        // WITH c AS [NOT] MATERIALIZED (
        if self.is(0, "AS") && self.is(1, "MATERIALIZED") && matches!(self.token(2), Some(Token::LParen)) {
            self.copy();
            self.drop(1);
            return true;
        }
        if self.is(0, "AS") && self.is(1, "NOT") && self.is(2, "MATERIALIZED") {
            self.copy();
            self.drop(2);
            return true;
        }
        // MODE(ORDER BY x) orders nothing but itself.
        if self.is(0, "ORDER")
            && self.is(1, "BY")
            && let Some(
                [
                    TokenWithSpan {
                        token: Token::Word(function),
                        ..
                    },
                    TokenWithSpan {
                        token: Token::LParen, ..
                    },
                ],
            ) = self.out.last_chunk()
            && function.value.eq_ignore_ascii_case("mode")
        {
            self.put(Token::make_keyword("NULL"));
            self.copy();
            return true;
        }
        // x ** y
        if matches!(
            (self.token(0), self.token(1)),
            (Some(Token::Mul), Some(Token::Mul))
        ) {
            self.put(Token::Caret);
            self.at += 2;
            return true;
        }
        // f(x IGNORE NULLS) is f(x) IGNORE NULLS.
        if (self.is(0, "IGNORE") || self.is(0, "RESPECT"))
            && self.is(1, "NULLS")
            && matches!(self.token(2), Some(Token::RParen))
        {
            self.put(Token::RParen);
            self.copy();
            self.copy();
            self.at += 1;
            return true;
        }
        // FROM t TABLESAMPLE 10%, … USING SAMPLE 10
        let sampling = if self.is(0, "USING") && self.is(1, "SAMPLE") {
            2
        } else {
            usize::from(self.is(0, "TABLESAMPLE"))
        };
        if sampling > 0 {
            let length = self.sample(sampling);
            if length > 0 {
                self.drop(length);
                return true;
            }
        }
        // LIMIT 10%
        if self.is(0, "LIMIT")
            && matches!(self.token(1), Some(Token::Number(..)))
            && (matches!(self.token(2), Some(Token::Mod)) || self.is(2, "PERCENT"))
        {
            self.copy();
            self.copy();
            self.drop(1);
            return true;
        }
        if self.is(0, "ASOF") && (self.is(1, "JOIN") || self.is(1, "LEFT") || self.is(1, "INNER")) {
            self.drop(1);
            return true;
        }
        if self.is(0, "POSITIONAL") && self.is(1, "JOIN") {
            self.drop(1);
            self.put(Token::make_keyword("CROSS"));
            return true;
        }
        // (FROM t WHERE …) without SELECT
        if matches!(self.token(0), Some(Token::LParen)) && self.is(1, "FROM") && !self.selects_inside() {
            self.copy();
            self.put(Token::make_keyword("SELECT"));
            self.put(Token::Mul);
            return true;
        }
        // x GLOB 'a*'
        if self.is(0, "GLOB") && matches!(self.token(1), Some(Token::SingleQuotedString(_))) {
            self.drop(1);
            self.put(Token::make_keyword("LIKE"));
            return true;
        }
        false
    }
}

/// The function that stands for a list comprehension.
pub(in crate::sql) const COMPREHENSION: &str = "LIST_COMPREHENSION";

/// `[x + 1 FOR x IN list IF x > 2]` as a call with the list and its functions.
pub(super) fn comprehensions(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if !tokens.iter().any(|token| is_word(&token.token, "FOR")) {
        return tokens;
    }
    fold(tokens, |level| comprehension(&level).unwrap_or(level))
}

fn comprehension(level: &[TokenWithSpan]) -> Option<Vec<TokenWithSpan>> {
    let inner = level.get(1..level.len().checked_sub(1)?)?;
    let first = level.first()?;
    if first.token != Token::LBracket {
        return None;
    }
    let find = |word: &str, from: usize| {
        own(inner).find_map(|(at, token)| (at > from && is_word(token, word)).then_some(at))
    };
    let variable = find("FOR", 0)?;
    let list = find("IN", variable)?;
    let condition = find("IF", list);
    let names = inner.get(variable + 1..list)?;
    let make = |token: Token| TokenWithSpan::new(token, first.span);
    let mut call = vec![make(Token::make_word(COMPREHENSION, None)), make(Token::LParen)];
    call.extend_from_slice(inner.get(list + 1..condition.unwrap_or(inner.len()))?);
    let bodies = [
        inner.get(..variable),
        condition.and_then(|at| inner.get(at + 1..)),
    ];
    for body in bodies.into_iter().flatten() {
        call.push(make(Token::Comma));
        call.push(make(Token::LParen));
        call.extend_from_slice(names);
        call.extend([make(Token::RParen), make(Token::Arrow)]);
        call.extend_from_slice(body);
    }
    call.push(make(Token::RParen));
    Some(call)
}

/// `SELECT n: count(*) FROM t: s.items` as `SELECT count(*) AS n FROM s.items AS t`.
pub(super) fn aliases_last(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    /// One level of brackets.
    struct Level {
        /// Whether it is a list or a struct, where a colon means something else.
        other: bool,
        /// Whether the FROM of the query was passed.
        sources: bool,
        /// An alias that waits for the end of what it names.
        alias: Option<TokenWithSpan>,
    }
    if !tokens.iter().any(|token| token.token == Token::Colon) {
        return tokens;
    }
    let level = |other| Level {
        other,
        sources: false,
        alias: None,
    };
    let mut levels = vec![level(false)];
    let mut out: Vec<TokenWithSpan> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let before = out.last().map(|token| &token.token);
        let Some(top) = levels.last_mut() else { break };
        if ends_item(&token.token, before, top.sources)
            && let Some(alias) = top.alias.take()
        {
            out.push(TokenWithSpan::new(Token::make_keyword("AS"), alias.span));
            out.push(alias);
        }
        let before = out.last().map(|token| &token.token);
        let begins_item = !top.other
            && before.is_some_and(|token| {
                let words = ["SELECT", "DISTINCT", "ALL", "FROM", "JOIN"];
                *token == Token::Comma || words.iter().any(|word| is_word(token, word))
            });
        let is_colon = tokens.peek().is_some_and(|next| next.token == Token::Colon);
        if begins_item && is_colon && matches!(token.token, Token::Word(_)) {
            top.alias = Some(token);
            tokens.next();
            continue;
        }
        if is_word(&token.token, "FROM") {
            top.sources = true;
        } else if is_word(&token.token, "SELECT") {
            top.sources = false;
        }
        if opens(&token.token) {
            levels.push(level(token.token != Token::LParen));
        } else if closes(&token.token) && levels.len() > 1 {
            levels.pop();
        }
        out.push(token);
    }
    // A text has its end as a token, or ends here.
    if let Some(alias) = levels.pop().and_then(|top| top.alias) {
        out.push(TokenWithSpan::new(Token::make_keyword("AS"), alias.span));
        out.push(alias);
    }
    out
}

/// Whether a projection, or a source, ends before the token.
fn ends_item(token: &Token, before: Option<&Token>, is_source: bool) -> bool {
    const SOURCES: [&str; 14] = [
        "JOIN",
        "LEFT",
        "RIGHT",
        "INNER",
        "FULL",
        "CROSS",
        "NATURAL",
        "ASOF",
        "POSITIONAL",
        "SEMI",
        "ANTI",
        "ON",
        "USING",
        "TABLESAMPLE",
    ];
    const CLAUSES: [&str; 10] = [
        "WHERE",
        "GROUP",
        "HAVING",
        "QUALIFY",
        "WINDOW",
        "ORDER",
        "LIMIT",
        "UNION",
        "EXCEPT",
        "INTERSECT",
    ];
    match token {
        Token::Comma | Token::SemiColon | Token::EOF => true,
        token if closes(token) => true,
        Token::Word(_) => {
            // `a IS DISTINCT FROM b`
            let starts_from =
                is_word(token, "FROM") && !before.is_some_and(|before| is_word(before, "DISTINCT"));
            starts_from
                || CLAUSES.iter().any(|word| is_word(token, word))
                || is_source && SOURCES.iter().any(|word| is_word(token, word))
        }
        _ => false,
    }
}
