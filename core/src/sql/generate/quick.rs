//! The text that is hashed: names of SQLGlot's classes, arguments without spaces.

use super::super::dialect::{Dialect, Language};
use super::super::types::{DataType, TypeArgument, TypeKind};
use super::calls;
use super::parse::{Expr, Part};

/// The text of an expression.
pub(super) fn text(found: &Expr, dialect: Dialect) -> String {
    let one = |inner: &Expr| text(inner, dialect);
    let all = |list: &[Expr]| list.iter().map(one).collect::<Vec<_>>();
    let bigquery = dialect.language() == Language::BigQuery;
    match found {
        Expr::Column(parts) => names(parts),
        Expr::Star(parts) if parts.is_empty() => "STAR".to_string(),
        Expr::Star(parts) => format!("{}.STAR", names(parts)),
        Expr::Number(number) => number.clone(),
        Expr::Text(value) => format!("'{value}'"),
        Expr::Word(word) => (*word).to_string(),
        Expr::Call(schema, name, arguments) => {
            let is_struct = name.eq_ignore_ascii_case("STRUCT");
            let field = |argument: &Expr| match argument {
                Expr::Alias(value, (name, _)) if is_struct => {
                    format!("PROPERTYEQ :this,{name},:expression,{}", one(value))
                }
                other => one(other),
            };
            let texts: Vec<String> = arguments.iter().map(field).collect();
            let call = calls::quick(name, arguments, &texts, dialect);
            match schema.is_empty() {
                true => call,
                false => format!("{}.{call}", names(schema)),
            }
        }
        Expr::Distinct(list) => format!("DISTINCT :expressions,{}", all(list).join(",")),
        Expr::Named(name, ":=", value) => {
            format!("PROPERTYEQ :this,{},:expression,{}", one(name), one(value))
        }
        Expr::Named(name, _, value) => format!("KWARG :this,{},:expression,{}", one(name), one(value)),
        Expr::Not(inner) => format!("NOT {}", one(inner)),
        Expr::Minus(inner) => format!("-{}", one(inner)),
        Expr::Binary(left, operator, right) => {
            let (left, right) = (one(left), one(right));
            match operator.as_str() {
                "||" => {
                    let safe = match dialect.language() {
                        Language::Trino | Language::Presto | Language::Athena | Language::Dune => "False",
                        _ => "True",
                    };
                    format!("DPIPE :this,{left},:expression,{right},:safe,{safe}")
                }
                "LIKE" => format!("{left} Like {right}"),
                "//" => format!("{left} DIV {right}"),
                _ => format!("{left} {operator} {right}"),
            }
        }
        Expr::Between(value, low, high) => format!("{} BETWEEN {} AND {}", one(value), one(low), one(high)),
        Expr::In(value, list) => format!("{} IN (:expressions,{})", one(value), all(list).join(",")),
        Expr::Paren(inner) => format!("({})", one(inner)),
        Expr::Tuple(list) if list.is_empty() => "TUPLE".to_string(),
        Expr::Tuple(list) => format!("TUPLE :expressions,{}", all(list).join(",")),
        Expr::Array(list) => {
            let mut items = all(list);
            if bigquery && list.is_empty() {
                items.push(String::new());
            }
            // BigQuery tells `[…]` from `ARRAY(…)`.
            items.extend(bigquery.then(|| "True".to_string()));
            format!("ARRAY({})", items.join(","))
        }
        Expr::Struct(fields) => {
            let field = |(key, value): &(Expr, Expr)| {
                let key = match key {
                    Expr::Text(key) => key.clone(),
                    other => one(other),
                };
                format!("PROPERTYEQ :this,{key},:expression,{}", one(value))
            };
            format!(
                "STRUCT({})",
                fields.iter().map(field).collect::<Vec<_>>().join(",")
            )
        }
        Expr::Index(value, index) => {
            // DuckDB counts from one, the reference from zero.
            let from_one = matches!(
                dialect.language(),
                Language::DuckDb | Language::Postgres | Language::Trino
            );
            let index = match index.as_ref() {
                Expr::Number(number) if from_one => match number.parse::<i64>() {
                    Ok(number) => number.saturating_sub(1).to_string(),
                    Err(_) => number.clone(),
                },
                other => one(other),
            };
            format!("{}[{index}]", one(value))
        }
        Expr::Cast(value, data_type, safe) => {
            let name = if *safe { "TRY_CAST" } else { "CAST" };
            let last = match (safe, dialect.language()) {
                (true, Language::Spark | Language::Spark2 | Language::Hive) | (false, _) => "",
                (true, _) => ",True",
            };
            format!("{name}({},{}{last})", one(value), type_text(data_type))
        }
        Expr::Case(operand, branches, default) => {
            let mut items: Vec<String> = operand.iter().map(|operand| one(operand)).collect();
            items.extend(
                branches
                    .iter()
                    .map(|(when, then)| format!("IF({},{})", one(when), one(then))),
            );
            items.extend(default.iter().map(|default| one(default)));
            format!("CASE({})", items.join(","))
        }
        Expr::Interval(amount, unit) => format!("INTERVAL :this,'{amount}',:unit,{unit}"),
        Expr::Extract(unit, value) => format!("EXTRACT({unit},{})", one(value)),
        Expr::Variable(name) => format!("MACROVAR :this,{name}"),
        Expr::MacroCall(name, list) => {
            format!("MACRO_FUNC({})", calls::quick(name, list, &all(list), dialect))
        }
        Expr::Alias(value, name) => format!("{} AS {}", one(value), names(std::slice::from_ref(name))),
    }
}

/// Names joined by dots; the quoted ones in double quotes whatever the dialect.
fn names(parts: &[Part]) -> String {
    let name = |(name, quoted): &Part| match quoted {
        true => format!("\"{name}\""),
        false => name.clone(),
    };
    parts.iter().map(name).collect::<Vec<_>>().join(".")
}

fn type_text(found: &DataType) -> String {
    let nested = matches!(found.kind, TypeKind::Array | TypeKind::Map | TypeKind::Struct);
    let arguments: Vec<String> = found
        .arguments
        .iter()
        .map(|argument| match argument {
            TypeArgument::Type(inner) => type_text(inner),
            TypeArgument::Parameter(size) => format!("DATATYPEPARAM :this,{size}"),
            TypeArgument::Field { name, data_type, .. } => {
                format!("COLUMNDEF :this,{name},:kind,{}", type_text(data_type))
            }
        })
        .collect();
    let expressions = match arguments.is_empty() {
        true => String::new(),
        false => format!(":expressions,{},", arguments.join(",")),
    };
    let nested = if nested { "True" } else { "False" };
    let nullable = match found.nullable {
        Some(true) => ",:nullable,True",
        Some(false) => ",:nullable,False",
        None => "",
    };
    format!("{} {expressions}:nested,{nested}{nullable}", found.kind.as_str())
}
