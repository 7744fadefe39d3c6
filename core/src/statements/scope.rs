//! What statements are made from: the plan, which table stands for which model, and a model's texts rendered.

use crate::ordered::{BTreeMap, BTreeSet};
use std::cell::RefCell;

use crate::ordered::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::macros::MacroError;
use crate::model::render::{self, RenderContext};
use crate::model::{Columns, KindName, Model, SourceType};
use crate::plan::Plan;
use crate::plan::deployability::DeployabilityIndex;
use crate::snapshot::PlanNode;
use crate::source::SourceMap;
use crate::sql::Dialect;
use crate::sql::comments::column_descriptions;
use crate::sql::sites::{Replacement, SiteContext, replace_in_query, replace_in_statement};
use crate::time::{Interval, Timestamp};

use super::engine::Engine;
use super::{Purpose, Statement};

/// A plan with what its statements need.
pub(super) struct Scope<'a> {
    /// The plan.
    pub plan: &'a Plan<'a>,
    /// Files of seeds.
    pub sources: &'a SourceMap,
    /// The engine.
    pub engine: Engine,
    index: DeployabilityIndex,
    /// Models by name → the tables that hold them.
    tables: BTreeMap<String, Replacement>,
    /// Notes of the step being made.
    notes: RefCell<Vec<Diagnostic>>,
}

/// When a text of a model is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Interval; `None` while tables are created.
    pub interval: Option<Interval>,
    /// `creating`, `evaluating`, `auditing` or `promoting`.
    pub stage: &'static str,
}

impl Moment {
    /// While tables are created there is no interval.
    pub const CREATING: Self = Self {
        interval: None,
        stage: "creating",
    };
}

impl<'a> Scope<'a> {
    /// The scope of a plan.
    pub fn new(plan: &'a Plan<'a>, sources: &'a SourceMap) -> Self {
        let engine = Engine {
            dialect: plan.dialect,
        };
        let index = match plan.is_dev {
            true => plan.stage_deployability.clone(),
            false => DeployabilityIndex::all(),
        };
        let mut scope = Self {
            plan,
            sources,
            engine,
            index,
            tables: BTreeMap::new(),
            notes: RefCell::default(),
        };
        // Parents first: an embedded model's query reads the tables of those above it.
        for name in plan.order.iter() {
            let Some(node) = plan.diff.nodes.get(name).filter(|node| node.is_model()) else {
                continue;
            };
            let replacement = match node.kind() {
                KindName::Embedded => scope.embedded(node),
                KindName::External => None,
                _ => node
                    .snapshot
                    .table_name(scope.index.is_representative(name))
                    .map(|table| Replacement {
                        sql: engine.named(&table),
                        is_name: true,
                    }),
            };
            if let Some(replacement) = replacement {
                scope.tables.insert(name.clone(), replacement);
            }
        }
        scope.notes.take();
        scope
    }

    fn embedded(&self, node: &PlanNode) -> Option<Replacement> {
        let query = self.query(node, Moment::CREATING, None)?;
        Some(Replacement {
            sql: format!("({query})"),
            is_name: false,
        })
    }

