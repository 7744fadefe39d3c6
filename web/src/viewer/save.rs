//! Texts that leave the page: as a file that the browser saves, or on the clipboard. Both only when a person asks.

use gloo::utils::{document, window};
use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlElement, Url};

/// Lets the browser save a text as a file.
pub fn file(name: &str, text: &str) {
    let made = Blob::new_with_str_sequence(&Array::of1(&text.into()))
        .and_then(|blob| Url::create_object_url_with_blob(&blob))
        .and_then(|address| {
            let link = document().create_element("a")?;
            link.set_attribute("href", &address)?;
            link.set_attribute("download", name)?;
            Ok((address, link))
        });
    if let Ok((address, link)) = made {
        if let Some(link) = link.dyn_ref::<HtmlElement>() {
            link.click();
        }
        // The browser has taken it by then; without this the text would stay as long as the page.
        gloo::timers::callback::Timeout::new(10_000, move || {
            let _ = Url::revoke_object_url(&address);
        })
        .forget();
    }
}

/// Puts a text on the clipboard. A browser that does not allow it does nothing.
pub fn copy(text: &str) {
    let _ = window().navigator().clipboard().write_text(text);
}
