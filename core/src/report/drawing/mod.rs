//! The models of a project drawn as a graph: SVG, a page that holds it, Mermaid.
//!
//! In: the entries of a catalog. Out: text in which every name is escaped. A table that is read but not among the
//! entries gets a box of its own, with a dashed edge. The page needs nothing but itself.

mod mermaid;

use std::fmt::Write;

use super::catalog::CatalogEntry;
use crate::layout::{Chart, Placed, place};
use crate::ordered::BTreeMap;

pub use mermaid::mermaid;

const HEIGHT: f64 = 40.0;
const AIR: f64 = 24.0;
/// Longest name that is shown whole, in characters.
const LONGEST: usize = 48;

/// A graph: boxes, and edges from what is read to what reads it.
struct Graph<'e> {
    boxes: Vec<Shown<'e>>,
    edges: Vec<(u32, u32)>,
}

struct Shown<'e> {
    name: &'e str,
    /// `None` for a table that is not among the models.
    entry: Option<&'e CatalogEntry>,
}

impl<'e> Graph<'e> {
    /// Reads the edges off the entries. With `outside`, tables that no entry stands for are boxes, too.
    fn new(entries: &'e [CatalogEntry], outside: bool) -> Self {
        let mut boxes: Vec<Shown<'e>> = entries
            .iter()
            .map(|entry| Shown {
                name: &entry.name,
                entry: Some(entry),
            })
            .collect();
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        for (number, shown) in (0..).zip(&boxes) {
            numbers.insert(shown.name, number);
        }
        let mut edges = Vec::new();
        for (number, entry) in (0..).zip(entries) {
            for parent in &entry.depends_on {
                let known = numbers.get(parent.as_str()).copied();
                let from = match known {
                    Some(from) => from,
                    None if outside => {
                        let from = u32::try_from(boxes.len()).unwrap_or(u32::MAX);
                        numbers.insert(parent, from);
                        boxes.push(Shown {
                            name: parent,
                            entry: None,
                        });
                        from
                    }
                    None => continue,
                };
                edges.push((from, number));
            }
        }
        Self { boxes, edges }
    }
}

impl Shown<'_> {
    /// The name as it fits into a box.
    fn label(&self) -> String {
        let count = self.name.chars().count();
        if count <= LONGEST {
            return self.name.to_string();
        }
        let end: String = self.name.chars().skip(count - LONGEST + 1).collect();
        format!("…{end}")
    }

    /// What stands below the name.
    fn facts(&self) -> String {
        let Some(entry) = self.entry else {
            return "not in this project".to_string();
        };
        let owner = entry.owner.as_deref().filter(|owner| !owner.is_empty());
        match owner {
            Some(owner) => format!("{} · {owner}", entry.kind),
            None => entry.kind.clone(),
        }
    }

    fn width(&self) -> f64 {
        let name = self.label().chars().count() as f64 * 7.4;
        let facts = self.facts().chars().count() as f64 * 6.2;
        (name.max(facts) + 24.0).round()
    }
}

/// The graph as SVG. Colours follow the viewer's setting, light or dark.
pub fn svg(entries: &[CatalogEntry], title: &str) -> String {
    let graph = Graph::new(entries, true);
    let placed = place(&Chart {
        boxes: graph.boxes.iter().map(|shown| (shown.width(), HEIGHT)).collect(),
        edges: graph.edges.clone(),
        ..Chart::default()
    });
    let (width, height) = (placed.size.0 + 2.0 * AIR, placed.size.1 + 2.0 * AIR);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"{left} {left} {width} {height}\" role=\"img\"><title>{title}</title><style>{STYLE}</style>\
         <rect class=\"ground\" x=\"{left}\" y=\"{left}\" width=\"100%\" height=\"100%\"/>",
        left = -AIR,
        title = escape(title),
    );
    wires(&mut out, &placed);
    for (number, (shown, frame)) in graph.boxes.iter().zip(&placed.boxes).enumerate() {
        one_box(&mut out, number, shown, *frame);
    }
    out.push_str("</svg>\n");
    out
}

const STYLE: &str = include_str!("style.css");

/// The graph as a page: it is moved by dragging, enlarged with the wheel, and searched.
pub fn page(entries: &[CatalogEntry], title: &str) -> String {
    let count = match entries.len() {
        1 => "1 model".to_string(),
        count => format!("{count} models"),
    };
    include_str!("page.html")
        .replace("{{title}}", &escape(title))
        .replace("{{count}}", &count)
        .replace("{{script}}", include_str!("page.js"))
        .replace("{{graph}}", &svg(entries, title))
}

