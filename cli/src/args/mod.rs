//! Arguments: clap's structs and their conversion into options. Below this file nobody knows clap.

pub mod look;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use planglass_core::ordered::BTreeMap;
use planglass_core::plan::{PlanOptions, RunOptions};
use planglass_core::snapshot::ChangeCategory;
use planglass_core::time::Timestamp;

/// Plans SQLMesh projects without Python, without a warehouse and without a connection.
#[derive(Debug, Parser)]
#[command(name = "planglass", version, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what a plan would change: categories, backfill, views
    Plan(Box<PlanArguments>),
    /// Show a model's query with its macros expanded
    Render(Box<look::RenderArguments>),
    /// Check the models with the linter's rules
    Lint(look::LintArguments),
    /// Lay out model files in one style; SQLMesh takes that for a change of the models, as with its own `format`
    Format(look::FormatArguments),
    /// Draw the graph of the models
    Dag(look::DagArguments),
    /// List the models
    List(look::ListArguments),
    /// Show what a run would fill: everything that is due in an environment
    Run(Box<RunArguments>),
    /// Look at states in files, compare them, take them over into each other
    #[command(subcommand)]
    State(StateCommand),
}

/// What to do with a state.
#[derive(Debug, Subcommand)]
pub enum StateCommand {
    /// List environments, snapshots, versions and intervals
    Show {
        /// State file
        file: PathBuf,
        /// Only this environment; repeatable
        #[arg(long, value_name = "NAME")]
        environment: Vec<String>,
        /// What to write to standard output
        #[arg(long, value_enum, default_value = "text")]
        format: StateFormat,
    },
    /// Say what is wrong with a state; exit with 1 when something is broken
    Lint {
        /// State file
        file: PathBuf,
        /// What to write to standard output
        #[arg(long, value_enum, default_value = "text")]
        format: StateFormat,
        /// The moment against which expiry counts [default: the clock]
        #[arg(long, value_name = "TIME")]
        now: Option<String>,
    },
    /// Say how two states differ
    Diff {
        /// State file
        before: PathBuf,
        /// State file to compare with
        after: PathBuf,
        /// What to write to standard output
        #[arg(long, value_enum, default_value = "text")]
        format: StateFormat,
        /// Exit with 4 when they differ
        #[arg(long)]
        check: bool,
    },
    /// Write a state without SQL, code, descriptions and owners
    Redact {
        /// State file
        file: PathBuf,
        /// File to write
        #[arg(short, long = "output-file", value_name = "FILE")]
        output: PathBuf,
        /// Replace names of tables, columns and tags as well
        #[arg(long)]
        pseudonyms: bool,
    },
    /// Write the state of some environments, or that of the project's files
    Export(ExportArguments),
    /// Take a state file over into another one
    Import(ImportArguments),
}

/// Arguments of `state export`. Names and meanings are those of `sqlmesh state export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// State file to export from
    #[arg(long, value_name = "FILE|empty")]
    pub state: PathBuf,
    /// File to write
    #[arg(short, long = "output-file", value_name = "FILE")]
    pub output: PathBuf,
    /// Only this environment and what it needs; repeatable
    #[arg(long, value_name = "NAME", conflicts_with = "local")]
    pub environment: Vec<String>,
    /// The project's files instead; such a file cannot be imported
    #[arg(long)]
    pub local: bool,
    /// Folder of a project, for --local; repeatable
    #[arg(short, long = "paths", value_name = "FOLDER", default_value = ".")]
    pub projects: Vec<PathBuf>,
    /// Gateway, for --local
    #[arg(long)]
    pub gateway: Option<String>,
    /// The moment of the export [default: the clock]
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Accepted: Planglass does not ask
    #[arg(long, hide = true)]
    no_confirm: bool,
}

/// Arguments of `state import`. Names and meanings are those of `sqlmesh state import`.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// State file to import into; it is made when it does not exist
    #[arg(long, value_name = "FILE")]
    pub state: PathBuf,
    /// File to import
    #[arg(short, long = "input-file", value_name = "FILE")]
    pub input: PathBuf,
    /// Replace everything instead of adding to it
    #[arg(long)]
    pub replace: bool,
    /// The moment of the import [default: the clock]
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Accepted: Planglass does not ask
    #[arg(long, hide = true)]
    no_confirm: bool,
}

