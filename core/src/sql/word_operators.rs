//! Operators that are words of some dialects only: `x DIV y`, `x REGEXP y`.
//!
//! The dialects of sqlparser read these, but they copy the left side for it, and the code that copies any expression
//! is dear in the browser. So the word becomes a sign of its own before the parser sees it, with the precedence that
//! it has as a word.

use sqlparser::dialect::Precedence;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::Language;

/// Turns words between two operands into operators. Whitespace is gone from the tokens.
pub(super) fn mark(tokens: &mut [TokenWithSpan], language: Language) {
    let words: &[&str] = match language {
        Language::MySql | Language::StarRocks | Language::Doris => &["DIV"],
        Language::Spark | Language::Spark2 | Language::Databricks | Language::Hive => &["DIV"],
        Language::Sqlite => &["REGEXP", "MATCH", "GLOB"],
        _ => return,
    };
    for at in 1..tokens.len() {
        let Some(Token::Word(word)) = tokens.get(at).map(|token| &token.token) else {
            continue;
        };
        let word = words
            .iter()
            .find(|name| word.quote_style.is_none() && name.eq_ignore_ascii_case(&word.value));
        let Some(word) = word else { continue };
        let before = tokens.get(at - 1).is_some_and(|token| ends_operand(&token.token));
        let after = tokens
            .get(at + 1)
            .is_some_and(|token| begins_operand(&token.token));
        if before && after {
            tokens[at].token = Token::CustomBinaryOperator((*word).to_string());
        }
    }
}

/// How tightly such an operator binds, given the dialect's numbers.
pub(super) fn precedence(operator: &str, number: impl Fn(Precedence) -> u8) -> Option<u8> {
    match operator {
        "DIV" => Some(number(Precedence::MulDivModOp)),
        "REGEXP" | "MATCH" | "GLOB" => Some(number(Precedence::Like)),
        // SQLGlot reads `a || b + 1` as `a || (b + 1)`, and MySQL's `||` as OR.
        "||" => Some(number(Precedence::Pipe)),
        "OR" => Some(number(Precedence::Or)),
        // `c ? a : b` of ClickHouse: weaker than OR, the pair of results first.
        "?" => Some(1),
        ":" => Some(2),
        // `t.1`
        "." => Some(number(Precedence::Period)),
        _ => None,
    }
}

/// Whether an expression may end with the token.
pub(super) fn ends_operand(token: &Token) -> bool {
    // Words that an operand follows, not an operator.
    const OPEN: &[&str] = &[
        "ALL",
        "AND",
        "ANY",
        "AS",
        "BETWEEN",
        "BY",
        "CASE",
        "DISTINCT",
        "ELSE",
        "EXCEPT",
        "FROM",
        "HAVING",
        "IN",
        "INTERSECT",
        "INTERVAL",
        "IS",
        "JOIN",
        "LIKE",
        "LIMIT",
        "NOT",
        "OFFSET",
        "ON",
        "OR",
        "QUALIFY",
        "RLIKE",
        "SELECT",
        "SOME",
        "THEN",
        "UNION",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
        "XOR",
    ];
    match token {
        Token::Word(word) => word.quote_style.is_some() || !is_one_of(&word.value, OPEN),
        Token::RParen
        | Token::RBracket
        | Token::RBrace
        | Token::Number(..)
        | Token::Placeholder(_)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::HexStringLiteral(_)
        | Token::CustomBinaryOperator(_) => true,
        _ => false,
    }
}

/// Whether an expression may begin with the token.
pub(super) fn begins_operand(token: &Token) -> bool {
    // Words that end an expression.
    const CLOSED: &[&str] = &[
        "AND",
        "AS",
        "ASC",
        "CROSS",
        "DESC",
        "ELSE",
        "END",
        "EXCEPT",
        "FROM",
        "FULL",
        "GROUP",
        "HAVING",
        "IN",
        "INNER",
        "INTERSECT",
        "IS",
        "JOIN",
        "LEFT",
        "LIKE",
        "LIMIT",
        "ON",
        "OR",
        "ORDER",
        "QUALIFY",
        "RIGHT",
        "THEN",
        "UNION",
        "USING",
        "WHEN",
        "WHERE",
    ];
    match token {
        Token::Word(word) => word.quote_style.is_some() || !is_one_of(&word.value, CLOSED),
        Token::Comma
        | Token::Period
        | Token::RParen
        | Token::RBracket
        | Token::RBrace
        | Token::SemiColon
        | Token::Eq
        | Token::Neq
        | Token::Lt
        | Token::LtEq
        | Token::Gt
        | Token::GtEq
        | Token::Mul
        | Token::Div
        | Token::DoubleColon
        | Token::EOF => false,
        _ => true,
    }
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| other.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, parse};
    use crate::sql::Node;
    use crate::sql::tree::Kind;

    #[track_caller]
    fn projection(dialect: Dialect, text: &str) -> String {
        let tree = parse(&format!("SELECT {text} FROM t"), dialect).expect("a query");
        shown(&tree.many("projections")[0])
    }

    fn shown(node: &Node) -> String {
        match (node.one("left"), node.one("right")) {
            (Some(left), Some(right)) => format!("({} {} {})", shown(left), node.text, shown(right)),
            _ => node.text.clone(),
        }
    }

    #[test]
    fn joining_texts_binds_weaker_than_numbers_and_is_or_in_mysql() {
        assert_eq!(
            projection(Dialect::DuckDb, "a || b + 1 || c * 2"),
            "((a || (b + 1)) || (c * 2))"
        );
        assert_eq!(projection(Dialect::Postgres, "a || b - 1"), "(a || (b - 1))");
        let tree = parse("SELECT a || b = 1 FROM t", Dialect::Doris).expect("a query");
        let either = &tree.many("projections")[0];
        assert_eq!((either.kind, either.many("terms").len()), (Kind::Or, 2));
    }

    #[test]
    fn words_are_operators_between_operands() {
        assert_eq!(
            projection(Dialect::MySql, "a + b DIV 2 * c"),
            "(a + ((b DIV 2) * c))"
        );
        assert_eq!(projection(Dialect::MySql, "a DIV b DIV 2"), "((a DIV b) DIV 2)");
        assert_eq!(
            projection(Dialect::Spark, "date DIV -2"),
            projection(Dialect::Spark, "date div - 2")
        );
        assert_eq!(
            projection(Dialect::Databricks, "f(a) DIV (b)")
                .matches("DIV")
                .count(),
            1
        );
        assert_eq!(
            projection(Dialect::Sqlite, "a || 'x' GLOB 'b'"),
            "((a || x) GLOB b)"
        );
        assert_eq!(projection(Dialect::Sqlite, "a REGEXP b AND c"), "");
    }

    #[test]
    fn elsewhere_they_are_names() {
        for text in [
            "div",
            "t.div",
            "a AS div",
            "div + 1",
            "1 + div",
            "`div`",
            "f(div, 2)",
        ] {
            let node = projection(Dialect::Spark, text);
            assert!(
                !node.contains(" DIV ") && !node.contains("div)") || text == "1 + div",
                "{text}: {node}"
            );
        }
    }
}
