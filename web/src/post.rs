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

/// Most files of one part. While the worker reads a part, the page gets the next one ready: to be sent, a file is looked
/// up on the disk, and ten thousand of them take seconds.
#[cfg(feature = "viewer")]
const PART: usize = 256;

/// Most bytes of files that are read as one. A browser asks the disk once for each blob, and a thousand questions take
/// seconds; but what is read as one is in memory twice for a moment.
#[cfg(feature = "planner")]
const BUNDLE: f64 = 64_000_000.0;

/// Files in the worker, one after the other in one blob.
#[cfg(feature = "planner")]
#[derive(Debug)]
pub struct Bundle {
    /// Path and size in bytes.
    pub files: Vec<(String, f64)>,
    /// Content of all of them.
    pub blob: Blob,
}

/// What comes from the page.
#[cfg(feature = "planner")]
#[derive(Debug)]
pub enum Sent {
    /// Files of the next request.
    Part(Vec<Bundle>),
    /// A request with its number; its files were there before it.
    Request(u32, Request),
}

/// A request as messages: its files in parts, `[path, blob, path, blob, …]`, then `[serial, request]`. `send` is called
/// with each as soon as it is ready.
///
/// # Errors
/// What `send` said of the first message that did not go.
#[cfg(feature = "viewer")]
pub fn send_request(
    serial: u32,
    request: &Request,
    parcels: &[Parcel],
    send: impl Fn(&JsValue) -> Result<(), JsValue>,
) -> Result<(), JsValue> {
    for part in parcels.chunks(PART) {
        let files = Array::new();
        for parcel in part {
            files.push(&parcel.path.as_str().into());
            files.push(&parcel.blob);
        }
        send(&files)?;
    }
    let text = planglass_core::json::to_string(request);
    send(&Array::of2(&serial.into(), &text.into()))
}

/// The reverse of [`send_request`]; `None` for what is neither part nor request.
#[cfg(feature = "planner")]
pub fn decode(data: JsValue) -> Option<Sent> {
    let data: Array = data.dyn_into().ok()?;
    if let Some(serial) = data.get(0).as_f64() {
        let request = planglass_core::json::from_str(&data.get(1).as_string()?).ok()?;
        return Some(Sent::Request(serial as u32, request));
    }
    let mut bundles = Vec::new();
    let (mut files, mut blobs, mut size) = (Vec::new(), Array::new(), 0.0);
    for at in (1..data.length()).step_by(2) {
        let (path, blob): (String, Blob) = (data.get(at - 1).as_string()?, data.get(at).dyn_into().ok()?);
        let more = blob.size();
        // Nothing stands beside what is large.
        if !files.is_empty() && size + more > BUNDLE {
            bundles.push(bundle(std::mem::take(&mut files), &blobs)?);
            (blobs, size) = (Array::new(), 0.0);
        }
        size += more;
        files.push((path, more));
        blobs.push(&blob);
    }
    bundles.push(bundle(files, &blobs)?);
    Some(Sent::Part(bundles))
}

#[cfg(feature = "planner")]
fn bundle(files: Vec<(String, f64)>, blobs: &Array) -> Option<Bundle> {
    // Joining blobs cannot fail; if it did, nothing would be there to read.
    let blob = Blob::new_with_blob_sequence(blobs).ok()?;
    Some(Bundle { files, blob })
}
