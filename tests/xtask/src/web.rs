//! Builds the browser's files: one HTML page that works from a server and from disk, and the planner as a library for
//! classic scripts and for Node.js.
//!
//! The planner is compiled twice from the same code: small for the library, quick for the page.
//!
//! The page holds everything: style, glue, and the wasm packed and in base64. Its policy forbids every
//! connection and names each script by its hash, so nothing can be added later.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::compile::{Aim, Compiler, WASM};
use crate::shrink::Shrink;
use crate::{Outcome, root, target};

/// Most bytes that the library's wasm may have before compression. That of the page has about twice as many.
const LARGEST_WASM: usize = 3_000_000;

/// Folder of the sample project that the page offers, and the environment that it is planned for.
const SAMPLE: (&str, &str) = ("tests/projects/bikes", "dev");

/// What was built.
pub struct Built {
    /// Whether everything was there that makes the wasm small. Its size is judged only then.
    to_ship: bool,
}

/// `cargo xtask web [--fast]`
pub fn run(options: &[&str]) -> Outcome {
    let built = build(options)?;
    small_enough(&built)
}

/// Refuses a wasm that is too large to ship; the page has been written all the same.
pub fn small_enough(built: &Built) -> Outcome {
    let size = read(&root().join("www/dist/browser/planglass_web_bg.wasm"))?.len();
    if !built.to_ship {
        println!("the wasm has {size} bytes; it was built without all that makes it small");
        return Ok(());
    }
    if size > LARGEST_WASM {
        return Err(format!(
            "the wasm has {size} bytes, and {LARGEST_WASM} are allowed"
        ));
    }
    println!("the wasm has {size} bytes; {LARGEST_WASM} are allowed");
    Ok(())
}

/// Builds everything and prints how large it became.
pub fn build(options: &[&str]) -> Result<Built, String> {
    let mut compiler = Compiler::new(options.contains(&"--fast"));
    let shrink = if compiler.fast { None } else { shrink() };
    let dist = root().join("www/dist");
    // The viewer first: it builds the library without the planner on its way.
    let viewer = ["--bin", "viewer", "--no-default-features", "--features", "viewer"];
    compiler.compile(Aim::Small, &viewer)?;
    compiler.compile(Aim::Small, &["--lib"])?;
    compiler.compile(Aim::Quick, &["--lib"])?;
    let inside = target().join("page-parts");
    for (name, aim, to) in [
        ("viewer", Aim::Small, &inside),
        ("planglass_web", Aim::Quick, &inside),
        ("planglass_web", Aim::Small, &dist.join("browser")),
    ] {
        let mut built = target()
            .join(WASM)
            .join(compiler.folder(aim))
            .join(format!("{name}.wasm"));
        let is_planner = name != "viewer";
        if !compiler.fast {
            // Glue takes its names from the file's.
            let cut = built.with_file_name(format!("cut/{name}.wasm"));
            crate::cut::cut(&built, &cut, is_planner)?;
            built = cut;
        }
        write_glue(&built, to, Glue::Browser)?;
        let wasm = to.join(format!("{name}_bg.wasm"));
        if let Some(shrink) = &shrink {
            shrink.shrink(&wasm, aim)?;
        }
        if is_planner && aim == Aim::Small {
            // One module under both glues.
            let node = dist.join("node");
            write_glue(&built, &node, Glue::Node)?;
            let copy = node.join(format!("{name}_bg.wasm"));
            fs::copy(&wasm, &copy).map_err(|error| format!("{}: {error}", copy.display()))?;
        }
    }

    let parts = |name: &str| -> Result<(Vec<u8>, String), String> {
        let file = |end: &str| inside.join(format!("{name}{end}"));
        Ok((read(&file("_bg.wasm"))?, read_text(&file(".js"))?))
    };
    let planner = parts("planglass_web")?;
    let viewer = parts("viewer")?;
    let page = page(&planner, &viewer)?;
    write(&dist.join("index.html"), page.as_bytes())?;
    let library = read(&dist.join("browser/planglass_web_bg.wasm"))?;

    println!("{:>12} {:>10} {:>10}", "bytes", "raw", "gzip");
    for (what, bytes) in [
        ("library", library.as_slice()),
        ("in the page", planner.0.as_slice()),
        ("viewer", viewer.0.as_slice()),
        (
            "glue",
            [planner.1.as_bytes(), viewer.1.as_bytes()].concat().as_slice(),
        ),
        ("index.html", page.as_bytes()),
    ] {
        println!("{what:>12} {:>10} {:>10}", bytes.len(), packed(bytes)?.len());
    }
    println!("www/dist/index.html is ready");
    Ok(Built {
        to_ship: compiler.with_std && shrink.is_some(),
    })
}

