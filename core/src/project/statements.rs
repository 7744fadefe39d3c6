//! The statements around every plan, in the form in which SQLMesh stores them.

use crate::ordered::IndexMap;
use serde::Serialize;

use super::load::Loader;
use super::texts::data;
use crate::json::{Extra, read_object};
use crate::model::variables::Text;
use crate::model::{Executable, JinjaMacros};
use crate::sql::Dialect;

/// `before_all` and `after_all` of one project.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EnvironmentStatements {
    /// Run before every plan and run.
    pub before_all: Vec<String>,
    /// Run after.
    pub after_all: Vec<String>,
    /// What their macros need.
    pub python_env: IndexMap<String, Executable>,
    /// Jinja macros they can reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jinja_macros: Option<JinjaMacros>,
    /// Project they belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(EnvironmentStatements {
    before_all: default,
    after_all: default,
    python_env: default,
    jinja_macros: default,
    project: default,
} rest extra);

impl Loader<'_> {
    /// `before_all` and `after_all` of the configuration, with what their macros need.
    pub(super) fn environment_statements(&self) -> Vec<EnvironmentStatements> {
        if self.config.before_all.is_empty() && self.config.after_all.is_empty() {
            return Vec::new();
        }
        let dialect = Dialect::parse(self.config.default_dialect()).unwrap_or_default();
        let all = self.config.before_all.iter().chain(&self.config.after_all);
        let texts: Vec<Text<'_>> = all.map(|text| data(text)).collect();
        let found = self.needed(&texts, dialect, &self.variables(None), &IndexMap::new(), None);
        let has_jinja = !found.jinja_macros.root_macros.is_empty();
        vec![EnvironmentStatements {
            before_all: self.config.before_all.clone(),
            after_all: self.config.after_all.clone(),
            python_env: found.python_env,
            jinja_macros: has_jinja.then_some(found.jinja_macros),
            project: (!self.config.project.is_empty()).then(|| self.config.project.clone()),
            ..EnvironmentStatements::default()
        }]
    }
}
