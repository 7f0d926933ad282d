//! Reads and measures a batch in parallel: files or contents in, entries out, in path order.
//!
//! Each file is one task. What the user states of an activity is looked up while it is read,
//! because the stated course decides how it is measured. A panic in one file becomes that file's
//! row.

mod known;
mod memory;
mod parts;

use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use known::FileState;
use memory::{FileResults, Memory};
use rayon::prelude::*;

use crate::activity::{Activity, NameOrigin};
use crate::history::{Entry, Outcome};
use crate::ingest;
use crate::ingest::archive::{FileContent, Visited};
use crate::ingest::discover::{Discovered, read_up_to};
use crate::ingest::filter::Filter;
use crate::ingest::service::{ActivityIndex, ActivityIndexes, IndexErrorKind};
use crate::ingest::{Failure, FailureKind, Limits, Reader, Source, archive};
use crate::measure::{CourseSetting, Identity, MeasureOptions, measure_owned};
use crate::period::Days;
use crate::runner::Stated;

/// What the user states of one activity.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Statements that the batch is decided by.
    pub stated: Stated,
    /// The course to measure on.
    pub course: CourseSetting,
    /// Its name, in place of the recorded one.
    pub name: Option<String>,
}

/// Content above this size is parsed by one thread at a time, bytes. A day of one-second GPX has
/// about 25 MB.
const LARGE_BYTES: usize = 64 << 20;
static LARGE: Mutex<()> = Mutex::new(());

/// Reads one content of a file.
type Each<'a> = dyn Fn(FileContent) -> PieceResult + Sync + 'a;

/// Looks up what the user states of an activity of a file.
pub type OverridesFn<'a> = dyn Fn(&Path, &Activity) -> Overrides + Sync + 'a;

/// Reads and measures a batch.
pub struct BatchReader<'a> {
    /// What the user states.
    pub overrides: Box<OverridesFn<'a>>,
    /// Which readers to use.
    pub reader: Reader,
    /// How much is taken from a file.
    pub limits: Limits,
    /// Which files and members are read.
    pub filter: &'a Filter,
    /// Which days are wanted.
    pub days: Days,
    /// The profile that the user's statements are from.
    pub profile: Option<&'a Path>,
    /// Whether the batch keeps what a runs table tells of its files.
    pub keeps_files: bool,
    /// Whether a runs table may stand for the files that it was written from.
    pub trusts_tables: bool,
}

/// A batch that was read and measured.
#[derive(Debug, Default)]
pub struct Batch {
    /// One for each activity and for each file without one, in path order.
    pub entries: Vec<Entry>,
    /// Files and members that are not activity files, and activities of other days.
    pub skipped: usize,
    /// The activities of other days among them.
    pub of_other_days: usize,
    /// One line for each index of a service that could not be read.
    pub warnings: Vec<String>,
    /// What a runs table tells of the files, so that they need not be read again unchanged.
    pub files: Option<String>,
}

/// What a piece of content gave.
#[derive(Debug)]
pub(crate) enum PieceResult {
    /// Activities, or the reason why there is none.
    Read(Vec<Entry>),
    /// Runs of a table, measured before, the number of files that its batch skipped, and what the
    /// table tells of its files.
    RunsTable(Vec<Entry>, usize, Option<String>),
}

impl PieceResult {
    /// Returns its entries.
    fn entries(&self) -> &[Entry] {
        match self {
            Self::Read(entries) | Self::RunsTable(entries, ..) => entries,
        }
    }

    /// Returns its entries.
    fn entries_mut(&mut self) -> &mut Vec<Entry> {
        match self {
            Self::Read(entries) | Self::RunsTable(entries, ..) => entries,
        }
    }
}

/// Returns a part that is one row without an activity.
pub(crate) fn failed(
    path: impl Into<Arc<Path>>,
    member: Option<String>,
    failure: Failure,
) -> Visited<PieceResult> {
    let row = entry(path, member, Outcome::Unreadable(failure));
    Visited { results: vec![PieceResult::Read(vec![row])], skipped: 0, warnings: Vec::new() }
}

