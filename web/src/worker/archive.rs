//! Zip archives: bytes in, files out. Only stored and deflated entries; nothing is written anywhere.
//!
//! Only the directory at the end of an archive counts, as its format asks for: entries that were replaced or
//! removed may still stand before it.

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::limits::LARGEST_PROJECT;
use super::session::Input;
use crate::folder::wanted;

/// What begins the end of the directory, the same for large archives and the way to it, and an entry of the directory.
const END: &[u8] = b"PK\x05\x06";
const LARGE_END: &[u8] = b"PK\x06\x06";
const TO_LARGE_END: &[u8] = b"PK\x06\x07";
const ENTRY: &[u8] = b"PK\x01\x02";
/// What stands before an entry's bytes.
const LOCAL: &[u8] = b"PK\x03\x04";

/// The characters 128 to 255 of names that are not in UTF-8 (code page 437).
const UPPER_HALF: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";

/// Reads the files of an archive that a project can use, with their paths as in the archive.
///
/// # Errors
/// A sentence when the bytes are no zip archive, an entry is damaged or encrypted, or everything together is
/// larger than [`LARGEST_PROJECT`] (an archive can pretend to be small).
pub fn unzip(bytes: &[u8]) -> Result<Vec<Input>, String> {
    let directory = Directory::find(bytes)
        .ok_or_else(|| "the archive cannot be read: it has no whole directory at its end".to_string())?;
    let mut inputs = Vec::new();
    let mut left = LARGEST_PROJECT;
    let mut at = directory.start;
    for index in 1..=directory.entries {
        let (entry, next) = Entry::read(bytes, at).ok_or_else(|| {
            format!("entry {index} of the archive cannot be read: the directory is damaged")
        })?;
        at = next;
        let path = entry.path();
        if path.ends_with(['/', '\\']) || !wanted(&path) {
            continue;
        }
        let content = entry
            .content(bytes, directory.before, left)
            .map_err(|problem| match problem {
                Problem::TooLarge => format!(
                    "the archive holds more than {} MB of project files",
                    LARGEST_PROJECT / 1_000_000
                ),
                Problem::Unreadable(why) => format!("`{path}` in the archive cannot be read: {why}"),
            })?;
        left -= content.len() as u64;
        inputs.push(Input { path, bytes: content });
    }
    Ok(inputs)
}

/// Where the list of entries is.
struct Directory {
    /// Bytes before the archive: a program that unpacks itself has some.
    before: u64,
    start: u64,
    entries: u64,
}

impl Directory {
    fn find(bytes: &[u8]) -> Option<Self> {
        // Behind the end there may be a comment, which is at most 65,535 bytes long.
        let last = bytes.len().checked_sub(22)?;
        let end = (last.saturating_sub(0xffff)..=last)
            .rev()
            .find(|at| bytes[*at..].starts_with(END))? as u64;
        let mut entries = number(bytes, end + 10, 2)?;
        let mut size = number(bytes, end + 12, 4)?;
        let mut offset = number(bytes, end + 16, 4)?;
        let mut behind = end;
        if entries == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff {
            let way = end.checked_sub(20)?;
            if begins(bytes, way, TO_LARGE_END) {
                // What the way tells is wrong by the bytes before the archive; the large end stands right before it.
                behind = [number(bytes, way + 8, 8)?, way.checked_sub(56)?]
                    .into_iter()
                    .find(|at| begins(bytes, *at, LARGE_END))?;
                entries = number(bytes, behind + 32, 8)?;
                size = number(bytes, behind + 40, 8)?;
                offset = number(bytes, behind + 48, 8)?;
            }
        }
        let start = behind.checked_sub(size)?;
        Some(Self {
            before: start.checked_sub(offset)?,
            start,
            entries,
        })
    }
}

/// An entry of the directory.
struct Entry<'a> {
    flags: u64,
    method: u64,
    checksum: u64,
    packed: u64,
    size: u64,
    offset: u64,
    name: &'a [u8],
}

impl<'a> Entry<'a> {
    /// The entry at a place, and the place of the next.
    fn read(bytes: &'a [u8], at: u64) -> Option<(Self, u64)> {
        if !begins(bytes, at, ENTRY) {
            return None;
        }
        let field = |from: u64, width: u64| number(bytes, at + from, width);
        let (name, extra, comment) = (field(28, 2)?, field(30, 2)?, field(32, 2)?);
        let extra_start = at + 46 + name;
        let extra_end = extra_start + extra;
        let mut entry = Self {
            flags: field(8, 2)?,
            method: field(10, 2)?,
            checksum: field(16, 4)?,
            packed: field(20, 4)?,
            size: field(24, 4)?,
            offset: field(42, 4)?,
            name: part(bytes, at + 46, name)?,
        };
        // Numbers that do not fit are in a part of their own, in this order.
        let mut at = extra_start;
        while at + 4 <= extra_end {
            let (kind, length) = (number(bytes, at, 2)?, number(bytes, at + 2, 2)?);
            at += 4;
            if kind == 1 {
                let mut from = at;
                for value in [&mut entry.size, &mut entry.packed, &mut entry.offset] {
                    if *value == 0xffff_ffff {
                        *value = number(bytes, from, 8)?;
                        from += 8;
                    }
                }
            }
            at += length;
        }
        Some((entry, extra_end + comment))
    }

