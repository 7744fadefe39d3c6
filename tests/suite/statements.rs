//! The SQL of each stage against what SQLMesh ran on DuckDB for the same plan (`tests/statements`).
//!
//! Statements are compared stage by stage, whatever their order among models: words before the query as words,
//! queries as trees after both were qualified and simplified with the columns of the physical tables.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use planglass_core::model::MappingSchema;
use planglass_core::name::TableName;
use planglass_core::report::explain::ExplainOutcome;
use planglass_core::request;
use planglass_core::sql::lexer::{TokenKind, tokenize};
use planglass_core::sql::{Dialect, Mapped, QueryContext, analyze, table_in};
use planglass_core::state::StateFile;
use planglass_core::statements::{Purpose, Step as Work};
use planglass_tests::case::{self, Step};
use planglass_tests::cases_folder;
use serde_json::Value;

const DIALECT: Dialect = Dialect::DuckDb;

/// What is known to differ: `CASE/STEP stage: why`.
const KNOWN: &str = include_str!("../statements/known-differing.txt");

fn folder() -> PathBuf {
    cases_folder().with_file_name("statements")
}

fn explain(step: &Step) -> ExplainOutcome {
    let state = step
        .state_text()
        .unwrap()
        .map(|text| StateFile::parse("state.json", &text).unwrap());
    request::explain(
        &step.sources(),
        state.as_ref(),
        &step.load,
        &step.options,
        &|_, _| true,
    )
}

/// Columns of the physical tables, both of them, and of external ones.
fn schema(outcome: &ExplainOutcome) -> MappingSchema {
    let mut schema = MappingSchema::new();
    for (fqn, snapshot) in outcome.outcome.plan.iter().flat_map(|plan| &plan.snapshots) {
        let Some(columns) = &snapshot.columns else {
            continue;
        };
        let external = (snapshot.kind.as_deref() == Some("EXTERNAL")).then_some(fqn.as_str());
        let tables = [
            snapshot.physical_table.as_deref(),
            snapshot.physical_table_dev.as_deref(),
            external,
        ];
        for table in tables {
            let Some(name) = table.and_then(TableName::parse_quoted) else {
                continue;
            };
            let parts = name.parts().map(|part| format!("\"{part}\""));
            let known = table_in(&mut schema, parts).expect("no column is in the way");
            for (column, data_type) in columns {
                known.insert(column.clone(), Mapped::Column(data_type.clone()));
            }
        }
    }
    schema
}

