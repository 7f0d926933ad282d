//! The built-in readers against third-party libraries, over fixtures, corpus and mutations of both.
//!
//! The built-in reader gives what the library gives, wherever that gives anything. Every difference
//! belongs to a class that is explained here. This prints the counts of a long run:
//! `FIRSTMILE_MUTATIONS=100000 cargo test --release --test differential -- --nocapture`.

#![allow(clippy::print_stderr)] // counts, and what was skipped

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use firstmile::activity::Note;
use firstmile::ingest::compare::{Difference, DifferenceKind, Reading, differences};
use firstmile::ingest::discover::discover;
use firstmile::ingest::filter::Filter;
use firstmile::ingest::{Reader, Source, archive, read_with};

#[allow(dead_code)] // the helpers of the other tests
#[path = "it/common/mod.rs"]
mod common;

use common::corpus::corpus;
use common::count_from_env;
use common::damage::{Chance, mutate};
use common::fixtures::FIXTURES;

/// Mutations by default: some seconds of a debug build.
const MUTATIONS: u64 = 2_000;

/// Returns why two readings differ, or `None` if no class explains it.
fn class(difference: &Difference, bytes: &[u8], library: &Reading) -> Option<&'static str> {
    use DifferenceKind::{OnlyFast, OnlyLibrary, Unequal};
    let Difference { kind, field, count, fast, library: by_library, .. } = difference;
    let is_fit = bytes.get(8..12) == Some(b".FIT");
    let root = &String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let is_gpx = root.contains("<gpx") || root.contains(":gpx");
    let is_channel = matches!(
        *field,
        "heart_rate_bpm" | "power_w" | "speed_mps" | "distance_m" | "cadence_spm" | "temperature_c"
    );
    let is_well_formed =
        || std::str::from_utf8(bytes).is_ok_and(|text| roxmltree::Document::parse(text).is_ok());
    let gave_up = library.as_ref().is_ok_and(|activities| {
        let broken = |note: &Note| note.text.contains("the XML is broken");
        activities.iter().any(|activity| activity.notes.iter().any(broken))
    });
    match (kind, *field) {
        (OnlyFast, "activities") => Some("the library gives up on the whole file"),
        (OnlyFast, "latitude_deg" | "longitude_deg" | "altitude_m") if is_fit => {
            Some("a developer field that a garbled description calls a place")
        }
        (OnlyFast, _) if is_fit && is_channel => {
            Some("a developer field that stands for a native one, which the library is not asked for")
        }
        (OnlyLibrary, _) if is_fit && *count <= 3 => {
            Some("a field that a garbled definition names twice, once as a text that is none")
        }
        _ if is_fit => None,
        (Unequal, "failure") => {
            Some("neither reads anything; the library calls damage what holds no recording")
        }
        (OnlyFast, "declared.distance_m" | "declared.elapsed_s") if is_gpx => {
            Some("totals in the file's extensions, which the gpx crate does not give")
        }
        (OnlyFast, _) if is_gpx && (is_channel || *field == "utc_offset_s") => {
            Some("the gpx crate gives no extensions and no zones")
        }
        (OnlyLibrary, "segment_starts") | (Unequal, "timer_known") if is_gpx => {
            Some("a last segment without a point is none to the fast reader")
        }
        (OnlyFast | Unequal, _) if gave_up => {
            Some("the library stops at broken XML; the fast reader goes on behind it")
        }
        (Unequal, "device" | "name") if std::str::from_utf8(bytes).is_err() => Some(
            "one byte is no UTF-8: to the library all is windows-1252 then, to the fast reader the text around it",
        ),
        (OnlyLibrary, _) if is_gpx && *count <= 3 && has_short_time(bytes) => {
            Some("a day of the year for month and day, or no colon in a time: no program writes that")
        }
        (Unequal, _) if is_gpx && *count <= 3 && has_buddhist_year(bytes) => {
            Some("a year of the Buddhist calendar, which the library takes for ours")
        }
        // A mutation damages up to three places.
        (OnlyLibrary, _) if !is_gpx && *count <= 3 && !is_well_formed() => {
            Some("a value whose opening tag is damaged: the library goes by the closing one")
        }
        (_, "samples" | "segment_starts" | "laps" | "activities") | (OnlyFast | Unequal, _)
            if !is_well_formed() =>
        {
            Some(
                "a damaged tag of a point, track or lap: to the fast reader a tag ends where the next begins",
            )
        }
        (Unequal, "device" | "name") if fast.split_whitespace().eq(by_library.split_whitespace()) => {
            Some("white space in a name")
        }
        _ => None,
    }
}

