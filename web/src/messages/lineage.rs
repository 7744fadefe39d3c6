//! The graph of the plan: what of it is asked for, and what is drawn.
//!
//! A [`Scene`] travels as bytes: ten thousand boxes and their wires are numbers, not text.

use serde::{Deserialize, Serialize};

use super::rows::{Category, Glyph, Group, Status};

/// Which part of the graph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// What changed, its children, and parents up to a number of steps.
    #[default]
    Changes,
    /// Some steps around one model.
    Around,
    /// Everything between two models.
    Path,
    /// What one column is made of, and what is made of it.
    Column,
    /// Inside of one model: its common table expressions, and what they read.
    Inside,
    /// Everything.
    All,
}

impl Part {
    /// All that the page offers without more being said.
    pub const ALL: [Self; 3] = [Self::Changes, Self::Around, Self::All];

    /// Name in the URL.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Around => "around",
            Self::Path => "path",
            Self::Column => "column",
            Self::Inside => "inside",
            Self::All => "all",
        }
    }

    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Changes => "Changes",
            Self::Around => "Around",
            Self::Path => "Path",
            Self::Column => "Column",
            Self::Inside => "Inside",
            Self::All => "All",
        }
    }
}

/// What boxes are coloured by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lens {
    /// How they differ.
    #[default]
    Status,
    /// Category of the change.
    Category,
    /// Kind of the model.
    Kind,
    /// Owner.
    Owner,
    /// What another environment holds.
    Environment,
}

impl Lens {
    /// All.
    pub const ALL: [Self; 5] = [
        Self::Status,
        Self::Category,
        Self::Kind,
        Self::Owner,
        Self::Environment,
    ];

    /// Name in the URL.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Category => "category",
            Self::Kind => "kind",
            Self::Owner => "owner",
            Self::Environment => "environment",
        }
    }

    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Category => "Category",
            Self::Kind => "Kind",
            Self::Owner => "Owner",
            Self::Environment => "Environment",
        }
    }
}

/// What of the graph is asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LineageQuery {
    /// Which part.
    pub part: Part,
    /// How many steps from what the part is about.
    pub steps: u32,
    /// The model that the part is about; the first end of a path.
    pub model: Option<String>,
    /// The other end of a path.
    pub to: Option<String>,
    /// The column that the part is about.
    pub column: Option<String>,
    /// Groups; without, every model stands for itself.
    pub group: Option<Group>,
    /// Keys of the groups that are open.
    pub open: Vec<String>,
    /// Colours.
    pub lens: Lens,
    /// The environment of that lens.
    pub environment: String,
    /// Names that contain this are looked for, in the whole graph.
    pub find: String,
}

/// What of the graph is shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LineageView {
    /// What was asked for.
    pub query: LineageQuery,
    /// The drawing, packed.
    #[serde(skip)]
    pub scene: Vec<u8>,
    /// Models that are drawn or stand behind a group that is.
    pub shown: usize,
    /// Models that there are.
    pub all: usize,
    /// What colours mean, with counts.
    pub legend: Vec<Entry>,
    /// Keys and titles of all groups that are drawn, open ones included, with their models.
    pub groups: Vec<(String, String, usize)>,
    /// Models that were looked for, first those whose names begin so: fully qualified and display name.
    pub found: Vec<(String, String)>,
    /// Environments for the lens.
    pub environments: Vec<String>,
    /// The SQL of columns that are drawn, as it is written: by the box's name, column and text.
    pub texts: Vec<(String, Vec<(String, String)>)>,
    /// Why something else is shown than was asked for.
    pub note: Option<String>,
    /// Milliseconds that the layout took; zero when it was still there.
    pub millis: f64,
}

/// What a colour means.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// In words.
    pub title: String,
    /// Its colour.
    pub ink: u8,
    /// Models.
    pub count: usize,
}

/// Colours of statuses in the order of [`Status::ALL`]; see [`ink_of`]. From here on, numbered colours.
pub const FIRST_NUMBERED_INK: u8 = 8;

/// How many numbered colours there are; whatever comes after them is grey.
pub const NUMBERED_INKS: u8 = 8;

/// The grey of what has no colour.
pub const NO_INK: u8 = 5;

/// The colour of forward-only.
pub const FORWARD_INK: u8 = 6;

/// Stands for the legend's index where there is none: a group whose models differ, or what is no model.
pub const NO_ENTRY: u16 = u16::MAX;

