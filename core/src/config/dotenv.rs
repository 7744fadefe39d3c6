//! `.env` files: environment variables as text.
//!
//! In: the text of a file and the variables known so far. Out: the same variables with the file's laid over them, as
//! SQLMesh does it: a file wins over the process. Values may be quoted, and `${NAME}` or `${NAME:-default}` in them
//! stands for a variable. Lines that are no assignments are passed over.

use crate::ordered::BTreeMap;

/// Lays the assignments of a file over variables.
pub fn overlay(text: &str, variables: &mut BTreeMap<String, String>) {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() {
        let (assignment, after) = assignment(rest);
        if let Some((name, value)) = assignment {
            let value = interpolated(&value, variables);
            variables.insert(name, value);
        }
        rest = after;
    }
}

/// One assignment, or none, and the text behind its line.
fn assignment(text: &str) -> (Option<(String, String)>, &str) {
    let end = text.find('\n').map_or(text.len(), |at| at + 1);
    let (line, below) = text.split_at(end);
    let trimmed = line.trim();
    let trimmed = trimmed
        .strip_prefix("export")
        .filter(|rest| rest.starts_with([' ', '\t']))
        .map_or(trimmed, str::trim_start);
    let Some((name, value)) = trimmed.split_once('=') else {
        return (None, below);
    };
    let name = name.trim().trim_matches('\'');
    if name.is_empty() || name.starts_with('#') || name.contains(char::is_whitespace) {
        return (None, below);
    }
    let value = value.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = quote {
        // A quoted value may go on over lines: look for its end in the whole rest.
        let start = text.len() - text.trim_start().len();
        let opened = text.get(start..).and_then(|rest| rest.find('=')).and_then(|at| {
            text.get(start + at..)?
                .find(quote)
                .map(|quoted| start + at + quoted + 1)
        });
        if let Some((value, length)) = opened.and_then(|at| quoted(text.get(at..)?, quote)) {
            let after = opened.unwrap_or(0) + length;
            let below = text.get(after..).unwrap_or("");
            let below = below.find('\n').and_then(|at| below.get(at + 1..)).unwrap_or("");
            return (Some((name.to_string(), value)), below);
        }
        return (None, below);
    }
    let comment = value.match_indices('#').find(|(at, _)| {
        *at == 0
            || value
                .get(..*at)
                .is_some_and(|before| before.ends_with([' ', '\t']))
    });
    let value = comment.map_or(value, |(at, _)| value.get(..at).unwrap_or(value));
    (Some((name.to_string(), value.trim_end().to_string())), below)
}

/// The value behind an opening quote, and how many bytes it takes with the closing one.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next()?.1 {
                'n' if quote == '"' => value.push('\n'),
                'r' if quote == '"' => value.push('\r'),
                't' if quote == '"' => value.push('\t'),
                other if other == quote || other == '\\' => value.push(other),
                other => value.extend(['\\', other]),
            },
            c if c == quote => return Some((value, at + 1)),
            c => value.push(c),
        }
    }
    None
}

/// `${NAME}` and `${NAME:-default}` replaced.
fn interpolated(value: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, inside)) = rest.split_once("${") {
        let Some((name, after)) = inside.split_once('}') else {
            break;
        };
        out.push_str(before);
        let (name, default) = name.split_once(":-").unwrap_or((name, ""));
        out.push_str(variables.get(name).map_or(default, String::as_str));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_as_the_reference_reads_them() {
        let mut variables = BTreeMap::new();
        variables.insert("HOME".to_string(), "/h".to_string());
        variables.insert("A".to_string(), "process".to_string());
        let text = "# comment\nA=file\nexport B = two words # why\nC='single # ${A}'\nD=\"two\\nlines\nand more\" # end\n\
            E=${HOME}/x${NOPE:-d}${NOPE}\nno assignment\nF=\nG=a#b\n=x\nH='open\nI=last";
        overlay(text, &mut variables);
        let found: Vec<String> = variables
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            found,
            [
                "A=file",
                "B=two words",
                "C=single # file",
                "D=two\nlines\nand more",
                "E=/h/xd",
                "F=",
                "G=a#b",
                "HOME=/h",
                "I=last",
            ]
        );
    }
}
