//! Metrics: files under `metrics/` with `METRIC (…)` blocks.
//!
//! In: a file. Out: the metrics' names, and problems. SQLMesh keeps metrics beside the models: only its `rewrite`
//! command uses them, so nothing of them reaches a node or a plan.

use super::load::Loader;
use crate::model::header::{self, BlockKind, Header};
use crate::model::problem::Problem;
use crate::model::value;
use crate::sql::tree::Kind;
use crate::sql::{self, Dialect};

/// Properties of the block.
const PROPERTIES: [&str; 5] = ["name", "expression", "dialect", "description", "owner"];

impl Loader<'_> {
    pub(super) fn metric_file(&mut self, path: &str) {
        let text = self.sources.get(path).unwrap_or_default();
        let dialect = Dialect::parse(self.config.default_dialect()).unwrap_or_default();
        let Some(chunks) = self.chunks(path, text, dialect) else {
            return;
        };
        for chunk in chunks {
            let span = chunk.span;
            let block = text.get(span.start..span.end).unwrap_or_default();
            if BlockKind::of(block, dialect) != Some(BlockKind::Metric) {
                let problem =
                    Problem::error("metric/not-a-metric", "only METRIC blocks may stand here", span);
                self.report(path, vec![problem.help("write `METRIC (name …, expression …);`")]);
                continue;
            }
            let (header, problems) = header::parse(block, span.start, dialect);
            self.report(path, problems);
            if let Some(header) = header {
                self.metric(path, &header, dialect);
            }
        }
    }

    fn metric(&mut self, path: &str, header: &Header, dialect: Dialect) {
        let variables = self.variables(None);
        let env = self.environment(dialect, &variables, &Default::default(), format!("`{path}`"));
        let mut builder = self.builder(dialect, "", &env, None);
        for property in &header.properties {
            if !PROPERTIES.contains(&property.name.as_str()) {
                builder.unknown_property(property, header.kind.as_str(), &PROPERTIES);
            }
        }
        let mut problems = std::mem::take(&mut builder.problems);
        for required in ["name", "expression"] {
            if header.get(required).is_none() {
                let message = format!("the METRIC block has no `{required}`");
                let problem = Problem::error("metric/missing-property", message, header.span);
                problems.push(problem.help(format!("add `{required} …` to the block")));
            }
        }
        if let Some(expression) = header.get("expression") {
            let pieces = value::pieces(&expression.value, dialect).unwrap_or_default();
            if pieces.iter().any(|piece| piece.is_word("as"))
                && !pieces.iter().any(|piece| piece.is_word("cast"))
            {
                problems.push(
                    Problem::error(
                        "metric/alias",
                        "a metric's expression has no alias",
                        expression.span,
                    )
                    .help("remove `AS …`; the metric's name is its alias"),
                );
            }
            if !measures(&expression.value, dialect) {
                problems.push(
                    Problem::error(
                        "metric/no-aggregation",
                        "the expression neither aggregates nor names another metric",
                        expression.span,
                    )
                    .help("write an aggregation such as `SUM(schema.table.column)`"),
                );
            }
        }
        let name = header.get("name").map(|name| {
            value::word(&name.value, dialect)
                .unwrap_or_else(|| name.value.clone())
                .to_lowercase()
        });
        if let Some(name) = name {
            if self.metrics.contains_key(&name) {
                let message = format!("there is another metric named `{name}`");
                let problem = Problem::error("metric/duplicate-name", message, header.span);
                problems.push(problem.help("rename one of the two"));
            } else {
                self.metrics.insert(name, path.to_string());
            }
        }
        self.report(path, problems);
    }
}

/// Functions that make one value of many rows.
const AGGREGATES: [&str; 48] = [
    "ANY_VALUE",
    "APPROX_COUNT_DISTINCT",
    "APPROX_DISTINCT",
    "APPROX_PERCENTILE",
    "APPROX_QUANTILE",
    "APPROX_TOP_K",
    "ARBITRARY",
    "ARG_MAX",
    "ARG_MIN",
    "ARRAY_AGG",
    "ARRAY_CONCAT_AGG",
    "ARRAY_UNIQUE_AGG",
    "AVG",
    "BIT_AND",
    "BIT_OR",
    "BIT_XOR",
    "BOOL_AND",
    "BOOL_OR",
    "CORR",
    "COUNT",
    "COUNTIF",
    "COUNT_IF",
    "COVAR_POP",
    "COVAR_SAMP",
    "FIRST",
    "GROUP_CONCAT",
    "KURTOSIS",
    "LAST",
    "LISTAGG",
    "LOGICAL_AND",
    "LOGICAL_OR",
    "MAX",
    "MAX_BY",
    "MEDIAN",
    "MIN",
    "MIN_BY",
    "MODE",
    "PERCENTILE_CONT",
    "PERCENTILE_DISC",
    "QUANTILE",
    "SKEWNESS",
    "STDDEV",
    "STDDEV_POP",
    "STDDEV_SAMP",
    "STRING_AGG",
    "SUM",
    "VARIANCE",
    "VAR_POP",
];

/// Whether an expression aggregates, or names another metric: a column without a table.
fn measures(expression: &str, dialect: Dialect) -> bool {
    // What cannot be read is not judged.
    let Ok(query) = sql::parse(&format!("SELECT {expression}"), dialect) else {
        return true;
    };
    query.walk().any(|node| match node.kind {
        Kind::Function => AGGREGATES.contains(&node.text.as_str()),
        Kind::Column => node.many("qualifier").is_empty(),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use crate::project::{LoadOptions, load};
    use crate::source::SourceMap;

    #[test]
    fn metrics_are_no_nodes() {
        let sources: SourceMap = [
            ("config.yaml", "gateways: {local: {connection: {type: duckdb}}}\ndefault_gateway: local\nmodel_defaults: {dialect: duckdb}\n"),
            (
                "metrics/m.sql",
                "METRIC (name Total, expression SUM(shop.a.x), owner me);\nMETRIC (name total, expression a / b);\nMETRIC (name x, expresion SUM(a.b.c));\nSELECT 1;\nMETRIC (name y, expression 1);\nMETRIC (name z, expression a.b.c + LOWER(a.b.d));\nMETRIC (name q, expression COUNT(DISTINCT a.b.c) / 2)",
            ),
        ]
        .into_iter()
        .collect();
        let (project, diagnostics) = load(&sources, &LoadOptions::default());
        assert!(project.nodes.is_empty());
        let names: Vec<&str> = project.metrics.keys().map(String::as_str).collect();
        assert_eq!(names, ["q", "total", "x", "y", "z"]);
        let codes: Vec<String> = diagnostics
            .iter()
            .map(|one| {
                format!(
                    "{} {}",
                    one.code,
                    one.labels.first().map_or(0, |label| label.location.line)
                )
            })
            .collect();
        assert_eq!(
            codes,
            [
                "metric/duplicate-name 2",
                "model/unknown-property 3",
                "metric/missing-property 3",
                "metric/not-a-metric 4",
                "metric/no-aggregation 5",
                "metric/no-aggregation 6"
            ]
        );
    }
}
