//! Expressions.

use sqlparser::ast::{
    AccessExpr, BinaryOperator, CastFormat, CastKind, CeilFloorKind, DataType, Expr, JsonPath, JsonPathElem,
    Subscript, UnaryOperator,
};

use super::Lowering;
use super::lambda::arrow;
use super::literal::typed_number;
use super::opaque::word;
use crate::sql::tree::{Arg, Kind, Node};
use crate::sql::types::canonical;
use crate::sql::{Language, Part};

impl Lowering {
    /// An expression. The left side of operator chains is walked, not recursed into.
    pub(super) fn expression(&self, expression: Expr) -> Node {
        let mut rest = Vec::new();
        let mut innermost = expression;
        while let Expr::BinaryOp { left, op, right } = innermost {
            rest.push((op, *right));
            innermost = *left;
        }
        let mut node = self.operand(innermost);
        for (operator, right) in rest.into_iter().rev() {
            node = self.combine(node, &operator, right);
        }
        node
    }

    fn option(&self, expression: Option<Box<Expr>>) -> Option<Node> {
        expression.map(|expression| self.expression(*expression))
    }

    fn combine(&self, left: Node, operator: &BinaryOperator, right: Expr) -> Node {
        let mut right = self.expression(right);
        let connector = match operator {
            BinaryOperator::And => Kind::And,
            BinaryOperator::Or => Kind::Or,
            BinaryOperator::StringConcat
                if matches!(
                    self.dialect.language(),
                    Language::MySql | Language::StarRocks | Language::Doris
                ) =>
            {
                Kind::Or
            }
            other => {
                return match other {
                    // ClickHouse: `c ? a : b`, see `rewrite`.
                    BinaryOperator::Custom(sign) if sign == "?" => {
                        let yes = right.take("left").unwrap_or_default();
                        let no = right.take("right").unwrap_or_default();
                        call("IF", vec![left, yes, no])
                    }
                    BinaryOperator::PGLikeMatch => Node::binary("LIKE", left, right),
                    BinaryOperator::PGILikeMatch => Node::binary("ILIKE", left, right),
                    BinaryOperator::PGNotLikeMatch => Node::negated(Node::binary("LIKE", left, right)),
                    BinaryOperator::PGNotILikeMatch => Node::negated(Node::binary("ILIKE", left, right)),
                    BinaryOperator::NotEq => Node::binary("!=", left, right),
                    BinaryOperator::PGExp | BinaryOperator::BitwiseXor if self.caret_is_power() => {
                        call("POWER", vec![left, right])
                    }
                    BinaryOperator::DuckIntegerDivide | BinaryOperator::MyIntegerDivide => {
                        Node::binary("DIV", left, right)
                    }
                    other => Node::binary(other.to_string().to_uppercase(), left, right),
                };
            }
        };
        let mut terms = Vec::new();
        for mut side in [left, right] {
            if side.kind == connector {
                terms.append(&mut side.take_many("terms"));
            } else {
                terms.push(side);
            }
        }
        Node::new(connector, "").with_many("terms", terms)
    }

    fn caret_is_power(&self) -> bool {
        matches!(
            self.dialect.language(),
            Language::DuckDb | Language::Postgres | Language::Redshift
        )
    }

    /// `x IS …`.
    fn is(&self, this: Box<Expr>, what: Node, negated: bool) -> Node {
        not_if(negated, Node::binary("IS", self.expression(*this), what))
    }

    fn like(
        &self,
        operator: &str,
        sides: (Box<Expr>, Box<Expr>),
        escape: Option<Box<Expr>>,
        any: bool,
        negated: bool,
    ) -> Node {
        let node = Node::binary(operator, self.expression(*sides.0), self.expression(*sides.1))
            .with_option("escape", self.option(escape))
            .with_flag("any", any);
        not_if(negated, node)
    }

