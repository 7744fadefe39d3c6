//! Dates as Jinja templates see them: Python's `date` and `datetime`, as far as templates use them.

use std::fmt;
use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::Offset;
use minijinja::value::{Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State, Value};

/// A date, or a time of day on a date.
#[derive(Debug, Clone)]
struct Moment {
    at: DateTime,
    is_date: bool,
    /// Whether it carries the offset of UTC.
    zoned: bool,
}

/// The value of a text such as `2024-01-05` or `2024-01-05 10:00:00.5`; the text itself when it is not a date.
pub(super) fn value(text: &str, zoned: bool) -> Value {
    let plain = text.strip_suffix("+00:00").unwrap_or(text);
    // Python's datetimes have microseconds.
    let plain: String = plain.chars().take(26).collect();
    let is_date = plain.len() == 10;
    let parsed = if is_date {
        plain
            .parse()
            .map(|date: jiff::civil::Date| date.to_datetime(jiff::civil::Time::midnight()))
    } else {
        plain.parse()
    };
    match parsed {
        Ok(at) => Value::from_object(Moment { at, is_date, zoned }),
        Err(_) => Value::from(text),
    }
}

/// An instant, `YYYY-MM-DD HH:MM:SS[.ffffff]`, in Python's time format. `None` when either cannot be read.
pub(crate) fn strftime(instant: &str, shape: &str) -> Option<String> {
    let at: DateTime = instant.chars().take(26).collect::<String>().parse().ok()?;
    // Python's %f has six digits.
    let shape = shape.replace("%f", "%6f");
    BrokenDownTime::from(at).to_string(&shape).ok()
}

impl Moment {
    fn text(&self, separator: &str) -> String {
        if self.is_date {
            return self.at.strftime("%Y-%m-%d").to_string();
        }
        let fraction = if self.at.subsec_nanosecond() == 0 {
            ""
        } else {
            ".%6f"
        };
        let shape = format!("%Y-%m-%d{separator}%H:%M:%S{fraction}");
        let zone = if self.zoned { "+00:00" } else { "" };
        format!("{}{zone}", self.at.strftime(&shape))
    }

    fn seconds(&self) -> f64 {
        Offset::UTC
            .to_timestamp(self.at)
            .map_or(0.0, |at| at.as_duration().as_secs_f64())
    }
}

impl Object for Moment {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let time = !self.is_date;
        Some(match key.as_str()? {
            "year" => Value::from(self.at.year()),
            "month" => Value::from(self.at.month()),
            "day" => Value::from(self.at.day()),
            "hour" if time => Value::from(self.at.hour()),
            "minute" if time => Value::from(self.at.minute()),
            "second" if time => Value::from(self.at.second()),
            "microsecond" if time => Value::from(self.at.subsec_nanosecond() / 1000),
            _ => return None,
        })
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        let refused = |detail: String| Error::new(ErrorKind::InvalidOperation, detail);
        match (method, arguments) {
            ("isoformat", []) => Ok(Value::from(self.text("T"))),
            ("date", []) if !self.is_date => Ok(Value::from_object(Self {
                at: self.at,
                is_date: true,
                zoned: false,
            })),
            ("timestamp", []) if !self.is_date => Ok(Value::from(self.seconds())),
            ("weekday", []) => Ok(Value::from(self.at.weekday().to_monday_zero_offset())),
            ("isoweekday", []) => Ok(Value::from(self.at.weekday().to_monday_one_offset())),
            ("strftime", [shape]) => {
                let shape = shape
                    .as_str()
                    .ok_or_else(|| refused("strftime takes a text".to_string()))?;
                // Python's %f has six digits.
                let shape = shape.replace("%f", "%6f");
                let mut parts = BrokenDownTime::from(self.at);
                if self.zoned {
                    parts.set_offset(Some(Offset::UTC));
                }
                parts
                    .to_string(&shape)
                    .map(Value::from)
                    .map_err(|error| refused(format!("strftime: {error}")))
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
