//! Terminals: whether to colour, and writing that a closed pipe does not disturb.

use std::io::{self, ErrorKind, IsTerminal, Write};

use planglass_core::diagnostic::Diagnostic;
use planglass_core::report::text::{self, Style};

/// Colour for standard output.
pub fn style() -> Style {
    style_for(io::stdout().is_terminal())
}

/// Colour only on a terminal that can do it, and only if `NO_COLOR` is unset or empty.
fn style_for(is_terminal: bool) -> Style {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    if is_terminal && !refused && !dumb {
        Style::Ansi
    } else {
        Style::Plain
    }
}

/// Writes a result to standard output. A reader that has gone away is no error: it has read enough.
///
/// # Errors
/// When the output cannot be written, a full disk for instance.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Shows a problem on standard error.
pub fn show_problem(problem: &Diagnostic) {
    let style = style_for(io::stderr().is_terminal());
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{}", text::diagnostic(problem, style));
}
