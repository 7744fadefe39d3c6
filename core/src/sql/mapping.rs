//! The columns of the tables that a node reads, as SQLMesh stores them with it.

use std::fmt;

use serde::de::{MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ordered::IndexMap;

/// Columns of the direct dependencies, nested by quoted name part: `{"\"db\"": {"\"shop\"": {"\"items\"": {"id": "INT"}}}}`.
pub type MappingSchema = IndexMap<String, Mapped>;

/// What a name in a mapping schema stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Mapped {
    /// A column: the text of its type.
    Column(String),
    /// A catalog, a schema or a table, and what is in it.
    Below(MappingSchema),
}

impl Mapped {
    /// The type of a column.
    pub fn data_type(&self) -> Option<&str> {
        match self {
            Self::Column(data_type) => Some(data_type),
            Self::Below(_) => None,
        }
    }

    /// What is in it, unless it is a column.
    pub fn below(&self) -> Option<&MappingSchema> {
        match self {
            Self::Column(_) => None,
            Self::Below(below) => Some(below),
        }
    }
}

/// The columns under the given name parts, which are put in where they are missing; `None` when a part is a column.
pub fn table_in(
    schema: &mut MappingSchema,
    parts: impl IntoIterator<Item = String>,
) -> Option<&mut MappingSchema> {
    let mut level = schema;
    for part in parts {
        let next = level.get_or_insert_with(part, || Mapped::Below(MappingSchema::new()));
        let Mapped::Below(next) = next else {
            return None;
        };
        level = next;
    }
    Some(level)
}

impl Serialize for Mapped {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Column(data_type) => serializer.serialize_str(data_type),
            Self::Below(below) => below.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Mapped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Mapped;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the type of a column, or an object")
            }

            fn visit_str<E>(self, data_type: &str) -> Result<Mapped, E> {
                Ok(Mapped::Column(data_type.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Mapped, A::Error> {
                MappingSchema::deserialize(MapAccessDeserializer::new(access)).map(Mapped::Below)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_read_and_written() {
        let text = r#"{"\"db\"":{"\"t\"":{"b":"INT","a":"TEXT"}}}"#;
        let mut schema: MappingSchema = crate::json::from_str(text).unwrap();
        assert_eq!(crate::json::to_string(&schema), text);
        let parts = ["\"db\"", "\"t\""].map(str::to_string);
        let columns = table_in(&mut schema, parts.clone()).unwrap();
        assert_eq!(columns["b"].data_type(), Some("INT"));
        assert!(table_in(&mut schema, parts.into_iter().chain(["b".to_string()])).is_none());
        let error = crate::json::from_str::<MappingSchema>(r#"{"a": 1}"#).unwrap_err();
        assert!(error.to_string().contains("the type of a column"), "{error}");
    }
}
