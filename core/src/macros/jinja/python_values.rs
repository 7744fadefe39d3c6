//! Lists and dicts as templates know them from Python, and what they and texts may grow to.
//!
//! Lists and dicts can be changed in place (`{% do names.append('a') %}`) and dicts keep their order. What goes into
//! one is a copy that does not change: there are no cycles, and depth is known when a value is put somewhere. All
//! that is built counts against one budget, so that a few lines cannot fill the memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Enumerator, Kwargs, Object, ObjectRepr};
use minijinja::{Environment, Error, ErrorKind, State, Value};

/// What the error says when a template builds too much.
pub(super) const TOO_MUCH: &str = "the values are too large";
/// Bytes and items that a template may build and print altogether.
const BUDGET: usize = 128_000_000;
/// What an item counts for.
const ITEM: usize = 32;
/// Bytes of one text.
const LONGEST_TEXT: usize = 8_000_000;
/// Items of one list.
const LONGEST_LIST: usize = 200_000;
/// Entries of one dict, which is searched from its beginning.
const LARGEST_DICT: usize = 2_000;
/// Lists inside of lists.
const DEEPEST: usize = 64;

/// What is left to build and print.
#[derive(Debug)]
pub(super) struct Budget(AtomicUsize);

impl Budget {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicUsize::new(BUDGET)))
    }

    /// Takes from the budget.
    pub(super) fn spend(&self, amount: usize) -> Result<(), Error> {
        let left = self.0.load(Ordering::Relaxed);
        let rest = left.checked_sub(amount).ok_or_else(too_much)?;
        self.0.store(rest, Ordering::Relaxed);
        Ok(())
    }
}

fn too_much() -> Error {
    Error::new(ErrorKind::InvalidOperation, TOO_MUCH)
}

/// The functions that `prepare` puts into templates, and bounded forms of what could build too much in one step.
pub(super) fn install(jinja: &mut Environment<'_>, budget: &Arc<Budget>) {
    let counted = budget.clone();
    jinja.add_function("__printed", move |length: usize| {
        counted.spend(length).map(|()| Value::from(""))
    });
    let counted = budget.clone();
    jinja.add_function("__bounded", move |value: Value| bounded(value, &counted));
    let counted = budget.clone();
    jinja.add_function("__list", move |items: Value| list(items, &counted));
    let counted = budget.clone();
    jinja.add_function("__dict", move |items: Value| dict(items, &counted));
    let counted = budget.clone();
    jinja.add_filter("replace", move |text: String, from: String, to: String| {
        replace(&text, &from, &to, &counted)
    });
    let counted = budget.clone();
    jinja.add_filter("join", move |items: Value, between: Option<String>| {
        join(&items, &between.unwrap_or_default(), &counted)
    });
    let counted = budget.clone();
    jinja.add_filter(
        "indent",
        move |text: String, width: Option<usize>, first: Option<bool>, blank: Option<bool>, named: Kwargs| {
            indent(&text, (width, first, blank), &named, &counted)
        },
    );
    jinja.add_filter("batch", batch);
    jinja.add_filter("slice", slice);
}

fn indent(
    text: &str,
    (width, first, blank): (Option<usize>, Option<bool>, Option<bool>),
    named: &Kwargs,
    budget: &Budget,
) -> Result<String, Error> {
    let width = width.or(named.get("width")?).unwrap_or(4);
    let first = first.or(named.get("first")?).unwrap_or(false);
    let blank = blank.or(named.get("blank")?).unwrap_or(false);
    named.assert_all_used()?;
    let lines = text.split('\n').count();
    let added = lines.checked_mul(width).ok_or_else(too_much)?;
    budget.spend(added.saturating_add(text.len()))?;
    let space = " ".repeat(width);
    let mut out = String::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if (index > 0 || first) && (blank || !line.is_empty()) {
            out.push_str(&space);
        }
        out.push_str(line);
    }
    Ok(out)
}

/// The built-in filters fill the last group, however many items it should have.
fn batch(state: &State<'_, '_>, items: Value, count: usize, fill: Option<Value>) -> Result<Value, Error> {
    if count > LONGEST_LIST {
        return Err(too_much());
    }
    minijinja::filters::batch(state, items, count, fill)
}