fn wires(out: &mut String, placed: &Placed) {
    let boxes = placed.boxes.len();
    let exit = |from: u32| match (from as usize).checked_sub(boxes) {
        None => placed
            .boxes
            .get(from as usize)
            .map_or((0.0, 0.0), |[x, y, width, height]| (x + width, y + height / 2.0)),
        Some(joint) => placed
            .joints
            .get(joint)
            .map_or((0.0, 0.0), |joint| (joint.right, joint.y)),
    };
    out.push_str("<g class=\"wires\">");
    // Writing into a string cannot fail.
    for joint in &placed.joints {
        let path = curve(exit(joint.from), (joint.left, joint.y));
        let _ = write!(
            out,
            "<path data-s=\"{}\" d=\"{path}H{}\"/>",
            joint.source, joint.right
        );
    }
    for arrival in &placed.arrivals {
        let [x, y, _, height] = placed.boxes.get(arrival.to as usize).copied().unwrap_or_default();
        let path = curve(exit(arrival.from), (x, y + height / 2.0));
        let _ = write!(
            out,
            "<path data-s=\"{}\" data-t=\"{}\" d=\"{path}\"{}/>",
            arrival.source,
            arrival.to,
            if arrival.backwards {
                " stroke-dasharray=\"5 4\""
            } else {
                ""
            }
        );
    }
    out.push_str("</g>");
}

fn curve((x, y): (f64, f64), (to_x, to_y): (f64, f64)) -> String {
    let middle = (x + to_x) / 2.0;
    match (y - to_y).abs() < 0.5 {
        true => format!("M{x} {y}H{to_x}"),
        false => format!("M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"),
    }
}

fn one_box(out: &mut String, number: usize, shown: &Shown<'_>, [x, y, width, height]: [f64; 4]) {
    let about = match shown.entry {
        None => format!("{}: read, but not a model of this project", shown.name),
        Some(entry) => {
            let mut facts = vec![
                entry.name.clone(),
                format!("{}, {}", entry.kind, entry.cron),
                entry.path.clone(),
            ];
            facts.extend((!entry.tags.is_empty()).then(|| format!("tags: {}", entry.tags.join(", "))));
            facts.extend(entry.description.clone());
            facts.join("\n")
        }
    };
    let class = if shown.entry.is_some() {
        "model"
    } else {
        "model outside"
    };
    let _ = write!(
        out,
        "<g class=\"{class}\" data-n=\"{number}\"><title>{}</title>\
         <rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\
         <text class=\"name\" x=\"{left}\" y=\"{}\">{}</text><text class=\"facts\" x=\"{left}\" y=\"{}\">{}</text></g>",
        escape(&about),
        y + 17.0,
        escape(&shown.label()),
        y + 32.0,
        escape(&shown.facts()),
        left = x + 12.0,
    );
}

/// Text for SVG and HTML; without the control characters that XML forbids.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '{' => out.push_str("&#123;"),
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<CatalogEntry> {
        let entry = |name: &str, parents: &[&str]| CatalogEntry {
            name: name.to_string(),
            kind: "VIEW".to_string(),
            cron: "@daily".to_string(),
            depends_on: parents.iter().map(ToString::to_string).collect(),
            path: "models/x.sql".to_string(),
            ..CatalogEntry::default()
        };
        vec![
            entry("s.a", &["raw.<b>t"]),
            entry("s.b", &["s.a"]),
            entry("s.c", &["s.a", "s.b"]),
        ]
    }

    #[test]
    fn the_drawing_has_a_box_per_table_and_a_wire_per_edge() {
        let drawn = svg(&entries(), "A \"project\" </title>");
        assert_eq!(drawn.matches("class=\"model").count(), 4);
        assert_eq!(drawn.matches("class=\"model outside\"").count(), 1);
        assert_eq!(drawn.matches("data-t=").count(), 4);
        assert!(drawn.contains("raw.&lt;b&gt;t") && !drawn.contains("<b>"));
        assert!(drawn.contains("<title>A &quot;project&quot; &lt;/title&gt;</title>"));
    }

    #[test]
    fn the_page_is_whole_and_asks_for_nothing() {
        let page = page(&entries(), "{{graph}}");
        assert!(page.contains("3 models") && page.contains("<svg"));
        assert!(!page.contains("{{"));
        let outside = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.contains("http:") && !outside.contains("https:") && !outside.contains("src="));
    }
}
