//! What each function's result is, by dialect: observed by asking SQLGlot 30.8 for the type of a call with
//! arguments of many types. A function that is not here has no known type, in the reference as well.

mod warehouses;

use super::super::dialect::{Dialect, Language};
use super::kind::TypeKind as K;
use warehouses::{bigquery, snowflake};

/// How a result follows from the arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Nothing is known.
    Unknown,
    /// Always this.
    Fixed(K),
    /// A decimal of this precision and scale.
    Decimal(u32, u32),
    /// An array of these.
    ArrayFixed(K),
    /// As the first argument.
    First,
    /// As the second argument.
    Second,
    /// As the third argument.
    Third,
    /// What all arguments have in common.
    Common,
    /// As an operator between the first two arguments.
    Binary,
    /// A condition, then what the branches have in common.
    Branches,
    /// An array of what the arguments have in common.
    ArrayOf,
    /// The element of the first argument.
    Element,
    /// Whole numbers become `BIGINT`, fractions `DOUBLE`, all else stays.
    Sum,
    /// Whole numbers become `DOUBLE`, all else stays.
    Fractional,
    /// `DATETIME` for a moment in time, else nothing.
    Datetime,
}

use Rule as R;

/// The rule of a function; the name is in upper case.
pub(super) fn rule(dialect: Dialect, name: &str) -> Rule {
    use Language as L;
    let own = match dialect.language() {
        L::DuckDb => duckdb(name),
        L::Postgres | L::Materialize | L::RisingWave => postgres(name),
        L::Redshift => redshift(name),
        L::Snowflake => snowflake(name),
        L::BigQuery => bigquery(name),
        L::Databricks | L::Spark | L::Spark2 | L::Hive => databricks(name),
        L::Trino | L::Presto | L::Athena | L::Dune => trino(name),
        L::MySql | L::StarRocks | L::Doris => mysql(name),
        L::TSql | L::Fabric => tsql(name),
        L::ClickHouse => clickhouse(name),
        _ => None,
    };
    own.unwrap_or_else(|| common(name))
}

