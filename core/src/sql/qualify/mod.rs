//! Qualification: every column gets the name of the source it comes from, every output a name and a type.
//!
//! In: a lowered query and the columns of all tables it reads. Out: the same tree with stars expanded, USING
//! turned into ON, positions in GROUP BY and references to aliases replaced by what they mean. It follows the
//! reference's order of steps, as that order decides what wins: sources before aliases, inner scopes before
//! outer ones. When one column cannot be told, the whole query stays as it was (`Failure`).

mod columns;
mod names;
mod pivots;
mod positions;
mod sources;

use super::annotate;
use super::dialect::Dialect;
use super::star;
use super::tree::{Kind, Node};
use super::types::DataType;
use crate::sql::QueryContext;
use columns::Place;
pub use names::output_name;
pub(super) use names::{final_outputs, names_only, outputs_of};
pub(super) use sources::has_columns;

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
    /// What cannot be told is left as it is, instead of failing.
    pub lenient: bool,
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

    /// The only visible source whose columns are not known: what nobody else has must be its.
    fn only_unknown(&self) -> Option<&Source> {
        let mut unknown = self
            .sources
            .iter()
            .filter(|source| !source.hidden && source.columns.is_none());
        let first = unknown.next()?;
        unknown.next().is_none().then_some(first)
    }
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
    lenient: bool,
    /// Nodes that were copied and queries that were read so far.
    grown: usize,
}

/// Growth at which a query is given up: aliases of aliases double what they stand for, and so do recursive
/// queries inside recursive queries.
const MOST_GROWTH: usize = 1_000_000;

impl<'a> Qualifier<'a> {
    pub(super) fn new(context: &'a QueryContext<'a>) -> Self {
        Self {
            context,
            scopes: Vec::new(),
            ctes: Vec::new(),
            anonymous: 0,
            lenient: false,
            grown: 0,
        }
    }

    fn grow(&mut self, by: usize) -> Result<(), Failure> {
        self.grown += by;
        match self.grown > MOST_GROWTH {
            true => Err(Failure("it grows too large when it is expanded".to_string())),
            false => Ok(()),
        }
    }

    /// One that leaves what it cannot tell as it is: columns of unknown tables are attributed where only one
    /// table can have them.
    pub(super) fn lenient(context: &'a QueryContext<'a>) -> Self {
        Self {
            lenient: true,
            ..Self::new(context)
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
        self.grow(1)?;
        let outer = self.ctes.len();
        // ClickHouse: the names of settings look like columns to the reference, and nobody has them.
        if query.flag("settings") && !self.lenient {
            return Err(Failure("settings".to_string()));
        }
        if query.arg("pipes").is_some() {
            return Err(Failure("pipes".to_string()));
        }
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
        let mut branches = Vec::new();
        for branch in query.many_mut("branches") {
            branches.push(self.query(branch, names)?);
        }
        Ok(names::union_types(branches, self.context.dialect))
    }

    fn values(&mut self, query: &mut Node, names: &[String]) -> Result<Option<Vec<Output>>, Failure> {
        for row in query.many_mut("rows") {
            for item in row.many_mut("items") {
                self.expression(item, Place::Expression)?;
                annotate::annotate(item, self.context.dialect);
            }
        }
        let first = query.many("rows").first();
        let outputs = first.map(|row| {
            let items = row.many("items").iter().enumerate();
            items
                .map(|(index, item)| Output {
                    name: names
                        .get(index)
                        .cloned()
                        .unwrap_or_else(|| format!("_col_{index}")),
                    data_type: item.data_type(),
                })
                .collect()
        });
        Ok(outputs)
    }

    fn select(&mut self, select: &mut Node, names: &[String]) -> Result<Option<Vec<Output>>, Failure> {
        self.scopes.push(Scope {
            lenient: self.lenient,
            ..Scope::default()
        });
        if let Some(source) = select.one_mut("from") {
            self.source(source, false)?;
        }
        for join in select.many_mut("joins") {
            let kind = join.text.clone();
            let hidden = kind.contains("SEMI") || kind.contains("ANTI");
            if kind.ends_with("ARRAY") && !self.lenient {
                return Err(Failure("ARRAY JOIN".to_string()));
            }
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
            positions::sort_keys_by_output(select);
        }
        annotate::clauses(select, self.dialect());
        self.scopes.pop();
        Ok(outputs)
    }

    /// Resolves, expands and names the projections, and remembers their aliases.
    fn projections(&mut self, select: &mut Node, names: &[String]) -> Result<(), Failure> {
        let mut projections = select.take_many("projections");
        for projection in &mut projections {
            let name = (projection.kind == Kind::Column).then(|| projection.text.clone());
            self.expression(projection, Place::Expression)?;
            // What stood for something else keeps the name it was called by.
            if let Some(name) = name
                && (projection.kind != Kind::Column || projection.text != name)
            {
                let this = std::mem::take(projection);
                *projection = Node::alias(this, name);
            }
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
            lenient: false,
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
}

#[cfg(test)]
mod tests;
