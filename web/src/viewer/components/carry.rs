//! Decisions that were made in one system about the very changes that wait in the other, as a file for there.

use planglass_core::json;
use planglass_core::review::versions::Relation;
use yew::prelude::*;

use super::parts::icon;
use crate::messages::decisions::{Decision, FORMAT};
use crate::messages::{CompareQuery, CompareView, Decisions, Glyph, Query, View, counted};
use crate::viewer::{look, save};

/// More rows than any state has.
const ALL: usize = 1_000_000;

/// Properties of [`Carry`].
#[derive(Properties, PartialEq)]
pub struct CarryProps {
    /// What is compared.
    pub query: CompareQuery,
    /// How many decisions there are.
    pub count: usize,
    /// Names of both sides.
    pub sides: (String, String),
    /// Environment on the right.
    pub environment: String,
    /// Digest of the state on the right.
    pub digest: String,
}

/// The panel with its button.
#[component]
pub fn Carry(props: &CarryProps) -> Html {
    let CarryProps { count, sides, .. } = props;
    let write = {
        let query = CompareQuery {
            relation: Some(Relation::Different),
            limit: ALL,
            ..props.query.clone()
        };
        let (digest, name) = (props.digest.clone(), format!("decisions-for-{}.json", sides.1));
        Callback::from(move |_: MouseEvent| {
            let (digest, name) = (digest.clone(), name.clone());
            look(Query::Compare(query.clone()), move |view| {
                if let Some(View::Compare(view)) = view {
                    let text = json::pretty(&json::to_string(&carried(&view, &digest)));
                    save::file(&name, &text);
                }
            });
        })
    };
    html! {
        <section class="panel" id="carry" aria-label="Decisions to carry">
            <header><h2>{ "Decisions to carry" }</h2><span class="sp t2 i2">{ counted(*count, "model") }</span></header>
            <div class="in stack tight-stack">
                <p><button class="btn" id="save-carried" onclick={write} disabled={*count == 0}>{ icon("file") }
                    { format!("Save {} for {}", counted(*count, "decision"), sides.1) }<kbd class="wide">{ "s" }</kbd></button></p>
                <p class="t2 i2">{ if *count == 0 {
                    format!("No category of {} is about a change that {} still has before it.", sides.0, sides.1)
                } else {
                    format!("Categories of {} about changes that {} still has before it. Open the file beside a plan of {} \
                        for {}: what fits exactly can be taken over there.", sides.0, sides.1, sides.1, props.environment)
                } }</p>
            </div>
        </section>
    }
}

/// The decisions of the left side for the right one: from its version to that of the left.
fn carried(view: &CompareView, state: &str) -> Decisions {
    let decided = view.rows.iter().filter(|pair| pair.carry);
    let models = decided.filter_map(|pair| {
        let category = match pair.categories.0?.glyph {
            Glyph::Breaking => "BREAKING",
            Glyph::NonBreaking => "NON_BREAKING",
            _ => return None,
        };
        let decision = Decision {
            category: Some(category.to_string()),
            from: Some(pair.identifiers.1.clone()),
            to: Some(pair.identifiers.0.clone()),
            ..Decision::default()
        };
        Some((pair.name.clone(), decision))
    });
    Decisions {
        planglass_decisions: FORMAT,
        environment: view.right.environment.clone(),
        state: state.to_string(),
        models: models.collect(),
        ..Decisions::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Category;
    use crate::messages::environments::{PairView, SideView};

    #[test]
    fn only_decisions_are_carried_with_both_versions() {
        let pair = |name: &str, glyph, carry| PairView {
            name: name.into(),
            schema: String::new(),
            title: name.into(),
            relation: Relation::Different,
            identifiers: ("22".into(), "11".into()),
            categories: (
                Some(Category {
                    glyph,
                    inherited: false,
                }),
                None,
            ),
            carry,
            lacks: None,
            unit: String::new(),
        };
        let view = CompareView {
            right: SideView {
                environment: "prod".into(),
                ..SideView::default()
            },
            rows: vec![
                pair("a", Glyph::NonBreaking, true),
                pair("b", Glyph::Breaking, false),
                pair("c", Glyph::Metadata, true),
            ],
            ..CompareView::default()
        };
        let file = carried(&view, "digest");
        assert_eq!(file.models.keys().collect::<Vec<_>>(), ["a"]);
        let decision = &file.models["a"];
        assert_eq!(decision.category.as_deref(), Some("NON_BREAKING"));
        assert_eq!(
            (decision.from.as_deref(), decision.to.as_deref()),
            (Some("11"), Some("22"))
        );
        assert_eq!(
            (file.environment.as_str(), file.state.as_str()),
            ("prod", "digest")
        );
        assert_eq!(file.planglass_decisions, FORMAT);
    }
}
