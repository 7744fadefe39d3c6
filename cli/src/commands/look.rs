//! `planglass list`, `dag`, `lint` and `render`: a project looked at, without a state.

use std::path::Path;
use std::process::ExitCode;

use planglass_core::diagnostic::Diagnostic;
use planglass_core::report::{drawing, text};
use planglass_core::request::look;

use crate::args::look::{DagArguments, LintArguments, ListArguments, ListFormat, RenderArguments};
use crate::error::{CliError, PROBLEMS};
use crate::reading::Read;
use crate::replace::replace;
use crate::ui;

/// `planglass list`.
///
/// # Errors
/// Wrong usage, or a project that cannot be read.
pub fn list(arguments: &ListArguments) -> Result<ExitCode, CliError> {
    let read = Read::new(&arguments.project, &arguments.select)?;
    let (entries, problems) = read.catalog()?;
    let code = read.show(&problems);
    let written = match arguments.format {
        ListFormat::Text => text::catalog(&entries, ui::style()),
        ListFormat::Json => json(&entries)?,
    };
    print(&written)?;
    Ok(code)
}

/// `planglass dag`.
///
/// # Errors
/// Wrong usage, a project that cannot be read, or a file that cannot be written.
pub fn dag(arguments: &DagArguments) -> Result<ExitCode, CliError> {
    let ending = arguments.output.as_deref().map(ending).transpose()?;
    let read = Read::new(&arguments.project, &arguments.select)?;
    let (entries, problems) = read.catalog()?;
    let code = read.show(&problems);
    let title = read.title(&arguments.project);
    let written = match ending {
        Some("html") => drawing::page(&entries, &title),
        Some("svg") => drawing::svg(&entries, &title),
        _ => drawing::mermaid(&entries),
    };
    match &arguments.output {
        None => print(&written)?,
        Some(path) => {
            replace(path, |out| out.write_all(written.as_bytes())).map_err(|error| {
                let message = format!("`{}` cannot be written: {error}", path.display());
                CliError::problems(Diagnostic::error("output/failed", message))
            })?;
            print(&format!(
                "{} models written to '{}'\n",
                entries.len(),
                path.display()
            ))?;
        }
    }
    Ok(code)
}

fn ending(path: &Path) -> Result<&str, CliError> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some(known @ ("html" | "svg" | "mmd")) => Ok(known),
        _ => Err(CliError::usage(
            Diagnostic::error(
                "usage/ending",
                format!("it cannot be told what `{}` is to hold", path.display()),
            )
            .help("name a file that ends in `.html`, `.svg` or `.mmd` (Mermaid)"),
        )),
    }
}

/// `planglass lint`.
///
/// # Errors
/// Wrong usage, or a project that cannot be read.
pub fn lint(arguments: &LintArguments) -> Result<ExitCode, CliError> {
    let read = Read::new(&arguments.project, &[])?;
    let (mut problems, enabled) = look::lint(&read.sources, &read.load, &arguments.models)
        .map_err(|problem| CliError::usage(*problem))?;
    problems.extend(read.problems.iter().cloned());
    let broken = problems.iter().any(Diagnostic::is_error);
    let written = match arguments.format {
        ListFormat::Json => json(&problems)?,
        ListFormat::Text => {
            let style = ui::style();
            let mut written: String = problems
                .iter()
                .map(|problem| format!("{}\n", text::diagnostic(problem, style)))
                .collect();
            if !enabled {
                written.push_str("The linter is off: `linter: {enabled: true, rules: [ALL]}` in the configuration switches it on.\n");
            } else if problems.is_empty() {
                written.push_str("No problems found.\n");
            }
            written
        }
    };
    print(&written)?;
    Ok(ExitCode::from(if broken { PROBLEMS } else { 0 }))
}

/// `planglass render`.
///
/// # Errors
/// Wrong usage, a project that cannot be read, or a query that cannot be rendered.
pub fn render(arguments: &RenderArguments) -> Result<ExitCode, CliError> {
    let now = super::moment(arguments.now.as_deref())?;
    let read = Read::new(&arguments.project, &[])?;
    let (rendered, problems) = look::render(&read.sources, &read.load, &arguments.request(now));
    let code = read.show(&problems);
    print(&rendered.map_err(|problem| CliError::problems(*problem))?)?;
    Ok(code)
}

fn json(value: &impl serde::Serialize) -> Result<String, CliError> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| CliError::output(&error))
}

fn print(text: &str) -> Result<(), CliError> {
    ui::print(text).map_err(|error| CliError::output(&error))
}
