//! `plan`: targets, chances of the wall, pace bands and hilly courses.

use std::path::Path;

use crate::common::fixtures::RACES;
use crate::common::program::{PROJECT, firstmile, stderr, stdout_in};
use crate::common::rows::records;
use crate::common::{temporary_folder, write};

const PLAN: [&str; 2] = ["plan", "--no-profile"];

/// Returns the plan that is printed.
fn printed(arguments: &[&str]) -> String {
    stdout_in(Path::new(PROJECT), &[&PLAN, arguments].concat())
}

/// Runs `plan` with arguments that it must refuse, and returns the error.
fn refused(arguments: &[&str]) -> String {
    let output = firstmile(&[&PLAN, arguments].concat());
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    stderr(&output)
}

#[test]
fn the_plan_of_a_marathon_is_unchanged() {
    insta::assert_snapshot!(printed(&["--course", "marathon", "--goal", "4:00:00", "--sex", "female"]));
}

#[test]
fn the_plan_from_ones_own_races_is_unchanged() {
    insta::assert_snapshot!(printed(&["--course", "half", "--from", RACES, "--units", "km"]));
}

#[test]
fn targets_start_slower_and_sum_to_the_goal() {
    for (course, goal, seconds) in
        [("5k", "25:00", 1500.0), ("half", "1:45:00", 6300.0), ("marathon", "3:30:00", 12_600.0)]
    {
        let csv = printed(&["--course", course, "--goal", goal, "--format", "csv"]);
        let rows = records(csv.as_bytes());
        for unit in ["mile", "km"] {
            let splits: Vec<f64> = rows
                .iter()
                .filter(|row| &row[0] == unit)
                .map(|row| row[4].parse().expect("seconds"))
                .collect();
            let sum_s: f64 = splits.iter().sum();
            assert!((sum_s - seconds).abs() < 0.001 * splits.len() as f64, "{course} {unit}: {sum_s}");
            assert!(splits[0] > 1.02 * splits[2], "{course} {unit}");
        }
    }
}

