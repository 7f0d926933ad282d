//! Which runs of a runner's archive were races: made-up years with known races.
//!
//! The runner improves over the years, runs the same loops from home with a service's default
//! titles, does intervals, goes to a parkrun, and races away from home, mostly unnamed.

use firstmile::history::{self, Decision, Entry, History, Kind};
use firstmile_fixtures::earth::{Route, Shape};
use firstmile_fixtures::run::Stop;
use firstmile_fixtures::watch::{Sampling, record};
use firstmile_fixtures::{Run, Watch, fit, gpx};

use super::batch::entry;

const DAY_S: f64 = 86_400.0;
/// Monday, 2018-01-01, 17:00 UTC: 18:00 where the runner lives.
const MONDAY_S: f64 = 1_514_826_000.0;
const HOME: (f64, f64) = (48.1, 11.5);

/// Default titles of services in six languages, one a year half.
const DEFAULTS: [&str; 6] = [
    "Evening Run",
    "Lauf am Abend",
    "Carrera de tarde",
    "Course à pied en soirée",
    "Corsa serale",
    "夜のランニング",
];

fn at((latitude_deg, longitude_deg): (f64, f64), north_km: f64) -> Route {
    Route::new(latitude_deg + north_km / 111.2, longitude_deg, 40.0, Shape::Winding)
}

/// Returns an entry of a GPX with a title.
fn titled(name: &str, run: &Run, title: &str) -> Entry {
    let watch = Watch { sampling: Sampling::Every(20.0), ..Watch::default() };
    let options = gpx::Options { name: Some(title.into()), ..gpx::Options::default() };
    entry(name, &gpx::write(&record(run, &watch), &options))
}

/// Returns an entry of a FIT, which has the name of the watch's profile.
fn profiled(name: &str, run: &Run, profile: &str) -> Entry {
    let watch = Watch { sampling: Sampling::Every(20.0), ..Watch::default() };
    let options = fit::Options { name: Some(profile.into()), serial: 7, ..fit::Options::default() };
    entry(name, &fit::write(&record(run, &watch), &options))
}

/// The runner's easy pace in a week, s/km: it improves from 6:00 to 5:10 in three years.
fn easy(week: u32) -> f64 {
    360.0 - 50.0 * f64::from(week) / 156.0
}

fn evening(week: u32, day: u32) -> f64 {
    MONDAY_S + DAY_S * f64::from(7 * week + day)
}

fn morning(week: u32, day: u32) -> f64 {
    evening(week, day) - 9.0 * 3_600.0
}

/// Returns three years of training.
fn training() -> Vec<Entry> {
    let mut entries = Vec::new();
    for week in 0..156 {
        let pace = easy(week);
        let title = DEFAULTS[week as usize / 26];
        let run = |start_s: f64, metres: f64, pace: f64| {
            Run::new(start_s).paced(&[(metres, pace)]).varied(u64::from(week) + 7, 3.0).on(at(HOME, 0.0))
        };
        let length = 8_000.0 + 137.0 * f64::from(week % 13);
        entries.push(titled(&format!("{week:03}-mon.gpx"), &run(evening(week, 0), length, pace), title));
        entries.push(profiled(
            &format!("{week:03}-thu.fit"),
            &run(evening(week, 3), 10_020.0, pace - 5.0),
            "Carrera",
        ));
        let long = 17_000.0 + 300.0 * f64::from(week % 14);
        entries.push(profiled(
            &format!("{week:03}-sun.fit"),
            &run(morning(week, 6), long, pace + 10.0),
            "Laufen",
        ));
        if week % 2 == 0 {
            // 8 × 800 m with a minute of standing after each.
            let legs: Vec<(f64, f64)> = (0..8)
                .flat_map(|leg| {
                    let from = 2_000.0 + 1_000.0 * f64::from(leg);
                    [(from, pace + 20.0), (from + 800.0, pace - 75.0)]
                })
                .chain([(10_500.0, pace + 20.0)])
                .collect();
            let mut run = Run::new(evening(week, 1)).paced(&legs).on(at(HOME, 0.5));
            for leg in 0..8 {
                run = run.stop(Stop::standing(2_800.0 + 1_000.0 * f64::from(leg), 60.0));
            }
            entries.push(titled(&format!("{week:03}-tue.gpx"), &run, title));
        }
    }
    let jog = |week: u32, day: u32, pace: f64, title: &str| {
        let run =
            Run::new(morning(week, day) + 5_400.0).paced(&[(5_500.0, pace)]).varied(9, 2.0).on(at(HOME, 4.0));
        titled(&format!("{week:03}-jog.gpx"), &run, title)
    };
    entries.push(jog(20, 5, 380.0, "Cool down after parkrun"));
    entries.push(jog(60, 2, 390.0, "Day after the race"));
    entries.push(jog(90, 4, 375.0, "Pre-race shakeout"));
    entries
}

