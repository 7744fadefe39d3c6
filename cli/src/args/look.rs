//! Arguments of the commands that look at a project without planning it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use planglass_core::request::look::RenderRequest;
use planglass_core::time::Timestamp;

/// A project and how to read it.
#[derive(Debug, Args)]
pub struct ProjectArguments {
    /// Folder of the project; repeatable, the first one leads
    #[arg(short, long = "paths", value_name = "FOLDER", default_value = ".")]
    pub projects: Vec<PathBuf>,
    /// Gateway [default: the project's default_gateway]
    #[arg(long)]
    pub gateway: Option<String>,
    /// Environment variables for the configuration [default: `.env` in the project]
    #[arg(long, value_name = "FILE")]
    pub dotenv: Option<PathBuf>,
}

/// How to write a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct ListArguments {
    #[command(flatten)]
    pub project: ProjectArguments,
    /// Only these models; repeatable
    #[arg(long = "select-model", value_name = "SELECTOR")]
    pub select: Vec<String>,
    /// What to write to standard output
    #[arg(long, value_enum, default_value = "text")]
    pub format: ListFormat,
}

/// Arguments of `dag`.
#[derive(Debug, Args)]
pub struct DagArguments {
    #[command(flatten)]
    pub project: ProjectArguments,
    /// File to write, `.html`, `.svg` or `.mmd`; without it Mermaid goes to standard output
    #[arg(short, long = "output-file", value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only these models; repeatable
    #[arg(long = "select-model", value_name = "SELECTOR")]
    pub select: Vec<String>,
}

/// Arguments of `lint`.
#[derive(Debug, Args)]
pub struct LintArguments {
    #[command(flatten)]
    pub project: ProjectArguments,
    /// Only this model; repeatable
    #[arg(long = "models", alias = "model", value_name = "MODEL")]
    pub models: Vec<String>,
    /// What to write to standard output
    #[arg(long, value_enum, default_value = "text")]
    pub format: ListFormat,
}

/// Arguments of `format`.
#[derive(Debug, Args)]
pub struct FormatArguments {
    /// Only these files, relative to the project
    pub files: Vec<String>,
    #[command(flatten)]
    pub project: ProjectArguments,
    /// Change nothing; exit with 4 when a file would change
    #[arg(long)]
    pub check: bool,
}

/// Arguments of `render`.
#[derive(Debug, Args)]
pub struct RenderArguments {
    /// The model
    pub model: String,
    #[command(flatten)]
    pub project: ProjectArguments,
    /// Begin of the interval [default: the epoch]
    #[arg(short, long, value_name = "DATE")]
    pub start: Option<String>,
    /// End of the interval; a date counts as a whole
    #[arg(short, long, value_name = "DATE")]
    pub end: Option<String>,
    /// Time of execution [default: now]
    #[arg(long, value_name = "DATE")]
    pub execution_time: Option<String>,
    /// Put this model in as a query, or all that are upstream; repeatable
    #[arg(long, value_name = "MODEL", num_args = 0..=1, default_missing_value = "*", require_equals = true)]
    pub expand: Vec<String>,
    /// The dialect wanted; only the model's own can be had
    #[arg(long)]
    pub dialect: Option<String>,
    /// The moment from which relative dates count [default: the clock]
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Accepted: Planglass does not rewrite what it renders
    #[arg(long, hide = true)]
    no_format: bool,
}

impl RenderArguments {
    /// The request that the core takes.
    pub fn request(&self, now: Timestamp) -> RenderRequest {
        RenderRequest {
            model: self.model.clone(),
            start: self.start.clone(),
            end: self.end.clone(),
            execution_time: self.execution_time.clone(),
            now,
            expand: self.expand.clone(),
            dialect: self.dialect.clone(),
        }
    }
}