/// Returns whether there is a time such as `2017-101T07:38:30Z` or `2017-04-11T0738:30Z`.
fn has_short_time(bytes: &[u8]) -> bool {
    let is_like = |at: &[u8], pattern: &str| {
        at.iter()
            .zip(pattern.bytes())
            .all(|(byte, like)| if like == b'0' { byte.is_ascii_digit() } else { *byte == like })
    };
    let patterns = ["0000-000T", "0T0000:00"];
    bytes.windows(9).any(|at| patterns.iter().any(|pattern| is_like(at, pattern)))
}

/// Returns whether there is a date from 2443 to 2842, which the Buddhist calendar has today.
fn has_buddhist_year(bytes: &[u8]) -> bool {
    let year = |at: &[u8]| std::str::from_utf8(&at[..4]).ok()?.parse::<u32>().ok();
    bytes.windows(5).any(|at| at[4] == b'-' && year(at).is_some_and(|year| (2443..2843).contains(&year)))
}

/// Returns every file under a folder, unpacked.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (limits, filter) = (archive::Limits::default(), Filter::default());
    let discovered = discover(&[folder.to_path_buf()], &filter).expect("there");
    let content = |source: &Source| {
        let visited = archive::visit(source, &limits, &filter, &|content| content.bytes.ok());
        let path = source.path.clone();
        visited.results.into_iter().flatten().map(move |bytes| (path.clone(), bytes))
    };
    discovered.sources.iter().flat_map(content).collect()
}

/// Counts differences by class, and keeps the unexplained ones.
#[derive(Default)]
struct Tally {
    read: u64,
    same: u64,
    classes: BTreeMap<&'static str, u64>,
    unexplained: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, bytes: &[u8]) {
        self.read += 1;
        let fast = read_with(Reader::BuiltIn, bytes);
        let Ok(library) = catch_unwind(AssertUnwindSafe(|| read_with(Reader::Library, bytes))) else {
            *self.classes.entry("the library panics").or_default() += 1;
            return;
        };
        let found = differences(&fast, &library);
        self.same += u64::from(found.is_empty());
        for difference in found {
            match class(&difference, bytes, &library) {
                Some(class) => *self.classes.entry(class).or_default() += 1,
                None => self.unexplained.push(format!("{name}: {difference} (fast: {})", difference.fast)),
            }
        }
    }

    fn check(self, what: &str) {
        eprintln!("{what}: {} read, {} the same", self.read, self.same);
        for (class, count) in &self.classes {
            eprintln!("  {count} differences: {class}");
        }
        let shown = self.unexplained.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.unexplained.is_empty(), "{} unexplained:\n{shown}", self.unexplained.len());
    }
}

/// Returns the files of the fixtures and the corpus.
fn seeds() -> Vec<(PathBuf, Vec<u8>)> {
    let mut seeds = contents(Path::new(FIXTURES));
    if let Some(corpus) = corpus() {
        seeds.extend(contents(corpus));
    }
    seeds
}

#[test]
fn both_readers_agree_on_undamaged_files() {
    let mut tally = Tally::default();
    for (path, bytes) in seeds() {
        tally.add(&path.to_string_lossy(), &bytes);
    }
    tally.check("undamaged files");
}

#[test]
fn both_readers_agree_on_damaged_files() {
    let wanted = count_from_env("FIRSTMILE_MUTATIONS", MUTATIONS);
    // Small files give more inputs in the same time.
    let seeds: Vec<_> =
        seeds().into_iter().filter(|(_, bytes)| (1..200_000).contains(&bytes.len())).collect();
    std::panic::set_hook(Box::new(|_| {}));
    let mut tally = Tally::default();
    for number in 0..wanted {
        let mut chance = Chance::new(number);
        let (path, bytes) = &seeds[chance.below(seeds.len())];
        let mut bytes = bytes.clone();
        for _ in 0..=chance.below(3) {
            mutate(&mut bytes, &mut chance);
        }
        tally.add(&format!("mutation {number} of {}", path.display()), &bytes);
    }
    let _ = std::panic::take_hook();
    tally.check("mutations");
}
