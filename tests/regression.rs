//! One test for each bug that a real recording showed.

use std::process::Command;

use firstmile::activity::{Activity, Sport};
use firstmile::measure::{MeasureOptions, Refusal, Terrain, measure};

/// A watch stopped a minute behind the finish, with no sample between: the walk was counted as the race's last metres.
#[test]
fn a_walk_behind_the_finish_without_samples_is_left_out() {
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

fn csv_row(arguments: &[&str]) -> std::collections::BTreeMap<String, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"))
        .args(["--format", "csv"])
        .args(arguments)
        .output()
        .expect("it runs");
    csv::Reader::from_reader(&output.stdout[..]).deserialize().next().expect("a row").expect("cells")
}

/// A course that was said and could not be applied made an unfinished marathon of a finished half.
#[test]
fn a_stated_course_that_does_not_fit_names_nothing() {
    let row =
        csv_row(&["--course", "marathon", "races/2019-04-07_hillford-half-marathon_badly-positive.tcx"]);
    assert_eq!((row["course"].as_str(), row["p_wall"].as_str()), ("", ""));
    assert!(row["rules"].contains("DIST-01") && !row["rules"].contains("WALL-01"), "{}", row["rules"]);
}

/// A marathon cut at 25 km was judged by the shares of its 25 km: 2.0 % for 5.1 %.
#[test]
fn a_marathon_cut_short_is_judged_by_a_marathons_windows() {
    let row = csv_row(&["damaged/2024-04-21_harbour-marathon_cut-at-25km.fit"]);
    let excess_pct: f64 = row["start_excess_pct"].parse().expect("a number");
    assert!((excess_pct - 5.14).abs() < 0.1, "{excess_pct}");
    assert!(row["rules"].starts_with("START-01:warning"), "{}", row["rules"]);
}

/// A date with dots in front of a file's name hid the word that makes it a race.
#[test]
fn a_dot_in_a_files_name_is_not_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("13.10.2019 half marathon.tcx");
    let original = "races/2019-04-07_hillford-half-marathon_badly-positive.tcx";
    let content = std::fs::read_to_string(format!("{}/fixtures/{original}", env!("CARGO_MANIFEST_DIR")));
    std::fs::write(&file, content.expect("read").replace("Hillford Half Marathon", "")).expect("written");
    assert_eq!(csv_row(&[&file.to_string_lossy()])["kind"], "race");
}

/// A distance of light-seconds asked for a list of all its miles.
#[test]
fn a_distance_without_end_is_refused_and_takes_no_memory() {
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

/// A damaged file with years between its samples and metres to go with them was a run of millions of miles, whose ground
/// alone took gigabytes.
#[test]
fn a_distance_beyond_anybody_is_refused_before_it_is_laid_out() {
    let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
    for sample in 0..1000 {
        let index = activity.samples.open(1.6e9 + 40_000.0 * f64::from(sample));
        activity.samples.distance_m.set(index, 200_000.0 * f64::from(sample));
        activity.samples.altitude_m.set(index, f64::from(sample % 7));
    }
    let (_, outcome) = measure(&activity, &MeasureOptions::default());
    assert_eq!(outcome.expect_err("refused"), Refusal::TooFar(199_800_000.0));
}

/// So did a course drawn to and fro across the earth.
#[test]
fn a_course_longer_than_anybody_runs_is_refused() {
    let to_and_fro =
        |point: u32| ((45.0, if point.is_multiple_of(2) { 0.0 } else { 90.0 }), Some(f64::from(point)));
    let points: Vec<_> = (0..5000).map(to_and_fro).collect();
    let why = Terrain::over(&points).expect_err("refused");
    assert!(why.starts_with("nobody runs its "), "{why}");
}

/// Distances that overflow make a length that is no number, which is within every limit: there was a panic in the ground.
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

/// Heights and places beyond any number panicked, or made ground that was believed.
#[test]
fn heights_and_places_beyond_any_number_are_no_ground() {
    for (latitude_deg, altitude_m) in [(-1e20, [3.0, 9.0]), (47.0, [-1e308, 1.7e308])] {
        let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
        for sample in 0..4000_u32 {
            let index = activity.samples.open(1.6e9 + f64::from(sample));
            activity.samples.distance_m.set(index, 3.0 * f64::from(sample));
            activity.samples.latitude_deg.set(index, latitude_deg);
            activity.samples.longitude_deg.set(index, 8.0);
            activity.samples.altitude_m.set(index, altitude_m[usize::from(sample > 1000)]);
        }
        let (_, outcome) = measure(&activity, &MeasureOptions::default());
        let grade = outcome.expect("a run").grade;
        assert!(grade.refused.is_some() || latitude_deg < 0.0, "{grade:?}");
    }
}
