//! One test for each bug that a real recording or a damaged file showed. Its comment is the bug.

use std::path::Path;

use firstmile::activity::{Activity, Sport};
use firstmile::measure::{CourseProfile, MeasureOptions, Refusal, measure};
use firstmile_fixtures::{Watch, fit, gpx, marathon, watch};

use crate::common::fixtures::{self, FIXTURES};
use crate::common::program::firstmile_in;
use crate::common::rows::{Row, rows};
use crate::common::{temporary_folder, write};

/// A watch was stopped a minute after the finish, with no sample in between.
/// The walk was counted as the last metres of the race.
#[test]
fn a_walk_after_the_finish_without_samples_is_left_out() {
    let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
    let mut sample = |time_s: f64, distance_m: f64| {
        let index = activity.samples.open(1.6e9 + time_s);
        activity.samples.distance_m.set(index, distance_m);
    };
    let run_s = 21_200.0 / 4.0;
    (0..=run_s as u32).map(f64::from).for_each(|time_s| sample(time_s, 4.0 * time_s));
    sample(run_s + 63.0, 21_200.0 + 79.0);
    let (_, outcome) = measure(&activity, &MeasureOptions::default());
    let view = outcome.expect("a run").candidate.expect("a half marathon");
    assert!((view.tail_m - 79.0).abs() < 2.0, "{}", view.tail_m);
    assert!((view.total.elapsed_s - run_s).abs() < 1.5, "{}", view.total.elapsed_s);
}

/// Returns the first row of a run in the folder of the fixtures.
fn csv_row(arguments: &[&str]) -> Row {
    let output = firstmile_in(Path::new(FIXTURES), &[&["--format", "csv"], arguments].concat());
    rows(&output.stdout).swap_remove(0)
}

/// A stated course that did not fit turned a finished half marathon into an unfinished one, and
/// later took its own course away.
#[test]
fn a_stated_course_that_does_not_fit_leaves_a_run_its_own() {
    let half = "races/2019-04-07_hillford-half-marathon_badly-positive.tcx";
    let (row, alone) = (csv_row(&["--course", "marathon", half]), csv_row(&[half]));
    assert_eq!((row["course"].as_str(), row["p_wall"].as_str()), ("half", ""));
    assert_eq!(row["elapsed_s"], alone["elapsed_s"]);
    assert!(row["rules"].contains("DIST-01") && !row["rules"].contains("WALL-01"), "{}", row["rules"]);
}

/// What was stated of a folder made a race of each run over any other course.
#[test]
fn a_stated_course_makes_a_race_of_no_run_over_another() {
    let session = "awkward/2021-01-03_auto-pause.fit";
    let row = csv_row(&["--course", "5k", session]);
    assert_eq!(row["kind"], csv_row(&[session])["kind"]);
}

/// A marathon that ended early, in a file that says nothing of it, was judged by shares of what was
/// left, although the user stated race and course.
#[test]
fn a_part_of_a_stated_race_is_judged_by_the_windows_of_its_course() {
    let race = marathon(7);
    let whole = fit::write(&watch::record(&race, &Watch::every_second()), &fit::Options::default());
    let mut part = watch::record(&race, &Watch::every_second());
    part.samples.truncate(part.samples.len() * 6 / 10);
    let part = gpx::write(&part, &gpx::Options::default());
    let folder = temporary_folder();
    write(folder.path(), "whole.fit", whole);
    write(folder.path(), "part.gpx", part);
    let excess_pct = |file: &str| -> f64 {
        let path = folder.path().join(file);
        let row = csv_row(&["--race", "--course", "marathon", &path.to_string_lossy()]);
        row["start_excess_pct"].parse().expect("a number")
    };
    let (whole, part) = (excess_pct("whole.fit"), excess_pct("part.gpx"));
    assert!((whole - part).abs() < 0.5, "{whole} {part}");
}

/// A marathon cut at 25 km was judged by shares of its 25 km: 2.0 % instead of 5.1 %.
#[test]
fn a_marathon_cut_short_is_judged_by_the_windows_of_a_marathon() {
    let row = csv_row(&["damaged/2024-04-21_harbour-marathon_cut-at-25km.fit"]);
    let excess_pct: f64 = row["start_excess_pct"].parse().expect("a number");
    assert!((excess_pct - 5.14).abs() < 0.1, "{excess_pct}");
    assert!(row["rules"].starts_with("START-01:warning"), "{}", row["rules"]);
}

