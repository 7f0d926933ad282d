//! `firstmile.toml`, the profile beside the runs.

use crate::common::program::{firstmile, firstmile_in, stderr, stdout};
use crate::common::{fixtures, temporary_folder, write};

#[test]
fn a_profile_applies_to_the_runs_beside_it_and_flags_override_it() {
    let folder = temporary_folder();
    let race = "2023-10-08_harbour-marathon_slightly-positive.fit";
    write(folder.path(), "run.fit", fixtures::read(&format!("races/{race}")));
    let profile = |text: &str| write(folder.path(), "firstmile.toml", text);
    let place = folder.path().to_string_lossy().into_owned();
    let shown = |flags: &[&str]| stdout(&firstmile(&[&[place.as_str()], flags].concat()));
    profile(
        "sex = \"male\"\nunits = \"km\"\n[goals]\nmarathon = \"3:50:00\"\n[[runs]]\nfile = \"run.fit\"\nname = \"Home Marathon\"\n",
    );
    let by_profile = shown(&[]);
    assert!(by_profile.contains("Home") && by_profile.contains("a kilometre"), "{by_profile}");
    assert!(!by_profile.contains("Without your sex"), "{by_profile}");
    assert!(by_profile.contains("MILE-01"), "{by_profile}");
    let range =
        |report: &str| report.lines().find_map(|line| Some(line.split_once("like yours, ")?.1.to_owned()));
    let by_flag = shown(&["--sex", "female"]);
    assert!(range(&by_flag).is_some() && range(&by_flag) != range(&by_profile), "{by_flag}");
    assert!(!shown(&["--no-profile"]).contains("Home"));
    profile("sex = \"male\"\nhr_max = 190\n");
    let wrong = firstmile(&[&place]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        stderr(&wrong).contains("firstmile.toml: line 2 (hr_max = 190): unknown field `hr_max`"),
        "{}",
        stderr(&wrong)
    );
}

#[test]
fn an_entry_that_matches_no_run_is_told() {
    let folder = temporary_folder();
    write(folder.path(), "runs/chicago.fit", fixtures::even());
    write(folder.path(), "runs/notes.txt", "notes");
    let warnings = |profile: &str, arguments: &[&str]| {
        write(folder.path(), "runs/firstmile.toml", profile);
        let output = firstmile_in(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stderr(&output)
    };
    let missing = "[[runs]]\nfile = \"chicgo.fit\"\nrace = true\n";
    for place in ["runs", "runs/chicago.fit"] {
        let told = warnings(missing, &[place]);
        let entry = "firstmile.toml: runs, entry 1: chicgo.fit: no such file; the nearest name there is chicago.fit\n";
        assert!(
            told.starts_with("warning: ") && told.ends_with(entry) && told.lines().count() == 1,
            "{told}"
        );
    }
    assert_eq!(warnings("[[runs]]\nfile = \"chicago.fit\"\nrace = true\n", &["runs"]), "");
    assert!(
        warnings("[[runs]]\nfile = \"notes.txt\"\n", &["runs"]).contains("entry 1: notes.txt: no run in it")
    );
    // The race was on 2016-04-17.
    let by_day = |day: &str| format!("[[runs]]\ndate = {day}\nrace = true\n");
    assert_eq!(warnings(&by_day("2016-04-17"), &["runs"]), "");
    let other = warnings(&by_day("2016-04-16"), &["runs"]);
    assert!(other.contains("2016-04-16: no run on this day; the nearest run is of 2016-04-17"), "{other}");
    // A part of the recordings says nothing about entries for the others.
    assert_eq!(warnings(&by_day("2016-04-16"), &["runs/chicago.fit"]), "");
    assert_eq!(warnings(&by_day("2016-04-16"), &["runs", "--until", "2017"]), "");
}
