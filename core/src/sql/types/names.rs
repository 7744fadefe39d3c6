//! The name that each dialect writes for a kind of type. Only what differs from the kind's own name is listed.
//! The facts are those of SQLGlot 30.8, whose spelling of declared types is hashed.

use super::super::dialect::Language;
use super::kind::TypeKind;
use super::kind::TypeKind as K;

/// The name a dialect writes for a kind.
pub(super) fn name_of(kind: TypeKind, language: Language) -> &'static str {
    use Language as L;
    let own = match language {
        L::DuckDb => duckdb_name(kind),
        L::Postgres | L::Materialize | L::RisingWave => postgres_name(kind),
        L::Redshift => redshift_name(kind),
        L::Snowflake => snowflake_name(kind),
        L::BigQuery => bigquery_name(kind),
        L::Hive | L::Spark2 => hive_name(kind),
        L::Spark => spark_name(kind),
        L::Databricks => databricks_name(kind),
        L::MySql => mysql_name(kind),
        L::StarRocks | L::Doris => starrocks_name(kind),
        L::TSql => tsql_name(kind),
        L::Fabric => fabric_name(kind),
        L::ClickHouse => clickhouse_name(kind),
        L::Trino | L::Presto | L::Athena | L::Dune => trino_name(kind),
        L::Oracle => oracle_name(kind),
        L::Sqlite => sqlite_name(kind),
        _ => None,
    };
    own.or_else(|| common_name(kind)).unwrap_or(kind.as_str())
}

/// What the generic dialect writes, where it is not the kind's own name.
fn common_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Longblob | K::Mediumblob | K::Tinyblob => "BLOB",
        K::NChar => "CHAR",
        K::Longtext | K::Mediumtext | K::Tinytext => "TEXT",
        K::Datetime2 | K::SmallDatetime => "TIMESTAMP",
        K::Blob | K::RowVersion => "VARBINARY",
        K::NVarchar => "VARCHAR",
        _ => return None,
    })
}

/// What DuckDB writes.
fn duckdb_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Binary | K::RowVersion | K::Varbinary => "BLOB",
        K::BigDecimal | K::Decfloat => "DECIMAL(38, 5)",
        K::Jsonb => "JSON",
        K::Float => "REAL",
        K::BpChar | K::Char | K::NChar | K::NVarchar | K::Varchar => "TEXT",
        K::Datetime | K::TimestampNtz => "TIMESTAMP",
        K::TimestampLtz => "TIMESTAMPTZ",
        K::UInt => "UINTEGER",
        _ => return None,
    })
}

/// What Postgres writes.
fn postgres_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Binary | K::Blob | K::RowVersion | K::Varbinary => "BYTEA",
        K::Double => "DOUBLE PRECISION",
        K::Enum => "ENUM ()",
        K::Float => "REAL",
        K::TinyInt => "SMALLINT",
        K::Datetime | K::TimestampNtz => "TIMESTAMP",
        _ => return None,
    })
}

/// What Snowflake writes.
fn snowflake_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::BigDecimal => "DOUBLE",
        K::Nested | K::Struct => "OBJECT",
        K::Text => "VARCHAR",
        K::Json => "VARIANT",
        _ => return None,
    })
}

/// What BigQuery writes.
fn bigquery_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Variant => "ANY TYPE",
        K::BigDecimal => "BIGNUMERIC",
        K::Boolean => "BOOL",
        K::Binary | K::Blob | K::RowVersion | K::Varbinary => "BYTES",
        K::Timestamp | K::TimestampNtz => "DATETIME",
        K::Double | K::Float => "FLOAT64",
        K::BigInt | K::Int | K::SmallInt | K::TinyInt => "INT64",
        K::Decimal => "NUMERIC",
        K::Char | K::NChar | K::NVarchar | K::Text | K::Uuid | K::Varchar => "STRING",
        K::TimestampLtz | K::TimestampTz => "TIMESTAMP",
        _ => return None,
    })
}

/// What Hive writes.
fn hive_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Blob | K::RowVersion | K::Varbinary => "BINARY",
        K::Bit => "BOOLEAN",
        K::UTinyInt => "SMALLINT",
        K::Char | K::NChar | K::NVarchar | K::Text | K::Varchar => "STRING",
        K::Datetime | K::Time | K::TimestampNtz | K::TimestampTz => "TIMESTAMP",
        _ => return None,
    })
}

