//! Small expressions of a block in the text that is stored: one spacing, keywords and functions in capitals.
//!
//! In: an argument of an audit, a property's value, a grain. Out: the same tokens as SQLGlot would print them; names
//! stay as written. Nothing is parsed, so an expression that SQLGlot rewrites (`a::INT`) keeps its form.

use super::value::{self, Piece, PieceKind};
use crate::sql::Dialect;
use crate::sql::dialect::Part;
use crate::sql::types::DataType;

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

/// Further words of statements.
const STATEMENT_WORDS: [&str; 38] = [
    "add", "alter", "analyze", "begin", "by", "column", "comment", "commit", "create", "delete", "drop",
    "execute", "function", "grant", "if", "index", "insert", "into", "join", "left", "limit", "on", "option",
    "refresh", "replace", "revoke", "rollback", "schema", "select", "set", "table", "to", "truncate",
    "union", "update", "usage", "values", "view",
];

/// The text of an expression in `target`, names as written.
pub fn as_written(text: &str, dialect: Dialect, target: Dialect) -> String {
    Printer::new(text, dialect, target, &[]).print()
}

/// The text of a statement, names as written: what SQLMesh stores of statements that it prints anew.
pub fn statement(text: &str, dialect: Dialect) -> String {
    Printer::new(text, dialect, dialect, &STATEMENT_WORDS).print()
}

/// Longer expressions keep their forms: looking back for operands takes time.
const LONGEST_REWRITTEN: usize = 2_000;

struct Printer<'t> {
    text: &'t str,
    pieces: Vec<Piece<'t>>,
    dialect: Dialect,
    target: Dialect,
    words: &'static [&'static str],
    out: String,
    /// Where in `out` each piece begins.
    starts: Vec<usize>,
    /// How each open square bracket is closed.
    brackets: Vec<&'static str>,
}

impl<'t> Printer<'t> {
    fn new(text: &'t str, dialect: Dialect, target: Dialect, words: &'static [&'static str]) -> Self {
        Self {
            text,
            pieces: value::pieces(text, dialect).unwrap_or_default(),
            dialect,
            target,
            words,
            out: String::with_capacity(text.len()),
            starts: Vec::new(),
            brackets: Vec::new(),
        }
    }

    fn print(mut self) -> String {
        if self.pieces.is_empty() {
            return self.text.to_string();
        }
        let mut at = 0;
        while let Some(piece) = self.pieces.get(at).copied() {
            at += self.piece(at, piece);
        }
        self.out
    }

    fn is_keyword(&self, piece: &Piece<'_>) -> bool {
        piece.kind == PieceKind::Word
            && (is_keyword(piece) || self.words.contains(&piece.text.to_lowercase().as_str()))
    }

    /// Prints one piece; says how many pieces it took.
    fn piece(&mut self, at: usize, piece: Piece<'t>) -> usize {
        let before = at.checked_sub(1).and_then(|at| self.pieces.get(at)).copied();
        let next = self.pieces.get(at + 1).copied();
        if let Some(taken) = self.rewritten(at, piece, next) {
            return taken;
        }
        let space =
            before.is_some_and(|before| needs_space(&before, self.is_keyword(&before), &piece, self.text));
        if space {
            self.out.push(' ');
        }
        self.starts.push(self.out.len());
        let calls = next.is_some_and(|next| next.is("(") || (next.is("[") && piece.is_word("array")));
        let after_dot = before.is_some_and(|before| matches!(before.text, "." | "@"));
        match piece.kind {
            PieceKind::Word if !after_dot && (calls || self.is_keyword(&piece)) => {
                self.out.push_str(&piece.text.to_uppercase());
            }
            PieceKind::Text if self.is_unit(at) => self.out.push_str(&piece.text.to_uppercase()),
            PieceKind::Text if !piece.text.starts_with('\'') => {
                self.out
                    .push_str(&format!("'{}'", piece.content().replace('\'', "''")));
            }
            PieceKind::Quoted => self.out.push_str(&quoted(&piece, self.target)),
            PieceKind::Symbol => self.symbol(piece, before),
            _ => self.out.push_str(piece.text),
        }
        1
    }

    /// The unit of `DATE_TRUNC('month', …)`.
    fn is_unit(&self, at: usize) -> bool {
        let function = at.checked_sub(2).and_then(|at| self.pieces.get(at..at + 2));
        matches!(function, Some([name, open]) if name.is_word("date_trunc") && open.is("("))
    }

    fn symbol(&mut self, piece: Piece<'t>, before: Option<Piece<'t>>) {
        let calls_array = self.target == Dialect::default() && self.dialect != self.target;
        let array = before.is_some_and(|before| before.is_word("array"));
        let subscript = before.is_some_and(|before| before.is_name() || matches!(before.text, ")" | "]"));
        let shown = match piece.text {
            "!=" => "<>",
            "==" => "=",
            "[" if calls_array && (array || !subscript) => {
                self.brackets.push(")");
                if array { "(" } else { "ARRAY(" }
            }
            "[" => {
                self.brackets.push("]");
                "["
            }
            "]" => self.brackets.pop().unwrap_or("]"),
            symbol => symbol,
        };
        self.out.push_str(shown);
    }

    /// Forms that SQLGlot prints in another order: `a IS NOT NULL`, `a NOT IN (…)`, `a::INT`.
    fn rewritten(&mut self, at: usize, piece: Piece<'t>, next: Option<Piece<'t>>) -> Option<usize> {
        let is_candidate = piece.is("::") || piece.is_word("is") || piece.is_word("not");
        if !is_candidate || self.pieces.len() > LONGEST_REWRITTEN {
            return None;
        }
        let operand = self.operand(at)?;
        let negates = |word: &Piece<'_>| {
            ["in", "like", "ilike", "between"]
                .iter()
                .any(|one| word.is_word(one))
        };
        if piece.is_word("is") && next.is_some_and(|next| next.is_word("not")) {
            self.out.insert_str(operand, "NOT ");
            self.starts.push(self.out.len() + 1);
            self.starts.push(self.out.len() + 1);
            self.out.push_str(" IS");
            return Some(2);
        }
        if piece.is_word("not") && next.as_ref().is_some_and(negates) {
            self.out.insert_str(operand, "NOT ");
            self.starts.push(self.out.len());
            return Some(1);
        }
        if piece.is("::") {
            let word = next.filter(Piece::is_name)?;
            let mut end = at + 2;
            if self.pieces.get(end).is_some_and(|open| open.is("(")) {
                end = value::closing(&self.pieces, end)? + 1;
            }
            let last = self.pieces.get(end - 1)?;
            let written = self.text.get(word.span.start..last.span.end)?;
            let printed = DataType::parse(written, self.dialect).to_sql(self.target);
            self.out.insert_str(operand, "CAST(");
            self.out.push_str(&format!(" AS {printed})"));
            self.starts.extend((at..end).map(|_| operand));
            return Some(end - at);
        }
        None
    }

