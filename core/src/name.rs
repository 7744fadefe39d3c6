//! Names of tables: up to three parts, fully qualified and quoted the way SQLMesh keys everything.

use std::fmt;

/// A fully qualified table name. Parts are normalised (case) and unquoted here; `Display` quotes them:
/// `"db"."shop"."items"`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    /// Catalog, if any.
    pub catalog: Option<String>,
    /// Schema, if any. There is no catalog without a schema.
    pub schema: Option<String>,
    /// Table.
    pub table: String,
}

impl TableName {
    /// A name from its parts, outermost first; at most the last three count.
    pub fn from_parts(mut parts: Vec<String>) -> Option<Self> {
        let table = parts.pop()?;
        Some(Self {
            table,
            schema: parts.pop(),
            catalog: parts.pop(),
        })
    }

    /// Reads a quoted name as `Display` writes it; unquoted parts are taken as they are.
    pub fn parse_quoted(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut part = String::new();
        let mut quoted = false;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => {
                    part.push('"');
                    chars.next();
                }
                '"' => quoted = !quoted,
                '.' if !quoted => parts.push(std::mem::take(&mut part)),
                other => part.push(other),
            }
        }
        parts.push(part);
        if quoted || parts.iter().any(String::is_empty) {
            return None;
        }
        Self::from_parts(parts)
    }

    /// The parts that are there, outermost first.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.catalog
            .iter()
            .chain(&self.schema)
            .map(String::as_str)
            .chain([self.table.as_str()])
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "\"{}\"", part.replace('"', "\"\""))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let name = TableName::from_parts(vec!["db".into(), "my shop".into(), "a\"b".into()]);
        let text = name.as_ref().map(ToString::to_string);
        assert_eq!(text.as_deref(), Some("\"db\".\"my shop\".\"a\"\"b\""));
        assert_eq!(text.and_then(|text| TableName::parse_quoted(&text)), name);
        assert_eq!(TableName::parse_quoted("\"a"), None);
    }
}
