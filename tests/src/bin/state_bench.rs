//! How fast a large state is read, and how much memory that takes.
//!
//!     cargo run --release -p planglass-tests --bin state_bench [SNAPSHOTS]
//!
//! Writes a state of so many snapshots (100,000 when not given), made of those of the oracle cases under other
//! names, and reads it in a process of its own. The figures are of that process: seconds on the wall, on the
//! processor, and there in the kernel (which hands out memory, and is slower in virtual machines); megabytes (of a
//! million bytes) per second of reading without the kernel and with it; and the most memory it ever held. The
//! command line reads files of this size as a stream.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use planglass_core::state::StateFile;
use planglass_tests::cases_folder;
use serde_json::{Value, json};

const MEGABYTE: f64 = 1e6;
/// Versions of each model.
const VERSIONS: usize = 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.first().map(String::as_str) {
        Some("--read") => read(
            arguments.get(1).map_or("", String::as_str),
            arguments.get(2).map_or("", String::as_str),
        ),
        Some(count) => count.parse().map_err(Into::into).and_then(bench),
        None => bench(100_000),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench(count: usize) -> Result<(), Box<dyn Error>> {
    let path = std::env::temp_dir().join(format!("planglass-bench-{}.json", std::process::id()));
    generate(&path, count)?;
    let size = fs::metadata(&path)?.len() as f64;
    println!("{count} snapshots, {:.0} MB", size / MEGABYTE);
    for way in ["text", "stream"] {
        let status = Command::new(std::env::current_exe()?)
            .arg("--read")
            .arg(&path)
            .arg(way)
            .status()?;
        if !status.success() {
            return Err("the state could not be read".into());
        }
    }
    fs::remove_file(&path)?;
    Ok(())
}

fn read(path: &str, way: &str) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let size = fs::metadata(path)?.len() as f64;
    let state = match way {
        "stream" => StateFile::read(path, &mut File::open(path)?),
        _ => StateFile::parse(path, &fs::read_to_string(path)?),
    }
    .map_err(|problem| problem.to_string())?;
    let (wall, (own, kernel), peak) = (start.elapsed().as_secs_f64(), processor_seconds()?, peak_bytes()?);
    println!(
        "{way}: {} snapshots, {} environments; {wall:.2} s, on the processor {own:.2} s, and {kernel:.2} s in the kernel: \
         {:.0} MB/s, with the kernel {:.0} MB/s; at most {:.0} MB, {:.2} times the file",
        state.snapshots.len(),
        state.environments.len(),
        size / MEGABYTE / own,
        size / MEGABYTE / (own + kernel),
        peak / MEGABYTE,
        peak / size,
    );
    std::mem::forget(state);
    Ok(())
}

/// What this process has used of the processor, itself and in the kernel: clock ticks of a hundredth of a second.
fn processor_seconds() -> Result<(f64, f64), Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
    let used = ticks(11)
        .zip(ticks(12))
        .ok_or("/proc/self/stat has another form")?;
    Ok((used.0 / 100.0, used.1 / 100.0))
}

/// The most memory that this process ever held.
fn peak_bytes() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    Ok(kilobytes.ok_or("/proc/self/status has another form")? * 1024.0)
}

fn generate(path: &Path, count: usize) -> Result<(), Box<dyn Error>> {
    let mut templates = Vec::new();
    let mut head = Value::Null;
    for name in planglass_tests::case::names(&cases_folder())? {
        let Ok(text) = fs::read_to_string(cases_folder().join(format!("{name}.state-3.json"))) else {
            continue;
        };
        let mut state: Value = serde_json::from_str(&text)?;
        templates.extend(
            state["snapshots"]
                .as_array_mut()
                .into_iter()
                .flatten()
                .map(Value::take),
        );
        if head.is_null() {
            head = state;
        }
    }
    let mut out = BufWriter::new(File::create(path)?);
    write!(
        out,
        "{{\n  \"metadata\": {},\n  \"versions\": {},\n  \"snapshots\": [",
        head["metadata"], head["versions"]
    )?;
    let mut infos = Vec::new();
    for index in 0..count {
        let model = index / VERSIONS;
        let mut snapshot = templates[model % templates.len()].clone();
        let name = format!("\"warehouse\".\"shop_{}\".\"model_{model}\"", model % 100);
        snapshot["name"] = json!(name);
        snapshot["fingerprint"]["data_hash"] = json!((3_000_000_000_u64 + index as u64).to_string());
        if index % VERSIONS == 0 {
            infos.push(json!({
                "name": name, "fingerprint": snapshot["fingerprint"], "version": snapshot["version"],
                "dev_version": snapshot["dev_version"], "change_category": snapshot["change_category"],
                "previous_versions": [], "dev_table_suffix": "dev", "forward_only": false,
                "table_naming_convention": "schema_and_table", "physical_schema": "sqlmesh__shop",
                "parents": snapshot["parents"], "kind_name": snapshot["node"]["kind"]["name"],
                "node_type": "model", "virtual_environment_mode": "full"
            }));
        }
        let text = serde_json::to_string_pretty(&snapshot)?.replace('\n', "\n    ");
        write!(out, "{}\n    {text}", if index == 0 { "" } else { "," })?;
    }
    let mut environment = json!({
        "name": "prod", "start_at": "2024-09-20 00:00:00", "plan_id": "1", "finalized_ts": 1, "snapshots": infos
    });
    let record = environment.take();
    let environments = json!({"prod": {"environment": record, "statements": []}});
    write!(
        out,
        "\n  ],\n  \"environments\": {}\n}}",
        serde_json::to_string_pretty(&environments)?
    )?;
    out.flush()?;
    Ok(())
}
