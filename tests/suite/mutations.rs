//! Damaged and hostile states: 10,000 changes of real ones. None may panic, none may lose what was there before.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use planglass_core::apply::{export, import};
use planglass_core::redact::{Redaction, redact};
use planglass_core::report::state::{StateDiffReport, StateReport};
use planglass_core::report::text::{self, Style};
use planglass_core::snapshot::Snapshot;
use planglass_core::state::{StateFile, lint};
use planglass_core::time::Timestamp;
use planglass_core::upgrade;
use planglass_tests::cases_folder;
use serde_json::{Value, json};

const CHANGES: u64 = 10_000;
const NOW: Timestamp = Timestamp(1_727_395_200_000);

/// Numbers that are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit.max(1) as u64)).unwrap()
    }
}

/// The smallest real states: reading many changes of them stays quick.
fn originals() -> Vec<String> {
    let mut texts: Vec<String> = fs::read_dir(cases_folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(".state-"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    texts.sort_by_key(|text| (text.len(), text.clone()));
    texts.truncate(12);
    // Compact texts: as much content in fewer bytes.
    let compact = |text: &String| serde_json::from_str::<Value>(text).unwrap().to_string();
    texts.iter().map(compact).collect()
}

#[test]
fn changed_states_neither_panic_nor_lose_anything() {
    let originals = originals();
    let base = StateFile::parse("base", &originals[0]).unwrap();
    let next = AtomicU64::new(1);
    let count = || {
        let mut read = 0;
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > CHANGES {
                return read;
            }
            let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
            let original = &originals[numbers.below(originals.len())];
            let changed = change(original, &mut numbers);
            match catch_unwind(AssertUnwindSafe(|| check(&base, &changed))) {
                Ok(was_read) => read += u64::from(was_read),
                Err(_) => panic!(
                    "change {seed}: {}",
                    changed.chars().take(4000).collect::<String>()
                ),
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from).min(8);
    let read: u64 = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(count)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("no change panics"))
            .sum()
    });
    println!("{read} of {CHANGES} changed states could be read");
    assert!(read > CHANGES / 10, "only {read} could be read");
    assert!(read < CHANGES, "no change did any harm");
}

/// Everything that can be done with a state; whether it could be read.
fn check(base: &StateFile, text: &str) -> bool {
    let parsed = StateFile::parse("state.json", text);
    let streamed = StateFile::read("state.json", &mut text.as_bytes());
    assert_eq!(parsed.is_ok(), streamed.is_ok(), "text and stream differ");
    let state = match parsed {
        Ok(state) => state,
        Err(problem) => {
            assert!(
                !problem.labels.is_empty() && !problem.help.is_empty(),
                "{problem:?}"
            );
            return false;
        }
    };
    assert!(streamed.is_ok_and(|streamed| streamed == state));
    let written = state.to_json();
    assert!(StateFile::parse("written", &written).is_ok_and(|again| again == state));
    let _ = lint::lint("state.json", &state, NOW);
    let report = StateReport::new(&state, &[], NOW);
    let _ = text::state(&report, Style::Plain);
    let _ = text::state_diff(&StateDiffReport::new(base, &state), Style::Plain);
    if let Ok(merged) = import(base, "state.json", &state, false, NOW) {
        keeps(base, &merged);
        let twice = import(&merged, "state.json", &state, false, NOW).unwrap();
        assert!(twice == merged, "merging twice is not merging once");
    }
    let _ = export(&state, &[], NOW);
    true
}

/// Snapshots, environments and intervals of `before` are all in `after`.
fn keeps(before: &StateFile, after: &StateFile) {
    for snapshot in &before.snapshots {
        let kept = after.snapshots.iter().find(|kept| kept.id() == snapshot.id());
        let kept = kept.unwrap_or_else(|| panic!("{} is lost", snapshot.name));
        for interval in snapshot.intervals.iter() {
            assert!(
                kept.intervals.covers(interval),
                "{} lost {interval:?}",
                snapshot.name
            );
        }
    }
    for name in before.environments.keys() {
        assert!(
            after.environments.contains_key(name),
            "environment {name} is lost"
        );
    }
}

fn change(text: &str, numbers: &mut Numbers) -> String {
    match numbers.below(3) {
        0 => change_text(text, numbers),
        _ => {
            let mut value: Value = serde_json::from_str(text).unwrap();
            for _ in 0..=numbers.below(2) {
                change_value(&mut value, numbers);
            }
            value.to_string()
        }
    }
}

