//! Statements that change data have no place inside of a query.
//!
//! sqlparser takes `WITH gone AS (DELETE FROM t RETURNING *) SELECT …` for a query. No model's query may be one, so
//! it is refused before it is parsed. The syntax trees of queries therefore never hold a statement, which the
//! browser's build relies on: it leaves out how statements are printed, copied and compared.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

/// Refuses a query that holds a statement.
///
/// # Errors
/// Where the statement begins, and what is wrong with it.
pub(super) fn refuse(tokens: &[TokenWithSpan]) -> Result<(), (Location, String)> {
    let mut written = tokens
        .iter()
        .filter(|token| !matches!(token.token, Token::Whitespace(_)))
        .peekable();
    // A query begins a text, follows an opening parenthesis, or the last of its own CTEs.
    let mut may_begin = true;
    while let Some(token) = written.next() {
        if let Token::Word(word) = &token.token
            && matches!(
                word.keyword,
                Keyword::INSERT | Keyword::UPDATE | Keyword::DELETE | Keyword::MERGE
            )
            && may_begin
            // `INSERT(text, 1, 2, 'new')` is a function.
            && !matches!(written.peek().map(|next| &next.token), Some(Token::LParen))
        {
            return Err((
                token.span.start,
                format!(
                    "`{}` begins a statement; a query only reads: statements go before or after the query",
                    word.value.to_uppercase()
                ),
            ));
        }
        may_begin = matches!(token.token, Token::LParen | Token::RParen);
    }
    Ok(())
}

/// Takes from the words that begin statements what makes them more than names. What the check above lets pass are
/// functions, columns and aliases, and the parser shall not try a statement with them; of `FOR UPDATE` it has to know.
///
/// So with `TABLE (` and `NESTED (`: the parser may take them for types made of columns, with all that a definition can
/// say of a column. `FROM TABLE(f(x))` is a table function of that name as well. Whitespace is gone from the tokens.
pub(super) fn disarm(tokens: &mut [TokenWithSpan]) {
    let mut behind_for = false;
    for at in 0..tokens.len() {
        let before_parenthesis = tokens.get(at + 1).is_some_and(|next| next.token == Token::LParen);
        if let Token::Word(word) = &mut tokens[at].token {
            let begins = match word.keyword {
                Keyword::TABLE | Keyword::NESTED => before_parenthesis,
                Keyword::INSERT | Keyword::DELETE | Keyword::MERGE => true,
                Keyword::UPDATE => !behind_for,
                _ => false,
            };
            if begins {
                word.keyword = Keyword::NoKeyword;
            }
            behind_for = matches!(word.keyword, Keyword::FOR | Keyword::KEY);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, parse};

    #[test]
    fn statements_are_refused_and_functions_are_not() {
        let refused = |text: &str| parse(text, Dialect::Postgres).err().map(|error| error.message);
        for text in [
            "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
            "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
            "SELECT * FROM (UPDATE t SET a = 1 RETURNING *) AS u",
            "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE",
        ] {
            let message = refused(text);
            assert!(
                message
                    .as_ref()
                    .is_some_and(|message| message.contains("begins a statement")),
                "{text}: {message:?}"
            );
        }
        assert_eq!(
            refused("SELECT upper(insert(a, 1, 2, 'x')), t.update FROM t"),
            None
        );
        // The parser is never let near a statement, wherever it would look for one.
        for text in [
            "WITH a AS (SELECT 1) INSERT (SELECT 1)",
            "WITH a AS (SELECT 1) FROM b INSERT INTO t SELECT 1",
            "SELECT * FROM (DELETE (t))",
            "WITH a AS (SELECT 1) MERGE (t) USING s",
        ] {
            let _ = refused(text);
        }
        assert_eq!(refused("SELECT a FROM t FOR UPDATE"), None);
        // Such a type is one of the user's own, whose arguments are words.
        let custom = "SELECT CAST(a AS Nested(b Int8)) FROM t";
        let tree = parse(custom, Dialect::ClickHouse).expect("is read");
        assert_ne!(
            Ok(tree),
            parse(&custom.replace("Int8", "Int16"), Dialect::ClickHouse)
        );
        let functions = "SELECT * FROM TABLE(f(1)) AS t, LATERAL TABLE(g(t.a)) AS u";
        let tree = parse(functions, Dialect::Snowflake).expect("is read");
        assert_eq!(tree.one("from").map(|from| from.text.as_str()), Some("TABLE"));
    }
}
