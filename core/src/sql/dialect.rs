//! SQL dialects: which there are, how they fold the case of names, which parser reads them.
//!
//! In: a dialect as people write it (`snowflake`, `snowflake,normalization_strategy=lowercase`). Out: a small
//! value that the rest of the crate passes around. Lexical rules live in `lexer::rules`; nothing here parses.

use std::fmt;

use sqlparser::dialect as parser;

use super::query_dialect::{Extras, QueryDialect};

/// How a dialect folds the case of identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Normalization {
    /// Unquoted names become lower case, quoted ones stay.
    Lowercase,
    /// Unquoted names become upper case, quoted ones stay.
    Uppercase,
    /// All names stay as they are written.
    CaseSensitive,
    /// All names become lower case, quoted or not.
    CaseInsensitive,
    /// All names become upper case, quoted or not.
    CaseInsensitiveUppercase,
}

impl Normalization {
    /// Reads the value of `normalization_strategy`, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "lowercase" => Self::Lowercase,
            "uppercase" => Self::Uppercase,
            "case_sensitive" => Self::CaseSensitive,
            "case_insensitive" => Self::CaseInsensitive,
            "case_insensitive_uppercase" => Self::CaseInsensitiveUppercase,
            _ => return None,
        })
    }

    /// The name of a part after folding.
    pub fn apply(self, part: &str, quoted: bool) -> String {
        match self {
            Self::CaseInsensitive => part.to_lowercase(),
            Self::CaseInsensitiveUppercase => part.to_uppercase(),
            Self::Lowercase if !quoted => part.to_lowercase(),
            Self::Uppercase if !quoted => part.to_uppercase(),
            Self::Lowercase | Self::Uppercase | Self::CaseSensitive => part.to_string(),
        }
    }
}

/// What an identifier names: BigQuery folds columns but not tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A part of a table's name: catalog, schema or table.
    Table,
    /// A column, an alias or the name of a common table expression.
    Column,
}

macro_rules! dialects {
    ($($variant:ident $name:literal $normalization:ident,)*) => {
        /// A dialect SQLMesh knows.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are their meaning")]
        pub enum Language {
            #[default]
            $($variant,)*
        }

        impl Language {
            /// All dialects, `Generic` first.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name as it stands in configuration and in state; empty for `Generic`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// How the dialect folds names unless told otherwise.
            pub fn normalization(self) -> Normalization {
                match self {
                    $(Self::$variant => Normalization::$normalization,)*
                }
            }
        }

        /// The dialects with their own way of folding names.
        #[expect(non_upper_case_globals, missing_docs, reason = "they read like the variants of an enum")]
        impl Dialect {
            $(pub const $variant: Self = Self {
                language: Language::$variant,
                normalization: Normalization::$normalization,
                is_plain: false,
            };)*
        }
    };
}

dialects! {
    Generic "" Lowercase,
    DuckDb "duckdb" CaseInsensitive,
    Postgres "postgres" Lowercase,
    Snowflake "snowflake" Uppercase,
    BigQuery "bigquery" CaseInsensitive,
    Databricks "databricks" CaseInsensitive,
    Spark "spark" CaseInsensitive,
    Spark2 "spark2" CaseInsensitive,
    Hive "hive" CaseInsensitive,
    Redshift "redshift" CaseInsensitive,
    MySql "mysql" CaseSensitive,
    TSql "tsql" CaseInsensitive,
    Fabric "fabric" CaseSensitive,
    ClickHouse "clickhouse" CaseSensitive,
    Trino "trino" CaseInsensitive,
    Presto "presto" CaseInsensitive,
    Athena "athena" Lowercase,
    Dune "dune" CaseInsensitive,
    Sqlite "sqlite" CaseInsensitive,
    Oracle "oracle" Uppercase,
    Exasol "exasol" Uppercase,
    Teradata "teradata" Lowercase,
    RisingWave "risingwave" Lowercase,
    Materialize "materialize" Lowercase,
    StarRocks "starrocks" CaseSensitive,
    Doris "doris" CaseSensitive,
    Dremio "dremio" Lowercase,
    Drill "drill" Lowercase,
    Druid "druid" Lowercase,
    Tableau "tableau" Lowercase,
    Prql "prql" Lowercase,
    Solr "solr" CaseInsensitive,
}

