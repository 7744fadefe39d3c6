//! Column descriptions: the comments beside the columns of a query.
//!
//! In: the text of a query whose macros are expanded, comments still in it. Out: output column → the last comment
//! that belongs to it. The text is scanned and not parsed, because parsers drop comments. Which comment belongs
//! to a column follows SQLGlot: one that follows on the same line belongs to the word (or comma) before it, any
//! other one to the next word; comments inside of an expression say nothing about the column.

use crate::ordered::BTreeMap;
use std::ops::Range;

use crate::ordered::IndexMap;

use super::dialect::{Dialect, Part};
use super::lexer::{Token, TokenKind, Tokens, tokenize};

/// Words that end the list of columns.
const ENDS: &[&str] = &[
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "QUALIFY",
    "WINDOW",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "MINUS",
    "INTO",
    "LATERAL",
    "CLUSTER",
    "DISTRIBUTE",
    "SORT",
    "USING",
];

/// Words that stand between `SELECT` and the first column.
const MODIFIERS: &[&str] = &["DISTINCT", "ALL"];

/// The descriptions of a query's output columns, in the order of the columns. Text that cannot be read has none.
pub fn column_descriptions(query_text: &str, dialect: Dialect) -> IndexMap<String, String> {
    let mut found = IndexMap::new();
    // `#` and `//` begin comments of some dialects; most queries have none of these.
    if !["--", "/*", "#", "//"]
        .iter()
        .any(|mark| query_text.contains(mark))
    {
        return found;
    }
    let Ok(words) = tokenize(query_text, dialect) else {
        return found;
    };
    if words.comments.is_empty() {
        return found;
    }
    let scan = Scan::new(query_text, &words, dialect);
    // The last comment of each word.
    let comment_of: BTreeMap<Owner, usize> = scan.owners().into_iter().zip(0..).collect();
    for projection in scan.projections(0) {
        let Some(described) = scan.describe(&projection) else {
            continue;
        };
        let last = described
            .owners
            .iter()
            .filter_map(|owner| comment_of.get(owner))
            .max();
        let comment = last.and_then(|last| words.comments.get(*last));
        if let Some(comment) = comment {
            found.insert(described.name, comment.text.trim().to_string());
        }
    }
    found
}

/// A word that a comment belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Owner {
    token: usize,
    /// Whether the comment stands before the word.
    before: bool,
}

/// A column and the words whose comments describe it.
struct Described {
    name: String,
    owners: Vec<Owner>,
}

/// The words of a query, to be looked through for its columns.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    words: &'a Tokens,
    dialect: Dialect,
}

