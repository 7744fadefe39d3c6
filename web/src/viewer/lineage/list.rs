//! The list beside the drawing: the same boxes, for keyboard and screen reader, seen from the selected one.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::drawing::Drawing;
use crate::messages::Status;
use crate::messages::lineage::BoxView;
use crate::viewer::components::parts::{self, badge, name_of, number as digits};

/// Height of a line in pixels, as in the style sheet: lines are higher where fingers touch them.
fn line_height() -> f64 {
    let narrow = gloo::utils::window()
        .match_media("(max-width: 1000px)")
        .ok()
        .flatten();
    if narrow.is_some_and(|query| query.matches()) {
        36.0
    } else {
        28.0
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Title and number of boxes.
    Head(&'static str, usize),
    /// A box.
    Row(u32),
}

/// All boxes in groups: seen from one of them, or by status.
pub fn lines(drawing: &Drawing, selected: Option<u32>) -> Vec<Line> {
    let count = drawing.scene.boxes.len() as u32;
    let mut listed = vec![false; count as usize];
    let mut lines = Vec::new();
    let mut add = |title: &'static str, mut numbers: Vec<u32>| {
        numbers.retain(|number| listed.get(*number as usize) == Some(&false));
        for number in &numbers {
            listed[*number as usize] = true;
        }
        if !numbers.is_empty() {
            lines.push(Line::Head(title, numbers.len()));
            lines.extend(numbers.into_iter().map(Line::Row));
        }
    };
    let order = |mut numbers: Vec<u32>| {
        numbers.sort_by(|a, b| {
            let key = |number: &u32| {
                let view = drawing.get(*number);
                view.map(|view| (view.status, &view.schema, &view.title))
            };
            key(a).cmp(&key(b))
        });
        numbers
    };
    if let Some(selected) = selected.filter(|number| *number < count) {
        let all = |down: bool| {
            let reached = drawing.reach(selected, down);
            order((0..count).filter(|number| reached[*number as usize]).collect())
        };
        add("Parents", drawing.parents(selected));
        add("Selected", vec![selected]);
        add("Children", drawing.children(selected));
        add("Further upstream", all(false));
        add("Further downstream", all(true));
        add("Also shown", order((0..count).collect()));
    } else {
        for status in Status::ALL {
            let has = |number: &u32| drawing.get(*number).is_some_and(|view| view.status == status);
            add(status.title(), order((0..count).filter(has).collect()));
        }
    }
    lines
}

/// `1 parent, 2 children`
pub fn neighbours(drawing: &Drawing, number: u32) -> String {
    let and = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{} {many}", digits(count as u64)),
    };
    format!(
        "{}, {}",
        and(drawing.parents(number).len(), "parent", "parents"),
        and(drawing.children(number).len(), "child", "children")
    )
}

/// A box in words.
pub fn words(drawing: &Drawing, number: u32) -> String {
    let Some(view) = drawing.get(number) else {
        return String::new();
    };
    let mut words = format!("{}, {}", view.display(), view.status.title().to_lowercase());
    if let Some(category) = view.category {
        words.push_str(&format!(", {}", category.title().to_lowercase()));
    }
    if view.is_group() {
        words.push_str(&format!(", group of {}", view.sub));
    }
    words.push_str(", ");
    words.push_str(&neighbours(drawing, number));
    let hidden = view.hidden.0 + view.hidden.1;
    if hidden > 0 {
        words.push_str(&format!(", {hidden} more not drawn"));
    }
    words
}

/// Properties of [`NodeList`].
#[derive(Properties, PartialEq)]
pub struct NodeListProps {
    /// What is drawn.
    pub drawing: std::rc::Rc<Drawing>,
    /// The selected box.
    pub selected: Option<u32>,
    /// Hears which box is chosen.
    pub on_select: Callback<u32>,
    /// Hears which box is opened.
    pub on_open: Callback<u32>,
}