fn slice(state: &State<'_, '_>, items: Value, count: usize, fill: Option<Value>) -> Result<Value, Error> {
    if count > LONGEST_LIST {
        return Err(too_much());
    }
    minijinja::filters::slice(state, items, count, fill)
}

/// A value that may be kept: short enough, shallow enough, and no computation that waits to be done.
fn bounded(value: Value, budget: &Arc<Budget>) -> Result<Value, Error> {
    if let Some(text) = value.as_str() {
        budget.spend(text.len())?;
        return if text.len() > LONGEST_TEXT {
            Err(too_much())
        } else {
            Ok(value)
        };
    }
    let Some(object) = value.as_object() else {
        return Ok(value);
    };
    let lazy = matches!(object.repr(), ObjectRepr::Seq | ObjectRepr::Iterable);
    if lazy && value.downcast_object_ref::<List>().is_none() {
        return list(value, budget);
    }
    measure(&value, 0, budget)?;
    Ok(value)
}

/// Refuses what is nested too deeply.
fn measure(value: &Value, depth: usize, budget: &Budget) -> Result<(), Error> {
    let Some(object) = value.as_object() else {
        return Ok(());
    };
    if depth > DEEPEST {
        return Err(too_much());
    }
    let is_map = match object.repr() {
        ObjectRepr::Map => true,
        ObjectRepr::Plain => return Ok(()),
        _ => false,
    };
    for item in value.try_iter()? {
        budget.spend(ITEM)?;
        let item = if is_map { value.get_item(&item)? } else { item };
        measure(&item, depth + 1, budget)?;
    }
    Ok(())
}

/// A list or dict for a place inside of another: it does not change any more.
fn kept(value: &Value, budget: &Budget) -> Result<Value, Error> {
    measure(value, 1, budget)?;
    if let Some(list) = value.downcast_object_ref::<List>().filter(|list| !list.fixed) {
        return Ok(Value::from_object(List::new(list.items(), true, &list.budget)));
    }
    if let Some(dict) = value.downcast_object_ref::<Dict>().filter(|dict| !dict.fixed) {
        return Ok(Value::from_object(Dict {
            entries: Mutex::new(dict.entries()),
            fixed: true,
            budget: dict.budget.clone(),
        }));
    }
    Ok(value.clone())
}

/// A list of the items.
pub(super) fn list(items: Value, budget: &Arc<Budget>) -> Result<Value, Error> {
    let mut kept_items = Vec::new();
    for item in items.try_iter()? {
        if kept_items.len() >= LONGEST_LIST {
            return Err(too_much());
        }
        budget.spend(ITEM)?;
        kept_items.push(kept(&item, budget)?);
    }
    Ok(Value::from_object(List::new(kept_items, false, budget)))
}

/// A dict of keys and values in turns.
pub(super) fn dict(items: Value, budget: &Arc<Budget>) -> Result<Value, Error> {
    let dict = Dict {
        entries: Mutex::default(),
        fixed: false,
        budget: budget.clone(),
    };
    let mut items = items.try_iter()?;
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        dict.put(key, &value)?;
    }
    Ok(Value::from_object(dict))
}

/// The filter and method `replace`.
pub(super) fn replace(text: &str, from: &str, to: &str, budget: &Budget) -> Result<Value, Error> {
    let grown = text.matches(from).count().checked_mul(to.len());
    let length = grown.and_then(|grown| grown.checked_add(text.len()));
    let length = length
        .filter(|length| *length <= LONGEST_TEXT)
        .ok_or_else(too_much)?;
    budget.spend(length)?;
    Ok(Value::from(text.replace(from, to)))
}

/// The filter and method `join`.
pub(super) fn join(items: &Value, between: &str, budget: &Budget) -> Result<Value, Error> {
    let mut joined = String::new();
    for (index, item) in items.try_iter()?.enumerate() {
        if index > 0 {
            joined.push_str(between);
        }
        joined.push_str(&super::python_text::to_text(&item)?);
        budget.spend(between.len())?;
        if joined.len() > LONGEST_TEXT {
            return Err(too_much());
        }
    }
    budget.spend(joined.len())?;
    Ok(Value::from(joined))
}

#[derive(Debug)]
struct List {
    items: Mutex<Vec<Value>>,
    fixed: bool,
    budget: Arc<Budget>,
}

impl List {
    fn new(items: Vec<Value>, fixed: bool, budget: &Arc<Budget>) -> Self {
        Self {
            items: Mutex::new(items),
            fixed,
            budget: budget.clone(),
        }
    }