impl<'a> Scan<'a> {
    /// For the words of a text.
    pub(super) fn new(text: &'a str, words: &'a Tokens, dialect: Dialect) -> Self {
        Self { text, words, dialect }
    }

    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        self.words.tokens.get(at)
    }

    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.token(at).is_some_and(|token| token.is_word(self.text, word))
    }

    pub(super) fn is_symbol(&self, at: usize, symbol: &str) -> bool {
        self.token(at)
            .is_some_and(|token| token.is_symbol(self.text, symbol))
    }

    /// How a token changes the depth of brackets.
    fn nesting(&self, at: usize) -> isize {
        match self.token(at) {
            Some(token) if token.kind == TokenKind::Symbol => match token.text(self.text) {
                "(" | "[" | "{" => 1,
                ")" | "]" | "}" => -1,
                _ => 0,
            },
            _ => 0,
        }
    }

    /// The word that each comment belongs to.
    fn owners(&self) -> Vec<Owner> {
        let tokens = &self.words.tokens;
        let owner = |start: usize| {
            let next = tokens.partition_point(|token| token.span.start < start);
            let previous = next.checked_sub(1);
            let same_line = previous.is_some_and(|previous| {
                let end = tokens.get(previous).map_or(0, |token| token.span.end);
                let between = self.text.get(end..start).unwrap_or_default();
                !between.contains('\n')
            });
            match previous {
                Some(previous) if same_line || next >= tokens.len() => Owner {
                    token: previous,
                    before: false,
                },
                _ => Owner {
                    token: next,
                    before: true,
                },
            }
        };
        self.words
            .comments
            .iter()
            .map(|comment| owner(comment.span.start))
            .collect()
    }

    /// The tokens of each column of the outermost, first `SELECT` of the query that begins at a token; the token after
    /// a range is its comma, if any.
    pub(super) fn projections(&self, begin: usize) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let all = self.words.tokens.len();
        let opened = (begin..all).take_while(|at| self.is_symbol(*at, "(")).count();
        let mut depth = 0;
        let select = (begin + opened..all).find(|at| {
            let here = depth;
            depth += self.nesting(*at);
            here == 0 && self.is_word(*at, "SELECT")
        });
        let Some(select) = select else { return found };
        let mut start = select + 1;
        if MODIFIERS.iter().any(|word| self.is_word(start, word)) {
            start += 1;
            if self.is_word(start, "ON") {
                start = self.after_brackets(start + 1);
            }
        }
        let (mut at, mut depth) = (start, 0_isize);
        while self.token(at).is_some() {
            let change = self.nesting(at);
            let ends = depth == 0
                && (change < 0 || self.is_symbol(at, ";") || ENDS.iter().any(|word| self.is_word(at, word)));
            if ends {
                break;
            }
            if depth == 0 && self.is_symbol(at, ",") {
                found.push(start..at);
                start = at + 1;
            }
            depth += change;
            at += 1;
        }
        if start < at {
            found.push(start..at);
        }
        found
    }

    /// The token after the bracket that opens at `at`.
    pub(super) fn after_brackets(&self, at: usize) -> usize {
        let mut depth = 0;
        for inner in at..self.words.tokens.len() {
            depth += self.nesting(inner);
            if depth <= 0 {
                return inner + 1;
            }
        }
        self.words.tokens.len()
    }

    fn describe(&self, projection: &Range<usize>) -> Option<Described> {
        let last = projection
            .end
            .checked_sub(1)
            .filter(|last| *last >= projection.start)?;
        let comma = Owner {
            token: projection.end,
            before: false,
        };
        let mut owners = vec![
            comma,
            Owner {
                before: true,
                ..comma
            },
        ];
        if !self.is_symbol(projection.end, ",") {
            owners.clear();
        }
        let after = |token| Owner { token, before: false };
        owners.push(after(last));
        let alias = self.alias(projection);
        let expression = projection.start..alias.unwrap_or(projection.end);
        let shape = self.shape(&expression);
        let end = expression.end.checked_sub(1)?;
        if shape != Shape::Other {
            owners.push(after(end));
        } else if alias.is_none() {
            return None;
        }
        if shape == Shape::Primary {
            owners.push(Owner {
                token: expression.start,
                before: true,
            });
        }
        // Comments between the expression and its name.
        if let Some(alias) = alias {
            owners.extend(
                (alias..projection.end).flat_map(|token| [after(token), Owner { token, before: true }]),
            );
        }
        let name = self.name(projection, alias)?;
        Some(Described { name, owners })
    }

    /// The first token of a column's name given with or without `AS`.
    pub(super) fn alias(&self, projection: &Range<usize>) -> Option<usize> {
        let last = projection.end.checked_sub(1)?;
        let named = |at| {
            self.token(at)
                .is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier))
        };
        let before = last.checked_sub(1).filter(|before| *before >= projection.start)?;
        if self.is_word(before, "AS") {
            return Some(before);
        }
        let operand = match self.token(before)?.kind {
            TokenKind::Word => ![
                "AND", "OR", "NOT", "IS", "LIKE", "IN", "THEN", "ELSE", "INTERVAL", "DIV", "COLLATE",
            ]
            .iter()
            .any(|word| self.is_word(before, word)),
            TokenKind::Symbol => [")", "]", "}"]
                .iter()
                .any(|symbol| self.is_symbol(before, symbol)),
            _ => true,
        };
        let ends_case = self.is_word(last, "END");
        (named(last) && operand && !ends_case).then_some(last)
    }

    pub(super) fn name(&self, projection: &Range<usize>, alias: Option<usize>) -> Option<String> {
        if alias.is_none() && self.is_symbol(projection.end - 1, "*") {
            return Some("*".to_string());
        }
        let mut at = projection.end.checked_sub(1)?;
        if alias.is_none() {
            // `a::int` is named after what is cast.
            let cast = projection.clone().find(|at| self.is_symbol(*at, "::"));
            at = cast.map_or(Some(at), |cast| cast.checked_sub(1))?;
        }
        let token = self.token(at)?;
        let quoted = match token.kind {
            TokenKind::Word => false,
            TokenKind::QuotedIdentifier => true,
            _ => return None,
        };
        let name = token.value(self.text, self.dialect);
        Some(self.dialect.normalize(&name, quoted, Part::Column))
    }

    /// What an expression is, as far as it decides which comments describe the column.
    fn shape(&self, expression: &Range<usize>) -> Shape {
        let first = expression.start;
        if self.is_word(first, "NOT") || self.is_word(first, "INTERVAL") || self.is_symbol(first, "[") {
            return Shape::Other;
        }
        if self.is_word(first, "CASE") {
            let ends = expression
                .end
                .checked_sub(1)
                .is_some_and(|last| self.is_word(last, "END"));
            return if ends { Shape::Primary } else { Shape::Other };
        }
        let (mut depth, mut cast, mut names) = (0_isize, false, 0_usize);
        for at in expression.clone() {
            let change = self.nesting(at);
            let outside = depth == 0;
            depth += change;
            if !outside || change != 0 {
                continue;
            }
            let Some(token) = self.token(at) else { continue };
            match token.kind {
                TokenKind::Symbol if self.is_symbol(at, "::") => cast = true,
                TokenKind::Symbol if [".", "@"].iter().any(|symbol| self.is_symbol(at, symbol)) => {}
                TokenKind::Symbol if self.is_symbol(at, "*") && at + 1 == expression.end => {}
                TokenKind::Symbol => return Shape::Other,
                _ if ["OVER", "FILTER", "IGNORE", "RESPECT", "NULLS"]
                    .iter()
                    .any(|word| self.is_word(at, word)) => {}
                // A window may go by its name.
                _ if cast
                    || at.checked_sub(1).is_some_and(|before| {
                        self.is_symbol(before, ".")
                            || self.is_symbol(before, "@")
                            || self.is_word(before, "OVER")
                    }) => {}
                _ => names += 1,
            }
        }
        match (names, cast) {
            (0 | 1, false) => Shape::Primary,
            (_, true) => Shape::Cast,
            _ => Shape::Other,
        }
    }
}

