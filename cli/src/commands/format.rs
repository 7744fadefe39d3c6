//! `planglass format`: model files laid out in one style.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use planglass_core::config;
use planglass_core::diagnostic::Diagnostic;
use planglass_core::model::format::format;
use planglass_core::source::Location;
use planglass_core::sql::Dialect;

use crate::args::look::FormatArguments;
use crate::error::{CHANGES, CliError};
use crate::replace::replace;
use crate::{disk, ui};

/// What came of the files.
#[derive(Default)]
struct Count {
    changed: usize,
    left: usize,
    same: usize,
}

/// Formats the SQL files of models, audits and metrics, or those that are named.
///
/// # Errors
/// A project or file that cannot be read, a file that cannot be written.
pub fn run(arguments: &FormatArguments) -> Result<ExitCode, CliError> {
    let mut count = Count::default();
    let mut found = vec![false; arguments.files.len()];
    for root in &arguments.project.projects {
        one(root, arguments, &mut count, &mut found)?;
    }
    if let Some((name, _)) = arguments.files.iter().zip(&found).find(|(_, found)| !**found) {
        return Err(CliError::usage(
            Diagnostic::error(
                "usage/no-file",
                format!("there is no SQL file `{name}` in the project"),
            )
            .help("name it as seen from the project's folder: `models/orders.sql`"),
        ));
    }
    let verb = if arguments.check {
        "would change"
    } else {
        "changed"
    };
    let said = format!(
        "{} {verb}, {} in style, {} left alone\n",
        count.changed, count.same, count.left
    );
    ui::print(&said).map_err(|error| CliError::output(&error))?;
    let differ = arguments.check && count.changed > 0;
    Ok(ExitCode::from(if differ { CHANGES } else { 0 }))
}

fn one(
    root: &Path,
    arguments: &FormatArguments,
    count: &mut Count,
    found: &mut [bool],
) -> Result<(), CliError> {
    let roots: &[PathBuf] = &[root.to_path_buf()];
    let (folder, names) = disk::read_projects(roots).map_err(CliError::usage)?;
    let load = disk::load_options(
        roots,
        names,
        arguments.project.gateway.clone(),
        arguments.project.dotenv.as_deref(),
    )
    .map_err(CliError::usage)?;
    let (config, _) = config::load(&folder.sources, &load);
    let dialect = Dialect::parse(config.default_dialect()).unwrap_or_default();
    let ours = |path: &str| {
        let inside = ["models/", "audits/", "metrics/"]
            .iter()
            .any(|start| path.starts_with(start));
        inside && Path::new(path).extension().is_some_and(|ending| ending == "sql")
    };
    for (path, text) in folder.sources.iter().filter(|(path, _)| ours(path)) {
        let named = arguments
            .files
            .iter()
            .position(|name| name.trim_start_matches("./") == path);
        match named {
            Some(at) => found[at] = true,
            None if !arguments.files.is_empty() => continue,
            None => {}
        }
        match format(text, dialect) {
            Ok(formatted) if formatted == text => count.same += 1,
            Ok(formatted) => {
                count.changed += 1;
                ui::print(&format!("{path}\n")).map_err(|error| CliError::output(&error))?;
                if !arguments.check {
                    replace(&root.join(path), |out| out.write_all(formatted.as_bytes())).map_err(
                        |error| {
                            let message = format!("`{path}` cannot be written: {error}");
                            CliError::problems(Diagnostic::error("output/failed", message))
                        },
                    )?;
                }
            }
            Err(why) => {
                count.left += 1;
                let note = Diagnostic::note("format/left-alone", format!("the file is left alone: {why}"));
                ui::show_problem(&note.at(Location::file(path), ""));
            }
        }
    }
    Ok(())
}
