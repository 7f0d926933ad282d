//! Mistakes are answered well: what the user may have meant, and what to do next.

use std::path::Path;

use crate::common::program::{firstmile, firstmile_in, stderr, stdout};
use crate::common::{archive, fixtures, temporary_folder, write};

const WALL: &str = "fixtures/races/2019-10-13 harbour-marathon wall-at-30.fit";

/// Returns a folder with one race, `race.fit`.
fn folder_with_a_race() -> tempfile::TempDir {
    let folder = temporary_folder();
    write(folder.path(), "race.fit", fixtures::even());
    folder
}

/// Returns what a run in a folder writes to standard error, with its exit status.
fn mistake(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = firstmile_in(folder, arguments);
    (output.status.code(), stderr(&output))
}

#[test]
fn without_arguments_a_short_help_is_printed() {
    let bare = firstmile(&[]);
    let help = stderr(&bare);
    assert_eq!(bare.status.code(), Some(2));
    assert!(bare.stdout.is_empty() && help.lines().count() <= 16, "{help}");
    for command in
        ["demo", "FOLDER", "explain export", "show", "history", "plan", "explain START-01", "--help"]
    {
        assert!(help.contains(&format!("firstmile {command}")), "{command}: {help}");
    }
}

#[test]
fn flags_may_come_before_the_command() {
    for command in [
        &["show", WALL][..],
        &["analyze", WALL],
        &["history", WALL],
        &["field", WALL],
        &["plan", "--course", "10k", "--goal", "45:00"],
    ] {
        let flags = ["--units", "km", "--ascii", "--width=90"];
        let before = firstmile(&[&flags, command].concat());
        let after = firstmile(&[command, &flags].concat());
        assert!(before.status.success(), "{command:?}: {}", stderr(&before));
        assert_eq!(stdout(&before), stdout(&after), "{command:?}");
    }
    let shown = stdout(&firstmile(&["--units", "km", "show", WALL]));
    assert!(!shown.contains("a mile") && shown.contains("a kilometre"), "{shown}");
    // Without a command, flags and paths mean what they did.
    let km = stdout(&firstmile(&["--units", "km", WALL]));
    assert_eq!(km, stdout(&firstmile(&["analyze", "--units", "km", WALL])));
    // A flag that the command lacks is still refused.
    let foreign = firstmile(&["--fail-on", "note", "show", WALL]);
    assert_eq!(foreign.status.code(), Some(2));
    assert!(stderr(&foreign).contains("--fail-on"), "{}", stderr(&foreign));
}

#[test]
fn analyse_is_analyze_and_a_mistyped_command_is_suggested() {
    assert_eq!(stdout(&firstmile(&["analyse", WALL])), stdout(&firstmile(&["analyze", WALL])));
    let folder = folder_with_a_race();
    let (code, line) = mistake(folder.path(), &["shwo", "race.fit"]);
    assert_eq!(
        (code, line.as_str()),
        (Some(2), "firstmile: shwo: no such file or folder. Did you mean the command show?\n")
    );
    let (_, line) = mistake(folder.path(), &["race.fit", "history"]);
    assert!(line.contains("firstmile history PATH"), "{line}");
    let (_, line) = mistake(folder.path(), &["man", "hstory"]);
    assert!(line.contains("Did you mean history?"), "{line}");
}

#[test]
fn a_commands_name_wins_over_a_folders() {
    let folder = temporary_folder();
    write(folder.path(), "history/race.fit", fixtures::even());
    let (code, hint) = mistake(folder.path(), &["history"]);
    assert_eq!(code, Some(2));
    assert!(hint.contains("history is a command here; for the folder or file write ./history"), "{hint}");
    assert_eq!(mistake(folder.path(), &["./history"]), (Some(0), String::new()));
    assert_eq!(mistake(folder.path(), &["--units", "km", "./history"]), (Some(0), String::new()));
    assert_eq!(mistake(folder.path(), &["analyze", "history"]), (Some(0), String::new()));
}

#[test]
fn an_unknown_rule_gets_the_nearest_or_all() {
    let wrong = |id| stderr(&firstmile(&["explain", id]));
    assert_eq!(wrong("START-1"), "firstmile: unknown rule START-1. Did you mean START-01?\n");
    assert_eq!(wrong("mile"), "firstmile: unknown rule mile. Did you mean MILE-01 or MILE-02?\n");
    let far = wrong("bananas");
    assert!(far.starts_with("firstmile: unknown rule bananas; the rules are START-01, "), "{far}");
    assert!(!far.contains("Did you mean") && far.lines().count() == 1, "{far}");
}

