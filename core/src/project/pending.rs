//! Stand-in until the reader of external models lands; it says plainly that it cannot read.

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
