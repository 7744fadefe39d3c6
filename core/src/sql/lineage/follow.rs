//! Following outputs down to tables: scopes of sources and common table expressions, and what each column of
//! them is made of.

use crate::ordered::BTreeMap;
use std::rc::Rc;

use super::sources::renamed;
use super::{Clause, ColumnRef, OutputLineage, QueryLineage, RowUse};
use crate::sql::qualify::output_name;
use crate::sql::tree::{Kind, Node};

/// Nodes that are visited before the rest is left unattributed: recursive queries are read several times.
const BUDGET: usize = 2_000_000;

/// Rounds in which a recursive query's outputs may still grow.
const ROUNDS: usize = 8;

/// Numbers of columns in `Follower::columns`, sorted, each once.
pub(super) type Columns = Vec<u32>;

/// An output of a query on the way.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Out {
    pub(super) name: String,
    pub(super) columns: Columns,
    pub(super) unchanged: bool,
}

/// What a name in FROM stands for.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// A table, by its quoted name.
    Table(String),
    /// A query or CTE.
    Query(Rc<Vec<Out>>),
    /// A function's result, made of these columns.
    Made(Columns),
}

pub(super) type Frame = Vec<(String, Origin)>;

/// Walks one qualified query.
#[derive(Default)]
pub(super) struct Follower<'a> {
    pub(super) catalog: Option<&'a str>,
    columns: Vec<ColumnRef>,
    numbers: BTreeMap<String, BTreeMap<String, u32>>,
    rows: Vec<(u32, Clause)>,
    /// Sources of the queries around, innermost last.
    pub(super) frames: Vec<Frame>,
    pub(super) ctes: Vec<(String, Rc<Vec<Out>>)>,
    /// Names bound by lambdas.
    bound: Vec<String>,
    pub(super) complete: bool,
    budget: usize,
    /// Named queries that are sources of their own; absent when they are looked through.
    parts: Option<Vec<Part>>,
}

/// A named query on the way.
struct Part {
    name: String,
    outs: Rc<Vec<Out>>,
    rows: Vec<(u32, Clause)>,
}

fn add(into: &mut Columns, more: &[u32]) {
    for column in more {
        if let Err(at) = into.binary_search(column) {
            into.insert(at, *column);
        }
    }
}

impl<'a> Follower<'a> {
    /// For a query whose tables without a catalog are in this one.
    pub(super) fn new(catalog: Option<&'a str>) -> Self {
        Self {
            catalog,
            complete: true,
            budget: BUDGET,
            ..Self::default()
        }
    }

    /// The lineage of a whole query.
    pub(super) fn follow(mut self, query: &Node) -> QueryLineage {
        let outputs = self.query(query);
        let rows = std::mem::take(&mut self.rows);
        self.lineage_of(&outputs, rows)
    }

    /// The same one step at a time: each common table expression with its name, in the order in which they are read,
    /// and last, without a name, the query.
    pub(super) fn steps(mut self, query: &Node) -> Vec<(String, QueryLineage)> {
        self.parts = Some(Vec::new());
        let outs = self.query(query);
        let mut parts = self.parts.take().unwrap_or_default();
        parts.push(Part {
            name: String::new(),
            outs,
            rows: std::mem::take(&mut self.rows),
        });
        let step = |part: Part| (part.name, self.lineage_of(&part.outs, part.rows));
        parts.into_iter().map(step).collect()
    }

    fn lineage_of(&self, outputs: &[Out], mut rows: Vec<(u32, Clause)>) -> QueryLineage {
        let reference = |number: u32| self.columns.get(number as usize).cloned();
        let outputs = outputs
            .iter()
            .map(|out| {
                let mut sources: Vec<ColumnRef> = out
                    .columns
                    .iter()
                    .filter_map(|number| reference(*number))
                    .collect();
                sources.sort();
                OutputLineage {
                    name: out.name.clone(),
                    unchanged: out.unchanged && sources.len() == 1,
                    sources,
                }
            })
            .collect();
        rows.sort_unstable();
        rows.dedup();
        let mut rows: Vec<RowUse> = rows
            .iter()
            .filter_map(|(number, clause)| {
                Some(RowUse {
                    column: reference(*number)?,
                    clause: *clause,
                })
            })
            .collect();
        rows.sort();
        QueryLineage {
            outputs,
            rows,
            complete: self.complete,
        }
    }

