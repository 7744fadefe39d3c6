//! A plan's stages as people read them, in SQLMesh's words, and with the SQL of each on demand.
//!
//! In: a finished plan. Out: plain data; `report::text` draws it.

use serde::Serialize;

use super::PlanOutcome;
use crate::backfill::unit_of;
use crate::model::KindName;
use crate::name::TableName;
use crate::plan::Plan;
use crate::plan::deployability::DeployabilityIndex;
use crate::plan::stages::Stage;
use crate::snapshot::PlanNode;
use crate::snapshot::naming::plain;
use crate::statements::Step;
use crate::time::range::format_intervals;

/// An outcome with its stages.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExplainOutcome {
    /// The plan, or why there is none.
    pub outcome: PlanOutcome,
    /// The stages in order; empty without a plan.
    pub stages: Vec<ExplainedStage>,
}

/// One stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ExplainedStage {
    /// SQLMesh's name: `BackfillStage`, ….
    pub stage: String,
    /// What it does, in a sentence; empty for stages that SQLMesh does not show.
    pub title: String,
    /// What it does it to.
    pub items: Vec<ExplainedItem>,
    /// What it runs; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<Step>>,
}

/// A line with what belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ExplainedItem {
    /// The line.
    pub label: String,
    /// Lines below it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ExplainedItem>,
}

impl ExplainedItem {
    fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            items: Vec::new(),
        }
    }

    fn with(mut self, items: impl IntoIterator<Item = Self>) -> Self {
        self.items.extend(items);
        self
    }
}

const PREVIEW: &str = "preview: data will NOT be reused in production";

/// A stage of a plan in words.
pub fn explain(plan: &Plan<'_>, stage: &Stage) -> ExplainedStage {
    let explainer = Explainer {
        plan,
        index: match plan.is_dev {
            true => plan.stage_deployability.clone(),
            false => DeployabilityIndex::all(),
        },
    };
    let (title, items) = explainer.stage(stage);
    ExplainedStage {
        stage: stage.name().to_string(),
        title,
        items,
        steps: None,
    }
}

struct Explainer<'a> {
    plan: &'a Plan<'a>,
    index: DeployabilityIndex,
}

impl<'a> Explainer<'a> {
    fn nodes(&self, names: &'a crate::ordered::BTreeSet<String>) -> impl Iterator<Item = &'a PlanNode> + '_ {
        let ordered = self.plan.order.iter().filter(|name| names.contains(*name));
        ordered.filter_map(|name| self.plan.diff.nodes.get(name).map(AsRef::as_ref))
    }

    fn arrow(&self, node: &PlanNode, table: Option<String>) -> String {
        let name = self.plan.display_name(node.name());
        match table {
            Some(table) => format!("{name} -> {table}"),
            None => name,
        }
    }

    fn stage(&self, stage: &'a Stage) -> (String, Vec<ExplainedItem>) {
        let (title, items) = match stage {
            Stage::BeforeAll => ("Execute before all statements", Vec::new()),
            Stage::AfterAll => ("Execute after all statements", Vec::new()),
            Stage::PhysicalLayerSchemaCreation(names) => {
                let schemas = self.nodes(names).filter_map(|node| {
                    let table = node.snapshot.table_name(self.index.is_deployable(node.name()))?;
                    let table = TableName::parse_quoted(&table)?;
                    Some(plain(&TableName {
                        catalog: None,
                        schema: table.catalog,
                        table: table.schema?,
                    }))
                });
                let schemas: crate::ordered::BTreeSet<String> = schemas.collect();
                let items: Vec<ExplainedItem> = schemas.into_iter().map(ExplainedItem::new).collect();
                match items.is_empty() {
                    true => ("", items),
                    false => ("Create physical schemas if they do not exist", items),
                }
            }
            Stage::PhysicalLayerUpdate(names) => {
                let wanted = self.nodes(names).filter(|node| {
                    let name = node.name();
                    self.plan.filled_by_stages.contains_key(name) && self.plan.is_selected_for_backfill(name)
                });
                let items: Vec<ExplainedItem> = wanted.map(|node| self.creation(node)).collect();
                match items.is_empty() {
                    true => ("SKIP: No physical layer updates to perform", items),
                    false => (
                        "Validate SQL and create physical layer tables and views if they do not exist",
                        items,
                    ),
                }
            }
            Stage::AuditOnlyRun(names) => {
                let items = self
                    .nodes(names)
                    .map(|node| ExplainedItem::new(self.arrow(node, None)));
                ("Audit-only execution", items.collect())
            }
            Stage::Backfill(names) => {
                let items: Vec<ExplainedItem> = self.nodes(names).map(|node| self.backfill(node)).collect();
                match items.is_empty() || self.plan.empty_backfill {
                    true => ("SKIP: No model batches to execute", Vec::new()),
                    false => (
                        "Backfill models by running their queries and run standalone audits",
                        items,
                    ),
                }
            }
            Stage::Restatement(_) => (
                "Invalidate data intervals in state for development environments to prevent old data from being promoted\n\
                 This only affects state and will not clear physical data from the tables until the next plan for each environment",
                Vec::new(),
            ),
            Stage::MigrateSchemas(names) => {
                let items = self
                    .nodes(names)
                    .map(|node| ExplainedItem::new(self.arrow(node, node.snapshot.table_name(true))));
                (
                    "Update schemas (add, drop, alter columns) of production physical tables to reflect forward-only changes",
                    items.collect(),
                )
            }
            Stage::VirtualLayerUpdate { promoted, demoted } => {
                let mut items = Vec::new();
                let views = self.nodes(promoted).map(|node| {
                    let table = node
                        .snapshot
                        .table_name(self.index.is_representative(node.name()));
                    ExplainedItem::new(self.arrow(node, table))
                });
                if !promoted.is_empty() {
                    let title = "Create or update views in the virtual layer to point at new physical tables and views";
                    items.push(ExplainedItem::new(title).with(views));
                }
                if !demoted.is_empty() {
                    let title = "Delete views in the virtual layer for models that were removed";
                    let views = demoted.iter().map(|name| {
                        ExplainedItem::new(self.plan.naming.display_name(
                            name,
                            self.plan.default_catalog.as_deref(),
                            self.plan.dialect,
                        ))
                    });
                    items.push(ExplainedItem::new(title).with(views));
                }
                let title = format!(
                    "Update the virtual layer for environment '{}'",
                    self.plan.naming.name
                );
                return (title, items);
            }
            Stage::CreateSnapshotRecords(_)
            | Stage::EnvironmentRecordUpdate
            | Stage::Unpause(_)
            | Stage::FinalizeEnvironment => ("", Vec::new()),
        };
        (title.to_string(), items)
    }

