//! A plan prepared for looking at: one row per model, grouped, counted, with a bar of its intervals.
//!
//! In: a `PlanOutcome`. Out: plain values that pages draw without any further decision.

use planglass_core::ordered::BTreeMap;

use planglass_core::diagnostic::{Diagnostic, Severity};
use planglass_core::report::text::work;
use planglass_core::report::{PlanOutcome, PlanReport, SnapshotReport};
use planglass_core::time::{Intervals, Timestamp};

/// How a model differs from the environment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Changed itself.
    Direct,
    /// New in this environment.
    Added,
    /// Gone from the project.
    Removed,
    /// A parent changed.
    Indirect,
    /// Nothing that makes data.
    Metadata,
    /// As it was.
    #[default]
    Unchanged,
}

impl Status {
    /// All, in the order in which changes are listed.
    pub const ALL: [Self; 6] = [
        Self::Direct,
        Self::Added,
        Self::Removed,
        Self::Indirect,
        Self::Metadata,
        Self::Unchanged,
    ];

    /// Name in the URL.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Indirect => "indirect",
            Self::Metadata => "metadata",
            Self::Unchanged => "unchanged",
        }
    }

    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Direct => "Directly modified",
            Self::Added => "Added",
            Self::Removed => "Removed",
            Self::Indirect => "Indirectly modified",
            Self::Metadata => "Metadata only",
            Self::Unchanged => "Unchanged",
        }
    }

    /// The letter of its badge.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Direct => "D",
            Self::Added => "A",
            Self::Removed => "R",
            Self::Indirect => "I",
            Self::Metadata => "M",
            Self::Unchanged => "=",
        }
    }
}

/// A category as it is shown: glyph and words, and whether it came from a parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// `B!`, `N`, `→`, `M`, `?`.
    pub glyph: &'static str,
    /// `B`, `N`, `F`, `M`, `Q`: the class that colours the glyph.
    pub class: &'static str,
    /// In words.
    pub title: &'static str,
    /// Came from a parent: round and not to be chosen.
    pub inherited: bool,
}

/// The category of a node; `None` when it has none because nothing changed.
pub fn category(status: Status, report: Option<&SnapshotReport>, waits: bool) -> Option<Category> {
    let report = report?;
    let inherited = status == Status::Indirect;
    let (glyph, class, title) = match report.change_category.as_deref() {
        _ if matches!(status, Status::Unchanged | Status::Removed) => return None,
        None if waits => (
            "?",
            "Q",
            if inherited {
                "Waits for a parent"
            } else {
                "Not chosen"
            },
        ),
        None => return None,
        Some("BREAKING" | "NON_BREAKING") if report.forward_only && !inherited => ("→", "F", "Forward-only"),
        Some("INDIRECT_BREAKING" | "INDIRECT_NON_BREAKING") if report.forward_only => {
            ("→", "F", "Indirect forward-only")
        }
        Some("BREAKING") => ("B!", "B", "Breaking"),
        Some("NON_BREAKING") => ("N", "N", "Non-breaking"),
        Some("FORWARD_ONLY") => ("→", "F", "Forward-only"),
        Some("INDIRECT_BREAKING") => ("B!", "B", "Indirect breaking"),
        Some("INDIRECT_NON_BREAKING") => ("N", "N", "Indirect non-breaking"),
        Some("METADATA") => ("M", "M", "Metadata"),
        Some(_) => return None,
    };
    Some(Category {
        glyph,
        class,
        title,
        inherited,
    })
}

/// What a stretch of time is to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Already there.
    Loaded,
    /// To be filled.
    Requested,
    /// To be filled for looking only.
    Preview,
}

/// A stretch of a bar, in thousandths of its width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Left edge.
    pub from: f64,
    /// Width.
    pub width: f64,
    /// What it is.
    pub fill: Fill,
}

/// One model of the plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// Fully qualified, quoted name.
    pub name: String,
    /// What comes before the last dot of the display name, dot included.
    pub schema: String,
    /// What comes after.
    pub title: String,
    /// How it differs.
    pub status: Status,
    /// Still needs a category, or waits for a parent's.
    pub undecided: bool,
    /// Category, when it has one.
    pub category: Option<Category>,
    /// The category may be chosen.
    pub choosable: bool,
    /// Kind in words.
    pub kind: String,
    /// Models below that change because of it.
    pub affected: usize,
    /// Interval units to fill.
    pub batches: u64,
    /// What is filled in words; empty when nothing is.
    pub range: String,
    /// Only a preview is filled.
    pub preview: bool,
    /// Bar of intervals.
    pub bar: Vec<Stretch>,
}

impl Row {
    /// Schema and name.
    pub fn display(&self) -> String {
        format!("{}{}", self.schema, self.title)
    }
}

