//! Conditions and `@EVAL`: a small interpreter over literals.
//!
//! In: expanded tokens of one expression. Out: its value. SQLMesh turns the expression into Python and runs that;
//! so `/` is true division, a text that is not empty is true, and a bare column is an opaque symbol that equals
//! only itself. What cannot be computed is an error, never a guess.

use std::cmp::Ordering;

use super::MacroError;
use super::python_literal::float_repr;
use super::scan::{Kind, Token, join, quote_text, text_of};
use super::value::placed;
use crate::source::Span;
use crate::sql::Dialect;

const MAX_DEPTH: usize = 40;

/// A computed value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Computed {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// A date or time, as its SQL text.
    Date(String),
    List(Vec<Computed>),
    /// SQL that is not computed: a column or an expression over columns.
    Symbol(String),
}

impl Computed {
    /// Python's truth.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Integer(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Date(_) | Self::Symbol(_) => true,
        }
    }

    /// The SQL that stands for the value; a text becomes SQL, as when a macro returns one. `None` for NULL.
    pub(super) fn to_tokens(&self, dialect: Dialect, span: Span) -> Option<Vec<Token>> {
        let sql = match self {
            Self::Null => return None,
            Self::Text(text) => text.clone(),
            other => other.to_sql(dialect),
        };
        Some(placed(&sql, dialect, span))
    }

    fn to_sql(&self, dialect: Dialect) -> String {
        match self {
            Self::Null => "NULL".to_string(),
            Self::Bool(true) => "TRUE".to_string(),
            Self::Bool(false) => "FALSE".to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => float_repr(*value),
            Self::Text(text) => quote_text(text, dialect),
            Self::Date(text) => {
                let kind = if text.len() > 10 { "TIMESTAMP" } else { "DATE" };
                format!("CAST({} AS {kind})", quote_text(text, dialect))
            }
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.to_sql(dialect)).collect();
                format!("({})", items.join(", "))
            }
            Self::Symbol(sql) => sql.clone(),
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            #[expect(clippy::cast_precision_loss, reason = "as in Python's float()")]
            Self::Integer(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    fn integer(&self) -> Option<i64> {
        match self {
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    fn is_symbol(&self) -> bool {
        matches!(self, Self::Symbol(_))
    }

    fn equals(&self, other: &Self) -> bool {
        if let (Some(a), Some(b)) = (self.number(), other.number()) {
            return a == b;
        }
        match (self, other) {
            (Self::Symbol(a), Self::Symbol(b)) => a.eq_ignore_ascii_case(b),
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b)),
            (a, b) => a == b,
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        if let (Some(a), Some(b)) = (self.number(), other.number()) {
            return a.partial_cmp(&b);
        }
        match (self, other) {
            (Self::Text(a) | Self::Date(a), Self::Text(b) | Self::Date(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// The truth of a condition.
pub(super) fn holds(tokens: &[Token], dialect: Dialect, span: Span) -> Result<bool, MacroError> {
    Ok(compute(tokens, dialect, span)?.is_true())
}

/// The value of an expression. `span` is used in errors when there is nothing to point at.
pub(super) fn compute(tokens: &[Token], dialect: Dialect, span: Span) -> Result<Computed, MacroError> {
    if tokens.is_empty() {
        return Ok(Computed::Null);
    }
    let mut reader = Reader {
        tokens,
        at: 0,
        dialect,
        depth: 0,
        span,
    };
    let value = reader.any()?;
    match reader.peek() {
        None => Ok(value),
        // A query or another form that is not an expression: nothing to compute, but something is there.
        Some(_) if matches!(value, Computed::Symbol(_)) => Ok(Computed::Symbol(join(tokens))),
        Some(token) => Err(reader.error(format!("`{}` was not expected here", token.text))),
    }
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    dialect: Dialect,
    depth: usize,
    span: Span,
}

type Answer = Result<Computed, MacroError>;

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn error(&self, what: impl Into<String>) -> MacroError {
        let span = self
            .peek()
            .or(self.tokens.last())
            .map_or(self.span, |token| token.span);
        MacroError::new(
            "macro/condition",
            format!("the expression cannot be computed: {}", what.into()),
            span,
        )
        .help("conditions and `@EVAL` work on literals and variables, before any table is read")
    }

    fn symbol(&mut self, text: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is(text));
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is_word(word));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, text: &str) -> Result<(), MacroError> {
        if self.symbol(text) {
            Ok(())
        } else {
            Err(self.error(format!("`{text}` was expected")))
        }
    }

    fn source(&self, from: usize) -> String {
        join(self.tokens.get(from..self.at).unwrap_or(&[]))
            .trim()
            .to_string()
    }

    fn any(&mut self) -> Answer {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("it is nested too deep"));
        }
        let value = self.or();
        self.depth -= 1;
        value
    }

    fn or(&mut self) -> Answer {
        let mut left = self.and()?;
        while self.word("or") {
            let right = self.and()?;
            // As in Python, the value that decides is the result.
            left = if left.is_true() { left } else { right };
        }
        Ok(left)
    }

    fn and(&mut self) -> Answer {
        let mut left = self.not()?;
        while self.word("and") {
            let right = self.not()?;
            left = if left.is_true() { right } else { left };
        }
        Ok(left)
    }

    fn not(&mut self) -> Answer {
        let mut negations = 0usize;
        while self.word("not") {
            negations += 1;
        }
        let value = self.comparison()?;
        Ok(if negations == 0 {
            value
        } else {
            Computed::Bool(value.is_true() == negations.is_multiple_of(2))
        })
    }

    fn comparison(&mut self) -> Answer {
        let from = self.at;
        let mut left = self.sum()?;
        loop {
            let Some(token) = self.peek() else {
                return Ok(left);
            };
            if token.kind == Kind::Symbol {
                let operator = token.text.as_str();
                if !matches!(operator, "=" | "==" | "<>" | "!=" | "<" | "<=" | ">" | ">=") {
                    return Ok(left);
                }
                self.at += 1;
                let right = self.sum()?;
                left = self.compare(operator, &left, &right, from)?;
                continue;
            }
            if self.word("is") {
                let negated = self.word("not");
                let right = self.sum()?;
                left = Computed::Bool(left.equals(&right) != negated);
                continue;
            }
            let negated = self
                .tokens
                .get(self.at + 1)
                .is_some_and(|next| next.is_any_word(&["in", "between", "like", "ilike"]))
                && self.word("not");
            let found = if self.word("in") {
                let items = match self.sum()? {
                    Computed::List(items) => items,
                    one => vec![one],
                };
                items.iter().any(|item| left.equals(item))
            } else if self.word("between") {
                let low = self.sum()?;
                if !self.word("and") {
                    return Err(self.error("`AND` was expected"));
                }
                let high = self.sum()?;
                let above = self.compare(">=", &left, &low, from)?;
                let below = self.compare("<=", &left, &high, from)?;
                above.is_true() && below.is_true()
            } else if self.word("like") {
                let pattern = self.sum()?;
                self.like(&left, &pattern, false)?
            } else if self.word("ilike") {
                let pattern = self.sum()?;
                self.like(&left, &pattern, true)?
            } else {
                return Ok(left);
            };
            left = Computed::Bool(found != negated);
        }
    }

    fn compare(&self, operator: &str, left: &Computed, right: &Computed, from: usize) -> Answer {
        if *left == Computed::Null || *right == Computed::Null {
            return Ok(Computed::Null);
        }
        let value = match operator {
            "=" | "==" => left.equals(right),
            "<>" | "!=" => !left.equals(right),
            _ if left.is_symbol() || right.is_symbol() => {
                return Ok(Computed::Symbol(self.source(from)));
            }
            _ => {
                let Some(order) = left.order(right) else {
                    return Err(self.error(format!(
                        "`{}` and `{}` have no order",
                        left.to_sql(self.dialect),
                        right.to_sql(self.dialect)
                    )));
                };
                match operator {
                    "<" => order.is_lt(),
                    "<=" => order.is_le(),
                    ">" => order.is_gt(),
                    _ => order.is_ge(),
                }
            }
        };
        Ok(Computed::Bool(value))
    }

    fn like(&self, left: &Computed, pattern: &Computed, any_case: bool) -> Result<bool, MacroError> {
        let (Computed::Text(text), Computed::Text(pattern)) = (left, pattern) else {
            return Err(self.error("LIKE needs two texts"));
        };
        Ok(if any_case {
            matches_like(&text.to_lowercase(), &pattern.to_lowercase())
        } else {
            matches_like(text, pattern)
        })
    }

    fn sum(&mut self) -> Answer {
        let from = self.at;
        let mut left = self.product()?;
        loop {
            let operator = match self.peek() {
                Some(token) if token.is("+") || token.is("-") || token.is("||") => token.text.as_str(),
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.product()?;
            left = self.arithmetic(operator, left, right, from)?;
        }
    }

    fn product(&mut self) -> Answer {
        let from = self.at;
        let mut left = self.power()?;
        loop {
            let operator = match self.peek() {
                Some(token) if token.is("*") || token.is("/") || token.is("//") || token.is("%") => {
                    token.text.as_str()
                }
                Some(token) if token.is_word("div") => "//",
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.power()?;
            left = self.arithmetic(operator, left, right, from)?;
        }
    }

    fn power(&mut self) -> Answer {
        let from = self.at;
        let left = self.unary()?;
        if self.symbol("**") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(self.error("it is nested too deep"));
            }
            let right = self.power()?;
            self.depth -= 1;
            return self.arithmetic("**", left, right, from);
        }
        Ok(left)
    }

    fn arithmetic(&self, operator: &str, left: Computed, right: Computed, from: usize) -> Answer {
        if left.is_symbol() || right.is_symbol() {
            return Ok(Computed::Symbol(self.source(from)));
        }
        if let (Computed::Text(a), Computed::Text(b)) = (&left, &right)
            && (operator == "+" || operator == "||")
        {
            return Ok(Computed::Text(format!("{a}{b}")));
        }
        let refused = || {
            self.error(format!(
                "`{} {operator} {}` has no value",
                left.to_sql(self.dialect),
                right.to_sql(self.dialect)
            ))
        };
        if let (Some(a), Some(b)) = (left.integer(), right.integer()) {
            let exact = match operator {
                "+" => a.checked_add(b),
                "-" => a.checked_sub(b),
                "*" => a.checked_mul(b),
                "//" => floor_division(a, b),
                "%" => floor_division(a, b)
                    .and_then(|quotient| quotient.checked_mul(b))
                    .and_then(|product| a.checked_sub(product)),
                "**" => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
                _ => None,
            };
            if let Some(value) = exact {
                return Ok(Computed::Integer(value));
            }
        }
        let (Some(a), Some(b)) = (left.number(), right.number()) else {
            return Err(refused());
        };
        let value = match operator {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" | "//" | "%" if b == 0.0 => return Err(refused()),
            "/" => a / b,
            "//" => (a / b).floor(),
            "%" => a - b * (a / b).floor(),
            "**" => a.powf(b),
            _ => return Err(refused()),
        };
        Ok(Computed::Float(value))
    }

    fn unary(&mut self) -> Answer {
        let from = self.at;
        let mut negative = false;
        loop {
            if self.symbol("-") {
                negative = !negative;
            } else if !self.symbol("+") {
                break;
            }
        }
        let mut value = self.primary()?;
        while self.symbol("::") {
            let kind = self.type_name();
            value = self.cast(value, &kind, from)?;
        }
        if !negative {
            return Ok(value);
        }
        match value {
            Computed::Integer(value) => Ok(Computed::Integer(value.saturating_neg())),
            Computed::Float(value) => Ok(Computed::Float(-value)),
            Computed::Bool(value) => Ok(Computed::Integer(-i64::from(value))),
            Computed::Symbol(_) => Ok(Computed::Symbol(self.source(from))),
            _ => Err(self.error("only a number can be negated")),
        }
    }

    /// A type's name in lower case; its parameters are skipped.
    fn type_name(&mut self) -> String {
        let mut words = Vec::new();
        while let Some(token) = self.peek() {
            let more = token.is_any_word(&["precision", "with", "without", "time", "zone", "varying"]);
            if token.kind != Kind::Word || !(words.is_empty() || more) {
                break;
            }
            words.push(token.text.to_lowercase());
            self.at += 1;
        }
        if self.peek().is_some_and(|token| token.is("(")) {
            self.at = super::eval::closing(self.tokens, self.at) + 1;
        }
        words.join(" ")
    }

    fn cast(&self, value: Computed, kind: &str, from: usize) -> Answer {
        if value == Computed::Null {
            return Ok(value);
        }
        let refused = |value: &Computed| {
            self.error(format!(
                "{} is not a {}",
                value.to_sql(self.dialect),
                kind.to_uppercase()
            ))
        };
        match kind {
            _ if value.is_symbol() => Ok(Computed::Symbol(self.source(from))),
            "int" | "integer" | "bigint" | "smallint" | "tinyint" | "int64" | "int4" | "int8" => match &value
            {
                Computed::Float(float) =>
                {
                    #[expect(clippy::cast_possible_truncation, reason = "as Python's int()")]
                    Ok(Computed::Integer(float.trunc() as i64))
                }
                Computed::Text(text) => text
                    .trim()
                    .parse()
                    .map(Computed::Integer)
                    .map_err(|_| refused(&value)),
                other => other
                    .integer()
                    .map(Computed::Integer)
                    .ok_or_else(|| refused(&value)),
            },
            "float" | "double" | "double precision" | "real" | "float64" | "decimal" | "numeric" => {
                match &value {
                    Computed::Text(text) => text
                        .trim()
                        .parse()
                        .map(Computed::Float)
                        .map_err(|_| refused(&value)),
                    other => other.number().map(Computed::Float).ok_or_else(|| refused(&value)),
                }
            }
            "text" | "varchar" | "string" | "char" | "character varying" => Ok(Computed::Text(match value {
                Computed::Text(text) | Computed::Date(text) => text,
                Computed::Bool(true) => "True".to_string(),
                Computed::Bool(false) => "False".to_string(),
                other => other.to_sql(self.dialect),
            })),
            "date" => match value {
                Computed::Text(text) | Computed::Date(text) => {
                    Ok(Computed::Date(text.chars().take(10).collect()))
                }
                other => Err(refused(&other)),
            },
            _ if kind.starts_with("timestamp") || kind.starts_with("datetime") => match value {
                Computed::Text(text) | Computed::Date(text) if text.len() == 10 => {
                    Ok(Computed::Date(format!("{text} 00:00:00")))
                }
                Computed::Text(text) | Computed::Date(text) => Ok(Computed::Date(text)),
                other => Err(refused(&other)),
            },
            "bool" | "boolean" => Ok(Computed::Bool(value.is_true())),
            _ => Err(refused(&value)),
        }
    }

    fn primary(&mut self) -> Answer {
        let from = self.at;
        let Some(token) = self.peek() else {
            return Err(self.error("it ends too early"));
        };
        self.at += 1;
        match token.kind {
            Kind::Text => Ok(Computed::Text(text_of(&token.text, self.dialect))),
            Kind::Number => {
                number(&token.text).ok_or_else(|| self.error(format!("`{}` is not a number", token.text)))
            }
            Kind::Symbol if token.text == "(" => {
                if self
                    .peek()
                    .is_some_and(|token| token.is_any_word(&["select", "with"]))
                {
                    self.at = (super::eval::closing(self.tokens, from) + 1).min(self.tokens.len());
                    return Ok(Computed::Symbol(self.source(from)));
                }
                let mut items = self.items(")")?;
                let trailing = self
                    .at
                    .checked_sub(2)
                    .and_then(|at| self.tokens.get(at))
                    .is_some_and(|token| token.is(","));
                if items.len() == 1 && !trailing {
                    let only = items.remove(0);
                    // Parentheses of IN lists hold one item as well.
                    let after_in = from > 0 && self.tokens[from - 1].is_word("in");
                    return Ok(if after_in && !matches!(only, Computed::List(_)) {
                        Computed::List(vec![only])
                    } else if only.is_symbol() {
                        Computed::Symbol(self.source(from))
                    } else {
                        only
                    });
                }
                Ok(Computed::List(items))
            }
            Kind::Symbol if token.text == "[" => self.items("]").map(Computed::List),
            Kind::Word | Kind::Quoted => self.named(token, from),
            _ => {
                self.at = from;
                Err(self.error(format!("`{}` was not expected here", token.text)))
            }
        }
    }

    fn items(&mut self, close: &str) -> Result<Vec<Computed>, MacroError> {
        let mut items = Vec::new();
        loop {
            if self.symbol(close) {
                return Ok(items);
            }
            items.push(self.any()?);
            if !self.symbol(",") {
                self.expect(close)?;
                return Ok(items);
            }
        }
    }

    fn named(&mut self, token: &Token, from: usize) -> Answer {
        let name = token.text.to_lowercase();
        let next_opens = self.peek().is_some_and(|next| next.is("("));
        if token.kind == Kind::Word {
            match name.as_str() {
                "true" => return Ok(Computed::Bool(true)),
                "false" => return Ok(Computed::Bool(false)),
                "null" => return Ok(Computed::Null),
                "case" => return self.case(),
                "array" if self.symbol("[") => return self.items("]").map(Computed::List),
                "cast" | "try_cast" if next_opens => {
                    self.expect("(")?;
                    let value = self.any()?;
                    if !self.word("as") {
                        return Err(self.error("`AS` was expected"));
                    }
                    let kind = self.type_name();
                    self.expect(")")?;
                    return self.cast(value, &kind, from);
                }
                "extract" if next_opens => {
                    self.expect("(")?;
                    let part = self.peek().map(|part| part.text.to_lowercase());
                    self.at += 1;
                    if !self.word("from") {
                        return Err(self.error("`FROM` was expected"));
                    }
                    let value = self.any()?;
                    self.expect(")")?;
                    return self.date_part(&part.unwrap_or_default(), &value);
                }
                "date" | "timestamp" => {
                    if let Some(text) = self.peek().filter(|next| next.kind == Kind::Text) {
                        self.at += 1;
                        let text = Computed::Text(text_of(&text.text, self.dialect));
                        return self.cast(text, &name, from);
                    }
                }
                _ => {}
            }
            if next_opens {
                self.at += 1;
                let arguments = self.items(")")?;
                if arguments.iter().any(Computed::is_symbol) {
                    return Ok(Computed::Symbol(self.source(from)));
                }
                return self.function(&name, &arguments);
            }
        }
        while self.symbol(".") {
            self.at += 1;
        }
        self.at = self.at.min(self.tokens.len());
        Ok(Computed::Symbol(self.source(from)))
    }

    fn case(&mut self) -> Answer {
        let subject = match self.peek() {
            Some(token) if !token.is_word("when") => Some(self.any()?),
            _ => None,
        };
        let mut found = None;
        while self.word("when") {
            let condition = self.any()?;
            if !self.word("then") {
                return Err(self.error("`THEN` was expected"));
            }
            let value = self.any()?;
            let holds = subject
                .as_ref()
                .map_or_else(|| condition.is_true(), |subject| subject.equals(&condition));
            if found.is_none() && holds {
                found = Some(value);
            }
        }
        let otherwise = if self.word("else") {
            self.any()?
        } else {
            Computed::Null
        };
        if !self.word("end") {
            return Err(self.error("`END` was expected"));
        }
        Ok(found.unwrap_or(otherwise))
    }

    fn date_part(&self, part: &str, value: &Computed) -> Answer {
        let (Computed::Date(text) | Computed::Text(text)) = value else {
            return Err(self.error("a date was expected"));
        };
        let range = match part {
            "year" => 0..4,
            "month" => 5..7,
            "day" => 8..10,
            "hour" => 11..13,
            "minute" => 14..16,
            "second" => 17..19,
            _ => return Err(self.error(format!("`{part}` is not a part of a date"))),
        };
        text.get(range)
            .and_then(|digits| digits.parse().ok())
            .map(Computed::Integer)
            .ok_or_else(|| self.error(format!("'{text}' has no {part}")))
    }

    fn function(&self, name: &str, arguments: &[Computed]) -> Answer {
        use Computed::{Bool, Float, Integer, List, Null, Text};
        let text_out = |text: String| Ok(Text(text));
        match (name, arguments) {
            ("coalesce" | "ifnull" | "nvl", _) => Ok(arguments
                .iter()
                .find(|value| **value != Null)
                .cloned()
                .unwrap_or(Null)),
            ("if" | "iff", [condition, yes]) => Ok(if condition.is_true() { yes.clone() } else { Null }),
            ("if" | "iff", [condition, yes, no]) => Ok(if condition.is_true() {
                yes.clone()
            } else {
                no.clone()
            }),
            ("nullif", [a, b]) => Ok(if a.equals(b) { Null } else { a.clone() }),
            ("concat", _) => {
                let texts: Vec<String> = arguments.iter().map(|value| self.plain(value)).collect();
                text_out(texts.concat())
            }
            ("concat_ws", [Text(separator), rest @ ..]) => {
                let texts: Vec<String> = rest.iter().map(|value| self.plain(value)).collect();
                text_out(texts.join(separator))
            }
            ("array", _) => Ok(List(arguments.to_vec())),
            ("min" | "least", [List(items)]) | ("max" | "greatest", [List(items)]) => {
                self.extreme(items, name.starts_with('m') && name == "min" || name == "least")
            }
            ("min" | "least" | "max" | "greatest", items) if !items.is_empty() => {
                self.extreme(items, name == "min" || name == "least")
            }
            (_, values) if values.contains(&Null) => Ok(Null),
            ("upper" | "ucase", [Text(text)]) => text_out(text.to_uppercase()),
            ("lower" | "lcase", [Text(text)]) => text_out(text.to_lowercase()),
            ("trim", [Text(text)]) => text_out(text.trim().to_string()),
            ("ltrim", [Text(text)]) => text_out(text.trim_start().to_string()),
            ("rtrim", [Text(text)]) => text_out(text.trim_end().to_string()),
            ("reverse", [Text(text)]) => text_out(text.chars().rev().collect()),
            ("length" | "len" | "char_length", [Text(text)]) => {
                Ok(Integer(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)))
            }
            ("length" | "len" | "array_length" | "array_size" | "cardinality", [List(items)]) => {
                Ok(Integer(i64::try_from(items.len()).unwrap_or(i64::MAX)))
            }
            ("replace", [Text(text), Text(from), Text(to)]) => text_out(text.replace(from, to)),
            ("starts_with" | "startswith", [Text(text), Text(start)]) => {
                Ok(Bool(text.starts_with(start.as_str())))
            }
            ("ends_with" | "endswith", [Text(text), Text(end)]) => Ok(Bool(text.ends_with(end.as_str()))),
            ("contains", [Text(text), Text(part)]) => Ok(Bool(text.contains(part.as_str()))),
            ("strpos" | "str_position" | "instr", [Text(text), Text(part)]) => {
                Ok(Integer(text.find(part.as_str()).map_or(0, |at| {
                    i64::try_from(text[..at].chars().count() + 1).unwrap_or(i64::MAX)
                })))
            }
            ("left", [Text(text), Integer(count)]) => {
                text_out(text.chars().take(usize::try_from(*count).unwrap_or(0)).collect())
            }
            ("right", [Text(text), Integer(count)]) => {
                let length = text.chars().count();
                let skipped = length.saturating_sub(usize::try_from(*count).unwrap_or(0));
                text_out(text.chars().skip(skipped).collect())
            }
            ("substring" | "substr", [Text(text), Integer(start), rest @ ..]) => {
                let skipped = usize::try_from(start.saturating_sub(1)).unwrap_or(0);
                let length = match rest {
                    [Integer(length)] => usize::try_from(*length).unwrap_or(0),
                    _ => usize::MAX,
                };
                text_out(text.chars().skip(skipped).take(length).collect())
            }
            ("abs", [Integer(value)]) => Ok(Integer(value.saturating_abs())),
            ("abs", [Float(value)]) => Ok(Float(value.abs())),
            ("round", [Integer(value)]) => Ok(Integer(*value)),
            #[expect(clippy::cast_possible_truncation, reason = "as Python's round()")]
            ("round", [Float(value)]) => Ok(Integer(value.round_ties_even() as i64)),
            ("round", [value, Integer(digits)]) => {
                let scale = 10f64.powi(i32::try_from(*digits).unwrap_or(0).clamp(-300, 300));
                value
                    .number()
                    .map(|value| Float((value * scale).round_ties_even() / scale))
                    .ok_or_else(|| self.error("ROUND needs a number"))
            }
            #[expect(clippy::cast_possible_truncation, reason = "as Python's floor()")]
            ("floor", [value]) if value.number().is_some() => {
                Ok(Integer(value.number().unwrap_or_default().floor() as i64))
            }
            #[expect(clippy::cast_possible_truncation, reason = "as Python's ceil()")]
            ("ceil" | "ceiling", [value]) if value.number().is_some() => {
                Ok(Integer(value.number().unwrap_or_default().ceil() as i64))
            }
            ("mod", [a, b]) => self.arithmetic("%", a.clone(), b.clone(), self.at),
            ("pow" | "power", [a, b]) => self.arithmetic("**", a.clone(), b.clone(), self.at),
            ("sum", items) => items
                .iter()
                .cloned()
                .try_fold(Integer(0), |sum, item| self.arithmetic("+", sum, item, self.at)),
            ("year" | "month" | "day" | "hour" | "minute", [value]) => self.date_part(name, value),
            _ => Err(self.error(format!(
                "the function {} is not known for these values",
                name.to_uppercase()
            ))),
        }
    }

    fn extreme(&self, items: &[Computed], least: bool) -> Answer {
        let mut best: Option<&Computed> = None;
        for item in items {
            let better = match best {
                None => true,
                Some(best) => {
                    let order = item
                        .order(best)
                        .ok_or_else(|| self.error("the values have no order"))?;
                    if least { order.is_lt() } else { order.is_gt() }
                }
            };
            if better {
                best = Some(item);
            }
        }
        Ok(best.cloned().unwrap_or(Computed::Null))
    }

    fn plain(&self, value: &Computed) -> String {
        match value {
            Computed::Null => String::new(),
            Computed::Text(text) | Computed::Date(text) => text.clone(),
            other => other.to_sql(self.dialect),
        }
    }
}

