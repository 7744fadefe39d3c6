//! Reading and writing of JSON: a small reader, objects whose unknown fields survive, and one way to write.
//!
//! `#[serde(flatten)]` would do the same, but it reads every object twice: once into a list of fields, and then
//! from there. States have millions of objects, and the browser pays for the code.

mod access;
mod extra;
mod pretty;
mod reader;

pub use extra::Extra;
pub use pretty::{pretty, write_pretty};
pub use reader::{Error, Problem, from_start, from_str, offset};

use serde::Serialize;
use serde_json::Value;

/// JSON on one line. All that is written goes through here: every way of writing is compiled once more for every
/// type that is written, and the browser pays for it.
pub fn to_string(value: &impl Serialize) -> String {
    // Writing to memory fails only for maps whose keys are no texts, which the core has none of.
    serde_json::to_string(value).unwrap_or_default()
}

/// A value of any shape, by way of its text.
pub fn to_value(value: &impl Serialize) -> Value {
    from_str(&to_string(value)).unwrap_or_default()
}

/// Implements `Deserialize` for a struct with a field `extra`, which takes what is not listed.
///
/// After each field stands where its value comes from when it is absent: `required` (nowhere), `default`, or
/// `or(expression)`. Of a field that comes twice the last value counts, as everywhere in JSON.
macro_rules! read_object {
    ($type:ident { $($field:ident: $how:ident $(($default:expr))?),* $(,)? }) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[expect(non_camel_case_types, reason = "named as the fields")]
                enum Key { $($field,)* Unknown(String) }
                struct Keys;
                impl serde::de::Visitor<'_> for Keys {
                    type Value = Key;
                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str("the name of a field")
                    }
                    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Key, E> {
                        Ok(match name {
                            $(stringify!($field) => Key::$field,)*
                            other => Key::Unknown(other.to_string()),
                        })
                    }
                }
                impl<'de> serde::Deserialize<'de> for Key {
                    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                        deserializer.deserialize_identifier(Keys)
                    }
                }
                struct Fields;
                impl<'de> serde::de::Visitor<'de> for Fields {
                    type Value = $type;
                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str("an object")
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$type, A::Error> {
                        $(let mut $field = None;)*
                        let mut extra = serde_json::Map::new();
                        while let Some(key) = map.next_key()? {
                            match key {
                                $(Key::$field => $field = Some(map.next_value()?),)*
                                Key::Unknown(name) => {
                                    extra.insert(name, map.next_value()?);
                                }
                            }
                        }
                        Ok($type {
                            $($field: $crate::json::read_object!(@ $field $how $(($default))?),)*
                            extra: extra.into(),
                        })
                    }
                }
                deserializer.deserialize_map(Fields)
            }
        }
    };
    (@ $field:ident required) => {
        $field.ok_or_else(|| serde::de::Error::missing_field(stringify!($field)))?
    };
    (@ $field:ident default) => {
        $field.unwrap_or_default()
    };
    (@ $field:ident or($default:expr)) => {
        $field.unwrap_or_else(|| $default)
    };
}
pub(crate) use read_object;

#[cfg(test)]
mod tests;
