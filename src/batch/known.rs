//! A runs table that stands for the files beside it, so that these are not read.
//!
//! A table that a whole batch wrote keeps the size and the time of change of each file, with the
//! number of its rows. It also keeps what the rows depend on besides: the program's version, the
//! profile and the indexes of services. It stands for the files if all of this is still so, and no
//! file was added or removed. Otherwise every file is read, not only those that changed: whether a
//! new run is a race, or a duplicate, is told by places, which a table does not keep.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::PieceResult;
use crate::history::{Entry, Outcome};
use crate::ingest::archive::Visited;
use crate::ingest::{FailureKind, Source};

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
}

/// Returns whether the rows of a table are what reading some files would give. `text` is what the
/// table keeps of its files.
pub(super) fn stands_for(text: &str, settings: &str, entries: &[Entry], sources: &[Source]) -> bool {
    let Some(lines) = text.strip_prefix(settings) else { return false };
    let known: BTreeMap<&Path, KnownFile> = lines.lines().filter_map(parsed).collect();
    // Another engine may have left out some rows.
    let mut rows: BTreeMap<&Path, usize> = BTreeMap::new();
    for entry in entries {
        *rows.entry(&entry.path).or_default() += 1;
    }
    let is_known = |source: &Source| {
        known.get(&*source.path).is_some_and(|known| {
            // A file that was named has a row, even if it is no activity.
            let has_row = known.rows > 0 || !source.named;
            let is_whole = known.rows == rows.get(&*source.path).copied().unwrap_or(0);
            has_row && is_whole && FileState::of(&source.path) == Some(known.state)
        })
    };
    known.len() == sources.len() && sources.iter().all(|source| source.parts.is_empty() && is_known(source))
}

/// Returns what a table tells of a file that was read; `None` if only a part was, or something may
/// be read another time: over a limit, or when the system allows it.
pub(super) fn file(
    source: &Source,
    state: FileState,
    part: &Visited<PieceResult>,
) -> Option<(PathBuf, KnownFile)> {
    let entries = || part.results.iter().flat_map(PieceResult::entries);
    let may_be_read = |entry: &Entry| match &entry.outcome {
        Outcome::Unreadable(failure) => matches!(
            failure.kind,
            FailureKind::Io(_)
                | FailureKind::Limit(_)
                | FailureKind::Internal(_)
                | FailureKind::Unsupported(_)
        ),
        _ => entry.table_origin.is_some(),
    };
    let is_final = source.parts.is_empty() && part.warnings.is_empty() && !entries().any(may_be_read);
    is_final.then(|| (source.path.clone(), KnownFile { state, rows: entries().count() }))
}

/// Parses a line of [`text`].
fn parsed(line: &str) -> Option<(&Path, KnownFile)> {
    let mut words = line.splitn(4, ' ');
    let mut number = || words.next()?.parse::<u128>().ok();
    let (rows, bytes, changed_ns) = (number()?, number()?, number()?);
    let state = FileState { bytes: u64::try_from(bytes).ok()?, changed_ns };
    Some((Path::new(words.next()?), KnownFile { state, rows: usize::try_from(rows).ok()? }))
}

/// Returns whether a file is looked at before the others, as a table that may stand for them.
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
        let KnownFile { state: FileState { bytes, changed_ns }, rows } = file;
        let _ = line(&path).map(|path| writeln!(text, "{rows} {bytes} {changed_ns} {path}"));
    }
    text
}

/// Returns a path that can stand in a line.
fn line(path: &Path) -> Option<&str> {
    path.to_str().filter(|path| !path.contains(['\n', '\r']))
}