/// Functions that most dialects have, with the same result.
fn common(name: &str) -> Rule {
    match name {
        "GENERATE_DATE_ARRAY" => R::ArrayFixed(K::Date),
        "GENERATE_TIMESTAMP_ARRAY" => R::ArrayFixed(K::Timestamp),
        "ARRAY" | "ARRAYAGG" | "ARRAY_AGG" | "GENERATE_SERIES" => R::ArrayOf,
        "ARRAY_CONTAINS_ALL"
        | "ARRAY_HAS_ALL"
        | "ARRAY_OVERLAPS"
        | "ARRAY_POSITION"
        | "COLLATE"
        | "CORR"
        | "JSONB_CONTAINS"
        | "JSONB_EXTRACT"
        | "JSONB_EXTRACT_SCALAR"
        | "JSON_EXTRACT"
        | "JSON_EXTRACT_PATH_TEXT"
        | "JSON_EXTRACT_SCALAR"
        | "MOD"
        | "REGEXP_FULL_MATCH"
        | "REGEXP_I_LIKE" => R::Binary,
        "IF" | "IIF" => R::Branches,
        "ARRAY_CAT" | "ARRAY_CONCAT" | "COALESCE" | "GREATEST" | "IFNULL" | "LEAST" | "MAX" | "MIN"
        | "NULLIF" | "NVL" => R::Common,
        "DATE_SUB" => R::Datetime,
        "ARRAY_FIRST" | "ARRAY_LAST" | "EXPLODE" | "UNNEST" => R::Element,
        "ABS" | "ANY_VALUE" | "ARRAY_CONCAT_AGG" | "ARRAY_REVERSE" | "ARRAY_SLICE" | "FIRST_VALUE"
        | "LAST_VALUE" | "SORT_ARRAY" => R::First,
        "APPROX_COUNT_DISTINCT"
        | "APPROX_DISTINCT"
        | "ARRAY_LENGTH"
        | "ARRAY_SIZE"
        | "COUNT"
        | "COUNTIF"
        | "COUNT_IF"
        | "INT64"
        | "UNIX_MICROS"
        | "UNIX_MILLIS"
        | "UNIX_SECONDS" => R::Fixed(K::BigInt),
        "FROM_BASE32" | "FROM_BASE64" => R::Fixed(K::Binary),
        "ARRAY_CONTAINS"
        | "ARRAY_HAS"
        | "BOOLAND_AGG"
        | "BOOLOR_AGG"
        | "BOOL_AND"
        | "BOOL_OR"
        | "CONTAINS"
        | "ENDSWITH"
        | "ENDS_WITH"
        | "EXISTS"
        | "GLOB"
        | "ISINF"
        | "ISNAN"
        | "IS_INF"
        | "IS_NAN"
        | "JSON_ARRAY_CONTAINS"
        | "LIKE"
        | "LOGICAL_AND"
        | "LOGICAL_OR"
        | "REGEXP_LIKE"
        | "STARTSWITH"
        | "STARTS_WITH"
        | "XOR" => R::Fixed(K::Boolean),
        "CURRENT_DATE" | "DATE" | "DATEFROMPARTS" | "DATE_FROM_PARTS" | "LAST_DAY" | "LAST_DAY_OF_MONTH"
        | "STR_TO_DATE" | "TO_DATE" => R::Fixed(K::Date),
        "CURRENT_DATETIME" | "DATETIME" | "DATETIME_ADD" | "DATETIME_SUB" => R::Fixed(K::Datetime),
        "ACOS" | "ACOSH" | "APPROX_QUANTILE" | "ASIN" | "ASINH" | "ATAN" | "ATAN2" | "ATANH" | "AVG"
        | "CBRT" | "COS" | "COSH" | "COT" | "DEGREES" | "EXP" | "KURTOSIS" | "LN" | "LOG" | "LOG10"
        | "LOG2" | "PI" | "POW" | "POWER" | "QUANTILE" | "RADIANS" | "RAND" | "RANDOM" | "ROUND"
        | "SAFE_DIVIDE" | "SIN" | "SINH" | "SKEWNESS" | "SQRT" | "STDDEV" | "STDDEV_POP" | "STDDEV_SAMP"
        | "STDEV" | "TAN" | "TANH" | "TO_DOUBLE" | "VARIANCE" | "VARIANCE_POP" | "VARIANCE_SAMP"
        | "VAR_POP" | "VAR_SAMP" => R::Fixed(K::Double),
        "ASCII" | "BIT_LENGTH" | "CEIL" | "CEILING" | "CHARACTER_LENGTH" | "CHARINDEX" | "CHAR_LENGTH"
        | "DATEDIFF" | "DATETIME_DIFF" | "DATE_DIFF" | "DAYOFMONTH" | "DAYOFWEEK" | "DAYOFYEAR"
        | "DAY_OF_MONTH" | "DAY_OF_WEEK" | "DAY_OF_YEAR" | "GETBIT" | "GET_BIT" | "HOUR" | "INSTR"
        | "LEN" | "LENGTH" | "LEVENSHTEIN" | "LOCATE" | "POSITION" | "QUARTER" | "SIGN" | "SIGNUM"
        | "STRPOS" | "STR_POSITION" | "TIMESTAMPDIFF" | "TIMESTAMP_DIFF" | "TIME_DIFF" | "UNICODE"
        | "UNIX_DATE" => R::Fixed(K::Int),
        "JUSTIFY_DAYS" | "JUSTIFY_HOURS" | "JUSTIFY_INTERVAL" | "MAKE_INTERVAL" => R::Fixed(K::Interval),
        "JSON_PARSE" | "PARSE_JSON" => R::Fixed(K::Json),
        "TO_MAP" => R::Fixed(K::Map),
        "CURRENT_TIME" | "LOCALTIME" | "TIME" | "TIME_ADD" | "TIME_SUB" => R::Fixed(K::Time),
        "CURRENT_TIMESTAMP" | "NOW" | "STR_TO_TIME" | "TIMESTAMP" | "TIMESTAMP_ADD" | "TIMESTAMP_SUB"
        | "TO_TIMESTAMP" => R::Fixed(K::Timestamp),
        "TIMESTAMPLTZFROMPARTS" | "TIMESTAMP_LTZ_FROM_PARTS" => R::Fixed(K::TimestampLtz),
        "TIMESTAMPTZFROMPARTS" | "TIMESTAMP_TZ_FROM_PARTS" => R::Fixed(K::TimestampTz),
        "DAY" | "DAYOFWEEK_ISO" | "ISODOW" | "MONTH" | "WEEK" | "WEEKOFYEAR" | "WEEK_OF_YEAR" | "YEAR"
        | "YEAROFWEEK" | "YEAROFWEEKISO" | "YEAR_OF_WEEK" | "YEAR_OF_WEEK_ISO" => R::Fixed(K::TinyInt),
        "ARRAY_JOIN" | "ARRAY_TO_STRING" | "CHAR" | "CHR" | "CONCAT" | "CONCAT_WS" | "CURRENT_CATALOG"
        | "CURRENT_SCHEMA" | "CURRENT_USER" | "CURRENT_VERSION" | "DAYNAME" | "GROUP_CONCAT" | "INITCAP"
        | "LCASE" | "LISTAGG" | "LOWER" | "LTRIM" | "MD5" | "MONTHNAME" | "RTRIM" | "SESSION_USER"
        | "SHA" | "SHA1" | "SHA2" | "SHA256" | "SPACE" | "STRING" | "STRING_AGG" | "SUBSTR" | "SUBSTRING"
        | "TO_BASE32" | "TO_BASE64" | "TRANSLATE" | "TRIM" | "UCASE" | "UPPER" | "VERSION" => {
            R::Fixed(K::Varchar)
        }
        "SUM" => R::Sum,
        _ => R::Unknown,
    }
}