    /// Where in `out` the operand before a piece begins: a name, literal, call or group.
    fn operand(&self, at: usize) -> Option<usize> {
        let mut first = at.checked_sub(1)?;
        loop {
            let piece = self.pieces.get(first)?;
            if matches!(piece.text, ")" | "]") {
                first = (0..first)
                    .rev()
                    .find(|open| value::closing(&self.pieces, *open) == Some(first))?;
                let name = first.checked_sub(1).and_then(|name| self.pieces.get(name));
                if name.is_some_and(|name| name.is_name() && !self.is_keyword(name)) {
                    first -= 1;
                }
            } else if piece.kind == PieceKind::Symbol || self.is_keyword(piece) {
                return None;
            }
            match first.checked_sub(1).and_then(|dot| self.pieces.get(dot)) {
                Some(glue) if glue.is(".") => first = first.checked_sub(2)?,
                Some(glue) if glue.is("@") => return self.starts.get(first - 1).copied(),
                _ => return self.starts.get(first).copied(),
            }
        }
    }
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
            || (is_unit(piece) && index > 0 && pieces.get(index - 1).is_some_and(|before| before.is(",")))
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

/// Units of time, which stand as bare words among arguments: `TIMESTAMP_TRUNC(at, DAY)`.
pub fn is_unit(piece: &Piece<'_>) -> bool {
    const UNITS: [&str; 14] = [
        "microsecond",
        "millisecond",
        "second",
        "minute",
        "hour",
        "day",
        "week",
        "isoweek",
        "month",
        "quarter",
        "year",
        "isoyear",
        "monday",
        "sunday",
    ];
    piece.kind == PieceKind::Word && UNITS.contains(&piece.text.to_lowercase().as_str())
}

fn is_keyword(piece: &Piece<'_>) -> bool {
    KEYWORDS.contains(&piece.text.to_lowercase().as_str())
}

fn needs_space(before: &Piece<'_>, after_keyword: bool, piece: &Piece<'_>, text: &str) -> bool {
    if matches!(piece.text, "," | ")" | "]" | "}" | "." | ":" | "::" | ";")
        || matches!(before.text, "(" | "[" | "{" | "." | "::")
    {
        return false;
    }
    if before.is("@") || (before.is("-") && text.get(before.span.end..piece.span.start) == Some("")) {
        return false;
    }
    match piece.text {
        "(" => !(before.is_name() && (!after_keyword || before.is_word("cast") || before.is_word("if"))),
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
        check(
            "id is not null and t.x not in (1) or f(y) not like 'a'",
            "NOT id IS NULL AND NOT t.x IN (1) OR NOT F(y) LIKE 'a'",
        );
        check("date_trunc('month', ds)", "DATE_TRUNC('MONTH', ds)");
        check("a.b::int > 1", "CAST(a.b AS INT) > 1");
        check("[('a','b')]", "[('a', 'b')]");
    }

    #[test]
    fn statements() {
        let text = "grant   select on s.d to  Role_a";
        assert_eq!(statement(text, Dialect::DuckDb), "GRANT SELECT ON s.d TO Role_a");
        assert_eq!(
            statement("@IF(@lim=3, analyze x)", Dialect::DuckDb),
            "@IF(@lim = 3, ANALYZE x)"
        );
    }

    #[test]
    fn neutral_arrays() {
        let neutral = |text| as_written(text, Dialect::DuckDb, Dialect::default());
        assert_eq!(neutral("[id, x[1]]"), "ARRAY(id, x[1])");
        assert_eq!(neutral("array[id, [1]]"), "ARRAY(id, ARRAY(1))");
    }
}
