//! Compiles the page's wasm modules.
//!
//! To ship, the standard library is compiled along with them: for size, and with panics that stop at once instead of
//! making a message. The compiler's release has that as an unstable feature, and needs the library's source, which
//! `rustup` brings. Where it cannot, the library is taken as it comes, and the modules are larger.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Outcome, root, run};

/// What the wasm is compiled for.
pub const WASM: &str = "wasm32-unknown-unknown";

/// What makes the standard library a part of the build.
const WITH_STD: &[&str] = &[
    "-Zbuild-std=std,panic_abort",
    "-Zpanic-immediate-abort",
    "--config",
    r#"target.wasm32-unknown-unknown.rustflags=["-Zlocation-detail=none", "-Zshare-generics=yes"]"#,
];

/// What makes it a small one.
const SMALL_STD: &[&str] = &[
    "-Zbuild-std-features=optimize_for_size",
    "--config",
    r#"profile.wasm.panic="immediate-abort""#,
    // Texts and their comparison are what a plan spends its time with.
    "--config",
    "profile.wasm.package.compiler_builtins.opt-level=3",
    "--config",
    r#"profile.wasm.package.core.opt-level="s""#,
];

/// What makes it a quick one.
const QUICK_STD: &[&str] = &["--config", r#"profile.page.panic="immediate-abort""#];

/// What a module is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// Few bytes: what is loaded over a network.
    Small,
    /// Little time, with twice the bytes.
    Quick,
}

impl Aim {
    /// Cargo's profile, which is the name of its folder as well.
    pub fn profile(self) -> &'static str {
        match self {
            Self::Small => "wasm",
            Self::Quick => "page",
        }
    }
}

/// How modules are compiled.
pub struct Compiler {
    /// Quickly and large, for development.
    pub fast: bool,
    /// Along with the standard library.
    pub with_std: bool,
}

impl Compiler {
    /// Looks for what is needed to compile small modules, or fetches it.
    pub fn new(fast: bool) -> Self {
        let with_std = !fast && (has_source() || (fetch_source() && has_source()));
        if !fast && !with_std {
            println!("without the source of the standard library (rust-src) the wasm is larger than need be");
        }
        Self { fast, with_std }
    }

    /// The folder that modules are in, below cargo's.
    pub fn folder(&self, aim: Aim) -> &'static str {
        if self.fast { "debug" } else { aim.profile() }
    }

    /// Compiles one module: what cargo shall build.
    ///
    /// # Errors
    /// When it does not compile. A compiler that does not know the unstable feature goes on without.
    pub fn compile(&mut self, aim: Aim, what: &[&str]) -> Outcome {
        let outcome = self.try_compile(aim, what);
        if outcome.is_err() && self.with_std {
            println!("once more, with the standard library as it comes");
            self.with_std = false;
            return self.try_compile(aim, what);
        }
        outcome
    }

    fn try_compile(&self, aim: Aim, what: &[&str]) -> Outcome {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut cargo = Command::new(program);
        let profile = if self.fast { "dev" } else { aim.profile() };
        cargo
            .current_dir(root())
            .args([
                "rustc",
                "--package",
                "planglass-web",
                "--target",
                WASM,
                "--profile",
                profile,
            ])
            .args(what);
        if self.with_std {
            cargo.args(WITH_STD).env("RUSTC_BOOTSTRAP", "1");
            cargo.args(match aim {
                Aim::Small => SMALL_STD,
                Aim::Quick => QUICK_STD,
            });
        }
        if !self.fast {
            cargo.args(["--", "-Clink-arg=--emit-relocs"]);
        }
        run(&mut cargo)
    }
}

fn has_source() -> bool {
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .current_dir(root())
        .output();
    output.is_ok_and(|output| {
        let sysroot = String::from_utf8_lossy(&output.stdout);
        let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library");
        library.join("std/Cargo.toml").is_file() && library.join("Cargo.lock").is_file()
    })
}

fn fetch_source() -> bool {
    let mut rustup = Command::new("rustup");
    rustup
        .args(["component", "add", "rust-src"])
        .current_dir(root())
        .stdout(Stdio::null());
    rustup.status().is_ok_and(|status| status.success())
}