/// What an expression is, as far as comments are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A column, a literal, a call, something in parentheses: comments before and after it count.
    Primary,
    /// A cast with `::`: comments after it count.
    Cast,
    /// Anything with an operator: only comments after the alias count.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the reference says of each query: `column: comment`, in lines.
    const CASES: &[(&str, &str)] = &[
        (
            "SELECT a, -- the a\n b -- the b\n, c /* the c */ FROM t",
            "a: the a\nb: the b\nc: the c",
        ),
        (
            "SELECT\n -- lead a\n a,\n -- lead b\n b FROM t",
            "a: lead a\nb: lead b",
        ),
        ("SELECT a -- one\n -- two\n, b FROM t", "a: two"),
        (
            "SELECT a AS x -- cx\n, f(b) AS y /* cy */, c + 1 AS z -- cz\nFROM t",
            "x: cx\ny: cy\nz: cz",
        ),
        ("SELECT a /* x1 */ AS b /* x2 */ FROM t", "b: x2"),
        ("SELECT a, b -- bb\nFROM t -- tt\nWHERE x -- xx\n", "b: bb"),
        (
            "WITH q AS (SELECT a -- inner\n FROM t) SELECT a -- outer\n FROM q",
            "a: outer",
        ),
        ("SELECT a -- l\n FROM t UNION ALL SELECT b -- r\n FROM u", "a: l"),
        ("-- head\nSELECT -- after select\n a FROM t", ""),
        (
            "SELECT a, -- trailing a\n -- lead b\n b,\n c -- trailing c\n FROM t",
            "a: trailing a\nb: lead b\nc: trailing c",
        ),
        ("SELECT f(a, -- in arg\n b) AS x FROM t", ""),
        (
            "SELECT CASE WHEN a -- when\n THEN 1 END AS x, -- ax\n y FROM t",
            "x: ax",
        ),
        ("SELECT * -- star\n FROM t", "*: star"),
        (
            "SELECT a::int -- cast\n, CAST(b AS int) /* bc */ AS b FROM t",
            "a: cast\nb: bc",
        ),
        (
            "SELECT t.a -- qa\n, \"B c\" -- quoted\n FROM t",
            "a: qa\nb c: quoted",
        ),
        ("SELECT DISTINCT a -- da\n FROM t", "a: da"),
        ("SELECT a -- same\n, a -- other\n FROM t", "a: other"),
        (
            "SELECT a /* multi\n line */, b /*  spaces  */ FROM t",
            "a: multi\n line\nb: spaces",
        ),
        ("SELECT (SELECT 1 -- sub\n) AS x -- x\n FROM t", "x: x"),
        (
            "SELECT a, -- ca\nb, -- cb\nc -- cc\nFROM t",
            "a: ca\nb: cb\nc: cc",
        ),
        ("SELECT 1 -- lit\n AS one FROM t", "one: lit"),
        ("SELECT a\n, -- for b\n b FROM t", "a: for b"),
        ("SELECT a\n-- before comma\n, b FROM t", "a: before comma"),
        ("SELECT a + b -- nosuch\n FROM t", ""),
        ("SELECT sum(a) -- s\n AS total, -- tt\n b FROM t", "total: tt"),
        ("SELECT a -- x; y\n;", "a: x; y"),
        ("SELECT a AS A -- up\n FROM t", "a: up"),
        ("SELECT a -- @x {y}\n FROM t", "a: @x {y}"),
        ("(SELECT a -- p\n FROM t)", "a: p"),
        ("SELECT a {# jinja #}, b FROM t", "a: jinja"),
        ("SELECT /* h */ a FROM t", ""),
        ("FROM t SELECT a -- ff\n", "a: ff"),
        ("SELECT a, -- c1\n-- c2\nb -- c3\nFROM t", "a: c1\nb: c3"),
        ("SELECT x.* -- st\n, b -- bb\nFROM t", "*: st\nb: bb"),
        ("SELECT a -- ca\n FROM t;", "a: ca"),
        ("SELECT z,\n -- l\n a + b AS x\n FROM t", ""),
        ("SELECT z,\n -- l\n f(a) AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n CASE WHEN a THEN 1 END AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n CAST(a AS int) AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n a::int AS x\n FROM t", ""),
        ("SELECT z,\n -- l\n (a) AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n 'a' AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n count(*) AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n t.a AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n t.a\n FROM t", "a: l"),
        ("SELECT z,\n -- l\n a::int\n FROM t", ""),
        ("SELECT z,\n -- l\n a x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n sum(a) OVER () AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n NOT a AS x\n FROM t", ""),
        ("SELECT z,\n -- l\n -a AS x\n FROM t", ""),
        ("SELECT z,\n -- l\n a IN (1) AS x\n FROM t", ""),
        ("SELECT z,\n -- l\n (SELECT 1) AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n [1] AS x\n FROM t", ""),
        ("SELECT z,\n -- l\n a\n FROM t", "a: l"),
        ("SELECT z,\n a -- m\n + b AS x\n FROM t", ""),
        ("SELECT z,\n a + b -- m\n AS x\n FROM t", ""),
        ("SELECT z,\n f(a) + 1 -- m\n AS x\n FROM t", ""),
        ("SELECT z,\n a || 'x' -- m\n AS x\n FROM t", ""),
        ("SELECT z,\n sum(a) OVER () -- m\n AS x\n FROM t", "x: m"),
        ("SELECT z,\n a + b AS -- m\n x\n FROM t", "x: m"),
        ("SELECT z,\n CASE WHEN a THEN 1 END -- m\n AS x\n FROM t", "x: m"),
        ("SELECT z,\n a x -- m\n\n FROM t", "x: m"),
        ("SELECT z,\n a::int -- m\n AS x\n FROM t", "x: m"),
        ("SELECT z,\n t.a -- m\n AS x\n FROM t", "x: m"),
        ("SELECT z,\n (a) -- m\n AS x\n FROM t", "x: m"),
        ("SELECT z,\n a IS NULL -- m\n AS x\n FROM t", ""),
        ("SELECT z,\n coalesce(a -- q\n, b) -- m\n AS x\n FROM t", "x: m"),
        ("SELECT z,\n -- l\n a -- t\n AS x -- u\n\n FROM t", "x: u"),
        ("SELECT z,\n -- l\n f(a -- q\n) AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n DATE '2020-01-01' AS x\n FROM t", ""),
        ("SELECT z,\n -- l\n a = 1 AS x\n FROM t", ""),
        ("SELECT z,\n -- l\n *\n FROM t", "*: l"),
        ("SELECT z,\n -- l\n t.*\n FROM t", "*: l"),
        ("SELECT z,\n f(a) AS x,\n\n-- l\n-- l2\n FROM t", ""),
        ("SELECT z,\n a AS x -- m\n -- n\n\n FROM t", "x: m"),
        ("SELECT z,\n -- l\n EXTRACT(year FROM a) AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n interval 1 day AS x\n FROM t", ""),
        ("SELECT z,\n -- l\n a.b.c AS x\n FROM t", "x: l"),
        ("SELECT z,\n -- l\n f(a) OVER w AS x\n FROM t", "x: l"),
        (
            "SELECT z,\n -- l\n f(a) IGNORE NULLS OVER (ORDER BY z) AS x\n FROM t",
            "x: l",
        ),
        ("SELECT z,\n -- l\n current_date AS x\n FROM t", "x: l"),
    ];

    #[test]
    fn agrees_with_the_reference() {
        for (query, expected) in CASES {
            let found: Vec<String> = column_descriptions(query, Dialect::DuckDb)
                .iter()
                .map(|(column, comment)| format!("{column}: {comment}"))
                .collect();
            assert_eq!(found.join("\n"), *expected, "{query}");
        }
    }

    #[test]
    fn names_are_folded_by_the_dialect() {
        let found = column_descriptions("SELECT a -- x\n", Dialect::Snowflake);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["A"]);
        assert!(column_descriptions("SELECT 'a", Dialect::DuckDb).is_empty());
    }
}
