//! Shows where dependencies, columns, lineage and fingerprints of the dialect projects differ from the
//! reference's recorded answers.
//!
//! ```text
//! columns [PROJECT…] [--json]
//! ```
//!
//! `--json` prints our answers instead.

use std::process::ExitCode;

use planglass_tests::columns;

fn main() -> ExitCode {
    let (flags, mut wanted): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with("--"));
    let shown = || -> Result<usize, String> {
        if wanted.is_empty() {
            wanted = columns::projects()?;
        }
        let mut count = 0;
        for name in &wanted {
            if flags.iter().any(|flag| flag == "--json") {
                let (answers, _) = columns::ours(name)?;
                let text = serde_json::to_string_pretty(&answers).map_err(|error| error.to_string())?;
                println!("{text}");
                continue;
            }
            let lines = columns::differences(name)?;
            count += lines.len();
            lines.iter().for_each(|line| println!("{line}"));
            println!(
                "{name}: {} models, {} differences",
                columns::expected(name)?.len(),
                lines.len()
            );
        }
        Ok(count)
    };
    let mut shown = shown;
    match shown() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}
