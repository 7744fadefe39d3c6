//! Physical schemas and tables: made empty, before anything is written to them.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::model::{Columns, KindName, Model, SourceType};
use crate::name::TableName;
use crate::snapshot::PlanNode;
use crate::snapshot::fingerprint::effective_partitioned_by;
use crate::sql::{Dialect, Language, generate};

use super::engine::Comments;
use super::scope::{Moment, Scope, all_known, bare, columns, descriptions};
use super::{Purpose, Statement, Step, migrate, seed};

/// Schemas of physical tables.
pub(super) fn schemas(scope: &Scope<'_>, names: &BTreeSet<String>) -> Vec<Step> {
    let tables = scope.ordered(names).filter_map(|node| {
        let table = node.snapshot.table_name(scope.is_deployable(node))?;
        TableName::parse_quoted(&table)
    });
    of_tables(scope, tables)
}

/// One step per schema of these tables or views.
pub(super) fn of_tables(scope: &Scope<'_>, tables: impl Iterator<Item = TableName>) -> Vec<Step> {
    let schemas: BTreeSet<(Option<String>, String)> = tables
        .filter_map(|table| Some((table.catalog, table.schema?)))
        .collect();
    schemas
        .into_iter()
        .map(|(catalog, schema)| Step {
            statements: vec![Statement::new(
                Purpose::CreateSchema,
                scope.engine.create_schema(catalog.as_deref(), &schema),
            )],
            ..Step::default()
        })
        .collect()
}

/// Tables that are not there yet, when nothing is filled.
pub(super) fn tables(scope: &Scope<'_>, names: &BTreeSet<String>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut made: BTreeMap<&str, usize> = BTreeMap::new();
    for node in scope.ordered(names).filter(|node| !scope.exists(node)) {
        let parents = node.snapshot.parents.iter();
        let after = parents
            .filter_map(|parent| made.get(parent.name.as_str()).copied())
            .collect();
        made.insert(node.name(), steps.len());
        steps.push(Step {
            after,
            ..table(scope, node)
        });
    }
    steps
}

/// Makes the table or view of a model, with the model's statements around it, and tries the query.
pub(super) fn table(scope: &Scope<'_>, node: &PlanNode) -> Step {
    let target = scope.target(node).unwrap_or_default();
    let deployable = scope.is_deployable(node);
    let mut statements = scope.statements(node, Purpose::PreStatement, Moment::CREATING, None);
    match node.kind() {
        KindName::View => statements.extend(view(scope, node, &target, false, Moment::CREATING)),
        KindName::Seed => {
            statements.extend(empty_table(scope, node, &target, deployable, true));
            statements.extend(seed::rows(scope, node, &target));
        }
        _ => statements.extend(
            migrate::clone(scope, node)
                .unwrap_or_else(|| empty_table(scope, node, &target, deployable, true)),
        ),
    }
    statements.extend(scope.statements(node, Purpose::PostStatement, Moment::CREATING, None));
    Step {
        name: Some(node.name().to_string()),
        target: Some(target),
        statements,
        notes: scope.take_notes(),
        ..Step::default()
    }
}

/// Makes a table without rows: by its columns when their types are known, else by its query. `try_query` runs the
/// query once where the table is made without it.
pub(super) fn empty_table(
    scope: &Scope<'_>,
    node: &PlanNode,
    target: &str,
    deployable: bool,
    try_query: bool,
) -> Vec<Statement> {
    let engine = scope.engine;
    let model = node.model();
    let known = columns(node, engine).filter(all_known);
    let is_scd = node.kind().is_scd_type_2();
    let description = model.description.as_deref().filter(|_| deployable);
    let mut statements = Vec::new();
    let by_query = |statements: &mut Vec<Statement>, purpose: Purpose, head: &str| {
        if let Some(query) = empty_query(scope, node, target) {
            statements.push(Statement::new(purpose, format!("{head}{query}")));
        }
    };
    match &known {
        Some(columns) => {
            let definitions = definitions(scope, model, columns, deployable);
            let properties = properties(scope, model, description, false);
            statements.push(Statement::new(
                Purpose::Create,
                format!("CREATE TABLE IF NOT EXISTS {target} ({definitions}){properties}"),
            ));
        }
        None => {
            let properties = properties(scope, model, description, true);
            let head = format!("CREATE TABLE IF NOT EXISTS {target}{properties} AS ");
            by_query(&mut statements, Purpose::Create, &head);
        }
    }
    if deployable {
        let comments = engine.comments("TABLE", target, description, &descriptions(model));
        statements.extend(
            comments
                .into_iter()
                .map(|sql| Statement::new(Purpose::Comment, sql)),
        );
    }
    let is_sql = model.source_type == SourceType::Sql;
    let may_run = engine.dialect.language() != Language::Redshift;
    if known.is_some() && is_sql && !is_scd && may_run && (try_query || !deployable) {
        by_query(&mut statements, Purpose::DryRun, "");
    }
    statements
}

