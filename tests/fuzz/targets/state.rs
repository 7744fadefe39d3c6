//! State files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use planglass_core::state::StateFile;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        if let Ok(state) = StateFile::parse("state.json", text) {
            let mut written = Vec::new();
            state.write(&mut written).expect("memory takes everything");
        }
        let _ = StateFile::read("state.json", &mut text.as_bytes());
    }
});