    fn items(&self) -> Vec<Value> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The place of an index that may count from the end.
fn place(index: &Value, length: usize) -> Option<usize> {
    let index = index.as_i64()?;
    let index = if index < 0 { index + length as i64 } else { index };
    usize::try_from(index).ok()
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        items.get(key.as_usize()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.items())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.items.lock().unwrap_or_else(PoisonError::into_inner).len())
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        let unknown = || Error::from(ErrorKind::UnknownMethod);
        let changes = matches!(method, "append" | "extend" | "insert" | "pop" | "remove");
        if changes && self.fixed {
            return Err(Error::new(
                ErrorKind::InvalidOperation,
                format!("`{method}` on a list inside of another list or dict is not supported"),
            ));
        }
        let more = match (method, arguments) {
            ("append", [item]) | ("insert", [_, item]) => vec![kept(item, &self.budget)?],
            ("extend", [items]) => items
                .try_iter()?
                .map(|item| kept(&item, &self.budget))
                .collect::<Result<_, _>>()?,
            _ => Vec::new(),
        };
        self.budget.spend(more.len() * ITEM)?;
        let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        if items.len() + more.len() > LONGEST_LIST {
            return Err(too_much());
        }
        let find = |items: &[Value], item: &Value| items.iter().position(|found| found == item);
        let length = items.len();
        match (method, arguments) {
            ("append", [_]) | ("extend", [_]) => items.extend(more),
            ("insert", [index, _]) => {
                let at = place(index, length).unwrap_or(0).min(length);
                items.splice(at..at, more);
            }
            ("pop", _) => {
                let at = arguments
                    .first()
                    .map_or(length.checked_sub(1), |index| place(index, length));
                return match at.filter(|at| *at < length) {
                    Some(at) => Ok(items.remove(at)),
                    None => Err(Error::new(
                        ErrorKind::InvalidOperation,
                        "`pop` finds no such item",
                    )),
                };
            }
            ("remove" | "index", [item]) => {
                let Some(at) = find(&items, item) else {
                    let message = format!("`{method}` finds no such item");
                    return Err(Error::new(ErrorKind::InvalidOperation, message));
                };
                if method == "index" {
                    return Ok(Value::from(at));
                }
                items.remove(at);
            }
            ("count", [item]) => {
                return Ok(Value::from(items.iter().filter(|found| *found == item).count()));
            }
            _ => return Err(unknown()),
        }
        Ok(Value::from(()))
    }
}

#[derive(Debug)]
struct Dict {
    entries: Mutex<Vec<(Value, Value)>>,
    fixed: bool,
    budget: Arc<Budget>,
}

impl Dict {
    fn entries(&self) -> Vec<(Value, Value)> {
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn put(&self, key: Value, value: &Value) -> Result<(), Error> {
        self.budget.spend(ITEM)?;
        let value = kept(value, &self.budget)?;
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = entries.iter_mut().find(|(found, _)| *found == key) {
            *found = value;
        } else if entries.len() < LARGEST_DICT {
            entries.push((key, value));
        } else {
            return Err(too_much());
        }
        Ok(())
    }
}

impl Object for Dict {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let found = entries.iter().find(|(found, _)| found == key);
        found.map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.entries().into_iter().map(|(key, _)| key).collect())
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        if matches!(method, "update" | "setdefault" | "pop") && self.fixed {
            return Err(Error::new(
                ErrorKind::InvalidOperation,
                format!("`{method}` on a dict inside of another list or dict is not supported"),
            ));
        }
        match (method, arguments) {
            ("update", _) => {
                for other in arguments {
                    for key in other.try_iter()? {
                        let value = other.get_item(&key)?;
                        self.put(key, &value)?;
                    }
                }
                Ok(Value::from(()))
            }
            ("setdefault", [key, rest @ ..]) => {
                if let Some(found) = self.get_value(key) {
                    return Ok(found);
                }
                let value = rest.first().cloned().unwrap_or(Value::from(()));
                self.put(key.clone(), &value)?;
                Ok(value)
            }
            ("pop", [key, rest @ ..]) => {
                let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
                match entries.iter().position(|(found, _)| found == key) {
                    Some(at) => Ok(entries.remove(at).1),
                    None => Ok(rest.first().cloned().unwrap_or(Value::from(()))),
                }
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}
