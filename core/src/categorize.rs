//! Change categories: what a difference means for the tables of a model and of those below it.
//!
//! In: a diff, the user's choices and the modes. Out: the same snapshots with category, versions and the
//! forward-only flag, and for each the reason in words. Only new snapshots are categorised; stored ones keep
//! what they have.

use std::rc::Rc;

use crate::config::{CategorizerConfig, CategorizerMode};
use crate::diff::{ContextDiff, modified};
use crate::hash::crc32_of;
use crate::model::{KindName, SourceType};
use crate::ordered::{BTreeMap, BTreeSet};
use crate::snapshot::{ChangeCategory, Links, PlanNode, Snapshot, StoredSnapshots, fingerprint};
use crate::sql::compare;

/// What decides besides the difference itself.
#[derive(Debug, Clone, Copy)]
pub struct CategorizeOptions<'a> {
    /// The plan as a whole is forward-only.
    pub forward_only: bool,
    /// False for `--no-auto-categorization`.
    pub auto: bool,
    /// Modes by kind of source.
    pub modes: CategorizerConfig,
    /// Chosen categories by fully qualified name.
    pub choices: &'a BTreeMap<String, ChangeCategory>,
}

/// Why a snapshot has its category, by name.
pub type Reasons = BTreeMap<String, String>;

/// A decision: category (none when it is left to the user), forward-only flag, reason.
struct Verdict {
    category: Option<ChangeCategory>,
    forward_only: bool,
    reason: String,
}

/// What is among the new snapshots above a node.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    forward_only: bool,
    ordinary: bool,
    metadata: bool,
    other: bool,
}

impl Seen {
    fn of(snapshot: &Snapshot) -> Self {
        let metadata = snapshot.change_category == Some(ChangeCategory::Metadata);
        Self {
            forward_only: snapshot.forward_only,
            ordinary: !snapshot.forward_only,
            metadata,
            other: !metadata,
        }
    }

    fn add(&mut self, other: Self) {
        self.forward_only |= other.forward_only;
        self.ordinary |= other.ordinary;
        self.metadata |= other.metadata;
        self.other |= other.other;
    }
}

/// What a verdict takes from the nodes around.
#[derive(Debug, Clone, Copy)]
struct Surroundings<'n> {
    above: Seen,
    /// An indirectly modified model below whose columns are not known.
    unknown: Option<&'n str>,
}

/// For each node, by number, an indirectly modified model below it whose columns are not known.
fn unknown_columns(diff: &ContextDiff<'_>, links: &Links) -> Vec<Option<usize>> {
    let nodes = diff.nodes.list();
    let mut unknown = vec![None; nodes.len()];
    for (number, parents) in links.walk().rev() {
        let node = &nodes[number];
        let own = node.is_model() && node.columns.is_none() && diff.is_indirectly_modified(node.name());
        let Some(found) = own.then_some(number).or(unknown[number]) else {
            continue;
        };
        for parent in parents {
            unknown[*parent] = Some(found);
        }
    }
    unknown
}

/// Categorises all new snapshots of a diff, parents first.
pub fn categorize(
    diff: &mut ContextDiff<'_>,
    links: &Links,
    stored: &StoredSnapshots<'_>,
    options: CategorizeOptions<'_>,
) -> Reasons {
    let mut reasons = Reasons::new();
    let unknown = unknown_columns(diff, links);
    let mut seen = vec![Seen::default(); unknown.len()];
    for (number, parents) in links.walk() {
        let nodes = diff.nodes.list();
        let mut above = Seen::default();
        for parent in parents {
            above.add(seen[*parent]);
            if nodes[*parent].is_new {
                above.add(Seen::of(&nodes[*parent].snapshot));
            }
        }
        seen[number] = above;
        let node = &nodes[number];
        if !node.is_new {
            continue;
        }
        let known = Surroundings {
            above,
            unknown: unknown[number].map(|below| nodes[below].name()),
        };
        let verdict = decide(diff, node, known, stored, options);
        reasons.insert(node.name().to_string(), verdict.reason);
        if let Some(category) = verdict.category {
            let node = &mut diff.nodes.list_mut()[number];
            give_version(Rc::make_mut(node), category, verdict.forward_only);
        }
    }
    reasons
}

