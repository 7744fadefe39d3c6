//! Messages between the page and the worker that computes, and the same call without a worker.
//!
//! The page numbers its requests and shows only the answer to the newest one. A trap leaves a wasm instance
//! unusable, so the page then starts a new worker, opens the same files again and says which request it was.
//! Files travel as `Blob`s and are read in the worker; a plan comes back as JSON text.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, JsString, Uint8Array};
use planglass_core::report::PlanOutcome;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DedicatedWorkerGlobalScope, ErrorEvent, MessageEvent, Worker};

use crate::session::{Asked, Input, Opened, Session, What};

#[wasm_bindgen]
extern "C" {
    /// Defined by the page: a worker with this very wasm module.
    #[wasm_bindgen(js_name = planglassWorker, catch)]
    fn planglass_worker() -> Result<Worker, JsValue>;

    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// A file on its way to the worker: its path, and a handle from which its bytes can be read more than once.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// Path with folders, as dropped.
    pub path: String,
    /// Content.
    pub blob: Blob,
}

/// What the page can ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Request {
    /// Read the parcels that come along.
    Open,
    /// Forget an input.
    Close(What),
    /// Plan what is open.
    Plan(Box<Asked>),
    /// Show the saved plan that is open.
    Report,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reply {
    /// What is open now.
    Opened {
        /// Facts.
        opened: Box<Opened>,
        /// Time taken, in milliseconds.
        millis: f64,
    },
    /// A plan, or why there is none.
    Planned {
        /// The outcome.
        outcome: Box<PlanOutcome>,
        /// Time taken, in milliseconds.
        millis: f64,
    },
    /// The request could not be carried out at all: a file could not be read, the worker crashed.
    Failed {
        /// What happened.
        message: String,
    },
}

/// Carries out one request.
async fn process(session: &RefCell<Session>, request: Request, parcels: Vec<Parcel>) -> Reply {
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
            session.borrow_mut().open(inputs);
            opened(session, started)
        }
        Request::Close(what) => {
            session.borrow_mut().close(what);
            opened(session, started)
        }
        Request::Plan(asked) => {
            let outcome = Box::new(session.borrow().plan(&asked));
            Reply::Planned {
                outcome,
                millis: performance_now() - started,
            }
        }
        Request::Report => {
            let outcome = Box::new(session.borrow().report().cloned().unwrap_or_default());
            Reply::Planned {
                outcome,
                millis: performance_now() - started,
            }
        }
    }
}

fn opened(session: &RefCell<Session>, started: f64) -> Reply {
    let opened = Box::new(session.borrow().opened());
    Reply::Opened {
        opened,
        millis: performance_now() - started,
    }
}

fn text_of(error: &JsValue) -> String {
    String::from(js_sys::Object::from(error.clone()).to_string())
}

/// `[serial, request, [path, blob, path, blob, …]]`
fn encode_request(serial: u32, request: &Request, parcels: &[Parcel]) -> JsValue {
    let files = Array::new();
    for parcel in parcels {
        files.push(&parcel.path.as_str().into());
        files.push(&parcel.blob);
    }
    let text = serde_json::to_string(request).unwrap_or_default();
    Array::of3(&serial.into(), &text.into(), &files).into()
}

fn decode_request(data: JsValue) -> Option<(u32, Request, Vec<Parcel>)> {
    let data: Array = data.dyn_into().ok()?;
    let serial = data.get(0).as_f64()? as u32;
    let request = serde_json::from_str(&data.get(1).as_string()?).ok()?;
    let files: Array = data.get(2).dyn_into().ok()?;
    let mut parcels = Vec::new();
    for at in (0..files.length()).step_by(2) {
        parcels.push(Parcel {
            path: files.get(at).as_string()?,
            blob: files.get(at + 1).dyn_into().ok()?,
        });
    }
    Some((serial, request, parcels))
}

/// Requests in the order in which they came, one at a time: reading a file must not let a later one pass.
struct Queue<F: Fn(u32, Reply) + 'static> {
    session: RefCell<Session>,
    waiting: RefCell<VecDeque<(u32, Request, Vec<Parcel>)>>,
    running: RefCell<bool>,
    answer: F,
}

