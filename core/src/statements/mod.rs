//! What carrying a plan out runs: each stage as ordered steps of SQL statements, in the dialect of the engine.
//!
//! In: a finished plan. Out: data. Nothing is connected to, so what an engine alone could tell (whether a table is
//! really there, which columns it has) is taken from the state and from the models; where that is not enough, a
//! note says so. A stage's statements are made when they are asked for: a plan over thousands of models has many.

mod audits;
mod builtin_audits;
mod create;
mod engine;
mod environment;
mod fill;
mod migrate;
mod scd;
mod scope;
mod seed;
mod views;
mod write;

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::plan::Plan;
use crate::plan::stages::Stage;
use crate::source::SourceMap;
use crate::time::Interval;

pub use fill::{batch_size, batches};
use scope::Scope;

/// What a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Makes a schema.
    CreateSchema,
    /// Makes a table or a physical view.
    Create,
    /// Runs the query without rows, to see that the engine takes it. Its result is not used.
    DryRun,
    /// A description of a table or column.
    Comment,
    /// A statement of the model, before the query.
    PreStatement,
    /// A statement of the model, after the query.
    PostStatement,
    /// Takes away what is about to be written anew.
    Delete,
    /// Writes rows.
    Insert,
    /// Writes a whole table or view.
    Replace,
    /// Returns one number: how many rows fail an audit.
    Audit,
    /// Changes the columns of a table.
    Alter,
    /// Drops a table that was only needed on the way.
    DropTemporary,
    /// Points a view of the virtual layer.
    PromoteView,
    /// Drops a view of the virtual layer.
    DropView,
    /// A statement of the model, after its view was pointed.
    OnVirtualUpdate,
    /// A statement of `before_all`.
    BeforeAll,
    /// A statement of `after_all`.
    AfterAll,
}

/// One SQL statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// What it is for.
    pub purpose: Purpose,
    /// The text, without a final semicolon.
    pub sql: String,
    /// Statements of a step with the same number are one transaction where the engine has transactions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<u32>,
    /// Audits: a failure is only reported.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only_warns: bool,
}

impl Statement {
    fn new(purpose: Purpose, sql: impl Into<String>) -> Self {
        Self {
            purpose,
            sql: sql.into(),
            transaction: None,
            only_warns: false,
        }
    }
}

/// Work on one table or view. Its statements run in order; a failure ends the step and whatever waits for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Fully qualified name of the model or name of the audit; absent for work on schemas and the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Table or view that is written, as the engine knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Interval that is filled, half open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Steps of the same stage that come first, by their place. Steps that do not wait for each other may run at
    /// the same time.
    pub after: Vec<usize>,
    /// What runs.
    pub statements: Vec<Statement>,
    /// What is written to the state once all of it has run, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<String>,
    /// What could not be told, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Diagnostic>,
}

/// The statements of a stage of a plan. `sources` hold the files of seeds.
pub fn of_stage(plan: &Plan<'_>, stage: &Stage, sources: &SourceMap) -> Vec<Step> {
    let scope = Scope::new(plan, sources);
    match stage {
        Stage::BeforeAll => environment::before_all(&scope),
        Stage::CreateSnapshotRecords(names) => environment::records(&scope, names),
        Stage::PhysicalLayerSchemaCreation(names) => create::schemas(&scope, names),
        Stage::PhysicalLayerUpdate(names) => create::tables(&scope, names),
        Stage::AuditOnlyRun(names) => audits::only(&scope, names),
        Stage::Backfill(names) => fill::fill(&scope, names),
        Stage::Restatement(names) => environment::restatement(&scope, names),
        Stage::EnvironmentRecordUpdate => environment::record(&scope),
        Stage::MigrateSchemas(names) => migrate::migrate(&scope, names),
        Stage::Unpause(names) => environment::unpause(&scope, names),
        Stage::VirtualLayerUpdate { promoted, demoted } => views::update(&scope, promoted, demoted),
        Stage::FinalizeEnvironment => environment::finalize(&scope),
        Stage::AfterAll => environment::after_all(&scope),
    }
}
