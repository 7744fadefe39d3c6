//! Files from the browser: pickers, dropped folders, the sample in the page.
//!
//! Out: parcels, paths with handles. Nothing is read here; the worker does that.

use gloo::utils::document;
use js_sys::{Array, Function, Promise, Reflect};
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

use crate::folder::wanted;
use crate::post::Parcel;

/// Most files that a dropped folder may have: beyond that it is no project.
const MOST_FILES: usize = 50_000;

fn worth_reading(path: &str) -> bool {
    wanted(path) || (!path.contains('/') && path.to_ascii_lowercase().ends_with(".zip"))
}

/// Files of a picker. Those of a folder picker know their path.
pub fn from_list(list: &FileList) -> Vec<Parcel> {
    (0..list.length())
        .filter_map(|index| list.get(index))
        .filter_map(|file| {
            let inside = Reflect::get(&file, &"webkitRelativePath".into())
                .ok()
                .and_then(|path| path.as_string());
            let path = inside
                .filter(|path| !path.is_empty())
                .unwrap_or_else(|| file.name());
            worth_reading(&path).then(|| Parcel {
                path,
                blob: file.into(),
            })
        })
        .collect()
}

/// Entries of a drop. They must be taken before the drop event ends; folders are read later.
pub fn entries(transfer: &DataTransfer) -> Vec<FileSystemEntry> {
    let items = transfer.items();
    (0..items.length())
        .filter_map(|index| items.get(index))
        .filter_map(|item| item.webkit_get_as_entry().ok().flatten())
        .collect()
}

/// All files below dropped entries that a project can use.
///
/// # Errors
/// A sentence when a folder cannot be read or holds too much.
pub async fn from_entries(entries: Vec<FileSystemEntry>) -> Result<Vec<Parcel>, String> {
    let mut parcels = Vec::new();
    let mut left = entries;
    while let Some(entry) = left.pop() {
        let path = entry.full_path().trim_start_matches('/').to_string();
        if entry.is_directory() {
            // A file of this name in that folder: asks whether the folder is worth a look.
            if wanted(&format!("{path}/a.sql")) {
                left.extend(children(&entry, &path).await?);
            }
        } else if worth_reading(&path) {
            if parcels.len() == MOST_FILES {
                return Err(format!(
                    "the folder holds more than {MOST_FILES} files; choose the project's folder"
                ));
            }
            parcels.push(Parcel {
                blob: file_of(&entry, &path).await?.into(),
                path,
            });
        }
    }
    Ok(parcels)
}

async fn children(entry: &FileSystemEntry, path: &str) -> Result<Vec<FileSystemEntry>, String> {
    let folder: &FileSystemDirectoryEntry = entry.unchecked_ref();
    let reader: FileSystemDirectoryReader = folder.create_reader();
    let mut found = Vec::new();
    loop {
        // A browser hands out some entries at a time until there are none left.
        let batch =
            called_back(|resolve, reject| reader.read_entries_with_callback_and_callback(resolve, reject));
        let batch = batch
            .await
            .map_err(|()| format!("the folder {path} cannot be read"))?;
        let batch: Array = batch.unchecked_into();
        if batch.length() == 0 {
            return Ok(found);
        }
        found.extend(batch.iter().map(JsValue::unchecked_into));
    }
}

async fn file_of(entry: &FileSystemEntry, path: &str) -> Result<File, String> {
    let entry: &FileSystemFileEntry = entry.unchecked_ref();
    let file = called_back(|resolve, reject| {
        entry.file_with_callback_and_callback(resolve, reject);
        Ok(())
    });
    file.await
        .map(JsValue::unchecked_into)
        .map_err(|()| format!("the file {path} cannot be read"))
}

/// Turns a call with two callbacks into a future.
async fn called_back(call: impl Fn(&Function, &Function) -> Result<(), JsValue>) -> Result<JsValue, ()> {
    let promise = Promise::new(&mut |resolve, reject| {
        if call(&resolve, &reject).is_err() {
            let _ = reject.call0(&JsValue::NULL);
        }
    });
    JsFuture::from(promise).await.map_err(|_| ())
}

/// The sample that the build put into the page.
#[derive(Debug, Deserialize)]
pub struct Sample {
    /// Name of its folder.
    pub name: String,
    /// Environment to plan.
    pub environment: String,
    /// Path inside of the folder → text.
    files: std::collections::BTreeMap<String, String>,
}

impl Sample {
    /// The sample, if the page has one.
    pub fn in_page() -> Option<Self> {
        let text = document().get_element_by_id("sample")?.text_content()?;
        serde_json::from_str(&text)
            .ok()
            .filter(|sample: &Self| !sample.files.is_empty())
    }

    /// Its files, as if they had been dropped.
    pub fn parcels(&self) -> Vec<Parcel> {
        self.files
            .iter()
            .filter_map(|(path, text)| Parcel::of_text(&format!("{}/{path}", self.name), text))
            .collect()
    }
}
