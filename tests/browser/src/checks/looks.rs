//! Pictures of every page, wide and narrow, light and dark; nothing is wider than the window.

use serde_json::Value;

use super::equal;
use super::truth::with_sample;
use crate::Context;
use crate::page::Checked;

/// Width and height of the windows.
const SIZES: [(&str, (u32, u32)); 2] = [("wide", (1440, 900)), ("narrow", (390, 844))];

/// All pages in all looks.
pub fn pictures(context: &Context) -> Checked {
    let page = with_sample(context, &context.address())?;
    page.go("#changes")?;
    page.wait_for("the changes", "!!document.querySelector('.lr a')")?;
    let model = page.text("document.querySelector('.lr a').getAttribute('href')")?;
    let pages = [
        ("open", "#open"),
        ("plan", "#plan"),
        ("changes", "#changes"),
        ("model", &model),
        ("one-model", "#model"),
        ("why", "#model?tab=why"),
        ("intervals", "#intervals"),
        ("environments", "#environments"),
        ("systems", "#systems"),
        ("report", "#report"),
        ("help", "#help"),
    ];
    for (size, window) in SIZES {
        for dark in [false, true] {
            let theme = if dark { "dark" } else { "light" };
            for (name, fragment) in pages {
                page.go(fragment)?;
                page.resize(window.0, window.1, dark)?;
                let file = context.pictures.join(format!("{name}-{size}-{theme}.png"));
                page.picture(&file, window, dark)?;
                let wide = page.value("document.documentElement.scrollWidth > window.innerWidth")?;
                equal(
                    &format!("{name} is wider than {}", window.0),
                    &wide,
                    &Value::Bool(false),
                )?;
            }
        }
    }
    println!("      pictures are in {}", context.pictures.display());
    page.close();
    Ok(())
}
