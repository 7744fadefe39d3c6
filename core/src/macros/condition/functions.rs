//! Functions of conditions, on values.

use super::Computed;
use super::reader::{Answer, Reader};

impl Reader<'_> {
    pub(super) fn date_part(&self, part: &str, value: &Computed) -> Answer {
        let (Computed::Date(text) | Computed::Text(text)) = value else {
            return Err(self.error("a date was expected"));
        };
        let range = match part {
            "year" => 0..4,
            "month" => 5..7,
            "day" => 8..10,
            "hour" => 11..13,
            "minute" => 14..16,
            "second" => 17..19,
            _ => return Err(self.error(format!("`{part}` is not a part of a date"))),
        };
        text.get(range)
            .and_then(|digits| digits.parse().ok())
            .map(Computed::Integer)
            .ok_or_else(|| self.error(format!("'{text}' has no {part}")))
    }

    pub(super) fn function(&self, name: &str, arguments: &[Computed]) -> Answer {
        use Computed::{Bool, Float, Integer, List, Null, Text};
        let text_out = |text: String| Ok(Text(text));
        match (name, arguments) {
            ("coalesce" | "ifnull" | "nvl", _) => Ok(arguments
                .iter()
                .find(|value| **value != Null)
                .cloned()
                .unwrap_or(Null)),
            ("if" | "iff", [condition, yes]) => Ok(if condition.is_true() { yes.clone() } else { Null }),
            ("if" | "iff", [condition, yes, no]) => Ok(if condition.is_true() {
                yes.clone()
            } else {
                no.clone()
            }),
            ("nullif", [a, b]) => Ok(if a.equals(b) { Null } else { a.clone() }),
            ("concat", _) => {
                let texts: Vec<String> = arguments.iter().map(|value| self.plain(value)).collect();
                text_out(texts.concat())
            }
            ("concat_ws", [Text(separator), rest @ ..]) => {
                let texts: Vec<String> = rest.iter().map(|value| self.plain(value)).collect();
                text_out(texts.join(separator))
            }
            ("array", _) => Ok(List(arguments.to_vec())),
            ("min" | "least", [List(items)]) | ("max" | "greatest", [List(items)]) => {
                self.extreme(items, name.starts_with('m') && name == "min" || name == "least")
            }
            ("min" | "least" | "max" | "greatest", items) if !items.is_empty() => {
                self.extreme(items, name == "min" || name == "least")
            }
            (_, values) if values.contains(&Null) => Ok(Null),
            ("upper" | "ucase", [Text(text)]) => text_out(text.to_uppercase()),
            ("lower" | "lcase", [Text(text)]) => text_out(text.to_lowercase()),
            ("trim", [Text(text)]) => text_out(text.trim().to_string()),
            ("ltrim", [Text(text)]) => text_out(text.trim_start().to_string()),
            ("rtrim", [Text(text)]) => text_out(text.trim_end().to_string()),
            ("reverse", [Text(text)]) => text_out(text.chars().rev().collect()),
            ("length" | "len" | "char_length", [Text(text)]) => {
                Ok(Integer(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)))
            }
            ("length" | "len" | "array_length" | "array_size" | "cardinality", [List(items)]) => {
                Ok(Integer(i64::try_from(items.len()).unwrap_or(i64::MAX)))
            }
            ("replace", [Text(text), Text(from), Text(to)]) => text_out(text.replace(from, to)),
            ("starts_with" | "startswith", [Text(text), Text(start)]) => {
                Ok(Bool(text.starts_with(start.as_str())))
            }
            ("ends_with" | "endswith", [Text(text), Text(end)]) => Ok(Bool(text.ends_with(end.as_str()))),
            ("contains", [Text(text), Text(part)]) => Ok(Bool(text.contains(part.as_str()))),
            ("strpos" | "str_position" | "instr", [Text(text), Text(part)]) => {
                Ok(Integer(text.find(part.as_str()).map_or(0, |at| {
                    i64::try_from(text[..at].chars().count() + 1).unwrap_or(i64::MAX)
                })))
            }
            ("left", [Text(text), Integer(count)]) => {
                text_out(text.chars().take(usize::try_from(*count).unwrap_or(0)).collect())
            }
            ("right", [Text(text), Integer(count)]) => {
                let length = text.chars().count();
                let skipped = length.saturating_sub(usize::try_from(*count).unwrap_or(0));
                text_out(text.chars().skip(skipped).collect())
            }
            ("substring" | "substr", [Text(text), Integer(start), rest @ ..]) => {
                let skipped = usize::try_from(start.saturating_sub(1)).unwrap_or(0);
                let length = match rest {
                    [Integer(length)] => usize::try_from(*length).unwrap_or(0),
                    _ => usize::MAX,
                };
                text_out(text.chars().skip(skipped).take(length).collect())
            }
            ("abs", [Integer(value)]) => Ok(Integer(value.saturating_abs())),
            ("abs", [Float(value)]) => Ok(Float(value.abs())),
            ("round", [Integer(value)]) => Ok(Integer(*value)),
            #[expect(clippy::cast_possible_truncation, reason = "as Python's round()")]
            ("round", [Float(value)]) => Ok(Integer(value.round_ties_even() as i64)),
            ("round", [value, Integer(digits)]) => {
                let scale = 10f64.powi(i32::try_from(*digits).unwrap_or(0).clamp(-300, 300));
                value
                    .number()
                    .map(|value| Float((value * scale).round_ties_even() / scale))
                    .ok_or_else(|| self.error("ROUND needs a number"))
            }
            #[expect(clippy::cast_possible_truncation, reason = "as Python's floor()")]
            ("floor", [value]) if value.number().is_some() => {
                Ok(Integer(value.number().unwrap_or_default().floor() as i64))
            }
            #[expect(clippy::cast_possible_truncation, reason = "as Python's ceil()")]
            ("ceil" | "ceiling", [value]) if value.number().is_some() => {
                Ok(Integer(value.number().unwrap_or_default().ceil() as i64))
            }
            ("mod", [a, b]) => self.arithmetic("%", a.clone(), b.clone(), self.at),
            ("pow" | "power", [a, b]) => self.arithmetic("**", a.clone(), b.clone(), self.at),
            ("sum", items) => items
                .iter()
                .cloned()
                .try_fold(Integer(0), |sum, item| self.arithmetic("+", sum, item, self.at)),
            ("year" | "month" | "day" | "hour" | "minute", [value]) => self.date_part(name, value),
            _ => Err(self.error(format!(
                "the function {} is not known for these values",
                name.to_uppercase()
            ))),
        }
    }

    fn extreme(&self, items: &[Computed], least: bool) -> Answer {
        let mut best: Option<&Computed> = None;
        for item in items {
            let better = match best {
                None => true,
                Some(best) => {
                    let order = item
                        .order(best)
                        .ok_or_else(|| self.error("the values have no order"))?;
                    if least { order.is_lt() } else { order.is_gt() }
                }
            };
            if better {
                best = Some(item);
            }
        }
        Ok(best.cloned().unwrap_or(Computed::Null))
    }

    fn plain(&self, value: &Computed) -> String {
        match value {
            Computed::Null => String::new(),
            Computed::Text(text) | Computed::Date(text) => text.clone(),
            other => other.to_sql(self.dialect),
        }
    }
}

pub(super) fn number(text: &str) -> Option<Computed> {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    if let Ok(value) = plain.parse::<i64>() {
        return Some(Computed::Integer(value));
    }
    plain.parse::<f64>().ok().map(Computed::Float)
}

pub(super) fn floor_division(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    let inexact = a.checked_rem(b)? != 0;
    Some(if inexact && (a < 0) != (b < 0) {
        quotient - 1
    } else {
        quotient
    })
}

/// SQL's LIKE: `%` any text, `_` one character.
pub(super) fn matches_like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    let (mut t, mut p) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('%') => {
                star = Some((p, t));
                p += 1;
            }
            Some('_') => {
                t += 1;
                p += 1;
            }
            Some(c) if *c == text[t] => {
                t += 1;
                p += 1;
            }
            _ => match star {
                Some((star_p, star_t)) => {
                    star = Some((star_p, star_t + 1));
                    p = star_p + 1;
                    t = star_t + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '%')
}
