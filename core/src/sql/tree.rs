//! The tree of a statement: one generic node type, in a normal form that is made for comparison.
//!
//! sqlparser's tree has a type per construct; a lock-step comparison wants the opposite: a class, a text and
//! named arguments, whatever the construct. Lowering (`lower`) makes these nodes; what the reference treats as
//! equal (`::` and `CAST`, `<>` and `!=`, the case of keywords) has one form here. Positions in the source are
//! deliberately not kept: equality is structural.

use super::types::DataType;

/// The class of a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A construct that is not modelled; its text is the normalised SQL.
    #[default]
    Opaque,
    /// `SELECT`.
    Select,
    /// `UNION`, `EXCEPT`, `INTERSECT`; the text says which, with its quantifier.
    SetOperation,
    /// `VALUES`.
    Values,
    /// One common table expression; the text is its name.
    Cte,
    /// A query in parentheses, in an expression or in FROM.
    Subquery,
    /// A table read by name.
    Table,
    /// A function call in FROM.
    TableFunction,
    /// `UNNEST` in FROM.
    Unnest,
    /// `LATERAL VIEW`.
    LateralView,
    /// Joined tables in parentheses.
    NestedJoin,
    /// `PIVOT`, `UNPIVOT`, `MATCH_RECOGNIZE`: a source changed by a clause that is kept as text.
    Pivot,
    /// Alias of a source, with its column aliases.
    TableAlias,
    /// A join; the text is its kind (`LEFT`, `,`, …).
    Join,
    /// A projection with its name.
    Alias,
    /// A column reference; the text is its name.
    Column,
    /// A name.
    Identifier,
    /// `*` or `t.*`.
    Star,
    /// A number as written.
    Number,
    /// A string.
    Text,
    /// `TRUE` or `FALSE`.
    Boolean,
    /// `NULL`.
    Null,
    /// `?`, `$1`, `:name`.
    Placeholder,
    /// A keyword used as an argument.
    Word,
    /// An operator with two operands.
    Binary,
    /// `AND` over all its terms.
    And,
    /// `OR` over all its terms.
    Or,
    /// `NOT`.
    Not,
    /// An operator before its operand.
    Unary,
    /// `BETWEEN`.
    Between,
    /// `IN`.
    In,
    /// `EXISTS`.
    Exists,
    /// `ANY`, `SOME` or `ALL` over a list or query.
    Quantified,
    /// `CASE`.
    Case,
    /// One `WHEN … THEN …`.
    When,
    /// `CAST`; the text is the canonical type.
    Cast,
    /// A function call; the text is its name in upper case.
    Function,
    /// A function over a window.
    Window,
    /// A named window of a SELECT.
    NamedWindow,
    /// An expression with a sort direction.
    Ordered,
    /// `INTERVAL`.
    Interval,
    /// An array or list.
    Array,
    /// A struct or map; its fields are aliases or plain expressions.
    Struct,
    /// Several expressions in parentheses.
    Tuple,
    /// `x -> …`.
    Lambda,
    /// Redundant or needed parentheses.
    Paren,
    /// `x[1]`, `x[1:2]`.
    Subscript,
    /// `x.field` on something that is not a table.
    Dot,
    /// `ROLLUP`, `CUBE`, `GROUPING SETS`.
    Grouping,
}

/// An argument of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// One node.
    One(Box<Node>),
    /// Several, in order; never empty.
    Many(Vec<Node>),
    /// Present, without content; never false.
    Flag,
}

/// A node of the tree. Arguments that are not there are not stored.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The class.
    pub kind: Kind,
    /// Name, operator or literal, as `kind` says.
    pub text: String,
    /// Arguments by name, in the order in which lowering sets them.
    pub args: Vec<(&'static str, Arg)>,
    /// The type of an expression, once inferred. It follows from the rest and so does not count in comparison.
    pub data_type: Option<Box<DataType>>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        // Qualifying a query takes arguments out and puts them back: their order says nothing.
        self.kind == other.kind
            && self.text == other.text
            && self.args.len() == other.args.len()
            && self
                .args
                .iter()
                .zip(&other.args)
                .all(|(one, another)| match one.0 == another.0 {
                    true => one.1 == another.1,
                    false => other.arg(one.0) == Some(&one.1),
                })
    }
}

impl Eq for Node {}

