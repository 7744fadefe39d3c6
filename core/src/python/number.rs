//! Numbers as Python prints them.

use super::node::Kind;
use crate::macros::python_literal::float_repr;

/// More digits are kept as written; CPython refuses to print them.
const MAX_DIGITS: usize = 4300;

/// Kind and `repr` of a number as written; `None` when it is none.
pub(super) fn read(written: &str) -> Option<(Kind, String)> {
    let text: String = written
        .chars()
        .filter(|c| *c != '_')
        .collect::<String>()
        .to_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return Some((Kind::Int, decimal(digits, radix)?));
        }
    }
    if let Some(part) = text.strip_suffix('j') {
        let number = float(part)?;
        return Some((
            Kind::Float,
            format!("{}j", number.strip_suffix(".0").unwrap_or(&number)),
        ));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits = text.trim_start_matches('0');
        return Some((
            Kind::Int,
            if digits.is_empty() { "0" } else { digits }.to_string(),
        ));
    }
    float(&text).map(|text| (Kind::Float, text))
}

fn float(text: &str) -> Option<String> {
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'+' | b'-'))
    {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    // The printer writes infinity as a number that is too large.
    Some(if value.is_infinite() {
        "1e309".to_string()
    } else {
        float_repr(value)
    })
}

fn decimal(digits: &str, radix: u32) -> Option<String> {
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    // Nine decimal digits a limb, the lowest first.
    let mut limbs: Vec<u64> = vec![0];
    for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
        let mut carry = u64::from(digit);
        for limb in &mut limbs {
            let value = *limb * u64::from(radix) + carry;
            *limb = value % 1_000_000_000;
            carry = value / 1_000_000_000;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut text = limbs.pop().unwrap_or(0).to_string();
    for limb in limbs.iter().rev() {
        text.push_str(&format!("{limb:09}"));
    }
    Some(text)
}
