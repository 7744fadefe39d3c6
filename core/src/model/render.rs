//! Rendering of a model: its query or a statement, with everything that macros may see taken from the model itself.
//!
//! In: a `Model`, local or read from a state file, and the circumstances (dates, stage). Out: SQL without macros.
//! Table names stay as written.

use crate::ordered::BTreeMap;

use crate::ordered::IndexMap;
use serde_json::Value;

use super::{
    AuditDefinition, BLUEPRINT_VARS, BLUEPRINT_VARS_METADATA, KindName, Model, SourceType, Statement, VARS,
    VARS_METADATA,
};
use crate::macros::variables::Dates;
use crate::macros::{
    Expansion, MacroEnv, MacroError, MacroValue, define, expand, jinja, python_literal, split_statements,
};
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::names::table_name;
use crate::time::Timestamp;

/// The circumstances of a rendering.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderContext {
    /// Begin of the interval; the epoch when absent.
    pub start: Option<Timestamp>,
    /// End of the interval, exclusive; one day after the epoch when absent.
    pub end: Option<Timestamp>,
    /// Time of execution; the epoch when absent.
    pub execution_time: Option<Timestamp>,
    /// `@runtime_stage`: `loading` when absent.
    pub runtime_stage: Option<String>,
    /// `@this_model` as SQL: the physical table, or the view. The model's own name when absent.
    pub this_model: Option<String>,
    /// `@this_env`, for statements around a plan.
    pub this_env: Option<String>,
    /// `@gateway`, where the model does not record it.
    pub gateway: Option<String>,
    /// `@model_kind_name` is visible only when a snapshot exists.
    pub has_snapshot: bool,
}

/// Renders the query of a model; an error when it has none.
pub fn render_query(model: &Model, context: &RenderContext) -> Result<String, MacroError> {
    Ok(expand_query(model, context)?.text)
}

/// As `render_query`, with the map back to the query's raw text.
pub fn expand_query(model: &Model, context: &RenderContext) -> Result<Expansion, MacroError> {
    let Some(query) = &model.query else {
        return Err(MacroError::new(
            "macro/no-query",
            format!("model `{}` has no query to render", model.name),
            Span::default(),
        ));
    };
    let mut env = environment(model, context);
    hide_dates(model, &mut env);
    define_all(model, &mut env)?;
    expand_text(&query.sql, &env, model)
}

/// Renders one statement of a model. A statement that macros remove gives nothing, a Jinja block may give several.
pub fn render_statement(
    text: &str,
    model: &Model,
    context: &RenderContext,
) -> Result<Vec<String>, MacroError> {
    let mut env = environment(model, context);
    define_all(model, &mut env)?;
    if define(text, &mut env)? {
        return Ok(Vec::new());
    }
    let expansion = expand_text(text, &env, model)?;
    Ok(split_statements(&expansion.text, env.dialect))
}

/// Renders the query of an audit that a model refers to. `arguments` come before the audit's defaults.
pub fn render_audit(
    model: &Model,
    audit: &AuditDefinition,
    arguments: &IndexMap<String, String>,
    context: &RenderContext,
) -> Result<String, MacroError> {
    let mut env = environment(model, context);
    hide_dates(model, &mut env);
    if let Some(dialect) = Dialect::parse(&audit.dialect).filter(|_| !audit.dialect.is_empty()) {
        env.dialect = dialect;
    }
    for (name, sql) in audit.defaults.iter().chain(arguments) {
        env.locals
            .insert(name.to_lowercase(), MacroValue::sql(sql.as_str()));
    }
    for statement in &audit.expressions {
        define(&statement.sql, &mut env)?;
    }
    let text = &audit.query.sql;
    if jinja::is_block(text) {
        let rendered = jinja::render(text, &env, &audit.jinja_macros)?;
        return Ok(expand(&rendered, &env)?.text);
    }
    Ok(expand(text, &env)?.text)
}

/// The arguments of an audit with their macros expanded.
pub fn render_arguments(
    model: &Model,
    arguments: &IndexMap<String, String>,
    context: &RenderContext,
) -> Result<IndexMap<String, String>, MacroError> {
    let env = environment(model, context);
    arguments
        .iter()
        .map(|(name, text)| Ok((name.clone(), expand(text, &env)?.text)))
        .collect()
}