#[test]
fn the_ending_of_an_output_chooses_its_format() {
    let folder = folder_with_a_race();
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("an output");
    for (file, format) in [
        ("a.csv", "csv"),
        ("a.json", "json"),
        ("a.ndjson", "ndjson"),
        ("a.jsonl", "ndjson"),
        ("a.HTML", "html"),
        ("a.htm", "html"),
        ("a.md", "md"),
        ("a.txt", "text"),
        ("a.xml", "junit"),
        ("a.parquet", "parquet"),
        ("report", "text"),
        ("a.log", "text"),
    ] {
        assert_eq!(
            mistake(folder.path(), &["--output", file, "race.fit"]),
            (Some(0), String::new()),
            "{file}"
        );
        let given = firstmile_in(folder.path(), &["--format", format, "race.fit"]);
        assert!(read(file) == given.stdout, "{file} is no {format}");
    }
    // Several outputs: the formats given belong to the first ones.
    let arguments =
        ["--format", "md", "--output", "1.md", "--output", "2.csv", "--output", "3.html", "race.fit"];
    assert_eq!(mistake(folder.path(), &arguments), (Some(0), String::new()));
    assert!(
        read("1.md") == read("a.md") && read("2.csv") == read("a.csv") && read("3.html") == read("a.HTML")
    );
    let (code, line) =
        mistake(folder.path(), &["--format", "md", "--output", "1.md", "--output", "2", "race.fit"]);
    assert_eq!(code, Some(2));
    assert!(line.contains("2 --output for 1 --format") && line.contains("ending of 2"), "{line}");
    // A table needs a format that has one; the ending gives it.
    assert_eq!(
        mistake(folder.path(), &["--table", "splits", "--output", "splits.csv", "race.fit"]).0,
        Some(0)
    );
    assert_eq!(
        mistake(folder.path(), &["--table", "splits", "--output", "splits.md", "race.fit"]).0,
        Some(2)
    );
    // The other commands choose alike.
    for (arguments, start) in [
        (&["plan", "--course", "10k", "--goal", "45:00", "--output", "band.html"][..], "<!doctype html>"),
        (&["history", "race.fit", "--output", "years.json"], "{"),
        (&["field", "race.fit", "--output", "field.csv"], "place,"),
        (&["verify", "race.fit", "--output", "verify.csv"], "address,"),
    ] {
        assert_eq!(mistake(folder.path(), arguments), (Some(0), String::new()));
        let page = String::from_utf8(read(arguments[arguments.len() - 1])).expect("UTF-8");
        assert!(page.to_lowercase().starts_with(start), "{arguments:?}: {page:.60}");
    }
}

#[test]
fn an_ending_that_contradicts_the_format_is_told_and_the_flag_obeyed() {
    let folder = folder_with_a_race();
    let (code, line) = mistake(folder.path(), &["--format", "text", "--output", "page.html", "race.fit"]);
    assert_eq!(
        (code, line.as_str()),
        (Some(0), "warning: page.html is written as text; for a page say --format html\n")
    );
    let text = stdout(&firstmile_in(folder.path(), &["race.fit"]));
    assert_eq!(std::fs::read_to_string(folder.path().join("page.html")).expect("written"), text);
    let (_, line) = mistake(folder.path(), &["history", "race.fit", "--output", "years.md"]);
    assert_eq!(
        line,
        "warning: years.md is written as text; the formats of this command are text, csv, json, html\n"
    );
    let (_, line) = mistake(folder.path(), &["field", "race.fit", "--output", "field.pdf"]);
    assert_eq!(
        line,
        "warning: field.pdf is written as text; the formats of this command are text, csv, json, html\n"
    );
    // With its format stated, a file may be named in any way.
    let named = mistake(folder.path(), &["--format", "csv", "--output", "runs.dat", "race.fit"]);
    assert_eq!(named, (Some(0), String::new()));
    // A file for text may hold any text.
    let quiet = mistake(folder.path(), &["--format", "github", "--output", "log.txt", "race.fit"]);
    assert_eq!(quiet, (Some(0), String::new()));
}

