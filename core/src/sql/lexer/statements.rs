//! Statements of a file, as the slices that are hashed.
//!
//! A statement's text runs from its first to its last token, so comments around it do not count and comments
//! inside do. Every `;` divides except the very last token of the file, which stays with the last statement.
//! From `JINJA_QUERY_BEGIN;` to `JINJA_END` and from `ON_VIRTUAL_UPDATE_BEGIN;` to `ON_VIRTUAL_UPDATE_END`
//! everything is one slice.

use super::{Comment, Token, TokenKind, Tokens, tokenize};
use crate::source::Span;
use crate::sql::SqlError;
use crate::sql::dialect::Dialect;

/// What a slice of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChunkKind {
    /// Tokens of SQL: a header, a query, a statement, a macro call.
    Sql,
    /// A Jinja block that is the query. `body` is the text between the marks, trimmed.
    JinjaQuery {
        /// The text between the marks, trimmed.
        body: Span,
    },
    /// A Jinja block that is a statement.
    JinjaStatement {
        /// The text between the marks, trimmed.
        body: Span,
    },
    /// A block of statements that run when views are swapped. SQLMesh stores their regenerated text, not
    /// the slices.
    VirtualUpdate(Vec<Chunk>),
    /// The slice of the chunk before once more. A comment after the file's last `;` makes SQLMesh read an empty
    /// statement there, and it gives that statement the text of the last one.
    Repeated,
    /// A statement directly after a virtual-update block: SQLMesh loses it. Worth a warning.
    Lost,
}

/// One slice of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The bytes that are hashed.
    pub span: Span,
    /// What it is.
    pub kind: ChunkKind,
    /// The comments between the chunk before and this one.
    pub comments_before: Vec<Comment>,
    /// Its tokens, the final `;` included if it belongs to the slice.
    pub tokens: Vec<Token>,
    /// False for a block without its end mark. SQLMesh takes such a block up to the file's last token.
    pub closed: bool,
}

/// Cuts a file into statements.
///
/// # Errors
/// Those of `tokenize`.
pub fn statements(text: &str, dialect: Dialect) -> Result<Vec<Chunk>, SqlError> {
    let found = tokenize(text, dialect)?;
    let mut splitter = Splitter {
        text,
        found: &found,
        at: 0,
        end_of_last: 0,
    };
    Ok(splitter.file())
}

struct Splitter<'a> {
    text: &'a str,
    found: &'a Tokens,
    at: usize,
    end_of_last: usize,
}

