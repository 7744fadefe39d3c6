//! Where a query goes wrong when the parser says so of a whole expression.
//!
//! For one error sqlparser looks through the syntax tree for the place where it begins. That is one more way to walk
//! every tree that there is, and the browser's build leaves it out (`tests/xtask/src/cut.rs`): the place it says is
//! never used, here or there. The tokens tell it as well.

use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

/// The mark of an outer join stands behind something that is no column: `f(a).b (+)`.
const NO_COLUMN: &str = "column identifier before (+)";

/// Beginnings of messages that go on with a token, an expression or a type as the parser would print it. The browser's
/// build does not print these, so neither of the two says more than this.
const PRINTED: [&str; 4] = [
    "No infix parser for token",
    "Expected identifier, found",
    "unmatched > after parsing data type",
    "duplicate alias",
];

/// The message without what the parser prints of the tree.
pub(super) fn unprinted(message: &str) -> &str {
    let printed = PRINTED.iter().find(|beginning| message.starts_with(**beginning));
    printed.map_or(message, |beginning| {
        let kept = beginning.strip_suffix(", found").unwrap_or(beginning);
        message.get(..kept.len()).unwrap_or(message)
    })
}

/// The message without the parser's place, and the place of the error; `None` for all errors but this one.
pub(super) fn place<'m>(message: &'m str, tokens: &[TokenWithSpan]) -> Option<(&'m str, Option<Location>)> {
    if !message.starts_with(NO_COLUMN) {
        return None;
    }
    let message = message.get(..NO_COLUMN.len())?;
    let written: Vec<&TokenWithSpan> = tokens
        .iter()
        .filter(|token| !matches!(token.token, Token::Whitespace(_)))
        .collect();
    let misfit = written.windows(6).find(|window| {
        let [before, period, _, open, plus, close] = [0, 1, 2, 3, 4, 5].map(|at: usize| &window[at].token);
        !matches!(before, Token::Word(_))
            && (period, open, plus, close) == (&Token::Period, &Token::LParen, &Token::Plus, &Token::RParen)
    });
    Some((message, misfit.map(|window| window[3].span.start)))
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, offset, tokenize};

    #[test]
    fn what_the_parser_prints_is_not_repeated() {
        assert_eq!(
            super::unprinted("Expected identifier, found: a + 1"),
            "Expected identifier"
        );
        assert_eq!(super::unprinted("duplicate alias x"), "duplicate alias");
        assert_eq!(
            super::unprinted("unmatched > after parsing data type ARRAY<INT>"),
            "unmatched > after parsing data type"
        );
        assert_eq!(super::unprinted("Expected: x, found: y"), "Expected: x, found: y");
        let error = super::super::parse("SELECT CAST(a AS ARRAY<INT>>) FROM t", Dialect::BigQuery);
        let error = error.expect_err("is no type");
        assert_eq!(error.message, "unmatched > after parsing data type");
    }

    #[test]
    fn the_place_is_that_of_the_mark() {
        let text = "SELECT 1 FROM a, b\nWHERE a.x(+) = f(a).x (+)";
        let tokens = tokenize(text, Dialect::Snowflake).expect("tokens");
        let said = "column identifier before (+) at Line: 7, Column: 9";
        let (message, place) = super::place(said, &tokens).expect("known");
        assert_eq!(message, "column identifier before (+)");
        assert_eq!(place.and_then(|place| offset(text, place)), Some(41));
        assert!(super::place("Expected: x, found: y at Line: 7, Column: 9", &tokens).is_none());
    }
}
