//! Project against environment: what was added, removed and modified.
//!
//! In: the project's snapshots and what the state knows of the target environment. Out: a `ContextDiff`.
//! Nothing is decided here about categories or intervals.

pub mod modified;
pub mod ndiff;
mod requirements;
pub mod text;

use std::rc::Rc;

use crate::ordered::{BTreeMap, BTreeSet};
use crate::snapshot::naming::sanitize_environment;
use crate::snapshot::{DataVersion, Nodes, SnapshotId, StoredSnapshots};
use crate::state::environment::PROD;
use crate::state::{EnvironmentEntry, EnvironmentStatements, StateFile, TableInfo};
use crate::time::Timestamp;

pub use modified::Modified;

/// How many earlier versions a snapshot remembers.
const PREVIOUS_VERSIONS: usize = 10;

/// Which environment to compare with.
#[derive(Debug, Clone, Copy)]
pub struct DiffRequest<'a> {
    /// Target, as given.
    pub environment: &'a str,
    /// Base of a target that does not exist; prod when not given.
    pub create_from: Option<&'a str>,
    /// The moment: environments that expired before count as missing.
    pub now: Timestamp,
    /// `always_recreate_environment`.
    pub always_recreate: bool,
    /// `use_finalized_state`.
    pub use_finalized_state: bool,
    /// `gateway_managed_virtual_layer`.
    pub gateway_managed: bool,
}

/// The environment a project is compared with, and what of it counts.
#[derive(Debug, Clone)]
pub struct Base<'a> {
    /// Target, sanitised.
    pub environment: String,
    /// The target's own record, expired or not.
    pub existing: Option<&'a EnvironmentEntry>,
    /// The record compared with; `None` when there is nothing.
    pub entry: Option<&'a EnvironmentEntry>,
    /// The target does not exist, has expired, or is recreated.
    pub is_new: bool,
    /// What a new one is made from, sanitised.
    pub create_from: String,
    /// Views that the target already has.
    pub previously_promoted: Rc<BTreeSet<SnapshotId>>,
}

/// Finds the base of a plan.
pub fn find_base<'a>(state: &'a StateFile, request: DiffRequest<'_>) -> Base<'a> {
    let environment = sanitize_environment(request.environment);
    let create_from = sanitize_environment(request.create_from.unwrap_or(PROD));
    let existing = state.environments.get(&environment);
    let expired = existing
        .and_then(|entry| entry.environment.expiration_ts)
        .is_some_and(|expiration| expiration <= request.now);
    let recreate = request.always_recreate && environment != create_from;
    let is_new = existing.is_none() || expired || recreate;
    let entry = if is_new {
        state.environments.get(&create_from)
    } else {
        existing
    };
    let previously_promoted = match (is_new, existing) {
        (false, Some(entry)) => promoted_ids(entry),
        _ => BTreeSet::new(),
    };
    Base {
        environment,
        existing,
        entry,
        is_new,
        create_from,
        previously_promoted: Rc::new(previously_promoted),
    }
}

/// Ids of an environment's snapshots that have views.
pub fn promoted_ids(entry: &EnvironmentEntry) -> BTreeSet<SnapshotId> {
    match &entry.environment.promoted_snapshot_ids {
        Some(ids) => ids.iter().cloned().collect(),
        None => entry.environment.snapshots.iter().map(TableInfo::id).collect(),
    }
}

/// The snapshots of an environment that count as its content.
pub fn base_snapshots(entry: &EnvironmentEntry, use_finalized_state: bool) -> &[TableInfo] {
    let environment = &entry.environment;
    match &environment.previous_finalized_snapshots {
        Some(previous) if use_finalized_state && environment.finalized_ts.is_none() => previous,
        _ => &environment.snapshots,
    }
}

/// The difference between project and environment.
#[derive(Debug, Clone)]
pub struct ContextDiff<'a> {
    /// What is compared with.
    pub base: Base<'a>,
    /// The environment to be: every node by name.
    pub nodes: Nodes,
    /// Names not in the base.
    pub added: BTreeSet<String>,
    /// What is in the base but not in the project.
    pub removed: BTreeMap<String, TableInfo>,
    /// Names in both, of different versions.
    pub modified: BTreeMap<String, Rc<Modified>>,
    /// The base's record was written but its plan was not finished.
    pub is_unfinalized: bool,
    /// `before_all`/`after_all` to be.
    pub statements: Vec<EnvironmentStatements>,
    /// Those of the base.
    pub previous_statements: Vec<EnvironmentStatements>,
    /// Python requirements to be.
    pub requirements: BTreeMap<String, String>,
    /// Those of the base.
    pub previous_requirements: BTreeMap<String, String>,
    /// The base's flag for gateway-managed views differs.
    pub gateway_managed_differs: bool,
}

/// A snapshot that an environment refers to but the state does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingSnapshot {
    /// Environment.
    pub environment: String,
    /// Which one.
    pub id: SnapshotId,
}

/// What the project brings.
#[derive(Debug, Clone, Default)]
pub struct ProjectSide {
    /// Its snapshots by name.
    pub nodes: Nodes,
    /// Its statements.
    pub statements: Vec<EnvironmentStatements>,
    /// Its requirements.
    pub requirements: BTreeMap<String, String>,
    /// Packages that are not to be required.
    pub excluded_requirements: BTreeSet<String>,
}

