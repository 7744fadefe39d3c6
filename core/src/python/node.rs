//! The tree of a Python file: one type for every node.
//!
//! In and out: nodes with a kind, a text and children in a fixed order per kind. One shape for all of them keeps
//! walking, comparing and dropping a tree to one piece of code each; the browser pays for every other.

use crate::source::Span;

/// What a node is, with its children in order. `?` may be [`Kind::Absent`], `[…]` is one [`Kind::List`], `…` are
/// any number of children.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Absent,
    /// Any nodes.
    List,
    /// A bare name that is not an expression: of `global`, or after `as` in an import.
    Identifier,
    /// Statements…
    Module,
    /// `def`; text: the name; parameters, body, [decorators], returns?, [type parameters].
    Function,
    /// `async def`; as `Function`.
    AsyncFunction,
    /// `class`; text: the name; [bases], [keywords], body, [decorators], [type parameters].
    Class,
    /// Value?
    Return,
    /// Targets…
    Delete,
    /// [targets], value.
    Assign,
    /// Text: the operator without `=`; target, value.
    AugAssign,
    /// Text: not empty when the target is a name in parentheses; target, annotation, value?
    AnnAssign,
    /// Text: `async` or empty; target, iterated, body, [else].
    For,
    /// Test, body, [else].
    While,
    /// Test, body, test, body, …, [else]: `elif` included, and an `else` that holds nothing but an `if`.
    If,
    /// Text: `async` or empty; [items], body.
    With,
    /// Expression, target?
    WithItem,
    /// Subject, cases…
    Match,
    /// Pattern, guard?, body.
    Case,
    /// Exception?, cause?
    Raise,
    /// Text: `*` for groups; body, [handlers], [else], [finally].
    Try,
    /// Text: the name or empty; type?, body.
    Handler,
    /// Test, message?
    Assert,
    /// Aliases…
    Import,
    /// Text: the module with its leading dots; aliases…
    ImportFrom,
    /// Text: the dotted name; identifier?
    Alias,
    /// Identifiers…
    Global,
    /// Identifiers…
    Nonlocal,
    /// An expression as a statement; value.
    Expr,
    /// No children.
    Pass,
    /// No children.
    Break,
    /// No children.
    Continue,
    /// `type`; text: the name; [type parameters], value.
    TypeAlias,
    /// Text: the name, with `*` or `**` before it; bound?, default?
    TypeParameter,
    /// `and` or `or` is the text; operands…
    BoolOp,
    /// Target, value.
    NamedExpr,
    /// Operands of one level, from left to right; text: the operators between them, with spaces between.
    BinOp,
    /// Text: the operator; operand.
    UnaryOp,
    /// Parameters, body.
    Lambda,
    /// Body, test, else.
    IfExp,
    /// Key? (absent for `**`), value, …
    Dict,
    /// Elements…
    Set,
    /// Elements…
    ListDisplay,
    /// Elements…
    Tuple,
    /// Element, generators…
    ListComp,
    /// Element, generators…
    SetComp,
    /// Element, generators…
    GeneratorExp,
    /// Key, value, generators…
    DictComp,
    /// Text: `async` or empty; target, iterated, conditions…
    Comprehension,
    /// Value.
    Await,
    /// Value?
    Yield,
    /// Value.
    YieldFrom,
    /// Text: the operators, with commas between; left, comparators…
    Compare,
    /// Function, arguments…, keywords…
    Call,
    /// Text: the name, empty for `**`; value.
    Keyword,
    /// Text: the conversion's letter or empty; value, format?
    FormattedValue,
    /// Texts and formatted values…
    JoinedStr,
    /// Text: the value of a string.
    Str,
    /// The same, written with `u`.
    UnicodeStr,
    /// Text: the bytes as characters up to U+00FF.
    Bytes,
    /// Text: what `repr` prints of an integer.
    Int,
    /// Text: what `repr` prints of a float or complex number.
    Float,
    /// Text: `True`, `False`, `None` or `...`.
    Constant,
    /// Text: the attribute; value.
    Attribute,
    /// Value, slice.
    Subscript,
    /// Value.
    Starred,
    /// Text: the name.
    Name,
    /// Lower?, upper?, step?
    Slice,
    /// Value.
    MatchValue,
    /// Text: `True`, `False` or `None`.
    MatchSingleton,
    /// Patterns…
    MatchSequence,
    /// Text: the name of the rest or empty; key, pattern, …
    MatchMapping,
    /// Class, [patterns], [keywords].
    MatchClass,
    /// Text: the name or empty.
    MatchStar,
    /// Text: the name or empty for `_`; pattern?
    MatchAs,
    /// Patterns…
    MatchOr,
    /// Parameters of the five kinds below…
    Parameters,
    /// Before `/`; text: the name; annotation?, default?
    PositionalOnly,
    /// As `PositionalOnly`.
    Parameter,
    /// `*name`, as `PositionalOnly`.
    Rest,
    /// After `*`, as `PositionalOnly`.
    KeywordOnly,
    /// `**name`, as `PositionalOnly`.
    KeywordRest,
}

