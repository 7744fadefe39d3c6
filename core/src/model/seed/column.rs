//! One column: which type its cells have together, and its JSON as pandas writes it.

use crate::ordered::BTreeSet;
use std::fmt::Write as _;

/// A column with its type; `None` is a missing value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Column {
    Int(Vec<i64>),
    Unsigned(Vec<u64>),
    Float(Vec<Option<f64>>),
    Bool(Vec<Option<bool>>),
    Text(Vec<Option<String>>),
}

/// Why a cell is not a whole number.
enum NotInt {
    /// It does not fit 64 bits.
    Overflow,
    Invalid,
}

impl Column {
    /// The narrowest type that all cells have. `missing` are the words that stand for nothing.
    pub(super) fn infer(cells: &[String], missing: &BTreeSet<String>) -> Self {
        let is_missing = |cell: &String| missing.contains(cell);
        if cells.is_empty() {
            return Self::Text(Vec::new());
        }
        let text = || {
            Self::Text(
                cells
                    .iter()
                    .map(|cell| (!is_missing(cell)).then(|| cell.clone()))
                    .collect(),
            )
        };
        let mut whole: Result<Vec<Option<i64>>, NotInt> = Ok(Vec::with_capacity(cells.len()));
        for cell in cells {
            let value = if is_missing(cell) {
                Ok(None)
            } else {
                int(cell).map(Some)
            };
            match (value, &mut whole) {
                (Ok(value), Ok(values)) => values.push(value),
                (Err(error), _) => {
                    whole = Err(error);
                    break;
                }
                (Ok(_), Err(_)) => break,
            }
        }
        match whole {
            Ok(values) => {
                return match values.iter().copied().collect::<Option<Vec<i64>>>() {
                    Some(values) => Self::Int(values),
                    None => Self::Float(values.iter().map(|value| value.map(|v| v as f64)).collect()),
                };
            }
            Err(NotInt::Overflow) => match unsigned(cells, missing) {
                Ok(values) => return Self::Unsigned(values),
                // Neither whole numbers of 64 bits nor, to the reference, anything else: the texts themselves.
                Err(NotInt::Overflow) => {
                    let all_digits = cells.iter().all(|cell| is_missing(cell) || int_digits(cell));
                    if all_digits
                        && cells.iter().any(|cell| fits_unsigned_only(cell))
                        && cells.iter().any(is_missing)
                    {
                        return Self::Text(cells.iter().cloned().map(Some).collect());
                    }
                    return text();
                }
                Err(NotInt::Invalid) => {}
            },
            Err(NotInt::Invalid) => {}
        }
        let missing_numbers: Vec<f64> = missing.iter().filter_map(|word| float(word)).collect();
        let floats: Option<Vec<Option<f64>>> = cells
            .iter()
            .map(|cell| match is_missing(cell) {
                true => Some(None),
                false => float(cell).map(|value| (!missing_numbers.contains(&value)).then_some(value)),
            })
            .collect();
        if let Some(values) = floats {
            return Self::Float(values);
        }
        let truths: Option<Vec<Option<bool>>> = cells
            .iter()
            .map(|cell| match is_missing(cell) {
                true => Some(None),
                false if cell.eq_ignore_ascii_case("true") => Some(Some(true)),
                false if cell.eq_ignore_ascii_case("false") => Some(Some(false)),
                false => None,
            })
            .collect();
        match truths {
            Some(values) => Self::Bool(values),
            None => text(),
        }
    }

    /// The SQL type that SQLMesh gives to such a column; truth values with gaps count as text.
    pub(super) fn sql_type(&self) -> &'static str {
        match self {
            Self::Int(_) => "BIGINT",
            Self::Unsigned(_) => "UNKNOWN",
            Self::Float(_) => "DOUBLE",
            Self::Bool(values) if values.iter().all(Option::is_some) => "BOOLEAN",
            Self::Bool(_) | Self::Text(_) => "TEXT",
        }
    }

    /// `{"0":…,"1":…}`: row number → value.
    pub(super) fn to_json(&self) -> String {
        match self {
            Self::Int(values) => object(values, write_display),
            Self::Unsigned(values) => object(values, write_display),
            Self::Float(values) => object(values, |out, value| match value {
                Some(value) if value.is_finite() => write_float(out, *value),
                _ => out.push_str("null"),
            }),
            Self::Bool(values) => object(values, |out, value| match value {
                Some(value) => write_display(out, value),
                None => out.push_str("null"),
            }),
            Self::Text(values) => object(values, |out, value| match value {
                Some(text) => write_text(out, text),
                None => out.push_str("null"),
            }),
        }
    }
}

fn object<T>(values: &[T], mut write: impl FnMut(&mut String, &T)) -> String {
    let mut out = String::with_capacity(values.len() * 12 + 2);
    out.push('{');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push('"');
        write_display(&mut out, &index);
        out.push_str("\":");
        write(&mut out, value);
    }
    out.push('}');
    out
}

fn write_display(out: &mut String, value: &impl std::fmt::Display) {
    let _ = write!(out, "{value}");
}

/// Blanks around a number do not count.
fn trimmed(cell: &str) -> &str {
    cell.trim_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}'])
}