/// How to show a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StateFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// How to show a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// SQLMesh's terminal layout
    Text,
    /// The whole outcome as one JSON document
    Json,
    /// For pull requests
    Markdown,
}

/// Arguments of `plan`. Names and meanings are those of `sqlmesh plan`.
#[derive(Debug, Args)]
pub struct PlanArguments {
    /// Target environment [default: the project's default_target_environment, or prod]
    pub environment: Option<String>,

    /// Folder of the project; repeatable, the first one leads
    #[arg(short, long = "paths", value_name = "FOLDER", default_value = ".")]
    pub projects: Vec<PathBuf>,

    /// Environment variables for the configuration [default: `.env` in the project]
    #[arg(long, value_name = "FILE")]
    pub dotenv: Option<PathBuf>,

    /// State file written by `sqlmesh state export`, or `empty` for a state with nothing in it
    #[arg(long, value_name = "FILE|empty")]
    pub state: Option<PathBuf>,

    /// Write the state as it will be once the plan was carried out, in the format of an export
    #[arg(long, value_name = "FILE")]
    pub rehearse: Option<PathBuf>,

    /// Gateway [default: the project's default_gateway]
    #[arg(long)]
    pub gateway: Option<String>,

    /// What to write to standard output
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,

    /// The moment of planning, for answers that stay the same [default: the clock]
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,

    /// Exit with 4 when the project differs from the environment
    #[arg(long)]
    pub check: bool,

    /// Show the stages of carrying the plan out
    #[arg(long)]
    pub explain: bool,

    /// With --explain: show the SQL of every stage
    #[arg(long, requires = "explain")]
    pub sql: bool,

    /// With --explain: show the SQL of this stage only, by its name (`BackfillStage`); repeatable
    #[arg(long = "sql-stage", value_name = "STAGE", requires = "explain")]
    pub sql_stages: Vec<String>,

    /// Hide text differences
    #[arg(long)]
    pub no_diff: bool,

    /// Show long lists in full
    #[arg(short, long)]
    pub verbose: bool,

    /// Show instead of the plan why a model is in it, down to file and field; repeatable
    #[arg(long, value_name = "MODEL")]
    pub why: Vec<String>,

    /// Show who really reads the changed columns; nothing is decided by it
    #[arg(long)]
    pub column_impact: bool,

    #[command(flatten)]
    dates: Dates,
    #[command(flatten)]
    models: Models,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    backfill: Backfill,

