//! *Plan*: how many of each change, what must be decided, what is filled, what happens in which order.

use planglass_core::diagnostic::{Diagnostic, Severity};
use planglass_core::report::text::REST;
use yew::prelude::*;

use super::nothing_yet;
use crate::messages::plan::{CountView, PlanSummaryView};
use crate::messages::{Format, Item, PlanView, Query, RowView, RowsQuery, Scope, Status, View, counted};
use crate::viewer::components::decision_panel::DecisionPanel;
use crate::viewer::components::diagnostics::Diagnostics;
use crate::viewer::components::digest::use_digest;
use crate::viewer::components::frame::days;
use crate::viewer::components::parts::{badge, bar, category, count, dates, icon, name, number, sign};
use crate::viewer::components::stages::{stage_sql, stages};
use crate::viewer::{Store, look, save, use_store, use_view};

/// Rows of the backfill table that are drawn before the reader asks for the rest.
const FOLD: usize = 60;

/// The page.
#[component]
pub fn Plan() -> Html {
    let store = use_store();
    let Some(plan) = store.plan.clone() else {
        return nothing_yet(&store, "There is no plan yet.");
    };
    let decided = plan
        .summary
        .as_ref()
        .is_some_and(|plan| plan.uncategorized() == 0);
    let with_sql = decided && store.can_choose() && plan.refusal.is_none();
    html! {
        <section class="screen pad" id="s-plan">
            <h1 class="vh">{ "Plan" }</h1>
            { refusal(&plan) }
            if let Some(summary) = &plan.summary {
                { counts(&store, summary) }
                { attention(&store, summary) }
                { problems(&plan, Severity::Error, "Problems") }
                if with_sql { { stage_sql(&store, summary) } }
                <div class="cols">
                    <div class="stack"><Backfill />{ statements(summary) }</div>
                    { stages(&store, summary, with_sql) }
                    <div class="stack">{ by_category(summary) }<DecisionPanel /><Seal /></div>
                </div>
            } else {
                { problems(&plan, Severity::Error, "Problems") }
            }
            { problems(&plan, Severity::Warning, "Warnings") }
            { problems(&plan, Severity::Note, "Notes") }
        </section>
    }
}

fn refusal(plan: &PlanView) -> Html {
    let Some(refusal) = &plan.refusal else {
        return Html::default();
    };
    html! {
        <section class="panel refused" role="alert" aria-label="Refused">
            <header>{ sign("err") }<h1>{ if plan.summary.is_some() { "This plan cannot be applied" } else { "No plan could be made" } }</h1>
                <code class="sp i2">{ &refusal.kind }</code></header>
            <Diagnostics problems={vec![refusal.diagnostic.clone()]} />
            if plan.partial {
                <p class="in t2">{ REST }</p>
            }
        </section>
    }
}

fn problems(plan: &PlanView, severity: Severity, title: &'static str) -> Html {
    let problems: Vec<Diagnostic> = plan.problems(severity).cloned().collect();
    if problems.is_empty() {
        return Html::default();
    }
    html! {
        <section class="panel" aria-label={title}>
            <header><h2>{ title }{ " " }{ count(problems.len()) }</h2></header>
            <Diagnostics {problems} />
        </section>
    }
}

fn counts(store: &Store, plan: &PlanSummaryView) -> Html {
    let cell = |count: &CountView| {
        let status = count.status;
        let (sign, title) = match status {
            Status::Added if count.count > 0 => ("+", "Added"),
            Status::Removed if count.count > 0 => ("−", "Removed"),
            Status::Added => ("", "Added"),
            Status::Removed => ("", "Removed"),
            Status::Direct => ("", "Direct"),
            Status::Indirect => ("", "Indirect"),
            Status::Metadata => ("", "Metadata"),
            Status::Unchanged => ("", "Unchanged"),
        };
        let content = html! {
            <><strong>{ badge(status) }<span data-count={status.slug()}>{ format!("{sign}{}", number(count.count as u64)) }</span></strong>
            <span class="b t2">{ title }</span><small>{ &count.words }</small></>
        };
        html! { <a href={store.route.changes(Some(status)).fragment()}>{ content }</a> }
    };
    html! { <nav class="panel counts" aria-label="Counts">{ for plan.counts.iter().map(cell) }</nav> }
}

