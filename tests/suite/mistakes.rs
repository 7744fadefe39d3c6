//! Mistakes that people make, and what is said about each: code, file, line, column, and a way out.
//!
//! The numbers are those of the list of SQLMesh's own answers that this table was made from: whatever SQLMesh refuses
//! when it loads a project is refused here, with one message per mistake.

use std::fmt::Write;

use planglass_core::diagnostic::Diagnostic;
use planglass_core::project::{LoadOptions, load};
use planglass_core::source::SourceMap;

const CONFIG: &str = "gateways:\n  local:\n    connection: {type: duckdb, database: db.duckdb}\n\
    default_gateway: local\nmodel_defaults:\n  dialect: duckdb\n  start: '2024-09-20'\n";

/// The table. `## NUMBER: what is said` begins a row, `--- PATH` a file, `+++ PATH` what is added to the good
/// configuration; `!!! PATH` takes a file away.
const TABLE: &str = include_str!("mistakes.txt");

/// One mistake.
struct Row {
    number: u32,
    expected: Vec<String>,
    /// Files besides a good model and a good configuration; `None` for one that is not there.
    files: Vec<(String, Option<String>)>,
}

fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in TABLE.lines() {
        if let Some(head) = line.strip_prefix("## ") {
            let (number, expected) = head.split_once(": ").unwrap();
            rows.push(Row {
                number: number.parse().unwrap(),
                expected: expected.split("; ").map(str::to_string).collect(),
                files: Vec::new(),
            });
            continue;
        }
        let files = &mut rows.last_mut().unwrap().files;
        match line.split_once(' ') {
            Some(("---", path)) => files.push((path.to_string(), Some(String::new()))),
            Some(("+++", path)) => files.push((path.to_string(), Some(CONFIG.to_string()))),
            Some(("!!!", path)) => files.push((path.to_string(), None)),
            _ => {
                let text = files.last_mut().unwrap().1.as_mut().unwrap();
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    rows
}

/// Errors of a project with these files: `path:line:column code`.
fn said(files: &[(String, Option<String>)], options: &LoadOptions) -> Vec<String> {
    let mut sources = SourceMap::new();
    sources.insert("config.yaml", CONFIG);
    sources.insert(
        "models/good.sql",
        "MODEL (name s.good, kind FULL);\nSELECT 1 AS x",
    );
    for (path, text) in files {
        match text {
            Some(text) => sources.insert(path, text.as_str()),
            None => {
                sources.remove(path);
            }
        }
    }
    let (_, diagnostics) = load(&sources, options);
    let errors = diagnostics.iter().filter(|problem| problem.is_error());
    let mut found: Vec<String> = errors.map(shown).collect();
    found.sort();
    found
}

fn shown(problem: &Diagnostic) -> String {
    let lacking = match (problem.message.trim().is_empty(), problem.help.is_empty()) {
        (true, _) => " without a message",
        (_, true) => " without a way out",
        _ => "",
    };
    match problem.labels.first() {
        // A problem of a whole file has no line.
        Some(label) if label.location.line == 0 => {
            format!("{} {}{lacking}", label.location.path, problem.code)
        }
        Some(label) => {
            let place = &label.location;
            format!(
                "{}:{}:{} {}{lacking}",
                place.path, place.line, place.column, problem.code
            )
        }
        None => format!("{}{lacking} without a place", problem.code),
    }
}

#[test]
fn each_mistake_is_said_once_with_its_place() {
    let mut wrong = String::new();
    for row in rows() {
        let found = said(&row.files, &LoadOptions::default());
        if found != row.expected {
            let _ = writeln!(
                wrong,
                "{} {:?}\n  expected {:?}\n  found    {found:?}",
                row.number, row.files, row.expected
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_table_has_every_number() {
    let rows = rows();
    let missing: Vec<u32> = (1..=44)
        .filter(|number| *number != 5 && !rows.iter().any(|row| row.number == *number))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    // The fifth is no file's mistake.
    let options = LoadOptions {
        gateway: Some("nope".to_string()),
        ..LoadOptions::default()
    };
    assert_eq!(said(&[], &options), ["config.yaml:1:1 config/unknown-gateway"]);
}

#[test]
fn many_mistakes_are_said_at_once() {
    // Rows about one model, put into one project under names and files of their own.
    let mut files = Vec::new();
    let mut expected = Vec::new();
    for (at, row) in rows().into_iter().enumerate() {
        if let ([(path, Some(text))], "models/m.sql") = (row.files.as_slice(), row.files[0].0.as_str()) {
            let own = path.replace("m.sql", &format!("m{at}.sql"));
            files.push((own.clone(), Some(text.replace("s.m", &format!("s.m{at}")))));
            let codes = row.expected.iter().filter_map(|one| one.rsplit(' ').next());
            expected.extend(codes.map(|code| format!("{own} {code}")));
        }
    }
    let mut found: Vec<String> = said(&files, &LoadOptions::default())
        .iter()
        .map(|one| {
            let (place, code) = one.split_once(' ').unwrap_or((one, ""));
            format!("{} {code}", place.split(':').next().unwrap_or_default())
        })
        .collect();
    found.sort();
    expected.sort();
    assert!(expected.len() > 40, "{}", expected.len());
    assert_eq!(found, expected);
}
