//! The SQL behind each column of a query, as it is written.
//!
//! In: a query whose macros are expanded. Out: for each common table expression and for the query, its columns with
//! the texts of their expressions. As with comments, the text is scanned: a tree has no place in it. Of a set
//! operation the first branch counts; a column that comes by a star is not told.

use super::comments::Scan;
use super::dialect::{Dialect, Part};
use super::lexer::{TokenKind, tokenize};

/// Columns of a query: name and SQL.
pub type Texts = Vec<(String, String)>;

/// Common table expressions with their names, in the order in which they are written, and last, without a name, the
/// query. Text that cannot be read has none.
pub fn column_texts(query_text: &str, dialect: Dialect) -> Vec<(String, Texts)> {
    let mut found = Vec::new();
    let Ok(words) = tokenize(query_text, dialect) else {
        return found;
    };
    let scan = Scan::new(query_text, &words, dialect);
    for at in 0..words.tokens.len() {
        if let Some((name, given, body)) = named_query(&scan, at, dialect) {
            found.push((name, texts_of(&scan, body, &given)));
        }
    }
    found.push((String::new(), texts_of(&scan, 0, &[])));
    found
}

/// A common table expression whose `AS` stands at a token: its name, the names that it gives its columns, and where
/// its query begins.
fn named_query(scan: &Scan<'_>, at: usize, dialect: Dialect) -> Option<(String, Vec<String>, usize)> {
    if !scan.is_word(at, "AS") {
        return None;
    }
    let mut body = at + 1;
    while scan.is_word(body, "NOT") || scan.is_word(body, "MATERIALIZED") {
        body += 1;
    }
    if !scan.is_symbol(body, "(") {
        return None;
    }
    body += 1;
    if !["SELECT", "WITH", "FROM", "("]
        .iter()
        .any(|word| scan.is_word(body, word) || scan.is_symbol(body, word))
    {
        return None;
    }
    let identifier = |at: usize| {
        let token = scan.token(at)?;
        let quoted = match token.kind {
            TokenKind::Word => false,
            TokenKind::QuotedIdentifier => true,
            _ => return None,
        };
        Some(dialect.normalize(&token.value(scan.text, dialect), quoted, Part::Column))
    };
    let mut name = at.checked_sub(1)?;
    let mut given = Vec::new();
    if scan.is_symbol(name, ")") {
        // `name(a, b) AS (…)`
        name = name.checked_sub(1)?;
        while !scan.is_symbol(name, "(") {
            given.extend(identifier(name));
            name = name.checked_sub(1)?;
        }
        given.reverse();
        name = name.checked_sub(1)?;
    }
    Some((identifier(name)?, given, body))
}

/// The columns of the query that begins at a token; some may have been given other names.
fn texts_of(scan: &Scan<'_>, begin: usize, given: &[String]) -> Texts {
    let text = |(index, projection): (usize, std::ops::Range<usize>)| {
        let alias = scan.alias(&projection);
        let last = alias.unwrap_or(projection.end).checked_sub(1)?;
        let (first, last) = (scan.token(projection.start)?, scan.token(last)?);
        let sql = scan.text.get(first.span.start..last.span.end)?;
        let name = given.get(index).cloned();
        Some((name.or_else(|| scan.name(&projection, alias))?, sql.to_string()))
    };
    let projections = scan.projections(begin).into_iter().enumerate();
    projections.filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sql: &str) -> Vec<String> {
        let found = column_texts(sql, Dialect::DuckDb);
        let line = |(name, texts): &(String, Texts)| {
            let texts: Vec<String> = texts.iter().map(|(name, sql)| format!("{name}={sql}")).collect();
            format!("{name}: {}", texts.join(" | "))
        };
        found.iter().map(line).collect()
    }

    #[test]
    fn each_column_with_its_text() {
        let sql = "WITH c AS (SELECT id, x * 2 AS D, max(a, b) /* most */ m FROM t), \
                   r(p, q) AS NOT MATERIALIZED (SELECT 1, y FROM c UNION ALL SELECT 2, 3) \
                   SELECT r.p, c.*, CASE WHEN d > 1 THEN 'a, b' END AS \"k\" FROM c, r";
        assert_eq!(
            shown(sql),
            [
                "c: id=id | d=x * 2 | m=max(a, b)",
                "r: p=1 | q=y",
                ": p=r.p | *=c.* | k=CASE WHEN d > 1 THEN 'a, b' END",
            ]
        );
    }

    #[test]
    fn what_is_no_query_has_none() {
        assert_eq!(shown("VALUES (1)"), [": "]);
        assert_eq!(shown("SELECT CAST(a AS (b))"), [": "]);
    }
}
