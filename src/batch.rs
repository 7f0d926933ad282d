//! Reads and measures a batch in parallel: files or contents in, entries out, in path order.
//!
//! Each file is one task. What the user states of an activity is looked up while it is read,
//! because the stated course decides how it is measured. A panic in one file becomes that file's
//! row.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::activity::{Activity, NameOrigin};
use crate::history::{Entry, Outcome};
use crate::ingest;
use crate::ingest::archive::{FileContent, Visited};
use crate::ingest::discover::Discovered;
use crate::ingest::filter::Filter;
use crate::ingest::service::{ActivityIndex, IndexErrorKind};
use crate::ingest::{Failure, FailureKind, Limits, Reader, Source, archive, service};
use crate::measure::{CourseSetting, Identity, MeasureOptions, measure};
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
}

/// A batch that was read and measured.
#[derive(Debug, Default)]
pub struct Batch {
    /// One for each activity and for each file without one, in path order.
    pub entries: Vec<Entry>,
    /// Files and members that are not activity files, and activities of other days.
    pub skipped: usize,
    /// One line for each index of a service that could not be read.
    pub warnings: Vec<String>,
}

/// What a piece of content gave.
#[derive(Debug)]
pub(crate) enum PieceResult {
    /// Activities, or the reason why there is none.
    Read(Vec<Entry>),
    /// Runs of a table, measured before, and the number of files that its batch skipped.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "there are no tables"))]
    RunsTable(Vec<Entry>, usize),
}

impl PieceResult {
    /// Returns the number of activities read; those of a table were read before.
    fn activities(&self) -> usize {
        match self {
            Self::Read(entries) => entries.iter().filter(|entry| entry.identity().is_some()).count(),
            Self::RunsTable(..) => 0,
        }
    }

    /// Returns its entries.
    fn entries_mut(&mut self) -> &mut Vec<Entry> {
        match self {
            Self::Read(entries) | Self::RunsTable(entries, _) => entries,
        }
    }
}

/// Keeps only the activity of a file that the user named.
fn only(number: usize, source: &Source, part: &mut Visited<PieceResult>) {
    let is_it = |entry: &Entry| entry.activity == number || entry.identity().is_none();
    let pieces = part.results.iter_mut().map(PieceResult::entries_mut);
    let mut left = 0;
    for entries in pieces {
        entries.retain(is_it);
        left += entries.len();
    }
    if left == 0 {
        let failure = Failure::not_an_activity(format!("no activity {number} in the file"));
        let mut row = entry(source.path.clone(), source.member.clone(), Outcome::Unreadable(failure));
        row.activity = number;
        part.results = vec![PieceResult::Read(vec![row])];
    }
}

