//! What the lexer must know of each dialect: quotes, escapes, comments, and the words after which a
//! statement is kept as raw text.
//!
//! The facts are those of SQLGlot 30.8, because the slices of a file that are hashed depend on them.

use super::super::dialect::Language;

/// How `$` may stand in a dialect's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dollar {
    /// Anywhere in a word.
    Letter,
    /// Inside of a word, but never at its start.
    Inside,
    /// Never in a word.
    Symbol,
}

/// The lexical rules of one dialect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// `"` opens a string.
    pub double_quoted_strings: bool,
    /// `'''` and `"""` open strings.
    pub triple_quotes: bool,
    /// `''` inside of a string is one quote.
    pub doubled_quotes: bool,
    /// A backslash escapes the next character of a string.
    pub backslash: bool,
    /// The same in quoted identifiers.
    pub backslash_in_identifiers: bool,
    /// Characters that open a quoted identifier, each with the one that closes it.
    pub identifier_quotes: &'static [(char, char)],
    /// What opens a comment up to the end of the line, besides `--`.
    pub line_comments: &'static [&'static str],
    /// `/* /* */ */` is one comment.
    pub nested_comments: bool,
    /// `/*+ … */` is a hint, so a token and not a comment.
    pub hints: bool,
    /// Lower-case letters that, directly before a quote, belong to a string.
    pub string_prefixes: &'static [&'static str],
    /// Prefixes whose strings end at the first quote, whatever stands before it.
    pub raw_prefixes: &'static [&'static str],
    /// Prefixes whose strings know backslashes though plain ones do not.
    pub escaped_prefixes: &'static [&'static str],
    /// `$tag$ … $tag$` is a string.
    pub dollar_tags: bool,
    /// `$$ … $$` is a string.
    pub dollar_quotes: bool,
    /// How `$` may stand in words.
    pub dollar: Dollar,
    /// `#` and `@` may stand inside of words.
    pub hash_and_at_inside_words: bool,
    /// `#` is a letter.
    pub hash_is_letter: bool,
    /// Words may begin with a digit.
    pub digits_start_words: bool,
    /// `1_000` is one number.
    pub digit_groups: bool,
    /// Lower-case prefixes of numbers of another base.
    pub number_prefixes: &'static [&'static str],
    /// Operators of the dialect that are longer than one character, besides the common ones.
    pub operators: &'static [&'static str],
    /// Upper-case words that begin a statement which is kept as raw text, besides the common ones.
    pub commands: &'static [&'static str],
    /// Common command words that are ordinary words here.
    pub no_commands: &'static [&'static str],
}

/// Operators longer than one character that all dialects share, longest first.
pub(super) const OPERATORS: &[&str] = &[
    "->>", "#>>", "<->", "<=>", "-|-", "~~~", "~~*", "?::", "->", "#>", "||", "::", ":=", "<=", ">=", "<>",
    "!=", "==", "=>", "??", "&&", "&<", "&>", "|>", "~~", "~*",
];

/// Words that begin a raw statement in all dialects.
pub(super) const COMMANDS: &[&str] = &[
    "CALL", "EXECUTE", "EXPLAIN", "FETCH", "OPTIMIZE", "PREPARE", "RENAME", "SHOW", "VACUUM",
];

const GENERIC: Rules = Rules {
    double_quoted_strings: false,
    triple_quotes: false,
    doubled_quotes: true,
    backslash: false,
    backslash_in_identifiers: false,
    identifier_quotes: &[('"', '"')],
    line_comments: &[],
    nested_comments: true,
    hints: true,
    string_prefixes: &["n"],
    raw_prefixes: &[],
    escaped_prefixes: &[],
    dollar_tags: false,
    dollar_quotes: false,
    dollar: Dollar::Letter,
    hash_and_at_inside_words: false,
    hash_is_letter: false,
    digits_start_words: false,
    digit_groups: false,
    number_prefixes: &[],
    operators: &[],
    commands: &[],
    no_commands: &[],
};

