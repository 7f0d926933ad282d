//! A batch that is read file by file, from wherever its files lie, and judged as often as settings
//! change.
//!
//! Programs without a disk use it: the page in the browser reads what a runner dropped on it.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};
use std::mem;
use std::path::{Path, PathBuf};

use crate::analyzer::{AnalyzeError, Analyzer, Resolved};
use crate::batch::{Batch, BatchReader, PieceResult, failed};
use crate::history::{Entry, History, decide};
use crate::ingest::archive::Visited;
use crate::ingest::discover::{Discovered, discover_among};
use crate::ingest::service::{ActivityIndexes, IndexErrorKind};
use crate::ingest::{Failure, FailureKind, Source};
use crate::judge::judge;
use crate::profile::{NAME, PROFILE_BYTES};
use crate::report::{Report, unique_addresses};
use crate::runner::{Origin, Runner, Stated};
use crate::units::Units;

/// The files of one runner, read one after the other.
///
/// ```
/// use std::io::Cursor;
/// use firstmile::{Analyzer, Session};
///
/// let open = |content: &'static str| Ok((Cursor::new(content), content.len() as u64));
/// let mut session = Session::new(Analyzer::new(), &["races/a.gpx".into()], |_| open(""))?;
/// session.read(0, open("shopping: bananas"));
/// let report = session.report(&Analyzer::new(), &Default::default())?;
/// assert_eq!(report.rows[0].reason, "not-an-activity");
/// # Ok::<(), firstmile::AnalyzeError>(())
/// ```
#[derive(Debug)]
pub struct Session {
    /// How recordings are read, with the profile among the files.
    settings: Resolved,
    found: Discovered,
    tables: ActivityIndexes,
    warnings: Vec<String>,
    /// What the files gave so far.
    parts: Vec<Visited<PieceResult>>,
    /// The size of that, bytes.
    held: u64,
    /// All that was read, once the files are joined.
    batch: Option<Batch>,
    /// What the profile states of its entries.
    stated: Vec<Stated>,
}

/// A file that the caller opened, and its size in bytes; or why it cannot be opened.
pub type Opened<R> = io::Result<(R, u64)>;

impl Session {
    /// Sorts the files and reads the indexes of services and the profile among them. A file in a
    /// folder has a `/` in its path; others were named by the user, and have a row whatever they
    /// are.
    ///
    /// # Errors
    ///
    /// If a setting or the profile cannot be used.
    pub fn new<R: Read>(
        analyzer: Analyzer,
        paths: &[PathBuf],
        open: impl Fn(&Path) -> Opened<R>,
    ) -> Result<Self, AnalyzeError> {
        let read = |path: &Path, most: u64| match open(path) {
            Ok((_, size)) if size > most => Err(IndexErrorKind::TooLarge),
            Ok((file, size)) => {
                let mut bytes = Vec::new();
                file.take(size).read_to_end(&mut bytes).map(|_| bytes).map_err(IndexErrorKind::Io)
            }
            Err(error) => Err(IndexErrorKind::Io(error)),
        };
        let analyzer = match profile_among(paths) {
            Some(path) => analyzer.or_profile(path, || {
                let bytes = read(path, PROFILE_BYTES).map_err(|error| error.to_string())?;
                String::from_utf8(bytes).map_err(|error| error.to_string())
            })?,
            None => analyzer,
        };
        let settings = analyzer.resolve(&[])?;
        let found = discover_among(paths, &settings.filter);
        let most = settings.reader().limits.bytes;
        let (tables, warnings) = BatchReader::tables(&found, |path| read(path, most));
        Ok(Self {
            settings,
            found,
            tables,
            warnings,
            parts: Vec::new(),
            held: 0,
            batch: None,
            stated: Vec::new(),
        })
    }

    /// Returns the number of files to read.
    pub fn files(&self) -> usize {
        self.found.sources.len()
    }

