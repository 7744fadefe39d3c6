//! The worker: holds project, state and plan, and answers one request after the other.
//!
//! Files travel as `Blob`s and are read here; everything else travels as JSON text. Each kind of view has a file
//! of its own that takes the session and the plan and returns plain values; only this one touches the browser.

pub mod archive;
pub mod compare;
pub mod environments;
pub mod grid;
pub mod lineage;
pub mod model;
pub mod plan;
pub mod review;
pub mod rows;
pub mod session;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use planglass_core::project::lineage::ColumnGraph;
use planglass_core::report::{PlanOutcome, csv};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::messages::{Format, Query, Reply, Request, View};
use crate::post::{Parcel, decode_request, text_of};
use review::Review;
use session::{Input, Session};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// All that the worker remembers.
#[derive(Debug, Default)]
pub struct Desk {
    /// The open files.
    pub session: Session,
    /// The newest plan.
    pub review: Option<Review>,
    /// Gateway of the newest plan.
    gateway: Option<String>,
    /// The lineage of all columns, once somebody asked for it.
    columns: RefCell<Option<Rc<ColumnGraph>>>,
    /// Where the graph's boxes were last.
    places: RefCell<lineage::Memory>,
}

impl Desk {
    /// Shows an outcome from now on.
    fn show(&mut self, outcome: PlanOutcome, started: f64) -> Reply {
        let mut review = Review::new(outcome, 0.0);
        review.millis = performance_now() - started;
        let view = plan::view(&review, self.review.as_ref());
        self.review = Some(review);
        Reply::Planned(Box::new(view))
    }

    /// The lineage of all columns, read when it is asked for the first time; `None` without a project.
    fn columns(&self) -> Option<Rc<ColumnGraph>> {
        let mut known = self.columns.borrow_mut();
        if known.is_none() {
            let project = self.session.load(self.gateway.as_deref())?;
            *known = Some(Rc::new(ColumnGraph::new(&project)));
        }
        known.clone()
    }

    /// What a query asks for; `None` when there is nothing of the kind.
    pub fn view(&self, query: &Query) -> Option<View> {
        let review = self.review.as_ref();
        match query {
            Query::Rows(query) => Some(View::Rows(rows::view(review?, query))),
            Query::Model(query) => {
                let view = model::view(review?, &self.session, &query.name)?;
                Some(View::Model(Box::new(view)))
            }
            Query::Grid(query) => Some(View::Grid(grid::view(review?, query))),
            Query::Environments(query) => {
                let planned = review
                    .and_then(Review::plan)
                    .map(|plan| plan.environment.as_str());
                Some(View::Environments(environments::view(
                    &self.session,
                    planned,
                    query,
                )?))
            }
            Query::Compare(query) => Some(View::Compare(compare::view(&self.session, query)?)),
            Query::Text(format) => Some(View::Text(text(&review?.outcome, *format))),
            Query::Lineage(query) => {
                let mut places = self.places.borrow_mut();
                let columns = || self.columns();
                let state = self.session.state();
                let view = lineage::view(review?, state, query, &columns, &mut places, performance_now)?;
                Some(View::Lineage(Box::new(view)))
            }
        }
    }
}

/// An outcome as a text to carry away.
fn text(outcome: &PlanOutcome, format: Format) -> String {
    match format {
        Format::Markdown => planglass_core::report::text::markdown(outcome),
        Format::Json => serde_json::to_string_pretty(outcome).unwrap_or_default(),
        Format::Csv => outcome.plan_or_rest().map(csv::intervals).unwrap_or_default(),
    }
}

/// Carries out one request.
async fn process(desk: &RefCell<Desk>, request: Request, parcels: Vec<Parcel>) -> Reply {
    let started = performance_now();
    match request {
        Request::Open => {
            // All reads start at once; waiting for one after the other costs most of the time of small files.
            let reads: Vec<_> = parcels
                .into_iter()
                .map(|Parcel { path, blob }| (path, JsFuture::from(blob.array_buffer())))
                .collect();
            let mut inputs = Vec::with_capacity(reads.len());
            for (path, read) in reads {
                match read.await {
                    Ok(buffer) => inputs.push(Input {
                        path,
                        bytes: Uint8Array::new(&buffer).to_vec(),
                    }),
                    Err(error) => {
                        return Reply::Failed {
                            message: format!("{path} cannot be read: {}", text_of(&error)),
                        };
                    }
                }
            }
            desk.borrow_mut().session.open(inputs);
            opened(desk, started)
        }
        Request::Close(id) => {
            desk.borrow_mut().session.close(id);
            opened(desk, started)
        }
        Request::Use(id) => {
            desk.borrow_mut().session.choose(id);
            opened(desk, started)
        }
        Request::Plan(asked) => {
            let mut desk = desk.borrow_mut();
            let outcome = desk.session.plan(&asked);
            desk.gateway.clone_from(&asked.gateway);
            desk.columns.take();
            desk.show(outcome, started)
        }
        Request::Report => {
            let mut desk = desk.borrow_mut();
            let outcome = desk.session.report().cloned().unwrap_or_default();
            desk.show(outcome, started)
        }
        Request::View(query) => Reply::View(desk.borrow().view(&query).map(Box::new)),
    }
}

fn opened(desk: &RefCell<Desk>, started: f64) -> Reply {
    let opened = Box::new(desk.borrow().session.opened());
    Reply::Opened {
        opened,
        millis: performance_now() - started,
    }
}

/// Requests in the order in which they came, one at a time: reading a file must not let a later one pass.
struct Queue<F: Fn(u32, Reply) + 'static> {
    desk: RefCell<Desk>,
    waiting: RefCell<VecDeque<(u32, Request, Vec<Parcel>)>>,
    running: RefCell<bool>,
    answer: F,
}

impl<F: Fn(u32, Reply) + 'static> Queue<F> {
    fn new(answer: F) -> Rc<Self> {
        Rc::new(Self {
            desk: RefCell::default(),
            waiting: RefCell::default(),
            running: RefCell::new(false),
            answer,
        })
    }

    fn push(self: &Rc<Self>, serial: u32, request: Request, parcels: Vec<Parcel>) {
        self.waiting.borrow_mut().push_back((serial, request, parcels));
        if self.running.replace(true) {
            return;
        }
        let queue = Rc::clone(self);
        spawn_local(async move {
            loop {
                let next = queue.waiting.borrow_mut().pop_front();
                let Some((serial, request, parcels)) = next else {
                    break;
                };
                let reply = process(&queue.desk, request, parcels).await;
                (queue.answer)(serial, reply);
            }
            *queue.running.borrow_mut() = false;
        });
    }
}

/// Answers requests; runs in the worker and never ends.
pub fn serve() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let target = scope.clone();
    let queue = Queue::new(move |serial, mut reply: Reply| {
        let bytes = reply.take_bytes();
        let text = serde_json::to_string(&reply).unwrap_or_default();
        // A worker that cannot answer has no one to tell.
        let _ = match bytes {
            None => target.post_message(&Array::of2(&serial.into(), &text.into())),
            Some(bytes) => {
                let bytes = Uint8Array::from(bytes.as_slice());
                let message = Array::of3(&serial.into(), &text.into(), &bytes);
                target.post_message_with_transfer(&message, &Array::of1(&bytes.buffer()))
            }
        };
    });
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some((serial, request, parcels)) = decode_request(event.data()) {
            queue.push(serial, request, parcels);
        }
    });
    scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
    // The first word says only that this worker runs.
    let _ = scope.post_message(&Array::new());
}
