//! JSON on lines of its own.

/// Most bytes that are kept before they are handed on.
const BLOCK: usize = 1 << 16;

/// The same JSON with one item on a line, indented by two spaces, as serde_json writes it for people. To serialise
/// every type once more in that form would cost the browser 20 kB.
pub fn pretty(compact: &str) -> String {
    let mut text = String::with_capacity(compact.len() * 2);
    write_pretty(compact, false, &mut |block| text.push_str(block));
    text
}

/// The same in blocks; with `ascii`, everything beyond ASCII is escaped.
pub fn write_pretty(compact: &str, ascii: bool, emit: &mut dyn FnMut(&str)) {
    let mut text = String::new();
    let mut depth = 0_usize;
    let mut rest = compact;
    while let Some(character) = rest.chars().next() {
        let (token, after) = match character {
            '"' => rest.split_at(length_of_text(rest)),
            // An empty list or object stays on its line.
            '{' | '[' if rest[1..].starts_with(['}', ']']) => rest.split_at(2),
            _ => rest.split_at(character.len_utf8()),
        };
        rest = after;
        match token {
            "{" | "[" => {
                text.push_str(token);
                depth += 1;
                line(&mut text, depth);
            }
            "}" | "]" => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth);
                text.push_str(token);
            }
            "," => {
                text.push_str(token);
                line(&mut text, depth);
            }
            ":" => text.push_str(": "),
            _ if ascii && !token.is_ascii() => escape(token, &mut text),
            _ => text.push_str(token),
        }
        if text.len() > BLOCK {
            emit(&text);
            text.clear();
        }
    }
    emit(&text);
}

/// Bytes up to and with the quote that closes the one in front.
fn length_of_text(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at) {
            None => return text.len(),
            Some(b'"') => return at + 1,
            // What is escaped is one ASCII character.
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

fn escape(token: &str, text: &mut String) {
    let mut units = [0; 2];
    for character in token.chars() {
        if character.is_ascii() {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut units) {
            text.push_str("\\u");
            for shift in [12, 8, 4, 0] {
                let digit = u32::from(*unit >> shift & 15);
                text.extend(char::from_digit(digit, 16));
            }
        }
    }
}

fn line(text: &mut String, depth: usize) {
    text.push('\n');
    for _ in 0..depth {
        text.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::pretty;

    #[test]
    fn lines_are_those_of_others() {
        let value = json!({
            "empty": [{}, []], "text": "a\"b\\,:{}[]\n", "nested": {"list": [1, -2.5, null, true, {"a": "ä"}]}, "": "",
        });
        for value in [value, json!([]), json!("x"), Value::Null] {
            assert_eq!(
                pretty(&value.to_string()),
                serde_json::to_string_pretty(&value).unwrap()
            );
        }
    }
}
