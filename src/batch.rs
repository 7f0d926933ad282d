//! The parallel pass: files or their contents in, entries out, in path order.
//!
//! The command line and other programs' bindings call it alike. What the user says of single activities is asked for while
//! they are read, since it decides how they are measured.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::activity::Activity;
use crate::history::{Entry, Outcome};
use crate::ingest::archive::{self, Content, Limits, Visited};
use crate::ingest::discover::Discovered;
use crate::ingest::filter::Filter;
use crate::ingest::{self, Failure, FailureKind, Reader};
use crate::measure::{CourseSetting, MeasureOptions, measure};
use crate::runner::Said;

/// What the user says of one activity.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// For the batch to decide by.
    pub said: Said,
    /// For the measuring.
    pub course: CourseSetting,
    /// What the runner calls it.
    pub name: Option<String>,
}

/// How a pass reads.
pub struct Pass<'a> {
    /// Asked what the user says of an activity of a file.
    pub about: &'a (dyn Fn(&Path, &Activity) -> About + Sync),
    /// Who reads.
    pub reader: Reader,
    /// How much is taken.
    pub limits: Limits,
    /// Which members of archives are looked at.
    pub filter: &'a Filter,
}

/// What a pass gives.
#[derive(Debug, Default)]
pub struct Batch {
    /// One for each activity or file without one, in path order.
    pub entries: Vec<Entry>,
    /// Files and members that are no activity files.
    pub skipped: usize,
}

/// What became of a piece of content.
enum Piece {
    /// Activities, or why there is none.
    Read(Vec<Entry>),
    /// Runs out of a table, which were measured before, and how many files its batch passed over.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "there are no tables"))]
    Table(Vec<Entry>, usize),
}

impl Pass<'_> {
    /// Reads and measures every file and member, a task each. Samples live only as long as their content is at hand.
    pub fn files(&self, found: Discovered, done: impl Fn() + Sync) -> Batch {
        let parts: Vec<Visited<Piece>> = found
            .sources
            .par_iter()
            .map(|source| {
                let part = archive::visit(source, &self.limits, self.filter, &|content| {
                    self.guarded(&source.path, content)
                });
                done();
                part
            })
            .collect();
        let failures = found.failures.into_iter();
        let failed =
            failures.map(|error| entry(error.path, error.member, Outcome::Unreadable(error.failure)));
        collect(parts, failed.collect(), found.filtered)
    }

    /// The same of contents that the caller holds, each under the path that rows are to name it by. Where `named`, each gives a
    /// row, whatever it is.
    pub fn contents(&self, contents: &[(PathBuf, &[u8])], named: bool) -> Batch {
        let parts: Vec<Visited<Piece>> = contents
            .par_iter()
            .map(|(path, bytes)| {
                archive::visit_content(path, bytes, &self.limits, self.filter, named, &|content| {
                    self.guarded(path, content)
                })
            })
            .collect();
        collect(parts, Vec::new(), 0)
    }

    /// One content; a fault of ours becomes its row and the batch goes on.
    fn guarded(&self, path: &Path, content: Content) -> Piece {
        let member = content.member.clone();
        let result = catch_unwind(AssertUnwindSafe(|| self.piece(path, content)));
        result.unwrap_or_else(|panic| {
            let what = panic
                .downcast_ref::<&str>()
                .map(ToString::to_string)
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_else(|| "a panic without a message".to_owned());
            let failure = Failure { at: None, kind: FailureKind::Internal(what) };
            Piece::Read(vec![entry(path.to_owned(), member, Outcome::Unreadable(failure))])
        })
    }

    fn piece(&self, path: &Path, content: Content) -> Piece {
        match content.bytes {
            Ok(bytes) if ingest::is_table(&bytes) => table(bytes, &self.limits).unwrap_or_else(|failure| {
                Piece::Read(vec![entry(path.to_owned(), content.member, Outcome::Unreadable(failure))])
            }),
            bytes => Piece::Read(self.read(path, Content { bytes, ..content })),
        }
    }

    fn read(&self, path: &Path, content: Content) -> Vec<Entry> {
        let activities = content.bytes.and_then(|bytes| {
            let activities = ingest::read_with(self.reader, &bytes)?;
            self.limits.check(&activities)?;
            Ok(activities)
        });
        let activities = match activities {
            Ok(activities) => activities,
            Err(failure) => {
                return vec![entry(path.to_owned(), content.member, Outcome::Unreadable(failure))];
            }
        };
        let mut entries = Vec::with_capacity(activities.len());
        for (number, mut activity) in (1..).zip(activities) {
            activity.notes.extend(content.notes.iter().cloned());
            let about = (self.about)(path, &activity);
            activity.name = about.name.or(activity.name);
            let (identity, outcome) = measure(&activity, &MeasureOptions { course: about.course });
            let identity = Box::new(identity);
            let outcome = match outcome {
                Ok(measured) => Outcome::Measured(identity, Arc::new(measured)),
                Err(refusal) => Outcome::Refused(identity, refusal),
            };
            entries.push(Entry {
                activity: number,
                said: about.said,
                ..entry(path.to_owned(), content.member.clone(), outcome)
            });
        }
        entries
    }
}

