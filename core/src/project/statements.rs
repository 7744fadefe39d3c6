//! The statements around every plan, in the form in which SQLMesh stores them.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{Executable, JinjaMacros};

/// `before_all` and `after_all` of one project.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentStatements {
    /// Run before every plan and run.
    #[serde(default)]
    pub before_all: Vec<String>,
    /// Run after.
    #[serde(default)]
    pub after_all: Vec<String>,
    /// What their macros need.
    #[serde(default)]
    pub python_env: IndexMap<String, Executable>,
    /// Jinja macros they can reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jinja_macros: Option<JinjaMacros>,
    /// Project they belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
