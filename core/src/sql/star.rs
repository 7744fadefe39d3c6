//! Stars and USING: what stands for many columns, and columns that stand for several.

use super::qualify::{Failure, Output, Scope, Source};
use super::tree::{Arg, Kind, Node};
use super::types::DataType;

/// Turns `USING (a)` into the condition it means, and notes which columns it merges.
/// `first` is the index of the source that the first join adds.
pub(super) fn expand_using(joins: &mut [Node], scope: &mut Scope, first: usize) -> Result<(), Failure> {
    for (index, join) in joins.iter_mut().enumerate() {
        let names = join.take_many("using");
        let position = first + index;
        let Some(right) = scope.sources.get(position).cloned() else {
            continue;
        };
        let left = scope.sources.get(..position).unwrap_or_default();
        let single = names.len() == 1;
        let mut conditions = Vec::new();
        let mut merged = Vec::new();
        for name in names {
            let name = name.text;
            let having: Vec<&Source> = left
                .iter()
                .filter(|source| !source.hidden && has(source, &name))
                .collect();
            let left_known = left.iter().all(|source| source.columns.is_some());
            let right_known = right.columns.is_some();
            let missing = (having.is_empty() && left_known) || (right_known && !has(&right, &name));
            if missing && !scope.lenient {
                return Err(Failure(format!("cannot join by \"{name}\"")));
            }
            let table = having
                .first()
                .copied()
                .or(left.last())
                .map(|source| source.name.clone())
                .unwrap_or_default();
            let several = index > 0 && !single && having.len() > 1;
            let left_side = if several {
                let columns = having.iter().map(|source| column_of(source, &name));
                Node::new(Kind::Function, "COALESCE").with_many("args", columns.collect())
            } else {
                match having.first() {
                    Some(source) => column_of(source, &name),
                    None => Node::column(name.clone(), Some(&table)),
                }
            };
            conditions.push(Node::binary("=", left_side, column_of(&right, &name)));
            merged.push((name, table));
        }
        if conditions.is_empty() {
            continue;
        }
        let condition = match conditions.len() {
            1 => conditions.remove(0),
            _ => Node::new(Kind::And, "").with_many("terms", conditions),
        };
        join.set("on", Arg::One(Box::new(condition)));
        if right.hidden {
            continue;
        }
        for (name, table) in merged {
            let slot = match scope.merged.iter().position(|(merged, _)| *merged == name) {
                Some(slot) => slot,
                None => {
                    scope.merged.push((name, Vec::new()));
                    scope.merged.len() - 1
                }
            };
            if let Some((_, sources)) = scope.merged.get_mut(slot) {
                for source in [table, right.name.clone()] {
                    if !sources.contains(&source) {
                        sources.push(source);
                    }
                }
            }
        }
    }
    Ok(())
}

fn has(source: &Source, name: &str) -> bool {
    source
        .columns
        .as_ref()
        .is_some_and(|columns| columns.iter().any(|column| column.name == name))
}

fn column_of(source: &Source, name: &str) -> Node {
    let mut node = Node::column(name, Some(&source.name));
    let columns = source.columns.as_deref().unwrap_or_default();
    if let Some(column) = columns.iter().find(|column| column.name == name) {
        node.set_data_type(column.data_type.clone());
    }
    node
}

/// A merged column: the first of its sources that has a value.
pub(super) fn coalesced(name: &str, sources: &[String], scope: &Scope) -> Node {
    let columns =
        sources.iter().map(
            |wanted| match scope.sources.iter().find(|source| source.name == *wanted) {
                Some(source) => column_of(source, name),
                None => Node::column(name, Some(wanted)),
            },
        );
    let mut call = Node::new(Kind::Function, "COALESCE").with_many("args", columns.collect());
    let data_type = call
        .many("args")
        .first()
        .map_or_else(DataType::unknown, Node::data_type);
    call.set_data_type(data_type);
    call
}

