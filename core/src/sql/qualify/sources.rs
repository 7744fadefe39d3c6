//! What stands in FROM: its name and its columns.

use super::columns::Place;
use super::{Failure, Output, Qualifier, Source};
use crate::sql::MappingSchema;
use crate::sql::annotate;
use crate::sql::dialect::{Dialect, Language};
use crate::sql::tree::{Arg, Kind, Node};
use crate::sql::types::{DataType, TypeKind};
use crate::sql::{scope, star};

impl Qualifier<'_> {
    /// Adds one source to the current scope, under its alias or a name made for it.
    pub(super) fn source(&mut self, source: &mut Node, hidden: bool) -> Result<(), Failure> {
        let aliases: Vec<String> = source.one("alias").map_or_else(Vec::new, |alias| {
            alias.many("columns").iter().map(|c| c.text.clone()).collect()
        });
        let mut path: Vec<String> = Vec::new();
        let mut columns = match source.kind {
            Kind::Table => {
                path = source.many("name").iter().map(|part| part.text.clone()).collect();
                let cte = match path.as_slice() {
                    [only] => self.ctes.iter().rev().find(|(name, _)| name == only),
                    _ => None,
                };
                match cte {
                    Some((_, outputs)) => outputs.clone(),
                    None => {
                        let qualified = scope::qualified(source, self.context.default_catalog);
                        if let Some(name) = &qualified {
                            path = name.parts().map(str::to_string).collect();
                            let parts = name.parts().map(Node::identifier).collect();
                            source.set_many("name", parts);
                        }
                        qualified.and_then(|name| {
                            let parts: Vec<&str> = name.parts().collect();
                            known_columns(self.context.schema, &parts, self.dialect())
                        })
                    }
                }
            }
            Kind::Subquery => {
                let lateral = source.flag("lateral");
                let Some(inner) = source.one_mut("this") else {
                    return Ok(());
                };
                // Only a lateral query sees the sources before it.
                let kept = if lateral {
                    Vec::new()
                } else {
                    std::mem::take(&mut self.scopes)
                };
                let mut outputs = self.query(inner, &aliases)?;
                if lateral {
                    // The reference does not look into lateral queries for types.
                    for output in outputs.iter_mut().flatten() {
                        output.data_type = DataType::unknown();
                    }
                }
                if !lateral {
                    self.scopes = kept;
                }
                if source.kind == Kind::Subquery {
                    let is_values = source.one("this").is_some_and(|q| q.kind == Kind::Values);
                    if let (Some(alias), false) = (source.one_mut("alias"), is_values) {
                        alias.remove("columns");
                    }
                }
                outputs
            }
            Kind::NestedJoin if source.one("alias").is_none() => {
                if let Some(inner) = source.one_mut("this") {
                    self.source(inner, hidden)?;
                }
                let mut joins = source.take_many("joins");
                let first = self.top().sources.len();
                for join in &mut joins {
                    if let Some(inner) = join.one_mut("source") {
                        self.source(inner, hidden)?;
                    }
                }
                star::expand_using(&mut joins, self.top_mut(), first)?;
                for (index, join) in joins.iter_mut().enumerate() {
                    if let Some(condition) = join.one_mut("on") {
                        self.expression(condition, Place::On(first + index + 1))?;
                    }
                }
                source.set_many("joins", joins);
                return Ok(());
            }
            Kind::Pivot => return self.pivot(source, hidden),
            Kind::Unnest | Kind::TableFunction | Kind::Opaque => {
                for argument in source.many_mut("args") {
                    self.expression(argument, Place::Expression)?;
                    annotate::annotate(argument, self.context.dialect);
                }
                self.made_columns(source, &aliases)
            }
            _ => None,
        };
        if !aliases.is_empty() {
            let known = columns.take().unwrap_or_default();
            let count = known.len().max(aliases.len());
            // A table's types are found by its own names, so a column under another name has none.
            let by_name = |name: &str| {
                let found = known.iter().find(|column| column.name == name);
                found.map_or_else(DataType::unknown, |column| column.data_type.clone())
            };
            let renamed: Vec<DataType> = aliases.iter().map(|name| by_name(name)).collect();
            let is_table = source.kind == Kind::Table;
            let mut known = known.into_iter();
            columns = Some(
                (0..count)
                    .map(|index| {
                        let column = known.next();
                        let own = column.as_ref().map(|column| column.data_type.clone());
                        let data_type = match renamed.get(index) {
                            Some(found) if is_table => found.clone(),
                            _ => own.unwrap_or_else(DataType::unknown),
                        };
                        let name = aliases.get(index).cloned();
                        Output {
                            name: name.or(column.map(|c| c.name)).unwrap_or_default(),
                            data_type,
                        }
                    })
                    .collect(),
            );
        }
        let name = match source.one("alias") {
            Some(alias) if !alias.text.is_empty() => alias.text.clone(),
            _ => match path.last() {
                Some(name) => name.clone(),
                None => self.next_name(),
            },
        };
        self.alias(source, name, columns, hidden);
        if let Some(added) = self.top_mut().sources.last_mut() {
            added.path = path;
        }
        Ok(())
    }

    /// Columns of UNNEST and of functions in FROM.
    pub(super) fn made_columns(&self, source: &mut Node, aliases: &[String]) -> Option<Vec<Output>> {
        let language = self.dialect().language();
        if language == Language::Snowflake && (source.text == "FLATTEN" || flattens(source)) {
            let names = ["SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS"].iter();
            return Some(
                names
                    .map(|name| Output {
                        name: (*name).to_string(),
                        data_type: DataType::unknown(),
                    })
                    .collect(),
            );
        }
        if source.kind != Kind::Unnest && source.text != "UNNEST" {
            return None;
        }
        let mut types: Vec<DataType> = source
            .many("args")
            .iter()
            .map(|argument| match argument.data_type() {
                map if map.kind == TypeKind::Map => DataType::unknown(),
                array => array.element(),
            })
            .collect();
        let element = types.first().cloned().unwrap_or_else(DataType::unknown);
        // The alias names the column.
        let by_alias = matches!(
            language,
            Language::BigQuery | Language::Redshift | Language::ClickHouse
        );
        let alias = source.one("alias").filter(|_| by_alias && aliases.is_empty());
        if by_alias && aliases.is_empty() {
            let output = |name: &str, data_type: &DataType| Output {
                name: name.to_string(),
                data_type: data_type.clone(),
            };
            let mut columns: Vec<Output> = alias.iter().map(|alias| output(&alias.text, &element)).collect();
            let offset = source.one("offset_alias").map(|offset| offset.text.as_str());
            columns.extend(offset.map(|offset| output(offset, &element)));
            // The fields of structs can be named by themselves.
            if alias.is_none() {
                columns.extend(element.fields().map(|(name, data_type)| output(name, data_type)));
            }
            return Some(columns).filter(|columns| !columns.is_empty());
        }
        // What comes on top of the arrays, the position, has the type of an element to the reference.
        while types.len() < aliases.len() && !types.is_empty() {
            types.push(element.clone());
        }
        (!aliases.is_empty()).then(|| {
            types
                .into_iter()
                .map(|data_type| Output {
                    name: String::new(),
                    data_type,
                })
                .collect()
        })
    }

    pub(super) fn alias(
        &mut self,
        source: &mut Node,
        name: String,
        columns: Option<Vec<Output>>,
        hidden: bool,
    ) {
        match source.one_mut("alias") {
            Some(alias) => alias.text.clone_from(&name),
            None => {
                let alias = Node::new(Kind::TableAlias, name.clone());
                source.set("alias", Arg::One(Box::new(alias)));
            }
        }
        self.top_mut().sources.push(Source {
            name,
            path: Vec::new(),
            columns,
            hidden,
        });
    }

    pub(super) fn lateral_view(&mut self, view: &mut Node) -> Result<(), Failure> {
        let mut element = DataType::unknown();
        if let Some(this) = view.one_mut("this") {
            self.expression(this, Place::Expression)?;
            annotate::annotate(this, self.context.dialect);
            // The reference gives the column the type of what is unfolded.
            if let [argument] = this.many("args") {
                element = argument.data_type();
            }
        }
        let Some(alias) = view.one("alias") else {
            return Ok(());
        };
        let names = alias.many("columns");
        let columns = names.iter().enumerate().map(|(index, column)| Output {
            name: column.text.clone(),
            data_type: if index == 0 {
                element.clone()
            } else {
                DataType::unknown()
            },
        });
        let columns: Vec<Output> = columns.collect();
        let name = alias.text.clone();
        self.top_mut().sources.push(Source {
            name,
            path: Vec::new(),
            columns: (!columns.is_empty()).then_some(columns),
            hidden: false,
        });
        Ok(())
    }
}

