//! The list of cases that cannot pass yet, each with its reason: `cases/known-failing.txt`.

use std::collections::BTreeMap;

/// Reads `NAME: reason` lines; empty lines and lines that begin with `#` do not count.
///
/// # Errors
/// One line that names what is wrong: no reason, or a case listed twice.
pub fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut known = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, reason) = line.split_once(':').unwrap_or((line, ""));
        if reason.trim().is_empty() {
            return Err(format!("line {number}: `{name}` needs a reason: `CASE: reason`"));
        }
        if known
            .insert(name.trim().to_string(), reason.trim().to_string())
            .is_some()
        {
            return Err(format!("line {number}: `{name}` is listed twice"));
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_needs_a_reason() {
        assert_eq!(parse("# c\n\na: needs Python\n").unwrap()["a"], "needs Python");
        assert!(parse("a:").is_err());
        assert!(parse("a: x\na: y").is_err());
    }
}
