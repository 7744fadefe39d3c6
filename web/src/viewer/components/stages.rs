//! What applying does: the stages in order, and the SQL that one of them runs.

use yew::prelude::*;

use super::code::Code;
use super::parts::{icon, name_of, number};
use crate::messages::plan::PlanSummaryView;
use crate::messages::stage::StepView;
use crate::messages::{Query, StageQuery, Status, View, counted};
use crate::viewer::route::Route;
use crate::viewer::{Store, use_view};

/// Steps that are asked for at once.
const STEPS: usize = 25;

/// All stages of a plan; each leads to what it runs when that can be told: the plan was made of open files, and all
/// of it is decided.
pub fn stages(store: &Store, plan: &PlanSummaryView, with_sql: bool) -> Html {
    html! {
        <section class="panel" aria-label="Stages">
            <header><h2>{ "What applying does, in order" }</h2></header>
            if plan.stages.is_empty() { <p class="in t2 i2">{ "Nothing." }</p> }
            <ol class="steps">
                { for plan.stages.iter().enumerate().map(|(index, stage)| {
                    let open = opened(&store.route) == Some(index);
                    let value = if open { String::new() } else { index.to_string() };
                    let href = store.route.with("stage", &value).fragment();
                    html! {
                        <li data-stage={stage.name.clone()}><b class="no">{ index + 1 }</b><span class="b">{ &stage.title }</span>
                            <span class="b">{ stage.count.map(number) }</span><em>{ &stage.words }</em>
                            if with_sql {
                                <a class="sql" {href} aria-expanded={open.to_string()} role="button"
                                    aria-label={format!("SQL of stage {}, {}", index + 1, stage.title)}>{ "SQL" }</a>
                            }</li>
                    }
                }) }
            </ol>
            if plan.is_dev {
                <footer>{ "Only " }<code>{ &plan.environment }</code>{ " changes; production views stay as they are." }</footer>
            }
        </section>
    }
}

/// Place of the stage whose SQL is shown.
fn opened(route: &Route) -> Option<usize> {
    route.get("stage")?.parse().ok()
}

/// What the chosen stage runs, across the whole page.
pub fn stage_sql(store: &Store, plan: &PlanSummaryView) -> Html {
    let Some((index, stage)) = opened(&store.route).and_then(|index| Some((index, plan.stages.get(index)?)))
    else {
        return Html::default();
    };
    let close = store.route.with("stage", "").fragment();
    html! {
        <section class="panel" id="stage-sql" aria-label="SQL of a stage">
            <header><h2>{ format!("{}. {}", index + 1, stage.title) }</h2><span class="t2 i2">{ &stage.words }</span>
                <a class="btn quiet sp" href={close} aria-label="Close the SQL">{ icon("x") }</a></header>
            <div class="in" tabindex="0" role="region" aria-label="Statements"><Steps key={index} stage={index} /></div>
        </section>
    }
}

/// Properties of [`Steps`].
#[derive(Properties, PartialEq)]
struct StepsProps {
    /// Place of the stage.
    stage: usize,
}

/// What a stage runs.
#[component]
fn Steps(props: &StepsProps) -> Html {
    let to = use_state_eq(|| STEPS);
    let query = StageQuery {
        stage: props.stage,
        to: *to,
    };
    let view = use_view(Some(Query::Stage(query)));
    let Some(View::Stage(view)) = view.as_deref() else {
        return html! { <p class="t2 i2">{ "Working…" }</p> };
    };
    if view.steps == 0 {
        return html! { <p class="t2 i2">{ "It runs no SQL and writes nothing." }</p> };
    }
    let more = {
        let to = to.clone();
        Callback::from(move |_: MouseEvent| to.set(*to + 10 * STEPS))
    };
    html! {
        <div class="sql-steps" data-statements={view.statements.to_string()}>
            <p class="t2 i2">{ format!("{} in {}", counted(view.statements, "statement"), counted(view.steps, "step")) }</p>
            { for view.shown.iter().map(step) }
            if view.steps > view.shown.len() {
                <button class="btn" onclick={more}>{ format!("Show more of {} steps", number(view.steps as u64)) }</button>
            }
        </div>
    }
}

fn step(step: &StepView) -> Html {
    html! {
        <section class="sql-step">
            <p class="t2">
                if !step.title.is_empty() { <b class="b">{ name_of(&step.schema, &step.title, Status::Unchanged) }</b> }
                else if !step.target.is_empty() { <b class="b m">{ &step.target }</b> }
                if !step.interval.is_empty() { <span class="i2">{ &step.interval }</span> }
            </p>
            { for step.statements.iter().map(|(what, sql)| html! {
                <><h4>{ what }</h4><Code text={sql.clone()} /></>
            }) }
            { for step.notes.iter().map(|note| html! { <p class="t2 i2">{ note }</p> }) }
        </section>
    }
}
