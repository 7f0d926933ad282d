//! `firstmile compare`: two runs of one course side by side.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::common::program::{PROJECT, exit_code, firstmile, stderr, stdout, stdout_in};
use crate::common::{archive, fixtures, temporary_folder, write};

const EVEN: &str = "fixtures/races/2018-10-14_harbour-marathon_even.fit";
const WALL: &str = "fixtures/races/2019-10-13 harbour-marathon wall-at-30.fit";
const NEGATIVE: &str = "fixtures/races/2021-10-10_harbour-marathon_negative.gpx";
const ABANDONED: &str = "fixtures/awkward/2020-09-20_harbour-marathon_abandoned-at-41600m.fit";
const TEN_KM: &str = "fixtures/races/2016-06-05_mill-town-10k_even.tcx";

fn compare(arguments: &[&str]) -> String {
    stdout_in(Path::new(PROJECT), &[&["compare"], arguments].concat())
}

fn document(a: &str, b: &str) -> Value {
    serde_json::from_str(&compare(&["--format", "json", a, b])).expect("a document")
}

/// Returns a column of the expected numbers of a fixture.
fn truth(path: &str) -> BTreeMap<String, f64> {
    let text = fixtures::read("expected.csv");
    let mut rows = csv::Reader::from_reader(text.as_slice());
    let names = rows.headers().expect("names").clone();
    let own = path.strip_prefix("fixtures/").expect("a fixture");
    let row = rows.records().flatten().find(|row| row[0] == *own).expect("a row");
    names.iter().zip(&row).filter_map(|(name, cell)| Some((name.to_owned(), cell.parse().ok()?))).collect()
}

#[test]
fn the_gap_is_that_of_the_true_times() {
    for (a, b) in [(EVEN, WALL), (WALL, NEGATIVE), (NEGATIVE, EVEN)] {
        let (of_a, of_b) = (truth(a), truth(b));
        let found = document(a, b);
        let check = |column: &str, gap: &Value| {
            let (expected, tolerance) = (of_b[column] - of_a[column], of_a["tol_s"] + of_b["tol_s"]);
            let gap = gap.as_f64().expect("a number");
            assert!(
                (gap - expected).abs() <= tolerance,
                "{column} of {b} minus {a}: {gap}, expected {expected}"
            );
        };
        check("elapsed_s", &found["gap_s"]);
        for (column, name) in [
            ("first_mile_s", "first_mile"),
            ("final_mile_s", "final_mile"),
            ("first_half_s", "first_half"),
            ("second_half_s", "second_half"),
        ] {
            check(column, &found[name]["gap_s"]);
        }
        let kms = found["kms"].as_array().expect("marks");
        assert_eq!((kms.len(), &kms[42]["gap_s"]), (43, &found["gap_s"]));
    }
}

#[test]
fn the_answer_says_who_was_faster_and_where_it_was_lost() {
    // The wall of 2019 begins at 30 km.
    let found = document(EVEN, WALL);
    let from_m = found["opened"]["from_m"].as_f64().expect("a stretch");
    assert!((28_000.0..31_000.0).contains(&from_m) && found["opened"]["to_m"] == 42_195.0, "{from_m}");
    let text = compare(&["--units", "km", EVEN, WALL]);
    let answer = text.lines().next().expect("an answer");
    assert!(answer.starts_with("In 2019 you were 6:55 slower than in 2018: 13:4"), "{answer}");
    assert!(answer.ends_with("ahead at 30 km, 20:41 lost after it."), "{answer}");
    let back = compare(&["--units", "km", WALL, EVEN]);
    assert!(back.starts_with("In 2018 you were 6:55 faster than in 2019: 13:4"), "{back}");
    insta::assert_snapshot!(text);
}

#[test]
fn an_abandoned_race_is_compared_up_to_its_end() {
    let found = document(EVEN, ABANDONED);
    assert_eq!((&found["matching"], &found["unfinished"]), (&"shorter".into(), &true.into()));
    assert_eq!(found["length_m"], 41_600.0);
    let text = compare(&[EVEN, ABANDONED]);
    assert!(text.contains(" over the first 25.8 miles") && !text.contains("\nfinish"), "{text}");
}

#[test]
fn what_is_no_pair_of_runs_is_an_error_that_says_why() {
    let twin = "fixtures/awkward/2017-09-24_mill-town-10k_twin.fit";
    let export = "fixtures/awkward/2017-09-24_mill-town-10k_twin_re-export.gpx";
    for (a, b, why) in [
        (EVEN, TEN_KM, "42.20 km and 10.00 km"),
        (
            "fixtures/races",
            EVEN,
            "has 22 runs, and compare takes one; name it by its address, such as fixtures/races/",
        ),
        (EVEN, EVEN, "both are one run"),
        (twin, export, "are recordings of one run"),
        (EVEN, "fixtures/damaged/no-times.gpx", "no run to compare; its points have no times"),
        (EVEN, "fixtures/damaged/text.fit", "no activity found"),
    ] {
        let output = firstmile(&["compare", a, b]);
        assert!(output.status.code() == Some(2) && stderr(&output).contains(why), "{}", stderr(&output));
        assert_eq!(stdout(&output), "");
    }
    assert_eq!(exit_code(&["compare", EVEN]), Some(2));
}

