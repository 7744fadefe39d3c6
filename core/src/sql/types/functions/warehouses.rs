//! Results of functions in Snowflake and BigQuery, where they differ from what most dialects have.

use super::super::kind::TypeKind as K;
use super::Rule;
use super::Rule as R;

/// What differs in Snowflake.
pub(super) fn snowflake(name: &str) -> Option<Rule> {
    Some(match name {
        "ARRAY_GENERATE_RANGE" => R::ArrayOf,
        "ARRAYS_OVERLAP" | "BITAND" | "BITOR" | "BITSHIFTLEFT" | "BITSHIFTRIGHT" | "BITXOR" | "BIT_AND"
        | "BIT_OR" | "BIT_SHIFTLEFT" | "BIT_SHIFTRIGHT" | "BIT_XOR" | "GET_PATH" => R::Binary,
        "IFF" => R::Branches,
        "CONCAT_WS" | "GREATEST_IGNORE_NULLS" | "LEAST_IGNORE_NULLS" => R::Common,
        "HASH_AGG" => R::Decimal(19, 0),
        "BITANDAGG" | "BITAND_AGG" | "BITORAGG" | "BITOR_AGG" | "BITWISE_AND_AGG" | "BITWISE_OR_AGG"
        | "BITWISE_XOR_AGG" | "BITXORAGG" | "BITXOR_AGG" | "BIT_ANDAGG" | "BIT_AND_AGG" | "BIT_ORAGG"
        | "BIT_OR_AGG" | "BIT_XORAGG" | "BIT_XOR_AGG" | "REGEXP_COUNT" | "REGEXP_INSTR" | "TO_DECIMAL"
        | "TO_NUMBER" | "TO_NUMERIC" | "TRY_TO_DECIMAL" | "TRY_TO_NUMBER" | "TRY_TO_NUMERIC" => {
            R::Decimal(38, 0)
        }
        "FLATTEN" => R::Element,
        "ADD_MONTHS" | "ARGMAX" | "ARGMIN" | "ARG_MAX" | "ARG_MIN" | "ARRAY_SORT" | "BITNOT" | "BIT_NOT"
        | "CEIL" | "CEILING" | "FLOOR" | "LEFT" | "LEFTPAD" | "LPAD" | "MAX_BY" | "MIN_BY" | "MODE"
        | "NULLIFZERO" | "REVERSE" | "RIGHT" | "RIGHTPAD" | "ROUND" | "RPAD" | "SUBSTR" | "SUBSTRING"
        | "TIMESTAMP_TRUNC" | "TIME_SLICE" => R::First,
        "APPROX_TOP_K"
        | "APPROX_TOP_K_ESTIMATE"
        | "ARRAY"
        | "ARRAYAGG"
        | "ARRAYS_ZIP"
        | "ARRAY_AGG"
        | "ARRAY_APPEND"
        | "ARRAY_CAT"
        | "ARRAY_COMPACT"
        | "ARRAY_CONCAT"
        | "ARRAY_CONSTRUCT"
        | "ARRAY_CONSTRUCT_COMPACT"
        | "ARRAY_PREPEND"
        | "ARRAY_REMOVE"
        | "ARRAY_UNION_AGG"
        | "ARRAY_UNIQUE_AGG"
        | "MAP_KEYS"
        | "REGEXP_EXTRACT_ALL"
        | "REGEXP_SUBSTR_ALL"
        | "SPLIT"
        | "SPLIT_BY_STRING"
        | "STRING_TO_ARRAY"
        | "STRTOK_TO_ARRAY" => R::Fixed(K::Array),
        "BITMAP_BIT_POSITION"
        | "BITMAP_BUCKET_NUMBER"
        | "BITMAP_COUNT"
        | "FACTORIAL"
        | "GROUPING_ID"
        | "MD5_NUMBER_LOWER64"
        | "MD5_NUMBER_UPPER64"
        | "RAND"
        | "RANDOM"
        | "SEQ8"
        | "ZIPF" => R::Fixed(K::BigInt),
        "BASE64_DECODE_BINARY"
        | "BITMAP_CONSTRUCT_AGG"
        | "BITMAP_OR_AGG"
        | "COMPRESS"
        | "DECOMPRESS_BINARY"
        | "DECRYPT"
        | "DECRYPT_RAW"
        | "ENCRYPT"
        | "ENCRYPT_RAW"
        | "HEX_DECODE_BINARY"
        | "MD5_BINARY"
        | "MD5_DIGEST"
        | "SHA1_BINARY"
        | "SHA2_BINARY"
        | "TO_BINARY"
        | "TRY_BASE64_DECODE_BINARY"
        | "TRY_DECRYPT"
        | "TRY_DECRYPT_RAW"
        | "TRY_HEX_DECODE_BINARY"
        | "TRY_TO_BINARY"
        | "UNHEX" => R::Fixed(K::Binary),
        "BOOLAND" | "BOOLNOT" | "BOOLOR" | "BOOLXOR" | "BOOLXOR_AGG" | "EQUAL_NULL" | "ILIKE"
        | "IS_NULL_VALUE" | "MAP_CONTAINS_KEY" | "RLIKE" | "SEARCH" | "SEARCH_IP" | "TO_BOOLEAN"
        | "TRY_TO_BOOLEAN" => R::Fixed(K::Boolean),
        "NEXT_DAY" | "PREVIOUS_DAY" | "TRY_TO_DATE" => R::Fixed(K::Date),
        "TO_DECFLOAT" | "TRY_TO_DECFLOAT" => R::Fixed(K::Decfloat),
        "APPROXIMATE_JACCARD_INDEX"
        | "APPROXIMATE_SIMILARITY"
        | "APPROX_PERCENTILE"
        | "APPROX_PERCENTILE_ESTIMATE"
        | "COSINE_DISTANCE"
        | "COVAR_POP"
        | "COVAR_SAMP"
        | "DOT_PRODUCT"
        | "EUCLIDEAN_DISTANCE"
        | "MANHATTAN_DISTANCE"
        | "MONTHS_BETWEEN"
        | "NORMAL"
        | "REGR_AVGX"
        | "REGR_AVGY"
        | "REGR_COUNT"
        | "REGR_INTERCEPT"
        | "REGR_R2"
        | "REGR_SLOPE"
        | "REGR_SXX"
        | "REGR_SXY"
        | "REGR_SYY"
        | "REGR_VALX"
        | "REGR_VALY"
        | "SKEW"
        | "SQUARE"
        | "TRY_TO_DOUBLE"
        | "VECTOR_COSINE_SIMILARITY"
        | "VECTOR_INNER_PRODUCT"
        | "VECTOR_L1_DISTANCE"
        | "VECTOR_L2_DISTANCE" => R::Fixed(K::Double),
        "TO_FILE" | "TRY_TO_FILE" => R::Fixed(K::File),
        "TO_GEOGRAPHY" => R::Fixed(K::Geography),
        "TO_GEOMETRY" => R::Fixed(K::Geometry),
        "BYTE_LENGTH"
        | "EDITDISTANCE"
        | "GROUPING"
        | "JAROWINKLER_SIMILARITY"
        | "MAP_SIZE"
        | "MINUTE"
        | "OCTET_LENGTH"
        | "RTRIMMED_LENGTH"
        | "SECOND"
        | "SEQ1"
        | "SEQ2"
        | "SEQ4"
        | "TIMEDIFF"
        | "WIDTH_BUCKET" => R::Fixed(K::Int),
        "TRY_PARSE_JSON" => R::Fixed(K::Json),
        "MAP_CAT" | "MAP_DELETE" | "MAP_INSERT" | "MAP_PICK" => R::Fixed(K::Map),
        "APPROX_PERCENTILE_ACCUMULATE"
        | "APPROX_PERCENTILE_COMBINE"
        | "APPROX_TOP_K_ACCUMULATE"
        | "APPROX_TOP_K_COMBINE"
        | "OBJECT_AGG"
        | "PARSE_IP"
        | "PARSE_URL"
        | "XMLGET" => R::Fixed(K::Object),
        "TIMEFROMPARTS" | "TIME_FROM_PARTS" | "TO_TIME" | "TRY_TO_TIME" => R::Fixed(K::Time),
        "TIMESTAMPFROMPARTS"
        | "TIMESTAMPNTZFROMPARTS"
        | "TIMESTAMP_FROM_PARTS"
        | "TIMESTAMP_NTZ_FROM_PARTS"
        | "TRY_TO_TIMESTAMP" => R::Fixed(K::Timestamp),
        "CURRENT_TIMESTAMP"
        | "GETDATE"
        | "LOCALTIMESTAMP"
        | "SYSDATE"
        | "SYSTIMESTAMP"
        | "TO_TIMESTAMP_LTZ"
        | "TRY_TO_TIMESTAMP_LTZ" => R::Fixed(K::TimestampLtz),
        "TO_TIMESTAMP_NTZ" | "TRY_TO_TIMESTAMP_NTZ" => R::Fixed(K::TimestampNtz),
        "CONVERT_TIMEZONE" | "TO_TIMESTAMP_TZ" | "TRY_TO_TIMESTAMP_TZ" => R::Fixed(K::TimestampTz),
        "DAYOFMONTH" | "DAYOFWEEK" | "DAYOFWEEKISO" | "DAYOFYEAR" | "DAY_OF_MONTH" | "DAY_OF_WEEK"
        | "DAY_OF_YEAR" | "QUARTER" | "WEEKISO" => R::Fixed(K::TinyInt),
        "AI_AGG"
        | "AI_CLASSIFY"
        | "AI_SUMMARIZE_AGG"
        | "BASE64_DECODE_STRING"
        | "BASE64_ENCODE"
        | "CHECK_JSON"
        | "CHECK_XML"
        | "COLLATE"
        | "COLLATION"
        | "CURRENT_ACCOUNT"
        | "CURRENT_ACCOUNT_NAME"
        | "CURRENT_AVAILABLE_ROLES"
        | "CURRENT_CLIENT"
        | "CURRENT_DATABASE"
        | "CURRENT_IP_ADDRESS"
        | "CURRENT_ORGANIZATION_NAME"
        | "CURRENT_ORGANIZATION_USER"
        | "CURRENT_REGION"
        | "CURRENT_ROLE"
        | "CURRENT_ROLE_TYPE"
        | "CURRENT_SCHEMAS"
        | "CURRENT_SECONDARY_ROLES"
        | "CURRENT_SESSION"
        | "CURRENT_STATEMENT"
        | "CURRENT_TRANSACTION"
        | "CURRENT_WAREHOUSE"
        | "DECOMPRESS_STRING"
        | "GENERATE_UUID"
        | "GEN_RANDOM_UUID"
        | "HEX"
        | "HEX_DECODE_STRING"
        | "HEX_ENCODE"
        | "MD5_HEX"
        | "RANDSTR"
        | "REGEXP_EXTRACT"
        | "REGEXP_REPLACE"
        | "REGEXP_SUBSTR"
        | "REPEAT"
        | "REPLACE"
        | "SHA1_HEX"
        | "SHA2_HEX"
        | "SOUNDEX"
        | "SOUNDEX_P123"
        | "SPLIT_PART"
        | "STRTOK"
        | "TO_HEX"
        | "TRY_BASE64_DECODE_STRING"
        | "TRY_HEX_DECODE_STRING"
        | "UUID"
        | "UUID_STRING" => R::Fixed(K::Varchar),
        "MINHASH" | "MINHASH_COMBINE" => R::Fixed(K::Variant),
        "DATE_TRUNC" | "DECODE_CASE" => R::Second,
        "DECODE" => R::Third,
        "KURTOSIS" | "NOW" | "SHA256" | "TIME_ADD" | "VARIANCE" | "VARIANCE_POP" | "VARIANCE_SAMP"
        | "VAR_POP" | "VAR_SAMP" | "VERSION" => R::Unknown,
        _ => return None,
    })
}

