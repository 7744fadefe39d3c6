//! The list of models: a window of it, grouped and filtered.

use serde::{Deserialize, Serialize};

/// How a model differs from the environment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Changed itself.
    Direct,
    /// New in this environment.
    Added,
    /// Gone from the project.
    Removed,
    /// A parent changed.
    Indirect,
    /// Nothing that makes data.
    Metadata,
    /// As it was.
    #[default]
    Unchanged,
}

impl Status {
    /// All, in the order in which changes are listed.
    pub const ALL: [Self; 6] = [
        Self::Direct,
        Self::Added,
        Self::Removed,
        Self::Indirect,
        Self::Metadata,
        Self::Unchanged,
    ];

    /// Name in the URL.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Indirect => "indirect",
            Self::Metadata => "metadata",
            Self::Unchanged => "unchanged",
        }
    }

    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Direct => "Directly modified",
            Self::Added => "Added",
            Self::Removed => "Removed",
            Self::Indirect => "Indirectly modified",
            Self::Metadata => "Metadata only",
            Self::Unchanged => "Unchanged",
        }
    }

    /// The letter of its badge.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Direct => "D",
            Self::Added => "A",
            Self::Removed => "R",
            Self::Indirect => "I",
            Self::Metadata => "M",
            Self::Unchanged => "=",
        }
    }
}

/// The sign of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Glyph {
    /// `B!`
    Breaking,
    /// `N`
    NonBreaking,
    /// `→`
    ForwardOnly,
    /// `M`
    Metadata,
    /// `?`
    Undecided,
}

impl Glyph {
    /// The sign.
    pub fn text(self) -> &'static str {
        match self {
            Self::Breaking => "B!",
            Self::NonBreaking => "N",
            Self::ForwardOnly => "→",
            Self::Metadata => "M",
            Self::Undecided => "?",
        }
    }

    /// The class that colours it.
    pub fn class(self) -> &'static str {
        match self {
            Self::Breaking => "B",
            Self::NonBreaking => "N",
            Self::ForwardOnly => "F",
            Self::Metadata => "M",
            Self::Undecided => "Q",
        }
    }
}

/// A category as it is shown: sign and words, and whether it came from a parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Category {
    /// Its sign.
    pub glyph: Glyph,
    /// Came from a parent: round and not to be chosen.
    pub inherited: bool,
}

impl Category {
    /// In words.
    pub fn title(self) -> &'static str {
        match (self.glyph, self.inherited) {
            (Glyph::Breaking, false) => "Breaking",
            (Glyph::NonBreaking, false) => "Non-breaking",
            (Glyph::ForwardOnly, false) => "Forward-only",
            (Glyph::Metadata, _) => "Metadata",
            (Glyph::Undecided, false) => "Not chosen",
            (Glyph::Breaking, true) => "Indirect breaking",
            (Glyph::NonBreaking, true) => "Indirect non-breaking",
            (Glyph::ForwardOnly, true) => "Indirect forward-only",
            (Glyph::Undecided, true) => "Waits for a parent",
        }
    }
}

/// What a stretch of time is to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fill {
    /// Already there.
    Loaded,
    /// To be filled.
    Requested,
    /// To be filled for looking only.
    Preview,
}

/// A stretch of a bar, in thousandths of its width.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// Left edge.
    pub from: f64,
    /// Width.
    pub width: f64,
    /// What it is.
    pub fill: Fill,
}

/// One model of the plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RowView {
    /// Fully qualified, quoted name.
    pub name: String,
    /// What comes before the last dot of the display name, dot included.
    pub schema: String,
    /// What comes after.
    pub title: String,
    /// How it differs.
    pub status: Status,
    /// Still needs a category, or waits for a parent's.
    pub undecided: bool,
    /// Category, when it has one.
    pub category: Option<Category>,
    /// The category may be chosen.
    pub choosable: bool,
    /// It goes forward only.
    #[serde(default)]
    pub forward_only: bool,
    /// Its definition says so.
    #[serde(default)]
    pub forward_only_model: bool,
    /// Kind in words.
    pub kind: String,
    /// Models below that change because of it.
    pub affected: usize,
    /// Interval units to fill.
    pub batches: u64,
    /// What is filled in words; empty when nothing is.
    pub range: String,
    /// Only a preview is filled.
    pub preview: bool,
    /// Bar of intervals; only in lists that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bar: Vec<Stretch>,
}

impl RowView {
    /// Schema and name.
    pub fn display(&self) -> String {
        format!("{}{}", self.schema, self.title)
    }
}

/// By what a list is grouped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Status; what needs a category comes first.
    #[default]
    Status,
    /// Schema.
    Schema,
    /// Folder of the file.
    Folder,
    /// First tag.
    Tag,
    /// Owner.
    Owner,
}

impl Group {
    /// All.
    pub const ALL: [Self; 5] = [Self::Status, Self::Schema, Self::Folder, Self::Tag, Self::Owner];

    /// Name in the URL.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Schema => "schema",
            Self::Folder => "folder",
            Self::Tag => "tag",
            Self::Owner => "owner",
        }
    }

    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Schema => "Schema",
            Self::Folder => "Folder",
            Self::Tag => "Tag",
            Self::Owner => "Owner",
        }
    }
}

/// Which models a list is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Those that differ, or those of the wanted status.
    #[default]
    Changes,
    /// Those with something to fill, without groups.
    Backfill,
}

/// Which window of which list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RowsQuery {
    /// Which models.
    pub scope: Scope,
    /// Groups.
    pub group: Group,
    /// Only this status.
    pub status: Option<Status>,
    /// A part of the name, or a selector: `tag:finance`, `+shop.items`.
    pub filter: String,
    /// Keys of the groups that are folded.
    pub folded: Vec<String>,
    /// First line of the window.
    pub from: usize,
    /// One past its last line.
    pub to: usize,
    /// A model whose place in the list is wanted.
    pub selected: Option<String>,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Item {
    /// Head of a group.
    Group(GroupView),
    /// A model.
    Row(Box<RowView>),
}

/// Head of a group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupView {
    /// Index of its line in the whole list.
    pub at: usize,
    /// What the URL calls it.
    pub key: String,
    /// In words.
    pub title: String,
    /// Models in it.
    pub count: usize,
    /// Its models are not listed.
    pub folded: bool,
}

/// A window of a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RowsView {
    /// Models in the list, those of folded groups included.
    pub rows: usize,
    /// Lines in the list, heads of groups included.
    pub lines: usize,
    /// Interval units to fill, of all of them.
    pub batches: u64,
    /// Heads of all groups.
    pub groups: Vec<GroupView>,
    /// Index of the first line of the window.
    pub from: usize,
    /// The window.
    pub items: Vec<Item>,
    /// The model whose place was wanted.
    pub selected: Option<String>,
    /// Where it is.
    pub place: Option<Place>,
    /// Name of the first model, where keys start.
    pub first: Option<String>,
    /// Why the filter cannot be read.
    pub error: Option<String>,
    /// How many of the models may have another category.
    #[serde(default)]
    pub choosable: usize,
}

/// Where a model is in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its number among the models, from 1.
    pub number: usize,
    /// Index of its line.
    pub line: usize,
    /// Name of the model before it.
    pub previous: Option<String>,
    /// Name of the model after it.
    pub next: Option<String>,
}