impl<'a> Splitter<'a> {
    fn file(&mut self) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let mut after_virtual_update = false;
        while self.at < self.found.tokens.len() {
            if self.mark_here("ON_VIRTUAL_UPDATE_BEGIN") {
                chunks.extend(self.virtual_update());
                after_virtual_update = true;
            } else if let Some(chunk) = self.jinja() {
                chunks.push(chunk);
                after_virtual_update = false;
            } else {
                let lost = std::mem::take(&mut after_virtual_update);
                self.sql(lost, &mut chunks);
            }
        }
        chunks
    }

    fn token(&self, at: usize) -> Option<&'a Token> {
        self.found.tokens.get(at)
    }

    /// Whether a mark such as `JINJA_END` stands at the cursor: in any case, followed by `;` or by nothing.
    fn mark_here(&self, mark: &str) -> bool {
        self.token(self.at)
            .is_some_and(|token| token.is_word(self.text, mark))
            && self
                .token(self.at + 1)
                .is_none_or(|next| next.is_symbol(self.text, ";"))
    }

    /// Whether a mark that begins a block stands at the cursor: these need their `;`.
    fn begin_here(&self, mark: &str) -> bool {
        self.mark_here(mark) && self.token(self.at + 1).is_some()
    }

    /// The chunk of the tokens from `first` to before `end`.
    fn chunk(&mut self, first: usize, end: usize, kind: ChunkKind, closed: bool) -> Option<Chunk> {
        let tokens = self.found.tokens.get(first..end)?.to_vec();
        let span = Span::new(tokens.first()?.span.start, tokens.last()?.span.end);
        let comments_before = self.found.comments_between(self.end_of_last, span.start).to_vec();
        self.end_of_last = span.end;
        Some(Chunk {
            span,
            kind,
            comments_before,
            tokens,
            closed,
        })
    }

    fn sql(&mut self, lost: bool, chunks: &mut Vec<Chunk>) {
        let first = self.at;
        let last_of_file = self.found.tokens.len().saturating_sub(1);
        let mut end = first;
        while let Some(token) = self.token(end) {
            if token.is_symbol(self.text, ";") {
                break;
            }
            end += 1;
        }
        let final_semicolon = end == last_of_file;
        self.at = end + 1;
        let kind = if lost { ChunkKind::Lost } else { ChunkKind::Sql };
        let is_empty = end == first;
        let kept = if final_semicolon { end + 1 } else { end };
        let Some(chunk) = self.chunk(first, kept, kind, true) else {
            return;
        };
        // A comment after the last `;` of the file makes one more, empty statement.
        let commented =
            final_semicolon && !self.found.comments_between(chunk.span.end, usize::MAX).is_empty();
        let repeated = Chunk {
            kind: ChunkKind::Repeated,
            comments_before: Vec::new(),
            ..chunk.clone()
        };
        if !is_empty {
            chunks.push(chunk);
        }
        if commented && !lost {
            chunks.push(repeated);
        }
    }

    fn jinja(&mut self) -> Option<Chunk> {
        let query = self.begin_here("JINJA_QUERY_BEGIN");
        if !query && !self.begin_here("JINJA_STATEMENT_BEGIN") {
            return None;
        }
        let first = self.at;
        let body_start = self.token(first + 1)?.span.end;
        self.at += 2;
        while self.token(self.at).is_some() && !self.mark_here("JINJA_END") {
            self.at += 1;
        }
        let closed = self.token(self.at).is_some();
        let body_end = match self.token(self.at) {
            Some(end) => end.span.start,
            None => self.found.tokens.last()?.span.end,
        };
        let end = if closed { self.at + 1 } else { self.at };
        self.at = end + usize::from(closed);
        let body = trimmed(self.text, Span::new(body_start, body_end.max(body_start)));
        let kind = if query {
            ChunkKind::JinjaQuery { body }
        } else {
            ChunkKind::JinjaStatement { body }
        };
        self.chunk(first, end, kind, closed)
    }

    /// A block of statements; nothing when the block is empty.
    fn virtual_update(&mut self) -> Option<Chunk> {
        let first = self.at;
        let comments_from = self.end_of_last;
        self.at += 2;
        let mut inner = Vec::new();
        while self.token(self.at).is_some() && !self.mark_here("ON_VIRTUAL_UPDATE_END") {
            match self.jinja() {
                Some(chunk) => inner.push(chunk),
                None => inner.extend(self.virtual_statement()),
            }
        }
        let closed = self.token(self.at).is_some();
        let end = if closed { self.at + 1 } else { self.at };
        self.at = end + usize::from(closed);
        self.end_of_last = comments_from;
        let is_empty = inner.is_empty();
        let chunk = self.chunk(first, end, ChunkKind::VirtualUpdate(inner), closed)?;
        (!is_empty).then_some(chunk)
    }

    fn virtual_statement(&mut self) -> Option<Chunk> {
        let first = self.at;
        while let Some(token) = self.token(self.at) {
            if token.is_symbol(self.text, ";") || self.mark_here("ON_VIRTUAL_UPDATE_END") {
                break;
            }
            self.at += 1;
        }
        let end = self.at;
        if self
            .token(end)
            .is_some_and(|token| token.is_symbol(self.text, ";"))
        {
            self.at += 1;
        }
        self.chunk(first, end, ChunkKind::Sql, true)
    }
}

/// The span without spaces at its ends.
fn trimmed(text: &str, span: Span) -> Span {
    let inner = text.get(span.start..span.end).unwrap_or_default();
    let start = span.start + inner.len() - inner.trim_start().len();
    Span::new(start, start + inner.trim().len())
}

