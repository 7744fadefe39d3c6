//! Function calls and windows.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, ListAggOnOverflow, NullTreatment, WindowFrameBound, WindowSpec, WindowType,
};

use super::Lowering;
use super::expression::mark;
use super::opaque::{said, word};
use crate::sql::Language;
use crate::sql::tree::{Arg, Kind, Node};

impl Lowering {
    /// A call, with its window if it has one.
    pub(super) fn function(&self, function: Function) -> Node {
        let name = Self::name_text(&function.name);
        let mut node = Node::new(Kind::Function, canonical_name(&name));
        // Names of functions do not count in case, unless somebody quoted them.
        if name.contains(['"', '`', '[']) {
            node.text = name;
        }
        let mut nulls = function.null_treatment;
        match function.args {
            FunctionArguments::None => node.set("bare", Arg::Flag),
            FunctionArguments::Subquery(query) => {
                let query = Node::new(Kind::Subquery, "").with("this", self.query(*query));
                node.set_many("args", vec![query]);
            }
            FunctionArguments::List(list) => {
                let distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
                mark(&mut node, "distinct", distinct);
                node.set_many("args", self.arguments(list.args));
                for clause in list.clauses {
                    self.clause(clause, &mut node, &mut nulls);
                }
            }
        }
        if let FunctionArguments::List(parameters) = function.parameters {
            // ClickHouse: quantile(0.9)(x).
            node.set_many("parameters", self.arguments(parameters.args));
        }
        node.set_many("within_group", self.ordered(function.within_group));
        if let Some(filter) = function.filter {
            node.set("filter", Arg::One(Box::new(self.expression(*filter))));
        }
        if let Some(nulls) = nulls {
            let word = match nulls {
                NullTreatment::IgnoreNulls => "IGNORE NULLS",
                NullTreatment::RespectNulls => "RESPECT NULLS",
            };
            node.set("nulls", Arg::One(Box::new(Node::new(Kind::Word, word))));
        }
        normalise_call(&mut node, self.dialect.language());
        match function.over {
            None => node,
            Some(WindowType::NamedWindow(name)) => Node::new(Kind::Window, "")
                .with("this", node)
                .with("base", self.identifier(&name)),
            Some(WindowType::WindowSpec(specification)) => {
                self.window_specification(specification, Node::new(Kind::Window, "").with("this", node))
            }
        }
    }

    fn clause(&self, clause: FunctionArgumentClause, node: &mut Node, nulls: &mut Option<NullTreatment>) {
        match clause {
            FunctionArgumentClause::IgnoreOrRespectNulls(treatment) => *nulls = Some(treatment),
            FunctionArgumentClause::OrderBy(order) => node.set_many("order", self.ordered(order)),
            FunctionArgumentClause::Where(condition) => {
                node.set("where", Arg::One(Box::new(self.expression(condition))));
            }
            FunctionArgumentClause::Limit(limit) => {
                node.set("limit", Arg::One(Box::new(self.expression(limit))));
            }
            FunctionArgumentClause::Having(bound) => {
                let word = bound.0.to_string();
                let bound = Node::new(Kind::Unary, word).with("this", self.expression(bound.1));
                node.set("having", Arg::One(Box::new(bound)));
            }
            FunctionArgumentClause::Separator(separator) => {
                let separator = self.value(separator.value);
                node.set("separator", Arg::One(Box::new(separator)));
            }
            FunctionArgumentClause::OnOverflow(ListAggOnOverflow::Error) => {
                clause_word(node, word("ON OVERFLOW ERROR", []));
            }
            FunctionArgumentClause::OnOverflow(ListAggOnOverflow::Truncate { filler, with_count }) => {
                let parts = [self.maybe(filler.map(|filler| *filler)), said(with_count)];
                clause_word(node, word("ON OVERFLOW TRUNCATE", parts));
            }
            FunctionArgumentClause::JsonNullClause(clause) => clause_word(node, said(clause)),
            FunctionArgumentClause::JsonReturningClause(clause) => {
                let data_type = self.type_text(&clause.data_type);
                clause_word(node, said(format!("RETURNING {data_type}")));
            }
        }
    }