fn decide(
    diff: &ContextDiff<'_>,
    node: &PlanNode,
    known: Surroundings<'_>,
    stored: &StoredSnapshots<'_>,
    options: CategorizeOptions<'_>,
) -> Verdict {
    let name = node.name();
    let modified = diff.modified.get(name);
    let breaking_kind = modified.is_some_and(|m| is_breaking_kind_change(&m.old, node));
    let data_modified = modified.is_some_and(|m| m.directly || m.indirectly);
    let mut forward_only = options.forward_only
        || (data_modified
            && node.is_forward_only_model()
            && !node.snapshot.previous_versions.is_empty()
            && !breaking_kind);
    if forward_only && modified.is_some() && (breaking_kind || node.kind() == KindName::Seed) {
        forward_only = false;
    }
    let verdict = |category: ChangeCategory, forward_only: bool, reason: String| Verdict {
        category: Some(category),
        forward_only,
        reason,
    };
    if let Some(category) = options.choices.get(name) {
        return verdict(*category, forward_only, "chosen by the user".to_string());
    }
    let Some(modified) = modified else {
        return verdict(ChangeCategory::Breaking, forward_only, "added".to_string());
    };
    if modified.directly {
        return decide_direct(diff, node, known, options, breaking_kind, forward_only);
    }
    if modified.indirectly {
        return decide_indirect(diff, node, known.above, stored, forward_only);
    }
    let reason = if modified.metadata {
        "only metadata differ"
    } else {
        "only metadata of a parent differ"
    };
    verdict(ChangeCategory::Metadata, forward_only, reason.to_string())
}

fn decide_direct(
    diff: &ContextDiff<'_>,
    node: &PlanNode,
    known: Surroundings<'_>,
    options: CategorizeOptions<'_>,
    breaking_kind: bool,
    forward_only: bool,
) -> Verdict {
    let undecided = |reason: String| Verdict {
        category: None,
        forward_only,
        reason,
    };
    let decided = |category: ChangeCategory, reason: String| Verdict {
        category: Some(category),
        forward_only,
        reason,
    };
    if !options.auto {
        return undecided("automatic categorisation is off".to_string());
    }
    if breaking_kind {
        return Verdict {
            category: Some(ChangeCategory::Breaking),
            forward_only: false,
            reason: "the kind changed in a way that needs a new table".to_string(),
        };
    }
    let name = node.name();
    let before = diff.modified.get(name).map(|modified| &modified.old.node);
    if before.is_some_and(|model| model.source_type == node.model().source_type && model.is_redacted()) {
        return undecided("the text of the version before was redacted".to_string());
    }
    let mode = mode_of(node.model().source_type, options.modes);
    let by_default = |reason: String| match mode {
        CategorizerMode::Full => decided(ChangeCategory::Breaking, reason),
        CategorizerMode::Semi | CategorizerMode::Off => undecided(reason),
    };
    let own = (node.is_model() && node.columns.is_none()).then_some(name);
    if let Some(unknown) = own.or(known.unknown) {
        return by_default(format!("the columns of {unknown} are not known"));
    }
    if mode == CategorizerMode::Off {
        return undecided("automatic categorisation is off for this kind of source".to_string());
    }
    let Some(modified) = diff.modified.get(name) else {
        return by_default("added".to_string());
    };
    match modified.additive(|old| additive_reason(node, old)) {
        Ok(reason) => decided(ChangeCategory::NonBreaking, reason.clone()),
        Err(reason) => by_default(reason.clone()),
    }
}

fn mode_of(source: SourceType, modes: CategorizerConfig) -> CategorizerMode {
    match source {
        SourceType::Sql => modes.sql,
        SourceType::Seed => modes.seed,
        SourceType::External => modes.external,
        SourceType::Python => modes.python,
        SourceType::Audit => CategorizerMode::Full,
    }
}