impl<'a> ContextDiff<'a> {
    /// Compares a project with a base. New snapshots that replace one of the base get its chain of versions.
    ///
    /// # Errors
    /// A snapshot that the environment refers to is not in the state.
    pub fn new(
        base: Base<'a>,
        project: ProjectSide,
        stored: &StoredSnapshots<'a>,
        request: DiffRequest<'_>,
    ) -> Result<Self, MissingSnapshot> {
        let ProjectSide {
            mut nodes,
            mut statements,
            requirements,
            excluded_requirements,
        } = project;
        let infos: BTreeMap<&str, &TableInfo> = base
            .entry
            .map(|entry| base_snapshots(entry, request.use_finalized_state))
            .unwrap_or_default()
            .iter()
            .map(|info| (info.name.as_str(), info))
            .collect();
        let mut added = BTreeSet::new();
        let mut modified = BTreeMap::new();
        let mut removed: BTreeMap<String, TableInfo> = infos
            .iter()
            .filter(|(name, _)| !nodes.contains_key(name))
            .map(|(name, info)| ((*name).to_string(), (*info).clone()))
            .collect();
        let names = nodes.shared_names();
        for (name, node) in names.iter().zip(nodes.list_mut()) {
            let Some(info) = infos.get(name.as_str()) else {
                added.insert(name.clone());
                continue;
            };
            if info.fingerprint == node.snapshot.fingerprint {
                continue;
            }
            if info.is_model() != node.is_model() {
                added.insert(name.clone());
                removed.insert(name.clone(), (*info).clone());
                continue;
            }
            let id = info.id();
            let Some(old) = stored.get(&id) else {
                let environment = base.entry.map(|e| e.environment.name.clone()).unwrap_or_default();
                return Err(MissingSnapshot { environment, id });
            };
            if node.is_new {
                Rc::make_mut(node).snapshot.previous_versions = chain_after(info);
            }
            modified.insert(name.clone(), Rc::new(Modified::new(node, old)));
        }
        statements.sort_by(|a, b| a.project.cmp(&b.project));
        let mut previous_statements = base
            .entry
            .map(|entry| entry.statements.clone())
            .unwrap_or_default();
        previous_statements.sort_by(|a, b| a.project.cmp(&b.project));
        let previous_requirements: BTreeMap<String, String> = base
            .entry
            .map(|entry| entry.environment.requirements.clone().into_iter().collect())
            .unwrap_or_default();
        let requirements = requirements::with_imported(
            requirements,
            &excluded_requirements,
            &previous_requirements,
            &nodes,
        );
        Ok(Self {
            is_unfinalized: base
                .entry
                .is_some_and(|entry| entry.environment.finalized_ts.is_none()),
            gateway_managed_differs: base
                .entry
                .is_some_and(|entry| entry.environment.gateway_managed != request.gateway_managed),
            base,
            nodes,
            added,
            removed,
            modified,
            statements,
            previous_statements,
            requirements,
            previous_requirements,
        })
    }

    /// The same without what is borrowed from the state.
    pub fn detached(self) -> ContextDiff<'static> {
        self.based_on(None, None)
    }

    /// The same with what a difference of this state borrows from it.
    pub fn attached<'s>(self, state: &'s StateFile) -> ContextDiff<'s> {
        let existing = state.environments.get(&self.base.environment);
        let entry = if self.base.is_new {
            state.environments.get(&self.base.create_from)
        } else {
            existing
        };
        self.based_on(existing, entry)
    }

    fn based_on<'s>(
        self,
        existing: Option<&'s EnvironmentEntry>,
        entry: Option<&'s EnvironmentEntry>,
    ) -> ContextDiff<'s> {
        ContextDiff {
            base: Base {
                environment: self.base.environment,
                existing,
                entry,
                is_new: self.base.is_new,
                create_from: self.base.create_from,
                previously_promoted: self.base.previously_promoted,
            },
            nodes: self.nodes,
            added: self.added,
            removed: self.removed,
            modified: self.modified,
            is_unfinalized: self.is_unfinalized,
            statements: self.statements,
            previous_statements: self.previous_statements,
            requirements: self.requirements,
            previous_requirements: self.previous_requirements,
            gateway_managed_differs: self.gateway_managed_differs,
        }
    }

    /// Whether snapshots differ.
    pub fn has_snapshot_changes(&self) -> bool {
        !self.added.is_empty() || !self.removed.is_empty() || !self.modified.is_empty()
    }

    /// Whether `before_all` or `after_all` differ.
    pub fn has_statement_changes(&self) -> bool {
        self.statements != self.previous_statements
    }

    /// Whether anything differs that a plan would carry out.
    pub fn has_changes(&self) -> bool {
        self.has_snapshot_changes()
            || self.base.is_new
            || self.is_unfinalized
            || self.requirements != self.previous_requirements
            || self.has_statement_changes()
            || self.gateway_managed_differs
    }

    /// Whether a name is directly modified (added ones aside).
    pub fn is_directly_modified(&self, name: &str) -> bool {
        self.modified.get(name).is_some_and(|modified| modified.directly)
    }

    /// Whether a name is only indirectly modified.
    pub fn is_indirectly_modified(&self, name: &str) -> bool {
        self.modified
            .get(name)
            .is_some_and(|modified| modified.indirectly)
    }
}

/// The chain of versions of a snapshot that follows an environment's entry.
pub(crate) fn chain_after(info: &TableInfo) -> Vec<DataVersion> {
    let mut chain = info.previous_versions.clone();
    chain.push(DataVersion {
        fingerprint: info.fingerprint.clone(),
        version: Some(info.version.clone()),
        dev_version: info.dev_version.clone(),
        change_category: info.change_category,
        physical_schema: Some(info.physical_schema.clone()),
        dev_table_suffix: info.dev_table_suffix.clone(),
        table_naming_convention: info.table_naming_convention.clone(),
        virtual_environment_mode: info.virtual_environment_mode.clone(),
        ..DataVersion::default()
    });
    let surplus = chain.len().saturating_sub(PREVIOUS_VERSIONS);
    chain.drain(..surplus);
    chain
}
