//! Spellings that sqlparser refuses or misreads, said another way before it sees them.
//!
//! Tokens in, tokens out. Each rewrite keeps the tables and columns of the query; what it takes away (a sampling
//! clause, `MATERIALIZED`, `FINAL`) is returned as a word with its place, so that two queries that differ in it
//! still differ. Anything larger is left to the parser's refusal and the scan of `fallback`.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

mod clickhouse;
mod duckdb;
mod levels;
mod pipes;

pub(super) use duckdb::COMPREHENSION;

use super::dialect::{Dialect, Language};

/// Rewrites the tokens of one statement; the words name what was taken away.
pub(super) fn rewrite(tokens: Vec<TokenWithSpan>, dialect: Dialect) -> (Vec<TokenWithSpan>, Vec<String>) {
    let mut tokens: Vec<TokenWithSpan> = tokens
        .into_iter()
        .filter(|token| !matches!(token.token, Token::Whitespace(_)))
        .collect();
    match dialect.language() {
        Language::BigQuery => tokens = pipes::nest(tokens),
        Language::DuckDb => {
            tokens = duckdb::comprehensions(tokens);
            tokens = duckdb::aliases_last(tokens);
        }
        Language::ClickHouse => {
            tokens = clickhouse::queries_in_with(tokens);
            clickhouse::operators(&mut tokens);
        }
        _ => {}
    }
    let mut rewriter = Rewriter {
        tokens,
        out: Vec::new(),
        words: Vec::new(),
        at: 0,
    };
    rewriter.select_first(dialect.language());
    while rewriter.at < rewriter.tokens.len() {
        if !rewriter.name() && !rewriter.step(dialect.language()) {
            rewriter.copy();
        }
    }
    (rewriter.out, rewriter.words)
}

/// Words that the parser keeps for itself and SQLMesh takes for names where they stand alone.
const NAMES: [&str; 29] = [
    "ANALYZE",
    "CLUSTER",
    "DISTRIBUTE",
    "DIV",
    "EXCLUDE",
    "EXISTS",
    "EXPLAIN",
    "FETCH",
    "GROUP",
    "INTERVAL",
    "INTO",
    "LATERAL",
    "LIMIT",
    "MATCH",
    "MATERIALIZED",
    "MEMBER",
    "MINUS",
    "OFFSET",
    "OPERATOR",
    "ORDER",
    "SAMPLE",
    "SETTINGS",
    "SORT",
    "TABLE",
    "TOP",
    "TRIM",
    "VALUES",
    "VIEW",
    "END",
];

/// Whether a token is the unquoted word.
fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(found) if found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word))
}

struct Rewriter {
    tokens: Vec<TokenWithSpan>,
    out: Vec<TokenWithSpan>,
    words: Vec<String>,
    at: usize,
}

