//! A plan prepared for looking at: one row per model with all that lists and headlines need.
//!
//! In: a `PlanOutcome`. Out: plain values; every other file beside this one draws from them.

use std::borrow::Cow;

use planglass_core::ordered::{BTreeMap, BTreeSet};

use planglass_core::model::KindName;
use planglass_core::report::text::work;
use planglass_core::report::{MissingIntervals, PlanOutcome, PlanReport, SnapshotReport};
use planglass_core::request::PlanUpdate;
use planglass_core::state::StateFile;
use planglass_core::time::{Intervals, Timestamp};

use super::model::base_environment;
use crate::messages::{Category, Fill, Glyph, RowView, Status, Stretch};

/// The category of a node; `None` when it has none because nothing changed.
pub fn category(status: Status, report: Option<&SnapshotReport>, waits: bool) -> Option<Category> {
    let report = report?;
    if matches!(status, Status::Unchanged | Status::Removed) {
        return None;
    }
    let (glyph, inherited) = match report.change_category.as_deref() {
        None if waits => (Glyph::Undecided, status == Status::Indirect),
        None => return None,
        // A model that was changed itself may have taken its category from above all the same.
        Some(text) => (glyph(text, report.forward_only)?, text.starts_with("INDIRECT")),
    };
    Some(Category { glyph, inherited })
}

/// The sign of a category as reports write it.
pub fn glyph(category: &str, forward_only: bool) -> Option<Glyph> {
    match category {
        "METADATA" => Some(Glyph::Metadata),
        "FORWARD_ONLY" => Some(Glyph::ForwardOnly),
        _ if forward_only => Some(Glyph::ForwardOnly),
        "BREAKING" | "INDIRECT_BREAKING" => Some(Glyph::Breaking),
        "NON_BREAKING" | "INDIRECT_NON_BREAKING" => Some(Glyph::NonBreaking),
        _ => None,
    }
}

/// What came of an update.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Updated {
    /// The plan as it is now.
    pub review: Review,
    /// The rows that are other ones now, as they were.
    pub rows: Vec<RowView>,
}

/// A plan, prepared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Review {
    /// As it came.
    pub outcome: PlanOutcome,
    /// One row per model without its bar, changed ones first, then by name.
    pub rows: Vec<RowView>,
    /// Name → index of its row.
    pub by_name: BTreeMap<String, usize>,
    /// Name → index among the missing intervals.
    missing: BTreeMap<String, usize>,
    /// Start and end of all bars.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Milliseconds that planning took.
    pub millis: f64,
}

impl Review {
    /// Prepares an outcome.
    pub fn new(outcome: PlanOutcome, millis: f64) -> Self {
        let mut review = Self {
            millis,
            ..Self::default()
        };
        if let Some(plan) = outcome.plan_or_rest() {
            review.span = span_of(plan);
            review.missing = missing_of(plan);
            review.rows = rows_of(plan, &review.missing);
            review.arrange();
        }
        review.outcome = outcome;
        review
    }

    /// The same plan with other decisions, and what was different in its rows.
    pub fn updated(self, update: PlanUpdate) -> Updated {
        let mut review = self;
        review.outcome.update(update);
        let Some(plan) = review.outcome.plan_or_rest() else {
            return Updated {
                rows: std::mem::take(&mut review.rows),
                review: Self::new(review.outcome, 0.0),
            };
        };
        review.span = span_of(plan);
        review.missing = missing_of(plan);
        let decisions = Decisions::of(plan, &review.missing);
        let mut rows = Vec::new();
        let mut moved = false;
        for row in &mut review.rows {
            let decided = decisions.about(&row.name, row.status, plan.snapshots.get(&row.name));
            if decided != Decided::of(row) {
                moved |= decided.undecided != row.undecided;
                rows.push(row.clone());
                decided.write(row);
            }
        }
        if moved {
            review.arrange();
        }
        Updated { review, rows }
    }

    /// Brings the rows in their order.
    fn arrange(&mut self) {
        self.rows.sort_by(|a, b| {
            let key = |row: &RowView| (!(row.undecided && row.status != Status::Indirect), row.status);
            key(a)
                .cmp(&key(b))
                .then_with(|| (&a.schema, &a.title).cmp(&(&b.schema, &b.title)))
        });
        let rows = self.rows.iter().enumerate();
        self.by_name = rows.map(|(index, row)| (row.name.clone(), index)).collect();
    }

    /// The plan, or what the readable rest of a broken project would change.
    pub fn plan(&self) -> Option<&PlanReport> {
        self.outcome.plan_or_rest()
    }

