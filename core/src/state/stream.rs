//! A state read piece by piece: the text is never whole in memory.
//!
//! In: anything that gives bytes. Out: a `StateFile`, or a diagnostic that names the section and the entry at
//! which reading stopped. Only as much text is held as the largest single snapshot or environment has.

use std::io;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::json;
use crate::source::Location;

use super::environment::EnvironmentEntry;
use super::file::{FILE_VERSION, HOW_TO_EXPORT, Metadata, SECTIONS, StateFile, Versions};

/// Bytes asked for at once.
const CHUNK: usize = 1 << 16;

impl StateFile {
    /// Reads an export from a stream. `path` only serves messages.
    ///
    /// # Errors
    /// As [`StateFile::parse`], with less precise places: the text is not there any more.
    pub fn read(path: &str, reader: &mut dyn io::Read) -> Result<Self, Box<Diagnostic>> {
        let mut stream = Stream {
            reader,
            buffer: String::new(),
            start: 0,
            bytes: Vec::new(),
            held: 0,
            consumed: 0,
            at_end: false,
            place: String::new(),
        };
        let state = stream
            .state()
            .map_err(|problem| Box::new(problem.into_diagnostic(path, &stream)))?;
        if state.metadata.file_version == FILE_VERSION {
            Ok(state)
        } else {
            Err(Box::new(super::file::other_version(
                path,
                "",
                &state.metadata.file_version,
            )))
        }
    }
}