/// The list. Only lines in view are there; the option that has the focus always is.
#[component]
pub fn NodeList(props: &NodeListProps) -> Html {
    let node = use_node_ref();
    let height_of_line = line_height();
    let sight = use_state_eq(|| (0.0f64, 700.0f64));
    let lines = use_memo((props.drawing.clone(), props.selected), |(drawing, selected)| {
        lines(drawing, *selected)
    });
    let measure = {
        let (node, sight) = (node.clone(), sight.clone());
        Callback::from(move |()| {
            if let Some(element) = node.cast::<HtmlElement>() {
                let top = (f64::from(element.scroll_top()) / 112.0).floor() * 112.0;
                sight.set((top, f64::from(element.client_height())));
            }
        })
    };
    let place = lines
        .iter()
        .position(|line| matches!(line, Line::Row(number) if Some(*number) == props.selected));
    {
        let (node, measure) = (node.clone(), measure.clone());
        use_effect_with((place, lines.len()), move |(place, _)| {
            if let (Some(place), Some(element)) = (place, node.cast::<HtmlElement>()) {
                let (top, height) = (
                    f64::from(element.scroll_top()),
                    f64::from(element.client_height()),
                );
                let at = *place as f64 * height_of_line;
                if at < top + height_of_line || at + 2.0 * height_of_line > top + height {
                    element.set_scroll_top((at - height / 3.0).max(0.0) as i32);
                }
            }
            measure.emit(());
        });
    }
    let onkeydown = {
        let (lines, on_select, on_open, selected) = (
            lines.clone(),
            props.on_select.clone(),
            props.on_open.clone(),
            props.selected,
        );
        Callback::from(move |event: KeyboardEvent| {
            let rows: Vec<u32> = lines
                .iter()
                .filter_map(|line| match line {
                    Line::Row(number) => Some(*number),
                    Line::Head(..) => None,
                })
                .collect();
            let at = rows.iter().position(|number| Some(*number) == selected);
            let last = rows.len().saturating_sub(1);
            let next = match (event.key().as_str(), at) {
                ("Enter", Some(at)) => {
                    event.prevent_default();
                    event.stop_propagation();
                    on_open.emit(rows[at]);
                    return;
                }
                ("ArrowDown", at) => at.map_or(0, |at| (at + 1).min(last)),
                ("ArrowUp", at) => at.unwrap_or(0).saturating_sub(1),
                ("Home", _) => 0,
                ("End", _) => last,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some(number) = rows.get(next) {
                on_select.emit(*number);
            }
        })
    };
    let (top, height) = *sight;
    let from = ((top - 280.0).max(0.0) / height_of_line) as usize;
    let to = (((top + height + 280.0) / height_of_line).ceil() as usize).min(lines.len());
    let from = from.min(to);
    let onscroll = Callback::from(move |_: Event| measure.emit(()));
    let rows = lines.iter().filter(|line| matches!(line, Line::Row(_))).count();
    let mut number = lines[..from]
        .iter()
        .filter(|line| matches!(line, Line::Row(_)))
        .count();
    let active = props.selected.map(|number| format!("lin-{number}"));
    html! {
        <div class="scroll lst" ref={node} role="listbox" tabindex="0" aria-label="Models of the graph" id="lineage-list"
            aria-activedescendant={active} {onkeydown} {onscroll}>
            <Gap height={from as f64 * height_of_line} />
            { for lines[from..to].iter().map(|line| match line {
                Line::Head(title, count) => html! {
                    <div class="gh" role="presentation" key={*title}><span class="row">{ *title }{ parts::count(*count) }</span></div>
                },
                Line::Row(index) => {
                    number += 1;
                    row(props, *index, number, rows)
                }
            }) }
            <Gap height={(lines.len() - to) as f64 * height_of_line} />
        </div>
    }
}

fn row(props: &NodeListProps, index: u32, number: usize, rows: usize) -> Html {
    let Some(view) = props.drawing.get(index) else {
        return Html::default();
    };
    let selected = Some(index) == props.selected;
    let choose = {
        let on_select = props.on_select.clone();
        Callback::from(move |_: MouseEvent| on_select.emit(index))
    };
    let open = {
        let on_open = props.on_open.clone();
        Callback::from(move |_: MouseEvent| on_open.emit(index))
    };
    html! {
        <div class="li" role="option" id={format!("lin-{index}")} key={format!("{index}")} aria-selected={selected.to_string()}
            aria-posinset={number.to_string()} aria-setsize={rows.to_string()}
            data-model={view.name.clone()} onclick={choose} ondblclick={open}>
            // Said in words.
            <span class="vh">{ words(&props.drawing, index) }</span>
            <span class="as-is" aria-hidden="true">
                { badge(view.status) }{ name_of(&view.schema, &view.title, if view.is_group() { Status::Unchanged } else { view.status }) }{ mark(view) }
            </span>
        </div>
    }
}

/// The sign of the category at the end of a line.
fn mark(view: &BoxView) -> Html {
    match (view.category, view.is_group()) {
        (_, true) => html! { <span class="count">{ &view.sub }</span> },
        (Some(category), _) => {
            let class = classes!("gl", category.glyph.class(), category.inherited.then_some("ind"));
            html! { <b {class} aria-hidden="true">{ category.glyph.text() }</b> }
        }
        _ => Html::default(),
    }
}

#[derive(Properties, PartialEq)]
struct GapProps {
    height: f64,
}

/// Room for lines that are not there. Heights are set through the object model: the policy forbids style attributes.
#[component]
fn Gap(props: &GapProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.height, move |height| {
            if let Some(element) = node.cast::<HtmlElement>() {
                let _ = element.style().set_property("height", &format!("{height}px"));
            }
        });
    }
    html! { <div ref={node} role="presentation"></div> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::lineage::{ArrivalView, Scene};

    fn drawing() -> Drawing {
        let mut scene = Scene::default();
        for (index, status) in [
            Status::Unchanged,
            Status::Direct,
            Status::Indirect,
            Status::Indirect,
            Status::Added,
        ]
        .into_iter()
        .enumerate()
        {
            scene.boxes.push(BoxView {
                frame: [index as f32 * 300.0, 0.0, 184.0, 38.0],
                status,
                name: format!("m{index}"),
                title: format!("m{index}"),
                ..BoxView::default()
            });
        }
        scene.arrivals = [(0, 1), (1, 2), (2, 3)]
            .map(|(from, to)| ArrivalView {
                from,
                source: from,
                to,
                ..ArrivalView::default()
            })
            .to_vec();
        Drawing::new(scene)
    }

    #[test]
    fn every_box_is_listed_once() {
        let drawing = drawing();
        let expected = [
            Line::Head("Parents", 1),
            Line::Row(0),
            Line::Head("Selected", 1),
            Line::Row(1),
            Line::Head("Children", 1),
            Line::Row(2),
            Line::Head("Further downstream", 1),
            Line::Row(3),
            Line::Head("Also shown", 1),
            Line::Row(4),
        ];
        assert_eq!(lines(&drawing, Some(1)), expected);
        let by_status = lines(&drawing, None);
        assert_eq!(by_status[0], Line::Head("Directly modified", 1));
        assert_eq!(
            by_status
                .iter()
                .filter(|line| matches!(line, Line::Row(_)))
                .count(),
            5
        );
    }

    #[test]
    fn a_box_in_words() {
        assert_eq!(words(&drawing(), 1), "m1, directly modified, 1 parent, 1 child");
    }
}
