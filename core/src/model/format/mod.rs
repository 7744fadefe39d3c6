//! Model files in one stable style: `planglass format`.
//!
//! In: the text of a file. Out: the same tokens and comments in another layout: a property per line in blocks, a
//! clause per line in queries, keywords in upper case, lines of at most a hundred characters where that is possible.
//! Nothing is added or taken away but spaces, line breaks and the case of keywords; that is checked on the result,
//! and so is that formatting it again changes nothing. What the formatter cannot do, it leaves alone and says why:
//! Jinja, unclosed brackets, very deep nesting.

mod pieces;
mod print;

use crate::sql::Dialect;
use crate::sql::lexer::{self, ChunkKind, sniff_dialect};

/// The text in the project's style.
///
/// # Errors
/// Why the text is left alone.
pub fn format(text: &str, default_dialect: Dialect) -> Result<String, String> {
    let dialect = match sniff_dialect(text) {
        Some(name) => {
            let name = name.split(',').next().unwrap_or_default().trim().to_lowercase();
            Dialect::parse(&name).ok_or_else(|| format!("its dialect `{name}` is not known"))?
        }
        None => default_dialect,
    };
    let formatted = once(text, dialect)?;
    if !pieces::same(text, &formatted, dialect) {
        return Err("formatting it would change more than its layout".to_string());
    }
    if once(&formatted, dialect)? != formatted {
        return Err("its layout does not settle".to_string());
    }
    Ok(formatted)
}

fn once(text: &str, dialect: Dialect) -> Result<String, String> {
    if ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark)) {
        return Err("it holds Jinja".to_string());
    }
    let chunks = lexer::statements(text, dialect).map_err(|error| error.message)?;
    if chunks.iter().any(|chunk| chunk.kind != ChunkKind::Sql) {
        return Err("it holds more than plain statements".to_string());
    }
    let statements = pieces::statements(text, dialect)?;
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for statement in &statements {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        print::statement(statement, &mut out);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = format(text, Dialect::parse("duckdb").unwrap_or_default());
        assert_eq!(got.as_deref(), Ok(expected), "{text}");
    }

    #[test]
    fn blocks_have_a_property_per_line() {
        check(
            "model (name s.a,kind INCREMENTAL_BY_TIME_RANGE (time_column d, batch_size 3),\n   tags (x,y) );\nselect 1 as a",
            "MODEL (\n  name s.a,\n  kind INCREMENTAL_BY_TIME_RANGE (time_column d, batch_size 3),\n  tags (x, y)\n);\n\nSELECT 1 AS a\n",
        );
        check(
            "MODEL(name s.a);SELECT 1 AS a;",
            "MODEL (\n  name s.a\n);\n\nSELECT 1 AS a;\n",
        );
    }

    #[test]
    fn queries_have_a_clause_per_line() {
        check(
            "with x as (select a,b from t where a>1 and b is not null) select a, count(*) as n, case when a=1 then 'x' else 'y' end as c from x left join y on x.a=y.a group by a order by n desc limit 3",
            "WITH x AS (\n  SELECT\n    a,\n    b\n  FROM t\n  WHERE a>1 AND b IS NOT NULL\n)\nSELECT\n  a,\n  count(*) AS n,\n  \
             CASE WHEN a=1 THEN 'x' ELSE 'y' END AS c\nFROM x\nLEFT JOIN y ON x.a=y.a\nGROUP BY a\nORDER BY n DESC\nLIMIT 3\n",
        );
        check(
            "select a from t union all select b from u",
            "SELECT a\nFROM t\nUNION ALL\nSELECT b\nFROM u\n",
        );
    }

    #[test]
    fn comments_and_macros_stay() {
        check(
            "-- first\nMODEL (name s.a /* why */, kind FULL);\n\n/* about */\nSELECT a, -- one\n  b -- two\n, @IF(@x = 1, c, d) AS c\nFROM @{schema}.t -- last",
            "-- first\nMODEL (\n  name s.a, /* why */\n  kind FULL\n);\n\n/* about */\nSELECT\n  a, -- one\n  b, -- two\n  @IF(@x = 1, c, d) AS c\nFROM @{schema}.t -- last\n",
        );
    }

    #[test]
    fn what_does_not_fit_is_broken_at_brackets_and_conditions() {
        check(
            "SELECT coalesce(some_quite_long_column_name, another_quite_long_column_name, yet_another_long_column_name) AS value FROM t WHERE some_quite_long_column_name = 1 AND another_quite_long_column_name BETWEEN 2 AND 3 AND yet_another = 4",
            "SELECT\n  coalesce(\n    some_quite_long_column_name,\n    another_quite_long_column_name,\n    yet_another_long_column_name\n  ) AS value\nFROM t\nWHERE\n  some_quite_long_column_name = 1\n  AND another_quite_long_column_name BETWEEN 2 AND 3\n  AND yet_another = 4\n",
        );
    }

    #[test]
    fn some_files_are_left_alone() {
        let dialect = Dialect::default();
        assert!(format("SELECT {{ x }}", dialect).is_err());
        assert!(format("SELECT (1", dialect).is_err());
        assert!(format(&"(".repeat(5_000), dialect).is_err());
        assert_eq!(format("", dialect), Ok(String::new()));
    }
}
