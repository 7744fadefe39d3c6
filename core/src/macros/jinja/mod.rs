//! Jinja blocks, over minijinja: the only door to it.
//!
//! In: `JINJA_QUERY_BEGIN; … JINJA_END`, variables, the Jinja macros that the model can reach. Out: SQL in which
//! SQLMesh macros may still stand. Steps, recursion and size of the output are bounded.

mod builtins;
mod moment;
mod prepare;
mod python_text;
mod python_values;
mod read;
mod stored;

pub(crate) use moment::strftime;

use std::sync::Arc;

use minijinja::value::{Kwargs, Rest};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::scan::{Kind, scan, text_of};
use super::variables::{date_names, is_date_variable};
use super::{MacroEnv, MacroError, MacroValue};
use crate::source::Span;
use crate::sql::Dialect;
use python_values::Budget;

pub(super) use read::collect;
pub use read::{body, extract_macros, is_block};
pub use stored::{JinjaMacro, JinjaMacros, JinjaRegistry};

/// Instructions that a block may run.
const FUEL: u64 = 2_000_000;
/// Depth of nested blocks and macro calls.
const RECURSION: usize = 100;
/// Bytes that a block may print.
const MAX_OUTPUT: usize = 8_000_000;

/// Renders a Jinja block, or text with Jinja in it.
pub fn render(text: &str, env: &MacroEnv, macros: &JinjaMacros) -> Result<String, MacroError> {
    let source = body(text);
    let offset = text.find(source).unwrap_or(0);
    let (mut jinja, budget) = environment();
    add_names(&mut jinja, env, &budget);
    // Definitions stand before the text, on one line with its beginning, so that they are there when it runs.
    let mut template = String::new();
    for definition in macros.root_macros.values() {
        template.push_str(&definition.definition);
    }
    let lines_before = template.matches('\n').count();
    template.push_str(source);
    let template = prepare::prepare(&template);
    let mut output = Bounded { bytes: Vec::new() };
    let result = jinja.template_from_str(&template).and_then(|template| {
        template
            .render_captured_to(jinja_context(env, &budget), &mut output)
            .map(|_| ())
    });
    if let Err(error) = result {
        return Err(explained(&error, lines_before, offset, text, env));
    }
    Ok(String::from_utf8_lossy(&output.bytes).trim().to_string())
}