/// What differs in DuckDB.
fn duckdb(name: &str) -> Option<Rule> {
    Some(match name {
        "LIST" | "LIST_VALUE" | "RANGE" => R::ArrayOf,
        "JSON_EXTRACT_PATH" | "JSON_EXTRACT_STRING" | "LIST_HAS_ANY" | "XOR" => R::Binary,
        "LIST_CONCAT" => R::Common,
        "DATE_ADD" => R::Datetime,
        "ARRAY_REVERSE_SORT" | "ARRAY_SORT" | "LIST_REVERSE_SORT" | "LIST_SORT" => R::First,
        "BIT_LENGTH" | "CHARACTER_LENGTH" | "CHAR_LENGTH" | "DATEDIFF" | "DATE_DIFF" | "DAY"
        | "DAYOFMONTH" | "DAYOFWEEK" | "DAYOFWEEK_ISO" | "DAYOFYEAR" | "DAY_OF_MONTH" | "DAY_OF_WEEK"
        | "DAY_OF_YEAR" | "HOUR" | "ISODOW" | "LEN" | "LENGTH" | "MINUTE" | "MONTH" | "QUARTER"
        | "SECOND" | "WEEK" | "YEAR" => R::Fixed(K::BigInt),
        "LIST_CONTAINS" | "LIST_HAS" | "REGEXP_MATCHES" => R::Fixed(K::Boolean),
        "MAKE_DATE" | "TODAY" => R::Fixed(K::Date),
        "EPOCH" | "JAROWINKLER_SIMILARITY" | "JARO_WINKLER_SIMILARITY" => R::Fixed(K::Double),
        "EDITDIST3" => R::Fixed(K::Int),
        "COUNTIF" | "COUNT_IF" | "FACTORIAL" => R::Fixed(K::Int128),
        "TO_DAYS" => R::Fixed(K::Interval),
        "JSON" => R::Fixed(K::Json),
        "GET_CURRENT_TIME" | "MAKE_TIME" | "TIMEFROMPARTS" | "TIME_FROM_PARTS" => R::Fixed(K::Time),
        "CURRENT_LOCALTIMESTAMP" | "EPOCH_MS" | "LOCALTIMESTAMP" | "MAKE_TIMESTAMP" | "STRPTIME" => {
            R::Fixed(K::Timestamp)
        }
        "FORMAT" | "REVERSE" | "STRFTIME" => R::Fixed(K::Varchar),
        "DATE_BIN" | "TIME_BUCKET" => R::Second,
        "DATE_SUB" | "GLOB" | "NOW" | "TO_DATE" => R::Unknown,
        _ => return None,
    })
}

