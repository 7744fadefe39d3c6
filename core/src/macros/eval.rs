//! The evaluator: walks tokens, replaces `@` forms, repairs the commas around what vanished.
//!
//! In: tokens of one statement. Out: tokens without macros. Arguments are expanded before their macro runs; the
//! body of a lambda when it is applied. Depth, number of calls and size of the result are bounded.

use std::borrow::Cow;

use super::arguments::{begins_statement, bracketed, closing, is_bracketed, named, split, split_arguments};
use super::output::{Outcome, Output};
use super::scan::{Kind, Token, begins_macro, braces, quote_text, text_of, unquoted};
use super::value::bare;
use super::{MacroEnv, MacroError, MacroValue, builtins, clause, variables};
use crate::diagnostic::nearest;
use crate::source::Span;
use crate::sql::dialect::{Dialect, Language};

/// Deepest nesting of macro calls.
const MAX_DEPTH: usize = 48;
/// Most macro calls in one statement.
const MAX_CALLS: usize = 100_000;
/// Most tokens that one statement may grow to.
const MAX_TOKENS: usize = 2_000_000;

/// An argument of a macro call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Argument {
    /// `name` of `name := value`, in lower case.
    pub name: Option<String>,
    /// The expanded tokens; for a lambda its body, not expanded.
    pub tokens: Vec<Token>,
    /// Parameters of a lambda.
    pub parameters: Option<Vec<String>>,
}

/// A macro call with its expanded arguments.
pub(super) struct Call<'a> {
    /// Name in lower case.
    pub name: &'a str,
    /// Name as written.
    pub written: &'a str,
    pub arguments: Vec<Argument>,
    /// From `@` to the closing parenthesis.
    pub span: Span,
}

