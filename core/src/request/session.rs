//! A loaded project with a state, to be planned again and again.
//!
//! Loading, hashing and comparing happen once; a changed category, date or flag only decides anew. Options that
//! change the comparison itself (environment, moment, selections, restatements) compare again, without loading.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::apply::{self, Rehearsal};
use crate::diagnostic::Diagnostic;
use crate::plan::deployability::DeployabilityIndex;
use crate::plan::stages::build_stages;
use crate::plan::{Compared, Memory, Plan, PlanBuilder, PlanOptions};
use crate::project::{self, LoadOptions, Project, linter};
use crate::report::{PlanDecisions, PlanOutcome, PlanRefusal};
use crate::snapshot::Nodes;
use crate::source::SourceMap;
use crate::state::StateFile;
use crate::statements::{self, Step};
use crate::upgrade;

use super::{Problems, answer, notes, with_absent};

/// A project and a state that plans are made of.
#[derive(Debug)]
pub struct Session {
    project: Project,
    problems: Vec<Diagnostic>,
    lint: Vec<Diagnostic>,
    state: Rc<StateFile>,
    memory: Memory,
    /// Whether the project holds nodes that are known from the state only.
    mixed: bool,
    /// The last answer, and what it was made from.
    last: Option<Last>,
}

/// An answer, the comparison it was made from, and the nodes as they were decided.
#[derive(Debug)]
struct Last {
    outcome: PlanOutcome,
    compared: Rc<Compared>,
    decided: Option<(Nodes, DeployabilityIndex)>,
}

/// How much a plan fills.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Models with something to fill.
    pub models: u64,
    /// Interval units.
    pub intervals: u64,
    /// Models of which only a preview is filled.
    pub previews: u64,
}

/// What a plan changes in the answer before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanUpdate {
    /// Everything: there was no answer before, or the comparison is another one.
    Whole(Box<PlanOutcome>),
    /// The same differences, decided otherwise: see [`PlanOutcome::update`].
    Decisions {
        /// What was decided; only nodes of which something else was said before.
        decisions: Box<PlanDecisions>,
        /// Problems found in project and plan.
        diagnostics: Vec<Diagnostic>,
    },
    /// The plan is refused; what was said about the differences stays.
    Refused {
        /// Why.
        error: Box<PlanRefusal>,
    },
}

impl Session {
    /// Loads a project. `None` for a state with nothing in it.
    pub fn prepare(sources: &SourceMap, state: Option<Rc<StateFile>>, load: &LoadOptions) -> Self {
        let (project, mut problems) = project::load(sources, load);
        problems.sort_by_key(|problem| problem.severity);
        let state = state.unwrap_or_else(|| Rc::new(StateFile::empty()));
        let (project, mixed) = mixed(project, &state);
        Self {
            lint: linter::lint(&project, sources, None),
            project,
            mixed,
            problems,
            state,
            memory: Memory::default(),
            last: None,
        }
    }

    /// The same project, whose files `sources` are, against another state; `None` when it has to be loaded anew,
    /// because nodes that only the earlier state holds are among its own.
    pub fn against(self, sources: &SourceMap, state: Option<Rc<StateFile>>) -> Option<Self> {
        if self.mixed {
            return None;
        }
        let state = state.unwrap_or_else(|| Rc::new(StateFile::empty()));
        let (project, mixed) = mixed(self.project, &state);
        let lint = if mixed {
            linter::lint(&project, sources, None)
        } else {
            self.lint
        };
        Some(Self {
            lint,
            project,
            mixed,
            problems: self.problems,
            state,
            memory: Memory::default(),
            last: None,
        })
    }

    /// The project as loaded.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The state planned against.
    pub fn state(&self) -> &StateFile {
        &self.state
    }

    /// Plans: the same answer as [`super::plan`] gives.
    pub fn plan(&mut self, options: &PlanOptions) -> PlanOutcome {
        if upgrade::is_outdated(&self.state) {
            self.state = Rc::new(upgrade::upgrade(&self.state, options.now));
            self.memory = Memory::default();
        }
        let outcome = answer(
            &self.project,
            Problems {
                project: self.problems.clone(),
                lint: &self.lint,
            },
            &self.state,
            options,
            &mut self.memory,
            &mut |_, _| {},
        );
        self.last = None;
        if let (Some(_), Some(compared)) = (&outcome.plan, self.memory.compared()) {
            self.last = Some(Last {
                outcome: outcome.clone(),
                compared: compared.clone(),
                decided: None,
            });
        }
        outcome
    }

