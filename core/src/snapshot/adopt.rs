//! What a local node takes over from its stored twin, where only running Python could tell it.
//!
//! In: a local node, the parts of it that are in doubt, and the newest stored version. Out: the local node with
//! the stored wording of these parts. A part that is known is never taken over, so a change is never hidden by it.

use crate::ordered::BTreeSet;

use crate::model::{Executable, MappingSchema, Model};
use crate::name::TableName;
use crate::python;
use crate::sql::{Mapped, table_in};

/// Takes over what is in doubt; says whether anything was.
pub fn adopt(local: &mut Model, stored: &Model, unsure: &BTreeSet<String>) -> bool {
    let mut taken = false;
    for (name, entry) in &mut local.python_env {
        let Some(have) = stored.python_env.get(name).filter(|have| *have != entry) else {
            continue;
        };
        if same_source(entry, have) || unsure.contains(name) {
            entry.clone_from(have);
            taken = true;
        }
    }
    if unsure.contains("*") {
        for (name, have) in &stored.python_env {
            if have.kind != "value" && !local.python_env.contains_key(name) {
                local.python_env.insert(name.clone(), have.clone());
                taken = true;
            }
        }
    }
    for property in unsure.iter().filter_map(|name| name.strip_prefix('.')) {
        taken = true;
        match property {
            "columns" => local.columns.clone_from(&stored.columns),
            "kind" => local.kind = stored.kind.clone(),
            "depends_on" => local.depends_on.clone_from(&stored.depends_on),
            "cron" => local.cron.clone_from(&stored.cron),
            "owner" => local.owner.clone_from(&stored.owner),
            "description" => local.description.clone_from(&stored.description),
            "start" => local.start.clone_from(&stored.start),
            "end" => local.end.clone_from(&stored.end),
            "tags" => local.tags.clone_from(&stored.tags),
            "grain" | "grains" => local.grains.clone_from(&stored.grains),
            "audits" => {
                local.audits.clone_from(&stored.audits);
                local.audit_definitions.clone_from(&stored.audit_definitions);
            }
            "signals" => local.signals.clone_from(&stored.signals),
            "partitioned_by" => local.partitioned_by.clone_from(&stored.partitioned_by),
            "clustered_by" => local.clustered_by.clone_from(&stored.clustered_by),
            "physical_properties" => local.physical_properties.clone_from(&stored.physical_properties),
            "column_descriptions" => local.column_descriptions.clone_from(&stored.column_descriptions),
            _ => taken = false,
        }
    }
    taken
}

/// Definitions that another release of Python printed differently.
fn same_source(a: &Executable, b: &Executable) -> bool {
    a.kind == "definition"
        && b.kind == "definition"
        && (&a.name, &a.path, &a.alias, a.is_metadata) == (&b.name, &b.path, &b.alias, b.is_metadata)
        && matches!(
            (python::parse(&a.payload), python::parse(&b.payload)),
            (Ok(a), Ok(b)) if a == b
        )
}

/// Takes over the columns of a table that is in doubt, unless the local ones have other names.
pub fn adopt_columns(local: &mut MappingSchema, stored: &MappingSchema, table: &str) -> bool {
    let Some(name) = TableName::parse_quoted(table) else {
        return false;
    };
    let parts: Vec<String> = name
        .parts()
        .map(|part| format!("\"{}\"", part.replace('"', "\"\"")))
        .collect();
    let mut have = stored;
    for part in &parts {
        match have.get(part) {
            Some(Mapped::Below(next)) => have = next,
            _ => return false,
        }
    }
    let Some(level) = table_in(local, parts) else {
        return false;
    };
    let same_names = level.len() == have.len() && level.keys().all(|column| have.contains_key(column));
    if level == have || !(level.is_empty() || same_names) {
        return false;
    }
    level.clone_from(have);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(payload: &str, value: &str) -> Model {
        let entry = |payload: &str, kind: &str| Executable {
            payload: payload.to_string(),
            kind: kind.to_string(),
            ..Executable::default()
        };
        Model {
            python_env: [
                ("f".to_string(), entry(payload, "definition")),
                ("X".to_string(), entry(value, "value")),
            ]
            .into_iter()
            .collect(),
            ..Model::default()
        }
    }

    #[test]
    fn only_doubts_are_taken_over() {
        let stored = model("def f():\n    return f'{x}'", "'from the machine'");
        let unsure: BTreeSet<String> = ["X".to_string()].into_iter().collect();
        let mut same = model("def f():\n    return f\"{x}\"", "os.environ['X']");
        assert!(adopt(&mut same, &stored, &unsure));
        assert_eq!(same, stored);
        let mut edited = model("def f():\n    return f'{y}'", "os.environ['X']");
        adopt(&mut edited, &stored, &unsure);
        assert_eq!(edited.python_env["f"].payload, "def f():\n    return f'{y}'");
        let mut known = model("def f():\n    return f'{x}'", "'new'");
        assert!(!adopt(&mut known, &stored, &BTreeSet::new()));
        assert_eq!(known.python_env["X"].payload, "'new'");
    }
}