    /// The name, in UTF-8 whether or not the entry says that it is.
    fn path(&self) -> String {
        String::from_utf8(self.name.to_vec()).unwrap_or_else(|_| {
            let decode = |byte: &u8| match byte.checked_sub(128) {
                None => char::from(*byte),
                Some(upper) => UPPER_HALF.chars().nth(upper.into()).unwrap_or('\u{fffd}'),
            };
            self.name.iter().map(decode).collect()
        })
    }

    /// The bytes, at most as many as are left.
    fn content(&self, bytes: &[u8], before: u64, left: u64) -> Result<Vec<u8>, Problem> {
        let damaged = Problem::Unreadable("it is damaged");
        if self.flags & 1 != 0 {
            return Err(Problem::Unreadable("it is encrypted"));
        }
        let found = || {
            let local = before.checked_add(self.offset)?;
            if !begins(bytes, local, LOCAL) {
                return None;
            }
            let (name, extra) = (number(bytes, local + 26, 2)?, number(bytes, local + 28, 2)?);
            part(bytes, local + 30 + name + extra, self.packed)
        };
        let Some(packed) = found() else {
            return Err(damaged);
        };
        let content = match self.method {
            0 if packed.len() as u64 > left => return Err(Problem::TooLarge),
            0 => packed.to_vec(),
            8 => {
                let limit = usize::try_from(left).unwrap_or(usize::MAX);
                decompress_to_vec_with_limit(packed, limit).map_err(|error| match error.status {
                    TINFLStatus::HasMoreOutput => Problem::TooLarge,
                    _ => Problem::Unreadable("it is damaged"),
                })?
            }
            _ => return Err(Problem::Unreadable("it is packed in another way than `deflate`")),
        };
        if content.len() as u64 != self.size || u64::from(crc32fast::hash(&content)) != self.checksum {
            return Err(damaged);
        }
        Ok(content)
    }
}

/// Why an entry has no content for us.
enum Problem {
    TooLarge,
    Unreadable(&'static str),
}

/// A part of the archive, if it has one there.
fn part(bytes: &[u8], start: u64, length: u64) -> Option<&[u8]> {
    let start = usize::try_from(start).ok()?;
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    bytes.get(start..end)
}

fn begins(bytes: &[u8], at: u64, with: &[u8]) -> bool {
    part(bytes, at, with.len() as u64) == Some(with)
}

/// A number of so many bytes, at most eight, least significant first.
fn number(bytes: &[u8], at: u64, width: u64) -> Option<u64> {
    let digits = part(bytes, at, width)?;
    Some(
        digits
            .iter()
            .rev()
            .fold(0, |number, digit| number << 8 | u64::from(*digit)),
    )
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

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

    #[test]
    fn finds_an_archive_behind_other_bytes_and_before_a_comment() {
        let mut bytes = b"#!/bin/sh\n".to_vec();
        bytes.extend(zipped(&[("shop/a.sql", b"SELECT 1"), ("shop/b.sql", b"")]));
        let end = bytes.len() - 2;
        bytes.splice(end.., [3, 0, b'P', b'K', b'!']);
        let files = unzip(&bytes).expect("files");
        assert_eq!(files.len(), 2);
        assert_eq!(files[0].bytes, b"SELECT 1");
        assert_eq!(files[1].path, "shop/b.sql");
    }

    #[test]
    fn takes_stored_entries_large_numbers_and_old_names() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .large_file(true);
        writer.start_file("m\u{e4}rz/a.sql", stored).expect("entry");
        writer.write_all(b"SELECT 1").expect("bytes");
        writer.add_directory("empty", stored).expect("folder");
        let mut bytes = writer.finish().expect("archive").into_inner();
        assert_eq!(unzip(&bytes).expect("files")[0].path, "m\u{e4}rz/a.sql");
        // The same name as an old program writes it: one byte less, so another letter takes its place.
        let utf8 = "m\u{e4}rz".as_bytes();
        for at in 0..bytes.len() - utf8.len() {
            if bytes[at..].starts_with(utf8) {
                bytes[at..at + utf8.len()].copy_from_slice(&[b'm', 0x84, b'r', b'r', b'z']);
            }
        }
        assert_eq!(unzip(&bytes).expect("files")[0].path, "m\u{e4}rrz/a.sql");
    }

    #[test]
    fn damage_and_encryption_are_said() {
        let whole = zipped(&[("a.sql", b"SELECT 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12")]);
        let said = |bytes: &[u8]| unzip(bytes).err().unwrap_or_default();
        let name = whole.windows(5).position(|part| part == b"a.sql").expect("name");
        let mut damaged = whole.clone();
        damaged[name + 7] ^= 0x55;
        assert_eq!(
            said(&damaged),
            "`a.sql` in the archive cannot be read: it is damaged"
        );
        let entry = whole.windows(4).position(|part| part == ENTRY).expect("entry");
        let mut encrypted = whole.clone();
        encrypted[entry + 8] |= 1;
        assert_eq!(
            said(&encrypted),
            "`a.sql` in the archive cannot be read: it is encrypted"
        );
        // No change of a single byte makes it fall.
        for at in 0..whole.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut changed = whole.clone();
                changed[at] = byte;
                let _ = unzip(&changed);
            }
            let _ = unzip(&whole[..at]);
        }
    }
}
