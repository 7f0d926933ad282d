//! The whole pipeline over damaged files: any bytes give a row or a reason, and nothing panics.
//!
//! The long run of SECURITY.md is
//! `FIRSTMILE_MUTATIONS=200000 cargo test --release --test mutations -- --nocapture`.

#![allow(clippy::print_stderr)] // counts, and what was skipped

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use firstmile::formats::{self, Style};
use firstmile::history::{self, Entry, Outcome};
use firstmile::ingest::archive;
use firstmile::ingest::discover::discover;
use firstmile::ingest::filter::Filter;
use firstmile::ingest::{self, FailureKind, Limits, Source};
use firstmile::judge;
use firstmile::measure::{MeasureOptions, measure};
use firstmile::report::{Report, Status};
use firstmile::runner::{Runner, Stated};
use firstmile::units::Units;

#[allow(dead_code)] // the helpers of the other tests
#[path = "it/common/mod.rs"]
mod common;

use common::corpus::corpus;
use common::damage::{Chance, mutate};
use common::fixtures::FIXTURES;
use common::{count_from_env, temporary_folder};

/// Mutations by default: some seconds of a debug build.
const MUTATIONS: u64 = 2_000;
/// Bytes of the largest file that is damaged. Larger ones take longer and find no more.
const LARGEST: usize = 30_000;

/// Returns the files of the fixtures and the corpus, still packed: archives are damaged too.
fn seeds() -> Vec<(PathBuf, Vec<u8>)> {
    let folders: Vec<PathBuf> =
        [Some(Path::new(FIXTURES)), corpus()].into_iter().flatten().map(Path::to_path_buf).collect();
    let found = discover(&folders, &Filter::default()).expect("there");
    let content = |source: Source| Some((source.path.clone(), std::fs::read(&source.path).ok()?));
    let small = |(_, bytes): &(PathBuf, Vec<u8>)| (1..LARGEST).contains(&bytes.len());
    found.sources.into_iter().filter_map(content).filter(small).collect()
}

/// Reads, measures, judges and reports one file. Returns "scored" or the reason of each row.
fn run(path: &Path, limits: &Limits) -> Vec<&'static str> {
    let entry = |member: &Option<String>, activity, outcome| Entry {
        path: path.into(),
        member: member.as_deref().map(Into::into),
        activity,
        stated: Stated::default(),
        outcome,
        table_origin: None,
    };
    let visited = archive::visit(&Source::named(path), limits, &Filter::default(), &|content| {
        let activities = content.bytes.and_then(|bytes| {
            let activities = ingest::read(&bytes)?;
            limits.check(&activities)?;
            Ok(activities)
        });
        match activities {
            Err(failure) => {
                assert!(!matches!(failure.kind, FailureKind::Internal(_)));
                vec![entry(&content.member, 1, Outcome::Unreadable(failure))]
            }
            Ok(activities) => (1..)
                .zip(activities)
                .map(|(number, activity)| {
                    let (identity, outcome) = measure(&activity, &MeasureOptions::default());
                    let identity = Box::new(identity);
                    let outcome = match outcome {
                        Ok(measured) => Outcome::Measured(identity, Arc::new(measured)),
                        Err(refusal) => Outcome::Refused(identity, refusal),
                    };
                    entry(&content.member, number, outcome)
                })
                .collect(),
        }
    });
    let entries: Vec<Entry> = visited.results.into_iter().flatten().collect();
    let report = {
        let history = history::decide(&entries);
        let judged = judge::judge(&entries, &history, &Runner::default(), Units::Miles);
        Report::new(&entries, history, judged, visited.skipped, Units::Miles)
    };
    let summary = report.summary;
    let counted = summary.scored + summary.refused + summary.duplicates + summary.unreadable;
    assert_eq!(counted, report.rows.len());
    for name in ["csv", "json", "text"] {
        let format = formats::named(formats::REPORT, name).expect("a format");
        format.write(&report, &Style::default(), &mut Vec::new()).expect("memory");
    }
    report.rows.iter().map(|row| if row.status == Status::Scored { "scored" } else { row.reason }).collect()
}

/// Returns how many files to damage.
fn wanted() -> u64 {
    count_from_env("FIRSTMILE_MUTATIONS", MUTATIONS)
}

/// Reading alone is quick, so there are ten times as many inputs.
#[test]
fn any_bytes_give_activities_or_a_reason() {
    let (limits, filter) = (Limits::default(), Filter::default());
    let unpacked = |(path, _): &(PathBuf, Vec<u8>)| {
        let visited = archive::visit(&Source::named(path), &limits, &filter, &|content| content.bytes.ok());
        visited.results.into_iter().flatten().collect::<Vec<_>>()
    };
    let seeds: Vec<Vec<u8>> =
        seeds().iter().flat_map(unpacked).filter(|bytes| (1..LARGEST).contains(&bytes.len())).collect();
    let (mut activities, mut reasons) = (0_u64, 0_u64);
    for number in 0..10 * wanted() {
        let mut chance = Chance::new(number);
        let mut bytes = seeds[chance.below(seeds.len())].clone();
        for _ in 0..=chance.below(3) {
            mutate(&mut bytes, &mut chance);
        }
        match ingest::read(&bytes) {
            Ok(read) => {
                activities += read.len() as u64;
                // A sample takes at least five bytes, or one where timestamps are compressed.
                assert!(read.iter().all(|activity| activity.samples.len() <= bytes.len()), "input {number}");
            }
            Err(_) => reasons += 1,
        }
    }
    eprintln!("{} inputs: {activities} activities, {reasons} reasons", 10 * wanted());
    assert!(activities > 0 && reasons > 0);
}

#[test]
fn any_bytes_give_a_row() {
    let wanted = wanted();
    let seeds = seeds();
    let mut limits = Limits::default();
    limits.bytes = 8 << 20;
    let folder = temporary_folder();
    let path = folder.path().join("mutated");
    let mut codes: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut number = 0;
    while number < wanted {
        let mut chance = Chance::new(number);
        let (seed, bytes) = &seeds[chance.below(seeds.len())];
        let mut bytes = bytes.clone();
        for _ in 0..=chance.below(3) {
            mutate(&mut bytes, &mut chance);
        }
        std::fs::write(&path, &bytes).expect("written");
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&path, &limits)));
        let rows = result.unwrap_or_else(|_| panic!("mutation {number} of {} panics", seed.display()));
        assert!(!rows.is_empty(), "mutation {number} of {} has no row", seed.display());
        for code in rows {
            *codes.entry(code).or_default() += 1;
        }
        number += 1;
    }
    eprintln!("{number} inputs, rows by what became of them: {codes:?}");
    assert!(codes.len() > 5, "{codes:?}");
}