    /// Accepted: Planglass runs no unit tests
    #[arg(long, hide = true)]
    skip_tests: bool,
    /// Plan although the linter's rules are violated
    #[arg(long)]
    skip_linter: bool,
    /// Accepted: Planglass asks for categories only, and only on a terminal
    #[arg(long, hide = true)]
    no_prompts: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Dates")]
struct Dates {
    /// Start of the backfill: a date or `1 week ago`
    #[arg(short, long, value_name = "DATE")]
    start: Option<String>,
    /// End of the backfill; a date counts as a whole
    #[arg(short, long, value_name = "DATE")]
    end: Option<String>,
    /// What the plan takes as now
    #[arg(long, value_name = "DATE")]
    execution_time: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Models")]
struct Models {
    /// Restate models: names, `tag:x`, `+upstream`, `downstream+`; repeatable
    #[arg(short, long = "restate-model", value_name = "SELECTOR")]
    restate_models: Vec<String>,
    /// Only these local changes enter the plan; repeatable
    #[arg(long = "select-model", value_name = "SELECTOR")]
    select_models: Vec<String>,
    /// Only these models are filled; repeatable
    #[arg(long = "backfill-model", value_name = "SELECTOR")]
    backfill_models: Vec<String>,
    /// Forward-only models that may lose columns; repeatable
    #[arg(long = "allow-destructive-model", value_name = "SELECTOR")]
    allow_destructive_models: Vec<String>,
    /// Forward-only models that may gain columns; repeatable
    #[arg(long = "allow-additive-model", value_name = "SELECTOR")]
    allow_additive_models: Vec<String>,
    /// Give views to unmodified models, too
    #[arg(long)]
    include_unmodified: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Changes")]
struct Changes {
    /// Base of an environment that does not exist yet [default: prod]
    #[arg(long, value_name = "ENVIRONMENT")]
    create_from: Option<String>,
    /// Every change goes forward only
    #[arg(long)]
    forward_only: bool,
    /// From when forward-only changes apply
    #[arg(long, value_name = "DATE")]
    effective_from: Option<String>,
    /// Preview forward-only changes in dev
    #[arg(long)]
    enable_preview: bool,
    /// Leave changes without a category
    #[arg(long)]
    no_auto_categorization: bool,
    /// Choose a change's category: breaking, non-breaking; repeatable
    #[arg(long = "categorize", value_name = "MODEL=CATEGORY", value_parser = choice)]
    choices: Vec<(String, String)>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Backfill")]
struct Backfill {
    /// Refuse to promote versions with gaps
    #[arg(long)]
    no_gaps: bool,
    /// Fill nothing
    #[arg(long, alias = "dry-run")]
    skip_backfill: bool,
    /// Mark intervals as filled without filling them
    #[arg(long)]
    empty_backfill: bool,
    /// Fill everything that is due as well
    #[arg(long)]
    run: bool,
    /// With --run: do not wait for cron ticks
    #[arg(long, requires = "run")]
    ignore_cron: bool,
    /// Fill at least so many intervals of each model
    #[arg(long, value_name = "COUNT")]
    min_intervals: Option<u64>,
}

/// Arguments of `run`. Names and meanings are those of `sqlmesh run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Environment [default: the project's default_target_environment, or prod]
    pub environment: Option<String>,

    /// Folder of the project; repeatable, the first one leads
    #[arg(short, long = "paths", value_name = "FOLDER", default_value = ".")]
    pub projects: Vec<PathBuf>,

    /// Environment variables for the configuration [default: `.env` in the project]
    #[arg(long, value_name = "FILE")]
    pub dotenv: Option<PathBuf>,

    /// State file written by `sqlmesh state export`
    #[arg(long, value_name = "FILE|empty")]
    pub state: Option<PathBuf>,

    /// Write the state as it will be after the run, in the format of an export
    #[arg(long, value_name = "FILE")]
    pub rehearse: Option<PathBuf>,

    /// Gateway [default: the project's default_gateway]
    #[arg(long)]
    pub gateway: Option<String>,

    /// What to write to standard output
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,

    /// The moment of the run, for answers that stay the same [default: the clock]
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,

    /// Show the stages of the run; carrying it out comes with the engines
    #[arg(long)]
    pub explain: bool,

    /// With --explain: show the SQL of every stage
    #[arg(long, requires = "explain")]
    pub sql: bool,

    /// With --explain: show the SQL of this stage only, by its name (`BackfillStage`); repeatable
    #[arg(long = "sql-stage", value_name = "STAGE", requires = "explain")]
    pub sql_stages: Vec<String>,

    /// Show long lists in full
    #[arg(short, long)]
    pub verbose: bool,

    #[command(flatten)]
    dates: Dates,

