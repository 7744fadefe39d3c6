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

#[cfg(feature = "viewer")]
impl Parcel {
    /// A file that was never on a disk.
    pub fn of_text(path: &str, text: &str) -> Option<Self> {
        let blob = Blob::new_with_str_sequence(&Array::of1(&text.into())).ok()?;
        Some(Self {
            path: path.to_string(),
            blob,
        })
    }
}

/// What a thrown value says.
pub fn text_of(error: &JsValue) -> String {
    String::from(js_sys::Object::from(error.clone()).to_string())
}

/// Most bytes of files that are read as one. A browser asks the disk once for each blob, and a thousand questions take
/// seconds; but what is read as one is in memory twice for a moment.
#[cfg(feature = "viewer")]
const BUNDLE: f64 = 64_000_000.0;

/// So many bundles are read at the same time. The files of one are read one after the other.
#[cfg(feature = "viewer")]
const AT_ONCE: usize = 16;

/// Files on their way to the worker, one after the other in one blob.
#[cfg(feature = "planner")]
#[derive(Debug)]
pub struct Bundle {
    /// Path and size in bytes.
    pub files: Vec<(String, f64)>,
    /// Content of all of them.
    pub blob: Blob,
}

/// `[serial, request, [[path, size, path, size, …, blob], …]]`
#[cfg(feature = "viewer")]
pub fn encode_request(serial: u32, request: &Request, parcels: &[Parcel]) -> JsValue {
    let bundles = Array::new();
    let most = parcels.len().div_ceil(AT_ONCE).max(AT_ONCE);
    let mut rest = parcels;
    while !rest.is_empty() {
        let (files, blobs) = (Array::new(), Array::new());
        let mut size = 0.0;
        let fitting = rest.iter().take(most).take_while(|parcel| {
            let is_first = size == 0.0;
            size += parcel.blob.size();
            is_first || size <= BUNDLE
        });
        let (bundle, after) = rest.split_at(fitting.count().max(1));
        rest = after;
        for parcel in bundle {
            files.push(&parcel.path.as_str().into());
            files.push(&parcel.blob.size().into());
            blobs.push(&parcel.blob);
        }
        // Joining blobs cannot fail; if it did, nothing would be there to read.
        if let Ok(blob) = Blob::new_with_blob_sequence(&blobs) {
            files.push(&blob);
        }
        bundles.push(&files);
    }
    let text = planglass_core::json::to_string(request);
    Array::of3(&serial.into(), &text.into(), &bundles).into()
}

/// The reverse of [`encode_request`]; `None` for what is no request.
#[cfg(feature = "planner")]
pub fn decode_request(data: JsValue) -> Option<(u32, Request, Vec<Bundle>)> {
    let data: Array = data.dyn_into().ok()?;
    let serial = data.get(0).as_f64()? as u32;
    let request = planglass_core::json::from_str(&data.get(1).as_string()?).ok()?;
    let sent: Array = data.get(2).dyn_into().ok()?;
    let mut bundles = Vec::new();
    for bundle in sent.iter() {
        let bundle: Array = bundle.dyn_into().ok()?;
        let mut files = Vec::new();
        for at in (1..bundle.length()).step_by(2) {
            files.push((bundle.get(at - 1).as_string()?, bundle.get(at).as_f64()?));
        }
        let blob = bundle.get(bundle.length().checked_sub(1)?).dyn_into().ok()?;
        bundles.push(Bundle { files, blob });
    }
    Some((serial, request, bundles))
}