#[test]
fn nothing_to_analyse_is_exit_2_with_what_was_looked_at() {
    let folder = folder_with_a_race();
    write(folder.path(), "README.md", "# Races\n");
    write(folder.path(), "notes/a.txt", "a");
    write(folder.path(), "notes/b.txt", "b");
    write(folder.path(), "empty/a.gpx", "neither is this");
    write(folder.path(), "empty/b.gpx", "not a recording");
    write(folder.path(), "export.zip", archive::zip(&[("1.fit", fixtures::even())]));
    for (arguments, words) in [
        (&["README.md"][..], "no activity found in README.md (1 file looked at; "),
        (&["show", "README.md"], "no activity found in README.md (1 file looked at; "),
        (&["history", "README.md"], "no activity found in README.md (1 file looked at; "),
        (&["field", "README.md"], "no activity found in README.md (1 file looked at; "),
        (&["verify", "README.md"], "no activity found in 1 file"),
        (
            &["plan", "--course", "10k", "--goal", "45:00", "--from", "README.md"],
            "no activity found in README.md",
        ),
        (
            &["notes"],
            "no activity found in notes (2 files looked at; none is FIT, GPX or TCX). Is it the right",
        ),
        (
            &["empty"],
            "no activity found in empty (2 files looked at; none holds an activity). Is it the right",
        ),
        (&["export.zip!2.fit"], "(1 file looked at; no recorded activity: no such member in the archive)"),
    ] {
        let (code, line) = mistake(folder.path(), arguments);
        assert_eq!((code, line.lines().count()), (Some(2), 1), "{arguments:?}: {line}");
        assert!(line.starts_with("firstmile: ") && line.contains(words), "{arguments:?}: {line}");
    }
    // The row that says why is there for programs all the same.
    let rows = stdout(&firstmile_in(folder.path(), &["--format", "csv", "README.md"]));
    assert!(rows.contains("README.md,,1,,unreadable,not-an-activity,"), "{rows}");
    // A baseline is not replaced by nothing.
    let update = ["--baseline", "b.json", "--update-baseline", "README.md"];
    assert_eq!(mistake(folder.path(), &update).0, Some(2));
    assert!(!folder.path().join("b.json").exists());
    // One activity is enough, and one that is damaged or refused counts.
    assert_eq!(mistake(folder.path(), &["README.md", "race.fit"]).0, Some(0));
    write(folder.path(), "damaged.fit", &fixtures::even()[..200]);
    assert_eq!(mistake(folder.path(), &["damaged.fit"]).0, Some(0));
}

#[test]
fn files_left_out_by_globs_and_days_are_told_as_such() {
    let folder = temporary_folder();
    write(folder.path(), "runs/race.fit", fixtures::even());
    write(folder.path(), "runs/notes.md", "notes");
    let (code, line) = mistake(folder.path(), &["--include", "*.tcx", "runs"]);
    assert_eq!(
        (code, line.as_str()),
        (
            Some(2),
            "firstmile: no activity found in runs: 2 files are left out by --include or --exclude, or not recordings\n"
        )
    );
    let (_, line) = mistake(folder.path(), &["--exclude", "race.*", "--exclude", "notes.md", "runs"]);
    assert!(line.contains("no activity found in runs: 2 files are left out"), "{line}");
    // Days that cannot be are a mistake before anything is read.
    for command in [&["runs"][..], &["history", "runs"], &["roster", "."]] {
        let arguments = [command, &["--since", "2026", "--until", "2025"]].concat();
        let (code, line) = mistake(folder.path(), &arguments);
        assert_eq!(
            (code, line.as_str()),
            (Some(2), "firstmile: --since is after --until, so no day is between them; swap the two\n")
        );
    }
    let write_race = |name: &str, race: &str| {
        let race = fixtures::read(race.strip_prefix("fixtures/").expect("a fixture"));
        write(folder.path(), name, race);
    };
    write_race("runs/wall.fit", WALL);
    let text = stdout(&firstmile_in(folder.path(), &["--since", "2019", "runs"])).replace('\n', " ");
    assert!(text.contains("; 1 other file skipped; 1 activity of other days left out."), "{text}");
    assert!(!stdout(&firstmile_in(folder.path(), &["runs"])).contains("of other days"));
}

#[test]
fn mi_is_short_for_miles_wherever_units_are_chosen() {
    for command in [&["show", WALL][..], &[WALL], &["plan", "--course", "10k", "--goal", "45:00"]] {
        let with = |units: &str| firstmile(&[command, &["--units", units]].concat());
        let (short, long) = (with("mi"), with("miles"));
        assert!(short.status.success(), "{}", stderr(&short));
        assert_eq!(stdout(&short), stdout(&long));
    }
    let refused = stderr(&firstmile(&[WALL, "--units", "leagues"]));
    assert!(refused.contains("[possible values: miles, km]"), "{refused}");
}