impl BatchReader<'_> {
    /// Reads and measures every file and member. Samples are dropped with their content.
    pub fn files(&self, found: Discovered, done: impl Fn() + Sync) -> Batch {
        let (tables, warnings) = self.tables(&found);
        let parts: Vec<Visited<PieceResult>> = found
            .sources
            .par_iter()
            .map(|source| {
                let place = (source.path.as_path(), source.member.as_deref());
                let mut part = self
                    .counted(place, &tables, |each| archive::visit(source, &self.limits, self.filter, each));
                if let Some(number) = source.activity {
                    only(number, source, &mut part);
                }
                done();
                part
            })
            .collect();
        let failures = found.failures.into_iter();
        let failed =
            failures.map(|error| entry(error.path, error.member, Outcome::Unreadable(error.failure)));
        self.collect(parts, failed.collect(), found.filtered, warnings)
    }

    /// Reads and measures one file that the caller opened, of `size` bytes.
    pub(crate) fn opened(
        &self,
        source: &Source,
        file: (impl Read + Seek + Send, u64),
        tables: &[ActivityIndex],
    ) -> Visited<PieceResult> {
        self.counted((&source.path, None), tables, |each| {
            archive::visit_opened(source, file, &self.limits, self.filter, each)
        })
    }

    /// Reads and measures contents, each under the path that its rows have. If `named`, each has a
    /// row, even one that is not an activity file.
    pub fn contents(&self, contents: &[(PathBuf, &[u8])], named: bool) -> Batch {
        let parts: Vec<Visited<PieceResult>> = contents
            .par_iter()
            .map(|(path, bytes)| {
                self.counted((path, None), &[], |each| {
                    archive::visit_content(path, bytes, &self.limits, self.filter, named, each)
                })
            })
            .collect();
        self.collect(parts, Vec::new(), 0, Vec::new())
    }

    /// Reads the indexes of services in and beside the folders; archives have their own. An index
    /// that cannot be read is one warning: runs are measured without it.
    fn tables(&self, found: &Discovered) -> (Vec<ActivityIndex>, Vec<String>) {
        let (mut tables, mut warnings) = (Vec::new(), Vec::new());
        for path in &found.indexes {
            let fits = fs::metadata(path).is_ok_and(|about| about.len() <= self.limits.bytes);
            let read = || fs::read(path).map_err(IndexErrorKind::Io);
            let bytes = if fits { read() } else { Err(IndexErrorKind::TooLarge) };
            match ActivityIndex::read(path, None, bytes) {
                Ok(table) => tables.push(table),
                Err(error) => warnings.push(error.to_string()),
            }
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
        let mut batch = Batch { entries: Vec::new(), skipped: filtered, warnings };
        let mut kept = Vec::new();
        for part in parts {
            batch.skipped += part.skipped;
            batch.warnings.extend(part.warnings);
            for piece in part.results {
                match piece {
                    PieceResult::Read(entries) => batch.entries.extend(entries),
                    PieceResult::RunsTable(entries, skipped) => {
                        batch.skipped += skipped;
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
        batch.skipped += all - batch.entries.len();
        batch
            .entries
            .sort_by(|a, b| a.path.as_os_str().as_encoded_bytes().cmp(b.path.as_os_str().as_encoded_bytes()));
        batch
    }

    /// Visits a file, or the member that the user named; over the limit of activities it gives one
    /// row that says so.
    fn counted(
        &self,
        (path, member): (&Path, Option<&str>),
        tables: &[ActivityIndex],
        visit: impl FnOnce(&(dyn Fn(FileContent) -> PieceResult + Sync)) -> Visited<PieceResult>,
    ) -> Visited<PieceResult> {
        let activities = AtomicUsize::new(0);
        let is_over = |more: usize| {
            activities.fetch_add(more, Ordering::Relaxed).saturating_add(more) > self.limits.activities
        };
        let part = visit(&|content| {
            let piece = self.guarded(path, content, tables);
            if is_over(piece.activities()) { PieceResult::Read(Vec::new()) } else { piece }
        });
        if !is_over(0) {
            return part;
        }
        // Which members came first depends on the threads, so none of them has a row.
        let failure = Outcome::Unreadable(self.limits.over_activities());
        let row = entry(path.to_owned(), member.map(str::to_owned), failure);
        Visited { results: vec![PieceResult::Read(vec![row])], skipped: 0, warnings: Vec::new() }
    }

    /// Reads one content; a panic becomes its row, and the batch goes on.
    fn guarded(&self, path: &Path, content: FileContent, tables: &[ActivityIndex]) -> PieceResult {
        let member = content.member.clone();
        let result = catch_unwind(AssertUnwindSafe(|| self.piece(path, content, tables)));
        result.unwrap_or_else(|panic| {
            let what = panic
                .downcast_ref::<&str>()
                .map(ToString::to_string)
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_else(|| "a panic without a message".to_owned());
            let failure = Failure { at: None, kind: FailureKind::Internal(what) };
            PieceResult::Read(vec![entry(path.to_owned(), member, Outcome::Unreadable(failure))])
        })
    }

    fn piece(&self, path: &Path, content: FileContent, tables: &[ActivityIndex]) -> PieceResult {
        match content.bytes {
            Ok(bytes) if ingest::is_runs_table(&bytes) => {
                table(bytes, &self.limits).unwrap_or_else(|failure| {
                    PieceResult::Read(vec![entry(
                        path.to_owned(),
                        content.member,
                        Outcome::Unreadable(failure),
                    )])
                })
            }
            bytes => PieceResult::Read(self.read(path, FileContent { bytes, ..content }, tables)),
        }
    }

    fn read(&self, path: &Path, content: FileContent, tables: &[ActivityIndex]) -> Vec<Entry> {
        let activities =
            content.bytes.and_then(|bytes| ingest::read_within(self.reader, &bytes, &self.limits));
        let activities = match activities {
            Ok(activities) => activities,
            Err(failure) => {
                return vec![entry(path.to_owned(), content.member, Outcome::Unreadable(failure))];
            }
        };
        let tables = || content.indexes.iter().map(Arc::as_ref).chain(tables);
        let mut entries = Vec::with_capacity(activities.len());
        for (number, mut activity) in (1..).zip(activities) {
            activity.notes.extend(content.notes.iter().cloned());
            if let Some(listed) = service::listing(tables(), path, content.member.as_deref(), &activity) {
                listed.apply_to(&mut activity);
            }
            let overrides = (self.overrides)(path, &activity);
            if let Some(name) = overrides.name {
                (activity.name, activity.name_origin) = (Some(name), NameOrigin::Title);
            }
            let outcome = measure(&activity, &MeasureOptions { course: overrides.course }).into();
            entries.push(Entry {
                activity: number,
                stated: overrides.stated,
                ..entry(path.to_owned(), content.member.clone(), outcome)
            });
        }
        entries
    }
}

/// Reads the runs of a table.
#[cfg(feature = "parquet")]
fn table(bytes: Vec<u8>, limits: &Limits) -> Result<PieceResult, Failure> {
    use crate::runs_table::RunsTableError;
    let kind = |broken: RunsTableError| match broken {
        RunsTableError::TooLarge(what) => FailureKind::Limit(what),
        RunsTableError::NoColumn(_) => FailureKind::NotAnActivity(broken.to_string()),
        _ => FailureKind::Damaged(broken.to_string()),
    };
    let table =
        crate::runs_table::read(bytes, limits).map_err(|broken| Failure { at: None, kind: kind(broken) })?;
    Ok(PieceResult::RunsTable(table.entries, table.skipped))
}

#[cfg(not(feature = "parquet"))]
fn table(_: Vec<u8>, _: &Limits) -> Result<PieceResult, Failure> {
    let what = "this firstmile was built without the feature parquet".to_owned();
    Err(Failure { at: None, kind: FailureKind::Unsupported(what) })
}

/// Makes the entry of a whole file.
pub(crate) fn entry(path: PathBuf, member: Option<String>, outcome: Outcome) -> Entry {
    Entry { member, ..Entry::new(path, outcome) }
}