/// What differs in Postgres.
fn postgres(name: &str) -> Option<Rule> {
    Some(match name {
        "JSON_EXTRACT_PATH" => R::Binary,
        "DATE_ADD" => R::Datetime,
        "DIV" => R::Fixed(K::Decimal),
        "DATE_PART" | "LEVENSHTEIN_LESS_EQUAL" => R::Fixed(K::Int),
        "SHA384" | "SHA512" | "TO_CHAR" => R::Fixed(K::Varchar),
        "ATAN2" | "GENERATE_SERIES" | "LISTAGG" => R::Unknown,
        _ => return None,
    })
}

/// What differs in Redshift.
fn redshift(name: &str) -> Option<Rule> {
    Some(match name {
        "JSON_EXTRACT_PATH" => R::Binary,
        "DIV" => R::Fixed(K::Decimal),
        "DATE_PART" | "LEVENSHTEIN_LESS_EQUAL" | "TEXTLEN" => R::Fixed(K::Int),
        "GETDATE" => R::Fixed(K::Timestamp),
        "STR_TO_TIME" => R::Fixed(K::TimestampTz),
        "SHA384" | "SHA512" | "TO_CHAR" => R::Fixed(K::Varchar),
        "ATAN2" | "DATEDIFF" | "DATE_DIFF" | "GENERATE_SERIES" | "GET_BIT" => R::Unknown,
        _ => return None,
    })
}

