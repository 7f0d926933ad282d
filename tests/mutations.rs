//! The whole pipeline over damaged files: whatever the bytes, there is a row or a reason, and nothing panics.
//!
//! `FIRSTMILE_MUTATIONS=200000 cargo test --release --test mutations -- --nocapture` is the long run of SECURITY.md.

#![allow(clippy::print_stderr)] // counts, and what was skipped

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use firstmile::history::{self, Entry, Outcome};
use firstmile::ingest::archive::{self};
use firstmile::ingest::limits::Limits;
use firstmile::ingest::source::Source;
use firstmile::ingest::discover::discover;
use firstmile::ingest::filter::Filter;
use firstmile::ingest::{self, FailureKind};
use firstmile::measure::{MeasureOptions, measure};
use firstmile::formats::Format;
use firstmile::report::Report;
use firstmile::report::Status;
use firstmile::formats::Style;
use firstmile::runner::{Runner, Said};
use firstmile::units::Units;

mod damage;
use damage::{Chance, mutate};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");
/// So many mutations without being asked for more: some seconds of a debug build.
const MUTATIONS: u64 = 2_000;
/// Larger files cost more and tell no more.
const LARGEST: usize = 30_000;

/// The packed files as they lie on the disk: archives are damaged too.
fn seeds() -> Vec<(PathBuf, Vec<u8>)> {
    let folders: Vec<PathBuf> =
        [FIXTURES, CORPUS].iter().map(PathBuf::from).filter(|folder| folder.exists()).collect();
    let found = discover(&folders, &Filter::default()).expect("there");
    let content = |source: Source| Some((source.path.clone(), std::fs::read(&source.path).ok()?));
    let small = |(_, bytes): &(PathBuf, Vec<u8>)| (1..LARGEST).contains(&bytes.len());
    found.sources.into_iter().filter_map(content).filter(small).collect()
}

/// Reads, measures and judges one file, and writes what came of it; gives the codes of its rows.
fn run(path: &Path, limits: &Limits) -> Vec<&'static str> {
    let entry = |member: &Option<String>, activity, outcome| Entry {
        path: path.to_path_buf(),
        member: member.clone(),
        activity,
        said: Said::default(),
        outcome,
        kept: None,
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
    let report =
        Report::new(&entries, history::read(&entries), visited.skipped, &Runner::default(), Units::Miles);
    let summary = report.summary;
    let told = summary.scored + summary.refused + summary.duplicates + summary.unreadable;
    assert_eq!(told, report.rows.len());
    for format in [Format::Csv, Format::Json, Format::Text] {
        format.write(&report, &Style::default(), &mut Vec::new()).expect("memory");
    }
    report.rows.iter().map(|row| if row.status == Status::Scored { "scored" } else { row.reason }).collect()
}

fn wanted() -> u64 {
    std::env::var("FIRSTMILE_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(MUTATIONS)
}

/// Reading alone is quick: ten times as many inputs.
#[test]
fn whatever_the_bytes_there_are_activities_or_a_reason() {
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
                // A sample takes five bytes of a file at least, or one where times are compressed.
                assert!(read.iter().all(|activity| activity.samples.len() <= bytes.len()), "input {number}");
            }
            Err(_) => reasons += 1,
        }
    }
    eprintln!("{} inputs: {activities} activities, {reasons} reasons", 10 * wanted());
    assert!(activities > 0 && reasons > 0);
}

#[test]
fn whatever_the_bytes_there_is_a_row() {
    let wanted = wanted();
    let seeds = seeds();
    let limits = Limits { bytes: 8 << 20, ..Limits::default() };
    let folder = tempfile::tempdir().expect("a folder");
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
