//! Cuts code out of the wasm that no input can reach, though the compiler cannot know.
//!
//! The core refuses a query that holds a statement before sqlparser sees it (`core/src/sql/statements.rs`), so no
//! syntax tree holds one. A tree can still be printed, copied and compared whole, and with it would come all
//! statements that sqlparser knows, from ALTER to VACUUM. The few functions that lead there are emptied: should one
//! be reached all the same, it traps, the page says so and starts a new worker.

use std::path::Path;

use rustc_demangle::demangle;
use walrus::{FunctionBuilder, FunctionId, FunctionKind, InstrSeqBuilder, LocalId, Module};

/// Names without hashes of functions that are never reached.
const NEVER: &[&str] = &[
    "<sqlparser::ast::Statement as core::fmt::Display>::fmt",
    "<sqlparser::ast::Statement as core::fmt::Debug>::fmt",
    "<sqlparser::ast::Statement as core::clone::Clone>::clone",
    "<sqlparser::ast::Statement as core::cmp::PartialEq>::eq",
    "<sqlparser::ast::Statement as sqlparser::ast::spans::Spanned>::span",
    "<sqlparser::ast::Statement as sqlparser::ast::visitor::Visit>::visit",
];

/// A function and a much smaller one that does the same. sqlparser prints a keyword in 46 kB of branches; its debug
/// form is a table of the same words.
const SHORTER: (&str, &str) = (
    "<sqlparser::keywords::Keyword as core::fmt::Display>::fmt",
    "<sqlparser::keywords::Keyword as core::fmt::Debug>::fmt",
);

/// Writes a copy of the wasm without what is never reached.
///
/// # Errors
/// When the file is no wasm, or a function is not in it, which means that its name has changed.
pub fn cut(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error:#}", from.display());
    let mut module = Module::from_file(from).map_err(|error| failed(&error))?;
    let named = |module: &Module, wanted: &[&str]| -> Vec<FunctionId> {
        let local = module
            .funcs
            .iter()
            .filter(|function| matches!(function.kind, FunctionKind::Local(_)));
        local
            .filter(|function| {
                let name = function.name.as_deref().unwrap_or_default();
                // A second copy of a function has `[1]` behind its name.
                let name = format!("{:#}", demangle(name.split('[').next().unwrap_or(name)));
                wanted.contains(&name.as_str())
            })
            .map(walrus::Function::id)
            .collect()
    };
    let never = named(&module, NEVER);
    let (longer, shorter) = (named(&module, &[SHORTER.0]), named(&module, &[SHORTER.1]));
    if never.is_empty() {
        return Err(failed(&"none of the functions to be cut was found"));
    }
    for id in never {
        replace(&mut module, id, |body, _| {
            body.unreachable();
        });
    }
    if let Some(shorter) = shorter.first() {
        for id in longer {
            replace(&mut module, id, |body, arguments| {
                for argument in arguments {
                    body.local_get(*argument);
                }
                body.call(*shorter);
            });
        }
    }
    walrus::passes::gc::run(&mut module);
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    module.emit_wasm_file(to).map_err(|error| failed(&error))
}

/// Gives a function another body.
fn replace(module: &mut Module, id: FunctionId, write: impl FnOnce(&mut InstrSeqBuilder<'_>, &[LocalId])) {
    let signature = module.types.get(module.funcs.get(id).ty());
    let (params, results) = (signature.params().to_vec(), signature.results().to_vec());
    let arguments: Vec<LocalId> = params.iter().map(|kind| module.locals.add(*kind)).collect();
    let mut body = FunctionBuilder::new(&mut module.types, &params, &results);
    write(&mut body.func_body(), &arguments);
    module.funcs.get_mut(id).kind = FunctionKind::Local(body.local_func(arguments));
}
