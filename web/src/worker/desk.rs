//! All that the worker remembers, and how it plans: the project is loaded once and planned again with every choice.

use std::cell::RefCell;
use std::rc::Rc;

use planglass_core::apply::Rehearsal;
use planglass_core::diagnostic::Diagnostic;
use planglass_core::json;
use planglass_core::plan::PlanOptions;
use planglass_core::project::LoadOptions;
use planglass_core::project::lineage::ColumnGraph;
use planglass_core::redact::{Redaction, redact};
use planglass_core::report::{PlanOutcome, csv, text};
use planglass_core::request::{self, PlanUpdate};
use planglass_core::state::StateFile;

use super::review::Review;
use super::session::Session;
use super::{
    compare, decisions, environments, grid, lineage, model, performance_now, plan, rows, stage, tree,
};
use crate::messages::{Asked, CostView, Format, PlanView, Query, Reply, View, What};

/// A loaded project with the state that it is planned against.
#[derive(Debug)]
struct Prepared {
    /// Number of the input that the project is.
    project: Option<u32>,
    gateway: Option<String>,
    session: request::Session,
    /// Of the newest plan.
    options: PlanOptions,
}

/// All that the worker remembers.
#[derive(Debug, Default)]
pub struct Desk {
    /// The open files.
    pub session: Session,
    /// The newest plan.
    pub review: Option<Review>,
    /// What the newest plan was made of; absent after files were opened or closed, and for a saved plan.
    prepared: Option<Prepared>,
    /// What was loaded before a plan was asked for, or before another state was chosen.
    loaded: Option<Prepared>,
    /// The lineage of all columns, once somebody asked for it.
    columns: RefCell<Option<Rc<ColumnGraph>>>,
    /// Where the graph's boxes were last.
    places: RefCell<lineage::Memory>,
}

impl Desk {
    /// Other files are open now: what was loaded is out of date.
    pub fn changed(&mut self) {
        self.loaded = self.prepared.take().or(self.loaded.take());
        self.columns.take();
    }

    /// Loads the open project, so that the first plan waits for less.
    pub fn load(&mut self, gateway: Option<String>) {
        if self.prepared.is_none() {
            self.loaded = self.load_for(&gateway).ok();
        }
    }

    /// What is open, loaded for a gateway, from what is loaded already if that can be.
    fn load_for(&mut self, gateway: &Option<String>) -> Result<Prepared, Vec<Diagnostic>> {
        let sources = self.session.ready()?;
        let project = self.session.named(What::Project).map(|facts| facts.id);
        let state = self.session.state().cloned();
        let kept = self.loaded.take();
        let session = kept
            .filter(|kept| kept.project == project && kept.gateway == *gateway)
            .and_then(|kept| kept.session.against(sources, state.clone()));
        let load = || LoadOptions {
            gateway: gateway.clone(),
            ..LoadOptions::default()
        };
        Ok(Prepared {
            project,
            gateway: gateway.clone(),
            session: session.unwrap_or_else(|| request::Session::prepare(sources, state, &load())),
            options: PlanOptions::default(),
        })
    }

    /// Plans what is open.
    pub fn plan(&mut self, asked: &Asked, started: f64) -> Reply {
        let prepared = self.prepared.take();
        let mut prepared = match prepared.filter(|prepared| prepared.gateway == asked.gateway) {
            Some(prepared) => prepared,
            None => {
                self.columns.take();
                match self.load_for(&asked.gateway) {
                    Ok(prepared) => prepared,
                    Err(diagnostics) => {
                        let outcome = PlanOutcome {
                            diagnostics,
                            ..PlanOutcome::default()
                        };
                        return self.show(outcome, started);
                    }
                }
            }
        };
        let update = prepared.session.replan(&asked.options);
        prepared.options.clone_from(&asked.options);
        self.prepared = Some(prepared);
        match (update, self.review.take()) {
            (PlanUpdate::Whole(outcome), before) => {
                self.review = before;
                self.show(*outcome, started)
            }
            (update, Some(before)) => {
                let batches = before.batches();
                let after = before.updated(update);
                let view = plan::view(&after.review, Some((&after.rows, batches)));
                self.answer(after.review, view, started)
            }
            (_, None) => self.show(PlanOutcome::default(), started),
        }
    }

    /// Shows the saved plan that is open.
    pub fn report(&mut self, started: f64) -> Reply {
        self.changed();
        let outcome = self.session.report().cloned().unwrap_or_default();
        self.show(outcome, started)
    }

    /// Shows an outcome from now on.
    fn show(&mut self, outcome: PlanOutcome, started: f64) -> Reply {
        let review = Review::new(outcome, 0.0);
        let before = self.review.take();
        let before = before.as_ref().map(|before| (&before.rows[..], before.batches()));
        let view = plan::view(&review, before);
        self.answer(review, view, started)
    }

    fn answer(&mut self, mut review: Review, mut view: PlanView, started: f64) -> Reply {
        if let Some(state) = self.session.state() {
            review.name_removed(state);
        }
        view.millis = performance_now() - started;
        review.millis = view.millis;
        self.review = Some(review);
        Reply::Planned(Box::new(view))
    }