impl Node {
    /// A node without arguments.
    pub fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            args: Vec::new(),
            data_type: None,
        }
    }

    /// The type, as far as it is known.
    pub fn data_type(&self) -> DataType {
        match &self.data_type {
            Some(data_type) => data_type.as_ref().clone(),
            None => DataType::unknown(),
        }
    }

    /// Sets the type.
    pub fn set_data_type(&mut self, data_type: DataType) {
        self.data_type = Some(Box::new(data_type));
    }

    /// The same node with one more argument.
    #[must_use]
    pub fn with(mut self, key: &'static str, node: Self) -> Self {
        self.set(key, Arg::One(Box::new(node)));
        self
    }

    /// The same node with one more argument, if there is one.
    #[must_use]
    pub fn with_option(self, key: &'static str, node: Option<Self>) -> Self {
        match node {
            Some(node) => self.with(key, node),
            None => self,
        }
    }

    /// The same node with a list argument, unless the list is empty.
    #[must_use]
    pub fn with_many(mut self, key: &'static str, nodes: Vec<Self>) -> Self {
        self.set_many(key, nodes);
        self
    }

    /// The same node with a flag, if it is set.
    #[must_use]
    pub fn with_flag(mut self, key: &'static str, set: bool) -> Self {
        if set {
            self.set(key, Arg::Flag);
        }
        self
    }

    /// Sets or replaces an argument.
    pub fn set(&mut self, key: &'static str, arg: Arg) {
        match self.args.iter_mut().find(|(name, _)| *name == key) {
            Some(slot) => slot.1 = arg,
            None => self.args.push((key, arg)),
        }
    }

    /// Sets a list argument; an empty list removes it.
    pub fn set_many(&mut self, key: &'static str, nodes: Vec<Self>) {
        if nodes.is_empty() {
            self.remove(key);
        } else {
            self.set(key, Arg::Many(nodes));
        }
    }

    /// Removes an argument and returns it.
    pub fn remove(&mut self, key: &str) -> Option<Arg> {
        let index = self.args.iter().position(|(name, _)| *name == key)?;
        Some(self.args.remove(index).1)
    }

    /// Takes a single argument out.
    pub fn take(&mut self, key: &str) -> Option<Self> {
        match self.remove(key)? {
            Arg::One(node) => Some(*node),
            Arg::Many(_) | Arg::Flag => None,
        }
    }

    /// Takes a list argument out; empty when it is not there.
    pub fn take_many(&mut self, key: &str) -> Vec<Self> {
        match self.remove(key) {
            Some(Arg::Many(nodes)) => nodes,
            Some(Arg::One(node)) => vec![*node],
            _ => Vec::new(),
        }
    }

    /// An argument by name.
    pub fn arg(&self, key: &str) -> Option<&Arg> {
        self.args
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, arg)| arg)
    }

    /// A single argument.
    pub fn one(&self, key: &str) -> Option<&Self> {
        match self.arg(key)? {
            Arg::One(node) => Some(node),
            Arg::Many(_) | Arg::Flag => None,
        }
    }

    /// A single argument, to change.
    pub fn one_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.args.iter_mut().find(|(name, _)| *name == key)?.1 {
            Arg::One(node) => Some(node),
            Arg::Many(_) | Arg::Flag => None,
        }
    }

    /// A list argument; empty when it is not there.
    pub fn many(&self, key: &str) -> &[Self] {
        match self.arg(key) {
            Some(Arg::Many(nodes)) => nodes,
            Some(Arg::One(node)) => std::slice::from_ref(node),
            _ => &[],
        }
    }

    /// A list argument, to change.
    pub fn many_mut(&mut self, key: &str) -> &mut [Self] {
        match self.args.iter_mut().find(|(name, _)| *name == key) {
            Some((_, Arg::Many(nodes))) => nodes,
            Some((_, Arg::One(node))) => std::slice::from_mut(node),
            _ => &mut [],
        }
    }

    /// Whether a flag is set.
    pub fn flag(&self, key: &str) -> bool {
        matches!(self.arg(key), Some(Arg::Flag))
    }

    /// All child nodes, in order.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        self.args.iter().flat_map(|(_, arg)| arg.nodes())
    }

    /// All child nodes, to change.
    pub fn children_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        self.args.iter_mut().flat_map(|(_, arg)| match arg {
            Arg::One(node) => std::slice::from_mut(node.as_mut()).iter_mut(),
            Arg::Many(nodes) => nodes.iter_mut(),
            Arg::Flag => [].iter_mut(),
        })
    }

    /// This node and all below it, parents first, without recursion.
    pub fn walk(&self) -> impl Iterator<Item = &Self> {
        let mut stack = vec![self];
        std::iter::from_fn(move || {
            let node = stack.pop()?;
            let first = stack.len();
            stack.extend(node.children());
            stack[first..].reverse();
            Some(node)
        })
    }

    /// Number of levels below and including this node, counted without recursion.
    pub fn depth(&self) -> usize {
        let mut stack = vec![(self, 1)];
        let mut deepest = 0;
        while let Some((node, depth)) = stack.pop() {
            deepest = deepest.max(depth);
            stack.extend(node.children().map(|child| (child, depth + 1)));
        }
        deepest
    }

    /// Whether this is a query: SELECT, set operation, VALUES or one of them in parentheses.
    pub fn is_query(&self) -> bool {
        matches!(
            self.kind,
            Kind::Select | Kind::SetOperation | Kind::Values | Kind::Subquery
        )
    }

    /// The node without parentheses around it.
    pub fn unnested(&self) -> &Self {
        let mut node = self;
        while node.kind == Kind::Paren {
            match node.one("this") {
                Some(inner) => node = inner,
                None => break,
            }
        }
        node
    }

    /// A name node.
    pub fn identifier(name: impl Into<String>) -> Self {
        Self::new(Kind::Identifier, name)
    }

    /// A column of a source.
    pub fn column(name: impl Into<String>, source: Option<&str>) -> Self {
        Self::new(Kind::Column, name)
            .with_many("qualifier", source.map(Self::identifier).into_iter().collect())
    }

    /// A projection with its name.
    pub fn alias(this: Self, name: impl Into<String>) -> Self {
        Self::new(Kind::Alias, name).with("this", this)
    }

    /// An operator between two operands.
    pub fn binary(operator: impl Into<String>, left: Self, right: Self) -> Self {
        Self::new(Kind::Binary, operator)
            .with("left", left)
            .with("right", right)
    }

    /// `NOT x`.
    pub fn negated(this: Self) -> Self {
        Self::new(Kind::Not, "").with("this", this)
    }

    /// `TRUE` or `FALSE`.
    pub fn boolean(value: bool) -> Self {
        Self::new(Kind::Boolean, if value { "TRUE" } else { "FALSE" })
    }

    /// One text per meaning: for sorting and as a key. Not SQL.
    pub fn key(&self) -> String {
        let mut out = String::new();
        // A stack of nodes and closing marks instead of recursion: chains may be long.
        let mut stack = vec![Ok(self)];
        while let Some(step) = stack.pop() {
            match step {
                Err(text) => out.push_str(text),
                Ok(node) => {
                    out.push_str(&format!("{:?}", node.kind));
                    out.push(' ');
                    out.push_str(&node.text);
                    out.push('(');
                    stack.push(Err(")"));
                    for (key, arg) in node.args.iter().rev() {
                        stack.push(Err(";"));
                        for child in arg.nodes().iter().rev() {
                            stack.push(Ok(child));
                            stack.push(Err(","));
                        }
                        stack.push(Err(key));
                    }
                }
            }
        }
        out
    }
}

