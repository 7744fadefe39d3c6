//! SQL with macros in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use planglass_core::macros::{MacroEnv, define, expand};

fuzz_target!(|data: &[u8]| {
    if let Some((text, dialect)) = planglass_fuzz::text(data) {
        let mut env = MacroEnv {
            dialect: planglass_fuzz::dialect(dialect),
            ..MacroEnv::default()
        };
        let _ = define("@DEF(twice, x -> x + x)", &mut env);
        let _ = define(text, &mut env);
        if let Ok(expansion) = expand(text, &env) {
            let _ = expansion.source_span(expansion.text.len());
        }
    }
});
