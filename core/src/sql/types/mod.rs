//! Data types: read, printed, and joined as SQLGlot does.
//!
//! In: a type as a dialect spells it (`varchar(10)`, `STRUCT<a: INT>`). Out: a `DataType`, and its text in the
//! spelling of a dialect, which is what SQLMesh hashes and shows. A type that cannot be read is `UNKNOWN`.

mod coerce;
mod functions;
pub mod kind;
mod names;
mod print;
mod read;
mod words;

pub use coerce::{
    binary_type, boolean_literal, coerced, common, common_of, function_type, function_type_of, null_literal,
    number_literal, promoted, shifted_by_interval, string_literal,
};
pub use coerce::{is_number, is_temporal};
pub use kind::TypeKind;

use super::dialect::Dialect;

/// What stands in the brackets of a type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypeArgument {
    /// A type: the element of an array, key and value of a map, a field without a name.
    Type(DataType),
    /// A field of a struct: its name as it is compared, whether it was quoted, its type, and what else was said
    /// of it (`NOT NULL`, `COMMENT 'x'`).
    Field {
        /// The name without quotes.
        name: String,
        /// Whether it was quoted.
        quoted: bool,
        /// Its type.
        data_type: DataType,
        /// `NOT NULL`, `COMMENT 'x'`; mostly empty.
        rest: String,
    },
    /// A number, a word or a string: a size, a scale, `MAX`, a value of an enumeration.
    Parameter(String),
}

/// A type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataType {
    /// What it is.
    pub kind: TypeKind,
    /// What stands in its brackets.
    pub arguments: Vec<TypeArgument>,
    /// The name of a user-defined type, the length of an array of fixed length, the unit of an interval.
    pub detail: String,
    /// ClickHouse only: whether `NULL` is allowed, when said.
    pub nullable: Option<bool>,
}

impl DataType {
    /// No type: not known.
    pub fn unknown() -> Self {
        Self::of(TypeKind::Unknown)
    }

    /// A type without parameters.
    pub fn of(kind: TypeKind) -> Self {
        Self {
            kind,
            arguments: Vec::new(),
            detail: String::new(),
            nullable: None,
        }
    }

    /// An array of these.
    pub fn array_of(element: Self) -> Self {
        Self {
            arguments: vec![TypeArgument::Type(element)],
            ..Self::of(TypeKind::Array)
        }
    }

    /// A map between these.
    pub fn map_of(key: Self, value: Self) -> Self {
        Self {
            arguments: vec![TypeArgument::Type(key), TypeArgument::Type(value)],
            ..Self::of(TypeKind::Map)
        }
    }

    /// A struct of fields; a field without a name has an empty one.
    pub fn struct_of(fields: impl IntoIterator<Item = (String, Self)>) -> Self {
        let arguments = fields.into_iter().map(|(name, data_type)| match name.is_empty() {
            true => TypeArgument::Type(data_type),
            false => TypeArgument::Field {
                name,
                quoted: false,
                data_type,
                rest: String::new(),
            },
        });
        Self {
            arguments: arguments.collect(),
            ..Self::of(TypeKind::Struct)
        }
    }

    /// A type with numbers in its brackets: `DECIMAL(18, 3)`.
    pub fn sized(kind: TypeKind, sizes: &[u32]) -> Self {
        let arguments = sizes.iter().map(|size| TypeArgument::Parameter(size.to_string()));
        Self {
            arguments: arguments.collect(),
            ..Self::of(kind)
        }
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        self.kind == TypeKind::Unknown
    }

    /// Whether nothing is known of it or of a part of it.
    pub fn has_unknown(&self) -> bool {
        self.is_unknown()
            || self.arguments.iter().any(|argument| match argument {
                TypeArgument::Type(data_type) | TypeArgument::Field { data_type, .. } => {
                    data_type.has_unknown()
                }
                TypeArgument::Parameter(_) => false,
            })
    }

    /// Reads a type as the dialect spells it; `UNKNOWN` when it cannot be read.
    pub fn parse(text: &str, dialect: Dialect) -> Self {
        read::data_type(text, dialect).unwrap_or_else(Self::unknown)
    }

