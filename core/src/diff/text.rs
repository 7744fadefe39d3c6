//! The difference of two definitions as text.
//!
//! State keeps queries as written but headers only as values, so both sides are laid out from the stored form:
//! a MODEL block with one property a line, then statements and query exactly as written.

use std::ops::Range;

use crate::json;
use crate::ordered::IndexMap;
use similar::DiffTag;
use similar::algorithms::{Capture, Replace, myers};

use crate::model::{KindName, Model, NamedCall, SourceType, Statement};

/// Unified difference with three lines around; empty when both sides read the same.
pub fn unified(old: &Model, new: &Model) -> String {
    let (before, after) = (definition(old), definition(new));
    if before == after {
        return String::new();
    }
    between(&before, &after)
}

/// Unified difference of two texts with three lines around.
///
/// Only the one algorithm is called: the crate's text types bring all of them, which a browser would have to
/// load.
pub fn between(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut hook = Replace::new(Capture::new());
    let Ok(()) = myers::diff(&mut hook, &old[..], 0..old.len(), &new[..], 0..new.len());
    let mut lines = Vec::new();
    for group in hook.into_inner().into_grouped_ops(3) {
        if let (Some(first), Some(last)) = (group.first(), group.last()) {
            let removed = first.old_range().start..last.old_range().end;
            let added = first.new_range().start..last.new_range().end;
            lines.push(format!("@@ -{} +{} @@", hunk_range(&removed), hunk_range(&added)));
        }
        for op in group {
            let (tag, old_range, new_range) = op.as_tag_tuple();
            let (old_lines, new_lines) = (&old[old_range], &new[new_range]);
            if tag == DiffTag::Equal {
                lines.extend(old_lines.iter().map(|line| format!(" {line}")));
            } else {
                lines.extend(old_lines.iter().map(|line| format!("-{line}")));
                lines.extend(new_lines.iter().map(|line| format!("+{line}")));
            }
        }
    }
    lines.join("\n")
}

/// First line and count, as hunks write them: a count of one is left out, an empty range names the line before.
fn hunk_range(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        count => format!("{},{count}", range.start + 1),
    }
}

/// A definition laid out from its stored form.
pub fn definition(model: &Model) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut property = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            lines.push(format!("  {name} {value},"));
        }
    };
    let quoted = |text: &Option<String>| {
        text.as_ref()
            .map(|text| format!("'{}'", text.replace('\'', "''")))
    };
    let listed = |items: &[String]| (!items.is_empty()).then(|| format!("({})", items.join(", ")));
    property("name", Some(model.name.clone()));
    property(
        "project",
        (!model.project.is_empty()).then(|| model.project.clone()),
    );
    property("description", quoted(&model.description));
    property("owner", model.owner.clone());
    property("kind", (model.kind.name != KindName::None).then(|| kind(model)));
    property(
        "dialect",
        (!model.dialect.is_empty()).then(|| model.dialect.clone()),
    );
    property("start", quoted(&model.start));
    property("end", quoted(&model.end));
    property("cron", Some(format!("'{}'", model.cron)));
    property("cron_tz", quoted(&model.cron_tz));
    property(
        "interval_unit",
        model.interval_unit.map(|unit| unit.as_str().to_string()),
    );
    property("tags", listed(&model.tags));
    property("stamp", quoted(&model.stamp));
    property("table_format", model.table_format.clone());
    property("storage_format", model.storage_format.clone());
    property("partitioned_by", listed(&model.partitioned_by));
    property("clustered_by", listed(&model.clustered_by));
    property(
        "depends_on",
        model.depends_on.as_ref().and_then(|names| listed(names)),
    );
    property("columns", model.columns.as_ref().map(pairs));
    property(
        "column_descriptions",
        model.column_descriptions.as_ref().map(|texts| {
            let items: Vec<String> = texts
                .iter()
                .map(|(name, text)| format!("{name} = '{text}'"))
                .collect();
            format!("({})", items.join(", "))
        }),
    );
    property("audits", calls(&model.audits));
    property("signals", calls(&model.signals));
    property("grains", listed(&model.grains));
    property("references", listed(&model.references));
    property("physical_schema", model.physical_schema_override.clone());
    property("physical_properties", model.physical_properties.clone());
    property("virtual_properties", model.virtual_properties.clone());
    property("session_properties", model.session_properties.clone());
    property("allow_partials", model.allow_partials.then(|| "true".to_string()));
    property("physical_version", quoted(&model.physical_version));
    property("gateway", model.gateway.clone());
    property(
        "optimize_query",
        model.optimize_query.map(|flag| flag.to_string()),
    );
    let virtual_mode = &model.virtual_environment_mode;
    property(
        "virtual_environment_mode",
        (virtual_mode == "dev_only").then(|| virtual_mode.clone()),
    );
    property("grants", model.grants.clone());
    let word = if model.source_type == SourceType::Audit {
        "AUDIT"
    } else {
        "MODEL"
    };
    let mut text = format!("{word} (\n{}\n);\n", lines.join("\n"));
    let mut statements = |list: &Option<Vec<Statement>>| {
        for statement in list.iter().flatten() {
            text.push_str(&format!("\n{}\n", statement.sql.trim_end()));
        }
    };
    statements(&model.pre_statements);
    statements(&model.expressions);
    statements(&model.query.clone().map(|query| vec![query]));
    statements(&model.post_statements);
    if let Some(list) = model.on_virtual_update.as_ref().filter(|list| !list.is_empty()) {
        text.push_str("\nON_VIRTUAL_UPDATE_BEGIN;\n");
        for statement in list {
            text.push_str(&format!("{};\n", statement.sql.trim_end().trim_end_matches(';')));
        }
        text.push_str("ON_VIRTUAL_UPDATE_END;\n");
    }
    for (name, jinja) in &model.jinja_macros.root_macros {
        text.push_str(&format!("\n-- Jinja macro {name}\n{}\n", jinja.definition));
    }
    for (name, executable) in &model.python_env {
        text.push_str(&format!("\n-- {name}\n{}\n", executable.payload));
    }
    if let Some(seed) = model.seed.as_ref().filter(|seed| !seed.content.is_empty()) {
        text.push_str(&format!("\n{}", seed.content));
    } else {
        for (column, hash) in model.column_hashes.iter().flatten() {
            text.push_str(&format!("\n-- content of {column}: {hash}"));
        }
    }
    text
}

