//! Planglass in the browser.
