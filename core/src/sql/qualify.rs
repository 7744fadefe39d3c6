//! Qualification: every column gets the name of the source it comes from, every output a name and a type.
//!
//! In: a lowered query and the columns of all tables it reads. Out: the same tree with stars expanded, USING
//! turned into ON, positions in GROUP BY and references to aliases replaced by what they mean. It follows the
//! reference's order of steps, as that order decides what wins: sources before aliases, inner scopes before
//! outer ones. When one column cannot be told, the whole query stays as it was (`Failure`).

use super::annotate;
use super::annotate::DataType;
use super::dialect::{Dialect, Language};
use super::scope;
use super::star;
use super::tree::{Arg, Kind, Node};
use crate::model::MappingSchema;
use crate::sql::QueryContext;

/// Why a query cannot be qualified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure(pub String);

/// One column of a source or query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Output {
    /// Its name; empty for a star that stays.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
}

/// Something in FROM.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The name columns are qualified with.
    pub name: String,
    /// The table's own name, for references through it.
    pub path: Vec<String>,
    /// Its columns; `None` when not known.
    pub columns: Option<Vec<Output>>,
    /// The right side of a SEMI or ANTI join can only be referred to by name.
    pub hidden: bool,
}

impl Source {
    fn column(&self, name: &str) -> Option<&Output> {
        self.columns.as_ref()?.iter().find(|column| column.name == name)
    }
}

/// The sources of one SELECT.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub sources: Vec<Source>,
    /// Columns that USING merged, with the sources they are merged from.
    pub merged: Vec<(String, Vec<String>)>,
    /// Aliases of projections that later expressions may refer to.
    aliases: Vec<(String, Node)>,
    /// The alias of a pivoted source: unqualified columns belong to it.
    pivot: Option<String>,
    /// Names bound by lambdas around the current expression.
    bound: Vec<String>,
}

impl Scope {
    /// The only visible source among the first `limit` that has the column.
    fn find(&self, name: &str, limit: usize) -> Option<(&Source, DataType)> {
        let mut sources = self.sources.iter().take(limit).filter(|source| !source.hidden);
        let mut having = sources.by_ref().filter_map(|source| {
            source
                .column(name)
                .map(|column| (source, column.data_type.clone()))
        });
        let first = having.next()?;
        having.next().is_none().then_some(first)
    }

    fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }
}

/// How references to aliases are treated where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Aliases stand for their expressions.
    Expression,
    /// As `Expression`, but a number stays a position.
    Group,
    /// As `Expression`, but aliases of numbers stay.
    Having,
    /// Names of outputs stay as they are.
    Order,
    /// A join condition: only this many sources are in sight when a name is ambiguous.
    On(usize),
}

/// Qualifies one query.
pub(super) struct Qualifier<'a> {
    context: &'a QueryContext<'a>,
    /// Scopes around the current expression, innermost last.
    scopes: Vec<Scope>,
    /// Common table expressions in sight, innermost last.
    ctes: Vec<(String, Option<Vec<Output>>)>,
    /// Sources without a name so far.
    anonymous: usize,
}

impl<'a> Qualifier<'a> {
    pub(super) fn new(context: &'a QueryContext<'a>) -> Self {
        Self {
            context,
            scopes: Vec::new(),
            ctes: Vec::new(),
            anonymous: 0,
        }
    }

    fn dialect(&self) -> Dialect {
        self.context.dialect
    }

    /// Qualifies a query in place; `names` rename its outputs. The outputs are `None` when a star stays.
    pub(super) fn query(
        &mut self,
        query: &mut Node,
        names: &[String],
    ) -> Result<Option<Vec<Output>>, Failure> {
        let outer = self.ctes.len();
        self.with(query)?;
        let outputs = match query.kind {
            Kind::Select => self.select(query, names)?,
            Kind::SetOperation => self.set_operation(query, names)?,
            Kind::Values => self.values(query, names)?,
            Kind::Subquery => match query.one_mut("this") {
                Some(inner) => self.query(inner, names)?,
                None => None,
            },
            _ => return Err(Failure("a statement that is not modelled".to_string())),
        };
        if query.kind != Kind::Select {
            self.order_by_position(query, outputs.as_deref())?;
        }
        self.ctes.truncate(outer);
        Ok(outputs)
    }