impl BatchReader<'_> {
    /// Reads and measures every file and member, unless a table among them stands for the others.
    /// Samples are dropped with their content.
    pub fn files(&self, mut found: Discovered, done: impl Fn() + Sync) -> Batch {
        let (indexes, warnings) = Self::tables(&found, |path| self.index(path));
        let tables: Vec<Source> =
            found.sources.extract_if(.., |source| known::is_table(&source.path)).collect();
        // What could not be read may be there the next time.
        let may_know = warnings.is_empty() && found.failures.is_empty();
        let settings = (may_know && (self.keeps_files || self.trusts_tables && !tables.is_empty()))
            .then(|| known::settings(self.profile, &found.indexes))
            .flatten();
        let mut held = 0;
        let mut parts = self.sources(&tables, &indexes, &mut held, &done);
        let only_table = match parts.iter().flat_map(|part| &part.results).collect::<Vec<_>>()[..] {
            [PieceResult::RunsTable(entries, _, Some(text))] => Some((entries, text)),
            _ => None,
        };
        let is_copy = found.sources.is_empty();
        let standing = only_table.zip(settings.as_ref()).filter(|((entries, text), settings)| {
            is_copy || self.trusts_tables && known::stands_for(text, settings, entries, &found.sources)
        });
        if let Some(((_, text), _)) = standing {
            let files = Some(text.clone()).filter(|_| self.keeps_files);
            found.sources.iter().for_each(|_| done());
            // The table counted what it skipped.
            let filtered = if is_copy { found.filtered } else { 0 };
            return Batch { files, ..self.collect(parts, Vec::new(), filtered, warnings) };
        }
        // A file that changes while it is read is another one the next time.
        let keeps = settings.filter(|_| self.keeps_files);
        let state = |source: &Source| keeps.as_ref().and_then(|_| FileState::of(&source.path));
        let states: Vec<Option<FileState>> = found.sources.iter().map(state).collect();
        let read = self.sources(&found.sources, &indexes, &mut held, &done);
        let files = keeps.map(|settings| {
            let files = found.sources.iter().zip(&states).zip(&read);
            let files = files.filter_map(|((source, state), part)| known::file(source, (*state)?, part));
            known::text(settings, files)
        });
        parts.extend(read);
        let failures = found.failures.into_iter();
        let failed =
            failures.map(|error| entry(error.path, error.member, Outcome::Unreadable(error.failure)));
        Batch { files, ..self.collect(parts, failed.collect(), found.filtered, warnings) }
    }

    /// Reads and measures some files. `held` is the size of all results so far.
    fn sources(
        &self,
        sources: &[Source],
        indexes: &ActivityIndexes,
        held: &mut u64,
        done: &(impl Fn() + Sync),
    ) -> Vec<Visited<PieceResult>> {
        let place = |source: &Source| (source.path.clone(), source.only_member().map(str::to_owned));
        // A pipe or standard input can be read once.
        let again = |source: &Source| !source.named || source.path.is_file();
        self.within_memory(
            sources,
            held,
            place,
            again,
            |_| done(),
            |source, results| {
                let place = (source.path.as_path(), source.only_member());
                let visit = |each: &Each| archive::visit(source, &self.limits, self.filter, each);
                let mut part = self.counted(place, indexes, results, visit);
                parts::keep_named(source, &mut part);
                part
            },
        )
    }

    /// Reads and measures one file that the caller opened, with its size in bytes. `held` is the
    /// size of all results so far.
    pub(crate) fn opened(
        &self,
        source: &Source,
        file: (impl Read + Seek + Send, u64),
        tables: &ActivityIndexes,
        held: &mut u64,
    ) -> Visited<PieceResult> {
        let memory = Memory::new(&self.limits, 0);
        let results = FileResults::new(&memory, &self.limits, false);
        let visit = |each: &Each| archive::visit_opened(source, file, &self.limits, self.filter, each);
        let part = self.counted((&source.path, None), tables, &results, visit);
        let bytes = held.saturating_add(results.finish(None).0);
        if bytes > memory.most {
            return failed(source.path.clone(), None, Limits::over_memory(memory.most));
        }
        *held = bytes;
        part
    }

    /// Reads and measures contents, each under the path that its rows have. If `named`, each has a
    /// row, even one that is not an activity file.
    pub fn contents(&self, contents: &[(PathBuf, &[u8])], named: bool) -> Batch {
        let place = |(path, _): &(PathBuf, &[u8])| (path.clone(), None);
        let parts = self.within_memory(
            contents,
            &mut 0,
            place,
            |_| true,
            |_| (),
            |(path, bytes), results| {
                let visit =
                    |each: &Each| archive::visit_content(path, bytes, &self.limits, self.filter, named, each);
                self.counted((path, None), &ActivityIndexes::default(), results, visit)
            },
        );
        self.collect(parts, Vec::new(), 0, Vec::new())
    }

    /// Returns an index of a service on the disk.
    fn index(&self, path: &Path) -> Result<Vec<u8>, IndexErrorKind> {
        if !fs::metadata(path).is_ok_and(|about| about.len() <= self.limits.bytes) {
            return Err(IndexErrorKind::TooLarge);
        }
        // A file that grows is read up to the limit.
        let read = |file| read_up_to(self.limits.bytes, file);
        File::open(path).and_then(read).map_err(IndexErrorKind::Io)
    }

    /// Reads the indexes of services in and beside the folders; archives have their own. An index
    /// that cannot be read is one warning: runs are measured without it.
    pub(crate) fn tables(
        found: &Discovered,
        read: impl Fn(&Path) -> Result<Vec<u8>, IndexErrorKind>,
    ) -> (ActivityIndexes, Vec<String>) {
        let (mut tables, mut warnings) = (ActivityIndexes::default(), Vec::new());
        for path in &found.indexes {
            let added = ActivityIndex::read(path, None, read(path)).and_then(|table| tables.add(table));
            warnings.extend(added.err().map(|error| error.to_string()));
        }
        (tables, warnings)
    }

    /// Joins what each source gave. A recording counts before a table's row of the same activity.
    pub(crate) fn collect(
        &self,
        parts: Vec<Visited<PieceResult>>,
        failed: Vec<Entry>,
        filtered: usize,
        warnings: Vec<String>,
    ) -> Batch {
        let mut batch =
            Batch { entries: Vec::new(), skipped: filtered, of_other_days: 0, warnings, files: None };
        let mut kept = Vec::new();
        for part in parts {
            batch.skipped += part.skipped;
            batch.warnings.extend(part.warnings);
            for piece in part.results {
                match piece {
                    PieceResult::Read(entries) => batch.entries.extend(entries),
                    PieceResult::RunsTable(entries, skipped, _) => {
                        batch.skipped = batch.skipped.saturating_add(skipped);
                        kept.extend(entries);
                    }
                }
            }
        }
        batch.entries.extend(failed);
        if !kept.is_empty() {
            // An engine may split the activities of one file over several tables.
            kept.sort_by(|a: &Entry, b| a.member.cmp(&b.member).then(a.activity.cmp(&b.activity)));
            let named = |entry: &Entry| {
                let start_s = entry.identity().and_then(|identity| identity.start_s);
                (entry.address(), start_s.map(f64::to_bits))
            };
            let mut there: BTreeSet<_> = batch.entries.iter().map(named).collect();
            batch.entries.extend(kept.into_iter().filter(|entry| there.insert(named(entry))));
        }
        let all = batch.entries.len();
        let local_start_s = |entry: &Entry| entry.identity().and_then(Identity::local_start_s);
        batch.entries.retain(|entry| self.days.contains(local_start_s(entry)));
        batch.of_other_days = all - batch.entries.len();
        batch.skipped += batch.of_other_days;
        batch
            .entries
            .sort_by(|a, b| a.path.as_os_str().as_encoded_bytes().cmp(b.path.as_os_str().as_encoded_bytes()));
        batch
    }

    /// Visits every source in parallel. Results that would pass the limit on memory are one row.
    ///
    /// Which files these are depends on the sizes of the results in the sources' order alone.
    fn within_memory<S: Sync>(
        &self,
        sources: &[S],
        held: &mut u64,
        place: impl Fn(&S) -> (PathBuf, Option<String>),
        again: impl Fn(&S) -> bool + Sync,
        done: impl Fn(&S) + Sync,
        visit: impl Fn(&S, &FileResults) -> Visited<PieceResult> + Sync,
    ) -> Vec<Visited<PieceResult>> {
        if sources.is_empty() {
            return Vec::new();
        }
        let memory = Memory::new(&self.limits, *held);
        let visited = |source| {
            let results = FileResults::new(&memory, &self.limits, again(source));
            let part = visit(source, &results);
            let is_failure = |entry: &&Entry| entry.identity().is_none();
            let only = match &part.results[..] {
                [piece] if piece.entries().len() == 1 => piece.entries().first().filter(is_failure),
                _ => None,
            };
            let (bytes, is_dropped) = results.finish(only);
            done(source);
            ((!is_dropped).then_some(part), bytes)
        };
        let mut parts: Vec<_> = sources.par_iter().map(visited).collect();
        for ((part, bytes), source) in parts.iter_mut().zip(sources) {
            match held.saturating_add(*bytes) {
                more if more <= memory.most => *held = more,
                _ => {
                    let (path, member) = place(source);
                    *part = Some(failed(path, member, Limits::over_memory(memory.most)));
                }
            }
        }
        // Results that were dropped while those of a later file took the place.
        let memory = memory.emptied();
        let visit_again = |source| visit(source, &FileResults::new(&memory, &self.limits, false));
        let parts = parts.into_par_iter().zip(sources);
        parts.map(|((part, _), source)| part.unwrap_or_else(|| visit_again(source))).collect()
    }

    /// Visits a file, or the member that the user named; over a limit it gives one row that says
    /// so.
    fn counted(
        &self,
        (path, member): (&Path, Option<&str>),
        tables: &ActivityIndexes,
        results: &FileResults,
        visit: impl FnOnce(&Each) -> Visited<PieceResult>,
    ) -> Visited<PieceResult> {
        let shared: Arc<Path> = path.into();
        let part = visit(&|content| {
            let piece = self.guarded(&shared, content, tables, results);
            if results.failure().is_some() { PieceResult::Read(Vec::new()) } else { piece }
        });
        match results.failure() {
            Some(failure) => failed(path.to_owned(), member.map(str::to_owned), failure),
            None => part,
        }
    }

    /// Reads one content; a panic becomes its row, and the batch goes on.
    fn guarded(
        &self,
        path: &Arc<Path>,
        content: FileContent,
        tables: &ActivityIndexes,
        results: &FileResults,
    ) -> PieceResult {
        let member = content.member.clone();
        let piece = || self.piece(path, content, tables, results);
        let piece = catch_unwind(AssertUnwindSafe(piece)).unwrap_or_else(|panic| {
            let what = panic
                .downcast_ref::<&str>()
                .map(ToString::to_string)
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_else(|| "a panic without a message".to_owned());
            Err(Failure::new(FailureKind::Internal(what)))
        });
        piece.unwrap_or_else(|failure| {
            let mut row = Vec::new();
            results.add(entry(Arc::clone(path), member, Outcome::Unreadable(failure)), &mut row);
            PieceResult::Read(row)
        })
    }

    fn piece(
        &self,
        path: &Arc<Path>,
        content: FileContent,
        tables: &ActivityIndexes,
        results: &FileResults,
    ) -> Result<PieceResult, Failure> {
        let bytes = content.bytes?;
        // Samples take up to three times the bytes of the content.
        let is_large = bytes.len() > LARGE_BYTES;
        let _turn = is_large.then(|| LARGE.lock().unwrap_or_else(PoisonError::into_inner));
        let mut entries = Vec::new();
        if ingest::is_runs_table(&bytes) {
            let (rows, skipped, files) = table(bytes, &self.limits)?;
            let _ = rows.into_iter().all(|row| results.add(row, &mut entries));
            return Ok(PieceResult::RunsTable(entries, skipped, files));
        }
        let activities = ingest::read_within(self.reader, &bytes, &self.limits)?;
        drop(bytes);
        let member: Option<Arc<str>> = content.member.map(String::into);
        for (number, mut activity) in (1..).zip(activities) {
            activity.notes.extend(content.notes.iter().cloned());
            let listed = content.indexes.listing(path, member.as_deref(), &activity);
            if let Some(listed) = listed.or_else(|| tables.listing(path, member.as_deref(), &activity)) {
                listed.apply_to(&mut activity);
            }
            let overrides = (self.overrides)(path, &activity);
            if let Some(name) = overrides.name {
                (activity.name, activity.name_origin) = (Some(name), NameOrigin::Title);
            }
            let options = MeasureOptions::on(overrides.course).within(self.days);
            let outcome = measure_owned(activity, &options).into();
            let entry = Entry {
                path: Arc::clone(path),
                member: member.clone(),
                activity: number,
                stated: overrides.stated,
                outcome,
                table_origin: None,
            };
            if !results.add(entry, &mut entries) {
                break;
            }
        }
        Ok(PieceResult::Read(entries))
    }
}