fn kind(model: &Model) -> String {
    let value = json::to_value(&model.kind);
    let fields: Vec<String> = value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| key.as_str() != "name")
        .map(|(key, value)| format!("    {key} {}", plain(value)))
        .collect();
    let name = model.kind.name.as_str();
    if fields.is_empty() {
        name.to_string()
    } else {
        format!("{name} (\n{}\n  )", fields.join(",\n"))
    }
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => {
            format!("({})", items.iter().map(plain).collect::<Vec<_>>().join(", "))
        }
        serde_json::Value::Object(map) => map.values().map(plain).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

fn pairs(map: &IndexMap<String, String>) -> String {
    let items: Vec<String> = map
        .iter()
        .map(|(name, text)| format!("    {name} {text}"))
        .collect();
    format!("(\n{}\n  )", items.join(",\n"))
}

fn calls(list: &[NamedCall]) -> Option<String> {
    if list.is_empty() {
        return None;
    }
    let items: Vec<String> = list
        .iter()
        .map(|(name, arguments)| {
            let inner: Vec<String> = arguments
                .iter()
                .map(|(argument, value)| format!("{argument} := {value}"))
                .collect();
            if inner.is_empty() {
                format!("    {name}")
            } else {
                format!("    {name}({})", inner.join(", "))
            }
        })
        .collect();
    Some(format!("(\n{}\n  )", items.join(",\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(query: &str, owner: Option<&str>) -> Model {
        Model {
            name: "shop.a".to_string(),
            owner: owner.map(str::to_string),
            cron: "@daily".to_string(),
            query: Some(Statement::new(query)),
            ..Model::default()
        }
    }

    #[test]
    fn queries_are_shown_as_written() {
        let diff = unified(
            &model("select  1 AS a", None),
            &model("select  1 AS a, -- new\n  2 AS b", None),
        );
        assert!(
            diff.contains("-select  1 AS a\n+select  1 AS a, -- new\n+  2 AS b"),
            "{diff}"
        );
    }

    #[test]
    fn hunks_name_their_lines() {
        let old: Vec<String> = (1..=20).map(|number| number.to_string()).collect();
        let mut new = old.clone();
        new[1] = "two".to_string();
        new.push("21".to_string());
        let diff = between(&old.join("\n"), &new.join("\n"));
        let expected = "@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n@@ -18,3 +18,4 @@\n 18\n 19\n 20\n+21";
        assert_eq!(diff, expected);
        assert_eq!(between("", "a"), "@@ -0,0 +1 @@\n+a");
    }

    #[test]
    fn headers_are_shown_by_property() {
        let diff = unified(&model("select 1", None), &model("select 1", Some("me")));
        assert!(diff.contains("+  owner me,"), "{diff}");
        assert_eq!(unified(&model("select 1", None), &model("select 1", None)), "");
    }
}
