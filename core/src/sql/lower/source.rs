//! What stands in FROM: tables, derived tables, functions, joins.

use sqlparser::ast::{
    ExprWithAlias, FunctionArg, Join, JoinConstraint, JoinOperator, LateralView, NullInclusion, ObjectName,
    PivotValueSource, TableAlias, TableFactor, TableSample, TableSampleKind,
};

use super::Lowering;
use super::function::series_from_zero;
use super::opaque::{said, word};
use crate::sql::tree::{Arg, Kind, Node};

impl Lowering {
    /// One source.
    pub(super) fn source(&self, factor: TableFactor) -> Node {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: Some(arguments),
                with_ordinality,
                ..
            } => self.table_function(name, arguments.args, alias, with_ordinality, false),
            TableFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version,
                with_ordinality,
                partitions,
                json_path,
                sample,
                index_hints,
            } => {
                let mut words = Vec::new();
                words.extend(
                    with_hints
                        .into_iter()
                        .map(|hint| word("", [self.expression(hint)])),
                );
                words.extend(version.map(|version| self.version(version)));
                words.extend(partitions.iter().map(said));
                words.extend(json_path.map(|path| word("", [self.path(Node::default(), path)])));
                words.extend(sample.map(|sample| self.sample(either_side(sample))));
                words.extend(index_hints.iter().map(said));
                self.placed(Node::new(Kind::Table, ""), Self::idents(&name))
                    .with_many("name", self.table_parts(&name))
                    .with_flag("ordinality", with_ordinality)
                    .with_many("modifiers", words)
                    .with_option("alias", self.table_alias(alias))
            }
            TableFactor::Derived {
                lateral,
                subquery,
                alias,
                sample,
            } => {
                let sample = sample.map(|sample| self.sample(either_side(sample)));
                Node::new(Kind::Subquery, "")
                    .with("this", self.query(*subquery))
                    .with_flag("lateral", lateral)
                    .with_option("sample", sample)
                    .with_option("alias", self.table_alias(alias))
            }
            TableFactor::TableFunction { expr, alias } => Node::new(Kind::TableFunction, "TABLE")
                .with_many("args", vec![self.expression(expr)])
                .with_option("alias", self.table_alias(alias)),
            TableFactor::Function {
                lateral,
                name,
                args,
                with_ordinality,
                alias,
            } => self.table_function(name, args, alias, with_ordinality, lateral),
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset,
                with_offset_alias,
                with_ordinality,
            } => Node::new(Kind::Unnest, "")
                .with_many("args", self.expressions(array_exprs))
                .with_flag("ordinality", with_ordinality)
                .with_flag("offset", with_offset)
                .with_option(
                    "offset_alias",
                    with_offset_alias.map(|name| self.identifier(&name)),
                )
                .with_option("alias", self.table_alias(alias)),
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                let joins = table_with_joins.joins.into_iter();
                Node::new(Kind::NestedJoin, "")
                    .with("this", self.source(table_with_joins.relation))
                    .with_many("joins", joins.map(|join| self.join(join)).collect())
                    .with_option("alias", self.table_alias(alias))
            }
            TableFactor::Pivot {
                table,
                aggregate_functions,
                value_column,
                value_source,
                default_on_null,
                alias,
            } => {
                let node = Node::new(Kind::Pivot, "PIVOT")
                    .with("this", self.source(*table))
                    .with_many("aggregates", self.aliased(aggregate_functions))
                    .with_many("fields", self.expressions(value_column))
                    .with_option("default", default_on_null.map(|default| self.expression(default)));
                let node = match value_source {
                    PivotValueSource::List(values) => node.with_many("values", self.aliased(values)),
                    PivotValueSource::Any(order) => {
                        let any = Node::new(Kind::Word, "ANY").with_many("order", self.ordered(order));
                        node.with("any", any)
                    }
                    PivotValueSource::Subquery(query) => node.with("query", self.query(*query)),
                };
                node.with_option("alias", self.table_alias(alias))
            }
            TableFactor::Unpivot {
                table,
                value,
                name,
                columns,
                null_inclusion,
                alias,
            } => {
                let nulls = null_inclusion.map(|nulls| match nulls {
                    NullInclusion::IncludeNulls => "INCLUDE NULLS",
                    NullInclusion::ExcludeNulls => "EXCLUDE NULLS",
                });
                Node::new(Kind::Pivot, "UNPIVOT")
                    .with("this", self.source(*table))
                    .with("made", self.expression(value))
                    .with("name", self.identifier(&name))
                    .with_many("values", self.aliased(columns))
                    .with_option("nulls", nulls.map(|nulls| Node::new(Kind::Word, nulls)))
                    .with_option("alias", self.table_alias(alias))
            }
            other => self.unfolded(other),
        }
    }

    /// Expressions, some with a name.
    pub(super) fn aliased(&self, items: Vec<ExprWithAlias>) -> Vec<Node> {
        let items = items.into_iter().map(|item| {
            let this = self.expression(item.expr);
            match item.alias {
                Some(alias) => Node::alias(this, self.name(&alias)),
                None => this,
            }
        });
        items.collect()
    }

    fn table_function(
        &self,
        name: ObjectName,
        args: Vec<FunctionArg>,
        alias: Option<TableAlias>,
        ordinality: bool,
        lateral: bool,
    ) -> Node {
        let mut node = Node::new(Kind::TableFunction, Self::name_text(&name).to_uppercase())
            .with_many("args", self.arguments(args));
        series_from_zero(&mut node, self.dialect.language());
        node.with_flag("ordinality", ordinality)
            .with_flag("lateral", lateral)
            .with_option("alias", self.table_alias(alias))
    }

    pub(super) fn table_alias(&self, alias: Option<TableAlias>) -> Option<Node> {
        let alias = alias?;
        let columns = alias.columns.iter().map(|column| {
            let data_type = column.data_type.as_ref();
            self.identifier(&column.name).with_option(
                "type",
                data_type.map(|data_type| Node::new(Kind::Word, self.type_text(data_type))),
            )
        });
        Some(
            Node::new(Kind::TableAlias, self.name(&alias.name))
                .with_many("columns", columns.collect())
                .with_option("at", alias.at.map(|name| self.identifier(&name))),
        )
    }

    /// `LATERAL VIEW f(x) t AS a, b`.
    pub(super) fn lateral_view(&self, view: LateralView) -> Node {
        let name = self.column_parts(&view.lateral_view_name);
        let name = name.into_iter().next_back().unwrap_or_default().text;
        let alias =
            Node::new(Kind::TableAlias, name).with_many("columns", self.identifiers(&view.lateral_col_alias));
        Node::new(Kind::LateralView, "")
            .with("this", self.expression(view.lateral_view))
            .with_flag("outer", view.outer)
            .with("alias", alias)
    }

    /// One join with its condition.
    pub(super) fn join(&self, join: Join) -> Node {
        let mut node = Node::new(Kind::Join, "");
        let (kind, constraint) = match join.join_operator {
            JoinOperator::Join(constraint) => ("", constraint),
            JoinOperator::Inner(constraint) => ("INNER", constraint),
            JoinOperator::Left(constraint) => ("LEFT", constraint),
            JoinOperator::LeftOuter(constraint) => ("LEFT OUTER", constraint),
            JoinOperator::Right(constraint) => ("RIGHT", constraint),
            JoinOperator::RightOuter(constraint) => ("RIGHT OUTER", constraint),
            JoinOperator::FullOuter(constraint) => ("FULL", constraint),
            JoinOperator::CrossJoin(constraint) => ("CROSS", constraint),
            JoinOperator::Semi(constraint) => ("SEMI", constraint),
            JoinOperator::LeftSemi(constraint) => ("LEFT SEMI", constraint),
            JoinOperator::RightSemi(constraint) => ("RIGHT SEMI", constraint),
            JoinOperator::Anti(constraint) => ("ANTI", constraint),
            JoinOperator::LeftAnti(constraint) => ("LEFT ANTI", constraint),
            JoinOperator::RightAnti(constraint) => ("RIGHT ANTI", constraint),
            JoinOperator::CrossApply => ("CROSS APPLY", JoinConstraint::None),
            JoinOperator::OuterApply => ("OUTER APPLY", JoinConstraint::None),
            JoinOperator::AsOf {
                match_condition,
                constraint,
            } => {
                node = node.with("match", self.expression(match_condition));
                ("ASOF", constraint)
            }
            JoinOperator::StraightJoin(constraint) => ("STRAIGHT", constraint),
            JoinOperator::ArrayJoin => ("ARRAY", JoinConstraint::None),
            JoinOperator::LeftArrayJoin => ("LEFT ARRAY", JoinConstraint::None),
            JoinOperator::InnerArrayJoin => ("INNER ARRAY", JoinConstraint::None),
        };
        node.text = kind.to_string();
        let mut source = self.source(join.relation);
        if kind.ends_with("APPLY") && source.kind == Kind::Subquery {
            source.set("lateral", Arg::Flag);
        }
        // ClickHouse: ARRAY JOIN unfolds a column.
        if kind.ends_with("ARRAY") && source.kind == Kind::Table {
            let mut parts = source.take_many("name");
            let column = parts.pop().unwrap_or_default();
            if source.one("alias").is_none() {
                source = source.with("alias", Node::new(Kind::TableAlias, column.text.clone()));
            }
            source.kind = Kind::Unnest;
            let path = Node::new(Kind::Column, column.text).with_many("qualifier", parts);
            source.set_many("args", vec![path]);
        }
        node = node.with_flag("global", join.global).with("source", source);
        match constraint {
            JoinConstraint::On(condition) => node.with("on", self.expression(condition)),
            JoinConstraint::Using(names) => {
                let names = names.iter().filter_map(|name| self.column_parts(name).pop());
                node.with_many("using", names.collect())
            }
            JoinConstraint::Natural => node.with_flag("natural", true),
            JoinConstraint::None => node,
        }
    }
}