/// Returns the races of the same years.
fn races() -> Vec<Entry> {
    let mut entries = Vec::new();
    let pace = |week: u32, percent: f64| easy(week) * (1.0 - percent / 100.0);
    for (week, north_km) in [(16, 60.0), (68, 60.0), (96, 130.0), (120, 85.0)] {
        // Unnamed half marathons, away on Sunday mornings.
        let run = Run::new(morning(week, 6))
            .paced(&[(10_000.0, pace(week, 13.0)), (21_180.0, pace(week, 11.0))])
            .varied(3, 1.5)
            .on(at(HOME, north_km));
        entries.push(profiled(&format!("{week:03}-half.fit"), &run, "Running"));
    }
    // A marathon that is held, and one in which the runner breaks down.
    let marathon = |week: u32, legs: &[(f64, f64)], north_km: f64| {
        let run = Run::new(morning(week, 6)).paced(legs).varied(5, 1.5).on(at(HOME, north_km));
        profiled(&format!("{week:03}-marathon.fit"), &run, "Run")
    };
    entries.push(marathon(40, &[(42_500.0, pace(40, 6.0))], 200.0));
    entries.push(marathon(92, &[(24_000.0, pace(92, 12.0)), (42_500.0, 1.35 * pace(92, 0.0))], 310.0));
    for number in 0..8_u32 {
        let week = 30 + 13 * number;
        let run = Run::new(morning(week, 5) + 1_800.0)
            .paced(&[(5_030.0, pace(week, 15.0))])
            .varied(u64::from(number) + 40, 4.0)
            .on(at(HOME, 6.0));
        entries.push(titled(&format!("{week:03}-sat.gpx"), &run, &format!("Park parkrun #{}", 210 + number)));
    }
    // A rare title counts on any day, from home, at any length.
    let run = Run::new(evening(110, 2)).paced(&[(7_300.0, pace(110, 14.0))]).varied(4, 1.5).on(at(HOME, 0.0));
    entries.push(titled("110-wed.gpx", &run, "Firmenlauf Wettkampf"));
    entries
}

fn decided(history: &History, entries: &[Entry]) -> Vec<(String, Decision)> {
    let names = entries.iter().map(|entry| entry.path.to_string_lossy().into_owned());
    names.zip(history.decisions.iter().flatten().cloned()).collect()
}

#[test]
fn the_races_of_three_years_are_found_and_no_training_run_is_one() {
    let (training, races) = (training(), races());
    let trained = training.len();
    let entries: Vec<Entry> = training.into_iter().chain(races).collect();
    let history = history::decide(&entries);
    let decided = decided(&history, &entries);
    let wrong: Vec<String> = decided
        .iter()
        .enumerate()
        .filter(|(index, (_, decision))| (decision.kind == Kind::Race) != (*index >= trained))
        .map(|(_, (name, decision))| format!("{name} {:?} {:?}", decision.kind, decision.marks))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let maybe: Vec<&String> =
        decided.iter().filter(|(_, decision)| decision.may_be_race).map(|(name, _)| name).collect();
    // A half marathon's length on a Sunday morning may be a race, also from home.
    assert!(maybe.len() <= 7, "{maybe:?}");
}
