//! The page's end of the worker: sends requests, hands out answers, and survives the worker.
//!
//! Requests are numbered. A trap leaves a wasm instance unusable, so a new worker is started then, opens the same
//! files and makes the same plan again, and the page says which request it was.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

use crate::messages::{Query, Reply, Request, View};
use crate::post::{Parcel, send_request, text_of};

#[wasm_bindgen]
extern "C" {
    /// Defined by the page: a worker with the planner's module.
    #[wasm_bindgen(js_name = planglassWorker, catch)]
    fn planglass_worker() -> Result<Worker, JsValue>;
}

/// What a page hears from its planner.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The answer to a request other than for a view.
    Reply(u32, Reply),
    /// The worker trapped or was given up; a new one has the same files open.
    Restarted {
        /// The request that was being carried out, if any.
        serial: u32,
        /// The view that was being drawn, in words.
        view: Option<String>,
        /// What the worker said.
        message: String,
    },
}

/// Hears the view that it asked for.
type Hears = Box<dyn FnOnce(Option<View>)>;

struct Message {
    serial: u32,
    request: Request,
    parcels: Vec<Parcel>,
    hears: Option<Hears>,
}

type Listener = Rc<dyn Fn(Event)>;

/// The page's end.
pub struct Planner {
    inner: Rc<Inner>,
}

struct Inner {
    listener: Listener,
    worker: RefCell<Option<Worker>>,
    serial: Cell<u32>,
    /// Requests without an answer, oldest first.
    pending: RefCell<VecDeque<Message>>,
    /// What has been opened and planned last, to do it again in a new worker.
    done: RefCell<Vec<(u32, Request, Vec<Parcel>)>>,
    /// Views that broke a worker: not asked for again until something else is planned.
    broken: RefCell<Vec<Query>>,
    /// The current worker has said something.
    ready: Cell<bool>,
}

impl Planner {
    /// Starts a worker; `listener` hears every event, later than this call.
    pub fn new(listener: impl Fn(Event) + 'static) -> Self {
        let inner = Rc::new(Inner {
            listener: Rc::new(listener),
            worker: RefCell::default(),
            serial: Cell::default(),
            pending: RefCell::default(),
            done: RefCell::default(),
            broken: RefCell::default(),
            ready: Cell::new(false),
        });
        inner.start();
        Self { inner }
    }

    /// Sends a request and says its number.
    pub fn ask(&self, request: Request, parcels: Vec<Parcel>) -> u32 {
        self.inner.broken.borrow_mut().clear();
        self.inner.ask(request, parcels, None)
    }

    /// Asks for something to look at. Nothing is heard when the worker breaks over it.
    pub fn look(&self, query: Query, hears: impl FnOnce(Option<View>) + 'static) {
        if !self.inner.broken.borrow().contains(&query) {
            self.inner
                .ask(Request::View(Box::new(query)), Vec::new(), Some(Box::new(hears)));
        }
    }

    /// Gives up what is being computed: the worker is replaced.
    pub fn cancel(&self) {
        self.inner.restart("cancelled");
    }
}

impl Inner {
    fn ask(self: &Rc<Self>, request: Request, parcels: Vec<Parcel>, hears: Option<Hears>) -> u32 {
        let serial = self.serial.get() + 1;
        self.serial.set(serial);
        let message = Message {
            serial,
            request: request.clone(),
            parcels: parcels.clone(),
            hears,
        };
        self.pending.borrow_mut().push_back(message);
        self.send(serial, &request, &parcels);
        serial
    }

    fn start(self: &Rc<Self>) {
        self.ready.set(false);
        match planglass_worker() {
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
                *self.worker.borrow_mut() = Some(worker);
            }
            Err(error) => self.no_worker(&text_of(&error)),
        }
    }

    /// The browser lets no worker start here: there is nothing to compute with.
    fn no_worker(&self, message: &str) {
        *self.worker.borrow_mut() = None;
        let message = format!(
            "this browser does not start the planner's worker, so that nothing can be read: {message}"
        );
        self.pending.borrow_mut().clear();
        (self.listener)(Event::Reply(0, Reply::Failed { message }));
    }

    fn send(&self, serial: u32, request: &Request, parcels: &[Parcel]) {
        if let Some(worker) = &*self.worker.borrow()
            && let Err(error) = send_request(serial, request, parcels, |data| worker.post_message(data))
        {
            let message = text_of(&error);
            self.answer(serial, Reply::Failed { message });
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
        let mut reply = serde_json::from_str(&text).unwrap_or_else(|error| Reply::Failed {
            message: format!("the answer of the worker cannot be read: {error}"),
        });
        if let Some(bytes) = data.get(2).dyn_ref::<Uint8Array>() {
            reply.put_bytes(bytes.to_vec());
        }
        self.answer(serial as u32, reply);
    }

    fn answer(&self, serial: u32, reply: Reply) {
        let mut pending = self.pending.borrow_mut();
        // Answers to what was opened again after a restart are not waited for.
        let Some(at) = pending.iter().position(|waiting| waiting.serial == serial) else {
            return;
        };
        let Some(message) = pending.remove(at) else { return };
        drop(pending);
        match (message.request, &reply) {
            (Request::Open | Request::Close(_) | Request::Use(_), Reply::Failed { .. }) => {}
            (request @ (Request::Open | Request::Close(_) | Request::Use(_)), _) => {
                self.done.borrow_mut().push((serial, request, message.parcels));
            }
            (request @ (Request::Plan(_) | Request::Report), Reply::Planned { .. }) => {
                let mut done = self.done.borrow_mut();
                done.retain(|(_, request, _)| !matches!(request, Request::Plan(_) | Request::Report));
                done.push((serial, request, Vec::new()));
            }
            _ => {}
        }
        match (message.hears, reply) {
            (Some(hears), Reply::View(view)) => hears(view.map(|view| *view)),
            (_, reply) => (self.listener)(Event::Reply(serial, reply)),
        }
    }

    fn restart(self: &Rc<Self>, message: &str) {
        if let Some(worker) = self.worker.borrow_mut().take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
        if !self.ready.get() {
            self.no_worker(message);
            return;
        }
        let lost: Vec<Message> = self.pending.borrow_mut().drain(..).collect();
        let culprit = lost.first();
        let view = match culprit.map(|message| &message.request) {
            Some(Request::View(query)) => {
                self.broken.borrow_mut().push((**query).clone());
                Some(query.words())
            }
            _ => None,
        };
        self.start();
        for (serial, request, parcels) in self.done.borrow().iter() {
            self.send(*serial, request, parcels);
        }
        (self.listener)(Event::Restarted {
            serial: culprit.map_or(0, |message| message.serial),
            view,
            message: message.to_string(),
        });
    }
}
