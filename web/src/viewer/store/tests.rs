//! What actions make of the page's state.

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
    let summary = PlanSummaryView {
        environment: environment.into(),
        ..PlanSummaryView::default()
    };
    let plan = PlanView {
        summary: Some(summary),
        ..PlanView::default()
    };
    Action::Heard(Event::Reply(serial, Reply::Planned(Box::new(plan))))
}

fn shown(state: &State) -> Option<&str> {
    state.plan.as_ref()?.environment()
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
    assert!(state.plan.is_none());
    let state = run(Rc::unwrap_or_clone(state), [planned(2, "new")]);
    assert_eq!(shown(&state), Some("new"));
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
            Action::Choose("m".into(), "m".into(), Some("BREAKING")),
        ],
    );
    assert_eq!(state.choices.categories["m"], "BREAKING");
    match &state.outbox[0].0 {
        Request::Plan(asked) => assert_eq!(asked.options.set_choices["m"], "BREAKING"),
        other => panic!("{other:?}"),
    }
    state = run(
        Rc::unwrap_or_clone(state),
        [Action::Sent(vec![2]), planned(2, "dev"), Action::Undo],
    );
    assert!(state.choices.categories.is_empty());
    state = run(Rc::unwrap_or_clone(state), [Action::Redo]);
    assert_eq!(state.choices.categories["m"], "BREAKING");
}

#[test]
fn a_broken_planner_keeps_the_last_plan_and_says_so() {
    let restarted = Event::Restarted {
        serial: 2,
        view: None,
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
    assert_eq!(shown(&state), Some("dev"));
    assert!(
        state
            .alarm
            .as_deref()
            .is_some_and(|text| text.starts_with("planning broke the planner"))
    );
    assert!(!state.computing());
}

#[test]
fn steps_wait_for_the_place_of_the_model_they_start_from() {
    let place = |next: &str| {
        Some(Place {
            next: Some(next.into()),
            ..Place::default()
        })
    };
    let state = run(
        ready(),
        [
            Action::Placed(None, None, Some("a".into())),
            Action::Step(true),
            Action::Step(true),
            Action::Placed(Some("a".into()), place("b"), Some("a".into())),
        ],
    );
    assert_eq!(state.route.model.as_deref(), Some("b"));
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
