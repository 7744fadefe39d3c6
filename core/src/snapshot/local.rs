//! Snapshots of the project's nodes as they are now.
//!
//! In: a loaded project and the stored snapshots. Out: one snapshot per node; where state already holds the
//! same version, what it knows about it (category, versions, intervals) comes along, with the node as loaded.

use std::rc::Rc;

use crate::dag::Dag;
use crate::model::{Columns, Executable, KindName, Model, SourceType};
use crate::ordered::{BTreeMap, BTreeSet};
use crate::project::{Project, ProjectNode, insert_columns, visible_tables};
use crate::sql::Dialect;
use crate::time::Timestamp;

use super::adopt::{adopt, adopt_columns};
use super::fingerprint::{FingerprintInput, fingerprint};
use super::recall::recall;
use super::{Fingerprint, Nodes, Snapshot, SnapshotId};

/// A snapshot in a plan, with facts that are derived from its node.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanNode {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Not in state yet.
    pub is_new: bool,
    /// File it was read from; `None` when it is known from state only.
    pub path: Option<String>,
    /// Direct dependencies, unknown tables included, itself excluded.
    pub depends_on: BTreeSet<String>,
    /// Whether the query reads the model itself.
    pub depends_on_self: bool,
    /// Output columns with types; `None` when unknown.
    pub columns: Option<Columns>,
    /// Whether the stored fingerprint was taken over because the definitions say the same.
    pub equal_definition: bool,
    /// An earlier version that state lists but does not hold: how far it is filled is inferred.
    pub recalled: bool,
}

impl PlanNode {
    /// Fully qualified name.
    pub fn name(&self) -> &str {
        &self.snapshot.name
    }

    /// The node.
    pub fn model(&self) -> &Model {
        &self.snapshot.node
    }

    /// True unless it is a standalone audit.
    pub fn is_model(&self) -> bool {
        !self.snapshot.node.is_audit()
    }

    /// Kind; `None` for audits.
    pub fn kind(&self) -> KindName {
        self.snapshot.node.kind.name
    }

    /// True for EMBEDDED and EXTERNAL models.
    pub fn is_symbolic(&self) -> bool {
        self.is_model() && self.kind().is_symbolic()
    }

    /// True when there is something to run: everything but symbolic models without audits.
    pub fn is_evaluatable(&self) -> bool {
        !self.is_symbolic() || !self.model().audits.is_empty()
    }

    /// True for models with a table of their own.
    pub fn is_materialized(&self) -> bool {
        self.is_model() && self.kind().is_materialized()
    }

    /// True when an interval's content depends on earlier ones.
    pub fn depends_on_past(&self) -> bool {
        self.depends_on_self || (self.is_model() && self.kind().is_full_history_restatement_only())
    }

    /// Every change of the model goes forward only.
    pub fn is_forward_only_model(&self) -> bool {
        self.is_model() && self.model().kind.is_forward_only()
    }
}

/// Places of stored snapshots by id. Ids are hashed from fingerprints, so an index outlives the plan it was made for.
pub type StoredIndex = Rc<BTreeMap<SnapshotId, usize>>;

/// Stored snapshots by id, with a way to all versions of a name.
#[derive(Debug, Clone, Default)]
pub struct StoredSnapshots<'a> {
    by_id: StoredIndex,
    snapshots: &'a [Snapshot],
}

impl<'a> StoredSnapshots<'a> {
    /// Indexes the snapshots of a state.
    pub fn new(snapshots: &'a [Snapshot]) -> Self {
        let ids = snapshots.iter().map(Snapshot::id);
        Self::with_index(snapshots, Rc::new(ids.zip(0..).collect()))
    }

    /// The same with the index of an earlier look at the same snapshots.
    pub fn with_index(snapshots: &'a [Snapshot], by_id: StoredIndex) -> Self {
        Self { by_id, snapshots }
    }

    /// The index, to be kept for later.
    pub fn index(&self) -> StoredIndex {
        self.by_id.clone()
    }

    /// The snapshot with this id.
    pub fn get(&self, id: &SnapshotId) -> Option<&'a Snapshot> {
        self.snapshots.get(*self.by_id.get(id)?)
    }

    /// All versions of a name.
    pub fn versions_of(&self, name: &str) -> impl Iterator<Item = &'a Snapshot> + '_ {
        let first = SnapshotId {
            name: name.to_string(),
            identifier: String::new(),
        };
        let name = name.to_string();
        self.by_id
            .from_key(&first)
            .take_while(move |(id, _)| id.name == name)
            .filter_map(|(_, place)| self.snapshots.get(*place))
    }

    /// All snapshots in order of name and identifier.
    pub fn iter(&self) -> impl Iterator<Item = &'a Snapshot> + '_ {
        self.by_id.values().filter_map(|place| self.snapshots.get(*place))
    }
}

