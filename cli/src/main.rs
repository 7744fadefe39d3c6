//! The `planglass` command line: reads the disk, asks the core, shows the answer.
//!
//! Exit codes: 0 done; 1 the project or the plan has problems; 2 wrong usage; 3 the state cannot be read;
//! 4 changes exist (only with `--check`).

mod args;
mod choose;
mod commands;
mod disk;
mod error;
mod git;
mod reading;
mod replace;
mod state_file;
mod ui;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    match commands::run(arguments) {
        Ok(code) => code,
        Err(error) => error.show(),
    }
}