/// A form that statements of the same meaning share.
fn normal(sql: &str, schema: &MappingSchema) -> String {
    // The reference writes the units of DATE_TRUNC in capitals.
    let units = ["year", "quarter", "month", "week", "day", "hour", "minute"];
    let sql = &units.iter().fold(sql.to_string(), |sql, unit| {
        sql.replace(&format!("('{unit}',"), &format!("('{}',", unit.to_uppercase()))
    });
    let Ok(found) = tokenize(sql, DIALECT) else {
        return sql.to_string();
    };
    let query = found
        .tokens
        .iter()
        .find(|token| token.is_word(sql, "SELECT") || token.is_word(sql, "WITH"))
        .map(|token| token.span.start);
    let words = |text: &str| -> String {
        let tokens = tokenize(text, DIALECT)
            .map(|found| found.tokens)
            .unwrap_or_default();
        let words = tokens.iter().map(|token| match token.kind {
            TokenKind::String => token.text(text).to_string(),
            _ => token.value(text, DIALECT).to_lowercase(),
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let Some(start) = query else { return words(sql) };
    let (head, query) = sql.split_at(start);
    // The reference treats aliases otherwise where it knows no table at all.
    let nothing = MappingSchema::new();
    let schema = if reads_any(query, schema) {
        schema
    } else {
        &nothing
    };
    let context = QueryContext {
        dialect: DIALECT,
        default_catalog: None,
        schema,
        optimize: true,
    };
    match analyze(query, &context) {
        Ok(analysis) => format!("{} {}", words(head), analysis.tree.key()),
        Err(_) => words(sql),
    }
}

/// Whether a query names one of the tables, which are at the third level.
fn reads_any(query: &str, schema: &MappingSchema) -> bool {
    let schemas = schema
        .values()
        .filter_map(Mapped::below)
        .flat_map(|catalog| catalog.values());
    let mut tables = schemas.filter_map(Mapped::below).flat_map(|schema| schema.keys());
    tables.any(|table| query.contains(table.trim_matches('"')))
}

fn theirs(statement: &Value, schema: &MappingSchema) -> (String, String) {
    match statement {
        Value::String(sql) => (normal(sql, schema), sql.clone()),
        Value::Object(map) if map.contains_key("audit") => ("audit".to_string(), "audit".to_string()),
        Value::Object(map) => {
            let table = map["seed"].as_str().unwrap().to_lowercase();
            (format!("seed {table}"), format!("seed {table}"))
        }
        other => panic!("{other}"),
    }
}

fn ours(steps: &[Work], schema: &MappingSchema) -> Vec<(String, String)> {
    let statements = steps.iter().flat_map(|step| &step.statements);
    statements
        .map(|statement| {
            let sql = &statement.sql;
            if statement.purpose == Purpose::Audit {
                return ("audit".to_string(), "audit".to_string());
            }
            if statement.purpose == Purpose::Insert && sql.starts_with("CREATE OR REPLACE TABLE") {
                let table = sql.split(' ').nth(4).unwrap_or_default().to_lowercase();
                return (format!("seed {table}"), sql.clone());
            }
            (normal(sql, schema), sql.clone())
        })
        .collect()
}

/// Statements of one side that the other has not, as often as it has them.
fn only(left: &[(String, String)], right: &[(String, String)]) -> Vec<String> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for (key, _) in right {
        *counts.entry(key).or_default() += 1;
    }
    let mut missing = Vec::new();
    for (key, shown) in left {
        let count = counts.entry(key).or_default();
        *count -= 1;
        if *count < 0 {
            missing.push(shown.clone());
        }
    }
    missing
}

#[test]
fn statements_are_those_that_the_reference_runs() {
    let known: Vec<&str> = KNOWN
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(':').next())
        .collect();
    let mut compared = 0;
    let mut wrong = Vec::new();
    let mut differing: BTreeMap<String, bool> = BTreeMap::new();
    let wanted = std::env::var("STATEMENTS").ok();
    for name in case::names(&cases_folder()).unwrap() {
        let Ok(recorded) = fs::read_to_string(folder().join(format!("{name}.json"))) else {
            continue;
        };
        if wanted.as_ref().is_some_and(|wanted| *wanted != name) {
            continue;
        }
        let recorded: Value = serde_json::from_str(&recorded).unwrap();
        let case = case::read(&cases_folder(), &name).unwrap();
        for step in case.steps.iter().filter(|step| step.command == "plan") {
            let Some(stages) = recorded.get(step.number.to_string()).and_then(Value::as_array) else {
                continue;
            };
            let outcome = explain(step);
            if outcome.outcome.plan.is_none() {
                continue;
            }
            let schema = schema(&outcome);
            let names: Vec<&str> = stages
                .iter()
                .filter_map(|stage| stage["stage"].as_str())
                .collect();
            let got: Vec<&str> = outcome.stages.iter().map(|stage| stage.stage.as_str()).collect();
            if names != got {
                continue;
            }
            for (stage, found) in stages.iter().zip(&outcome.stages) {
                let list = stage["statements"].as_array().unwrap();
                // Questions about another catalog: the reference goes there and back.
                let there_and_back = |one: &&Value| one.as_str().is_some_and(|sql| sql.starts_with("USE "));
                let expected: Vec<_> = list
                    .iter()
                    .filter(|one| !there_and_back(one))
                    .map(|one| theirs(one, &schema))
                    .collect();
                let got = ours(found.steps.as_deref().unwrap_or_default(), &schema);
                let (missing, extra) = (only(&expected, &got), only(&got, &expected));
                let place = format!("{name}/{} {}", step.number, found.stage);
                compared += expected.len();
                let differs = !missing.is_empty() || !extra.is_empty();
                if differs && !known.contains(&place.as_str()) {
                    let lines = missing.iter().map(|sql| format!("  - {sql}"));
                    let lines = lines.chain(extra.iter().map(|sql| format!("  + {sql}")));
                    if wanted.is_some() {
                        for (key, _) in expected.iter().chain(&got) {
                            println!("{key}\n");
                        }
                    }
                    wrong.push(format!("{place}\n{}", lines.collect::<Vec<_>>().join("\n")));
                } else if known.contains(&place.as_str()) {
                    // A plan may have two stages of a name.
                    let seen = differing.entry(place).or_insert(false);
                    *seen |= differs;
                }
            }
        }
    }
    println!("{compared} statements compared");
    let unexpected: Vec<&String> = differing
        .iter()
        .filter(|(_, differs)| !**differs)
        .map(|(place, _)| place)
        .collect();
    assert!(
        wanted.is_some() || compared > 500,
        "only {compared} statements compared"
    );
    assert!(
        wrong.is_empty(),
        "{} stages differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(unexpected.is_empty(), "no longer differing: {unexpected:?}");
}

#[test]
fn steps_wait_only_for_earlier_ones() {
    for name in case::names(&cases_folder()).unwrap() {
        let case = case::read(&cases_folder(), &name).unwrap();
        for step in case.steps.iter().filter(|step| step.command == "plan") {
            for stage in explain(step).stages {
                for (index, work) in stage.steps.unwrap_or_default().iter().enumerate() {
                    assert!(
                        work.after.iter().all(|earlier| *earlier < index),
                        "{name}/{}",
                        step.number
                    );
                }
            }
        }
    }
}