    /// The row of a model.
    pub fn row(&self, name: &str) -> Option<&RowView> {
        self.by_name.get(name).and_then(|index| self.rows.get(*index))
    }

    /// What a model has to fill.
    pub fn missing(&self, name: &str) -> Option<&MissingIntervals> {
        let index = self.missing.get(name)?;
        self.plan()?.missing_intervals.get(*index)
    }

    /// The row of a model with its bar.
    pub fn drawn(&self, row: &RowView) -> RowView {
        let report = self.plan().and_then(|plan| plan.snapshots.get(&row.name));
        let missing = self
            .missing(&row.name)
            .map(|missing| (&missing.intervals, missing.preview));
        RowView {
            bar: bar_of(report, missing, self.span),
            ..row.clone()
        }
    }

    /// Names the kinds of models that are gone from the project: only the state knows them.
    pub fn name_removed(&mut self, state: &StateFile) {
        let Some(plan) = self
            .outcome
            .plan_or_rest()
            .filter(|plan| !plan.removed.is_empty())
        else {
            return;
        };
        let held = base_environment(plan, state).map_or(&[][..], |held| &held.snapshots);
        for info in held {
            let row = self.by_name.get(&info.name).and_then(|at| self.rows.get_mut(*at));
            if let Some(row) = row.filter(|row| row.status == Status::Removed) {
                row.kind = kind_words(info.kind_name.map(KindName::as_str));
            }
        }
    }

    /// Interval units to fill.
    pub fn batches(&self) -> u64 {
        self.rows.iter().map(|row| row.batches).sum()
    }
}

fn span_of(plan: &PlanReport) -> Option<(Timestamp, Timestamp)> {
    let known = plan
        .missing_intervals
        .iter()
        .map(|missing| &missing.intervals)
        .chain(
            plan.snapshots
                .values()
                .flat_map(|snapshot| [&snapshot.intervals, &snapshot.dev_intervals]),
        );
    let mut span: Option<(Timestamp, Timestamp)> =
        plan.start.zip(plan.end).filter(|(start, end)| start < end);
    for interval in known.flat_map(|intervals| intervals.iter()) {
        let (start, end) = span.unwrap_or((interval.start(), interval.end()));
        span = Some((start.min(interval.start()), end.max(interval.end())));
    }
    span
}

fn rows_of(plan: &PlanReport, missing: &BTreeMap<String, usize>) -> Vec<RowView> {
    let mut status: BTreeMap<&str, Status> = BTreeMap::new();
    for name in &plan.metadata_updated {
        status.insert(name, Status::Metadata);
    }
    for name in plan.indirectly_modified.values().flatten() {
        status.insert(name, Status::Indirect);
    }
    for name in &plan.directly_modified {
        status.insert(name, Status::Direct);
    }
    for name in &plan.added {
        status.insert(name, Status::Added);
    }
    for name in &plan.removed {
        status.insert(name, Status::Removed);
    }
    let removed = plan.removed.iter().map(|name| (name.as_str(), None));
    let present = plan
        .snapshots
        .iter()
        .map(|(name, report)| (name.as_str(), Some(report)));
    let decisions = Decisions::of(plan, missing);
    let rows = present.chain(removed).map(|(name, report)| {
        let status = status.get(name).copied().unwrap_or_default();
        let display = match report {
            Some(report) if !report.detail.display_name.is_empty() => report.detail.display_name.clone(),
            _ => plan
                .removed_display_names
                .get(name)
                .cloned()
                .unwrap_or_else(|| shown_name(name, plan.default_catalog.as_deref())),
        };
        let (schema, title) = schema_and_title(&display);
        let mut row = RowView {
            name: name.to_string(),
            schema,
            title,
            status,
            choosable: report.is_some_and(|report| report.detail.choosable),
            forward_only_model: report.is_some_and(|report| report.detail.forward_only_model),
            kind: report.map_or_else(String::new, |report| kind_words(report.kind.as_deref())),
            affected: plan.indirectly_modified.get(name).map_or(0, Vec::len),
            ..RowView::default()
        };
        decisions.about(name, status, report).write(&mut row);
        row
    });
    rows.collect()
}

/// Name → index among the missing intervals.
fn missing_of(plan: &PlanReport) -> BTreeMap<String, usize> {
    let missing = plan.missing_intervals.iter().enumerate();
    missing
        .map(|(index, missing)| (missing.name.clone(), index))
        .collect()
}

