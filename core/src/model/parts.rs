//! What a model file consists of: block, query, statements before and after, inline audits.
//!
//! In: the slices of the file. Out: the same slices with their roles. Nothing is parsed or expanded.

use super::header::BlockKind;
use super::problem::Problem;
use super::value;
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::lexer::{Chunk, ChunkKind};

/// A slice of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slice {
    /// Its text: what is stored and hashed.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// True for a Jinja block.
    pub is_jinja: bool,
}

/// The slices of a model file by role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// The block.
    pub header: Option<Slice>,
    /// The comments above the block, trimmed, one per line.
    pub description: Option<String>,
    /// The query, or `@INSERT_SEED()`.
    pub query: Option<Slice>,
    /// Statements before the query; all of them when there is no query.
    pub pre_statements: Vec<Slice>,
    /// Statements after the query.
    pub post_statements: Vec<Slice>,
    /// Statements that run when views are pointed.
    pub on_virtual_update: Vec<Slice>,
    /// Audits in the file: block and query.
    pub audits: Vec<(Slice, Slice)>,
}

/// Gives each slice its role. With `infer_names` a file may do without a block.
pub fn model_file(
    text: &str,
    chunks: &[Chunk],
    dialect: Dialect,
    infer_names: bool,
) -> (Parts, Vec<Problem>) {
    let mut parts = Parts::default();
    let mut problems = Vec::new();
    let mut rest = chunks;
    let is_block = |chunk: &Chunk, kind: BlockKind| {
        chunk.kind == ChunkKind::Sql && BlockKind::of(&slice(text, chunk).text, dialect) == Some(kind)
    };
    match chunks.split_first() {
        Some((first, after)) if is_block(first, BlockKind::Model) => {
            parts.header = Some(slice(text, first));
            let comments: Vec<&str> = first
                .comments_before
                .iter()
                .map(|comment| comment.text.trim())
                .collect();
            parts.description = (!comments.is_empty()).then(|| comments.join("\n"));
            rest = after;
        }
        Some(_) if infer_names => {}
        _ => {
            let span = chunks.first().map_or(Span::default(), |chunk| chunk.span);
            problems.push(
                Problem::error(
                    "model/missing-block",
                    "the file does not begin with a MODEL block",
                    span,
                )
                .help("begin the file with `MODEL (name schema.table, kind FULL);`"),
            );
            return (parts, problems);
        }
    }
    let mut statements: Vec<Slice> = Vec::new();
    let mut queries: Vec<usize> = Vec::new();
    // What stands before the query and is no statement. SQLMesh counts it when it cuts the statements at the
    // query's place: the query and what follows may come before the cut, and one is lost.
    let mut others = 0;
    let mut at = 0;
    while let Some(chunk) = rest.get(at) {
        at += 1;
        let piece = slice(text, chunk);
        if !chunk.closed {
            problems.push(unclosed(chunk));
        }
        match &chunk.kind {
            ChunkKind::VirtualUpdate(inner) => {
                others += usize::from(queries.is_empty());
                parts
                    .on_virtual_update
                    .extend(inner.iter().map(|one| slice(text, one)));
            }
            ChunkKind::Lost => problems.push(
                Problem::warning(
                    "model/lost-statement",
                    "a statement directly after ON_VIRTUAL_UPDATE_END is lost in SQLMesh",
                    chunk.span,
                )
                .help("move it before the ON_VIRTUAL_UPDATE block"),
            ),
            ChunkKind::Sql if BlockKind::of(&piece.text, dialect) == Some(BlockKind::Audit) => {
                match rest.get(at) {
                    Some(query) => {
                        parts.audits.push((piece, slice(text, query)));
                        others += if queries.is_empty() { 2 } else { 0 };
                        at += 1;
                    }
                    None => problems.push(
                        Problem::error("audit/missing-query", "the audit has no query", chunk.span)
                            .help("add a SELECT that returns the rows that are wrong"),
                    ),
                }
            }
            kind => {
                let is_query = match kind {
                    ChunkKind::JinjaQuery { .. } => true,
                    ChunkKind::Sql => is_query(&piece.text, dialect, rest.len() == 1),
                    _ => false,
                };
                if is_query {
                    queries.push(statements.len());
                }
                statements.push(piece);
            }
        }
    }
    match queries.as_slice() {
        [] => parts.pre_statements = statements,
        [at, more @ ..] => {
            for extra in more.iter().filter_map(|extra| statements.get(*extra)) {
                problems.push(
                    Problem::error("model/second-query", "a model has only one query", extra.span)
                        .help("move the other query to a model of its own, or join the two with UNION"),
                );
            }
            parts.query = statements.get(*at).cloned();
            let cut = (at + others).min(statements.len());
            parts.post_statements = statements.drain(cut..).skip(1).collect();
            parts.pre_statements = statements;
        }
    }
    (parts, problems)
}