    /// What readers of a named query see of it: step by step, columns of its own.
    fn named(&mut self, name: &str, outs: Rc<Vec<Out>>, first_row: usize) -> Rc<Vec<Out>> {
        let Some(parts) = &mut self.parts else {
            return outs;
        };
        let mut known = name.to_string();
        while parts.iter().any(|part| part.name == known) {
            known.push('′');
        }
        parts.push(Part {
            name: known.clone(),
            outs: Rc::clone(&outs),
            rows: self.rows.split_off(first_row.min(self.rows.len())),
        });
        let seen = outs.iter().map(|out| Out {
            name: out.name.clone(),
            columns: vec![self.number(&known, &out.name)],
            unchanged: true,
        });
        Rc::new(seen.collect())
    }

    /// The number of a table's column.
    fn number(&mut self, table: &str, column: &str) -> u32 {
        if let Some(number) = self.numbers.get(table).and_then(|columns| columns.get(column)) {
            return *number;
        }
        let number = u32::try_from(self.columns.len()).unwrap_or(u32::MAX);
        self.columns.push(ColumnRef {
            table: table.to_string(),
            column: column.to_string(),
        });
        let columns = self.numbers.entry(table.to_string()).or_default();
        columns.insert(column.to_string(), number);
        number
    }

    pub(super) fn use_rows(&mut self, columns: &[u32], clause: Clause) {
        self.rows.extend(columns.iter().map(|column| (*column, clause)));
    }

    /// The outputs of a query; columns of its other clauses go to `rows`.
    pub(super) fn query(&mut self, query: &Node) -> Rc<Vec<Out>> {
        if self.budget == 0 {
            self.complete = false;
            return Rc::default();
        }
        self.budget -= 1;
        let outer = self.ctes.len();
        let recursive = query.flag("recursive");
        for cte in query.many("ctes") {
            if let Some(body) = cte.one("this") {
                // A CTE does not see the sources around it.
                let frames = std::mem::take(&mut self.frames);
                let first_row = self.rows.len();
                let outs = if recursive && body.kind == Kind::SetOperation {
                    self.recursive(&cte.text, body)
                } else {
                    self.query(body)
                };
                self.frames = frames;
                let outs = self.named(&cte.text, renamed(outs, cte), first_row);
                self.ctes.push((cte.text.clone(), outs));
            }
        }
        let outs = match query.kind {
            Kind::Select => self.select(query),
            Kind::SetOperation => {
                let outs = self.set_operation(query);
                self.sort_keys(query, &outs);
                outs
            }
            Kind::Values => Rc::new(self.values(query)),
            Kind::Subquery => {
                let outs = query
                    .one("this")
                    .map(|inner| self.query(inner))
                    .unwrap_or_default();
                self.sort_keys(query, &outs);
                outs
            }
            _ => {
                self.complete = false;
                Rc::default()
            }
        };
        self.ctes.truncate(outer);
        outs
    }

    /// A recursive query reads its own outputs: they grow until a round adds nothing.
    fn recursive(&mut self, name: &str, body: &Node) -> Rc<Vec<Out>> {
        let mut outs = match body.many("branches").first() {
            Some(anchor) => self.query(anchor),
            None => Rc::default(),
        };
        for _ in 0..ROUNDS {
            self.ctes.push((name.to_string(), Rc::clone(&outs)));
            let next = self.query(body);
            self.ctes.pop();
            if next == outs {
                break;
            }
            outs = next;
        }
        outs
    }

    fn set_operation(&mut self, query: &Node) -> Rc<Vec<Out>> {
        let by_name = query.text.contains("BY NAME");
        let mut outs: Option<Vec<Out>> = None;
        for branch in query.many("branches") {
            let more = self.query(branch);
            let Some(outs) = &mut outs else {
                outs = Some(more.to_vec());
                continue;
            };
            for (index, out) in more.iter().enumerate() {
                let slot = if by_name {
                    outs.iter().position(|one| one.name == out.name)
                } else {
                    Some(index)
                };
                match slot.and_then(|slot| outs.get_mut(slot)) {
                    Some(into) => {
                        into.unchanged &= out.unchanged && into.columns == out.columns;
                        add(&mut into.columns, &out.columns);
                    }
                    None if by_name => outs.push(out.clone()),
                    // A star that stays has any number of columns.
                    None => match outs.iter_mut().find(|one| one.name == "*") {
                        Some(star) => add(&mut star.columns, &out.columns),
                        None => self.complete = false,
                    },
                }
            }
        }
        Rc::new(outs.unwrap_or_default())
    }

