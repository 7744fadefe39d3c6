//! Macros over lists: `@EACH`, `@FILTER`, `@REDUCE`, and how a lambda is applied.

use super::MacroError;
use super::arguments::{closing, is_bracketed, split};
use super::condition;
use super::eval::{Argument, Call, Evaluator, name_token};
use super::output::Outcome;
use super::scan::{Kind, Token, begins_macro, braces, is_name};
use super::value::bare;
use crate::sql::Dialect;

/// Runs `@EACH`, `@FILTER` or `@REDUCE`.
pub(super) fn run(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let Some((lambda, items)) = call.arguments.split_last() else {
        return Err(wrong(call));
    };
    let Some(parameters) = &lambda.parameters else {
        return Err(wrong(call));
    };
    let items = list_items(items);
    match call.name {
        "reduce" => {
            if parameters.len() != 2 {
                return Err(wrong(call));
            }
            let mut items = items.into_iter();
            let Some(mut folded) = items.next() else {
                return Ok(Outcome::Nothing);
            };
            for item in items {
                folded = apply(evaluator, lambda, parameters, vec![folded, item])?;
            }
            Ok(Outcome::One(folded))
        }
        "filter" => {
            let mut kept = Vec::new();
            for item in items {
                let condition = apply(evaluator, lambda, parameters, vec![item.clone()])?;
                if condition::holds(&condition, evaluator.dialect(), call.span)? {
                    kept.push(item);
                }
            }
            Ok(Outcome::List(kept))
        }
        _ => {
            let mut made = Vec::new();
            for item in items {
                // The members of a tuple are bound one by one; what has no parameter is dropped.
                let tuple = item.first().is_some_and(|first| first.is("("));
                let values = bracket_items(&item)
                    .filter(|_| tuple)
                    .unwrap_or_else(|| vec![item]);
                let body = apply(evaluator, lambda, parameters, values)?;
                if !body.is_empty() {
                    made.push(body);
                }
            }
            Ok(Outcome::List(made))
        }
    }
}

fn wrong(call: &Call<'_>) -> MacroError {
    let shape = match call.name {
        "reduce" => "`@REDUCE(items, (a, b) -> body)`",
        "filter" => "`@FILTER(items, x -> condition)`",
        _ => "`@EACH(items, x -> body)`",
    };
    MacroError::new(
        "macro/arguments",
        format!("`@{}` takes a list and a lambda: {shape}", call.written),
        call.span,
    )
}

fn apply(
    evaluator: &mut Evaluator<'_>,
    lambda: &Argument,
    parameters: &[String],
    values: Vec<Vec<Token>>,
) -> Result<Vec<Token>, MacroError> {
    let bindings: Vec<(String, Vec<Token>)> = parameters.iter().cloned().zip(values).collect();
    let body = substitute(&lambda.tokens, &bindings, evaluator.dialect());
    evaluator.expand(&body)
}

/// The items that arguments stand for: those of one array or tuple, else the arguments themselves.
pub(super) fn list_items(arguments: &[Argument]) -> Vec<Vec<Token>> {
    if let [only] = arguments
        && let Some(items) = bracket_items(&only.tokens)
    {
        return items;
    }
    arguments
        .iter()
        .filter(|argument| !argument.tokens.is_empty())
        .map(|argument| argument.tokens.clone())
        .collect()
}

/// The items of an array or tuple.
pub(super) fn bracket_items(tokens: &[Token]) -> Option<Vec<Vec<Token>>> {
    if !is_bracketed(tokens) {
        return None;
    }
    let open = usize::from(tokens.first()?.is_word("array"));
    let inner = tokens.get(open + 1..tokens.len().checked_sub(1)?)?;
    if inner
        .first()
        .is_some_and(|first| first.is_any_word(&["select", "with"]))
    {
        return None;
    }
    Some(split(inner, ",").into_iter().map(<[Token]>::to_vec).collect())
}

/// Puts values in place of a lambda's parameters: `x`, `@x`, and `@x` or `@{x}` inside names and templates.
pub(super) fn substitute(body: &[Token], bindings: &[(String, Vec<Token>)], dialect: Dialect) -> Vec<Token> {
    let find = |name: &str| {
        bindings
            .iter()
            .find(|(parameter, _)| parameter.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    let mut out: Vec<Token> = Vec::with_capacity(body.len());
    let mut at = 0;
    // Inside of nested macro calls only the `@` forms are the parameter.
    let mut nested_until = 0;
    while let Some(token) = body.get(at) {
        at += 1;
        let next = body.get(at);
        let value = match token.kind {
            Kind::Word if at <= nested_until => None,
            Kind::Word if next.is_some_and(|next| next.is("(") || next.is(":=")) => None,
            Kind::Word => find(&token.text),
            Kind::Variable if next.is_some_and(|next| next.is("(") && next.lead.is_empty()) => {
                nested_until = nested_until.max(closing(body, at));
                None
            }
            Kind::Variable => find(&token.text[1..]),
            Kind::Template | Kind::TextTemplate => {
                let mut made = token.clone();
                made.text = fill(&token.text, &find, dialect);
                if token.kind == Kind::Template && !made.text.contains('@') {
                    made.kind = if made.text.chars().all(is_name)
                        && !made.text.starts_with(|c: char| c.is_ascii_digit())
                    {
                        Kind::Word
                    } else {
                        made.text = dialect.quote_identifier(&made.text);
                        Kind::Quoted
                    };
                }
                out.push(made);
                continue;
            }
            // The text of `@SQL('…')` is a template.
            Kind::Text if token.text.contains('@') && follows_sql(&out) => {
                let mut made = token.clone();
                made.text = fill(&token.text, &find, dialect);
                out.push(made);
                continue;
            }
            Kind::Quoted if token.text.contains('@') => {
                let mut made = token.clone();
                made.text = fill(&token.text, &find, dialect);
                out.push(made);
                continue;
            }
            _ => None,
        };
        let Some(value) = value else {
            out.push(token.clone());
            continue;
        };
        let named = out.last().is_some_and(|last| last.is_word("as") || last.is("."))
            || next.is_some_and(|next| next.is("."));
        let mut value = value.clone();
        if let ([only], true) = (value.as_mut_slice(), named)
            && only.kind == Kind::Text
        {
            let name = bare(std::slice::from_ref(only), dialect);
            let plain =
                name.chars().all(is_name) && name.starts_with(|c: char| c.is_alphabetic() || c == '_');
            *only = if plain {
                Token::made(Kind::Word, name, only.span)
            } else {
                name_token(&name, dialect, only.span)
            };
        }
        for (index, mut made) in value.into_iter().enumerate() {
            if index == 0 {
                made.lead.clone_from(&token.lead);
            }
            out.push(made);
        }
    }
    out
}

/// Replaces parameters inside the text of a name or template.
fn fill<'v>(text: &str, find: &impl Fn(&str) -> Option<&'v Vec<Token>>, dialect: Dialect) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (length, name) = if let Some(length) = braces(rest) {
            (length, &rest[2..length - 1])
        } else if rest[1..].starts_with(begins_macro) {
            let length = 1 + rest[1..]
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .unwrap_or(rest.len() - 1);
            (length, &rest[1..length])
        } else {
            (1, "")
        };
        match find(name) {
            Some(value) => out.push_str(&bare(value, dialect)),
            None => out.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

fn follows_sql(tokens: &[Token]) -> bool {
    matches!(tokens, [.., name, open] if open.is("(")
        && name.kind == Kind::Variable
        && name.text.eq_ignore_ascii_case("@sql"))
}