/// What differs in BigQuery.
pub(super) fn bigquery(name: &str) -> Option<Rule> {
    Some(match name {
        "TO_CODE_POINTS" => R::ArrayFixed(K::BigInt),
        "GENERATE_TIMESTAMP_ARRAY" => R::ArrayFixed(K::TimestampTz),
        "JSON_EXTRACT_STRING_ARRAY" | "JSON_KEYS" | "JSON_VALUE_ARRAY" => R::ArrayFixed(K::Varchar),
        "APPROX_QUANTILES" | "GENERATE_ARRAY" | "JSON_EXTRACT_ARRAY" | "JSON_QUERY_ARRAY"
        | "REGEXP_EXTRACT_ALL" | "SPLIT" => R::ArrayOf,
        "DIV" => R::Binary,
        "PERCENTILE_CONT" | "SAFE_ADD" | "SAFE_MULTIPLY" | "SAFE_SUBTRACT" => R::Common,
        "ARGMAX" | "ARGMIN" | "ARG_MAX" | "ARG_MIN" | "DATETIME_TRUNC" | "DATE_TRUNC" | "GROUP_CONCAT"
        | "JSON_EXTRACT" | "JSON_QUERY" | "LAG" | "LCASE" | "LEAD" | "LEFT" | "LEFTPAD" | "LOWER"
        | "LPAD" | "LTRIM" | "MAX_BY" | "MIN_BY" | "NTH_VALUE" | "PERCENTILE_DISC" | "REGEXP_EXTRACT"
        | "REGEXP_REPLACE" | "REGEXP_SUBSTR" | "REPEAT" | "REPLACE" | "REVERSE" | "RIGHT" | "RIGHTPAD"
        | "RPAD" | "RTRIM" | "SAFE_NEGATE" | "SIGN" | "SIGNUM" | "STRING_AGG" | "SUBSTR" | "SUBSTRING"
        | "TIMESTAMP_TRUNC" | "TRANSLATE" | "TRIM" | "UCASE" | "UPPER" => R::First,
        "PARSE_BIGNUMERIC" => R::Fixed(K::BigDecimal),
        "BITWISE_AND_AGG" | "BITWISE_COUNT" | "BITWISE_OR_AGG" | "BITWISE_XOR_AGG" | "BIT_AND"
        | "BIT_COUNT" | "BIT_OR" | "BIT_XOR" | "BYTE_LENGTH" | "CHARACTER_LENGTH" | "CHAR_LENGTH"
        | "DENSE_RANK" | "FARMFINGERPRINT64" | "FARM_FINGERPRINT" | "GROUPING" | "LAX_INT64" | "LEN"
        | "LENGTH" | "NTILE" | "OCTET_LENGTH" | "RANGE_BUCKET" | "RANK" | "REGEXP_INSTR" | "ROW_NUMBER"
        | "UNIX_DATE" => R::Fixed(K::BigInt),
        "CODE_POINTS_TO_BYTES"
        | "FROM_HEX"
        | "MD5"
        | "MD5_DIGEST"
        | "SHA"
        | "SHA1"
        | "SHA2"
        | "SHA256"
        | "SHA512"
        | "UNHEX" => R::Fixed(K::Binary),
        "BOOL" | "CONTAINS_SUBSTR" | "LAX_BOOL" | "REGEXP_CONTAINS" => R::Fixed(K::Boolean),
        "DATE_FROM_UNIX_DATE" | "PARSE_DATE" => R::Fixed(K::Date),
        "PARSE_DATETIME" | "TIMESTAMPFROMPARTS" | "TIMESTAMP_FROM_PARTS" => R::Fixed(K::Datetime),
        "PARSE_NUMERIC" => R::Fixed(K::Decimal),
        "CORR" | "COSINE_DISTANCE" | "COTH" | "COVAR_POP" | "COVAR_SAMP" | "CSC" | "CSCH" | "CUME_DIST"
        | "EUCLIDEAN_DISTANCE" | "FLOAT64" | "LAX_FLOAT64" | "PERCENT_RANK" | "SEC" | "SECH" => {
            R::Fixed(K::Double)
        }
        "EDIT_DISTANCE" => R::Fixed(K::Int),
        "JSON_ARRAY" | "JSON_ARRAY_APPEND" | "JSON_ARRAY_INSERT" | "JSON_OBJECT" | "JSON_REMOVE"
        | "JSON_SET" | "JSON_STRIP_NULLS" | "TO_JSON" => R::Fixed(K::Json),
        "PARSE_TIME" | "TIMEFROMPARTS" | "TIME_FROM_PARTS" | "TIME_TRUNC" => R::Fixed(K::Time),
        "CURRENT_TIMESTAMP" | "PARSE_TIMESTAMP" | "STR_TO_TIME" | "TIMESTAMP" | "TIMESTAMP_MICROS"
        | "TIMESTAMP_MILLIS" | "TIMESTAMP_SECONDS" => R::Fixed(K::TimestampTz),
        "CODE_POINTS_TO_STRING"
        | "FORMAT"
        | "FORMAT_DATE"
        | "FORMAT_DATETIME"
        | "FORMAT_TIME"
        | "FORMAT_TIMESTAMP"
        | "GENERATE_UUID"
        | "GEN_RANDOM_UUID"
        | "HEX"
        | "HOST"
        | "JSON_EXTRACT_PATH_TEXT"
        | "JSON_EXTRACT_SCALAR"
        | "JSON_FORMAT"
        | "JSON_TYPE"
        | "JSON_VALUE"
        | "LAX_STRING"
        | "LOWER_HEX"
        | "NORMALIZE"
        | "NORMALIZE_AND_CASEFOLD"
        | "REG_DOMAIN"
        | "SAFE_CONVERT_BYTES_TO_STRING"
        | "SOUNDEX"
        | "TO_HEX"
        | "TO_JSON_STRING"
        | "UUID"
        | "UUID_STRING" => R::Fixed(K::Varchar),
        "AVG" | "CEIL" | "CEILING" | "EXP" | "FLOOR" | "LN" | "LOG" | "ROUND" | "SAFE_DIVIDE" | "SQRT" => {
            R::Fractional
        }
        "CONCAT" | "DATETIME_ADD" | "DATETIME_SUB" | "DATE_SUB" | "LISTAGG" | "NOW" | "TIMESTAMP_ADD"
        | "TIMESTAMP_SUB" | "TIME_ADD" | "TIME_SUB" | "TO_DATE" | "TO_TIMESTAMP" | "VERSION" | "WEEK" => {
            R::Unknown
        }
        _ => return None,
    })
}