impl Arg {
    /// The nodes of the argument.
    pub fn nodes(&self) -> &[Node] {
        match self {
            Self::One(node) => std::slice::from_ref(node),
            Self::Many(nodes) => nodes,
            Self::Flag => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_set_replaced_and_removed() {
        let mut node = Node::binary("+", Node::new(Kind::Number, "1"), Node::column("a", Some("t")));
        assert_eq!(node.one("left").map(|left| left.text.as_str()), Some("1"));
        node.set_many("left", Vec::new());
        assert!(node.arg("left").is_none());
        assert_eq!(
            node.walk().map(|node| node.text.as_str()).collect::<Vec<_>>(),
            ["+", "a", "t"]
        );
        assert_eq!(node.depth(), 3);
    }

    #[test]
    fn the_order_of_arguments_does_not_count() {
        let (one, two) = (Node::new(Kind::Number, "1"), Node::new(Kind::Number, "2"));
        let node = |first: &'static str, second: &'static str, a: &Node, b: &Node| {
            let mut node = Node::new(Kind::Tuple, "");
            node.set_many(first, vec![a.clone()]);
            node.set_many(second, vec![b.clone()]);
            node
        };
        let known = node("from", "where", &one, &two);
        assert_eq!(known, node("where", "from", &two, &one));
        assert_ne!(known, node("where", "from", &one, &two));
    }

    #[test]
    fn absent_lists_and_flags_do_not_count() {
        let plain = Node::new(Kind::Select, "");
        assert_eq!(
            plain
                .clone()
                .with_many("laterals", Vec::new())
                .with_flag("distinct", false),
            plain
        );
        assert_ne!(plain.clone().with_flag("distinct", true).key(), plain.key());
    }
}
