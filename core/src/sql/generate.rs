//! Texts of small expressions as SQLMesh hashes them: SQLGlot's quick generator.
//!
//! In: partition and cluster expressions, property values, audit arguments, keys, grains, as SQL text. Out: the
//! text that stands in the hash. It is neither the source nor any dialect's SQL: identifiers and literals as
//! they are, functions as `NAME(a,b)`, and everything without a form of its own by its class and arguments
//! (`TUPLE :expressions,a,b`). A text that cannot be read stands for itself.

use super::Dialect;
use super::lexer::{Token, TokenKind, tokenize};

/// How deep parentheses may nest; deeper texts stand for themselves.
const DEEPEST: usize = 60;

/// The text of an expression in a hash.
pub fn expression(text: &str, dialect: Dialect) -> String {
    let Ok(found) = tokenize(text, dialect) else {
        return text.to_string();
    };
    let mut reader = Reader {
        text,
        tokens: &found.tokens,
        at: 0,
        depth: 0,
    };
    match reader.alias() {
        Some(generated) if reader.at == found.tokens.len() => generated,
        _ => text.to_string(),
    }
}

/// Keys and generated values of a tuple of `key = value` pairs. Keys lose their quotes; what is no pair is left
/// out.
pub fn properties(text: &str, dialect: Dialect) -> Vec<(String, String)> {
    let Ok(found) = tokenize(text, dialect) else {
        return Vec::new();
    };
    let mut reader = Reader {
        text,
        tokens: &found.tokens,
        at: 0,
        depth: 0,
    };
    let mut pairs = Vec::new();
    reader.take("(");
    while let Some(token) = reader.next() {
        let key = unquoted(token, text);
        if !reader.take("=") {
            break;
        }
        let Some(value) = reader.alias() else { break };
        pairs.push((key, value));
        if !reader.take(",") {
            break;
        }
    }
    pairs
}

fn unquoted(token: Token, text: &str) -> String {
    let written = token.text(text);
    match token.kind {
        TokenKind::String | TokenKind::QuotedIdentifier if written.len() >= 2 => {
            written.get(1..written.len() - 1).unwrap_or_default().to_string()
        }
        _ => written.to_string(),
    }
}

/// Binary operators from the loosest to the tightest; words in capitals.
const LEVELS: [&[&str]; 5] = [
    &["OR"],
    &["AND"],
    &["=", "<>", "!=", "<", ">", "<=", ">=", "LIKE", "ILIKE", ":="],
    &["+", "-", "||"],
    &["*", "/", "%"],
];

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| {
            matches!(token.kind, TokenKind::Symbol | TokenKind::Word)
                && token.text(self.text).eq_ignore_ascii_case(word)
        });
        self.at += usize::from(found);
        found
    }

    fn alias(&mut self) -> Option<String> {
        let value = self.level(0)?;
        if self.take("AS") {
            let name = self.next()?;
            return Some(format!("{value} AS {}", name.text(self.text)));
        }
        Some(value)
    }

    fn level(&mut self, level: usize) -> Option<String> {
        let Some(operators) = LEVELS.get(level) else {
            return self.primary();
        };
        let mut left = self.level(level + 1)?;
        'chain: loop {
            for operator in *operators {
                if self.take(operator) {
                    let right = self.level(level + 1)?;
                    left = match *operator {
                        "!=" => format!("{left} <> {right}"),
                        "LIKE" => format!("{left} Like {right}"),
                        "ILIKE" => format!("{left} ILike {right}"),
                        "||" => format!("DPIPE :this,{left},:expression,{right},:safe,True"),
                        other => format!("{left} {other} {right}"),
                    };
                    continue 'chain;
                }
            }
            return Some(left);
        }
    }

    fn list(&mut self, close: &str) -> Option<Vec<String>> {
        let mut items = Vec::new();
        if self.take(close) {
            return Some(items);
        }
        loop {
            items.push(self.alias()?);
            if !self.take(",") {
                return self.take(close).then_some(items);
            }
        }
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn primary(&mut self) -> Option<String> {
        let token = self.next()?;
        let written = token.text(self.text);
        match token.kind {
            TokenKind::Number => Some(written.to_string()),
            TokenKind::String => Some(format!("'{}'", unquoted(token, self.text))),
            TokenKind::Symbol if written == "(" => {
                let start = self.at;
                let items = self.nested(|reader| reader.list(")"))?;
                let comma = self
                    .tokens
                    .get(start..self.at)?
                    .iter()
                    .any(|t| t.is_symbol(self.text, ","));
                match items.as_slice() {
                    [only] if !comma => Some(format!("({only})")),
                    [] => Some("TUPLE ".to_string()),
                    many => Some(format!("TUPLE :expressions,{}", many.join(","))),
                }
            }
            TokenKind::Symbol if written == "[" => {
                let items = self.nested(|reader| reader.list("]"))?;
                Some(format!("ARRAY({})", items.join(",")))
            }
            TokenKind::Symbol if written == "*" => Some("STAR".to_string()),
            TokenKind::Symbol if written == "-" => Some(format!("-{}", self.nested(Self::primary)?)),
            TokenKind::Symbol if written == "@" => {
                let name = self.next()?;
                Some(format!("MACROVAR :this,{}", name.text(self.text)))
            }
            TokenKind::Word | TokenKind::QuotedIdentifier => self.named(token),
            _ => None,
        }
    }

    /// A column, a constant or a function.
    fn named(&mut self, first: Token) -> Option<String> {
        let written = first.text(self.text);
        if first.kind == TokenKind::Word {
            if ["TRUE", "FALSE", "NULL"]
                .iter()
                .any(|word| written.eq_ignore_ascii_case(word))
            {
                return Some(written.to_uppercase());
            }
            if written.eq_ignore_ascii_case("NOT") {
                return Some(format!("NOT {}", self.nested(Self::primary)?));
            }
            if self.take("(") {
                let items = self.nested(|reader| reader.list(")"))?;
                return Some(format!("{}({})", written.to_uppercase(), items.join(",")));
            }
        }
        let mut name = written.to_string();
        while self.take(".") {
            let part = self.next()?;
            name.push('.');
            name.push_str(part.text(self.text));
        }
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(expression(text, Dialect::DuckDb), expected, "{text}");
    }

    #[test]
    fn expressions_as_they_are_hashed() {
        check("\"ds\"", "\"ds\"");
        check("(id, label)", "TUPLE :expressions,id,label");
        check("(id)", "(id)");
        check("1", "1");
        check("'x'", "'x'");
        check("true", "TRUE");
        check("COALESCE(\"label\", '')", "COALESCE(\"label\",'')");
        check("a > 1 and b = 'x'", "a > 1 AND b = 'x'");
        check("id AS colour_id", "id AS colour_id");
    }

    #[test]
    fn pairs_of_a_tuple() {
        let pairs = properties("(a_prop = 1, 'dflt' = 'z')", Dialect::DuckDb);
        assert_eq!(
            pairs,
            [
                ("a_prop".to_string(), "1".to_string()),
                ("dflt".to_string(), "'z'".to_string())
            ]
        );
    }
}
