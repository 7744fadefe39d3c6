//! Pipe syntax as nested queries: `FROM t |> WHERE a |> SELECT b` is `SELECT * FROM (SELECT b FROM t WHERE a)`.
//!
//! A step that decides the columns closes the query so far; the others add a clause to it. A query with a step that
//! SQLMesh does not know is left as it is.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::is_word;
use super::levels::{fold, own};

/// Rewrites every query with pipes.
pub(super) fn nest(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let is_pipe = |token: &TokenWithSpan| token.token == Token::VerticalBarRightAngleBracket;
    if !tokens.iter().any(is_pipe) {
        return tokens;
    }
    fold(tokens, |mut level| {
        let bracketed = matches!(level.first().map(|token| &token.token), Some(Token::LParen));
        let end = match level.last().map(|token| &token.token) {
            Some(Token::RParen) if bracketed => level.len() - 1,
            _ => own(&level)
                .find(|(_, token)| matches!(token, Token::SemiColon | Token::EOF))
                .map_or(level.len(), |(at, _)| at),
        };
        let start = usize::from(bracketed);
        let Some(inner) = level.get(start..end) else {
            return level;
        };
        if let Some(query) = flattened(inner) {
            level.splice(start..end, query);
        }
        level
    })
}

/// The query so far.
struct Query {
    list: Vec<TokenWithSpan>,
    distinct: bool,
    from: Vec<TokenWithSpan>,
    conditions: Vec<Vec<TokenWithSpan>>,
    group: Vec<TokenWithSpan>,
    /// ORDER BY, LIMIT and what follows them.
    order: Vec<TokenWithSpan>,
    limit: Vec<TokenWithSpan>,
    /// How often the query was closed.
    closed: usize,
}

/// The tokens of one query without its pipes; `None` when it has none, or a step is not known.
fn flattened(tokens: &[TokenWithSpan]) -> Option<Vec<TokenWithSpan>> {
    let pipes: Vec<usize> = own(tokens)
        .filter(|(_, token)| **token == Token::VerticalBarRightAngleBracket)
        .map(|(at, _)| at)
        .collect();
    let first = *pipes.first()?;
    let head = tokens.get(..first)?;
    let body = own(head)
        .find(|(_, token)| is_word(token, "SELECT") || is_word(token, "FROM"))
        .map_or(0, |(at, _)| at);
    let with = head.get(..body)?;
    let place = head.get(body)?.span;
    let make = |token: Token| TokenWithSpan::new(token, place);
    let word = |word: &str| make(Token::make_keyword(word));
    let mut list = vec![make(Token::Mul)];
    let mut conditions = Vec::new();
    let from = if is_word(&head.get(body)?.token, "FROM") {
        head.get(body + 1..)?.to_vec()
    } else if let Some((projections, from, condition)) = plain_select(head.get(body..)?) {
        list = projections.to_vec();
        conditions.extend(condition.map(<[TokenWithSpan]>::to_vec));
        from.to_vec()
    } else {
        bracketed(head.get(body..)?.to_vec(), &make)
    };
    let mut query = Query {
        list,
        distinct: false,
        from,
        conditions,
        group: Vec::new(),
        order: Vec::new(),
        limit: Vec::new(),
        closed: 0,
    };
    let ends = pipes.iter().skip(1).copied().chain([tokens.len()]);
    for (pipe, end) in pipes.iter().zip(ends) {
        let step = tokens.get(pipe + 1..end)?;
        let (Token::Word(name), rest) = (&step.first()?.token, step.get(1..)?) else {
            return None;
        };
        match name.value.to_uppercase().as_str() {
            "WHERE" => query.conditions.push(rest.to_vec()),
            "DISTINCT" => query.distinct = true,
            "ORDER" => query.order = step.to_vec(),
            "LIMIT" => query.limit = step.to_vec(),
            "SELECT" => {
                query.list = rest.to_vec();
                query.close(&make);
            }
            "EXTEND" => {
                query.list.push(make(Token::Comma));
                query.list.extend_from_slice(rest);
                query.close(&make);
            }
            "AGGREGATE" => {
                query.aggregate(rest, &make);
                query.close(&make);
            }
            "AS" => {
                query.close(&make);
                query.from.push(word("AS"));
                query.from.extend_from_slice(rest);
            }
            "PIVOT" | "UNPIVOT" => {
                query.from.extend_from_slice(step);
                query.close(&make);
            }
            "TABLESAMPLE" | "JOIN" | "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS" => {
                query.from.extend_from_slice(step);
            }
            "UNION" | "EXCEPT" | "INTERSECT" => {
                let queries = rest.iter().position(|token| token.token == Token::LParen)?;
                let operator = step.get(..=queries)?;
                query.close(&make);
                let mut all = bracketed(query.text(&make), &make);
                for token in own(rest.get(queries..)?).filter(|(_, token)| **token == Token::LParen) {
                    let branch = rest.get(queries + token.0..)?;
                    let end = own(branch).nth(1).map(|(end, _)| end)?;
                    all.extend_from_slice(operator);
                    all.extend_from_slice(branch.get(..=end)?);
                }
                query.from = bracketed(all, &make);
            }
            _ => return None,
        }
    }
    // Behind a WITH of its own, SQLMesh loses the queries that were closed and reads them by name.
    if !with.is_empty() && query.closed > 0 {
        let name = format!("__tmp{}", query.closed);
        query.from = vec![make(Token::make_word(&name, None))];
    }
    let mut text = with.to_vec();
    text.extend(query.text(&make));
    Some(text)
}

