//! One state, one set of actions, one pure reducer.
//!
//! The reducer never touches the browser: requests for the planner are put into an outbox that the app
//! empties. Answers carry the number of their request; only the newest plan counts.

use planglass_core::ordered::{BTreeMap, BTreeSet};
use std::rc::Rc;

use planglass_core::time::Timestamp;
use yew::Reducible;

use crate::planner::{Event, Parcel, Reply, Request};
use crate::session::{Asked, Opened, What};
use crate::viewer::form::{Field, Form, Switch, minute};
use crate::viewer::review::{Review, Row};
use crate::viewer::route::{Page, Route, Theme};

/// What the last choice of a category did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// What was chosen.
    pub what: String,
    /// What it changed.
    pub result: String,
}

/// A plan request that has not been answered yet.
#[derive(Debug, Clone, PartialEq)]
struct Waiting {
    /// Number of the request; absent until it is sent.
    serial: Option<u32>,
    /// A choice that it carries out, in words.
    choice: Option<String>,
}

/// What happens after files are open: for the sample, and for a saved plan.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Then {
    environment: String,
    clock: Timestamp,
}

/// Everything the page knows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// Where the page is.
    pub route: Route,
    /// What is open.
    pub opened: Rc<Opened>,
    /// Milliseconds that reading took.
    pub read_millis: f64,
    /// Files are being read.
    pub reading: bool,
    /// The options form.
    pub form: Form,
    /// Why the form cannot be sent.
    pub form_error: Option<String>,
    /// Chosen categories by fully qualified name.
    pub choices: BTreeMap<String, String>,
    /// Choices before the last ones.
    pub undo: Vec<BTreeMap<String, String>>,
    /// Choices that were taken back.
    pub redo: Vec<BTreeMap<String, String>>,
    /// The last choice.
    pub effect: Option<Effect>,
    /// The newest plan.
    pub review: Option<Rc<Review>>,
    /// Something went wrong that is no problem of the input: shown until dismissed.
    pub alarm: Option<String>,
    /// Models that were looked at and ticked.
    pub viewed: BTreeSet<String>,
    /// The list of keys is open.
    pub keys: bool,
    /// Requests for the planner.
    pub outbox: Vec<(Request, Vec<Parcel>)>,
    asked: Option<Asked>,
    waiting: Option<Waiting>,
    then: Option<Then>,
    /// Names of what was sent to be opened last, for messages.
    opening: String,
}

/// What can happen.
#[derive(Debug, Clone)]
pub enum Action {
    /// Go somewhere.
    Go(Route),
    /// Files were chosen or dropped.
    Open(Vec<Parcel>),
    /// The sample was asked for: files, environment, clock.
    OpenSample(Vec<Parcel>, String, Timestamp),
    /// Files could not even be taken.
    Refuse(String),
    /// Forget an input.
    Close(What),
    /// A text of the form was edited.
    Edit(Field, String),
    /// A switch of the form was flipped.
    Flip(Switch),
    /// Plan, at this clock.
    Compute(Timestamp),
    /// Show the saved plan.
    ShowReport,
    /// Choose a category for a model; `None` leaves it to the planner.
    Choose(String, Option<&'static str>),
    /// Take back the last choice.
    Undo,
    /// Take it again.
    Redo,
    /// Tick or untick a model.
    View(String),
    /// Open or close the list of keys.
    Keys(bool),
    /// Next theme.
    SwitchTheme,
    /// The outbox was emptied; numbers of the requests in order.
    Sent(Vec<u32>),
    /// The planner said something.
    Heard(Event),
    /// The alarm was read.
    Dismiss,
}

impl State {
    /// A fresh page at a route.
    pub fn at(route: Route) -> Self {
        Self {
            route,
            ..Self::default()
        }
    }

    /// A plan is being computed.
    pub fn computing(&self) -> bool {
        self.waiting.is_some()
    }

    /// The same value for all that only depends on the current plan.
    pub fn plan_environment(&self) -> Option<&str> {
        self.review.as_ref()?.plan().map(|plan| plan.environment.as_str())
    }

    /// A chosen category may be changed now: the plan came from open files.
    pub fn can_choose(&self) -> bool {
        self.asked.is_some() && self.opened.can_plan
    }

    fn open(&mut self, parcels: Vec<Parcel>) {
        self.opening = parcels
            .first()
            .map(|parcel| parcel.path.clone())
            .unwrap_or_default();
        self.reading = true;
        self.alarm = None;
        self.outbox.push((Request::Open, parcels));
    }

    fn compute(&mut self, clock: Timestamp) {
        match self.form.asked(clock, &self.choices) {
            Ok(asked) => {
                self.form_error = None;
                self.effect = None;
                self.ask(asked, None);
            }
            Err(message) => self.form_error = Some(message),
        }
    }

    fn ask(&mut self, asked: Asked, choice: Option<String>) {
        self.asked = Some(asked.clone());
        self.waiting = Some(Waiting { serial: None, choice });
        self.alarm = None;
        self.outbox.push((Request::Plan(Box::new(asked)), Vec::new()));
    }

