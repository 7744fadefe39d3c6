//! The words by which each dialect means a kind of type. Only what differs from what all dialects read is
//! listed per dialect. The facts are those of SQLGlot 30.8, whose spelling of declared types is hashed.

use super::super::dialect::Language;
use super::kind::TypeKind;
use super::kind::TypeKind as K;

/// The kind that a dialect means by one or two words in upper case.
pub(super) fn kind_of(words: &str, language: Language) -> Option<TypeKind> {
    use Language as L;
    let own = match language {
        L::DuckDb => duckdb_word(words),
        L::Postgres | L::Materialize | L::RisingWave => postgres_word(words),
        L::Redshift => redshift_word(words),
        L::Snowflake => snowflake_word(words),
        L::BigQuery => bigquery_word(words),
        L::Spark | L::Spark2 => spark_word(words),
        L::Databricks => databricks_word(words),
        L::MySql => mysql_word(words),
        L::StarRocks | L::Doris => starrocks_word(words),
        L::TSql => tsql_word(words),
        L::Fabric => fabric_word(words),
        L::ClickHouse => clickhouse_word(words),
        L::Trino | L::Presto | L::Athena | L::Dune => trino_word(words),
        L::Oracle => oracle_word(words),
        _ => None,
    };
    own.or_else(|| common_word(words))
}

/// What all dialects read.
fn common_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "ARRAY" => K::Array,
        "BIGDECIMAL" | "BIGNUMERIC" => K::BigDecimal,
        "BIGINT" | "INT64" | "LONG" => K::BigInt,
        "BIGNUM" => K::BigNum,
        "BINARY" | "BINARY VARYING" => K::Binary,
        "BIT" => K::Bit,
        "BOOL" | "BOOLEAN" => K::Boolean,
        "BPCHAR" => K::BpChar,
        "CHAR" | "CHARACTER" => K::Char,
        "DATE" => K::Date,
        "DATEMULTIRANGE" => K::Datemultirange,
        "DATERANGE" => K::Daterange,
        "DATETIME" => K::Datetime,
        "DECFLOAT" => K::Decfloat,
        "DEC" | "DECIMAL" | "FIXED" | "NUMBER" | "NUMERIC" => K::Decimal,
        "DECIMAL128" => K::Decimal128,
        "DECIMAL256" => K::Decimal256,
        "DECIMAL32" => K::Decimal32,
        "DECIMAL64" => K::Decimal64,
        "DOUBLE" | "DOUBLE PRECISION" | "FLOAT8" => K::Double,
        "ENUM" => K::Enum,
        "FLOAT" | "FLOAT4" | "REAL" => K::Float,
        "GEOGRAPHY" => K::Geography,
        "GEOMETRY" => K::Geometry,
        "INET" => K::Inet,
        "INT" | "INT32" | "INT4" | "INTEGER" => K::Int,
        "HUGEINT" | "INT128" => K::Int128,
        "INT256" => K::Int256,
        "INT4MULTIRANGE" => K::Int4multirange,
        "INT4RANGE" => K::Int4range,
        "INT8MULTIRANGE" => K::Int8multirange,
        "INT8RANGE" => K::Int8range,
        "INTERVAL" => K::Interval,
        "JSON" => K::Json,
        "JSONB" => K::Jsonb,
        "LIST" => K::List,
        "LONGBLOB" => K::Longblob,
        "LONGTEXT" => K::Longtext,
        "MAP" => K::Map,
        "MEDIUMINT" => K::MediumInt,
        "MEDIUMBLOB" => K::Mediumblob,
        "MEDIUMTEXT" => K::Mediumtext,
        "NCHAR" | "NCHAR VARYING" => K::NChar,
        "NVARCHAR" | "NVARCHAR2" => K::NVarchar,
        "NULL" => K::Null,
        "NUMMULTIRANGE" => K::Nummultirange,
        "NUMRANGE" => K::Numrange,
        "OBJECT" => K::Object,
        "RANGE" => K::Range,
        "INT16" | "INT2" | "SHORT" | "SMALLINT" => K::SmallInt,
        "STRUCT" => K::Struct,
        "CLOB" | "LONGVARCHAR" | "STR" | "STRING" | "TEXT" => K::Text,
        "TIME" => K::Time,
        "TIME_NS" => K::TimeNs,
        "TIME WITH TIME ZONE" | "TIMETZ" => K::TimeTz,
        "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => K::Timestamp,
        "TIMESTAMP WITH LOCAL TIME ZONE" | "TIMESTAMPLTZ" | "TIMESTAMP_LTZ" => K::TimestampLtz,
        "TIMESTAMPNTZ" | "TIMESTAMP_NTZ" => K::TimestampNtz,
        "TIMESTAMP WITH TIME ZONE" | "TIMESTAMPTZ" => K::TimestampTz,
        "BYTE" | "INT1" | "INT8" | "TINYINT" => K::TinyInt,
        "TINYBLOB" => K::Tinyblob,
        "TINYTEXT" => K::Tinytext,
        "TSMULTIRANGE" => K::Tsmultirange,
        "TSRANGE" => K::Tsrange,
        "TSTZMULTIRANGE" => K::Tstzmultirange,
        "TSTZRANGE" => K::Tstzrange,
        "BIGINT UNSIGNED" => K::UBigInt,
        "INT UNSIGNED" | "UINT" => K::UInt,
        "UHUGEINT" | "UINT128" => K::UInt128,
        "UINT256" => K::UInt256,
        "SMALLINT UNSIGNED" => K::USmallInt,
        "TINYINT UNSIGNED" => K::UTinyInt,
        "UNION" => K::Union,
        "UNKNOWN" => K::Unknown,
        "UUID" => K::Uuid,
        "BLOB" | "BYTEA" | "VARBINARY" => K::Varbinary,
        "CHAR VARYING" | "CHARACTER VARYING" | "VARCHAR" | "VARCHAR2" => K::Varchar,
        "VARIANT" => K::Variant,
        "VECTOR" => K::Vector,
        _ => return None,
    })
}

