//! Constructs that are not modelled: a text that says all of it, made for comparison, and the queries inside.
//!
//! The text is not SQL: sqlparser could print that, but printing any expression brings the printing of everything
//! sqlparser knows, which is a tenth of a megabyte in the browser.

use sqlparser::ast::{
    AssignmentTarget, ConnectByKind, Expr, ExprWithAliasAndOrderBy, FunctionArg, FunctionArgExpr, ObjectName,
    ObjectNamePart, ObjectNamePartFunction, PipeOperator, PivotValueSource, SelectItem, TableSample,
    TableVersion, WithFill,
};

use super::Lowering;
use super::query::order_text;
use crate::sql::tree::{Arg, Kind, Node};

/// Stands between what people read and what only comparison needs.
pub const BEHIND: char = '\u{1f}';

/// A construct of which nothing is looked into but the queries: what it begins with, and its parts.
pub(super) fn opaque(head: impl Into<String>, parts: impl IntoIterator<Item = Node>) -> Node {
    let mut text = head.into();
    let mut queries = Vec::new();
    for part in parts {
        text.push(BEHIND);
        spell(&part, &mut text);
        outermost(part, &mut queries);
    }
    Node::new(Kind::Opaque, text).with_many("queries", queries)
}

/// The same as a word of its surroundings.
pub(super) fn word(head: impl Into<String>, parts: impl IntoIterator<Item = Node>) -> Node {
    Node::new(Kind::Word, opaque(head, parts).text)
}

/// A node as text: two texts are equal when the nodes are.
fn spell(node: &Node, text: &mut String) {
    text.push('(');
    text.push_str(&(node.kind as u8).to_string());
    text.push(' ');
    text.push_str(&node.text);
    for (key, arg) in &node.args {
        text.push(BEHIND);
        text.push_str(key);
        match arg {
            Arg::One(node) => spell(node, text),
            Arg::Many(nodes) => nodes.iter().for_each(|node| spell(node, text)),
            Arg::Flag => {}
        }
    }
    text.push(')');
}

fn outermost(part: Node, queries: &mut Vec<Node>) {
    if part.is_query() {
        queries.push(part);
        return;
    }
    for (_, arg) in part.args {
        match arg {
            Arg::One(node) => outermost(*node, queries),
            Arg::Many(nodes) => nodes.into_iter().for_each(|node| outermost(node, queries)),
            Arg::Flag => {}
        }
    }
}

/// Several things as one part.
pub(super) fn list(items: Vec<Node>) -> Node {
    Node::new(Kind::Tuple, "").with_many("items", items)
}

/// A keyword, a number or the like.
pub(super) fn said(text: impl std::fmt::Display) -> Node {
    Node::new(Kind::Word, text.to_string())
}

/// A function that stands for a name: `IDENTIFIER('t')`, `IDENTIFIER($v)`.
pub(super) fn called(function: &ObjectNamePartFunction) -> String {
    let args = function.args.iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value))) => value.value.to_string(),
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(ident))) => ident.to_string(),
        _ => "?".to_string(),
    });
    format!("{}({})", function.name, args.collect::<Vec<_>>().join(", "))
}

impl Lowering {
    /// A name with its dots, as it is written.
    pub(super) fn name_text(name: &ObjectName) -> String {
        let parts = name.0.iter().map(|part| match part {
            ObjectNamePart::Identifier(ident) => ident.to_string(),
            ObjectNamePart::Function(function) => called(function),
        });
        parts.collect::<Vec<_>>().join(".")
    }

    /// An expression that may be missing: as a part it holds its place.
    pub(super) fn maybe(&self, expression: Option<Expr>) -> Node {
        list(
            expression
                .into_iter()
                .map(|expression| self.expression(expression))
                .collect(),
        )
    }

    /// An expression that is rarely written.
    pub(super) fn rarest(&self, expression: Expr) -> Node {
        match expression {
            Expr::IsJson {
                expr,
                kind,
                unique_keys,
                negated,
            } => {
                let mut parts = vec![self.expression(*expr), said(negated)];
                parts.extend(kind.map(said));
                parts.extend(unique_keys.map(said));
                opaque("IS JSON", parts)
            }
            Expr::IsNormalized { expr, form, negated } => {
                let mut parts = vec![self.expression(*expr), said(negated)];
                parts.extend(form.map(said));
                opaque("IS NORMALIZED", parts)
            }
            Expr::MatchAgainst {
                columns,
                match_value,
                opt_search_modifier,
            } => {
                let columns = columns.iter().map(|name| said(Self::name_text(name)));
                let mut parts = vec![list(columns.collect()), self.value(match_value.value)];
                parts.extend(opt_search_modifier.map(said));
                opaque("MATCH", parts)
            }
            Expr::MemberOf(member) => opaque(
                "MEMBER OF",
                [self.expression(*member.value), self.expression(*member.array)],
            ),
            Expr::Convert {
                is_try,
                expr,
                data_type,
                charset,
                styles,
                ..
            } => {
                let mut parts = vec![self.expression(*expr), said(is_try)];
                parts.extend(data_type.map(|data_type| said(self.type_text(&data_type))));
                parts.extend(charset.map(|charset| said(Self::name_text(&charset))));
                parts.push(list(self.expressions(styles)));
                opaque("CONVERT", parts)
            }
            // All others have their places in `operand` and `rarer`.
            _ => opaque("?", []),
        }
    }