    /// Arguments, named ones included.
    pub(super) fn arguments(&self, args: Vec<FunctionArg>) -> Vec<Node> {
        args.into_iter()
            .map(|arg| match arg {
                FunctionArg::Unnamed(arg) => self.argument(arg),
                FunctionArg::Named { name, arg, .. } => {
                    Node::binary("=>", self.identifier(&name), self.argument(arg))
                }
                FunctionArg::ExprNamed { name, arg, .. } => {
                    Node::binary("=>", self.expression(name), self.argument(arg))
                }
            })
            .collect()
    }

    fn argument(&self, arg: FunctionArgExpr) -> Node {
        match arg {
            FunctionArgExpr::Expr(Expr::Lambda(lambda)) => self.lambda(lambda),
            FunctionArgExpr::Expr(expression) => self.expression(expression),
            FunctionArgExpr::Wildcard => Node::new(Kind::Star, ""),
            FunctionArgExpr::QualifiedWildcard(name) => {
                Node::new(Kind::Star, "").with_many("qualifier", self.column_parts(&name))
            }
            FunctionArgExpr::WildcardWithOptions(options) => {
                self.wildcard(Node::new(Kind::Star, ""), options)
            }
        }
    }

    /// `PARTITION BY … ORDER BY … ROWS …`.
    pub(super) fn window_specification(&self, specification: WindowSpec, node: Node) -> Node {
        let base = specification.window_name.map(|name| self.identifier(&name));
        let frame = specification.window_frame.map(|frame| {
            // The reference tells the short form from BETWEEN … AND CURRENT ROW.
            Node::new(Kind::Word, frame.units.to_string())
                .with("start", self.bound(frame.start_bound))
                .with_option("end", frame.end_bound.map(|end| self.bound(end)))
        });
        node.with_option("base", base)
            .with_many("partition", self.expressions(specification.partition_by))
            .with_many("order", self.ordered(specification.order_by))
            .with_option("frame", frame)
    }

    fn bound(&self, bound: WindowFrameBound) -> Node {
        let (word, distance): (&str, Option<Box<Expr>>) = match bound {
            WindowFrameBound::CurrentRow => ("CURRENT ROW", None),
            WindowFrameBound::Preceding(distance) => ("PRECEDING", distance),
            WindowFrameBound::Following(distance) => ("FOLLOWING", distance),
        };
        Node::new(Kind::Word, word).with_option("this", distance.map(|distance| self.expression(*distance)))
    }
}

/// One more clause among the arguments.
fn clause_word(node: &mut Node, clause: Node) {
    let mut words = node.take_many("clauses");
    words.push(clause);
    node.set_many("clauses", words);
}

/// The name under which the reference knows a function that has several spellings.
fn canonical_name(name: &str) -> String {
    let upper = name.to_uppercase();
    let canonical = match upper.as_str() {
        "IFNULL" | "NVL" => "COALESCE",
        "SUBSTR" => "SUBSTRING",
        "CHAR_LENGTH" | "CHARACTER_LENGTH" | "LEN" => "LENGTH",
        "LCASE" => "LOWER",
        "UCASE" => "UPPER",
        "POW" => "POWER",
        "CEILING" => "CEIL",
        "VAR_SAMP" => "VARIANCE",
        "STDDEV_SAMP" => "STDDEV",
        "DATETRUNC" => "DATE_TRUNC",
        "DATEDIFF" => "DATE_DIFF",
        "LOGICAL_AND" => "BOOL_AND",
        "LOGICAL_OR" => "BOOL_OR",
        _ => return upper,
    };
    canonical.to_string()
}