    /// The same, but `None` when it cannot be read.
    pub fn try_parse(text: &str, dialect: Dialect) -> Option<Self> {
        read::data_type(text, dialect)
    }

    /// The type in the dialect's spelling, as SQLGlot prints it.
    pub fn to_sql(&self, dialect: Dialect) -> String {
        print::data_type(self, dialect)
    }

    /// The type of an array's elements, of a map's values; `UNKNOWN` for others.
    pub fn element(&self) -> Self {
        let at = match self.kind {
            TypeKind::Array | TypeKind::List | TypeKind::Nested => 0,
            TypeKind::Map => 1,
            _ => return Self::unknown(),
        };
        match self.arguments.get(at) {
            Some(TypeArgument::Type(element)) => element.clone(),
            _ => Self::unknown(),
        }
    }

    /// The type of a map's keys; `UNKNOWN` for others.
    pub fn key(&self) -> Self {
        match (self.kind, self.arguments.first()) {
            (TypeKind::Map, Some(TypeArgument::Type(key))) => key.clone(),
            _ => Self::unknown(),
        }
    }

    /// The type of a struct's field, found without regard to case; `UNKNOWN` when there is none.
    pub fn field(&self, name: &str) -> Self {
        self.fields()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map_or_else(Self::unknown, |(_, data_type)| data_type.clone())
    }

    /// The same with all names of fields in quotes, at every level.
    #[must_use]
    pub fn with_quoted_fields(mut self) -> Self {
        for argument in &mut self.arguments {
            match argument {
                TypeArgument::Field {
                    quoted, data_type, ..
                } => {
                    *quoted = true;
                    *data_type = std::mem::replace(data_type, Self::unknown()).with_quoted_fields();
                }
                TypeArgument::Type(data_type) => {
                    *data_type = std::mem::replace(data_type, Self::unknown()).with_quoted_fields();
                }
                TypeArgument::Parameter(_) => {}
            }
        }
        self
    }

    /// The named fields of a struct.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.arguments.iter().filter_map(|argument| match argument {
            TypeArgument::Field { name, data_type, .. } => Some((name.as_str(), data_type)),
            _ => None,
        })
    }
}

