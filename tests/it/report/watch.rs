//! `plan` for the watch: FIT workouts, and courses as FIT and TCX, read back by other decoders.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use fitparser::Value;
use serde_json::Value as Json;

use crate::common::program::{FIRSTMILE, PROJECT, command, firstmile, firstmile_in, stderr, stdout_in};
use crate::common::{temporary_folder, write};

const MILE_M: f64 = 1609.344;
/// 2020-01-01T00:00:00Z, the time of every file.
const TIME_CREATED_S: f64 = 1_577_836_800.0;

/// Returns what `plan` writes.
fn planned(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = firstmile_in(folder, &[&["plan", "--no-profile"], arguments].concat());
    assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {}", stderr(&output));
    output.stdout
}

/// A decoded message: its kind, and its fields by name.
type Message = (String, BTreeMap<String, Value>);

/// Decodes a FIT file; fails on a wrong checksum, size or layout.
fn decoded(fit: &[u8]) -> Vec<Message> {
    let messages = fitparser::from_bytes(fit).expect("a FIT file");
    let message = |message: fitparser::FitDataRecord| {
        let fields = message.fields().iter().map(|field| (field.name().to_owned(), field.value().clone()));
        (message.kind().to_string(), fields.collect())
    };
    messages.into_iter().map(message).collect()
}

/// Returns a field as a number; a time is Unix seconds.
fn number((kind, fields): &Message, name: &str) -> f64 {
    let value = fields.get(name).unwrap_or_else(|| panic!("{kind} has no {name}: {fields:?}"));
    value.clone().try_into().unwrap_or_else(|_| panic!("{kind}: {name} is no number: {value:?}"))
}

fn text((kind, fields): &Message, name: &str) -> String {
    match fields.get(name) {
        Some(Value::String(text)) => text.clone(),
        other => panic!("{kind}: {name} is no text: {other:?}"),
    }
}

/// Returns the messages of one kind.
fn of_kind<'a>(messages: &'a [Message], kind: &str) -> Vec<&'a Message> {
    messages.iter().filter(|message| message.0 == kind).collect()
}

/// Returns messages as lines.
fn lines(messages: &[Message]) -> String {
    let line = |message: &Message| {
        let fields = message.1.iter().map(|(name, value)| match value {
            Value::Timestamp(_) => format!("{name}={}", number(message, name)),
            value => format!("{name}={value}"),
        });
        format!("{}: {}\n", message.0, fields.collect::<Vec<_>>().join(", "))
    };
    messages.iter().map(line).collect()
}

/// A step of a decoded workout.
#[derive(Debug)]
struct Step {
    name: String,
    notes: String,
    length_m: f64,
    low_mps: f64,
    high_mps: f64,
}

impl Step {
    /// Returns the time at the middle of the range of paces.
    fn time_s(&self) -> f64 {
        self.length_m * f64::midpoint(1.0 / self.low_mps, 1.0 / self.high_mps)
    }
}

/// Returns the steps of a workout, and checks what every workout has.
fn steps(fit: &[u8]) -> Vec<Step> {
    let messages = decoded(fit);
    assert_eq!(messages[0].0, "file_id");
    assert_eq!(text(&messages[0], "type"), "workout");
    assert_eq!(messages[1].0, "workout");
    assert_eq!(text(&messages[1], "sport"), "running");
    assert!(text(&messages[1], "wkt_name").len() <= 15);
    assert_eq!(number(&messages[1], "num_valid_steps") as usize, messages.len() - 2);
    let step = |(index, message): (usize, &Message)| {
        assert_eq!(message.0, "workout_step");
        assert_eq!(number(message, "message_index") as usize, index);
        assert_eq!(text(message, "duration_type"), "distance");
        assert_eq!(text(message, "target_type"), "speed");
        assert_eq!(text(message, "intensity"), "active");
        Step {
            name: text(message, "wkt_step_name"),
            notes: text(message, "notes"),
            length_m: number(message, "duration_distance"),
            low_mps: number(message, "custom_target_speed_low"),
            high_mps: number(message, "custom_target_speed_high"),
        }
    };
    messages[2..].iter().enumerate().map(step).collect()
}

