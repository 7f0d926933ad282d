//! What only a batch of files shows: duplicates, and races without a name.

use std::sync::Arc;

use firstmile::history::{self, Decision, Entry, History, Kind, Outcome};
use firstmile::ingest;
use firstmile::measure::{MeasureOptions, measure};
use firstmile_fixtures::earth::{Route, Shape};
use firstmile_fixtures::run::Stop;
use firstmile_fixtures::watch::{Recording, Sampling, record};
use firstmile_fixtures::{Run, Watch, damage, fit, gpx, tcx};

/// The start of the first run: 2022-05-15, 9:00 UTC.
const START_S: f64 = 1_652_605_200.0;
const DAY_S: f64 = 86_400.0;

/// Reads and measures a recording.
pub(super) fn entry(name: &str, bytes: &[u8]) -> Entry {
    let activity = ingest::read(bytes).expect("an activity").remove(0);
    let outcome = Outcome::from(measure(&activity, &MeasureOptions::default()));
    assert!(matches!(outcome, Outcome::Measured(..)), "{name}: {outcome:?}");
    Entry::new(name, outcome)
}

fn read(entries: &[Entry]) -> History {
    history::decide(entries)
}

fn every(seconds: f64) -> Watch {
    Watch { sampling: Sampling::Every(seconds), ..Watch::default() }
}

fn ten_km(seed: u64, pace_s_per_km: f64) -> Run {
    Run::new(START_S)
        .paced(&[(3_000.0, pace_s_per_km), (10_000.0, 1.03 * pace_s_per_km)])
        .varied(seed, 1.0)
        .on(Route::new(48.1, 11.5, 40.0, Shape::Winding))
}

fn as_fit(recording: &Recording, serial: u32) -> Vec<u8> {
    fit::write(recording, &fit::Options { serial, gender: None, ..fit::Options::default() })
}

#[test]
fn copies_of_a_run_are_duplicates_of_the_richest_one() {
    let run = ten_km(1, 300.0).heart(140.0, 160.0);
    let original = record(&run, &every(1.0));
    let mut rounded = record(&run, &every(4.0));
    damage::round_times(&mut rounded, 2.0);
    let mut indoors = record(&run, &Watch { gps: None, ..every(1.0) });
    damage::round_times(&mut indoors, 1.0);
    let whole = as_fit(&original, 7);
    let entries = [
        entry("a.gpx", &gpx::write(&rounded, &gpx::Options::default())),
        entry("b.fit", &whole),
        entry("c.tcx", &tcx::write(&rounded, &tcx::Options::default())),
        entry("d.fit", &whole[..whole.len() / 2]),
        entry("e.fit", &as_fit(&indoors, 7)),
    ];
    assert_eq!(read(&entries).twin_of, [Some(1), None, Some(1), Some(1), Some(1)]);
}

#[test]
fn the_order_of_files_decides_only_between_equal_copies() {
    let run = ten_km(2, 310.0);
    let bytes = as_fit(&record(&run, &every(2.0)), 7);
    let copy = gpx::write(&record(&run, &every(2.0)), &gpx::Options::default());
    let forward = read(&[entry("a.fit", &bytes), entry("b.gpx", &copy), entry("c.fit", &bytes)]);
    let backward = read(&[entry("c.fit", &bytes), entry("b.gpx", &copy), entry("a.fit", &bytes)]);
    assert_eq!(forward.twin_of, [None, Some(0), Some(0)]);
    assert_eq!(backward.twin_of, [None, Some(0), Some(0)]);
}

#[test]
fn sixty_runners_of_one_race_are_not_duplicates() {
    let mut entries = Vec::new();
    for runner in 0..60_u32 {
        // Each runner is 2 s/km slower than the one before, so neighbours start within 5 s.
        let run = ten_km(100 + u64::from(runner), 260.0 + 2.0 * f64::from(runner));
        let recording = record(&run, &Watch { seed: u64::from(runner), ..every(5.0) });
        let bytes = match runner % 4 {
            0 => gpx::write(&recording, &gpx::Options::default()),
            _ => as_fit(&recording, 1000 + runner),
        };
        entries.push(entry(&format!("{runner:02}"), &bytes));
    }
    assert_eq!(read(&entries).twin_of.iter().flatten().count(), 0);
}

#[test]
fn two_friends_who_run_together_are_not_duplicates() {
    let ahead = ten_km(5, 300.0);
    let behind = ten_km(5, 300.0).from_metre(-40.0);
    let (a, b) = (record(&ahead, &every(3.0)), record(&behind, &Watch { seed: 9, ..every(3.0) }));
    let entries = [entry("a.fit", &as_fit(&a, 1)), entry("b.fit", &as_fit(&b, 2))];
    assert_eq!(read(&entries).twin_of, [None, None]);
    // The same without positions, each with a foot pod.
    let blind = |run: &Run| record(run, &Watch { gps: None, ..every(3.0) });
    let entries = [entry("a.fit", &as_fit(&blind(&ahead), 1)), entry("b.fit", &as_fit(&blind(&behind), 2))];
    assert_eq!(read(&entries).twin_of, [None, None]);
}

fn decisions(entries: &[Entry]) -> Vec<Decision> {
    read(entries).decisions.into_iter().flatten().collect()
}

