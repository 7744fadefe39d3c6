//! Seeds of a project: from the block's path to columns and hashes.

use super::load::Loader;
use crate::model::header::Header;
use crate::model::problem::Problem;
use crate::model::{Model, SeedContent, seed};
use crate::source::normalize_path;
use crate::sql::Dialect;

impl Loader<'_> {
    /// Reads the CSV file of a seed into the model; gives the file's path.
    pub(super) fn seed(
        &self,
        path: &str,
        model: &mut Model,
        header: &Header,
        dialect: Dialect,
        problems: &mut Vec<Problem>,
    ) -> Option<String> {
        let Some(written) = &model.kind.path else {
            return None;
        };
        let file = seed_path(path, written);
        let span = header.get("kind").map_or(header.span, |kind| kind.span);
        let Some(content) = self.sources.get(&file) else {
            problems.push(
                Problem::error("seed/missing-file", format!("there is no file `{file}`"), span)
                    .help("paths are relative to the model's file; `$root/…` begins at the project's root"),
            );
            return None;
        };
        match seed::read(content, model.kind.csv_settings.as_ref(), dialect) {
            Ok(data) => {
                if let Some(declared) = &model.columns {
                    let missing: Vec<&str> = declared
                        .keys()
                        .filter(|column| !data.columns.contains_key(column))
                        .map(String::as_str)
                        .collect();
                    if !missing.is_empty() {
                        let message = format!("`{file}` has no column {}", missing.join(", "));
                        problems.push(
                            Problem::warning("seed/missing-column", message, span)
                                .help("add the column to the file, or remove it from `columns`: the model loads, but cannot be filled"),
                        );
                    }
                } else {
                    model.derived_columns_to_types = Some(data.columns);
                }
                model.column_hashes = Some(data.column_hashes);
                // The form in which SQLMesh's database keeps seeds: the text itself is not part of the node.
                model.seed = Some(SeedContent::default());
                model.is_hydrated = Some(false);
            }
            Err(error) => problems.push(
                Problem::error("seed/bad-file", format!("`{file}`: {error}"), span)
                    .help("see the settings of `csv_settings`"),
            ),
        }
        Some(file)
    }
}

/// The CSV file of a seed, given the model's file and the path as written.
pub(crate) fn seed_path(model_path: &str, written: &str) -> String {
    let is_root = written
        .get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case("$root/"));
    if is_root {
        return normalize_path(written.get(6..).unwrap_or_default());
    }
    let folder = model_path.rsplit_once('/').map_or("", |(folder, _)| folder);
    normalize_path(&format!("{folder}/{written}"))
}
