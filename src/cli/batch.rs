//! The parallel pass: files in, entries out, in path order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;

use super::args::Reading;
use super::settings::Settings;
use crate::history::{Entry, Outcome};
use crate::ingest::discover::{Discovered, Source};
use crate::ingest::{self, Failure, FailureKind, archive};
use crate::measure::{MeasureOptions, measure};
use crate::runner::Said;

/// What the pass gives.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// One for each activity or file without one, in path order.
    pub entries: Vec<Entry>,
    /// Files and members that are no activity files.
    pub skipped: usize,
}

/// Reads and measures every file, one task a file. Samples live only as long as their file is at hand.
pub(super) fn run(
    found: Discovered,
    settings: &Settings,
    reading: &Reading,
    done: impl Fn() + Sync,
) -> Batch {
    let parts: Vec<Batch> = found
        .sources
        .par_iter()
        .map(|source| {
            let part = guarded(source, settings, reading);
            done();
            part
        })
        .collect();
    let mut batch = Batch::default();
    for part in parts {
        batch.skipped += part.skipped;
        batch.entries.extend(part.entries);
    }
    for error in found.failures {
        let outcome = Outcome::Unreadable(error.failure);
        batch.entries.push(Entry {
            path: error.path,
            member: error.member,
            activity: 1,
            said: Said::default(),
            outcome,
        });
    }
    batch
        .entries
        .sort_by(|a, b| a.path.as_os_str().as_encoded_bytes().cmp(b.path.as_os_str().as_encoded_bytes()));
    batch
}

/// One file; a fault of ours becomes that file's row and the batch goes on.
fn guarded(source: &Source, settings: &Settings, reading: &Reading) -> Batch {
    let mut batch = Batch::default();
    let result = catch_unwind(AssertUnwindSafe(|| read(source, settings, reading, &mut batch)));
    if let Err(panic) = result {
        let what = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_owned());
        let failure = Failure { at: None, kind: FailureKind::Internal(what) };
        batch.entries.push(Entry {
            path: source.path.clone(),
            member: None,
            activity: 1,
            said: Said::default(),
            outcome: Outcome::Unreadable(failure),
        });
    }
    batch
}

fn read(source: &Source, settings: &Settings, reading: &Reading, batch: &mut Batch) {
    let entries = &mut batch.entries;
    let skipped = archive::visit(&source.path, source.named, &mut |content| {
        let mut emit = |activity: usize, said: Said, outcome: Outcome| {
            let (path, member) = (source.path.clone(), content.member.clone());
            entries.push(Entry { path, member, activity, said, outcome });
        };
        let bytes = match content.bytes {
            Ok(bytes) => bytes,
            Err(failure) => return emit(1, Said::default(), Outcome::Unreadable(failure)),
        };
        match ingest::read_with(reading.reader, &bytes) {
            Err(failure) => emit(1, Said::default(), Outcome::Unreadable(failure)),
            Ok(activities) => {
                for (index, mut activity) in activities.into_iter().enumerate() {
                    activity.notes.extend(content.notes.iter().cloned());
                    let about = settings.about(&source.path, &activity);
                    activity.name = about.name.or(activity.name);
                    let (identity, outcome) = measure(&activity, &MeasureOptions { course: about.course });
                    let identity = Box::new(identity);
                    let outcome = match outcome {
                        Ok(measured) => Outcome::Measured(identity, Arc::new(measured)),
                        Err(refusal) => Outcome::Refused(identity, refusal),
                    };
                    emit(index + 1, about.said, outcome);
                }
            }
        }
    });
    batch.skipped += skipped;
}
