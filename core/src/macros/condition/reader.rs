//! The grammar of conditions, evaluated while it is read.

use super::functions::{floor_division, matches_like, number};
use super::{Computed, MAX_DEPTH};
use crate::macros::MacroError;
use crate::macros::scan::{Kind, Token, join, text_of};
use crate::source::Span;
use crate::sql::Dialect;

pub(super) struct Reader<'t> {
    pub(super) tokens: &'t [Token],
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    pub(super) depth: usize,
    pub(super) span: Span,
}

pub(super) type Answer = Result<Computed, MacroError>;

impl<'t> Reader<'t> {
    pub(super) fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    pub(super) fn error(&self, what: impl Into<String>) -> MacroError {
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

    pub(super) fn any(&mut self) -> Answer {
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

    pub(super) fn arithmetic(&self, operator: &str, left: Computed, right: Computed, from: usize) -> Answer {
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
            self.at = crate::macros::arguments::closing(self.tokens, self.at) + 1;
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
                    self.at =
                        (crate::macros::arguments::closing(self.tokens, from) + 1).min(self.tokens.len());
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
}
