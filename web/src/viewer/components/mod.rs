//! Components: plain values in, markup out. Names and SQL only ever become text nodes.

pub mod bulk;
pub mod carry;
pub mod cell_tip;
pub mod change_detail;
pub mod change_list;
pub mod choice;
pub mod code;
pub mod compare_table;
pub mod decision_panel;
pub mod diagnostics;
pub mod digest;
pub mod forward;
pub mod frame;
pub mod markdown;
pub mod model_parts;
pub mod options_form;
pub mod parts;
pub mod readers;
pub mod remember;
pub mod spacer;
pub mod stages;
pub mod tabs;
pub mod text_diff;
pub mod total_row;
pub mod treated;
pub mod tree;