/// Returns a GPX of a course to the north: 5 % up and down again, 2 km each.
fn hilly_gpx(length_m: f64) -> String {
    let count = (length_m / 20.0).ceil() as u32;
    let points: String = (0..=count)
        .map(|step| {
            let metres = f64::min(20.0 * f64::from(step), length_m);
            let up_m = f64::abs(metres % 4_000.0 - 2_000.0);
            let latitude_deg = 40.0 + metres / 111_195.08;
            format!(
                "<trkpt lat=\"{latitude_deg:.8}\" lon=\"11.0\"><ele>{:.2}</ele></trkpt>\n",
                100.0 + 0.05 * (2_000.0 - up_m)
            )
        })
        .collect();
    format!(
        "<gpx version=\"1.1\" creator=\"x\"><trk><name>東京 – Zürich</name><trkseg>{points}</trkseg></trk></gpx>"
    )
}

#[test]
fn the_workout_of_a_marathon_is_unchanged() {
    let fit = planned(Path::new(PROJECT), &["--course", "marathon", "--goal", "4:00:00", "--format", "fit"]);
    insta::assert_snapshot!(lines(&decoded(&fit)));
}

#[test]
fn a_workout_in_kilometres_over_hills_is_unchanged() {
    let folder = temporary_folder();
    write(folder.path(), "Zürich – 東京.gpx", hilly_gpx(10_000.0));
    let arguments = ["--gpx", "Zürich – 東京.gpx", "--goal", "50:00", "--units", "km", "--format", "fit"];
    insta::assert_snapshot!(lines(&decoded(&planned(folder.path(), &arguments))));
}

#[test]
fn steps_add_up_to_the_course_and_their_times_to_the_goal() {
    for (course, length_m, goal, goal_s, names) in [
        ("5k", 5_000.0, "25:00", 1500.0, "Mile 1, To half-way, To the finish"),
        ("10k", 10_000.0, "50:00", 3000.0, "Mile 1, To half-way, To the finish"),
        ("half", 21_097.5, "1:45:00", 6300.0, "Mile 1, To 10 km, To the finish"),
        ("30k", 30_000.0, "2:30:00", 9000.0, "Mile 1, To 10 km, To half-way, To the finish"),
        ("marathon", 42_195.0, "4:00:00", 14_400.0, "Mile 1, To 10 km, To half-way, To 30 km, To the finish"),
        ("100k", 100_000.0, "12:00:00", 43_200.0, "Mile 1, To 10 km, To 30 km, To half-way, To the finish"),
    ] {
        let plan =
            |format| planned(Path::new(PROJECT), &["--course", course, "--goal", goal, "--format", format]);
        let steps = steps(&plan("fit"));
        let named: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
        assert_eq!(named.join(", "), names, "{course}");
        // Lengths are rounded to the centimetre, speeds to the mm/s: at most 1 s for each hour.
        let total_m: f64 = steps.iter().map(|step| step.length_m).sum();
        let total_s: f64 = steps.iter().map(Step::time_s).sum();
        assert!((total_m - length_m).abs() < 0.006, "{course}: {total_m} m");
        assert!((total_s - goal_s).abs() < 1.0 + goal_s / 3600.0, "{course}: {total_s} s");
        // The first mile is slower than goal pace, and its range is the plan's check.
        let json: Json = serde_json::from_slice(&plan("json")).expect("JSON");
        let window = &json["first_mile"];
        for (name, speed_mps) in [("from_s", steps[0].high_mps), ("to_s", steps[0].low_mps)] {
            let time_s = window[name].as_f64().expect("seconds");
            assert!((MILE_M / speed_mps - time_s).abs() < 0.2, "{course} {name}: {time_s}");
        }
        assert!(steps[0].high_mps < length_m / goal_s, "{course}");
        // The watch at the end of each step is the plan's own target.
        let mut end_m = 0.0;
        let mut end_s = 0.0;
        for step in &steps {
            end_m += step.length_m;
            end_s += step.time_s();
            let target_s = elapsed_s(&json, end_m);
            assert!(
                (end_s - target_s).abs() < 1.0 + goal_s / 3600.0,
                "{course} {}: {end_s} {target_s}",
                step.name
            );
        }
    }
}

/// Returns the plan's elapsed time at a mark: a mile, a kilometre, or a gate.
fn elapsed_s(json: &Json, at_m: f64) -> f64 {
    let mut lists =
        ["mile", "km", "gates"].into_iter().flat_map(|list| json[list].as_array().expect("a list"));
    let near = |target: &&Json| {
        let end_m = target.get("end_m").or(target.get("at_m")).and_then(Json::as_f64).expect("metres");
        (end_m - at_m).abs() < 0.02
    };
    lists.find(near).and_then(|target| target["elapsed_s"].as_f64()).unwrap_or_else(|| panic!("{at_m} m"))
}