/// An audit of an audits file: block, other statements, query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditParts {
    /// The block.
    pub header: Slice,
    /// The comments above the block.
    pub description: Option<String>,
    /// Statements between block and query.
    pub statements: Vec<Slice>,
    /// The query.
    pub query: Slice,
}

/// The audits of an audits file.
pub fn audit_file(text: &str, chunks: &[Chunk], dialect: Dialect) -> (Vec<AuditParts>, Vec<Problem>) {
    let mut audits: Vec<AuditParts> = Vec::new();
    let mut problems = Vec::new();
    let is_block = |chunk: &Chunk| {
        chunk.kind == ChunkKind::Sql
            && BlockKind::of(&slice(text, chunk).text, dialect) == Some(BlockKind::Audit)
    };
    let mut at = 0;
    while let Some(chunk) = chunks.get(at) {
        at += 1;
        if !is_block(chunk) {
            problems.push(
                Problem::error("audit/missing-block", "expected an AUDIT block", chunk.span)
                    .help("begin with `AUDIT (name my_audit);`"),
            );
            continue;
        }
        let comments: Vec<&str> = chunk
            .comments_before
            .iter()
            .map(|comment| comment.text.trim())
            .collect();
        let mut statements = Vec::new();
        while let Some(next) = chunks.get(at).filter(|next| !is_block(next)) {
            if next.kind != ChunkKind::Repeated {
                statements.push(slice(text, next));
            }
            at += 1;
        }
        match statements.pop() {
            Some(query) if query.is_jinja || is_query(&query.text, dialect, false) => {
                audits.push(AuditParts {
                    header: slice(text, chunk),
                    description: (!comments.is_empty()).then(|| comments.join("\n")),
                    statements,
                    query,
                });
            }
            _ => problems.push(
                Problem::error("audit/missing-query", "the audit has no query", chunk.span)
                    .help("end it with a SELECT that returns the rows that are wrong"),
            ),
        }
    }
    (audits, problems)
}

fn slice(text: &str, chunk: &Chunk) -> Slice {
    Slice {
        text: text
            .get(chunk.span.start..chunk.span.end)
            .unwrap_or_default()
            .to_string(),
        span: chunk.span,
        is_jinja: matches!(
            chunk.kind,
            ChunkKind::JinjaQuery { .. } | ChunkKind::JinjaStatement { .. }
        ),
    }
}

fn unclosed(chunk: &Chunk) -> Problem {
    let mark = match chunk.kind {
        ChunkKind::VirtualUpdate(_) => "ON_VIRTUAL_UPDATE_END",
        _ => "JINJA_END",
    };
    Problem::error(
        "model/unclosed-block",
        format!("`{mark};` is missing"),
        chunk.span,
    )
    .help(format!("end the block with `{mark};`"))
}

/// How far a statement's first word is looked for behind brackets.
const MOST_BRACKETS: usize = 100;

/// Whether a statement is the model's query. A macro call counts when it is the only statement.
fn is_query(text: &str, dialect: Dialect, alone: bool) -> bool {
    let most = if text.starts_with('(') { MOST_BRACKETS } else { 2 };
    let Ok(start) = value::first_pieces(text, dialect, most) else {
        return false;
    };
    let mut inside = start.iter().skip_while(|piece| piece.is("("));
    let Some(first) = inside.next() else {
        return false;
    };
    if ["SELECT", "WITH", "FROM"].iter().any(|word| first.is_word(word)) {
        return true;
    }
    if !first.is("@") {
        return false;
    }
    let name = inside
        .next()
        .map(|piece| piece.text.to_lowercase())
        .unwrap_or_default();
    match name.as_str() {
        "with" => true,
        "union" | "insert_seed" => is_call(text, dialect),
        _ => alone && name != "def" && is_call(text, dialect),
    }
}

