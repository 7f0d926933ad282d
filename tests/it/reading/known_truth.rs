//! The fixtures against their known truth, `fixtures/expected.csv`, which the generator writes.

use crate::common::fixtures::{path, read};
use crate::common::program::firstmile;
use crate::common::rows::{Row, rows};

/// Known truth that the program does not reach yet, by file and column.
const NOT_YET: &[(&str, &str)] = &[
    // The recording does not show how far its clock was set back.
    ("awkward/2021-03-28_clock-back-1-hour.fit", "timer_s"),
];

/// Returns the rows of a fixture, read with the flags of its truth.
fn analyse(file: &str, flags: &str) -> Vec<Row> {
    let path = path(file).to_string_lossy().into_owned();
    let flags = flags.split_whitespace();
    let arguments: Vec<&str> = ["--format", "csv"].into_iter().chain(flags).chain([path.as_str()]).collect();
    rows(&firstmile(&arguments).stdout)
}

#[test]
fn every_fixture_matches_its_known_truth() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for expected in rows(&read("expected.csv")) {
        if expected["status"] == "skipped" {
            continue;
        }
        let file = expected["file"].as_str();
        let number = if expected["activity"].is_empty() { "1" } else { &expected["activity"] };
        let rows = analyse(file, &expected["args"]);
        let found = rows.iter().find(|row| row["member"] == expected["member"] && row["activity"] == number);
        let Some(found) = found else {
            wrong.push(format!("{file}: no row"));
            continue;
        };
        for (name, why) in differences(&expected, found) {
            if !NOT_YET.contains(&(file, name.as_str())) {
                wrong.push(format!("{file} {}: {name}: {why}", expected["args"]));
            }
        }
        compared += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 90, "only {compared} rows were compared");
}

/// Returns the columns in which a row differs from its truth, and how.
fn differences(expected: &Row, found: &Row) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    let mut differ = |name: &str, why: String| wrong.push((name.to_owned(), why));
    for name in ["status", "reason", "sport", "kind"] {
        if !expected[name].is_empty() && expected[name] != found[name] {
            differ(name, format!("{} for {}", found[name], expected[name]));
        }
    }
    let course = expected["course"].as_str();
    if !course.is_empty() && found["course"] != if course == "none" { "" } else { course } {
        differ("course", format!("{} for {course}", found["course"]));
    }
    let tolerance = |name: &str, or: f64| expected[name].parse().unwrap_or(or);
    let (seconds, percent) = (tolerance("tol_s", 1.0), tolerance("tol_pct", 0.5));
    let metres = expected["distance_m"].parse::<f64>().map_or(0.0, |metres| 0.005 * metres);
    for (name, within) in [
        ("distance_m", metres),
        ("elapsed_s", seconds),
        ("timer_s", seconds),
        ("first_mile_s", seconds),
        ("final_mile_s", seconds),
        ("first_half_s", seconds),
        ("second_half_s", seconds),
        ("positive_split_pct", percent),
        ("start_excess_pct", percent),
    ] {
        if let Ok(truth) = expected[name].parse::<f64>() {
            let value: f64 = found[name].parse().unwrap_or(f64::NAN);
            if value.is_nan() || (value - truth).abs() > within {
                differ(name, format!("{value} for {truth} ± {within}"));
            }
        }
    }
    for name in ["gap_positive_split_pct", "gap_start_excess_pct"] {
        let value: Option<f64> = found[name].parse().ok();
        let fine = match expected[name].as_str() {
            "" => true,
            "none" => value.is_none(),
            truth => truth
                .parse::<f64>()
                .is_ok_and(|truth| value.is_some_and(|v| (v - truth).abs() <= percent + 0.3)),
        };
        if !fine {
            differ(name, format!("\"{}\" for {}", found[name], expected[name]));
        }
    }
    let ids: Vec<&str> = found["rules"].split(';').filter_map(|rule| rule.split(':').next()).collect();
    for rule in expected["rules"].split(';').filter(|rule| !rule.is_empty()) {
        let fine = match rule.strip_prefix('!') {
            Some(id) => !ids.contains(&id),
            None => ids.contains(&rule),
        };
        if !fine {
            differ("rules", format!("{} for {rule}", found["rules"]));
        }
    }
    wrong
}