/// What Spark writes, besides Hive.
fn spark_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Money => "DECIMAL(15, 4)",
        K::SmallMoney => "DECIMAL(6, 4)",
        K::Uuid => "STRING",
        K::TimestampLtz => "TIMESTAMP_LTZ",
        K::TimestampNtz => "TIMESTAMP_NTZ",
        _ => return hive_name(kind),
    })
}

/// What Databricks writes, besides Spark.
fn databricks_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Null => "VOID",
        _ => return spark_name(kind),
    })
}

/// What Redshift writes, besides Postgres.
fn redshift_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Int => "INTEGER",
        K::TimeTz => "TIME WITH TIME ZONE",
        K::TimestampTz => "TIMESTAMP WITH TIME ZONE",
        K::Binary | K::Blob | K::RowVersion | K::Varbinary => "VARBYTE",
        K::Text => "VARCHAR(MAX)",
        _ => return postgres_name(kind),
    })
}

/// What MySQL writes.
fn mysql_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::UBigInt => "BIGINT UNSIGNED",
        K::Blob => "BLOB",
        K::Datetime2 | K::SmallDatetime | K::Timestamp | K::TimestampNtz => "DATETIME",
        K::UDecimal => "DECIMAL UNSIGNED",
        K::UDouble => "DOUBLE UNSIGNED",
        K::UInt => "INT UNSIGNED",
        K::Longblob => "LONGBLOB",
        K::Longtext => "LONGTEXT",
        K::Mediumblob => "MEDIUMBLOB",
        K::UMediumInt => "MEDIUMINT UNSIGNED",
        K::Mediumtext => "MEDIUMTEXT",
        K::USmallInt => "SMALLINT UNSIGNED",
        K::Varchar => "TEXT",
        K::TimestampLtz | K::TimestampTz => "TIMESTAMP",
        K::Tinyblob => "TINYBLOB",
        K::UTinyInt => "TINYINT UNSIGNED",
        K::Tinytext => "TINYTEXT",
        _ => return None,
    })
}

/// What StarRocks writes, besides MySQL.
fn starrocks_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::TimestampTz => "DATETIME",
        K::Int128 => "LARGEINT",
        K::Text => "STRING",
        K::Varchar => "VARCHAR",
        _ => return mysql_name(kind),
    })
}

/// What T-SQL writes.
fn tsql_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Boolean => "BIT",
        K::Datetime2 | K::Timestamp | K::TimestampNtz => "DATETIME2",
        K::TimestampTz => "DATETIMEOFFSET",
        K::Double => "FLOAT",
        K::Int => "INTEGER",
        K::NChar => "NCHAR",
        K::Decimal => "NUMERIC",
        K::NVarchar => "NVARCHAR",
        K::RowVersion => "ROWVERSION",
        K::SmallDatetime => "SMALLDATETIME",
        K::Variant => "SQL_VARIANT",
        K::UTinyInt => "TINYINT",
        K::Uuid => "UNIQUEIDENTIFIER",
        K::Text => "VARCHAR(MAX)",
        _ => return None,
    })
}

/// What Fabric writes, besides T-SQL.
fn fabric_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::NChar => "CHAR",
        K::Date32 => "DATE32(6)",
        K::Datetime | K::Datetime2 | K::SmallDatetime | K::Timestamp | K::TimestampNtz | K::TimestampTz => {
            "DATETIME2(6)"
        }
        K::Datetime64 => "DATETIME64(6)",
        K::Decimal | K::Money | K::SmallMoney => "DECIMAL",
        K::Int => "INT",
        K::TinyInt | K::UTinyInt => "SMALLINT",
        K::Time => "TIME(6)",
        K::TimestampLtz => "TIMESTAMPLTZ(6)",
        K::TimestampMs => "TIMESTAMP_MS(6)",
        K::TimestampNs => "TIMESTAMP_NS(6)",
        K::TimestampS => "TIMESTAMP_S(6)",
        K::TimeTz => "TIMETZ(6)",
        K::Image => "VARBINARY",
        K::Json | K::NVarchar | K::Xml => "VARCHAR",
        _ => return tsql_name(kind),
    })
}

