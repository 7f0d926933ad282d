//! `--baseline`: what changed against an earlier run.

use std::path::Path;
use std::process::{Command, Output};

const RACES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/races");

fn run(folder: &Path, flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .current_dir(folder)
        .arg("runs")
        .args(flags)
        .output()
        .expect("it runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn copy(folder: &Path, file: &str, name: &str) {
    let runs = folder.join("runs");
    std::fs::create_dir_all(&runs).expect("made");
    std::fs::copy(Path::new(RACES).join(file), runs.join(name)).expect("copied");
}

#[test]
fn what_came_went_and_moved_is_told_and_fails_as_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    copy(folder, "2016-04-17_quayside-5k_even.fit", "a.fit");
    copy(folder, "2018-10-14_harbour-marathon_even.fit", "b.fit");
    // No baseline yet: an error that says how to write one.
    let missing = run(folder, &["--baseline", "base.json"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("--update-baseline writes the first one"));
    assert_eq!(run(folder, &["--baseline", "base.json", "--update-baseline"]).status.code(), Some(0));
    let same = run(folder, &["--baseline", "base.json", "--tolerance", "0", "--fail-on", "note"]);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same));
    assert!(text(&same).contains("AGAINST THE BASELINE  nothing changed"));
    // One race becomes another, one goes, one comes.
    copy(folder, "2018-04-22_quayside-5k_badly-positive.fit", "a.fit");
    copy(folder, "2019-10-13 harbour-marathon wall-at-30.fit", "c.fit");
    std::fs::remove_file(folder.join("runs/b.fit")).expect("removed");
    let changed = run(folder, &["--baseline", "base.json", "--fail-on", "severe", "-v"]);
    let told = text(&changed);
    assert_eq!(changed.status.code(), Some(1));
    for line in [
        "new finding    runs/a.fit: START-01 – → severe",
        "new finding    runs/c.fit: WALL-01 – → severe",
        "new run        runs/c.fit: status – → scored",
        "run gone       runs/b.fit: status scored → –",
        "value moved    runs/a.fit: start_time 2016-04-17T",
    ] {
        assert!(told.contains(line), "no \"{line}\" in\n{told}");
    }
    // Written over, it is the new measure; what is left is no news.
    assert_eq!(run(folder, &["--baseline", "base.json", "--update-baseline"]).status.code(), Some(0));
    let after = run(folder, &["--baseline", "base.json", "--fail-on", "note"]);
    assert_eq!(after.status.code(), Some(0), "{}", text(&after));
    copy(folder, "2016-04-17_quayside-5k_even.fit", "a.fit");
    let fixed = run(folder, &["--baseline", "base.json", "--fail-on", "note"]);
    assert!(text(&fixed).contains("finding gone   runs/a.fit: START-01 severe → –"), "{}", text(&fixed));
    assert_eq!(fixed.status.code(), Some(0));
    let strict = run(folder, &["--baseline", "base.json", "--tolerance", "0.5"]);
    assert_eq!(strict.status.code(), Some(1));
}

#[test]
fn numbers_within_the_tolerance_have_not_moved() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    copy(folder, "2016-04-17_quayside-5k_even.fit", "a.fit");
    run(folder, &["--baseline", "base.json", "--update-baseline"]);
    let base = std::fs::read_to_string(folder.join("base.json")).expect("written");
    let mut document: serde_json::Value = serde_json::from_str(&base).expect("a document");
    let elapsed_s = document["activities"][0]["elapsed_s"].as_f64().expect("seconds");
    document["activities"][0]["elapsed_s"] = (elapsed_s + 0.4).into();
    std::fs::write(folder.join("base.json"), document.to_string()).expect("written");
    let with = |tolerance: &str| run(folder, &["--baseline", "base.json", "--tolerance", tolerance]);
    assert_eq!(with("0.5").status.code(), Some(0));
    assert_eq!(with("0.3").status.code(), Some(1));
    assert!(text(&with("0.3")).contains("value moved    runs/a.fit: elapsed_s"));
    std::fs::write(folder.join("base.json"), "{\"schema\":\"other/1\"}").expect("written");
    let other = with("0");
    assert_eq!(other.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&other.stderr)
            .contains("base.json: its schema is \"other/1\", not firstmile/1")
    );
}

#[cfg(unix)]
#[test]
fn a_hostile_name_is_the_same_run_and_rubbish_is_no_baseline() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    copy(folder, "2018-04-22_quayside-5k_badly-positive.fit", "a\nb\u{202e}.fit");
    run(folder, &["--baseline", "base.json", "--update-baseline"]);
    let same = run(folder, &["--baseline", "base.json", "--tolerance", "0"]);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same));
    std::fs::write(folder.join("base.json"), "{\"schema\":\"firstmile/1\",\"activities\":[1]}")
        .expect("written");
    assert_eq!(run(folder, &["--baseline", "base.json"]).status.code(), Some(2));
}

#[test]
fn no_output_is_written_over_a_recording_or_a_baseline() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    copy(folder, "2016-04-17_quayside-5k_even.fit", "a.fit");
    let before = std::fs::read(folder.join("runs/a.fit")).expect("read");
    assert_eq!(run(folder, &["--format", "csv", "--output", "runs/a.fit"]).status.code(), Some(2));
    assert!(std::fs::read(folder.join("runs/a.fit")).expect("read") == before);
    let twice = ["--format", "csv", "--output", "y", "--format", "md", "--output", "./y"];
    assert_eq!(run(folder, &twice).status.code(), Some(2));
    let over = ["--baseline", "b.json", "--update-baseline", "--format", "json", "--output", "b.json"];
    assert_eq!(run(folder, &over).status.code(), Some(2));
}

