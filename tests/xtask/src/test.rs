//! All tests, in the order in which they are quick to fail; what they need is installed first.
//!
//! Every check runs, also after a failure; the last line counts tests and checks together.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::{Outcome, fuzz, root, target, web};

const WASM: &str = "wasm32-unknown-unknown";

/// Seconds for which each target is fuzzed.
const FUZZING: &str = "15";

/// `cargo xtask test`
pub fn run(_options: &[&str]) -> Outcome {
    prepare()?;
    let mut tally = Tally::default();
    tally.check("format", &mut cargo("fmt --all --check"));
    tally.check(
        "lints, native",
        &mut cargo(
            "clippy --locked --workspace --features planglass-web/viewer --all-targets -- -D warnings",
        ),
    );
    tally.check(
        "lints, wasm",
        &mut cargo(&format!(
            "clippy --locked --package planglass-core --package planglass-web --features planglass-web/viewer \
             --target {WASM} -- -D warnings"
        )),
    );
    tally.tests(
        "tests",
        &mut cargo("test --locked --workspace --features planglass-web/viewer --no-fail-fast"),
    );
    if tally.outcome("fuzz targets", fuzz::build) {
        for target in fuzz::targets() {
            tally.outcome(&format!("fuzz {target}"), || fuzz::one(target, FUZZING));
        }
    }
    let mut built = None;
    tally.outcome("page: wasm and glue", || {
        built = Some(web::build(&[])?);
        Ok(())
    });
    if let Some(built) = built {
        tally.outcome("page: size of the wasm", || web::small_enough(&built));
        let questions = target().join("oracle-questions.json");
        let planner = root().join("www/dist/node/planglass_web.js");
        let written = tally.check(
            "oracle: questions with native answers",
            cargo("run --locked --quiet --package planglass-tests --bin oracle -- --questions")
                .arg(&questions),
        );
        if written {
            tally.tests(
                "oracle in wasm: the same bytes as native",
                Command::new("node")
                    .arg(root().join("tests/wasm/compare.mjs"))
                    .arg(planner)
                    .arg(&questions),
            );
        }
        let damaged = target().join("damaged-questions.json");
        let written = tally.check(
            "damaged input: answers of the native build",
            cargo("run --locked --quiet --package planglass-tests --bin damaged --").arg(&damaged),
        );
        if written {
            tally.tests(
                "damaged input in wasm: no trap, no hang, bounded memory",
                Command::new("node")
                    .arg(root().join("tests/wasm/compare.mjs"))
                    .arg(root().join("www/dist/node/planglass_web.js"))
                    .arg(&damaged),
            );
        }
        tally.tests(
            "page in Chromium",
            &mut cargo("run --locked --quiet --package planglass-browser-tests"),
        );
    }
    tally.finish()
}

/// Counts of tests and checks, with a line for each group.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    lines: Vec<String>,
}

impl Tally {
    /// A command that is one check.
    fn check(&mut self, name: &str, command: &mut Command) -> bool {
        command.current_dir(root());
        self.outcome(name, || crate::run(command))
    }

    fn outcome(&mut self, name: &str, check: impl FnOnce() -> Outcome) -> bool {
        println!("\n== {name}");
        let started = Instant::now();
        let outcome = check();
        if let Err(message) = &outcome {
            println!("{message}");
        }
        let (passed, failed) = if outcome.is_ok() { (1, 0) } else { (0, 1) };
        self.add(name, passed, failed, started);
        outcome.is_ok()
    }

    /// A command that prints `test result: … N passed; M failed` lines. Without any it counts as one failure,
    /// and so does a failure that no line tells.
    fn tests(&mut self, name: &str, command: &mut Command) {
        println!("\n== {name}");
        let started = Instant::now();
        let (passed, failed) = count_tests(command).unwrap_or_else(|message| {
            println!("{message}");
            (0, 1)
        });
        self.add(name, passed, failed, started);
    }

    fn add(&mut self, name: &str, passed: u64, failed: u64, started: Instant) {
        self.passed += passed;
        self.failed += failed;
        let word = if failed == 0 { "ok  " } else { "FAIL" };
        let seconds = started.elapsed().as_secs();
        self.lines.push(format!(
            "{word} {name}: {passed} passed, {failed} failed ({seconds} s)"
        ));
    }

    fn finish(self) -> Outcome {
        println!("\n== summary");
        for line in &self.lines {
            println!("{line}");
        }
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 {
            Ok(())
        } else {
            Err(String::new())
        }
    }
}

fn cargo(arguments: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments.split_whitespace()).current_dir(root());
    command
}

fn count_tests(command: &mut Command) -> Result<(u64, u64), String> {
    let shown = format!("{command:?}");
    let cannot = |error: std::io::Error| format!("{shown} cannot be run: {error}");
    let mut child = command
        .current_dir(root())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(cannot)?;
    let (mut passed, mut failed) = (0, 0);
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.map_err(cannot)?;
            println!("{line}");
            if let Some(counts) = line.strip_prefix("test result: ") {
                passed += count_before(counts, " passed");
                failed += count_before(counts, " failed");
            }
        }
    }
    let status = child.wait().map_err(cannot)?;
    // A build that fails has no tests to count.
    if failed == 0 && (!status.success() || passed == 0) {
        failed = 1;
    }
    Ok((passed, failed))
}

fn count_before(text: &str, word: &str) -> u64 {
    let before = text.split(word).next().unwrap_or_default();
    let digits = before
        .rsplit(|character: char| !character.is_ascii_digit())
        .next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// What the tests need: the wasm target, Node.js, a browser.
fn prepare() -> Outcome {
    if !has_target() {
        crate::run(Command::new("rustup").args(["target", "add", WASM]))?;
    }
    if !exists("node") {
        return Err(
            "Node.js is needed for the tests of the wasm build; `node` is not in the PATH".to_string(),
        );
    }
    if exists("chromium") {
        return Ok(());
    }
    let missing = "chromium";
    println!("installing {missing}");
    let install = format!(
        "apt-get -qq install -y --no-install-recommends {missing} >/dev/null || \
         {{ apt-get -qq update && apt-get -qq install -y --no-install-recommends {missing} >/dev/null; }}"
    );
    crate::run(
        Command::new("sh")
            .args(["-c", &install])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
    .map_err(|error| {
        format!(
            "the browser tests need {missing}, which could not be installed (as root, with apt-get): {error}"
        )
    })
}

fn has_target() -> bool {
    Command::new("rustc")
        .args(["--print", "target-libdir", "--target", WASM])
        .output()
        .is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

fn exists(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_counts_of_test_results() {
        let line = "ok. 12 passed; 3 failed; 0 ignored; 0 measured";
        assert_eq!(
            (count_before(line, " passed"), count_before(line, " failed")),
            (12, 3)
        );
        assert_eq!(count_before("FAILED. nothing", " passed"), 0);
    }
}