/// A dialect together with the way it folds names, which a setting can change.
///
/// `Dialect::DuckDb` and the like are the dialects as they come. To ask for a language whatever its setting,
/// compare `language()`: a pattern such as `Dialect::Snowflake` does not match a Snowflake with a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dialect {
    language: Language,
    normalization: Normalization,
    /// Whether types follow the generic rules, whatever the language.
    is_plain: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self::Generic
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Dialect {
    /// Reads a dialect with its settings, in any case: `duckdb`, `snowflake, normalization_strategy=lowercase`.
    /// Empty text is the generic dialect. `None` for unknown names, settings and values.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let mut parts = text.split(',');
        let name = parts.next().unwrap_or_default().trim();
        let language = Language::ALL
            .iter()
            .copied()
            .find(|language| language.as_str() == name)?;
        let mut dialect = Self {
            language,
            normalization: language.normalization(),
            is_plain: false,
        };
        for setting in parts {
            let (key, value) = setting.split_once('=')?;
            match key.trim() {
                "normalization_strategy" => dialect.normalization = Normalization::parse(value)?,
                "version" => {}
                _ => return None,
            }
        }
        Some(dialect)
    }

    /// The name without settings; empty for the generic dialect.
    pub fn as_str(self) -> &'static str {
        self.language.as_str()
    }

    /// The language without settings.
    pub fn language(self) -> Language {
        self.language
    }

    /// The same dialect where types follow the generic rules: so the reference types a query that it cannot qualify.
    pub fn with_plain_types(self) -> Self {
        Self {
            is_plain: true,
            ..self
        }
    }

    /// The language whose rules say how types go together.
    pub fn typing(self) -> Language {
        if self.is_plain {
            Language::Generic
        } else {
            self.language
        }
    }

    /// How names are folded.
    pub fn normalization(self) -> Normalization {
        self.normalization
    }

    /// A name as the dialect compares it: case folded by its rule, without quotes.
    pub fn normalize(self, part: &str, quoted: bool, what: Part) -> String {
        // BigQuery's datasets and tables are case-sensitive, all else in it is not.
        let kept = what == Part::Table
            && self.language == Language::BigQuery
            && self.normalization == Normalization::CaseInsensitive;
        if kept {
            part.to_string()
        } else {
            self.normalization.apply(part, quoted)
        }
    }

    /// The opening and closing quote with which the dialect writes identifiers.
    pub fn identifier_quotes(self) -> (char, char) {
        use Language as L;
        match self.language {
            L::BigQuery
            | L::Databricks
            | L::Spark
            | L::Spark2
            | L::Hive
            | L::MySql
            | L::StarRocks
            | L::Doris
            | L::Drill
            | L::Prql
            | L::Solr => ('`', '`'),
            L::TSql | L::Fabric | L::Tableau => ('[', ']'),
            _ => ('"', '"'),
        }
    }

    /// A name in the dialect's quotes.
    pub fn quote_identifier(self, name: &str) -> String {
        let (open, close) = self.identifier_quotes();
        let doubled: String = [close, close].iter().collect();
        format!("{open}{}{close}", name.replace(close, &doubled))
    }

    /// The dialect of the SQL parser that comes nearest.
    pub fn sqlparser_dialect(self) -> &'static dyn parser::Dialect {
        use Language as L;
        match self.language {
            L::DuckDb => &QueryDialect(parser::DuckDbDialect {}, Extras::None),
            L::Postgres | L::RisingWave | L::Materialize => {
                &QueryDialect(parser::PostgreSqlDialect {}, Extras::None)
            }
            L::Snowflake => &QueryDialect(parser::SnowflakeDialect {}, Extras::None),
            L::BigQuery => &QueryDialect(parser::BigQueryDialect {}, Extras::None),
            L::Databricks => &QueryDialect(parser::DatabricksDialect {}, Extras::None),
            L::Spark | L::Spark2 => &QueryDialect(parser::SparkSqlDialect {}, Extras::None),
            L::Hive => &QueryDialect(parser::HiveDialect {}, Extras::None),
            L::Redshift => &QueryDialect(parser::RedshiftSqlDialect {}, Extras::None),
            L::MySql | L::StarRocks | L::Doris => &QueryDialect(parser::MySqlDialect {}, Extras::None),
            L::TSql | L::Fabric => &QueryDialect(parser::MsSqlDialect {}, Extras::None),
            L::ClickHouse => &QueryDialect(parser::ClickHouseDialect {}, Extras::NamedArguments),
            L::Sqlite => &QueryDialect(parser::SQLiteDialect {}, Extras::None),
            L::Oracle => &QueryDialect(parser::OracleDialect {}, Extras::None),
            L::Teradata => &QueryDialect(parser::TeradataDialect {}, Extras::None),
            // There is no parser for these; the generic one takes most of what they write.
            L::Trino | L::Presto | L::Athena | L::Dune => {
                &QueryDialect(parser::GenericDialect {}, Extras::Lambdas)
            }
            L::Generic | L::Exasol | L::Dremio | L::Drill | L::Druid | L::Tableau | L::Prql | L::Solr => {
                &QueryDialect(parser::GenericDialect {}, Extras::None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_settings() {
        assert_eq!(Dialect::parse("Spark2"), Some(Dialect::Spark2));
        assert_eq!(Dialect::parse(""), Some(Dialect::Generic));
        assert_eq!(Dialect::parse("motherduck"), None);
        let lower = Dialect::parse("snowflake, normalization_strategy=LOWERCASE");
        assert_eq!(lower.map(Dialect::language), Some(Language::Snowflake));
        assert_eq!(lower.map(Dialect::normalization), Some(Normalization::Lowercase));
        assert_eq!(Dialect::parse("snowflake,normalization_strategy=odd"), None);
        for language in Language::ALL {
            let read = Dialect::parse(language.as_str());
            assert_eq!(read.map(Dialect::language), Some(*language));
        }
    }

    fn check(dialect: &str, part: &str, quoted: bool, expected: [&str; 2]) {
        let dialect = Dialect::parse(dialect).unwrap_or_default();
        let folded = [Part::Table, Part::Column].map(|what| dialect.normalize(part, quoted, what));
        assert_eq!(folded, expected);
    }

    #[test]
    fn folds_case() {
        check("duckdb", "AbC", true, ["abc", "abc"]);
        check("postgres", "AbC", true, ["AbC", "AbC"]);
        check("postgres", "AbC", false, ["abc", "abc"]);
        check("snowflake", "AbC", false, ["ABC", "ABC"]);
        check("bigquery", "AbC", true, ["AbC", "abc"]);
        check("mysql", "AbC", false, ["AbC", "AbC"]);
        check(
            "snowflake,normalization_strategy=lowercase",
            "AbC",
            false,
            ["abc", "abc"],
        );
        check(
            "duckdb,normalization_strategy=case_sensitive",
            "AbC",
            false,
            ["AbC", "AbC"],
        );
    }

    #[test]
    fn quotes_identifiers() {
        assert_eq!(Dialect::TSql.quote_identifier("a]b"), "[a]]b]");
        assert_eq!(Dialect::BigQuery.quote_identifier("a-b"), "`a-b`");
    }
}
