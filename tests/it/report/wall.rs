//! The chance of the wall of whole recordings: it is the model's for the splits of the run.

use std::collections::BTreeMap;

use firstmile_fixtures::{Run, Watch, fit, watch};

use crate::common::program::stdout_bytes_in;
use crate::common::rows::rows;
use crate::common::{temporary_folder, write};

/// Every this number of golden cases is recorded.
const EVERY: usize = 31;

/// The end of a file that breaks off: laps, session and a few samples.
const TAIL_BYTES: usize = 700;

/// A golden case: the runner's splits, and what the models make of them.
type Case = BTreeMap<String, String>;

/// Returns some golden cases by model and sex.
fn cases() -> Vec<Case> {
    let table = include_bytes!("../../data/golden_cases.csv");
    rows(table).into_iter().step_by(EVERY).collect()
}

/// Returns the seconds at a mark of a case.
fn at(case: &Case, mark: &str) -> Option<f64> {
    case[mark].parse().ok()
}

/// Returns a recording with the case's splits, or `None` if it passes a mark at an impossible pace.
///
/// For the models Hq and U it has a gap at 15 km. For S the file breaks off before half-way.
fn recording(case: &Case) -> Option<Vec<u8>> {
    let marks = [("t5_s", 5.0), ("t10_s", 10.0), ("t15_s", 15.0), ("t20_s", 20.0), ("thalf_s", 21.0975)];
    let (mut legs, mut from) = (Vec::new(), (0.0, 0.0));
    for (mark, km) in marks {
        let Some(time_s) = at(case, mark) else { continue };
        let s_per_km = (time_s - from.1) / (km - from.0);
        if !(160.0..700.0).contains(&s_per_km) {
            return None;
        }
        legs.push((1000.0 * km, s_per_km));
        from = (km, time_s);
    }
    let last_s_per_km = legs.last().expect("a leg").1;
    let end_m = if case["model"] == "S" { 20_900.0 } else { 42_195.0 };
    legs.push((end_m, 1.04 * last_s_per_km));
    let run = Run::new(1_570_950_000.0).paced(&legs);
    let mut recording = watch::record(&run, &Watch { gps: None, ..Watch::every_second() });
    if case["t15_s"].is_empty() && case["model"] != "S" {
        let gap = 14_600.0..15_400.0;
        recording.samples.retain(|sample| !sample.distance_m.is_some_and(|at_m| gap.contains(&at_m)));
    }
    let mut bytes = fit::write(&recording, &fit::Options { gender: None, ..fit::Options::default() });
    if case["model"] == "S" {
        bytes.truncate(bytes.len() - TAIL_BYTES);
    }
    Some(bytes)
}

#[test]
fn a_recording_has_the_chances_that_the_model_gives_its_splits() {
    let mut compared = BTreeMap::<String, usize>::new();
    for sex in ["male", "female", "unknown"] {
        let folder = temporary_folder();
        let cases: Vec<Case> = cases().into_iter().filter(|case| case["sex"] == sex).collect();
        for case in &cases {
            if let Some(bytes) = recording(case) {
                write(folder.path(), &format!("marathon-{:0>4}.fit", case["case"]), bytes);
            }
        }
        let mut args = vec!["--format", "csv", "--race", "--course", "marathon"];
        if sex != "unknown" {
            args.extend(["--sex", sex]);
        }
        args.push(".");
        for row in rows(&stdout_bytes_in(folder.path(), &args)) {
            let case = cases
                .iter()
                .find(|case| row["path"].ends_with(&format!("{:0>4}.fit", case["case"])))
                .expect("the row's case");
            if row["p_wall"].is_empty() {
                continue;
            }
            for (column, expected) in [
                ("p_wall", "p"),
                ("p_wall_low", "low"),
                ("p_wall_high", "high"),
                ("p_wall_start", "p_start"),
                ("p_wall_even_start", "p_even"),
            ] {
                let (found, expected) = (at(&row, column), at(case, expected));
                let apart = (found.expect("a chance") - expected.expect("a chance")).abs();
                // Watches write whole seconds and centimetres.
                assert!(
                    apart < 5e-4,
                    "case {} ({}): {column} is off by {apart}",
                    case["case"],
                    case["model"]
                );
            }
            *compared.entry(case["model"].clone()).or_default() += 1;
        }
    }
    for model in ["K", "KU", "Hq", "U", "S"] {
        assert!(compared.get(model).is_some_and(|cases| *cases >= 5), "{model}: {compared:?}");
    }
}
