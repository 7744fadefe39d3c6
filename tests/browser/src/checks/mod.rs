//! All checks of the page. Each opens its own tab.

mod bad_input;
mod cases;
mod decisions;
mod layout;
mod lineage;
mod looks;
mod privacy;
mod screens;
mod speed;
mod truth;
mod work;

use crate::Context;
use crate::page::Checked;

/// A check.
type Check = fn(&Context) -> Checked;

/// Name and check, in the order in which they run.
pub const ALL: [(&str, Check); 40] = [
    ("sample-button", truth::sample_button),
    ("sample-from-disk", truth::sample_from_disk),
    ("pickers", truth::pickers),
    ("drop", truth::drop),
    ("saved-plan", truth::saved_plan),
    ("no-connections", privacy::no_connections),
    ("markup-is-text", privacy::markup_is_text),
    ("oracle-cases", cases::oracle_cases),
    ("bad-state", bad_input::bad_state),
    ("large-state", bad_input::large_state),
    ("bad-project", bad_input::bad_project),
    ("hostile-state", bad_input::hostile_state),
    ("categories", work::categories),
    ("rows", work::rows),
    ("keys-and-fragment", work::keys_and_fragment),
    ("cancel", work::cancel),
    ("many-at-once", decisions::many_at_once),
    ("decision-file", decisions::file),
    ("kept-session", decisions::kept_session),
    ("stages", decisions::stages),
    ("model", decisions::model),
    ("intervals", screens::intervals),
    ("environments", screens::environments),
    ("systems", screens::systems),
    ("report", screens::report),
    ("accessible", screens::accessible),
    ("layout-fits", layout::fits),
    ("layout-stays", layout::no_shift),
    ("focus", layout::focus),
    ("keys-alone", layout::keys_alone),
    ("thousand-models", work::thousand_models),
    ("speed-thousand", speed::thousand),
    ("speed-ten-thousand", speed::ten_thousand),
    ("lineage-plan", lineage::shows_the_plan),
    ("lineage-keys", lineage::by_keys),
    ("lineage-export", lineage::export),
    ("lineage-columns", lineage::columns),
    ("lineage-large", lineage::large),
    ("lineage-pictures", lineage::pictures),
    ("pictures", looks::pictures),
];

/// Checks that take many minutes: they run when they are named.
pub const ON_REQUEST: [&str; 1] = ["speed-ten-thousand"];

/// Fails with a message when two things differ.
fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Checked {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: the page says {found:?}, expected {expected:?}"))
    }
}
