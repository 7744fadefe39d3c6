//! The selector language: `+model+`, wildcards, `tag:`, `&`, `|`, `^`, parentheses.
//!
//! In: selector texts and nodes. Out: names. The grammar is SQLMesh's, its oddities included: one `&` per group,
//! `*` only at the ends of a word, wildcards case-sensitive on the name as written.

use std::cell::OnceCell;

use super::{Nodes, PlanNode};
use crate::dag::Dag;
use crate::ordered::{BTreeMap, BTreeSet};
use crate::refusal::Refusal;
use crate::sql::{Dialect, names};

/// Nodes that can be selected.
#[derive(Debug, Clone)]
pub struct Selectable<'n> {
    nodes: &'n Nodes,
    dag: OnceCell<Dag>,
    downstream: Option<Dag>,
    default_catalog: Option<String>,
    dialect: Dialect,
    changes: Option<&'n BTreeMap<String, BTreeSet<String>>>,
}

/// How deep parentheses may nest.
const MAX_DEPTH: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Name(String),
    Symbol(char),
}

struct Parser<'p> {
    tokens: &'p [(usize, Token)],
    at: usize,
    text: &'p str,
}

impl<'n> Selectable<'n> {
    /// What can be selected from; names are read in `dialect`, with this default catalog.
    pub fn new(nodes: &'n Nodes, default_catalog: Option<&str>, dialect: &str) -> Self {
        Self {
            nodes,
            dag: OnceCell::new(),
            downstream: None,
            default_catalog: default_catalog.map(str::to_string),
            dialect: Dialect::parse(dialect).unwrap_or_default(),
            changes: None,
        }
    }

    /// The same with what `git:BRANCH` selects: by branch, the files that differ from it.
    #[must_use]
    pub fn with_changes(self, changes: &'n BTreeMap<String, BTreeSet<String>>) -> Self {
        Self {
            changes: Some(changes),
            ..self
        }
    }

    /// The same, with what is downstream taken from these nodes only: SQLMesh follows `model+` through the
    /// project's files, also when models of an environment can be selected.
    #[must_use]
    pub fn downstream_of(self, local: &Nodes) -> Self {
        Self {
            downstream: Some(dependencies(local)),
            ..self
        }
    }

    /// Only selectors with a `+` need the graph.
    fn dag(&self) -> &Dag {
        self.dag.get_or_init(|| dependencies(self.nodes))
    }

    /// The fully qualified name of a node named exactly, in any spelling.
    pub fn resolve(&self, text: &str) -> Option<String> {
        if self.nodes.contains_key(text) {
            return Some(text.to_string());
        }
        let name = names::table_name(text, self.dialect, self.default_catalog.as_deref())
            .ok()?
            .to_string();
        if self.nodes.contains_key(&name) {
            return Some(name);
        }
        let written = self.nodes.values().find(|node| node.model().name == text);
        written.map(|node| node.name().to_string())
    }

    /// Names selected by any of the texts; may be empty.
    ///
    /// # Errors
    /// A text that is no selector.
    pub fn select(&self, texts: &[String]) -> Result<BTreeSet<String>, Refusal> {
        let mut names = BTreeSet::new();
        for text in texts {
            let tokens = tokenize(text);
            let mut parser = Parser {
                tokens: &tokens,
                at: 0,
                text,
            };
            names.extend(self.any(&mut parser, 0)?);
            if parser.at < tokens.len() {
                return Err(parser.error("the end or an operator"));
            }
        }
        // Standalone audits are never selected, not even by `*`.
        names.retain(|name| self.nodes.get(name).is_some_and(|node| node.is_model()));
        Ok(names)
    }

    fn any(&self, parser: &mut Parser<'_>, depth: usize) -> Result<BTreeSet<String>, Refusal> {
        if depth > MAX_DEPTH {
            return Err(parser.error("fewer nested parentheses"));
        }
        let mut names = self.negated(parser, depth)?;
        if parser.take('&') {
            let other = self.negated(parser, depth)?;
            names.retain(|name| other.contains(name));
        }
        while parser.take('|') {
            let mut next = self.negated(parser, depth)?;
            if parser.take('&') {
                let other = self.negated(parser, depth)?;
                next.retain(|name| other.contains(name));
            }
            names.extend(next);
        }
        Ok(names)
    }

    fn negated(&self, parser: &mut Parser<'_>, depth: usize) -> Result<BTreeSet<String>, Refusal> {
        if parser.take('^') {
            let names = self.term(parser, depth)?;
            return Ok(self
                .nodes
                .keys()
                .filter(|name| !names.contains(*name))
                .cloned()
                .collect());
        }
        self.term(parser, depth)
    }

