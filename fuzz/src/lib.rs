//! The fuzz targets as plain functions. The fuzzer calls them, and so does a test over the
//! fixtures.
//!
//! A panic is a finding, and so is memory or time above the fuzzer's limits (README.md has its
//! flags). The assertions here check the other promises of SECURITY.md.

use std::io::Write;
use std::sync::Arc;

use firstmile::formats::{REPORT, Style};
use firstmile::history::{self, Entry, Outcome};
use firstmile::ingest::archive;
use firstmile::ingest::filter::Filter;
use firstmile::ingest::{FailureKind, Limits, Reader, Source, read_within};
use firstmile::judge;
use firstmile::measure::{MeasureOptions, measure};
use firstmile::report::Report;
use firstmile::runner::{Runner, Stated};
use firstmile::units::Units;

/// Limits small enough for the fuzzer to reach.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.bytes = 1 << 20;
    limits.total = 4 << 20;
    limits.ratio = 50;
    limits.members = 64;
    limits.depth = 3;
    limits.samples = 20_000;
    limits.activities = 64;
    limits
}

/// Fuzzes the FIT reader. Bytes without a FIT header get one.
pub fn fit(bytes: &[u8]) {
    if bytes.get(8..12) == Some(b".FIT") {
        return read(bytes);
    }
    let length = (bytes.len() as u32).to_le_bytes();
    read(&[&[12, 0x10, 0, 0], &length[..], b".FIT", bytes].concat());
}

/// Fuzzes the GPX reader. Bytes without an XML declaration get a document with an open track around
/// them.
pub fn gpx(bytes: &[u8]) {
    document(bytes, b"<gpx><trk><trkseg>");
}

/// Fuzzes the TCX reader, as [`gpx`] does.
pub fn tcx(bytes: &[u8]) {
    document(bytes, b"<TrainingCenterDatabase><Activities><Activity Sport='Running'><Lap><Track>");
}

/// Reads bytes as they are if they begin like a document, else after a beginning.
fn document(bytes: &[u8], beginning: &[u8]) {
    if bytes.starts_with(b"<?xml") {
        read(bytes);
    } else {
        read(&[beginning, bytes].concat());
    }
}

/// Reads and measures, and asserts that the activities are within the limits.
fn read(bytes: &[u8]) {
    let Ok(activities) = read_within(Reader::BuiltIn, bytes, &limits()) else { return };
    assert!(!activities.is_empty() && activities.len() <= limits().activities);
    assert!(activities.iter().map(|activity| activity.samples.len()).sum::<usize>() <= limits().samples);
    for activity in &activities {
        let _ = measure(activity, &MeasureOptions::default());
    }
}

/// Fuzzes the archive layer. Asserts that something is reported or skipped, and that no content
/// exceeds the limit.
pub fn archive(bytes: &[u8]) {
    with_file(bytes, |source| {
        let visited = archive::visit(source, &limits(), &Filter::default(), &|content| {
            content.bytes.map_or(0, |bytes| bytes.len() as u64)
        });
        assert!(!visited.results.is_empty() || visited.skipped > 0);
        assert!(visited.results.iter().all(|length| *length <= limits().bytes));
    });
}

/// Fuzzes the whole pipeline, from bytes to reports in every format.
pub fn pipeline(bytes: &[u8]) {
    with_file(bytes, |source| {
        let visited = archive::visit(source, &limits(), &Filter::default(), &|content| {
            let entry = |activity, outcome| Entry {
                path: source.path.as_path().into(),
                member: content.member.as_deref().map(Into::into),
                activity,
                stated: Stated::default(),
                outcome,
                table_origin: None,
            };
            match content.bytes.and_then(|bytes| read_within(Reader::BuiltIn, &bytes, &limits())) {
                Err(failure) => {
                    assert!(!matches!(failure.kind, FailureKind::Internal(_)));
                    vec![entry(1, Outcome::Unreadable(failure))]
                }
                Ok(activities) => (1..)
                    .zip(&activities)
                    .map(|(number, activity)| {
                        let (identity, outcome) = measure(activity, &MeasureOptions::default());
                        let identity = Box::new(identity);
                        entry(
                            number,
                            match outcome {
                                Ok(measured) => Outcome::Measured(identity, Arc::new(measured)),
                                Err(refusal) => Outcome::Refused(identity, refusal),
                            },
                        )
                    })
                    .collect(),
            }
        });
        let entries: Vec<Entry> = visited.results.into_iter().flatten().collect();
        let history = history::decide(&entries);
        let judged = judge::judge(&entries, &history, &Runner::default(), Units::Miles);
        let report = Report::new(&entries, history, judged, visited.skipped, Units::Miles);
        let summary = report.summary;
        let told = summary.scored + summary.refused + summary.duplicates + summary.unreadable;
        assert_eq!(told, report.rows.len());
        // Built without Parquet, whose writer then is an error.
        for format in REPORT.iter().filter(|format| format.name != "parquet") {
            format.write(&report, &Style::default(), &mut Vec::new()).expect("memory is written");
        }
    });
}

/// Writes bytes to a temporary file and passes it on as a source.
fn with_file(bytes: &[u8], then: impl FnOnce(&Source)) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("written");
    then(&Source::named(file.path()));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the fixtures, whole and in halves, through every target.
    #[test]
    fn the_seeds_are_no_findings() {
        let fixtures = std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures"));
        let found = firstmile::ingest::discover::discover(&[fixtures], &Filter::default()).expect("there");
        let mut seeds = 0;
        for source in found.sources {
            let bytes = std::fs::read(&source.path).expect("read");
            for piece in [&bytes[..], &bytes[..bytes.len() / 2], &bytes[bytes.len() / 2..]] {
                for target in [fit, gpx, tcx, archive, pipeline] {
                    target(piece);
                }
                seeds += 1;
            }
        }
        assert!(seeds > 50, "{seeds}");
    }
}
