//! Templates made ready for minijinja, which knows no lists that change and sets no bound to texts.
//!
//! In: a template. Out: the same with calls put around literals and around sums, on the same lines:
//! `{{ ['a'] + more }}` becomes `{{ __bounded(__list(['a']) + more) }}`. What the calls do is
//! in `python_values`.

/// Raw text of this length is counted each time it is printed.
const COUNTED_TEXT: usize = 256;

/// A change of the text: what stands from one place to another is replaced.
struct Edit {
    at: usize,
    /// Of edits at one place, the outer comes first.
    rank: u8,
    length: usize,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Literal,
    Open,
    Close,
    Operator,
}

/// Brackets that are open, the blocks's own being the outermost.
struct Frame {
    open: u8,
    /// A literal's bracket, which is closed with another text.
    literal: bool,
    /// Where the current operand of `and`, `,` and the like begins, and how many sums it has.
    start: Option<usize>,
    sums: usize,
    /// Every operand is bounded, sum or not.
    bounds_all: bool,
}

impl Frame {
    fn new(open: u8, literal: bool) -> Self {
        Self {
            open,
            literal,
            start: None,
            sums: 0,
            bounds_all: false,
        }
    }
}

/// The prepared template.
pub(super) fn prepare(source: &str) -> String {
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(found) = source.get(at..).and_then(|rest| rest.find('{')) {
        let open = at + found;
        let kind = source.as_bytes().get(open + 1).copied();
        if !matches!(kind, Some(b'{' | b'%' | b'#')) {
            at = open + 1;
            continue;
        }
        at = match kind {
            Some(b'#') => after(source, open, "#}"),
            Some(kind) => {
                let end = block(source, open + 2, kind, &mut edits);
                let inside = source.get(open + 2..end).unwrap_or_default();
                let raw = inside.trim_start_matches(['-', '+']).trim_start();
                if kind == b'%'
                    && raw
                        .strip_prefix("raw")
                        .is_some_and(|rest| !rest.starts_with(is_word))
                {
                    raw_end(source, end)
                } else {
                    count(source, end, &mut edits);
                    end
                }
            }
            None => source.len(),
        };
    }
    if edits.is_empty() {
        return source.to_string();
    }
    edits.sort_by_key(|edit| (edit.at, edit.rank));
    let mut out = String::with_capacity(source.len() + edits.len() * 8);
    let mut copied = 0;
    for edit in edits {
        out.push_str(source.get(copied..edit.at).unwrap_or_default());
        out.push_str(&edit.text);
        copied = edit.at + edit.length;
    }
    out.push_str(source.get(copied..).unwrap_or_default());
    out
}

/// Where the next mark ends, or the text.
fn after(source: &str, from: usize, mark: &str) -> usize {
    let found = source.get(from..).and_then(|rest| rest.find(mark));
    found.map_or(source.len(), |found| from + found + mark.len())
}

/// Where `{% endraw %}` begins.
fn raw_end(source: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(found) = source.get(at..).and_then(|rest| rest.find("{%")) {
        let open = at + found;
        let inside = source.get(open + 2..).unwrap_or_default();
        if inside
            .trim_start_matches(['-', '+'])
            .trim_start()
            .starts_with("endraw")
        {
            return open;
        }
        at = open + 2;
    }
    source.len()
}