/// Reads the runs of a table.
#[cfg(feature = "parquet")]
fn table(bytes: Vec<u8>, limits: &Limits) -> Result<(Vec<Entry>, usize, Option<String>), Failure> {
    use crate::runs_table::RunsTableError;
    let kind = |broken: RunsTableError| match broken {
        RunsTableError::TooLarge(what) => FailureKind::Limit(what),
        RunsTableError::NoColumn(_) => FailureKind::NotAnActivity(broken.to_string()),
        _ => FailureKind::Damaged(broken.to_string()),
    };
    let table = crate::runs_table::read(bytes, limits).map_err(|broken| Failure::new(kind(broken)))?;
    Ok((table.entries, table.skipped, table.files))
}

#[cfg(not(feature = "parquet"))]
fn table(_: Vec<u8>, _: &Limits) -> Result<(Vec<Entry>, usize, Option<String>), Failure> {
    Err(Failure::new(FailureKind::Unsupported(ingest::WITHOUT_PARQUET.to_owned())))
}

/// Makes the entry of a whole file.
fn entry(path: impl Into<Arc<Path>>, member: Option<String>, outcome: Outcome) -> Entry {
    let (path, member) = (path.into(), member.map(String::into));
    Entry { path, member, activity: 1, stated: Stated::default(), outcome, table_origin: None }
}