/// Whether a direct change only adds; the reason either way.
fn additive_reason(node: &PlanNode, old: &Snapshot) -> Result<String, String> {
    let (new_model, old_model) = (node.model(), &old.node);
    if new_model.source_type != old_model.source_type {
        return Err("the kind of source changed".to_string());
    }
    match new_model.source_type {
        SourceType::Sql => {
            if new_model.kind.lookback.unwrap_or(0) != old_model.kind.lookback.unwrap_or(0) {
                return Err("lookback changed".to_string());
            }
            if modified::same_query_inputs(new_model, old_model) {
                return Ok("the query did not change".to_string());
            }
            let (Some(new), Some(old)) = (modified::analyze(new_model), modified::analyze(old_model)) else {
                return Err("the query cannot be rendered".to_string());
            };
            if new.tree == old.tree {
                return Ok("the query did not change".to_string());
            }
            match compare::additive_only(&old.tree, &new.tree) {
                Ok(additions) => Ok(format!("only columns were added: {}", additions.names.join(", "))),
                Err(difference) => Err(format!("{} {}", difference.place, difference.what)),
            }
        }
        SourceType::Seed => {
            let new = modified::with_hashes(new_model)
                .column_hashes
                .take()
                .unwrap_or_default();
            let old = modified::with_hashes(old_model)
                .column_hashes
                .take()
                .unwrap_or_default();
            match old.iter().find(|(column, hash)| new.get(column) != Some(hash)) {
                Some((column, _)) if !new.contains_key(column) => Err(format!("column {column} was removed")),
                Some((column, _)) => Err(format!("the content of column {column} changed")),
                None => Ok("only columns were added".to_string()),
            }
        }
        SourceType::External => {
            let new = modified::stored_columns(new_model).unwrap_or_default();
            let old = modified::stored_columns(old_model).unwrap_or_default();
            match old
                .iter()
                .find(|(column, data_type)| new.get(column) != Some(data_type))
            {
                Some((column, _)) => Err(format!("column {column} was removed or changed its type")),
                None => Ok("only columns were added".to_string()),
            }
        }
        SourceType::Python => Err("the Python code or its settings changed".to_string()),
        SourceType::Audit => Err("the audit changed".to_string()),
    }
}

fn decide_indirect(
    diff: &ContextDiff<'_>,
    node: &PlanNode,
    above: Seen,
    stored: &StoredSnapshots<'_>,
    mut forward_only: bool,
) -> Verdict {
    let direct: Vec<&Rc<PlanNode>> = node
        .snapshot
        .parents
        .iter()
        .filter_map(|parent| diff.nodes.get(&parent.name).filter(|node| node.is_new))
        .collect();
    let worst = direct.iter().find(|parent| {
        matches!(
            parent.snapshot.change_category,
            Some(ChangeCategory::Breaking | ChangeCategory::IndirectBreaking)
        )
    });
    let materialized_view = node.kind() == KindName::View && node.model().kind.materialized == Some(true);
    if materialized_view && !forward_only {
        return Verdict {
            category: Some(ChangeCategory::IndirectBreaking),
            forward_only,
            reason: "a materialized view is rebuilt whenever a parent changes".to_string(),
        };
    }
    if (above.forward_only && !above.ordinary) || node.is_forward_only_model() {
        forward_only = true;
    }
    let (category, reason) = if let Some(parent) = worst {
        (
            ChangeCategory::IndirectBreaking,
            format!("its parent {} changes in a breaking way", parent.name()),
        )
    } else if direct.is_empty() {
        let category = orphan_category(diff, node, stored);
        (
            category,
            "changes of parents that were made in earlier plans come together".to_string(),
        )
    } else if above.metadata && !above.other {
        (
            ChangeCategory::Metadata,
            "only metadata of parents differ".to_string(),
        )
    } else {
        let causes: Vec<&str> = direct.iter().map(|parent| parent.name()).collect();
        (
            ChangeCategory::IndirectNonBreaking,
            format!("no parent changes in a breaking way: {}", causes.join(", ")),
        )
    };
    Verdict {
        category: Some(category),
        forward_only,
        reason,
    }
}