fn expand_text(text: &str, env: &MacroEnv, model: &Model) -> Result<Expansion, MacroError> {
    if !jinja::is_block(text) {
        return expand(text, env);
    }
    let rendered = jinja::render(text, env, &model.jinja_macros)?;
    let whole = Span::new(0, text.len());
    let mut expansion = expand(&rendered, env).map_err(|mut error| {
        error.span = whole;
        error
    })?;
    // Jinja keeps no positions: everything comes from the block.
    for (_, span) in &mut expansion.origins {
        *span = whole;
    }
    expansion.changed = true;
    Ok(expansion)
}

/// What the macros of a model see, before its own `@DEF`s.
pub fn environment(model: &Model, context: &RenderContext) -> MacroEnv {
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let dates = Dates {
        start: context.start,
        end: context.end,
        execution: context.execution_time,
    };
    let mut env = MacroEnv {
        dialect,
        dates,
        default_catalog: model.default_catalog.clone(),
        schema: model.mapping_schema.clone(),
        owner: format!("model `{}`", model.name),
        ..MacroEnv::default()
    };
    let mut local = |name: &str, value: MacroValue| env.locals.insert(name.to_string(), value);
    local(
        "runtime_stage",
        MacroValue::text(context.runtime_stage.as_deref().unwrap_or("loading")),
    );
    local(
        "default_catalog",
        model
            .default_catalog
            .as_deref()
            .map_or_else(MacroValue::null, MacroValue::text),
    );
    if !model.is_audit() {
        let name = context
            .this_model
            .clone()
            .unwrap_or_else(|| own_name(model, dialect));
        local("this_model", MacroValue::sql(name));
    }
    if let Some(environment) = &context.this_env {
        local("this_env", MacroValue::text(environment.as_str()));
    }
    if context.has_snapshot {
        local("model_kind_name", MacroValue::text(model.kind.name.as_str()));
    }
    if let Some(gateway) = &context.gateway {
        env.variables
            .insert("gateway".to_string(), MacroValue::text(gateway.as_str()));
    }
    for key in [VARS, VARS_METADATA] {
        for (name, value) in stored(model, key) {
            env.variables.insert(name, MacroValue::Plain(value));
        }
    }
    for key in [BLUEPRINT_VARS, BLUEPRINT_VARS_METADATA] {
        for (name, value) in stored(model, key) {
            let value = match value {
                Value::String(sql) => MacroValue::Sql(sql),
                other => MacroValue::Plain(other),
            };
            env.blueprint_variables.insert(name, value);
        }
    }
    // The arguments of a standalone audit.
    for (name, sql) in model.defaults.iter().flatten() {
        env.locals
            .insert(name.to_lowercase(), MacroValue::sql(sql.as_str()));
    }
    for (name, executable) in &model.python_env {
        if executable.kind == "definition" {
            let name = executable.alias.as_deref().unwrap_or(name).to_lowercase();
            let file = executable.path.clone().unwrap_or_default();
            env.python_macros.insert(name, file);
        }
    }
    env
}

/// The model's own name as a fully qualified and quoted table reference.
fn own_name(model: &Model, dialect: Dialect) -> String {
    match table_name(&model.name, dialect, model.default_catalog.as_deref()) {
        Ok(name) => {
            let parts: Vec<String> = name.parts().map(|part| dialect.quote_identifier(part)).collect();
            parts.join(".")
        }
        Err(_) => model.name.clone(),
    }
}

/// Queries of FULL and VIEW models see only the execution's dates.
fn hide_dates(model: &Model, env: &mut MacroEnv) {
    if model.source_type != SourceType::Sql || !matches!(model.kind.name, KindName::Full | KindName::View) {
        return;
    }
    let kind = model.kind.name.as_str();
    env.without_interval = Some(format!(
        "queries of {kind} models see only `@execution_…` dates, because they are not made per interval"
    ));
}

