//! The worker: holds project, state and plan, and answers one request after the other.
//!
//! Files travel as `Blob`s and are read here; everything else travels as JSON text. Each kind of view has a file
//! of its own that takes the session and the plan and returns plain values; only this one touches the browser.

pub mod archive;
pub mod compare;
pub mod decisions;
pub mod desk;
pub mod environments;
pub mod grid;
pub mod kinds;
pub mod limits;
pub mod lineage;
pub mod model;
pub mod plan;
pub mod review;
pub mod rows;
pub mod session;
pub mod stage;
pub mod tree;
mod warm;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::messages::{Reply, Request};
use crate::post::{Bundle, Sent, decode, text_of};
use desk::Desk;
use session::Input;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Carries out one request.
async fn process(
    desk: &RefCell<Desk>,
    warm_enough: &Rc<Cell<bool>>,
    request: Request,
    files: Vec<Reading>,
) -> Reply {
    let started = performance_now();
    if matches!(request, Request::Load(_) | Request::Plan(_) | Request::Report) {
        warm_enough.set(true);
    }
    match request {
        Request::Warm(environment) => {
            let mut inputs = Vec::new();
            for reading in files {
                inputs.extend(reading.inputs().await.unwrap_or_default());
            }
            spawn_local(warm::warm(inputs, environment, warm_enough.clone()));
            Reply::Loaded
        }
        Request::Open => {
            let (mut inputs, mut large) = (Vec::new(), Vec::new());
            for reading in files {
                if let Some(file) = reading.too_large() {
                    large.push(file);
                    continue;
                }
                match reading.inputs().await {
                    Ok(files) => inputs.extend(files),
                    Err(message) => return Reply::Failed { message },
                }
            }
            let mut open = desk.borrow_mut();
            open.session.open(inputs);
            for (path, size) in large {
                open.session.refuse(&path, size);
            }
            open.changed();
            drop(open);
            opened(desk, started)
        }
        Request::Close(id) => {
            let mut open = desk.borrow_mut();
            open.session.close(id);
            open.changed();
            drop(open);
            opened(desk, started)
        }
        Request::Use(id) => {
            let mut open = desk.borrow_mut();
            open.session.choose(id);
            open.changed();
            drop(open);
            opened(desk, started)
        }
        Request::Load(gateway) => {
            desk.borrow_mut().load(gateway);
            Reply::Loaded
        }
        Request::Plan(asked) => desk.borrow_mut().plan(&asked, started),
        Request::Report => desk.borrow_mut().report(started),
        Request::View(query) => Reply::View(desk.borrow_mut().view(&query).map(Box::new)),
    }
}

/// Files that are being read.
struct Reading {
    bundle: Bundle,
    /// Their bytes; nothing for a state that is too large to be read.
    whole: Option<JsFuture>,
}

impl Reading {
    /// Begins to read. That somebody waits for the outcome is said at once: a browser would take a file that cannot be
    /// read for a fault of the worker.
    fn new(bundle: Bundle) -> Self {
        let mut reading = Self { bundle, whole: None };
        if reading.too_large().is_none() {
            reading.whole = Some(reading.bundle.blob.array_buffer().into());
        }
        reading
    }

    /// Path and size of a state that is too large. Nothing stands beside it.
    fn too_large(&self) -> Option<(String, u64)> {
        match self.bundle.files.as_slice() {
            [(path, size)] if limits::is_large_state(path, *size as u64) => {
                Some((path.clone(), *size as u64))
            }
            _ => None,
        }
    }

    /// The files; otherwise which of them cannot be read.
    async fn inputs(self) -> Result<Vec<Input>, String> {
        let Bundle { files, blob } = self.bundle;
        let whole = match self.whole {
            Some(whole) => whole.await.ok(),
            None => None,
        };
        let whole = whole.map(|buffer| Uint8Array::new(&buffer));
        let mut inputs = Vec::with_capacity(files.len());
        let mut start = 0.0;
        for (path, size) in files {
            let (from, to) = (start, start + size);
            start = to;
            let bytes = match &whole {
                Some(bytes) => bytes.subarray(from as u32, to as u32),
                // One by one, to say which of them it is.
                None => {
                    let part = match blob.slice_with_f64_and_f64(from, to) {
                        Ok(part) => JsFuture::from(part.array_buffer()).await,
                        Err(error) => Err(error),
                    };
                    let buffer =
                        part.map_err(|error| format!("{path} cannot be read: {}", text_of(&error)))?;
                    Uint8Array::new(&buffer)
                }
            };
            let bytes = bytes.to_vec();
            inputs.push(Input { path, bytes });
        }
        Ok(inputs)
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
    waiting: RefCell<VecDeque<(u32, Request, Vec<Reading>)>>,
    /// Files of the request that comes next.
    parts: RefCell<Vec<Reading>>,
    running: RefCell<bool>,
    /// Something real is planned.
    warm_enough: Rc<Cell<bool>>,
    answer: F,
}

impl<F: Fn(u32, Reply) + 'static> Queue<F> {
    fn new(answer: F) -> Rc<Self> {
        Rc::new(Self {
            desk: RefCell::default(),
            waiting: RefCell::default(),
            parts: RefCell::default(),
            running: RefCell::new(false),
            warm_enough: Rc::default(),
            answer,
        })
    }

    fn push(self: &Rc<Self>, sent: Sent) {
        let (serial, request) = match sent {
            Sent::Part(bundles) => {
                self.parts
                    .borrow_mut()
                    .extend(bundles.into_iter().map(Reading::new));
                return;
            }
            Sent::Request(serial, request) => (serial, request),
        };
        let files = self.parts.take();
        self.waiting.borrow_mut().push_back((serial, request, files));
        if self.running.replace(true) {
            return;
        }
        let queue = Rc::clone(self);
        spawn_local(async move {
            loop {
                let next = queue.waiting.borrow_mut().pop_front();
                let Some((serial, request, files)) = next else {
                    break;
                };
                let reply = process(&queue.desk, &queue.warm_enough, request, files).await;
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
        let text = planglass_core::json::to_string(&reply);
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
        if let Some(sent) = decode(event.data()) {
            queue.push(sent);
        }
    });
    scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
    // The first word says only that this worker runs.
    let _ = scope.post_message(&Array::new());
}