/// Calls that are something else by another name.
fn normalise_call(node: &mut Node, language: Language) {
    let takes_no_parentheses = matches!(
        node.text.as_str(),
        "CURRENT_DATE" | "CURRENT_TIMESTAMP" | "CURRENT_TIME" | "LOCALTIME" | "LOCALTIMESTAMP"
    );
    if takes_no_parentheses {
        node.remove("bare");
    }
    units_as_words(node, language);
    series_from_zero(node, language);
}

/// DuckDB's `RANGE(5)` begins with 0, and the reference says so.
pub(super) fn series_from_zero(node: &mut Node, language: Language) {
    let series = matches!(node.text.as_str(), "RANGE" | "GENERATE_SERIES");
    if series && language == Language::DuckDb && node.many("args").len() == 1 {
        let mut args = node.take_many("args");
        args.insert(0, Node::new(Kind::Number, "0"));
        node.set_many("args", args);
    }
}

/// Units of time are words, whatever the quotes and case around them: `MONTH` in `DATE_TRUNC(d, MONTH)` is no
/// column, and `'month'` is the same.
fn units_as_words(node: &mut Node, language: Language) {
    let takes_unit = matches!(
        node.text.as_str(),
        "DATE_TRUNC"
            | "DATETIME_TRUNC"
            | "TIMESTAMP_TRUNC"
            | "TIME_TRUNC"
            | "TRUNC"
            | "DATE_PART"
            | "DATEPART"
            | "DATENAME"
            | "DATE_DIFF"
            | "DATEDIFF_BIG"
            | "DATETIME_DIFF"
            | "TIMESTAMP_DIFF"
            | "TIME_DIFF"
            | "TIMESTAMPDIFF"
            | "TIMEDIFF"
            | "DATE_ADD"
            | "DATEADD"
            | "DATE_SUB"
            | "TIMEADD"
            | "TIMESTAMPADD"
            | "TIME_SLICE"
            | "LAST_DAY"
            | "MONTHS_BETWEEN"
            | "EXTRACT"
    );
    if !takes_unit {
        return;
    }
    // A column may be called like a unit: only where the unit stands is a name one.
    let count = node.many("args").len();
    let place = match node.text.as_str() {
        "TRUNC" | "LAST_DAY" => 1,
        "TIME_SLICE" => 2,
        name if language == Language::BigQuery && name.ends_with("_DIFF") => 2,
        _ if language == Language::BigQuery => 1,
        name if name.contains("TRUNC") || name.contains("PART") || name == "DATENAME" => 0,
        _ if count > 2 => 0,
        _ => usize::MAX,
    };
    for (index, arg) in node.many_mut("args").iter_mut().enumerate() {
        let spelled = arg.text.to_uppercase();
        match arg.kind {
            Kind::Text if is_unit(&spelled) => arg.text = spelled,
            Kind::Column if index == place && arg.args.is_empty() && is_unit(&spelled) => {
                *arg = Node::new(Kind::Text, spelled);
            }
            // WEEK(MONDAY)
            Kind::Function if is_unit(&spelled) => {
                let day = match arg.many("args") {
                    [day] if day.kind == Kind::Column => day.text.to_uppercase(),
                    _ => continue,
                };
                *arg = Node::new(Kind::Text, format!("{spelled}({day})"));
            }
            _ => {}
        }
    }
}

fn is_unit(word: &str) -> bool {
    const UNITS: [&str; 20] = [
        "YEAR",
        "QUARTER",
        "MONTH",
        "WEEK",
        "ISOWEEK",
        "ISOYEAR",
        "DAY",
        "HOUR",
        "MINUTE",
        "SECOND",
        "MILLISECOND",
        "MICROSECOND",
        "NANOSECOND",
        "DAYOFWEEK",
        "DAYOFYEAR",
        "EPOCH",
        "DECADE",
        "CENTURY",
        "DATE",
        "TIME",
    ];
    const SHORT: [&str; 12] = [
        "YY", "YYYY", "QQ", "MM", "DD", "WK", "WW", "HH", "MI", "SS", "MS", "DW",
    ];
    UNITS.contains(&word) || UNITS.contains(&word.trim_end_matches('S')) || SHORT.contains(&word)
}
