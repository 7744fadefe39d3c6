//! Two environments side by side: counts that filter, and a table of models.

use planglass_core::review::versions::Relation;
use yew::prelude::*;

use super::parts::{category, name_of, number};
use crate::messages::environments::PairView;
use crate::messages::{CompareView, Status, counted};

/// Properties of [`CompareTable`].
#[derive(Properties, PartialEq)]
pub struct CompareTableProps {
    /// What is compared.
    pub view: CompareView,
    /// Names of both sides.
    pub sides: (String, String),
    /// Only models that relate so.
    pub relation: Option<Relation>,
    /// Asks for a relation, or for all.
    pub on_relation: Callback<Option<Relation>>,
    /// Asks for more rows.
    pub on_more: Callback<()>,
}

/// Sign, class and words of a relation.
fn signs(relation: Relation, sides: &(String, String)) -> (&'static str, &'static str, String) {
    match relation {
        Relation::Different => ("≠", "ne", "Different versions".to_string()),
        Relation::Left => ("", "l", format!("Only in {}", sides.0)),
        Relation::Right => ("", "r", format!("Only in {}", sides.1)),
        Relation::Equivalent => ("≈", "ap", "Equivalent: only metadata differs".to_string()),
        Relation::Same => ("=", "", "Exactly equal".to_string()),
    }
}

/// Counts and table.
#[component]
pub fn CompareTable(props: &CompareTableProps) -> Html {
    let CompareTableProps { view, sides, .. } = props;
    let filter = |relation: Relation, count: usize| {
        let (sign, class, words) = signs(relation, sides);
        let on = props.relation == Some(relation);
        let choose = {
            let ask = props.on_relation.clone();
            Callback::from(move |_: MouseEvent| ask.emit((!on).then_some(relation)))
        };
        html! {
            <button type="button" aria-pressed={on.to_string()} onclick={choose} data-relation={format!("{relation:?}").to_lowercase()}>
                <strong><b class={classes!("eq", class)} aria-hidden="true">{ sign }</b>{ number(count as u64) }</strong><small>{ words }</small></button>
        }
    };
    let more = {
        let ask = props.on_more.clone();
        Callback::from(move |_: MouseEvent| ask.emit(()))
    };
    let mut facts = vec![format!(
        "{} of another category",
        counted(view.categories_differ, "model")
    )];
    if view.lacking > 0 {
        facts.push(format!(
            "{} lacks intervals of {}",
            sides.1,
            counted(view.lacking, "model")
        ));
    }
    html! {
        <>
            <div class="fil" role="group" aria-label="Filter by how versions relate">
                { for view.counts.iter().map(|(relation, count)| filter(*relation, *count)) }</div>
            if view.rows.is_empty() {
                <p class="in t2 i2">{ "No model is like this." }</p>
            } else {
                <table class="cards cmp">
                    <thead><tr><th scope="col">{ "Model" }</th><th scope="col">{ "Versions" }</th><th scope="col">{ &sides.0 }</th><th scope="col">{ &sides.1 }</th>
                        <th scope="col">{ format!("Category, {}", sides.0) }</th><th scope="col">{ format!("Category, {}", sides.1) }</th>
                        <th scope="col" class="n">{ format!("{} lacks", sides.1) }</th></tr></thead>
                    <tbody>{ for view.rows.iter().map(|pair| row(pair, sides)) }</tbody>
                </table>
            }
            if view.row_count > view.rows.len() {
                <p class="in"><button class="btn" onclick={more}>{ format!("Show more of {} models", number(view.row_count as u64)) }</button></p>
            }
            <footer>{ facts.join("; ") }{ "." }</footer>
        </>
    }
}

fn row(pair: &PairView, sides: &(String, String)) -> Html {
    let (sign, class, words) = signs(pair.relation, sides);
    let words = match pair.relation {
        Relation::Different => "Different".to_string(),
        Relation::Equivalent => "Equivalent".to_string(),
        Relation::Same => "Equal".to_string(),
        Relation::Left | Relation::Right => words,
    };
    let or_dash = |text: &str| {
        if text.is_empty() {
            "–".to_string()
        } else {
            text.to_string()
        }
    };
    let lacks = match pair.lacks {
        None | Some(0) => "–".to_string(),
        Some(count) => counted(count as usize, &pair.unit.replace('_', " ")),
    };
    let status = if pair.relation == Relation::Right {
        Status::Removed
    } else {
        Status::Unchanged
    };
    html! {
        <tr data-model={pair.name.clone()}>
            <td>{ name_of(&pair.schema, &pair.title, status) }</td>
            <td class="nw"><span class="row"><b class={classes!("eq", class)} aria-hidden="true">{ sign }</b>{ words }</span></td>
            <td data-l={sides.0.clone()}><code>{ or_dash(&pair.identifiers.0) }</code></td>
            <td data-l={sides.1.clone()}><code>{ or_dash(&pair.identifiers.1) }</code></td>
            <td>{ category(pair.categories.0) }
                if pair.carry { <span class="count" title="It was chosen for the very change that the other side has before it">{ "can be carried" }</span> }</td>
            <td>{ category(pair.categories.1) }</td>
            <td class="n nw" data-l={format!("{} lacks", sides.1)}>{ lacks }</td>
        </tr>
    }
}