/// The category of a snapshot none of whose parents is new: what the parents' versions went through since the
/// version that this one replaces.
fn orphan_category(diff: &ContextDiff<'_>, node: &PlanNode, stored: &StoredSnapshots<'_>) -> ChangeCategory {
    let Some(modified) = diff.modified.get(node.name()) else {
        return ChangeCategory::IndirectBreaking;
    };
    let mut result: Option<ChangeCategory> = None;
    for parent in &node.snapshot.parents {
        let Some(before) = modified.old.parents.iter().find(|old| old.name == parent.name) else {
            return ChangeCategory::IndirectBreaking;
        };
        if before == parent {
            continue;
        }
        let current = diff
            .nodes
            .get(&parent.name)
            .map(|node| &node.snapshot)
            .or_else(|| stored.get(parent));
        let Some(current) = current else {
            return ChangeCategory::IndirectBreaking;
        };
        let mut seen: BTreeSet<ChangeCategory> = BTreeSet::new();
        let mut met = false;
        let own = (current.fingerprint.to_identifier(), current.change_category);
        let chain = std::iter::once(own).chain(
            current
                .previous_versions
                .iter()
                .rev()
                .map(|version| (version.fingerprint.to_identifier(), version.change_category)),
        );
        for (identifier, category) in chain {
            if identifier == before.identifier {
                met = true;
                break;
            }
            seen.extend(category);
        }
        if !met
            || seen.contains(&ChangeCategory::Breaking)
            || seen.contains(&ChangeCategory::IndirectBreaking)
        {
            return ChangeCategory::IndirectBreaking;
        }
        if seen.contains(&ChangeCategory::NonBreaking) || seen.contains(&ChangeCategory::IndirectNonBreaking)
        {
            result = Some(ChangeCategory::IndirectNonBreaking);
        } else if seen == BTreeSet::from([ChangeCategory::Metadata]) && result.is_none() {
            result = Some(ChangeCategory::Metadata);
        }
    }
    result.unwrap_or(ChangeCategory::IndirectBreaking)
}

/// Whether a change of kind needs a new table whatever else changed.
pub fn is_breaking_kind_change(old: &Snapshot, new: &PlanNode) -> bool {
    let (old_model, new_model) = (&old.node, new.model());
    if old_model.is_audit() != new_model.is_audit() {
        return true;
    }
    if new_model.is_audit() {
        return false;
    }
    if old_model.virtual_environment_mode != new_model.virtual_environment_mode {
        return true;
    }
    if old_model.kind.name == new_model.kind.name {
        return false;
    }
    if !old_model.kind.name.is_incremental() || !new_model.kind.name.is_incremental() {
        return true;
    }
    fingerprint::effective_partitioned_by(old_model) != fingerprint::effective_partitioned_by(new_model)
}

/// A snapshot with its category, versions and table names.
pub fn give_version(node: &mut PlanNode, category: ChangeCategory, forward_only: bool) {
    let is_model = node.is_model();
    let (is_forward_only_model, is_materialized) = (node.is_forward_only_model(), node.is_materialized());
    let snapshot = &mut node.snapshot;
    let model = &snapshot.node;
    let own = snapshot.fingerprint.to_version();
    let previous = snapshot.previous_versions.last().cloned();
    let kept = matches!(
        category,
        ChangeCategory::IndirectNonBreaking | ChangeCategory::Metadata
    );
    let no_rebuild = forward_only || kept;
    snapshot.dev_version = Some(own.clone());
    snapshot.version = Some(
        if is_model && model.virtual_environment_mode != "full" && !model.virtual_environment_mode.is_empty()
        {
            "novde".to_string()
        } else if let Some(pinned) = &model.physical_version {
            pinned.clone()
        } else if let (true, Some(previous)) = (no_rebuild, &previous) {
            previous
                .version
                .clone()
                .unwrap_or_else(|| previous.fingerprint.to_version())
        } else if is_forward_only_model && previous.is_none() {
            let fqn = std::iter::once(Some(snapshot.name.clone()));
            crc32_of(fqn.chain(fingerprint::kind_data_values(model)))
        } else {
            own
        },
    );
    if let (true, Some(previous)) = (no_rebuild, previous) {
        // Standalone audits have no schema of their own; SQLMesh puts its own name there.
        let schema = previous
            .physical_schema
            .as_deref()
            .filter(|schema| !schema.is_empty());
        snapshot.physical_schema = Some(schema.unwrap_or("sqlmesh").to_string());
        snapshot.table_naming_convention = previous.table_naming_convention.clone();
        if is_materialized && kept {
            snapshot.dev_version = Some(previous.dev_version_or_own());
            snapshot.dev_table_suffix = previous.dev_table_suffix;
        }
    }
    snapshot.change_category = Some(category);
    snapshot.forward_only = forward_only;
}