/// One node.
#[derive(Clone)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// How many levels stand below it; the parser bounds it, so that every walk may recurse.
    pub height: u16,
    /// Where in the file.
    pub span: Span,
    /// See [`Kind`].
    pub text: String,
    /// See [`Kind`].
    pub children: Vec<Node>,
}

impl Node {
    /// A node over these children.
    pub fn new(kind: Kind, text: &str, span: Span, children: Vec<Self>) -> Self {
        let height = children.iter().map(|child| child.height).max();
        Self {
            kind,
            height: height.map_or(0, |height| height.saturating_add(1)),
            span,
            text: text.to_string(),
            children,
        }
    }

    /// Nothing.
    pub fn absent() -> Self {
        Self::new(Kind::Absent, "", Span::default(), Vec::new())
    }

    /// Nodes as one.
    pub fn list(children: Vec<Self>) -> Self {
        Self::new(Kind::List, "", Span::default(), children)
    }

    /// False for [`Kind::Absent`].
    pub fn is_present(&self) -> bool {
        self.kind != Kind::Absent
    }

    /// The child at `index` unless it is absent.
    pub fn child(&self, index: usize) -> Option<&Self> {
        self.children.get(index).filter(|child| child.is_present())
    }

    /// The children of the list at `index`.
    pub fn items(&self, index: usize) -> &[Self] {
        self.children.get(index).map_or(&[], |list| &list.children)
    }

    /// The text of a string literal.
    pub fn as_str(&self) -> Option<&str> {
        matches!(self.kind, Kind::Str | Kind::UnicodeStr).then_some(self.text.as_str())
    }

    /// The name of a variable.
    pub fn as_name(&self) -> Option<&str> {
        (self.kind == Kind::Name).then_some(self.text.as_str())
    }

    /// True for `def` and `async def`.
    pub fn is_function(&self) -> bool {
        matches!(self.kind, Kind::Function | Kind::AsyncFunction)
    }

    /// The function of a call, else the node itself.
    pub fn called(&self) -> &Self {
        match (self.kind, self.children.first()) {
            (Kind::Call, Some(function)) => function,
            _ => self,
        }
    }

    /// The value that a call gives to a keyword.
    pub fn keyword(&self, name: &str) -> Option<&Self> {
        self.children
            .iter()
            .find(|child| child.kind == Kind::Keyword && child.text == name)
            .and_then(|keyword| keyword.children.first())
    }

    /// The positional arguments of a call.
    pub fn arguments(&self) -> impl Iterator<Item = &Self> {
        self.children
            .iter()
            .skip(1)
            .filter(|child| child.kind != Kind::Keyword)
    }

    /// Calls `visit` for this node and all below it, parents first; what `visit` answers with false is not entered.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self) -> bool) {
        if visit(self) {
            for child in &self.children {
                child.walk(visit);
            }
        }
    }
}

/// The same meaning, wherever the nodes stand.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.text == other.text && self.children == other.children
    }
}
