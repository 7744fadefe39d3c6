//! The canvas as a component: pointers, wheel and keys become camera moves and selections.

use std::collections::BTreeMap;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlCanvasElement, HtmlElement, ResizeObserver, WheelEvent};
use yew::prelude::*;

use super::drawing::Drawing;
use super::handle::Handle;
use super::list::{neighbours, words};
use super::paint::Looks;
use super::stage::Stage;

/// Pixels that a pointer may move while it clicks.
const STILL: f64 = 4.0;

/// Pixels that arrow keys move the view when nothing is selected, with Shift.
const NUDGE: f64 = 120.0;

/// Properties of [`Canvas`].
#[derive(Properties, PartialEq)]
pub struct CanvasProps {
    /// Where the stage is put.
    pub handle: Handle,
    /// What is drawn.
    pub drawing: Rc<Drawing>,
    /// How it looks.
    pub looks: Rc<Looks>,
    /// The selected box.
    pub selected: Option<u32>,
    /// Hears what is selected.
    pub on_select: Callback<Option<u32>>,
    /// Hears what is opened: a model to look at, or a group to unfold.
    pub on_open: Callback<u32>,
    /// Hears which open group is to be folded.
    pub on_fold: Callback<String>,
}

/// Pointers that are down.
#[derive(Default)]
struct Pointers {
    at: BTreeMap<i32, (f64, f64)>,
    moved: f64,
}

/// A point of the canvas, in its own pixels.
fn point(element: &HtmlElement, x: i32, y: i32) -> (f64, f64) {
    let rect = element.get_bounding_client_rect();
    (f64::from(x) - rect.left(), f64::from(y) - rect.top())
}

/// The component.
#[component]
pub fn Canvas(props: &CanvasProps) -> Html {
    let (canvas, mini) = (use_node_ref(), use_node_ref());
    let tip = use_state_eq(|| None::<(u32, (f64, f64))>);
    use_stage(props, &canvas, &mini);
    let pointers = use_mut_ref(Pointers::default);
    let handle = &props.handle;

    let onpointerdown = {
        let (handle, pointers, canvas) = (handle.clone(), Rc::clone(&pointers), canvas.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(element) = canvas.cast::<HtmlElement>() else {
                return;
            };
            let mut pointers = pointers.borrow_mut();
            if pointers.at.is_empty() {
                pointers.moved = 0.0;
            }
            pointers.at.insert(
                event.pointer_id(),
                point(&element, event.client_x(), event.client_y()),
            );
            // A pointer that is gone already cannot be held.
            let _ = element.set_pointer_capture(event.pointer_id());
            handle.draw();
        })
    };
    let onpointermove = {
        let (handle, pointers, canvas, tip) =
            (handle.clone(), Rc::clone(&pointers), canvas.clone(), tip.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(element) = canvas.cast::<HtmlElement>() else {
                return;
            };
            let here = point(&element, event.client_x(), event.client_y());
            let mut pointers = pointers.borrow_mut();
            let Some(before) = pointers.at.get(&event.pointer_id()).copied() else {
                let over = hover(&handle, here);
                let _ = element
                    .style()
                    .set_property("cursor", if over.is_some() { "pointer" } else { "grab" });
                tip.set(over.map(|number| (number, here)));
                return;
            };
            let others: Vec<(f64, f64)> = pointers
                .at
                .iter()
                .filter(|(id, _)| **id != event.pointer_id())
                .map(|(_, at)| *at)
                .collect();
            pointers.moved += (here.0 - before.0).abs() + (here.1 - before.1).abs();
            pointers.at.insert(event.pointer_id(), here);
            tip.set(None);
            handle.change(|stage| {
                stage.hovered = None;
                match others.first() {
                    Some(other) => {
                        let apart = |at: (f64, f64)| (at.0 - other.0).hypot(at.1 - other.1).max(1.0);
                        let middle = ((here.0 + other.0) / 2.0, (here.1 + other.1) / 2.0);
                        stage.camera.zoom(apart(here) / apart(before), middle);
                        stage
                            .camera
                            .pan((here.0 - before.0) / 2.0, (here.1 - before.1) / 2.0);
                    }
                    None => stage.camera.pan(here.0 - before.0, here.1 - before.1),
                }
                stage.hold();
            });
        })
    };
    let onpointerup = {
        let (handle, pointers, canvas) = (handle.clone(), Rc::clone(&pointers), canvas.clone());
        let (on_select, on_open, on_fold) = (
            props.on_select.clone(),
            props.on_open.clone(),
            props.on_fold.clone(),
        );
        Callback::from(move |event: PointerEvent| {
            let mut pointers = pointers.borrow_mut();
            let was_down = pointers.at.remove(&event.pointer_id()).is_some();
            let clicked = was_down && pointers.at.is_empty() && pointers.moved < STILL;
            drop(pointers);
            let Some(element) = canvas.cast::<HtmlElement>().filter(|_| clicked) else {
                return;
            };
            let here = point(&element, event.client_x(), event.client_y());
            let found = handle.with(|stage| {
                let place = stage.camera.at(here);
                let hit = stage.drawing.hit(place, 2.0 / stage.camera.scale);
                let group = hit
                    .and_then(|number| stage.drawing.get(number))
                    .is_some_and(|view| view.is_group());
                (hit, group, stage.drawing.strip_at(place).map(str::to_string))
            });
            match found {
                Some((Some(number), true, _)) => on_open.emit(number),
                Some((None, _, Some(key))) => on_fold.emit(key),
                Some((hit, ..)) => on_select.emit(hit),
                None => {}
            }
        })
    };
    let onpointercancel = {
        let pointers = Rc::clone(&pointers);
        Callback::from(move |event: PointerEvent| {
            pointers.borrow_mut().at.remove(&event.pointer_id());
        })
    };
    let onpointerleave = {
        let (handle, tip) = (handle.clone(), tip.clone());
        Callback::from(move |_: PointerEvent| {
            tip.set(None);
            handle.change(|stage| stage.hovered = None);
        })
    };
    let ondblclick = {
        let (on_open, selected) = (props.on_open.clone(), props.selected);
        Callback::from(move |_: MouseEvent| {
            if let Some(number) = selected {
                on_open.emit(number);
            }
        })
    };
    let onkeydown = keys(props);
    let seek = {
        let (handle, mini) = (handle.clone(), mini.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(element) = mini.cast::<HtmlElement>().filter(|_| event.buttons() & 1 == 1) else {
                return;
            };
            let rect = element.get_bounding_client_rect();
            let (x, y) = point(&element, event.client_x(), event.client_y());
            let share = (x / rect.width().max(1.0), y / rect.height().max(1.0));
            handle.change(|stage| stage.look_at(share));
        })
    };
    let count = props.drawing.scene.boxes.len();
    let spoken = props
        .selected
        .map(|number| words(&props.drawing, number))
        .unwrap_or_default();
    html! {
        <div class="cv">
            <canvas ref={canvas} tabindex="0" role="application" aria-roledescription="graph"
                aria-label={format!("Graph of {}; the list beside it says the same", crate::messages::counted(count, "box"))}
                aria-describedby="lineage-said"
                {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} {onpointerleave} {ondblclick} {onkeydown}></canvas>
            <p id="lineage-said" class="vh" role="status" aria-live="polite">{ spoken }</p>
            <div class="over mini wide" aria-hidden="true"><canvas ref={mini} onpointerdown={seek.clone()} onpointermove={seek}></canvas></div>
            if let Some((number, at)) = *tip {
                <Tip drawing={props.drawing.clone()} {number} {at} />
            }
        </div>
    }
}

