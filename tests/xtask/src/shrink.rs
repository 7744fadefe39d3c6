//! Makes wasm smaller, or quicker, with Binaryen's `wasm-opt`, which npm installs.
//!
//! It takes minutes, so what it made of a file is kept under the file's hash. Where Node.js or npm is missing the
//! page works all the same; it is only larger.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::compile::Aim;
use crate::{Outcome, run, target};

/// The npm package and its version.
const PACKAGE: (&str, &str) = ("binaryen", "132.0.0");

/// What the compiler may use. Nobody reads or writes around address 0, which is the end of the stack. That loads never
/// trap must not be said: they would be made before it is known whether there is anything to load.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--low-memory-unused",
];

/// What makes a module small.
const SMALL: &[&str] = &[
    // Functions that differ in numbers and callees alone become one; later they differ in what they swallowed.
    "--duplicate-function-elimination",
    "--merge-similar-functions",
    "-Oz",
    // Once more, knowing which values ever get anywhere.
    "--gufa-optimizing",
    "--merge-similar-functions",
    "-Oz",
    // Long numbers that a function needs again and again are loaded once.
    "--const-hoisting",
    "--coalesce-locals",
    "--reorder-locals",
    // What is called most gets the shortest number.
    "--reorder-functions",
    "--reorder-globals",
];

/// What makes a module quick.
const QUICK: &[&str] = &["-O3", "--reorder-functions", "--reorder-globals"];

/// A way to call `wasm-opt`.
pub struct Shrink {
    program: PathBuf,
}

impl Shrink {
    /// Installs what is needed, below cargo's target folder.
    ///
    /// # Errors
    /// What is missing, in a sentence.
    pub fn new() -> Result<Self, String> {
        let (name, version) = PACKAGE;
        let folder = target().join(format!("npm/{name}-{version}"));
        let program = folder.join(format!("node_modules/{name}/bin/wasm-opt"));
        let there = |program: &str| {
            let mut command = Command::new(program);
            command
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        if !there("node") {
            return Err("`node` is not in the PATH".to_string());
        }
        if !program.is_file() {
            println!("installing {name} {version}");
            fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            run(Command::new("npm")
                .args(["install", "--silent", "--no-save", "--no-audit", "--no-fund"])
                .arg("--prefix")
                .arg(&folder)
                .arg(format!("{name}@{version}")))?;
        }
        Ok(Self { program })
    }

    /// Replaces a file by a better one that does the same.
    pub fn shrink(&self, file: &Path, aim: Aim) -> Outcome {
        let passes = match aim {
            Aim::Small => SMALL,
            Aim::Quick => QUICK,
        };
        let flags = || FEATURES.iter().chain(passes);
        let failed = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let before = fs::read(file).map_err(|error| failed(file, &error))?;
        let mut hash = Sha256::new();
        hash.update(PACKAGE.1);
        for flag in flags() {
            hash.update(flag);
        }
        hash.update(&before);
        let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let kept = target().join("shrunk").join(format!("{hash}.wasm"));
        if !kept.is_file() {
            let folder = kept.with_file_name("");
            fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
            let unfinished = kept.with_extension("part");
            run(Command::new("node")
                .arg(&self.program)
                .args(flags())
                .arg(file)
                .arg("-o")
                .arg(&unfinished))?;
            fs::rename(&unfinished, &kept).map_err(|error| failed(&kept, &error))?;
        }
        fs::copy(&kept, file).map_err(|error| failed(file, &error))?;
        Ok(())
    }
}