/// A plan, prepared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Review {
    /// As it came.
    pub outcome: PlanOutcome,
    /// One row per model, changed ones first, then by name.
    pub rows: Vec<Row>,
    /// Name → index of its row.
    pub by_name: BTreeMap<String, usize>,
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
            review.rows = rows_of(plan, review.span);
            review.by_name = review
                .rows
                .iter()
                .enumerate()
                .map(|(index, row)| (row.name.clone(), index))
                .collect();
        }
        review.outcome = outcome;
        review
    }

    /// The plan, or what the readable rest of a broken project would change.
    pub fn plan(&self) -> Option<&PlanReport> {
        self.outcome.plan_or_rest()
    }

    /// The row of a model.
    pub fn row(&self, name: &str) -> Option<&Row> {
        self.by_name.get(name).and_then(|index| self.rows.get(*index))
    }

    /// Rows that differ from the environment.
    pub fn changes(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.status != Status::Unchanged)
            .count()
    }

    /// Rows of one status.
    pub fn count(&self, status: Status) -> usize {
        self.rows.iter().filter(|row| row.status == status).count()
    }

    /// Directly modified models without a category.
    pub fn to_decide(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.undecided && row.status != Status::Indirect)
            .count()
    }

    /// Problems of one severity; the refusal, which has a place of its own, is not among them.
    pub fn problems(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        let refusal = self.outcome.error.as_ref().map(|refusal| &refusal.diagnostic);
        self.outcome
            .diagnostics
            .iter()
            .filter(move |problem| problem.severity == severity && Some(*problem) != refusal)
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

fn rows_of(plan: &PlanReport, span: Option<(Timestamp, Timestamp)>) -> Vec<Row> {
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
    let missing: BTreeMap<&str, _> = plan
        .missing_intervals
        .iter()
        .map(|missing| (missing.name.as_str(), missing))
        .collect();
    let removed = plan.removed.iter().map(|name| (name.as_str(), None));
    let present = plan
        .snapshots
        .iter()
        .map(|(name, report)| (name.as_str(), Some(report)));
    let mut rows: Vec<Row> = present
        .chain(removed)
        .map(|(name, report)| {
            let status = status.get(name).copied().unwrap_or_default();
            let missing = missing.get(name).copied();
            let display = match report {
                Some(report) if !report.detail.display_name.is_empty() => report.detail.display_name.clone(),
                _ => plan
                    .removed_display_names
                    .get(name)
                    .cloned()
                    .unwrap_or_else(|| shown_name(name, plan.default_catalog.as_deref())),
            };
            let (schema, title) = match display.rsplit_once('.') {
                Some((schema, title)) => (format!("{schema}."), title.to_string()),
                None => (String::new(), display),
            };
            let waits = plan.uncategorized.iter().any(|waiting| waiting == name)
                || (!plan.uncategorized.is_empty()
                    && report.is_some_and(|report| report.version.is_none() && report.is_new));
            let batches = missing.map_or(0, |missing| missing.batches);
            Row {
                name: name.to_string(),
                schema,
                title,
                status,
                undecided: waits,
                category: category(status, report, waits),
                choosable: report.is_some_and(|report| report.detail.choosable),
                kind: report.map_or_else(String::new, kind_words),
                affected: plan.indirectly_modified.get(name).map_or(0, Vec::len),
                batches,
                range: missing.map_or_else(String::new, |missing| work(plan, missing)),
                preview: missing.is_some_and(|missing| missing.preview),
                bar: bar_of(
                    report,
                    missing.map(|missing| (&missing.intervals, missing.preview)),
                    span,
                ),
            }
        })
        .collect();
    rows.sort_by(|a, b| {
        let key = |row: &Row| (!(row.undecided && row.status != Status::Indirect), row.status);
        key(a)
            .cmp(&key(b))
            .then_with(|| (&a.schema, &a.title).cmp(&(&b.schema, &b.title)))
    });
    rows
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
        let on_production = report.deployable.unwrap_or(true) || report.intervals.iter().next().is_some();
        add(
            if on_production {
                &report.intervals
            } else {
                &report.dev_intervals
            },
            Fill::Loaded,
        );
    }
    if let Some((intervals, preview)) = missing {
        add(intervals, if preview { Fill::Preview } else { Fill::Requested });
    }
    bar
}

fn kind_words(report: &SnapshotReport) -> String {
    match report.kind.as_deref() {
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
        assert_eq!(review.changes(), 5);
        assert_eq!(review.rows[0].affected, 1);
        assert_eq!(
            review.rows[3].category.map(|category| category.title),
            Some("Indirect breaking")
        );
        assert_eq!(review.rows[5].category, None);
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
            review.rows[0].bar,
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