pub(super) struct Evaluator<'a> {
    pub env: &'a MacroEnv,
    depth: usize,
    calls: usize,
    produced: usize,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(env: &'a MacroEnv) -> Self {
        Self {
            env,
            depth: 0,
            calls: 0,
            produced: 0,
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.env.dialect
    }

    /// Expands all macros of a token sequence.
    pub(super) fn expand(&mut self, tokens: &[Token]) -> Result<Vec<Token>, MacroError> {
        if !tokens.iter().any(Token::is_macro) {
            self.count(tokens)?;
            return Ok(tokens.to_vec());
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_much(
                format!("macro calls are nested more than {MAX_DEPTH} deep"),
                tokens,
            ));
        }
        let result = self.walk(tokens);
        self.depth -= 1;
        result
    }

    fn walk(&mut self, tokens: &[Token]) -> Result<Vec<Token>, MacroError> {
        let mut output = Output::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token.kind {
                Kind::Variable if calls(tokens, at, self) => {
                    let name = token.text[1..].to_ascii_lowercase();
                    if clause::is_clause(&name) {
                        at = clause::expand(self, &name, tokens, at, &mut output)?;
                        continue;
                    }
                    let close = closing(tokens, at + 1);
                    let mut outcome = self.call(tokens, at, close)?;
                    let next = tokens.get(close + 1);
                    match &mut outcome {
                        Outcome::One(made) if is_cast(next) => cast_operand(made),
                        Outcome::Nothing if output.expects_operand(next) => {
                            return Err(nothing(token));
                        }
                        _ => {}
                    }
                    output.put(outcome, &token.lead);
                    at = close + 1;
                    continue;
                }
                Kind::Variable => {
                    let dotted = tokens.get(at + 1).is_some_and(|next| next.is("."));
                    let mut made = self.variable(token, &output, dotted)?;
                    if is_cast(tokens.get(at + 1)) {
                        cast_operand(&mut made);
                    }
                    output.extend(made, &token.lead);
                }
                Kind::Template => {
                    // In `@a_@b` only what follows is a variable.
                    let text = match token.text.strip_prefix('@') {
                        Some(rest) if !rest.starts_with('{') => rest,
                        _ => token.text.as_str(),
                    };
                    let name = self.template(text, token.span)?;
                    let made = placed_name(&name, self.dialect(), token);
                    output.extend(made, &token.lead);
                }
                Kind::Quoted if token.text.contains('@') => {
                    let name = self.template(&unquoted(&token.text), token.span)?;
                    let mut made = token.clone();
                    made.text = quote_like(&token.text, &name, self.dialect());
                    output.push(made);
                }
                Kind::TextTemplate => {
                    let text = self.template(&text_of(&token.text, self.dialect()), token.span)?;
                    let mut made = token.clone();
                    made.kind = Kind::Text;
                    made.text = quote_text(&text, self.dialect());
                    output.push(made);
                }
                _ => output.push(token.clone()),
            }
            at += 1;
        }
        self.count(&output.tokens)?;
        Ok(output.tokens)
    }

    fn count(&mut self, tokens: &[Token]) -> Result<(), MacroError> {
        self.produced = self.produced.saturating_add(tokens.len());
        if self.produced > MAX_TOKENS {
            return Err(too_much(
                format!("macros make more than {MAX_TOKENS} tokens"),
                tokens,
            ));
        }
        Ok(())
    }

    /// The value of a variable by its lower-case name: local, blueprint, gateway or project.
    pub(super) fn lookup(&self, name: &str) -> Option<Cow<'a, MacroValue>> {
        let env = self.env;
        env.local(name).or_else(|| {
            let given = env.blueprint_variables.get(name);
            given.or_else(|| env.variables.get(name)).map(Cow::Borrowed)
        })
    }

    fn variable(&self, token: &Token, output: &Output, dotted: bool) -> Result<Vec<Token>, MacroError> {
        let name = token.text[1..].to_ascii_lowercase();
        let Some(value) = self.lookup(&name) else {
            let stage = self.dialect().language() == Language::Snowflake && output.expects_table();
            if stage {
                return Ok(vec![token.clone()]);
            }
            return Err(self.undefined(&name, &token.text[1..], token.span));
        };
        let made = value.tokens(self.dialect(), token.span);
        Ok(match made.as_slice() {
            [only] if only.kind == Kind::Text && (dotted || output.expects_name()) => {
                let name = text_of(&only.text, self.dialect());
                vec![name_token(&name, self.dialect(), token.span)]
            }
            _ => made,
        })
    }

    /// The error for a variable that is not there.
    pub(super) fn undefined(&self, name: &str, written: &str, span: Span) -> MacroError {
        let error = MacroError::new(
            "macro/undefined-variable",
            format!("`@{written}` is not defined"),
            span,
        );
        if let Some(reason) = self.env.is_hidden(name) {
            return error.help(reason);
        }
        let env = self.env;
        let dates: Vec<String> = variables::date_names()
            .filter(|name| env.is_hidden(name).is_none())
            .collect();
        let known = dates
            .iter()
            .chain(env.locals.keys())
            .chain(env.blueprint_variables.keys())
            .chain(env.variables.keys())
            .map(String::as_str);
        match nearest(name, known) {
            Some(near) => error.help(format!("`@{near}` exists")),
            None => error.help(format!(
                "`variables:` in the configuration, `blueprints` of the model, or `@DEF({written}, …)` can define it"
            )),
        }
    }

    /// Replaces `@name` and `@{name}` in the text of a name or template string. Unknown names stay as written.
    pub(super) fn template(&self, text: &str, span: Span) -> Result<String, MacroError> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('@') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let (length, name) = if rest.starts_with("@@") {
                out.push('@');
                rest = &rest[2..];
                continue;
            } else if let Some(length) = braces(rest) {
                (length, &rest[2..length - 1])
            } else if rest[1..].starts_with(begins_macro) {
                let length = 1 + rest[1..]
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .unwrap_or(rest.len() - 1);
                (length, &rest[1..length])
            } else {
                out.push('@');
                rest = &rest[1..];
                continue;
            };
            match self.lookup(&name.to_ascii_lowercase()) {
                Some(value) => out.push_str(&value.to_bare(self.dialect())),
                None => out.push_str(&rest[..length]),
            }
            rest = &rest[length..];
            if out.len() > MAX_TOKENS {
                return Err(MacroError::new(
                    "macro/too-much",
                    "the expanded text is too long",
                    span,
                ));
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    fn call(&mut self, tokens: &[Token], at: usize, close: usize) -> Result<Outcome, MacroError> {
        let written = &tokens[at].text[1..];
        let name = written.to_ascii_lowercase();
        let span = Span::new(
            tokens[at].span.start,
            tokens
                .get(close)
                .map_or(tokens[at].span.end, |token| token.span.end)
                .max(tokens[at].span.end),
        );
        self.calls += 1;
        if self.calls > MAX_CALLS {
            return Err(MacroError::new(
                "macro/too-much",
                format!("more than {MAX_CALLS} macro calls in one statement"),
                span,
            ));
        }
        let known = self.env.functions.contains_key(&name)
            || self.env.python_macros.contains_key(&name)
            || builtins::is_builtin(&name);
        if !known {
            return Err(self.unknown_macro(&name, written, span));
        }
        let arguments = self.arguments(tokens.get(at + 2..close).unwrap_or(&[]))?;
        let call = Call {
            name: &name,
            written,
            arguments,
            span,
        };
        if let Some(function) = self.env.functions.get(&name) {
            return function.apply(self, &call);
        }
        if let Some(file) = self.env.python_macros.get(&name) {
            return Err(self.python_macro(written, file, span));
        }
        builtins::run(self, &call)
    }

    fn unknown_macro(&self, name: &str, written: &str, span: Span) -> MacroError {
        let error = MacroError::new(
            "macro/undefined-macro",
            format!("macro `@{written}` does not exist"),
            span,
        );
        let env = self.env;
        let mut known: Vec<&str> = builtins::names().collect();
        known.extend(env.functions.keys().map(String::as_str));
        known.extend(env.python_macros.keys().map(String::as_str));
        match nearest(name, known) {
            Some(near) => error.help(format!("`@{near}` exists")),
            None => error.help(format!(
                "a macro is defined with `@DEF({written}, x -> …)` in the model, or in Python in the folder `macros`"
            )),
        }
    }

    fn python_macro(&self, written: &str, file: &str, span: Span) -> MacroError {
        let owner = if self.env.owner.is_empty() {
            String::new()
        } else {
            format!(" (used by {})", self.env.owner)
        };
        let place = if file.is_empty() {
            String::new()
        } else {
            format!(" in {file}")
        };
        MacroError::new(
            "macro/python",
            format!("macro `@{written}`{place} is written in Python, which is not run{owner}"),
            span,
        )
        .help("a `@DEF` function or a built-in macro can often say the same")
    }

    /// Splits and expands arguments. An argument may become several, or none.
    fn arguments(&mut self, tokens: &[Token]) -> Result<Vec<Argument>, MacroError> {
        let mut arguments = Vec::new();
        for (part, parameters) in split_arguments(tokens) {
            let (name, part) = named(part);
            if let Some((parameters, body)) = parameters {
                arguments.push(Argument {
                    name,
                    tokens: body.to_vec(),
                    parameters: Some(parameters),
                });
                continue;
            }
            // A call that yields one array stays one item for the macro around it.
            if let Some(close) = single_call(part, self) {
                let outcome = self.call_or_clause(part, close)?;
                match outcome {
                    Outcome::Nothing => {}
                    Outcome::One(tokens) => arguments.push(argument(name, tokens)),
                    Outcome::List(items) => match items.as_slice() {
                        [one] if is_bracketed(one) => {
                            arguments.push(argument(name, bracketed(one)));
                        }
                        _ => arguments.extend(items.into_iter().map(|item| argument(name.clone(), item))),
                    },
                }
                continue;
            }
            let expanded = self.expand(part)?;
            if name.is_some() || begins_statement(&expanded) {
                arguments.push(argument(name, expanded));
                continue;
            }
            for piece in split(&expanded, ",") {
                arguments.push(argument(None, piece.to_vec()));
            }
        }
        Ok(arguments)
    }

    fn call_or_clause(&mut self, part: &[Token], close: usize) -> Result<Outcome, MacroError> {
        self.depth += 1;
        let result = if self.depth > MAX_DEPTH {
            Err(too_much(
                format!("macro calls are nested more than {MAX_DEPTH} deep"),
                part,
            ))
        } else {
            self.call(part, 0, close)
        };
        self.depth -= 1;
        result
    }
}