fn shrink() -> Option<Shrink> {
    match Shrink::new() {
        Ok(shrink) => Some(shrink),
        Err(missing) => {
            println!("the wasm is not optimised: {missing}");
            None
        }
    }
}

/// Who loads a module.
#[derive(PartialEq, Eq)]
enum Glue {
    /// A classic script.
    Browser,
    Node,
}

/// A wasm with its glue.
fn write_glue(built: &Path, folder: &Path, glue: Glue) -> Outcome {
    let failed =
        |error: &dyn std::fmt::Display| format!("{}: no glue could be made: {error:#}", built.display());
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(built)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    let outcome = match glue {
        Glue::Browser => bindgen.no_modules(true),
        Glue::Node => bindgen.nodejs(true),
    };
    outcome.map_err(|error| failed(&error))?;
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    bindgen.generate(folder).map_err(|error| failed(&error))
}

/// Puts the page together.
fn page(planner: &(Vec<u8>, String), viewer: &(Vec<u8>, String)) -> Result<String, String> {
    let www = root().join("www");
    let template = read_text(&www.join("index.html"))?;
    let style = read_text(&www.join("style.css"))?;
    let boot = read_text(&www.join("boot.js"))?;
    let worker = read_text(&www.join("worker.js"))?;
    for (what, text) in [
        ("glue of the planner", &planner.1),
        ("glue of the viewer", &viewer.1),
        ("boot.js", &boot),
        ("worker.js", &worker),
        ("style.css", &style),
    ] {
        if text.to_ascii_lowercase().contains("</s") {
            return Err(format!("{what} contains `</s`, which would end its element"));
        }
    }
    let policy = [
        "default-src 'none'".to_string(),
        format!(
            "script-src {} {} 'wasm-unsafe-eval'",
            hash(&viewer.1),
            hash(&boot)
        ),
        format!("style-src {}", hash(&style)),
        "img-src data:".to_string(),
        "worker-src blob:".to_string(),
        "connect-src 'none'".to_string(),
        "form-action 'none'".to_string(),
        "base-uri 'none'".to_string(),
    ]
    .join("; ");
    let planner_wasm = BASE64.encode(packed(&planner.0)?);
    let viewer_wasm = BASE64.encode(packed(&viewer.0)?);
    let sample = sample()?;
    let licences = crate::licences::of_page()?;
    let parts: BTreeMap<&str, &str> = [
        ("policy", policy.as_str()),
        ("style", &style),
        ("sample", &sample),
        ("licences", &licences),
        ("worker", &worker),
        ("planner_glue", &planner.1),
        ("planner_wasm", &planner_wasm),
        ("glue", &viewer.1),
        ("viewer_wasm", &viewer_wasm),
        ("boot", &boot),
    ]
    .into();
    fill(&template, &parts)
}

/// Replaces each `{{name}}` once; what is put in is not looked at again.
fn fill(template: &str, parts: &BTreeMap<&str, &str>) -> Result<String, String> {
    let mut page = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after
            .split_once("}}")
            .ok_or("www/index.html: `{{` without `}}`")?;
        let part = parts
            .get(name)
            .ok_or_else(|| format!("www/index.html: there is no part `{name}`"))?;
        page.push_str(before);
        page.push_str(part);
        rest = after;
    }
    page.push_str(rest);
    Ok(page)
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(Sha256::digest(text.as_bytes())))
}

fn packed(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|error| error.to_string())
}

/// The sample as JSON that is safe inside of a script element.
fn sample() -> Result<String, String> {
    let (folder, environment) = SAMPLE;
    let mut files = BTreeMap::new();
    let top = root().join(folder);
    if top.is_dir() {
        collect(&top, "", &mut files)?;
    }
    let name = folder.rsplit('/').next().unwrap_or(folder);
    let json = serde_json::json!({ "name": name, "environment": environment, "files": files });
    Ok(json.to_string().replace('<', "\\u003c"))
}

fn collect(folder: &Path, inside: &str, files: &mut BTreeMap<String, String>) -> Outcome {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry
            .map_err(|error| format!("{}: {error}", folder.display()))?
            .path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let inside = format!("{inside}{name}");
        let text = ["sql", "yaml", "yml", "csv", "json", "py"]
            .iter()
            .any(|extension| path.extension().is_some_and(|found| found == *extension));
        if path.is_dir() && !name.starts_with('.') {
            collect(&path, &format!("{inside}/"), files)?;
        } else if text {
            files.insert(inside, read_text(&path)?);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn read_text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Outcome {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}