/// Takes in the `@DEF`s among the model's statements, in order.
fn define_all(model: &Model, env: &mut MacroEnv) -> Result<(), MacroError> {
    let statements = [&model.pre_statements, &model.post_statements, &model.expressions];
    for Statement { sql, .. } in statements.into_iter().flatten().flatten() {
        if sql.trim_start().starts_with('@') && !jinja::is_block(sql) {
            define(sql, env)?;
        }
    }
    Ok(())
}

fn stored(model: &Model, key: &str) -> BTreeMap<String, Value> {
    match model
        .python_env
        .get(key)
        .and_then(|executable| python_literal::parse(&executable.payload))
    {
        Some(Value::Object(entries)) => entries
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect(),
        _ => BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn model(kind: &str, query: &str) -> Model {
        let node = json!({
            "name": "Shop.items",
            "default_catalog": "memory",
            "dialect": "duckdb",
            "kind": {"name": kind},
            "source_type": "sql",
            "query": {"sql": query},
            "pre_statements": [{"sql": "@DEF(wanted, LOWER(cuisine))"}],
            "python_env": {
                "__sqlmesh__vars__": {"payload": "{'cols': ['a', 'b'], 'gateway': 'west', 'limit_km': 120}", "kind": "value"},
                "__sqlmesh__blueprint__vars__": {"payload": "{'label': SqlValue(sql=\"'Faro'\")}", "kind": "value"},
                "scaled": {"payload": "def scaled(evaluator, x): ...", "kind": "definition", "path": "macros/units.py"},
            },
            "jinja_macros": {
                "root_macros": {"tagged": {"definition": "{% macro tagged(c) %}'#' || {{ c }}{% endmacro %}"}},
            },
        });
        serde_json::from_value(node).unwrap()
    }

    #[track_caller]
    fn check(kind: &str, query: &str, expect: &str) {
        let context = RenderContext {
            start: Some(Timestamp(1_704_412_800_000)),
            end: Some(Timestamp(1_704_499_200_000)),
            ..RenderContext::default()
        };
        let rendered = match render_query(&model(kind, query), &context) {
            Ok(text) => text,
            Err(error) => format!("{}: {}", error.code, error.message),
        };
        assert_eq!(rendered, expect);
    }

    #[test]
    fn all_comes_from_the_stored_node() {
        check(
            "INCREMENTAL_UNMANAGED",
            "SELECT @wanted, @label, @limit_km, @{gateway}_x, @EACH(@cols, c -> @{c}), @this_model WHERE d >= @start_ds",
            "SELECT LOWER(cuisine), 'Faro', 120, west_x, a, b, \"memory\".\"shop\".\"items\" WHERE d >= '2024-01-05'",
        );
        check(
            "FULL",
            "JINJA_QUERY_BEGIN;\nSELECT {{ tagged('a') }}, {{ var('limit_km') }}, @limit_km\nJINJA_END",
            "SELECT '#' || a, 120, 120",
        );
    }

    #[test]
    fn queries_made_at_once_have_no_interval() {
        check("FULL", "SELECT @execution_ds", "SELECT '1970-01-01'");
        check(
            "VIEW",
            "SELECT @start_ds",
            "macro/undefined-variable: `@start_ds` is not defined",
        );
        let statement = render_statement(
            "INSERT INTO log SELECT @end_ts",
            &model("VIEW", "SELECT 1"),
            &RenderContext::default(),
        );
        assert_eq!(
            statement.unwrap(),
            ["INSERT INTO log SELECT '1970-01-01 23:59:59.999999'"]
        );
    }

    #[test]
    fn python_macros_are_refused_with_their_file() {
        check(
            "FULL",
            "SELECT @scaled(a)",
            "macro/python: macro `@scaled` in macros/units.py is written in Python, which is not run (used by model `Shop.items`)",
        );
    }

    #[test]
    fn statements_may_vanish() {
        let statement = render_statement(
            "@IF(@runtime_stage = 'evaluating', ANALYZE t)",
            &model("FULL", "SELECT 1"),
            &RenderContext::default(),
        );
        assert_eq!(statement.unwrap(), Vec::<String>::new());
    }
}