const DUCKDB: Rules = Rules {
    hints: false,
    string_prefixes: &["n", "e"],
    escaped_prefixes: &["e"],
    dollar_tags: true,
    dollar: Dollar::Inside,
    digit_groups: true,
    operators: &["**", "//", "<@", "@>", "^@"],
    commands: &["RESET"],
    no_commands: &["SHOW"],
    ..GENERIC
};

const POSTGRES: Rules = Rules {
    hints: false,
    string_prefixes: &["n", "e", "x", "b"],
    escaped_prefixes: &["e"],
    dollar_tags: true,
    dollar: Dollar::Inside,
    operators: &["||/", "#-", "<@", "?&", "?|", "@>", "@@", "|/"],
    commands: &["DECLARE", "DO", "EXEC", "REFRESH", "REINDEX", "RESET"],
    ..GENERIC
};

const REDSHIFT: Rules = Rules {
    backslash: true,
    string_prefixes: &["n", "e"],
    hash_is_letter: true,
    operators: &["||/", "(+)", "#-", "<@", "?&", "?|", "@>", "@@", "|/"],
    commands: &["DECLARE", "DO", "EXEC", "REFRESH", "REINDEX", "RESET", "UNLOAD"],
    ..POSTGRES
};

const SNOWFLAKE: Rules = Rules {
    backslash: true,
    line_comments: &["//"],
    nested_comments: false,
    hints: false,
    string_prefixes: &["n", "x"],
    dollar_quotes: true,
    dollar: Dollar::Inside,
    commands: &["REMOVE", "RM"],
    no_commands: &["SHOW"],
    ..GENERIC
};

const BIGQUERY: Rules = Rules {
    double_quoted_strings: true,
    triple_quotes: true,
    doubled_quotes: false,
    backslash: true,
    identifier_quotes: &[('`', '`')],
    line_comments: &["#"],
    nested_comments: false,
    hints: false,
    string_prefixes: &["n", "r", "b"],
    number_prefixes: &["0x"],
    commands: &["BEGIN", "ELSEIF", "EXCEPTION", "LOOP", "REPEAT", "WHILE"],
    ..GENERIC
};

const HIVE: Rules = Rules {
    double_quoted_strings: true,
    doubled_quotes: false,
    backslash: true,
    identifier_quotes: &[('`', '`')],
    dollar: Dollar::Symbol,
    digits_start_words: true,
    commands: &[
        "ADD ARCHIVE",
        "ADD ARCHIVES",
        "ADD FILE",
        "ADD FILES",
        "ADD JAR",
        "ADD JARS",
        "MSCK REPAIR",
    ],
    ..GENERIC
};

const SPARK2: Rules = Rules {
    string_prefixes: &["n", "x"],
    ..HIVE
};

const SPARK: Rules = Rules {
    string_prefixes: &["n", "x", "r"],
    raw_prefixes: &["r"],
    ..HIVE
};

const MYSQL: Rules = Rules {
    double_quoted_strings: true,
    backslash: true,
    identifier_quotes: &[('`', '`')],
    line_comments: &["#"],
    nested_comments: false,
    string_prefixes: &["n", "x", "b"],
    digits_start_words: true,
    number_prefixes: &["0x", "0b"],
    operators: &["@@"],
    commands: &["LOCK TABLES", "REPLACE", "UNLOCK TABLES"],
    no_commands: &["EXPLAIN", "SHOW"],
    ..GENERIC
};

const TSQL: Rules = Rules {
    double_quoted_strings: true,
    identifier_quotes: &[('[', ']'), ('"', '"')],
    hints: false,
    dollar: Dollar::Letter,
    hash_and_at_inside_words: true,
    number_prefixes: &["0x"],
    commands: &["END", "GO", "PRINT", "UPDATE STATISTICS"],
    no_commands: &["EXECUTE"],
    ..GENERIC
};

