//! The whole drawing as SVG text, in the colours of the current theme.

use std::fmt::Write;

use super::drawing::Drawing;
use super::paint::{Looks, shorten};
use crate::messages::Status;
use crate::messages::lineage::{BoxView, ink_of};

/// Writes it. `title` is said to people who cannot see it.
pub fn write(drawing: &Drawing, looks: &Looks, title: &str) -> String {
    let [left, top, right, bottom] = drawing.whole();
    let air = 24.0;
    let (width, height) = (right - left + 2.0 * air, bottom - top + 2.0 * air);
    let mut out = String::with_capacity(400 * drawing.scene.boxes.len() + 100 * drawing.scene.arrivals.len());
    // Writing into a string cannot fail.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"{} {} {width} {height}\" \
         role=\"img\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"100%\" height=\"100%\" fill=\"{}\"/>",
        left - air,
        top - air,
        escape(title),
        left - air,
        top - air,
        escape(&looks.inks.canvas)
    );
    for strip in &drawing.scene.strips {
        let [left, top, right, bottom] = strip.frame;
        let _ = write!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{}\" stroke=\"{}\"/>\
             <text x=\"{}\" y=\"{}\" font-family=\"sans-serif\" font-size=\"12\" font-weight=\"600\" fill=\"{}\">{}</text>",
            right - left,
            bottom - top,
            escape(&looks.inks.surface),
            escape(&looks.inks.line_2),
            left + 10.0,
            top + 17.0,
            escape(&looks.inks.ink_2),
            escape(&strip.title)
        );
    }
    if drawing.scene.threads.is_empty() {
        wires(&mut out, drawing, looks);
    }
    for [from, from_column, to, to_column] in &drawing.scene.threads {
        let path = curve(
            drawing.column(*from, *from_column).1,
            drawing.column(*to, *to_column).0,
        );
        let _ = write!(
            out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>",
            escape(&looks.inks.focus)
        );
    }
    for view in &drawing.scene.boxes {
        one_box(&mut out, view, looks);
    }
    out.push_str("</svg>\n");
    out
}

fn curve((x, y): (f64, f64), (to_x, to_y): (f64, f64)) -> String {
    let middle = (x + to_x) / 2.0;
    if y == to_y {
        format!("M{x} {y}H{to_x}")
    } else {
        format!("M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}")
    }
}

fn wires(out: &mut String, drawing: &Drawing, looks: &Looks) {
    let _ = write!(
        out,
        "<g fill=\"none\" stroke=\"{}\" stroke-width=\"1.25\">",
        escape(&looks.inks.wire)
    );
    for joint in &drawing.scene.joints {
        let path = curve(drawing.exit(joint.from), joint.start());
        let _ = write!(out, "<path d=\"{path}H{}\"/>", joint.line[1]);
    }
    for arrival in &drawing.scene.arrivals {
        let path = curve(drawing.exit(arrival.from), drawing.entrance(arrival.to));
        let dashes = match (arrival.cut, arrival.backwards) {
            (true, _) => format!(
                " stroke=\"{}\" stroke-dasharray=\"5 4\"",
                escape(looks.inks.shape(ink_of(Status::Removed)))
            ),
            (false, true) => " stroke-dasharray=\"5 4\"".to_string(),
            _ => String::new(),
        };
        let _ = write!(out, "<path d=\"{path}\"{dashes}/>");
    }
    out.push_str("</g>");
}

