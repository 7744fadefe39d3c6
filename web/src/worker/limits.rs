//! What is too large for a browser's tab.

use planglass_core::diagnostic::Diagnostic;
use planglass_core::source::Location;

use crate::folder::has_extension;

/// Most bytes that a project may have: above this it is no project but a data folder.
pub const LARGEST_PROJECT: u64 = 256_000_000;

/// Most bytes of one file that are read: a state's text and what is made of it share a tab's memory.
pub const LARGEST_FILE: u64 = 400_000_000;

/// Whether a file may be a state that is too large to be read. It is known before anything is read of it.
pub fn is_large_state(path: &str, size: u64) -> bool {
    size > LARGEST_FILE && !path.contains('/') && has_extension(path, "json")
}

/// Says so.
pub fn too_large(path: &str, size: u64) -> Diagnostic {
    let message = format!(
        "the file has {} MB, and a browser tab can hold {} MB of a state",
        size / 1_000_000,
        LARGEST_FILE / 1_000_000
    );
    Diagnostic::error("open/too-large", message)
        .at(Location::file(path), "")
        .help("`planglass plan --state FILE` reads files of any size in a terminal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_large_states_are_refused() {
        assert!(is_large_state("state.json", LARGEST_FILE + 1));
        assert!(!is_large_state("state.json", LARGEST_FILE));
        assert!(!is_large_state("seeds/a.json", LARGEST_FILE + 1));
        let said = too_large("state.json", 5_120_000_000);
        assert!(said.message.contains("5120 MB"), "{}", said.message);
    }
}