    /// Do not wait for cron ticks
    #[arg(long)]
    ignore_cron: bool,
    /// Only these models, with everything above them; repeatable
    #[arg(long = "select-model", value_name = "SELECTOR")]
    select_models: Vec<String>,
    /// With --select-model: nothing above them
    #[arg(long)]
    no_auto_upstream: bool,
    /// Do not start a run of prod with what the janitor does; it only shows in --rehearse
    #[arg(long)]
    skip_janitor: bool,
    /// Accepted: nothing changes while a run is decided
    #[arg(long, value_name = "CODE", hide = true)]
    exit_on_env_update: Option<i64>,
}

impl RunArguments {
    /// The options that the core takes.
    pub fn options(&self, now: Timestamp) -> RunOptions {
        RunOptions {
            environment: self.environment.clone(),
            now,
            start: self.dates.start.clone(),
            end: self.dates.end.clone(),
            execution_time: self.dates.execution_time.clone(),
            ignore_cron: self.ignore_cron,
            select_models: self.select_models.clone(),
            no_auto_upstream: self.no_auto_upstream,
            skip_janitor: self.skip_janitor,
            exit_on_env_update: self.exit_on_env_update,
        }
    }
}

impl PlanArguments {
    /// The options that the core takes. Absent flags leave the configuration's values alone.
    pub fn options(&self, now: Timestamp) -> PlanOptions {
        PlanOptions {
            environment: self.environment.clone(),
            now,
            start: self.dates.start.clone(),
            end: self.dates.end.clone(),
            execution_time: self.dates.execution_time.clone(),
            create_from: self.changes.create_from.clone(),
            restate_models: self.models.restate_models.clone(),
            select_models: self.models.select_models.clone(),
            backfill_models: self.models.backfill_models.clone(),
            no_gaps: self.backfill.no_gaps,
            skip_backfill: self.backfill.skip_backfill,
            empty_backfill: self.backfill.empty_backfill,
            forward_only: self.changes.forward_only.then_some(true),
            effective_from: self.changes.effective_from.clone(),
            allow_destructive_models: self.models.allow_destructive_models.clone(),
            allow_additive_models: self.models.allow_additive_models.clone(),
            no_auto_categorization: self.changes.no_auto_categorization,
            include_unmodified: self.models.include_unmodified.then_some(true),
            enable_preview: self.changes.enable_preview.then_some(true),
            run: self.backfill.run,
            ignore_cron: self.backfill.ignore_cron,
            min_intervals: self.backfill.min_intervals,
            set_choices: self.changes.choices.iter().cloned().collect(),
            column_impact: self.column_impact,
            skip_tests: self.skip_tests,
            skip_linter: self.skip_linter,
            git_changes: BTreeMap::new(),
        }
    }

    /// All selectors that were given.
    pub fn selectors(&self) -> Vec<String> {
        let models = &self.models;
        let lists = [
            &models.restate_models,
            &models.select_models,
            &models.backfill_models,
            &models.allow_destructive_models,
            &models.allow_additive_models,
        ];
        lists.into_iter().flatten().cloned().collect()
    }
}

fn choice(text: &str) -> Result<(String, String), String> {
    let (model, category) = text
        .rsplit_once('=')
        .filter(|(model, _)| !model.is_empty())
        .ok_or("expected MODEL=CATEGORY, as in `shop.items=breaking`")?;
    match ChangeCategory::parse(category) {
        Some(chosen @ (ChangeCategory::Breaking | ChangeCategory::NonBreaking)) => {
            Ok((model.to_string(), chosen.as_str().to_string()))
        }
        _ => Err(format!(
            "`{category}` cannot be chosen; expected `breaking` or `non-breaking`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    fn options(arguments: &[&str]) -> PlanOptions {
        let all = ["planglass", "plan"].iter().chain(arguments);
        let Command::Plan(plan) = Arguments::try_parse_from(all).unwrap().command else {
            panic!("another command");
        };
        plan.options(Timestamp(7))
    }

    #[test]
    fn flags_become_options() {
        let got = options(&[
            "dev",
            "-s",
            "2024-01-01",
            "--run",
            "--ignore-cron",
            "-r",
            "a.*",
            "-r",
            "tag:b",
        ]);
        assert_eq!(
            got,
            PlanOptions {
                environment: Some("dev".to_string()),
                now: Timestamp(7),
                start: Some("2024-01-01".to_string()),
                run: true,
                ignore_cron: true,
                restate_models: vec!["a.*".to_string(), "tag:b".to_string()],
                ..PlanOptions::default()
            }
        );
    }

    #[test]
    fn absent_flags_leave_the_configuration_alone() {
        assert_eq!(
            options(&[]),
            PlanOptions {
                now: Timestamp(7),
                ..PlanOptions::default()
            }
        );
        assert_eq!(options(&["--forward-only"]).forward_only, Some(true));
    }

    #[test]
    fn choices_are_checked() {
        assert_eq!(
            choice("a.b=non-breaking"),
            Ok(("a.b".into(), "NON_BREAKING".into()))
        );
        assert!(choice("a.b").is_err());
        assert!(choice("a.b=metadata").is_err());
    }
}
