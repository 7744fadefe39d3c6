//! The built-in macro functions: one table of names, one place where they are run.
//!
//! In: a call with expanded arguments. Out: what stands in its place. Clause macros (`@WHERE(…) …`) are not here.

pub mod columns;
mod expressions;
mod queries;

pub(super) use expressions::is_term;

use super::condition;
use super::eval::{Argument, Call, Evaluator, argument_text};
use super::output::Outcome;
use super::scan::{Kind, Token, text_of};
use super::value::placed;
use super::{MacroError, clause, list};

/// Lower-case names of the built-in macro functions.
const NAMES: [&str; 23] = [
    "and",
    "blueprint_var",
    "date_spine",
    "deduplicate",
    "def",
    "each",
    "eval",
    "filter",
    "generate_surrogate_key",
    "haversine_distance",
    "if",
    "insert_seed",
    "or",
    "pivot",
    "reduce",
    "resolve_template",
    "safe_add",
    "safe_div",
    "safe_sub",
    "sql",
    "star",
    "union",
    "var",
];

/// True for the lower-case name of a built-in macro function.
pub(super) fn is_builtin(name: &str) -> bool {
    NAMES.contains(&name)
}

/// All built-in names, clause macros included.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().chain(clause::NAMES)
}

/// Runs a built-in macro function.
pub(super) fn run(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    match call.name {
        "each" | "filter" | "reduce" => list::run(evaluator, call),
        "if" => choose(evaluator, call),
        "eval" => eval(evaluator, call),
        "sql" => sql(evaluator, call),
        "and" => Ok(conjunction(call, "AND")),
        "or" => Ok(conjunction(call, "OR")),
        "var" | "blueprint_var" => variable(evaluator, call),
        "safe_add" => expressions::safe_sum(evaluator, call, "+"),
        "safe_sub" => expressions::safe_sum(evaluator, call, "-"),
        "safe_div" => expressions::safe_division(evaluator, call),
        "haversine_distance" => expressions::haversine(evaluator, call),
        "generate_surrogate_key" => expressions::surrogate_key(evaluator, call),
        "pivot" => expressions::pivot(evaluator, call),
        "deduplicate" => queries::deduplicate(evaluator, call),
        "date_spine" => queries::date_spine(evaluator, call),
        "resolve_template" => queries::resolve_template(evaluator, call),
        "star" => columns::star(evaluator, call),
        "union" => columns::union(evaluator, call),
        // Marks where a seed's rows go in; the statement itself says nothing.
        "insert_seed" => Ok(Outcome::Nothing),
        _ => Err(MacroError::new(
            "macro/arguments",
            format!("`@{}` must be a statement of its own", call.written),
            call.span,
        )),
    }
}

/// The error for arguments that do not fit.
pub(super) fn wrong(call: &Call<'_>, shape: &str) -> MacroError {
    MacroError::new(
        "macro/arguments",
        format!("the arguments of `@{}` do not fit", call.written),
        call.span,
    )
    .help(format!("`{shape}`"))
}

/// Tokens as SQL on one line, without comments.
pub(super) fn sql_of(tokens: &[Token]) -> String {
    let mut plain = tokens.to_vec();
    for token in &mut plain {
        if !token.lead.is_empty() {
            token.lead = " ".to_string();
        }
    }
    super::scan::join(&plain).trim().to_string()
}

/// The argument with this name, else the one at this place among those without a name.
pub(super) fn pick<'c>(call: &'c Call<'_>, at: usize, name: &str) -> Option<&'c Argument> {
    call.arguments
        .iter()
        .find(|argument| argument.name.as_deref() == Some(name))
        .or_else(|| {
            call.arguments
                .iter()
                .filter(|argument| argument.name.is_none())
                .nth(at)
        })
}

/// `@IF(condition, a[, b])`.
fn choose(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let (Some(test), Some(yes)) = (pick(call, 0, "condition"), pick(call, 1, "true")) else {
        return Err(wrong(call, "@IF(condition, value[, otherwise])"));
    };
    let holds = condition::holds(&test.tokens, evaluator.dialect(), call.span)?;
    let chosen = if holds { Some(yes) } else { pick(call, 2, "false") };
    Ok(chosen.map_or(Outcome::Nothing, |argument| Outcome::One(argument.tokens.clone())))
}

/// `@EVAL(expression)`.
fn eval(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let [argument] = call.arguments.as_slice() else {
        return Err(wrong(call, "@EVAL(expression)"));
    };
    let dialect = evaluator.dialect();
    let value = condition::compute(&argument.tokens, dialect, call.span)?;
    if let condition::Computed::List(items) = &value {
        let items = items.iter().filter_map(|item| item.to_tokens(dialect, call.span));
        return Ok(Outcome::List(items.collect()));
    }
    Ok(value
        .to_tokens(dialect, call.span)
        .map_or(Outcome::Nothing, Outcome::One))
}

