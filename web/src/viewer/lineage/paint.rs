//! Painting boxes and wires onto a canvas, with as much detail as the scale allows.
//!
//! Near: name, badge and second line. Middle: letter and title. Far: a shape that differs by status, so that nothing
//! depends on colour alone until boxes are a few pixels high.

use std::f64::consts::PI;

use js_sys::Array;
use web_sys::CanvasRenderingContext2d as Context;

use super::drawing::Drawing;
use super::inks::Inks;
use crate::messages::lineage::{BoxView, NO_INK, Thread, ink_of};
use crate::messages::rows::Status;

/// From this scale on boxes show everything.
pub const NEAR: f64 = 0.6;

/// From this scale on boxes show a letter and a title.
pub const MIDDLE: f64 = 0.3;

/// How things look apart from what they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Looks {
    /// Colours.
    pub inks: Inks,
    /// Width of a letter of the name font at 11 pixels.
    pub letter: f64,
    /// Colour of each entry of the legend.
    pub entries: Vec<u8>,
    /// Entries that are switched off.
    pub muted: Vec<bool>,
    /// Colours say something else than the status.
    pub by_lens: bool,
}

impl Looks {
    fn is_muted(&self, view: &BoxView) -> bool {
        self.muted.get(view.entry as usize).copied().unwrap_or(false)
    }

    /// The colour of a box seen through the lens.
    pub fn ink(&self, view: &BoxView) -> u8 {
        if self.by_lens {
            self.entries.get(view.entry as usize).copied().unwrap_or(NO_INK)
        } else {
            ink_of(view.status)
        }
    }
}

fn dash(ctx: &Context, lengths: &[f64]) {
    let list: Array = lengths
        .iter()
        .map(|length| wasm_bindgen::JsValue::from(*length))
        .collect();
    // Only lengths that are no numbers are refused.
    let _ = ctx.set_line_dash(&list);
}

/// Adds one wire to the current path.
fn wire(ctx: &Context, (x, y): (f64, f64), (to_x, to_y): (f64, f64), straight: bool) {
    ctx.move_to(x, y);
    if straight || y == to_y {
        ctx.line_to(to_x, to_y);
    } else {
        let middle = (x + to_x) / 2.0;
        ctx.bezier_curve_to(middle, y, middle, to_y, to_x, to_y);
    }
}

/// Adds a joint to the current path.
pub fn joint(ctx: &Context, drawing: &Drawing, number: u32, straight: bool) {
    if let Some(joint) = drawing.scene.joints.get(number as usize) {
        wire(ctx, drawing.exit(joint.from), joint.start(), straight);
        ctx.line_to(f64::from(joint.line[1]), f64::from(joint.line[2]));
    }
}

/// Adds an arrival to the current path.
pub fn arrival(ctx: &Context, drawing: &Drawing, number: u32, straight: bool) {
    if let Some(arrival) = drawing.scene.arrivals.get(number as usize) {
        wire(
            ctx,
            drawing.exit(arrival.from),
            drawing.entrance(arrival.to),
            straight,
        );
    }
}

/// Paints wires; those of what was removed, and those that run backwards, are dashed.
pub fn wires(ctx: &Context, drawing: &Drawing, looks: &Looks, joints: &[u32], arrivals: &[u32], scale: f64) {
    if !drawing.scene.threads.is_empty() {
        // Edges between columns say more than edges between models.
        return;
    }
    let straight = scale < 0.22;
    // The more there is in view, the paler is each wire.
    ctx.set_global_alpha((scale * 2.5).clamp(0.18, 1.0));
    ctx.set_line_width((0.8 / scale).max(1.25));
    ctx.set_stroke_style_str(&looks.inks.wire);
    ctx.begin_path();
    for number in joints {
        joint(ctx, drawing, *number, straight);
    }
    let dashed = |number: &&u32| {
        let found = drawing.scene.arrivals.get(**number as usize);
        found.is_some_and(|arrival| arrival.cut || arrival.backwards)
    };
    for number in arrivals.iter().filter(|number| !dashed(number)) {
        arrival(ctx, drawing, *number, straight);
    }
    ctx.stroke();
    let mut rest = arrivals.iter().filter(dashed).peekable();
    if rest.peek().is_some() {
        dash(ctx, &[5.0, 4.0]);
        for number in rest {
            let cut = drawing
                .scene
                .arrivals
                .get(*number as usize)
                .is_some_and(|arrival| arrival.cut);
            ctx.set_stroke_style_str(if cut {
                looks.inks.shape(ink_of(Status::Removed))
            } else {
                &looks.inks.ink_2
            });
            ctx.begin_path();
            arrival(ctx, drawing, *number, straight);
            ctx.stroke();
        }
        dash(ctx, &[]);
    }
    ctx.set_global_alpha(1.0);
}