/// What differs in Databricks and Spark.
fn databricks(name: &str) -> Option<Rule> {
    Some(match name {
        "REGEXP_SPLIT" | "SPLIT" => R::ArrayFixed(K::Text),
        "COLLECT_LIST" | "SEQUENCE" => R::ArrayOf,
        "ARRAY_CAT" | "ARRAY_CONCAT" | "ARRAY_INTERSECT" | "ARRAY_INTERSECTION" | "GET_JSON_OBJECT"
        | "GREATEST" | "LEAST" | "MAX" | "MIN" | "NULLIF" | "SHIFTLEFT" | "SHIFTRIGHT" => R::Binary,
        "TRUNC" => R::Datetime,
        "ELEMENT_AT" | "TRY_ELEMENT_AT" => R::Element,
        "ARRAY_COMPACT" | "ARRAY_DISTINCT" | "ARRAY_EXCEPT" | "ARRAY_FILTER" | "ARRAY_INSERT"
        | "BITWISE_AND_AGG" | "BITWISE_OR_AGG" | "BITWISE_XOR_AGG" | "BIT_AND" | "BIT_OR" | "BIT_XOR"
        | "CONCAT" | "FILTER" | "FIRST" | "LAST" | "LEFTPAD" | "LPAD" | "OVERLAY" | "REVERSE"
        | "RIGHTPAD" | "RPAD" | "SLICE" | "SUBSTR" | "SUBSTRING" => R::First,
        "BITMAP_COUNT" | "FACTORIAL" | "TO_UNIX_TIMESTAMP" | "UNIX_TIMESTAMP" => R::Fixed(K::BigInt),
        "ENCODE" | "TO_BINARY" | "UNBASE64" | "UNHEX" => R::Fixed(K::Binary),
        "BOOLEAN" | "ILIKE" | "RLIKE" => R::Fixed(K::Boolean),
        "ADD_MONTHS"
        | "CURDATE"
        | "DATEADD"
        | "DATE_ADD"
        | "DATE_FROM_UNIX_DATE"
        | "DATE_SUB"
        | "NEXT_DAY"
        | "TIMESTAMPADD" => R::Fixed(K::Date),
        "CORR" | "DOUBLE" | "MONTHS_BETWEEN" | "RANDN" | "SEC" | "TRY_DIVIDE" => R::Fixed(K::Double),
        "FLOAT" => R::Fixed(K::Float),
        "ARRAY_LENGTH" | "ARRAY_SIZE" | "BIT_GET" | "INT" | "MONTH" | "SECOND" | "SIZE" => R::Fixed(K::Int),
        "MAP_FROM_ARRAYS" => R::Fixed(K::Map),
        "STRING" => R::Fixed(K::Text),
        "FROM_UTC_TIMESTAMP" | "GETDATE" => R::Fixed(K::Timestamp),
        "TIMESTAMP_LTZ" => R::Fixed(K::TimestampLtz),
        "LOCALTIMESTAMP" | "TIMESTAMP_NTZ" => R::Fixed(K::TimestampNtz),
        "BASE64" | "COLLATION" | "CURRENT_DATABASE" | "CURRENT_TIMEZONE" | "DATE_FORMAT" | "FORMAT"
        | "FORMAT_STRING" | "FROM_UNIXTIME" | "HEX" | "RANDSTR" | "REGEXP_EXTRACT" | "REPEAT" | "REPLACE"
        | "RIGHT" | "SOUNDEX" | "TO_HEX" => R::Fixed(K::Varchar),
        "QUANTILE" => R::Second,
        "COALESCE" | "IF" | "IFF" | "IFNULL" | "IIF" | "NVL" => R::Sum,
        "APPROX_QUANTILE" | "SHA256" | "VERSION" => R::Unknown,
        _ => return None,
    })
}

/// What differs in Trino.
fn trino(name: &str) -> Option<Rule> {
    Some(match name {
        "SEQUENCE" => R::ArrayOf,
        "MOD" => R::Common,
        "DATE_ADD" => R::Datetime,
        "ELEMENT_AT" => R::Element,
        "ARBITRARY" | "CEIL" | "CEILING" | "FLOOR" | "RAND" | "RANDOM" | "ROUND" | "SIGN" | "SIGNUM"
        | "SLICE" => R::First,
        "BITWISE_AND"
        | "BITWISE_NOT"
        | "BITWISE_OR"
        | "BITWISE_XOR"
        | "CARDINALITY"
        | "CHARACTER_LENGTH"
        | "CHARINDEX"
        | "CHAR_LENGTH"
        | "INSTR"
        | "LEN"
        | "LENGTH"
        | "LEVENSHTEIN"
        | "LEVENSHTEIN_DISTANCE"
        | "LOCATE"
        | "POSITION"
        | "STRPOS"
        | "STR_POSITION"
        | "WIDTH_BUCKET" => R::Fixed(K::BigInt),
        "APPROX_PERCENTILE" => R::Fixed(K::Double),
        "DOY" => R::Fixed(K::Int),
        "DATE_PARSE" | "FROM_UNIXTIME" => R::Fixed(K::Timestamp),
        "DAY_OF_WEEK" | "DOW" => R::Fixed(K::TinyInt),
        "MD5" | "MD5_DIGEST" => R::Fixed(K::Varbinary),
        "DATE_FORMAT" | "SHA512" | "TO_CHAR" => R::Fixed(K::Varchar),
        "ATAN2" | "TO_DATE" | "TO_TIMESTAMP" => R::Unknown,
        _ => return None,
    })
}

