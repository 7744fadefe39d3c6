//! Projects made up by rule, of any size: for laws and for measurements.

use planglass_core::source::SourceMap;

/// Columns of each model besides its key.
const COLUMNS: usize = 10;

/// A project of `count` models: each reads one to three earlier ones, a third of them are views, a third full and
/// a third incremental tables. `edited` names models (by number) with a changed expression.
pub fn project(count: usize, edited: &[usize]) -> SourceMap {
    let mut sources = SourceMap::new();
    sources.insert("config.yaml", CONFIG);
    for number in 0..count {
        sources.insert(
            &format!("models/layer_{}/m{number}.sql", number / 100),
            model(number, edited.contains(&number)),
        );
    }
    sources
}

/// Name of a model as it is written.
pub fn name(number: usize) -> String {
    format!("shop.m{number}")
}

const CONFIG: &str = "gateways:\n  local:\n    connection: {type: duckdb, database: db.duckdb}\n\
                      default_gateway: local\nmodel_defaults: {dialect: duckdb, start: 2024-09-01}\n";

fn model(number: usize, edited: bool) -> String {
    let kind = match number % 3 {
        0 => "FULL",
        1 => "VIEW",
        _ => "INCREMENTAL_BY_TIME_RANGE (time_column ds)",
    };
    let change = if edited { " + 1" } else { "" };
    let header = format!(
        "MODEL (name {}, kind {kind}, tags [t{}]);\n",
        name(number),
        number % 7
    );
    let column = |source: &str, index: usize| {
        format!(
            "  {source}c{index}{} AS c{index}",
            if index == 0 { change } else { "" }
        )
    };
    if number < 10 {
        let columns: Vec<String> = (0..COLUMNS)
            .map(|index| format!("  {index}{change} AS c{index}"))
            .collect();
        return format!(
            "{header}SELECT\n  {number} AS id,\n  '2024-09-01'::DATE AS ds,\n{}\n",
            columns.join(",\n")
        );
    }
    let parents: Vec<usize> = [number / 2, number - 1 - number % 7, number * 3 / 4]
        .into_iter()
        .take(1 + number % 3)
        .collect();
    let columns: Vec<String> = (0..COLUMNS).map(|index| column("p0.", index)).collect();
    let mut text = format!(
        "{header}SELECT\n  p0.id,\n  p0.ds,\n{}\nFROM {} AS p0\n",
        columns.join(",\n"),
        name(parents[0])
    );
    for (index, parent) in parents.iter().enumerate().skip(1) {
        text.push_str(&format!(
            "JOIN {} AS p{index} ON p0.id = p{index}.id\n",
            name(*parent)
        ));
    }
    if number % 3 == 2 {
        text.push_str("WHERE p0.ds BETWEEN @start_ds AND @end_ds\n");
    }
    text
}
