//! Queries: SELECT, set operations, VALUES, common table expressions, ORDER BY and LIMIT.

use sqlparser::ast::{
    Distinct, ExcludeSelectItem, GroupByExpr, GroupByWithModifier, LimitClause, LockClause, NamedWindowExpr,
    OrderBy, OrderByExpr, OrderByKind, OrderBySort, Query, RenameSelectItem, Select, SelectFlavor,
    SelectItem, SelectItemQualifiedWildcardKind, SetExpr, SetOperator, SetQuantifier, TopQuantity,
    WildcardAdditionalOptions, With,
};

use super::Lowering;
use super::opaque::{said, word};
use super::source::arrays_of_sources;
use crate::sql::tree::{Arg, Kind, Node};
use crate::sql::{Dialect, Language};

impl Lowering {
    /// A query with its WITH, ORDER BY and LIMIT.
    /// A query as a tree.
    pub fn query(&self, query: Query) -> Node {
        let mut node = self.set_expression(*query.body);
        let mut extra = Vec::new();
        let order = query.order_by.map(|order| self.order_by(order));
        if let Some(limit) = query.limit_clause {
            self.limit(limit, &mut extra);
        }
        if let Some(fetch) = query.fetch {
            let mut flags = String::new();
            flags.push_str(if fetch.percent { "PERCENT " } else { "" });
            flags.push_str(if fetch.with_ties { "TIES" } else { "" });
            let quantity = fetch.quantity.map(|quantity| self.expression(quantity));
            extra.push((
                "fetch",
                Arg::One(Box::new(
                    Node::new(Kind::Word, flags.trim()).with_option("this", quantity),
                )),
            ));
        }
        let mut words: Vec<Node> = query.locks.into_iter().map(lock).collect();
        words.extend(query.for_clause.map(said));
        if let Some(settings) = query.settings {
            let settings = settings.into_iter();
            words.extend(settings.map(|one| word(one.key.to_string(), [self.expression(one.value)])));
            extra.push(("settings", Arg::Flag));
        }
        words.extend(query.format_clause.map(said));
        if !words.is_empty() {
            extra.push(("modifiers", Arg::Many(words)));
        }
        if !query.pipe_operators.is_empty() {
            let pipes = query.pipe_operators.into_iter().map(|pipe| self.pipe(pipe));
            extra.push(("pipes", Arg::Many(pipes.collect())));
        }
        if let Some(order) = order {
            extra.push(("order", Arg::Many(order)));
        }
        let with = query.with;
        // A second ORDER BY, LIMIT or WITH around a query that has its own belongs to the parentheses.
        let taken = extra.iter().any(|(key, _)| node.arg(key).is_some())
            || (with.is_some() && node.arg("ctes").is_some());
        if taken {
            node = Node::new(Kind::Subquery, "").with("this", node);
        }
        if let Some(with) = with {
            self.with(with, &mut node);
        }
        for (key, arg) in extra {
            node.set(key, arg);
        }
        node
    }

    fn with(&self, with: With, node: &mut Node) {
        let recursive = with.recursive;
        let ctes = with.cte_tables.into_iter().map(|cte| {
            let name = self.name(&cte.alias.name);
            let columns = cte
                .alias
                .columns
                .iter()
                .map(|column| self.identifier(&column.name))
                .collect();
            let materialized = cte
                .materialized
                .map(|word| Node::new(Kind::Word, word.to_string()));
            Node::new(Kind::Cte, name)
                .with("this", self.query(*cte.query))
                .with_many("columns", columns)
                .with_option("materialized", materialized)
        });
        node.set_many("ctes", ctes.collect());
        if recursive {
            node.set("recursive", Arg::Flag);
        }
    }

    fn limit(&self, limit: LimitClause, extra: &mut Vec<(&'static str, Arg)>) {
        let (limit, offset, by) = match limit {
            LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            } => (limit, offset.map(|offset| offset.value), limit_by),
            LimitClause::OffsetCommaLimit { offset, limit } => (Some(limit), Some(offset), Vec::new()),
        };
        for (key, value) in [("limit", limit), ("offset", offset)] {
            if let Some(value) = value {
                extra.push((key, Arg::One(Box::new(self.expression(value)))));
            }
        }
        if !by.is_empty() {
            extra.push(("limit_by", Arg::Many(self.expressions(by))));
        }
    }

