//! Which value of a JSON text a byte belongs to: `snapshots[3].fingerprint`, and whose it is.
//!
//! In: JSON that is well-formed up to the byte. Out: a path for a message. It never fails: where the text is
//! broken, the path is that of the innermost value that was entered before.

/// A value's path, and the `name` nearest to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// `snapshots[3].fingerprint`; empty for the document itself.
    pub path: String,
    /// The value of the innermost enclosing object's `name`, if it was written before.
    pub name: Option<String>,
}

enum Level {
    Object { key: String, name: Option<String> },
    Array { index: usize },
}

impl Place {
    /// The value in which the byte `at` lies.
    pub(super) fn find(text: &str, at: usize) -> Self {
        let bytes = text.as_bytes();
        let mut levels: Vec<Level> = Vec::new();
        let mut position = 0;
        let mut expects_key = false;
        while position < bytes.len() && position <= at {
            match bytes[position] {
                b'{' => {
                    levels.push(Level::Object {
                        key: String::new(),
                        name: None,
                    });
                    expects_key = true;
                }
                b'[' if position < at => levels.push(Level::Array { index: 0 }),
                b'}' | b']' if position < at => {
                    levels.pop();
                    expects_key = false;
                }
                // The closing byte still belongs to the value that it closes, not to that value's last field or item, as
                // an opening one does.
                b'}' => leave_field(levels.last_mut()),
                b']' => {
                    levels.pop();
                }
                b',' => {
                    expects_key = matches!(levels.last(), Some(Level::Object { .. }));
                    if let Some(Level::Array { index }) = levels.last_mut() {
                        *index += 1;
                    }
                    leave_field(levels.last_mut());
                }
                b'"' => {
                    let Some(end) = string_end(bytes, position) else {
                        break;
                    };
                    let content = &text[position + 1..end];
                    if let Some(Level::Object { key, name }) = levels.last_mut() {
                        if expects_key {
                            *key = content.to_string();
                            expects_key = false;
                        } else if key == "name" {
                            *name = Some(content.replace("\\\"", "\""));
                        }
                    }
                    position = end;
                }
                _ => {}
            }
            position += 1;
        }
        Self::of(&levels)
    }

    fn of(levels: &[Level]) -> Self {
        let mut place = Self::default();
        for level in levels {
            match level {
                Level::Object { key, name } => {
                    if !key.is_empty() {
                        if !place.path.is_empty() {
                            place.path.push('.');
                        }
                        place.path.push_str(key);
                    }
                    if name.is_some() {
                        place.name.clone_from(name);
                    }
                }
                Level::Array { index } => place.path.push_str(&format!("[{index}]")),
            }
        }
        place
    }
}

fn leave_field(level: Option<&mut Level>) {
    if let Some(Level::Object { key, .. }) = level {
        key.clear();
    }
}

/// The closing quote of the text that opens at `start`.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `^` marks the byte.
    fn check(marked: &str, path: &str, name: Option<&str>) {
        let at = marked.find('^').unwrap();
        let place = Place::find(&marked.replace('^', ""), at);
        assert_eq!((place.path.as_str(), place.name.as_deref()), (path, name));
    }

    #[test]
    fn follows_keys_and_positions() {
        check(r#"{"a": [1, {"b": ^2}]}"#, "a[1].b", None);
        check(r#"{"a": {"b": 1}, "c": ^2}"#, "c", None);
        check(r#"^{"a": 1}"#, "", None);
        check(r#"[{"a": 1, "b": 2^}]"#, "[0]", None);
        check(r#"{"a": [^1], "b": 2}"#, "a[0]", None);
        check(r#"{"a": [1^], "b": 2}"#, "a", None);
        check(r#"{"a": ^[1], "b": 2}"#, "a", None);
        check(r#"{"a": [^], "b": 2}"#, "a", None);
    }

    #[test]
    fn knows_the_name_of_the_innermost_object_that_has_one() {
        check(r#"[{"name": "\"x\"", "f": {"g": ^1}}]"#, "[0].f.g", Some("\"x\""));
        check(r#"[{"name": "x"}, {"f": ^1}]"#, "[1].f", None);
    }

    #[test]
    fn texts_may_hold_anything() {
        check(r#"{"a": "}\"]{", "b": ^1}"#, "b", None);
        check(r#"{"a": [{"unfinished^"#, "a[0]", None);
    }
}
