//! Sources that make rows of something else, kept as a whole: `MATCH_RECOGNIZE`, `JSON_TABLE` and their kin.

use sqlparser::ast::{
    AfterMatchSkip, JsonTableColumn, RowsPerMatch, TableFactor, XmlTableColumn, XmlTableColumnOption,
};

use super::Lowering;
use super::opaque::{list, opaque, said};
use crate::sql::tree::{Kind, Node};

impl Lowering {
    /// A source that no other function reads.
    pub(super) fn unfolded(&self, factor: TableFactor) -> Node {
        match factor {
            TableFactor::MatchRecognize {
                table,
                partition_by,
                order_by,
                measures,
                rows_per_match,
                after_match_skip,
                pattern,
                symbols,
                alias,
            } => {
                let measures = measures
                    .into_iter()
                    .map(|measure| Node::alias(self.expression(measure.expr), self.name(&measure.alias)));
                let symbols = symbols
                    .into_iter()
                    .map(|symbol| Node::alias(self.expression(symbol.definition), self.name(&symbol.symbol)));
                let parts = [
                    list(self.expressions(partition_by)),
                    list(self.ordered(order_by)),
                    list(measures.collect()),
                    list(rows_per_match.map(rows).into_iter().collect()),
                    list(after_match_skip.map(skip).into_iter().collect()),
                    said(&pattern),
                    list(symbols.collect()),
                ];
                Node::new(Kind::Pivot, "MATCH_RECOGNIZE")
                    .with("this", self.source(*table))
                    .with("clause", opaque("MATCH_RECOGNIZE", parts))
                    .with_option("alias", self.table_alias(alias))
            }
            TableFactor::JsonTable {
                json_expr,
                json_path,
                columns,
                alias,
            } => {
                let parts = [self.value(json_path.value), list(self.json_columns(columns))];
                opaque("JSON_TABLE", parts)
                    .with_many("args", vec![self.expression(json_expr)])
                    .with_option("alias", self.table_alias(alias))
            }
            TableFactor::OpenJsonTable {
                json_expr,
                json_path,
                columns,
                alias,
            } => {
                let mut parts: Vec<Node> = json_path.map(|path| self.value(path.value)).into_iter().collect();
                parts.extend(columns.iter().map(|column| {
                    let path = column
                        .path
                        .as_ref()
                        .map(|path| Node::new(Kind::Text, path.as_str()));
                    let mut parts = vec![
                        self.identifier(&column.name),
                        said(self.type_text(&column.r#type)),
                        said(column.as_json),
                    ];
                    parts.extend(path);
                    list(parts)
                }));
                opaque("OPENJSON", parts)
                    .with_many("args", vec![self.expression(json_expr)])
                    .with_option("alias", self.table_alias(alias))
            }
            TableFactor::XmlTable {
                namespaces,
                row_expression,
                passing,
                columns,
                alias,
            } => {
                let namespaces = namespaces
                    .into_iter()
                    .map(|space| Node::alias(self.expression(space.uri), space.name.to_string()));
                let passing = passing.arguments.into_iter().map(|argument| {
                    let mut parts = vec![self.expression(argument.expr), said(argument.by_value)];
                    parts.extend(argument.alias.map(|alias| self.identifier(&alias)));
                    list(parts)
                });
                let columns = columns.into_iter().map(|column| self.xml_column(column));
                let parts = [
                    list(namespaces.collect()),
                    self.expression(row_expression),
                    list(passing.collect()),
                    list(columns.collect()),
                ];
                opaque("XMLTABLE", parts).with_option("alias", self.table_alias(alias))
            }
            TableFactor::SemanticView {
                name,
                dimensions,
                metrics,
                facts,
                where_clause,
                alias,
            } => {
                let parts = [
                    said(Self::name_text(&name)),
                    list(self.expressions(dimensions)),
                    list(self.expressions(metrics)),
                    list(self.expressions(facts)),
                    self.maybe(where_clause),
                ];
                opaque("SEMANTIC_VIEW", parts).with_option("alias", self.table_alias(alias))
            }
            TableFactor::UnpivotExpr {
                expression,
                value_alias,
                attribute_alias,
            } => {
                let names = [Some(value_alias), attribute_alias].into_iter().flatten();
                let names = names.map(|name| self.identifier(&name));
                opaque("UNPIVOT", names).with_many("args", vec![self.expression(expression)])
            }
            // All others have their places in `source`.
            _ => opaque("?", []),
        }
    }

    fn json_columns(&self, columns: Vec<JsonTableColumn>) -> Vec<Node> {
        let columns = columns.into_iter().map(|column| match column {
            JsonTableColumn::Named(column) => {
                let mut parts = vec![
                    self.identifier(&column.name),
                    said(self.type_text(&column.r#type)),
                    self.value(column.path.value),
                    said(column.exists),
                ];
                parts.push(list(column.on_empty.map(said).into_iter().collect()));
                parts.push(list(column.on_error.map(said).into_iter().collect()));
                list(parts)
            }
            JsonTableColumn::ForOrdinality(name) => self.identifier(&name),
            JsonTableColumn::Nested(nested) => {
                let path = self.value(nested.path.value);
                list(vec![path, list(self.json_columns(nested.columns))])
            }
        });
        columns.collect()
    }

    fn xml_column(&self, column: XmlTableColumn) -> Node {
        let name = self.identifier(&column.name);
        match column.option {
            XmlTableColumnOption::ForOrdinality => name,
            XmlTableColumnOption::NamedInfo {
                r#type,
                path,
                default,
                nullable,
            } => list(vec![
                name,
                said(self.type_text(&r#type)),
                self.maybe(path),
                self.maybe(default),
                said(nullable),
            ]),
        }
    }
}

fn rows(rows: RowsPerMatch) -> Node {
    match rows {
        RowsPerMatch::OneRow => said("ONE ROW"),
        RowsPerMatch::AllRows(None) => said("ALL ROWS"),
        RowsPerMatch::AllRows(Some(mode)) => said(format!("ALL ROWS {mode}")),
    }
}

fn skip(skip: AfterMatchSkip) -> Node {
    match skip {
        AfterMatchSkip::PastLastRow => said("PAST LAST ROW"),
        AfterMatchSkip::ToNextRow => said("TO NEXT ROW"),
        AfterMatchSkip::ToFirst(symbol) => said(format!("TO FIRST {symbol}")),
        AfterMatchSkip::ToLast(symbol) => said(format!("TO LAST {symbol}")),
    }
}
