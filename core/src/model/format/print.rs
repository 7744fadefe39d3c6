//! Statements printed: what fits stays on a line, what does not is broken at clauses, commas, conditions, brackets.

use super::pieces::{Item, Kind, Piece, Statement};

/// Longest line, in characters.
const WIDTH: usize = 100;

/// Words that begin a clause, longest first.
const CLAUSES: [&[&str]; 27] = [
    &["LEFT", "OUTER", "JOIN"],
    &["RIGHT", "OUTER", "JOIN"],
    &["FULL", "OUTER", "JOIN"],
    &["LEFT", "SEMI", "JOIN"],
    &["LEFT", "ANTI", "JOIN"],
    &["LEFT", "JOIN"],
    &["RIGHT", "JOIN"],
    &["FULL", "JOIN"],
    &["INNER", "JOIN"],
    &["CROSS", "JOIN"],
    &["UNION", "ALL"],
    &["UNION", "DISTINCT"],
    &["GROUP", "BY"],
    &["ORDER", "BY"],
    &["SELECT", "DISTINCT"],
    &["SELECT"],
    &["FROM"],
    &["WHERE"],
    &["HAVING"],
    &["QUALIFY"],
    &["LIMIT"],
    &["OFFSET"],
    &["UNION"],
    &["EXCEPT"],
    &["INTERSECT"],
    &["JOIN"],
    &["WITH"],
];

/// Prints a statement, without a line break at its end.
pub(super) fn statement(statement: &Statement, out: &mut String) {
    let mut printer = Printer { out, column: 0 };
    let comments = statement
        .items
        .iter()
        .take_while(|item| item.first().is_comment())
        .count();
    for item in &statement.items[..comments] {
        printer.word(&item.first().text);
        printer.line(0);
    }
    let items = &statement.items[comments..];
    let is_block = items
        .first()
        .is_some_and(|item| ["MODEL", "AUDIT", "METRIC"].iter().any(|word| item.is_word(word)))
        && matches!(items, [_, Item::Group { .. }]);
    match items {
        [name, Item::Group { open, items, close }] if is_block => {
            printer.word(&name.first().text);
            printer.word(" ");
            printer.broken(open, items, close, 0);
        }
        _ if is_query(items) => printer.query(items, 0),
        _ => printer.element(items, 0),
    }
    if statement.closed {
        let after_comment = items
            .last()
            .is_some_and(|item| item.first().kind == Kind::LineComment);
        if after_comment {
            printer.line(0);
        }
        printer.word(";");
    }
    for comment in &statement.after {
        printer.word(" ");
        printer.word(&comment.text);
    }
}

fn is_query(items: &[Item]) -> bool {
    let first = items.iter().find(|item| !item.first().is_comment());
    first.is_some_and(|item| item.is_word("SELECT") || item.is_word("WITH"))
}

/// How many items at the front are a clause's words.
fn clause(items: &[Item]) -> usize {
    let words = CLAUSES.iter().find(|words| {
        words.len() <= items.len()
            && words.iter().zip(items).all(|(word, item)| matches!(item, Item::Piece(piece) if piece.kind == Kind::Word && piece.text == *word))
    });
    words.map_or(0, |words| words.len())
}

struct Printer<'o> {
    out: &'o mut String,
    /// Characters on the current line.
    column: usize,
}

