//! *Intervals*: model × time, what is loaded, missing, to be filled.

use planglass_core::review::grid::{State, Zoom, batches_in};
use planglass_core::time::{Interval, IntervalUnit, Timestamp};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::nothing_yet;
use crate::messages::grid::{GridRow, GridView};
use crate::messages::{Format, GridQuery, Query, View, counted};
use crate::viewer::components::cell_tip::CellTip;
use crate::viewer::components::diagnostics::prose;
use crate::viewer::components::parts::{badge, icon, name, number, sign};
use crate::viewer::components::spacer::Spacer;
use crate::viewer::components::total_row::TotalRow;
use crate::viewer::route::{Page, Route};
use crate::viewer::store::Action;
use crate::viewer::{Store, look, save, use_store, use_view, use_view_later};

/// Height of a row, in pixels, as in the style sheet: wide and narrow.
const ROWS: (f64, f64) = (28.0, 56.0);

/// Least width of a column, in pixels.
const LEAST: f64 = 10.0;

/// States with their class and word.
const STATES: [(State, &str, &str); 5] = [
    (State::Requested, "req", "Requested"),
    (State::Loaded, "lod", "Loaded"),
    (State::Preview, "pre", "Preview"),
    (State::Restated, "rst", "Restated"),
    (State::Missing, "mis", "Missing, not asked"),
];

/// Class and word of a state.
pub fn state_words(state: State) -> (&'static str, &'static str) {
    STATES
        .into_iter()
        .find(|(known, ..)| *known == state)
        .map_or(("", "Never"), |(_, class, words)| (class, words))
}

/// Name of a zoom in the URL, and on its button.
fn zoom_words(zoom: Zoom) -> (&'static str, &'static str) {
    match zoom {
        Zoom::Hour => ("hour", "Hour"),
        Zoom::Day => ("day", "Day"),
        Zoom::Week => ("week", "Week"),
        Zoom::Month => ("month", "Month"),
        Zoom::Year => ("year", "Year"),
    }
}

/// What of the grid is in view, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sight {
    top: f64,
    height: f64,
    width: f64,
}

impl Sight {
    fn narrow(self) -> bool {
        self.width <= 1000.0
    }

    fn row(self) -> f64 {
        if self.narrow() { ROWS.1 } else { ROWS.0 }
    }

    /// Width of the tracks.
    fn track(self) -> f64 {
        let beside = if self.narrow() { 24.0 } else { 440.0 };
        (self.width - beside).max(100.0)
    }
}

