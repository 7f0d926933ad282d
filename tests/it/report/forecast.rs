//! `firstmile forecast` and FINISH-01: when others with a half-way time finished.

use std::path::Path;

use serde_json::Value;

use crate::common::corpus::corpus;
use crate::common::program::{PROJECT, firstmile, stderr, stdout_in};
use crate::common::rows::records;

const FORECAST: [&str; 2] = ["forecast", "--no-profile"];

/// Returns the forecast that is printed.
fn printed(arguments: &[&str]) -> String {
    stdout_in(Path::new(PROJECT), &[&FORECAST, arguments].concat())
}

fn document(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(&[arguments, &["--format", "json"]].concat())).expect("a document")
}

#[test]
fn a_forecast_is_unchanged() {
    insta::assert_snapshot!(printed(&["1:52:30", "--sex", "male"]));
}

#[test]
fn text_csv_and_json_have_the_same_times() {
    let json = document(&["1:52:10", "--sex", "female"]);
    let csv = printed(&["1:52:10", "--sex", "female", "--format", "csv"]);
    let rows = records(csv.as_bytes());
    assert_eq!((rows.len(), &rows[2][0], &rows[2][1]), (5, "female", "6730.000"));
    for (place, name) in ["half_s", "low_s", "p25_s", "median_s", "p75_s", "high_s"].iter().enumerate() {
        let cell: f64 = rows[2][place + 1].parse().expect("seconds");
        assert_eq!(json["forecast"][name].as_f64(), Some(cell), "{name}");
    }
    assert!(
        printed(&["1:52:10", "--sex", "female"]).starts_with(json["answer"].as_str().expect("a sentence"))
    );
    assert_eq!(json["pool"]["n"].as_u64(), Some(243_956));
    // At an end of the table, fewer half-way times are beside it.
    assert_eq!(document(&["1:20:00"])["near"].as_array().map(Vec::len), Some(3));
}

#[test]
fn half_way_times_that_are_not_covered_are_refused() {
    for (half_way, why) in [
        ("1:19:59", "the tables cover half-way times from 1:20:00 to 2:30:00\n"),
        ("2:30:01", "half-way in 2:30:01 has no forecast"),
        ("1:52", "Did you mean 1:52:00?"),
        ("1.52.30", "a half-way time is h:mm:ss, such as 1:52:30"),
    ] {
        let output = firstmile(&[&FORECAST[..], &[half_way]].concat());
        assert_eq!(output.status.code(), Some(2), "{half_way}");
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    }
}

#[test]
#[allow(clippy::print_stderr)] // the errors are for the reader
fn the_marathons_of_the_corpus_finish_as_others_did() {
    let Some(corpus) = corpus() else { return };
    let races = corpus.join("race");
    let json = stdout_in(Path::new(PROJECT), &["--no-profile", "--format", "json", &races.to_string_lossy()]);
    let report: Value = serde_json::from_str(&json).expect("a document");
    let activities = report["activities"].as_array().expect("activities");
    let (mut errors_min, mut inside) = (Vec::new(), 0);
    for run in activities {
        let findings = run["findings"].as_array().into_iter().flatten();
        let Some(finding) = findings.into_iter().find(|finding| finding["id"] == "FINISH-01") else {
            continue;
        };
        let value = |name: &str| {
            let evidence = finding["evidence"].as_array().expect("evidence");
            let found = evidence.iter().find(|evidence| evidence["name"] == name).expect("a number");
            found["value"].as_f64().expect("a number")
        };
        let finish_s = run["elapsed_s"].as_f64().expect("seconds");
        let error_min = (finish_s - value("finish_median_s")) / 60.0;
        let held = (value("finish_low_s")..=value("finish_high_s")).contains(&finish_s);
        eprintln!(
            "half-way {:.0} s: median {:.0} s, finished {finish_s:.0} s, {error_min:+.1} min, {}",
            value("half_way_s"),
            value("finish_median_s"),
            if held { "inside" } else { "outside" }
        );
        inside += usize::from(held);
        errors_min.push(error_min.abs());
    }
    errors_min.sort_by(f64::total_cmp);
    let median_min = errors_min[errors_min.len() / 2];
    eprintln!("{inside} of {} inside, median error {median_min:.1} min", errors_min.len());
    // Of seven, at least 80 of 100 would be six; by chance it may be five.
    assert!(errors_min.len() >= 7 && inside + 2 >= errors_min.len() && median_min < 12.0);
}