/// The clause, wherever it stands.
fn either_side(sample: TableSampleKind) -> TableSample {
    match sample {
        TableSampleKind::BeforeTableAlias(sample) | TableSampleKind::AfterTableAlias(sample) => *sample,
    }
}

/// In BigQuery and Redshift `FROM t, t.items AS i` unnests a column of `t`: what looks like a table whose first
/// part names an earlier source is an array.
pub(super) fn arrays_of_sources(select: &mut Node) {
    let mut names: Vec<String> = Vec::new();
    if let Some(source) = select.one("from") {
        names.extend(source_name(source));
    }
    for join in select.many_mut("joins") {
        if let Some(source) = join.one_mut("source") {
            let parts = source.many("name");
            let correlated = source.kind == Kind::Table
                && parts.len() > 1
                && parts.first().is_some_and(|first| names.contains(&first.text));
            if correlated {
                let mut parts = source.take_many("name");
                let column = parts.pop().unwrap_or_default();
                source.kind = Kind::Unnest;
                let path = Node::new(Kind::Column, column.text).with_many("qualifier", parts);
                source.set_many("args", vec![path]);
            }
            names.extend(source_name(source));
        }
    }
}

fn source_name(source: &Node) -> Option<String> {
    match source.one("alias") {
        Some(alias) => Some(alias.text.clone()),
        None => source.many("name").last().map(|part| part.text.clone()),
    }
}
