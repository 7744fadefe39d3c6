//! What stays in this browser when a person asks for it: choices, notes and ticks, and where the page was.
//!
//! Nothing of a project or a state is kept but names of models, with the versions that were decided about. What was
//! kept beside other files, or for another environment, is not simply taken back: it is said, and can be opened as a
//! decision file, which shows what of it fits.

use gloo::utils::window;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

use super::choices::to_file;
use super::look;
use super::store::State;
use crate::messages::{Decisions, Query, View, What};

/// Under this key it is kept; that the key is there says that it may be.
const KEY: &str = "planglass-session";

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Choices, notes and ticks, as a decision file holds them.
    pub decisions: Decisions,
    /// The fragment.
    pub place: String,
}

/// A page from disk, or a browser that forbids it, has none.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// It was asked for.
pub fn is_on() -> bool {
    storage().is_some_and(|storage| storage.get_item(KEY).ok().flatten().is_some())
}

/// Starts keeping, or forgets all of it.
pub fn switch(on: bool) {
    let Some(storage) = storage() else { return };
    // A browser that refuses keeps nothing, and the switch shows it.
    let _ = if on {
        storage.set_item(KEY, "{}")
    } else {
        storage.remove_item(KEY)
    };
}

/// What was kept, if there is anything.
pub fn kept() -> Option<Kept> {
    let text = storage()?.get_item(KEY).ok().flatten()?;
    let kept: Kept = serde_json::from_str(&text).ok()?;
    (!kept.decisions.models.is_empty()).then_some(kept)
}

impl Kept {
    /// What is not as it was then: project, state, environment.
    pub fn differs(&self, state: &State) -> Vec<&'static str> {
        let digest = |what: What| {
            let mut inputs = state.opened.inputs.iter();
            let used = inputs.find(|facts| facts.what == what && facts.used);
            used.map_or("", |facts| facts.digest.as_str())
        };
        let environment = state.summary().map_or("", |plan| plan.environment.as_str());
        [
            ("project", self.decisions.project.as_str(), digest(What::Project)),
            ("state", &self.decisions.state, digest(What::State)),
            ("environment", &self.decisions.environment, environment),
        ]
        .into_iter()
        .filter(|(_, then, now)| then != now)
        .map(|(what, ..)| what)
        .collect()
    }
}

/// Keeps what there is, if that was asked for. What is kept stays until something else is decided.
pub fn keep(state: &State) {
    let decisions = to_file(&state.choices, &state.marks);
    if decisions == Decisions::default() || !is_on() {
        return;
    }
    let place = state.route.fragment();
    look(Query::Decided(Box::new(decisions)), move |view| {
        let Some(View::Text(text)) = view else { return };
        let decisions = serde_json::from_str(&text).unwrap_or_default();
        let kept = Kept { decisions, place };
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&kept)) {
            // A full storage loses the newest note, not the page. It may have been switched off in the meantime.
            let _ = is_on().then(|| storage.set_item(KEY, &text));
        }
    });
}
