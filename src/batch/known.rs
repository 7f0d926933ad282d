//! Files that a runs table holds unchanged. They are not read again.
//!
//! A table that a whole batch wrote keeps the size and the time of change of each file, with the
//! numbers of its rows and of its members that are no activities. It also keeps what the rows
//! depend on besides: the program's version, the profile and the indexes of services. If any of
//! these differs, or rows are missing, every file is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use crate::history::Entry;
use crate::ingest::Source;

/// The size of a file and when it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileState {
    bytes: u64,
    /// Nanoseconds since 1970.
    changed_ns: u128,
}

impl FileState {
    /// Asks the system; `None` if it does not tell, or the file is no regular one.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let about = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        let changed_ns = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        Some(Self { bytes: about.len(), changed_ns })
    }
}

/// A file whose runs a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KnownFile {
    pub state: FileState,
    /// The number of its rows.
    pub rows: usize,
    /// The number of its members that are no activities; 1 for a file that is none.
    pub skipped: usize,
}

/// The files that the tables of a batch hold.
#[derive(Debug, Default)]
pub(super) struct KnownFiles {
    files: BTreeMap<PathBuf, KnownFile>,
    /// The number of rows of each path in all tables.
    rows: BTreeMap<Arc<Path>, usize>,
}

impl KnownFiles {
    /// Adds the rows of a table, and its files by the text that [`text`] made. None of these is
    /// known if the text was written with other settings.
    pub(super) fn add(&mut self, entries: &[Entry], text: Option<&str>, settings: &str) {
        for entry in entries {
            *self.rows.entry(Arc::clone(&entry.path)).or_default() += 1;
        }
        let file = |line: &str| {
            let mut words = line.splitn(5, ' ');
            let mut number = || words.next()?.parse::<u128>().ok();
            let (rows, skipped) = (usize::try_from(number()?).ok()?, usize::try_from(number()?).ok()?);
            let state = FileState { bytes: u64::try_from(number()?).ok()?, changed_ns: number()? };
            Some((PathBuf::from(words.next()?), KnownFile { state, rows, skipped }))
        };
        let files = text.and_then(|text| text.strip_prefix(settings)).unwrap_or_default();
        self.files.extend(files.lines().filter_map(file));
    }

    /// Returns whether a file is the same as when its rows were written. Another engine may have
    /// left out some of them, and another table may have older ones.
    fn is_unchanged(&self, path: &Path, known: &KnownFile) -> bool {
        let rows = self.rows.get(path).copied().unwrap_or(0);
        rows == known.rows && FileState::of(path) == Some(known.state)
    }

    /// Takes the sources that are unchanged out of some, with what is known of each. Returns them,
    /// and how many files and members that are no activities will be counted again.
    pub(super) fn take_unchanged(&self, sources: &mut Vec<Source>) -> (Vec<(PathBuf, KnownFile)>, usize) {
        let (mut unchanged, mut counted_again) = (Vec::new(), 0);
        sources.retain(|source| {
            let is_whole = source.parts.is_empty();
            let Some(known) = self.files.get(&source.path).filter(|_| is_whole) else { return true };
            // A file that was named has a row, even if it is no activity.
            let has_row = known.rows > 0 || !source.named;
            if has_row && self.is_unchanged(&source.path, known) {
                unchanged.push((source.path.clone(), *known));
                return false;
            }
            counted_again += known.skipped;
            true
        });
        (unchanged, counted_again)
    }
}

/// Returns whether a file is looked at before the others, as a table that may hold them.
pub(super) fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"))
}

/// Returns what the rows of a batch depend on besides its files: the version, the profile, and the
/// indexes of services. `None` if the system does not tell.
pub(super) fn settings(profile: Option<&Path>, indexes: &BTreeSet<PathBuf>) -> Option<String> {
    let mut text = format!("firstmile {}\n", env!("CARGO_PKG_VERSION"));
    for path in profile.into_iter().chain(indexes.iter().map(PathBuf::as_path)) {
        let FileState { bytes, changed_ns } = FileState::of(path)?;
        let _ = writeln!(text, "{bytes} {changed_ns} {}", line(path)?);
    }
    text.push('\n');
    Some(text)
}

/// Returns the text that a table keeps of its files: the settings, and a line for each file.
pub(super) fn text(settings: String, files: impl Iterator<Item = (PathBuf, KnownFile)>) -> String {
    let mut text = settings;
    for (path, file) in files {
        let KnownFile { state: FileState { bytes, changed_ns }, rows, skipped } = file;
        let _ = line(&path).map(|path| writeln!(text, "{rows} {skipped} {bytes} {changed_ns} {path}"));
    }
    text
}

/// Returns a path that can stand in a line.
fn line(path: &Path) -> Option<&str> {
    path.to_str().filter(|path| !path.contains(['\n', '\r']))
}