#[test]
fn every_format_counts_against_the_baseline_as_the_exit_code_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    copy(folder, "2018-04-22_quayside-5k_badly-positive.fit", "a.fit");
    copy(folder, "2018-10-14_harbour-marathon_even.fit", "b.fit");
    run(folder, &["--baseline", "base.json", "--update-baseline"]);
    let with = |flags: &[&str]| {
        let told = run(folder, &[&["--baseline", "base.json", "--fail-on", "severe"], flags].concat());
        (told.status.code(), text(&told))
    };
    // What the baseline knows fails nowhere.
    let (code, xml) = with(&["--format", "junit"]);
    assert_eq!(code, Some(0));
    assert!(xml.contains("START-01 severe") && !xml.contains("<failure"), "{xml}");
    let (_, annotations) = with(&["--format", "github"]);
    assert!(!annotations.contains("::error"), "{annotations}");
    // What is new does, and what moved only where nothing may.
    copy(folder, "2019-10-13 harbour-marathon wall-at-30.fit", "b.fit");
    std::fs::remove_file(folder.join("runs/a.fit")).expect("removed");
    let (code, xml) = with(&["--format", "junit"]);
    assert_eq!(code, Some(1));
    assert_eq!(xml.matches("<failure").count(), 1, "{xml}");
    assert!(xml.contains("WALL-01 severe") && xml.contains("value moved: elapsed_s"), "{xml}");
    let (_, strict) = with(&["--format", "junit", "--tolerance", "0"]);
    assert_eq!(strict.matches("<failure").count(), 2, "{strict}");
    let (_, annotations) = with(&["--format", "github"]);
    assert!(annotations.contains("::error file=runs/b.fit,title=WALL-01"), "{annotations}");
    assert!(annotations.contains("::notice file=runs/a.fit,title=changed against the baseline::run gone"));
    for format in ["html", "md"] {
        let (_, page) = with(&["--format", format]);
        assert!(page.contains("Against the baseline") && page.contains("elapsed"), "{page}");
    }
}

#[test]
fn a_second_output_that_cannot_be_written_leaves_the_first_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    copy(folder, "2016-04-17_quayside-5k_even.fit", "a.fit");
    std::fs::write(folder.join("r.csv"), "mine").expect("written");
    let both = ["--format", "csv", "--output", "r.csv", "--format", "md", "--output", "no/r.md"];
    let failed = run(folder, &both);
    assert_eq!(failed.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&failed.stderr).starts_with("firstmile: no/r.md: "));
    assert_eq!(std::fs::read_to_string(folder.join("r.csv")).expect("there"), "mine");
    // A dash is standard output, as everywhere.
    let dash = run(folder, &["--format", "csv", "--output", "-"]);
    assert!(text(&dash).starts_with("schema,") || text(&dash).starts_with("path,"), "{}", text(&dash));
    assert!(!folder.join("-").exists());
}

#[test]
fn no_command_writes_over_a_recording_whatever_it_is_called() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(folder.path(), "2016-04-17_quayside-5k_even.fit", "run1");
    let run1 = folder.path().join("runs/run1");
    let before = std::fs::read(&run1).expect("read");
    let commands: [&[&str]; 5] = [
        &["verify", "--output", "runs/run1", "runs"],
        &["history", "--output", "runs/run1", "runs"],
        &["field", "--output", "runs/run1", "runs"],
        &["plan", "--course", "marathon", "--goal", "3:45:00", "--output", "runs/run1"],
        &["--format", "csv", "--output", "runs/run1", "runs"],
    ];
    for arguments in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_firstmile"))
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("would be written over"), "{arguments:?}");
        assert!(std::fs::read(&run1).expect("read") == before, "{arguments:?}");
    }
}

#[test]
fn two_members_of_one_name_are_two_runs_and_the_same_ones_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::create_dir_all(folder.join("runs")).expect("made");
    let mut archive = tar::Builder::new(std::fs::File::create(folder.join("runs/all.tar")).expect("made"));
    let races = ["2016-04-17_quayside-5k_even.fit", "2018-04-22_quayside-5k_badly-positive.fit"];
    for race in races.into_iter().chain(races) {
        archive.append_path_with_name(Path::new(RACES).join(race), "a.fit").expect("written");
    }
    archive.finish().expect("ended");
    run(folder, &["--baseline", "base.json", "--update-baseline"]);
    let same = run(folder, &["--baseline", "base.json", "--tolerance", "0", "--fail-on", "note"]);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same));
    assert!(text(&same).contains("nothing changed"), "{}", text(&same));
    // A document is as good a baseline, and a duplicate says of which of the two it is one.
    run(folder, &["--format", "json", "--output", "base.json"]);
    assert_eq!(run(folder, &["--baseline", "base.json", "--tolerance", "0"]).status.code(), Some(0));
    let csv = text(&run(folder, &["--format", "csv"]));
    assert!(csv.contains("the same run as runs/all.tar!a.fit,"), "{csv}");
    assert!(csv.contains("the same run as runs/all.tar!a.fit (2 of this name),"), "{csv}");
}
