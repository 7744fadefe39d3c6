//! Names of physical tables and views.
//!
//! In: a snapshot, or a model's name and an environment's naming rules. Out: names as SQLMesh makes them,
//! without any truncation: an engine that cannot take a long name says so itself.

use crate::hash::md5_hex;
use crate::model::KindName;
use crate::name::TableName;
use crate::sql::Dialect;

use super::{Snapshot, fingerprint};

/// Name of the production environment.
pub const PROD: &str = "prod";

/// How the views of an environment are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentNaming {
    /// Sanitised name of the environment.
    pub name: String,
    /// `schema`, `table` or `catalog`.
    pub suffix_target: String,
    /// Catalog of the views instead of the model's own.
    pub catalog_name_override: Option<String>,
    /// Whether the environment's name is folded to the engine's case.
    pub normalize_name: bool,
}

/// An environment's name as SQLMesh stores it: every character outside of words becomes `_`, lower case.
pub fn sanitize_environment(name: &str) -> String {
    word_characters(name).to_lowercase()
}

fn word_characters(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' })
        .collect()
}

fn ascii_word_characters(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '_'
            }
        })
        .collect()
}

impl EnvironmentNaming {
    /// True unless this is prod.
    pub fn is_dev(&self) -> bool {
        self.name.to_lowercase() != PROD
    }

    /// The view of a model in this environment.
    pub fn view(&self, name: &TableName, dialect: Dialect) -> TableName {
        let fold = |text: String| {
            if self.normalize_name {
                dialect.normalize(&text, false, crate::sql::dialect::Part::Table)
            } else {
                text
            }
        };
        let mut view = name.clone();
        let schema = name.schema.clone().unwrap_or_else(|| "default".to_string());
        view.schema = Some(schema.clone());
        if let Some(catalog) = &self.catalog_name_override {
            view.catalog = Some(fold(catalog.clone()));
        }
        if self.is_dev() {
            let suffix = fold(self.name.clone());
            match (self.suffix_target.as_str(), &name.catalog) {
                ("table", _) => view.table = format!("{}__{suffix}", name.table),
                ("catalog", Some(catalog)) => view.catalog = Some(format!("{catalog}__{suffix}")),
                _ => view.schema = Some(format!("{schema}__{suffix}")),
            }
        }
        view
    }

    /// The view's name for people: the default catalog is hidden. Audits and names that cannot be read stay as
    /// they are.
    pub fn display_name(&self, fqn: &str, default_catalog: Option<&str>, dialect: Dialect) -> String {
        let Some(name) = TableName::parse_quoted(fqn) else {
            return fqn.to_string();
        };
        let mut view = self.view(&name, dialect);
        if name.schema.is_none() && !self.is_dev() {
            view.schema = None;
        }
        // With one catalog per environment the catalog tells them apart.
        if view.catalog.as_deref() == default_catalog && self.suffix_target != "catalog" {
            view.catalog = None;
        }
        plain(&view)
    }
}

/// A name with quotes only around parts that need them.
pub fn plain(name: &TableName) -> String {
    let parts: Vec<String> = name.parts().map(plain_part).collect();
    parts.join(".")
}

fn plain_part(part: &str) -> String {
    let mut chars = part.chars();
    let safe = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if safe {
        part.to_string()
    } else {
        format!("\"{}\"", part.replace('"', "\"\""))
    }
}

/// What a physical name is made of.
struct Physical<'a> {
    fqn: &'a str,
    schema: &'a str,
    convention: &'a str,
    version: &'a str,
    suffix: Option<&'a str>,
}