    /// The body of a query. Chains of set operations are walked from the outside in.
    fn set_expression(&self, body: SetExpr) -> Node {
        let mut rest = Vec::new();
        let mut innermost = body;
        while let SetExpr::SetOperation {
            left,
            op,
            set_quantifier,
            right,
        } = innermost
        {
            rest.push((set_operation(op, set_quantifier), *right));
            innermost = *left;
        }
        let mut node = self.set_operand(innermost);
        for (text, right) in rest.into_iter().rev() {
            let right = self.set_operand(right);
            // Branches of the same operation stand side by side: `a UNION b UNION c` is one node.
            let same = node.kind == Kind::SetOperation && node.text == text;
            node = if same {
                let mut branches = node.take_many("branches");
                branches.push(right);
                node.with_many("branches", branches)
            } else {
                Node::new(Kind::SetOperation, text).with_many("branches", vec![node, right])
            };
        }
        node
    }

    fn set_operand(&self, body: SetExpr) -> Node {
        match body {
            SetExpr::Select(select) => self.select(*select),
            SetExpr::Query(query) => Node::new(Kind::Subquery, "").with("this", self.query(*query)),
            SetExpr::Values(values) => {
                let rows = values
                    .rows
                    .into_iter()
                    .map(|row| Node::new(Kind::Tuple, "").with_many("items", self.expressions(row.content)));
                Node::new(Kind::Values, "").with_many("rows", rows.collect())
            }
            SetExpr::Table(table) => {
                let parts = table.schema_name.into_iter().chain(table.table_name);
                let parts = parts.map(Node::identifier).collect();
                Node::new(Kind::Select, "")
                    .with_many("projections", vec![Node::new(Kind::Star, "")])
                    .with("from", Node::new(Kind::Table, "").with_many("name", parts))
            }
            nested @ SetExpr::SetOperation { .. } => self.set_expression(nested),
            // Refused before parsing: see `statements.rs`.
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
                Node::new(Kind::Opaque, "")
            }
        }
    }

    fn select(&self, select: Select) -> Node {
        let mut node = Node::new(Kind::Select, "");
        let mut projections: Vec<Node> = select
            .projection
            .into_iter()
            .map(|item| self.select_item(item))
            .collect();
        if matches!(select.flavor, SelectFlavor::FromFirstNoSelect) {
            projections.push(Node::new(Kind::Star, ""));
        }
        if let (Some(exclude), Some(star)) = (
            &select.exclude,
            projections.iter_mut().find(|item| item.kind == Kind::Star),
        ) {
            star.set_many("except", self.exclude(exclude));
        }
        node.set_many("projections", projections);
        match select.distinct {
            Some(Distinct::Distinct) => node.set("distinct", Arg::Flag),
            Some(Distinct::On(on)) => node.set_many("distinct_on", self.expressions(on)),
            Some(Distinct::All) | None => {}
        }
        let mut from = select.from.into_iter();
        if let Some(first) = from.next() {
            let mut joins = Vec::new();
            node.set("from", Arg::One(Box::new(self.source(first.relation))));
            joins.extend(first.joins.into_iter().map(|join| self.join(join)));
            for table in from {
                joins.push(Node::new(Kind::Join, ",").with("source", self.source(table.relation)));
                joins.extend(table.joins.into_iter().map(|join| self.join(join)));
            }
            node.set_many("joins", joins);
            if matches!(self.dialect.language(), Language::BigQuery | Language::Redshift) {
                arrays_of_sources(&mut node);
            }
        }
        node.set_many(
            "laterals",
            select
                .lateral_views
                .into_iter()
                .map(|view| self.lateral_view(view))
                .collect(),
        );
        for (key, condition) in [
            ("prewhere", select.prewhere),
            ("where", select.selection),
            ("having", select.having),
            ("qualify", select.qualify),
        ] {
            if let Some(condition) = condition {
                node.set(key, Arg::One(Box::new(self.expression(condition))));
            }
        }
        self.group_by(select.group_by, &mut node);
        let connect = select.connect_by.into_iter().map(|item| self.connect_by(item));
        node.set_many("connect", connect.collect());
        node.set_many("cluster_by", self.expressions(select.cluster_by));
        node.set_many("distribute_by", self.expressions(select.distribute_by));
        node.set_many("sort_by", self.ordered(select.sort_by));
        let windows = select.named_window.into_iter().map(|window| {
            let node = Node::new(Kind::NamedWindow, self.name(&window.0));
            match window.1 {
                NamedWindowExpr::NamedWindow(name) => node.with("base", self.identifier(&name)),
                NamedWindowExpr::WindowSpec(spec) => self.window_specification(spec, node),
            }
        });
        node.set_many("windows", windows.collect());
        if let Some(top) = select.top {
            let quantity = match top.quantity {
                Some(TopQuantity::Expr(quantity)) => Some(self.expression(quantity)),
                Some(TopQuantity::Constant(count)) => Some(Node::new(Kind::Number, count.to_string())),
                None => None,
            };
            let plain = !top.percent && !top.with_ties;
            // SELECT TOP 5 is LIMIT 5 in another place.
            let node_of_top = match (plain, quantity) {
                (true, Some(quantity)) => quantity,
                (_, quantity) => Node::new(
                    Kind::Word,
                    format!(
                        "TOP{}{}",
                        if top.percent { " PERCENT" } else { "" },
                        if top.with_ties { " WITH TIES" } else { "" }
                    ),
                )
                .with_option("this", quantity),
            };
            node.set("limit", Arg::One(Box::new(node_of_top)));
        }
        if let Some(into) = select.into {
            let flags = [into.temporary, into.unlogged, into.table].map(said);
            let parts = flags.into_iter().chain(self.expressions(into.targets));
            node.set("into", Arg::One(Box::new(word("INTO", parts))));
        }
        if let Some(mode) = select.value_table_mode {
            node.set(
                "mode",
                Arg::One(Box::new(Node::new(Kind::Word, mode.to_string()))),
            );
        }
        node
    }

    fn group_by(&self, group_by: GroupByExpr, node: &mut Node) {
        let modifiers = match group_by {
            GroupByExpr::All(modifiers) => {
                node.set_many("group", vec![Node::new(Kind::Word, "ALL")]);
                modifiers
            }
            GroupByExpr::Expressions(expressions, modifiers) => {
                node.set_many("group", self.expressions(expressions));
                modifiers
            }
        };
        let modifiers = modifiers.into_iter().map(|modifier| match modifier {
            GroupByWithModifier::GroupingSets(sets) => self.expression(sets),
            GroupByWithModifier::Rollup => Node::new(Kind::Word, "WITH ROLLUP"),
            GroupByWithModifier::Cube => Node::new(Kind::Word, "WITH CUBE"),
            GroupByWithModifier::Totals => Node::new(Kind::Word, "WITH TOTALS"),
        });
        node.set_many("group_modifiers", modifiers.collect());
    }

    pub(super) fn select_item(&self, item: SelectItem) -> Node {
        match item {
            SelectItem::UnnamedExpr(expression) => self.expression(expression),
            SelectItem::ExprWithAlias { expr, alias } => {
                Node::alias(self.expression(expr), self.name(&alias))
            }
            SelectItem::ExprWithAliases { expr, aliases } => {
                // One expression with several names: the names are kept, the output is not known.
                let names = self.identifiers(&aliases);
                Node::new(Kind::Alias, "")
                    .with("this", self.expression(expr))
                    .with_many("names", names)
            }
            SelectItem::QualifiedWildcard(kind, options) => {
                let node = match kind {
                    SelectItemQualifiedWildcardKind::ObjectName(name) => self
                        .placed(Node::new(Kind::Star, ""), Self::idents(&name))
                        .with_many("qualifier", self.column_parts(&name)),
                    SelectItemQualifiedWildcardKind::Expr(expression) => {
                        Node::new(Kind::Star, "").with("this", self.expression(expression))
                    }
                };
                self.wildcard(node, options)
            }
            SelectItem::Wildcard(options) => self.wildcard(Node::new(Kind::Star, ""), options),
        }
    }

    /// `*` with what is left out, replaced or renamed.
    pub(super) fn wildcard(&self, mut node: Node, options: WildcardAdditionalOptions) -> Node {
        let mut except = Vec::new();
        if let Some(exclude) = &options.opt_exclude {
            except.extend(self.exclude(exclude));
        }
        if let Some(list) = &options.opt_except {
            except.push(self.identifier(&list.first_element));
            except.extend(self.identifiers(&list.additional_elements));
        }
        node.set_many("except", except);
        if let Some(replace) = options.opt_replace {
            let items = replace.items.into_iter().map(|item| {
                let name = self.name(&item.column_name);
                Node::alias(self.expression(item.expr), name)
            });
            node.set_many("replace", items.collect());
        }
        if let Some(rename) = options.opt_rename {
            let items = match rename {
                RenameSelectItem::Single(item) => vec![item],
                RenameSelectItem::Multiple(items) => items,
            };
            let items = items
                .iter()
                .map(|item| Node::alias(self.identifier(&item.ident), self.name(&item.alias)));
            node.set_many("rename", items.collect());
        }
        if let Some(like) = options.opt_ilike {
            // The reference takes this for a condition on the star.
            node = Node::binary("ILIKE", node, Node::new(Kind::Text, like.pattern));
        }
        if let Some(alias) = options.opt_alias {
            node = Node::alias(node, self.name(&alias));
        }
        node
    }

    fn exclude(&self, exclude: &ExcludeSelectItem) -> Vec<Node> {
        let names = match exclude {
            ExcludeSelectItem::Single(name) => std::slice::from_ref(name),
            ExcludeSelectItem::Multiple(names) => names.as_slice(),
        };
        // `EXCLUDE (t.a)` names the column in its last part.
        names
            .iter()
            .filter_map(|name| self.column_parts(name).pop())
            .collect()
    }

    fn order_by(&self, order_by: OrderBy) -> Vec<Node> {
        let mut nodes = match order_by.kind {
            OrderByKind::All(options) => vec![
                Node::new(
                    Kind::Ordered,
                    order_text(self.dialect, options.sort, options.nulls_first),
                )
                .with("this", Node::new(Kind::Word, "ALL")),
            ],
            OrderByKind::Expressions(expressions) => self.ordered(expressions),
        };
        if let Some(interpolate) = order_by.interpolate {
            let text = format!("INTERPOLATE {}", interpolate.exprs.map_or(0, |list| list.len()));
            nodes.push(Node::new(Kind::Opaque, text));
        }
        nodes
    }

    /// A list of sort keys.
    pub(super) fn ordered(&self, expressions: Vec<OrderByExpr>) -> Vec<Node> {
        expressions
            .into_iter()
            .map(|item| {
                let fill = item.with_fill.map(|fill| self.fill(fill));
                Node::new(
                    Kind::Ordered,
                    order_text(self.dialect, item.options.sort, item.options.nulls_first),
                )
                .with("this", self.expression(item.expr))
                .with_option("fill", fill)
            })
            .collect()
    }
}

