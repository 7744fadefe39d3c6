//! Small expressions as trees: keys, partitions, property values, arguments of audits. Macros may stand in them,
//! so sqlparser cannot read them. Whole queries are not read here.

use super::super::dialect::{Dialect, Language};
use super::super::lexer::{Token, TokenKind, tokenize};
use super::super::types::DataType;
use crate::source::Span;

/// Deepest nesting that is read.
const DEEPEST: usize = 60;

/// Longest run of operators at one level: each makes the tree deeper.
const LONGEST_CHAIN: usize = 200;

/// One part of a column's name: text without quotes, whether it was quoted.
pub(super) type Part = (String, bool);

/// A small expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    Column(Vec<Part>),
    /// `*` or `a.*`.
    Star(Vec<Part>),
    Number(String),
    Text(String),
    /// `TRUE`, `FALSE`, `NULL`.
    Word(&'static str),
    /// Schemas before the name, the name as written, the arguments.
    Call(Vec<Part>, String, Vec<Expr>),
    Distinct(Vec<Expr>),
    /// `name := value` or `name => value`.
    Named(Box<Expr>, &'static str, Box<Expr>),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Binary(Box<Expr>, String, Box<Expr>),
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Vec<Expr>),
    Paren(Box<Expr>),
    Tuple(Vec<Expr>),
    Array(Vec<Expr>),
    Struct(Vec<(Expr, Expr)>),
    Index(Box<Expr>, Box<Expr>),
    /// Value, type, whether failure gives `NULL`.
    Cast(Box<Expr>, DataType, bool),
    Case(Option<Box<Expr>>, Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// Amount and unit.
    Interval(String, String),
    Extract(String, Box<Expr>),
    Variable(String),
    MacroCall(String, Vec<Expr>),
    Alias(Box<Expr>, Part),
}

/// Reads a whole text as one expression; `None` when it is anything else.
pub(super) fn expression(text: &str, dialect: Dialect) -> Option<Expr> {
    let tokens = tokenize(text, dialect).ok()?.tokens;
    let mut parser = Parser {
        text,
        tokens: &tokens,
        at: 0,
        depth: 0,
        dialect,
    };
    let found = parser.aliased()?;
    parser.tokens.get(parser.at).is_none().then_some(found)
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    dialect: Dialect,
}

/// Binary operators from weak to strong, as they are written.
const LEVELS: &[&[&str]] = &[
    &["OR"],
    &["AND"],
    &["=", "==", "<>", "!="],
    &["<", "<=", ">", ">="],
    &["LIKE", "ILIKE", "IS"],
    &["+", "-", "||"],
    &["*", "/", "%", "//", "DIV"],
];

/// The level of `=`: what `NOT` negates.
const EQUALITY: usize = 2;

/// The level of `LIKE`, `IN` and `BETWEEN`.
const RANGES: usize = 4;

impl Parser<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn peek_text(&self, ahead: usize) -> &str {
        self.tokens
            .get(self.at + ahead)
            .map_or("", |token| token.text(self.text))
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = self
            .peek()
            .is_some_and(|token| token.is_symbol(self.text, symbol));
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is_word(self.text, word));
        self.at += usize::from(found);
        found
    }

    fn aliased(&mut self) -> Option<Expr> {
        let found = self.level(0)?;
        if self.take_word("AS") {
            let name = self.name()?;
            return Some(Expr::Alias(Box::new(found), name));
        }
        Some(found)
    }

    fn name(&mut self) -> Option<Part> {
        let token = self.peek()?;
        if !matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier) {
            return None;
        }
        self.at += 1;
        let quoted = token.kind == TokenKind::QuotedIdentifier;
        let value = token.value(self.text, self.dialect);
        match quoted {
            true => Some((value, true)),
            false => self.glued(token.span),
        }
    }

    /// A name with the macros that touch it: `x_@{y}_z` is one name.
    fn glued(&mut self, mut span: Span) -> Option<Part> {
        let mut depth = 0_usize;
        let mut has_macro = self.text.get(span.start..span.end) == Some("@");
        while let Some(token) = self.peek()
            && (token.span.start == span.end || depth > 0)
        {
            match token.text(self.text) {
                "@" => has_macro = true,
                "{" if self.text.get(..span.end)?.ends_with('@') => depth += 1,
                "}" if depth > 0 => depth -= 1,
                _ if has_macro && token.kind == TokenKind::Word => {}
                _ => break,
            }
            span.end = token.span.end;
            self.at += 1;
        }
        Some((self.text.get(span.start..span.end)?.to_string(), false))
    }

    fn operator(&self, level: usize) -> Option<String> {
        let token = self.peek()?;
        let text = token.text(self.text).to_ascii_uppercase();
        let fits = matches!(token.kind, TokenKind::Word | TokenKind::Symbol);
        (fits && LEVELS.get(level)?.contains(&text.as_str())).then_some(text)
    }

    /// An expression whose operators bind at least as strongly as the level's.
    fn level(&mut self, level: usize) -> Option<Expr> {
        if level >= LEVELS.len() {
            return self.unary();
        }
        let mut left = self.level(level + 1)?;
        for _ in 0..LONGEST_CHAIN {
            if level == RANGES
                && let Some(found) = self.special_comparison(&left)
            {
                left = found?;
                continue;
            }
            let Some(operator) = self.operator(level) else {
                return Some(left);
            };
            self.at += 1;
            let operator = match operator.as_str() {
                "!=" => "<>".to_string(),
                "==" => "=".to_string(),
                _ => operator,
            };
            let negated = operator == "IS" && self.take_word("NOT");
            let right = self.level(level + 1)?;
            left = Expr::Binary(Box::new(left), operator, Box::new(right));
            if negated {
                left = Expr::Not(Box::new(left));
            }
        }
        None
    }

    /// `IN` and `BETWEEN`, both with `NOT`. The inner `None` is a failure.
    fn special_comparison(&mut self, left: &Expr) -> Option<Option<Expr>> {
        let start = self.at;
        let negated = self.take_word("NOT");
        let found = if self.take_word("IN") {
            self.list_in_brackets()
                .map(|list| Expr::In(Box::new(left.clone()), list))
        } else if self.take_word("BETWEEN") {
            self.between(left)
        } else {
            self.at = start;
            return None;
        };
        Some(found.map(|found| {
            if negated {
                Expr::Not(Box::new(found))
            } else {
                found
            }
        }))
    }

    fn between(&mut self, left: &Expr) -> Option<Expr> {
        let low = self.level(RANGES + 1)?;
        if !self.take_word("AND") {
            return None;
        }
        let high = self.level(RANGES + 1)?;
        Some(Expr::Between(
            Box::new(left.clone()),
            Box::new(low),
            Box::new(high),
        ))
    }

    fn list_in_brackets(&mut self) -> Option<Vec<Expr>> {
        if self.take("(") { self.list(")") } else { None }
    }

    /// Expressions up to the closing bracket.
    fn list(&mut self, close: &str) -> Option<Vec<Expr>> {
        let mut found = Vec::new();
        while !self.take(close) {
            found.push(self.argument()?);
            if !self.take(",") {
                return self.take(close).then_some(found);
            }
        }
        Some(found)
    }

    /// An argument, which may have a name.
    fn argument(&mut self) -> Option<Expr> {
        self.depth += 1;
        let found = (self.depth < DEEPEST).then(|| self.aliased()).flatten();
        self.depth -= 1;
        let found = found?;
        for arrow in [":=", "=>"] {
            if self.take(arrow) {
                let value = self.level(0)?;
                return Some(Expr::Named(Box::new(found), arrow, Box::new(value)));
            }
        }
        Some(found)
    }

    fn unary(&mut self) -> Option<Expr> {
        let negates = self.take_word("NOT");
        if negates || self.take("-") {
            let level = if negates { EQUALITY } else { LEVELS.len() };
            self.depth += 1;
            let inner = (self.depth < DEEPEST).then(|| self.level(level)).flatten();
            self.depth -= 1;
            let inner = Box::new(inner?);
            return Some(if negates {
                Expr::Not(inner)
            } else {
                Expr::Minus(inner)
            });
        }
        let mut found = self.primary()?;
        for _ in 0..LONGEST_CHAIN {
            if self.take("::") {
                let data_type = self.data_type()?;
                found = Expr::Cast(Box::new(found), data_type, self.casts_give_null());
            } else if self.take("[") {
                let index = self.argument()?;
                if !self.take("]") {
                    return None;
                }
                found = Expr::Index(Box::new(found), Box::new(index));
            } else {
                return Some(found);
            }
        }
        None
    }

    /// A type: the longest run of tokens from here that is one.
    fn data_type(&mut self) -> Option<DataType> {
        let start = self.peek()?.span.start;
        let most = (self.tokens.len() - self.at).min(40);
        for count in (1..=most).rev() {
            let end = self.tokens.get(self.at + count - 1)?.span.end;
            let text = self.text.get(start..end)?;
            if let Some(found) = DataType::try_parse(text, self.dialect) {
                self.at += count;
                return Some(found);
            }
        }
        None
    }

    fn primary(&mut self) -> Option<Expr> {
        let token = self.peek()?;
        let text = token.text(self.text);
        match token.kind {
            TokenKind::Number => {
                self.at += 1;
                Some(Expr::Number(text.to_string()))
            }
            TokenKind::String => {
                self.at += 1;
                Some(Expr::Text(token.value(self.text, self.dialect)))
            }
            TokenKind::Symbol => self.bracketed(text.to_string().as_str()),
            TokenKind::Word | TokenKind::QuotedIdentifier => self.named(token),
            TokenKind::Raw | TokenKind::Hint => None,
        }
    }

    fn bracketed(&mut self, symbol: &str) -> Option<Expr> {
        self.at += 1;
        match symbol {
            "(" => {
                let mut list = self.list(")")?;
                let trailing_comma = self.at >= 2 && {
                    let before = self.tokens.get(self.at - 2)?;
                    before.is_symbol(self.text, ",")
                };
                if list.len() == 1 && !trailing_comma {
                    return Some(Expr::Paren(Box::new(list.pop()?)));
                }
                Some(Expr::Tuple(list))
            }
            "[" => Some(Expr::Array(self.list("]")?)),
            "{" => {
                let fields = self.fields()?;
                if self.dialect.language() != Language::ClickHouse {
                    return Some(Expr::Struct(fields));
                }
                // ClickHouse has maps where others have structs.
                let mut list = Vec::new();
                for (key, value) in fields {
                    list.push(match key {
                        Expr::Column(mut parts) => Expr::Text(parts.pop()?.0),
                        key => key,
                    });
                    list.push(value);
                }
                Some(Expr::Call(Vec::new(), "map".to_string(), list))
            }
            "*" => Some(Expr::Star(Vec::new())),
            "@" if self.peek_text(0) == "{" => {
                let at = self.tokens.get(self.at - 1)?.span;
                Some(Expr::Column(vec![self.glued(at)?]))
            }
            "@" => {
                let (name, quoted) = self.name()?;
                if quoted {
                    return None;
                }
                Some(match self.take("(") {
                    true => Expr::MacroCall(name, self.list(")")?),
                    false => Expr::Variable(name),
                })
            }
            _ => None,
        }
    }

    /// Keys and values up to the closing brace.
    fn fields(&mut self) -> Option<Vec<(Expr, Expr)>> {
        let mut fields = Vec::new();
        while !self.take("}") {
            let key = self.argument()?;
            if !self.take(":") {
                return None;
            }
            fields.push((key, self.argument()?));
            if !self.take(",") {
                return self.take("}").then_some(fields);
            }
        }
        Some(fields)
    }

    /// What begins with a word: a literal, a call, a column.
    fn named(&mut self, token: Token) -> Option<Expr> {
        let quoted = token.kind == TokenKind::QuotedIdentifier;
        let upper = token.text(self.text).to_ascii_uppercase();
        let next = self.peek_text(1).to_string();
        if !quoted {
            match upper.as_str() {
                "TRUE" | "FALSE" | "NULL" => {
                    self.at += 1;
                    return Some(Expr::Word(match upper.as_str() {
                        "TRUE" => "TRUE",
                        "FALSE" => "FALSE",
                        _ => "NULL",
                    }));
                }
                "CASE" => return self.case(),
                "INTERVAL" => return self.interval(),
                "CAST" | "TRY_CAST" | "SAFE_CAST" if next == "(" => return self.cast(upper != "CAST"),
                "EXTRACT" if next == "(" => return self.extract(),
                "ARRAY" if next == "[" => {
                    self.at += 2;
                    return Some(Expr::Array(self.list("]")?));
                }
                "DATE" | "TIMESTAMP" | "TIME" | "DATETIME"
                    if self.tokens.get(self.at + 1).map(|token| token.kind) == Some(TokenKind::String) =>
                {
                    let data_type = DataType::parse(&upper, self.dialect);
                    self.at += 1;
                    let value = self.primary()?;
                    return Some(Expr::Cast(Box::new(value), data_type, false));
                }
                "CURRENT_DATE" | "CURRENT_TIMESTAMP" | "CURRENT_TIME" if next != "(" => {
                    self.at += 1;
                    return Some(Expr::Call(Vec::new(), upper, Vec::new()));
                }
                "MAP" if next == "(" => {}
                "MAP" if next == "{" && self.dialect.language() == Language::DuckDb => {
                    self.at += 2;
                    let mut fields = self.fields()?;
                    // The keys of a map are values: their quotes stay.
                    for (key, _) in &mut fields {
                        if let Expr::Text(text) = key {
                            *key = Expr::Column(vec![(format!("'{text}'"), false)]);
                        }
                    }
                    let list = vec![Expr::Struct(fields)];
                    return Some(Expr::Call(Vec::new(), "MAP".to_string(), list));
                }
                "MAP" if next == "{" => {
                    self.at += 1;
                    return self.primary();
                }
                "SELECT" | "FROM" | "WITH" | "MAP" | "EXISTS" => return None,
                _ => {}
            }
        }
        let mut parts = vec![self.name()?];
        while self.take(".") {
            if self.take("*") {
                return Some(Expr::Star(parts));
            }
            parts.push(self.name()?);
        }
        if self.take("(") {
            let (name, _) = parts.pop()?;
            if self.take_word("DISTINCT") {
                let list = self.list(")")?;
                return Some(Expr::Call(parts, name, vec![Expr::Distinct(list)]));
            }
            return Some(Expr::Call(parts, name, self.list(")")?));
        }
        Some(Expr::Column(parts))
    }

    fn cast(&mut self, safe: bool) -> Option<Expr> {
        self.at += 2;
        self.depth += 1;
        let value = (self.depth < DEEPEST).then(|| self.level(0)).flatten();
        self.depth -= 1;
        let value = value?;
        if !self.take_word("AS") {
            return None;
        }
        let start = self.peek()?.span.start;
        let mut depth = 0_usize;
        let mut end = start;
        while let Some(token) = self.peek() {
            match token.text(self.text) {
                "(" => depth += 1,
                ")" if depth == 0 => break,
                ")" => depth -= 1,
                _ => {}
            }
            end = token.span.end;
            self.at += 1;
        }
        let span = Span::new(start, end);
        let found = DataType::try_parse(self.text.get(span.start..span.end)?, self.dialect)?;
        self.take(")")
            .then(|| Expr::Cast(Box::new(value), found, safe || self.casts_give_null()))
    }

    /// Spark's casts give NULL when they fail, Databricks' do not.
    fn casts_give_null(&self) -> bool {
        use Language as L;
        matches!(self.dialect.language(), L::Spark | L::Spark2 | L::Hive)
    }

    fn extract(&mut self) -> Option<Expr> {
        self.at += 2;
        let (unit, _) = self.name()?;
        if !self.take_word("FROM") {
            return None;
        }
        let value = self.argument()?;
        self.take(")")
            .then(|| Expr::Extract(unit.to_ascii_uppercase(), Box::new(value)))
    }

    fn interval(&mut self) -> Option<Expr> {
        self.at += 1;
        let token = self.peek()?;
        let value = match token.kind {
            TokenKind::String | TokenKind::Number => token.value(self.text, self.dialect),
            _ => return None,
        };
        self.at += 1;
        let mut words = value.split_whitespace();
        let amount = words.next()?.to_string();
        let unit = match words.next() {
            Some(unit) => unit.to_string(),
            None => self.name()?.0,
        };
        Some(Expr::Interval(amount, unit.to_ascii_uppercase()))
    }

    fn case(&mut self) -> Option<Expr> {
        self.at += 1;
        let operand = match self.peek()?.is_word(self.text, "WHEN") {
            true => None,
            false => Some(Box::new(self.argument()?)),
        };
        let mut branches = Vec::new();
        while self.take_word("WHEN") {
            let when = self.argument()?;
            if !self.take_word("THEN") {
                return None;
            }
            branches.push((when, self.argument()?));
        }
        let default = match self.take_word("ELSE") {
            true => Some(Box::new(self.argument()?)),
            false => None,
        };
        self.take_word("END")
            .then_some(Expr::Case(operand, branches, default))
    }
}
