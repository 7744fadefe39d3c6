//! What the page and the worker say to each other: plain values, one typed enum in each direction.
//!
//! Project, state and plan stay in the worker's memory. The page keeps a [`PlanView`] (counts, what needs
//! attention, stages) and asks for the rest as it shows it: one [`Query`] in, the [`View`] of the same name back.
//! A new screen adds a query, a view, a file of its own below `worker/` and one below `viewer/pages/`.

pub mod decisions;
pub mod environments;
pub mod grid;
pub mod lineage;
pub mod model;
pub mod opened;
pub mod plan;
pub mod rows;
pub mod stage;
pub mod tree;

use serde::{Deserialize, Serialize};

pub use decisions::{Decisions, DecisionsView};
pub use environments::{CompareQuery, CompareView, EnvironmentsQuery, EnvironmentsView};
pub use grid::{GridQuery, GridView};
pub use lineage::{LineageQuery, LineageView};
pub use model::{ModelQuery, ModelView};
pub use opened::{Asked, InputFacts, Opened, What};
pub use plan::PlanView;
pub use rows::{Category, Fill, Glyph, Group, Item, RowView, RowsQuery, RowsView, Scope, Status, Stretch};
pub use stage::{StageQuery, StepsView};
pub use tree::{BranchView, CostView, TreeQuery};

/// What the page can ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Request {
    /// Plan the parcels that come along for this environment, for no other reason than to have run once.
    Warm(String),
    /// Read the parcels that come along.
    Open,
    /// Forget an input, by its number.
    Close(u32),
    /// Plan against this state from now on, by its number.
    Use(u32),
    /// Load the open project for a gateway, before anybody asks for a plan.
    Load(Option<String>),
    /// Plan what is open.
    Plan(Box<Asked>),
    /// Show the saved plan that is open.
    Report,
    /// Something to look at.
    View(Box<Query>),
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reply {
    /// What is open now.
    Opened {
        /// Facts.
        opened: Box<Opened>,
        /// Time taken, in milliseconds.
        millis: f64,
    },
    /// The project is loaded; what is wrong with it, a plan says.
    Loaded,
    /// A plan, or why there is none.
    Planned(Box<PlanView>),
    /// What was asked for; `None` when there is nothing of the kind, as without a plan.
    View(Option<Box<View>>),
    /// The request could not be carried out at all: a file could not be read, the worker crashed.
    Failed {
        /// What happened.
        message: String,
    },
}

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Query {
    /// A window of the list of models.
    Rows(RowsQuery),
    /// One model.
    Model(ModelQuery),
    /// A part of the grid of intervals.
    Grid(GridQuery),
    /// Environments of the state.
    Environments(EnvironmentsQuery),
    /// Two environments side by side.
    Compare(CompareQuery),
    /// The plan as a text.
    Text(Format),
    /// The graph.
    Lineage(Box<LineageQuery>),
    /// Digest of the plan.
    Digest,
    /// Names of all models of a list whose category may be chosen.
    Choosable(RowsQuery),
    /// What a stage runs.
    Stage(StageQuery),
    /// Who reads the columns of a model, by its name.
    Readers(String),
    /// What each category of a model would cost, by its name.
    Costs(String),
    /// The models of the plan in groups.
    Tree(TreeQuery),
    /// The open decision file beside the plan.
    Decisions,
    /// Decisions as a file, for what the page remembers.
    Decided(Box<Decisions>),
    /// A state without its texts, by the number of its input; names as pseudonyms or not.
    Redacted(u32, bool),
}

/// A text to carry away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For a pull request.
    #[default]
    Markdown,
    /// The whole outcome, as the command line writes it.
    Json,
    /// Intervals, for a spreadsheet.
    Csv,
    /// The state as it is once the plan was carried out.
    After,
}

impl Query {
    /// What is being looked at, for a message when it breaks the worker.
    pub fn words(&self) -> String {
        match self {
            Self::Rows(_) => "the list of models".to_string(),
            Self::Model(query) => format!("`{}`", query.name),
            Self::Grid(_) => "the grid of intervals".to_string(),
            Self::Environments(_) => "the environments".to_string(),
            Self::Compare(query) => format!("`{}` beside `{}`", query.left.1, query.right.1),
            Self::Text(_) => "the report".to_string(),
            Self::Lineage(_) => "the graph".to_string(),
            Self::Digest => "the digest".to_string(),
            Self::Choosable(_) => "the models to choose for".to_string(),
            Self::Stage(_) => "a stage".to_string(),
            Self::Costs(name) => format!("the choices for `{name}`"),
            Self::Tree(_) => "the tree".to_string(),
            Self::Readers(name) => format!("the columns of `{name}`"),
            Self::Decisions | Self::Decided(_) => "the decisions".to_string(),
            Self::Redacted(..) => "the redacted state".to_string(),
        }
    }
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// A window of the list of models.
    Rows(RowsView),
    /// One model.
    Model(Box<ModelView>),
    /// A part of the grid of intervals.
    Grid(GridView),
    /// Environments of the state.
    Environments(EnvironmentsView),
    /// Two environments side by side.
    Compare(CompareView),
    /// The plan as a text.
    Text(String),
    /// The graph. Its drawing travels beside the text.
    Lineage(Box<LineageView>),
    /// Names of models.
    Names(Vec<String>),
    /// What a stage runs.
    Stage(StepsView),
    /// Who reads the columns of a model.
    Readers(Vec<model::ReadersView>),
    /// What each category would cost.
    Costs(Vec<CostView>),
    /// The models of the plan in groups.
    Tree(Vec<BranchView>),
    /// The open decision file beside the plan.
    Decisions(DecisionsView),
}

impl Reply {
    /// Takes out what travels as bytes.
    #[must_use]
    pub fn take_bytes(&mut self) -> Option<Vec<u8>> {
        self.bytes().map(std::mem::take)
    }

    /// Puts it back in.
    pub fn put_bytes(&mut self, bytes: Vec<u8>) {
        if let Some(slot) = self.bytes() {
            *slot = bytes;
        }
    }

    fn bytes(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Self::View(Some(view)) => match view.as_mut() {
                View::Lineage(view) => Some(&mut view.scene),
                _ => None,
            },
            _ => None,
        }
    }
}

/// `1 model`, `2,000 models`.
pub fn counted(count: usize, what: &str) -> String {
    format!(
        "{} {what}{}",
        number(count as u64),
        if count == 1 { "" } else { "s" }
    )
}

/// A number with separators: `12,345`.
pub fn number(value: u64) -> String {
    let mut text = value.to_string();
    let mut at = text.len();
    while at > 3 {
        at -= 3;
        text.insert(at, ',');
    }
    text
}