/// Why reading stopped.
enum Problem {
    Io(io::Error),
    NotText,
    Json(json::Problem),
    Expected(&'static str),
    Missing(Vec<&'static str>),
}

impl Problem {
    fn into_diagnostic(self, path: &str, stream: &Stream<'_>) -> Diagnostic {
        let place = match stream.place.as_str() {
            "" => String::new(),
            place => format!(" in `{place}`"),
        };
        let truncated = || {
            Diagnostic::error("state/truncated", format!("the state file ends too early{place}"))
                .help("it was probably not copied or downloaded completely: export or copy it again")
        };
        let problem = match self {
            Self::Io(error) => Diagnostic::error(
                "state/unreadable",
                format!("the state file cannot be read: {error}"),
            ),
            Self::NotText => Diagnostic::error(
                "state/not-json",
                format!("the state file is not text in UTF-8{place}"),
            ),
            Self::Json(json::Problem::Json(error)) if error.is_eof() => truncated(),
            Self::Expected(_) if stream.rest().is_empty() => truncated(),
            Self::Json(json::Problem::Shape(message, _)) => Diagnostic::error(
                "state/unexpected-value",
                format!("the state file{place}: {message}"),
            ),
            Self::Json(problem) => Diagnostic::error(
                "state/not-json",
                format!("the state file is not valid JSON{place}: {}", cause(&problem)),
            ),
            Self::Expected(what) => Diagnostic::error(
                "state/not-json",
                format!("the state file is not valid JSON{place}: expected {what}"),
            ),
            Self::Missing(sections) => Diagnostic::error(
                "state/missing-section",
                format!("the state file lacks {}", sections.join(", ")),
            ),
        };
        let byte = stream.consumed + stream.start;
        problem
            .at(Location::file(path), format!("near byte {byte}"))
            .help(HOW_TO_EXPORT)
    }
}

/// Why a text is not JSON.
fn cause(problem: &json::Problem) -> String {
    match problem {
        json::Problem::Json(error) => error.to_string(),
        json::Problem::Deep(_) => "recursion limit exceeded".to_string(),
        json::Problem::Shape(message, _) => message.clone(),
    }
}

struct Stream<'r> {
    reader: &'r mut dyn io::Read,
    /// What was read and not understood yet begins at `start`.
    buffer: String,
    start: usize,
    /// What was read last; between two readings, it begins with the first bytes of a character, as many as are `held`.
    bytes: Vec<u8>,
    held: usize,
    /// Bytes that are not in the buffer any more.
    consumed: usize,
    at_end: bool,
    /// Section and entry that are being read.
    place: String,
}

impl Stream<'_> {
    fn state(&mut self) -> Result<StateFile, Problem> {
        self.fill()?;
        if self.rest().starts_with("\u{feff}".as_bytes()) {
            self.start += 3;
        }
        let mut metadata: Option<Metadata> = None;
        let mut versions: Option<Versions> = None;
        let mut snapshots = None;
        let mut environments = None;
        let mut extra = Map::new();
        let mut first = true;
        self.expect(b'{', "a `{`")?;
        while self.goes_on(b'}', &mut first)? {
            let key: String = self.key()?;
            self.place.clone_from(&key);
            match key.as_str() {
                "metadata" => metadata = Some(self.value()?),
                "versions" => versions = Some(self.value()?),
                "snapshots" => {
                    let mut all = Vec::new();
                    let mut first = true;
                    self.expect(b'[', "a `[`")?;
                    while self.goes_on(b']', &mut first)? {
                        self.place = format!("snapshots[{}]", all.len());
                        all.push(self.value()?);
                    }
                    snapshots = Some(all);
                }
                "environments" => {
                    let mut all = crate::ordered::IndexMap::new();
                    let mut first = true;
                    self.expect(b'{', "a `{`")?;
                    while self.goes_on(b'}', &mut first)? {
                        let name: String = self.key()?;
                        self.place = format!("environments.{name}");
                        let entry: EnvironmentEntry = self.value()?;
                        all.insert(name, entry);
                    }
                    environments = Some(all);
                }
                _ => {
                    extra.insert(key, self.value::<Value>()?);
                }
            }
            self.place.clear();
        }
        self.skip_space()?;
        if !self.rest().is_empty() {
            return Err(Problem::Expected("nothing more"));
        }
        match (metadata, versions, snapshots, environments) {
            (Some(metadata), Some(versions), Some(snapshots), Some(environments)) => Ok(StateFile {
                metadata,
                versions,
                snapshots,
                environments,
                extra: extra.into(),
            }),
            (metadata, versions, snapshots, environments) => {
                let there = [
                    metadata.is_some(),
                    versions.is_some(),
                    snapshots.is_some(),
                    environments.is_some(),
                ];
                let missing = SECTIONS.into_iter().zip(there).filter(|(_, there)| !there);
                Err(Problem::Missing(missing.map(|(section, _)| section).collect()))
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.text().as_bytes()
    }

    fn text(&self) -> &str {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Reads more; what was understood makes room first.
    fn fill(&mut self) -> Result<(), Problem> {
        self.buffer.drain(..self.start);
        self.consumed += self.start;
        self.start = 0;
        let mut end = self.held;
        // Large values are tried again only after as much was read as is there.
        let target = end + CHUNK.max(self.buffer.len());
        if self.bytes.len() < target {
            self.bytes.resize(target, 0);
        }
        while end < target {
            match self.reader.read(&mut self.bytes[end..target]) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(count) => end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.held = 0;
                    return Err(Problem::Io(error));
                }
            }
        }
        let read = self.bytes.get(..end).unwrap_or_default();
        let (text, left) = match std::str::from_utf8(read) {
            Ok(text) => (text, 0),
            // A character that is not there as a whole.
            Err(error) if error.error_len().is_none() && !self.at_end => {
                let (text, left) = read.split_at(error.valid_up_to());
                (std::str::from_utf8(text).unwrap_or_default(), left.len())
            }
            Err(_) => return Err(Problem::NotText),
        };
        self.buffer.push_str(text);
        self.bytes.copy_within(end - left..end, 0);
        self.held = left;
        Ok(())
    }

    /// Moves to the next byte that means something.
    fn skip_space(&mut self) -> Result<(), Problem> {
        loop {
            let space = self.rest().iter().take_while(|byte| byte.is_ascii_whitespace());
            self.start += space.count();
            if self.start < self.buffer.len() || self.at_end {
                return Ok(());
            }
            self.fill()?;
        }
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Problem> {
        self.skip_space()?;
        if self.rest().first() != Some(&byte) {
            return Err(Problem::Expected(what));
        }
        self.start += 1;
        Ok(())
    }

    /// Whether a list or object has another entry; passes over its comma, or over the closing byte.
    fn goes_on(&mut self, close: u8, first: &mut bool) -> Result<bool, Problem> {
        self.skip_space()?;
        let next = self.rest().first().copied();
        if next == Some(close) {
            self.start += 1;
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.expect(b',', "a comma or the end of the list")?;
            self.skip_space()?;
        }
        Ok(true)
    }

    fn key(&mut self) -> Result<String, Problem> {
        let key = self.value()?;
        self.expect(b':', "a `:`")?;
        Ok(key)
    }

    /// The value that begins here.
    fn value<T: DeserializeOwned>(&mut self) -> Result<T, Problem> {
        self.skip_space()?;
        if !matches!(self.rest().first(), Some(b'{' | b'[' | b'"')) {
            return self.word();
        }
        loop {
            let text = self.text();
            match json::from_start(text) {
                Ok((value, length)) => {
                    self.start += length;
                    return Ok(value);
                }
                Err(error) if error.near_end(text) && !self.at_end => {}
                Err(error) => return Err(Problem::Json(error.explain_start(text))),
            }
            self.fill()?;
        }
    }

    /// A number or a word: only what follows shows where it ends.
    fn word<T: DeserializeOwned>(&mut self) -> Result<T, Problem> {
        loop {
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
            let end = self.rest().iter().position(ends);
            if end.is_none() && !self.at_end {
                self.fill()?;
                continue;
            }
            let end = end.unwrap_or(self.rest().len());
            let text = self.text().get(..end).unwrap_or_default();
            let value = json::from_str(text).map_err(|error| Problem::Json(error.explain(text)))?;
            self.start += end;
            return Ok(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"metadata": {"timestamp": "t", "file_version": 1, "importable": true},
"versions": {"schema_version": 102, "sqlglot_version": "30.8.0", "sqlmesh_version": "0.236.4"}, "mood": 7,
"snapshots": [], "environments": {"prod": {"environment":
{"name": "prod", "start_at": "2024-01-01", "plan_id": "1", "snapshots": []}, "statements": []}}}"#;

    /// Gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl io::Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            into[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn a_stream_is_read_as_its_text_is() {
        let whole = StateFile::parse("state.json", TEXT).unwrap();
        assert_eq!(
            StateFile::read("state.json", &mut Slow(TEXT.as_bytes())).unwrap(),
            whole
        );
        let marked = format!("\u{feff}{TEXT}  \n");
        assert_eq!(
            StateFile::read("state.json", &mut marked.as_bytes()).unwrap(),
            whole
        );
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let mut bytes = TEXT.replace("\"t\"", "\"ü💡\"").into_bytes();
        assert!(StateFile::read("state.json", &mut Slow(&bytes)).is_ok());
        bytes[60] = 0xff;
        let problem = StateFile::read("state.json", &mut bytes.as_slice()).unwrap_err();
        assert_eq!(problem.code, "state/not-json", "{problem:?}");
    }

    #[test]
    fn every_beginning_of_a_text_is_refused() {
        for end in 0..TEXT.len() {
            let Some(part) = TEXT.get(..end) else { continue };
            let problem = StateFile::read("state.json", &mut part.as_bytes()).unwrap_err();
            assert_eq!(problem.code, "state/truncated", "{end}: {problem:?}");
        }
    }

    #[test]
    fn what_follows_is_refused_as_is_what_lacks() {
        let code = |text: &str| {
            StateFile::read("state.json", &mut text.as_bytes())
                .unwrap_err()
                .code
        };
        assert_eq!(code(&format!("{TEXT}]")), "state/not-json");
        assert_eq!(code("{\"metadata\": 1}"), "state/unexpected-value");
        assert_eq!(code("{\"a\": 1}"), "state/missing-section");
        assert_eq!(code("[]"), "state/not-json");
        assert_eq!(
            code(&TEXT.replace("_version\": 1,", "_version\": 2,")),
            "state/file-version"
        );
    }
}