/// Dots in a date were taken for the start of the extension, which hid the words of a race.
#[test]
fn a_dot_in_a_file_name_does_not_end_it() {
    let folder = temporary_folder();
    let original = fixtures::read("races/2019-04-07_hillford-half-marathon_badly-positive.tcx");
    let unnamed = String::from_utf8(original).expect("text").replace("Hillford Half Marathon", "");
    write(folder.path(), "13.10.2019 half marathon.tcx", unnamed);
    let file = folder.path().join("13.10.2019 half marathon.tcx");
    assert_eq!(csv_row(&[&file.to_string_lossy()])["kind"], "race");
}

/// A distance of light-seconds allocated a list of all its miles.
#[test]
fn an_endless_distance_is_refused_and_takes_no_memory() {
    for far_m in [1e8, 1e15, 1e300] {
        let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
        for (time_s, distance_m) in [(0.0, 0.0), (1800.0, 5000.0), (3600.0, far_m)] {
            let index = activity.samples.open(1.6e9 + time_s);
            activity.samples.distance_m.set(index, distance_m);
        }
        let (_, outcome) = measure(&activity, &MeasureOptions::default());
        assert_eq!(outcome.expect_err("nobody runs that").code(), "not-a-run");
    }
}

/// A damaged file had years between its samples, and distances to match. It was taken for a run of
/// millions of miles, whose altitude grid alone took gigabytes.
#[test]
fn a_distance_that_nobody_runs_is_refused_and_takes_no_memory() {
    let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
    for sample in 0..1000 {
        let index = activity.samples.open(1.6e9 + 40_000.0 * f64::from(sample));
        activity.samples.distance_m.set(index, 200_000.0 * f64::from(sample));
        activity.samples.altitude_m.set(index, f64::from(sample % 7));
    }
    let (_, outcome) = measure(&activity, &MeasureOptions::default());
    assert_eq!(outcome.expect_err("refused"), Refusal::TooFar(199_800_000.0));
}

/// A thousand runs of 9,000 km from a few points each, in a file of 1 MB, took a gigabyte.
#[test]
fn a_long_run_with_fewer_points_than_kilometres_says_nothing_about_pacing() {
    let refusal = |length_km: f64| {
        let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
        for sample in 0..=50 {
            let index = activity.samples.open(1.6e9 + 400.0 * length_km / 50.0 * f64::from(sample));
            activity.samples.distance_m.set(index, 1000.0 * length_km / 50.0 * f64::from(sample));
        }
        measure(&activity, &MeasureOptions::default()).1.err()
    };
    assert_eq!(refusal(160.0), Some(Refusal::FewPoints { points: 51, length_m: 160_000.0 }));
    assert!(!matches!(refusal(90.0), Some(Refusal::FewPoints { .. })), "as a list of checkpoints is");
}

/// A course drawn to and fro across the earth took gigabytes too.
#[test]
fn a_course_that_nobody_runs_is_refused() {
    let to_and_fro =
        |point: u32| ((45.0, if point.is_multiple_of(2) { 0.0 } else { 90.0 }), Some(f64::from(point)));
    let points: Vec<_> = (0..5000).map(to_and_fro).collect();
    let why = CourseProfile::from_points(&points).expect_err("refused").to_string();
    assert!(why.starts_with("nobody runs its "), "{why}");
}

/// Distances that overflow made a length of NaN, which passed every limit. The altitude grid then
/// panicked.
#[test]
fn a_length_that_is_no_number_is_refused() {
    let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
    for (sample, distance_m) in
        [1.7e308, -1.7e308, 1.7e308, 1.7e308, 1.7e308, 1.7e308].into_iter().enumerate()
    {
        let index = activity.samples.open(1.6e9 + sample as f64);
        activity.samples.distance_m.set(index, distance_m);
        activity.samples.altitude_m.set(index, (sample % 2) as f64);
    }
    activity.samples.segment_starts.push(4);
    let (_, outcome) = measure(&activity, &MeasureOptions::default());
    assert!(outcome.is_err(), "{outcome:?}");
}

/// Absurd altitudes and coordinates panicked, or made grades that were believed.
#[test]
fn absurd_altitudes_and_coordinates_give_no_grades() {
    for (latitude_deg, altitude_m) in [(-1e20, [3.0, 9.0]), (47.0, [-1e308, 1.7e308])] {
        let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
        for sample in 0..4000_u32 {
            let index = activity.samples.open(1.6e9 + f64::from(sample));
            activity.samples.distance_m.set(index, 3.0 * f64::from(sample.saturating_sub(10)));
            activity.samples.latitude_deg.set(index, latitude_deg);
            activity.samples.longitude_deg.set(index, 8.0);
            activity.samples.altitude_m.set(index, altitude_m[usize::from(sample > 1000)]);
        }
        let (_, outcome) = measure(&activity, &MeasureOptions::default());
        let grade = outcome.expect("a run").grade;
        assert!(grade.refused.is_some() || latitude_deg < 0.0, "{grade:?}");
    }
}
