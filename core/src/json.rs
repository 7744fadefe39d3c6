//! Reading and writing of JSON: a small reader, objects whose unknown fields survive, and one way to write.
//!
//! `#[serde(flatten)]` would do the same, but it reads every object twice: once into a list of fields, and then
//! from there. States have millions of objects, and the browser pays for the code.

mod access;
mod extra;
mod pretty;
mod rare;
mod reader;

pub use extra::Extra;
pub use pretty::{pretty, write_pretty};
pub(crate) use rare::usual;
pub use rare::{Rare, Usual};
pub use reader::{Error, Problem, from_start, from_str, offset};

use serde::de::DeserializeSeed;
use serde::{Deserializer, Serialize};
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

/// What can be read into its default, where it stays.
pub(crate) trait Fill: Default {
    /// Reads an object; `self` is the default.
    fn fill<'de, D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error>;
}

/// Reads a value where it stays.
pub(crate) struct InPlace<'a, T>(pub(crate) &'a mut T);

impl<'de, T: Fill> DeserializeSeed<'de> for InPlace<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.fill(deserializer)
    }
}

/// Implements `Deserialize` for a struct, whose `Default` is there to be filled in: what is read goes where it stays, so
/// that nothing is kept twice and nothing has to be moved.
///
/// After each field stands where its value comes from when it is absent: `required` (nowhere), `object` (nowhere;
/// it is an object itself and read in place), `default`, `optional` or `rare` (as in the struct's `Default`; `optional` is
/// not written when absent, and what is `rare` is only set when it is another value), or `or(expression)`. What is not listed goes into the field that `rest` names, is refused after
/// `else refused`, and passed over otherwise. Of a field that comes twice the last value counts, as everywhere in JSON.
macro_rules! read_object {
    ($type:ident { $($field:ident: $how:ident $(($default:expr))?),* $(,)? } $(rest $extra:ident)? $(else $refused:ident)?) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut read = Self::default();
                $crate::json::Fill::fill(&mut read, deserializer)?;
                Ok(read)
            }
        }

        impl $crate::json::Fill for $type {
            fn fill<'de, D: serde::Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
                #[expect(non_camel_case_types, reason = "named as the fields")]
                #[derive(Clone, Copy)]
                enum Key { $($field,)* Unknown }
                /// Tells fields by their names; the name of what is none is left behind.
                struct Keys<'n>(&'n mut String);
                impl serde::de::Visitor<'_> for Keys<'_> {
                    type Value = Key;
                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str("the name of a field")
                    }
                    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Key, E> {
                        Ok(match name {
                            $(stringify!($field) => Key::$field,)*
                            other => {
                                *self.0 = other.to_string();
                                Key::Unknown
                            }
                        })
                    }
                }
                impl<'de> serde::de::DeserializeSeed<'de> for Keys<'_> {
                    type Value = Key;
                    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
                        deserializer.deserialize_identifier(self)
                    }
                }
                struct Fields<'a>(&'a mut $type);
                impl<'de> serde::de::Visitor<'de> for Fields<'_> {
                    type Value = ();
                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str("an object")
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
                        let read = self.0;
                        let (mut seen, mut name) = (0_u64, String::new());
                        $(let mut $extra = serde_json::Map::new();)?
                        while let Some(key) = map.next_key_seed(Keys(&mut name))? {
                            let _before = seen;
                            seen |= 1 << key as u32;
                            match key {
                                $(Key::$field => $crate::json::read_object!(@value read map _before seen $field $how),)*
                                Key::Unknown => {
                                    $crate::json::read_object!(@rest name map [$($field)*] $($extra)? $($refused)?);
                                }
                            }
                        }
                        $($crate::json::read_object!(@absent read seen $field $how $(($default))?);)*
                        $(read.$extra = $extra.into();)?
                        _ = seen;
                        Ok(())
                    }
                }
                deserializer.deserialize_map(Fields(self))
            }
        }
    };
    (@value $read:ident $map:ident $before:ident $seen:ident $field:ident object) => {{
        if $before == $seen {
            $read.$field = Default::default();
        }
        $map.next_value_seed($crate::json::InPlace(&mut $read.$field))?
    }};
    (@value $read:ident $map:ident $before:ident $seen:ident $field:ident rare) => {
        if let Some(value) = $crate::json::other_than(&$read.$field, $map.next_value()?) {
            $read.$field = value;
        }
    };
    (@value $read:ident $map:ident $before:ident $seen:ident $field:ident $how:ident) => {
        $read.$field = $map.next_value()?
    };
    (@rest $name:ident $map:ident [$($field:ident)*] refused) => {
        return Err(serde::de::Error::unknown_field(&$name, &[$(stringify!($field)),*]))
    };
    (@rest $name:ident $map:ident [$($field:ident)*] $extra:ident) => {
        $extra.insert(std::mem::take(&mut $name), $map.next_value()?)
    };
    (@rest $name:ident $map:ident [$($field:ident)*]) => {
        $map.next_value::<serde::de::IgnoredAny>()?
    };
    (@absent $read:ident $seen:ident $field:ident object) => {
        $crate::json::read_object!(@absent $read $seen $field required)
    };
    (@absent $read:ident $seen:ident $field:ident required) => {
        if $seen & (1 << Key::$field as u32) == 0 {
            return Err(serde::de::Error::missing_field(stringify!($field)));
        }
    };
    (@absent $read:ident $seen:ident $field:ident default) => {};
    (@absent $read:ident $seen:ident $field:ident optional) => {};
    (@absent $read:ident $seen:ident $field:ident rare) => {};
    (@absent $read:ident $seen:ident $field:ident or($default:expr)) => {
        if $seen & (1 << Key::$field as u32) == 0 {
            $read.$field = $default;
        }
    };
}
pub(crate) use read_object;

/// The value, if it is another one.
pub(crate) fn other_than<T: PartialEq>(usual: &T, value: T) -> Option<T> {
    (value != *usual).then_some(value)
}

/// What may be left out when it is written.
pub(crate) trait Optional {
    /// Whether there is nothing to write.
    fn is_absent(&self) -> bool;
}

impl<T> Optional for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// As [`read_object!`], and implements `write`, which writes the fields in the order in which they are listed: for structs
/// whose fields lie in several places.
macro_rules! stored_object {
    ($type:ident { $($field:ident: $how:ident $(($default:expr))?),* $(,)? } rest $extra:ident) => {
        $crate::json::read_object!($type { $($field: $how $(($default))?),* } rest $extra);

        impl $type {
            fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                #[allow(unused_imports, reason = "some structs have an answer of their own")]
                use $crate::json::Optional;
                let mut map = serializer.serialize_map(None)?;
                $($crate::json::stored_object!(@write self map $field $how);)*
                for (name, value) in self.$extra.iter() {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    };
    (@write $self:ident $map:ident $field:ident optional) => {
        if !$self.$field.is_absent() {
            $map.serialize_entry(stringify!($field), &$self.$field)?;
        }
    };
    (@write $self:ident $map:ident $field:ident $how:ident) => {
        $map.serialize_entry(stringify!($field), &$self.$field)?
    };
}
pub(crate) use stored_object;

#[cfg(test)]
mod tests;
