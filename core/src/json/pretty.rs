//! JSON on lines of its own.

/// The same JSON with one item on a line, indented by two spaces, as serde_json writes it for people. To serialise
/// every type once more in that form would cost the browser 20 kB.
pub fn pretty(compact: &str) -> String {
    let mut text = String::with_capacity(compact.len() * 2);
    let mut depth = 0_usize;
    let mut is_text = false;
    let mut characters = compact.chars().peekable();
    while let Some(character) = characters.next() {
        if is_text {
            text.push(character);
            match character {
                '\\' => text.extend(characters.next()),
                '"' => is_text = false,
                _ => {}
            }
            continue;
        }
        match character {
            '{' | '[' => {
                text.push(character);
                if let Some(close) = characters.next_if(|next| matches!(next, '}' | ']')) {
                    text.push(close);
                } else {
                    depth += 1;
                    line(&mut text, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth);
                text.push(character);
            }
            ',' => {
                text.push(character);
                line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            _ => {
                is_text = character == '"';
                text.push(character);
            }
        }
    }
    text
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
