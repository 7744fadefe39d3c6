//! Colours and fonts of the page, as the style sheet says them for the current theme.

use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::messages::Status;
use crate::messages::lineage::{FIRST_NUMBERED_INK, FORWARD_INK, NUMBERED_INKS, ink_of};

/// Colours as CSS writes them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inks {
    /// Ground of the drawing.
    pub canvas: String,
    /// Ground of boxes.
    pub surface: String,
    /// Ground of a selected box.
    pub selected: String,
    /// Hairlines.
    pub line: String,
    /// Edges of boxes and wires without status.
    pub line_2: String,
    /// Wires.
    pub wire: String,
    /// Text.
    pub ink: String,
    /// Secondary text.
    pub ink_2: String,
    /// Text of context.
    pub ink_3: String,
    /// Text on shapes.
    pub on_shape: String,
    /// Focus.
    pub focus: String,
    /// Shape and text colour by number.
    coded: Vec<(String, String)>,
    /// Font of names.
    pub mono: String,
    /// Font of everything else.
    pub sans: String,
}

impl Inks {
    /// Reads them. The element `#ink` is there for that: a colour is known once something has it.
    pub fn read() -> Self {
        let mut inks = Self::default();
        let probe = document().get_element_by_id("ink");
        let Some(probe) = probe.as_ref().and_then(|found| found.dyn_ref::<HtmlElement>()) else {
            return inks;
        };
        let computed = |property: &str, value: &str| -> String {
            let _ = probe.style().set_property(property, value);
            let style = window().get_computed_style(probe).ok().flatten();
            style
                .and_then(|style| style.get_property_value(property).ok())
                .unwrap_or_default()
        };
        let colour = |token: &str| computed("color", &format!("var(--{token})"));
        inks.canvas = colour("canvas");
        inks.surface = colour("surface");
        inks.selected = colour("selected");
        inks.line = colour("line");
        inks.line_2 = colour("line-2");
        inks.wire = colour("wire");
        inks.ink = colour("ink");
        inks.ink_2 = colour("ink-2");
        inks.ink_3 = colour("ink-3");
        inks.on_shape = colour("on-shape");
        inks.focus = colour("focus");
        for number in 0..FIRST_NUMBERED_INK + NUMBERED_INKS {
            let (shape, text) = tokens(number);
            inks.coded.push((colour(&shape), colour(&text)));
        }
        inks.mono = computed("font-family", "var(--mono)");
        inks.sans = computed("font-family", "var(--sans)");
        inks
    }

    /// Colour of a shape.
    pub fn shape(&self, number: u8) -> &str {
        self.coded
            .get(number as usize)
            .map_or(&self.ink_3, |(shape, _)| shape)
    }

    /// Colour of text that belongs to a shape.
    pub fn text(&self, number: u8) -> &str {
        self.coded
            .get(number as usize)
            .map_or(&self.ink_2, |(_, text)| text)
    }
}

/// Names of the tokens of a numbered colour, for shapes and for text.
pub fn tokens(number: u8) -> (String, String) {
    let same = |token: &str| (token.to_string(), token.to_string());
    let pair = |token: &str| (token.to_string(), format!("{token}-t"));
    match number {
        number if number == ink_of(Status::Direct) => pair("dir"),
        number if number == ink_of(Status::Added) => pair("add"),
        number if number == ink_of(Status::Removed) => pair("rem"),
        number if number == ink_of(Status::Indirect) => pair("ind"),
        number if number == ink_of(Status::Metadata) => same("meta"),
        FORWARD_INK => pair("fwd"),
        number if (FIRST_NUMBERED_INK..FIRST_NUMBERED_INK + NUMBERED_INKS).contains(&number) => {
            same(&format!("q{}", number - FIRST_NUMBERED_INK + 1))
        }
        _ => same("ink-3"),
    }
}
