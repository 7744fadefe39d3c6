//! What reading one block needs, and the readings of values that several properties share.
//!
//! In: the project's configuration, the dialect, the variables that the block may see. Out: texts in the form in
//! which SQLMesh stores them; problems are collected here.

use super::header::Property;
use super::problem::Problem;
use super::{sql_text, value};
use crate::config::Config;
use crate::diagnostic::nearest;
use crate::macros::{self, MacroEnv};
use crate::ordered::IndexMap;
use crate::source::Span;
use crate::sql::{Dialect, generate, names};
use crate::time::{Cron, Timestamp, parse_date};

/// The reader of one block.
#[derive(Debug)]
pub struct Builder<'a> {
    /// The project's configuration.
    pub config: &'a Config,
    /// Dialect of the block.
    pub dialect: Dialect,
    /// The same as written, lower case: it is stored and hashed.
    pub dialect_text: String,
    /// Default catalog of the block's gateway.
    pub default_catalog: Option<String>,
    /// What macros in the block may see.
    pub env: &'a MacroEnv,
    /// Problems found so far.
    pub problems: Vec<Problem>,
    /// The block has macros: then SQLMesh stores its values as it prints them, else some of them as written.
    pub is_rendered: bool,
}

impl Builder<'_> {
    /// The value with its macros expanded; `None` when that failed, with a problem, or when nothing is left.
    pub fn expand(&mut self, property: &Property) -> Option<String> {
        if !property.value.contains('@') {
            return Some(property.value.clone());
        }
        match macros::expand(&property.value, self.env) {
            Ok(expansion) => {
                let text = expansion.text.trim();
                (!text.is_empty()).then(|| text.to_string())
            }
            Err(error) => {
                let mut problem = Problem::from_macro(&error, property.span.start);
                if property.name == "cron" && error.code == "macro/undefined-variable" {
                    problem =
                        problem.help(format!("put the shortcut in quotes: `cron '{}'`", property.value));
                }
                self.problems.push(problem);
                None
            }
        }
    }

    /// A value whose macros stay in it until the model runs: those of Python may stand there, others must work.
    pub fn kept(&mut self, property: &Property) -> Option<String> {
        let needs_python = property.value.contains('@')
            && macros::expand(&property.value, self.env).is_err_and(|error| error.code == "macro/python");
        if !needs_python {
            self.expand(property)?;
        }
        Some(property.value.clone())
    }

    /// What to answer when `expand` gave nothing: fine when macros removed the value, else a problem is noted.
    pub fn vanished(&self, property: &Property) -> Option<()> {
        let inside = |problem: &Problem| {
            property.span.start <= problem.span.start && problem.span.start <= property.span.end
        };
        (!self.problems.iter().any(inside)).then_some(())
    }

    /// Notes a value that a property cannot have.
    pub fn bad_value(&mut self, property: &Property, message: impl Into<String>, help: &str) {
        self.problems
            .push(Problem::error("model/bad-value", message, property.span).help(help));
    }

    /// A whole number of at least 1.
    pub fn positive(&mut self, property: &Property, text: &str) -> Option<i64> {
        let number = value::word(text, self.dialect).and_then(|word| word.parse::<i64>().ok());
        match number {
            Some(number) if number > 0 => Some(number),
            _ => {
                self.bad_value(
                    property,
                    format!(
                        "`{}` must be a whole number of at least 1, not `{text}`",
                        property.name
                    ),
                    "write a positive number, or leave the property out",
                );
                None
            }
        }
    }

    /// A cron expression, checked.
    pub fn cron(&mut self, property: &Property, text: &str) -> Option<String> {
        let written = value::word(text, self.dialect).unwrap_or_else(|| text.to_string());
        match Cron::parse(&written, None).and_then(|cron| cron.check_frequency().map(|()| cron)) {
            Ok(_) => Some(written),
            Err(error) => {
                self.problems.push(
                    Problem::error("model/bad-cron", error.to_string(), property.span).help(
                        "use `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` or five fields such as `0 5 * * *`",
                    ),
                );
                None
            }
        }
    }

    /// A date text, kept as written when it can be understood.
    pub fn date(&mut self, property: &Property, text: &str) -> Option<String> {
        let written = value::word(text, self.dialect).unwrap_or_else(|| text.to_string());
        if parse_date(&written, Timestamp(0)).is_some() {
            return Some(written);
        }
        self.problems.push(
            Problem::error(
                "model/bad-date",
                format!("`{written}` cannot be read as a date"),
                property.span,
            )
            .help("write a date such as '2024-01-31', or a relative one such as '1 week ago'"),
        );
        None
    }

    /// One expression as stored where names are normalised and quoted.
    pub fn field(&self, text: &str) -> String {
        sql_text::normalized(text, self.dialect)
    }

    /// A list of expressions as stored where names are normalised and quoted.
    pub fn fields(&self, text: &str) -> Vec<String> {
        value::items(text, self.dialect)
            .iter()
            .map(|item| self.field(item))
            .collect()
    }

    /// An expression as stored where names stay as written, in the model's dialect.
    pub fn sql(&self, text: &str) -> String {
        sql_text::as_written(text, self.dialect, self.dialect)
    }

    /// The same for a value that is a single expression: as written, if the block has no macros.
    pub fn single(&self, text: &str) -> String {
        if self.is_rendered {
            self.sql(text)
        } else {
            text.to_string()
        }
    }

    /// An expression as stored where names stay as written, in neutral SQL: arguments of audits and signals.
    pub fn neutral_sql(&self, text: &str) -> String {
        sql_text::as_written(text, self.dialect, Dialect::default())
    }

    /// A property list `(a = 1, 'b' = 'two')`: keys without quotes, and each pair's text as stored.
    pub fn pairs(&mut self, property: &Property, text: &str) -> Option<Vec<(value::Pair, String)>> {
        let mut pairs = Vec::new();
        for item in value::items(text, self.dialect) {
            let Some(pair) = value::pair(&item, self.dialect) else {
                self.problems.push(
                    Problem::error(
                        "model/bad-value",
                        format!("`{item}` in `{}` is not a `key = value` pair", property.name),
                        property.span,
                    )
                    .help(format!("write `{} (key = value, …)`", property.name)),
                );
                return None;
            };
            let value =
                generate::stored_value(&pair.value, self.dialect).unwrap_or_else(|| self.sql(&pair.value));
            let shown = format!("{} = {value}", self.sql(&pair.key_text));
            pairs.push((pair, shown));
        }
        Some(pairs)
    }

    /// The pairs by key. Of a key that is given twice the last value counts, in the place of the first.
    pub fn unique_pairs(&mut self, property: &Property, text: &str) -> Option<Vec<(String, String)>> {
        let pairs = self.pairs(property, text)?.into_iter();
        let unique: IndexMap<String, String> = pairs.map(|(pair, shown)| (pair.key, shown)).collect();
        Some(unique.into_iter().collect())
    }

    /// A property list as one SQL tuple; `None` inside when it is empty.
    pub fn tuple(&mut self, property: &Property, text: &str) -> Option<Option<String>> {
        let pairs = self.pairs(property, text)?;
        Some(join_pairs(pairs.into_iter().map(|(_, shown)| shown)))
    }

    /// A fully qualified, quoted name of a table.
    pub fn table(&mut self, text: &str, span: Span) -> Option<String> {
        let text = if value::is_text(text, self.dialect) {
            value::word(text, self.dialect).unwrap_or_default()
        } else {
            text.to_string()
        };
        match names::table_name(&text, self.dialect, self.default_catalog.as_deref()) {
            Ok(name) => Some(name.to_string()),
            Err(error) => {
                self.problems.push(
                    Problem::error(
                        "model/bad-name",
                        format!("`{text}` is not a table's name: {}", error.message),
                        span,
                    )
                    .help("write up to three parts with dots between them: `catalog.schema.table`"),
                );
                None
            }
        }
    }

    /// Calls such as `not_null(columns := (a))`, as stored.
    pub fn calls(&mut self, property: &Property, text: &str, tuples: bool) -> Option<Vec<super::NamedCall>> {
        let dialect = self.dialect;
        let whole = value::pieces(text, dialect).ok()?;
        // `(k = v)` alone is one old-style signal, not a list of calls.
        let items = value::items(text, dialect);
        let mut calls = Vec::new();
        let _ = whole;
        for item in items {
            let call = value::call(&item, dialect).filter(|call| tuples || !call.name.is_empty());
            let Some(call) = call else {
                self.bad_value(
                    property,
                    format!("`{item}` in `{}` is not a call", property.name),
                    "write a name, or `name(argument := value)`",
                );
                return None;
            };
            if let Some(positional) = call.positional {
                self.problems.push(
                    Problem::error(
                        "audit/positional-argument",
                        format!("argument `{positional}` of `{}` has no name", call.name),
                        property.span,
                    )
                    .help(format!("name it: `{}(argument := {positional})`", call.name)),
                );
                return None;
            }
            let arguments = call
                .arguments
                .iter()
                .map(|pair| (pair.key.to_lowercase(), self.neutral_sql(&pair.value)))
                .collect();
            calls.push((call.name.to_lowercase(), arguments));
        }
        Some(calls)
    }

    /// Notes a property that nobody knows, with the nearest that is known.
    pub fn unknown_property(&mut self, property: &Property, block: &str, known: &[&str]) {
        let mut problem = Problem::error(
            "model/unknown-property",
            format!("`{}` is not a property of the {block} block", property.name),
            property.name_span,
        );
        problem = match nearest(&property.name, known.iter().copied()) {
            Some(near) => problem.help(format!("perhaps `{near}` was meant")),
            None => problem.help(format!("remove it; properties are {}", known.join(", "))),
        };
        self.problems.push(problem);
    }
}

/// Pairs as one SQL tuple.
pub fn join_pairs(pairs: impl Iterator<Item = String>) -> Option<String> {
    let pairs: Vec<String> = pairs.collect();
    (!pairs.is_empty()).then(|| format!("({})", pairs.join(", ")))
}