#[test]
fn steps_over_hills_are_the_rows_of_the_table() {
    let folder = temporary_folder();
    write(folder.path(), "hills.gpx", hilly_gpx(42_195.0));
    for units in ["miles", "km"] {
        let plan = |format: &str| {
            let course =
                ["--gpx", "hills.gpx", "--course", "marathon", "--goal", "4:00:00", "--units", units];
            planned(folder.path(), &[&course[..], &["--format", format]].concat())
        };
        let steps = steps(&plan("fit"));
        let json: Json = serde_json::from_slice(&plan("json")).expect("JSON");
        assert_eq!(steps.len(), if units == "miles" { 26 } else { 41 });
        let (mut from_m, mut from_s) = (0.0, 0.0);
        for step in &steps {
            let end_m = from_m + step.length_m;
            let end_s = elapsed_s(&json, end_m);
            assert!((step.time_s() - (end_s - from_s)).abs() < 0.3, "{units} {}", step.name);
            let watch = stdout_clock(end_s);
            assert!(step.name == "Mile 1" || step.notes.ends_with(&format!(": {watch}.")), "{}", step.notes);
            (from_m, from_s) = (end_m, end_s);
        }
        assert!((from_m - 42_195.0).abs() < 0.006 && (from_s - 14_400.0).abs() < 0.001);
        // Even effort: kilometres differ with the slope, by more than the range of one step.
        let speeds: Vec<f64> = steps.iter().map(|step| step.low_mps).collect();
        let fastest = speeds.iter().copied().fold(0.0, f64::max);
        let slowest = speeds.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(fastest > 1.1 * slowest, "{units}: {slowest} to {fastest} m/s");
    }
}