/// What DuckDB reads.
fn duckdb_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "INT8" => K::BigInt,
        "BITSTRING" => K::Bit,
        "LOGICAL" => K::Boolean,
        "SIGNED" | "SIGNED INTEGER" => K::Int,
        "ROW" => K::Struct,
        "BPCHAR" | "CHAR" | "VARCHAR" => K::Text,
        "TIMESTAMP_US" => K::Timestamp,
        "TIMESTAMP_MS" => K::TimestampMs,
        "TIMESTAMP_NS" => K::TimestampNs,
        "DATETIME" | "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => K::TimestampNtz,
        "TIMESTAMP_S" => K::TimestampS,
        "UBIGINT" => K::UBigInt,
        "UINTEGER" => K::UInt,
        "USMALLINT" => K::USmallInt,
        "UTINYINT" => K::UTinyInt,
        "BINARY" | "BINARY VARYING" => K::Varbinary,
        _ => return None,
    })
}

/// What Postgres reads.
fn postgres_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "INT8" => K::BigInt,
        "BIGSERIAL" => K::BigSerial,
        "FLOAT" => K::Double,
        "HSTORE" => K::Hstore,
        "MONEY" => K::Money,
        "NAME" => K::Name,
        "POINT" => K::Point,
        "SERIAL" => K::Serial,
        "SMALLSERIAL" => K::SmallSerial,
        "CSTRING" | "OID" | "REGCLASS" | "REGCOLLATION" | "REGCONFIG" | "REGDICTIONARY" | "REGNAMESPACE"
        | "REGOPER" | "REGOPERATOR" | "REGPROC" | "REGPROCEDURE" | "REGROLE" | "REGTYPE" => K::UserDefined,
        "XML" => K::Xml,
        _ => return None,
    })
}

/// What Snowflake reads.
fn snowflake_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "FLOAT" | "SQL_DOUBLE" => K::Double,
        "FILE" => K::File,
        "BYTEINT" => K::Int,
        "TIME WITH TIME ZONE" => K::Time,
        "TIMESTAMP_TZ" => K::TimestampTz,
        "NCHAR VARYING" | "SQL_VARCHAR" => K::Varchar,
        _ => return None,
    })
}

/// What BigQuery reads.
fn bigquery_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "BYTES" => K::Binary,
        "FLOAT64" => K::Double,
        "BYTEINT" => K::Int,
        "RECORD" => K::Struct,
        "DATETIME" => K::Timestamp,
        "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => K::TimestampTz,
        "ANY TYPE" => K::Variant,
        _ => return None,
    })
}

