//! Project against environment, as far as it does not depend on categories, dates and what is filled.
//!
//! In: a builder. Out: a `Compared`, which a `Memory` keeps: a plan that differs from the one before in a choice
//! or a date only compares nothing again.

use std::cell::RefCell;
use std::rc::Rc;

use crate::backfill::Histories;
use crate::dag::Dag;
use crate::diff::{
    Base, ContextDiff, DiffRequest, MissingSnapshot, ProjectSide, base_snapshots, find_base, modified,
};
use crate::model::SourceType;
use crate::ordered::{BTreeMap, BTreeSet};
use crate::project::mix::{self, Origin};
use crate::snapshot::{Links, Nodes, PlanNode, Snapshot, StoredIndex, StoredSnapshots, local_snapshots};
use crate::state::StateFile;
use crate::time::Timestamp;

use super::Refusal;
use super::builder::PlanBuilder;
use super::dates::{Reach, prod_reach};
use super::staged::settled;

/// What plans of one project against one state share. It must never be used with another project or state.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    index: Option<StoredIndex>,
    last: Option<(Question, Rc<Compared>)>,
}

impl Memory {
    /// The stored snapshots, indexed once.
    pub(super) fn stored<'a>(&mut self, state: &'a StateFile) -> StoredSnapshots<'a> {
        match &self.index {
            Some(index) => StoredSnapshots::with_index(&state.snapshots, index.clone()),
            None => {
                let stored = StoredSnapshots::new(&state.snapshots);
                self.index = Some(stored.index());
                stored
            }
        }
    }

    /// The comparison that the last plan was made from: the same one as long as nothing was compared again.
    pub fn compared(&self) -> Option<&Rc<Compared>> {
        self.last.as_ref().map(|(_, compared)| compared)
    }
}

/// The options that a comparison depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Question {
    environment: String,
    create_from: Option<String>,
    now: Timestamp,
    restate_models: Vec<String>,
    select_models: Vec<String>,
    backfill_models: Vec<String>,
    incomplete: bool,
}

/// A comparison, without what it borrows from the state.
#[derive(Debug, Clone)]
pub struct Compared {
    /// What differs; nothing is categorised.
    pub(super) diff: ContextDiff<'static>,
    /// Parents before children.
    pub(super) order: Rc<Vec<String>>,
    /// The same by number, and who reads whom.
    pub(super) links: Rc<Links>,
    /// The graph of the environment to be.
    pub(super) dag: Rc<Dag>,
    /// Names that the user wants restated.
    pub(super) restated: Option<BTreeSet<String>>,
    /// Names chosen for backfill by the user.
    pub(super) backfill_selection: Option<BTreeSet<String>>,
    /// How far prod's versions reach.
    pub(super) reach: Rc<Reach>,
    /// The nodes that are stored, with the intervals that the state holds.
    pub(super) settled: Rc<Nodes>,
    /// What one plan has found out about histories the next one knows.
    pub(super) histories: Rc<RefCell<Histories>>,
}

impl<'a> PlanBuilder<'a> {
    /// The comparison that these options ask for, from memory if it is there.
    pub(super) fn compared(&self, memory: &mut Memory) -> Result<Rc<Compared>, Refusal> {
        let options = self.options;
        let question = Question {
            environment: self.target().to_string(),
            create_from: options.create_from.clone(),
            now: options.now,
            restate_models: options.restate_models.clone(),
            select_models: options.select_models.clone(),
            backfill_models: options.backfill_models.clone(),
            incomplete: self.incomplete,
        };
        if let Some((known, compared)) = &memory.last
            && *known == question
        {
            return Ok(compared.clone());
        }
        let compared = Rc::new(self.compare_anew()?);
        memory.last = Some((question, compared.clone()));
        Ok(compared)
    }