/// The page.
#[component]
pub fn Intervals() -> Html {
    let store = use_store();
    let node = use_node_ref();
    let sight = use_state_eq(|| Sight {
        top: 0.0,
        height: 800.0,
        width: 1200.0,
    });
    let measure = {
        let (node, sight) = (node.clone(), sight.clone());
        Callback::from(move |()| {
            if let Some(element) = node.cast::<HtmlElement>() {
                sight.set(Sight {
                    top: (f64::from(element.scroll_top()) / 128.0).floor() * 128.0,
                    height: f64::from(element.client_height()),
                    width: f64::from(element.client_width()),
                });
            }
        })
    };
    let planned = store.summary().is_some();
    {
        let measure = measure.clone();
        use_effect_with(planned, move |_| {
            measure.emit(());
            let listener =
                gloo::events::EventListener::new(&gloo::utils::window(), "resize", move |_| measure.emit(()));
            move || drop(listener)
        });
    }
    let wanted = store.route.get("zoom").unwrap_or_default();
    let query = GridQuery {
        zoom: Zoom::ALL.into_iter().find(|zoom| zoom_words(*zoom).0 == wanted),
        start: store
            .route
            .get("start")
            .and_then(|start| start.parse().ok())
            .map(Timestamp),
        columns: (sight.track() / LEAST) as usize,
        from: ((sight.top - 300.0).max(0.0) / sight.row()) as usize,
        to: ((sight.top + sight.height + 300.0) / sight.row()) as usize + 1,
        only_filled: store.route.get("only").is_some(),
        filter: store.route.filter.clone(),
        ..GridQuery::default()
    };
    // Totals do not change while someone scrolls.
    let totals = GridQuery {
        from: 0,
        to: 0,
        totals: true,
        ..query.clone()
    };
    let view = use_view(Some(Query::Grid(query)));
    let totals = use_view_later(Some(Query::Grid(totals)));
    if !planned {
        return nothing_yet(&store, "There are no intervals to show yet.");
    }
    let grid = match view.as_deref() {
        Some(View::Grid(grid)) => Some(grid),
        _ => None,
    };
    // Those of other columns would stand in wrong places.
    let totals = totals.filter(|totals| match (&**totals, grid) {
        (View::Grid(totals), Some(grid)) => {
            totals.bounds == grid.bounds && totals.row_count == grid.row_count
        }
        _ => false,
    });
    let onscroll = Callback::from(move |_: Event| measure.emit(()));
    html! {
        <section class="screen" id="s-intervals">
            // Before the first answer as well: what stands here must not jump.
            { tools(&store, grid) }
            <div class="scroll" ref={node.clone()} {onscroll} tabindex="0" role="table" aria-label="Intervals by model"
                aria-rowcount={grid.map(|grid| (grid.row_count + 2).to_string())}>
                if let Some(grid) = grid {
                    { head(grid, *sight) }
                    <TotalRow view={totals.clone()} models={grid.row_count} width={sight.track()} />
                    <Spacer height={grid.from as f64 * sight.row()} />
                    { for grid.rows.iter().map(|row| line(&store, grid, row, *sight)) }
                    <Spacer height={grid.row_count.saturating_sub(grid.from + grid.rows.len()) as f64 * sight.row()} />
                    if grid.row_count == 0 { <div class="empty"><p class="i2">{ "No model matches." }</p></div> }
                }
            </div>
            if let Some(view) = view.clone().filter(|_| grid.is_some()) { <CellTip list={node.clone()} {view} {totals} /> }
        </section>
    }
}

fn tools(store: &Store, grid: Option<&GridView>) -> Html {
    let summary = store.summary().map(|plan| {
        let undecided = plan.to_decide.len() + plan.waiting;
        format!(
            "{} intervals to fill in {}{}",
            number(plan.batches),
            counted(plan.filled, "model"),
            if undecided > 0 {
                format!("; {} undecided", number(undecided as u64))
            } else {
                String::new()
            }
        )
    });
    let nothing = GridView::default();
    let grid = grid.unwrap_or(&nothing);
    let only = store.route.get("only").is_some();
    let go = |route: Route| {
        let store = store.dispatcher();
        Callback::from(move |_: MouseEvent| store.dispatch(Action::Go(route.clone())))
    };
    let move_to = |at: Timestamp| {
        go(store
            .route
            .with("start", &at.millis().to_string())
            .with("zoom", zoom_words(grid.zoom).0))
    };
    let zoom_to = |zoom: Option<Zoom>| {
        let slug = zoom.map_or("", |zoom| zoom_words(zoom).0);
        store.route.with("zoom", slug)
    };
    let (finer, coarser) = grid.zooms();
    let (earlier, later) = grid.steps();
    let csv = Callback::from(|_: MouseEvent| {
        look(Query::Text(Format::Csv), |view| {
            if let Some(View::Text(text)) = view {
                save::file("intervals.csv", &text);
            }
        });
    });
    let filter = {
        let store = store.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            {
                let route = Route {
                    filter: input.value(),
                    ..store.route.clone()
                };
                store.dispatch(Action::Go(route));
            }
        })
    };
    html! {
        <>
            <div class="title-bar"><h1>{ "Intervals" }</h1><p class="i2" role="status">{ summary }</p>
                <span class="row wrap sp">
                    <nav class="seg" aria-label="Width of a column">
                        <a href={zoom_to(None).with("start", "").fragment()} aria-current={store.route.get("zoom").is_none().then_some("true")}>{ "Fit" }</a>
                        { for Zoom::ALL.into_iter().map(|zoom| html! {
                            <a href={zoom_to(Some(zoom)).fragment()}
                                aria-current={(store.route.get("zoom").is_some() && zoom == grid.zoom).then_some("true")}>{ zoom_words(zoom).1 }</a>
                        }) }
                    </nav>
                    <button class="btn" aria-pressed={only.to_string()} onclick={go(store.route.with("only", if only { "" } else { "filled" }))}>{ "Only to fill" }</button>
                    <button class="btn" id="save-csv" onclick={csv}>{ "Save as CSV" }</button>
                </span>
            </div>
            <div class="legend top-line">
                { for STATES.into_iter().map(|(_, class, words)| html! {
                    <span><svg class="sw" aria-hidden="true"><rect {class} width="16" height="8" /></svg>{ words }</span>
                }) }
                <label class="inp search sp">{ icon("search") }<span class="vh">{ "Filter by name or selector" }</span>
                    <input id="filter" type="search" placeholder="Name, tag:finance or +model" value={store.route.filter.clone()} oninput={filter}
                        autocomplete="off" spellcheck="false" /></label>
                <span class="row">
                    <button class="btn quiet" data-move="left" aria-label="Earlier" onclick={move_to(earlier)}><kbd>{ "←" }</kbd></button>
                    <button class="btn quiet" data-move="right" aria-label="Later" onclick={move_to(later)}><kbd>{ "→" }</kbd></button>
                    <button class="btn quiet" data-move="in" aria-label="Finer" disabled={finer.is_none()} onclick={go(zoom_to(finer))}><kbd>{ "+" }</kbd></button>
                    <button class="btn quiet" data-move="out" aria-label="Coarser" disabled={coarser.is_none()} onclick={go(zoom_to(coarser))}><kbd>{ "−" }</kbd></button>
                </span>
            </div>
            if let Some(message) = &grid.error {
                <p class="form-error in" role="alert">{ sign("err") }<span>{ prose(message) }</span></p>
            }
        </>
    }
}