/// Counts the text between two blocks when it is long.
fn count(source: &str, from: usize, edits: &mut Vec<Edit>) {
    let rest = source.get(from..).unwrap_or_default();
    let length = ["{{", "{%", "{#"]
        .iter()
        .filter_map(|mark| rest.find(mark))
        .min()
        .unwrap_or(rest.len());
    // Inside of a word, so that no white space is next to the call.
    let place = rest[..length].find(|c: char| c.is_ascii_alphanumeric());
    if let Some(place) = place.filter(|_| length >= COUNTED_TEXT) {
        edits.push(Edit {
            at: from + place + 1,
            rank: 0,
            length: 0,
            text: format!("{{{{ __printed({length}) }}}}"),
        });
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Reads a block from behind its opening; says where it ends.
fn block(source: &str, from: usize, kind: u8, edits: &mut Vec<Edit>) -> usize {
    let bytes = source.as_bytes();
    let close = if kind == b'{' { b'}' } else { b'%' };
    let mut frames = vec![Frame::new(0, false)];
    // The kind and text of the last token, and where it ended.
    let mut before = (Kind::Operator, "", from);
    let mut at = from;
    let mut first = kind == b'%';
    let mut assigns = false;
    if matches!(bytes.get(at), Some(b'-' | b'+')) {
        at += 1;
    }
    while let Some(byte) = bytes.get(at).copied() {
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let ends = |at: usize| bytes.get(at) == Some(&close) && bytes.get(at + 1) == Some(&b'}');
        if frames.len() == 1 && (ends(at) || (matches!(byte, b'-' | b'+') && ends(at + 1))) {
            finish(frames.last_mut(), before.2, edits);
            return at + if ends(at) { 2 } else { 3 };
        }
        let (token, end) = token(source, at);
        let text = source.get(at..end).unwrap_or_default();
        let operand = matches!(before.0, Kind::Literal | Kind::Close)
            || (before.0 == Kind::Word && !is_keyword(before.1));
        match token {
            Kind::Open => {
                let literal = !operand && byte != b'(' && before.1 != "in";
                if let Some(frame) = frames.last_mut() {
                    frame.start.get_or_insert(at);
                }
                if literal {
                    let (length, text) = if byte == b'{' {
                        (1, "__dict([")
                    } else {
                        (0, "__list(")
                    };
                    edits.push(Edit {
                        at,
                        rank: 1,
                        length,
                        text: text.to_string(),
                    });
                }
                frames.push(Frame::new(byte, literal));
            }
            Kind::Close => {
                let Some(mut frame) = (if frames.len() > 1 { frames.pop() } else { None }) else {
                    return end;
                };
                finish(Some(&mut frame), before.2, edits);
                if frame.literal {
                    let (at, length, text) = if frame.open == b'{' {
                        (at, 1, "])")
                    } else {
                        (end, 0, ")")
                    };
                    edits.push(Edit {
                        at,
                        rank: 0,
                        length,
                        text: text.to_string(),
                    });
                }
            }
            _ if first && token == Kind::Word => assigns = matches!(text, "set" | "with"),
            Kind::Word if is_keyword(text) && text != "is" && !matches!(before.1, "is" | ".") => {
                finish(frames.last_mut(), before.2, edits);
            }
            Kind::Operator if matches!(text, "~" | "+" | "*") => {
                if let Some(frame) = frames.last_mut() {
                    frame.sums += usize::from(frame.start.is_some());
                }
            }
            Kind::Operator if !matches!(text, "|" | "." | "-" | "/" | "//" | "%" | "**") => {
                let in_dict = frames
                    .last()
                    .is_some_and(|frame| frame.literal && frame.open == b'{');
                finish(frames.last_mut(), before.2, edits);
                // What a variable is set to may grow from turn to turn of a loop.
                if assigns && let [block] = frames.as_mut_slice() {
                    block.bounds_all = text == "=" || (block.bounds_all && text != ",");
                }
                if text == ":" && in_dict {
                    edits.push(Edit {
                        at,
                        rank: 0,
                        length: 1,
                        text: ",".to_string(),
                    });
                }
            }
            _ => {
                if let Some(frame) = frames.last_mut() {
                    frame.start.get_or_insert(at);
                }
            }
        }
        first = false;
        before = (token, text, end);
        at = end;
    }
    source.len()
}

/// Ends an operand: with a sum in it, what it comes to is bounded.
fn finish(frame: Option<&mut Frame>, end: usize, edits: &mut Vec<Edit>) {
    let Some(frame) = frame else { return };
    if let Some(start) = frame.start.take()
        && (frame.sums > 0 || frame.bounds_all)
    {
        edits.push(Edit {
            at: start,
            rank: 0,
            length: 0,
            text: "__bounded(".to_string(),
        });
        edits.push(Edit {
            at: end,
            rank: 0,
            length: 0,
            text: ")".to_string(),
        });
    }
    frame.sums = 0;
}

/// Words after which an operand begins.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "not"
            | "in"
            | "is"
            | "if"
            | "else"
            | "elif"
            | "for"
            | "set"
            | "do"
            | "with"
            | "recursive"
    )
}