/// `@name(…)` and nothing else, but for a final `;`.
fn is_call(text: &str, dialect: Dialect) -> bool {
    let pieces = value::pieces(text, dialect).unwrap_or_default();
    let pieces = match pieces.split_last() {
        Some((last, before)) if last.is(";") => before,
        _ => pieces.as_slice(),
    };
    pieces.get(2).is_some_and(|open| open.is("(")) && value::closing(pieces, 2) == Some(pieces.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::lexer::statements;

    fn check(text: &str) -> (Parts, Vec<&'static str>) {
        let chunks = statements(text, Dialect::DuckDb).unwrap_or_default();
        let (parts, problems) = model_file(text, &chunks, Dialect::DuckDb, false);
        (parts, problems.iter().map(|problem| problem.code).collect())
    }

    #[test]
    fn statements_around_the_query() {
        let (parts, codes) = check(
            "-- about\nMODEL (name a.b);\n@DEF(x, 1);\nWITH c AS (SELECT 1) SELECT * FROM c;\nVACUUM t;",
        );
        assert_eq!(codes, [""; 0]);
        assert_eq!(parts.description.as_deref(), Some("about"));
        assert_eq!(parts.pre_statements.len(), 1);
        assert_eq!(
            parts.query.map(|query| query.text).as_deref(),
            Some("WITH c AS (SELECT 1) SELECT * FROM c")
        );
        assert_eq!(parts.post_statements.len(), 1);
    }

    /// Statements before and after the query as SQLMesh has them.
    #[test]
    fn an_audit_before_the_query_moves_the_cut() {
        const AUDIT: &str = "AUDIT (name a); SELECT * FROM @this_model WHERE x < 0;";
        for (text, before, after) in [
            (format!("{AUDIT} SELECT 1"), "SELECT 1", ""),
            (
                format!("SET a = 1; {AUDIT} SELECT 1; SET b = 2; SET c = 3; SET d = 4; SET e = 5"),
                "SET a = 1|SELECT 1|SET b = 2",
                "SET d = 4|SET e = 5",
            ),
            (format!("SELECT 1; SET b = 2; {AUDIT}"), "", "SET b = 2"),
            (
                format!("{AUDIT} {AUDIT} SELECT 1; SET b = 2; SET c = 3; SET d = 4; SET e = 5; SET f = 6"),
                "SELECT 1|SET b = 2|SET c = 3|SET d = 4",
                "SET f = 6",
            ),
            (
                "ON_VIRTUAL_UPDATE_BEGIN; SET z = 1; ON_VIRTUAL_UPDATE_END; SET q = 1; SELECT 1; SET b = 2; SET c = 3"
                    .to_string(),
                "SELECT 1",
                "SET c = 3",
            ),
        ] {
            let (parts, _) = check(&format!("MODEL (name a.b); {text}"));
            let joined = |slices: &[Slice]| {
                let texts: Vec<&str> = slices.iter().map(|slice| slice.text.as_str()).collect();
                texts.join("|")
            };
            assert_eq!(joined(&parts.pre_statements), before, "{text}");
            assert_eq!(joined(&parts.post_statements), after, "{text}");
            assert_eq!(parts.query.map(|query| query.text).as_deref(), Some("SELECT 1"));
        }
    }

    #[test]
    fn macro_calls_as_queries() {
        assert!(check("MODEL (name a.b); @my_query(1)").0.query.is_some());
        assert!(
            check("MODEL (name a.b); @x(1); @UNION('all', t, u)")
                .0
                .query
                .is_some()
        );
        assert!(check("MODEL (name a.b); @x(1); @y(2)").0.query.is_none());
    }

    #[test]
    fn mistakes() {
        assert_eq!(check("SELECT 1").1, ["model/missing-block"]);
        assert_eq!(
            check("MODEL (name a.b); SELECT 1; SELECT 2").1,
            ["model/second-query"]
        );
        assert_eq!(
            check("MODEL (name a.b); JINJA_QUERY_BEGIN; SELECT 1").1,
            ["model/unclosed-block"]
        );
    }

    #[test]
    fn audits_in_a_file() {
        let text = "AUDIT (name a); SELECT 1;\nAUDIT (name b); @DEF(z, 1); SELECT 2; AUDIT (name c);";
        let chunks = statements(text, Dialect::DuckDb).unwrap_or_default();
        let (audits, problems) = audit_file(text, &chunks, Dialect::DuckDb);
        assert_eq!(audits.len(), 2);
        assert_eq!(audits[1].statements.len(), 1);
        assert_eq!(problems[0].code, "audit/missing-query");
    }
}
