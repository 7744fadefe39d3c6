//! Planglass in the browser: the planner for JavaScript, and the page for people.
//!
//! Two wasm modules are built from here. The library (feature `planner`) is the planner: its exports for
//! JavaScript, and the worker that a page talks to. The program `viewer` (feature `viewer`) is the page; it knows
//! the messages only, so that neither pays for the other. Nothing here decides anything about models, versions or
//! intervals, and nothing opens a connection. Problems of the input are returned; exceptions are for misuse.

pub mod folder;
pub use planglass_core::layout;
pub mod messages;
#[cfg(feature = "planner")]
pub mod types;

#[cfg(any(feature = "planner", feature = "viewer"))]
pub mod post;
#[cfg(feature = "viewer")]
pub mod viewer;
#[cfg(feature = "planner")]
pub mod worker;

use wasm_bindgen::prelude::*;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn log_error(text: &str);
}

/// Reports panics on the console with message and place; without it a page sees only `unreachable`.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| log_error(&format!("planglass: {info}"))));
}

/// Version of Planglass.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The exports of the planner.
#[cfg(feature = "planner")]
mod exports {
    use planglass_core::json;
    use wasm_bindgen::prelude::*;

    use crate::types::PlanRequest;

    #[wasm_bindgen(typescript_custom_section)]
    const TYPESCRIPT: &str = crate::types::TYPESCRIPT;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = JSON, catch)]
        fn stringify(value: &JsValue) -> Result<String, JsValue>;

        #[wasm_bindgen(js_namespace = JSON, catch)]
        fn parse(text: &str) -> Result<JsValue, JsValue>;
    }

    /// Runs when the module starts. A page that is linked with the planner has a start of its own.
    #[cfg(not(feature = "viewer"))]
    #[wasm_bindgen(start)]
    pub fn start() {
        crate::report_panics();
    }

    /// Plans a project against a state: `PlanRequest` in, `PlanOutcome` out, both plain objects.
    ///
    /// # Errors
    /// When the request has another shape.
    #[wasm_bindgen(skip_typescript)]
    pub fn plan(request: &JsValue) -> Result<JsValue, JsValue> {
        // By way of text: the browser's own reader is quicker than one field at a time, and smaller.
        parse(&plan_json(&stringify(request)?)?)
    }

    /// The same with JSON texts. The bytes are those of a native build for the same request.
    ///
    /// # Errors
    /// When the text is not a request.
    #[wasm_bindgen(js_name = planJson, skip_typescript)]
    pub fn plan_json(request: &str) -> Result<String, JsError> {
        let request: PlanRequest = json::from_str(request)?;
        Ok(json::to_string(&request.plan()))
    }

    /// Says what a run of an environment fills: `PlanRequest` with `run` in, `RunOutcome` out.
    ///
    /// # Errors
    /// When the request has another shape.
    #[wasm_bindgen(skip_typescript)]
    pub fn run(request: &JsValue) -> Result<JsValue, JsValue> {
        parse(&run_json(&stringify(request)?)?)
    }

    /// The same with JSON texts. The bytes are those of a native build for the same request.
    ///
    /// # Errors
    /// When the text is not a request.
    #[wasm_bindgen(js_name = runJson, skip_typescript)]
    pub fn run_json(request: &str) -> Result<String, JsError> {
        let request: PlanRequest = json::from_str(request)?;
        Ok(json::to_string(&request.run()))
    }

    /// Version of Planglass.
    #[wasm_bindgen]
    pub fn version() -> String {
        crate::VERSION.to_string()
    }

    /// Starts answering a page's requests; for use in a worker.
    #[wasm_bindgen(js_name = startWorker)]
    pub fn start_worker() {
        crate::worker::serve();
    }
}

#[cfg(feature = "planner")]
pub use exports::{plan, plan_json, run, run_json, version};