/// The query of a model without its rows, with the columns that the kind manages.
fn empty_query(scope: &Scope<'_>, node: &PlanNode, target: &str) -> Option<String> {
    let query = scope.query(node, Moment::CREATING, Some(target))?;
    let kind = &node.model().kind;
    let managed: String = [&kind.valid_from_name, &kind.valid_to_name]
        .into_iter()
        .flatten()
        .map(|name| {
            let data_type = kind.time_data_type.as_deref().unwrap_or("TIMESTAMP");
            format!(
                ", CAST(NULL AS {data_type}) AS {}",
                scope.engine.column(&bare(name))
            )
        })
        .collect();
    let alias = scope.engine.column("_subquery");
    let never = match scope.engine.dialect.language() {
        Language::TSql | Language::Fabric => {
            return Some(format!("SELECT TOP 0 *{managed} FROM ({query}) AS {alias}"));
        }
        _ => "WHERE FALSE LIMIT 0",
    };
    Some(format!("SELECT *{managed} FROM ({query}) AS {alias} {never}"))
}

/// Columns with their types, and their descriptions where the engine takes them there.
fn definitions(scope: &Scope<'_>, model: &Model, columns: &Columns, deployable: bool) -> String {
    let engine = scope.engine;
    let described = deployable
        && matches!(
            engine.table_comments(),
            Comments::Definition | Comments::DefinitionWithoutQuery
        );
    let texts = descriptions(model);
    let definitions = columns.iter().map(|(name, data_type)| {
        let description = texts.get(name).filter(|_| described);
        let comment = match (description, engine.dialect.language()) {
            (None, _) => String::new(),
            (Some(text), Language::BigQuery) => format!(" OPTIONS (description={})", engine.literal(text)),
            (Some(text), _) => format!(" COMMENT {}", engine.literal(text)),
        };
        format!("{} {data_type}{comment}", engine.column(name))
    });
    definitions.collect::<Vec<_>>().join(", ")
}

/// What stands after the columns: format, partitions, clusters, properties, description; in the engine's order.
/// Engines without a clause for one of them are not given it.
pub(super) fn properties(
    scope: &Scope<'_>,
    model: &Model,
    description: Option<&str>,
    with_query: bool,
) -> String {
    let engine = scope.engine;
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let description = description.filter(|_| match engine.table_comments() {
        Comments::Definition | Comments::DefinitionWithoutQuery => true,
        Comments::Commands | Comments::Never => false,
    });
    let partitions = effective_partitioned_by(model);
    let clusters = model.clustered_by.join(", ");
    let given: Vec<(String, String)> = model
        .physical_properties
        .as_deref()
        .map(|text| generate::written_properties(text, dialect))
        .unwrap_or_default();
    let list = |separator: &str| -> Vec<String> {
        let pairs = given
            .iter()
            .map(|(key, value)| format!("{key}{separator}{value}"));
        pairs.collect()
    };
    let joined = partitions.join(", ");
    let _ = with_query;
    let mut out = String::new();
    let mut clause = |text: String| {
        out.push(' ');
        out.push_str(&text);
    };
    match engine.dialect.language() {
        Language::BigQuery => {
            if !partitions.is_empty() {
                clause(format!("PARTITION BY {joined}"));
            }
            if !clusters.is_empty() {
                clause(format!("CLUSTER BY {clusters}"));
            }
            let mut options = list("=");
            options.extend(description.map(|text| format!("description={}", engine.literal(text))));
            if !options.is_empty() {
                clause(format!("OPTIONS ({})", options.join(", ")));
            }
        }
        Language::Snowflake => {
            if let Some(text) = description {
                clause(format!("COMMENT={}", engine.literal(text)));
            }
            if !clusters.is_empty() {
                clause(format!("CLUSTER BY ({clusters})"));
            }
            for pair in list("=") {
                clause(pair);
            }
        }
        Language::Spark | Language::Spark2 | Language::Databricks | Language::Hive => {
            if let Some(format) = model.table_format.as_ref().or(model.storage_format.as_ref()) {
                clause(format!("USING {}", format.to_uppercase()));
            }
            if !partitions.is_empty() {
                clause(format!("PARTITIONED BY ({joined})"));
            }
            if !clusters.is_empty() && engine.dialect.language() == Language::Databricks {
                clause(format!("CLUSTER BY ({clusters})"));
            }
            if let Some(text) = description {
                clause(format!("COMMENT {}", engine.literal(text)));
            }
            let pairs: Vec<String> = given
                .iter()
                .map(|(key, value)| format!("{}={value}", engine.literal(key)))
                .collect();
            if !pairs.is_empty() {
                clause(format!("TBLPROPERTIES ({})", pairs.join(", ")));
            }
        }
        Language::Trino | Language::Presto => {
            if let Some(text) = description {
                clause(format!("COMMENT {}", engine.literal(text)));
            }
            let mut pairs = Vec::new();
            if let Some(format) = &model.storage_format {
                pairs.push(format!("FORMAT={}", engine.literal(format)));
            }
            if !partitions.is_empty() {
                let columns: Vec<String> = partitions
                    .iter()
                    .map(|text| engine.literal(&bare(text)))
                    .collect();
                pairs.push(format!("PARTITIONED_BY=ARRAY[{}]", columns.join(", ")));
            }
            pairs.extend(list("="));
            if !pairs.is_empty() {
                clause(format!("WITH ({})", pairs.join(", ")));
            }
        }
        _ => {}
    }
    out
}