fn physical_name(parts: &Physical<'_>) -> String {
    let Some(name) = TableName::parse_quoted(parts.fqn) else {
        return parts.fqn.to_string();
    };
    let table = ascii_word_characters(&name.table);
    let suffix = parts
        .suffix
        .map(|suffix| format!("__{suffix}"))
        .unwrap_or_default();
    let version = parts.version;
    let schema_and_table = match &name.schema {
        Some(schema) => format!("{}__{table}__{version}{suffix}", ascii_word_characters(schema)),
        None => format!("{table}__{version}{suffix}"),
    };
    let physical = match parts.convention {
        "table_only" => format!("{table}__{version}{suffix}"),
        "hash_md5" => {
            let catalog = name.catalog.iter().map(|catalog| format!("{catalog}."));
            let full: String = catalog
                .chain([format!("{}.{schema_and_table}", parts.schema)])
                .collect();
            format!("sqlmesh_md5__{}{suffix}", md5_hex(&full))
        }
        _ => schema_and_table,
    };
    plain(&TableName {
        catalog: name.catalog,
        schema: Some(parts.schema.to_string()),
        table: physical,
    })
}

impl Snapshot {
    /// Schema of this snapshot's tables.
    pub fn physical_schema(&self) -> String {
        self.physical_schema
            .clone()
            .unwrap_or_else(|| fingerprint::physical_schema(&self.node, &self.name))
    }

    /// Version of the dev table.
    pub fn dev_version_or_own(&self) -> String {
        self.dev_version
            .clone()
            .unwrap_or_else(|| self.fingerprint.to_version())
    }

    /// The table a snapshot writes (deployable) or its dev table. `None` while it has no version, and for
    /// nodes without a table.
    pub fn table_name(&self, deployable: bool) -> Option<String> {
        if self.node.is_audit() || self.node.kind.name == KindName::Embedded {
            return None;
        }
        if self.node.kind.name == KindName::External {
            return Some(self.name.clone());
        }
        if deployable && self.node.virtual_environment_mode == "dev_only" {
            return Some(self.name.clone());
        }
        let dev_version = self.dev_version_or_own();
        let version = if deployable {
            self.version.as_deref()?
        } else {
            &dev_version
        };
        Some(physical_name(&Physical {
            fqn: &self.name,
            schema: &self.physical_schema(),
            convention: &self.table_naming_convention,
            version,
            suffix: if deployable {
                None
            } else {
                Some(&self.dev_table_suffix)
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naming(name: &str, target: &str) -> EnvironmentNaming {
        EnvironmentNaming {
            name: sanitize_environment(name),
            suffix_target: target.to_string(),
            catalog_name_override: None,
            normalize_name: true,
        }
    }

    fn view(name: &str, target: &str) -> String {
        let table = TableName::parse_quoted("wh.shop.src").unwrap_or_default();
        plain(&naming(name, target).view(&table, Dialect::DuckDb))
    }

    #[test]
    fn views_carry_the_environment() {
        assert_eq!(view("My-Dev", "schema"), "wh.shop__my_dev.src");
        assert_eq!(view("Dev-2 x", "table"), "wh.shop.src__dev_2_x");
        assert_eq!(view("d", "catalog"), "wh__d.shop.src");
        assert_eq!(view("prod", "schema"), "wh.shop.src");
    }

    fn table(convention: &str, version: &str, suffix: Option<&str>) -> String {
        physical_name(&Physical {
            fqn: "\"wh\".\"shop\".\"odd-Name é\"",
            schema: "sqlmesh__shop",
            convention,
            version,
            suffix,
        })
    }

    #[test]
    fn tables_carry_the_version() {
        assert_eq!(
            table("schema_and_table", "1575344520", None),
            "wh.sqlmesh__shop.shop__odd_Name____1575344520"
        );
        assert_eq!(
            table("table_only", "1", Some("dev")),
            "wh.sqlmesh__shop.odd_Name____1__dev"
        );
    }

    #[test]
    fn hashed_names_hash_the_whole_name() {
        let name = physical_name(&Physical {
            fqn: "\"wh\".\"shop\".\"src\"",
            schema: "sqlmesh__shop",
            convention: "hash_md5",
            version: "1609870013",
            suffix: None,
        });
        assert_eq!(
            name,
            "wh.sqlmesh__shop.sqlmesh_md5__682a300d4446a370fa27a8e6668c9428"
        );
    }
}
