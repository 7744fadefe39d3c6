//! The models of the plan in groups, for the tree beside a page.

use planglass_core::ordered::BTreeMap;

use super::review::Review;
use super::rows::group_of;
use crate::messages::model::Link;
use crate::messages::{BranchView, Group, RowView, Status, TreeQuery};

/// How many models of a group travel to the page.
const MOST: usize = 300;

/// Models of a project whose groups are all open at first.
const FEW: usize = 60;

/// All groups by name; the models of open ones.
pub fn view(review: &Review, query: &TreeQuery) -> Vec<BranchView> {
    let mut groups: BTreeMap<String, Vec<&RowView>> = BTreeMap::new();
    for row in &review.rows {
        let group = match query.group {
            // By status there would be nothing but a second list of changes.
            Group::Status => Group::Schema,
            group => group,
        };
        groups.entry(group_of(review, group, row)).or_default().push(row);
    }
    let small = review.rows.len() <= FEW;
    let selected = query.selected.as_deref();
    let branch = |(title, mut rows): (String, Vec<&RowView>)| {
        let has_selected = rows.iter().any(|row| selected == Some(row.name.as_str()));
        let open = (small || has_selected) != query.turned.contains(&title);
        rows.sort_by(|a, b| (&a.schema, &a.title).cmp(&(&b.schema, &b.title)));
        BranchView {
            changed: rows.iter().filter(|row| row.status != Status::Unchanged).count(),
            models: rows.len(),
            shown: rows
                .iter()
                .take(if open { MOST } else { 0 })
                .map(|row| Link::from(*row))
                .collect(),
            open,
            title,
        }
    };
    groups.into_iter().map(branch).collect()
}