fn number(text: &str) -> Option<Computed> {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    if let Ok(value) = plain.parse::<i64>() {
        return Some(Computed::Integer(value));
    }
    plain.parse::<f64>().ok().map(Computed::Float)
}

fn floor_division(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    let inexact = a.checked_rem(b)? != 0;
    Some(if inexact && (a < 0) != (b < 0) {
        quotient - 1
    } else {
        quotient
    })
}

/// SQL's LIKE: `%` any text, `_` one character.
fn matches_like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    let (mut t, mut p) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('%') => {
                star = Some((p, t));
                p += 1;
            }
            Some('_') => {
                t += 1;
                p += 1;
            }
            Some(c) if *c == text[t] => {
                t += 1;
                p += 1;
            }
            _ => match star {
                Some((star_p, star_t)) => {
                    star = Some((star_p, star_t + 1));
                    p = star_p + 1;
                    t = star_t + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::macros::scan::scan;

    fn value(text: &str) -> String {
        let (tokens, _) = scan(text, Dialect::DuckDb);
        match compute(&tokens, Dialect::DuckDb, Span::default()) {
            Ok(value) => format!("{value:?}"),
            Err(error) => format!("error: {}", error.message),
        }
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(value(text), expect, "{text}");
    }

    #[test]
    fn numbers_follow_python() {
        check("1 + 2 * 3", "Integer(7)");
        check("5 / 2", "Float(2.5)");
        check("7 // 2", "Integer(3)");
        check("-7 // 2", "Integer(-4)");
        check("-7 % 3", "Integer(2)");
        check("2 ** 3 ** 2", "Integer(512)");
        check("1 = 1.0", "Bool(true)");
        check("9223372036854775807 + 1", "Float(9.223372036854776e18)");
    }

    #[test]
    fn texts_lists_and_logic() {
        check("'a' = 'a' AND NOT 1 > 2", "Bool(true)");
        check("'b' IN ('a', 'b')", "Bool(true)");
        check("3 NOT IN (1, 2)", "Bool(true)");
        check("2 BETWEEN 1 AND 3", "Bool(true)");
        check("'abc' LIKE 'a%'", "Bool(true)");
        check("NULL IS NULL", "Bool(true)");
        check("1 IS NOT NULL", "Bool(true)");
        check("CASE WHEN 1 > 2 THEN 'x' ELSE 'y' END", "Text(\"y\")");
        check("UPPER('a') || 'b'", "Text(\"Ab\")");
        check(
            "CAST('2024-01-05' AS DATE) >= CAST('2024-01-01' AS DATE)",
            "Bool(true)",
        );
        check("x = 1", "Bool(false)");
        check("x", "Symbol(\"x\")");
    }

    #[test]
    fn refuses_what_it_cannot_compute() {
        assert!(value("1 / 0").starts_with("error: "));
        assert!(value("'a' > 1").starts_with("error: "));
        assert!(value("nonsense('a')").starts_with("error: "));
        assert!(value(&"(".repeat(5000)).starts_with("error: "));
    }
}