/// Marks what is under the pointer.
fn hover(handle: &Handle, here: (f64, f64)) -> Option<u32> {
    let (over, before) = handle.with(|stage| {
        let hit = stage.drawing.hit(stage.camera.at(here), 2.0 / stage.camera.scale);
        (hit, stage.hovered)
    })?;
    if over != before {
        handle.change(|stage| stage.hovered = over);
    }
    over
}

/// Makes the stage when the canvas is there, and tells it what changes.
#[hook]
fn use_stage(props: &CanvasProps, canvas: &NodeRef, mini: &NodeRef) {
    {
        let (handle, canvas, mini) = (props.handle.clone(), canvas.clone(), mini.clone());
        use_effect_with((), move |()| {
            let element = canvas.cast::<HtmlCanvasElement>();
            if let Some(element) = &element {
                handle.put(Stage::new(element.clone(), mini.cast()));
                handle.change(Stage::measure);
            }
            let resized = {
                let handle = handle.clone();
                Closure::<dyn FnMut()>::new(move || {
                    handle.change(Stage::measure);
                })
            };
            let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(element)) = (&observer, &element) {
                observer.observe(element);
            }
            // The page's own listener would be told too late that scrolling is not wanted.
            let wheel = element.as_ref().map(|element| {
                let (handle, element) = (handle.clone(), element.clone());
                EventListener::new_with_options(
                    &element.clone(),
                    "wheel",
                    EventListenerOptions::enable_prevent_default(),
                    move |event| {
                        if let Some(event) = event.dyn_ref::<WheelEvent>() {
                            event.prevent_default();
                            turned(&handle, &element, event);
                        }
                    },
                )
            });
            move || {
                drop(wheel);
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop(resized);
                handle.put(None);
            }
        });
    }
    {
        let handle = props.handle.clone();
        use_effect_with(props.looks.clone(), move |looks| {
            handle.change(|stage| {
                stage.looks = (**looks).clone();
                stage.forget();
            });
        });
    }
    let handle = props.handle.clone();
    use_effect_with(
        (props.drawing.clone(), props.selected),
        move |(drawing, selected)| {
            handle.change(|stage| {
                let other = !Rc::ptr_eq(&stage.drawing, drawing);
                let before = stage.selected;
                if other {
                    stage.measure();
                    stage.set(drawing.clone(), *selected);
                }
                stage.selected = *selected;
                if let Some(number) = selected
                    && *selected != before
                    && !other
                {
                    stage.reveal(*number);
                }
            });
        },
    );
}