impl Chunk {
    /// The slice of the text it was read from.
    pub fn text<'a>(&self, source: &'a str) -> &'a str {
        source.get(self.span.start..self.span.end).unwrap_or_default()
    }

    /// Whether its first word is this one, in any case.
    pub fn starts_with_word(&self, source: &str, word: &str) -> bool {
        self.tokens
            .first()
            .is_some_and(|token| token.kind == TokenKind::Word && token.is_word(source, word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The slices, `+` before what is kept, with the kind where it is not plain SQL.
    fn check(text: &str, dialect: Dialect, expected: &[&str]) {
        let found: Vec<String> = match statements(text, dialect) {
            Ok(chunks) => chunks
                .iter()
                .map(|chunk| {
                    let mark = match &chunk.kind {
                        ChunkKind::Sql => "",
                        ChunkKind::JinjaQuery { .. } => "query: ",
                        ChunkKind::JinjaStatement { .. } => "jinja: ",
                        ChunkKind::VirtualUpdate(_) => "virtual: ",
                        ChunkKind::Repeated => "again: ",
                        ChunkKind::Lost => "lost: ",
                    };
                    format!("{mark}{}", chunk.text(text))
                })
                .collect(),
            Err(error) => vec![error.message],
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn only_the_last_semicolon_is_kept() {
        let duckdb = Dialect::DuckDb;
        check("SELECT   1   AS x  ;", duckdb, &["SELECT   1   AS x  ;"]);
        check("/* a */ SELECT 1 -- b", duckdb, &["SELECT 1"]);
        check(
            "DROP TABLE t  ;\nSELECT 1;",
            duckdb,
            &["DROP TABLE t", "SELECT 1;"],
        );
        check(
            "SELECT 1; ; DROP TABLE x;",
            duckdb,
            &["SELECT 1", "DROP TABLE x;"],
        );
        check("SELECT 1;;", duckdb, &["SELECT 1"]);
        check("SELECT 1\n-- c\n;", duckdb, &["SELECT 1\n-- c\n;"]);
    }

    #[test]
    fn a_comment_after_the_last_semicolon_repeats_the_statement() {
        let duckdb = Dialect::DuckDb;
        check("SELECT 1; -- c", duckdb, &["SELECT 1;", "again: SELECT 1;"]);
        check("SELECT 1; {# c; #}", duckdb, &["SELECT 1;", "again: SELECT 1;"]);
        check(
            "SELECT 1; -- c\nDROP TABLE x",
            duckdb,
            &["SELECT 1", "DROP TABLE x"],
        );
        check("SELECT 1;\n-- a\n; -- b", duckdb, &["SELECT 1", "again: ;"]);
        check("SELECT 1;\n-- a\n;", duckdb, &["SELECT 1"]);
    }

    #[test]
    fn semicolons_in_quotes_and_comments_do_not_divide() {
        check(
            "SELECT ';', $$a;b$$;DROP TABLE \"a;b\"",
            Dialect::DuckDb,
            &["SELECT ';', $$a;b$$", "DROP TABLE \"a;b\""],
        );
        check(
            "SELECT 'a\\';', \"b;\" # c;d\n;DROP TABLE `x;y`",
            Dialect::MySql,
            &["SELECT 'a\\';', \"b;\"", "DROP TABLE `x;y`"],
        );
        check(
            "SELECT '''a;''', r'\\;'",
            Dialect::BigQuery,
            &["SELECT '''a;''', r'\\;'"],
        );
        check("SELECT [a;b] -- ;", Dialect::TSql, &["SELECT [a;b]"]);
        check("SELECT $$a;'b$$ // ;\n", Dialect::Snowflake, &["SELECT $$a;'b$$"]);
        check(
            "SELECT /* a /* ; */ ; */ 1",
            Dialect::Postgres,
            &["SELECT /* a /* ; */ ; */ 1"],
        );
    }

    #[test]
    fn a_command_keeps_what_stands_before_its_semicolon() {
        let duckdb = Dialect::DuckDb;
        check(
            "CALL f('a;b')  ;\nSELECT 1",
            duckdb,
            &["CALL f('a;b')  ", "SELECT 1"],
        );
        check(
            "SELECT 1; CALL f(1) /* x */  ",
            duckdb,
            &["SELECT 1", "CALL f(1) /* x */  "],
        );
        check("CALL f(1);; -- c", duckdb, &["CALL f(1)", "again: ;"]);
        check(
            "ADD JAR 'a' ; SELECT 1",
            Dialect::Spark,
            &["ADD JAR 'a' ", "SELECT 1"],
        );
    }

    #[test]
    fn jinja_blocks_are_one_slice() {
        let duckdb = Dialect::DuckDb;
        check(
            "JINJA_QUERY_BEGIN;\n SELECT {{ 1 }};\n-- c\nJINJA_END; -- d",
            duckdb,
            &["query: JINJA_QUERY_BEGIN;\n SELECT {{ 1 }};\n-- c\nJINJA_END"],
        );
        check(
            "jinja_statement_begin;DROP TABLE x\njinja_end;SELECT 1;",
            duckdb,
            &[
                "jinja: jinja_statement_begin;DROP TABLE x\njinja_end",
                "SELECT 1;",
            ],
        );
        let open = statements("JINJA_QUERY_BEGIN;\n SELECT 1;\n", duckdb).unwrap_or_default();
        assert_eq!(
            open.first().map(|chunk| (chunk.closed, chunk.span.end)),
            Some((false, 29))
        );
    }

    #[test]
    fn a_statement_after_virtual_update_is_lost() {
        let duckdb = Dialect::DuckDb;
        let block =
            "ON_VIRTUAL_UPDATE_BEGIN;\nGRANT x;;\nJINJA_STATEMENT_BEGIN;a\nJINJA_END;\nON_VIRTUAL_UPDATE_END";
        let kept = format!("virtual: {block}");
        check(&format!("SELECT 1;{block};"), duckdb, &["SELECT 1", &kept]);
        check(
            &format!("SELECT 1;{block};DROP TABLE x;DROP TABLE y"),
            duckdb,
            &["SELECT 1", &kept, "lost: DROP TABLE x", "DROP TABLE y"],
        );
        check(
            "SELECT 1;ON_VIRTUAL_UPDATE_BEGIN;ON_VIRTUAL_UPDATE_END;",
            duckdb,
            &["SELECT 1"],
        );
        let inner = match statements(block, duckdb)
            .unwrap_or_default()
            .pop()
            .map(|chunk| chunk.kind)
        {
            Some(ChunkKind::VirtualUpdate(inner)) => inner,
            _ => Vec::new(),
        };
        let inner: Vec<&str> = inner.iter().map(|chunk| chunk.text(block)).collect();
        assert_eq!(inner, ["GRANT x", "JINJA_STATEMENT_BEGIN;a\nJINJA_END"]);
    }

    #[test]
    fn keeps_the_comments_before_a_statement() {
        let chunks = statements("-- a\n/* b */ MODEL (name x); -- c\nSELECT 1", Dialect::DuckDb);
        let comments: Vec<Vec<String>> = chunks
            .unwrap_or_default()
            .into_iter()
            .map(|chunk| {
                chunk
                    .comments_before
                    .into_iter()
                    .map(|comment| comment.text)
                    .collect()
            })
            .collect();
        assert_eq!(comments, [vec![" a", " b "], vec![" c"]]);
    }

    #[test]
    fn says_what_is_not_closed() {
        check("SELECT 'a", Dialect::DuckDb, &["the string is not closed by `'`"]);
        check(
            "SELECT 1 /* a /* b */",
            Dialect::DuckDb,
            &["the comment `/*` is not closed by `*/`"],
        );
        check(
            "SELECT $x$ a",
            Dialect::Postgres,
            &["the text after `$x$` is not closed by `$x$`"],
        );
        check(
            "SELECT `a",
            Dialect::Spark,
            &["the name that begins with ``` is not closed by ```"],
        );
    }
}