impl Rewriter {
    /// Whether the token this far ahead is the unquoted word.
    fn is(&self, ahead: usize, word: &str) -> bool {
        self.token(ahead).is_some_and(|token| is_word(token, word))
    }

    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|token| &token.token)
    }

    fn copy(&mut self) {
        if let Some(token) = self.tokens.get_mut(self.at) {
            let word = std::mem::replace(&mut token.token, Token::EOF);
            self.out.push(TokenWithSpan::new(word, token.span));
        }
        self.at += 1;
    }

    /// Puts a token in the place of the next.
    fn put(&mut self, token: Token) {
        let place = self.tokens.get(self.at).or(self.tokens.last());
        if let Some(place) = place {
            self.out.push(TokenWithSpan::new(token, place.span));
        }
    }

    /// Leaves out tokens and remembers them with the number of tokens before them.
    fn drop(&mut self, count: usize) {
        let end = (self.at + count).min(self.tokens.len());
        let text: Vec<String> = self.tokens[self.at.min(end)..end]
            .iter()
            .map(|token| token.token.to_string().to_uppercase())
            .collect();
        self.words.push(format!("{} {}", self.out.len(), text.join(" ")));
        self.at = end;
    }

    /// Tokens up to and including the parenthesis that closes the one this far ahead.
    fn group(&self, ahead: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (count, token) in self.tokens.iter().skip(self.at + ahead).enumerate() {
            match token.token {
                Token::LParen => depth += 1,
                Token::RParen => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(ahead + count + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Length of a sample size (`10`, `10%`, `10 ROWS`, `reservoir(10 ROWS)`, `(10 PERCENT)`) this far ahead.
    fn sample(&self, ahead: usize) -> usize {
        let mut end = ahead;
        if matches!(self.token(end), Some(Token::Word(_)))
            && matches!(self.token(end + 1), Some(Token::LParen))
        {
            end += 1;
        }
        match self.token(end) {
            Some(Token::LParen) => end = self.group(end).unwrap_or(end),
            Some(Token::Number(..)) => {
                end += 1;
                let unit = matches!(self.token(end), Some(Token::Mod))
                    || ["PERCENT", "ROWS"].iter().any(|word| self.is(end, word));
                end += usize::from(unit);
                if matches!(self.token(end), Some(Token::LParen)) {
                    end = self.group(end).unwrap_or(end);
                }
            }
            _ => return 0,
        }
        if self.is(end, "REPEATABLE") || self.is(end, "SEED") {
            end = self.group(end + 1).unwrap_or(end);
        }
        end
    }

    /// Whether the query in the parentheses that open here says SELECT at its own level.
    fn selects_inside(&self) -> bool {
        self.selects(1)
    }

    /// The same for a query from here on, inside this many parentheses.
    fn selects(&self, level: i32) -> bool {
        let end = match level {
            0 => self.tokens.len(),
            _ => self.at + self.group(0).unwrap_or(0),
        };
        let mut depth = 0_i32;
        self.tokens[self.at..end.min(self.tokens.len())]
            .iter()
            .any(|token| {
                match &token.token {
                    Token::LParen => depth += 1,
                    Token::RParen => depth -= 1,
                    Token::Word(word) if depth == level && word.quote_style.is_none() => {
                        return word.value.eq_ignore_ascii_case("SELECT");
                    }
                    _ => {}
                }
                false
            })
    }

    /// What every dialect has: empty items of a list, and names that look like keywords; false when it is neither.
    fn name(&mut self) -> bool {
        let before = self.out.last().map(|token| &token.token);
        let starts = match before {
            Some(Token::Word(word)) => {
                let keywords = [Keyword::SELECT, Keyword::BY, Keyword::WITH, Keyword::FROM];
                keywords.contains(&word.keyword) && word.quote_style.is_none()
            }
            Some(Token::Comma) => true,
            _ => false,
        };
        match self.token(0) {
            // a, , b
            Some(Token::Comma) if starts => {
                self.at += 1;
                return true;
            }
            Some(Token::Word(word)) if word.quote_style.is_none() && word.keyword != Keyword::NoKeyword => {}
            _ => return false,
        }
        let Some(name) = NAMES.iter().find(|name| self.is(0, name)) else {
            return false;
        };
        let ends = match self.token(1) {
            Some(Token::Comma | Token::RParen | Token::Eq | Token::Neq | Token::Lt | Token::Gt) => true,
            Some(Token::Plus | Token::Div | Token::StringConcat | Token::DoubleColon) => true,
            Some(Token::Word(word)) => {
                matches!(word.keyword, Keyword::FROM | Keyword::AS) && word.quote_style.is_none()
            }
            // The end of the query closes lists, too.
            None | Some(Token::SemiColon | Token::EOF) => starts,
            _ => false,
        };
        // `CASE … END` ends what stands before it; so does a query's `*`.
        let alone = match before {
            Some(Token::Mul) => false,
            // `UNNEST(x) WITH OFFSET AS i`, but a common table expression called so.
            Some(Token::Word(word)) if word.keyword == Keyword::WITH => *name == "TABLE",
            _ => starts || *name != "END",
        };
        if !(ends && alone) {
            return false;
        }
        let mut token = self.tokens[self.at].clone();
        if let Token::Word(word) = &mut token.token {
            word.keyword = Keyword::NoKeyword;
        }
        self.out.push(token);
        self.at += 1;
        true
    }

    /// One rewrite at the current token; false when none applies.
    fn step(&mut self, language: Language) -> bool {
        // CASE WHEN a = b CASE … END: the word THEN may be missing.
        if self.is(0, "CASE")
            && let Some(TokenWithSpan { token, .. }) = self.out.last()
            && (matches!(
                token,
                Token::RParen | Token::Number(..) | Token::SingleQuotedString(_)
            ) || matches!(token, Token::Word(word) if word.keyword == Keyword::NoKeyword))
        {
            self.put(Token::make_keyword("THEN"));
            self.copy();
            return true;
        }
        // WITH a AS (…), WITH b AS (…)
        if self.is(0, "WITH")
            && self.is(2, "AS")
            && let Some(
                [
                    TokenWithSpan {
                        token: Token::RParen, ..
                    },
                    TokenWithSpan {
                        token: Token::Comma, ..
                    },
                ],
            ) = self.out.last_chunk()
        {
            self.at += 1;
            return true;
        }
        match language {
            Language::DuckDb => self.duckdb(),
            Language::ClickHouse => self.clickhouse(),
            Language::Trino | Language::Presto | Language::Athena => self.trino(),
            Language::Spark | Language::Databricks => self.spark(),
            Language::BigQuery => self.bigquery(),
            Language::Redshift
                if self.is(0, "APPROXIMATE") && matches!(self.token(1), Some(Token::Word(_))) =>
            {
                self.drop(1);
                true
            }
            Language::MySql if matches!(self.token(0), Some(Token::ExclamationMark)) => {
                self.put(Token::make_keyword("NOT"));
                self.at += 1;
                true
            }
            _ => false,
        }
    }

    /// `FROM t WHERE …` as a whole statement.
    fn select_first(&mut self, language: Language) {
        if language == Language::DuckDb && self.is(0, "FROM") && !self.selects(0) {
            self.put(Token::make_keyword("SELECT"));
            self.put(Token::Mul);
        }
    }

    /// The value of a table's version this far ahead: a literal, a typed literal or a call.
    fn moment(&self, ahead: usize) -> usize {
        let word = matches!(self.token(ahead), Some(Token::Word(_)));
        match self.token(ahead + 1) {
            Some(Token::SingleQuotedString(_)) if word => ahead + 2,
            Some(Token::LParen) if word => self.group(ahead + 1).unwrap_or(ahead + 2),
            _ => ahead + 1,
        }
    }

    fn bigquery(&mut self) -> bool {
        // SAFE.f(x)
        if self.is(0, "SAFE")
            && matches!(self.token(1), Some(Token::Period))
            && matches!(self.token(3), Some(Token::LParen))
        {
            self.drop(2);
            return true;
        }
        // ARRAY<T>[x, y] is CAST([x, y] AS ARRAY<T>).
        if self.is(0, "ARRAY")
            && matches!(self.token(1), Some(Token::Lt))
            && let Some(end) = self.angles(1)
            && matches!(self.token(end), Some(Token::LBracket))
            && let Some(close) = self.brackets(end)
        {
            let place = self.tokens[self.at].span;
            let token = |token| TokenWithSpan::new(token, place);
            let typed: Vec<TokenWithSpan> = self.tokens[self.at..self.at + end].to_vec();
            let items: Vec<TokenWithSpan> = self.tokens[self.at + end..self.at + close].to_vec();
            let mut said = vec![token(Token::make_keyword("CAST")), token(Token::LParen)];
            said.extend(items);
            said.push(token(Token::make_keyword("AS")));
            said.extend(typed);
            said.push(token(Token::RParen));
            self.tokens.splice(self.at..self.at + close, said);
            self.copy();
            return true;
        }
        false
    }

    /// Tokens up to and including the angle bracket that closes the one this far ahead.
    fn angles(&self, ahead: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (count, token) in self.tokens.iter().skip(self.at + ahead).enumerate() {
            match token.token {
                Token::Lt => depth += 1,
                Token::Gt => depth = depth.checked_sub(1)?,
                Token::ShiftRight => depth = depth.checked_sub(2)?,
                Token::Word(_) | Token::Comma | Token::LParen | Token::RParen | Token::Number(..) => {}
                _ => return None,
            }
            if depth == 0 {
                return Some(ahead + count + 1);
            }
        }
        None
    }

    /// The same for square brackets.
    fn brackets(&self, ahead: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (count, token) in self.tokens.iter().skip(self.at + ahead).enumerate() {
            match token.token {
                Token::LBracket => depth += 1,
                Token::RBracket => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(ahead + count + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn trino(&mut self) -> bool {
        // ARRAY(T) and ROW(a T) are types after AS, in CAST.
        let after_as = matches!(
            self.out.last().map(|token| &token.token),
            Some(Token::Word(word)) if word.keyword == Keyword::AS
        );
        let nests = ["ARRAY", "ROW", "MAP"].iter().any(|word| self.is(0, word));
        if after_as && nests && matches!(self.token(1), Some(Token::LParen)) {
            self.trino_type();
            return true;
        }
        // FOR VERSION AS OF 1
        if self.is(0, "FOR")
            && (self.is(1, "VERSION") || self.is(1, "TIMESTAMP"))
            && self.is(2, "AS")
            && self.is(3, "OF")
        {
            self.drop(self.moment(4));
            return true;
        }
        false
    }

    /// A type that starts here, its brackets as the parser knows them: `ARRAY<T>`, `STRUCT<a T>`, `MAP(K, V)`.
    fn trino_type(&mut self) {
        // For each open parenthesis, what closes it.
        let mut open: Vec<Token> = Vec::new();
        while let Some(token) = self.token(0).cloned() {
            let opens = matches!(self.token(1), Some(Token::LParen));
            match token {
                Token::Word(_) if opens && (self.is(0, "ARRAY") || self.is(0, "ROW")) => {
                    if self.is(0, "ROW") {
                        self.put(Token::make_keyword("STRUCT"));
                        self.at += 1;
                    } else {
                        self.copy();
                    }
                    self.put(Token::Lt);
                    self.at += 1;
                    open.push(Token::Gt);
                }
                Token::LParen => {
                    self.copy();
                    open.push(Token::RParen);
                }
                Token::RParen => {
                    let Some(close) = open.pop() else { return };
                    self.put(close);
                    self.at += 1;
                    if open.is_empty() {
                        return;
                    }
                }
                _ => self.copy(),
            }
        }
    }

    fn spark(&mut self) -> bool {
        if (self.is(0, "VERSION") || self.is(0, "TIMESTAMP")) && self.is(1, "AS") && self.is(2, "OF") {
            self.drop(self.moment(3));
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlparser::tokenizer::Tokenizer;

    /// Tokens with spaces between them.
    pub(super) fn written(tokens: &[TokenWithSpan]) -> String {
        let texts: Vec<String> = tokens.iter().map(|token| token.token.to_string()).collect();
        texts.join(" ").trim_end_matches(" EOF").to_string()
    }

    #[track_caller]
    fn check(dialect: Dialect, text: &str, plain: &str) {
        let tokens = Tokenizer::new(dialect.sqlparser_dialect(), text)
            .tokenize_with_location()
            .expect("tokens");
        assert_eq!(written(&rewrite(tokens, dialect).0), plain);
    }

    #[test]
    fn aliases_go_behind_what_they_name() {
        check(
            Dialect::DuckDb,
            "SELECT a: 1, \"b c\": f(x, {'k': 2}), d FROM t: s.t JOIN u: s.u ON t.a IS DISTINCT FROM u.a",
            "SELECT 1 AS a , f ( x , { 'k' : 2 } ) AS \"b c\" , d FROM s . t AS t JOIN s . u AS u ON t . a IS \
             DISTINCT FROM u . a",
        );
        check(
            Dialect::DuckDb,
            "SELECT x FROM (SELECT x: a IS DISTINCT FROM b) WHERE x",
            "SELECT x FROM ( SELECT a IS DISTINCT FROM b AS x ) WHERE x",
        );
        check(Dialect::DuckDb, "SELECT a: b", "SELECT b AS a");
        check(
            Dialect::DuckDb,
            "SELECT x[1:2], {a: 1}",
            "SELECT x [ 1 : 2 ] , { a : 1 }",
        );
    }

    #[test]
    fn list_comprehensions_are_calls() {
        check(
            Dialect::DuckDb,
            "SELECT [[y + x FOR y IN x] FOR x IN f(a) IF x > 1]",
            "SELECT LIST_COMPREHENSION ( f ( a ) , ( x ) -> LIST_COMPREHENSION ( x , ( y ) -> y + x ) , ( x ) -> x > 1 )",
        );
        check(Dialect::DuckDb, "SELECT [1, 2] FOR", "SELECT [ 1 , 2 ] FOR");
    }

    #[test]
    fn expressions_of_with_are_queries() {
        check(
            Dialect::ClickHouse,
            "WITH 1 + 2 AS a, c AS (SELECT 1 AS x), d (y) AS (SELECT 2), (SELECT 3) AS e SELECT a FROM c",
            "WITH a AS ( SELECT 1 + 2 ) , c AS ( SELECT 1 AS x ) , d ( y ) AS ( SELECT 2 ) , e AS ( SELECT ( SELECT 3 \
             ) ) SELECT a FROM c",
        );
        check(
            Dialect::ClickHouse,
            "WITH RECURSIVE r AS (SELECT 1) SELECT 1",
            "WITH RECURSIVE r AS ( SELECT 1 ) SELECT 1",
        );
        check(Dialect::ClickHouse, "WITH", "WITH");
        check(Dialect::ClickHouse, "WITH 1 AS", "WITH 1 AS");
    }

    #[test]
    fn signs_between_operands_are_operators() {
        check(
            Dialect::ClickHouse,
            "SELECT t.1, f(x).2, a ? b.1 : {'k': 1}, ?",
            "SELECT t . 1 , f ( x ) . 2 , a ? b . 1 : { 'k' : 1 } , ?",
        );
    }
}