/// Paints what is below wires and boxes.
pub fn ground(ctx: &Context, drawing: &Drawing, looks: &Looks, scale: f64) {
    strips(ctx, drawing, looks, scale);
    for edge in &drawing.scene.threads {
        thread(ctx, drawing, looks, edge, scale);
    }
}

/// Paints an edge between two columns.
fn thread(ctx: &Context, drawing: &Drawing, looks: &Looks, thread: &Thread, scale: f64) {
    let [from, from_column, to, to_column] = *thread;
    let ((x, y), (to_x, to_y)) = (
        drawing.column(from, from_column).1,
        drawing.column(to, to_column).0,
    );
    ctx.set_stroke_style_str(&looks.inks.focus);
    ctx.set_line_width((1.0 / scale).max(1.5));
    ctx.begin_path();
    wire(ctx, (x, y), (to_x, to_y), false);
    ctx.stroke();
}

/// Paints the strips of open groups.
fn strips(ctx: &Context, drawing: &Drawing, looks: &Looks, scale: f64) {
    for strip in &drawing.scene.strips {
        let [left, top, right, bottom] = strip.frame.map(f64::from);
        ctx.set_fill_style_str(&looks.inks.surface);
        ctx.set_stroke_style_str(&looks.inks.line_2);
        ctx.set_line_width((1.0 / scale).max(1.0));
        rounded(ctx, left, top, right - left, bottom - top, 8.0);
        ctx.fill();
        ctx.stroke();
        if scale >= MIDDLE {
            ctx.set_fill_style_str(&looks.inks.ink_2);
            ctx.set_font(&format!(
                "600 {}px {}",
                (12.0f64).max(9.0 / scale).min(20.0),
                looks.inks.sans
            ));
            let words = format!("− {}   {}", strip.title, strip.count);
            let _ = ctx.fill_text(&words, left + 10.0, top + 17.0);
        }
    }
}

fn rounded(ctx: &Context, x: f64, y: f64, width: f64, height: f64, radius: f64) {
    ctx.begin_path();
    // Fails only for radii below zero.
    let _ = ctx.round_rect_with_f64(x, y, width, height, radius);
}

/// Paints a box.
pub fn one_box(ctx: &Context, view: &BoxView, looks: &Looks, scale: f64) {
    let muted = looks.is_muted(view);
    if muted {
        ctx.set_global_alpha(0.2);
    }
    if scale >= NEAR {
        near(ctx, view, looks);
    } else if scale >= MIDDLE {
        middle(ctx, view, looks, scale);
    } else {
        far(ctx, view, looks, scale);
    }
    if muted {
        ctx.set_global_alpha(1.0);
    }
}

fn outline(ctx: &Context, view: &BoxView, looks: &Looks, thin: f64) {
    let inks = &looks.inks;
    let shape = inks.shape(ink_of(view.status));
    let (colour, width, dashes): (&str, f64, &[f64]) = match view.status {
        Status::Added | Status::Direct => (shape, 2.0, &[]),
        Status::Removed => (shape, 1.5, &[4.0, 3.0]),
        Status::Indirect => (shape, 1.25, &[]),
        Status::Metadata => (shape, 1.5, &[1.5, 3.0]),
        Status::Unchanged if view.dim => (&inks.line, 1.0, &[]),
        Status::Unchanged => (&inks.line_2, 1.0, &[]),
    };
    ctx.set_stroke_style_str(colour);
    ctx.set_line_width(width.max(thin));
    if dashes.is_empty() {
        ctx.stroke();
    } else {
        dash(ctx, dashes);
        ctx.stroke();
        dash(ctx, &[]);
    }
}