fn int(cell: &str) -> Result<i64, NotInt> {
    let text = trimmed(cell);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let leading = digits.bytes().take_while(u8::is_ascii_digit).count();
    let negative = text.starts_with('-');
    let mut value: i64 = 0;
    for digit in digits.bytes().take(leading) {
        let digit = i64::from(digit - b'0');
        let next = value.checked_mul(10).and_then(|value| {
            if negative {
                value.checked_sub(digit)
            } else {
                value.checked_add(digit)
            }
        });
        match next {
            Some(next) => value = next,
            None => return Err(NotInt::Overflow),
        }
    }
    if leading == 0 || leading < digits.len() {
        return Err(NotInt::Invalid);
    }
    Ok(value)
}

/// Whole numbers from 0 to 2⁶⁴−1. Missing and negative ones do not go together with those beyond 2⁶³.
fn unsigned(cells: &[String], missing: &BTreeSet<String>) -> Result<Vec<u64>, NotInt> {
    let mut values = Vec::with_capacity(cells.len());
    let mut any_excluded = false;
    for cell in cells {
        let text = trimmed(cell);
        if missing.contains(cell) || text.starts_with('-') {
            any_excluded = true;
            continue;
        }
        let digits = text.strip_prefix('+').unwrap_or(text);
        let leading = digits.bytes().take_while(u8::is_ascii_digit).count();
        match digits.get(..leading).map(str::parse::<u64>) {
            Some(Ok(value)) if leading == digits.len() => values.push(value),
            Some(Ok(_)) => return Err(NotInt::Invalid),
            _ => return Err(NotInt::Overflow),
        }
    }
    if any_excluded {
        Err(NotInt::Overflow)
    } else {
        Ok(values)
    }
}

fn int_digits(cell: &str) -> bool {
    let text = trimmed(cell);
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn fits_unsigned_only(cell: &str) -> bool {
    trimmed(cell)
        .parse::<u64>()
        .is_ok_and(|value| i64::try_from(value).is_err())
}

/// A decimal number or an infinity; one that is too large is none.
fn float(cell: &str) -> Option<f64> {
    let text = trimmed(cell);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.eq_ignore_ascii_case("inf") || digits.eq_ignore_ascii_case("infinity") {
        return Some(sign * f64::INFINITY);
    }
    let mantissa = digits.split(['e', 'E']).next().unwrap_or("");
    let plain = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !plain || !mantissa.bytes().any(|b| b.is_ascii_digit()) || digits.starts_with(['+', '-']) {
        return None;
    }
    decimal(digits)
        .filter(|value| value.is_finite())
        .map(|value| sign * value)
}

/// Significant digits that count; further ones only move the decimal point.
const COUNTED_DIGITS: usize = 17;

/// A decimal number as the reference reads it: not the nearest double, but the digits as one whole number, scaled
/// once by a power of ten. The last bits can differ, and hashes show it.
fn decimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
        None => (text, 0),
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if decimals.contains('.') {
        return None;
    }
    let mut number = 0.0;
    let mut counted = 0;
    let mut scale = exponent;
    for (digits, is_decimal) in [(whole, false), (decimals, true)] {
        for digit in digits.bytes() {
            if !digit.is_ascii_digit() {
                return None;
            }
            if counted < COUNTED_DIGITS {
                number = number * 10.0 + f64::from(digit - b'0');
                counted += usize::from(number > 0.0);
                scale -= i64::from(is_decimal);
            } else if !is_decimal {
                scale += 1;
            }
        }
    }
    let power = |exponent: i64| format!("1e{exponent}").parse::<f64>().unwrap_or(f64::INFINITY);
    Some(match scale {
        309.. if number == 0.0 => 0.0,
        309.. => f64::INFINITY,
        0.. => number * power(scale),
        -308..0 => number / power(-scale),
        _ => number / power((-308 - scale).min(400)) / power(308),
    })
}

fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(100_000).min(100_000);
    Some(if text.starts_with('-') { -size } else { size })
}

/// At most ten decimals, at least one; very large and very small numbers with ten digits and an exponent.
fn write_float(out: &mut String, value: f64) {
    let size = value.abs();
    if value < 0.0 {
        out.push('-');
    }
    if size > 1e16 || (size != 0.0 && size < 1e-15) {
        let text = format!("{size:.9e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        let (sign, digits) = match exponent.strip_prefix('-') {
            Some(digits) => ('-', digits),
            None => ('+', exponent),
        };
        let _ = write!(out, "{mantissa}e{sign}{digits:0>2}");
        return;
    }
    const SCALE: f64 = 1e10;
    let mut whole = size.trunc();
    let scaled = (size - whole) * SCALE;
    let mut decimals = scaled.trunc();
    let rest = scaled - decimals;
    // Halves go to the even neighbour, but never down to nothing.
    if rest > 0.5 || (rest == 0.5 && (decimals == 0.0 || decimals % 2.0 == 1.0)) {
        decimals += 1.0;
    }
    if decimals >= SCALE {
        decimals = 0.0;
        whole += 1.0;
    }
    let decimals = format!("{decimals:010.0}");
    let decimals = decimals.trim_end_matches('0');
    let _ = write!(
        out,
        "{whole:.0}.{}",
        if decimals.is_empty() { "0" } else { decimals }
    );
}

/// JSON text in ASCII, slashes escaped.
fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut units = [0_u16; 2];
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' => out.push_str("\\/"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='\u{7f}' => out.push(c),
            other => {
                for unit in other.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}