/// Whether a source is `TABLE(FLATTEN(…))`.
fn flattens(source: &Node) -> bool {
    let args = source.many("args");
    source.text == "TABLE"
        && args
            .iter()
            .any(|call| call.kind == Kind::Function && call.text == "FLATTEN")
}

/// Columns of a table in the mapping schema; `None` when it is not there.
fn known_columns(schema: &MappingSchema, parts: &[&str], dialect: Dialect) -> Option<Vec<Output>> {
    let columns = table_of(schema, parts)?.iter().map(|(name, data_type)| {
        Some(Output {
            name: name.clone(),
            data_type: DataType::parse(data_type.data_type()?, dialect),
        })
    });
    columns.collect()
}

/// Whether the columns of a table are in the mapping schema.
pub(in crate::sql) fn has_columns(schema: &MappingSchema, parts: &[&str]) -> bool {
    table_of(schema, parts).is_some_and(|columns| columns.values().all(|column| column.data_type().is_some()))
}

fn table_of<'s>(schema: &'s MappingSchema, parts: &[&str]) -> Option<&'s MappingSchema> {
    let mut level = schema;
    for part in parts {
        let quoted = format!("\"{}\"", part.replace('"', "\"\""));
        level = level.get(&quoted).or_else(|| level.get(part))?.below()?;
    }
    (!level.is_empty()).then_some(level)
}