/// Direction and place of nulls. `ASC` is what is meant without a word, and where nulls go without a word depends
/// on the dialect: the same place has the same text.
pub(super) fn order_text(dialect: Dialect, sort: Option<OrderBySort>, nulls_first: Option<bool>) -> String {
    let descending = matches!(sort, Some(OrderBySort::Desc));
    let direction = match sort {
        None | Some(OrderBySort::Asc) => "ASC".to_string(),
        Some(OrderBySort::Desc) => "DESC".to_string(),
        Some(OrderBySort::Using(operator)) => format!("USING {}", Lowering::name_text(&operator)),
    };
    let first = nulls_first.unwrap_or_else(|| match dialect.language() {
        Language::ClickHouse
        | Language::Dremio
        | Language::Drill
        | Language::DuckDb
        | Language::Exasol
        | Language::Presto
        | Language::Trino
        | Language::Athena => false,
        Language::Oracle
        | Language::Postgres
        | Language::Redshift
        | Language::RisingWave
        | Language::Materialize
        | Language::Snowflake => descending,
        _ => !descending,
    });
    if first {
        format!("{direction} NULLS FIRST")
    } else {
        direction
    }
}

/// `FOR UPDATE OF t NOWAIT`.
fn lock(lock: LockClause) -> Node {
    let mut parts = Vec::new();
    parts.extend(lock.of.map(|name| said(Lowering::name_text(&name))));
    parts.extend(lock.nonblock.map(said));
    word(format!("FOR {}", lock.lock_type), parts)
}

fn set_operation(operator: SetOperator, quantifier: SetQuantifier) -> String {
    let operator = match operator {
        SetOperator::Union => "UNION",
        SetOperator::Except | SetOperator::Minus => "EXCEPT",
        SetOperator::Intersect => "INTERSECT",
    };
    // Without a word, and with DISTINCT, duplicates go.
    match quantifier {
        SetQuantifier::None | SetQuantifier::Distinct => operator.to_string(),
        SetQuantifier::DistinctByName => format!("{operator} BY NAME"),
        other => format!("{operator} {other}"),
    }
}
