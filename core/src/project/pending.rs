//! Stand-ins until the readers of seeds and external models land; each says plainly that it cannot read.

pub mod seed {
    use indexmap::IndexMap;
    use serde_json::Value;

    use crate::model::Columns;
    use crate::sql::Dialect;

    pub struct SeedData {
        pub columns: Columns,
        pub column_hashes: IndexMap<String, String>,
    }

    pub fn read(_: &str, _: Option<&IndexMap<String, Value>>, _: Dialect) -> Result<SeedData, String> {
        Err("seeds cannot be read yet".to_string())
    }
}

pub mod external {
    use crate::diagnostic::Diagnostic;
    use crate::model::Model;
    use crate::project::config::Config;
    use crate::source::SourceMap;

    pub fn load(sources: &SourceMap, _: &Config) -> (Vec<(String, Model)>, Vec<Diagnostic>) {
        let found = sources.get("external_models.yaml").is_some();
        let problem = Diagnostic::error("project/unfinished", "external models cannot be read yet");
        (Vec::new(), if found { vec![problem] } else { Vec::new() })
    }
}
