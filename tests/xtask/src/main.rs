//! Build and test chores of this workspace.
fn main() {}
