//! CSV text → cells, as pandas' own tokenizer splits it.
//!
//! Blank lines are skipped, a quote counts only at the beginning of a cell, and what follows a closing quote is
//! added to the cell. Rows may be shorter than the header; how long they may be is decided by the first of them.

use super::SeedError;

/// How the text is written.
#[derive(Debug, Clone)]
pub(super) struct Format {
    pub(super) delimiter: char,
    pub(super) quote: char,
    pub(super) escape: Option<char>,
    /// `None`: any of `\n`, `\r\n` and `\r`.
    pub(super) line_end: Option<char>,
    pub(super) doubled_quotes: bool,
    pub(super) skip_initial_space: bool,
}

impl Default for Format {
    fn default() -> Self {
        Self {
            delimiter: ',',
            quote: '"',
            escape: None,
            line_end: None,
            doubled_quotes: true,
            skip_initial_space: false,
        }
    }
}

/// Cells by column; missing ones are empty.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<Vec<String>>,
    pub(super) rows: usize,
}

pub(super) fn read(content: &str, format: &Format) -> Result<Table, SeedError> {
    let mut rows = Rows {
        rest: content
            .strip_prefix('\u{feff}')
            .unwrap_or(content)
            .chars()
            .peekable(),
        format,
        line: 1,
    };
    let Some((_, header)) = rows.next_row()? else {
        return Err(SeedError::new("The CSV file is empty", 1));
    };
    let names = unique_names(header);
    let mut table = Table {
        columns: vec![Vec::new(); names.len()],
        names,
        rows: 0,
    };
    let mut longest = None;
    while let Some((line, row)) = rows.next_row()? {
        // The first row may be longer than the header; its further cells are dropped, and so are those of
        // later rows that are no longer than it.
        let longest = *longest.get_or_insert(row.len().max(table.names.len()));
        if row.len() > longest {
            return Err(SeedError::new(
                format!(
                    "Line {line} of the CSV file has {} cells, expected {longest}",
                    row.len()
                ),
                line,
            ));
        }
        let mut cells = row.into_iter();
        for column in &mut table.columns {
            column.push(cells.next().unwrap_or_default());
        }
        table.rows += 1;
    }
    Ok(table)
}

/// Empty names get a number, repeated ones a suffix that is still free.
fn unique_names(header: Vec<String>) -> Vec<String> {
    let named: Vec<String> = header
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            if name.is_empty() {
                format!("Unnamed: {index}")
            } else {
                name
            }
        })
        .collect();
    let mut taken: crate::ordered::BTreeSet<String> = named.iter().cloned().collect();
    let mut seen: crate::ordered::BTreeMap<String, usize> = crate::ordered::BTreeMap::new();
    let mut unique = Vec::with_capacity(named.len());
    for name in named {
        let count = seen.entry(name.clone()).or_insert(0);
        if *count == 0 {
            *count = 1;
            unique.push(name);
            continue;
        }
        loop {
            let candidate = format!("{name}.{count}");
            *count += 1;
            if taken.insert(candidate.clone()) {
                unique.push(candidate);
                break;
            }
        }
    }
    unique
}

struct Rows<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    format: &'a Format,
    line: usize,
}

impl Rows<'_> {
    /// The next row that is not blank, with the line it starts in.
    fn next_row(&mut self) -> Result<Option<(usize, Vec<String>)>, SeedError> {
        loop {
            let start = self.line;
            let Some((cells, any_quote, blank)) = self.cells()? else {
                return Ok(None);
            };
            if blank && !any_quote {
                continue;
            }
            return Ok(Some((start, cells)));
        }
    }

    /// One line's cells; whether a quote was in it; whether it holds nothing but blanks. `None` at the end.
    fn cells(&mut self) -> Result<Option<(Vec<String>, bool, bool)>, SeedError> {
        if self.rest.peek().is_none() {
            return Ok(None);
        }
        let start = self.line;
        let mut cells = Vec::new();
        let mut cell = String::new();
        let mut any_quote = false;
        let mut blank = true;
        let mut at_start = true;
        let mut quoted = false;
        while let Some(c) = self.rest.next() {
            if Some(c) == self.format.escape {
                // The next character counts as it is, even a line's end.
                blank = false;
                at_start = false;
                if let Some(next) = self.rest.next() {
                    self.line += usize::from(next == '\n');
                    cell.push(next);
                }
                continue;
            }
            if quoted {
                if c == self.format.quote {
                    if self.format.doubled_quotes && self.rest.peek() == Some(&c) {
                        self.rest.next();
                        cell.push(c);
                    } else {
                        quoted = false;
                    }
                } else {
                    self.line += usize::from(c == '\n');
                    cell.push(c);
                }
                continue;
            }
            if self.is_line_end(c) {
                self.line += 1;
                cells.push(cell);
                return Ok(Some((cells, any_quote, blank)));
            }
            if c == self.format.delimiter {
                blank = false;
                at_start = true;
                cells.push(std::mem::take(&mut cell));
                continue;
            }
            if at_start && c == self.format.quote {
                quoted = true;
                any_quote = true;
                at_start = false;
                continue;
            }
            if at_start && self.format.skip_initial_space && c == ' ' {
                continue;
            }
            blank &= c == ' ' || c == '\t';
            at_start = false;
            cell.push(c);
        }
        if quoted {
            return Err(SeedError::new(
                format!("A quoted cell of the row that starts in line {start} is never closed"),
                start,
            ));
        }
        cells.push(cell);
        Ok(Some((cells, any_quote, blank)))
    }

    fn is_line_end(&mut self, c: char) -> bool {
        match self.format.line_end {
            Some(end) => c == end,
            None => {
                if c == '\r' && self.rest.peek() == Some(&'\n') {
                    self.rest.next();
                }
                c == '\n' || c == '\r'
            }
        }
    }
}