/// The colour of a status.
pub fn ink_of(status: Status) -> u8 {
    Status::ALL.iter().position(|known| *known == status).unwrap_or(5) as u8
}

/// A box of the drawing: a model, or a group of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BoxView {
    /// Left edge, top edge, width, height.
    pub frame: [f32; 4],
    /// How it differs; of a group, how its most important member does.
    pub status: Status,
    /// Category.
    pub category: Option<Category>,
    /// Index in the legend.
    pub entry: u16,
    /// Drawn as context: it is not what the part is about.
    pub dim: bool,
    /// Parents and children that are not drawn.
    pub hidden: (u32, u32),
    /// Fully qualified name; of a group, its key.
    pub name: String,
    /// What comes before the last dot of the display name, dot included.
    pub schema: String,
    /// What comes after; of a group, its title.
    pub title: String,
    /// The second line.
    pub sub: String,
    /// Models per status in the order of [`Status::ALL`]; only of groups.
    pub counts: Option<[u32; 6]>,
    /// Columns that are listed below.
    pub columns: Vec<String>,
}

impl BoxView {
    /// Schema and name.
    pub fn display(&self) -> String {
        format!("{}{}", self.schema, self.title)
    }

    /// Stands for one model; a table outside of the project and a part of a query are none.
    pub fn is_model(&self) -> bool {
        !self.is_group() && self.entry != NO_ENTRY
    }

    /// Stands for a group.
    pub fn is_group(&self) -> bool {
        self.counts.is_some()
    }
}

/// A stretch of wire at one height.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct JointView {
    /// A box, or `boxes + index` of an earlier joint.
    pub from: u32,
    /// The box whose wire it is.
    pub source: u32,
    /// Left end, right end, height.
    pub line: [f32; 3],
}

/// The last part of an edge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArrivalView {
    /// A box, or `boxes + index` of a joint.
    pub from: u32,
    /// The box from which the edge comes.
    pub source: u32,
    /// The box to which it goes.
    pub to: u32,
    /// The edge runs from right to left: `to` is the parent.
    pub backwards: bool,
    /// The edge goes with what was removed.
    pub cut: bool,
}

/// A strip around an open group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StripView {
    /// Left, top, right, bottom.
    pub frame: [f32; 4],
    /// Key of the group.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its models.
    pub count: u32,
}

/// An edge between two columns: box and index of its column, twice.
pub type Thread = [u32; 4];

/// Everything that is drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scene {
    /// Width and height of the whole.
    pub size: (f32, f32),
    /// Boxes.
    pub boxes: Vec<BoxView>,
    /// Stretches of wire.
    pub joints: Vec<JointView>,
    /// Edges.
    pub arrivals: Vec<ArrivalView>,
    /// Strips.
    pub strips: Vec<StripView>,
    /// Edges between columns.
    pub threads: Vec<Thread>,
}

/// The form of a packed scene; another form is not read.
const FORM: u32 = 1;

impl Scene {
    /// As bytes, little endian.
    pub fn pack(&self) -> Vec<u8> {
        let mut out = Packer(Vec::with_capacity(
            64 + self.boxes.len() * 120 + self.joints.len() * 20 + self.arrivals.len() * 13,
        ));
        out.number(FORM);
        out.decimals(&[self.size.0, self.size.1]);
        out.number(self.boxes.len() as u32);
        for view in &self.boxes {
            out.decimals(&view.frame);
            out.0.push(ink_of(view.status));
            out.0.push(view.category.map_or(0, |category| {
                let glyph = GLYPHS
                    .iter()
                    .position(|known| *known == category.glyph)
                    .unwrap_or(0);
                1 + 2 * glyph as u8 + u8::from(category.inherited)
            }));
            out.number(u32::from(view.entry));
            out.0.push(u8::from(view.dim));
            out.number(view.hidden.0);
            out.number(view.hidden.1);
            for text in [&view.name, &view.schema, &view.title, &view.sub] {
                out.text(text);
            }
            out.0.push(u8::from(view.counts.is_some()));
            for count in view.counts.iter().flatten() {
                out.number(*count);
            }
            out.number(view.columns.len() as u32);
            for column in &view.columns {
                out.text(column);
            }
        }
        out.number(self.joints.len() as u32);
        for joint in &self.joints {
            out.number(joint.from);
            out.number(joint.source);
            out.decimals(&joint.line);
        }
        out.number(self.arrivals.len() as u32);
        for arrival in &self.arrivals {
            out.number(arrival.from);
            out.number(arrival.source);
            out.number(arrival.to);
            out.0
                .push(u8::from(arrival.backwards) + 2 * u8::from(arrival.cut));
        }
        out.number(self.strips.len() as u32);
        for strip in &self.strips {
            out.decimals(&strip.frame);
            out.text(&strip.key);
            out.text(&strip.title);
            out.number(strip.count);
        }
        out.number(self.threads.len() as u32);
        for thread in &self.threads {
            thread.iter().for_each(|number| out.number(*number));
        }
        out.0
    }

