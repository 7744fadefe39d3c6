//! PIVOT and UNPIVOT: which columns come out, under which names and of which types. The names follow the
//! reference, which differs by dialect from what the engines do.

use super::columns::Place;
use super::{Failure, Output, Qualifier, Scope};
use crate::ordered::BTreeSet;
use crate::sql::annotate;
use crate::sql::dialect::{Language, Part};
use crate::sql::tree::{Kind, Node};
use crate::sql::types::{self, DataType};

impl Qualifier<'_> {
    /// Adds a pivoted source to the scope. From here on, unqualified columns of the scope are its.
    pub(super) fn pivot(&mut self, pivot: &mut Node, hidden: bool) -> Result<(), Failure> {
        self.scopes.push(Scope {
            lenient: self.lenient,
            ..Scope::default()
        });
        if let Some(inner) = pivot.one_mut("this") {
            self.source(inner, false)?;
        }
        for key in ["aggregates", "fields", "values"] {
            for item in pivot.many_mut(key) {
                self.expression(item, Place::Expression)?;
                annotate::annotate(item, self.dialect());
            }
        }
        let inner = self
            .scopes
            .pop()
            .and_then(|scope| scope.sources.into_iter().next());
        let (inner_name, inner) = inner.map_or((String::new(), None), |source| (source.name, source.columns));
        if pivot.text == "MATCH_RECOGNIZE" {
            let alias = pivot.one("alias").map(|alias| alias.text.clone());
            self.alias(pivot, alias.unwrap_or(inner_name), inner, hidden);
            return Ok(());
        }
        let mut outputs = inner.and_then(|inner| match pivot.text.as_str() {
            "UNPIVOT" => unpivoted(pivot, &inner),
            _ => self.pivoted(pivot, &inner),
        });
        if let (Some(outputs), Some(alias)) = (&mut outputs, pivot.one("alias")) {
            for (output, name) in outputs.iter_mut().zip(alias.many("columns")) {
                output.text.clone_from(&name.text);
            }
        }
        let alias = pivot.one("alias").filter(|alias| !alias.text.is_empty());
        let name = match alias.map(|alias| alias.text.clone()) {
            Some(name) => name,
            None if pivot.text == "UNPIVOT" => inner_name,
            None => self.next_name(),
        };
        let columns = outputs.as_ref().map(|outputs| {
            let outputs = outputs.iter().map(|output| Output {
                name: output.text.clone(),
                data_type: output.data_type(),
            });
            outputs.collect()
        });
        pivot.set_many("outputs", outputs.unwrap_or_default());
        self.top_mut().pivot = Some(name.clone());
        self.alias(pivot, name, columns, hidden);
        Ok(())
    }

    /// Outputs of PIVOT: what the clause does not mention, then one column for each value and aggregate.
    fn pivoted(&self, pivot: &Node, inner: &[Output]) -> Option<Vec<Node>> {
        let aggregates = pivot.many("aggregates");
        let names = self.aggregate_names(aggregates)?;
        let values = pivot.many("values");
        if values.is_empty() {
            return None;
        }
        let mut outputs = passed(pivot, inner);
        for value in values {
            let value = self.value_name(value)?;
            for (index, aggregate) in aggregates.iter().enumerate() {
                let named = match names.get(index) {
                    Some(name) if self.dialect().language() == Language::BigQuery => {
                        format!("{name}_{value}")
                    }
                    Some(name) => format!("{value}_{name}"),
                    // Without a name one column stands for all aggregates.
                    None if index == 0 => value.clone(),
                    None => continue,
                };
                let named = if is_plain_name(&named) {
                    self.dialect().normalize(&named, false, Part::Column)
                } else {
                    named
                };
                let this = match aggregate.kind {
                    Kind::Alias => aggregate.one("this").unwrap_or(aggregate),
                    _ => aggregate,
                };
                let mut output = Node::identifier(named).with("this", this.clone());
                output.set_data_type(this.data_type());
                outputs.push(output);
            }
        }
        Some(outputs)
    }

    /// The part of the new names that aggregates add; `None` when it is an expression that would have to be
    /// written out.
    fn aggregate_names(&self, aggregates: &[Node]) -> Option<Vec<String>> {
        let named = |node: &Node| (node.kind == Kind::Alias).then(|| node.text.clone());
        let several = aggregates.len() > 1;
        match self.dialect().language() {
            Language::Spark | Language::Spark2 | Language::Databricks | Language::Hive if !several => {
                Some(Vec::new())
            }
            Language::Spark | Language::Spark2 | Language::Databricks | Language::Hive | Language::DuckDb
                if several =>
            {
                aggregates.iter().map(named).collect()
            }
            _ => Some(aggregates.iter().filter_map(named).collect()),
        }
    }

    fn value_name(&self, value: &Node) -> Option<String> {
        let snowflake = self.dialect().language() == Language::Snowflake;
        match value.kind {
            Kind::Text if snowflake => Some(format!("'{}'", value.text.replace('\'', "''"))),
            Kind::Alias if snowflake => None,
            Kind::Alias | Kind::Text | Kind::Number | Kind::Column | Kind::Identifier => {
                Some(value.text.clone())
            }
            _ => None,
        }
    }
}

/// Columns of the source that the clause does not mention.
fn passed(pivot: &Node, inner: &[Output]) -> Vec<Node> {
    let clause = ["aggregates", "fields", "values"];
    let mentioned: BTreeSet<&str> = clause
        .iter()
        .flat_map(|key| pivot.many(key))
        .flat_map(Node::walk)
        .filter(|node| node.kind == Kind::Column)
        .map(|node| node.text.as_str())
        .collect();
    let source = pivot.one("this").and_then(|this| this.one("alias"));
    let source = source.map(|alias| alias.text.as_str());
    inner
        .iter()
        .filter(|column| !mentioned.contains(column.name.as_str()))
        .map(|column| {
            let mut this = Node::column(column.name.clone(), source);
            this.set_data_type(column.data_type.clone());
            let mut output = Node::identifier(column.name.clone()).with("this", this);
            output.set_data_type(column.data_type.clone());
            output
        })
        .collect()
}

/// Outputs of UNPIVOT: what is not turned, the name, the values.
fn unpivoted(pivot: &Node, inner: &[Output]) -> Option<Vec<Node>> {
    let mut outputs = passed(pivot, inner);
    let first = pivot.many("values").first()?;
    let (label, turned) = match first.kind {
        Kind::Alias => (DataType::unknown(), first.one("this").unwrap_or(first)),
        _ => (types::string_literal(), first),
    };
    let mut name = pivot.one("name").cloned()?;
    name.set_data_type(label);
    outputs.push(name);
    let made = pivot.one("made")?;
    let several = |node: &Node| match node.kind {
        Kind::Tuple => node.many("items").to_vec(),
        Kind::Paren => node.one("this").cloned().into_iter().collect(),
        _ => vec![node.clone()],
    };
    for (index, (column, source)) in several(made).into_iter().zip(several(turned)).enumerate() {
        let all = pivot.many("values").iter().filter_map(|value| {
            let value = if value.kind == Kind::Alias {
                value.one("this")?
            } else {
                value
            };
            several(value).into_iter().nth(index)
        });
        let all = Node::new(Kind::Tuple, "").with_many("items", all.collect());
        let mut output = Node::identifier(column.text).with("this", all);
        output.set_data_type(source.data_type());
        outputs.push(output);
    }
    Some(outputs)
}

/// Whether a name needs no quotes.
fn is_plain_name(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
