//! Column lineage over the whole project: what a column is computed from, up to the tables outside, and who reads
//! it.
//!
//! Built on demand, as it reads every query once more; planning does not need it.

use crate::ordered::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Project, ProjectNode};
use crate::sql::lineage::{Clause, ColumnRef, QueryLineage, lineage};
use crate::sql::{Dialect, QueryContext};

/// The lineage of every query of a project.
#[derive(Debug, Clone, Default)]
pub struct ColumnGraph {
    models: Vec<(String, QueryLineage)>,
    columns: Vec<ColumnRef>,
    numbers: BTreeMap<ColumnRef, usize>,
    /// For each column the columns it is computed from, and those computed from it.
    up: Vec<Vec<usize>>,
    down: Vec<Vec<usize>>,
    /// For each column the models whose rows depend on it.
    rows: Vec<Vec<(usize, Clause)>>,
}

/// A model whose rows depend on a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Hash, Ord, Serialize, Deserialize)]
pub struct RowReader {
    /// The model's fully qualified name.
    pub model: String,
    /// The column as this model reads it: the asked one, or one computed from it.
    pub column: ColumnRef,
    /// Where it uses it.
    pub clause: Clause,
}

/// Who reads a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readers {
    /// Columns computed from it, directly or through other models; sorted, itself not included.
    pub columns: Vec<ColumnRef>,
    /// Models whose filters, joins, groupings or sort keys use it or one of those columns. All of their columns
    /// may change their rows; what is computed from them is not followed further.
    pub rows: Vec<RowReader>,
}

impl ColumnGraph {
    /// Reads the queries of all nodes. Nodes without a query that can be read have no lineage of their own.
    pub fn new(project: &Project) -> Self {
        let mut graph = Self::default();
        for node in project.nodes.values() {
            if let Some(found) = of_node(node) {
                graph.add(&node.fqn, found);
            }
        }
        graph
    }

    /// The lineage of one model's query: outputs in order and what decides about its rows. Columns that SQLMesh
    /// adds itself (the validity columns of SCD type 2) have no sources and are not in it.
    pub fn model(&self, fqn: &str) -> Option<&QueryLineage> {
        let at = self
            .models
            .binary_search_by(|(name, _)| name.as_str().cmp(fqn))
            .ok()?;
        self.models.get(at).map(|(_, found)| found)
    }

    /// All models with their lineage, by name.
    pub fn models(&self) -> impl Iterator<Item = (&str, &QueryLineage)> {
        self.models.iter().map(|(name, found)| (name.as_str(), found))
    }

    /// The columns that a column is computed from, directly or through other models; sorted, itself not included
    /// unless its model reads itself.
    pub fn upstream(&self, column: &ColumnRef) -> Vec<ColumnRef> {
        self.closure(column, &self.up).into_iter().collect()
    }

    /// Columns computed from a column, and models whose rows depend on it.
    pub fn downstream(&self, column: &ColumnRef) -> Readers {
        let columns = self.closure(column, &self.down);
        let mut rows = BTreeSet::new();
        for column in std::iter::once(column).chain(&columns) {
            let starts = self.starts(column).into_iter();
            for (model, clause) in starts.filter_map(|number| self.rows.get(number)).flatten() {
                if let Some((model, _)) = self.models.get(*model) {
                    rows.insert(RowReader {
                        model: model.clone(),
                        column: column.clone(),
                        clause: *clause,
                    });
                }
            }
        }
        Readers {
            columns: columns.into_iter().collect(),
            rows: rows.into_iter().collect(),
        }
    }

    fn add(&mut self, fqn: &str, found: QueryLineage) {
        let model = self.models.len();
        for output in &found.outputs {
            let own = self.number(&ColumnRef {
                table: fqn.to_string(),
                column: output.name.clone(),
            });
            for source in &output.sources {
                let source = self.number(source);
                self.up[own].push(source);
                self.down[source].push(own);
            }
        }
        for row in &found.rows {
            let column = self.number(&row.column);
            self.rows[column].push((model, row.clause));
        }
        self.models.push((fqn.to_string(), found));
    }

    fn number(&mut self, column: &ColumnRef) -> usize {
        if let Some(number) = self.numbers.get(column) {
            return *number;
        }
        let number = self.columns.len();
        self.columns.push(column.clone());
        self.numbers.insert(column.clone(), number);
        self.up.push(Vec::new());
        self.down.push(Vec::new());
        self.rows.push(Vec::new());
        number
    }