    fn with(&mut self, query: &mut Node) -> Result<(), Failure> {
        let recursive = query.flag("recursive");
        for cte in query.many_mut("ctes") {
            let name = cte.text.clone();
            let names: Vec<String> = cte.many("columns").iter().map(|c| c.text.clone()).collect();
            // Column aliases move into the query, except that a recursive one keeps them.
            if !recursive {
                cte.remove("columns");
            }
            let Some(body) = cte.one_mut("this") else {
                continue;
            };
            // A CTE does not see the sources around it.
            let scopes = std::mem::take(&mut self.scopes);
            let outputs = if recursive && body.kind == Kind::SetOperation {
                // The first branch says what the name means in the others.
                let mut anchor = body.many("branches").first().cloned().unwrap_or_default();
                let anonymous = self.anonymous;
                let outputs = self.query(&mut anchor, &names)?;
                self.anonymous = anonymous;
                self.ctes.push((name.clone(), outputs));
                let outputs = self.query(body, &names)?;
                self.ctes.pop();
                outputs
            } else {
                self.query(body, &names)?
            };
            self.scopes = scopes;
            self.ctes.push((name, outputs));
        }
        Ok(())
    }

    fn set_operation(&mut self, query: &mut Node, names: &[String]) -> Result<Option<Vec<Output>>, Failure> {
        let mut outputs: Option<Vec<Output>> = None;
        for (index, branch) in query.many_mut("branches").iter_mut().enumerate() {
            let branch = self.query(branch, names)?;
            if index == 0 {
                outputs = branch;
            } else if let (Some(left), Some(right)) = (&mut outputs, branch) {
                for (left, right) in left.iter_mut().zip(right) {
                    left.data_type =
                        annotate::common(self.context.dialect, &left.data_type, &right.data_type);
                }
            }
        }
        Ok(outputs)
    }

    fn values(&mut self, query: &mut Node, names: &[String]) -> Result<Option<Vec<Output>>, Failure> {
        for row in query.many_mut("rows") {
            for item in row.many_mut("items") {
                self.expression(item, Place::Expression)?;
                annotate::annotate(item, self.context.dialect);
            }
        }
        let dialect = self.dialect();
        let first = query.many("rows").first();
        let outputs = first.map(|row| {
            let items = row.many("items").iter().enumerate();
            items
                .map(|(index, item)| Output {
                    name: names
                        .get(index)
                        .cloned()
                        .unwrap_or_else(|| match dialect.language() {
                            Language::DuckDb => format!("col{index}"),
                            Language::Spark | Language::Databricks => format!("col{}", index + 1),
                            Language::Snowflake | Language::Postgres => format!("column{}", index + 1),
                            _ => format!("_col_{index}"),
                        }),
                    data_type: item.data_type(),
                })
                .collect()
        });
        Ok(outputs)
    }

