//! Column-level impact: which models below a change really read what changed.
//!
//! In: a project and its plan. Out: for each directly modified model the columns that changed, who reads them and
//! who does not, and what a categorisation by columns would spare. SQLMesh does not look at columns here, so nothing
//! is decided by it: a spared model would still be rebuilt.

use serde::{Deserialize, Serialize};

use crate::diff::modified::analyze;
use crate::ordered::BTreeSet;
use crate::plan::Plan;
use crate::project::Project;
use crate::project::lineage::ColumnGraph;
use crate::snapshot::ChangeCategory;
use crate::sql::compare::changed_outputs;
use crate::sql::lineage::ColumnRef;

/// Who reads what changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnImpact {
    /// One entry per directly modified model, by name.
    pub changes: Vec<ChangeImpact>,
    /// Models that are rebuilt only because a parent is, although they read nothing that changed; by name.
    pub spared: Vec<String>,
    /// Interval units that would not have to be filled for them.
    pub spared_intervals: u64,
}

/// Who reads what changed in one model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeImpact {
    /// Fully qualified name of the changed model.
    pub name: String,
    /// Columns that came, went or are computed otherwise; absent when the rows may differ, and so every column.
    pub columns: Option<Vec<String>>,
    /// Modified models below that read one of them, or whose rows depend on it, sorted.
    pub readers: Vec<String>,
    /// Modified models below that do not, sorted.
    pub others: Vec<String>,
}

/// Follows the changed columns of a plan.
pub fn column_impact(project: &Project, plan: &Plan<'_>) -> ColumnImpact {
    let graph = ColumnGraph::new(project);
    let diff = &plan.diff;
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut changes = Vec::new();
    for (name, modified) in diff.modified.iter().filter(|(_, modified)| modified.directly) {
        let Some(node) = diff.nodes.get(name).filter(|node| node.is_model()) else {
            continue;
        };
        let below = plan.dag.downstream(name);
        let columns = match (analyze(&modified.old.node), analyze(node.model())) {
            (Some(old), Some(new)) => changed_outputs(&old.tree, &new.tree),
            _ => None,
        };
        let readers = match &columns {
            Some(columns) => readers(&graph, plan, name, columns, &below),
            None => below.clone(),
        };
        let in_plan = |name: &&String| diff.modified.contains_key(*name);
        let others = below.difference(&readers).filter(in_plan).cloned().collect();
        changes.push(ChangeImpact {
            name: name.clone(),
            columns: columns.map(|columns| columns.into_iter().collect()),
            readers: readers.iter().filter(in_plan).cloned().collect(),
            others,
        });
        reached.extend(readers);
    }
    let rebuilt = diff.nodes.values().filter(|node| {
        node.is_new && node.snapshot.change_category == Some(ChangeCategory::IndirectBreaking)
    });
    let spared: Vec<String> = rebuilt
        .map(|node| node.name().to_string())
        .filter(|name| !reached.contains(name))
        .collect();
    let units = |name: &String| plan.missing.get(name).map_or(0, |missing| missing.units);
    ColumnImpact {
        changes,
        spared_intervals: spared.iter().map(units).sum(),
        spared,
    }
}

/// The models among `below` that read one of the columns. Where lineage is not known, a model reads everything.
fn readers(
    graph: &ColumnGraph,
    plan: &Plan<'_>,
    name: &str,
    columns: &BTreeSet<String>,
    below: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut rows: BTreeSet<String> = BTreeSet::new();
    for column in columns {
        let column = ColumnRef {
            table: name.to_string(),
            column: column.clone(),
        };
        let readers = graph.downstream(&column);
        found.extend(readers.columns.into_iter().map(|column| column.table));
        rows.extend(readers.rows.into_iter().map(|reader| reader.model));
    }
    // Whoever cannot be looked into may read anything of a parent that is reached.
    for child in plan.order.iter().filter(|child| below.contains(*child)) {
        let known = graph.model(child).is_some_and(|lineage| lineage.complete);
        let Some(node) = plan.diff.nodes.get(child) else {
            continue;
        };
        let parent_reached =
            node.snapshot.parents.iter().any(|parent| {
                parent.name == name || found.contains(&parent.name) || rows.contains(&parent.name)
            });
        if !known && parent_reached {
            rows.insert(child.clone());
        }
    }
    // Where rows differ, everything below differs.
    found.extend(plan.dag.downstream_of(&rows));
    found.extend(rows);
    found.retain(|reader| below.contains(reader));
    found
}