    /// The column, and the star over its table that may mean it.
    fn starts(&self, column: &ColumnRef) -> Vec<usize> {
        let star = ColumnRef {
            table: column.table.clone(),
            column: "*".to_string(),
        };
        let found = [self.numbers.get(column), self.numbers.get(&star)];
        found.into_iter().flatten().copied().collect()
    }

    /// All that is reached, without the start unless it is reached again. A star that meets a star keeps the name
    /// that is followed.
    fn closure(&self, column: &ColumnRef, edges: &[Vec<usize>]) -> BTreeSet<ColumnRef> {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![column.clone()];
        while let Some(column) = waiting.pop() {
            let next = self
                .starts(&column)
                .into_iter()
                .filter_map(|number| edges.get(number));
            for next in next.flatten().filter_map(|number| self.columns.get(*number)) {
                let mut next = next.clone();
                if next.column == "*" {
                    next.column.clone_from(&column.column);
                }
                if !reached.contains(&next) {
                    reached.insert(next.clone());
                    waiting.push(next);
                }
            }
        }
        reached
    }
}

/// The lineage of a node's query; `None` when it has none that can be read.
pub fn of_node(node: &ProjectNode) -> Option<QueryLineage> {
    lineage(node.rendered.as_deref()?, &node.query_context()).ok()
}

impl ProjectNode {
    /// What surrounds the node's query.
    pub fn query_context(&self) -> QueryContext<'_> {
        QueryContext {
            dialect: Dialect::parse(&self.model.dialect).unwrap_or_default(),
            default_catalog: self.model.default_catalog.as_deref(),
            schema: &self.model.mapping_schema,
            optimize: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{LoadOptions, load};
    use crate::source::SourceMap;

    fn graph(models: &[(&str, &str)]) -> ColumnGraph {
        let mut sources = SourceMap::default();
        sources.insert(
            "config.yaml",
            "model_defaults: {dialect: duckdb, start: 2024-01-01}\n",
        );
        for (name, query) in models {
            sources.insert(
                &format!("models/{name}.sql"),
                format!("MODEL (name s.{name}, kind FULL);\n{query}"),
            );
        }
        let (project, _) = load(&sources, &LoadOptions::default());
        ColumnGraph::new(&project)
    }

    fn column(text: &str) -> ColumnRef {
        let (table, column) = text.split_once('.').expect("table.column");
        ColumnRef {
            table: format!("\"s\".\"{table}\""),
            column: column.to_string(),
        }
    }

    fn short(columns: &[ColumnRef]) -> Vec<String> {
        columns
            .iter()
            .map(|one| {
                format!(
                    "{}.{}",
                    one.table.rsplit('.').next().unwrap_or_default().replace('"', ""),
                    one.column
                )
            })
            .collect()
    }

    #[test]
    fn columns_are_followed_through_models() {
        let graph = graph(&[
            ("raw", "SELECT id, amount, day FROM s.outside"),
            (
                "clean",
                "SELECT id, amount * 2 AS double, day FROM s.raw WHERE amount > 0",
            ),
            (
                "daily",
                "SELECT day, sum(double) AS total FROM s.clean GROUP BY day",
            ),
        ]);
        assert_eq!(
            short(&graph.upstream(&column("daily.total"))),
            ["clean.double", "outside.amount", "raw.amount"]
        );
        let readers = graph.downstream(&column("raw.amount"));
        assert_eq!(short(&readers.columns), ["clean.double", "daily.total"]);
        let rows: Vec<String> = readers
            .rows
            .iter()
            .map(|row| format!("{} {:?}", row.model, row.clause))
            .collect();
        assert_eq!(rows, ["\"s\".\"clean\" Where"]);
        let readers = graph.downstream(&column("outside.day"));
        assert_eq!(short(&readers.columns), ["clean.day", "daily.day", "raw.day"]);
        assert_eq!(readers.rows.len(), 1);
        let daily = graph.model("\"s\".\"daily\"").expect("has a query");
        assert!(daily.complete && daily.outputs[0].unchanged && !daily.outputs[1].unchanged);
    }

    #[test]
    fn a_star_over_an_unknown_table_may_mean_any_column() {
        let graph = graph(&[
            ("raw", "SELECT * FROM s.outside"),
            ("clean", "SELECT id FROM s.raw"),
        ]);
        assert_eq!(
            short(&graph.upstream(&column("clean.id"))),
            ["outside.id", "raw.id"]
        );
        let readers = graph.downstream(&column("outside.id"));
        assert_eq!(short(&readers.columns), ["clean.id", "raw.id"]);
    }
}
