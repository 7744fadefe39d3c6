//! Jinja macros in the form in which SQLMesh stores them.

use crate::json::{Extra, Rare, read_object, usual};
use crate::ordered::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

/// One Jinja macro.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JinjaMacro {
    /// `{% macro … %}…{% endmacro %}`.
    pub definition: String,
    /// Macros it calls.
    pub depends_on: Vec<Value>,
    /// Whether it can be called without its package's name.
    pub is_top_level: bool,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(JinjaMacro {
    definition: required,
    depends_on: default,
    is_top_level: default,
} rest extra);

/// The Jinja macros a node can reach; nearly always none.
pub type JinjaMacros = Rare<JinjaRegistry>;

/// Jinja macros, and what they need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JinjaRegistry {
    /// Macros of packages (dbt).
    pub packages: IndexMap<String, IndexMap<String, JinjaMacro>>,
    /// Macros of the project.
    pub root_macros: IndexMap<String, JinjaMacro>,
    /// Global objects (dbt): refs, sources, vars.
    pub global_objs: Map<String, Value>,
    /// Name of the module with built-ins.
    pub create_builtins_module: Option<String>,
    /// Package of the project itself (dbt).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_package_name: Option<String>,
    /// Packages whose macros are visible at top level.
    pub top_level_packages: Vec<String>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(JinjaRegistry {
    packages: default,
    root_macros: default,
    global_objs: default,
    create_builtins_module: or(None),
    root_package_name: default,
    top_level_packages: default,
} rest extra);

usual!(JinjaRegistry);

impl Default for JinjaRegistry {
    fn default() -> Self {
        Self {
            packages: IndexMap::new(),
            root_macros: IndexMap::new(),
            global_objs: Map::new(),
            create_builtins_module: Some("sqlmesh.utils.jinja".to_string()),
            root_package_name: None,
            top_level_packages: Vec::new(),
            extra: Extra::default(),
        }
    }
}