/// One token: its kind and its end.
fn token(source: &str, at: usize) -> (Kind, usize) {
    let rest = source.get(at..).unwrap_or_default();
    let mut chars = rest.char_indices();
    let Some((_, c)) = chars.next() else {
        return (Kind::Operator, source.len());
    };
    match c {
        '"' | '\'' => {
            while let Some((offset, next)) = chars.next() {
                if next == '\\' {
                    chars.next();
                } else if next == c {
                    return (Kind::Literal, at + offset + 1);
                }
            }
            (Kind::Literal, source.len())
        }
        '(' | '[' | '{' => (Kind::Open, at + 1),
        ')' | ']' | '}' => (Kind::Close, at + 1),
        _ if is_word(c) => {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let kind = if c.is_ascii_digit() {
                Kind::Literal
            } else {
                Kind::Word
            };
            (kind, at + length)
        }
        _ => {
            let two = ["==", "!=", "<=", ">=", "//", "**"];
            let length = if two.iter().any(|two| rest.starts_with(two)) {
                2
            } else {
                c.len_utf8()
            };
            (Kind::Operator, at + length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_sums() {
        for (text, expected) in [
            (
                "{% set a = [1, [2]] %}",
                "{% set a = __bounded(__list([1, __list([2])])) %}",
            ),
            (
                "{{ a[0] }} {{ f(x)[1:2] }} {{ 'x'[0] }}",
                "{{ a[0] }} {{ f(x)[1:2] }} {{ 'x'[0] }}",
            ),
            (
                "{% for x in [1, 2] %}{% endfor %}",
                "{% for x in [1, 2] %}{% endfor %}",
            ),
            (
                "{% set d = {'a': 1, b: [2]} %}",
                "{% set d = __bounded(__dict(['a', 1, b, __list([2])])) %}",
            ),
            ("{{ {'a': {}}['a'] }}", "{{ __dict(['a', __dict([])])['a'] }}"),
            (
                "{%- set ns.x = ns.x ~ \"}}\" ~ f(a + 1, b=-2) -%}",
                "{%- set ns.x = __bounded(ns.x ~ \"}}\" ~ f(__bounded(a + 1), b=-2)) -%}",
            ),
            (
                "{{ [1] + x if not a ~ b == 'c' else -1 }}",
                "{{ __bounded(__list([1]) + x) if not __bounded(a ~ b) == 'c' else -1 }}",
            ),
            (
                "{{ a ~ b is not none and c not in d ~ e }}",
                "{{ __bounded(a ~ b is not none) and c not in __bounded(d ~ e) }}",
            ),
            (
                "{# [1] #}{% raw %}{{ [1] }}{% endraw %}{{ f(*a) }}",
                "{# [1] #}{% raw %}{{ [1] }}{% endraw %}{{ f(*a) }}",
            ),
            ("{ [1] } }} {{ a", "{ [1] } }} {{ a"),
            ("{{ 'a", "{{ 'a"),
        ] {
            assert_eq!(prepare(text), expected, "{text}");
        }
        let long = "ab ".repeat(100);
        assert_eq!(
            prepare(&format!("{{{{ x -}}}} {long}")),
            format!("{{{{ x -}}}} a{{{{ __printed(301) }}}}{}", &long[1..])
        );
    }
}