/// What stands behind the word of a clause.
type Clause<'t> = &'t [TokenWithSpan];

/// Projections, sources and condition of a query that has nothing else: the steps go on in it.
fn plain_select(tokens: &[TokenWithSpan]) -> Option<(Clause<'_>, Clause<'_>, Option<Clause<'_>>)> {
    const OTHERS: [&str; 12] = [
        "DISTINCT",
        "GROUP",
        "HAVING",
        "QUALIFY",
        "WINDOW",
        "ORDER",
        "LIMIT",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "STRUCT",
        "VALUE",
    ];
    let (mut from, mut condition) = (None, None);
    for (at, token) in own(tokens).skip(1) {
        if is_word(token, "FROM") {
            from = from.or(Some(at));
        } else if is_word(token, "WHERE") {
            condition = condition.or(Some(at));
        } else if OTHERS.iter().any(|word| is_word(token, word)) {
            return None;
        }
    }
    let end = condition.unwrap_or(tokens.len());
    let condition = condition.and_then(|at| tokens.get(at + 1..));
    Some((tokens.get(1..from?)?, tokens.get(from? + 1..end)?, condition))
}

impl Query {
    /// The query's clauses in the order of plain SQL.
    fn text(&mut self, make: &impl Fn(Token) -> TokenWithSpan) -> Vec<TokenWithSpan> {
        let word = |word: &str| make(Token::make_keyword(word));
        let mut text = vec![word("SELECT")];
        if std::mem::take(&mut self.distinct) {
            text.push(word("DISTINCT"));
        }
        text.extend(std::mem::replace(&mut self.list, vec![make(Token::Mul)]));
        text.push(word("FROM"));
        text.append(&mut self.from);
        for (count, condition) in std::mem::take(&mut self.conditions).into_iter().enumerate() {
            text.push(word(if count == 0 { "WHERE" } else { "AND" }));
            text.extend(bracketed(condition, make));
        }
        text.append(&mut self.group);
        text.append(&mut self.order);
        text.append(&mut self.limit);
        text
    }

    /// What follows reads the query so far.
    fn close(&mut self, make: &impl Fn(Token) -> TokenWithSpan) {
        self.from = bracketed(self.text(make), make);
        self.closed += 1;
    }