impl Printer<'_> {
    fn word(&mut self, text: &str) {
        self.out.push_str(text);
        self.column = match text.rsplit_once('\n') {
            Some((_, last)) => last.chars().count(),
            None => self.column + text.chars().count(),
        };
    }

    fn line(&mut self, indent: usize) {
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent));
        self.column = indent;
    }

    /// A query, from its first clause on.
    fn query(&mut self, items: &[Item], indent: usize) {
        let mut at = 0;
        let mut is_first = true;
        while at < items.len() {
            let words = clause(&items[at..]);
            let mut end = at + words;
            while end < items.len() && clause(&items[end..]) == 0 {
                end += 1;
            }
            // Comments on lines of their own belong to the clause that follows them.
            let mut leading = end;
            if end < items.len() {
                while leading > at + words
                    && matches!(&items[leading - 1], Item::Piece(piece) if piece.is_comment() && piece.on_new_line)
                {
                    leading -= 1;
                }
            }
            if !is_first {
                self.line(indent);
            }
            is_first = false;
            self.one_clause(&items[at..at + words], &items[at + words..leading], indent);
            for comment in &items[leading..end] {
                self.line(indent);
                self.word(&comment.first().text);
            }
            at = end;
        }
    }

    fn one_clause(&mut self, words: &[Item], content: &[Item], indent: usize) {
        let name: Vec<&str> = words.iter().map(|word| word.first().text.as_str()).collect();
        self.word(&name.join(" "));
        if content.is_empty() {
            return;
        }
        let parts = split(content);
        let is_select = name.first() == Some(&"SELECT");
        let is_with = name.first() == Some(&"WITH");
        let conditions = ["WHERE", "HAVING", "QUALIFY"].contains(&name.first().copied().unwrap_or_default());
        let fits = inline(content).filter(|text| self.column + 1 + text.chars().count() <= WIDTH);
        if let Some(text) = fits.filter(|_| !is_with && (!is_select || parts.len() == 1)) {
            if !name.is_empty() {
                self.word(" ");
            }
            self.word(&text);
            return;
        }
        if is_with {
            for part in &parts {
                self.word(" ");
                self.part(part, indent);
            }
            return;
        }
        // What is broken at its own brackets begins on the clause's line, as does a single source with its subquery.
        if parts.len() == 1 && !is_select && !conditions {
            if !name.is_empty() {
                self.word(" ");
            }
            self.part(&parts[0], indent);
            return;
        }
        for part in &parts {
            self.line(indent + 2);
            self.part(part, indent + 2);
        }
    }

    /// An element of a list with its comma and the comments that end its line.
    fn part(&mut self, part: &Part<'_>, indent: usize) {
        self.element(part.items, indent);
        if part.has_comma {
            self.word(",");
        }
        for comment in &part.trailing {
            self.word(" ");
            self.word(&comment.text);
        }
    }

    /// A list element: on the rest of the line, or broken.
    fn element(&mut self, items: &[Item], indent: usize) {
        if let Some(text) = inline(items).filter(|text| self.column + text.chars().count() < WIDTH) {
            self.word(&text);
            return;
        }
        let mut cases = 0_usize;
        let mut between = false;
        let mut fresh = true;
        let has_case = items.iter().any(|item| item.is_word("CASE"));
        let mut after_line_comment = false;
        for (number, item) in items.iter().enumerate() {
            let piece = item.first();
            let before = number.checked_sub(1).map(|before| &items[before]);
            if item.is_word("END") {
                cases = cases.saturating_sub(1);
            }
            let breaks_case =
                has_case && (item.is_word("WHEN") || item.is_word("ELSE") || item.is_word("END"));
            let is_and = item.is_word("AND") && std::mem::take(&mut between);
            let breaks_condition = cases == 0 && !is_and && (item.is_word("AND") || item.is_word("OR"));
            between |= item.is_word("BETWEEN");
            let own_line = piece.is_comment() && piece.on_new_line && !fresh;
            if !fresh && (breaks_case || breaks_condition || after_line_comment || own_line) {
                self.line(indent + 2 * cases);
            } else if !fresh && spaced(before, piece) {
                self.word(" ");
            }
            fresh = false;
            after_line_comment = piece.kind == Kind::LineComment;
            if item.is_word("CASE") {
                cases += 1;
            }
            match item {
                Item::Piece(piece) => self.word(&piece.text),
                Item::Group {
                    open,
                    items: inside,
                    close,
                } => {
                    let text = group(open, inside, close);
                    // What follows without a space, and a comma, must fit, too.
                    match text.filter(|text| self.column + text.chars().count() <= WIDTH - 2) {
                        Some(text) => self.word(&text),
                        None => self.broken(open, inside, close, indent + 2 * cases),
                    }
                }
            }
        }
    }

    /// Brackets with a line for each element in them, or with a query.
    fn broken(&mut self, open: &Piece, items: &[Item], close: &Piece, indent: usize) {
        self.word(&open.text);
        if is_query(items) {
            self.line(indent + 2);
            self.query(items, indent + 2);
        } else {
            let parts = split(items);
            for part in &parts {
                self.line(indent + 2);
                self.part(part, indent + 2);
            }
        }
        self.line(indent);
        self.word(&close.text);
    }
}

/// An element of a list.
struct Part<'i> {
    items: &'i [Item],
    /// Comments that end its line.
    trailing: Vec<&'i Piece>,
    /// Whether a comma follows.
    has_comma: bool,
}

/// The elements between commas. Comments at the end of an element's line go behind its comma.
fn split(items: &[Item]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut from = 0;
    let mut at = 0;
    loop {
        let is_comma = items.get(at).is_some_and(|item| item.is_symbol(","));
        if at < items.len() && !is_comma {
            at += 1;
            continue;
        }
        let mut end = at;
        let mut trailing = Vec::new();
        while end > from + 1
            && let Some(Item::Piece(piece)) = items.get(end - 1)
            && piece.is_comment()
            && !piece.on_new_line
        {
            trailing.insert(0, piece);
            end -= 1;
        }
        let mut next = at + 1;
        if is_comma {
            while let Some(Item::Piece(piece)) = items.get(next)
                && piece.is_comment()
                && !piece.on_new_line
            {
                trailing.push(piece);
                next += 1;
                if piece.kind == Kind::LineComment {
                    break;
                }
            }
        }
        if from < end || !trailing.is_empty() {
            parts.push(Part {
                items: items.get(from..end).unwrap_or_default(),
                trailing,
                has_comma: is_comma,
            });
        }
        if at >= items.len() {
            return parts;
        }
        from = next;
        at = next;
    }
}

/// All on one line; `None` when that cannot be: comments to the end of a line, queries, texts of several lines.
fn inline(items: &[Item]) -> Option<String> {
    let mut text = String::new();
    for (number, item) in items.iter().enumerate() {
        let before = number.checked_sub(1).map(|before| &items[before]);
        if before.is_some() && spaced(before, item.first()) {
            text.push(' ');
        }
        match item {
            Item::Piece(piece) => {
                let is_last = number + 1 == items.len();
                let ends_line = piece.kind == Kind::LineComment && !is_last;
                if ends_line
                    || piece.kind == Kind::LineComment && piece.on_new_line
                    || piece.text.contains('\n')
                {
                    return None;
                }
                text.push_str(&piece.text);
            }
            Item::Group { open, items, close } => text.push_str(&group(open, items, close)?),
        }
    }
    Some(text)
}

/// Brackets on one line.
fn group(open: &Piece, items: &[Item], close: &Piece) -> Option<String> {
    let holds_line_comment = items.iter().any(|item| item.first().kind == Kind::LineComment);
    if is_query(items) || holds_line_comment {
        return None;
    }
    Some(format!("{}{}{}", open.text, inline(items)?, close.text))
}

/// Whether a space stands before a piece: as in the source, but none before a comma and one after it.
fn spaced(before: Option<&Item>, piece: &Piece) -> bool {
    if piece.kind == Kind::Symbol && piece.text == "," {
        return false;
    }
    !piece.glued || before.is_some_and(|before| before.is_symbol(","))
}
