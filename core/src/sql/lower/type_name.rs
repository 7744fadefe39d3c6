//! The text of a type, as sqlparser writes it.

use sqlparser::ast::{
    ArrayElemTypeDef, ColumnDef, DataType, MapBracketKind, StructBracketKind, StructField, UnionField,
};

use super::Lowering;

impl Lowering {
    /// Types that hold others are written here, the rest by sqlparser: its own way would bring the printing of
    /// columns with defaults and checks, and with them of all that sqlparser knows.
    pub(super) fn type_name(&self, data_type: &DataType) -> String {
        let name = |inner: &DataType| self.type_name(inner);
        match data_type {
            DataType::Array(element) => match element {
                ArrayElemTypeDef::None => "ARRAY".to_string(),
                ArrayElemTypeDef::AngleBracket(inner) => format!("ARRAY<{}>", name(inner)),
                ArrayElemTypeDef::Parenthesis(inner) => format!("Array({})", name(inner)),
                ArrayElemTypeDef::SquareBracket(inner, size) => {
                    let size = size.map(|size| size.to_string()).unwrap_or_default();
                    format!("{}[{size}]", name(inner))
                }
                ArrayElemTypeDef::Qualified(inner, None) => format!("{} ARRAY", name(inner)),
                ArrayElemTypeDef::Qualified(inner, Some(size)) => format!("{} ARRAY[{size}]", name(inner)),
            },
            DataType::Custom(custom, modifiers) => {
                let custom = Self::name_text(custom);
                match modifiers.as_slice() {
                    [] => custom,
                    modifiers => format!("{custom}({})", modifiers.join(", ")),
                }
            }
            DataType::Map(key, value, MapBracketKind::Parentheses) => {
                format!("Map({}, {})", name(key), name(value))
            }
            DataType::Map(key, value, MapBracketKind::AngleBrackets) => {
                format!("MAP<{}, {}>", name(key), name(value))
            }
            DataType::Nullable(inner) => format!("Nullable({})", name(inner)),
            DataType::LowCardinality(inner) => format!("LowCardinality({})", name(inner)),
            DataType::Tuple(fields) => format!("Tuple({})", self.fields(fields)),
            DataType::Struct(fields, _) if fields.is_empty() => "STRUCT".to_string(),
            DataType::Struct(fields, StructBracketKind::Parentheses) => {
                format!("STRUCT({})", self.fields(fields))
            }
            DataType::Struct(fields, StructBracketKind::AngleBrackets) => {
                format!("STRUCT<{}>", self.fields(fields))
            }
            DataType::Union(fields) => {
                let field = |field: &UnionField| format!("{} {}", field.field_name, name(&field.field_type));
                format!(
                    "UNION({})",
                    fields.iter().map(field).collect::<Vec<_>>().join(", ")
                )
            }
            DataType::Nested(columns) => format!("Nested({})", self.columns(columns)),
            DataType::Table(None) => "TABLE".to_string(),
            DataType::Table(Some(columns)) => format!("TABLE({})", self.columns(columns)),
            DataType::NamedTable { name, columns } => {
                format!("{} TABLE ({})", Self::name_text(name), self.columns(columns))
            }
            plain => plain.to_string(),
        }
    }

    fn fields(&self, fields: &[StructField]) -> String {
        let fields = fields.iter().map(|field| {
            let data_type = self.type_name(&field.field_type);
            match &field.field_name {
                Some(name) => format!("{name} {data_type}"),
                None => data_type,
            }
        });
        fields.collect::<Vec<_>>().join(", ")
    }

    /// Columns of a table as a type: what a definition could say beside their types has no place in a query.
    fn columns(&self, columns: &[ColumnDef]) -> String {
        let columns = columns.iter().map(|column| match &column.data_type {
            DataType::Unspecified => column.name.to_string(),
            data_type => format!("{} {}", column.name, self.type_name(data_type)),
        });
        columns.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use sqlparser::parser::Parser;

    use crate::sql::Dialect;
    use crate::sql::lower::Lowering;

    #[test]
    fn types_are_written_as_sqlparser_writes_them() {
        for (dialect, text) in [
            (Dialect::DuckDb, "STRUCT(a INT, b VARCHAR[][3])"),
            (Dialect::DuckDb, "UNION(a INT, b MAP(VARCHAR, INT))"),
            (Dialect::BigQuery, "ARRAY<STRUCT<a INT64, STRUCT<b STRING(3)>>>"),
            (
                Dialect::ClickHouse,
                "Map(LowCardinality(String), Nullable(Array(Tuple(a UInt8, String))))",
            ),
            (Dialect::ClickHouse, "Nested(a Int8, b Array(FixedString(3)))"),
            (Dialect::Postgres, "my.kind(1, 2)"),
            (Dialect::Postgres, "TIMESTAMP(3) WITH TIME ZONE"),
            (Dialect::Snowflake, "NUMERIC(10, 2)"),
            (Dialect::Trino, "ARRAY<INT>"),
        ] {
            let mut parser = Parser::new(dialect.sqlparser_dialect())
                .try_with_sql(text)
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            let data_type = parser
                .parse_data_type()
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            let lowering = Lowering {
                dialect,
                places: false,
            };
            assert_eq!(lowering.type_name(&data_type), data_type.to_string());
        }
    }
}
