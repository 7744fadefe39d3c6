//! Two environments side by side: of one state, or of the states of two systems.

use planglass_core::ordered::BTreeMap;

use planglass_core::review::versions::{Pair, Relation, compare, gap, unit_of};
use planglass_core::snapshot::{Snapshot, SnapshotId};
use planglass_core::state::{StateFile, TableInfo};

use super::review::{glyph, schema_and_title, shown_name};
use super::session::{OpenState, Session};
use crate::messages::environments::{PairView, SideView};
use crate::messages::{Category, CompareQuery, CompareView};

/// Two environments side by side; `None` when a state is not open any more or has no environment at all.
pub fn view(session: &Session, query: &CompareQuery) -> Option<CompareView> {
    let (left, right) = (session.state_of(query.left.0)?, session.state_of(query.right.0)?);
    let (left_side, left_infos) = side(left, &query.left.1)?;
    let (right_side, right_infos) = side(right, &query.right.1)?;
    let pairs = compare(left_infos, right_infos);
    let stored = (by_id(&left.state), by_id(&right.state));
    let lacks: Vec<Option<(u64, String)>> = pairs.iter().map(|pair| lacks(pair, &stored)).collect();
    let matching = pairs
        .iter()
        .zip(&lacks)
        .filter(|(pair, _)| query.relation.is_none_or(|wanted| wanted == pair.relation));
    Some(CompareView {
        left: left_side,
        right: right_side,
        counts: Relation::ALL
            .into_iter()
            .map(|relation| {
                let count = pairs.iter().filter(|pair| pair.relation == relation).count();
                (relation, count)
            })
            .collect(),
        categories_differ: pairs.iter().filter(|pair| pair.categories_differ()).count(),
        carried: pairs.iter().filter(|pair| pair.can_carry()).count(),
        lacking: lacks.iter().flatten().filter(|(count, _)| *count > 0).count(),
        row_count: matching.clone().count(),
        rows: matching
            .take(query.limit)
            .map(|(pair, lacks)| pair_view(pair, lacks.as_ref()))
            .collect(),
    })
}

/// An environment of a state; the first one when the wanted one is not there.
fn side<'s>(open: &'s OpenState, wanted: &str) -> Option<(SideView, &'s [TableInfo])> {
    let environments = &open.state.environments;
    let entry = environments
        .get(wanted)
        .or_else(|| environments.values().next())?;
    let environment = &entry.environment;
    let exported = open.state.metadata.timestamp.as_str();
    let view = SideView {
        file: open.name.clone(),
        exported: exported.strip_suffix(":00+00:00").unwrap_or(exported).to_string(),
        environment: environment.name.clone(),
        environments: environments.keys().cloned().collect(),
        models: environment.snapshots.len(),
    };
    Some((view, &environment.snapshots))
}

type Stored<'s> = BTreeMap<SnapshotId, &'s Snapshot>;

fn by_id(state: &StateFile) -> Stored<'_> {
    state
        .snapshots
        .iter()
        .map(|snapshot| (snapshot.id(), snapshot))
        .collect()
}

/// Units that the left side has loaded and the right one has not.
fn lacks(pair: &Pair<'_>, stored: &(Stored<'_>, Stored<'_>)) -> Option<(u64, String)> {
    let (left, right) = (pair.left?, pair.right?);
    let (left, right) = (stored.0.get(&left.id())?, stored.1.get(&right.id())?);
    let unit = unit_of(left);
    Some((
        gap(&left.intervals, &right.intervals, unit),
        unit.as_str().to_string(),
    ))
}

fn pair_view(pair: &Pair<'_>, lacks: Option<&(u64, String)>) -> PairView {
    let (schema, title) = schema_and_title(&shown_name(pair.name(), None));
    let identifier = |info: Option<&TableInfo>| {
        info.map(|info| info.fingerprint.to_identifier())
            .unwrap_or_default()
    };
    let category = |info: Option<&TableInfo>| {
        let info = info?;
        let text = info.change_category?.as_str();
        Some(Category {
            glyph: glyph(text, info.forward_only)?,
            inherited: text.starts_with("INDIRECT"),
        })
    };
    PairView {
        name: pair.right.or(pair.left).map_or("", |info| &info.name).to_string(),
        schema,
        title,
        relation: pair.relation,
        identifiers: (identifier(pair.left), identifier(pair.right)),
        categories: (category(pair.left), category(pair.right)),
        carry: pair.can_carry(),
        lacks: lacks.map(|(count, _)| *count),
        unit: lacks.map(|(_, unit)| unit.clone()).unwrap_or_default(),
    }
}