    fn values(&mut self, query: &Node) -> Vec<Out> {
        let mut outs: Vec<Out> = Vec::new();
        for row in query.many("rows") {
            for (index, item) in row.many("items").iter().enumerate() {
                let mut columns = Columns::new();
                self.expression(item, &mut columns);
                match outs.get_mut(index) {
                    Some(out) => add(&mut out.columns, &columns),
                    None => outs.push(Out {
                        name: format!("_col_{index}"),
                        columns,
                        unchanged: false,
                    }),
                }
            }
        }
        outs
    }

    fn select(&mut self, select: &Node) -> Rc<Vec<Out>> {
        self.frames.push(Frame::new());
        if let Some(source) = select.one("from") {
            self.source(source);
        }
        for join in select.many("joins") {
            if let Some(source) = join.one("source") {
                self.source(source);
            }
        }
        for view in select.many("laterals") {
            let mut columns = Columns::new();
            view.one("this")
                .into_iter()
                .for_each(|this| self.expression(this, &mut columns));
            self.use_rows(&columns, Clause::Join);
            let name = view.one("alias").map(|alias| alias.text.clone());
            self.add_source(name.unwrap_or_default(), Origin::Made(columns));
        }
        self.conditions(select.many("joins"));
        let outs = Rc::new(self.projections(select));
        for (key, clause) in [
            ("prewhere", Clause::Where),
            ("where", Clause::Where),
            ("connect", Clause::Where),
            ("having", Clause::Having),
            ("qualify", Clause::Qualify),
            ("windows", Clause::Window),
            ("group", Clause::Group),
            ("group_modifiers", Clause::Group),
            ("distinct_on", Clause::Group),
            ("limit_by", Clause::Order),
            ("cluster_by", Clause::Order),
            ("distribute_by", Clause::Order),
            ("sort_by", Clause::Order),
        ] {
            self.clause(select.many(key), clause, &outs);
        }
        self.sort_keys(select, &outs);
        self.frames.pop();
        outs
    }

    fn sort_keys(&mut self, query: &Node, outs: &[Out]) {
        for key in ["order", "limit", "offset"] {
            self.clause(query.many(key), Clause::Order, outs);
        }
    }

    /// Columns of a clause; names of outputs stand for what the outputs are made of.
    fn clause(&mut self, items: &[Node], clause: Clause, outs: &[Out]) {
        for item in items {
            let mut columns = Columns::new();
            let this = match item.kind {
                Kind::Ordered => item.one("this").unwrap_or(item),
                _ => item,
            };
            let named = (this.kind == Kind::Column && this.many("qualifier").is_empty())
                .then(|| outs.iter().find(|out| out.name == this.text));
            match named.flatten() {
                Some(out) => columns.clone_from(&out.columns),
                None => self.expression(item, &mut columns),
            }
            self.use_rows(&columns, clause);
        }
    }

    pub(super) fn conditions(&mut self, joins: &[Node]) {
        for join in joins {
            for key in ["on", "match"] {
                if let Some(condition) = join.one(key) {
                    let mut columns = Columns::new();
                    self.expression(condition, &mut columns);
                    self.use_rows(&columns, Clause::Join);
                }
            }
        }
    }

    pub(super) fn add_source(&mut self, name: String, origin: Origin) {
        if let Some(frame) = self.frames.last_mut() {
            frame.push((name, origin));
        }
    }

    fn projections(&mut self, select: &Node) -> Vec<Out> {
        let mut outs = Vec::new();
        for projection in select.many("projections") {
            if projection.kind == Kind::Star && projection.one("this").is_none() {
                self.star(projection, &mut outs);
                continue;
            }
            let mut columns = Columns::new();
            self.expression(projection, &mut columns);
            let this = match projection.kind {
                Kind::Alias => projection.one("this").unwrap_or(projection),
                _ => projection,
            };
            let unchanged = this.kind == Kind::Column && self.unchanged(this);
            let names = projection.many("names").iter().map(|name| name.text.clone());
            let mut names: Vec<String> = names.collect();
            if names.is_empty() {
                names.push(match projection.kind {
                    Kind::Star => "*".to_string(),
                    _ => output_name(projection),
                });
            }
            outs.extend(names.into_iter().map(|name| Out {
                name,
                columns: columns.clone(),
                unchanged,
            }));
        }
        outs
    }

