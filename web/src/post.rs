//! How messages travel between page and worker: JSON text, with handles of files beside it.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use crate::messages::Request;

/// A file on its way to the worker: its path, and a handle from which its bytes can be read more than once.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// Path with folders, as dropped.
    pub path: String,
    /// Content.
    pub blob: Blob,
}

/// What a thrown value says.
pub fn text_of(error: &JsValue) -> String {
    String::from(js_sys::Object::from(error.clone()).to_string())
}

/// `[serial, request, [path, blob, path, blob, …]]`
#[cfg(feature = "viewer")]
pub fn encode_request(serial: u32, request: &Request, parcels: &[Parcel]) -> JsValue {
    let files = Array::new();
    for parcel in parcels {
        files.push(&parcel.path.as_str().into());
        files.push(&parcel.blob);
    }
    let text = planglass_core::json::to_string(request);
    Array::of3(&serial.into(), &text.into(), &files).into()
}

/// The reverse of [`encode_request`]; `None` for what is no request.
#[cfg(feature = "planner")]
pub fn decode_request(data: JsValue) -> Option<(u32, Request, Vec<Parcel>)> {
    let data: Array = data.dyn_into().ok()?;
    let serial = data.get(0).as_f64()? as u32;
    let request = planglass_core::json::from_str(&data.get(1).as_string()?).ok()?;
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