#[test]
fn the_json_of_a_plan_holds_what_its_text_says() {
    let json = printed(&["--course", "marathon", "--goal", "4:00:00", "--sex", "female", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&json).expect("a document");
    assert_eq!(plan["schema"], "firstmile-plan/1");
    // 14,400 s over 26.2188 miles, slower by 2 % and by 3.5 %.
    assert_eq!(plan["first_mile"]["from_s"].as_f64().map(f64::round), Some(560.0));
    assert_eq!(plan["first_mile"]["to_s"].as_f64().map(f64::round), Some(568.0));
    let chances: Vec<f64> = plan["starts"]
        .as_array()
        .expect("starts")
        .iter()
        .map(|start| start["wall"]["p"].as_f64().expect("a chance"))
        .collect();
    assert!(chances.len() == 4 && chances.is_sorted(), "{chances:?}");
    assert_eq!(plan["wall_pool"]["n"], 625_596);
}

#[test]
fn drinks_are_a_rate_and_never_a_total() {
    for (course, goal) in
        [("10k", "45:00"), ("marathon", "5:30:00"), ("50mi", "8:00:00"), ("100k", "14:00:00")]
    {
        let plan = |format: &str| {
            printed(&["--course", course, "--goal", goal, "--units", "miles", "--format", format])
        };
        for format in ["text", "html", "json"] {
            let plan = plan(format);
            assert!(!plan.contains("in all") && !plan.contains(" times, "), "{course} {format}");
            let litres = plan
                .match_indices(" l)")
                .filter_map(|(end, _)| plan[..end].rsplit(['(', '–']).next()?.parse::<f64>().ok());
            assert!(litres.fold(0.0, f64::max) < 1.0, "{course} {format}");
        }
        let text = plan("text");
        // One drink is the same in both parts: the source's rate, and what it comes to.
        let rate = "6–8 oz (0.18–0.24 l) every 20 minutes";
        assert_eq!(text.contains(&format!("{rate}: in this race once, after 20 minutes")), course == "10k");
        assert_eq!(text.contains(&format!("{rate}. In this race that is once, or none.")), course == "10k");
        assert_eq!(text.contains("every 20 minutes, about every"), course != "10k");
    }
}

#[test]
fn salt_is_only_for_long_races_and_beside_its_study() {
    for format in ["text", "html", "json"] {
        let short = printed(&["--course", "10k", "--goal", "45:00", "--format", format]);
        assert!(!short.to_lowercase().contains("salt at") && !short.contains("Hoffman"), "{format}");
        assert!(!short.contains("fluid, salt") && !short.contains("\"salt\": true"), "{format}");
        let long = printed(&["--course", "half", "--goal", "1:50:00", "--format", format]);
        assert!(long.contains("salt at half-way") && long.contains("Hoffman"), "{format}");
    }
}

#[test]
fn a_chance_of_the_wall_is_a_number_without_an_adjective() {
    for format in ["text", "html"] {
        let plan = printed(&["--course", "marathon", "--goal", "3:45:00", "--format", format]);
        assert_eq!(plan.matches(" of 100 (").count(), 4, "{format}");
        for word in ["typical", "elevated", "very high", "low<", "  low"] {
            assert!(!plan.contains(word), "{format}: {word}");
        }
    }
}

#[test]
fn the_pace_band_loads_nothing() {
    let page = printed(&["--course", "marathon", "--goal", "4:00:00", "--format", "html"]);
    assert!(page.starts_with("<!doctype html>"));
    for fetched in ["http:", "https:", "src=", "url(", "<script", "<link", "@import"] {
        assert!(!page.contains(fetched), "{fetched}");
    }
    assert_eq!(page.matches("scope=\"row\"").count(), 27 + 4);
}

#[test]
fn a_hilly_course_gets_targets_of_even_effort() {
    // 10 km: flat, then 150 m up in 3 km, then down again.
    let points: String = (0..=500)
        .map(|step| {
            let metres = 20.0 * f64::from(step);
            let altitude_m = match metres {
                m if m < 3_000.0 => 100.0,
                m if m < 6_000.0 => 100.0 + 0.05 * (m - 3_000.0),
                m => f64::max(100.0, 250.0 - 0.05 * (m - 6_000.0)),
            };
            let latitude_deg = 48.0 + metres / 111_195.0;
            format!("<rtept lat=\"{latitude_deg:.7}\" lon=\"11.0\"><ele>{altitude_m:.1}</ele></rtept>")
        })
        .collect();
    let gpx = format!(
        "<gpx version=\"1.1\" creator=\"x\" xmlns=\"http://www.topografix.com/GPX/1/1\"><rte>{points}</rte></gpx>"
    );
    let folder = temporary_folder();
    write(folder.path(), "course.gpx", gpx);
    let file = folder.path().join("course.gpx");
    let file = file.to_str().expect("a name");
    let csv = printed(&["--gpx", file, "--goal", "50:00", "--course", "10k", "--format", "csv"]);
    let kms: Vec<f64> = records(csv.as_bytes())
        .iter()
        .filter(|row| &row[0] == "km")
        .map(|row| row[4].parse().expect("seconds"))
        .collect();
    let sum_s: f64 = kms.iter().sum();
    assert!((sum_s - 3000.0).abs() < 0.01, "{sum_s}");
    // 5 % up costs 18 % more than level ground, 5 % down saves 10 % (Strava 2017).
    assert!((kms[4] / kms[2] - 1.18).abs() < 0.02, "{}", kms[4] / kms[2]);
    assert!((kms[7] / kms[2] - 0.90).abs() < 0.02, "{}", kms[7] / kms[2]);
    // Without `--course`, the length of the track counts.
    assert!(printed(&["--gpx", file, "--goal", "50:00"]).contains("10.00 km takes 50:00"));
    assert!(
        refused(&["--gpx", file, "--goal", "1:50:00", "--course", "half"])
            .contains("its track is 10.00 km long, which does not fit the half marathon; leave out --course")
    );
}

#[test]
fn an_error_says_what_is_missing_and_what_to_try() {
    assert!(refused(&["--goal", "3:45:00"]).contains("needs --course"));
    assert!(refused(&["--course", "marathon"]).contains("--goal 3:45:00, or --from"));
    let marathon = |goal| refused(&["--course", "marathon", "--goal", goal]);
    assert!(marathon("3:45").contains("did you mean 3:45:00?"));
    assert!(marathon("8:35").contains("did you mean 8:35/mi?"));
    assert!(
        marathon("1:45:00").contains("a marathon in 1:45:00 is faster than any runner has run (1:59:30)")
    );
    assert!(refused(&["--course", "marathon", "--goal", "soon"]).contains("invalid goal \"soon\""));
    assert!(
        refused(&["--course", "marathon", "--goal", "4:00:00", "--gpx", "no.gpx"]).contains("no such file")
    );
}

#[test]
fn the_halves_of_a_plan_have_the_chosen_proportion() {
    let marathon = ["--course", "marathon", "--goal", "3:45:00"];
    for (split, ratio) in [("even", 1.0), ("negative:1%", 0.99), ("positive:2%", 1.02)] {
        let arguments = [&marathon[..], &["--split", split]].concat();
        let json: serde_json::Value =
            serde_json::from_str(&printed(&[&arguments[..], &["--format", "json"]].concat())).expect("JSON");
        let seconds = |name: &str| json["split"][name].as_f64().expect("a number");
        assert!((seconds("first_half_s") + seconds("second_half_s") - 13_500.0).abs() < 0.01);
        assert!((seconds("second_half_s") / seconds("first_half_s") - ratio).abs() < 1e-5, "{split}");
        // The gate at half-way, and the first mile's window, which no split changes.
        assert_eq!(json["gates"][2]["elapsed_s"], json["split"]["first_half_s"]);
        let text = printed(&arguments);
        assert!(text.starts_with("At the 1-mile marker your watch should read 8:45–8:53."), "{text}");
    }
    let text = printed(&[&marathon[..], &["--split", "negative:1%"]].concat());
    assert!(text.contains("Halves: 1:53:04 and 1:51:56, the second 1 % faster."), "{text}");
    let page = printed(&[&marathon[..], &["--split", "even", "--format", "html"]].concat());
    assert!(page.contains("Halves: 1:52:30 and 1:52:30, equal."), "{page}");
    assert!(!printed(&marathon).contains("Halves"));
    let why = refused(&[&marathon[..], &["--split", "negative:9%"]].concat());
    assert!(why.contains("would be slower than the first mile"), "{why}");
}

#[test]
fn a_marathon_from_a_half_is_told_by_training_beside_riegel() {
    let club = crate::common::fixtures::club_folder();
    // The club's athletes run 14 km in each of the six weeks before a race.
    let folder = club.path().join("roster/ben");
    let plan = printed(&["--course", "marathon", "--from", &folder.to_string_lossy()]).replace('\n', " ");
    assert!(plan.contains("Talsee Half Marathon, 15 Oct 2023, 1:44:45, by Riegel's formula"), "{plan}");
    assert!(plan.contains("With your 9 miles (14 km) a week in the six weeks before it"), "{plan}");
    let (half_s, weekly_m) = (6_285.0, 14_000.0);
    // 2 to the power of 1.07.
    let riegel_mps = 42_195.0 / (half_s * 2.099_433);
    let speed_mps = 0.160_186_17 + 0.830_762_02 * riegel_mps + 0.064_238_26 * weekly_m / 16_093.44;
    let expected_s = 42_195.0 / speed_mps;
    let (_, told) = plan.split_once("(2016) predicts ").expect("a prediction");
    let parts: Vec<f64> = told[..7].split(':').map(|part| part.parse().expect("a number")).collect();
    let told_s = 3600.0 * parts[0] + 60.0 * parts[1] + parts[2];
    assert!((told_s - expected_s).abs() < 5.0, "{told_s}, expected {expected_s}");
    assert!(told.starts_with("4:04:48, give or take 15 minutes: 3:49:48 to 4:19:48."), "{told}");
    // Without training, it says how to get one; an own marathon comes first.
    let half = format!("{RACES}/2018-09-30_hillford-half-marathon_slightly-positive.fit");
    assert!(
        printed(&["--course", "marathon", "--from", &half]).contains("Give --from your training before it")
    );
    assert!(!printed(&["--course", "marathon", "--from", RACES]).contains("Vickers"));
}
