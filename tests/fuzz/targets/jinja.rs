//! Queries and macro files in Jinja.
#![no_main]

use libfuzzer_sys::fuzz_target;
use planglass_core::macros::jinja::extract_macros;

fuzz_target!(|data: &[u8]| {
    if let Some((text, dialect)) = planglass_fuzz::text(data) {
        let _ = extract_macros(text);
        let model = format!("MODEL (name s.m, kind FULL);\nJINJA_QUERY_BEGIN;\n{text}\nJINJA_END;");
        let _ = planglass_fuzz::project("models/m.sql", &model, dialect);
    }
});
