//! Finds what a wasm needs of its functions, of its function table and of its data.
//!
//! Whoever passes a function along holds its place in the table: a number in code or in data. So with texts and tables:
//! their addresses are numbers. When code was cut, what only it named is still there. The linker is told to keep its
//! notes (`--emit-relocs`) on which number in code and data is the place of what, and what no note of anything needed
//! leads to is let go of.

use std::collections::BTreeSet;
use std::ops::Range;

use walrus::{ElementItems, FunctionBuilder, Module};
use wasmparser::{
    ExternalKind, KnownCustom, Linking, Parser, Payload, RelocationEntry, RelocationType, SymbolInfo, TypeRef,
};

/// Sections that the linker leaves behind and nobody else wants.
const NOTES: [&str; 3] = ["linking", "reloc.CODE", "reloc.DATA"];

/// What one place of the linker's notes is the place of.
#[derive(Clone, Copy)]
enum Symbol {
    Function(u32),
    /// A range of the file.
    Data(usize, usize),
    Other,
}

/// A file with its notes.
#[derive(Default)]
pub struct Notes {
    imported: u32,
    roots: Vec<u32>,
    /// Where the bodies of functions are in the file.
    bodies: Vec<Range<usize>>,
    /// Where the contents of data segments are.
    segments: Vec<Range<usize>>,
    symbols: Vec<Symbol>,
    /// Places in the file with the symbol they name, in order.
    places: Vec<(usize, RelocationType, u32)>,
}

/// What is needed.
#[derive(Default)]
pub struct Needed {
    functions: BTreeSet<u32>,
    tabled: BTreeSet<u32>,
    data: BTreeSet<(usize, usize)>,
}

