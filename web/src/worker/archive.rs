//! Zip archives: bytes in, files out. Only stored and deflated entries; nothing is written anywhere.

use std::io::{Cursor, Read};

use super::session::{Input, LARGEST_PROJECT};
use crate::folder::wanted;

/// Reads the files of an archive that a project can use, with their paths as in the archive.
///
/// # Errors
/// A sentence when the bytes are no zip archive, an entry is damaged or encrypted, or everything together is
/// larger than [`LARGEST_PROJECT`] (an archive can pretend to be small).
pub fn unzip(bytes: &[u8]) -> Result<Vec<Input>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| format!("the archive cannot be read: {error}"))?;
    let mut inputs = Vec::new();
    let mut left = LARGEST_PROJECT;
    for index in 0..archive.len() {
        let entry = archive
            .by_index(index)
            .map_err(|error| format!("entry {} of the archive cannot be read: {error}", index + 1))?;
        let path = match entry.name() {
            Ok(name) => name.into_owned(),
            Err(error) => {
                return Err(format!(
                    "entry {} of the archive has no readable name: {error}",
                    index + 1
                ));
            }
        };
        if entry.is_dir() || !wanted(&path) {
            continue;
        }
        let mut bytes = Vec::new();
        let read = entry
            .take(left + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("`{path}` in the archive cannot be read: {error}"))?;
        left = left.checked_sub(read as u64).ok_or_else(|| {
            format!(
                "the archive holds more than {} MB of project files",
                LARGEST_PROJECT / 1_000_000
            )
        })?;
        inputs.push(Input { path, bytes });
    }
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in files {
            let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            writer.start_file(*path, options).expect("entry");
            writer.write_all(bytes).expect("bytes");
        }
        writer.finish().expect("archive").into_inner()
    }

    #[test]
    fn reads_what_a_project_uses() {
        let bytes = zipped(&[
            ("shop/config.yaml", b"gateways: {}"),
            ("shop/.git/config", b"secret"),
            ("shop/models/a.sql", b"SELECT 1"),
        ]);
        let paths: Vec<String> = unzip(&bytes)
            .expect("files")
            .into_iter()
            .map(|input| input.path)
            .collect();
        assert_eq!(paths, ["shop/config.yaml", "shop/models/a.sql"]);
    }

    #[test]
    fn says_that_bytes_are_no_archive() {
        assert!(
            unzip(b"SELECT 1")
                .unwrap_err()
                .starts_with("the archive cannot be read")
        );
        let whole = zipped(&[("a.sql", b"SELECT 1")]);
        assert!(unzip(&whole[..whole.len() - 9]).is_err());
    }
}
