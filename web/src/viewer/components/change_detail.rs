//! One changed model: its category, why it has it, the diff, intervals, tables, parents.

use std::rc::Rc;

use planglass_core::report::SnapshotReport;
use planglass_core::time::Intervals;
use yew::prelude::*;

use super::parts::{badge, bar, category, icon, name, number};
use super::text_diff::{TextDiff, counts};
use crate::viewer::review::{Review, Row, Status};
use crate::viewer::store::Action;
use crate::viewer::{Store, use_store};

/// Properties of [`ChangeDetail`].
#[derive(Properties, PartialEq)]
pub struct ChangeDetailProps {
    /// The plan.
    pub review: Rc<Review>,
    /// Index of the model's row.
    pub index: usize,
    /// Where it stands in the list: from 1, and of how many; absent when filtered out.
    pub place: Option<(usize, usize)>,
}

/// The panel beside the list.
#[component]
pub fn ChangeDetail(props: &ChangeDetailProps) -> Html {
    let store = use_store();
    let Some(row) = props.review.rows.get(props.index) else {
        return Html::default();
    };
    let plan = props.review.plan();
    let report = plan.and_then(|plan| plan.snapshots.get(&row.name));
    let diff = plan
        .and_then(|plan| plan.text_diffs.get(&row.name))
        .filter(|text| !text.is_empty());
    let close = store.route.change(None).fragment();
    html! {
        <aside class="col det-col" aria-label={format!("Change of {}", row.display())}>
            <div class="tool">
                { badge(row.status) }
                <h2 class="el">{ name(row) }</h2>
                if let Some((at, of)) = props.place { <span class="t2 i2 nw">{ format!("{at} of {of}") }</span> }
                <a class="btn quiet sp" href={close} aria-label="Close details">{ icon("x") }</a>
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label="Details">
                <div class="in">{ facts(row, report) }</div>
                if row.choosable && store.can_choose() { { choice(&store, row) } }
                { why(&props.review, row, report, &store) }
                if let Some(text) = diff {
                    { diff_section(text) }
                } else if matches!(row.status, Status::Direct | Status::Metadata) && report.is_some() {
                    <h3 class="sub-head">{ "Diff" }</h3>
                    <p class="in t2 i2">{ "The text of the file is the same; what differs comes from elsewhere." }</p>
                }
                if let Some(report) = report {
                    { intervals(&props.review, row, report) }
                    { tables(report) }
                    { columns(report) }
                    { parents(&props.review, &store, report) }
                }
            </div>
        </aside>
    }
}

fn facts(row: &Row, report: Option<&SnapshotReport>) -> Html {
    let detail = report.map(|report| &report.detail);
    let fact = |label: &'static str, value: Html| html! { <div><dt>{ label }</dt><dd>{ value }</dd></div> };
    html! {
        <dl class="facts">
            if !row.kind.is_empty() { { fact("Kind", html! { { &row.kind } }) } }
            { fact("Category", category(row.category)) }
            if let Some(path) = detail.and_then(|detail| detail.path.as_ref()) {
                { fact("File", html! { <code>{ path }</code> }) }
            }
            if let Some(cron) = detail.map(|detail| &detail.cron).filter(|cron| !cron.is_empty()) {
                { fact("Cron", html! { <code>{ cron }</code> }) }
            }
            if let Some(owner) = detail.and_then(|detail| detail.owner.as_ref()) {
                { fact("Owner", html! { { owner } }) }
            }
            if let Some(tags) = detail.map(|detail| &detail.tags).filter(|tags| !tags.is_empty()) {
                { fact("Tags", html! { { tags.join(", ") } }) }
            }
        </dl>
    }
}

fn choice(store: &Store, row: &Row) -> Html {
    let chosen = store.choices.get(&row.name).map(String::as_str);
    let button = |value: Option<&'static str>, class: &'static str, glyph, title, words, key| {
        let choose = {
            let (store, name) = (store.dispatcher(), row.name.clone());
            Callback::from(move |_: MouseEvent| store.dispatch(Action::Choose(name.clone(), value)))
        };
        let checked = (chosen == value).to_string();
        html! {
            <button type="button" role="radio" aria-checked={checked} onclick={choose}>
                <span class="row"><b class={classes!("gl", class)} aria-hidden="true">{ glyph }</b>{ title }
                    <kbd class="sp wide">{ key }</kbd></span>
                <small>{ words }</small>
            </button>
        }
    };
    html! {
        <div class="in">
            <h3 class="gap" id="choice">{ "Category" }</h3>
            <div class="choice" role="radiogroup" aria-labelledby="choice">
                { button(None, "M", "A", "Automatic", "as the planner decides", "a") }
                { button(Some("BREAKING"), "B", "B!", "Breaking", "children are filled too", "b") }
                { button(Some("NON_BREAKING"), "N", "N", "Non-breaking", "children keep their data", "n") }
            </div>
        </div>
    }
}

