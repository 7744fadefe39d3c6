//! A project for the commands that look at it: its files, how to load them, and what selectors need.

use std::path::Path;
use std::process::ExitCode;

use planglass_core::diagnostic::Diagnostic;
use planglass_core::project::LoadOptions;
use planglass_core::report::catalog::CatalogEntry;
use planglass_core::request::look::{self, Selection};
use planglass_core::source::SourceMap;

use crate::args::look::ProjectArguments;
use crate::error::{CliError, PROBLEMS};
use crate::{disk, git, ui};

/// A project's files, and what else loading takes.
pub struct Read {
    /// The files.
    pub sources: SourceMap,
    /// How to load them.
    pub load: LoadOptions,
    selection: Selection,
    /// What of the files could not be read.
    pub problems: Vec<Diagnostic>,
}

impl Read {
    /// Reads a project's folders, with what these selectors need.
    ///
    /// # Errors
    /// Folders that cannot be read, a branch that git does not know.
    pub fn new(arguments: &ProjectArguments, select: &[String]) -> Result<Self, CliError> {
        let (folder, names) = disk::read_projects(&arguments.projects).map_err(CliError::usage)?;
        let git_changes = git::changes(&arguments.projects, &names, select).map_err(CliError::usage)?;
        let gateway = arguments.gateway.clone();
        let load = disk::load_options(&arguments.projects, names, gateway, arguments.dotenv.as_deref())
            .map_err(CliError::usage)?;
        Ok(Self {
            sources: folder.sources,
            load,
            selection: Selection {
                selectors: select.to_vec(),
                git_changes,
            },
            problems: folder.problems,
        })
    }

    /// The models selected, and the project's problems.
    ///
    /// # Errors
    /// A selector that cannot be read.
    pub fn catalog(&self) -> Result<(Vec<CatalogEntry>, Vec<Diagnostic>), CliError> {
        look::catalog(&self.sources, &self.load, &self.selection).map_err(|problem| CliError::usage(*problem))
    }

    /// Shows problems on standard error; gives the exit code that they mean.
    pub fn show(&self, problems: &[Diagnostic]) -> ExitCode {
        let all = || problems.iter().chain(&self.problems);
        all().for_each(ui::show_problem);
        ExitCode::from(if all().any(Diagnostic::is_error) {
            PROBLEMS
        } else {
            0
        })
    }

    /// What a drawing of the project is called: after its folder.
    pub fn title(&self, arguments: &ProjectArguments) -> String {
        let folder = arguments
            .projects
            .first()
            .and_then(|folder| folder.canonicalize().ok());
        let name = folder.as_deref().and_then(Path::file_name);
        name.map_or("Models".to_string(), |name| {
            format!("Models of {}", name.to_string_lossy())
        })
    }
}