    /// A star that stays: what the sources are known to have, and `*` for what is not known.
    fn star(&mut self, star: &Node, outs: &mut Vec<Out>) {
        let wanted = star.many("qualifier").last().map(|part| part.text.as_str());
        let frame = self.frames.last().cloned().unwrap_or_default();
        for (name, origin) in frame {
            if wanted.is_some_and(|wanted| wanted != name) {
                continue;
            }
            match origin {
                Origin::Table(table) => outs.push(Out {
                    name: "*".to_string(),
                    columns: vec![self.number(&table, "*")],
                    unchanged: true,
                }),
                Origin::Query(inner) => outs.extend(inner.iter().cloned()),
                Origin::Made(columns) => outs.push(Out {
                    name: "*".to_string(),
                    columns,
                    unchanged: false,
                }),
            }
        }
    }

    /// Adds the columns an expression is computed from.
    pub(super) fn expression(&mut self, node: &Node, columns: &mut Columns) {
        if self.budget == 0 {
            self.complete = false;
            return;
        }
        self.budget -= 1;
        match node.kind {
            Kind::Column => self.column(node, columns),
            Kind::Select | Kind::SetOperation | Kind::Values | Kind::Subquery => {
                for out in self.query(node).iter() {
                    add(columns, &out.columns);
                }
            }
            Kind::Lambda => {
                let before = self.bound.len();
                let names = node.many("parameters").iter().map(|name| name.text.clone());
                self.bound.extend(names);
                if let Some(body) = node.one("body") {
                    self.expression(body, columns);
                }
                self.bound.truncate(before);
            }
            _ => {
                for child in node.children() {
                    self.expression(child, columns);
                }
            }
        }
    }

    fn column(&mut self, node: &Node, columns: &mut Columns) {
        if let Some(qualifier) = node.many("qualifier").last() {
            let found = self.origin(&qualifier.text).cloned();
            match found {
                Some(Origin::Table(table)) => {
                    let number = self.number(&table, &node.text);
                    add(columns, &[number]);
                }
                Some(Origin::Query(outs)) => {
                    let named = outs.iter().find(|out| out.name == node.text);
                    match named.or(outs.iter().find(|out| out.name == "*")) {
                        Some(out) => self.through(out, &node.text, columns),
                        None => self.complete = false,
                    }
                }
                Some(Origin::Made(made)) => add(columns, &made),
                None => self.complete = false,
            }
            return;
        }
        if self.bound.contains(&node.text) {
            return;
        }
        // A source as a value: all its columns.
        match self.origin(&node.text).cloned() {
            Some(Origin::Table(table)) => {
                let number = self.number(&table, "*");
                add(columns, &[number]);
            }
            Some(Origin::Query(outs)) => outs.iter().for_each(|out| add(columns, &out.columns)),
            Some(Origin::Made(made)) => add(columns, &made),
            None => self.complete = false,
        }
    }

    /// A column of an inner query; through a star that stayed, the column of that name.
    fn through(&mut self, out: &Out, name: &str, columns: &mut Columns) {
        if out.name != "*" {
            add(columns, &out.columns);
            return;
        }
        for number in &out.columns {
            let table = match self.columns.get(*number as usize) {
                Some(found) if found.column == "*" => found.table.clone(),
                _ => {
                    add(columns, &[*number]);
                    continue;
                }
            };
            let number = self.number(&table, name);
            add(columns, &[number]);
        }
    }

    fn origin(&self, name: &str) -> Option<&Origin> {
        let mut sources = self.frames.iter().rev().flatten();
        sources
            .find(|(source, _)| source == name)
            .map(|(_, origin)| origin)
    }

    /// Whether a column comes as it is from the table it is read from.
    pub(super) fn unchanged(&self, node: &Node) -> bool {
        let qualifier = node.many("qualifier").last();
        match qualifier.and_then(|qualifier| self.origin(&qualifier.text)) {
            Some(Origin::Table(_)) => true,
            Some(Origin::Query(outs)) => {
                let named = outs.iter().find(|out| out.name == node.text);
                named
                    .or(outs.iter().find(|out| out.name == "*"))
                    .is_some_and(|out| out.unchanged)
            }
            _ => false,
        }
    }
}