fn attention(store: &Store, plan: &PlanSummaryView) -> Html {
    let mut items = Vec::new();
    let mut warn = |sign_of: &'static str, title: String, words: Html| {
        items.push(html! { <li>{ sign(sign_of) }<p><b class="b">{ title }</b>{ " " }<span>{ words }</span></p></li> });
    };
    for warning in &plan.warnings {
        let destructive = warning.to_lowercase().contains("destructive");
        let (title, rest) = warning.split_once('\n').unwrap_or(("", warning));
        warn(
            if destructive { "err" } else { "warn" },
            title.to_string(),
            html! { <span class="warning">{ rest }</span> },
        );
    }
    if plan.restated > 0 {
        let more = plan.restated.saturating_sub(plan.restatements.len());
        let more = if more > 0 {
            format!(" and {} more", number(more as u64))
        } else {
            String::new()
        };
        warn(
            "warn",
            format!("{} restated.", counted(plan.restated, "model")),
            html! { { format!("{}{more}", plan.restatements.join(", ")) } },
        );
    }
    if plan.previews > 0 {
        warn(
            "warn",
            format!("{} filled for a preview only.", counted(plan.previews, "model")),
            html! { { "That data is not used when the change is deployed." } },
        );
    }
    if plan.to_decide.is_empty() && items.is_empty() && !plan.has_changes && plan.filled == 0 {
        items.push(html! {
            <li>{ sign("ok") }<p><b class="b">{ "No changes." }</b>{ " " }<span>
                <code>{ &plan.environment }</code>{ format!(" equals the project, {} compared; nothing to fill.",
                    counted(plan.models, "model")) }</span></p></li>
        });
    }
    if let Some(first) = plan.to_decide.first() {
        items.insert(0, to_decide(store, plan, first));
    }
    if items.is_empty() {
        return Html::default();
    }
    html! { <section class="panel" aria-label="Needs attention"><ul class="att">{ for items }</ul></section> }
}

fn to_decide(store: &Store, plan: &PlanSummaryView, first: &RowView) -> Html {
    let title = match plan.to_decide.len() {
        1 => "1 change needs a category.".to_string(),
        many => format!("{} changes need a category.", number(many as u64)),
    };
    let waits = match plan.waiting {
        0 => String::new(),
        1 => "1 model waits for it.".to_string(),
        many => format!("{} models wait for it.", number(many as u64)),
    };
    html! {
        <li>{ sign("todo") }<p><b class="b">{ title }</b>{ " " }
            { for plan.to_decide.iter().take(5).map(|row| html! { <>{ name(row) }{ " " }</> }) }<span>{ waits }</span></p>
            <a class="btn sp" href={store.route.changes(None).change(Some(&first.name)).fragment()}>{ "Choose" }</a></li>
    }
}

/// The table of what is filled.
#[component]
fn Backfill() -> Html {
    let store = use_store();
    let whole = use_state_eq(|| FOLD);
    let query = RowsQuery {
        scope: Scope::Backfill,
        to: *whole,
        ..RowsQuery::default()
    };
    let view = use_view(Some(Query::Rows(query)));
    let (Some(plan), Some(View::Rows(view))) = (store.summary(), view.as_deref()) else {
        return html! { <section class="panel fill-space" aria-label="Backfill"><header><h2>{ "Backfill" }</h2></header></section> };
    };
    let unfold = {
        let (whole, rows) = (whole.clone(), view.rows);
        Callback::from(move |_: MouseEvent| whole.set(rows.min(*whole + 1_000)))
    };
    let span = plan.span.map(|span| format!("bars: {}", days(span)));
    let previews = plan.previews > 0;
    html! {
        <section class="panel" aria-label="Backfill">
            <header><h2>{ "Backfill" }</h2><span class="sp t2 i2">{ span }</span></header>
            if view.rows == 0 {
                <p class="in t2 i2">{ "Nothing to fill." }</p>
            } else {
                <table class="cards bf">
                    <thead><tr><th scope="col">{ "Model" }</th><th scope="col">{ "Range" }</th>
                        <th scope="col" class="n">{ "Intervals" }</th><th scope="col" class="bar-col"><span class="vh">{ "Bar" }</span></th></tr></thead>
                    <tbody>{ for view.items.iter().map(|item| match item {
                        Item::Group(_) => Html::default(),
                        Item::Row(row) => backfill_row(&store, row),
                    }) }</tbody>
                    <tfoot><tr><td>{ format!("Total, {}", counted(view.rows, "model")) }</td><td></td>
                        <td class="n" data-total="intervals">{ number(view.batches) }</td><td class="bar-col"></td></tr></tfoot>
                </table>
                if view.rows > view.items.len() {
                    <p class="in"><button class="btn" onclick={unfold}>{ format!("Show more of {} models", number(view.rows as u64)) }</button></p>
                }
                <p class="legend"><span><svg class="sw" aria-hidden="true"><rect class="lod" width="16" height="8" /></svg>{ "loaded" }</span>
                    <span><svg class="sw" aria-hidden="true"><rect class="req" width="16" height="8" /></svg>{ "to fill" }</span>
                    if previews {
                        <span><svg class="sw" aria-hidden="true"><rect class="pre" width="16" height="8" /></svg>{ "preview" }</span>
                    }</p>
            }
        </section>
    }
}