/// Width of a column.
fn cell(grid: &GridView, sight: Sight) -> f64 {
    sight.track() / grid.bounds.len().saturating_sub(1).max(1) as f64
}

fn head(grid: &GridView, sight: Sight) -> Html {
    let cell = cell(grid, sight);
    let ticks = grid.ticks();
    // A label that would run into the next one is left out.
    let room = |index: usize| {
        let next = ticks.get(index + 1).map_or(grid.bounds.len(), |(next, _)| *next);
        let (at, text) = &ticks[index];
        (next - at) as f64 * cell > text.len() as f64 * 6.5 + 8.0
    };
    html! {
        <div class="hg hh" role="row">
            <span role="columnheader">{ "Model" }</span>
            <span role="columnheader" class="trk">
                <svg width={sight.track().to_string()} height="20" role="img" aria-label="Time, UTC">
                    { for ticks.iter().enumerate().filter(|(index, _)| room(*index)).map(|(_, (at, text))| {
                        let x = *at as f64 * cell;
                        html! { <><line x1={x.to_string()} x2={x.to_string()} y1="4" y2="20" /><text x={(x + 4.0).to_string()} y="14">{ text }</text></> }
                    }) }
                </svg>
            </span>
            <span role="columnheader" class="n">{ "To fill" }</span>
            <span role="columnheader" class="n" title="A batch is one run of a model's query: at most batch_size intervals, else all that are side by side">{ "Batches" }</span>
        </div>
    }
}

fn line(store: &Store, grid: &GridView, row: &GridRow, sight: Sight) -> Html {
    let model = &row.row;
    let href = store
        .route
        .of(&model.name)
        .to(Page::Model)
        .with("tab", "intervals")
        .fragment();
    html! {
        <div key={model.name.clone()} class="hg hr" role="row" data-model={model.name.clone()}>
            <span role="rowheader" class="row">{ badge(model.status) }<a {href}>{ name(model) }</a></span>
            <span role="cell" class="trk">{ track(grid, row, sight.track()) }</span>
            <span role="cell" class="n b">{ if model.batches == 0 { "–".to_string() } else { number(model.batches) } }</span>
            { batches_cell(batches(row, None)) }
        </div>
    }
}

/// The number of batches at the end of a row; where a window is narrow it says what it counts.
pub fn batches_cell(batches: u64) -> Html {
    html! {
        <span role="cell" class="n bt">if batches == 0 { { "–" } } else {
            { number(batches) }<span class="slim">{ if batches == 1 { " batch" } else { " batches" } }</span> }</span>
    }
}