/// A declared type in the spelling that is hashed and shown: `varchar(10)` is `TEXT` on DuckDB. A text that is
/// no type stays as it is.
pub fn canonical(type_text: &str, dialect: Dialect) -> String {
    match DataType::try_parse(type_text, dialect) {
        Some(data_type) => data_type.to_sql(dialect),
        None => type_text.trim().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: &str, cases: &[(&str, &str)]) {
        let known = Dialect::parse(dialect).unwrap_or_default();
        for (text, expected) in cases {
            assert_eq!(canonical(text, known), *expected, "{dialect}: {text}");
        }
    }

    #[test]
    fn duckdb() {
        check(
            "duckdb",
            &[
                ("varchar(10)", "TEXT"),
                ("varchar(10)[]", "TEXT(10)[]"),
                ("character varying(5)", "TEXT(5)"),
                ("int8", "BIGINT"),
                ("decimal", "DECIMAL(18, 3)"),
                ("decimal[]", "DECIMAL[]"),
                ("numeric(10,2)", "DECIMAL(10, 2)"),
                ("struct(a int, b text[])", "STRUCT(a INT, b TEXT[])"),
                ("struct(\"A b\" int)[]", "STRUCT(\"A b\" INT)[]"),
                ("map(varchar, struct(x int)[])", "MAP(TEXT, STRUCT(x INT)[])"),
                ("int[3][]", "INT[3][]"),
                ("timestamp(6) with time zone", "TIMESTAMPTZ"),
                ("timestamp_us", "TIMESTAMP"),
                ("hugeint", "INT128"),
                ("interval year to month", "INTERVAL YEAR TO MONTH"),
                ("int not null", "INT"),
                ("enum('a','b')", "ENUM('a', 'b')"),
                ("my_type", "my_type"),
            ],
        );
    }

    #[test]
    fn postgres_and_redshift() {
        check(
            "postgres",
            &[
                ("float", "DOUBLE PRECISION"),
                ("float(24)", "FLOAT(24)"),
                ("timestamp(3) without time zone", "TIMESTAMP(3)"),
                ("time(3) with time zone", "TIMETZ(3)"),
                ("character varying(5)[]", "VARCHAR(5)[]"),
                ("bit varying(5)", "BIT"),
                ("geometry(point, 4326)", "GEOMETRY(POINT, 4326)"),
                ("int array[3]", "INT[3]"),
            ],
        );
        check(
            "redshift",
            &[
                ("text", "VARCHAR(MAX)"),
                ("text(10)", "VARCHAR(10)"),
                ("timestamptz(3)", "TIMESTAMP(3) WITH TIME ZONE"),
                ("varbyte(10)", "VARBYTE(10)"),
            ],
        );
    }

    #[test]
    fn warehouses() {
        check(
            "snowflake",
            &[
                ("number", "DECIMAL(38, 0)"),
                ("float", "DOUBLE"),
                ("string(10)", "VARCHAR(10)"),
                ("object(a number, b float)", "OBJECT(a DECIMAL(38, 0), b DOUBLE)"),
                ("timestamp_ntz(9)", "TIMESTAMPNTZ(9)"),
                ("json", "VARIANT"),
            ],
        );
        check(
            "bigquery",
            &[
                (
                    "array<struct<a int64, b array<string>>>",
                    "ARRAY<STRUCT<a INT64, b ARRAY<STRING>>>",
                ),
                ("struct<int64, `a b` string>", "STRUCT<INT64, `a b` STRING>"),
                ("numeric(10,2)", "NUMERIC(10, 2)"),
                ("datetime", "DATETIME"),
                ("timestamp", "TIMESTAMP"),
            ],
        );
        check(
            "spark",
            &[
                (
                    "array<struct<a:int,b:array<string>>>",
                    "ARRAY<STRUCT<a: INT, b: ARRAY<STRING>>>",
                ),
                ("struct<a int comment 'x'>", "STRUCT<a: INT COMMENT 'x'>"),
                ("timestamp(3)", "TIMESTAMP"),
                ("varchar(max)", "STRING"),
                ("float(53)", "DOUBLE"),
            ],
        );
    }

    #[test]
    fn others() {
        check(
            "mysql",
            &[
                ("int(11) unsigned", "INT(11) UNSIGNED"),
                ("varchar", "TEXT"),
                ("signed", "BIGINT"),
            ],
        );
        check(
            "tsql",
            &[
                ("nvarchar(max)", "NVARCHAR(MAX)"),
                ("decimal(10,2)", "NUMERIC(10, 2)"),
                ("bool", "BIT"),
            ],
        );
        check(
            "trino",
            &[
                ("row(a int, varchar(3))", "ROW(a INTEGER, VARCHAR(3))"),
                ("array<int>", "ARRAY(INTEGER)"),
            ],
        );
        check(
            "clickhouse",
            &[
                (
                    "LowCardinality(Nullable(String))",
                    "LowCardinality(Nullable(String))",
                ),
                ("Map(String, UInt8)", "Map(String, UInt8)"),
                ("DateTime64(3, 'UTC')", "DateTime64(3, 'UTC')"),
                ("Enum8('a' = 1)", "Enum8('a' = 1)"),
                ("UInt8[]", "Array(Nullable(UInt8))"),
                ("AggregateFunction(sum, Int32)", "AggregateFunction(sum, Int32)"),
            ],
        );
        assert_eq!(
            DataType::of(TypeKind::Int).to_sql(Dialect::ClickHouse),
            "Nullable(Int32)"
        );
    }

    #[test]
    fn parts() {
        let found = DataType::parse("struct(a int, b map(text, date[]))", Dialect::DuckDb);
        assert_eq!(found.field("A").to_sql(Dialect::DuckDb), "INT");
        assert_eq!(
            found.field("b").element().element().to_sql(Dialect::DuckDb),
            "DATE"
        );
        assert!(found.field("c").is_unknown());
    }

    #[test]
    fn too_deep_is_no_type() {
        let deep = format!("{}int{}", "struct(a ".repeat(5000), ")".repeat(5000));
        assert!(DataType::parse(&deep, Dialect::DuckDb).is_unknown());
        let long = format!("int{}", "[]".repeat(5000));
        assert!(DataType::parse(&long, Dialect::DuckDb).is_unknown());
    }
}
