//! Nodes among themselves: who reads whom, and which columns come out.
//!
//! In: nodes that are complete but for `mapping_schema`. Out: the project's nodes with dependencies, columns and
//! the analysed query, parents before children. Nodes of a cycle and nodes that cannot be rendered are set aside.

use crate::ordered::{BTreeMap, BTreeSet};

use crate::ordered::IndexMap;

use super::load::Draft;
use super::{Project, ProjectNode, check};
use crate::dag::Dag;
use crate::diagnostic::Diagnostic;
use crate::macros::{Expansion, MacroError};
use crate::model::columns::output_columns;
use crate::model::render::{RenderContext, expand_query};
use crate::model::{Columns, Executable, MappingSchema, Model, Statement, value};
use crate::name::TableName;
use crate::source::{Location, SourceMap, Span};
use crate::sql::types::DataType;
use crate::sql::{self, Dialect, Mapped, QueryAnalysis, QueryContext, ReadQuery, table_in};

/// A node on its way into the project.
struct Linking {
    draft: Draft,
    expansion: Expansion,
    /// The expanded query as read without the columns of its tables.
    read: Option<ReadQuery>,
    depends_on: BTreeSet<String>,
    depends_on_self: bool,
    /// The query names macros that see the columns of tables.
    needs_schema: bool,
    /// Why the query is not known, if it is not.
    opaque: Option<String>,
    /// The query with a stand-in for every call of a Python macro.
    stand_in: Option<String>,
}

/// Puts drafts into the project: names, dependencies, columns.
pub(super) fn link(
    project: &mut Project,
    drafts: Vec<Draft>,
    sources: &SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let drafts = without_duplicates(drafts, sources, diagnostics);
    let mut nodes: BTreeMap<String, Linking> = BTreeMap::new();
    for draft in drafts {
        if let Some(linking) = first_pass(draft, sources, diagnostics) {
            nodes.insert(linking.draft.fqn.clone(), linking);
        }
    }
    levels(&nodes, sources, diagnostics);
    let order = order(&mut nodes, sources, diagnostics);
    let mut known: BTreeMap<String, (Columns, Dialect)> = BTreeMap::new();
    for name in order {
        let Some(linking) = nodes.remove(&name) else {
            continue;
        };
        let node = second_pass(linking, &known, sources, diagnostics);
        if let Some(columns) = &node.columns {
            let dialect = Dialect::parse(&node.model.dialect).unwrap_or_default();
            known.insert(name.clone(), (columns.clone(), dialect));
        }
        project.nodes.insert(name, node);
    }
}

fn place(sources: &SourceMap, draft: &Draft, span: Span) -> Location {
    place_in(sources, &draft.path, span)
}

fn place_in(sources: &SourceMap, path: &str, span: Span) -> Location {
    if span == Span::default() {
        Location::file(path)
    } else {
        sources.locate(path, span)
    }
}

/// Where a property of the block is named; the block when it is not.
fn property_span(sources: &SourceMap, path: &str, header: Span, name: &str) -> Span {
    let text = sources.get(path).unwrap_or_default();
    let block = text.get(header.start..header.end).unwrap_or_default();
    let found = (!name.is_empty()).then(|| block.to_ascii_lowercase().find(name));
    found.flatten().map_or(header, |at| {
        Span::new(header.start + at, header.start + at + name.len())
    })
}

/// The problem that a query's macros make.
fn unexpandable(draft: &Draft, error: &MacroError, sources: &SourceMap) -> Diagnostic {
    let text = sources.get(&draft.path).unwrap_or_default();
    let diagnostic = error.to_diagnostic(&draft.path, text, draft.query.start);
    if diagnostic.help.is_empty() {
        return diagnostic
            .help("correct the macro, or define what it needs in the configuration or under macros/");
    }
    diagnostic
}

/// The comments behind a query that nothing follows, not even a `;`: they belong to its last word, though they are
/// not stored with it.
fn comments_after<'s>(sources: &'s SourceMap, draft: &Draft, dialect: Dialect) -> &'s str {
    let text = sources.get(&draft.path).unwrap_or_default();
    let query = text.get(draft.query.start..draft.query.end).unwrap_or_default();
    let rest = text.get(draft.query.end..).unwrap_or_default();
    let is_plain = draft.path.ends_with(".sql") && !crate::macros::jinja::is_block(query);
    let is_comment =
        is_plain && sql::lexer::tokenize(rest, dialect).is_ok_and(|words| words.tokens.is_empty());
    if is_comment { rest } else { "" }
}