/// Snapshots of all nodes of a project, by name.
///
/// Local nodes whose stored twin cannot be promoted again (`unrestorable`) get a stamp, as in SQLMesh, and with
/// it a version of their own.
///
/// # Errors
/// The names of a cycle, should the project still have one.
pub fn local_snapshots(
    project: &Project,
    stored: &StoredSnapshots<'_>,
    now: Timestamp,
) -> Result<Nodes, Vec<String>> {
    let mut stamps: BTreeMap<String, String> = BTreeMap::new();
    let nodes = build(project, stored, now, &stamps)?;
    for (name, node) in nodes.iter() {
        if node.snapshot.unrestorable {
            let identifier = node.snapshot.fingerprint.to_identifier();
            stamps.insert(name.clone(), format!("revert to {identifier}"));
        }
    }
    if stamps.is_empty() {
        Ok(nodes)
    } else {
        build(project, stored, now, &stamps)
    }
}

/// Nodes as they are found, parents before children.
type ByName = BTreeMap<String, Rc<PlanNode>>;

fn build(
    project: &Project,
    stored: &StoredSnapshots<'_>,
    now: Timestamp,
    stamps: &BTreeMap<String, String>,
) -> Result<Nodes, Vec<String>> {
    let edges: BTreeMap<String, BTreeSet<String>> = project
        .nodes
        .iter()
        .map(|(name, node)| (name.clone(), dependencies(project, node, stored)))
        .collect();
    let mut nodes = ByName::new();
    // Models whose columns only Python knows, and those below.
    let mut doubtful: BTreeSet<String> = BTreeSet::new();
    for name in Dag::new(&edges).sorted()? {
        let Some(node) = project.nodes.get(&name) else {
            continue;
        };
        let mut model = node.model.clone();
        if let Some(stamp) = stamps.get(&name) {
            model.stamp = Some(stamp.clone());
        }
        let depends_on = edges.get(&name).unwrap_or(&node.depends_on);
        let in_doubt: Vec<&String> = depends_on
            .iter()
            .filter(|parent| doubtful.contains(*parent))
            .collect();
        if model.columns.is_none() && (node.is_opaque || !in_doubt.is_empty()) {
            doubtful.insert(name.clone());
        }
        for parent in depends_on.difference(&node.depends_on) {
            // Tables that only Python names were not there when the query was read.
            if let Some(parent) = project.nodes.get(parent)
                && let Some(columns) = &parent.columns
                && !model.is_audit()
            {
                let of = |model: &Model| Dialect::parse(&model.dialect).unwrap_or_default();
                let (from, to) = (of(&parent.model), of(&model));
                insert_columns(&mut model.mapping_schema, &parent.fqn, columns, from, to);
            }
        }
        let mut equal_definition = false;
        if !node.unsure.is_empty() || !in_doubt.is_empty() || model.python_env.values().any(is_definition) {
            let newest = stored.versions_of(&name).max_by_key(|version| version.created_ts);
            if let Some(newest) = newest {
                equal_definition |= adopt(&mut model, &newest.node, &node.unsure);
                for parent in in_doubt {
                    equal_definition |=
                        adopt_columns(&mut model.mapping_schema, &newest.node.mapping_schema, parent);
                }
            }
        }
        let parents = parent_ids(depends_on, &nodes);
        let mut own = fingerprint(FingerprintInput {
            model: &model,
            fqn: &name,
            query_column_descriptions: &node.query_column_descriptions,
            parents: &parent_fingerprints(depends_on, &nodes),
        });
        let id = SnapshotId {
            name: name.clone(),
            identifier: own.to_identifier(),
        };
        let mut twin = stored.get(&id);
        if twin.is_none()
            && let Some(same) = stored.versions_of(&name).find(|candidate| {
                same_parents(candidate, &parents) && same_definition(&candidate.node, &model)
            })
        {
            // The hashes cannot be reproduced (inference of types, Python), yet both say the same.
            own = same.fingerprint.clone();
            model.mapping_schema = same.node.mapping_schema.clone();
            equal_definition = true;
            twin = Some(same);
        }
        let mut recalled = false;
        let snapshot = if let Some(twin) = twin {
            Snapshot {
                node: model.into(),
                ..twin.clone()
            }
        } else {
            let local = Snapshot {
                name: name.clone(),
                fingerprint: own,
                dev_table_suffix: "dev".to_string(),
                table_naming_convention: convention(project),
                node: model.into(),
                parents,
                created_ts: now,
                updated_ts: now,
                ttl: project.config.snapshot_ttl.clone(),
                ..Snapshot::default()
            };
            let versions: Vec<&Snapshot> = stored.versions_of(&name).collect();
            let earlier = recall(&local, &versions, now);
            recalled = earlier.is_some();
            earlier.unwrap_or(local)
        };
        nodes.insert(
            name,
            PlanNode {
                snapshot,
                is_new: twin.is_none() && !recalled,
                path: Some(node.path.clone()),
                depends_on: depends_on.clone(),
                depends_on_self: node.depends_on_self,
                columns: node.columns.clone(),
                equal_definition,
                recalled,
            }
            .into(),
        );
    }
    Ok(nodes.into())
}