/// What a plan decides about rows.
struct Decisions<'p> {
    plan: &'p PlanReport,
    missing: &'p BTreeMap<String, usize>,
    uncategorized: BTreeSet<&'p str>,
}

impl<'p> Decisions<'p> {
    fn of(plan: &'p PlanReport, missing: &'p BTreeMap<String, usize>) -> Self {
        Self {
            plan,
            missing,
            uncategorized: plan.uncategorized.iter().map(String::as_str).collect(),
        }
    }

    /// What is decided about a model.
    fn about(&self, name: &str, status: Status, report: Option<&SnapshotReport>) -> Decided<'p> {
        let missing = self.missing.get(name);
        let missing = missing.and_then(|index| self.plan.missing_intervals.get(*index));
        let undecided = self.uncategorized.contains(name)
            || (!self.uncategorized.is_empty()
                && report.is_some_and(|report| report.version.is_none() && report.is_new));
        Decided {
            undecided,
            forward_only: report.is_some_and(|report| report.forward_only),
            category: category(status, report, undecided),
            batches: missing.map_or(0, |missing| missing.batches),
            range: missing.map_or_else(Cow::default, |missing| work(self.plan, missing).into()),
            preview: missing.is_some_and(|missing| missing.preview),
        }
    }
}

/// The part of a row that decisions change.
#[derive(PartialEq)]
struct Decided<'r> {
    undecided: bool,
    forward_only: bool,
    category: Option<Category>,
    batches: u64,
    range: Cow<'r, str>,
    preview: bool,
}

impl<'r> Decided<'r> {
    fn of(row: &'r RowView) -> Self {
        Self {
            undecided: row.undecided,
            forward_only: row.forward_only,
            category: row.category,
            batches: row.batches,
            range: row.range.as_str().into(),
            preview: row.preview,
        }
    }

    fn write(self, row: &mut RowView) {
        row.undecided = self.undecided;
        row.forward_only = self.forward_only;
        row.category = self.category;
        row.batches = self.batches;
        row.range = self.range.into_owned();
        row.preview = self.preview;
    }
}

/// What comes before the last dot, dot included, and what comes after.
pub fn schema_and_title(display: &str) -> (String, String) {
    match display.rsplit_once('.') {
        Some((schema, title)) => (format!("{schema}."), title.to_string()),
        None => (String::new(), display.to_string()),
    }
}

fn bar_of(
    report: Option<&SnapshotReport>,
    missing: Option<(&Intervals, bool)>,
    span: Option<(Timestamp, Timestamp)>,
) -> Vec<Stretch> {
    let Some((start, end)) = span else {
        return Vec::new();
    };
    let whole = (end.millis() - start.millis()).max(1) as f64;
    let mut bar = Vec::new();
    let mut add = |intervals: &Intervals, fill: Fill| {
        for interval in intervals.iter() {
            let from = (interval.start().millis() - start.millis()) as f64 * 1000.0 / whole;
            let width = (interval.end().millis() - interval.start().millis()) as f64 * 1000.0 / whole;
            bar.push(Stretch { from, width, fill });
        }
    };
    if let Some(report) = report {
        add(report.loaded(), Fill::Loaded);
    }
    if let Some((intervals, preview)) = missing {
        add(intervals, if preview { Fill::Preview } else { Fill::Requested });
    }
    bar
}

/// The kind in words.
fn kind_words(kind: Option<&str>) -> String {
    match kind {
        None => "audit".to_string(),
        Some("INCREMENTAL_BY_TIME_RANGE") => "incremental by time".to_string(),
        Some("INCREMENTAL_BY_UNIQUE_KEY") => "incremental by key".to_string(),
        Some("INCREMENTAL_UNMANAGED") => "incremental".to_string(),
        Some(kind) => kind.to_lowercase().replace('_', " "),
    }
}

