//! A runner's years, a roster and a field, over the generator's made-up club, whose truth is known.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use firstmile_fixtures::club;
use serde_json::Value;

/// The club, written once.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = tempfile::tempdir().expect("a folder");
            for file in club::all() {
                let path = folder.path().join(file.path);
                std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
                std::fs::write(path, file.bytes).expect("written");
            }
            folder
        })
        .path()
}

fn told(command: &str, place: &str, flags: &[&str]) -> String {
    let path: PathBuf = folder().join(place);
    let output = Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .arg(command)
        .arg(path)
        .args(flags)
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn json(command: &str, place: &str) -> Value {
    serde_json::from_str(&told(command, place, &["--format", "json"])).expect("a document")
}

fn records(csv: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(csv.as_bytes()).records().map(|record| record.expect("a record")).collect()
}

#[test]
fn a_runner_who_learns() {
    insta::assert_snapshot!(told("history", "roster/ada", &[]));
    let ada = json("history", "roster/ada");
    // From 8 % above the day's pace, of which the rest window keeps its share, to none in nine years.
    let truth = -100.0 * (1.0 - (1.0 - 0.08) / (1.0 - club::KEPT * 0.08)) / 9.0;
    let trend = &ada["courses"][0]["start_trend"];
    let of = |name: &str| trend[name].as_f64().expect("a number");
    assert!(of("low") < truth && truth < of("high") && of("chance") < 0.001, "{trend}");
    let payback = &ada["payback"];
    let of = |name: &str| payback[name].as_f64().expect("a number");
    assert!((of("low")..=of("high")).contains(&club::PAYBACK), "{payback}");
    assert_eq!(ada["long_runs"]["runs"], 120);
}

#[test]
fn a_runner_who_does_not() {
    let ben = json("history", "roster/ben");
    let direction = ben["courses"][0]["direction"].as_str().expect("words");
    assert!(direction.starts_with("No clear trend of the halves"), "{direction}");
    let payback = &ben["payback"];
    let of = |name: &str| payback[name].as_f64().expect("a number");
    assert!((of("low")..=of("high")).contains(&club::PAYBACK), "{payback}");
}

#[test]
fn a_runner_with_three_races() {
    let text = told("history", "roster/cleo", &[]);
    assert!(text.contains("Too few to tell a trend (3; 5 are needed)."), "{text}");
    assert!(text.contains("PAY-01) is not told: 3 races over courses of 10 km or more"), "{text}");
}

#[test]
fn a_coachs_roster() {
    insta::assert_snapshot!(told("roster", "roster", &[]));
    let rows = records(&told("roster", "roster", &["--format", "csv"]));
    let document = json("roster", "roster");
    assert_eq!(rows.len(), 3);
    assert_eq!(document["athletes"].as_array().map(Vec::len), Some(3));
    // Alone, each athlete is what the roster says of him.
    let ben = json("history", "roster/ben");
    let line = document["athletes"].as_array().expect("lines").iter().find(|line| line["athlete"] == "ben");
    assert_eq!(line.expect("ben")["races"], ben["summary"]["races"]);
}

#[test]
fn a_field_of_sixty() {
    insta::assert_snapshot!(told("field", "field", &[]));
    let field = json("field", "field");
    let runners = field["runners"].as_array().expect("runners");
    assert_eq!((runners.len(), &field["one_gun"]), (club::FIELD, &Value::Bool(true)));
    let number = |runner: &Value, name: &str| runner[name].as_u64().expect("a count");
    // Whoever passes is passed: the sums are one.
    let sum = |name: &str| runners.iter().map(|runner| number(runner, name)).sum::<u64>();
    assert_eq!(sum("passed_after_mile_1"), sum("passed_by_after_mile_1"));
    for runner in runners {
        // Runners who cross together have not passed each other.
        let (passed, passed_by) =
            (number(runner, "passed_after_mile_1"), number(runner, "passed_by_after_mile_1"));
        let moved =
            (number(runner, "place_at_mile_1") + passed_by).abs_diff(number(runner, "place") + passed);
        assert!(moved <= 1, "{runner}");
        assert_eq!(runner["places_by_km"].as_array().map(Vec::len), Some(42));
    }
    let walls = runners.iter().filter(|runner| runner["wall"] == "yes").count();
    assert_eq!(walls, club::FIELD / 3);
    assert_eq!(records(&told("field", "field", &["--format", "csv"])).len(), club::FIELD);
}

#[test]
fn the_same_bytes_whatever_the_threads() {
    for (command, place) in [("history", "roster/cleo"), ("roster", "roster"), ("field", "field")] {
        let with = |jobs: &str| told(command, place, &["--format", "json", "--jobs", jobs]);
        assert!(with("1") == with("4"), "{command}");
    }
}

/// One FIT recording of an even marathon.
fn marathon(start_s: f64, latitude_deg: f64) -> Vec<u8> {
    use firstmile_fixtures::earth::{Route, Shape};
    use firstmile_fixtures::watch::{Sampling, record};
    let run = firstmile_fixtures::Run::new(start_s)
        .paced(&[(firstmile_fixtures::run::MARATHON_M, 320.0)])
        .on(Route::new(latitude_deg, 9.2, 10.0, Shape::Winding));
    let watch = firstmile_fixtures::Watch { sampling: Sampling::Every(20.0), ..Default::default() };
    firstmile_fixtures::fit::write(&record(&run, &watch), &firstmile_fixtures::fit::Options::default())
}

/// 2023-10-08, 9:00 UTC: the gun of the club's field.
const GUN_S: f64 = 1_696_755_600.0;

#[test]
fn a_late_start_and_another_place_are_other_races_and_take_no_ones_clock() {
    let others = tempfile::tempdir().expect("a folder");
    for (name, start_s, latitude_deg) in [("late", GUN_S + 7200.0, 47.5), ("elsewhere", GUN_S + 30.0, 52.5)] {
        std::fs::write(others.path().join(format!("{name}.fit")), marathon(start_s, latitude_deg))
            .expect("written");
    }
    let others = others.path().to_string_lossy().into_owned();
    let alone = json("field", "field");
    let with: Value =
        serde_json::from_str(&told("field", "field", &[&others, "--format", "json"])).expect("a document");
    assert_eq!((&with["others"], &with["one_gun"]), (&Value::from(2), &Value::Bool(true)));
    assert_eq!(with["runners"], alone["runners"]);
}

#[test]
fn a_clock_years_ahead_silences_nobody_else() {
    let roster = tempfile::tempdir().expect("a folder");
    for (name, start_s) in [("ann", GUN_S), ("clock", GUN_S + 16.0 * 365.25 * 86_400.0)] {
        std::fs::create_dir(roster.path().join(name)).expect("made");
        std::fs::write(roster.path().join(name).join("run.fit"), marathon(start_s, 47.5)).expect("written");
    }
    let roster = told("roster", &roster.path().to_string_lossy(), &["--format", "json"]);
    let roster: Value = serde_json::from_str(&roster).expect("a document");
    assert_eq!(roster["day"], "2023-10-08");
    assert_eq!(
        (&roster["athletes"][0]["athlete"], &roster["athletes"][0]["need"]),
        (&"clock".into(), &"trouble".into())
    );
    assert_eq!(roster["athletes"][1]["need"], "none");
}
