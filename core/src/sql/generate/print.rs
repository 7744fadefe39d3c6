//! Expressions in the words of their dialect, as they are stored.

use super::super::dialect::{Dialect, Language as L};
use super::calls;
use super::parse::{Expr, Part};

/// The text of an expression.
pub(super) fn text(found: &Expr, dialect: Dialect) -> String {
    let one = |inner: &Expr| text(inner, dialect);
    let all = |list: &[Expr]| list.iter().map(one).collect::<Vec<_>>().join(", ");
    match found {
        Expr::Column(parts) => names(parts, dialect),
        Expr::Star(parts) if parts.is_empty() => "*".to_string(),
        Expr::Star(parts) => format!("{}.*", names(parts, dialect)),
        Expr::Number(number) => number.clone(),
        Expr::Text(value) => format!("'{}'", value.replace('\'', "''")),
        Expr::Word(word) => (*word).to_string(),
        Expr::Call(_, name, list)
            if name.eq_ignore_ascii_case("ARRAY") && dialect.language() != L::Redshift =>
        {
            one(&Expr::Array(list.clone()))
        }
        Expr::Call(schema, name, arguments) => {
            let texts: Vec<String> = arguments.iter().map(one).collect();
            let call = calls::printed(name, arguments, &texts, dialect);
            match schema.is_empty() {
                true => call,
                false => format!("{}.{call}", names(schema, dialect)),
            }
        }
        Expr::Distinct(list) => format!("DISTINCT {}", all(list)),
        Expr::Named(name, arrow, value) => format!("{} {arrow} {}", one(name), one(value)),
        Expr::Not(inner) => format!("NOT {}", one(inner)),
        Expr::Minus(inner) => format!("-{}", one(inner)),
        Expr::Binary(left, operator, right) => format!("{} {operator} {}", one(left), one(right)),
        Expr::Between(value, low, high) => format!("{} BETWEEN {} AND {}", one(value), one(low), one(high)),
        Expr::In(value, list) => format!("{} IN ({})", one(value), all(list)),
        Expr::Paren(inner) => format!("({})", one(inner)),
        Expr::Tuple(list) => format!("({})", all(list)),
        Expr::Array(list) => {
            let (open, close) = match dialect.language() {
                L::Postgres | L::Redshift | L::Trino | L::Presto | L::Athena => ("ARRAY[", "]"),
                L::Spark | L::Databricks | L::Hive | L::MySql | L::Generic => ("ARRAY(", ")"),
                _ => ("[", "]"),
            };
            format!("{open}{}{close}", all(list))
        }
        Expr::Struct(fields)
            if matches!(
                dialect.language(),
                L::BigQuery | L::Postgres | L::Redshift | L::MySql | L::TSql
            ) =>
        {
            let field = |(key, value): &(Expr, Expr)| match key {
                Expr::Text(key) => format!("{} AS {key}", one(value)),
                key => format!("{} AS {}", one(value), one(key)),
            };
            format!(
                "STRUCT({})",
                fields.iter().map(field).collect::<Vec<_>>().join(", ")
            )
        }
        Expr::Struct(fields) => {
            let field = |(key, value): &(Expr, Expr)| format!("{}: {}", one(key), one(value));
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        Expr::Index(value, index) => format!("{}[{}]", one(value), one(index)),
        Expr::Cast(value, data_type, safe) => {
            // Where every cast gives NULL when it fails, that is not said.
            let every = matches!(dialect.language(), L::Spark | L::Spark2 | L::Hive);
            let name = if *safe && !every { "TRY_CAST" } else { "CAST" };
            format!("{name}({} AS {})", one(value), data_type.to_sql(dialect))
        }
        Expr::Case(operand, branches, default) => {
            let mut words = vec!["CASE".to_string()];
            words.extend(operand.iter().map(|operand| one(operand)));
            words.extend(
                branches
                    .iter()
                    .map(|(when, then)| format!("WHEN {} THEN {}", one(when), one(then))),
            );
            words.extend(default.iter().map(|default| format!("ELSE {}", one(default))));
            words.push("END".to_string());
            words.join(" ")
        }
        Expr::Interval(amount, unit)
            if matches!(dialect.language(), L::Postgres | L::Redshift | L::Snowflake) =>
        {
            format!("INTERVAL '{amount} {unit}'")
        }
        Expr::Interval(amount, unit) => format!("INTERVAL '{amount}' {unit}"),
        Expr::Extract(unit, value) => format!("EXTRACT({unit} FROM {})", one(value)),
        Expr::Variable(name) => format!("@{name}"),
        Expr::MacroCall(name, list) => format!("@{name}({})", all(list)),
        Expr::Alias(value, name) => {
            format!("{} AS {}", one(value), names(std::slice::from_ref(name), dialect))
        }
    }
}

fn names(parts: &[Part], dialect: Dialect) -> String {
    let name = |(name, quoted): &Part| match quoted {
        true => dialect.quote_identifier(name),
        false => name.clone(),
    };
    parts.iter().map(name).collect::<Vec<_>>().join(".")
}
