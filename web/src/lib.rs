//! Planglass in the browser: the planner for JavaScript and, with the feature `viewer`, the page for people.
//!
//! Each export decodes, calls core and encodes. Nothing here decides anything about models, versions or
//! intervals, and nothing opens a connection. Problems of the input are returned; exceptions are for misuse.

pub mod types;

#[cfg(feature = "viewer")]
pub mod archive;
#[cfg(feature = "viewer")]
pub mod folder;
#[cfg(feature = "viewer")]
pub mod layout;
#[cfg(feature = "viewer")]
pub mod planner;
#[cfg(feature = "viewer")]
pub mod session;
#[cfg(feature = "viewer")]
pub mod viewer;

use wasm_bindgen::prelude::*;

use types::PlanRequest;

#[wasm_bindgen(typescript_custom_section)]
const TYPESCRIPT: &str = types::TYPESCRIPT;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn log_error(text: &str);

    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn stringify(value: &JsValue) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn parse(text: &str) -> Result<JsValue, JsValue>;
}

/// Reports panics on the console with message and place; without it a page sees only `unreachable`.
#[wasm_bindgen(start)]
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| log_error(&format!("planglass: {info}"))));
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
    let request: PlanRequest = serde_json::from_str(request)?;
    Ok(serde_json::to_string(&request.plan())?)
}

/// Version of Planglass.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_string()
}

/// Starts the viewer in the element with the id `app`.
#[cfg(feature = "viewer")]
#[wasm_bindgen(js_name = startViewer)]
pub fn start_viewer() {
    viewer::start();
}

/// Starts answering plan requests in a worker.
#[cfg(feature = "viewer")]
#[wasm_bindgen(js_name = startWorker)]
pub fn start_worker() {
    planner::serve();
}