    fn creation(&self, node: &PlanNode) -> ExplainedItem {
        let model = node.model();
        let deployable = !self.plan.is_dev || self.index.is_deployable(node.name());
        let table = node.snapshot.table_name(deployable);
        let snapshot = &node.snapshot;
        let made = if node.kind() == KindName::View {
            "Create view if it doesn't exist".to_string()
        } else if snapshot.forward_only
            && !snapshot.previous_versions.is_empty()
            && node.kind() != KindName::Managed
        {
            format!(
                "Clone {} into {} and then update its schema if it doesn't exist",
                snapshot.table_name(true).unwrap_or_default(),
                table.clone().unwrap_or_default()
            )
        } else {
            "Create table if it doesn't exist".to_string()
        };
        let known = node.columns.as_ref().is_some_and(|columns| {
            !columns.is_empty()
                && columns
                    .values()
                    .all(|data_type| !data_type.eq_ignore_ascii_case("unknown"))
        });
        let mut items = Vec::new();
        if has_some(&model.pre_statements) {
            items.push(ExplainedItem::new("Run pre-statements"));
        }
        if known {
            items.push(ExplainedItem::new(
                "Dry run model query without inserting results",
            ));
        }
        let preview = (!deployable).then(|| ExplainedItem::new(PREVIEW));
        items.push(ExplainedItem::new(made).with(preview));
        if has_some(&model.post_statements) {
            items.push(ExplainedItem::new("Run post-statements"));
        }
        ExplainedItem::new(self.arrow(node, table)).with(items)
    }

    fn backfill(&self, node: &PlanNode) -> ExplainedItem {
        if !node.is_model() {
            return ExplainedItem::new(format!("{} [standalone audit]", self.arrow(node, None)));
        }
        let model = node.model();
        let name = node.name();
        let deployable = self.index.is_deployable(name);
        let table = node.snapshot.table_name(deployable);
        let mut items: Vec<ExplainedItem> = model
            .signals
            .iter()
            .map(|(signal, _)| ExplainedItem::new(format!("Check '{signal}' signal")))
            .collect();
        if has_some(&model.pre_statements) {
            items.push(ExplainedItem::new("Run pre-statements"));
        }
        let mut held = match deployable {
            true => node.snapshot.intervals.clone(),
            false => node.snapshot.dev_intervals.clone(),
        };
        if let Some(interval) = self.plan.restatements.get(name) {
            held = held.without(*interval);
        }
        let filled = match self.plan.filled_by_stages.get(name) {
            Some(missing) if node.kind().is_incremental() && !held.is_empty() => format!(
                "Incrementally insert records within the range [{}]",
                format_intervals(&missing.intervals, unit_of(node))
            ),
            _ if node.kind() == KindName::View => "Recreate view".to_string(),
            _ => "Fully refresh table".to_string(),
        };
        let preview = (!deployable).then(|| ExplainedItem::new(PREVIEW));
        items.push(ExplainedItem::new(filled).with(preview));
        if has_some(&model.post_statements) {
            items.push(ExplainedItem::new("Run post-statements"));
        }
        let audits = model.audits.iter();
        items.extend(audits.map(|(audit, _)| ExplainedItem::new(format!("Run '{audit}' audit"))));
        ExplainedItem::new(self.arrow(node, table)).with(items)
    }
}

fn has_some(statements: &Option<Vec<crate::model::Statement>>) -> bool {
    statements.as_ref().is_some_and(|list| !list.is_empty())
}