    fn compare_anew(&self) -> Result<Compared, Refusal> {
        let config = &self.project.config;
        let options = self.options;
        let is_restatement = !options.restate_models.is_empty();
        let request = DiffRequest {
            environment: self.target(),
            create_from: options.create_from.as_deref(),
            // A restatement takes the environment as it is, expired or not.
            now: match is_restatement {
                true => Timestamp(i64::MIN),
                false => options.now,
            },
            always_recreate: config.always_recreate_environment && !is_restatement,
            use_finalized_state: config.use_finalized_state,
            gateway_managed: config.gateway_managed_virtual_layer,
        };
        let base = find_base(self.state, request);
        let mut local = local_snapshots(self.project, &self.stored, options.now).map_err(cycle_refusal)?;
        let restated = if is_restatement {
            Some(self.select(&options.restate_models, &local)?)
        } else {
            None
        };
        let backfill_selection = self.backfill_selection(&local)?;
        if backfill_selection.as_ref().is_some_and(BTreeSet::is_empty)
            && !self.selects_deleted(&local, &base)?
        {
            return Err(empty_selection());
        }
        if let Some(origins) = self.origins(&local, &base)? {
            let project = mix::mixed(self.project, &origins);
            local = local_snapshots(&project, &self.stored, options.now).map_err(cycle_refusal)?;
        }
        let side = if is_restatement {
            self.environment_side(&base)?
        } else {
            self.project_side(local)
        };
        let mut diff = ContextDiff::new(base, side, &self.stored, request).map_err(missing_snapshot)?;
        if is_restatement {
            diff.is_unfinalized = false;
        }
        let dag = node_dag(&diff.nodes);
        let order = dag.sorted().map_err(cycle_refusal)?;
        Ok(Compared {
            links: Rc::new(Links::new(&diff.nodes, &order)),
            settled: Rc::new(settled(&diff.nodes, &self.stored, options.now)),
            diff: diff.detached(),
            order: Rc::new(order),
            dag: Rc::new(dag),
            restated,
            backfill_selection,
            reach: Rc::new(prod_reach(self.state, &self.stored)),
            histories: Rc::default(),
        })
    }

    /// Whether the selection names models that are only in the environment: their removal is what is planned.
    fn selects_deleted(&self, local: &Nodes, base: &Base<'a>) -> Result<bool, Refusal> {
        let gone: Nodes = self
            .environment_nodes(base)
            .iter()
            .filter(|(name, _)| !local.contains_key(name))
            .map(|(name, node)| (name.clone(), node.clone()))
            .collect();
        Ok(!self
            .selectors(&gone)
            .downstream_of(local)
            .select(&self.options.select_models)?
            .is_empty())
    }

    /// The nodes that the environment compared with holds.
    fn environment_nodes(&self, base: &Base<'a>) -> Nodes {
        let infos = base
            .entry
            .map(|entry| base_snapshots(entry, false))
            .unwrap_or_default();
        infos
            .iter()
            .filter_map(|info| {
                Some((
                    info.name.clone(),
                    Rc::new(stored_node(self.stored.get(&info.id())?)),
                ))
            })
            .collect()
    }

    /// Where each node comes from when not all of the files count: with `--select-model`, and when some files
    /// could not be read. `None` when they do.
    fn origins(&self, local: &Nodes, base: &Base<'a>) -> Result<Option<BTreeMap<String, Origin>>, Refusal> {
        let texts = &self.options.select_models;
        if texts.is_empty() && !self.incomplete {
            return Ok(None);
        }
        let stored = self.environment_nodes(base);
        let both = stored.iter().chain(local.iter());
        let all: Nodes = both.map(|(name, node)| (name.clone(), node.clone())).collect();
        let selected = if texts.is_empty() {
            local.keys().cloned().collect()
        } else {
            self.selectors(&all).downstream_of(local).select(texts)?
        };
        let mut origins = BTreeMap::new();
        for (name, node) in all.iter() {
            let is_local = local.contains_key(name);
            // Standalone audits are always the files' own.
            if is_local && (selected.contains(name) || !node.is_model()) {
                origins.insert(name.clone(), Origin::Local);
            } else if let Some(node) = stored.get(name).filter(|node| node.is_model())
                && !selected.contains(name)
            {
                let mut model = modified::with_hashes(node.model());
                if model.source_type == SourceType::Seed && model.derived_columns_to_types.is_none() {
                    model.derived_columns_to_types.clone_from(&node.columns);
                }
                origins.insert(name.clone(), Origin::Stored(Box::new(model)));
            }
        }
        Ok(Some(origins))
    }