    fn choose(&mut self, choices: BTreeMap<String, String>, words: String) {
        let Some(mut asked) = self.asked.clone() else {
            return;
        };
        self.choices.clone_from(&choices);
        asked.options.set_choices = choices;
        self.ask(asked, Some(words));
    }

    fn forget_choices(&mut self) {
        self.choices.clear();
        self.undo.clear();
        self.redo.clear();
        self.effect = None;
    }

    fn sent(&mut self, serials: &[u32]) {
        let sent: Vec<_> = self
            .outbox
            .drain(..serials.len().min(self.outbox.len()))
            .collect();
        for ((request, _), serial) in sent.iter().zip(serials) {
            if let (Request::Plan(_) | Request::Report, Some(waiting)) = (request, &mut self.waiting) {
                waiting.serial = Some(*serial);
            }
        }
    }

    fn heard(&mut self, event: Event) {
        match event {
            Event::Reply(_, Reply::Opened { opened, millis }) => self.opened_now(*opened, millis),
            Event::Reply(serial, Reply::Planned { outcome, millis }) => {
                let Some(waiting) = self.waiting.take_if(|waiting| waiting.serial == Some(serial)) else {
                    return;
                };
                let review = Review::new(*outcome, millis);
                self.effect = waiting.choice.map(|what| Effect {
                    what,
                    result: self
                        .review
                        .as_ref()
                        .map(|before| compared(before, &review))
                        .unwrap_or_default(),
                });
                if self.route.page == Page::Open {
                    self.route.page = Page::Plan;
                }
                if self
                    .route
                    .model
                    .as_ref()
                    .is_some_and(|name| review.row(name).is_none())
                {
                    self.route.model = None;
                }
                self.review = Some(Rc::new(review));
            }
            Event::Reply(_, Reply::Failed { message }) => {
                self.reading = false;
                self.waiting = None;
                self.alarm = Some(message);
            }
            Event::Restarted { serial, message } => {
                let planning = self
                    .waiting
                    .take_if(|waiting| waiting.serial == Some(serial))
                    .is_some();
                let what = if planning {
                    "planning".to_string()
                } else {
                    format!("reading {}", self.opening)
                };
                self.reading = false;
                self.waiting = None;
                self.then = None;
                self.alarm = Some(match message.as_str() {
                    "cancelled" => format!("{what} was cancelled"),
                    _ => format!(
                        "{what} broke the planner, which has been started anew; what is shown is from before. \
                         It said: {message}"
                    ),
                });
            }
        }
    }

    fn opened_now(&mut self, opened: Opened, millis: f64) {
        self.reading = false;
        self.read_millis = millis;
        let only_report = opened.has_report && !opened.can_plan;
        self.opened = Rc::new(opened);
        self.forget_choices();
        self.viewed.clear();
        let then = self.then.take();
        if let Some(Then { environment, clock }) = then.filter(|_| self.opened.can_plan) {
            let now = self.opened.exported_at.unwrap_or(clock);
            self.form = Form::default();
            self.form.texts.insert(Field::Environment, environment);
            self.form.texts.insert(Field::Now, minute(now));
            self.compute(clock);
        } else if only_report {
            self.show_report();
        }
    }