fn backfill_row(store: &Store, row: &RowView) -> Html {
    html! {
        <tr data-model={row.name.clone()}>
            <td>{ badge(row.status) }<a href={store.route.changes(None).change(Some(&row.name)).fragment()}>{ name(row) }</a></td>
            <td class="i2">if row.preview { { "preview, " } }{ dates(&row.range) }</td>
            <td class="n">{ number(row.batches) }</td>
            <td class="bar-col">{ bar(&row.bar) }</td>
        </tr>
    }
}

fn statements(plan: &PlanSummaryView) -> Html {
    html! {
        <>
            if !plan.statements.is_empty() {
                <section class="panel" aria-label="Environment statements">
                    <header><h2>{ "Environment statements" }</h2></header>
                    { for plan.statements.iter().map(|(section, text)| html! {
                        <><h3 class="sub-head">{ section }</h3>
                        <crate::viewer::components::text_diff::TextDiff text={text.clone()} /></>
                    }) }
                </section>
            }
            if !plan.requirements.is_empty() {
                <section class="panel" aria-label="Python requirements">
                    <header><h2>{ "Python requirements" }</h2></header>
                    <crate::viewer::components::text_diff::TextDiff text={plan.requirements.clone()} />
                </section>
            }
        </>
    }
}

fn by_category(plan: &PlanSummaryView) -> Html {
    if plan.categories.is_empty() {
        return Html::default();
    }
    let dash = |value: u64| {
        if value == 0 {
            "–".to_string()
        } else {
            number(value)
        }
    };
    html! {
        <section class="panel" aria-label="By category">
            <header><h2>{ "By category" }</h2></header>
            <table class="tight"><thead><tr><th scope="col">{ "Category" }</th><th scope="col" class="n">{ "Models" }</th>
                <th scope="col" class="n">{ "Intervals" }</th></tr></thead>
                <tbody>{ for plan.categories.iter().map(|(kind, models, intervals)| html! {
                    <tr><td>{ category(Some(*kind)) }</td><td class="n">{ dash(*models) }</td><td class="n">{ dash(*intervals) }</td></tr>
                }) }</tbody></table>
            <footer>{ "Added models count as breaking, as in SQLMesh." }</footer>
        </section>
    }
}

/// The digest, and what it is for.
#[component]
fn Seal() -> Html {
    let store = use_store();
    let digest = use_digest();
    let (Some(view), Some(plan)) = (store.plan.clone(), store.summary()) else {
        return Html::default();
    };
    let rehearse = Callback::from(move |_: MouseEvent| {
        look(Query::Text(Format::After), |view| {
            if let Some(View::Text(text)) = view {
                save::file("state-after.json", &text);
            }
        });
    });
    let decided = store.can_choose() && plan.uncategorized() == 0 && view.refusal.is_none();
    html! {
        <section class="panel" aria-label="Digest">
            <header><h2>{ "Digest of this plan" }</h2></header>
            <div class="in stack tight-stack">
                if !digest.is_empty() { <code class="digest">{ digest }</code> }
                <p class="t2 i2">{ "The same files, state and options give the same digest everywhere: compare it with the one in " }<code>{ "planglass plan --format json" }</code>{ "." }</p>
                <p class="t2 i2">{ format!("Computed in {} ms", number(view.millis as u64)) }
                    if !plan.gateway.is_empty() { { " for gateway " }<code>{ &plan.gateway }</code> }{ "." }</p>
                if decided {
                    <p><button class="btn" id="rehearse" onclick={rehearse}>{ icon("file") }{ "State after this plan" }</button></p>
                    <p class="t2 i2">{ "The state as it will be once the plan was carried out: open it to plan the next step." }</p>
                }
            </div>
        </section>
    }
}
