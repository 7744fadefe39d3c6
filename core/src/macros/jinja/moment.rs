//! Dates as Jinja templates see them: Python's `date` and `datetime`, as far as templates use them.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

use crate::time::Civil;

/// A date, or a time of day on a date.
#[derive(Debug, Clone)]
struct Moment {
    at: Civil,
    is_date: bool,
    /// Whether it carries the offset of UTC.
    zoned: bool,
}

/// The value of a text such as `2024-01-05` or `2024-01-05 10:00:00.5`; the text itself when it is not a date.
pub(super) fn value(text: &str, zoned: bool) -> Value {
    let plain = text.strip_suffix("+00:00").unwrap_or(text);
    match Civil::parse(plain) {
        Some(at) => Value::from_object(Moment {
            at,
            is_date: plain.len() == 10,
            zoned,
        }),
        None => Value::from(text),
    }
}

/// An instant, `YYYY-MM-DD HH:MM:SS[.ffffff]`, in Python's time format. `None` when either cannot be read.
pub(crate) fn strftime(instant: &str, shape: &str) -> Option<String> {
    Some(Civil::parse(instant)?.strftime(shape, false))
}

impl Moment {
    fn text(&self, separator: &str) -> String {
        if self.is_date {
            return self.at.to_string().chars().take(10).collect();
        }
        let zone = if self.zoned { "+00:00" } else { "" };
        format!("{}{zone}", self.at).replacen(' ', separator, 1)
    }
}

impl Object for Moment {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let time = !self.is_date;
        let ((year, month, day), (hour, minute, second)) = (self.at.date(), self.at.clock());
        Some(Value::from(match key.as_str()? {
            "year" => year,
            "month" => month,
            "day" => day,
            "hour" if time => hour,
            "minute" if time => minute,
            "second" if time => second,
            "microsecond" if time => self.at.microsecond(),
            _ => return None,
        }))
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        match (method, arguments) {
            ("isoformat", []) => Ok(Value::from(self.text("T"))),
            ("date", []) if !self.is_date => Ok(Value::from_object(Self {
                at: self.at.midnight(),
                is_date: true,
                zoned: false,
            })),
            ("timestamp", []) if !self.is_date => Ok(Value::from(self.at.seconds())),
            ("weekday", []) => Ok(Value::from((self.at.weekday() + 6) % 7)),
            ("isoweekday", []) => Ok(Value::from((self.at.weekday() + 6) % 7 + 1)),
            ("strftime", [shape]) => {
                let shape = shape
                    .as_str()
                    .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "strftime takes a text"))?;
                Ok(Value::from(self.at.strftime(shape, self.zoned)))
            }
            _ => Err(Error::new(
                ErrorKind::UnknownMethod,
                format!("dates have no method {method}"),
            )),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(" "))
    }
}
