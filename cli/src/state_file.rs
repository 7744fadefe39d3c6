//! State files on disk: read whole, and written so that a failure leaves what was there.

use std::fs::{self, File};
use std::path::Path;

use planglass_core::diagnostic::Diagnostic;
use planglass_core::state::StateFile;

use crate::disk;
use crate::error::CliError;
use crate::replace::replace;

/// From so many bytes on, files are read as a stream.
const STREAMED: u64 = 64 << 20;

/// Reads a state. `empty` stands for one with nothing in it.
///
/// # Errors
/// When the file cannot be read, or is no state.
pub fn read(path: &Path) -> Result<StateFile, CliError> {
    if path.as_os_str() == "empty" {
        return Ok(StateFile::empty());
    }
    let shown = path.to_string_lossy();
    let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
    let state = match File::open(path) {
        // Of large files the text is never whole in memory; messages then name places less precisely.
        Ok(mut file) if size > STREAMED && !path.is_dir() => StateFile::read(&shown, &mut file),
        _ => StateFile::parse(&shown, &disk::read_state(path).map_err(CliError::state)?),
    };
    state.map_err(|problem| CliError::state(*problem))
}

/// Writes a state in the place of what was there, in one step.
///
/// # Errors
/// When it cannot be written; the file is then as it was before.
pub fn write(path: &Path, state: &StateFile) -> Result<(), CliError> {
    replace(path, |out| {
        state.write(&mut *out)?;
        out.write_all(b"\n")
    })
    .map_err(|error| {
        CliError::state(
            Diagnostic::error(
                "state/not-written",
                format!("`{}` cannot be written: {error}", path.display()),
            )
            .help("nothing was changed: what was there before is still there"),
        )
    })
}