impl Notes {
    /// Reads the notes of a linked file.
    ///
    /// # Errors
    /// When it is no wasm, or the linker left no notes.
    pub fn read(wasm: &[u8]) -> Result<Self, String> {
        let said = |error: wasmparser::BinaryReaderError| error.to_string();
        let mut notes = Self::default();
        let (mut code, mut data) = (0, 0);
        let mut relocations: Vec<(bool, RelocationEntry)> = Vec::new();
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.map_err(said)? {
                Payload::ImportSection(reader) => {
                    for import in reader.into_imports() {
                        let import = import.map_err(said)?;
                        notes.imported += u32::from(matches!(import.ty, TypeRef::Func(_)));
                    }
                }
                Payload::ExportSection(reader) => {
                    for export in reader {
                        let export = export.map_err(said)?;
                        notes
                            .roots
                            .extend((export.kind == ExternalKind::Func).then_some(export.index));
                    }
                }
                Payload::StartSection { func, .. } => notes.roots.push(func),
                Payload::CodeSectionStart { range, .. } => code = range.start,
                Payload::CodeSectionEntry(body) => notes.bodies.push(body.range()),
                Payload::DataSection(reader) => {
                    data = reader.range().start;
                    for segment in reader {
                        let segment = segment.map_err(said)?;
                        let end = segment.range.end;
                        notes.segments.push(end - segment.data.len()..end);
                    }
                }
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Linking(reader) => {
                        for part in reader.subsections() {
                            if let Linking::SymbolTable(symbols) = part.map_err(said)? {
                                for symbol in symbols {
                                    names.push(symbol.map_err(said)?);
                                }
                            }
                        }
                    }
                    KnownCustom::Reloc(reader) => {
                        let is_code = section.name() == "reloc.CODE";
                        for entry in reader.entries() {
                            relocations.push((is_code, entry.map_err(said)?));
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        if names.is_empty() || relocations.is_empty() {
            return Err("the linker left no notes".to_string());
        }
        notes.symbols = names.iter().map(|name| notes.symbol(name)).collect();
        for (is_code, entry) in relocations {
            let section = if is_code { code } else { data };
            let at = section + usize::try_from(entry.offset).map_err(|error| error.to_string())?;
            notes.places.push((at, entry.ty, entry.index));
        }
        notes.places.sort_unstable_by_key(|(at, ..)| *at);
        Ok(notes)
    }

    fn symbol(&self, symbol: &SymbolInfo<'_>) -> Symbol {
        match symbol {
            SymbolInfo::Func { index, .. } => Symbol::Function(*index),
            SymbolInfo::Data {
                symbol: Some(symbol), ..
            } => match self.segments.get(symbol.index as usize) {
                Some(segment) => {
                    let start = segment.start + symbol.offset as usize;
                    Symbol::Data(start, start + symbol.size as usize)
                }
                None => Symbol::Other,
            },
            _ => Symbol::Other,
        }
    }

    /// What is needed when the functions that `instead` knows do nothing but call what it says.
    pub fn needed(&self, instead: &dyn Fn(u32) -> Option<Vec<u32>>) -> Needed {
        let mut needed = Needed::default();
        let mut functions = self.roots.clone();
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        loop {
            if let Some(function) = functions.pop() {
                if !needed.functions.insert(function) {
                    continue;
                }
                if let Some(called) = instead(function) {
                    functions.extend(called);
                    continue;
                }
                let own = function.checked_sub(self.imported);
                let Some(body) = own.and_then(|own| self.bodies.get(own as usize)) else {
                    continue;
                };
                self.follow(body.start, body.end, &mut functions, &mut ranges, &mut needed);
            } else if let Some((start, end)) = ranges.pop() {
                if needed.data.insert((start, end)) {
                    self.follow(start, end, &mut functions, &mut ranges, &mut needed);
                }
            } else {
                return needed;
            }
        }
    }

    /// Follows all notes about a range of the file.
    fn follow(
        &self,
        start: usize,
        end: usize,
        functions: &mut Vec<u32>,
        ranges: &mut Vec<(usize, usize)>,
        needed: &mut Needed,
    ) {
        let first = self.places.partition_point(|(at, ..)| *at < start);
        let notes = self.places[first..].iter().take_while(|(at, ..)| *at < end);
        for (_, kind, symbol) in notes {
            // Types of functions are numbered apart from symbols.
            if *kind == RelocationType::TypeIndexLeb {
                continue;
            }
            match self.symbols.get(*symbol as usize) {
                Some(Symbol::Function(function)) => {
                    functions.push(*function);
                    if matches!(
                        kind,
                        RelocationType::TableIndexSleb | RelocationType::TableIndexI32
                    ) {
                        needed.tabled.insert(*function);
                    }
                }
                Some(Symbol::Data(start, end)) => ranges.push((*start, *end)),
                Some(Symbol::Other) | None => {}
            }
        }
    }

    /// Lets go of what is not needed: entries of the function table, and data, which becomes zero. The collector takes
    /// the functions afterwards. Indices have to be those of the file.
    ///
    /// # Errors
    /// When the module is not that of the file.
    pub fn release(&self, module: &mut Module, needed: &Needed) -> Result<(), String> {
        let mut empty = FunctionBuilder::new(&mut module.types, &[], &[]);
        empty.func_body().unreachable();
        let empty = empty.finish(Vec::new(), &mut module.funcs);
        for element in module.elements.iter_mut() {
            let ElementItems::Functions(functions) = &mut element.items else {
                return Err("the function table holds more than functions".to_string());
            };
            for function in functions {
                let index = u32::try_from(function.index()).map_err(|error| error.to_string())?;
                if !needed.tabled.contains(&index) {
                    *function = empty;
                }
            }
        }
        let data: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
        for (id, segment) in data.into_iter().zip(&self.segments) {
            let data = module.data.get_mut(id);
            if data.value.len() != segment.len() {
                return Err("the data are not those of the file".to_string());
            }
            let mut kept = vec![false; segment.len()];
            for (start, end) in needed.data.range((segment.start, 0)..(segment.end, 0)) {
                kept[start - segment.start..(end - segment.start).min(segment.len())].fill(true);
            }
            for (byte, kept) in data.value.iter_mut().zip(kept) {
                *byte = if kept { *byte } else { 0 };
            }
        }
        for name in NOTES {
            module.customs.remove_raw(name);
        }
        Ok(())
    }
}
