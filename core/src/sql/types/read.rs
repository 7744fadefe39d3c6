//! Types from text.

use super::super::dialect::{Dialect, Language};
use super::super::lexer::{Token, TokenKind, tokenize};
use super::words::kind_of;
use super::{DataType, TypeArgument, TypeKind};

/// Deepest nesting of brackets that is read; more is no type.
const DEEPEST: usize = 40;

/// Reads a whole text as one type. `NOT NULL` and `COLLATE` after it do not count.
pub(super) fn data_type(text: &str, dialect: Dialect) -> Option<DataType> {
    let tokens = tokenize(text, dialect).ok()?.tokens;
    let mut reader = Reader {
        text,
        tokens: &tokens,
        at: 0,
        dialect,
    };
    let found = reader.data_type(0)?;
    let ends = reader.tokens.get(reader.at).is_none()
        || ["NOT", "NULL", "COLLATE", "CHARACTER", "DEFAULT"]
            .iter()
            .any(|word| reader.word_is(word));
    ends.then_some(found)
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    dialect: Dialect,
}

impl Reader<'_> {
    fn token_text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text(self.text))
    }

    fn word_is(&self, word: &str) -> bool {
        self.tokens
            .get(self.at)
            .is_some_and(|token| token.is_word(self.text, word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.word_is(word);
        self.at += usize::from(found);
        found
    }

    fn take_words(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        if words.iter().all(|word| self.take_word(word)) {
            return true;
        }
        self.at = start;
        false
    }

    fn symbol_is(&self, symbol: &str) -> bool {
        self.tokens
            .get(self.at)
            .is_some_and(|token| token.is_symbol(self.text, symbol))
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.symbol_is(symbol);
        self.at += usize::from(found);
        found
    }

    fn is(&self, language: Language) -> bool {
        self.dialect.language() == language
    }

    fn data_type(&mut self, depth: usize) -> Option<DataType> {
        if depth > DEEPEST {
            return None;
        }
        let mut found = self.base(depth)?;
        let mut arrays = 0;
        loop {
            let length = if self.take_symbol("[") {
                let length = if self.symbol_is("]") {
                    String::new()
                } else {
                    self.plain()?
                };
                if !self.take_symbol("]") {
                    return None;
                }
                length
            } else if self.word_is("ARRAY") && self.token_text(self.at + 1) == "[" {
                self.at += 1;
                continue;
            } else {
                self.take_word("ARRAY");
                break;
            };
            arrays += 1;
            if arrays > DEEPEST {
                return None;
            }
            found.nullable = found.nullable.filter(|_| false);
            found = DataType {
                detail: length,
                ..DataType::array_of(found)
            };
        }
        if arrays == 0 {
            self.complete(&mut found);
        }
        if self.is(Language::ClickHouse) && found.nullable.is_none() {
            found.nullable = Some(false);
        }
        Some(found)
    }

    /// What a dialect makes of a type that is not the element of `type[]`.
    fn complete(&self, found: &mut DataType) {
        match (self.dialect.language(), found.kind) {
            (Language::DuckDb, TypeKind::Text) => found.arguments.clear(),
            (Language::DuckDb, TypeKind::Decimal) if found.arguments.is_empty() => {
                *found = DataType::sized(TypeKind::Decimal, &[18, 3]);
            }
            (Language::Snowflake, TypeKind::Decimal) if found.arguments.is_empty() => {
                *found = DataType::sized(TypeKind::Decimal, &[38, 0]);
            }
            _ => {}
        }
    }

    /// A type without the `[]` after it.
    fn base(&mut self, depth: usize) -> Option<DataType> {
        let first = self.tokens.get(self.at)?;
        if first.kind != TokenKind::Word {
            return None;
        }
        let word = first.text(self.text).to_ascii_uppercase();
        self.at += 1;
        if word == "NULLABLE" && self.symbol_is("(") {
            self.at += 1;
            let mut inner = self.data_type(depth + 1)?;
            inner.nullable = Some(true);
            return self.take_symbol(")").then_some(inner);
        }
        let language = self.dialect.language();
        let second = match self.tokens.get(self.at) {
            Some(token) if token.kind == TokenKind::Word => {
                format!("{word} {}", token.text(self.text).to_ascii_uppercase())
            }
            _ => String::new(),
        };
        let kind = if second == "BIT VARYING" {
            self.at += 1;
            self.take_brackets();
            return Some(DataType::of(TypeKind::Bit));
        } else if !second.is_empty()
            && let Some(kind) = kind_of(&second, language)
        {
            self.at += 1;
            kind
        } else {
            kind_of(&word, language)?
        };
        let mut found = DataType::of(kind);
        if kind == TypeKind::UserDefined {
            found.detail = word;
            self.take_brackets();
            return Some(found);
        }
        if kind == TypeKind::Interval {
            found.detail = self.interval_unit();
        }
        if self.take_symbol("(") {
            found.arguments = self.arguments(kind, ")", depth)?;
        } else if self.take_symbol("<") {
            found.arguments = self.arguments(kind, ">", depth)?;
        } else if self.symbol_is("<>") {
            self.at += 1;
        }
        self.time_zone(&mut found);
        self.unsigned(&mut found);
        // Spark and Hive know floats of 64 bits by their precision.
        if kind == TypeKind::Float
            && matches!(
                language,
                Language::Spark | Language::Spark2 | Language::Databricks | Language::Hive
            )
        {
            let precision = match found.arguments.first() {
                Some(TypeArgument::Parameter(size)) => size.parse().unwrap_or(0),
                _ => 0_u32,
            };
            if precision > 32 {
                found = DataType::of(TypeKind::Double);
            }
        }
        Some(found)
    }

    /// Skips a bracket that holds nothing that counts.
    fn take_brackets(&mut self) {
        if self.take_symbol("(") {
            while self.tokens.get(self.at).is_some() && !self.take_symbol(")") {
                self.at += 1;
            }
        }
    }

    fn interval_unit(&mut self) -> String {
        const UNITS: &[&str] = &[
            "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND",
        ];
        let mut unit = String::new();
        let mut take = |reader: &mut Self| {
            let word = UNITS.iter().find(|word| reader.word_is(word));
            reader.at += usize::from(word.is_some());
            unit.push_str(word.copied().unwrap_or_default());
            let bounded = word.is_some();
            if bounded {
                reader.take_brackets();
            }
            let range = bounded && reader.word_is("TO");
            if range {
                reader.at += 1;
                unit.push_str(" TO ");
            }
            range
        };
        if take(self) {
            take(self);
        }
        unit
    }

    fn time_zone(&mut self, found: &mut DataType) {
        let time = matches!(found.kind, TypeKind::Time);
        let zoned = if self.take_words(&["WITH", "TIME", "ZONE"]) {
            match (time, self.dialect.language()) {
                (true, Language::Snowflake) => TypeKind::Time,
                (true, _) => TypeKind::TimeTz,
                _ => TypeKind::TimestampTz,
            }
        } else if self.take_words(&["WITH", "LOCAL", "TIME", "ZONE"]) {
            TypeKind::TimestampLtz
        } else {
            self.take_words(&["WITHOUT", "TIME", "ZONE"]);
            return;
        };
        if matches!(
            found.kind,
            TypeKind::Time | TypeKind::Timestamp | TypeKind::TimestampNtz | TypeKind::TimestampTz
        ) {
            found.kind = zoned;
        }
    }

    fn unsigned(&mut self, found: &mut DataType) {
        let unsigned = match found.kind {
            TypeKind::Int => TypeKind::UInt,
            TypeKind::BigInt => TypeKind::UBigInt,
            TypeKind::SmallInt => TypeKind::USmallInt,
            TypeKind::TinyInt => TypeKind::UTinyInt,
            TypeKind::MediumInt => TypeKind::UMediumInt,
            TypeKind::Decimal => TypeKind::UDecimal,
            TypeKind::Double => TypeKind::UDouble,
            _ => return,
        };
        if self.take_word("UNSIGNED") {
            found.kind = unsigned;
        }
    }

    fn arguments(&mut self, kind: TypeKind, close: &str, depth: usize) -> Option<Vec<TypeArgument>> {
        let mut found = Vec::new();
        if self.take_symbol(close) {
            return Some(found);
        }
        loop {
            found.push(self.argument(kind, depth)?);
            if self.take_symbol(",") {
                continue;
            }
            return self.take_symbol(close).then_some(found);
        }
    }

    fn argument(&mut self, kind: TypeKind, depth: usize) -> Option<TypeArgument> {
        use TypeKind as K;
        match kind {
            K::Struct | K::Object | K::Nested | K::Union => self.field(depth),
            K::Array | K::List | K::Map | K::Range | K::Lowcardinality => {
                Some(TypeArgument::Type(self.data_type(depth + 1)?))
            }
            K::Vector | K::Aggregatefunction | K::Simpleaggregatefunction => {
                let start = self.at;
                if let Some(data_type) = self.data_type(depth + 1) {
                    return Some(TypeArgument::Type(data_type));
                }
                self.at = start;
                let name = self.tokens.get(start)?.text(self.text).to_string();
                self.plain()?;
                Some(TypeArgument::Parameter(name))
            }
            _ => Some(TypeArgument::Parameter(self.plain()?)),
        }
    }

    /// `name type`, `name: type`, or a type alone.
    fn field(&mut self, depth: usize) -> Option<TypeArgument> {
        let start = self.at;
        let first = *self.tokens.get(self.at)?;
        if matches!(first.kind, TokenKind::Word | TokenKind::QuotedIdentifier) {
            self.at += 1;
            self.take_symbol(":");
            if let Some(data_type) = self.data_type(depth + 1) {
                return Some(TypeArgument::Field {
                    name: first.value(self.text, self.dialect),
                    quoted: first.kind == TokenKind::QuotedIdentifier,
                    data_type,
                    rest: self.field_rest(),
                });
            }
            self.at = start;
        }
        Some(TypeArgument::Type(self.data_type(depth + 1)?))
    }

    fn field_rest(&mut self) -> String {
        let mut rest = Vec::new();
        if self.take_words(&["NOT", "NULL"]) {
            rest.push("NOT NULL".to_string());
        }
        if self.take_word("COMMENT") {
            rest.push(format!("COMMENT {}", self.token_text(self.at)));
            self.at += 1;
        }
        rest.join(" ")
    }

    /// A number, a string, a word, or `'a' = 1`.
    fn plain(&mut self) -> Option<String> {
        let token = *self.tokens.get(self.at)?;
        self.at += 1;
        let text = token.text(self.text);
        let found = match token.kind {
            TokenKind::Word => text.to_ascii_uppercase(),
            TokenKind::Number | TokenKind::String => text.to_string(),
            _ => return None,
        };
        if self.take_symbol("=") {
            let value = self.plain()?;
            return Some(format!("{found} = {value}"));
        }
        Some(found)
    }
}