    fn select(&mut self, select: &mut Node, names: &[String]) -> Result<Option<Vec<Output>>, Failure> {
        self.scopes.push(Scope::default());
        if let Some(source) = select.one_mut("from") {
            self.source(source, false)?;
        }
        for join in select.many_mut("joins") {
            let kind = join.text.clone();
            let hidden = kind.contains("SEMI") || kind.contains("ANTI");
            if let Some(source) = join.one_mut("source") {
                self.source(source, hidden)?;
            }
        }
        for view in select.many_mut("laterals") {
            self.lateral_view(view)?;
        }
        let names_before_stars: Vec<String> = select.many("projections").iter().map(output_name).collect();
        let mut joins = select.take_many("joins");
        let first = self.top().sources.len() - joins.len().min(self.top().sources.len());
        star::expand_using(&mut joins, self.top_mut(), first)?;
        for (index, join) in joins.iter_mut().enumerate() {
            for key in ["on", "match"] {
                if let Some(condition) = join.one_mut(key) {
                    self.expression(condition, Place::On(first + index + 1))?;
                }
            }
        }
        select.set_many("joins", joins);
        self.projections(select, names)?;
        for (key, place) in [
            ("prewhere", Place::Expression),
            ("where", Place::Expression),
            ("having", Place::Having),
            ("qualify", Place::Having),
            ("limit", Place::Expression),
            ("offset", Place::Expression),
        ] {
            if let Some(condition) = select.one_mut(key) {
                self.expression(condition, place)?;
            }
        }
        for key in ["group", "group_modifiers"] {
            for item in select.many_mut(key) {
                self.expression(item, Place::Group)?;
            }
        }
        for key in [
            "windows",
            "cluster_by",
            "distribute_by",
            "sort_by",
            "connect",
            "limit_by",
        ] {
            for item in select.many_mut(key) {
                self.expression(item, Place::Expression)?;
            }
        }
        for key in ["order", "distinct_on"] {
            for item in select.many_mut(key) {
                let target = match item.kind {
                    Kind::Ordered => item.one_mut("this"),
                    _ => Some(item),
                };
                if let Some(target) = target {
                    self.order_key(target, &names_before_stars)?;
                }
            }
        }
        self.group_by_position(select)?;
        let outputs = outputs_of(select);
        self.order_by_position(select, outputs.as_deref())?;
        if !select.many("group").is_empty() {
            sort_keys_by_output(select);
        }
        annotate::clauses(select, self.dialect());
        self.scopes.pop();
        Ok(outputs)
    }

    /// Resolves, expands and names the projections, and remembers their aliases.
    fn projections(&mut self, select: &mut Node, names: &[String]) -> Result<(), Failure> {
        let mut projections = select.take_many("projections");
        for projection in &mut projections {
            self.expression(projection, Place::Expression)?;
            if projection.kind == Kind::Alias && projection.arg("names").is_none() {
                let dialect = self.dialect();
                annotate::annotate(projection, dialect);
                if let Some(this) = projection.one("this") {
                    let alias = (projection.text.clone(), this.clone());
                    let aliases = &mut self.top_mut().aliases;
                    aliases.retain(|(name, _)| *name != alias.0);
                    aliases.push(alias);
                }
            }
        }
        let mut projections = star::expand(projections, self.top())?;
        for (index, projection) in projections.iter_mut().enumerate() {
            annotate::annotate(projection, self.context.dialect);
            if projection.kind != Kind::Star && projection.kind != Kind::Alias {
                let name = match output_name(projection) {
                    name if name.is_empty() => format!("_col_{index}"),
                    name => name,
                };
                let this = std::mem::take(projection);
                let data_type = this.data_type.clone();
                *projection = Node::alias(this, name);
                projection.data_type = data_type;
            }
            if let (Kind::Alias, Some(name)) = (projection.kind, names.get(index)) {
                projection.text.clone_from(name);
            }
        }
        select.set_many("projections", projections);
        Ok(())
    }

    fn top(&self) -> &Scope {
        static NOTHING: Scope = Scope {
            sources: Vec::new(),
            merged: Vec::new(),
            aliases: Vec::new(),
            pivot: None,
            bound: Vec::new(),
        };
        self.scopes.last().unwrap_or(&NOTHING)
    }

