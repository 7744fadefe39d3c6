//! What the fragment says of the graph, as a question for the worker.

use crate::messages::lineage::{Lens, LineageQuery, Part};
use crate::messages::rows::Group;
use crate::viewer::route::Route;

/// Keys of this page in the fragment.
pub mod key {
    /// Part of the graph.
    pub const PART: &str = "part";
    /// How many steps.
    pub const STEPS: &str = "steps";
    /// The model that the part is about.
    pub const ABOUT: &str = "about";
    /// The other end of a path.
    pub const TO: &str = "to";
    /// The column that the part is about.
    pub const COLUMN: &str = "column";
    /// Groups.
    pub const GROUPS: &str = "groups";
    /// Groups that are open.
    pub const OPEN: &str = "unfolded";
    /// Colours.
    pub const LENS: &str = "lens";
    /// The environment beside which models are seen.
    pub const ENVIRONMENT: &str = "beside";
}

/// Most steps that can be asked for.
pub const MOST_STEPS: u32 = 20;

/// What the route asks of the graph.
pub fn query_of(route: &Route, find: &str) -> LineageQuery {
    let part = route.get(key::PART).unwrap_or_default();
    let parts = [
        Part::Changes,
        Part::Around,
        Part::Path,
        Part::Column,
        Part::Inside,
        Part::All,
    ];
    let part = parts
        .into_iter()
        .find(|known| known.slug() == part)
        .unwrap_or_default();
    let lens = route.get(key::LENS).unwrap_or_default();
    let groups = route.get(key::GROUPS).unwrap_or_default();
    let text = |key: &str| route.get(key).map(str::to_string);
    LineageQuery {
        part,
        steps: route
            .get(key::STEPS)
            .and_then(|steps| steps.parse().ok())
            .unwrap_or(if part == Part::Around { 2 } else { 1 })
            .min(MOST_STEPS),
        // Only where the part is about a model is it part of the question: selecting one asks for nothing.
        model: match part {
            Part::Changes | Part::All => None,
            _ => text(key::ABOUT).or_else(|| route.model.clone()),
        },
        to: text(key::TO),
        column: text(key::COLUMN),
        group: Group::ALL
            .into_iter()
            .find(|group| group.slug() == groups && *group != Group::Status),
        open: route
            .get(key::OPEN)
            .unwrap_or_default()
            .split('\n')
            .filter(|key| !key.is_empty())
            .map(str::to_string)
            .collect(),
        lens: Lens::ALL
            .into_iter()
            .find(|known| known.slug() == lens)
            .unwrap_or_default(),
        environment: text(key::ENVIRONMENT).unwrap_or_else(|| "prod".to_string()),
        find: find.to_string(),
    }
}

/// One end of a path is chosen, the other is not.
pub fn awaits_end(route: &Route) -> bool {
    route.get(key::PART) == Some(Part::Path.slug()) && route.get(key::TO).is_none()
}

/// The route with a group unfolded or folded.
pub fn unfold(route: &Route, key: &str, open: bool) -> Route {
    let mut keys: Vec<&str> = route
        .get(key::OPEN)
        .unwrap_or_default()
        .split('\n')
        .filter(|known| !known.is_empty() && *known != key)
        .collect();
    if open {
        keys.push(key);
    }
    route.with(key::OPEN, &keys.join("\n"))
}
