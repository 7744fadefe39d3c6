//! Components: plain values in, markup out. Names and SQL only ever become text nodes.

pub mod change_detail;
pub mod change_list;
pub mod compare_table;
pub mod diagnostics;
pub mod frame;
pub mod markdown;
pub mod model_parts;
pub mod options_form;
pub mod parts;
pub mod spacer;
pub mod tabs;
pub mod text_diff;