    fn top_mut(&mut self) -> &mut Scope {
        if self.scopes.is_empty() {
            self.scopes.push(Scope::default());
        }
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    fn next_name(&mut self) -> String {
        self.anonymous += 1;
        format!("_{}", self.anonymous - 1)
    }

    /// Adds one source to the current scope, under its alias or a name made for it.
    fn source(&mut self, source: &mut Node, hidden: bool) -> Result<(), Failure> {
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
                let outputs = self.query(inner, &aliases)?;
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
            Kind::Pivot => {
                let name = source.one("alias").map(|alias| alias.text.clone());
                if let Some(inner) = source.one_mut("this") {
                    self.source(inner, true)?;
                }
                let name = name.unwrap_or_else(|| self.next_name());
                self.top_mut().pivot = Some(name.clone());
                self.alias(source, name, None, hidden);
                return Ok(());
            }
            Kind::Unnest | Kind::TableFunction => {
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
            let mut known = known.into_iter();
            columns = Some(
                (0..count)
                    .map(|index| {
                        let column = known.next();
                        let data_type = column
                            .as_ref()
                            .map_or_else(DataType::unknown, |column| column.data_type.clone());
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
    fn made_columns(&self, source: &mut Node, aliases: &[String]) -> Option<Vec<Output>> {
        if source.kind != Kind::Unnest && source.text != "UNNEST" {
            return None;
        }
        let types: Vec<DataType> = source
            .many("args")
            .iter()
            .map(|argument| argument.data_type().element())
            .collect();
        // BigQuery: the alias names the column.
        if self.dialect().language() == Language::BigQuery
            && let Some(alias) = source.one("alias")
        {
            let mut columns = vec![Output {
                name: alias.text.clone(),
                data_type: types.first().cloned().unwrap_or_else(DataType::unknown),
            }];
            columns.extend(source.one("offset_alias").map(|offset| Output {
                name: offset.text.clone(),
                data_type: DataType::unknown(),
            }));
            return Some(columns);
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

    fn alias(&mut self, source: &mut Node, name: String, columns: Option<Vec<Output>>, hidden: bool) {
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

    fn lateral_view(&mut self, view: &mut Node) -> Result<(), Failure> {
        let mut element = DataType::unknown();
        if let Some(this) = view.one_mut("this") {
            self.expression(this, Place::Expression)?;
            annotate::annotate(this, self.context.dialect);
            if let [argument] = this.many("args") {
                element = argument.data_type().element();
            }
        }
        let Some(alias) = view.one("alias") else {
            return Ok(());
        };
        let names = alias.many("columns");
        let single = names.len() == 1;
        let columns = names.iter().map(|column| Output {
            name: column.text.clone(),
            data_type: if single {
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

    /// Resolves the columns of an expression, queries inside included.
    fn expression(&mut self, node: &mut Node, place: Place) -> Result<(), Failure> {
        match node.kind {
            Kind::Column => self.column(node, place),
            Kind::Select | Kind::SetOperation | Kind::Values => {
                self.query(node, &[])?;
                Ok(())
            }
            Kind::Subquery => {
                if let Some(inner) = node.one_mut("this") {
                    self.query(inner, &[])?;
                }
                Ok(())
            }
            Kind::Opaque => {
                if node.arg("queries").is_some() {
                    return Err(Failure("a query inside what is not modelled".to_string()));
                }
                Ok(())
            }
            Kind::Lambda => {
                let names: Vec<String> = node.many("parameters").iter().map(|p| p.text.clone()).collect();
                let before = self.top().bound.len();
                self.top_mut().bound.extend(names);
                let body = match node.one_mut("body") {
                    Some(body) => self.expression(body, place),
                    None => Ok(()),
                };
                self.top_mut().bound.truncate(before);
                body
            }
            _ => {
                for child in node.children_mut() {
                    self.expression(child, place)?;
                }
                Ok(())
            }
        }
    }

    /// ORDER BY: a name of an output stays a name.
    fn order_key(&mut self, node: &mut Node, names: &[String]) -> Result<(), Failure> {
        match node.kind {
            Kind::Column if node.many("qualifier").is_empty() && names.contains(&node.text) => Ok(()),
            Kind::Column => self.column(node, Place::Order),
            Kind::Window | Kind::Subquery | Kind::Select | Kind::Lambda => {
                self.expression(node, Place::Expression)
            }
            _ => {
                for child in node.children_mut() {
                    self.order_key(child, names)?;
                }
                Ok(())
            }
        }
    }

    fn column(&mut self, node: &mut Node, place: Place) -> Result<(), Failure> {
        let qualifier: Vec<String> = node
            .many("qualifier")
            .iter()
            .map(|part| part.text.clone())
            .collect();
        if qualifier.is_empty() {
            return self.unqualified(node, place);
        }
        // Inner scopes first.
        for scope in self.scopes.iter().rev() {
            let by_path = |source: &&Source| {
                qualifier.len() > 1 && source.path.ends_with(&qualifier)
                    || qualifier.len() == 1 && source.name == qualifier[0]
            };
            if let Some(source) = scope.sources.iter().find(by_path) {
                let data_type = match (&source.columns, source.column(&node.text)) {
                    (_, Some(column)) => column.data_type.clone(),
                    (None, None) => DataType::unknown(),
                    (Some(_), None) => {
                        let text = format!("\"{}\" has no column \"{}\"", source.name, node.text);
                        return Err(Failure(text));
                    }
                };
                let name = source.name.clone();
                node.set_many("qualifier", vec![Node::identifier(name)]);
                node.set_data_type(data_type);
                return Ok(());
            }
        }
        if self.top().bound.contains(&qualifier[0]) {
            return Ok(());
        }
        // What looks like a table may be a struct: its fields follow.
        let is_source = self
            .scopes
            .iter()
            .any(|scope| scope.source(&qualifier[0]).is_some());
        let mut fields: Vec<String> = qualifier.clone();
        fields.push(std::mem::take(&mut node.text));
        let used = if is_source { 2 } else { 1 };
        let fields_after = fields.split_off(used.min(fields.len()));
        let mut root = Node::column(fields.pop().unwrap_or_default(), fields.pop().as_deref());
        self.column(&mut root, place)?;
        for field in fields_after {
            root = Node::new(Kind::Dot, field).with("this", root);
        }
        *node = root;
        Ok(())
    }

    fn unqualified(&mut self, node: &mut Node, place: Place) -> Result<(), Failure> {
        let name = node.text.clone();
        if self.scopes.iter().any(|scope| scope.bound.contains(&name)) {
            return Ok(());
        }
        let mut innermost = true;
        for scope in self.scopes.iter().rev() {
            if let Some((_, sources)) = scope.merged.iter().find(|(merged, _)| *merged == name) {
                *node = star::coalesced(&name, sources, scope);
                return Ok(());
            }
            if let Some(pivot) = &scope.pivot {
                node.set_many("qualifier", vec![Node::identifier(pivot.clone())]);
                return Ok(());
            }
            let mut found = scope.find(&name, usize::MAX);
            if let (None, Place::On(limit), true) = (&found, place, innermost) {
                found = scope.find(&name, limit);
            }
            if let Some((source, data_type)) = found {
                let source = source.name.clone();
                node.set_many("qualifier", vec![Node::identifier(source)]);
                node.set_data_type(data_type);
                return Ok(());
            }
            if innermost && let Some(replaced) = alias_reference(scope, &name, place) {
                if let Some(replaced) = replaced {
                    *node = replaced;
                }
                return Ok(());
            }
            let whole_source = matches!(self.dialect().language(), Language::BigQuery | Language::Postgres)
                && scope.source(&name).is_some();
            if whole_source {
                return Ok(());
            }
            innermost = false;
        }
        Err(Failure(format!("column \"{name}\" could not be resolved")))
    }

    /// `GROUP BY 1` is the first projection, unless that is a constant.
    fn group_by_position(&self, select: &mut Node) -> Result<(), Failure> {
        let mut group = select.take_many("group");
        for item in &mut group {
            if let Some(projection) = by_position(item, select.many("projections"))? {
                let this = projection.one("this").unwrap_or(projection);
                let constant = matches!(this.kind, Kind::Number | Kind::Text | Kind::Boolean | Kind::Null)
                    || this.kind == Kind::Unary && this.one("this").is_some_and(|n| n.kind == Kind::Number)
                    || this.walk().any(|node| {
                        node.kind == Kind::Function && matches!(node.text.as_str(), "UNNEST" | "EXPLODE")
                    });
                if !constant {
                    *item = this.clone();
                }
            }
        }
        select.set_many("group", group);
        Ok(())
    }

    /// `ORDER BY 1` is the name of the first output.
    fn order_by_position(&self, query: &mut Node, outputs: Option<&[Output]>) -> Result<(), Failure> {
        let Some(outputs) = outputs else {
            return Ok(());
        };
        for key in ["order", "distinct_on"] {
            for item in query.many_mut(key) {
                let target = match item.kind {
                    Kind::Ordered => item.one_mut("this"),
                    _ => Some(item),
                };
                let Some(target) = target else { continue };
                if let Some(position) = position(target) {
                    let output = position.checked_sub(1).and_then(|at| outputs.get(at));
                    let Some(output) = output else {
                        return Err(Failure(format!("there is no output {position}")));
                    };
                    *target = Node::column(output.name.clone(), None);
                }
            }
        }
        Ok(())
    }
}

/// Columns of a table in the mapping schema; `None` when it is not there.
pub(super) fn known_columns(schema: &MappingSchema, parts: &[&str], dialect: Dialect) -> Option<Vec<Output>> {
    let mut level = schema;
    for part in parts {
        let quoted = format!("\"{}\"", part.replace('"', "\"\""));
        level = level.get(&quoted).or_else(|| level.get(*part))?.as_object()?;
    }
    let columns = level.iter().map(|(name, data_type)| {
        Some(Output {
            name: name.clone(),
            data_type: DataType::parse(data_type.as_str()?, dialect),
        })
    });
    columns
        .collect::<Option<Vec<_>>>()
        .filter(|columns| !columns.is_empty())
}

/// What a reference to an alias becomes: nothing when it is none, `Some(None)` when it stays.
fn alias_reference(scope: &Scope, name: &str, place: Place) -> Option<Option<Node>> {
    let index = scope.aliases.iter().position(|(alias, _)| alias == name)?;
    let (_, expression) = scope.aliases.get(index)?;
    if matches!(place, Place::On(_) | Place::Order) {
        return None;
    }
    let number = matches!(expression.kind, Kind::Number | Kind::Text);
    Some(match place {
        Place::Group if number => Some(Node::new(Kind::Number, (index + 1).to_string())),
        Place::Having if number => None,
        _ => {
            let needs_parentheses = matches!(
                expression.kind,
                Kind::Binary | Kind::And | Kind::Or | Kind::Not | Kind::Between | Kind::Unary
            );
            Some(if needs_parentheses {
                let mut paren = Node::new(Kind::Paren, "").with("this", expression.clone());
                paren.data_type.clone_from(&expression.data_type);
                paren
            } else {
                expression.clone()
            })
        }
    })
}

/// The position an item names, if it is a whole number.
fn position(node: &Node) -> Option<usize> {
    (node.kind == Kind::Number).then(|| node.text.parse().ok())?
}

fn by_position<'n>(item: &Node, projections: &'n [Node]) -> Result<Option<&'n Node>, Failure> {
    let Some(number) = position(item) else {
        return Ok(None);
    };
    // A star that stays moves what comes after it.
    if projections.iter().any(|projection| projection.kind == Kind::Star) {
        return Ok(None);
    }
    match number.checked_sub(1).and_then(|at| projections.get(at)) {
        Some(projection) => Ok(Some(projection)),
        None => Err(Failure(format!("there is no output {number}"))),
    }
}

/// With GROUP BY, a sort key that equals a projection becomes that projection's name.
fn sort_keys_by_output(select: &mut Node) {
    let mut order = select.take_many("order");
    for key in &mut order {
        let Some(this) = key.one_mut("this") else {
            continue;
        };
        let named = select
            .many("projections")
            .iter()
            .find(|projection| projection.kind == Kind::Alias && projection.one("this") == Some(this));
        if let Some(named) = named {
            *this = Node::column(named.text.clone(), None);
        }
    }
    select.set_many("order", order);
}

/// Names and types of a SELECT's outputs, `None` when a star stays.
pub(super) fn outputs_of(select: &Node) -> Option<Vec<Output>> {
    let projections = select.many("projections").iter();
    projections
        .map(|projection| {
            let named = projection.kind != Kind::Star && projection.arg("names").is_none();
            named.then(|| Output {
                name: output_name(projection),
                data_type: projection.data_type(),
            })
        })
        .collect()
}

/// The name an expression gives to its output; empty when it has none.
pub(super) fn output_name(node: &Node) -> String {
    match node.kind {
        Kind::Alias | Kind::Column | Kind::Dot | Kind::Number | Kind::Text | Kind::Identifier => {
            node.text.clone()
        }
        Kind::Cast | Kind::Paren => match node.one("this") {
            Some(inner) if !matches!(inner.kind, Kind::Alias) => output_name(inner),
            _ => String::new(),
        },
        Kind::Subscript => match node.one("index") {
            Some(index) if index.kind == Kind::Text => index.text.clone(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// The form of a query whose columns cannot be told: catalogs, source aliases and output names, nothing else.
pub(super) fn names_only(query: &mut Node, context: &QueryContext<'_>) -> Option<Vec<Output>> {
    name_sources(query, context, &mut Vec::new());
    outermost_outputs(query, context)
}

fn name_sources(node: &mut Node, context: &QueryContext<'_>, ctes: &mut Vec<String>) {
    let outer = ctes.len();
    let recursive = node.flag("recursive");
    let mut inner = match node.remove("ctes") {
        Some(Arg::Many(inner)) => inner,
        _ => Vec::new(),
    };
    for cte in &mut inner {
        let name = cte.text.clone();
        if recursive {
            ctes.push(name.clone());
        }
        name_sources(cte, context, ctes);
        if !recursive {
            ctes.push(name);
        }
    }
    if node.kind == Kind::Table {
        let parts = node.many("name");
        let is_cte = parts.len() == 1 && parts.iter().any(|part| ctes.contains(&part.text));
        let table = parts.last().map(|part| part.text.clone());
        if !is_cte && let Some(name) = scope::qualified(node, context.default_catalog) {
            let parts = name.parts().map(Node::identifier).collect();
            node.set_many("name", parts);
        }
        if let (Some(table), None) = (table, node.arg("alias")) {
            let alias = Node::new(Kind::TableAlias, table);
            node.set("alias", Arg::One(Box::new(alias)));
        }
    }
    for child in node.children_mut() {
        name_sources(child, context, ctes);
    }
    node.set_many("ctes", inner);
    ctes.truncate(outer);
}

/// Names the outputs of the outermost query and types what needs no schema.
fn outermost_outputs(query: &mut Node, context: &QueryContext<'_>) -> Option<Vec<Output>> {
    match query.kind {
        Kind::Select => {
            for projection in query.many_mut("projections") {
                annotate::annotate(projection, context.dialect);
                let name = output_name(projection);
                if !name.is_empty() && projection.kind != Kind::Alias {
                    let this = std::mem::take(projection);
                    let data_type = this.data_type.clone();
                    *projection = Node::alias(this, name);
                    projection.data_type = data_type;
                }
                if !context.optimize {
                    projection.set_data_type(DataType::unknown());
                }
            }
            outputs_of(query)
        }
        Kind::SetOperation => {
            let mut outputs = None;
            for (index, branch) in query.many_mut("branches").iter_mut().enumerate() {
                let branch = outermost_outputs(branch, context);
                if index == 0 {
                    outputs = branch;
                }
            }
            outputs
        }
        Kind::Subquery => outermost_outputs(query.one_mut("this")?, context),
        _ => None,
    }
}
