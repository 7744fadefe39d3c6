//! Fuzzing for a bounded time: the targets of `tests/fuzz`, with libFuzzer.
//!
//! They are built as `cargo fuzz` builds them, but for the address sanitizer, which needs another compiler and would
//! find little in code without `unsafe`: panics, hangs and memory without bounds are what counts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, root, run as execute, target};

/// Each target with the endings of the files that it begins from.
const TARGETS: [(&str, &[&str]); 6] = [
    ("header", &["sql"]),
    ("macros", &["sql"]),
    ("jinja", &["sql"]),
    ("config", &["yaml"]),
    ("python", &["py"]),
    ("state", &["json"]),
];
/// What the compiler adds, so that libFuzzer sees which code runs.
const COVERAGE: [&str; 7] = [
    "--cfg fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=4",
];
/// The largest file to begin from, in bytes.
const LARGEST_SEED: u64 = 8 << 10;

/// `cargo xtask fuzz [SECONDS] [TARGET…]`
pub fn run(options: &[&str]) -> Outcome {
    let (seconds, names) = match options.split_first() {
        Some((first, rest)) if first.parse::<u32>().is_ok() => (*first, rest),
        _ => ("60", options),
    };
    let wanted = |name: &str| names.is_empty() || names.contains(&name);
    if let Some(unknown) = names
        .iter()
        .find(|name| TARGETS.iter().all(|(target, _)| target != *name))
    {
        return Err(format!("there is no fuzz target `{unknown}`"));
    }
    build()?;
    for (name, _) in TARGETS.iter().filter(|(name, _)| wanted(name)) {
        one(name, seconds)?;
    }
    Ok(())
}

/// Names of all targets.
pub fn targets() -> impl Iterator<Item = &'static str> {
    TARGETS.iter().map(|(name, _)| *name)
}

/// Builds all targets.
pub fn build() -> Outcome {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command
        .args([
            "build",
            "--locked",
            "--release",
            "--quiet",
            "--target",
            &host()?,
            "--manifest-path",
        ])
        .arg(root().join("tests/fuzz/Cargo.toml"))
        .env("CARGO_TARGET_DIR", folder())
        .env("RUSTFLAGS", COVERAGE.join(" "))
        .current_dir(root());
    execute(&mut command)
}

/// Runs one target, from the projects of the tests on.
pub fn one(name: &str, seconds: &str) -> Outcome {
    let endings = TARGETS
        .iter()
        .find(|(target, _)| *target == name)
        .map_or(&[][..], |(_, endings)| endings);
    let corpus = folder().join("corpus").join(name);
    let cannot = |error: std::io::Error| format!("{}: {error}", corpus.display());
    fs::create_dir_all(&corpus).map_err(cannot)?;
    let mut seeds = Vec::new();
    files(&root().join("tests/projects"), endings, &mut seeds);
    for (number, path) in seeds.iter().enumerate() {
        let mut bytes = fs::read(path).map_err(cannot)?;
        if name != "state" {
            // The first byte chooses the dialect.
            bytes.insert(0, u8::try_from(number % 10).unwrap_or_default());
        }
        fs::write(corpus.join(format!("seed-{number}")), bytes).map_err(cannot)?;
    }
    let found = folder().join("found");
    fs::create_dir_all(&found).map_err(cannot)?;
    let mut command = Command::new(folder().join(host()?).join("release").join(name));
    command
        .arg(&corpus)
        .args([
            "-seed=1",
            "-timeout=20",
            "-rss_limit_mb=1024",
            "-max_len=8192",
            "-verbosity=0",
            "-print_final_stats=1",
        ])
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/{name}-", found.display()));
    execute(&mut command).map_err(|message| {
        format!(
            "{message}\nthe input that did it is in {}; the target runs it alone when it is named",
            found.display()
        )
    })
}

fn folder() -> PathBuf {
    target().join("fuzz")
}

fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        let size = path.metadata().map_or(0, |metadata| metadata.len());
        if path.is_dir() {
            files(&path, endings, found);
        } else if endings.contains(&ending) && size <= LARGEST_SEED {
            found.push(path);
        }
    }
}

fn host() -> Result<String, String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .map_err(|error| format!("rustc cannot be run: {error}"))?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_string)
        .ok_or_else(|| "rustc does not say what it runs on".to_string())
}
