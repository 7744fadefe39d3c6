//! Empties entries of the function table that nothing asks for any more.
//!
//! Whoever passes a function along holds its place in the table: a number in code or in data. When code was cut, the
//! functions that only it passed along are still in the table, and everything that they call stays with them. The
//! linker is told to begin the table at a high number (`TABLE_BASE`), so that its places can be told from other
//! numbers: one that stands neither in code that is reached nor anywhere in data is never asked for. A number that
//! is no place but looks like one only keeps a function alive.

use std::collections::{BTreeMap, BTreeSet};

use walrus::ir::{Call, Const, RefFunc, ReturnCall, Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, Module,
};

/// The first place in the table of functions.
pub const TABLE_BASE: u32 = 20_000;

/// Lets go of functions that are in the table and cannot be asked for; the collector takes them afterwards.
///
/// # Errors
/// When the table does not begin where it should, or holds more than plain functions.
pub fn release(module: &mut Module) -> Result<(), String> {
    let places = places(module)?;
    let mut asked: BTreeSet<u32> = BTreeSet::new();
    for data in module.data.iter() {
        let words = data.value.windows(4).map(|word| {
            word.iter()
                .rev()
                .fold(0, |number, byte| number << 8 | u32::from(*byte))
        });
        asked.extend(words.filter(|word| places.contains_key(word)));
    }
    let mut reached: BTreeSet<FunctionId> = BTreeSet::new();
    let mut left: Vec<FunctionId> = asked
        .iter()
        .filter_map(|place| places.get(place).copied())
        .collect();
    left.extend(module.start);
    left.extend(module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(id) => Some(id),
        _ => None,
    }));
    left.extend(module.globals.iter().filter_map(|global| match &global.kind {
        walrus::GlobalKind::Local(ConstExpr::RefFunc(id)) => Some(*id),
        _ => None,
    }));
    while let Some(id) = left.pop() {
        if !reached.insert(id) {
            continue;
        }
        if let FunctionKind::Local(function) = &module.funcs.get(id).kind {
            let mut uses = Uses::default();
            dfs_in_order(&mut uses, function, function.entry_block());
            left.extend(uses.functions);
            for number in uses.numbers {
                if let Some(function) = places.get(&number) {
                    asked.insert(number);
                    left.push(*function);
                }
            }
        }
    }

    let mut empty = FunctionBuilder::new(&mut module.types, &[], &[]);
    empty.func_body().unreachable();
    let empty = empty.finish(Vec::new(), &mut module.funcs);
    for element in module.elements.iter_mut() {
        if let ElementItems::Functions(functions) = &mut element.items {
            for (place, function) in (TABLE_BASE..).zip(functions) {
                if !asked.contains(&place) {
                    *function = empty;
                }
            }
        }
    }
    Ok(())
}

/// All places of the table.
fn places(module: &Module) -> Result<BTreeMap<u32, FunctionId>, String> {
    let mut places = BTreeMap::new();
    for element in module.elements.iter() {
        let ElementKind::Active {
            offset: ConstExpr::Value(Value::I32(start)),
            ..
        } = &element.kind
        else {
            return Err("a part of the function table has no fixed place".to_string());
        };
        let ElementItems::Functions(functions) = &element.items else {
            return Err("the function table holds more than functions".to_string());
        };
        if u32::try_from(*start) != Ok(TABLE_BASE) {
            return Err(format!(
                "the function table begins at {start}, not at {TABLE_BASE}"
            ));
        }
        places.extend((TABLE_BASE..).zip(functions.iter().copied()));
    }
    Ok(places)
}

/// What one function calls, and the numbers in it.
#[derive(Default)]
struct Uses {
    functions: Vec<FunctionId>,
    numbers: Vec<u32>,
}

impl Visitor<'_> for Uses {
    fn visit_const(&mut self, instruction: &Const) {
        match instruction.value {
            Value::I32(number) => self.numbers.push(number.cast_unsigned()),
            // Two numbers that are written at once.
            Value::I64(pair) => {
                let pair = pair.cast_unsigned();
                self.numbers.push((pair & u64::from(u32::MAX)) as u32);
                self.numbers.push((pair >> 32) as u32);
            }
            _ => {}
        }
    }

    fn visit_call(&mut self, instruction: &Call) {
        self.functions.push(instruction.func);
    }

    fn visit_return_call(&mut self, instruction: &ReturnCall) {
        self.functions.push(instruction.func);
    }

    fn visit_ref_func(&mut self, instruction: &RefFunc) {
        self.functions.push(instruction.func);
    }
}