/// The runs of a table.
#[cfg(feature = "parquet")]
fn table(bytes: Vec<u8>, limits: &Limits) -> Result<Piece, Failure> {
    use crate::kept::Broken;
    let told = |broken: Broken| match broken {
        Broken::TooLarge(what) => FailureKind::Limit(what),
        Broken::NoColumn(_) => FailureKind::NotAnActivity(broken.to_string()),
        _ => FailureKind::Damaged(broken.to_string()),
    };
    let table =
        crate::kept::read(bytes, limits).map_err(|broken| Failure { at: None, kind: told(broken) })?;
    Ok(Piece::Table(table.entries, table.skipped))
}

#[cfg(not(feature = "parquet"))]
fn table(_: Vec<u8>, _: &Limits) -> Result<Piece, Failure> {
    let what = "this firstmile was built without Parquet".to_owned();
    Err(Failure { at: None, kind: FailureKind::Unsupported(what) })
}

/// An entry of a file as a whole.
fn entry(path: PathBuf, member: Option<String>, outcome: Outcome) -> Entry {
    Entry { path, member, activity: 1, said: Said::default(), outcome, kept: None }
}

/// Joins what became of each source. What is read itself counts before what a table says of the same activity.
fn collect(parts: Vec<Visited<Piece>>, failed: Vec<Entry>, filtered: usize) -> Batch {
    let mut batch = Batch { entries: Vec::new(), skipped: filtered };
    let mut kept = Vec::new();
    for part in parts {
        batch.skipped += part.skipped;
        for piece in part.results {
            match piece {
                Piece::Read(entries) => batch.entries.extend(entries),
                Piece::Table(entries, skipped) => {
                    batch.skipped += skipped;
                    kept.extend(entries);
                }
            }
        }
    }
    batch.entries.extend(failed);
    if !kept.is_empty() {
        // An engine may have put the activities of one file into several tables.
        kept.sort_by(|a, b| a.member.cmp(&b.member).then(a.activity.cmp(&b.activity)));
        let named = |entry: &Entry| {
            let start_s = entry.identity().and_then(|identity| identity.start_s);
            (entry.address(), start_s.map(f64::to_bits))
        };
        let mut there: BTreeSet<_> = batch.entries.iter().map(named).collect();
        batch.entries.extend(kept.into_iter().filter(|entry| there.insert(named(entry))));
    }
    batch
        .entries
        .sort_by(|a, b| a.path.as_os_str().as_encoded_bytes().cmp(b.path.as_os_str().as_encoded_bytes()));
    batch
}