/// Expands the stars among projections. When the columns of one source are not known, all projections stay.
pub(super) fn expand(projections: Vec<Node>, scope: &Scope) -> Result<Vec<Node>, Failure> {
    if !projections.iter().any(|projection| projection.kind == Kind::Star) {
        return Ok(projections);
    }
    let mut expanded = Vec::new();
    let mut merged_already: Vec<&str> = Vec::new();
    for projection in &projections {
        let is_plain_star = projection.kind == Kind::Star
            && projection.one("this").is_none()
            && projection.arg("ilike").is_none();
        if !is_plain_star {
            expanded.push(projection.clone());
            continue;
        }
        let qualifier = projection.many("qualifier");
        let sources: Vec<&Source> = match qualifier.last() {
            None => scope.sources.iter().filter(|source| !source.hidden).collect(),
            Some(last) => {
                let path: Vec<String> = qualifier.iter().map(|part| part.text.clone()).collect();
                let named = scope.sources.iter().find(|source| {
                    source.name == last.text && path.len() == 1
                        || path.len() > 1 && source.path.ends_with(&path)
                });
                match named {
                    Some(source) => vec![source],
                    None if path_fields(scope, &path).is_some() => {
                        let (root, fields) = path_fields(scope, &path).unwrap_or_default();
                        for (name, data_type) in fields {
                            if projection.many("except").iter().any(|e| e.text == name) {
                                continue;
                            }
                            let mut field = Node::new(Kind::Dot, name.clone()).with("this", root.clone());
                            field.set_data_type(data_type);
                            expanded.push(Node::alias(field, name));
                        }
                        continue;
                    }
                    None if scope.lenient => return Ok(projections),
                    None => return Err(Failure(format!("unknown table \"{}\"", last.text))),
                }
            }
        };
        for source in sources {
            let Some(columns) = &source.columns else {
                return Ok(projections);
            };
            // An unfolded array of structs: its star would be the fields, which the reference does not expand.
            let is_whole =
                |column: &Output| column.name == source.name && column.data_type.fields().next().is_some();
            if source.path.is_empty() && columns.first().is_some_and(is_whole) {
                return Ok(projections);
            }
            for column in columns {
                let Output { name, .. } = column;
                if name.is_empty() {
                    return Ok(projections);
                }
                let excluded = projection.many("except").iter().any(|e| e.text == *name);
                if excluded || merged_already.contains(&name.as_str()) {
                    continue;
                }
                let merge = scope
                    .merged
                    .iter()
                    .find(|(merged, sources)| merged == name && sources.contains(&source.name));
                if let Some((_, sources)) = merge {
                    merged_already.push(name);
                    expanded.push(Node::alias(coalesced(name, sources, scope), name.clone()));
                    continue;
                }
                let replaced = projection.many("replace").iter().find(|r| r.text == *name);
                let renamed = projection
                    .many("rename")
                    .iter()
                    .find(|r| r.one("this").is_some_and(|this| this.text == *name));
                let node = replaced.cloned().unwrap_or_else(|| column_of(source, name));
                expanded.push(match renamed {
                    Some(renamed) => Node::alias(node, renamed.text.clone()),
                    None => node,
                });
            }
        }
    }
    Ok(expanded)
}

/// The column of a struct that `s.*` or `t.s.*` names, and its fields.
fn path_fields(scope: &Scope, path: &[String]) -> Option<(Node, Vec<(String, DataType)>)> {
    let (name, source) = match path {
        [name] => (name, None),
        [source, name] => (name, Some(source)),
        _ => return None,
    };
    let mut sources = scope
        .sources
        .iter()
        .filter(|one| source.is_none_or(|wanted| one.name == *wanted));
    let owner = sources.find(|one| has(one, name))?;
    let column = column_of(owner, name);
    let data_type = column.data_type();
    let fields = data_type.fields();
    let fields: Vec<(String, DataType)> = fields
        .map(|(name, found)| (name.to_string(), found.clone()))
        .collect();
    (!fields.is_empty()).then_some((column, fields))
}