/// Pieces cut off, taken out, repeated, swapped, or replaced by something hostile.
fn change_text(text: &str, numbers: &mut Numbers) -> String {
    let mut cut = |limit: usize| {
        let mut at = numbers.below(limit + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (mut a, mut b) = (cut(text.len()), cut(text.len()));
    if a > b {
        std::mem::swap(&mut a, &mut b);
    }
    let (first, middle, last) = (&text[..a], &text[a..b], &text[b..]);
    match numbers.below(6) {
        0 => first.to_string(),
        1 => format!("{first}{last}"),
        2 => format!("{first}{middle}{middle}{last}"),
        3 => format!("{middle}{first}{last}"),
        4 => format!("{first}{}{last}", "[".repeat(numbers.below(3000))),
        _ => format!("{first}{}{middle}{last}", HOSTILE[numbers.below(HOSTILE.len())]),
    }
}

const HOSTILE: [&str; 9] = [
    "\u{0}",
    "\\ud800",
    "1e999",
    "-",
    "\"",
    "null",
    "99999999999999999999",
    "{\"a\":",
    "\u{feff}",
];

/// Fields removed, renamed, repeated or given another value, somewhere in the tree.
fn change_value(value: &mut Value, numbers: &mut Numbers) {
    let mut place = value;
    for _ in 0..numbers.below(9) {
        let count = match &*place {
            Value::Object(fields) => fields.len(),
            Value::Array(items) => items.len(),
            _ => 0,
        };
        if count == 0 {
            break;
        }
        let index = numbers.below(count);
        place = match place {
            Value::Object(fields) => fields.values_mut().nth(index).unwrap(),
            Value::Array(items) => &mut items[index],
            _ => unreachable!(),
        };
    }
    let hostile = [
        json!(null),
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(1.5),
        json!(""),
        json!("\"\"\"."),
        json!("\u{202e}é\u{1}"),
        json!([[5, 1], [i64::MIN, i64::MAX], [0, 0]]),
        json!([]),
        json!({}),
        json!("SELECT ((((("),
        json!("* * * * *"),
        json!(true),
    ];
    // Half of the values stay of their type: such states can mostly be read.
    let alike: Vec<Value> = match &*place {
        Value::Bool(value) => vec![json!(!value)],
        Value::Number(_) => hostile.iter().filter(|value| value.is_i64()).cloned().collect(),
        Value::String(_) => hostile
            .iter()
            .filter(|value| value.is_string())
            .cloned()
            .collect(),
        _ => Vec::new(),
    };
    if !alike.is_empty() && numbers.below(4) > 0 {
        *place = alike[numbers.below(alike.len())].clone();
        return;
    }
    match place {
        Value::Object(fields) if !fields.is_empty() => {
            let key = fields.keys().nth(numbers.below(fields.len())).unwrap().clone();
            match numbers.below(5) {
                0 => {
                    fields.remove(&key);
                }
                1 | 2 => {
                    let taken = fields.remove(&key).unwrap();
                    fields.insert(format!("{key}x"), taken);
                }
                _ => {
                    fields.insert(key, hostile[numbers.below(hostile.len())].clone());
                }
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let index = numbers.below(items.len());
            match numbers.below(4) {
                0 => {
                    items.remove(index);
                }
                1 => items.push(items[index].clone()),
                2 => items.reverse(),
                _ => items[index] = hostile[numbers.below(hostile.len())].clone(),
            }
        }
        other => *other = hostile[numbers.below(hostile.len())].clone(),
    }
}

/// Every real state: written again it is the same, merged twice it is as merged once, without its texts it keeps
/// hashes, names, kinds and intervals.
#[test]
fn laws_of_real_states() {
    for entry in fs::read_dir(cases_folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_string_lossy().into_owned();
        if !name.contains(".state-") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let state = StateFile::parse(&name, &text).unwrap();
        assert_eq!(
            StateFile::parse("written", &state.to_json()).unwrap(),
            state,
            "{name}"
        );
        assert_eq!(
            StateFile::read(&name, &mut text.as_bytes()).unwrap(),
            state,
            "{name}"
        );
        assert!(!upgrade::is_outdated(&state), "{name}");
        let problems = lint::lint(&name, &state, Timestamp(0));
        assert!(
            problems.iter().all(|problem| !problem.is_error()),
            "{name}: {problems:#?}"
        );

        let once = import(&StateFile::empty(), &name, &state, false, NOW).unwrap();
        assert_eq!(import(&once, &name, &state, false, NOW).unwrap(), once, "{name}");

        let redacted = redact(&state, Redaction::default());
        let kept = |snapshot: &Snapshot| {
            let node = &snapshot.node;
            json!([
                snapshot.id(),
                snapshot.version,
                snapshot.dev_version,
                snapshot.change_category,
                snapshot.parents,
                snapshot.previous_versions,
                snapshot.intervals,
                snapshot.dev_intervals,
                snapshot.table_name(true),
                node.name,
                node.kind.name,
                node.cron,
                node.start,
                node.columns,
                node.mapping_schema,
                node.tags
            ])
        };
        let (before, after): (Vec<Value>, Vec<Value>) = (
            state.snapshots.iter().map(kept).collect(),
            redacted.snapshots.iter().map(kept).collect(),
        );
        assert_eq!(before, after, "{name}");
        let written = redacted.to_json();
        for secret in secrets(&state) {
            assert!(!written.contains(&secret), "{name}: {secret}");
        }
    }
}

/// Texts that must not survive a redaction.
fn secrets(state: &StateFile) -> BTreeSet<String> {
    let nodes = state.snapshots.iter().map(|snapshot| &snapshot.node);
    let texts = nodes.flat_map(|node| {
        let statements = node.pre_statements.iter().chain(&node.post_statements).flatten();
        let query = node
            .query
            .iter()
            .chain(statements)
            .map(|statement| statement.sql.clone());
        let code = node
            .python_env
            .values()
            .map(|executable| executable.payload.clone());
        query
            .chain(code)
            .chain(node.description.clone())
            .chain(node.owner.clone())
            .collect::<Vec<_>>()
    });
    let long = texts.filter(|text| text.len() > 8 && text != "{}");
    long.map(|text| {
        let escaped = serde_json::to_string(&text).unwrap();
        escaped.trim_matches('"').to_string()
    })
    .collect()
}