const CLICKHOUSE: Rules = Rules {
    backslash: true,
    backslash_in_identifiers: true,
    identifier_quotes: &[('"', '"'), ('`', '`')],
    line_comments: &["#!", "#"],
    hints: false,
    dollar_tags: true,
    dollar: Dollar::Symbol,
    digits_start_words: true,
    number_prefixes: &["0x", "0b"],
    operators: &[".:", ".^"],
    commands: &["ATTACH", "EXCHANGE", "SYSTEM"],
    ..GENERIC
};

const TRINO: Rules = Rules {
    nested_comments: false,
    hints: false,
    string_prefixes: &["n", "x", "u&"],
    commands: &[
        "DEALLOCATE PREPARE",
        "DESCRIBE INPUT",
        "DESCRIBE OUTPUT",
        "RESET SESSION",
    ],
    ..GENERIC
};

const ATHENA: Rules = Rules {
    identifier_quotes: &[('"', '"'), ('`', '`')],
    backslash: true,
    string_prefixes: &["n", "x", "u&"],
    commands: &[
        "ADD ARCHIVE",
        "ADD ARCHIVES",
        "ADD FILE",
        "ADD FILES",
        "ADD JAR",
        "ADD JARS",
        "MSCK REPAIR",
        "DEALLOCATE PREPARE",
        "DESCRIBE INPUT",
        "DESCRIBE OUTPUT",
        "RESET SESSION",
        "UNLOAD",
    ],
    ..GENERIC
};

const SQLITE: Rules = Rules {
    identifier_quotes: &[('"', '"'), ('[', ']'), ('`', '`')],
    nested_comments: false,
    hints: false,
    string_prefixes: &["n", "x"],
    number_prefixes: &["0x"],
    commands: &["REPLACE"],
    ..GENERIC
};

/// The rules of a dialect.
pub(super) fn rules(language: Language) -> Rules {
    use Language as L;
    match language {
        L::Generic | L::Druid => GENERIC,
        L::DuckDb => DUCKDB,
        L::Postgres | L::Materialize | L::RisingWave => POSTGRES,
        L::Redshift => REDSHIFT,
        L::Snowflake => SNOWFLAKE,
        L::BigQuery => BIGQUERY,
        L::Hive => HIVE,
        L::Spark2 => SPARK2,
        L::Spark | L::Databricks => SPARK,
        L::MySql | L::StarRocks | L::Doris => MYSQL,
        L::TSql | L::Fabric => TSQL,
        L::ClickHouse => CLICKHOUSE,
        L::Trino | L::Presto | L::Dune => TRINO,
        L::Athena => ATHENA,
        L::Sqlite => SQLITE,
        L::Oracle => Rules {
            nested_comments: false,
            string_prefixes: &["n", "u"],
            dollar: Dollar::Letter,
            hash_and_at_inside_words: true,
            operators: &["(+)"],
            ..GENERIC
        },
        L::Exasol => Rules {
            identifier_quotes: &[('"', '"'), ('[', ']')],
            ..GENERIC
        },
        L::Teradata => Rules {
            hints: false,
            string_prefixes: &["n", "x"],
            number_prefixes: &["0x"],
            operators: &["**", "^="],
            commands: &["COLLECT", "HELP"],
            ..GENERIC
        },
        L::Dremio => Rules {
            line_comments: &["//"],
            ..GENERIC
        },
        L::Drill => Rules {
            doubled_quotes: false,
            backslash: true,
            identifier_quotes: &[('`', '`')],
            hints: false,
            ..GENERIC
        },
        L::Tableau => Rules {
            double_quoted_strings: true,
            identifier_quotes: &[('[', ']')],
            ..GENERIC
        },
        L::Prql => Rules {
            double_quoted_strings: true,
            identifier_quotes: &[('`', '`')],
            ..GENERIC
        },
        L::Solr => Rules {
            identifier_quotes: &[('`', '`')],
            ..GENERIC
        },
    }
}