fn is_definition(entry: &Executable) -> bool {
    entry.kind == "definition"
}

/// What a node reads. Tables that only its Python macros name are those that the newest stored version read
/// although its text does not name them.
fn dependencies(project: &Project, node: &ProjectNode, stored: &StoredSnapshots<'_>) -> BTreeSet<String> {
    let mut names = node.depends_on.clone();
    let hides_tables = node.is_opaque && node.model.depends_on.is_none();
    if !hides_tables && !node.unsure.contains(".depends_on") {
        return names;
    }
    let newest = stored
        .versions_of(&node.fqn)
        .max_by_key(|version| version.created_ts);
    if let Some(newest) = newest {
        let visible = visible_tables(&newest.node);
        let hidden = newest.parents.iter().map(|parent| &parent.name);
        let hidden = hidden.filter(|name| !visible.contains(*name) && project.nodes.contains_key(*name));
        names.extend(hidden.filter(|name| **name != node.fqn).cloned());
    }
    names
}

fn convention(project: &Project) -> String {
    match project.config.physical_table_naming_convention.as_str() {
        "" => "schema_and_table".to_string(),
        other => other.to_string(),
    }
}

/// Direct parents that are nodes, with the parents of embedded ones in addition.
fn parent_ids(depends_on: &BTreeSet<String>, nodes: &ByName) -> Vec<SnapshotId> {
    let mut ids: BTreeSet<SnapshotId> = BTreeSet::new();
    for name in depends_on {
        if let Some(parent) = nodes.get(name) {
            ids.insert(parent.snapshot.id());
            if parent.kind() == KindName::Embedded {
                ids.extend(parent.snapshot.parents.iter().cloned());
            }
        }
    }
    ids.into_iter().collect()
}

fn parent_fingerprints<'a>(depends_on: &BTreeSet<String>, nodes: &'a ByName) -> Vec<&'a Fingerprint> {
    depends_on
        .iter()
        .filter_map(|name| nodes.get(name))
        .map(|node| &node.snapshot.fingerprint)
        .collect()
}

fn same_parents(stored: &Snapshot, parents: &[SnapshotId]) -> bool {
    let stored: BTreeSet<&SnapshotId> = stored.parents.iter().collect();
    stored == parents.iter().collect()
}

/// Whether two definitions of a node say the same. The mapping schema is left out: with the same parents it is
/// the same. So is what only describes how a seed is stored.
pub fn same_definition(a: &Model, b: &Model) -> bool {
    let comparable = |model: &Model| {
        let mut model = model.clone();
        model.mapping_schema.clear();
        model.is_hydrated = None;
        model.seed = None;
        model.derived_columns_to_types = None;
        if let Some(names) = &mut model.depends_on {
            names.sort_unstable();
            names.dedup();
        }
        model
    };
    if a.source_type == SourceType::Seed {
        let content = |model: &Model| {
            model
                .seed
                .as_ref()
                .map(|s| s.content.clone())
                .filter(|s| !s.is_empty())
        };
        if let (Some(x), Some(y)) = (content(a), content(b)) {
            return x == y && comparable(&without_hashes(a)) == comparable(&without_hashes(b));
        }
    }
    comparable(a) == comparable(b)
}

fn without_hashes(model: &Model) -> Model {
    let mut model = model.clone();
    model.column_hashes = None;
    model
}
