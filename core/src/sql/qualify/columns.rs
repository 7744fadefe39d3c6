//! Columns of expressions: which source each belongs to, and references to aliases of projections.

use super::{Failure, Qualifier, Scope, Source};
use crate::sql::dialect::Language;
use crate::sql::rewrite::COMPREHENSION;
use crate::sql::tree::{Kind, Node};
use crate::sql::types::DataType;
use crate::sql::{DEEPEST_TREE, star};

/// How references to aliases are treated where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
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

impl Qualifier<'_> {
    /// Resolves the columns of an expression, queries inside included.
    pub(super) fn expression(&mut self, node: &mut Node, place: Place) -> Result<(), Failure> {
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
                if self.lenient {
                    for child in node.children_mut() {
                        self.expression(child, place)?;
                    }
                } else if node.arg("queries").is_some() {
                    return Err(Failure("a query inside what is not modelled".to_string()));
                }
                Ok(())
            }
            // To the reference, its variable is a column that no table has.
            Kind::Function if node.text == COMPREHENSION && !self.lenient => {
                Err(Failure("a list comprehension".to_string()))
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
    pub(super) fn order_key(&mut self, node: &mut Node, names: &[String]) -> Result<(), Failure> {
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
                // The alias of an unfolded array is a column, and what follows one of its fields.
                if let (Some(columns), [only]) = (&source.columns, qualifier.as_slice())
                    && !columns.iter().any(|column| column.name == node.text)
                    && let Some(whole) = columns.iter().find(|column| column.name == *only)
                {
                    let mut root = Node::column(only.clone(), Some(only));
                    root.set_data_type(whole.data_type.clone());
                    *node = Node::new(Kind::Dot, std::mem::take(&mut node.text)).with("this", root);
                    return Ok(());
                }
                let data_type = match (&source.columns, source.column(&node.text)) {
                    (_, Some(column)) => column.data_type.clone(),
                    (None, None) => DataType::unknown(),
                    (Some(_), None) if self.lenient => DataType::unknown(),
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
                let column = scope.source(pivot).and_then(|source| source.column(&name));
                let data_type = column.map(|column| column.data_type.clone());
                node.set_many("qualifier", vec![Node::identifier(pivot.clone())]);
                if let Some(data_type) = data_type {
                    node.set_data_type(data_type);
                }
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
                    let size = replaced.walk().count();
                    // An alias of an alias of an alias is also deeper than what was written.
                    if replaced.depth() > DEEPEST_TREE {
                        return Err(Failure(format!("nested more than {DEEPEST_TREE} levels deep")));
                    }
                    *node = replaced;
                    return self.grow(size);
                }
                return Ok(());
            }
            let whole_source = matches!(self.dialect().language(), Language::BigQuery | Language::Postgres)
                && scope.source(&name).is_some();
            if whole_source {
                let source = scope.source(&name).and_then(|source| source.columns.as_ref());
                if let (Some(columns), Language::BigQuery) = (source, self.dialect().language()) {
                    let fields = columns.iter();
                    let fields = fields.map(|column| (column.name.clone(), column.data_type.clone()));
                    node.set_data_type(DataType::struct_of(fields));
                }
                return Ok(());
            }
            if let (true, Some(source)) = (self.lenient, scope.only_unknown()) {
                let source = source.name.clone();
                node.set_many("qualifier", vec![Node::identifier(source)]);
                return Ok(());
            }
            innermost = false;
        }
        if self.lenient || is_pseudo_column(self.dialect().language(), &name) {
            return Ok(());
        }
        Err(Failure(format!("column \"{name}\" could not be resolved")))
    }
}

/// Columns that a warehouse adds to tables or rows without listing them.
fn is_pseudo_column(language: Language, name: &str) -> bool {
    let names: &[&str] = match language {
        Language::BigQuery => &[
            "_PARTITIONTIME",
            "_PARTITIONDATE",
            "_TABLE_SUFFIX",
            "_FILE_NAME",
            "_DBT_MAX_PARTITION",
        ],
        Language::Snowflake => &["LEVEL"],
        Language::Oracle => &["ROWNUM", "ROWID", "OBJECT_ID", "OBJECT_VALUE", "LEVEL"],
        _ => &[],
    };
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
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
