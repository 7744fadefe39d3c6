//! Tokens that come out of evaluation, and what is known about the place reached.
//!
//! Here commas are repaired around what vanished or multiplied, and it is told where a name or an operand must stand.

use super::scan::{Kind, Token};
use crate::source::Span;

/// What a macro call yields.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// Vanishes, with a comma beside it.
    Nothing,
    /// Stands where the call stood.
    One(Vec<Token>),
    /// Is spliced into the list around; an empty list vanishes.
    List(Vec<Vec<Token>>),
}

/// Tokens that come out, and what is known about the place reached.
#[derive(Default)]
pub(super) struct Output {
    pub tokens: Vec<Token>,
    drop_comma: bool,
    /// For each open parenthesis: true while in a FROM list.
    from: Vec<bool>,
}

impl Output {
    pub(super) fn push(&mut self, token: Token) {
        if std::mem::take(&mut self.drop_comma) && token.is(",") {
            return;
        }
        self.track(&token);
        self.tokens.push(token);
    }

    fn track(&mut self, token: &Token) {
        if self.from.is_empty() {
            self.from.push(false);
        }
        match token.kind {
            Kind::Symbol if token.text == "(" || token.text == "[" => {
                let inherited = token.text == "(" && self.in_from() && self.expects_table();
                self.from.push(inherited);
            }
            Kind::Symbol if (token.text == ")" || token.text == "]") && self.from.len() > 1 => {
                self.from.pop();
            }
            Kind::Word => {
                let begins = token.is_any_word(&["from", "join", "into", "update", "table"]);
                let ends = token.is_any_word(&[
                    "select",
                    "where",
                    "on",
                    "using",
                    "group",
                    "having",
                    "order",
                    "limit",
                    "qualify",
                    "window",
                    "set",
                    "values",
                    "union",
                    "except",
                    "intersect",
                    "with",
                ]);
                if let Some(last) = self.from.last_mut().filter(|_| begins || ends) {
                    *last = begins;
                }
            }
            _ => {}
        }
    }

    fn in_from(&self) -> bool {
        self.from.last().copied().unwrap_or(false)
    }

    /// True when a table's name must come next.
    pub(super) fn expects_table(&self) -> bool {
        self.in_from()
            && self.tokens.last().is_some_and(|last| {
                last.is(",") || last.is("(") || last.is_any_word(&["from", "join", "into", "update", "table"])
            })
    }

    /// True when a name must come next: an alias, a table, or a part after a dot of a table.
    pub(super) fn expects_name(&self) -> bool {
        let Some(last) = self.tokens.last() else {
            return false;
        };
        last.is_word("as") || self.expects_table() || (last.is(".") && self.in_from())
    }

    /// True when something must stand here: an operator or a clause is waiting, or an alias follows.
    pub(super) fn expects_operand(&self, next: Option<&Token>) -> bool {
        const OPERATORS: [&str; 17] = [
            "=", "<", ">", "<=", ">=", "<>", "!=", "+", "-", "*", "/", "%", "||", "::", "//", "**", ".",
        ];
        let operator = |token: &Token| token.kind == Kind::Symbol && OPERATORS.contains(&token.text.as_str());
        self.tokens.last().is_some_and(|last| {
            operator(last)
                || last.is_any_word(&[
                    "where", "having", "qualify", "on", "and", "or", "not", "between", "when", "then",
                    "else", "like", "in", "is", "as", "from", "join",
                ])
        }) || next.is_some_and(|next| {
            operator(next) || next.is_any_word(&["as", "and", "or", "between", "in", "like", "is"])
        })
    }

    /// Removes the comma beside something that vanished.
    fn vanish(&mut self) {
        if self.tokens.last().is_some_and(|last| last.is(",")) {
            self.tokens.pop();
        } else {
            self.drop_comma = true;
        }
    }

    pub(super) fn extend(&mut self, tokens: Vec<Token>, lead: &str) {
        for (index, mut token) in tokens.into_iter().enumerate() {
            if index == 0 {
                token.lead = lead.to_string();
            }
            self.push(token);
        }
    }

    pub(super) fn put(&mut self, outcome: Outcome, lead: &str) {
        match outcome {
            Outcome::Nothing => self.vanish(),
            Outcome::One(tokens) if tokens.is_empty() => self.vanish(),
            Outcome::One(tokens) => self.extend(tokens, lead),
            Outcome::List(items) if items.is_empty() => self.vanish(),
            Outcome::List(items) => {
                for (index, item) in items.into_iter().enumerate() {
                    if index > 0 {
                        let span = item.first().map_or_else(Span::default, |token| token.span);
                        self.push(Token::made(Kind::Symbol, ",", span));
                        self.extend(item, " ");
                    } else {
                        self.extend(item, lead);
                    }
                }
            }
        }
    }
}
