//! One state, one set of actions, one pure reducer.
//!
//! The reducer never touches the browser: requests for the planner are put into an outbox that the app
//! empties. Answers carry the number of their request; only the newest plan counts.

use planglass_core::ordered::BTreeSet;
use std::collections::VecDeque;
use std::rc::Rc;

use planglass_core::time::Timestamp;
use yew::Reducible;

use crate::messages::decisions::Decision;
use crate::messages::plan::PlanSummaryView;
use crate::messages::rows::Place;
use crate::messages::{Asked, Opened, PlanView, Reply, Request, What, counted};
use crate::post::Parcel;
use crate::viewer::choices::{Choices, History, Marks, take_over};
use crate::viewer::effect::{Effect, choice_words, effect_words, many_words};
use crate::viewer::form::{Field, Form, Switch, minute};
use crate::viewer::planner::Event;
use crate::viewer::route::{Page, Route};

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
    /// What was chosen.
    pub choices: Choices,
    /// The way back and forth.
    pub history: History,
    /// Models that the next choice of a category is for.
    pub picked: BTreeSet<String>,
    /// The last choice.
    pub effect: Option<Effect>,
    /// The newest plan, at a glance.
    pub plan: Option<Rc<PlanView>>,
    /// Grows with everything that is opened or planned: what was asked for before is out of date.
    pub generation: u32,
    /// Where the selected model is in the list of changes.
    pub place: Option<Place>,
    /// The model that was selected when the place was found.
    placed: Option<String>,
    /// Steps to the next (true) or previous change that wait for the place of the model they start from.
    steps: VecDeque<bool>,
    /// Name of the first change, where keys start.
    pub first: Option<String>,
    /// Something went wrong that is no problem of the input: shown until dismissed.
    pub alarm: Option<String>,
    /// Notes and ticks.
    pub marks: Marks,
    /// The list of keys is open.
    pub keys: bool,
    /// Requests for the planner.
    pub outbox: Vec<(Request, Vec<Parcel>)>,
    asked: Option<Asked>,
    /// The plan-wide switch as the form had it.
    formed: Option<bool>,
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
    /// Forget an input, by its number.
    Close(u32),
    /// Plan against this state from now on, by its number.
    Use(u32),
    /// The list of changes is shown: the selected model, where it is, and the first model.
    Placed(Option<String>, Option<Place>, Option<String>),
    /// Go to the next (true) or previous change.
    Step(bool),
    /// A text of the form was edited.
    Edit(Field, String),
    /// A switch of the form was flipped.
    Flip(Switch),
    /// Plan, at this clock.
    Compute(Timestamp),
    /// Show the saved plan.
    ShowReport,
    /// Choose a category for a model, given with its name for people; `None` leaves it to the planner.
    Choose(String, String, Option<&'static str>),
    /// Choose a category for many models.
    ChooseAll(Vec<String>, Option<&'static str>),
    /// Pick or leave a model for the next choice.
    Pick(String),
    /// Leave all that are picked.
    PickNone,
    /// Take over decisions of a file: by model, and the plan-wide switch.
    TakeOver(Vec<(String, Decision)>, Option<bool>),
    /// Let all direct changes go forward only, or not.
    ForwardOnly(bool),
    /// Take back the last choice.
    Undo,
    /// Take it again.
    Redo,
    /// Tick or untick a model.
    View(String),
    /// Write a note on a model; an empty one is none.
    Note(String, String),
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

    /// Facts and counts of the plan that is shown.
    pub fn summary(&self) -> Option<&PlanSummaryView> {
        self.plan.as_ref()?.summary.as_ref()
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
        match self.form.asked(clock, &self.choices.categories) {
            Ok(asked) => {
                self.choices.forward_only = None;
                self.form_error = None;
                self.effect = None;
                self.formed = asked.options.forward_only;
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

    /// Plans again with other choices.
    fn decide(&mut self, choices: Choices, words: String) {
        let Some(mut asked) = self.asked.clone() else {
            return;
        };
        asked.options.set_choices.clone_from(&choices.categories);
        // Without a choice it is as the form had it when the plan was made.
        let on = choices.forward_only.or(self.formed);
        asked.options.forward_only = on;
        if on == Some(true) {
            self.form.on.insert(Switch::ForwardOnly);
        } else {
            self.form.on.remove(&Switch::ForwardOnly);
        }
        self.choices = choices;
        self.ask(asked, Some(words));
    }

    /// The same, with the way back.
    fn choose(&mut self, choices: Choices, words: String) {
        if choices != self.choices && self.asked.is_some() {
            self.history.push(self.choices.clone());
            self.decide(choices, words);
        }
    }

    fn forward_only(&mut self, on: bool) {
        let choices = Choices {
            forward_only: Some(on),
            ..self.choices.clone()
        };
        let words = if on {
            "All direct changes go forward only."
        } else {
            "Changes do not go forward only."
        };
        self.choose(choices, words.to_string());
    }

    /// Goes to the change after or before the selected one, in the list as it is shown.
    fn step(&mut self, on: bool) {
        let next = match &self.place {
            None => self.first.clone(),
            Some(place) if on => place.next.clone(),
            Some(place) => place.previous.clone(),
        };
        if next.is_some() {
            self.route.model = next;
        }
    }

    fn forget_choices(&mut self) {
        self.choices = Choices::default();
        self.history = History::default();
        self.picked.clear();
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
            Event::Reply(serial, Reply::Planned(plan)) => {
                let Some(waiting) = self.waiting.take_if(|waiting| waiting.serial == Some(serial)) else {
                    return;
                };
                self.effect = waiting.choice.map(|what| Effect {
                    what,
                    result: effect_words(&plan),
                    treated: plan.treated.clone(),
                    changed: plan.changed,
                });
                if self.route.page == Page::Open {
                    self.route.page = Page::Plan;
                }
                self.generation += 1;
                self.plan = Some(Rc::from(plan));
            }
            Event::Reply(_, Reply::View(_) | Reply::Loaded) => {}
            Event::Reply(_, Reply::Failed { message }) => {
                self.reading = false;
                self.waiting = None;
                self.alarm = Some(message);
            }
            Event::Restarted {
                serial,
                view,
                message,
            } => {
                let planning = self
                    .waiting
                    .take_if(|waiting| waiting.serial == Some(serial))
                    .is_some();
                let what = match view {
                    Some(view) => format!("looking at {view}"),
                    None if planning => "planning".to_string(),
                    None => format!("reading {}", self.opening),
                };
                self.generation += 1;
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
        let files = |opened: &Opened| -> Vec<u32> {
            let planned = opened.inputs.iter().filter(|facts| facts.used);
            planned
                .filter(|facts| matches!(facts.what, What::State | What::Project))
                .map(|facts| facts.id)
                .collect()
        };
        // A decision file is about what is open: it changes nothing by itself.
        let same = files(&opened) == files(&self.opened);
        self.opened = Rc::new(opened);
        self.generation += 1;
        // A gateway of a project that was open before would be asked for without being seen.
        let gateway = self.form.text(Field::Gateway).to_string();
        if !self.opened.gateways.is_empty() && !self.opened.gateways.contains(&gateway) {
            self.form.texts.remove(&Field::Gateway);
        }
        if !same {
            self.forget_choices();
            self.marks = Marks::default();
        }
        let then = self.then.take();
        if let Some(Then { environment, clock }) = then.filter(|_| self.opened.can_plan) {
            let now = self.opened.exported_at.unwrap_or(clock);
            self.form = Form::default();
            self.form.texts.insert(Field::Environment, environment);
            self.form.texts.insert(Field::Now, minute(now));
            self.compute(clock);
        } else if only_report {
            self.show_report();
        } else if self.opened.can_plan && !same {
            // While the form is filled in.
            let gateway = self.form.given(Field::Gateway);
            self.outbox.push((Request::Load(gateway), Vec::new()));
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
            Action::Close(id) => state.outbox.push((Request::Close(id), Vec::new())),
            Action::Use(id) => state.outbox.push((Request::Use(id), Vec::new())),
            Action::Placed(model, place, first) => {
                state.placed = model;
                state.place = place;
                state.first = first;
                if let Some(on) = state.steps.pop_front() {
                    state.step(on);
                }
            }
            Action::Step(on) if state.placed == state.route.model => state.step(on),
            Action::Step(on) => state.steps.push_back(on),
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
            Action::ForwardOnly(on) => state.forward_only(on),
            Action::Choose(name, shown, category) => {
                let choices = state.choices.with(&[name], category);
                state.choose(choices, choice_words(&shown, category));
            }
            Action::ChooseAll(names, category) => {
                let choices = state.choices.with(&names, category);
                state.choose(choices, many_words(names.len(), category));
                state.picked.clear();
            }
            Action::Pick(name) => {
                if !state.picked.remove(&name) {
                    state.picked.insert(name);
                }
            }
            Action::PickNone => state.picked.clear(),
            Action::TakeOver(decided, forward_only) => {
                let (mut choices, marks) = take_over(&decided, &state.choices, &state.marks);
                choices.forward_only = forward_only.or(choices.forward_only);
                state.marks = marks;
                let words = format!("{} taken over.", counted(decided.len(), "decision"));
                state.choose(choices, words);
            }
            Action::Undo => {
                if let Some(choices) = state.history.back(&state.choices) {
                    state.decide(choices, "Last choice taken back.".to_string());
                }
            }
            Action::Redo => {
                if let Some(choices) = state.history.forth(&state.choices) {
                    state.decide(choices, "Choice taken again.".to_string());
                }
            }
            Action::View(name) => {
                if !state.marks.viewed.remove(&name) {
                    state.marks.viewed.insert(name);
                }
            }
            Action::Note(name, text) if text.trim().is_empty() => {
                state.marks.notes.remove(&name);
            }
            Action::Note(name, text) => {
                state.marks.notes.insert(name, text);
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

#[cfg(test)]
mod tests;