    fn operand(&self, expression: Expr) -> Node {
        match expression {
            // Redshift: a function that is called without parentheses.
            Expr::Identifier(ident)
                if ident.quote_style.is_none()
                    && self.dialect.language() == Language::Redshift
                    && ident.value.eq_ignore_ascii_case("SYSDATE") =>
            {
                call("SYSDATE", Vec::new()).with_flag("bare", true)
            }
            // Spark: `10L` is a number of a type.
            Expr::Identifier(ident)
                if ident.quote_style.is_none()
                    && ident.value.starts_with(|c: char| c.is_ascii_digit())
                    && typed_number(self.dialect.language(), &ident.value).is_some() =>
            {
                let (digits, data_type) =
                    typed_number(self.dialect.language(), &ident.value).unwrap_or_default();
                Node::new(Kind::Cast, data_type).with("this", Node::new(Kind::Number, digits))
            }
            Expr::Identifier(ident) => Node::column(self.name(&ident), None),
            Expr::CompoundIdentifier(mut parts) => {
                let mut last = parts.pop().map(|ident| self.name(&ident));
                // `t.$2` is the second column.
                if self.dialect.language() == Language::Snowflake
                    && let Some(name) = &mut last
                    && let Some(number) = name.strip_prefix('$')
                {
                    *name = number.to_string();
                }
                self.placed(Node::column(last.unwrap_or_default(), None), &parts)
                    .with_many("qualifier", self.identifiers(&parts))
            }
            Expr::Value(value) => self.value(value.value),
            Expr::Function(function) => self.function(function),
            Expr::Nested(inner) => Node::new(Kind::Paren, "").with("this", self.expression(*inner)),
            Expr::Cast {
                kind,
                expr,
                data_type,
                format,
            } => {
                let format = format.map(|format| match format {
                    CastFormat::Value(value) => self.value(value.value),
                    CastFormat::ValueAtTimeZone(format, zone) => {
                        word("AT TIME ZONE", [self.value(format.value), self.value(zone.value)])
                    }
                });
                Node::new(Kind::Cast, self.type_text(&data_type))
                    .with("this", self.expression(*expr))
                    .with_flag("try", matches!(kind, CastKind::TryCast | CastKind::SafeCast))
                    .with_option("format", format)
            }
            Expr::TypedString(typed) => Node::new(Kind::Cast, self.type_text(&typed.data_type))
                .with("this", self.value(typed.value.value)),
            Expr::IsNull(this) => self.is(this, Node::new(Kind::Null, ""), false),
            Expr::IsNotNull(this) => self.is(this, Node::new(Kind::Null, ""), true),
            Expr::IsTrue(this) => self.is(this, Node::boolean(true), false),
            Expr::IsNotTrue(this) => self.is(this, Node::boolean(true), true),
            Expr::IsFalse(this) => self.is(this, Node::boolean(false), false),
            Expr::IsNotFalse(this) => self.is(this, Node::boolean(false), true),
            Expr::IsUnknown(this) => self.is(this, Node::new(Kind::Word, "UNKNOWN"), false),
            Expr::IsNotUnknown(this) => self.is(this, Node::new(Kind::Word, "UNKNOWN"), true),
            Expr::IsDistinctFrom(left, right) => Node::binary(
                "IS DISTINCT FROM",
                self.expression(*left),
                self.expression(*right),
            ),
            Expr::IsNotDistinctFrom(left, right) => Node::binary(
                "IS NOT DISTINCT FROM",
                self.expression(*left),
                self.expression(*right),
            ),
            Expr::InList { expr, list, negated } => not_if(
                negated,
                Node::new(Kind::In, "")
                    .with("this", self.expression(*expr))
                    .with_many("items", self.expressions(list)),
            ),
            Expr::InSubquery {
                expr,
                subquery,
                negated,
            } => not_if(
                negated,
                Node::new(Kind::In, "")
                    .with("this", self.expression(*expr))
                    .with("query", self.query(*subquery)),
            ),
            Expr::InUnnest {
                expr,
                array_expr,
                negated,
            } => not_if(
                negated,
                Node::new(Kind::In, "")
                    .with("this", self.expression(*expr))
                    .with("unnest", self.expression(*array_expr)),
            ),
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => not_if(
                negated,
                Node::new(Kind::Between, "")
                    .with("this", self.expression(*expr))
                    .with("low", self.expression(*low))
                    .with("high", self.expression(*high)),
            ),
            Expr::Like {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => self.like("LIKE", (expr, pattern), escape_char, any, negated),
            Expr::ILike {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => self.like("ILIKE", (expr, pattern), escape_char, any, negated),
            Expr::SimilarTo {
                negated,
                expr,
                pattern,
                escape_char,
            } => self.like("SIMILAR TO", (expr, pattern), escape_char, false, negated),
            Expr::RLike {
                negated,
                expr,
                pattern,
                ..
            } => self.like("RLIKE", (expr, pattern), None, false, negated),
            Expr::UnaryOp { op, expr } => {
                let this = self.expression(*expr);
                match op {
                    UnaryOperator::Not | UnaryOperator::BangNot => Node::negated(this),
                    UnaryOperator::Plus => this,
                    UnaryOperator::PGSquareRoot => call("SQRT", vec![this]),
                    UnaryOperator::PGCubeRoot => call("CBRT", vec![this]),
                    other => Node::new(Kind::Unary, other.to_string()).with("this", this),
                }
            }
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                let whens = conditions.into_iter().map(|when| {
                    Node::new(Kind::When, "")
                        .with("condition", self.expression(when.condition))
                        .with("result", self.expression(when.result))
                });
                Node::new(Kind::Case, "")
                    .with_option("this", self.option(operand))
                    .with_many("whens", whens.collect())
                    .with_option("default", self.option(else_result))
            }
            Expr::Exists { subquery, negated } => not_if(
                negated,
                Node::new(Kind::Exists, "").with("this", self.query(*subquery)),
            ),
            Expr::Subquery(query) => Node::new(Kind::Subquery, "").with("this", self.query(*query)),
            Expr::Tuple(items) => Node::new(Kind::Tuple, "").with_many("items", self.expressions(items)),
            other => self.rarer(other),
        }
    }

    /// What is less common, kept apart so that the frame of the recursive function above stays small.
    fn rarer(&self, expression: Expr) -> Node {
        match expression {
            Expr::AnyOp {
                left,
                compare_op,
                right,
                ..
            } => self.quantified(left, &compare_op, right, "ANY"),
            Expr::AllOp {
                left,
                compare_op,
                right,
            } => self.quantified(left, &compare_op, right, "ALL"),
            Expr::Extract { field, expr, .. } => call(
                "EXTRACT",
                vec![
                    Node::new(Kind::Word, field.to_string().to_uppercase()),
                    self.expression(*expr),
                ],
            ),
            Expr::Ceil { expr, field } => self.rounded("CEIL", expr, field),
            Expr::Floor { expr, field } => self.rounded("FLOOR", expr, field),
            Expr::Position { expr, r#in } => {
                call("POSITION", vec![self.expression(*expr), self.expression(*r#in)])
            }
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let mut args = vec![self.expression(*expr)];
                args.extend(self.option(substring_from));
                args.extend(self.option(substring_for));
                call("SUBSTRING", args)
            }
            Expr::Trim {
                trim_where,
                trim_what,
                expr,
                trim_characters,
            } => {
                let mut args = vec![self.expression(*expr)];
                args.extend(self.option(trim_what));
                args.extend(self.expressions(trim_characters.unwrap_or_default()));
                let side = trim_where.map(|side| Node::new(Kind::Word, side.to_string()));
                call("TRIM", args).with_option("side", side)
            }
            Expr::Overlay {
                expr,
                overlay_what,
                overlay_from,
                overlay_for,
            } => {
                let mut args = vec![
                    self.expression(*expr),
                    self.expression(*overlay_what),
                    self.expression(*overlay_from),
                ];
                args.extend(self.option(overlay_for));
                call("OVERLAY", args)
            }
            Expr::AtTimeZone { timestamp, time_zone } => Node::binary(
                "AT TIME ZONE",
                self.expression(*timestamp),
                self.expression(*time_zone),
            ),
            Expr::Collate { expr, collation } => Node::binary(
                "COLLATE",
                self.expression(*expr),
                Node::new(Kind::Word, Self::name_text(&collation)),
            ),
            Expr::CompoundFieldAccess { root, access_chain } => {
                // `t.a[1]`: names before the first bracket are one column.
                let mut root = *root;
                let mut rest = access_chain.into_iter().peekable();
                while matches!(root, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
                    && let Some(AccessExpr::Dot(Expr::Identifier(_))) = rest.peek()
                {
                    let Some(AccessExpr::Dot(Expr::Identifier(name))) = rest.next() else {
                        break;
                    };
                    root = Expr::CompoundIdentifier(match root {
                        Expr::CompoundIdentifier(mut parts) => {
                            parts.push(name);
                            parts
                        }
                        Expr::Identifier(first) => vec![first, name],
                        _ => vec![name],
                    });
                }
                let mut node = self.expression(root);
                for access in rest {
                    node = self.access(node, access);
                }
                node
            }
            Expr::JsonAccess { value, path } => self.path(self.expression(*value), path),
            Expr::Array(array) => Node::new(Kind::Array, "").with_many("items", self.expressions(array.elem)),
            Expr::Dictionary(fields) => {
                let fields = fields.into_iter().map(|field| {
                    // A key in quotes of a text is folded like a name without quotes.
                    let key = match field.key.quote_style {
                        Some('\'') => self.dialect.normalize(&field.key.value, false, Part::Column),
                        _ => self.name(&field.key),
                    };
                    Node::alias(self.expression(*field.value), key)
                });
                Node::new(Kind::Struct, "").with_many("items", fields.collect())
            }
            Expr::Struct { values, fields } => {
                let fields = fields.iter().map(|field| {
                    let name = field.field_name.as_ref().map(|name| format!("{name} "));
                    let data_type = self.type_name(&field.field_type);
                    Node::new(Kind::Word, name.unwrap_or_default() + &data_type)
                });
                Node::new(Kind::Struct, "")
                    .with_many("types", fields.collect())
                    .with_many("items", self.expressions(values))
            }
            Expr::Named { expr, name } => Node::alias(self.expression(*expr), self.name(&name)),
            Expr::Map(map) => {
                let entries = map.entries.into_iter().map(|entry| {
                    Node::new(Kind::Tuple, "").with_many(
                        "items",
                        vec![self.expression(*entry.key), self.expression(*entry.value)],
                    )
                });
                Node::new(Kind::Struct, "MAP").with_many("items", entries.collect())
            }
            Expr::Interval(interval) => {
                let mut words = Vec::new();
                words.extend(interval.leading_field.map(|field| field.to_string()));
                words.extend(interval.leading_precision.map(|digits| digits.to_string()));
                words.extend(interval.last_field.map(|field| format!("TO {field}")));
                let mut value = self.expression(*interval.value);
                // INTERVAL '1 day' is INTERVAL '1' day is INTERVAL 1 day.
                if value.kind == Kind::Text && words.is_empty() {
                    let spoken = value.text.clone();
                    if let Some((count, unit)) = spoken.trim().split_once(' ')
                        && count.parse::<i64>().is_ok()
                        && unit.trim().chars().all(|c| c.is_ascii_alphabetic())
                    {
                        value.text = count.to_string();
                        words.push(unit.trim().to_string());
                    }
                }
                if value.kind == Kind::Number {
                    value.kind = Kind::Text;
                }
                Node::new(Kind::Interval, words.join(" ").to_uppercase()).with("this", value)
            }
            // DuckDB: only as an argument is an arrow a function; elsewhere it looks into JSON.
            Expr::Lambda(lambda) => {
                let mut names = lambda.params.iter().map(|one| one.name.clone());
                match (names.next(), names.next()) {
                    (Some(name), None) if self.dialect.language() == Language::DuckDb => {
                        self.expression(arrow(Expr::Identifier(name), *lambda.body))
                    }
                    _ => self.lambda(lambda),
                }
            }
            Expr::GroupingSets(sets) => self.grouping("GROUPING SETS", sets),
            Expr::Cube(sets) => self.grouping("CUBE", sets),
            Expr::Rollup(sets) => self.grouping("ROLLUP", sets),
            Expr::Wildcard(_) => Node::new(Kind::Star, ""),
            Expr::QualifiedWildcard(name, _) => {
                Node::new(Kind::Star, "").with_many("qualifier", self.column_parts(&name))
            }
            Expr::Convert {
                is_try,
                expr,
                data_type: Some(data_type),
                charset: None,
                styles,
                ..
            } => Node::new(Kind::Cast, self.type_text(&data_type))
                .with("this", self.expression(*expr))
                .with_flag("try", is_try)
                .with_flag("convert", is_try)
                .with_many("styles", self.expressions(styles)),
            Expr::Prior(this) => Node::new(Kind::Unary, "PRIOR").with("this", self.expression(*this)),
            Expr::OuterJoin(this) => Node::new(Kind::Unary, "(+)").with("this", self.expression(*this)),
            Expr::Prefixed { prefix, value } => {
                Node::new(Kind::Unary, prefix.value.to_uppercase()).with("this", self.expression(*value))
            }
            other => self.rarest(other),
        }
    }

    fn quantified(&self, left: Box<Expr>, operator: &BinaryOperator, right: Box<Expr>, word: &str) -> Node {
        let right = Node::new(Kind::Quantified, word).with("this", self.expression(*right));
        let operator = match operator {
            BinaryOperator::NotEq => "!=".to_string(),
            other => other.to_string(),
        };
        Node::binary(operator, self.expression(*left), right)
    }

    fn rounded(&self, name: &str, expression: Box<Expr>, field: CeilFloorKind) -> Node {
        let mut args = vec![self.expression(*expression)];
        match field {
            CeilFloorKind::Scale(scale) => args.push(self.value(scale.value)),
            CeilFloorKind::DateTimeField(sqlparser::ast::DateTimeField::NoDateTime) => {}
            CeilFloorKind::DateTimeField(field) => {
                args.push(Node::new(Kind::Word, field.to_string().to_uppercase()));
            }
        }
        call(name, args)
    }

    fn access(&self, node: Node, access: AccessExpr) -> Node {
        match access {
            AccessExpr::Dot(Expr::Identifier(field)) => {
                Node::new(Kind::Dot, self.name(&field)).with("this", node)
            }
            // A method call: `x.upper()` is `upper(x)`.
            AccessExpr::Dot(Expr::Function(function)) => {
                let mut called = self.function(function);
                let mut args = vec![node];
                args.append(&mut called.take_many("args"));
                called.with_many("args", args)
            }
            AccessExpr::Dot(other) => Node::binary(".", node, self.expression(other)),
            AccessExpr::Subscript(Subscript::Index { index }) => Node::new(Kind::Subscript, "")
                .with("this", node)
                .with("index", self.index(index)),
            AccessExpr::Subscript(Subscript::Slice {
                lower_bound,
                upper_bound,
                stride,
            }) => {
                let mut slice = Node::new(Kind::Subscript, ":").with("this", node);
                for (key, bound) in [("low", lower_bound), ("high", upper_bound), ("stride", stride)] {
                    slice = slice.with_option(key, bound.map(|bound| self.expression(bound)));
                }
                slice
            }
        }
    }

    /// A subscript as it counts from 0: dialects that count from 1 say one more.
    fn index(&self, index: Expr) -> Node {
        let mut node = self.expression(index);
        let from_one = matches!(
            self.dialect.language(),
            Language::ClickHouse
                | Language::DuckDb
                | Language::Postgres
                | Language::RisingWave
                | Language::Materialize
                | Language::Presto
                | Language::Trino
                | Language::Athena
                | Language::StarRocks
        );
        if node.kind == Kind::Number
            && from_one
            && let Ok(position) = node.text.parse::<u32>()
            && let Some(position) = position.checked_sub(1)
        {
            node.text = position.to_string();
        }
        node
    }

    /// `x:a.b[1]`, from what the path begins at.
    pub(super) fn path(&self, mut node: Node, path: JsonPath) -> Node {
        for element in path.path {
            node = match element {
                JsonPathElem::Dot { key, .. } => Node::binary(":", node, Node::new(Kind::Word, key)),
                JsonPathElem::Bracket { key } | JsonPathElem::ColonBracket { key } => {
                    Node::new(Kind::Subscript, ":")
                        .with("this", node)
                        .with("index", self.expression(key))
                }
            };
        }
        node
    }

    fn grouping(&self, word: &str, sets: Vec<Vec<Expr>>) -> Node {
        let sets = sets.into_iter().map(|mut set| match set.len() {
            1 => self.expression(set.remove(0)),
            _ => Node::new(Kind::Tuple, "").with_many("items", self.expressions(set)),
        });
        Node::new(Kind::Grouping, word).with_many("items", sets.collect())
    }

    /// The text of a type as comparison and inference want it.
    pub(super) fn type_text(&self, data_type: &DataType) -> String {
        let text = canonical(&self.type_name(data_type), self.dialect);
        let strings_have_no_length = matches!(
            self.dialect.language(),
            Language::Spark | Language::Spark2 | Language::Databricks | Language::Hive
        );
        if strings_have_no_length && (text.starts_with("VARCHAR(") || text.starts_with("CHAR(")) {
            return "STRING".to_string();
        }
        text
    }
}

/// A call of a function by name.
pub(super) fn call(name: &str, args: Vec<Node>) -> Node {
    Node::new(Kind::Function, name).with_many("args", args)
}

fn not_if(negated: bool, node: Node) -> Node {
    if negated { Node::negated(node) } else { node }
}

/// Marks a flag on a node.
pub(super) fn mark(node: &mut Node, key: &'static str, set: bool) {
    if set {
        node.set(key, Arg::Flag);
    }
}
