//! A directed graph of names with a stable order, over petgraph.

use crate::ordered::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, IntoNeighbors, Reversed, VisitMap, Visitable};

/// Names and who depends on whom. Names that nobody added as a node but somebody depends on are left out.
#[derive(Debug, Clone, Default)]
pub struct Dag {
    graph: DiGraph<String, ()>,
    index: BTreeMap<String, NodeIndex>,
}

impl Dag {
    /// A graph from each name's direct parents. Parents that are no key, and a name's own self, are ignored.
    pub fn new(parents: &BTreeMap<String, BTreeSet<String>>) -> Self {
        let mut dag = Self::default();
        for name in parents.keys() {
            let node = dag.graph.add_node(name.clone());
            dag.index.insert(name.clone(), node);
        }
        for (name, above) in parents {
            for parent in above {
                if let (Some(from), Some(to)) = (dag.index.get(parent), dag.index.get(name))
                    && from != to
                {
                    dag.graph.add_edge(*from, *to, ());
                }
            }
        }
        dag
    }

    /// Parents before children; within what that leaves open, by name.
    ///
    /// # Errors
    /// The names of one cycle, in order, when there is one.
    pub fn sorted(&self) -> Result<Vec<String>, Vec<String>> {
        let mut waiting: BTreeMap<NodeIndex, usize> = BTreeMap::new();
        let mut ready: BTreeSet<(&str, NodeIndex)> = BTreeSet::new();
        for (name, node) in &self.index {
            let above = self.graph.neighbors_directed(*node, petgraph::Incoming).count();
            if above == 0 {
                ready.insert((name, *node));
            } else {
                waiting.insert(*node, above);
            }
        }
        let mut order = Vec::with_capacity(self.index.len());
        while let Some((name, node)) = ready.pop_first() {
            order.push(name.to_string());
            for child in self.graph.neighbors(node) {
                if let Some(above) = waiting.get_mut(&child) {
                    *above -= 1;
                    if *above == 0 {
                        waiting.remove(&child);
                        ready.insert((&self.graph[child], child));
                    }
                }
            }
        }
        if waiting.is_empty() {
            Ok(order)
        } else {
            Err(self.cycle(&waiting))
        }
    }

    fn cycle(&self, waiting: &BTreeMap<NodeIndex, usize>) -> Vec<String> {
        let Some(mut node) = waiting.keys().next().copied() else {
            return Vec::new();
        };
        let mut path: Vec<NodeIndex> = Vec::new();
        loop {
            if let Some(start) = path.iter().position(|seen| *seen == node) {
                let mut names: Vec<String> = path[start..].iter().map(|n| self.graph[*n].clone()).collect();
                names.reverse();
                return names;
            }
            path.push(node);
            let above = self.graph.neighbors_directed(node, petgraph::Incoming);
            match above
                .filter(|n| waiting.contains_key(n))
                .min_by_key(|n| &self.graph[*n])
            {
                Some(next) => node = next,
                None => return path.iter().map(|n| self.graph[*n].clone()).collect(),
            }
        }
    }

    /// Everything above any of the names, themselves included.
    pub fn upstream_of(&self, names: &BTreeSet<String>) -> BTreeSet<String> {
        self.reach(Reversed(&self.graph), names)
    }

    /// Everything below any of the names, themselves included.
    pub fn downstream_of(&self, names: &BTreeSet<String>) -> BTreeSet<String> {
        self.reach(&self.graph, names)
    }

    /// One walk for all names, so that many names cost no more than one.
    fn reach<G>(&self, graph: G, names: &BTreeSet<String>) -> BTreeSet<String>
    where
        G: IntoNeighbors<NodeId = NodeIndex> + Visitable<NodeId = NodeIndex, Map: VisitMap<NodeIndex>>,
    {
        let mut walk = Dfs::empty(graph);
        walk.stack = names
            .iter()
            .filter_map(|name| self.index.get(name))
            .copied()
            .collect();
        let mut found = BTreeSet::new();
        while let Some(node) = walk.next(graph) {
            found.insert(self.graph[node].clone());
        }
        found
    }

    /// Everything above a name, itself not included.
    pub fn upstream(&self, name: &str) -> BTreeSet<String> {
        let Some(start) = self.index.get(name) else {
            return BTreeSet::new();
        };
        let reversed = Reversed(&self.graph);
        let mut walk = Dfs::new(reversed, *start);
        let mut found = BTreeSet::new();
        while let Some(node) = walk.next(reversed) {
            found.insert(self.graph[node].clone());
        }
        found.remove(name);
        found
    }

    /// Everything below a name, itself not included.
    pub fn downstream(&self, name: &str) -> BTreeSet<String> {
        let Some(start) = self.index.get(name) else {
            return BTreeSet::new();
        };
        let mut walk = Dfs::new(&self.graph, *start);
        let mut found = BTreeSet::new();
        while let Some(node) = walk.next(&self.graph) {
            found.insert(self.graph[node].clone());
        }
        found.remove(name);
        found
    }

    /// Direct children of a name.
    pub fn children(&self, name: &str) -> BTreeSet<String> {
        let Some(start) = self.index.get(name) else {
            return BTreeSet::new();
        };
        self.graph
            .neighbors(*start)
            .map(|node| self.graph[node].clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dag(edges: &[(&str, &[&str])]) -> Dag {
        let parents = edges
            .iter()
            .map(|(name, above)| (name.to_string(), above.iter().map(ToString::to_string).collect()));
        Dag::new(&parents.collect())
    }

    #[test]
    fn parents_come_first_then_names() {
        let dag = dag(&[("a", &["c"]), ("b", &[]), ("c", &[]), ("d", &["a", "ghost"])]);
        assert_eq!(
            dag.sorted().as_deref(),
            Ok(&["b", "c", "a", "d"].map(String::from)[..])
        );
        assert_eq!(dag.upstream("d").into_iter().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(dag.downstream("c").into_iter().collect::<Vec<_>>(), ["a", "d"]);
    }

    #[test]
    fn a_cycle_is_named() {
        let dag = dag(&[("a", &["c"]), ("b", &["a"]), ("c", &["b"]), ("x", &["c"])]);
        assert_eq!(dag.sorted().unwrap_err().len(), 3);
    }
}
