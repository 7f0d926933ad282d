//! The parallel pass: files in, entries out, in path order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::args::Reading;
use super::settings::Settings;
use crate::history::{Entry, Outcome};
use crate::ingest::archive::{self, Content, Limits, Visited};
use crate::ingest::discover::{Discovered, Source};
use crate::ingest::filter::Filter;
use crate::ingest::{self, Failure, FailureKind, Reader};
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

/// Reads and measures every file and member, a task each. Samples live only as long as their content is at hand.
pub(super) fn run(
    found: Discovered,
    settings: &Settings,
    reading: &Reading,
    filter: &Filter,
    done: impl Fn() + Sync,
) -> Batch {
    let limits = reading.limits.limits();
    let parts: Vec<Visited<Vec<Entry>>> = found
        .sources
        .par_iter()
        .map(|source| {
            let part = archive::visit(source, &limits, filter, &|content| {
                guarded(source, content, settings, reading.reader, &limits)
            });
            done();
            part
        })
        .collect();
    let mut batch = Batch { entries: Vec::new(), skipped: found.filtered };
    for part in parts {
        batch.skipped += part.skipped;
        batch.entries.extend(part.results.into_iter().flatten());
    }
    for error in found.failures {
        batch.entries.push(entry(error.path, error.member, Outcome::Unreadable(error.failure)));
    }
    batch
        .entries
        .sort_by(|a, b| a.path.as_os_str().as_encoded_bytes().cmp(b.path.as_os_str().as_encoded_bytes()));
    batch
}

fn entry(path: PathBuf, member: Option<String>, outcome: Outcome) -> Entry {
    Entry { path, member, activity: 1, said: Said::default(), outcome }
}

/// One content; a fault of ours becomes its row and the batch goes on.
fn guarded(
    source: &Source,
    content: Content,
    settings: &Settings,
    reader: Reader,
    limits: &Limits,
) -> Vec<Entry> {
    let member = content.member.clone();
    let result = catch_unwind(AssertUnwindSafe(|| read(source, content, settings, reader, limits)));
    result.unwrap_or_else(|panic| {
        let what = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".to_owned());
        let failure = Failure { at: None, kind: FailureKind::Internal(what) };
        vec![entry(source.path.clone(), member, Outcome::Unreadable(failure))]
    })
}

fn read(
    source: &Source,
    content: Content,
    settings: &Settings,
    reader: Reader,
    limits: &Limits,
) -> Vec<Entry> {
    let activities = content.bytes.and_then(|bytes| {
        let activities = ingest::read_with(reader, &bytes)?;
        limits.check(&activities)?;
        Ok(activities)
    });
    let activities = match activities {
        Ok(activities) => activities,
        Err(failure) => {
            return vec![entry(source.path.clone(), content.member, Outcome::Unreadable(failure))];
        }
    };
    let mut entries = Vec::with_capacity(activities.len());
    for (number, mut activity) in (1..).zip(activities) {
        activity.notes.extend(content.notes.iter().cloned());
        let about = settings.about(&source.path, &activity);
        activity.name = about.name.or(activity.name);
        let (identity, outcome) = measure(&activity, &MeasureOptions { course: about.course });
        let identity = Box::new(identity);
        let outcome = match outcome {
            Ok(measured) => Outcome::Measured(identity, Arc::new(measured)),
            Err(refusal) => Outcome::Refused(identity, refusal),
        };
        let (path, member) = (source.path.clone(), content.member.clone());
        entries.push(Entry { path, member, activity: number, said: about.said, outcome });
    }
    entries
}