/// Renders a text with Jinja in it that is no model's, such as a configuration, with these functions.
pub(crate) fn render_text(text: &str, add: impl FnOnce(&mut Environment<'_>)) -> Result<String, Error> {
    let (mut jinja, _) = environment();
    add(&mut jinja);
    jinja.render_str(&prepare::prepare(text), ())
}

/// What all templates have: bounds, and values that behave as Python's do.
fn environment() -> (Environment<'static>, Arc<Budget>) {
    let budget = Budget::new();
    let mut jinja = Environment::empty();
    builtins::install(&mut jinja);
    jinja.set_fuel(Some(FUEL));
    jinja.set_recursion_limit(RECURSION);
    jinja.set_undefined_behavior(UndefinedBehavior::Lenient);
    let counted = budget.clone();
    jinja.set_formatter(move |out, _state, value| python_text::write(out, value, &counted));
    let counted = budget.clone();
    jinja.set_unknown_method_callback(move |_state, value, name, arguments| {
        python_text::method(value, name, arguments, &counted)
    });
    python_values::install(&mut jinja, &budget);
    jinja.add_filter("b64encode", python_text::base64_encode);
    jinja.add_filter("b64decode", python_text::base64_decode);
    (jinja, budget)
}

struct Bounded {
    bytes: Vec<u8>,
}

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + bytes.len() > MAX_OUTPUT {
            return Err(std::io::Error::other("the output is too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Functions that every block can call.
fn add_names(jinja: &mut Environment<'_>, env: &MacroEnv, budget: &Arc<Budget>) {
    let dialect = env.dialect;
    let variables = env.variables.clone();
    let counted = budget.clone();
    jinja.add_function(
        "var",
        move |name: String, rest: Rest<Value>, named: Kwargs| -> Result<Value, Error> {
            find(&variables, &name, &rest, &named, (dialect, &counted))
        },
    );
    let blueprint = env.blueprint_variables.clone();
    let counted = budget.clone();
    jinja.add_function(
        "blueprint_var",
        move |name: String, rest: Rest<Value>, named: Kwargs| -> Result<Value, Error> {
            find(&blueprint, &name, &rest, &named, (dialect, &counted))
        },
    );
    let gateway = env.variables.get("gateway").map_or(Value::from(()), |value| {
        to_jinja("gateway", value, (dialect, budget))
    });
    jinja.add_function("gateway", move || gateway.clone());
    for (name, file) in &env.python_macros {
        let message = format!("Python macro `{name}` in {file} is not run");
        jinja.add_function(name.clone(), move |_: Rest<Value>| -> Result<Value, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, message.clone()))
        });
    }
}

fn find(
    variables: &crate::ordered::BTreeMap<String, MacroValue>,
    name: &str,
    rest: &Rest<Value>,
    named: &Kwargs,
    context: Context<'_>,
) -> Result<Value, Error> {
    let name = name.to_lowercase();
    if let Some(value) = variables.get(&name) {
        return Ok(to_jinja(&name, value, context));
    }
    let default: Option<Value> = named.get("default")?;
    Ok(default
        .or_else(|| rest.first().cloned())
        .unwrap_or(Value::from(())))
}

/// Names that a block can read: dates and runtime variables.
fn jinja_context(env: &MacroEnv, budget: &Arc<Budget>) -> Value {
    let context = (env.dialect, budget);
    let dates = date_names().filter_map(|name| {
        let value = env.local(&name)?;
        let value = to_jinja(&name, &value, context);
        Some((name, value))
    });
    let locals = env
        .locals
        .iter()
        .map(|(name, value)| (name.clone(), to_jinja(name, value, context)));
    Value::from_pairs(dates.chain(locals))
}

/// The dialect of SQL values, and what lists count against.
type Context<'a> = (Dialect, &'a Arc<Budget>);

/// A variable as Jinja sees it: plain values as they are, dates without quotes, other SQL as text.
fn to_jinja(name: &str, value: &MacroValue, (dialect, budget): Context<'_>) -> Value {
    match value {
        MacroValue::Plain(value) => from_json(value, 0, budget),
        MacroValue::Sql(sql) if is_date_variable(name) => {
            let (tokens, _) = scan(sql, dialect);
            let literal = tokens.iter().find(|token| token.kind == Kind::Text);
            let text = literal.map_or_else(|| sql.clone(), |token| text_of(&token.text, dialect));
            moment::value(&text, name.ends_with("_dt"))
        }
        MacroValue::Sql(sql) => Value::from(sql.clone()),
    }
}

/// Deepest nesting of a variable's value.
const MAX_VALUE_DEPTH: usize = 64;