/// What Spark reads, besides Hive.
fn spark_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => K::TimestampTz,
        _ => return None,
    })
}

/// What Databricks reads, besides Spark.
fn databricks_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "VOID" => K::Null,
        _ => return spark_word(word),
    })
}

/// What Redshift reads, besides Postgres.
fn redshift_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "HLLSKETCH" => K::Hllsketch,
        "SUPER" => K::Super,
        "BINARY VARYING" | "VARBYTE" => K::Varbinary,
        _ => return postgres_word(word),
    })
}

/// What MySQL reads.
fn mysql_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "SIGNED" | "SIGNED INTEGER" => K::BigInt,
        "BLOB" => K::Blob,
        "SERIAL" => K::Serial,
        "SET" => K::Set,
        "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => K::TimestampTz,
        "UNSIGNED" | "UNSIGNED INTEGER" => K::UBigInt,
        "YEAR" => K::Year,
        _ => return None,
    })
}

/// What StarRocks reads, besides MySQL.
fn starrocks_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "LARGEINT" => K::Int128,
        _ => return mysql_word(word),
    })
}

/// What T-SQL reads.
fn tsql_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "DATETIME2" => K::Datetime2,
        "IMAGE" => K::Image,
        "MONEY" => K::Money,
        "ROWVERSION"
        | "TIMESTAMP"
        | "TIMESTAMP WITH LOCAL TIME ZONE"
        | "TIMESTAMP WITH TIME ZONE"
        | "TIMESTAMP WITHOUT TIME ZONE" => K::RowVersion,
        "SMALLDATETIME" => K::SmallDatetime,
        "SMALLMONEY" => K::SmallMoney,
        "NTEXT" => K::Text,
        "DATETIMEOFFSET" => K::TimestampTz,
        "TINYINT" => K::UTinyInt,
        "UNIQUEIDENTIFIER" => K::Uuid,
        "SQL_VARIANT" => K::Variant,
        "XML" => K::Xml,
        _ => return None,
    })
}

/// What Fabric reads, besides T-SQL.
fn fabric_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => K::Timestamp,
        "TIMESTAMP WITH LOCAL TIME ZONE" => K::TimestampLtz,
        "TIMESTAMP WITH TIME ZONE" => K::TimestampTz,
        "UTINYINT" => K::UTinyInt,
        _ => return tsql_word(word),
    })
}

/// What ClickHouse reads.
fn clickhouse_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "AGGREGATEFUNCTION" => K::Aggregatefunction,
        "DATE32" => K::Date32,
        "DATETIME64" => K::Datetime64,
        "FLOAT64" => K::Double,
        "DYNAMIC" => K::Dynamic,
        "ENUM16" => K::Enum16,
        "ENUM8" => K::Enum8,
        "FIXEDSTRING" => K::Fixedstring,
        "FLOAT32" => K::Float,
        "IPV4" => K::Ipv4,
        "IPV6" => K::Ipv6,
        "LINESTRING" => K::Linestring,
        "LOWCARDINALITY" => K::Lowcardinality,
        "MULTILINESTRING" => K::Multilinestring,
        "MULTIPOLYGON" => K::Multipolygon,
        "NESTED" => K::Nested,
        "NOTHING" => K::Nothing,
        "POINT" => K::Point,
        "POLYGON" => K::Polygon,
        "RING" => K::Ring,
        "SIMPLEAGGREGATEFUNCTION" => K::Simpleaggregatefunction,
        "TUPLE" => K::Struct,
        "UINT64" => K::UBigInt,
        "UINT32" => K::UInt,
        "UINT16" => K::USmallInt,
        "UINT8" => K::UTinyInt,
        _ => return None,
    })
}

/// What Trino reads.
fn trino_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "HYPERLOGLOG" => K::Hllsketch,
        "IPADDRESS" => K::Ipaddress,
        "IPPREFIX" => K::Ipprefix,
        "ROW" => K::Struct,
        "TDIGEST" => K::Tdigest,
        _ => return None,
    })
}

/// What Oracle reads.
fn oracle_word(word: &str) -> Option<TypeKind> {
    Some(match word {
        "BINARY_DOUBLE" => K::Double,
        "BINARY_FLOAT" => K::Float,
        _ => return None,
    })
}