    /// Returns the path of a file.
    pub fn path(&self, file: usize) -> &Path {
        &self.found.sources[file].path
    }

    /// Reads and measures a file, which the caller opened. Each file is read once, and before the
    /// first report.
    pub fn read<R: Read + Seek + Send>(&mut self, file: usize, opened: Opened<R>) {
        let source = &self.found.sources[file];
        let part = match opened {
            Ok(opened) => self.settings.reader().opened(source, opened, &self.tables, &mut self.held),
            Err(error) => unread(source, FailureKind::Io(error)),
        };
        self.parts.push(part);
    }

    /// Gives a file a row that says why it could not be read, for a reader that broke down.
    pub fn fail(&mut self, file: usize, why: &str) {
        self.parts.push(unread(&self.found.sources[file], FailureKind::Internal(why.to_owned())));
    }

    /// Judges what was read so far. `settings` has runner, units and goal; `races` says of rows,
    /// by address, whether they are races.
    ///
    /// # Errors
    ///
    /// If nothing was read, or a setting cannot be used.
    pub fn report(
        &mut self,
        settings: &Analyzer,
        races: &BTreeMap<String, bool>,
    ) -> Result<Report, AnalyzeError> {
        let (history, runner, units) = self.decide(settings, races)?;
        let nothing = Batch::default();
        let Batch { entries, skipped, warnings, .. } = self.batch.as_ref().unwrap_or(&nothing);
        let judged = judge(entries, &history, &runner, units);
        let mut report = Report::new(entries, history, judged, *skipped, units);
        report.warnings.clone_from(warnings);
        Ok(report)
    }

    /// Decides what was read so far, as [`report`](Self::report) does, without judging it.
    ///
    /// # Errors
    ///
    /// As [`report`](Self::report).
    pub fn decide(
        &mut self,
        settings: &Analyzer,
        races: &BTreeMap<String, bool>,
    ) -> Result<(History, Runner, Units), AnalyzeError> {
        let settings = settings.clone().profile_of(&self.settings.analyzer);
        let settings = settings.resolve(&[])?;
        self.join();
        let files = self.files();
        let Some(batch) = self.batch.as_mut().filter(|batch| !batch.entries.is_empty()) else {
            return Err(AnalyzeError::NothingFound { places: "the files".to_owned(), files });
        };
        let addresses = unique_addresses(&batch.entries);
        for ((entry, stated), address) in batch.entries.iter_mut().zip(&self.stated).zip(addresses) {
            entry.stated.clone_from(stated);
            if let Some(race) = races.get(&address) {
                entry.stated.race = Some((*race, Origin::Flag));
            }
            entry.stated.goals.splice(0..0, settings.goals.iter().copied());
        }
        Ok((decide(&batch.entries), settings.runner, settings.units))
    }

    /// Returns what was decided last.
    pub fn entries(&self) -> &[Entry] {
        self.batch.as_ref().map_or(&[], |batch| &batch.entries)
    }

    /// Joins what the files gave.
    fn join(&mut self) {
        if self.batch.is_none() {
            let (parts, warnings) = (mem::take(&mut self.parts), mem::take(&mut self.warnings));
            let batch = self.settings.reader().collect(parts, Vec::new(), self.found.filtered, warnings);
            self.stated = batch.entries.iter().map(|entry| entry.stated.clone()).collect();
            self.batch = Some(batch);
        }
    }
}

/// Returns the profile in the first folder that has one at its top.
fn profile_among(paths: &[PathBuf]) -> Option<&Path> {
    let is_profile = |path: &&PathBuf| path.ends_with(NAME) && path.components().count() <= 2;
    paths.iter().filter(is_profile).map(PathBuf::as_path).min()
}

/// Returns the row of a file that could not be read.
fn unread(source: &Source, kind: FailureKind) -> Visited<PieceResult> {
    failed(source.path.clone(), None, Failure::new(kind))
}
