//! `@DEF`: variables and macro functions that a model defines for itself.

use super::arguments::{begins_statement, closing, lambda_parts, split};
use super::eval::{Call, Evaluator};
use super::list::substitute;
use super::output::Outcome;
use super::scan::{Kind, Token, join, scan};
use super::{MacroEnv, MacroError, MacroValue};

/// A macro function: `@DEF(name, (a, b) -> body)`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MacroFunction {
    /// Names of the parameters, in lower case.
    pub parameters: Vec<String>,
    /// The body, not expanded.
    pub body: String,
    /// The body in tokens.
    pub(super) tokens: Vec<Token>,
}

impl MacroFunction {
    pub(super) fn apply(
        &self,
        evaluator: &mut Evaluator<'_>,
        call: &Call<'_>,
    ) -> Result<Outcome, MacroError> {
        if call.arguments.len() != self.parameters.len() {
            return Err(MacroError::new(
                "macro/arguments",
                format!(
                    "macro `@{}` takes {} arguments, {} were given",
                    call.written,
                    self.parameters.len(),
                    call.arguments.len()
                ),
                call.span,
            ));
        }
        let mut body = self.tokens.clone();
        for token in &mut body {
            token.span = call.span;
        }
        let bindings: Vec<(String, Vec<Token>)> = self
            .parameters
            .iter()
            .cloned()
            .zip(call.arguments.iter().map(|argument| argument.tokens.clone()))
            .collect();
        let body = substitute(&body, &bindings, evaluator.dialect());
        Ok(Outcome::One(evaluator.expand(&body)?))
    }
}

/// Takes a `@DEF(…)` statement into the environment. False when the statement is something else.
pub fn define(statement: &str, env: &mut MacroEnv) -> Result<bool, MacroError> {
    let (tokens, _) = scan(statement, env.dialect);
    let Some([def, open, ..]) = tokens.get(..2).map(|_| tokens.as_slice()) else {
        return Ok(false);
    };
    if def.kind != Kind::Variable || !def.text.eq_ignore_ascii_case("@def") || !open.is("(") {
        return Ok(false);
    }
    let close = closing(&tokens, 1);
    let inner = tokens.get(2..close).unwrap_or(&[]);
    let span = crate::source::Span::new(
        def.span.start,
        tokens.last().map_or(def.span.end, |token| token.span.end),
    );
    let shape = || {
        MacroError::new(
            "macro/arguments",
            "`@DEF` takes a name and an expression: `@DEF(name, expression)`",
            span,
        )
    };
    let (Some([name, comma]), Some(body)) = (inner.get(..2), inner.get(2..)) else {
        return Err(shape());
    };
    if !matches!(name.kind, Kind::Word | Kind::Quoted) || !comma.is(",") || body.is_empty() {
        return Err(shape());
    }
    let name = super::scan::unquoted(&name.text).to_lowercase();
    if let Some((parameters, body)) = lambda_parts(body) {
        let function = MacroFunction {
            parameters,
            body: join(body).trim().to_string(),
            tokens: body.to_vec(),
        };
        env.functions.insert(name, function);
        return Ok(true);
    }
    let expanded = Evaluator::new(env).expand(body)?;
    let sql = join(&expanded).trim().to_string();
    // A list becomes a tuple.
    let is_list = split(&expanded, ",").len() > 1 && !begins_statement(&expanded);
    let value = MacroValue::Sql(if is_list { format!("({sql})") } else { sql });
    env.locals.insert(name, value);
    Ok(true)
}