fn why(review: &Review, row: &Row, report: Option<&SnapshotReport>, store: &Store) -> Html {
    let reason = report.and_then(|report| report.detail.reason.as_ref());
    let causes: Vec<&Row> = review
        .plan()
        .into_iter()
        .flat_map(|plan| &plan.indirectly_modified)
        .filter(|(_, below)| below.contains(&row.name))
        .filter_map(|(cause, _)| review.row(cause))
        .collect();
    if reason.is_none() && causes.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <h3 class="sub-head">{ "Why" }</h3>
            <div class="in t2">
                if let Some(reason) = reason { <p>{ super::diagnostics::prose(reason) }</p> }
                if !causes.is_empty() {
                    <p class="i2">{ "Changed because of" }</p>
                    { links(store, causes.into_iter()) }
                }
            </div>
        </>
    }
}

fn links<'a>(store: &Store, rows: impl Iterator<Item = &'a Row>) -> Html {
    html! {
        <ul class="links">
            { for rows.map(|row| html! {
                <li>{ badge(row.status) }<a href={store.route.change(Some(&row.name)).fragment()}>{ name(row) }</a></li>
            }) }
        </ul>
    }
}

fn diff_section(text: &str) -> Html {
    let (added, removed) = counts(text);
    html! {
        <>
            <h3 class="sub-head">{ "Diff " }<span class="count">{ format!("+{added} −{removed}") }</span></h3>
            <TextDiff text={text.to_string()} />
        </>
    }
}

fn intervals(review: &Review, row: &Row, report: &SnapshotReport) -> Html {
    let span = review
        .span
        .map(|(start, end)| format!("{} – {}", start.date_text(), end.plus(-1).date_text()));
    html! {
        <>
            <h3 class="sub-head">{ "Intervals" }</h3>
            <div class="in stack">
                { bar(&row.bar) }
                <dl class="kv">
                    if let Some(span) = span { <dt>{ "Bar" }</dt><dd>{ span }</dd> }
                    if row.batches > 0 {
                        <dt>{ if row.preview { "Preview" } else { "To fill" } }</dt>
                        <dd>{ &row.range }{ " " }<span class="i2">{ format!("{} intervals", number(row.batches)) }</span></dd>
                    } else {
                        <dt>{ "To fill" }</dt><dd>{ "nothing" }</dd>
                    }
                    <dt>{ "Loaded" }</dt><dd>{ ranges(&report.intervals) }</dd>
                    if !report.dev_intervals.is_empty() {
                        <dt>{ "In the dev table" }</dt><dd>{ ranges(&report.dev_intervals) }</dd>
                    }
                </dl>
            </div>
        </>
    }
}

/// Intervals in inclusive wording, the first few of them.
fn ranges(intervals: &Intervals) -> String {
    let day = planglass_core::time::DAY;
    let text = |at: planglass_core::time::Timestamp| match at.millis().rem_euclid(day) {
        0 => at.date_text(),
        _ => at.datetime_text(),
    };
    let mut shown: Vec<String> = intervals
        .iter()
        .take(4)
        .map(|interval| {
            let whole_days = interval.end().millis().rem_euclid(day) == 0;
            let last = if whole_days {
                interval.end().plus(-day).max(interval.start())
            } else {
                interval.end()
            };
            format!("{} – {}", text(interval.start()), text(last))
        })
        .collect();
    let left = intervals.iter().count().saturating_sub(4);
    if left > 0 {
        shown.push(format!("and {left} more"));
    }
    if shown.is_empty() {
        "nothing".to_string()
    } else {
        shown.join(", ")
    }
}

fn tables(report: &SnapshotReport) -> Html {
    let table = |label: &'static str, value: &Option<String>| match value {
        None => Html::default(),
        Some(value) => html! { <><dt>{ label }</dt><dd><code>{ value }</code></dd></> },
    };
    let fingerprint = &report.fingerprint;
    html! {
        <>
            <h3 class="sub-head">{ "Tables and version" }</h3>
            <dl class="kv in">
                { table("View", &report.view) }
                { table("Table", &report.physical_table) }
                { table("Dev table", &report.physical_table_dev) }
                { table("Version", &report.version) }
                <dt>{ "Identifier" }</dt><dd><code>{ &report.identifier }</code></dd>
                <dt>{ "Fingerprint" }</dt>
                <dd><code>{ format!(
                    "data {}, metadata {}, parents {} / {}",
                    fingerprint.data_hash, fingerprint.metadata_hash, fingerprint.parent_data_hash, fingerprint.parent_metadata_hash
                ) }</code></dd>
                <dt>{ "Recorded" }</dt><dd>{ if report.is_new { "new, not in state yet" } else { "in state" } }</dd>
            </dl>
        </>
    }
}

fn columns(report: &SnapshotReport) -> Html {
    let Some(columns) = report.columns.as_ref().filter(|columns| !columns.is_empty()) else {
        return Html::default();
    };
    html! {
        <>
            <h3 class="sub-head">{ "Columns " }<span class="count">{ columns.len() }</span></h3>
            <dl class="kv in">
                { for columns.iter().take(500).map(|(column, kind)| html! {
                    <><dt class="m">{ column }</dt><dd><code>{ kind }</code></dd></>
                }) }
            </dl>
        </>
    }
}

fn parents(review: &Review, store: &Store, report: &SnapshotReport) -> Html {
    if report.parents.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <h3 class="sub-head">{ "Parents " }<span class="count">{ report.parents.len() }</span></h3>
            <div class="in">{ links(store, report.parents.iter().filter_map(|parent| review.row(parent))) }</div>
        </>
    }
}