fn from_json(value: &serde_json::Value, depth: usize, budget: &Arc<Budget>) -> Value {
    use serde_json::Value as Json;
    match value {
        _ if depth > MAX_VALUE_DEPTH => Value::from(()),
        Json::Null => Value::from(()),
        Json::Bool(value) => Value::from(*value),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::from(integer),
            None => Value::from(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => {
            let items: Value = items
                .iter()
                .map(|item| from_json(item, depth + 1, budget))
                .collect();
            python_values::list(items.clone(), budget).unwrap_or(items)
        }
        Json::Object(entries) => {
            let entry = |(key, value): (&String, _)| [Value::from(key), from_json(value, depth + 1, budget)];
            let items: Value = entries.iter().flat_map(entry).collect();
            python_values::dict(items, budget).unwrap_or_default()
        }
    }
}

/// The span of a line of the template's own part, or of the whole block. `lines_before` are those of definitions.
fn line_span(error: &Error, lines_before: usize, offset: usize, text: &str) -> Span {
    let whole = Span::new(0, text.len());
    let Some(line) = error.line().and_then(|line| line.checked_sub(1 + lines_before)) else {
        return whole;
    };
    let mut start = offset;
    for (at, part) in text[offset..].split_inclusive('\n').enumerate() {
        if at == line {
            let shown = part.trim_end();
            let lead = shown.len() - shown.trim_start().len();
            return Span::new(start + lead, start + shown.len());
        }
        start += part.len();
    }
    whole
}

fn explained(error: &Error, lines_before: usize, offset: usize, text: &str, env: &MacroEnv) -> MacroError {
    let span = line_span(error, lines_before, offset, text);
    let detail = error.detail().unwrap_or_default();
    let (code, message) = match error.kind() {
        ErrorKind::OutOfFuel => (
            "macro/too-much",
            format!("the Jinja block runs more than {FUEL} steps"),
        ),
        ErrorKind::UnknownFunction => {
            let name = detail.split_whitespace().next().unwrap_or_default();
            (
                "macro/undefined-macro",
                format!("Jinja macro `{name}` is not defined"),
            )
        }
        ErrorKind::WriteFailure => (
            "macro/too-much",
            format!("the Jinja block prints more than {MAX_OUTPUT} bytes"),
        ),
        _ if detail == python_values::TOO_MUCH => (
            "macro/too-much",
            format!("the Jinja block builds too much: {detail}"),
        ),
        _ if detail.starts_with("Python macro `") => (
            "macro/python",
            if env.owner.is_empty() {
                detail.to_string()
            } else {
                format!("{detail} (used by {})", env.owner)
            },
        ),
        _ => (
            "macro/jinja",
            format!("the Jinja block cannot be rendered: {error}"),
        ),
    };
    MacroError::new(code, message, span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let variables = [
            ("rivers", serde_json::json!(["Tejo", "Douro"])),
            ("n", serde_json::json!(3)),
            ("yes", serde_json::json!(true)),
            ("gateway", serde_json::json!("local")),
        ];
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.to_string(), MacroValue::Plain(value)))
            .collect();
        let mut env = MacroEnv::for_loading(Dialect::DuckDb, variables);
        env.blueprint_variables
            .insert("label".to_string(), MacroValue::sql("'Faro'"));
        let macros = JinjaRegistry {
            root_macros: extract_macros(
                "{% macro tagged(column) %} '#' || {{ column }} {% endmacro %}\n{% macro _twice(x) %}{{ tagged(x) }}{{ tagged(x) }}{% endmacro %}",
            ),
            ..JinjaRegistry::default()
        }
        .into();
        let block = format!("JINJA_QUERY_BEGIN;\n{text}\nJINJA_END;");
        match render(&block, &env, &macros) {
            Ok(rendered) => assert_eq!(rendered, expect),
            Err(error) => assert_eq!(format!("{}: {}", error.code, error.message), expect),
        }
    }

    #[test]
    fn variables_and_loops() {
        check(
            "{% for r in var('rivers') %}SELECT '{{ r }}', {{ loop.index }}{% if not loop.last %} UNION ALL {% endif %}{% endfor %}",
            "SELECT 'Tejo', 1 UNION ALL SELECT 'Douro', 2",
        );
        check(
            "{{ var('N') }} {{ var('z', 5) }} {{ var('z', default='q') }}",
            "3 5 q",
        );
        check(
            "{{ var('yes') }} {{ var('none') }} {{ var('rivers') }}",
            "True None ['Tejo', 'Douro']",
        );
        check("{{ gateway() }} {{ blueprint_var('label') }}", "local 'Faro'");
        check(
            "{{ start_date }} {{ start_dt }} {{ start_ds }} [{{ nothing }}]",
            "1970-01-01 1970-01-01 00:00:00+00:00 1970-01-01 []",
        );
        check(
            "{{ start_dt.strftime('%Y%m') }} {{ start_date.year }} {{ end_dt.date() }} {{ start_dt.isoformat() }} {{ end_dtntz }}",
            "197001 1970 1970-01-01 1970-01-01T00:00:00+00:00 1970-01-01 23:59:59.999999",
        );
        check("{{ 'abc' | b64encode }} {{ 'YWJj' | b64decode }}", "YWJj abc");
    }

    #[test]
    fn lists_and_dicts_as_in_python() {
        check(
            "{% set xs = [] %}{% for n in range(3) %}{% do xs.append(n * 2) %}{% endfor %}{{ xs }} {{ xs | join('-') }} {{ xs[-1] }} {{ xs | length }}",
            "[0, 2, 4] 0-2-4 4 3",
        );
        check(
            "{% set xs = ['b'] %}{% do xs.extend(['c', 'b']) %}{% do xs.insert(0, 'a') %}{% do xs.remove('c') %}{{ xs.pop() }} {{ xs }} {{ xs.index('b') }} {{ xs + [1] == ['a', 'b', 1] }} {{ 'a' in xs }}",
            "b ['a', 'b'] 1 True True",
        );
        check(
            "{% set d = {'z': 1, 'a': [2]} %}{% do d.update({'m': 3}) %}{{ d }} {{ d.items() | list }} {{ d.pop('z') }} {{ d.z is defined }} {{ d['a'][0] }}",
            "{'z': 1, 'a': [2], 'm': 3} [['z', 1], ['a', [2]], ['m', 3]] 1 False 2",
        );
        check(
            "{% set rows = [] %}{% for r in var('rivers') %}{% do rows.append([r, loop.index]) %}{% endfor %}{% for r, n in rows %}{{ r }}{{ n }}{% endfor %}",
            "Tejo1Douro2",
        );
        check(
            "{% for n in range(9) %}{% if n == 1 %}{% continue %}{% elif n == 3 %}{% break %}{% endif %}{{ n }}{% endfor %}",
            "02",
        );
        check(
            "{{ 'Ab'.lower() in ('ab', 'c') }} {{ [] or 'none' }}",
            "True none",
        );
    }

    #[test]
    fn macros_of_the_project() {
        check(
            "SELECT {{ tagged('river') }} AS tag",
            "SELECT  '#' || river  AS tag",
        );
        check("{{ _twice('a') }}", "'#' || a  '#' || a");
    }

    #[test]
    fn refusals() {
        check(
            "{{ foo(1) }}",
            "macro/undefined-macro: Jinja macro `foo` is not defined",
        );
        check(
            "{% for a in range(10000) %}{% for b in range(10000) %}x{% endfor %}{% endfor %}",
            "macro/too-much: the Jinja block runs more than 2000000 steps",
        );
        let too_much = "macro/too-much: the Jinja block builds too much: the values are too large";
        for body in [
            "{% set ns.x = ns.x ~ ns.x %}",
            "{% set ns.x = ns.x + ns.x %}",
            "{% set ns.x = ns.x * 2 %}",
            "{% set ns.x = [ns.x] %}",
            "{% set ns.x = dict(a=ns.x) %}",
            "{% set ns.x = namespace(a=ns.x) %}",
            "{% set ns.x = ns.x | replace('a', 'aa') %}",
            "{% set ns.x = ns.x.replace('a', 'aa') %}",
            "{% set ns.x = [ns.x, ns.x] | join %}",
            "{% set ns.x %}{{ ns.x }}{{ ns.x }}{% endset %}",
            "{% set l = [ns.x] %}{% do l.append(l) %}{% set ns.x = l %}",
        ] {
            check(
                &format!("{{% set ns = namespace(x='a') %}}{{% for n in range(1000) %}}{body}{{% endfor %}}"),
                too_much,
            );
        }
        check(
            "{% macro f(x) %}{{ f(x ~ x) }}{% endmacro %}{{ f('a') }}",
            "macro/jinja: the Jinja block cannot be rendered: invalid operation: recursion limit exceeded (in <string>:2)",
        );
        check("{{ 'a' | indent(99999999999) }}", too_much);
    }
}