    /// From bytes; `None` when they are no scene. Whatever points at something points at what is there.
    pub fn unpack(bytes: &[u8]) -> Option<Self> {
        let mut from = Unpacker(bytes);
        if from.number()? != FORM {
            return None;
        }
        let [width, height] = from.decimals()?;
        let mut scene = Self {
            size: (width, height),
            ..Self::default()
        };
        let boxes = from.number()?;
        for _ in 0..boxes {
            let frame = from.decimals()?;
            let status = *Status::ALL.get(from.byte()? as usize)?;
            let category = match from.byte()? {
                0 => None,
                code => Some(Category {
                    glyph: *GLYPHS.get((code as usize - 1) / 2)?,
                    inherited: (code - 1) % 2 == 1,
                }),
            };
            let entry = u16::try_from(from.number()?).ok()?;
            let dim = from.byte()? != 0;
            let hidden = (from.number()?, from.number()?);
            let (name, schema, title, sub) = (from.text()?, from.text()?, from.text()?, from.text()?);
            let counts = match from.byte()? {
                0 => None,
                _ => {
                    let mut counts = [0; 6];
                    for count in &mut counts {
                        *count = from.number()?;
                    }
                    Some(counts)
                }
            };
            let mut columns = Vec::new();
            for _ in 0..from.number()? {
                columns.push(from.text()?);
            }
            scene.boxes.push(BoxView {
                frame,
                status,
                category,
                entry,
                dim,
                hidden,
                name,
                schema,
                title,
                sub,
                counts,
                columns,
            });
        }
        for index in 0..from.number()? {
            let joint = JointView {
                from: from.number()?,
                source: from.number()?,
                line: from.decimals()?,
            };
            if joint.from >= boxes + index || joint.source >= boxes {
                return None;
            }
            scene.joints.push(joint);
        }
        let vertices = boxes + scene.joints.len() as u32;
        for _ in 0..from.number()? {
            let (start, source, to, flags) = (from.number()?, from.number()?, from.number()?, from.byte()?);
            if start >= vertices || source >= boxes || to >= boxes {
                return None;
            }
            scene.arrivals.push(ArrivalView {
                from: start,
                source,
                to,
                backwards: flags & 1 != 0,
                cut: flags & 2 != 0,
            });
        }
        for _ in 0..from.number()? {
            scene.strips.push(StripView {
                frame: from.decimals()?,
                key: from.text()?,
                title: from.text()?,
                count: from.number()?,
            });
        }
        for _ in 0..from.number()? {
            let thread = [from.number()?, from.number()?, from.number()?, from.number()?];
            let has = |index: u32, column: u32| {
                let found = scene.boxes.get(index as usize);
                found.is_some_and(|found| (column as usize) < found.columns.len())
            };
            if !has(thread[0], thread[1]) || !has(thread[2], thread[3]) {
                return None;
            }
            scene.threads.push(thread);
        }
        from.0.is_empty().then_some(scene)
    }
}

const GLYPHS: [Glyph; 5] = [
    Glyph::Breaking,
    Glyph::NonBreaking,
    Glyph::ForwardOnly,
    Glyph::Metadata,
    Glyph::Undecided,
];

struct Packer(Vec<u8>);

impl Packer {
    fn number(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn decimals(&mut self, decimals: &[f32]) {
        for decimal in decimals {
            self.0.extend_from_slice(&decimal.to_le_bytes());
        }
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.0.extend_from_slice(text.as_bytes());
    }
}

struct Unpacker<'a>(&'a [u8]);

impl Unpacker<'_> {
    fn four(&mut self) -> Option<[u8; 4]> {
        let (four, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(*four)
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u32> {
        self.four().map(u32::from_le_bytes)
    }

    fn decimals<const N: usize>(&mut self) -> Option<[f32; N]> {
        let mut decimals = [0.0; N];
        for decimal in &mut decimals {
            *decimal = self
                .four()
                .map(f32::from_le_bytes)
                .filter(|found| found.is_finite())?;
        }
        Some(decimals)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()? as usize;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests;
