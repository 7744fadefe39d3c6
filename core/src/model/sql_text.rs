//! Small expressions of a block in the text that is stored: one spacing, keywords and functions in capitals.
//!
//! In: an argument of an audit, a property's value, a grain. Out: the same tokens as SQLGlot would print them; names
//! stay as written. Nothing is parsed, so an expression that SQLGlot rewrites (`a::INT`) keeps its form.

use super::value::{self, Piece, PieceKind};
use crate::sql::Dialect;
use crate::sql::dialect::Part;

/// Words that are printed in capitals where they stand alone.
const KEYWORDS: [&str; 36] = [
    "all",
    "and",
    "as",
    "asc",
    "between",
    "by",
    "case",
    "cast",
    "current_date",
    "current_timestamp",
    "desc",
    "distinct",
    "div",
    "else",
    "end",
    "escape",
    "exists",
    "false",
    "from",
    "group",
    "having",
    "ilike",
    "in",
    "interval",
    "is",
    "like",
    "not",
    "null",
    "or",
    "order",
    "over",
    "partition",
    "then",
    "true",
    "when",
    "where",
];

/// The text of an expression in `target`, names as written.
pub fn as_written(text: &str, dialect: Dialect, target: Dialect) -> String {
    let Ok(pieces) = value::pieces(text, dialect) else {
        return text.to_string();
    };
    let arrays_are_calls = target == Dialect::default() && dialect != target;
    let mut out = String::with_capacity(text.len());
    let mut before: Option<Piece<'_>> = None;
    let mut brackets: Vec<&str> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let next = pieces.get(index + 1);
        let calls = next.is_some_and(|next| next.is("("));
        if needs_space(before.as_ref(), piece, text) {
            out.push(' ');
        }
        let after_dot = before.is_some_and(|before| matches!(before.text, "." | "@" | "@{"));
        match piece.kind {
            PieceKind::Word if !after_dot && (calls || is_keyword(piece)) => {
                out.push_str(&piece.text.to_uppercase());
            }
            PieceKind::Text if !piece.text.starts_with('\'') => {
                out.push_str(&format!("'{}'", piece.content().replace('\'', "''")));
            }
            PieceKind::Quoted => out.push_str(&quoted(piece, target)),
            PieceKind::Symbol => match piece.text {
                "!=" => out.push_str("<>"),
                "==" => out.push('='),
                "[" => {
                    let subscript =
                        before.is_some_and(|before| before.is_name() || matches!(before.text, ")" | "]"));
                    if arrays_are_calls && !subscript {
                        out.push_str("ARRAY(");
                        brackets.push(")");
                    } else {
                        out.push('[');
                        brackets.push("]");
                    }
                }
                "]" => out.push_str(brackets.pop().unwrap_or("]")),
                symbol => out.push_str(symbol),
            },
            _ => out.push_str(piece.text),
        }
        before = Some(*piece);
    }
    out
}

/// The same with names folded by the dialect and quoted.
pub fn normalized(text: &str, dialect: Dialect) -> String {
    let Ok(pieces) = value::pieces(text, dialect) else {
        return text.to_string();
    };
    let mut named = String::new();
    let mut end = 0;
    for (index, piece) in pieces.iter().enumerate() {
        let next = pieces.get(index + 1);
        let after_macro = index > 0 && pieces.get(index - 1).is_some_and(|before| before.is("@"));
        let plain = !piece.is_name()
            || after_macro
            || next.is_some_and(|next| next.is("("))
            || (piece.kind == PieceKind::Word && is_keyword(piece));
        named.push_str(text.get(end..piece.span.start).unwrap_or_default());
        if plain {
            named.push_str(piece.text);
        } else {
            let quoted = piece.kind == PieceKind::Quoted;
            let name = dialect.normalize(&piece.content(), quoted, Part::Column);
            named.push_str(&dialect.quote_identifier(&name));
        }
        end = piece.span.end;
    }
    as_written(&named, dialect, dialect)
}

fn quoted(piece: &Piece<'_>, target: Dialect) -> String {
    target.quote_identifier(&piece.content())
}

fn is_keyword(piece: &Piece<'_>) -> bool {
    KEYWORDS.contains(&piece.text.to_lowercase().as_str())
}

fn needs_space(before: Option<&Piece<'_>>, piece: &Piece<'_>, text: &str) -> bool {
    let Some(before) = before else {
        return false;
    };
    if matches!(piece.text, "," | ")" | "]" | "}" | "." | ":" | "::" | ";")
        || matches!(before.text, "(" | "[" | "{" | "." | "::")
    {
        return false;
    }
    if before.is("@") || (before.is("-") && text.get(before.span.end..piece.span.start) == Some("")) {
        return false;
    }
    match piece.text {
        "(" => !(before.is_name() && (!is_keyword(before) || before.is_word("cast"))),
        "[" => !(before.is_name() || matches!(before.text, ")" | "]")),
        // `x_@y` and `@{x}_y` are one name.
        _ => {
            let touching = before.span.end == piece.span.start;
            !(touching && (piece.is("@") || before.is("}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(as_written(text, Dialect::DuckDb, Dialect::DuckDb), expected);
    }

    #[test]
    fn one_spacing() {
        check("(  id  , LABEL)", "(id, LABEL)");
        check("('x',   'y')", "('x', 'y')");
        check("Label as  foo", "Label AS foo");
        check(
            "coalesce(a,'') > @cutoff and not b in (1,2)",
            "COALESCE(a, '') > @cutoff AND NOT b IN (1, 2)",
        );
        check("\"Q\"", "\"Q\"");
        check("x_@{y}_z", "x_@{y}_z");
        check("1+2", "1 + 2");
        check("-1", "-1");
        check("[('a','b')]", "[('a', 'b')]");
    }

    #[test]
    fn neutral_arrays() {
        let neutral = |text| as_written(text, Dialect::DuckDb, Dialect::default());
        assert_eq!(neutral("[id, x[1]]"), "ARRAY(id, x[1])");
    }
}
