//! ClickHouse: strict joins, expressions in WITH, `c ? a : b`, places in tuples.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::super::word_operators::{begins_operand, ends_operand};
use super::levels::{closes, opens, own};
use super::{Rewriter, is_word};

impl Rewriter {
    pub(super) fn clickhouse(&mut self) -> bool {
        // The parser would take these words for aliases.
        let after_name = matches!(
            self.out.last().map(|token| &token.token),
            Some(Token::Word(word)) if word.keyword == Keyword::NoKeyword || word.quote_style.is_some()
        );
        if self.is(0, "FINAL") && after_name {
            self.drop(1);
            return true;
        }
        let joined = ["JOIN", "LEFT", "RIGHT", "INNER", "FULL"];
        let strictness = ["ANY", "ASOF", "GLOBAL", "SEMI", "ANTI"];
        if strictness.iter().take(3).any(|word| self.is(0, word))
            && (joined.iter().any(|word| self.is(1, word))
                || strictness.iter().any(|word| self.is(1, word))
                    && joined.iter().any(|word| self.is(2, word)))
        {
            self.drop(1);
            return true;
        }
        if ["LEFT", "RIGHT", "INNER"].iter().any(|word| self.is(0, word))
            && (self.is(1, "ANY") || self.is(1, "ASOF"))
            && self.is(2, "JOIN")
        {
            self.copy();
            self.drop(1);
            return true;
        }
        // x GLOBAL [NOT] IN (…)
        if self.is(0, "GLOBAL") && (self.is(1, "IN") || self.is(1, "NOT")) {
            self.drop(1);
            return true;
        }
        false
    }
}

/// Makes operators of `?` and `:` between operands, and of the point in `t.1`.
pub(super) fn operators(tokens: &mut Vec<TokenWithSpan>) {
    // For each level of brackets, how many `:` are to come.
    let mut levels = vec![0_usize];
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut rest = std::mem::take(tokens).into_iter().peekable();
    while let Some(mut token) = rest.next() {
        let follows = out.last().is_some_and(|token| ends_operand(&token.token));
        let Some(level) = levels.last_mut() else { break };
        match &token.token {
            Token::Placeholder(sign)
                if sign == "?" && follows && rest.peek().is_some_and(|next| begins_operand(&next.token)) =>
            {
                *level += 1;
                token.token = Token::CustomBinaryOperator("?".to_string());
            }
            Token::Colon if *level > 0 => {
                *level -= 1;
                token.token = Token::CustomBinaryOperator(":".to_string());
            }
            Token::Number(digits, _) if follows && digits.starts_with('.') => {
                let place = digits.trim_start_matches('.').to_string();
                out.push(TokenWithSpan::new(
                    Token::CustomBinaryOperator(".".to_string()),
                    token.span,
                ));
                token.token = Token::Number(place, false);
            }
            sign if opens(sign) => levels.push(0),
            sign if closes(sign) && levels.len() > 1 => {
                levels.pop();
            }
            _ => {}
        }
        out.push(token);
    }
    *tokens = out;
}

/// `WITH 10 AS n SELECT …` as `WITH n AS (SELECT 10) SELECT …`.
pub(super) fn queries_in_with(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let begins =
            is_word(&token.token, "WITH") && out.last().is_none_or(|before| before.token == Token::LParen);
        out.push(token.clone());
        at += 1;
        if begins {
            at += with_items(tokens.get(at..).unwrap_or_default(), &mut out);
        }
    }
    out
}

/// Copies the items of a WITH that are expressions as queries; the count of tokens that were read.
fn with_items(tokens: &[TokenWithSpan], out: &mut Vec<TokenWithSpan>) -> usize {
    let mut read = 0;
    loop {
        let rest = tokens.get(read..).unwrap_or_default();
        let is = |at: usize, word: &str| rest.get(at).is_some_and(|token| is_word(&token.token, word));
        let bracket = |at: usize| rest.get(at).is_some_and(|token| token.token == Token::LParen);
        let query = ["SELECT", "WITH", "FROM", "VALUES"];
        let is_query = bracket(2) && (bracket(3) || query.iter().any(|word| is(3, word)));
        // `c AS (SELECT …)` and `c (a, b) AS (SELECT …)` are left to the parser, with what follows up to a comma.
        if is(1, "AS") && is_query
            || bracket(1) && !is(0, "RECURSIVE") && named_columns(rest)
            || is(0, "RECURSIVE")
        {
            let end = own(rest)
                .find(|(_, token)| **token == Token::Comma || is_word(token, "SELECT"))
                .map_or(rest.len(), |(at, _)| at);
            let end = end + usize::from(rest.get(end).is_some_and(|token| token.token == Token::Comma));
            out.extend_from_slice(rest.get(..end).unwrap_or_default());
            read += end;
            if rest
                .get(end.saturating_sub(1))
                .is_some_and(|token| token.token == Token::Comma)
            {
                continue;
            }
            return read;
        }
        let alias = own(rest)
            .take_while(|(_, token)| !is_word(token, "SELECT"))
            .find_map(|(at, token)| {
                let ends = rest
                    .get(at + 2)
                    .is_some_and(|next| next.token == Token::Comma || is_word(&next.token, "SELECT"));
                (is_word(token, "AS") && ends).then_some(at)
            });
        let (Some(alias), Some(first)) = (alias, rest.first()) else {
            return read;
        };
        let make = |token: Token| TokenWithSpan::new(token, first.span);
        out.extend_from_slice(rest.get(alias + 1..alias + 2).unwrap_or_default());
        out.push(make(Token::make_keyword("AS")));
        out.push(make(Token::LParen));
        out.push(make(Token::make_keyword("SELECT")));
        out.extend_from_slice(rest.get(..alias).unwrap_or_default());
        out.push(make(Token::RParen));
        read += alias + 2;
        match rest.get(alias + 2) {
            Some(comma) if comma.token == Token::Comma => out.push(comma.clone()),
            _ => return read,
        }
        read += 1;
    }
}

/// Whether a name with names of columns begins here: `c (a, b) AS (`.
fn named_columns(tokens: &[TokenWithSpan]) -> bool {
    let mut own = own(tokens).skip(2).map(|(at, _)| at);
    // The closing parenthesis, AS, and what opens the query.
    let (Some(_), Some(word), Some(open)) = (own.next(), own.next(), own.next()) else {
        return false;
    };
    let token = |at: usize| tokens.get(at).map(|token| &token.token);
    token(word).is_some_and(|token| is_word(token, "AS")) && token(open) == Some(&Token::LParen)
}
