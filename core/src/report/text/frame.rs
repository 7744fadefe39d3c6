//! Diagnostics as people read them in a terminal: the line of the file, the place marked, the way out.

use super::style::{Role, Style, harmless};
use crate::diagnostic::{Diagnostic, Label, Severity};

/// One diagnostic.
///
/// ```text
/// error[macro/undefined-variable]: `@start_dat` is not defined
///   ╭─ models/events.sql:9:26
/// 9 │ WHERE event_date BETWEEN @start_dat AND @end_date
///   │                          ^^^^^^^^^^ in model `shop.events`
///   = help: `@start_date` exists
/// ```
pub fn diagnostic(problem: &Diagnostic, style: Style) -> String {
    let (word, role) = match problem.severity {
        Severity::Error => ("error", Role::Error),
        Severity::Warning => ("warning", Role::Warning),
        Severity::Note => ("note", Role::Note),
    };
    let head = style.paint(role, &format!("{word}[{}]", problem.code));
    let message = style.paint(Role::Heading, &lines(&problem.message, "  "));
    let mut text = format!("{head}: {message}\n");
    let width = problem
        .labels
        .iter()
        .map(|label| label.location.line.to_string().len())
        .max()
        .unwrap_or(1);
    for label in &problem.labels {
        text.push_str(&place(label, width, role, style));
    }
    for help in &problem.help {
        let mark = style.paint(Role::Place, "=");
        let indent = " ".repeat(width + 1);
        text.push_str(&format!(
            "{indent}{mark} help: {}\n",
            lines(help, &format!("{indent}  "))
        ));
    }
    text
}

/// Text of several lines, its second and further lines set in.
fn lines(text: &str, indent: &str) -> String {
    let lines: Vec<String> = text.lines().map(harmless).collect();
    lines.join(&format!("\n{indent}"))
}

fn place(label: &Label, width: usize, role: Role, style: Style) -> String {
    let location = &label.location;
    let bar = |text: &str| style.paint(Role::Place, text);
    let indent = " ".repeat(width + 1);
    let path = harmless(&location.path);
    if location.line == 0 {
        let said = if label.text.is_empty() {
            String::new()
        } else {
            format!(": {}", harmless(&label.text))
        };
        return format!("{indent}{} {path}{said}\n", bar("╭─"));
    }
    let mut text = format!(
        "{indent}{} {path}:{}:{}\n{} {} {}\n",
        bar("╭─"),
        location.line,
        location.column,
        bar(&format!("{:>width$}", location.line)),
        bar("│"),
        harmless(&location.text),
    );
    // A line cut at its beginning starts with a later column.
    let before = location.column.saturating_sub(location.text_column.max(1)) as usize;
    let shown = location.text.chars().count();
    let marked = (location.end_column.saturating_sub(location.column).max(1) as usize)
        .min(shown.saturating_sub(before).max(1));
    let blank: usize =
        location.text.chars().take(before).map(cells).sum::<usize>() + before.saturating_sub(shown);
    let carets: usize = location.text.chars().skip(before).take(marked).map(cells).sum();
    let marks = style.paint(role, &"^".repeat(carets.max(1)));
    let said = if label.text.is_empty() {
        String::new()
    } else {
        format!(" {}", harmless(&label.text))
    };
    text.push_str(&format!(
        "{indent}{} {}{marks}{said}\n",
        bar("│"),
        " ".repeat(blank)
    ));
    text
}

/// How many columns of a terminal a character takes: two for the wide scripts, none for combining marks.
fn cells(character: char) -> usize {
    match character as u32 {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Location, Span};

    fn check(text: &str, marked: &str, expected: &str) {
        let start = text.find(marked).unwrap();
        let location = Location::in_text("m.sql", text, Span::new(start, start + marked.len()));
        let problem = Diagnostic::error("a/b", "`x` is wrong")
            .at(location, "here")
            .help("try `y`");
        assert_eq!(diagnostic(&problem, Style::Plain), expected);
    }

    #[test]
    fn marks_the_place() {
        check(
            "one\ntwo x three",
            "x",
            "error[a/b]: `x` is wrong\n  ╭─ m.sql:2:5\n2 │ two x three\n  │     ^ here\n  = help: try `y`\n",
        );
    }

    #[test]
    fn wide_characters_and_tabs_keep_the_marks_in_place() {
        check(
            "\t値 x",
            "x",
            "error[a/b]: `x` is wrong\n  ╭─ m.sql:1:4\n1 │  値 x\n  │     ^ here\n  = help: try `y`\n",
        );
    }

    #[test]
    fn a_file_without_a_line_is_named() {
        let problem = Diagnostic::warning("a/b", "odd").at(Location::file("state.json"), "");
        assert_eq!(
            diagnostic(&problem, Style::Plain),
            "warning[a/b]: odd\n  ╭─ state.json\n"
        );
    }

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        let problem = Diagnostic::error("a/b", "\u{1b}[2Jgone");
        assert!(!diagnostic(&problem, Style::Plain).contains('\u{1b}'));
    }

    #[test]
    fn long_lines_are_marked_at_the_right_place() {
        let text = format!("{}x{}", "a".repeat(2000), "b".repeat(2000));
        let problem =
            Diagnostic::error("a/b", "m").at(Location::in_text("s.json", &text, Span::new(2000, 2001)), "");
        let drawn = diagnostic(&problem, Style::Plain);
        let lines: Vec<&str> = drawn.lines().collect();
        let x = lines[2].chars().position(|character| character == 'x');
        assert_eq!(lines[3].chars().position(|character| character == '^'), x);
    }
}