    fn term(&self, parser: &mut Parser<'_>, depth: usize) -> Result<BTreeSet<String>, Refusal> {
        let upstream = parser.take('+');
        let mut names = if parser.take('(') {
            let names = self.any(parser, depth + 1)?;
            if !parser.take(')') {
                return Err(parser.error("`)`"));
            }
            names
        } else {
            self.atom(parser)?
        };
        let downstream = parser.take('+');
        let above = upstream.then(|| self.dag().upstream_of(&names));
        if downstream {
            let dag = self.downstream.as_ref().unwrap_or_else(|| self.dag());
            names.extend(dag.downstream_of(&names));
        }
        names.extend(above.into_iter().flatten());
        Ok(names)
    }

    fn atom(&self, parser: &mut Parser<'_>) -> Result<BTreeSet<String>, Refusal> {
        let starred = parser.take('*');
        let mut pattern = String::new();
        if starred {
            pattern.push('*');
        }
        match parser.name() {
            Some(name) => pattern.push_str(&name),
            None if starred => {}
            None => return Err(parser.error("a model name")),
        }
        let is_prefix = pattern.ends_with(':');
        if (pattern.len() > 1 || !starred) && !is_prefix && parser.take('*') {
            pattern.push('*');
        }
        if let Some(tag) = pattern.strip_prefix("tag:") {
            let tag = if tag.is_empty() {
                parser.pattern()?
            } else {
                tag.to_string()
            };
            let tag = tag.to_lowercase();
            return Ok(self.matching(|node| node.model().tags.iter().any(|t| glob(&tag, &t.to_lowercase()))));
        }
        if let Some(kind) = pattern.strip_prefix("resource_type:") {
            return match kind {
                "model" => Ok(self.matching(PlanNode::is_model)),
                "audit" => Ok(self.matching(|node| !node.is_model())),
                other => Err(Refusal::of(
                    "SQLMeshError",
                    "select/resource-type",
                    format!("Unsupported resource type: {other}"),
                )
                .help("use `resource_type:model` or `resource_type:audit`")),
            };
        }
        if let Some(branch) = pattern.strip_prefix("git:") {
            if let Some(files) = self.changes.and_then(|changes| changes.get(branch)) {
                return Ok(self.matching(|node| node.path.as_ref().is_some_and(|path| files.contains(path))));
            }
            return Err(Refusal::of(
                "SQLMeshError",
                "select/git",
                format!("`{pattern}` needs a git checkout, which is not at hand here"),
            )
            .help("select models by name, or use the command line inside the checkout"));
        }
        if pattern.contains('*') {
            return Ok(self.matching(|node| glob(&pattern, &node.model().name)));
        }
        Ok(self.resolve(&pattern).into_iter().collect())
    }

    fn matching(&self, keep: impl Fn(&PlanNode) -> bool) -> BTreeSet<String> {
        self.nodes
            .values()
            .filter(|node| keep(node))
            .map(|node| node.name().to_string())
            .collect()
    }
}

impl Parser<'_> {
    fn take(&mut self, symbol: char) -> bool {
        let found = self
            .tokens
            .get(self.at)
            .is_some_and(|(_, token)| *token == Token::Symbol(symbol));
        self.at += usize::from(found);
        found
    }

    fn name(&mut self) -> Option<String> {
        match self.tokens.get(self.at) {
            Some((_, Token::Name(name))) => {
                self.at += 1;
                Some(name.clone())
            }
            _ => None,
        }
    }

    /// What follows `tag:` when it begins with `*`.
    fn pattern(&mut self) -> Result<String, Refusal> {
        let mut pattern = String::new();
        if self.take('*') {
            pattern.push('*');
        }
        if let Some(name) = self.name() {
            pattern.push_str(&name);
            if self.take('*') {
                pattern.push('*');
            }
        }
        if pattern.is_empty() {
            Err(self.error("a tag"))
        } else {
            Ok(pattern)
        }
    }

    fn error(&self, expected: &str) -> Refusal {
        let at = self.tokens.get(self.at).map_or(self.text.len(), |(at, _)| *at);
        Refusal::of(
            "ParseError",
            "select/syntax",
            format!(
                "the selector `{}` cannot be read at character {}: expected {expected}",
                self.text,
                at + 1
            ),
        )
        .help("combine at most two selectors with `&`, and use parentheses: `(a & b) & c`")
    }
}

