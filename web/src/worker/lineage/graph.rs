//! The graph of a plan as numbers: who reads whom, and how to walk along it.

use planglass_core::ordered::BTreeMap;

use crate::layout::lists::Lists;
use crate::messages::{Category, Status};

/// A model.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// Fully qualified name.
    pub name: String,
    /// What comes before the last dot of the display name, dot included.
    pub schema: String,
    /// What comes after.
    pub title: String,
    /// How it differs.
    pub status: Status,
    /// Category.
    pub category: Option<Category>,
    /// Kind in words.
    pub kind: String,
    /// Key and title of its group; empty without groups.
    pub group: String,
    /// What the lens says of it: an index into the legend.
    pub entry: usize,
}

/// Models, and who reads whom.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Models in the order of their names.
    pub nodes: Vec<Node>,
    /// Parent and child, sorted.
    pub edges: Vec<(u32, u32)>,
    /// Parents of each.
    pub up: Lists,
    /// Children of each.
    pub down: Lists,
    index: BTreeMap<String, u32>,
}

impl Graph {
    /// A graph of models and, for each, the names that it reads. Names that are no model are left out.
    pub fn new(mut nodes: Vec<Node>, parents: &BTreeMap<&str, Vec<&str>>) -> Self {
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        let mut index: BTreeMap<String, u32> = BTreeMap::new();
        for (number, node) in nodes.iter().enumerate() {
            index.insert(node.name.clone(), number as u32);
        }
        let mut edges = Vec::new();
        for (child, above) in parents {
            let Some(to) = index.get(*child).copied() else {
                continue;
            };
            for parent in above {
                if let Some(from) = index.get(*parent).copied()
                    && from != to
                {
                    edges.push((from, to));
                }
            }
        }
        edges.sort_unstable();
        edges.dedup();
        let turned: Vec<(u32, u32)> = edges.iter().map(|(from, to)| (*to, *from)).collect();
        Self {
            up: Lists::new(nodes.len(), &turned),
            down: Lists::new(nodes.len(), &edges),
            nodes,
            edges,
            index,
        }
    }

    /// Number of a model.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.index.get(name).copied()
    }

    /// Whether anything differs.
    pub fn has_changes(&self) -> bool {
        self.nodes.iter().any(|node| node.status != Status::Unchanged)
    }

    /// How many steps each model is away from the nearest of some, walking along `lists`; at most `most` steps.
    pub fn steps(&self, lists: &Lists, starts: &[u32], most: u32) -> Vec<Option<u32>> {
        let mut found: Vec<Option<u32>> = vec![None; self.nodes.len()];
        let mut queue = std::collections::VecDeque::new();
        for start in starts {
            if let Some(slot @ None) = found.get_mut(*start as usize) {
                *slot = Some(0);
                queue.push_back((*start, 0));
            }
        }
        while let Some((number, steps)) = queue.pop_front() {
            if steps == most {
                continue;
            }
            for next in lists.of(number) {
                if let Some(slot @ None) = found.get_mut(*next as usize) {
                    *slot = Some(steps + 1);
                    queue.push_back((*next, steps + 1));
                }
            }
        }
        found
    }

    /// Models whose display name contains a text, those whose title begins with it first.
    pub fn find(&self, text: &str, most: usize) -> Vec<(String, String)> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(bool, String, &str)> = Vec::new();
        for node in &self.nodes {
            let display = format!("{}{}", node.schema, node.title);
            let lower = display.to_lowercase();
            if lower.contains(&text) {
                let begins = lower.starts_with(&text) || node.title.to_lowercase().starts_with(&text);
                found.push((!begins, display, &node.name));
            }
        }
        found.sort();
        found.truncate(most);
        found
            .into_iter()
            .map(|(_, display, name)| (name.to_string(), display))
            .collect()
    }
}