    /// `sum(a) AS s GROUP BY b, c AS d` as projections and keys; directions of sorting are left out.
    fn aggregate(&mut self, step: &[TokenWithSpan], make: &impl Fn(Token) -> TokenWithSpan) {
        let group = own(step)
            .find(|(_, token)| is_word(token, "GROUP"))
            .map(|(at, _)| at);
        let keys = group.and_then(|at| {
            let by = own(step).find(|(place, token)| *place > at && is_word(token, "BY"))?;
            step.get(by.0 + 1..)
        });
        let mut all = items(step.get(..group.unwrap_or(step.len())).unwrap_or(step));
        let names = keys.map(items).unwrap_or_default();
        for key in &names {
            self.group.push(match self.group.is_empty() {
                true => make(Token::make_keyword("GROUP")),
                false => make(Token::Comma),
            });
            if self.group.len() == 1 {
                self.group.push(make(Token::make_keyword("BY")));
            }
            let alias = own(key)
                .find(|(_, token)| is_word(token, "AS"))
                .map(|(at, _)| at + 1);
            self.group
                .extend_from_slice(key.get(alias.unwrap_or(0)..).unwrap_or_default());
        }
        all.extend(names);
        let comma = make(Token::Comma);
        self.list = all.join(&comma);
    }
}

/// The items of a list without their directions.
fn items(list: &[TokenWithSpan]) -> Vec<Vec<TokenWithSpan>> {
    let mut commas: Vec<usize> = own(list)
        .filter(|(_, token)| **token == Token::Comma)
        .map(|(at, _)| at)
        .collect();
    commas.push(list.len());
    let mut start = 0;
    let mut items = Vec::new();
    for comma in commas {
        let mut item = list.get(start..comma).unwrap_or_default();
        while let Some((last, rest)) = item.split_last()
            && ["ASC", "DESC"].iter().any(|word| is_word(&last.token, word))
        {
            item = rest;
        }
        if !item.is_empty() {
            items.push(item.to_vec());
        }
        start = comma + 1;
    }
    items
}

fn bracketed(tokens: Vec<TokenWithSpan>, make: &impl Fn(Token) -> TokenWithSpan) -> Vec<TokenWithSpan> {
    let mut all = vec![make(Token::LParen)];
    all.extend(tokens);
    all.push(make(Token::RParen));
    all
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::BigQueryDialect;
    use sqlparser::tokenizer::Tokenizer;

    use super::super::tests::written;
    use super::*;

    #[track_caller]
    fn check(text: &str, plain: &str) {
        let tokens = Tokenizer::new(&BigQueryDialect {}, text)
            .tokenize_with_location()
            .expect("tokens")
            .into_iter()
            .filter(|token| !matches!(token.token, Token::Whitespace(_)))
            .collect();
        assert_eq!(written(&nest(tokens)), plain);
    }

    #[test]
    fn steps_become_clauses() {
        check(
            "FROM s.t |> WHERE a > 1 |> JOIN s.u USING (a) |> ORDER BY a DESC |> LIMIT 3;",
            "SELECT * FROM s . t JOIN s . u USING ( a ) WHERE ( a > 1 ) ORDER BY a DESC LIMIT 3 ;",
        );
        check(
            "SELECT a FROM (FROM t |> EXTEND a + 1 AS b |> SELECT b) WHERE x |> WHERE y",
            "SELECT a FROM ( SELECT * FROM ( SELECT b FROM ( SELECT * , a + 1 AS b FROM t ) ) ) \
             WHERE ( x ) AND ( y )",
        );
        check(
            "FROM t |> AGGREGATE sum(a) AS s DESC GROUP BY b, c AS d",
            "SELECT * FROM ( SELECT sum ( a ) AS s , b , c AS d FROM t GROUP BY b , d )",
        );
        check(
            "FROM t |> UNION ALL (SELECT 1), (SELECT 2) |> AS u",
            "SELECT * FROM ( SELECT * FROM ( ( SELECT * FROM ( SELECT * FROM t ) ) UNION ALL ( SELECT 1 ) UNION \
             ALL ( SELECT 2 ) ) ) AS u",
        );
    }

    #[test]
    fn what_is_closed_behind_a_with_is_read_by_name() {
        check(
            "WITH c AS (SELECT 1 AS a) FROM c |> SELECT a |> WHERE a > 0",
            "WITH c AS ( SELECT 1 AS a ) SELECT * FROM __tmp1 WHERE ( a > 0 )",
        );
    }

    #[test]
    fn unknown_steps_stay() {
        check("FROM t |> RENAME a AS b", "FROM t |> RENAME a AS b");
        check("SELECT 1", "SELECT 1");
    }
}