/// Makes or replaces a physical view.
pub(super) fn view(
    scope: &Scope<'_>,
    node: &PlanNode,
    target: &str,
    replace: bool,
    moment: Moment,
) -> Vec<Statement> {
    let engine = scope.engine;
    let model = node.model();
    let Some(query) = scope.query(node, moment, None) else {
        return Vec::new();
    };
    let materialized = model.kind.materialized.unwrap_or(false) && engine.materializes_views();
    let kind = if materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let names = columns(node, engine)
        .filter(|_| replace && engine.names_view_columns() && !materialized)
        .map(|columns| format!(" ({})", view_columns(scope, model, &columns)))
        .unwrap_or_default();
    let mut statements = Vec::new();
    let mut or_replace = if replace { "OR REPLACE " } else { "" };
    if replace && engine.drops_views_first() {
        or_replace = "";
        statements.push(Statement::new(
            Purpose::Replace,
            format!("DROP {kind} IF EXISTS {target} CASCADE"),
        ));
    }
    let comment = match engine.view_comments() {
        Comments::Definition => view_description(scope, model.description.as_deref()),
        _ => String::new(),
    };
    let purpose = if replace {
        Purpose::Replace
    } else {
        Purpose::Create
    };
    statements.push(Statement::new(
        purpose,
        format!("CREATE {or_replace}{kind} {target}{names}{comment} AS {query}"),
    ));
    if replace || scope.is_deployable(node) {
        let comments = engine.comments("VIEW", target, model.description.as_deref(), &descriptions(model));
        statements.extend(
            comments
                .into_iter()
                .map(|sql| Statement::new(Purpose::Comment, sql)),
        );
    }
    let transaction = (engine.has_transactions() && statements.len() > 1).then_some(0);
    for statement in &mut statements {
        statement.transaction = transaction;
    }
    statements
}

fn view_columns(scope: &Scope<'_>, model: &Model, columns: &Columns) -> String {
    let engine = scope.engine;
    let in_definition = engine.view_comments() == Comments::Definition;
    let texts = descriptions(model);
    let names = columns.keys().map(|name| {
        let description = texts.get(name).filter(|_| in_definition);
        match (description, engine.dialect.language()) {
            (None, _) => engine.column(name),
            (Some(text), Language::BigQuery) => {
                format!(
                    "{} OPTIONS (description={})",
                    engine.column(name),
                    engine.literal(text)
                )
            }
            (Some(text), _) => format!("{} COMMENT {}", engine.column(name), engine.literal(text)),
        }
    });
    names.collect::<Vec<_>>().join(", ")
}

/// The description of a view inside of its definition.
pub(super) fn view_description(scope: &Scope<'_>, description: Option<&str>) -> String {
    let engine = scope.engine;
    match (description, engine.dialect.language()) {
        (None, _) => String::new(),
        (Some(text), Language::BigQuery) => format!(" OPTIONS (description={})", engine.literal(text)),
        (Some(text), Language::Snowflake) => format!(" COMMENT={}", engine.literal(text)),
        (Some(text), _) => format!(" COMMENT {}", engine.literal(text)),
    }
}