/// What ClickHouse writes.
fn clickhouse_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Aggregatefunction => "AggregateFunction",
        K::Array => "Array",
        K::Boolean => "Bool",
        K::Date32 => "Date32",
        K::Datetime | K::Datetime2 | K::SmallDatetime | K::Timestamp | K::TimestampNtz | K::TimestampTz => {
            "DateTime"
        }
        K::Datetime64 => "DateTime64",
        K::Decimal => "Decimal",
        K::Decimal128 => "Decimal128",
        K::Decimal256 => "Decimal256",
        K::Decimal32 => "Decimal32",
        K::Decimal64 => "Decimal64",
        K::Dynamic => "Dynamic",
        K::Enum => "Enum",
        K::Enum16 => "Enum16",
        K::Enum8 => "Enum8",
        K::Fixedstring => "FixedString",
        K::Float => "Float32",
        K::Double => "Float64",
        K::Ipv4 => "IPv4",
        K::Ipv6 => "IPv6",
        K::Int128 => "Int128",
        K::SmallInt => "Int16",
        K::Int256 => "Int256",
        K::Int | K::MediumInt => "Int32",
        K::BigInt => "Int64",
        K::TinyInt => "Int8",
        K::Linestring => "LineString",
        K::Lowcardinality => "LowCardinality",
        K::Map => "Map",
        K::Multilinestring => "MultiLineString",
        K::Multipolygon => "MultiPolygon",
        K::Nested => "Nested",
        K::Nothing => "Nothing",
        K::Point => "Point",
        K::Polygon => "Polygon",
        K::Ring => "Ring",
        K::Simpleaggregatefunction => "SimpleAggregateFunction",
        K::Blob
        | K::Char
        | K::Longblob
        | K::Longtext
        | K::Mediumblob
        | K::Mediumtext
        | K::Text
        | K::Tinyblob
        | K::Tinytext
        | K::Varbinary
        | K::Varchar => "String",
        K::Struct => "Tuple",
        K::UInt128 => "UInt128",
        K::USmallInt => "UInt16",
        K::UInt256 => "UInt256",
        K::UInt => "UInt32",
        K::UBigInt => "UInt64",
        K::UTinyInt => "UInt8",
        _ => return None,
    })
}

/// What Trino writes.
fn trino_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Bit => "BOOLEAN",
        K::Hllsketch => "HYPERLOGLOG",
        K::Int => "INTEGER",
        K::Float => "REAL",
        K::Struct => "ROW",
        K::TimeTz => "TIME WITH TIME ZONE",
        K::Datetime | K::Datetime64 | K::TimestampNtz => "TIMESTAMP",
        K::TimestampTz => "TIMESTAMP WITH TIME ZONE",
        K::Binary => "VARBINARY",
        K::Text => "VARCHAR",
        _ => return None,
    })
}

/// What Oracle writes.
fn oracle_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Binary | K::Blob | K::RowVersion | K::Varbinary => "BLOB",
        K::Text => "CLOB",
        K::Double => "DOUBLE PRECISION",
        K::BigInt => "INT",
        K::NChar => "NCHAR",
        K::Decimal => "NUMBER",
        K::NVarchar => "NVARCHAR2",
        K::TinyInt => "SMALLINT",
        K::TimeTz => "TIME WITH TIME ZONE",
        K::TimestampNtz => "TIMESTAMP",
        K::TimestampTz => "TIMESTAMP WITH TIME ZONE",
        K::Varchar => "VARCHAR2",
        _ => return None,
    })
}

/// What SQLite writes.
fn sqlite_name(kind: TypeKind) -> Option<&'static str> {
    Some(match kind {
        K::Binary | K::Blob | K::Varbinary => "BLOB",
        K::BigInt | K::Boolean | K::Int | K::SmallInt | K::TinyInt => "INTEGER",
        K::Decimal | K::Double | K::Float => "REAL",
        K::Char | K::NChar | K::NVarchar | K::Varchar => "TEXT",
        _ => return None,
    })
}