/// Formats seconds as the program does.
fn stdout_clock(seconds: f64) -> String {
    let whole = seconds.round() as u32;
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

#[test]
fn a_course_has_the_planned_time_at_each_point() {
    let folder = temporary_folder();
    // 10.2 km of track for 10 km of course.
    write(folder.path(), "hills.gpx", hilly_gpx(10_200.0));
    let plan = |format: &str| {
        let course = ["--gpx", "hills.gpx", "--course", "10k", "--goal", "50:00", "--format", format];
        planned(folder.path(), &course)
    };
    let json: Json = serde_json::from_slice(&plan("json")).expect("JSON");
    let track_m = json["hills"]["track_m"].as_f64().expect("metres");
    let messages = decoded(&plan("fit-course"));
    let kinds: Vec<&str> = messages.iter().map(|message| message.0.as_str()).collect();
    assert_eq!(kinds[..5], ["file_id", "course", "lap", "event", "record"]);
    assert_eq!(kinds[kinds.len() - 2..], ["record", "event"]);
    let records = of_kind(&messages, "record");
    assert_eq!(records.len(), 511, "one for each point, 4 m/s apart or more");
    assert_eq!(records.len(), kinds.len() - 5);
    insta::assert_snapshot!(lines(&[&messages[..6], &messages[messages.len() - 2..]].concat()));

    let points: Vec<(f64, f64)> = records
        .iter()
        .map(|record| (number(record, "distance"), number(record, "timestamp") - TIME_CREATED_S))
        .collect();
    assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
    assert_eq!(points[0], (0.0, 0.0));
    let (last_m, last_s) = points[points.len() - 1];
    assert!((last_m - track_m).abs() < 0.01 && last_s == 3000.0, "{last_m} m, {last_s} s");
    for target in json["km"].as_array().expect("kilometres") {
        let at_m = target["end_m"].as_f64().expect("metres") * track_m / 10_000.0;
        let after = points.partition_point(|point| point.0 < at_m - 0.01).max(1);
        let ((from_m, from_s), (to_m, to_s)) = (points[after - 1], points[after]);
        let at_s = from_s + (to_s - from_s) * (at_m - from_m) / (to_m - from_m);
        // Times are whole seconds.
        assert!((at_s - target["elapsed_s"].as_f64().expect("seconds")).abs() <= 0.51, "{target}: {at_s}");
    }

    let tcx = String::from_utf8(plan("tcx")).expect("text");
    let document = roxmltree::Document::parse(&tcx).expect("XML");
    let all = |name: &str| -> Vec<String> {
        let nodes = document.descendants().filter(|node| node.has_tag_name(name));
        nodes.map(|node| node.text().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(all("Name"), ["6.2 mi 50:00"]);
    assert_eq!(all("TotalTimeSeconds"), ["3000"]);
    assert_eq!(all("Trackpoint").len(), records.len());
    assert_eq!(all("Time").last().map(String::as_str), Some("2020-01-01T00:50:00Z"));
    let metres: Vec<f64> =
        all("DistanceMeters")[1..].iter().map(|text| text.parse().expect("metres")).collect();
    assert!(metres.iter().zip(&points).all(|(metres, (record_m, _))| (metres - record_m).abs() < 0.006));
    insta::assert_snapshot!(tcx.lines().take(7).collect::<Vec<_>>().join("\n"));
}

#[test]
fn plans_of_ultras_stay_within_the_limits_of_the_format() {
    let folder = temporary_folder();
    write(folder.path(), "100 míle – 東京.gpx", hilly_gpx(160_934.4));
    for (units, count, last) in [("miles", 21, "To mile 95"), ("km", 33, "To 155 km")] {
        let plan = |format: &str| {
            let course = ["--gpx", "100 míle – 東京.gpx", "--goal", "30:00:00", "--units", units];
            planned(folder.path(), &[&course[..], &["--format", format]].concat())
        };
        let fit = plan("fit");
        let steps = steps(&fit);
        assert_eq!((steps.len(), steps[steps.len() - 2].name.as_str()), (count, last), "{units}");
        let total_m: f64 = steps.iter().map(|step| step.length_m).sum();
        let json: Json = serde_json::from_slice(&plan("json")).expect("JSON");
        let length_m = json["distance_m"].as_f64().expect("metres");
        assert!((total_m - length_m).abs() < 0.02, "{total_m} m of {length_m}");
        for step in &steps {
            assert!(step.name.len() <= 15 && step.name.is_ascii(), "{step:?}");
            // Not cut: a note ends with its full stop.
            assert!(step.notes.len() <= 49 && step.notes.is_ascii() && step.notes.ends_with('.'), "{step:?}");
        }
        let course = decoded(&plan("fit-course"));
        let records = of_kind(&course, "record");
        assert_eq!(number(records[records.len() - 1], "timestamp"), TIME_CREATED_S + 108_000.0);
    }
}

#[test]
fn positions_and_altitudes_at_the_ends_of_their_ranges_are_kept_or_left_out() {
    // Across the antimeridian, from below the lowest altitude to above the highest.
    let point = |step: u32| {
        let longitude_deg = 179.9 + f64::from(step) * 0.001;
        let longitude_deg = if longitude_deg > 180.0 { longitude_deg - 360.0 } else { longitude_deg };
        let altitude_m = if step < 50 { -600.0 } else { 13_000.0 };
        format!("<trkpt lat=\"0\" lon=\"{longitude_deg:.4}\"><ele>{altitude_m}</ele></trkpt>")
    };
    let points: String = (0..=200).map(point).collect();
    let folder = temporary_folder();
    write(folder.path(), "edge.gpx", format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>"));
    let fit = planned(folder.path(), &["--gpx", "edge.gpx", "--goal", "20:00/mi", "--format", "fit-course"]);
    let messages = decoded(&fit);
    let records = of_kind(&messages, "record");
    let degrees = |record: &Message| number(record, "position_long") * 180.0 / 2_147_483_648.0;
    assert!(records.iter().any(|record| degrees(record) == -180.0), "180° is -180°");
    assert!((degrees(records[records.len() - 1]) + 179.9).abs() < 1e-6);
    assert_eq!(number(records[0], "enhanced_altitude"), -500.0);
    assert!(!records[records.len() - 1].1.contains_key("enhanced_altitude"));
}

#[test]
fn equal_plans_are_equal_bytes_and_others_have_their_own_number() {
    let plan =
        |goal: &str| planned(Path::new(PROJECT), &["--course", "half", "--goal", goal, "--format", "fit"]);
    assert_eq!(plan("1:45:00"), plan("1:45:00"));
    let id = |goal: &str| {
        let messages = decoded(&plan(goal));
        assert_eq!(number(&messages[0], "time_created"), TIME_CREATED_S);
        number(&messages[0], "serial_number")
    };
    assert_ne!(id("1:45:00"), id("1:46:00"));
}

#[test]
fn a_changed_byte_breaks_the_checksum() {
    let mut fit = planned(Path::new(PROJECT), &["--course", "5k", "--goal", "25:00", "--format", "fit"]);
    let middle = fit.len() / 2;
    fit[middle] ^= 1;
    assert!(fitparser::from_bytes(&fit).is_err());
}

#[test]
fn the_ending_of_the_file_chooses_the_format_and_a_plan_may_be_renewed() {
    let folder = temporary_folder();
    write(folder.path(), "hills.gpx", hilly_gpx(10_000.0));
    for (output, format) in [("plan.fit", None), ("course.fit", Some("fit-course")), ("course.tcx", None)] {
        for goal in ["50:00", "51:00"] {
            let mut arguments = vec!["--gpx", "hills.gpx", "--goal", goal, "--output", output];
            arguments.extend(format.iter().flat_map(|format| ["--format", format]));
            assert!(planned(folder.path(), &arguments).is_empty());
        }
    }
    let kind = |name: &str| text(&decoded(&fs::read(folder.path().join(name)).expect("a file"))[0], "type");
    assert_eq!((kind("plan.fit"), kind("course.fit")), ("workout".to_owned(), "course".to_owned()));
    // A recording stays.
    let recording = format!("{PROJECT}/fixtures/races/2018-10-14_harbour-marathon_even.fit");
    fs::copy(recording, folder.path().join("run.fit")).expect("copied");
    let arguments = ["plan", "--no-profile", "--course", "10k", "--goal", "50:00", "--output", "run.fit"];
    let refused = firstmile_in(folder.path(), &arguments);
    assert!(stderr(&refused).contains("refusing to write over a recording"), "{}", stderr(&refused));
    // In a folder of runs, a plan is no run.
    let report = stdout_in(folder.path(), &["--no-profile", "-v", "."]);
    assert!(report.contains("a FIT file of type 5 (workout)"), "{report}");
}

#[test]
fn a_course_without_points_and_a_terminal_are_refused() {
    for format in ["fit-course", "tcx"] {
        let arguments = ["plan", "--no-profile", "--course", "10k", "--goal", "50:00", "--format", format];
        let refused = firstmile(&arguments);
        assert_eq!(refused.status.code(), Some(2));
        assert!(stderr(&refused).contains("needs the course's points; give them with --gpx COURSE"));
    }
    // `script` of util-linux runs a command in a terminal.
    let plan = format!("'{FIRSTMILE}' plan --no-profile --course 10k --goal 50:00 --format fit");
    let script = Command::new("script").args(["-qec", &plan, "/dev/null"]).current_dir(PROJECT).output();
    let Ok(output) = script else {
        eprintln!("skipped: no `script` to make a terminal with");
        return;
    };
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("refusing to write fit to a terminal; use --output FILE"), "{shown}");
    // The same in a pipe is written.
    let arguments = ["plan", "--no-profile", "--course", "10k", "--goal", "50:00", "--format", "fit"];
    assert!(command(Path::new(PROJECT), &arguments).output().expect("it runs").stdout.starts_with(&[14]));
}

#[test]
fn a_course_may_be_fit_or_tcx_and_gives_the_plan_of_its_gpx() {
    let folder = temporary_folder();
    write(folder.path(), "hills.gpx", hilly_gpx(21_200.0));
    for (format, name) in [("fit-course", "hills.fit"), ("tcx", "hills.tcx")] {
        let course = planned(folder.path(), &["--gpx", "hills.gpx", "--goal", "2:00:00", "--format", format]);
        write(folder.path(), name, course);
    }
    let targets = |name: &str, more: &[&str]| -> Json {
        let arguments =
            [&["--gpx", name, "--course", "half", "--goal", "1:50:00", "--format", "json"][..], more]
                .concat();
        serde_json::from_slice(&planned(folder.path(), &arguments)).expect("JSON")
    };
    let split_s = |json: &Json, mile: usize| json["mile"][mile]["split_s"].as_f64().expect("a time");
    for more in [&[][..], &["--split", "negative:2%"]] {
        let by_gpx = targets("hills.gpx", more);
        for name in ["hills.fit", "hills.tcx"] {
            let found = targets(name, more);
            // A FIT has altitudes in steps of 20 cm, and a watch's positions in semicircles.
            for mile in 0..14 {
                let (expected, found) = (split_s(&by_gpx, mile), split_s(&found, mile));
                assert!((found - expected).abs() < 1.5, "{name}, mile {}: {found}, {expected}", mile + 1);
            }
        }
    }
    // Cut anywhere, it is refused: half a course would be a wrong plan.
    for name in ["hills.fit", "hills.tcx"] {
        let whole = fs::read(folder.path().join(name)).expect("read");
        write(folder.path(), name, &whole[..whole.len() / 2]);
        let output = firstmile_in(folder.path(), &["plan", "--gpx", name, "--goal", "1:50:00"]);
        assert!(output.status.code() == Some(2) && stderr(&output).contains(name), "{}", stderr(&output));
    }
}