    /// `START WITH …`, `CONNECT BY …`.
    pub(super) fn connect_by(&self, kind: ConnectByKind) -> Node {
        match kind {
            ConnectByKind::ConnectBy {
                nocycle,
                relationships,
                ..
            } => {
                let head = if nocycle {
                    "CONNECT BY NOCYCLE"
                } else {
                    "CONNECT BY"
                };
                opaque(head, self.expressions(relationships))
            }
            ConnectByKind::StartWith { condition, .. } => opaque("START WITH", [self.expression(*condition)]),
        }
    }

    /// One step of BigQuery's pipe syntax that is not rewritten before parsing.
    pub(super) fn pipe(&self, pipe: PipeOperator) -> Node {
        let aggregated = |items: Vec<ExprWithAliasAndOrderBy>| {
            let items = items.into_iter().map(|item| {
                let order = order_text(self.dialect, item.order_by.sort, item.order_by.nulls_first);
                let alias = item.expr.alias.map(|alias| self.identifier(&alias));
                let mut parts = vec![self.expression(item.expr.expr), said(order)];
                parts.extend(alias);
                list(parts)
            });
            list(items.collect())
        };
        let selected = |items: Vec<SelectItem>| items.into_iter().map(|item| self.select_item(item));
        let queries = |queries: Vec<_>| queries.into_iter().map(|query| self.query(query));
        match pipe {
            PipeOperator::Limit { expr, offset } => {
                opaque("|> LIMIT", [self.expression(expr), self.maybe(offset)])
            }
            PipeOperator::Where { expr } => opaque("|> WHERE", [self.expression(expr)]),
            PipeOperator::OrderBy { exprs } => opaque("|> ORDER BY", self.ordered(exprs)),
            PipeOperator::Select { exprs } => opaque("|> SELECT", selected(exprs)),
            PipeOperator::Extend { exprs } => opaque("|> EXTEND", selected(exprs)),
            PipeOperator::Set { assignments } => {
                let parts = assignments.into_iter().map(|assignment| {
                    let target = match &assignment.target {
                        AssignmentTarget::ColumnName(name) => Self::name_text(name),
                        AssignmentTarget::Tuple(names) => {
                            let names: Vec<_> = names.iter().map(Self::name_text).collect();
                            names.join(", ")
                        }
                    };
                    Node::alias(self.expression(assignment.value), target)
                });
                opaque("|> SET", parts)
            }
            PipeOperator::Drop { columns } => opaque("|> DROP", self.identifiers(&columns)),
            PipeOperator::As { alias } => opaque("|> AS", [self.identifier(&alias)]),
            PipeOperator::Aggregate {
                full_table_exprs,
                group_by_expr,
            } => opaque(
                "|> AGGREGATE",
                [aggregated(full_table_exprs), aggregated(group_by_expr)],
            ),
            PipeOperator::TableSample { sample } => opaque("|> TABLESAMPLE", [self.sample(*sample)]),
            PipeOperator::Rename { mappings } => {
                let parts = mappings
                    .iter()
                    .map(|item| Node::alias(self.identifier(&item.ident), self.name(&item.alias)));
                opaque("|> RENAME", parts)
            }
            PipeOperator::Union {
                set_quantifier,
                queries: others,
            } => opaque(format!("|> UNION {set_quantifier}"), queries(others)),
            PipeOperator::Intersect {
                set_quantifier,
                queries: others,
            } => opaque(format!("|> INTERSECT {set_quantifier}"), queries(others)),
            PipeOperator::Except {
                set_quantifier,
                queries: others,
            } => opaque(format!("|> EXCEPT {set_quantifier}"), queries(others)),
            PipeOperator::Call { function, alias } => {
                let mut parts = vec![self.function(function)];
                parts.extend(alias.map(|alias| self.identifier(&alias)));
                opaque("|> CALL", parts)
            }
            PipeOperator::Pivot {
                aggregate_functions,
                value_column,
                value_source,
                alias,
            } => {
                let mut parts = vec![
                    list(self.aliased(aggregate_functions)),
                    list(self.identifiers(&value_column)),
                    match value_source {
                        PivotValueSource::List(values) => list(self.aliased(values)),
                        PivotValueSource::Any(order) => list(self.ordered(order)),
                        PivotValueSource::Subquery(query) => self.query(*query),
                    },
                ];
                parts.extend(alias.map(|alias| self.identifier(&alias)));
                opaque("|> PIVOT", parts)
            }
            PipeOperator::Unpivot {
                value_column,
                name_column,
                unpivot_columns,
                alias,
            } => {
                let mut names = vec![value_column, name_column];
                names.extend(unpivot_columns);
                names.extend(alias);
                opaque("|> UNPIVOT", self.identifiers(&names))
            }
            PipeOperator::Join(join) => opaque("|> JOIN", [self.join(join)]),
        }
    }

