//! `--baseline`: what changed since an earlier run, and that no output overwrites anything else.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::common::archive::tar;
use crate::common::fixtures::{RACES, even, positive};
use crate::common::program::{firstmile_in, stderr, stdout};
use crate::common::{temporary_folder, write};

/// Runs the program over the folder `runs`.
fn run(folder: &Path, flags: &[&str]) -> Output {
    firstmile_in(folder, &[&["runs"], flags].concat())
}

/// Copies a race into the folder `runs`, under another name.
fn copy(folder: &Path, race: &str, name: &str) {
    write(&folder.join("runs"), name, fs::read(Path::new(RACES).join(race)).expect("a race"));
}

#[test]
fn new_changed_and_missing_runs_are_reported_and_set_the_exit_code() {
    let folder = temporary_folder();
    let folder = folder.path();
    copy(folder, "2016-04-17_quayside-5k_even.fit", "town-5k.fit");
    copy(folder, "2018-10-14_harbour-marathon_even.fit", "b.fit");
    // Without a baseline the error says how to write one.
    let missing = run(folder, &["--baseline", "base.json"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("--update-baseline writes the first one"));
    assert_eq!(run(folder, &["--baseline", "base.json", "--update-baseline"]).status.code(), Some(0));
    let same = run(folder, &["--baseline", "base.json", "--tolerance", "0", "--fail-on", "note"]);
    assert_eq!(same.status.code(), Some(0), "{}", stdout(&same));
    assert!(stdout(&same).contains("AGAINST THE BASELINE  nothing changed"));
    // One race becomes another, one goes, one comes.
    copy(folder, "2018-04-22_quayside-5k_badly-positive.fit", "town-5k.fit");
    copy(folder, "2019-10-13 harbour-marathon wall-at-30.fit", "c.fit");
    fs::remove_file(folder.join("runs/b.fit")).expect("removed");
    let changed = run(folder, &["--baseline", "base.json", "--fail-on", "severe", "-v"]);
    let printed = stdout(&changed);
    assert_eq!(changed.status.code(), Some(1));
    for line in [
        "new finding    runs/town-5k.fit: START-01 – → severe",
        "new finding    runs/c.fit: WALL-01 – → severe",
        "new run        runs/c.fit: status – → scored",
        "run gone       runs/b.fit: status scored → –",
        "value moved    runs/town-5k.fit: start_time 2016-04-17T",
    ] {
        assert!(printed.contains(line), "no \"{line}\" in\n{printed}");
    }
    // Updated, the baseline holds these runs, and they are no longer new.
    assert_eq!(run(folder, &["--baseline", "base.json", "--update-baseline"]).status.code(), Some(0));
    let after = run(folder, &["--baseline", "base.json", "--fail-on", "note"]);
    assert_eq!(after.status.code(), Some(0), "{}", stdout(&after));
    copy(folder, "2016-04-17_quayside-5k_even.fit", "town-5k.fit");
    let fixed = run(folder, &["--baseline", "base.json", "--fail-on", "note"]);
    assert!(
        stdout(&fixed).contains("finding gone   runs/town-5k.fit: START-01 severe → –"),
        "{}",
        stdout(&fixed)
    );
    assert_eq!(fixed.status.code(), Some(0));
    let strict = run(folder, &["--baseline", "base.json", "--tolerance", "0.5"]);
    assert_eq!(strict.status.code(), Some(1));
}

#[test]
fn a_change_within_the_tolerance_is_not_reported() {
    let folder = temporary_folder();
    let folder = folder.path();
    copy(folder, "2016-04-17_quayside-5k_even.fit", "town-5k.fit");
    run(folder, &["--baseline", "base.json", "--update-baseline"]);
    let base = fs::read_to_string(folder.join("base.json")).expect("written");
    let mut document: serde_json::Value = serde_json::from_str(&base).expect("a document");
    let elapsed_s = document["activities"][0]["elapsed_s"].as_f64().expect("seconds");
    document["activities"][0]["elapsed_s"] = (elapsed_s + 0.4).into();
    write(folder, "base.json", document.to_string());
    let with = |tolerance: &str| run(folder, &["--baseline", "base.json", "--tolerance", tolerance]);
    assert_eq!(with("0.5").status.code(), Some(0));
    assert_eq!(with("0.3").status.code(), Some(1));
    assert!(stdout(&with("0.3")).contains("value moved    runs/town-5k.fit: elapsed_s"));
    write(folder, "base.json", "{\"schema\":\"other/1\"}");
    let other = with("0");
    assert_eq!(other.status.code(), Some(2));
    assert!(stderr(&other).contains("base.json: its schema is \"other/1\", not firstmile/1"));
}

#[cfg(unix)]
#[test]
fn a_hostile_file_name_matches_its_baseline_and_an_invalid_baseline_is_an_error() {
    let folder = temporary_folder();
    let folder = folder.path();
    copy(folder, "2018-04-22_quayside-5k_badly-positive.fit", "town-5k\nb\u{202e}.fit");
    run(folder, &["--baseline", "base.json", "--update-baseline"]);
    let same = run(folder, &["--baseline", "base.json", "--tolerance", "0"]);
    assert_eq!(same.status.code(), Some(0), "{}", stdout(&same));
    write(folder, "base.json", "{\"schema\":\"firstmile/1\",\"activities\":[1]}");
    assert_eq!(run(folder, &["--baseline", "base.json"]).status.code(), Some(2));
}

#[test]
fn outputs_never_overwrite_a_recording_a_baseline_or_each_other() {
    let folder = temporary_folder();
    let folder = folder.path();
    copy(folder, "2016-04-17_quayside-5k_even.fit", "town-5k.fit");
    let before = fs::read(folder.join("runs/town-5k.fit")).expect("read");
    assert_eq!(run(folder, &["--format", "csv", "--output", "runs/town-5k.fit"]).status.code(), Some(2));
    assert!(fs::read(folder.join("runs/town-5k.fit")).expect("read") == before);
    let twice = ["--format", "csv", "--output", "y", "--format", "md", "--output", "./y"];
    assert_eq!(run(folder, &twice).status.code(), Some(2));
    let over = ["--baseline", "b.json", "--update-baseline", "--format", "json", "--output", "b.json"];
    assert_eq!(run(folder, &over).status.code(), Some(2));
}

#[test]
fn every_format_agrees_with_the_exit_code_about_the_baseline() {
    let folder = temporary_folder();
    let folder = folder.path();
    copy(folder, "2018-04-22_quayside-5k_badly-positive.fit", "town-5k.fit");
    copy(folder, "2018-10-14_harbour-marathon_even.fit", "b.fit");
    run(folder, &["--baseline", "base.json", "--update-baseline"]);
    let with = |flags: &[&str]| {
        let output = run(folder, &[&["--baseline", "base.json", "--fail-on", "severe"], flags].concat());
        (output.status.code(), stdout(&output))
    };
    // Known findings fail in no format.
    let (code, xml) = with(&["--format", "junit"]);
    assert_eq!(code, Some(0));
    assert!(xml.contains("START-01 severe") && !xml.contains("<failure"), "{xml}");
    let (_, annotations) = with(&["--format", "github"]);
    assert!(!annotations.contains("::error"), "{annotations}");
    // New findings fail; moved values fail only with `--tolerance`.
    copy(folder, "2019-10-13 harbour-marathon wall-at-30.fit", "b.fit");
    fs::remove_file(folder.join("runs/town-5k.fit")).expect("removed");
    let (code, xml) = with(&["--format", "junit"]);
    assert_eq!(code, Some(1));
    assert_eq!(xml.matches("<failure").count(), 1, "{xml}");
    assert!(xml.contains("WALL-01 severe") && xml.contains("value moved: elapsed_s"), "{xml}");
    let (_, strict) = with(&["--format", "junit", "--tolerance", "0"]);
    assert_eq!(strict.matches("<failure").count(), 2, "{strict}");
    let (_, annotations) = with(&["--format", "github"]);
    assert!(annotations.contains("::error file=runs/b.fit,title=WALL-01"), "{annotations}");
    assert!(
        annotations.contains("::notice file=runs/town-5k.fit,title=changed against the baseline::run gone")
    );
    for format in ["html", "md"] {
        let (_, page) = with(&["--format", format]);
        assert!(page.contains("Against the baseline") && page.contains("elapsed"), "{page}");
    }
}

#[test]
fn if_one_output_cannot_be_written_the_others_are_left_as_they_were() {
    let folder = temporary_folder();
    let folder = folder.path();
    copy(folder, "2016-04-17_quayside-5k_even.fit", "town-5k.fit");
    write(folder, "r.csv", "mine");
    let both = ["--format", "csv", "--output", "r.csv", "--format", "md", "--output", "no/r.md"];
    let failed = run(folder, &both);
    assert_eq!(failed.status.code(), Some(2));
    assert!(stderr(&failed).starts_with("firstmile: no/r.md: "));
    assert_eq!(fs::read_to_string(folder.join("r.csv")).expect("there"), "mine");
    // A dash is standard output.
    let dash = run(folder, &["--format", "csv", "--output", "-"]);
    assert!(stdout(&dash).starts_with("schema,") || stdout(&dash).starts_with("path,"), "{}", stdout(&dash));
    assert!(!folder.join("-").exists());
}

#[test]
fn no_command_overwrites_a_recording_whatever_its_name() {
    let folder = temporary_folder();
    copy(folder.path(), "2016-04-17_quayside-5k_even.fit", "run1");
    let run1 = folder.path().join("runs/run1");
    let before = fs::read(&run1).expect("read");
    let commands: [&[&str]; 5] = [
        &["verify", "--output", "runs/run1", "runs"],
        &["history", "--output", "runs/run1", "runs"],
        &["field", "--output", "runs/run1", "runs"],
        &["plan", "--course", "marathon", "--goal", "3:45:00", "--output", "runs/run1"],
        &["--format", "csv", "--output", "runs/run1", "runs"],
    ];
    for arguments in commands {
        let output = firstmile_in(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains("refusing to write over a recording"), "{arguments:?}");
        assert!(fs::read(&run1).expect("read") == before, "{arguments:?}");
    }
}

#[test]
fn no_command_overwrites_a_file_that_it_reads() {
    let folder = temporary_folder();
    let folder = folder.path();
    copy(folder, "2016-04-17_quayside-5k_even.fit", "town-5k.fit");
    run(folder, &["--format", "parquet", "--output", "runs/all.parquet"]);
    run(folder, &["--format", "parquet", "--output", "own.parquet"]);
    write(folder, "runs/firstmile.toml", "units = \"km\"\n");
    write(folder, "my.toml", "units = \"km\"\n");
    write(folder, "list", "runs\0");
    write(folder, "runs/activities.csv", "Activity ID,Filename\n1,town-5k.fit\n");
    write(folder, "12_summarizedActivities.json", "[]");
    write(folder, "course.txt", "<gpx/>");
    for (output, what) in [
        ("runs/all.parquet", "a runs table that is read"),
        ("runs/firstmile.toml", "a profile"),
        ("my.toml", "a profile"),
        ("list", "a file that is read"),
        ("runs/activities.csv", "a service's index of activities"),
        ("12_summarizedActivities.json", "a service's index of activities"),
    ] {
        let before = fs::read(folder.join(output)).expect("read");
        for command in [&["--format", "csv"][..], &["history"], &["field"], &["verify"]] {
            let profile: &[&str] = match command[0] {
                "field" | "verify" if output == "my.toml" => continue,
                "field" | "verify" => &[],
                _ => &["--profile", "my.toml"],
            };
            let list = ["--output", output, "--files-from0", "list"];
            let refused = firstmile_in(folder, &[command, &list, profile].concat());
            assert_eq!(refused.status.code(), Some(2), "{output} {command:?}");
            let line = format!("firstmile: {output}: refusing to write over {what}");
            assert!(stderr(&refused).contains(&line), "{command:?}: {}", stderr(&refused));
            assert!(fs::read(folder.join(output)).expect("read") == before, "{output} {command:?}");
        }
    }
    let plan = ["plan", "--gpx", "course.txt", "--goal", "2:10:00", "--output", "course.txt"];
    assert_eq!(firstmile_in(folder, &plan).status.code(), Some(2));
    assert_eq!(fs::read_to_string(folder.join("course.txt")).expect("read"), "<gpx/>");
    // An earlier output that is not read is written anew, also one with the name of an index.
    for _ in 0..2 {
        let named = run(folder, &["--format", "csv", "--output", "activities.csv"]);
        assert_eq!(named.status.code(), Some(0), "{}", stderr(&named));
    }
    let own = run(folder, &["--format", "parquet", "--output", "own.parquet"]);
    assert_eq!(own.status.code(), Some(0), "{}", stderr(&own));
    let left_out = ["--exclude", "*.parquet", "--format", "parquet", "--output", "runs/all.parquet"];
    assert_eq!(run(folder, &left_out).status.code(), Some(0));
}

#[test]
fn archive_members_of_the_same_name_match_their_own_baseline_rows() {
    let folder = temporary_folder();
    let folder = folder.path();
    // The same two races twice.
    let files = [even(), positive(), even(), positive()].map(|bytes| ("town-5k.fit", bytes));
    write(folder, "runs/all.tar", tar(&files));
    run(folder, &["--baseline", "base.json", "--update-baseline"]);
    let same = run(folder, &["--baseline", "base.json", "--tolerance", "0", "--fail-on", "note"]);
    assert_eq!(same.status.code(), Some(0), "{}", stdout(&same));
    assert!(stdout(&same).contains("nothing changed"), "{}", stdout(&same));
    // A JSON report is a baseline too. A duplicate says which of the two runs it repeats.
    run(folder, &["--format", "json", "--output", "base.json"]);
    assert_eq!(run(folder, &["--baseline", "base.json", "--tolerance", "0"]).status.code(), Some(0));
    let csv = stdout(&run(folder, &["--format", "csv"]));
    assert!(csv.contains("the same run as runs/all.tar!town-5k.fit,"), "{csv}");
    assert!(csv.contains("the same run as runs/all.tar!town-5k.fit (2 of this name),"), "{csv}");
}
