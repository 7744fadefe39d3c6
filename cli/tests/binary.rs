//! The binary as a user meets it: arguments, exit codes, which stream says what.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/projects")
}

/// The binary without the environment of whoever runs the tests.
fn planglass(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_planglass"));
    command
        .args(arguments)
        .current_dir(samples())
        .env_clear()
        .stdin(Stdio::null());
    command
}

/// Exit code, and a part of what standard error says; standard output stays empty.
fn check_refusal(arguments: &[&str], code: i32, said: &str) {
    let output = planglass(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{errors}");
    assert!(errors.contains(said), "{errors}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

fn scratch(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("planglass-{}-{name}", std::process::id()));
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn wrong_usage_is_2() {
    check_refusal(&["plan", "--colour"], 2, "--colour");
    check_refusal(
        &["plan", "-p", "bikes"],
        2,
        "`--state state.json` plans against it",
    );
    check_refusal(
        &["plan", "-p", "nowhere", "--state", "empty"],
        2,
        "`nowhere` does not exist",
    );
    check_refusal(
        &["plan", "-p", "bikes", "--state", "empty", "--now", "soon-ish"],
        2,
        "`soon-ish` after --now is not a date",
    );
    check_refusal(
        &["plan", "--categorize", "a=metadata"],
        2,
        "`metadata` cannot be chosen",
    );
}

#[test]
fn an_unreadable_state_is_3() {
    check_refusal(
        &["plan", "-p", "bikes", "--state", "missing.json"],
        3,
        "error[state/unreadable]",
    );
    let whole = fs::read_to_string(samples().join("bikes/state.json")).unwrap();
    let cut = scratch("cut.json", &whole[..whole.len() / 2]);
    check_refusal(
        &["plan", "-p", "bikes", "--state", cut.to_str().unwrap()],
        3,
        "error[state/truncated]",
    );
    fs::remove_file(cut).unwrap();
}

#[test]
fn json_is_alone_on_standard_output() {
    let output = planglass(&[
        "plan",
        "-p",
        "bikes",
        "--state",
        "bikes/state.json",
        "--format",
        "json",
    ]);
    let outcome: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for field in ["plan", "error", "diagnostics"] {
        assert!(outcome.get(field).is_some(), "{field}");
    }
}

#[test]
fn the_sample_has_a_plan() {
    let arguments = [
        "plan",
        "dev",
        "-p",
        "bikes",
        "--state",
        "bikes/state.json",
        "--now",
        "2026-03-09 08:00:00",
    ];
    let output = planglass(&arguments);
    let (text, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(0), "{text}{errors}");
    for said in [
        "New environment `dev` will be created from `prod`",
        "Directly Modified: rental__dev.trips (Non-breaking)",
        "Directly Modified: rental__dev.daily_revenue (Breaking)",
        "Metadata Updated: workshop__dev.repairs",
        "workshop__dev.repair_costs: [full refresh]",
    ] {
        assert!(text.contains(said), "`{said}` is not in:\n{text}{errors}");
    }
    assert!(!text.contains('\u{1b}'), "colour without a terminal");
    let checked = planglass(&[&arguments[..], &["--check"]].concat());
    assert_eq!(checked.status.code(), Some(4));
}

#[test]
fn a_rehearsed_plan_leaves_nothing_to_do() {
    let after = scratch("after.json", "not a state");
    let plan = |state: &str, more: &[&str]| {
        let first = [
            "plan",
            "dev",
            "-p",
            "bikes",
            "--state",
            state,
            "--now",
            "2026-03-09 08:00:00",
        ];
        planglass(&[&first[..], more].concat())
    };
    let file = after.to_str().unwrap();
    let rehearsed = plan("bikes/state.json", &["--rehearse", file]);
    assert_eq!(rehearsed.status.code(), Some(0), "{rehearsed:?}");
    let again = plan(file, &["--check", "--include-unmodified"]);
    let text = String::from_utf8_lossy(&again.stdout);
    assert_eq!(again.status.code(), Some(0), "{text}");
    fs::remove_file(after).unwrap();
}

#[test]
fn states_are_shown_compared_and_taken_over() {
    let state = |arguments: &[&str]| {
        let output = planglass(&[&["state"], arguments].concat());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (
            output.status.code(),
            text,
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, text, errors) = state(&["show", "bikes/state.json"]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(
        text.contains("SQLMesh version: 0.236.4") && text.contains("  prod: "),
        "{text}"
    );
    let (code, text, _) = state(&["show", "bikes/state.json", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (code, &report["environments"][0]["name"]),
        (Some(0), &"prod".into())
    );
    let (code, text, _) = state(&["lint", "bikes/state.json", "--now", "2026-03-09"]);
    assert_eq!((code, text.as_str()), (Some(0), "No problems found.\n"));

    let copy = scratch("copy.json", "");
    fs::remove_file(&copy).unwrap();
    let file = copy.to_str().unwrap();
    let (code, _, errors) = state(&["import", "--state", file, "-i", "bikes/state.json"]);
    assert_eq!(code, Some(0), "{errors}");
    let (code, text, _) = state(&["diff", "bikes/state.json", file, "--check"]);
    assert_eq!((code, text.as_str()), (Some(0), "The states hold the same.\n"));
    let before = fs::read_to_string(&copy).unwrap();
    let (code, _, errors) = state(&["export", "--state", file, "-o", file, "--environment", "nope"]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("No such environment: nope"), "{errors}");
    assert_eq!(
        fs::read_to_string(&copy).unwrap(),
        before,
        "a refusal changes nothing"
    );

    let (code, _, errors) = state(&["export", "--state", file, "-o", file, "--local", "-p", "bikes"]);
    assert_eq!(code, Some(0), "{errors}");
    let (code, _, errors) = state(&["import", "--state", file, "-i", file]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("not importable"), "{errors}");
    let (code, _, errors) = state(&["redact", "bikes/state.json", "-o", file, "--pseudonyms"]);
    assert_eq!(code, Some(0), "{errors}");
    let redacted = fs::read_to_string(&copy).unwrap();
    assert!(!redacted.contains("rental"), "names are replaced");
    let (code, text, _) = state(&["diff", "bikes/state.json", file, "--check"]);
    assert_eq!(code, Some(4), "{text}");
    fs::remove_file(copy).unwrap();
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = command(&["plan", "-p", "bikes", "--state", "empty", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        !errors.contains("panicked") && !errors.contains("cannot be written"),
        "{errors}"
    );
}

#[test]
fn a_project_is_looked_at_without_a_state() {
    let listed = planglass(&["list", "-p", "bikes", "--select-model", "rental.* & tag:core"]);
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert_eq!(listed.status.code(), Some(0));
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(
        text.contains("rental.bikes") && text.ends_with("2 models\n"),
        "{text}"
    );

    let rendered = planglass(&[
        "render",
        "rental.daily_revenue",
        "-p",
        "bikes",
        "-s",
        "2024-03-01",
        "-e",
        "2024-03-02",
    ]);
    let text = String::from_utf8_lossy(&rendered.stdout).into_owned();
    assert!(text.contains("BETWEEN CAST('2024-03-01' AS DATE)"), "{text}");
    check_refusal(
        &["render", "rental.bike", "-p", "bikes"],
        1,
        "is `rental.bikes` meant?",
    );
    check_refusal(
        &["list", "-p", "bikes", "--select-model", "(a"],
        2,
        "cannot be read at character",
    );
    check_refusal(
        &["dag", "-p", "bikes", "-o", "graph.png"],
        2,
        "`.html`, `.svg` or `.mmd`",
    );

    let path = scratch("graph.svg", "before");
    let drawn = planglass(&["dag", "-p", "bikes", "-o", path.to_str().unwrap()]);
    assert_eq!(drawn.status.code(), Some(0));
    assert!(fs::read_to_string(&path).unwrap().starts_with("<svg"));
    fs::remove_file(path).unwrap();

    let linted = planglass(&["lint", "-p", "bikes"]);
    assert_eq!(linted.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&linted.stdout).contains("The linter is off"));
}

#[test]
fn files_are_formatted_once() {
    let folder = std::env::temp_dir().join(format!("planglass-format-{}", std::process::id()));
    fs::create_dir_all(folder.join("models")).unwrap();
    fs::write(folder.join("config.yaml"), "model_defaults: {dialect: duckdb}\n").unwrap();
    let path = folder.join("models/a.sql");
    fs::write(&path, "model (name s.a); select 1 as a").unwrap();
    let project = folder.to_str().unwrap();
    let run = |arguments: &[&str]| planglass(&[&["format", "-p", project], arguments].concat());
    assert_eq!(run(&["--check"]).status.code(), Some(4));
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "model (name s.a); select 1 as a"
    );
    let said = run(&["models/a.sql"]);
    assert_eq!(
        String::from_utf8_lossy(&said.stdout),
        "models/a.sql\n1 changed, 0 in style, 0 left alone\n"
    );
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "MODEL (\n  name s.a\n);\n\nSELECT 1 AS a\n"
    );
    assert_eq!(run(&["--check"]).status.code(), Some(0));
    assert_eq!(run(&["models/b.sql"]).status.code(), Some(2));
    fs::remove_dir_all(folder).unwrap();
}