/// `@SQL('text')`: a template that becomes SQL.
fn sql(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let Some(argument) = pick(call, 0, "sql") else {
        return Err(wrong(call, "@SQL('text')"));
    };
    let text = argument_text(argument, evaluator.dialect());
    let text = evaluator.template(&text, call.span)?;
    Ok(Outcome::One(placed(&text, evaluator.dialect(), call.span)))
}

/// `@AND(…)`, `@OR(…)`: conditions joined; NULL literals do not count.
fn conjunction(call: &Call<'_>, operator: &str) -> Outcome {
    let parts: Vec<&[Token]> = call
        .arguments
        .iter()
        .map(|argument| argument.tokens.as_slice())
        .filter(|tokens| !matches!(tokens, [only] if only.is_word("null")))
        .filter(|tokens| !tokens.is_empty())
        .collect();
    let mut out = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            let mut word = Token::made(Kind::Word, operator, call.span);
            word.lead = " ".to_string();
            out.push(word);
        }
        let group = parts.len() > 1 && has_connector(part);
        let lead = if index == 0 { "" } else { " " };
        out.extend(wrapped(part, group, lead));
    }
    if out.is_empty() {
        out.push(Token::made(Kind::Word, "TRUE", call.span));
    }
    Outcome::One(out)
}

/// True when AND or OR stands outside of brackets; the AND of BETWEEN does not count.
fn has_connector(tokens: &[Token]) -> bool {
    let mut depth = 0usize;
    let mut betweens = 0usize;
    let mut cases = 0usize;
    for token in tokens {
        if token.is("(") || token.is("[") {
            depth += 1;
        } else if token.is(")") || token.is("]") {
            depth = depth.saturating_sub(1);
        } else if depth > 0 {
            continue;
        } else if token.is_word("case") {
            cases += 1;
        } else if token.is_word("end") {
            cases = cases.saturating_sub(1);
        } else if cases > 0 {
            continue;
        } else if token.is_word("between") {
            betweens += 1;
        } else if token.is_word("and") && betweens > 0 {
            betweens -= 1;
        } else if token.is_any_word(&["and", "or", "xor"]) {
            return true;
        }
    }
    false
}

/// The tokens, in parentheses if wanted; `lead` is the white space before the first.
pub(super) fn wrapped(tokens: &[Token], parentheses: bool, lead: &str) -> Vec<Token> {
    let span = tokens.first().map_or_else(Default::default, |token| token.span);
    let mut out = Vec::with_capacity(tokens.len() + 2);
    if parentheses {
        out.push(Token::made(Kind::Symbol, "(", span));
    }
    for (index, token) in tokens.iter().enumerate() {
        let mut token = token.clone();
        if index == 0 {
            token.lead.clear();
        }
        out.push(token);
    }
    if parentheses {
        out.push(Token::made(Kind::Symbol, ")", span));
    }
    if let Some(first) = out.first_mut() {
        first.lead = lead.to_string();
    }
    out
}

/// `@VAR('name'[, default])`, `@BLUEPRINT_VAR('name'[, default])`.
fn variable(evaluator: &Evaluator<'_>, call: &Call<'_>) -> Result<Outcome, MacroError> {
    let Some(first) = pick(call, 0, "var_name") else {
        return Err(wrong(call, &format!("@{}('name'[, default])", call.written)));
    };
    let [name] = first.tokens.as_slice() else {
        return Err(not_a_name(call, first));
    };
    if name.kind != Kind::Text {
        return Err(not_a_name(call, first));
    }
    let name = text_of(&name.text, evaluator.dialect()).to_lowercase();
    let found = if call.name == "var" {
        evaluator.env.variables.get(&name)
    } else {
        evaluator.env.blueprint_variables.get(&name)
    };
    Ok(Outcome::One(match (found, pick(call, 1, "default")) {
        (Some(value), _) => value.tokens(evaluator.dialect(), call.span),
        (None, Some(default)) => default.tokens.clone(),
        (None, None) => vec![Token::made(Kind::Word, "NULL", call.span)],
    }))
}

fn not_a_name(call: &Call<'_>, argument: &Argument) -> MacroError {
    MacroError::new(
        "macro/arguments",
        format!(
            "the variable name of `@{}` must be a string literal, `{}` was given",
            call.written,
            super::scan::join(&argument.tokens).trim()
        ),
        call.span,
    )
}