/// A wheel zooms; two fingers on a pad move, and zoom when they pinch.
fn turned(handle: &Handle, element: &HtmlElement, event: &WheelEvent) {
    let here = point(element, event.client_x(), event.client_y());
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => 16.0,
        WheelEvent::DOM_DELTA_PAGE => 400.0,
        _ => 1.0,
    };
    let (x, y) = (event.delta_x() * unit, event.delta_y() * unit);
    let pad = !event.ctrl_key() && (x != 0.0 || (unit == 1.0 && y.abs() < 40.0 && y.fract() == 0.0));
    handle.change(|stage| {
        if event.shift_key() {
            stage.camera.pan(-(x + y), 0.0);
        } else if pad {
            stage.camera.pan(-x, -y);
        } else {
            let strength = if event.ctrl_key() && y.abs() < 40.0 {
                0.01
            } else {
                0.0016
            };
            stage.camera.zoom((-y * strength).exp().clamp(0.4, 2.5), here);
        }
        stage.hold();
    });
}

/// Keys of the canvas: arrows walk along edges, with Shift they move the view.
fn keys(props: &CanvasProps) -> Callback<KeyboardEvent> {
    let (handle, drawing, selected) = (props.handle.clone(), props.drawing.clone(), props.selected);
    let (on_select, on_open) = (props.on_select.clone(), props.on_open.clone());
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let zoom = |by: f64| {
            handle.change(|stage| {
                let middle = (stage.size.0 / 2.0, stage.size.1 / 2.0);
                stage.camera.zoom(by, middle);
                stage.hold();
            });
        };
        let pan = |x: f64, y: f64| {
            handle.change(|stage| {
                stage.camera.pan(x, y);
                stage.hold();
            });
        };
        let walk = |to: Option<u32>| {
            if let Some(number) = to {
                on_select.emit(Some(number));
            }
        };
        let key = event.key();
        match (key.as_str(), event.shift_key(), selected) {
            ("+" | "=", ..) => zoom(1.25),
            ("-" | "_", ..) => zoom(0.8),
            ("0", ..) => {
                handle.change(Stage::fit);
            }
            ("ArrowLeft", true, _) => pan(NUDGE, 0.0),
            ("ArrowRight", true, _) => pan(-NUDGE, 0.0),
            ("ArrowUp", true, _) => pan(0.0, NUDGE),
            ("ArrowDown", true, _) => pan(0.0, -NUDGE),
            ("ArrowLeft", false, Some(number)) => walk(drawing.parents(number).first().copied()),
            ("ArrowRight", false, Some(number)) => walk(drawing.children(number).first().copied()),
            ("ArrowUp", false, Some(number)) => walk(drawing.beside(number, false)),
            ("ArrowDown", false, Some(number)) => walk(drawing.beside(number, true)),
            ("ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home", _, _) => walk(first(&drawing)),
            ("Enter", _, Some(number)) => on_open.emit(number),
            ("Escape", _, Some(_)) => on_select.emit(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    })
}

/// Where keys start: the first change.
fn first(drawing: &Drawing) -> Option<u32> {
    let boxes = drawing.scene.boxes.iter().enumerate();
    let first = boxes.min_by_key(|(_, view)| (view.status, view.frame[0] as i64, view.frame[1] as i64))?;
    Some(first.0 as u32)
}

#[derive(Properties, PartialEq)]
struct TipProps {
    drawing: Rc<Drawing>,
    number: u32,
    at: (f64, f64),
}

/// What is known of the box under the pointer. It never covers the box: it hangs below and beside the pointer.
#[component]
fn Tip(props: &TipProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.at, move |(x, y)| {
            let Some(element) = node.cast::<HtmlElement>() else {
                return;
            };
            let (width, height) = (
                f64::from(element.offset_width()),
                f64::from(element.offset_height()),
            );
            let room = window()
                .inner_width()
                .ok()
                .and_then(|width| width.as_f64())
                .unwrap_or(1000.0);
            let parent = element
                .parent_element()
                .map(|parent| parent.get_bounding_client_rect());
            let (left, below) = parent.map_or((0.0, 1000.0), |rect| (rect.left(), rect.height()));
            let x = (x + 14.0).min(room - left - width - 8.0).max(4.0);
            let y = if y + 20.0 + height > below {
                y - height - 12.0
            } else {
                y + 20.0
            };
            let style = element.style();
            let _ = style.set_property("left", &format!("{x}px"));
            let _ = style.set_property("top", &format!("{y}px"));
        });
    }
    let Some(view) = props.drawing.get(props.number) else {
        return Html::default();
    };
    let more = view.hidden.0 + view.hidden.1;
    html! {
        <div class="over tip" ref={node} aria-hidden="true">
            <p class="m b">{ view.display() }</p>
            <p>{ view.status.title() }
                if let Some(category) = view.category { { " · " }{ category.title() } }
                if view.is_group() { { " · " }{ &view.sub } }</p>
            <p class="i2">{ neighbours(&props.drawing, props.number) }
                if more > 0 { { format!(", {more} more not drawn") } }</p>
        </div>
    }
}
