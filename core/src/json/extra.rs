//! Fields that this version does not know.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// The fields of an object that its type does not list; they are written again as they were read.
///
/// Nearly always there are none, and states have millions of objects: a pointer is all that each pays for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extra(Option<Box<Map<String, Value>>>);

impl Extra {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Removes them all.
    pub fn clear(&mut self) {
        self.0 = None;
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// They themselves.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter().flat_map(|fields| fields.iter())
    }

    /// Their names.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.iter().map(|(name, _)| name)
    }

    /// Keeps those whose name is wanted.
    pub fn retain(&mut self, wanted: impl Fn(&str) -> bool) {
        if let Some(mut fields) = self.0.take() {
            fields.retain(|name, _| wanted(name));
            *self = Self::from(*fields);
        }
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(fields: Map<String, Value>) -> Self {
        Self((!fields.is_empty()).then(|| Box::new(fields)))
    }
}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_survive_until_they_are_not_wanted() {
        let read = |value: Value| match value {
            Value::Object(fields) => Extra::from(fields),
            _ => Extra::default(),
        };
        let mut extra = read(json!({"b": 1, "a": [2]}));
        assert_eq!(crate::json::to_string(&extra), r#"{"b":1,"a":[2]}"#);
        assert_eq!(extra.get("a"), Some(&json!([2])));
        extra.retain(|name| name == "b");
        assert_eq!(extra, read(json!({"b": 1})));
        extra.retain(|_| false);
        assert!(extra.is_empty());
        assert_eq!(extra, read(json!({})));
    }
}