fn tokenize(text: &str) -> Vec<(usize, Token)> {
    let mut tokens = Vec::new();
    let mut name = String::new();
    let mut start = 0;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        if c == '"' {
            quoted = !quoted;
        }
        let symbol = !quoted && "&|^()+*".contains(c);
        if symbol || (c.is_whitespace() && !quoted) {
            if !name.is_empty() {
                tokens.push((start, Token::Name(std::mem::take(&mut name))));
            }
            if symbol {
                tokens.push((at, Token::Symbol(c)));
            }
        } else {
            if name.is_empty() {
                start = at;
            }
            name.push(c);
        }
    }
    if !name.is_empty() {
        tokens.push((start, Token::Name(name)));
    }
    tokens
}

/// The branches that the selectors ask git about: `git:main` in `+git:main & tag:nightly`.
pub fn branches(texts: &[String]) -> BTreeSet<String> {
    let tokens = texts.iter().flat_map(|text| tokenize(text));
    tokens
        .filter_map(|(_, token)| match token {
            Token::Name(name) => name.strip_prefix("git:").map(str::to_string),
            Token::Symbol(_) => None,
        })
        .filter(|branch| !branch.is_empty())
        .collect()
}

/// Whether a text matches a pattern with `*` at its ends.
fn glob(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) if pattern.len() == 1 => true,
        (Some(rest), Some(_)) => text.contains(rest.trim_end_matches('*')),
        (Some(end), None) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (None, None) => text == pattern,
    }
}

fn dependencies(nodes: &Nodes) -> Dag {
    let edges = nodes
        .iter()
        .map(|(name, node)| (name.clone(), node.depends_on.clone()));
    Dag::new(&edges.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::snapshot::Snapshot;

    fn nodes() -> Nodes {
        let node = |name: &str, above: &[&str], tags: &[&str]| {
            let fqn = format!("\"db\".\"s\".\"{name}\"");
            let model = Model {
                name: format!("s.{name}"),
                tags: tags.iter().map(ToString::to_string).collect(),
                ..Model::default()
            };
            let snapshot = Snapshot {
                name: fqn.clone(),
                node: model.into(),
                ..Snapshot::default()
            };
            let depends_on = above
                .iter()
                .map(|name| format!("\"db\".\"s\".\"{name}\""))
                .collect();
            (
                fqn,
                PlanNode {
                    snapshot,
                    depends_on,
                    path: Some(format!("models/{name}.sql")),
                    ..PlanNode::default()
                }
                .into(),
            )
        };
        [
            node("a", &[], &["Nightly"]),
            node("b", &["a"], &[]),
            node("c", &["b"], &["nightly"]),
            node("d", &[], &[]),
        ]
        .into_iter()
        .collect()
    }

    fn check(selector: &str, expected: &str) {
        let nodes = nodes();
        let files = ["models/b.sql".to_string(), "config.yaml".to_string()];
        let changes = [("feature/x-1".to_string(), files.into_iter().collect())];
        let changes = changes.into_iter().collect();
        let selectable = Selectable::new(&nodes, Some("db"), "duckdb").with_changes(&changes);
        let found = match selectable.select(&[selector.to_string()]) {
            Ok(names) => names
                .iter()
                .map(|name| name[10..11].to_string())
                .collect::<Vec<_>>()
                .join(" "),
            Err(_) => "error".to_string(),
        };
        assert_eq!(found, expected, "{selector}");
    }

    #[test]
    fn selectors() {
        check("s.b", "b");
        check("S.B", "b");
        check("db.s.b", "b");
        check("+s.b", "a b");
        check("s.b+", "b c");
        check("+s.b+", "a b c");
        check("(s.a | s.b)+", "a b c");
        check("^s.a", "b c d");
        check("tag:nightly", "a c");
        check("tag:night*", "a c");
        check("tag:*ly", "a c");
        check("tag:nightly & s.a", "a");
        check("tag:nightly & s.a | s.d", "a d");
        check("s.*", "a b c d");
        check("S.*", "");
        check("*", "a b c d");
        check("nothing", "");
        check("s.a & s.b & s.c", "error");
        check("(s.a", "error");
        check("s.a s.b", "error");
        check("", "error");
        check("resource_type:seed", "error");
    }

    #[test]
    fn branches_are_those_that_git_was_asked_about() {
        check("git:feature/x-1", "b");
        check("+git:feature/x-1", "a b");
        check("git:feature/x-1+ & tag:nightly", "c");
        check("git:main", "error");
        let texts = ["+git:main & s.a".to_string(), "(git:feature/x-1)+".to_string()];
        assert_eq!(
            branches(&texts).iter().collect::<Vec<_>>(),
            ["feature/x-1", "main"]
        );
        assert!(branches(&["s.git".to_string(), "git:".to_string()]).is_empty());
    }
}
