//! Output columns of a node, wherever they come from.

use super::{Columns, Model, value};
use crate::sql::Dialect;
use crate::sql::types::{self, DataType};

/// Output columns with canonical types: declared, else derived from the seed, else found in the query. SCD type 2
/// adds its validity columns. `None` when unknown.
pub fn output_columns(model: &Model, found: Option<Columns>) -> Option<Columns> {
    let dialect = Dialect::parse(&model.dialect).unwrap_or_default();
    let declared = model.columns.as_ref().map(|columns| {
        let canonical = |text: &String| types::canonical(text, dialect);
        columns
            .iter()
            .map(|(name, text)| (name.clone(), canonical(text)))
            .collect()
    });
    // What a seed's values tell are types of no dialect.
    let derived = model.derived_columns_to_types.as_ref().map(|columns| {
        let spelled = |text: &String| DataType::parse(text, Dialect::Generic).to_sql(dialect);
        columns
            .iter()
            .map(|(name, text)| (name.clone(), spelled(text)))
            .collect()
    });
    let mut columns: Columns = declared.or(derived).or(found)?;
    if model.kind.name.is_scd_type_2() {
        let data_type = model.kind.time_data_type.as_deref().unwrap_or("TIMESTAMP");
        for name in [&model.kind.valid_from_name, &model.kind.valid_to_name]
            .into_iter()
            .flatten()
        {
            let name = value::word(name, dialect).unwrap_or_else(|| name.clone());
            columns.get_or_insert_with(name, || data_type.to_string());
        }
    }
    Some(columns)
}