/// In how many batches a model is filled: all of it, or a stretch of time.
pub fn batches(row: &GridRow, part: Option<Interval>) -> u64 {
    let filled = row.filled.iter().map(|(start, end)| Interval(*start, *end));
    let filled: Vec<Interval> = filled.collect();
    let Some((first, last)) = filled.first().zip(filled.last()) else {
        return 0;
    };
    let unit = IntervalUnit::parse(&row.unit).unwrap_or(IntervalUnit::Day);
    let part = part.unwrap_or(Interval(first.start(), last.end()));
    batches_in(&filled, unit, row.batch_size, part)
}

/// `1 batch`, `2,000 batches`.
pub fn batches_words(batches: u64) -> String {
    format!(
        "{} {}",
        number(batches),
        if batches == 1 { "batch" } else { "batches" }
    )
}

/// First and last day of some columns, or their first and last moment.
pub fn span_words(grid: &GridView, from: usize, columns: usize) -> String {
    let start = grid.bounds.get(from).copied().unwrap_or_default();
    let end = grid.bounds.get(from + columns).copied().unwrap_or_default();
    let (first, last) = match grid.zoom {
        Zoom::Hour => (start.datetime_text(), end.datetime_text()),
        _ => (start.date_text(), end.plus(-1).date_text()),
    };
    if first == last {
        first
    } else {
        format!("{first} – {last}")
    }
}

/// A model's time as a strip of so many pixels.
pub fn track(grid: &GridView, row: &GridRow, width: f64) -> Html {
    let columns = grid.bounds.len().saturating_sub(1).max(1);
    let cell = width / columns as f64;
    let range = |from: usize, columns: usize| span_words(grid, from, columns);
    let label: Vec<String> = row
        .runs
        .iter()
        .take(20)
        .map(|run| {
            format!(
                "{} {}",
                state_words(run.state).1.to_lowercase(),
                range(run.from, run.columns)
            )
        })
        .collect();
    let label = match label.is_empty() {
        true if row.row.undecided => "waits for a category".to_string(),
        true => "nothing in this range".to_string(),
        false => label.join(", "),
    };
    let label = match batches(row, None) {
        0 => label,
        many => format!("{label}; filled in {}", batches_words(many)),
    };
    // Seams between the columns of a run, where they are wide enough to be told apart.
    let seams = |from: usize, columns: usize| {
        (from + 1..from + columns).map(|column| format!("M{:.1} 0V18", column as f64 * cell))
    };
    let lines: String = if cell >= 5.0 {
        row.runs
            .iter()
            .flat_map(|run| seams(run.from, run.columns))
            .collect()
    } else {
        String::new()
    };
    html! {
        <svg width={format!("{width:.0}")} height="18" role="img" aria-label={label} class="track">
            <line class="nev" x1="0" x2={width.to_string()} y1="9" y2="9" />
            { for row.runs.iter().map(|run| {
                let (class, _) = state_words(run.state);
                let x = run.from as f64 * cell;
                let wide = (run.columns as f64 * cell - 1.0).max(2.0);
                html! { <rect {class} x={format!("{x:.1}")} y="0.5" width={format!("{wide:.1}")} height="17"></rect> }
            }) }
            <path class="seams" d={lines} />
            { for row.runs.iter().filter(|run| run.columns as f64 * cell > 72.0).map(|run| {
                let (class, word) = state_words(run.state);
                let x = run.from as f64 * cell;
                let width = word.split(',').next().unwrap_or_default().len() as f64 * 6.2 + 10.0;
                html! { <g class={classes!("word", class)}><rect class="back" x={format!("{:.1}", x + 1.0)} y="1.5" width={format!("{width:.1}")} height="15" />
                    <text x={format!("{:.1}", x + 6.0)} y="13">{ word.split(',').next().unwrap_or_default().to_lowercase() }</text></g> }
            }) }
            if row.row.undecided {
                <rect class="que" x="0.5" y="0.5" width={format!("{:.0}", width - 1.0)} height="17" />
                <text x="6" y="13">{ "waits for a category" }</text>
            }
        </svg>
    }
}