fn without_duplicates(
    drafts: Vec<Draft>,
    sources: &SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Draft> {
    let mut kept: IndexMap<String, Draft> = IndexMap::new();
    for draft in drafts {
        match kept.get(&draft.fqn) {
            Some(first) => diagnostics.push(
                Diagnostic::error(
                    "model/duplicate-name",
                    format!("there are two models named `{}`", draft.model.name),
                )
                .at(place(sources, &draft, draft.header), "this one is set aside")
                .at(place(sources, first, first.header), "the other one")
                .help("rename one of the two"),
            ),
            None => {
                kept.insert(draft.fqn.clone(), draft);
            }
        }
    }
    kept.into_values().collect()
}

/// Renders the query for the first time and finds the tables it reads. `None` when it is broken.
fn first_pass(draft: Draft, sources: &SourceMap, diagnostics: &mut Vec<Diagnostic>) -> Option<Linking> {
    let mut linking = Linking {
        depends_on: draft.model.depends_on.iter().flatten().cloned().collect(),
        draft,
        expansion: Expansion::default(),
        read: None,
        depends_on_self: false,
        needs_schema: false,
        opaque: None,
        stand_in: None,
    };
    let model = &linking.draft.model;
    let Some(query) = &model.query else {
        linking.settle_self();
        return Some(linking);
    };
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let mut signs = query.sql.match_indices('@');
    let asks = |after: &[u8], name: &str| {
        after
            .get(..name.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
    };
    let may_ask = signs.any(|(at, _)| {
        ["@star", "@union"]
            .iter()
            .any(|name| asks(&query.sql.as_bytes()[at..], name))
    });
    linking.needs_schema = may_ask && {
        let called = crate::macros::references(&query.sql, dialect).macros;
        called.contains("star") || called.contains("union")
    };
    let stand_in = without_python(&query.sql, dialect, &model.python_env);
    if let Some((text, called)) = &stand_in {
        let names: Vec<String> = called.iter().map(|(name, _)| format!("`@{name}`")).collect();
        let mut diagnostic = Diagnostic::warning(
            "python/not-run",
            format!("not all of `{}` is known: {} need(s) Python", model.name, names.join(", ")),
        )
        .help("declare the columns with `columns (name type, …)`; tables that only the macro names go into `depends_on`");
        for (_, span) in called {
            let span = span.shifted(linking.draft.query.start);
            diagnostic = diagnostic.at(sources.locate(&linking.draft.path, span), "");
        }
        diagnostics.push(diagnostic);
        linking.opaque = Some(format!("{} need(s) Python, which is not run", names.join(", ")));
        linking.depends_on.extend(tables_of(model, text));
        linking.stand_in = Some(text.clone());
        linking.settle_self();
        return Some(linking);
    }
    match expand_query(model, &RenderContext::default()) {
        Ok(expansion) => linking.expansion = expansion,
        Err(error) if error.code == "macro/python" => {
            let span = error.span.shifted(linking.draft.query.start);
            let mut diagnostic = Diagnostic::warning(
                "python/not-run",
                format!("the query of `{}` is not known: {}", model.name, error.message),
            )
            .at(sources.locate(&linking.draft.path, span), "")
            .help("its dependencies are only those of `depends_on`, its columns only those of `columns`");
            diagnostic.help.extend(error.help);
            diagnostics.push(diagnostic);
            linking.opaque = Some(error.message);
            linking.settle_self();
            return Some(linking);
        }
        Err(error) => {
            diagnostics.push(unexpandable(&linking.draft, &error, sources));
            return None;
        }
    }
    match sql::read_query(
        &linking.expansion.text,
        &context(model, &MappingSchema::new(), false),
    ) {
        Ok(read) => {
            linking.depends_on.extend(read.depends_on.iter().cloned());
            linking.read = Some(read);
        }
        Err(error) => {
            let span = match error.offset {
                Some(offset) => linking
                    .expansion
                    .source_span(offset)
                    .shifted(linking.draft.query.start),
                None => linking.draft.query,
            };
            diagnostics.push(
                Diagnostic::error("sql/parse", error.message)
                    .at(place(sources, &linking.draft, span), "")
                    .help("correct the query, or name the dialect it is written in with `dialect`"),
            );
            return None;
        }
    }
    linking.settle_self();
    Some(linking)
}

/// Tables that a model's text names where no Python macro stands.
pub fn visible_tables(model: &Model) -> BTreeSet<String> {
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let sql = model.query.as_ref().map_or("", |query| query.sql.as_str());
    match without_python(sql, dialect, &model.python_env) {
        Some((text, _)) => tables_of(model, &text),
        None => tables_of(model, sql),
    }
}

/// What can be read is read; a macro that makes up whole clauses leaves nothing to read.
fn tables_of(model: &Model, text: &str) -> BTreeSet<String> {
    let mut neutral = model.clone();
    neutral.query = Some(Statement::new(text));
    let expansion = expand_query(&neutral, &RenderContext::default()).unwrap_or_default();
    let read = sql::read_query(&expansion.text, &context(&neutral, &MappingSchema::new(), false));
    read.map(|read| read.depends_on).unwrap_or_default()
}

/// Stands for what a Python macro would give: a call of a function that nobody knows fits into most places.
const STAND_IN: &str = "__python__";

/// The query with a stand-in for each call of a Python macro, and those calls; `None` when it has none.
fn without_python(
    query: &str,
    dialect: Dialect,
    python: &IndexMap<String, Executable>,
) -> Option<(String, Vec<(String, Span)>)> {
    let is_macro = |name: &str| python.get(name).is_some_and(|entry| entry.kind == "definition");
    if !query.contains('@') || !python.values().any(|entry| entry.kind == "definition") {
        return None;
    }
    let pieces = value::pieces(query, dialect).ok()?;
    let mut text = String::new();
    let mut called = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(piece) = pieces.get(at) {
        let name = pieces
            .get(at + 1)
            .map(|name| name.text.to_lowercase())
            .unwrap_or_default();
        let opens = pieces.get(at + 2).is_some_and(|open| open.is("("));
        let close = (piece.is("@") && opens && is_macro(&name))
            .then(|| value::closing(&pieces, at + 2))
            .flatten();
        match close.and_then(|close| pieces.get(close).map(|last| (close, last.span.end))) {
            Some((close, end)) => {
                text.push_str(query.get(copied..piece.span.start)?);
                text.push_str(STAND_IN);
                text.push_str("()");
                called.push((name, Span::new(piece.span.start, end)));
                copied = end;
                at = close + 1;
            }
            None => at += 1,
        }
    }
    text.push_str(query.get(copied..)?);
    (!called.is_empty()).then_some((text, called))
}

impl Linking {
    fn settle_self(&mut self) {
        self.depends_on_self = self.depends_on.remove(&self.draft.fqn);
    }
}

fn context<'a>(model: &'a Model, schema: &'a MappingSchema, optimize: bool) -> QueryContext<'a> {
    QueryContext {
        dialect: Dialect::parse(&model.dialect).unwrap_or_default(),
        default_catalog: model.default_catalog.as_deref(),
        schema,
        optimize,
    }
}

/// What a model's query is once the columns of its parents are known.
fn resolve(model: &Model, read: ReadQuery, schema: &MappingSchema, optimize: bool) -> QueryAnalysis {
    let context = context(model, schema, optimize);
    let name = sql::names::table_name(&model.name, context.dialect, context.default_catalog).ok();
    read.resolve(&context, name.map(|name| name.to_string()).as_deref())
}

/// All names must have the same number of parts.
fn levels(nodes: &BTreeMap<String, Linking>, sources: &SourceMap, diagnostics: &mut Vec<Diagnostic>) {
    let count = |name: &str| TableName::parse_quoted(name).map_or(0, |name| name.parts().count());
    let models = || nodes.values().filter(|node| !node.draft.model.is_audit());
    let deepest = models().map(|node| count(&node.draft.fqn)).max().unwrap_or(0);
    for node in models().filter(|node| count(&node.draft.fqn) < deepest) {
        // A name alone is only a problem once its columns are looked up beside those of the others.
        diagnostics.push(
            Diagnostic::error(
                "model/name-parts",
                format!(
                    "the name `{}` has {} part(s), others have {deepest}",
                    node.draft.model.name,
                    count(&node.draft.fqn)
                ),
            )
            .at(place(sources, &node.draft, node.draft.header), "")
            .help("give all models a schema: `name schema.table`"),
        );
    }
}

/// Names in the order of the graph; nodes of cycles are taken out, with a problem for each cycle.
fn order(
    nodes: &mut BTreeMap<String, Linking>,
    sources: &SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    loop {
        let edges = nodes
            .iter()
            .map(|(name, node)| (name.clone(), node.depends_on.clone()))
            .collect();
        let cycle = match Dag::new(&edges).sorted() {
            Ok(order) => return order,
            Err(cycle) => cycle,
        };
        let mut path: Vec<String> = cycle.iter().map(|name| written(nodes, name)).collect();
        path.extend(path.first().cloned());
        let mut diagnostic = Diagnostic::error(
            "project/cycle",
            format!("models depend on each other in a circle: {}", path.join(" -> ")),
        );
        for name in &cycle {
            if let Some(node) = nodes.get(name) {
                diagnostic = diagnostic.at(place(sources, &node.draft, node.draft.query), "");
            }
        }
        diagnostics.push(diagnostic.help("remove one of these references"));
        let before = nodes.len();
        for name in &cycle {
            nodes.remove(name);
        }
        if nodes.len() == before {
            return Vec::new();
        }
    }
}

fn written(nodes: &BTreeMap<String, Linking>, fqn: &str) -> String {
    nodes
        .get(fqn)
        .map_or_else(|| fqn.to_string(), |node| node.draft.model.name.clone())
}

/// Gives a node the columns of its parents, renders and reads its query with them, and finds its own columns.
fn second_pass(
    linking: Linking,
    known: &BTreeMap<String, (Columns, Dialect)>,
    sources: &SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> ProjectNode {
    let Linking {
        mut draft,
        mut expansion,
        mut read,
        depends_on,
        depends_on_self,
        needs_schema,
        opaque,
        stand_in,
    } = linking;
    let dialect = Dialect::parse(&draft.model.dialect).unwrap_or_default();
    let mut schema = MappingSchema::new();
    for parent in &depends_on {
        if let Some((columns, parent_dialect)) = known.get(parent) {
            insert_columns(&mut schema, parent, columns, *parent_dialect, dialect);
        }
    }
    // A standalone audit reads with the columns, but does not hold them.
    let aside = if draft.model.is_audit() {
        Some(schema)
    } else {
        draft.model.mapping_schema = schema;
        None
    };
    let schema = aside.as_ref().unwrap_or(&draft.model.mapping_schema);
    if needs_schema && opaque.is_none() {
        match expand_query(&draft.model, &RenderContext::default()) {
            Ok(again) => {
                read = sql::read_query(&again.text, &context(&draft.model, schema, false)).ok();
                expansion = again;
            }
            Err(error) => diagnostics.push(unexpandable(&draft, &error, sources)),
        }
    }
    let optimize = draft.model.optimize_query.unwrap_or(true);
    let mut analysis = QueryAnalysis::default();
    if let (Some(read), true) = (read, opaque.is_none()) {
        analysis = resolve(&draft.model, read, schema, optimize);
    }
    let mut columns = output_columns(&draft.model, analysis.columns.take());
    if let Some(text) = stand_in.filter(|_| columns.is_none()) {
        columns = stand_in_columns(&draft.model, &text, schema);
    }
    // Declared descriptions replace those that comments give.
    let described = draft.model.column_descriptions.is_some() || draft.model.is_audit();
    let query_column_descriptions = if draft.model.query.is_some() && opaque.is_none() && !described {
        let after = comments_after(sources, &draft, dialect);
        sql::comments::column_descriptions(&format!("{}{after}", expansion.text), dialect)
    } else {
        IndexMap::new()
    };
    let is_opaque = opaque.is_some();
    let has_query = draft.model.query.is_some() && !is_opaque;
    let node = ProjectNode {
        fqn: draft.fqn,
        path: draft.path,
        depends_on,
        depends_on_self,
        columns,
        query_column_descriptions,
        rendered: has_query.then_some(expansion.text),
        tree: has_query.then_some(analysis.tree),
        notes: analysis.notes.into_iter().chain(opaque).collect(),
        ignored_rules: draft.ignored_rules,
        seed_file: draft.seed_file,
        unsure: draft.unsure,
        is_opaque,
        model: draft.model,
    };
    let (path, header) = (node.path.as_str(), draft.header);
    let property = |name: &str| place_in(sources, path, property_span(sources, path, header, name));
    check::definition(&node, &property, diagnostics);
    node
}

/// Columns of a query with stand-ins: all names must be written there, types may be unknown.
fn stand_in_columns(model: &Model, text: &str, schema: &MappingSchema) -> Option<Columns> {
    let mut neutral = model.clone();
    neutral.query = Some(Statement::new(text));
    let expansion = expand_query(&neutral, &RenderContext::default()).ok()?;
    let read = sql::read_query(&expansion.text, &context(&neutral, schema, true)).ok()?;
    let columns = output_columns(&neutral, resolve(&neutral, read, schema, true).columns)?;
    let is_written = |name: &String| {
        let name = name.to_lowercase();
        !name.is_empty() && !name.contains(STAND_IN) && !name.starts_with("_col_") && name != "*"
    };
    (!columns.is_empty() && columns.keys().all(is_written)).then_some(columns)
}

/// Adds a table's columns, nested by the quoted parts of its name.
pub fn insert_columns(
    schema: &mut MappingSchema,
    table: &str,
    columns: &Columns,
    from: Dialect,
    to: Dialect,
) {
    let Some(name) = TableName::parse_quoted(table) else {
        return;
    };
    let quoted = name
        .parts()
        .map(|part| format!("\"{}\"", part.replace('"', "\"\"")));
    let Some(level) = table_in(schema, quoted) else {
        return;
    };
    for (column, data_type) in columns {
        let text = if from == to {
            data_type.clone()
        } else {
            DataType::parse(data_type, from).to_sql(to)
        };
        level.insert(column.clone(), Mapped::Column(text));
    }
}