impl<F: Fn(u32, Reply) + 'static> Queue<F> {
    fn new(answer: F) -> Rc<Self> {
        Rc::new(Self {
            session: RefCell::default(),
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
                let reply = process(&queue.session, request, parcels).await;
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
    let queue = Queue::new(move |serial, reply: Reply| {
        let text = serde_json::to_string(&reply).unwrap_or_default();
        // A worker that cannot answer has no one to tell.
        let _ = target.post_message(&Array::of2(&serial.into(), &text.into()));
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

/// What a page hears from its planner.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The answer to a request.
    Reply(u32, Reply),
    /// The worker trapped or was given up; a new one has the same files open.
    Restarted {
        /// The request that was being carried out.
        serial: u32,
        /// What the worker said.
        message: String,
    },
}

type Message = (u32, Request, Vec<Parcel>);

type Answer = Box<dyn Fn(u32, Reply)>;

type Listener = Rc<dyn Fn(Event)>;

/// The page's end: sends requests and survives its worker.
pub struct Planner {
    inner: Rc<Inner>,
}

struct Inner {
    listener: Listener,
    link: RefCell<Link>,
    serial: RefCell<u32>,
    /// Requests without an answer, oldest first.
    pending: RefCell<VecDeque<Message>>,
    /// What has been opened, to open it again in a new worker.
    opened: RefCell<Vec<Message>>,
    /// The current worker has said something.
    ready: Cell<bool>,
}

enum Link {
    Worker(Worker),
    /// Where workers are not available: the same queue on the page's own thread.
    Here(Rc<Queue<Answer>>),
    None,
}

impl Planner {
    /// Starts a worker; `listener` hears every event, later than this call.
    pub fn new(listener: impl Fn(Event) + 'static) -> Self {
        let inner = Rc::new(Inner {
            listener: Rc::new(listener),
            link: RefCell::new(Link::None),
            serial: RefCell::new(0),
            pending: RefCell::default(),
            opened: RefCell::default(),
            ready: Cell::new(false),
        });
        inner.start();
        Self { inner }
    }

    /// Sends a request and says its number.
    pub fn ask(&self, request: Request, parcels: Vec<Parcel>) -> u32 {
        let serial = {
            let mut last = self.inner.serial.borrow_mut();
            *last += 1;
            *last
        };
        if matches!(request, Request::Open | Request::Close(_)) {
            self.inner
                .opened
                .borrow_mut()
                .push((serial, request.clone(), parcels.clone()));
        }
        self.inner
            .pending
            .borrow_mut()
            .push_back((serial, request.clone(), parcels.clone()));
        self.inner.send(serial, request, parcels);
        serial
    }

    /// Gives up what is being computed: the worker is replaced.
    pub fn cancel(&self) {
        self.inner.restart("cancelled");
    }
}

impl Inner {
    fn start(self: &Rc<Self>) {
        self.ready.set(false);
        let link = match planglass_worker() {
            Ok(worker) => {
                let inner = Rc::clone(self);
                let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                    inner.hear(&event.data());
                });
                worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
                on_message.forget();
                let inner = Rc::clone(self);
                let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
                    event.prevent_default();
                    inner.restart(&event.message());
                });
                worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
                on_error.forget();
                Link::Worker(worker)
            }
            Err(_) => self.here(),
        };
        *self.link.borrow_mut() = link;
    }

    fn here(self: &Rc<Self>) -> Link {
        let inner = Rc::clone(self);
        let answer: Answer = Box::new(move |serial, reply| inner.answer(serial, reply));
        Link::Here(Queue::new(answer))
    }

    fn send(&self, serial: u32, request: Request, parcels: Vec<Parcel>) {
        match &*self.link.borrow() {
            Link::Worker(worker) => {
                if let Err(error) = worker.post_message(&encode_request(serial, &request, &parcels)) {
                    self.answer(
                        serial,
                        Reply::Failed {
                            message: text_of(&error),
                        },
                    );
                }
            }
            Link::Here(queue) => queue.push(serial, request, parcels),
            Link::None => {}
        }
    }

    /// `[serial, reply]`, or a text from the worker's last breath.
    fn hear(self: &Rc<Self>, data: &JsValue) {
        if let Some(text) = data.dyn_ref::<JsString>() {
            self.restart(&String::from(text));
            return;
        }
        let Some(data) = data.dyn_ref::<Array>() else {
            return;
        };
        self.ready.set(true);
        let (Some(serial), Some(text)) = (data.get(0).as_f64(), data.get(1).as_string()) else {
            return;
        };
        let reply = serde_json::from_str(&text).unwrap_or_else(|error| Reply::Failed {
            message: format!("the answer of the worker cannot be read: {error}"),
        });
        self.answer(serial as u32, reply);
    }

    fn answer(&self, serial: u32, reply: Reply) {
        let mut pending = self.pending.borrow_mut();
        // Answers to what was opened again after a restart are not waited for.
        let Some(at) = pending.iter().position(|(waiting, _, _)| *waiting == serial) else {
            return;
        };
        pending.remove(at);
        drop(pending);
        (self.listener)(Event::Reply(serial, reply));
    }

    fn restart(self: &Rc<Self>, message: &str) {
        if let Link::Worker(worker) = &*self.link.borrow() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
        if !self.ready.get() {
            // Workers do not start here: nothing is lost, the page computes itself from now on.
            *self.link.borrow_mut() = self.here();
            let pending: Vec<Message> = self.pending.borrow().iter().cloned().collect();
            for (serial, request, parcels) in pending {
                self.send(serial, request, parcels);
            }
            return;
        }
        let lost: Vec<u32> = self
            .pending
            .borrow_mut()
            .drain(..)
            .map(|(serial, _, _)| serial)
            .collect();
        let first = lost.first().copied().unwrap_or_default();
        // Whatever broke it is not opened again.
        self.opened.borrow_mut().retain(|(serial, _, _)| *serial != first);
        self.start();
        for (serial, request, parcels) in self.opened.borrow().iter() {
            self.send(*serial, request.clone(), parcels.clone());
        }
        (self.listener)(Event::Restarted {
            serial: first,
            message: message.to_string(),
        });
    }
}
