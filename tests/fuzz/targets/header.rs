//! Model files: MODEL and AUDIT blocks with their queries and statements.
#![no_main]

use libfuzzer_sys::fuzz_target;
use planglass_core::model::header;

fuzz_target!(|data: &[u8]| {
    if let Some((text, dialect)) = planglass_fuzz::text(data) {
        let _ = header::parse(text, 0, planglass_fuzz::dialect(dialect));
        let _ = planglass_fuzz::project("models/m.sql", text, dialect);
        let _ = planglass_fuzz::project("audits/m.sql", text, dialect);
    }
});
