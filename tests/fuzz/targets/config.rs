//! Configurations, external models, environment files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use planglass_core::config::{LoadOptions, dotenv, load};
use planglass_core::ordered::BTreeMap;
use planglass_core::source::SourceMap;

fuzz_target!(|data: &[u8]| {
    if let Some((text, dialect)) = planglass_fuzz::text(data) {
        let sources = SourceMap::from_iter([("config.yaml", text)]);
        let _ = load(&sources, &LoadOptions::default());
        let _ = planglass_fuzz::project("external_models.yaml", text, dialect);
        dotenv::overlay(text, &mut BTreeMap::new());
    }
});