    /// The lineage of all columns, read when it is asked for the first time; `None` without a project.
    fn columns(&self) -> Option<Rc<ColumnGraph>> {
        let mut known = self.columns.borrow_mut();
        if known.is_none() {
            let project = self.prepared.as_ref()?.session.project();
            *known = Some(Rc::new(ColumnGraph::new(project)));
        }
        known.clone()
    }

    /// The digest of the plan, computed when it is asked for the first time: a choice leaves it open.
    fn seal(&mut self) -> Option<&PlanOutcome> {
        let outcome = &mut self.review.as_mut()?.outcome;
        if let Some(plan) = outcome.plan.as_mut().filter(|plan| plan.digest.is_empty()) {
            plan.seal();
        }
        Some(outcome)
    }

    /// What a query asks for; `None` when there is nothing of the kind.
    pub fn view(&mut self, query: &Query) -> Option<View> {
        match query {
            Query::Text(Format::After) => return self.after().map(View::Text),
            Query::Text(format) => return Some(View::Text(written(self.seal()?, *format))),
            Query::Digest => return Some(View::Text(self.seal()?.plan.as_ref()?.digest.clone())),
            Query::Decided(known) => {
                self.seal();
                let text = decisions::written(self.review.as_ref()?, &self.session, known);
                return Some(View::Text(text));
            }
            Query::Stage(query) => {
                let (sources, review) = (self.session.ready().ok()?, self.review.as_ref()?);
                let Prepared { session, options, .. } = self.prepared.as_mut()?;
                let steps = session.steps(sources, options, query.stage);
                return Some(View::Stage(stage::view(review, steps, query.to)));
            }
            Query::Costs(name) => return self.costs(name).map(View::Costs),
            _ => {}
        }
        self.look(query)
    }

    /// The same for what changes nothing.
    fn look(&self, query: &Query) -> Option<View> {
        let review = self.review.as_ref();
        match query {
            Query::Rows(query) => Some(View::Rows(rows::view(review?, query))),
            Query::Choosable(query) => Some(View::Names(rows::choosable(review?, query))),
            Query::Model(query) => {
                let project = self.prepared.as_ref().map(|prepared| prepared.session.project());
                let view = model::view(review?, &self.session, project, query)?;
                Some(View::Model(Box::new(view)))
            }
            Query::Readers(name) => {
                let views = model::readers(review?, &*self.columns()?, name);
                Some(View::Readers(views))
            }
            Query::Grid(query) => Some(View::Grid(grid::view(review?, query))),
            Query::Environments(query) => {
                let planned = review
                    .and_then(Review::plan)
                    .map(|plan| plan.environment.as_str());
                Some(View::Environments(environments::view(
                    &self.session,
                    planned,
                    query,
                )?))
            }
            Query::Compare(query) => Some(View::Compare(compare::view(&self.session, query)?)),
            Query::Lineage(query) => {
                let mut places = self.places.borrow_mut();
                let columns = || self.columns();
                let state = self.session.state().map(AsRef::as_ref);
                let project = self.prepared.as_ref().map(|prepared| prepared.session.project());
                let view = lineage::view(
                    review?,
                    state,
                    project,
                    query,
                    &columns,
                    &mut places,
                    performance_now,
                )?;
                Some(View::Lineage(Box::new(view)))
            }
            Query::Decisions => Some(View::Decisions(decisions::view(review?, &self.session)?)),
            Query::Redacted(id, pseudonyms) => {
                let redaction = Redaction {
                    pseudonyms: *pseudonyms,
                };
                let state = redact(&self.session.state_of(*id)?.state, redaction);
                Some(View::Text(state.to_json()))
            }
            Query::Tree(query) => Some(View::Tree(tree::view(review?, query))),
            Query::Text(_) | Query::Digest | Query::Decided(_) | Query::Stage(_) | Query::Costs(_) => None,
        }
    }

    /// What the whole plan would fill with each category of a model.
    fn costs(&mut self, name: &str) -> Option<Vec<CostView>> {
        let Prepared { session, options, .. } = self.prepared.as_mut()?;
        let mut cost = |category: Option<&str>| {
            let mut options = options.clone();
            match category {
                Some(category) => options.set_choices.insert(name.to_string(), category.to_string()),
                None => options.set_choices.remove(name),
            };
            CostView {
                category: category.map(str::to_string),
                volume: session.volume(&options),
            }
        };
        Some(
            [None, Some("BREAKING"), Some("NON_BREAKING")]
                .map(&mut cost)
                .into(),
        )
    }

    /// The state as it is once the plan was carried out; `None` when there is no plan, or not all is decided.
    fn after(&mut self) -> Option<String> {
        let Prepared { session, options, .. } = self.prepared.as_mut()?;
        let mut after: StateFile = session.rehearse(options, Rehearsal::default())?;
        after.retain_referenced();
        Some(after.to_json())
    }
}

/// An outcome as a text to carry away.
fn written(outcome: &PlanOutcome, format: Format) -> String {
    match format {
        Format::Markdown => text::markdown(outcome),
        Format::Json => json::pretty(&json::to_string(outcome)),
        Format::Csv => outcome.plan_or_rest().map(csv::intervals).unwrap_or_default(),
        Format::After => String::new(),
    }
}