    /// Plans, and says only what differs from the answer before. A report that was updated has no digest.
    pub fn replan(&mut self, options: &PlanOptions) -> PlanUpdate {
        let Some(mut last) = self.last.take() else {
            return PlanUpdate::Whole(Box::new(self.plan(options)));
        };
        let builder = PlanBuilder::remembering(&self.project, &self.state, options, &mut self.memory);
        let plan = match builder.build_with(&mut self.memory) {
            Ok(plan) => plan,
            Err(refusal) => {
                let error = Box::new(PlanRefusal::from(refusal));
                self.last = Some(last);
                return PlanUpdate::Refused { error };
            }
        };
        let same = self
            .memory
            .compared()
            .is_some_and(|now| Rc::ptr_eq(now, &last.compared));
        // A restatement and the reading of columns say more than decisions hold.
        let simple = same && !plan.is_restatement && !options.column_impact;
        let (true, Some(report)) = (simple, &mut last.outcome.plan) else {
            return PlanUpdate::Whole(Box::new(self.plan(options)));
        };
        let decisions = PlanDecisions::since(&plan, report, last.decided.as_ref());
        report.apply(decisions.clone());
        let mut diagnostics = self.problems.clone();
        if !options.skip_linter {
            diagnostics.extend_from_slice(&self.lint);
            diagnostics.sort_by_key(|problem| problem.severity);
        }
        diagnostics.extend(notes(&plan));
        last.decided = Some((plan.diff.nodes, plan.deployability));
        last.outcome.diagnostics.clone_from(&diagnostics);
        self.last = Some(last);
        PlanUpdate::Decisions {
            decisions: Box::new(decisions),
            diagnostics,
        }
    }

    /// What one stage of a plan runs, by its place among the stages; nothing for a plan that is refused or has
    /// changes without a category. `sources` hold the files of seeds.
    pub fn steps(&mut self, sources: &SourceMap, options: &PlanOptions, stage: usize) -> Vec<Step> {
        let steps = self.decided(options).and_then(|plan| {
            let stages = build_stages(&plan);
            Some(statements::of_stage(&plan, stages.get(stage)?, sources))
        });
        steps.unwrap_or_default()
    }

    /// What a plan would fill; `None` when it is refused. The last answer stays as it is.
    pub fn volume(&mut self, options: &PlanOptions) -> Option<Volume> {
        if self.problems.iter().any(Diagnostic::is_error) {
            return None;
        }
        let builder = PlanBuilder::remembering(&self.project, &self.state, options, &mut self.memory);
        let plan = builder.build_with(&mut self.memory).ok()?;
        let mut volume = Volume::default();
        for (name, missing) in &plan.missing {
            volume.models += 1;
            volume.intervals += missing.units;
            volume.previews += u64::from(!plan.deployability.is_deployable(name));
        }
        Some(volume)
    }

    /// The state that carrying a plan out would leave behind, as [`super::rehearse`] says it.
    pub fn rehearse(&mut self, options: &PlanOptions, rehearsal: Rehearsal<'_>) -> Option<StateFile> {
        let state = Rc::clone(&self.state);
        let plan = self.decided(options)?;
        Some(apply::rehearse(&state, &plan, rehearsal))
    }

    /// The plan itself, when all of it is decided.
    fn decided<'a>(&'a mut self, options: &'a PlanOptions) -> Option<Plan<'a>> {
        if self.problems.iter().any(Diagnostic::is_error) {
            return None;
        }
        let builder = PlanBuilder::remembering(&self.project, &self.state, options, &mut self.memory);
        let plan = builder.build_with(&mut self.memory).ok()?;
        plan.uncategorized().is_empty().then_some(plan)
    }
}

impl PlanOutcome {
    /// Takes over an update of the session that gave this outcome.
    pub fn update(&mut self, update: PlanUpdate) {
        match update {
            PlanUpdate::Whole(outcome) => *self = *outcome,
            PlanUpdate::Decisions {
                decisions,
                diagnostics,
            } => {
                if let Some(report) = &mut self.plan {
                    report.apply(*decisions);
                }
                self.diagnostics = diagnostics;
                self.error = None;
            }
            PlanUpdate::Refused { error } => self.error = Some(*error),
        }
    }
}
/// The project with what only the state holds of it, and whether that is anything.
fn mixed(project: Project, state: &StateFile) -> (Project, bool) {
    let count = project.nodes.len();
    let project = with_absent(project, state);
    let mixed = project.nodes.len() != count;
    (project, mixed)
}