fn is_cast(next: Option<&Token>) -> bool {
    next.is_some_and(|next| next.is("::"))
}

/// SQLMesh puts the whole value under the cast, so a sum needs parentheses before `::`.
fn cast_operand(made: &mut Vec<Token>) {
    if builtins::is_term(made) {
        return;
    }
    if let Some(first) = made.first() {
        let span = first.span;
        made.insert(0, Token::made(Kind::Symbol, "(", span));
        made.push(Token::made(Kind::Symbol, ")", span));
    }
}

fn nothing(token: &Token) -> MacroError {
    MacroError::new(
        "macro/result",
        format!("`{}` yields nothing where an expression is needed", token.text),
        token.span,
    )
    .help(
        "a third argument of `@IF` says what stands there otherwise; `@AND` and `@OR` leave out what is NULL",
    )
}

fn argument(name: Option<String>, tokens: Vec<Token>) -> Argument {
    Argument {
        name,
        tokens,
        parameters: None,
    }
}

fn too_much(message: String, tokens: &[Token]) -> MacroError {
    let span = tokens.first().map_or_else(Span::default, |token| token.span);
    MacroError::new("macro/too-much", message, span)
}

/// True when the variable token at `at` is called: a parenthesis follows at once, or the name is that of a macro.
fn calls(tokens: &[Token], at: usize, evaluator: &Evaluator<'_>) -> bool {
    let Some(next) = tokens.get(at + 1).filter(|next| next.is("(")) else {
        return false;
    };
    let name = tokens[at].text[1..].to_ascii_lowercase();
    next.lead.is_empty()
        || builtins::is_builtin(&name)
        || clause::is_clause(&name)
        || evaluator.env.functions.contains_key(&name)
        || evaluator.env.python_macros.contains_key(&name)
}

