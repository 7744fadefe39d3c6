//! *Plan*: how many of each change, what must be decided, what is filled, what happens in which order.

use planglass_core::ordered::BTreeMap;

use planglass_core::diagnostic::{Diagnostic, Severity};
use planglass_core::report::PlanReport;
use planglass_core::report::text::REST;
use yew::prelude::*;

use super::nothing_yet;
use crate::viewer::components::diagnostics::Diagnostics;
use crate::viewer::components::parts::{badge, bar, category, name, number, sign};
use crate::viewer::review::{Review, Row, Status, shown_name};
use crate::viewer::{Store, use_store};

/// Rows of the backfill table that are drawn before the reader asks for the rest.
const FOLD: usize = 60;

/// The page.
#[component]
pub fn Plan() -> Html {
    let store = use_store();
    let Some(review) = store.review.clone() else {
        return nothing_yet(&store, "There is no plan yet.");
    };
    html! {
        <section class="screen pad" id="s-plan">
            <h1 class="vh">{ "Plan" }</h1>
            { refusal(&review) }
            if let Some(plan) = review.plan() {
                { counts(&store, &review) }
                { attention(&store, &review, plan) }
                { problems(&review, Severity::Error, "Problems") }
                <div class="cols">
                    <div class="stack"><Backfill />{ statements(plan) }</div>
                    { stages(&review, plan) }
                    <div class="stack">{ by_category(&review) }{ digest(&review, plan) }</div>
                </div>
            } else {
                { problems(&review, Severity::Error, "Problems") }
            }
            { problems(&review, Severity::Warning, "Warnings") }
            { problems(&review, Severity::Note, "Notes") }
        </section>
    }
}

fn refusal(review: &Review) -> Html {
    let Some(refusal) = &review.outcome.error else {
        return Html::default();
    };
    html! {
        <section class="panel refused" role="alert" aria-label="Refused">
            <header>{ sign("err") }<h1>{ if review.plan().is_some() { "This plan cannot be applied" } else { "No plan could be made" } }</h1>
                <code class="sp i2">{ &refusal.kind }</code></header>
            <Diagnostics problems={vec![refusal.diagnostic.clone()]} />
            if review.outcome.plan.is_none() && review.plan().is_some() {
                <p class="in t2">{ REST }</p>
            }
        </section>
    }
}

fn problems(review: &Review, severity: Severity, title: &'static str) -> Html {
    let problems: Vec<Diagnostic> = review.problems(severity).cloned().collect();
    if problems.is_empty() {
        return Html::default();
    }
    html! {
        <section class="panel" aria-label={title}>
            <header><h2>{ title }{ " " }<span class="count">{ problems.len() }</span></h2></header>
            <Diagnostics {problems} />
        </section>
    }
}

fn counts(store: &Store, review: &Review) -> Html {
    let cell = |status: Status, sign: &'static str, title: &'static str| {
        let count = review.count(status);
        let sign = if count > 0 { sign } else { "" };
        let content = html! {
            <><strong>{ badge(status) }<span data-count={status.slug()}>{ format!("{sign}{}", number(count as u64)) }</span></strong>
            <span class="b t2">{ title }</span><small>{ by_schema(review, status) }</small></>
        };
        html! { <a href={store.route.changes(Some(status)).fragment()}>{ content }</a> }
    };
    html! {
        <nav class="panel counts" aria-label="Counts">
            { cell(Status::Added, "+", "Added") }
            { cell(Status::Removed, "−", "Removed") }
            { cell(Status::Direct, "", "Direct") }
            { cell(Status::Indirect, "", "Indirect") }
            { cell(Status::Metadata, "", "Metadata") }
            { cell(Status::Unchanged, "", "Unchanged") }
        </nav>
    }
}

