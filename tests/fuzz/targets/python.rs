//! Python files: read, printed, and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use planglass_core::python;

fuzz_target!(|data: &[u8]| {
    if let Some((text, dialect)) = planglass_fuzz::text(data) {
        let _ = python::parse(text);
        let _ = planglass_fuzz::project("models/m.py", text, dialect);
    }
});