    fn show_report(&mut self) {
        self.asked = None;
        self.waiting = Some(Waiting {
            serial: None,
            choice: None,
        });
        self.outbox.push((Request::Report, Vec::new()));
    }
}

/// What changed between two plans of the same files, in words.
fn compared(before: &Review, after: &Review) -> String {
    if after.plan().is_none() {
        return "The plan was refused.".to_string();
    }
    let changed = |row: &&Row| {
        before
            .row(&row.name)
            .is_none_or(|old| (old.category, old.batches) != (row.category, row.batches))
    };
    let models = after.rows.iter().filter(changed).count();
    let delta = after.batches() as i64 - before.batches() as i64;
    let batches = match delta {
        0 => "the same intervals are filled".to_string(),
        fewer if fewer < 0 => format!("{} intervals fewer", -fewer),
        more => format!("{more} intervals more"),
    };
    let models = match models {
        0 => "No model is treated differently".to_string(),
        1 => "1 model is treated differently".to_string(),
        count => format!("{count} models are treated differently"),
    };
    format!("{models}, {batches}. {:.0} ms", after.millis)
}

fn choice_words(name: &str, category: Option<&str>) -> String {
    match category {
        None => format!("{name} left to the planner."),
        Some(category) => format!("{name} set to {}.", category.to_lowercase().replace('_', "-")),
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = Rc::unwrap_or_clone(self);
        match action {
            Action::Go(route) => state.route = route,
            Action::Open(parcels) => {
                state.then = None;
                state.open(parcels);
            }
            Action::OpenSample(parcels, environment, clock) => {
                state.then = Some(Then { environment, clock });
                state.open(parcels);
            }
            Action::Refuse(message) => state.alarm = Some(message),
            Action::Close(what) => state.outbox.push((Request::Close(what), Vec::new())),
            Action::Edit(field, text) => {
                state.form.texts.insert(field, text);
                state.form_error = None;
            }
            Action::Flip(switch) => {
                if !state.form.on.remove(&switch) {
                    state.form.on.insert(switch);
                }
            }
            Action::Compute(clock) => state.compute(clock),
            Action::ShowReport => state.show_report(),
            Action::Choose(name, category) => {
                let mut choices = state.choices.clone();
                match category {
                    Some(category) => choices.insert(name.clone(), category.to_string()),
                    None => choices.remove(&name),
                };
                if choices != state.choices {
                    let shown = state
                        .review
                        .as_ref()
                        .and_then(|review| review.row(&name).map(Row::display));
                    state.undo.push(state.choices.clone());
                    state.redo.clear();
                    state.choose(choices, choice_words(&shown.unwrap_or(name), category));
                }
            }
            Action::Undo => {
                if let Some(choices) = state.undo.pop() {
                    state.redo.push(state.choices.clone());
                    state.choose(choices, "Last choice taken back.".to_string());
                }
            }
            Action::Redo => {
                if let Some(choices) = state.redo.pop() {
                    state.undo.push(state.choices.clone());
                    state.choose(choices, "Choice taken again.".to_string());
                }
            }
            Action::View(name) => {
                if !state.viewed.remove(&name) {
                    state.viewed.insert(name);
                }
            }
            Action::Keys(open) => state.keys = open,
            Action::SwitchTheme => state.route.theme = state.route.theme.next(),
            Action::Sent(serials) => state.sent(&serials),
            Action::Heard(event) => state.heard(event),
            Action::Dismiss => state.alarm = None,
        }
        Rc::new(state)
    }
}

impl Theme {
    /// The theme in words, for the button.
    pub fn words(self) -> &'static str {
        match self {
            Self::System => "as the system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

#[cfg(test)]
mod tests {
    use planglass_core::report::{PlanOutcome, PlanReport};

    use super::*;

    fn run(state: State, actions: impl IntoIterator<Item = Action>) -> Rc<State> {
        actions
            .into_iter()
            .fold(Rc::new(state), |state, action| state.reduce(action))
    }

    fn ready() -> State {
        let opened = Opened {
            can_plan: true,
            ..Opened::default()
        };
        State {
            opened: Rc::new(opened),
            ..State::default()
        }
    }

    fn planned(serial: u32, environment: &str) -> Action {
        let plan = PlanReport {
            environment: environment.into(),
            ..PlanReport::default()
        };
        let outcome = Box::new(PlanOutcome {
            plan: Some(plan),
            ..PlanOutcome::default()
        });
        Action::Heard(Event::Reply(serial, Reply::Planned { outcome, millis: 1.0 }))
    }

    const CLOCK: Timestamp = Timestamp(1_000);

    #[test]
    fn only_the_newest_plan_is_shown() {
        let state = run(
            ready(),
            [
                Action::Compute(CLOCK),
                Action::Sent(vec![1]),
                Action::Compute(CLOCK),
                Action::Sent(vec![2]),
                planned(1, "old"),
            ],
        );
        assert!(state.review.is_none());
        let state = run(Rc::unwrap_or_clone(state), [planned(2, "new")]);
        assert_eq!(state.plan_environment(), Some("new"));
        assert_eq!(state.route.page, Page::Plan);
        assert!(!state.computing());
    }

    #[test]
    fn choices_plan_again_and_can_be_taken_back() {
        let mut state = run(
            ready(),
            [
                Action::Compute(CLOCK),
                Action::Sent(vec![1]),
                planned(1, "dev"),
                Action::Choose("m".into(), Some("BREAKING")),
            ],
        );
        assert_eq!(state.choices["m"], "BREAKING");
        match &state.outbox[0].0 {
            Request::Plan(asked) => assert_eq!(asked.options.set_choices["m"], "BREAKING"),
            other => panic!("{other:?}"),
        }
        state = run(
            Rc::unwrap_or_clone(state),
            [Action::Sent(vec![2]), planned(2, "dev"), Action::Undo],
        );
        assert!(state.choices.is_empty());
        state = run(Rc::unwrap_or_clone(state), [Action::Redo]);
        assert_eq!(state.choices["m"], "BREAKING");
    }

    #[test]
    fn a_broken_planner_keeps_the_last_plan_and_says_so() {
        let restarted = Event::Restarted {
            serial: 2,
            message: "unreachable".into(),
        };
        let state = run(
            ready(),
            [
                Action::Compute(CLOCK),
                Action::Sent(vec![1]),
                planned(1, "dev"),
                Action::Compute(CLOCK),
                Action::Sent(vec![2]),
                Action::Heard(restarted),
            ],
        );
        assert_eq!(state.plan_environment(), Some("dev"));
        assert!(
            state
                .alarm
                .as_deref()
                .is_some_and(|text| text.starts_with("planning broke the planner"))
        );
        assert!(!state.computing());
    }

    #[test]
    fn a_moment_that_is_none_is_refused_before_planning() {
        let state = run(
            ready(),
            [
                Action::Edit(Field::Now, "not a moment".into()),
                Action::Compute(CLOCK),
            ],
        );
        assert!(state.form_error.is_some());
        assert!(state.outbox.is_empty());
    }
}
