//! What stays in this browser when a person asks for it: choices, notes and ticks, and where the page was.
//!
//! Nothing of a project or a state is kept but names of models. Another project, told by the digest of its files,
//! gets nothing back.

use gloo::utils::window;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

use super::choices::to_file;
use super::store::State;
use crate::messages::{Decisions, What};

/// Under this key it is kept; that the key is there says that it may be.
const KEY: &str = "planglass-session";

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Digest of the project's files.
    pub project: String,
    /// Choices, notes and ticks.
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

/// What was kept of the project that is open.
pub fn of(state: &State) -> Option<Kept> {
    let text = storage()?.get_item(KEY).ok().flatten()?;
    let kept: Kept = serde_json::from_str(&text).ok()?;
    (!kept.project.is_empty() && Some(kept.project.as_str()) == project(state)).then_some(kept)
}

fn project(state: &State) -> Option<&str> {
    let inputs = state.opened.inputs.iter();
    let mut projects = inputs.filter(|facts| facts.what == What::Project && facts.used);
    projects.next().map(|facts| facts.digest.as_str())
}

/// Keeps what there is, if that was asked for. What is kept stays until something else is decided.
pub fn keep(state: &State) {
    let decisions = to_file(&state.choices, &state.marks);
    if decisions == Decisions::default() || !is_on() {
        return;
    }
    let kept = Kept {
        project: project(state).unwrap_or_default().to_string(),
        decisions,
        place: state.route.fragment(),
    };
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&kept)) {
        // A full storage loses the newest note, not the page.
        let _ = storage.set_item(KEY, &text);
    }
}
