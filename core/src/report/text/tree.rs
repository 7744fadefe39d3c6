//! Trees of text, drawn with the usual branches.

/// Lines with children.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    pub label: String,
    pub children: Vec<Tree>,
}

impl Tree {
    pub(super) fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            children: Vec::new(),
        }
    }

    /// A tree whose children are leaves. Eleven and more are cut to the first and the last unless `full`.
    pub(super) fn of(label: impl Into<String>, leaves: Vec<String>, full: bool) -> Self {
        let leaves = if full { leaves } else { cut(leaves, |line| line) };
        Self {
            label: label.into(),
            children: leaves.into_iter().map(Self::new).collect(),
        }
    }

    /// The label and everything below it, each line ended.
    pub(super) fn draw(&self) -> String {
        let mut text = format!("{}\n", self.label);
        self.draw_children("", &mut text);
        text
    }

    fn draw_children(&self, indent: &str, text: &mut String) {
        for (index, child) in self.children.iter().enumerate() {
            let last = index + 1 == self.children.len();
            let (branch, below) = if last {
                ("└── ", "    ")
            } else {
                ("├── ", "│   ")
            };
            for (line, part) in child.label.split('\n').enumerate() {
                text.push_str(indent);
                text.push_str(if line == 0 { branch } else { below });
                text.push_str(part);
                text.push('\n');
            }
            child.draw_children(&format!("{indent}{below}"), text);
        }
    }
}

/// At most ten items; of more, the first and the last with a line between them.
pub(super) fn cut<T>(mut items: Vec<T>, line: impl Fn(String) -> T) -> Vec<T> {
    const LONGEST: usize = 10;
    if items.len() <= LONGEST {
        return items;
    }
    let hidden = items.len() - 2;
    let last = items.pop();
    items.truncate(1);
    items.push(line(format!(".... {hidden} more ....")));
    items.extend(last);
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_branches() {
        let mut root = Tree::new("Models:");
        root.children
            .push(Tree::of("Added:", vec!["a".into(), "b".into()], false));
        root.children.push(Tree::of("Removed:", vec!["c".into()], false));
        assert_eq!(
            root.draw(),
            "Models:\n├── Added:\n│   ├── a\n│   └── b\n└── Removed:\n    └── c\n"
        );
    }

    #[test]
    fn long_lists_are_cut_unless_asked_for() {
        let items: Vec<String> = (0..11).map(|n| n.to_string()).collect();
        assert_eq!(
            Tree::of("", items.clone(), false).draw(),
            "\n├── 0\n├── .... 9 more ....\n└── 10\n"
        );
        assert_eq!(Tree::of("", items, true).children.len(), 11);
    }
}
