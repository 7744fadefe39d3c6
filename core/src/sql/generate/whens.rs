//! Merge clauses as they are hashed: `WHENS :expressions,WHEN :matched,True,…`.

use super::expression;
use crate::sql::Dialect;
use crate::sql::lexer::{Token, tokenize};

/// The hashed text of `WHEN …` clauses, with or without parentheses around them. A text that cannot be read stands
/// for itself.
pub fn whens(text: &str, dialect: Dialect) -> String {
    clauses(text, dialect).unwrap_or_else(|| text.to_string())
}

fn clauses(text: &str, dialect: Dialect) -> Option<String> {
    let found = tokenize(text, dialect).ok()?;
    let mut tokens: &[Token] = &found.tokens;
    if let [first, inner @ .., last] = tokens
        && first.is_symbol(text, "(")
        && last.is_symbol(text, ")")
    {
        tokens = inner;
    }
    let starts = tops(tokens, text, "WHEN");
    if starts.first() != Some(&0) {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([tokens.len()]);
    let items: Option<Vec<String>> = starts
        .iter()
        .zip(ends)
        .map(|(start, end)| clause(tokens.get(*start..end)?, text, dialect))
        .collect();
    Some(format!("WHENS :expressions,{}", items?.join(",")))
}

/// Places of a word outside of parentheses and of CASE … END.
fn tops(tokens: &[Token], text: &str, word: &str) -> Vec<usize> {
    let mut depth = 0_i64;
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if depth == 0 && (token.is_word(text, word) || token.is_symbol(text, word)) {
            found.push(index);
        }
        if token.is_symbol(text, "(") || token.is_word(text, "CASE") {
            depth += 1;
        } else if token.is_symbol(text, ")") || token.is_word(text, "END") {
            depth -= 1;
        }
    }
    found
}

/// One clause, from its WHEN.
fn clause(tokens: &[Token], text: &str, dialect: Dialect) -> Option<String> {
    let then = *tops(tokens, text, "THEN").first()?;
    let is = |index: usize, word: &str| tokens.get(index).is_some_and(|token| token.is_word(text, word));
    let negated = is(1, "NOT");
    let mut at = 1 + usize::from(negated);
    if !is(at, "MATCHED") {
        return None;
    }
    at += 1;
    let mut by_source = false;
    if is(at, "BY") {
        by_source = is(at + 1, "SOURCE");
        at += 2;
    }
    let truth = |flag: bool| if flag { "True" } else { "False" };
    let mut items = format!("WHEN :matched,{},:source,{}", truth(!negated), truth(by_source));
    if is(at, "AND") {
        let condition = expression(slice(tokens.get(at + 1..then)?, text)?, dialect);
        items.push_str(&format!(",:condition,{condition}"));
    }
    let action = action(tokens.get(then + 1..)?, text, dialect)?;
    Some(format!("{items},:then,{action}"))
}

fn action(tokens: &[Token], text: &str, dialect: Dialect) -> Option<String> {
    let (verb, rest) = tokens.split_first()?;
    let starred = |rest: &[Token]| matches!(rest, [only] if only.is_symbol(text, "*"));
    if verb.is_word(text, "UPDATE") {
        if starred(rest) {
            return Some("UPDATE :expressions,STAR".to_string());
        }
        let (_, assignments) = rest.split_first().filter(|(set, _)| set.is_word(text, "SET"))?;
        let items: Option<Vec<String>> = split(assignments, text)
            .into_iter()
            .map(|part| Some(expression(slice(part, text)?, dialect)))
            .collect();
        return Some(format!("UPDATE :expressions,{}", items?.join(",")));
    }
    if verb.is_word(text, "INSERT") {
        if starred(rest) {
            return Some("INSERT :this,STAR".to_string());
        }
        let values = tops(rest, text, "VALUES").first().copied()?;
        let columns = tuple(rest.get(..values)?, text, dialect)?;
        let values = tuple(rest.get(values + 1..)?, text, dialect)?;
        return Some(format!("INSERT :this,{columns},:expression,{values}"));
    }
    (rest.is_empty() && verb.is_word(text, "DELETE")).then(|| "DELETE".to_string())
}

fn tuple(tokens: &[Token], text: &str, dialect: Dialect) -> Option<String> {
    let [first, inner @ .., last] = tokens else {
        return None;
    };
    if !first.is_symbol(text, "(") || !last.is_symbol(text, ")") {
        return None;
    }
    let items: Option<Vec<String>> = split(inner, text)
        .into_iter()
        .map(|part| Some(expression(slice(part, text)?, dialect)))
        .collect();
    Some(format!("TUPLE :expressions,{}", items?.join(",")))
}

fn split<'t>(tokens: &'t [Token], text: &str) -> Vec<&'t [Token]> {
    let mut parts = Vec::new();
    let mut from = 0;
    for comma in tops(tokens, text, ",") {
        parts.extend(tokens.get(from..comma));
        from = comma + 1;
    }
    parts.extend(tokens.get(from..));
    parts
}

fn slice<'t>(tokens: &[Token], text: &'t str) -> Option<&'t str> {
    text.get(tokens.first()?.span.start..tokens.last()?.span.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(whens(text, Dialect::DuckDb), expected, "{text}");
    }

    #[test]
    fn clauses_as_they_are_hashed() {
        check(
            "(WHEN MATCHED THEN UPDATE SET \"t\".\"a\" = COALESCE(\"s\".\"a\", 1), \"t\".\"b\" = \"s\".\"b\")",
            "WHENS :expressions,WHEN :matched,True,:source,False,:then,UPDATE \
             :expressions,\"t\".\"a\" = COALESCE(\"s\".\"a\",1),\"t\".\"b\" = \"s\".\"b\"",
        );
        check(
            "WHEN MATCHED AND \"s\".\"x\" > 1 THEN DELETE WHEN NOT MATCHED THEN INSERT (\"id\") VALUES (1)",
            "WHENS :expressions,WHEN :matched,True,:source,False,:condition,\"s\".\"x\" > 1,:then,DELETE,WHEN \
             :matched,False,:source,False,:then,INSERT :this,TUPLE :expressions,\"id\",:expression,TUPLE \
             :expressions,1",
        );
        check(
            "(WHEN NOT MATCHED BY SOURCE THEN DELETE)",
            "WHENS :expressions,WHEN :matched,False,:source,True,:then,DELETE",
        );
        check("(WHENEVER)", "(WHENEVER)");
    }
}