/// `"db"."shop"."items"` → `shop.items` when `db` is the default catalog.
pub fn shown_name(name: &str, default_catalog: Option<&str>) -> String {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut quoted = false;
    let mut chars = name.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                part.push('"');
            }
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(std::mem::take(&mut part)),
            other => part.push(other),
        }
    }
    parts.push(part);
    if parts.len() == 3 && default_catalog.is_none_or(|catalog| catalog == parts[0]) {
        parts.remove(0);
    }
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use planglass_core::report::MissingIntervals;
    use planglass_core::state::{EnvironmentEntry, TableInfo};
    use planglass_core::time::Interval;

    use super::*;

    fn plan() -> PlanReport {
        let day = planglass_core::time::DAY;
        let intervals: Intervals = serde_json::from_str(&format!("[[0,{day}]]")).expect("intervals");
        let mut plan = PlanReport {
            added: vec!["\"db\".\"s\".\"new\"".into()],
            removed: vec!["\"db\".\"s\".\"gone\"".into()],
            directly_modified: vec!["\"db\".\"s\".\"new\"".into(), "\"db\".\"s\".\"a\"".into()],
            metadata_updated: vec!["\"db\".\"s\".\"a\"".into(), "\"db\".\"s\".\"m\"".into()],
            default_catalog: Some("db".into()),
            start: Some(Timestamp(0)),
            end: Some(Timestamp(2 * day)),
            missing_intervals: vec![MissingIntervals {
                name: "\"db\".\"s\".\"a\"".into(),
                intervals: intervals.clone(),
                batches: 1,
                ..MissingIntervals::default()
            }],
            ..PlanReport::default()
        };
        plan.indirectly_modified
            .insert("\"db\".\"s\".\"a\"".into(), vec!["\"db\".\"s\".\"b\"".into()]);
        for (name, category) in [
            ("a", "BREAKING"),
            ("b", "INDIRECT_BREAKING"),
            ("m", "METADATA"),
            ("new", "BREAKING"),
            ("x", "BREAKING"),
        ] {
            let report = SnapshotReport {
                change_category: Some(category.into()),
                kind: Some("INCREMENTAL_BY_TIME_RANGE".into()),
                ..SnapshotReport::default()
            };
            plan.snapshots.insert(format!("\"db\".\"s\".\"{name}\""), report);
        }
        plan
    }

    #[test]
    fn every_model_has_one_row_with_one_status() {
        let review = Review::new(
            PlanOutcome {
                plan: Some(plan()),
                ..PlanOutcome::default()
            },
            1.0,
        );
        let rows: Vec<(String, &str)> = review
            .rows
            .iter()
            .map(|row| (row.display(), row.status.slug()))
            .collect();
        let expected = [
            ("s.a", "direct"),
            ("s.new", "added"),
            ("s.gone", "removed"),
            ("s.b", "indirect"),
            ("s.m", "metadata"),
            ("s.x", "unchanged"),
        ];
        assert_eq!(rows, expected.map(|(name, status)| (name.to_string(), status)));
        assert_eq!(review.rows[0].affected, 1);
        assert_eq!(
            review.rows[3].category.map(Category::title),
            Some("Indirect breaking")
        );
        assert_eq!(review.rows[5].category, None);
    }

    #[test]
    fn a_removed_model_has_the_kind_of_its_stored_version() {
        let plan = PlanReport {
            environment: "prod".into(),
            ..plan()
        };
        let outcome = PlanOutcome {
            plan: Some(plan),
            ..PlanOutcome::default()
        };
        let mut review = Review::new(outcome, 1.0);
        let mut state = StateFile::empty();
        let mut entry = EnvironmentEntry::default();
        let held = |name: &str| TableInfo {
            name: name.into(),
            kind_name: Some(KindName::View),
            ..TableInfo::default()
        };
        entry.environment.snapshots = ["gone", "a", "else"]
            .map(|name| held(&format!("\"db\".\"s\".\"{name}\"")))
            .into();
        state.environments.insert("prod".into(), entry);
        review.name_removed(&state);
        assert_eq!(
            (review.rows[2].status, review.rows[2].kind.as_str()),
            (Status::Removed, "view")
        );
        assert_eq!(review.rows[0].kind, "incremental by time");
    }

    #[test]
    fn bars_are_in_thousandths_of_the_whole_span() {
        let review = Review::new(
            PlanOutcome {
                plan: Some(plan()),
                ..PlanOutcome::default()
            },
            1.0,
        );
        assert_eq!(
            review.drawn(&review.rows[0]).bar,
            [Stretch {
                from: 0.0,
                width: 500.0,
                fill: Fill::Requested
            }]
        );
        let _ = Interval::new(Timestamp(0), Timestamp(1));
    }

    #[test]
    fn names_lose_quotes_and_the_default_catalog_only() {
        assert_eq!(
            shown_name("\"db\".\"shop\".\"it\"\"ems\"", Some("db")),
            "shop.it\"ems"
        );
        assert_eq!(
            shown_name("\"other\".\"shop\".\"a.b\"", Some("db")),
            "other.shop.a.b"
        );
        assert_eq!(shown_name("audit_name", Some("db")), "audit_name");
    }
}
