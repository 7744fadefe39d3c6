//! Hashes: SQLMesh's CRC-32 over joined fields, and blake3 digests for what is ours.
//!
//! Rule: `shared` fields are joined with `;`, a missing one counts as empty, nothing is escaped, and the
//! checksum is printed as an unsigned decimal. That is how SQLMesh names versions, so it must not change.

use md5::{Digest as _, Md5};

/// SQLMesh's hash of a list of optional texts; the empty list hashes to `"0"`.
pub fn crc32_of<S: AsRef<str>>(parts: impl IntoIterator<Item = Option<S>>) -> String {
    let mut hasher = crc32fast::Hasher::new();
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            hasher.update(b";");
        }
        if let Some(text) = part {
            hasher.update(text.as_ref().as_bytes());
        }
    }
    hasher.finalize().to_string()
}

/// The same for texts that are all present.
pub fn crc32_of_all<S: AsRef<str>>(parts: impl IntoIterator<Item = S>) -> String {
    crc32_of(parts.into_iter().map(Some))
}

/// MD5 in lower-case hexadecimal: only for SQLMesh's `hash_md5` table names.
pub fn md5_hex(text: &str) -> String {
    Md5::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A blake3 digest over length-prefixed fields, in hexadecimal: for plans, files and decisions.
pub fn digest<S: AsRef<[u8]>>(fields: impl IntoIterator<Item = S>) -> String {
    let mut hasher = blake3::Hasher::new();
    for field in fields {
        let bytes = field.as_ref();
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    hasher.finalize().to_hex().to_string()
}

/// The plain blake3 digest of a file's bytes, in hexadecimal: what `b3sum` prints.
pub fn file_digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_reference() {
        assert_eq!(crc32_of_all::<&str>([]), "0");
        assert_eq!(crc32_of_all(["2662368194", "0"]), "645988467");
        assert_eq!(
            crc32_of_all(["[];FULL;;;0;;sqlmesh__shop;;;day;;full;{};SELECT 2 AS k"]),
            "2662368194"
        );
    }

    #[test]
    fn md5_names() {
        assert_eq!(
            md5_hex("wh.sqlmesh__shop.shop__src__1609870013"),
            "682a300d4446a370fa27a8e6668c9428"
        );
    }
}