    /// `TABLESAMPLE …`.
    pub(super) fn sample(&self, sample: TableSample) -> Node {
        let mut head = sample.modifier.to_string();
        if let Some(name) = &sample.name {
            head.push(' ');
            head.push_str(&name.to_string());
        }
        let mut parts = Vec::new();
        if let Some(quantity) = sample.quantity {
            parts.push(self.expression(quantity.value));
            parts.extend(quantity.unit.map(said));
        }
        if let Some(seed) = sample.seed {
            parts.extend([said(seed.modifier), self.value(seed.value.value)]);
        }
        if let Some(bucket) = sample.bucket {
            parts.extend([self.value(bucket.bucket.value), self.value(bucket.total.value)]);
            parts.push(self.maybe(bucket.on));
        }
        if let Some(offset) = sample.offset {
            parts.extend([said("OFFSET"), self.expression(offset)]);
        }
        word(head, parts)
    }

    /// The moment at which a table is read.
    pub(super) fn version(&self, version: TableVersion) -> Node {
        match version {
            TableVersion::ForSystemTimeAsOf(at) => word("FOR SYSTEM_TIME AS OF", [self.expression(at)]),
            TableVersion::TimestampAsOf(at) => word("TIMESTAMP AS OF", [self.expression(at)]),
            TableVersion::VersionAsOf(at) => word("VERSION AS OF", [self.expression(at)]),
            TableVersion::Function(function) => word("", [self.expression(function)]),
            TableVersion::Changes { changes, at, end } => word(
                "CHANGES",
                [self.expression(changes), self.expression(at), self.maybe(end)],
            ),
        }
    }

    /// ClickHouse's `WITH FILL`.
    pub(super) fn fill(&self, fill: WithFill) -> Node {
        word(
            "WITH FILL",
            [self.maybe(fill.from), self.maybe(fill.to), self.maybe(fill.step)],
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::sql::{Dialect, parse};

    /// What differs has another text, and the queries inside are found.
    #[test]
    fn rare_constructs_are_compared_as_a_whole() {
        for (dialect, text, other) in [
            (
                Dialect::Oracle,
                "SELECT a FROM t START WITH p = 1 CONNECT BY PRIOR a = p",
                "p = 2",
            ),
            (
                Dialect::DuckDb,
                "SELECT a FROM t TABLESAMPLE BERNOULLI (p = 1) REPEATABLE (3)",
                "p = 2",
            ),
            (
                Dialect::Snowflake,
                "SELECT a FROM t AT(TIMESTAMP => p = 1)",
                "p = 2",
            ),
            (
                Dialect::BigQuery,
                "SELECT a FROM t FOR SYSTEM_TIME AS OF p = 1",
                "p = 2",
            ),
            (
                Dialect::ClickHouse,
                "SELECT a FROM t ORDER BY a WITH FILL FROM p = 1 TO 3",
                "p = 2",
            ),
            (
                Dialect::ClickHouse,
                "SELECT a FROM t SETTINGS x = 1, y = 2",
                "1, y = 3",
            ),
            (
                Dialect::MySql,
                "SELECT MATCH (a) AGAINST ('p = 1') FROM t",
                "p = 2",
            ),
            (
                Dialect::MySql,
                "SELECT 1 MEMBER OF ((SELECT x FROM u WHERE p = 1)) FROM t",
                "p = 2",
            ),
            (
                Dialect::Postgres,
                "SELECT '{}' IS JSON OBJECT, 'p = 1' IS NOT NFC NORMALIZED",
                "p = 2",
            ),
            (Dialect::TSql, "SELECT a FROM t WITH (INDEX (p = 1))", "p = 2"),
        ] {
            let from = if text.contains("p = 1") {
                "p = 1"
            } else {
                "1, y = 2"
            };
            let tree = parse(text, dialect).unwrap_or_else(|error| panic!("{text}: {}", error.message));
            assert_eq!(
                Ok(tree.clone()),
                parse(&text.replacen("SELECT", "SELECT\n", 1), dialect)
            );
            let changed = text.replace(from, other);
            assert_ne!(Ok(tree), parse(&changed, dialect), "{changed}");
        }
    }
}
