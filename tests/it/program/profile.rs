//! `firstmile.toml`, the profile beside the runs.

use crate::common::program::{firstmile, stderr, stdout};
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
