//! The parallel pass: files in, entries out, in path order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
            let activities = AtomicUsize::new(0);
            let is_over = |more: usize| {
                activities.fetch_add(more, Ordering::Relaxed).saturating_add(more) > limits.activities
            };
            let mut part = archive::visit(source, &limits, filter, &|content| {
                let entries = guarded(source, content, settings, reading.reader, &limits);
                let read = entries.iter().filter(|entry| entry.identity().is_some()).count();
                if is_over(read) { Vec::new() } else { entries }
            });
            if is_over(0) {
                // Which members came first depends on the threads, so none is told.
                let failure = Outcome::Unreadable(limits.too_busy());
                let row = entry(source.path.clone(), source.member.clone(), failure);
                part = Visited { results: vec![vec![row]], skipped: 0 };
            }
            if let Some(number) = source.activity {
                only(number, source, &mut part);
            }
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

/// Leaves the one activity of a file that was asked for.
fn only(number: usize, source: &Source, part: &mut Visited<Vec<Entry>>) {
    let is_it = |entry: &Entry| entry.activity == number || entry.identity().is_none();
    part.results.iter_mut().for_each(|entries| entries.retain(is_it));
    if part.results.iter().all(Vec::is_empty) {
        let failure = Failure::not_an_activity(format!("no activity {number} in the file"));
        let mut row = entry(source.path.clone(), source.member.clone(), Outcome::Unreadable(failure));
        row.activity = number;
        part.results = vec![vec![row]];
    }
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
    let activities = content.bytes.and_then(|bytes| ingest::read_within(reader, &bytes, limits));
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