fn one_box(out: &mut String, view: &BoxView, looks: &Looks) {
    let [x, y, width, height] = view.frame.map(f64::from);
    let inks = &looks.inks;
    let shape = inks.shape(ink_of(view.status));
    let (stroke, weight, dashes) = match view.status {
        Status::Added | Status::Direct => (shape, 2.0, ""),
        Status::Removed => (shape, 1.5, " stroke-dasharray=\"4 3\""),
        Status::Indirect => (shape, 1.25, ""),
        Status::Metadata => (shape, 1.5, " stroke-dasharray=\"1.5 3\""),
        Status::Unchanged if view.dim => (inks.line.as_str(), 1.0, ""),
        Status::Unchanged => (inks.line_2.as_str(), 1.0, ""),
    };
    let _ = write!(
        out,
        "<g><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"5\" fill=\"{}\" \
         stroke=\"{}\" stroke-width=\"{weight}\"{dashes}/>",
        escape(&format!("{}: {}", view.display(), view.status.title())),
        escape(if view.dim { &inks.canvas } else { &inks.surface }),
        escape(stroke),
    );
    if looks.by_lens {
        let _ = write!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"4\" height=\"{}\" rx=\"2\" fill=\"{}\"/>",
            x + 1.0,
            y + 3.0,
            height - 6.0,
            escape(inks.shape(looks.ink(view)))
        );
    }
    let (middle, center) = (x + 17.0, y + 19.0);
    let text = match view.status {
        Status::Added => {
            let _ = write!(
                out,
                "<path d=\"M{} {}h10v4h4v10h-4v4h-10v-4h-4v-10h4z\" fill=\"{}\"/>",
                x + 12.0,
                y + 10.0,
                escape(shape)
            );
            inks.on_shape.as_str()
        }
        Status::Direct => {
            let _ = write!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"18\" height=\"18\" rx=\"3\" fill=\"{}\"/>",
                x + 8.0,
                y + 10.0,
                escape(shape)
            );
            inks.on_shape.as_str()
        }
        Status::Removed => {
            let _ = write!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"16\" height=\"16\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\" stroke-dasharray=\"3 2\"/>",
                x + 9.0,
                y + 11.0,
                escape(shape)
            );
            inks.text(ink_of(view.status))
        }
        Status::Indirect => {
            let _ = write!(
                out,
                "<circle cx=\"{middle}\" cy=\"{center}\" r=\"8.2\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>",
                escape(shape)
            );
            inks.text(ink_of(view.status))
        }
        Status::Metadata => {
            let _ = write!(
                out,
                "<circle cx=\"{middle}\" cy=\"{center}\" r=\"7\" fill=\"{}\"/>",
                escape(shape)
            );
            inks.on_shape.as_str()
        }
        Status::Unchanged => inks.ink_3.as_str(),
    };
    let _ = write!(
        out,
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\" font-family=\"sans-serif\" font-size=\"10.5\" font-weight=\"700\" fill=\"{}\">{}</text>",
        center + 3.8,
        escape(text),
        view.status.letter()
    );
    let (schema, title) = shorten(
        &view.schema,
        &view.title,
        ((width - 43.0) / 6.65).floor() as usize,
    );
    let gone = if view.status == Status::Removed {
        " text-decoration=\"line-through\""
    } else {
        ""
    };
    let _ = write!(
        out,
        "<text x=\"{}\" y=\"{}\" font-family=\"monospace\" font-size=\"11\" fill=\"{}\"{gone}><tspan fill=\"{}\">{}</tspan>{}</text>\
         <text x=\"{}\" y=\"{}\" font-family=\"sans-serif\" font-size=\"10.5\" fill=\"{}\">{}</text>",
        x + 33.0,
        y + 16.0,
        escape(if view.dim { &inks.ink_3 } else { &inks.ink }),
        escape(&inks.ink_3),
        escape(&schema),
        escape(&title),
        x + 33.0,
        y + 30.0,
        escape(if view.dim { &inks.ink_3 } else { &inks.ink_2 }),
        escape(&view.sub)
    );
    for (index, column) in view.columns.iter().enumerate() {
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\" font-family=\"monospace\" font-size=\"11\" fill=\"{}\">{}</text>",
            x + 14.0,
            y + 51.0 + index as f64 * 18.0,
            escape(&inks.ink),
            escape(column)
        );
    }
    out.push_str("</g>");
}

/// Text that means only itself in SVG. Characters that XML does not know are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::lineage::{ArrivalView, Scene};

    #[test]
    fn names_are_text_and_every_box_and_edge_is_there() {
        let one = |title: &str, x: f32, status: Status| BoxView {
            frame: [x, 0.0, 184.0, 38.0],
            status,
            name: title.to_string(),
            title: title.to_string(),
            ..BoxView::default()
        };
        let drawing = Drawing::new(Scene {
            size: (500.0, 38.0),
            boxes: vec![
                one("<script>&\u{1}", 0.0, Status::Added),
                one("b", 300.0, Status::Removed),
            ],
            arrivals: vec![ArrivalView {
                from: 0,
                source: 0,
                to: 1,
                cut: true,
                ..ArrivalView::default()
            }],
            ..Scene::default()
        });
        let svg = write(&drawing, &Looks::default(), "two models");
        assert!(!svg.contains("<script>"));
        assert!(svg.contains("&lt;script&gt;&amp;<"));
        assert_eq!(svg.matches("<g><title>").count(), 2);
        assert!(svg.contains("d=\"M184 19H300\""));
        assert!(svg.contains("viewBox=\"-24 -24 548 86\""));
    }
}