fn near(ctx: &Context, view: &BoxView, looks: &Looks) {
    let [x, y, width, height] = view.frame.map(f64::from);
    let inks = &looks.inks;
    if view.is_group() {
        // A second sheet behind it: there is more inside.
        rounded(ctx, x + 4.0, y + 4.0, width, height, 5.0);
        ctx.set_fill_style_str(&inks.surface);
        ctx.fill();
        outline(ctx, view, looks, 1.0);
    }
    rounded(ctx, x, y, width, height, 5.0);
    ctx.set_fill_style_str(if view.dim { &inks.canvas } else { &inks.surface });
    ctx.fill();
    outline(ctx, view, looks, 1.0);
    if looks.by_lens {
        ctx.set_fill_style_str(inks.shape(looks.ink(view)));
        rounded(ctx, x + 1.0, y + 3.0, 4.0, height - 6.0, 2.0);
        ctx.fill();
    }
    badge(ctx, view.status, x + 8.0, y + 10.0, 1.0, looks);

    let room = ((width - 43.0) / looks.letter).floor() as usize;
    let (schema, title) = shorten(&view.schema, &view.title, room);
    ctx.set_font(&format!("11px {}", inks.mono));
    ctx.set_fill_style_str(&inks.ink_3);
    let left = x + 33.0;
    let split = left + schema.chars().count() as f64 * looks.letter;
    if !schema.is_empty() {
        let _ = ctx.fill_text(&schema, left, y + 16.0);
    }
    if !view.dim {
        ctx.set_fill_style_str(&inks.ink);
    }
    let _ = ctx.fill_text(&title, split, y + 16.0);
    if view.status == Status::Removed && !view.is_group() {
        ctx.set_fill_style_str(inks.shape(ink_of(Status::Removed)));
        ctx.fill_rect(
            left,
            y + 12.0,
            split - left + title.chars().count() as f64 * looks.letter,
            1.0,
        );
    }
    ctx.set_fill_style_str(if view.dim { &inks.ink_3 } else { &inks.ink_2 });
    ctx.set_font(&format!("10.5px {}", inks.sans));
    let _ = ctx.fill_text_with_max_width(&view.sub, left, y + 30.0, width - 40.0);
    if let Some(counts) = &view.counts {
        let mut at = left + view.sub.chars().count() as f64 * 5.8 + 8.0;
        for (status, count) in Status::ALL.iter().zip(counts).filter(|(_, count)| **count > 0) {
            badge(ctx, *status, at, y + 20.5, 0.7, looks);
            ctx.set_fill_style_str(&inks.ink_2);
            ctx.set_font(&format!("10.5px {}", inks.sans));
            let _ = ctx.fill_text(&count.to_string(), at + 15.0, y + 30.0);
            at += 34.0;
        }
    }
    if !view.columns.is_empty() {
        ctx.set_fill_style_str(&inks.line);
        ctx.fill_rect(x + 1.0, y + 37.0, width - 2.0, 1.0);
        ctx.set_font(&format!("11px {}", inks.mono));
        ctx.set_fill_style_str(&inks.ink);
        for (index, column) in view.columns.iter().enumerate() {
            let _ = ctx.fill_text_with_max_width(
                column,
                x + 14.0,
                y + 38.0 + index as f64 * 18.0 + 13.0,
                width - 24.0,
            );
        }
    }
    ctx.set_font(&format!("9px {}", inks.sans));
    ctx.set_fill_style_str(&inks.ink_3);
    if view.hidden.0 > 0 {
        ctx.set_text_align("right");
        let _ = ctx.fill_text(&format!("+{}", view.hidden.0), x - 4.0, y + height - 1.0);
        ctx.set_text_align("left");
    }
    if view.hidden.1 > 0 {
        let _ = ctx.fill_text(&format!("+{}", view.hidden.1), x + width + 4.0, y + height - 1.0);
    }
}

/// The letter of a status in its shape, 18 pixels high.
fn badge(ctx: &Context, status: Status, x: f64, y: f64, scale: f64, looks: &Looks) {
    let inks = &looks.inks;
    let number = ink_of(status);
    let side = 18.0 * scale;
    let (middle, center) = (x + side / 2.0, y + side / 2.0);
    ctx.set_fill_style_str(inks.shape(number));
    ctx.set_stroke_style_str(inks.shape(number));
    ctx.set_line_width(1.5 * scale);
    match status {
        Status::Added => {
            let (from, to) = (0.22 * side, 0.78 * side);
            ctx.fill_rect(x + from, y, to - from, side);
            ctx.fill_rect(x, y + from, side, to - from);
        }
        Status::Removed => {
            dash(ctx, &[3.0 * scale, 2.0 * scale]);
            ctx.stroke_rect(x + 1.0, y + 1.0, side - 2.0, side - 2.0);
            dash(ctx, &[]);
        }
        Status::Direct => {
            rounded(ctx, x, y, side, side, 3.0 * scale);
            ctx.fill();
        }
        Status::Indirect | Status::Metadata => {
            let radius = if status == Status::Indirect { 8.2 } else { 7.0 };
            ctx.begin_path();
            // Fails only for a radius below zero.
            let _ = ctx.arc(middle, center, radius * scale, 0.0, 2.0 * PI);
            if status == Status::Indirect {
                ctx.stroke();
            } else {
                ctx.fill();
            }
        }
        Status::Unchanged => {}
    }
    ctx.set_fill_style_str(match status {
        Status::Added | Status::Direct | Status::Metadata => &inks.on_shape,
        Status::Unchanged => &inks.ink_3,
        _ => inks.text(number),
    });
    let size = if matches!(status, Status::Metadata | Status::Indirect) {
        10.0
    } else {
        11.0
    };
    ctx.set_font(&format!("700 {}px {}", size * scale, inks.sans));
    ctx.set_text_align("center");
    let _ = ctx.fill_text(status.letter(), middle, center + 3.8 * scale);
    ctx.set_text_align("left");
}

