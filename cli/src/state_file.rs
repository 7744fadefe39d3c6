//! State files on disk: read whole, and written so that a failure leaves what was there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use planglass_core::diagnostic::Diagnostic;
use planglass_core::state::StateFile;

use crate::disk;
use crate::error::CliError;

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
    replace(path, |out| state.write(out)).map_err(|error| {
        CliError::state(
            Diagnostic::error(
                "state/not-written",
                format!("`{}` cannot be written: {error}", path.display()),
            )
            .help("nothing was changed: what was there before is still there"),
        )
    })
}

/// Writes beside a file, and takes its place only once everything is on the disk.
fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Through a link, the file that it points to is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if path.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    let beside = beside(path)?;
    let written = File::create_new(&beside).and_then(|file| {
        if let Ok(metadata) = fs::metadata(path) {
            file.set_permissions(metadata.permissions())?;
        }
        let mut out = BufWriter::with_capacity(1 << 20, file);
        write(&mut out)?;
        out.write_all(b"\n")?;
        out.flush()?;
        out.get_ref().sync_all()?;
        fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::other("it is no name of a file"))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", std::process::id()));
    Ok(path.with_file_name(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_what_was_there() {
        let folder = std::env::temp_dir().join(format!("planglass-replace-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("state.json");
        fs::write(&path, "before").unwrap();
        let failed = replace(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        replace(&path, |out| out.write_all(b"after")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "after\n");
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            1,
            "nothing is left beside it"
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
