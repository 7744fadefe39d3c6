//! Types to text.

use super::super::dialect::{Dialect, Language};
use super::names::name_of;
use super::{DataType, TypeArgument, TypeKind};

/// The type in the dialect's spelling.
pub(super) fn data_type(found: &DataType, dialect: Dialect) -> String {
    let text = plain(found, dialect);
    if dialect.language() == Language::ClickHouse && found.nullable != Some(false) && may_be_null(found.kind)
    {
        return format!("Nullable({text})");
    }
    text
}

/// Words that BigQuery takes for a name in backticks only.
const BIGQUERY_RESERVED: &str = "all and any array as asc assert_rows_modified at between by case cast collate \
    contains create cross cube current default define desc distinct else end enum escape except exclude exists \
    extract false fetch following for from full group grouping groups hash having if ignore in inner intersect \
    interval into is join lateral left like limit lookup merge natural new no not null nulls of on or order outer \
    over partition preceding proto qualify range recursive respect right rollup rows select set some struct \
    tablesample then to treat true unbounded union unnest using when where window with within";

/// Whether ClickHouse lets the type be `Nullable`.
fn may_be_null(kind: TypeKind) -> bool {
    use TypeKind as K;
    !matches!(
        kind,
        K::Array
            | K::Map
            | K::Struct
            | K::Point
            | K::Ring
            | K::Linestring
            | K::Multilinestring
            | K::Polygon
            | K::Multipolygon
    )
}

fn plain(found: &DataType, dialect: Dialect) -> String {
    use Language as L;
    let language = dialect.language();
    let arguments: Vec<String> = found
        .arguments
        .iter()
        .enumerate()
        .map(|(index, argument)| match argument {
            // The key of a map cannot be null.
            TypeArgument::Type(key) if index == 0 && found.kind == TypeKind::Map => plain(key, dialect),
            _ => argument_text(argument, found.kind, dialect),
        })
        .collect();
    match found.kind {
        TypeKind::UserDefined => found.detail.clone(),
        TypeKind::Interval if !found.detail.is_empty() => format!("INTERVAL {}", found.detail),
        TypeKind::Interval => match arguments.first() {
            Some(precision) => format!("INTERVAL {precision}"),
            None => "INTERVAL".to_string(),
        },
        TypeKind::Array
            if matches!(
                language,
                L::DuckDb | L::Postgres | L::Redshift | L::Materialize | L::RisingWave
            ) =>
        {
            match arguments.first() {
                Some(element) => format!("{element}[{}]", found.detail),
                None if language == L::DuckDb => "[]".to_string(),
                None => "ARRAY".to_string(),
            }
        }
        kind if nests(kind) => {
            let name = name_of(kind, language);
            let size = match (kind, found.detail.as_str()) {
                (TypeKind::Array, size) if !size.is_empty() => format!("[{size}]"),
                _ => String::new(),
            };
            if arguments.is_empty() {
                return name.to_string();
            }
            let (open, close) = match language {
                L::DuckDb | L::Snowflake | L::Trino | L::Presto | L::Athena | L::Dune | L::ClickHouse => {
                    ('(', ')')
                }
                _ => ('<', '>'),
            };
            format!("{name}{open}{}{close}{size}", arguments.join(", "))
        }
        kind => sized(kind, &arguments, language),
    }
}

/// Whether the brackets hold types.
fn nests(kind: TypeKind) -> bool {
    use TypeKind as K;
    matches!(
        kind,
        K::Array
            | K::List
            | K::Map
            | K::Struct
            | K::Object
            | K::Nested
            | K::Union
            | K::Range
            | K::Lowcardinality
    )
}

fn argument_text(argument: &TypeArgument, kind: TypeKind, dialect: Dialect) -> String {
    match argument {
        TypeArgument::Type(inner) => data_type(inner, dialect),
        TypeArgument::Parameter(text) => text.clone(),
        TypeArgument::Field {
            name,
            quoted,
            data_type: inner,
            rest,
        } => {
            use Language as L;
            let colon = match dialect.language() {
                L::Spark | L::Spark2 | L::Databricks | L::Hive if kind == TypeKind::Struct => ":",
                _ => "",
            };
            let reserved = dialect.language() == L::BigQuery
                && BIGQUERY_RESERVED
                    .split(' ')
                    .any(|word| word.eq_ignore_ascii_case(name));
            let name = if *quoted || reserved {
                dialect.quote_identifier(name)
            } else {
                name.clone()
            };
            let rest = if rest.is_empty() {
                String::new()
            } else {
                format!(" {rest}")
            };
            format!("{name}{colon} {}{rest}", data_type(inner, dialect))
        }
    }
}

/// A type whose brackets hold sizes.
fn sized(kind: TypeKind, arguments: &[String], language: Language) -> String {
    use Language as L;
    use TypeKind as K;
    let name = name_of(kind, language);
    if arguments.is_empty() {
        return if language == L::Postgres && kind == K::Enum {
            "ENUM ()"
        } else {
            name
        }
        .to_string();
    }
    let sizes = arguments.join(", ");
    let spark = matches!(language, L::Spark | L::Spark2 | L::Databricks | L::Hive);
    let timed = matches!(
        kind,
        K::Date
            | K::Date32
            | K::Datetime
            | K::Datetime2
            | K::Datetime64
            | K::SmallDatetime
            | K::Time
            | K::TimeTz
            | K::Timestamp
            | K::TimestampNtz
            | K::TimestampLtz
            | K::TimestampTz
            | K::TimestampS
            | K::TimestampMs
            | K::TimestampNs
    );
    match language {
        L::DuckDb if matches!(kind, K::Time | K::TimeTz | K::TimestampTz) => name.to_string(),
        L::Postgres | L::Redshift | L::Materialize | L::RisingWave
            if matches!(kind, K::Double | K::Float) =>
        {
            format!("FLOAT({sizes})")
        }
        L::Postgres if kind == K::Enum => format!("ENUM ({sizes})"),
        _ if spark && (timed || kind == K::Float) => name.to_string(),
        _ if spark
            && matches!(kind, K::Varchar | K::NVarchar | K::Text | K::Char | K::NChar)
            && sizes == "MAX" =>
        {
            "STRING".to_string()
        }
        _ if spark && matches!(kind, K::Char | K::NChar) => format!("CHAR({sizes})"),
        _ if spark && matches!(kind, K::Varchar | K::NVarchar | K::Text) => format!("VARCHAR({sizes})"),
        L::MySql | L::StarRocks | L::Doris if kind == K::Varchar => format!("VARCHAR({sizes})"),
        L::ClickHouse if name == "String" => name.to_string(),
        _ => insert_sizes(name, &sizes),
    }
}

/// Puts sizes after the first word of a name, in place of sizes that are there: `TIMESTAMP WITH TIME ZONE`.
fn insert_sizes(name: &str, sizes: &str) -> String {
    if let Some((word, _)) = name.split_once('(') {
        return format!("{word}({sizes})");
    }
    let inside = name.ends_with("UNSIGNED") || name.contains(" WITH ");
    match name.split_once(' ') {
        Some((word, rest)) if inside => format!("{word}({sizes}) {rest}"),
        _ => format!("{name}({sizes})"),
    }
}
