//! Values that are nearly always the usual one.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What has a usual value, which stands for all that have it.
pub trait Usual: Default + PartialEq + 'static {
    /// The default, made once.
    fn usual() -> &'static Self;
}

/// Implements `Usual` for types that have a default.
macro_rules! usual {
    ($type:ident) => {
        impl $crate::json::Usual for $type {
            fn usual() -> &'static Self {
                static USUAL: std::sync::LazyLock<$type> = std::sync::LazyLock::new($type::default);
                &USUAL
            }
        }
    };
}
pub(crate) use usual;

/// A large value that is nearly always the usual one, for which only a pointer is paid then. It can be used like the
/// value itself.
#[derive(Debug, Clone)]
pub struct Rare<T>(Option<Box<T>>);

impl<T> Default for Rare<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Usual> From<T> for Rare<T> {
    fn from(value: T) -> Self {
        Self((value != *T::usual()).then(|| Box::new(value)))
    }
}

impl<T: Usual> Deref for Rare<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or_else(|| T::usual())
    }
}

impl<T: Usual> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

impl<T: Usual> PartialEq for Rare<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Usual + Eq> Eq for Rare<T> {}

impl<T: Usual + Serialize> Serialize for Rare<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize(self, serializer)
    }
}

impl<'de, T: Usual + Deserialize<'de>> Deserialize<'de> for Rare<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Colour {
        name: String,
    }

    impl Default for Colour {
        fn default() -> Self {
            Self {
                name: "red".to_string(),
            }
        }
    }

    usual!(Colour);

    #[test]
    fn only_what_is_not_usual_takes_room() {
        let mut colour: Rare<Colour> = crate::json::from_str(r#"{"name":"red"}"#).unwrap();
        assert!(colour.0.is_none() && colour.name == "red");
        colour.name.push_str("dish");
        assert!(colour.0.is_some() && colour != Rare::default());
        assert_eq!(crate::json::to_string(&colour), r#"{"name":"reddish"}"#);
        colour.name.truncate(3);
        assert_eq!(colour, Rare::default());
        assert_eq!(
            crate::json::to_string(&Rare::<Colour>::default()),
            r#"{"name":"red"}"#
        );
    }
}