#[test]
fn runs_within_archives_are_addressed() {
    let folder = temporary_folder();
    let [even, wall] = [EVEN, WALL].map(|race| std::fs::read(Path::new(PROJECT).join(race)).expect("read"));
    write(
        folder.path(),
        "export.zip",
        archive::zip(&[("a.fit.gz", &archive::gzip(&even)), ("b.fit", &wall)]),
    );
    let run = |a: &str, b: &str| stdout_in(folder.path(), &["compare", "--format", "json", a, b]);
    let found: Value = serde_json::from_str(&run("export.zip!a.fit.gz", "export.zip!b.fit")).expect("JSON");
    assert_eq!(
        (&found["a"]["address"], &found["b"]["address"]),
        (&"export.zip!a.fit.gz".into(), &"export.zip!b.fit".into())
    );
    assert_eq!(found["gap_s"], document(EVEN, WALL)["gap_s"]);
}

#[test]
fn two_runners_of_one_day_are_told_apart_by_their_files() {
    let [a, b] = ["a", "b"]
        .map(|one| format!("fixtures/awkward/2023-04-02_talsee-half-marathon_two-friends-{one}.fit"));
    let text = compare(&[&a, &b]);
    assert!(text.starts_with("2023-04-02_talsee-half-marathon_two-friends-b was 0:03 faster"), "{text}");
    assert!(!text.contains("you were"), "{text}");
}

#[test]
fn the_page_escapes_names_and_loads_nothing() {
    let folder = temporary_folder();
    let nasty = "<b>x.fit";
    write(folder.path(), nasty, fixtures::read("awkward/2023-04-02_talsee-half-marathon_two-friends-a.fit"));
    let other = Path::new(PROJECT).join("fixtures/awkward/2023-04-02_talsee-half-marathon_two-friends-b.fit");
    let page = stdout_in(folder.path(), &["compare", "--format", "html", nasty, &other.to_string_lossy()]);
    assert!(page.starts_with("<!doctype html>") && page.contains("Side by side") && page.contains("<svg"));
    assert!(page.contains("&lt;b&gt;x") && !page.contains("<b>x"), "{page}");
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("src="));
    let rows = stdout_in(folder.path(), &["compare", "--format", "csv", nasty, &other.to_string_lossy()]);
    assert!(rows.starts_with("unit,mark_m,a_s,b_s,gap_s\nmile,1609.34,"), "{rows}");
}

#[test]
fn a_gap_is_that_of_the_times_beside_it() {
    let seconds = |text: &str| {
        let parts =
            text.trim_start_matches(['+', '−']).split(':').map(|part| part.parse::<i64>().expect("a number"));
        let sum = parts.fold(0, |sum, part| 60 * sum + part);
        if text.starts_with('−') { -sum } else { sum }
    };
    let mut rows = 0;
    for (a, b) in [(EVEN, WALL), (WALL, NEGATIVE), (NEGATIVE, EVEN)] {
        let text = compare(&["--units", "km", a, b]);
        for line in
            text.lines().filter(|line| line.matches('(').count() == 2 && line.matches(':').count() >= 5)
        {
            let cells: Vec<&str> =
                line.split_whitespace().filter(|cell| cell.contains(':') && !cell.starts_with('(')).collect();
            let [a, b, gap] = cells[..] else { panic!("{line}") };
            assert_eq!(seconds(b) - seconds(a), seconds(gap), "{line}");
            rows += 1;
        }
        assert!(text.contains("gap so far"), "{text}");
    }
    assert_eq!(rows, 18);
    // 28.9 and 0.1 are 28.8 apart.
    let split = compare(&[EVEN, WALL]);
    let split: Vec<&str> = split.lines().filter(|line| line.starts_with("positive split")).collect();
    assert!(split[0].ends_with("+0.1 %            +28.9 % +28.8 pts"), "{split:?}");
}

#[test]
fn races_that_are_judged_as_training_can_be_compared_as_races() {
    let folder = temporary_folder();
    for (name, fixture) in [("a.fit", EVEN), ("b.fit", WALL)] {
        write(folder.path(), name, fixtures::read(fixture.strip_prefix("fixtures/").expect("a fixture")));
    }
    let text = |flags: &[&str]| stdout_in(folder.path(), &[&["compare", "a.fit", "b.fit"], flags].concat());
    let hint = "--race compares";
    assert!(text(&["--no-race", "--width", "130"]).contains(hint));
    assert!(!text(&["--race", "--width", "130"]).contains(hint));
}
