//! What is open, and what is asked of it.

use planglass_core::diagnostic::Diagnostic;
use planglass_core::plan::PlanOptions;
use planglass_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What an input turned out to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// A state export.
    #[default]
    State,
    /// A project: a folder, an archive or loose files.
    Project,
    /// A saved plan.
    Report,
    /// A decision file.
    Decisions,
}

/// What is known of one input.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct InputFacts {
    /// Number by which the page names it.
    pub id: u32,
    /// Name of the file, folder or archive.
    pub name: String,
    /// What it is.
    pub what: What,
    /// Plans are made with it; other states only serve comparisons.
    pub used: bool,
    /// Bytes.
    pub size: u64,
    /// blake3: of the file's bytes, or over paths and texts of a project.
    pub digest: String,
    /// When a state was exported, as written in it.
    pub exported: Option<String>,
    /// Counts in words.
    pub contains: String,
    /// A state that holds no environment.
    #[serde(default)]
    pub without_environments: bool,
    /// Which releases wrote it.
    pub versions: Option<String>,
    /// Problems found while reading; with an error among them it is not used.
    pub problems: Vec<Diagnostic>,
    /// What is wrong inside of a state that could be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Diagnostic>,
}

impl InputFacts {
    /// True when it could be read.
    pub fn usable(&self) -> bool {
        !self.problems.iter().any(Diagnostic::is_error)
    }
}

/// What is open, for a page to show.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// One entry per input.
    pub inputs: Vec<InputFacts>,
    /// Names of the environments of the state.
    pub environments: Vec<String>,
    /// Gateways of the project.
    pub gateways: Vec<String>,
    /// Gateway that is used when none is chosen.
    pub default_gateway: String,
    /// Environment that is planned when none is named.
    pub default_environment: String,
    /// When the state was exported.
    pub exported_at: Option<Timestamp>,
    /// A project is there, so that a plan can be made.
    pub can_plan: bool,
    /// A saved plan is there.
    pub has_report: bool,
    /// A decision file is there.
    pub has_decisions: bool,
}

impl Opened {
    /// States that could be read, the one that plans are made with first.
    pub fn states(&self) -> Vec<&InputFacts> {
        let mut states: Vec<&InputFacts> = self
            .inputs
            .iter()
            .filter(|facts| facts.what == What::State && facts.usable())
            .collect();
        states.sort_by_key(|facts| !facts.used);
        states
    }
}

/// What is asked of the open files.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Gateway; absent means the configuration's default.
    pub gateway: Option<String>,
    /// Everything else.
    pub options: PlanOptions,
}