/// `core 2, stg 2`: the largest schemas of a status.
fn by_schema(review: &Review, status: Status) -> String {
    if status == Status::Unchanged {
        return format!("of {}", crate::session::counted(review.rows.len(), "model"));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in review.rows.iter().filter(|row| row.status == status) {
        *counts.entry(row.schema.trim_end_matches('.')).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(schema, count)| (std::cmp::Reverse(*count), *schema));
    let left = counts.len().saturating_sub(2);
    let mut parts: Vec<String> = counts
        .into_iter()
        .take(2)
        .map(|(schema, count)| format!("{schema} {count}").trim().to_string())
        .collect();
    if left > 0 {
        parts.push(format!("{left} more"));
    }
    if parts.is_empty() {
        "none".to_string()
    } else {
        parts.join(", ")
    }
}

fn attention(store: &Store, review: &Review, plan: &PlanReport) -> Html {
    let to_decide = review.to_decide();
    let first = review
        .rows
        .iter()
        .find(|row| row.undecided && row.status != Status::Indirect);
    let waits = review
        .rows
        .iter()
        .filter(|row| row.undecided && row.status == Status::Indirect)
        .count();
    let previews = review.rows.iter().filter(|row| row.preview).count();
    let mut items = Vec::new();
    if to_decide > 0 {
        let waits = match waits {
            0 => String::new(),
            1 => "1 model waits for it.".to_string(),
            many => format!("{many} models wait for it."),
        };
        items.push(html! {
            <li>{ sign("todo") }<p><b class="b">{ needs(to_decide) }</b>{ " " }<span>{ waits }</span></p>
                <a class="btn sp" href={store.route.changes(None).change(first.map(|row| row.name.as_str())).fragment()}>{ "Choose" }</a></li>
        });
    }
    for warning in &plan.warnings {
        items.push(html! { <li>{ sign("warn") }<p class="warning">{ warning }</p></li> });
    }
    if !plan.restatements.is_empty() {
        let names: Vec<String> = plan
            .restatements
            .iter()
            .take(5)
            .map(|(name, (start, end))| {
                let name = review
                    .row(name)
                    .map_or_else(|| shown_name(name, None), Row::display);
                format!("{name}: {} – {}", start.date_text(), end.plus(-1).date_text())
            })
            .collect();
        items.push(html! {
            <li>{ sign("warn") }<p><b class="b">{ format!("{} restated.", crate::session::counted(plan.restatements.len(), "model")) }</b>{ " " }
                <span>{ names.join(", ") }</span></p></li>
        });
    }
    if previews > 0 {
        items.push(html! {
            <li>{ sign("warn") }<p><b class="b">{ format!("{} filled for a preview only.", crate::session::counted(previews, "model")) }</b>{ " " }
                <span>{ "That data is not used when the change is deployed." }</span></p></li>
        });
    }
    if items.is_empty() && !plan.has_changes && plan.missing_intervals.is_empty() {
        items.push(html! {
            <li>{ sign("ok") }<p><b class="b">{ "No changes." }</b>{ " " }<span>
                <code>{ &plan.environment }</code>{ format!(" equals the project, {} compared; nothing to fill.",
                    crate::session::counted(review.rows.len(), "model")) }</span></p></li>
        });
    }
    if items.is_empty() {
        return Html::default();
    }
    html! { <section class="panel" aria-label="Needs attention"><ul class="att">{ for items }</ul></section> }
}

fn needs(count: usize) -> String {
    match count {
        1 => "1 change needs a category.".to_string(),
        many => format!("{many} changes need a category."),
    }
}

/// The table of what is filled.
#[component]
fn Backfill() -> Html {
    let store = use_store();
    let whole = use_state_eq(|| false);
    let Some(review) = &store.review else {
        return Html::default();
    };
    let rows: Vec<&Row> = review.rows.iter().filter(|row| row.batches > 0).collect();
    let unfold = {
        let whole = whole.clone();
        Callback::from(move |_: MouseEvent| whole.set(true))
    };
    let shown = if *whole { rows.len() } else { FOLD };
    let span = review
        .span
        .map(|(start, end)| format!("bars: {} – {}", start.date_text(), end.plus(-1).date_text()));
    html! {
        <section class="panel" aria-label="Backfill">
            <header><h2>{ "Backfill" }</h2><span class="sp t2 i2">{ span }</span></header>
            if rows.is_empty() {
                <p class="in t2 i2">{ "Nothing to fill." }</p>
            } else {
                <table class="cards bf">
                    <thead><tr><th scope="col">{ "Model" }</th><th scope="col">{ "Range" }</th>
                        <th scope="col" class="n">{ "Intervals" }</th><th scope="col" class="bar-col"><span class="vh">{ "Bar" }</span></th></tr></thead>
                    <tbody>{ for rows.iter().take(shown).map(|row| html! {
                        <tr data-model={row.name.clone()}>
                            <td>{ badge(row.status) }<a href={store.route.changes(None).change(Some(&row.name)).fragment()}>{ name(row) }</a></td>
                            <td class="i2">if row.preview { { "preview, " } }{ &row.range }</td>
                            <td class="n">{ number(row.batches) }</td>
                            <td class="bar-col">{ bar(&row.bar) }</td>
                        </tr>
                    }) }</tbody>
                    <tfoot><tr><td>{ format!("Total, {}", crate::session::counted(rows.len(), "model")) }</td><td></td>
                        <td class="n" data-total="intervals">{ number(review.batches()) }</td><td class="bar-col"></td></tr></tfoot>
                </table>
                if rows.len() > shown {
                    <p class="in"><button class="btn" onclick={unfold}>{ format!("Show all {} models", rows.len()) }</button></p>
                }
                <p class="legend"><span><svg class="sw"><rect class="lod" width="16" height="8" /></svg>{ "loaded" }</span>
                    <span><svg class="sw"><rect class="req" width="16" height="8" /></svg>{ "to fill" }</span>
                    if rows.iter().any(|row| row.preview) {
                        <span><svg class="sw"><rect class="pre" width="16" height="8" /></svg>{ "preview" }</span>
                    }</p>
            }
        </section>
    }
}

fn statements(plan: &PlanReport) -> Html {
    let environment = plan
        .environment_statements
        .as_ref()
        .filter(|list| !list.is_empty());
    html! {
        <>
            if let Some(list) = environment {
                <section class="panel" aria-label="Environment statements">
                    <header><h2>{ "Environment statements" }</h2></header>
                    { for list.iter().map(|(section, text)| html! {
                        <><h3 class="sub-head">{ section }</h3>
                        <crate::viewer::components::text_diff::TextDiff text={text.clone()} /></>
                    }) }
                </section>
            }
            if !plan.requirements_diff.is_empty() {
                <section class="panel" aria-label="Python requirements">
                    <header><h2>{ "Python requirements" }</h2></header>
                    <crate::viewer::components::text_diff::TextDiff text={plan.requirements_diff.join("\n")} />
                </section>
            }
        </>
    }
}

/// A stage in words: what it does, and how many of what where the plan says so.
fn stage_words(stage: &str, review: &Review, plan: &PlanReport) -> (String, String, Option<u64>) {
    let new = plan.snapshots.values().filter(|snapshot| snapshot.is_new).count();
    let models = review.rows.iter().filter(|row| row.batches > 0).count();
    let counted = crate::session::counted;
    let (title, words, count) = match stage {
        "BeforeAllStage" => (
            "Run statements before",
            "before_all of the project".to_string(),
            None,
        ),
        "AfterAllStage" => (
            "Run statements after",
            "after_all of the project".to_string(),
            None,
        ),
        "CreateSnapshotRecordsStage" => (
            "Record versions",
            format!("{} in state", counted(new, "new version")),
            Some(new as u64),
        ),
        "PhysicalLayerSchemaCreationStage" => {
            ("Create schemas", "for tables that hold data".to_string(), None)
        }
        "PhysicalLayerUpdateStage" => ("Create tables", "of new versions".to_string(), None),
        "BackfillStage" if models == 0 => ("Backfill", "nothing to fill".to_string(), Some(0)),
        "BackfillStage" => (
            "Backfill",
            format!("intervals of {}", counted(models, "model")),
            Some(review.batches()),
        ),
        "RestatementStage" => (
            "Clear restated intervals",
            "in other environments as well".to_string(),
            Some(plan.restatements.len() as u64),
        ),
        "AuditOnlyRunStage" => (
            "Run audits",
            "of versions that only changed their metadata".to_string(),
            None,
        ),
        "MigrateSchemasStage" => ("Alter tables", "of forward-only changes".to_string(), None),
        "EnvironmentRecordUpdateStage" => ("Write the environment record", plan.environment.clone(), None),
        "UnpauseStage" => ("Unpause versions", "they enter scheduled runs".to_string(), None),
        "VirtualLayerUpdateStage" => {
            let views = plan.promoted.as_ref().map_or(0, Vec::len);
            let gone = match plan.removed.len() {
                0 => String::new(),
                many => format!(", {} dropped", many),
            };
            (
                "Update views",
                format!("{} point to their versions{gone}", counted(views, "view")),
                Some(views as u64),
            )
        }
        "FinalizeEnvironmentStage" => ("Finalise the environment", plan.environment.clone(), None),
        other => return (other.trim_end_matches("Stage").to_string(), String::new(), None),
    };
    (title.to_string(), words, count)
}

fn stages(review: &Review, plan: &PlanReport) -> Html {
    html! {
        <section class="panel" aria-label="Stages">
            <header><h2>{ "What applying does, in order" }</h2></header>
            if plan.stages.is_empty() { <p class="in t2 i2">{ "Nothing." }</p> }
            <ol class="steps">
                { for plan.stages.iter().enumerate().map(|(index, stage)| {
                    let (title, words, count) = stage_words(stage, review, plan);
                    html! {
                        <li data-stage={stage.clone()}><b class="no">{ index + 1 }</b><span class="b">{ title }</span>
                            <span class="b">{ count.map(number) }</span><em>{ words }</em></li>
                    }
                }) }
            </ol>
            if plan.is_dev {
                <footer>{ "Only " }<code>{ &plan.environment }</code>{ " changes; production views stay as they are." }</footer>
            }
        </section>
    }
}

fn by_category(review: &Review) -> Html {
    let mut groups: Vec<(Option<_>, u64, u64)> = Vec::new();
    for row in review.rows.iter().filter(|row| row.category.is_some()) {
        let at = groups
            .iter()
            .position(|(category, ..)| *category == row.category)
            .unwrap_or_else(|| {
                groups.push((row.category, 0, 0));
                groups.len() - 1
            });
        groups[at].1 += 1;
        groups[at].2 += row.batches;
    }
    if groups.is_empty() {
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
                <tbody>{ for groups.into_iter().map(|(kind, models, intervals)| html! {
                    <tr><td>{ category(kind) }</td><td class="n">{ dash(models) }</td><td class="n">{ dash(intervals) }</td></tr>
                }) }</tbody></table>
            <footer>{ "Added models count as breaking, as in SQLMesh." }</footer>
        </section>
    }
}

fn digest(review: &Review, plan: &PlanReport) -> Html {
    html! {
        <section class="panel" aria-label="Digest">
            <header><h2>{ "Digest of this plan" }</h2></header>
            <div class="in stack tight-stack">
                if !plan.digest.is_empty() { <code class="digest">{ &plan.digest }</code> }
                <p class="t2 i2">{ "The same files, state and options give the same digest everywhere: compare it with the one in " }<code>{ "planglass plan --format json" }</code>{ "." }</p>
                <p class="t2 i2">{ format!("Computed in {:.0} ms", review.millis) }
                    if !plan.gateway.is_empty() { { " for gateway " }<code>{ &plan.gateway }</code> }{ "." }</p>
            </div>
        </section>
    }
}