fn middle(ctx: &Context, view: &BoxView, looks: &Looks, scale: f64) {
    let [x, y, width, height] = view.frame.map(f64::from);
    let inks = &looks.inks;
    rounded(ctx, x, y, width, height, 5.0);
    ctx.set_fill_style_str(if view.dim { &inks.canvas } else { &inks.surface });
    ctx.fill();
    outline(ctx, view, looks, 1.0 / scale);
    let size = (9.5 / scale).min(26.0);
    let base = y + 19.0 + size * 0.36;
    let head = size * 1.25;
    let number = looks.ink(view);
    let filled = !view.dim && view.status != Status::Removed;
    if filled {
        ctx.set_fill_style_str(inks.shape(number));
        rounded(ctx, x, y, head, height, 5.0);
        ctx.fill();
    }
    ctx.set_font(&format!("700 {size}px {}", inks.sans));
    ctx.set_text_align("center");
    ctx.set_fill_style_str(if filled { &inks.on_shape } else { inks.text(number) });
    let _ = ctx.fill_text(view.status.letter(), x + head / 2.0, base);
    ctx.set_text_align("left");
    ctx.set_font(&format!("{size}px {}", inks.mono));
    ctx.set_fill_style_str(if view.dim { &inks.ink_3 } else { &inks.ink });
    let letter = looks.letter * size / 11.0;
    let room = ((width - head - 12.0) / letter).floor().max(1.0) as usize;
    let (_, title) = shorten("", &view.title, room);
    let _ = ctx.fill_text(&title, x + head + 6.0, base);
}

fn far(ctx: &Context, view: &BoxView, looks: &Looks, scale: f64) {
    let [x, y, width, height] = view.frame.map(f64::from);
    let least = 1.6 / scale;
    let (width, height) = (width.max(least), height.max(least));
    let inks = &looks.inks;
    let colour = match (looks.by_lens, view.dim) {
        (false, true) => &inks.line_2,
        _ => inks.shape(looks.ink(view)),
    };
    // The less it matters, the flatter it is; what is removed is hollow.
    let share = match view.status {
        _ if looks.by_lens => 0.8,
        Status::Added | Status::Direct => 1.0,
        Status::Removed if height * scale > 5.0 => {
            ctx.set_stroke_style_str(colour);
            ctx.set_line_width(1.5 / scale);
            ctx.stroke_rect(x, y, width, height);
            return;
        }
        Status::Removed | Status::Indirect => 0.7,
        Status::Metadata => 0.4,
        Status::Unchanged => 0.5,
    };
    ctx.set_fill_style_str(colour);
    ctx.fill_rect(
        x,
        y + height * (1.0 - share) / 2.0,
        width,
        (height * share).max(least.min(height)),
    );
}

/// Schema and title in a number of letters: the schema gives way first, then the middle of the title.
pub fn shorten(schema: &str, title: &str, room: usize) -> (String, String) {
    let (before, after) = (schema.chars().count(), title.chars().count());
    if before + after <= room {
        return (schema.to_string(), title.to_string());
    }
    if after + 2 <= room {
        let kept: String = schema.chars().take(room - after - 1).collect();
        return (format!("{kept}…"), title.to_string());
    }
    if after <= room {
        return (String::new(), title.to_string());
    }
    let room = room.max(3) - 1;
    let (head, tail) = (room.div_ceil(2), room / 2);
    let start: String = title.chars().take(head).collect();
    let end: String = title.chars().skip(after - tail).collect();
    (String::new(), format!("{start}…{end}"))
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn names_give_way_from_the_left_and_then_in_the_middle() {
        let short = |room| {
            let (schema, title) = shorten("warehouse.", "daily_revenue", room);
            format!("{schema}{title}")
        };
        assert_eq!(short(23), "warehouse.daily_revenue");
        assert_eq!(short(20), "wareho…daily_revenue");
        assert_eq!(short(13), "daily_revenue");
        assert_eq!(short(8), "dail…nue");
        assert_eq!(short(0), "d…e");
    }
}