    /// A node of the plan.
    pub fn node(&self, name: &str) -> Option<&'a PlanNode> {
        self.plan.diff.nodes.get(name).map(AsRef::as_ref)
    }

    /// Nodes of these names, parents first.
    pub fn ordered<'s>(&'s self, names: &'s BTreeSet<String>) -> impl Iterator<Item = &'a PlanNode> + 's {
        let ordered = self.plan.order.iter().filter(|name| names.contains(*name));
        ordered.filter_map(|name| self.node(name))
    }

    /// Whether the production table is written.
    pub fn is_deployable(&self, node: &PlanNode) -> bool {
        self.index.is_deployable(node.name())
    }

    /// Whether the production table is read.
    pub fn is_representative(&self, node: &PlanNode) -> bool {
        self.index.is_representative(node.name())
    }

    /// The table that is written, quoted.
    pub fn target(&self, node: &PlanNode) -> Option<String> {
        let table = node.snapshot.table_name(self.is_deployable(node))?;
        Some(self.engine.named(&table))
    }

    /// Whether the table that is written is there already, as far as the state tells.
    pub fn exists(&self, node: &PlanNode) -> bool {
        let snapshot = &node.snapshot;
        if node.kind() == KindName::Seed && snapshot.intervals.is_empty() {
            return false;
        }
        if self.is_deployable(node) {
            let live = self.plan.live(node.name());
            return !snapshot.intervals.is_empty()
                || (!node.is_new && snapshot.dev_intervals.is_empty())
                || live.is_some_and(|live| live.version == snapshot.version);
        }
        if !node.is_new {
            return !snapshot.dev_intervals.is_empty();
        }
        // What a new version shows of its table for looking at may be that of production, yet to be copied.
        let replaced = self.plan.diff.modified.get(node.name());
        let old = replaced.map(|modified| &modified.old);
        old.is_some_and(|old| {
            old.dev_version_or_own() == snapshot.dev_version_or_own() && !old.dev_intervals.is_empty()
        })
    }

    /// Whether nothing was ever written to the table.
    pub fn is_empty(&self, node: &PlanNode) -> bool {
        let snapshot = &node.snapshot;
        let mut held = match self.is_deployable(node) {
            true => snapshot.intervals.clone(),
            false => snapshot.dev_intervals.clone(),
        };
        if let Some(interval) = self.plan.restatements.get(node.name()) {
            held = held.without(*interval);
        }
        held.is_empty() || !self.exists(node)
    }

    /// The query of a model with its tables resolved; `None`, with a note, when it cannot be told.
    /// `own` stands for the model's own table where it is not the usual one.
    pub fn query(&self, node: &PlanNode, moment: Moment, own: Option<&str>) -> Option<String> {
        let model = node.model();
        if model.source_type == SourceType::Python {
            self.note(
                Diagnostic::warning(
                    "statements/python",
                    format!(
                        "`{}` is a Python model: its rows come from Python, which is not run",
                        model.name
                    ),
                )
                .help("carry this plan out with SQLMesh"),
            );
            return None;
        }
        let mut context = self.context(node, moment);
        if let Some(own) = own {
            context.this_model = Some(own.to_string());
        }
        let text = match render::render_query(model, &context) {
            Ok(text) => text,
            Err(error) => {
                self.failed(node, &error);
                return None;
            }
        };
        let text = text.trim().trim_end_matches(';').trim_end();
        self.foreign(node);
        Some(self.with_own(node, own, |sites| {
            replace_in_query(text, sites).unwrap_or_else(|_| {
                self.note(Diagnostic::note(
                    "statements/unread-query",
                    format!(
                        "the query of `{}` is not understood: its tables were found by their names alone",
                        model.name
                    ),
                ));
                replace_in_statement(text, sites)
            })
        }))
    }

    fn with_own<T>(&self, node: &PlanNode, own: Option<&str>, run: impl FnOnce(&SiteContext<'_>) -> T) -> T {
        let dialect = Dialect::parse(&node.model().dialect).unwrap_or_default();
        let default_catalog = node.model().default_catalog.as_deref();
        let own = own.map(|own| Replacement {
            sql: own.to_string(),
            is_name: true,
        });
        run(&SiteContext {
            dialect,
            default_catalog,
            tables: &self.tables,
            own: own.as_ref().map(|own| (node.name(), own)),
        })
    }

    /// A text that belongs to a model, with its tables resolved.
    pub fn resolve(&self, node: &PlanNode, text: &str, own: Option<&str>) -> String {
        self.with_own(node, own, |sites| replace_in_statement(text, sites))
    }

    /// Tables by the names of models, for texts that belong to no model.
    pub fn tables(&self) -> &BTreeMap<String, Replacement> {
        &self.tables
    }

    /// What a model's macros see.
    pub fn context(&self, node: &PlanNode, moment: Moment) -> RenderContext {
        RenderContext {
            start: moment.interval.map(Interval::start),
            end: moment.interval.map(Interval::end),
            execution_time: moment.interval.map(|_| self.plan.execution_time),
            runtime_stage: Some(moment.stage.to_string()),
            this_model: self.target(node),
            has_snapshot: true,
            ..RenderContext::default()
        }
    }

    /// Statements of a model, rendered and with tables resolved.
    pub fn statements(
        &self,
        node: &PlanNode,
        purpose: Purpose,
        moment: Moment,
        own: Option<&str>,
    ) -> Vec<Statement> {
        let model = node.model();
        let texts = match purpose {
            Purpose::PreStatement => &model.pre_statements,
            Purpose::PostStatement => &model.post_statements,
            _ => &model.on_virtual_update,
        };
        let mut context = self.context(node, moment);
        if let Some(own) = own {
            context.this_model = Some(own.to_string());
        }
        let mut found = Vec::new();
        // A query with a comment behind it is stored as a statement once more; it does not run twice.
        let query = model.query.as_ref();
        for text in texts.iter().flatten().filter(|text| Some(*text) != query) {
            match render::render_statement(&text.sql, model, &context) {
                Ok(rendered) => found.extend(
                    rendered
                        .iter()
                        .map(|sql| Statement::new(purpose, self.resolve(node, sql, own))),
                ),
                Err(error) => self.failed(node, &error),
            }
        }
        found
    }

    /// Says that a text of a model cannot be rendered.
    pub fn failed(&self, node: &PlanNode, error: &MacroError) {
        let path = node.path.clone().unwrap_or_default();
        let mut note = Diagnostic::warning(
            "statements/not-rendered",
            format!(
                "a statement of `{}` cannot be told: {}",
                node.model().name,
                error.message
            ),
        );
        if !path.is_empty() {
            note = note.help(format!("see {path}"));
        }
        self.note(note);
    }

    /// Says that a model's text is in another dialect than the engine's.
    fn foreign(&self, node: &PlanNode) {
        let model = node.model();
        let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
        let engine = self.engine.dialect;
        if dialect.language() == engine.language() || model.dialect.is_empty() {
            return;
        }
        self.note(
            Diagnostic::warning(
                "statements/other-dialect",
                format!(
                    "`{}` is written in {dialect} and the engine speaks {engine}: its query is shown as written, not translated",
                    model.name
                ),
            )
            .help("SQLMesh translates it when it carries the plan out"),
        );
    }

    /// Adds a note to the step being made, once.
    pub fn note(&self, note: Diagnostic) {
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// The notes since they were taken last.
    pub fn take_notes(&self) -> Vec<Diagnostic> {
        self.notes.take()
    }

    /// The end of the plan's own range and its moment.
    pub fn range(&self) -> Interval {
        let end = self.plan.end.unwrap_or(self.plan.execution_time);
        Interval(self.plan.start.unwrap_or(Timestamp(0)).min(end), end)
    }
}

/// Output columns with types in the engine's words, those that the kind manages included.
pub(super) fn columns(node: &PlanNode, engine: Engine) -> Option<Columns> {
    let model = node.model();
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let known = node.columns.as_ref()?;
    Some(
        known
            .iter()
            .map(|(name, data_type)| (name.clone(), engine.data_type(data_type, dialect)))
            .collect(),
    )
}

/// Whether the type of every column is known.
pub(super) fn all_known(columns: &Columns) -> bool {
    !columns.is_empty() && columns.values().all(|data_type| !is_unknown(data_type))
}

/// Whether a type is not known.
pub(super) fn is_unknown(data_type: &str) -> bool {
    let data_type = data_type.to_ascii_uppercase();
    data_type.is_empty() || data_type.contains("UNKNOWN") || data_type == "NULL"
}

/// Descriptions of columns: declared ones, else the comments beside them in the query.
pub(super) fn descriptions(model: &Model) -> IndexMap<String, String> {
    if let Some(declared) = &model.column_descriptions {
        return declared.clone();
    }
    match &model.query {
        Some(query) if model.source_type == SourceType::Sql => {
            let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
            column_descriptions(&query.sql, dialect)
        }
        _ => IndexMap::new(),
    }
}

/// A name in quotes of state as it stands between quotes of the dialect: `"id"` → `id`.
pub(super) fn bare(text: &str) -> String {
    let trimmed = text.trim();
    let inner = [('"', '"'), ('`', '`'), ('[', ']')]
        .iter()
        .find_map(|(open, close)| trimmed.strip_prefix(*open)?.strip_suffix(*close));
    match inner {
        Some(inner) if !inner.contains(['"', '`']) => inner.to_string(),
        _ => trimmed.to_string(),
    }
}
