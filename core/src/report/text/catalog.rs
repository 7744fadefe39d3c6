//! The models of a project as a table.

use crate::report::catalog::CatalogEntry;

use super::style::{Role, Style, harmless};

/// One line per model, in columns as wide as their widest entry; and how many there are.
pub fn catalog(entries: &[CatalogEntry], style: Style) -> String {
    let heads = ["MODEL", "KIND", "CRON", "OWNER", "TAGS", "FILE"].map(str::to_string);
    let rows: Vec<[String; 6]> = entries
        .iter()
        .map(|entry| {
            [
                entry.name.clone(),
                entry.kind.clone(),
                entry.cron.clone(),
                entry.owner.clone().unwrap_or_default(),
                entry.tags.join(", "),
                entry.path.clone(),
            ]
            .map(|text| harmless(&text))
        })
        .collect();
    let mut widths = [0_usize; 6];
    for row in rows.iter().chain([&heads]) {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = (*width).max(text.chars().count());
        }
    }
    let line = |row: &[String; 6]| {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .filter(|(_, width)| *width > 0)
            .map(|(text, width)| format!("{text:width$}"))
            .collect();
        cells.join("  ").trim_end().to_string()
    };
    let mut text = format!("{}\n", style.paint(Role::Heading, &line(&heads)));
    for row in &rows {
        text.push_str(&line(row));
        text.push('\n');
    }
    let count = match entries.len() {
        1 => "1 model".to_string(),
        count => format!("{count} models"),
    };
    text.push_str(&format!("{}\n", style.paint(Role::Faint, &count)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let entry = |name: &str, tags: &[&str]| CatalogEntry {
            name: name.to_string(),
            kind: "FULL".to_string(),
            cron: "@daily".to_string(),
            tags: tags.iter().map(ToString::to_string).collect(),
            path: "models/a.sql".to_string(),
            ..CatalogEntry::default()
        };
        assert_eq!(
            catalog(&[entry("s.a", &["x", "y"]), entry("s.longer", &[])], Style::Plain),
            "MODEL     KIND  CRON    OWNER  TAGS  FILE\n\
             s.a       FULL  @daily         x, y  models/a.sql\n\
             s.longer  FULL  @daily               models/a.sql\n\
             2 models\n"
        );
    }
}