/// The closing parenthesis if the tokens are one call of a macro function and nothing else.
fn single_call(tokens: &[Token], evaluator: &Evaluator<'_>) -> Option<usize> {
    let first = tokens.first().filter(|first| first.kind == Kind::Variable)?;
    if !calls(tokens, 0, evaluator) || clause::is_clause(&first.text[1..].to_ascii_lowercase()) {
        return None;
    }
    let close = closing(tokens, 1);
    (close + 1 == tokens.len()).then_some(close)
}

/// A name from a variable's text: bare when it can stand without quotes, else quoted.
pub(super) fn name_token(name: &str, dialect: Dialect, span: Span) -> Token {
    Token::made(Kind::Quoted, dialect.quote_identifier(name), span)
}

/// Tokens of a template's result: a bare name, quoted only when it cannot be read as one.
fn placed_name(name: &str, dialect: Dialect, token: &Token) -> Vec<Token> {
    let plain =
        name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(super::scan::is_name);
    if plain {
        vec![Token::made(Kind::Word, name, token.span)]
    } else if name.contains('@') && token.text == name {
        vec![token.clone()]
    } else {
        vec![name_token(name, dialect, token.span)]
    }
}

fn quote_like(written: &str, name: &str, dialect: Dialect) -> String {
    match written.chars().next() {
        Some('`') => format!("`{}`", name.replace('`', "``")),
        Some('"') => format!("\"{}\"", name.replace('"', "\"\"")),
        _ => dialect.quote_identifier(name),
    }
}

/// The bare text of an argument, for macros that take a text: a string's content, a name, or SQL.
pub(super) fn argument_text(argument: &Argument, dialect: Dialect) -> String {
    bare(&argument.tokens, dialect)
}
