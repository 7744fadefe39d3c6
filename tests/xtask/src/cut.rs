//! Cuts code out of the wasm that no input can reach, though the compiler cannot know.
//!
//! The core refuses a query that holds a statement before sqlparser sees it (`core/src/sql/statements.rs`), so no
//! syntax tree holds one. A tree can still be printed, copied and compared whole, and with it would come all
//! statements that sqlparser knows, from ALTER to VACUUM. The few functions that lead there are emptied: should one
//! be reached all the same, it traps, the page says so and starts a new worker.

use std::collections::BTreeMap;
use std::path::Path;

use crate::reach::Notes;
use rustc_demangle::demangle;
use walrus::ir::{MemArg, StoreKind};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, InstrSeqBuilder, LocalId, Module};

/// Names without hashes of functions that are never reached.
const NEVER: &[&str] = &[
    "<sqlparser::ast::Statement as core::fmt::Display>::fmt",
    "<sqlparser::ast::Statement as core::fmt::Debug>::fmt",
    "<sqlparser::ast::Statement as core::clone::Clone>::clone",
    "<sqlparser::ast::Statement as core::cmp::PartialEq>::eq",
    "<sqlparser::ast::Statement as sqlparser::ast::spans::Spanned>::span",
    "<sqlparser::ast::Statement as sqlparser::ast::visitor::VisitMut>::visit",
    // Compilers write the names of these in one of two ways.
    "core::ptr::drop_in_place::<sqlparser::ast::Statement>",
    "core::ptr::drop_in_place<sqlparser::ast::Statement>",
    "<sqlparser::parser::Parser>::parse_insert",
    "sqlparser::parser::Parser::parse_insert",
    "<sqlparser::parser::Parser>::parse_update",
    "sqlparser::parser::Parser::parse_update",
    "<sqlparser::parser::Parser>::parse_delete",
    "sqlparser::parser::Parser::parse_delete",
    "<sqlparser::parser::Parser>::parse_merge",
    "sqlparser::parser::merge::<impl sqlparser::parser::Parser>::parse_merge",
    // The parser copies the name of a type: `xml` without anything, never a name that a function of expressions makes.
    "<sqlparser::ast::Expr as core::clone::Clone>::clone",
    "<alloc::vec::Vec<sqlparser::ast::FunctionArg> as core::clone::Clone>::clone",
    // The parser compares expressions with nothing at all, and types with the absent one: never two of them.
    "<sqlparser::ast::Expr as core::cmp::PartialEq>::eq",
    // Types that are made of columns: the core takes from their words what makes them types.
    "<sqlparser::parser::Parser>::parse_column_def",
    "sqlparser::parser::Parser::parse_column_def",
    "<sqlparser::ast::ddl::ColumnDef as core::cmp::PartialEq>::eq",
    "<sqlparser::ast::ddl::ColumnDef as core::clone::Clone>::clone",
    "core::ptr::drop_in_place::<sqlparser::ast::ddl::ColumnDef>",
    "core::ptr::drop_in_place<sqlparser::ast::ddl::ColumnDef>",
    "core::ptr::drop_in_place::<alloc::vec::Vec<sqlparser::ast::ddl::ColumnDef>>",
    "core::ptr::drop_in_place<alloc::vec::Vec<sqlparser::ast::ddl::ColumnDef>>",
];

/// A function that says where an expression begins. Only messages of errors have it from there, and the core does not
/// read that part of them (`core/src/sql/misfit.rs`): it says "nowhere".
const NOWHERE: &str = "<sqlparser::ast::Expr as sqlparser::ast::spans::Spanned>::span";

/// Bytes of what it returns: two lines and two columns.
const SPAN: u32 = 32;

/// Functions that print what only messages of errors hold, and where the core does not read it
/// (`core/src/sql/misfit.rs`): they print nothing.
const SILENT: &[&str] = &[
    "<sqlparser::ast::Expr as core::fmt::Display>::fmt",
    "<sqlparser::ast::ddl::ColumnDef as core::fmt::Display>::fmt",
    "<sqlparser::ast::SqlOption as core::fmt::Display>::fmt",
    "<sqlparser::tokenizer::Token as core::fmt::Debug>::fmt",
];

/// A function and a much smaller one that does the same. sqlparser prints a keyword in 46 kB of branches; its debug
/// form is a table of the same words.
const SHORTER: (&str, &str) = (
    "<sqlparser::keywords::Keyword as core::fmt::Display>::fmt",
    "<sqlparser::keywords::Keyword as core::fmt::Debug>::fmt",
);

/// Writes a copy of the wasm without what is never reached. The page itself has nothing that could be named, only
/// functions that nobody asks for.
///
/// # Errors
/// When the file is no wasm, or a function is not in it, which means that its name has changed.
pub fn cut(from: &Path, to: &Path, is_planner: bool) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error:#}", from.display());
    let wasm = std::fs::read(from).map_err(|error| failed(&error))?;
    let notes = Notes::read(&wasm).map_err(|error| failed(&error))?;
    let mut module = Module::from_buffer(&wasm).map_err(|error| failed(&error))?;
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
                wanted.iter().any(|wanted| {
                    let arguments = name.strip_prefix(wanted);
                    arguments.is_some_and(|rest| rest.is_empty() || rest.starts_with("::<"))
                })
            })
            .map(walrus::Function::id)
            .collect()
    };
    let never = named(&module, NEVER);
    let (longer, shorter) = (named(&module, &[SHORTER.0]), named(&module, &[SHORTER.1]));
    if is_planner && never.is_empty() {
        return Err(failed(&"none of the functions to be cut was found"));
    }
    // What the functions call that are replaced here.
    let mut called: BTreeMap<usize, Option<FunctionId>> = BTreeMap::new();
    for id in never {
        called.insert(id.index(), None);
        replace(&mut module, id, |body, _| {
            body.unreachable();
        });
    }
    if let Some(shorter) = shorter.first() {
        for id in longer {
            called.insert(id.index(), Some(*shorter));
            replace(&mut module, id, |body, arguments| {
                for argument in arguments {
                    body.local_get(*argument);
                }
                body.call(*shorter);
            });
        }
    }
    for id in named(&module, SILENT) {
        let kind = module.types.get(module.funcs.get(id).ty());
        if (kind.params().len(), kind.results()) != (2, &[walrus::ValType::I32]) {
            return Err(failed(&"a function that prints has another signature"));
        }
        called.insert(id.index(), None);
        // Nothing went wrong.
        replace(&mut module, id, |body, _| {
            body.i32_const(0);
        });
    }
    for id in named(&module, &[NOWHERE]) {
        let kind = module.types.get(module.funcs.get(id).ty());
        if (kind.params().len(), kind.results().len()) != (2, 0) {
            return Err(failed(&format!("{NOWHERE} has another signature")));
        }
        let memory = module.get_memory_id().map_err(|error| failed(&error))?;
        called.insert(id.index(), None);
        replace(&mut module, id, |body, arguments| {
            for offset in (0..SPAN).step_by(8) {
                let at = MemArg {
                    align: 4,
                    offset: offset.into(),
                };
                body.local_get(arguments[0])
                    .i64_const(0)
                    .store(memory, StoreKind::I64 { atomic: false }, at);
            }
        });
    }
    let needed = notes.needed(&|function| {
        let callee = called.get(&(function as usize))?;
        Some(
            callee
                .iter()
                .filter_map(|id| u32::try_from(id.index()).ok())
                .collect(),
        )
    });
    notes
        .release(&mut module, &needed)
        .map_err(|error| failed(&error))?;
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