/// Returns easy runs of 9 to 17 km over three months. None has the length of a course.
fn easy_weeks() -> Vec<Entry> {
    (0..12)
        .map(|week| {
            let length_m = 9_000.0 + 640.0 * f64::from(week) + 55.0;
            let run = Run::new(START_S + 7.0 * DAY_S * f64::from(week))
                .paced(&[(length_m, 345.0)])
                .varied(week as u64, 2.0);
            entry(&format!("easy-{week}"), &as_fit(&record(&run, &every(10.0)), 7))
        })
        .collect()
}

/// Returns a run of some metres, 20 km from where the easy weeks start, on a Sunday at ten.
fn away(name: &str, metres: f64, pace_s_per_km: f64) -> Entry {
    let run = Run::new(START_S + 42.0 * DAY_S - 3_600.0)
        .paced(&[(metres, pace_s_per_km)])
        .varied(3, 1.0)
        .on(Route::new(48.3, 11.6, 40.0, Shape::Winding));
    entry(name, &as_fit(&record(&run, &every(10.0)), 7))
}

/// Returns 10.04 km from where the easy weeks start, on a Wednesday.
fn at_home(name: &str, pace_s_per_km: f64) -> Entry {
    let run = Run::new(START_S + 45.0 * DAY_S).paced(&[(10_040.0, pace_s_per_km)]).varied(3, 1.0);
    entry(name, &as_fit(&record(&run, &every(10.0)), 7))
}

fn last_decision(mut batch: Vec<Entry>, last: Entry) -> Decision {
    batch.push(last);
    decisions(&batch).pop().expect("a decision")
}

#[test]
fn a_race_without_a_name_is_found_by_its_marks() {
    let half = last_decision(easy_weeks(), away("morning", 21_250.0, 300.0));
    assert_eq!((half.kind, half.inferred), (Kind::Race, true), "{:?}", half.marks);
    let reasons = half.reasons.join("; ");
    for reason in ["half-marathon distance", "a place you hardly ever start from", "a weekend morning"] {
        assert!(reasons.contains(reason), "{reasons}");
    }
    let decisions = decisions(&easy_weeks());
    assert!(decisions.iter().all(|decision| decision.kind == Kind::Training && !decision.may_be_race));
}

#[test]
fn a_fast_round_10_km_from_home_is_training_and_far_from_home_it_may_have_been_a_race() {
    let home = last_decision(easy_weeks(), at_home("evening", 285.0));
    assert_eq!((home.kind, home.may_be_race), (Kind::Training, false), "{:?}", home.marks);
    let far = last_decision(easy_weeks(), away("morning", 10_040.0, 285.0));
    assert_eq!((far.kind, far.may_be_race), (Kind::Training, true), "{:?}", far.marks);
    let tempo = last_decision(easy_weeks(), away("tempo-run", 10_040.0, 285.0));
    assert_eq!((tempo.kind, tempo.may_be_race), (Kind::Training, false), "{:?}", tempo.marks);
}

#[test]
fn a_run_alone_is_a_race_over_a_course_without_a_long_stop() {
    let alone = |entry: Entry| decisions(&[entry])[0].kind;
    assert_eq!(alone(at_home("evening", 340.0)), Kind::Race);
    assert_eq!(alone(away("morning", 11_300.0, 300.0)), Kind::Training, "no course");
    assert_eq!(alone(at_home("easy-evening", 340.0)), Kind::Training, "its file name says easy");
    let profiled = |metres: f64| {
        let run = Run::new(START_S).paced(&[(metres, 300.0)]).varied(3, 1.0);
        let options = fit::Options { name: Some("Carrera".into()), ..fit::Options::default() };
        decisions(&[entry("a.fit", &fit::write(&record(&run, &every(5.0)), &options))]).remove(0)
    };
    let (ten, half) = (profiled(10_040.0), profiled(21_150.0));
    assert_eq!(
        (ten.kind, ten.may_be_race, half.kind),
        (Kind::Training, true, Kind::Race),
        "a profile's name"
    );
    let paused =
        Run::new(START_S).paced(&[(10_040.0, 300.0)]).varied(3, 1.0).stop(Stop::paused(5_000.0, 120.0));
    assert_eq!(alone(entry("a.fit", &as_fit(&record(&paused, &every(2.0)), 7))), Kind::Training, "a pause");
}

#[test]
fn the_name_of_a_duplicate_counts_for_the_run() {
    let run = ten_km(4, 300.0);
    let recording = record(&run, &every(2.0));
    let named = gpx::Options { name: Some("Mill Town 10K".into()), ..gpx::Options::default() };
    let entries = [entry("a.fit", &as_fit(&recording, 7)), entry("b.gpx", &gpx::write(&recording, &named))];
    let history = read(&entries);
    assert_eq!(history.twin_of, [None, Some(0)]);
    assert_eq!(history.decisions[0].as_ref().map(|decision| decision.kind), Some(Kind::Race));
}

/// Copies must not be compared pair by pair.
#[test]
fn two_thousand_copies_are_one_run() {
    let copy = entry("a.fit", &as_fit(&record(&ten_km(3, 300.0), &every(10.0)), 7));
    let Outcome::Measured(identity, measured) = &copy.outcome else { panic!("measured") };
    let entries: Vec<Entry> = (0..2000)
        .map(|number| {
            Entry::new(format!("{number:04}.fit"), Outcome::Measured(identity.clone(), Arc::clone(measured)))
        })
        .collect();
    let history = read(&entries);
    assert_eq!(history.twin_of.iter().flatten().count(), 1999);
    let kinds: Vec<Kind> = history.decisions.into_iter().flatten().map(|decision| decision.kind).collect();
    assert!(kinds.len() == 2000 && kinds.iter().all(|kind| *kind == kinds[0]));
}