/// What differs in MySQL.
fn mysql(name: &str) -> Option<Rule> {
    Some(match name {
        "DATE_TRUNC" => R::Datetime,
        "ISNULL" => R::Fixed(K::Boolean),
        "CURDATE" => R::Fixed(K::Date),
        "CURRENT_TIMESTAMP" | "LOCALTIME" => R::Fixed(K::Datetime),
        "MONTH" | "SECOND" | "TO_DAYS" | "WEEK" => R::Fixed(K::Int),
        "CURTIME" => R::Fixed(K::Time),
        "FROM_UNIXTIME" => R::Fixed(K::Timestamp),
        "DATABASE" | "DATE_FORMAT" | "ELT" | "SCHEMA" => R::Fixed(K::Varchar),
        "DATE_SUB" | "LISTAGG" | "NOW" | "SHA256" | "TO_DATE" | "TO_TIMESTAMP" => R::Unknown,
        _ => return None,
    })
}

/// What differs in T-SQL.
fn tsql(name: &str) -> Option<Rule> {
    Some(match name {
        "JSON_QUERY" | "JSON_VALUE" => R::Binary,
        "ISNULL" => R::Common,
        "DATE_ADD" | "DATE_TRUNC" => R::Datetime,
        "DEGREES" | "RADIANS" => R::First,
        "COUNT_BIG" | "DATEDIFF_BIG" => R::Fixed(K::BigInt),
        "EOMONTH" => R::Fixed(K::Date),
        "CURRENT_TIMESTAMP" | "GETDATE" | "SYSDATETIME" => R::Fixed(K::Datetime),
        "SQUARE" => R::Fixed(K::Double),
        "ACOS" | "ASIN" | "ATAN" | "ATAN2" | "ATN2" | "COS" | "COT" | "SIN" | "TAN" => R::Fixed(K::Float),
        "COUNT" => R::Fixed(K::Int),
        "SYSDATETIMEOFFSET" => R::Fixed(K::TimestampTz),
        "CURRENT_TIMEZONE" | "DATENAME" | "SCHEMA_NAME" | "SOUNDEX" | "SUSER_NAME" | "SUSER_SNAME"
        | "SYSTEM_USER" => R::Fixed(K::Varchar),
        "IF" | "LISTAGG" | "NOW" | "SHA256" | "TO_DATE" | "TO_TIMESTAMP" | "VERSION" => R::Unknown,
        _ => return None,
    })
}

/// What differs in ClickHouse.
fn clickhouse(name: &str) -> Option<Rule> {
    Some(match name {
        "JSONEXTRACTSTRING" => R::Binary,
        "ARRAYCONCAT" => R::Common,
        "DATEADD" | "DATESUB" | "DATE_ADD" | "DATE_TRUNC" => R::Datetime,
        "AND" | "ANY" | "ARRAYREVERSE" | "ARRAYSLICE" | "OR" => R::First,
        "UNIQ" => R::Fixed(K::BigInt),
        "HAS" | "ILIKE" | "MATCH" | "NOTLIKE" => R::Fixed(K::Boolean),
        "STR_TO_DATE" => R::Fixed(K::Datetime),
        "MEDIAN" | "RANDCANONICAL" => R::Fixed(K::Double),
        "EDITDISTANCE" | "LEVENSHTEINDISTANCE" => R::Fixed(K::Int),
        "TIMESTAMPADD" | "TIMESTAMPSUB" => R::Fixed(K::Timestamp),
        "COUNTIF" | "COUNT_IF" => R::Fixed(K::UBigInt),
        "DATE_FORMAT" | "FORMATDATETIME" | "SHA512" => R::Fixed(K::Varchar),
        "ATAN2" | "LISTAGG" | "MD5" | "NOW" | "TO_DATE" | "TO_TIMESTAMP" | "XOR" => R::Unknown,
        _ => return None,
    })
}
