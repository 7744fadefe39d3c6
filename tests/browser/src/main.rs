//! The viewer in real headless Chromium: what it shows, what it never does, how it looks.
//!
//! ```text
//! cargo xtask web && cargo xtask browser [CHECK…]
//! ```
//!
//! Needs the built page in `www/dist` and Chromium (`CHROMIUM`, or `/usr/bin/chromium`). Pictures go to
//! `target/pictures`.

mod checks;
mod page;
mod project;
mod server;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use headless_chrome::{Browser, LaunchOptions};

use page::Checked;
use server::Server;

/// What every check gets.
pub struct Context {
    /// The browser.
    pub browser: Browser,
    /// Serves the page.
    pub server: Server,
    /// The built page on disk.
    pub page: PathBuf,
    /// Where files of checks may be written.
    pub scratch: PathBuf,
    /// Where pictures go.
    pub pictures: PathBuf,
}

impl Context {
    /// The page's address on the server.
    pub fn address(&self) -> String {
        format!("http://{}/", self.server.address)
    }
}

/// The workspace's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    match start(&wanted) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(failed) => {
            eprintln!("{failed} checks of the page failed");
            ExitCode::FAILURE
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn start(wanted: &[String]) -> Checked<usize> {
    let page = root().join("www/dist/index.html");
    let bytes = std::fs::read(&page)
        .map_err(|_| "www/dist/index.html is not built yet; `cargo xtask web` builds it".to_string())?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let folder = |name: &str| -> Checked<PathBuf> {
        let folder = target.join(name);
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder)
    };
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_string());
    let options = LaunchOptions::default_builder()
        .path(Some(chromium.into()))
        .sandbox(false)
        .window_size(Some((1440, 900)))
        .idle_browser_timeout(Duration::from_secs(300))
        .args(vec![
            OsStr::new("--disable-component-update"),
            OsStr::new("--disable-quic"),
        ])
        .build()
        .map_err(|error| error.to_string())?;
    let context = Context {
        browser: Browser::new(options).map_err(|error| format!("Chromium does not start: {error}"))?,
        server: Server::start(bytes)?,
        page,
        scratch: folder("browser-scratch")?,
        pictures: folder("pictures")?,
    };
    let (mut passed, mut failed) = (0, 0);
    for (name, check) in checks::ALL {
        let is_wanted = match wanted {
            [] => !checks::ON_REQUEST.contains(&name),
            words => words.iter().any(|word| name.contains(word.as_str())),
        };
        if !is_wanted {
            continue;
        }
        let started = Instant::now();
        match check(&context) {
            Ok(()) => {
                passed += 1;
                println!("ok    {name} ({} ms)", started.elapsed().as_millis());
            }
            Err(message) => {
                failed += 1;
                println!("FAIL  {name}: {message}");
            }
        }
    }
    println!("test result: {passed} passed; {failed} failed");
    Ok(failed)
}
