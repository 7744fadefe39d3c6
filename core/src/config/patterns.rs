//! Settings that are chosen by pattern: the first regular expression that matches at the start decides.

use super::Config;
use super::regex::Regex;

/// The value of the first pattern that matches at the start of a text. A pattern that cannot be read, which is a problem
/// of the configuration, matches only itself.
fn first_match(patterns: &[(String, String)], text: &str) -> Option<String> {
    patterns
        .iter()
        .find(|(pattern, _)| match Regex::new(pattern) {
            Some(regex) => regex.matches_start(text),
            None => pattern == text,
        })
        .map(|(_, value)| value.clone())
}

impl Config {
    /// What `physical_schema_mapping` says about the tables of a schema.
    pub fn physical_schema(&self, schema: &str) -> Option<String> {
        first_match(&self.physical_schema_mapping, schema)
    }

    /// What `environment_catalog_mapping` says about the views of an environment.
    pub fn environment_catalog(&self, environment: &str) -> Option<String> {
        first_match(&self.environment_catalog_mapping, environment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pattern_that_matches_at_the_start_decides() {
        let pair = |pattern: &str, value: &str| (pattern.to_string(), value.to_string());
        let patterns = [
            pair("^prod$", "live"),
            pair("dev.*", "lab"),
            pair(".*", "rest"),
            pair("(", "broken"),
        ];
        assert_eq!(first_match(&patterns, "prod").as_deref(), Some("live"));
        assert_eq!(first_match(&patterns, "dev_1").as_deref(), Some("lab"));
        assert_eq!(first_match(&patterns, "my_dev").as_deref(), Some("rest"));
        assert_eq!(first_match(&patterns[3..], "(").as_deref(), Some("broken"));
    }
}
