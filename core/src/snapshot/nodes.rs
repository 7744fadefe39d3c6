//! The nodes of a plan by name, each with a number, and who reads whom by number.
//!
//! A plan looks at every node many times, and plans are made at every keystroke: a walk by number costs nothing
//! beside a walk that searches for each name.

use std::rc::Rc;

use crate::ordered::{BTreeMap, BTreeSet};

use super::PlanNode;

/// Nodes by fully qualified name. They are shared: a plan copies only those that it decides about.
///
/// A node's number is its place in the order of names.
#[derive(Debug, Clone, Default)]
pub struct Nodes {
    names: Rc<BTreeSet<String>>,
    list: Vec<Rc<PlanNode>>,
}

impl Nodes {
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The number of a name.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.names.number(name)
    }

    /// The names, to be kept beside what is listed by number.
    pub fn shared_names(&self) -> Rc<BTreeSet<String>> {
        self.names.clone()
    }

    /// The nodes by number.
    pub fn list(&self) -> &[Rc<PlanNode>] {
        &self.list
    }

    /// The same, to be changed.
    pub fn list_mut(&mut self) -> &mut [Rc<PlanNode>] {
        &mut self.list
    }

    /// The node of a name.
    pub fn get(&self, name: &str) -> Option<&Rc<PlanNode>> {
        self.list.get(self.number(name)?)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Rc<PlanNode>> {
        let number = self.number(name)?;
        self.list.get_mut(number)
    }

    /// Whether there is such a node.
    pub fn contains_key(&self, name: &str) -> bool {
        self.number(name).is_some()
    }

    /// The names in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &String> + ExactSizeIterator + Clone {
        self.names.iter()
    }

    /// The nodes in the order of their names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Rc<PlanNode>> + ExactSizeIterator + Clone {
        self.list.iter()
    }

    /// Names and nodes in the order of the names.
    pub fn iter(
        &self,
    ) -> impl DoubleEndedIterator<Item = (&String, &Rc<PlanNode>)> + ExactSizeIterator + Clone {
        self.names.iter().zip(&self.list)
    }
}

impl From<BTreeMap<String, Rc<PlanNode>>> for Nodes {
    fn from(nodes: BTreeMap<String, Rc<PlanNode>>) -> Self {
        let mut names = BTreeSet::new();
        let mut list = Vec::with_capacity(nodes.len());
        for (name, node) in nodes {
            names.insert(name);
            list.push(node);
        }
        Self {
            names: Rc::new(names),
            list,
        }
    }
}

impl FromIterator<(String, Rc<PlanNode>)> for Nodes {
    fn from_iter<I: IntoIterator<Item = (String, Rc<PlanNode>)>>(nodes: I) -> Self {
        BTreeMap::from_iter(nodes).into()
    }
}

/// Who reads whom, by the numbers of some nodes.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// All nodes, parents before children.
    pub order: Vec<usize>,
    /// The parents of each node that are nodes themselves.
    pub parents: Vec<Vec<usize>>,
}

impl Links {
    /// The links among nodes whose names `order` has, parents before children.
    pub fn new(nodes: &Nodes, order: &[String]) -> Self {
        let parents = nodes.values().map(|node| {
            let parents = node.snapshot.parents.iter();
            parents.filter_map(|parent| nodes.number(&parent.name)).collect()
        });
        Self {
            order: order.iter().filter_map(|name| nodes.number(name)).collect(),
            parents: parents.collect(),
        }
    }

    /// Each node with the numbers of its parents, parents before children.
    pub fn walk(&self) -> impl DoubleEndedIterator<Item = (usize, &[usize])> {
        self.order
            .iter()
            .map(|number| (*number, self.parents[*number].as_slice()))
    }
}