    fn project_side(&self, nodes: Nodes) -> ProjectSide {
        ProjectSide {
            nodes,
            statements: self.project.statements.clone(),
            requirements: self.project.requirements.clone(),
            excluded_requirements: self.project.excluded_requirements.clone(),
        }
    }

    /// The environment's own snapshots: what a restatement plans, whatever the files say.
    pub(super) fn environment_side(&self, base: &Base<'a>) -> Result<ProjectSide, Refusal> {
        let Some(entry) = base.existing else {
            return Err(Refusal::of(
                "SQLMeshError",
                "plan/unknown-environment",
                format!(
                    "Environment '{}' must exist for this operation.",
                    base.environment
                ),
            ));
        };
        let nodes = entry.environment.snapshots.iter().filter_map(|info| {
            let snapshot = self.stored.get(&info.id())?;
            Some((info.name.clone(), Rc::new(stored_node(snapshot))))
        });
        Ok(ProjectSide {
            nodes: nodes.collect(),
            statements: entry.statements.clone(),
            requirements: entry.environment.requirements.clone().into_iter().collect(),
            excluded_requirements: BTreeSet::new(),
        })
    }

    fn select(&self, texts: &[String], nodes: &Nodes) -> Result<BTreeSet<String>, Refusal> {
        let names = self.selectors(nodes).select(texts)?;
        if names.is_empty() {
            return Err(empty_selection());
        }
        Ok(names)
    }

    fn backfill_selection(&self, local: &Nodes) -> Result<Option<BTreeSet<String>>, Refusal> {
        let options = self.options;
        let selectors = self.selectors(local);
        let mut selection = None;
        // A backfill selection that matches nothing leaves the word to the other one.
        for texts in [&options.backfill_models, &options.select_models] {
            if !texts.is_empty() && selection.as_ref().is_none_or(BTreeSet::is_empty) {
                selection = Some(selectors.select(texts)?);
            }
        }
        Ok(selection)
    }
}

fn empty_selection() -> Refusal {
    Refusal::plan(
        "plan/empty-selection",
        "Selector did not return any models. Please check your model selection and try again.",
    )
}

pub(super) fn missing_snapshot(missing: MissingSnapshot) -> Refusal {
    Refusal::plan(
        "state/missing-snapshot",
        format!(
            "environment `{}` refers to snapshot {} {} that the state does not hold",
            missing.environment, missing.id.name, missing.id.identifier
        ),
    )
    .help("export the state again with `sqlmesh state export`")
}

pub(super) fn cycle_refusal(cycle: Vec<String>) -> Refusal {
    Refusal::of(
        "SQLMeshError",
        "project/cycle",
        format!("the models form a cycle: {}", cycle.join(" → ")),
    )
}

pub(super) fn node_dag(nodes: &Nodes) -> Dag {
    let edges = nodes.iter().map(|(name, node)| {
        (
            name.clone(),
            node.snapshot
                .parents
                .iter()
                .map(|parent| parent.name.clone())
                .collect(),
        )
    });
    Dag::new(&edges.collect())
}

/// A stored snapshot as a node of a plan.
fn stored_node(snapshot: &Snapshot) -> PlanNode {
    let analysis = modified::analyze(&snapshot.node);
    let reads = analysis.map(|analysis| analysis.depends_on).unwrap_or_default();
    let depends_on_self = reads.contains(&snapshot.name);
    let depends_on = reads.into_iter().filter(|name| *name != snapshot.name).collect();
    PlanNode {
        columns: modified::stored_columns(&snapshot.node),
        snapshot: snapshot.clone(),
        is_new: false,
        path: None,
        depends_on,
        depends_on_self,
        equal_definition: false,
        recalled: false,
    }
}
