//! `history`, `roster` and `field` over the generator's made-up club, whose truth is known.

use std::path::Path;
use std::sync::OnceLock;

use firstmile_fixtures::earth::{Route, Shape};
use firstmile_fixtures::run::MARATHON_M;
use firstmile_fixtures::watch::{Sampling, record};
use firstmile_fixtures::{Run, Watch, club, fit};
use serde_json::Value;

use crate::common::fixtures::club_folder;
use crate::common::program::stdout_in;
use crate::common::rows::records;
use crate::common::{temporary_folder, write};

/// Returns the folder of the club, which is written once.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(club_folder).path()
}

/// Returns what a command prints about a place in the club's folder.
fn printed(command: &str, place: &str, flags: &[&str]) -> String {
    stdout_in(folder(), &[&[command, place], flags].concat())
}

/// Returns the JSON that a command prints about a place in the club's folder.
fn json(command: &str, place: &str) -> Value {
    serde_json::from_str(&printed(command, place, &["--format", "json"])).expect("a document")
}

#[test]
fn history_shows_that_a_runners_starts_got_calmer() {
    insta::assert_snapshot!(printed("history", "roster/ada", &[]));
    let ada = json("history", "roster/ada");
    // Over nine years the start falls from 8 % above the day's pace to none. The rest window keeps
    // a share of it.
    let truth = -100.0 * (1.0 - (1.0 - 0.08) / (1.0 - club::KEPT * 0.08)) / 9.0;
    let trend = &ada["courses"][0]["start_trend"];
    let of = |name: &str| trend[name].as_f64().expect("a number");
    assert!(of("low") < truth && truth < of("high") && of("chance") < 0.001, "{trend}");
    let payback = &ada["payback"];
    let of = |name: &str| payback[name].as_f64().expect("a number");
    assert!((of("low")..=of("high")).contains(&club::PAYBACK), "{payback}");
    assert_eq!(ada["long_runs"]["runs"], 120);
}

#[test]
fn history_claims_no_trend_where_there_is_none() {
    let ben = json("history", "roster/ben");
    let direction = ben["courses"][0]["direction"].as_str().expect("words");
    assert!(direction.starts_with("No clear trend of the halves"), "{direction}");
    // His starts differ by 2 %, which is too little to tell a payback from the windows' noise.
    let refused = ben["payback"]["refused"].as_str().expect("a reason");
    assert!(refused.starts_with("the starts of 20 races differ too little"), "{refused}");
}

#[test]
fn history_says_when_races_are_too_few_for_a_trend() {
    let text = printed("history", "roster/cleo", &[]);
    assert!(text.contains("Too few to tell a trend (3; 5 are needed)."), "{text}");
    assert!(text.contains("PAY-01) is not told: 3 races over courses of 10 km or more"), "{text}");
}

#[test]
fn the_roster_has_a_line_for_each_athlete() {
    insta::assert_snapshot!(printed("roster", "roster", &[]));
    let rows = records(printed("roster", "roster", &["--format", "csv"]).as_bytes());
    let document = json("roster", "roster");
    assert_eq!(rows.len(), 3);
    assert_eq!(document["athletes"].as_array().map(Vec::len), Some(3));
    // An athlete's own history agrees with the roster.
    let ben = json("history", "roster/ben");
    let line = document["athletes"].as_array().expect("lines").iter().find(|line| line["athlete"] == "ben");
    assert_eq!(line.expect("ben")["races"], ben["summary"]["races"]);
}

#[test]
fn the_field_ranks_sixty_runners_and_counts_who_passed_whom() {
    insta::assert_snapshot!(printed("field", "field", &[]));
    let field = json("field", "field");
    let runners = field["runners"].as_array().expect("runners");
    assert_eq!((runners.len(), &field["one_gun"]), (club::FIELD, &Value::Bool(true)));
    let number = |runner: &Value, name: &str| runner[name].as_u64().expect("a count");
    // Every pass has two sides, so the sums are equal.
    let sum = |name: &str| runners.iter().map(|runner| number(runner, name)).sum::<u64>();
    assert_eq!(sum("passed_after_mile_1"), sum("passed_by_after_mile_1"));
    for runner in runners {
        // Runners who cross a mark together have not passed each other.
        let (passed, passed_by) =
            (number(runner, "passed_after_mile_1"), number(runner, "passed_by_after_mile_1"));
        let moved =
            (number(runner, "place_at_mile_1") + passed_by).abs_diff(number(runner, "place") + passed);
        assert!(moved <= 1, "{runner}");
        assert_eq!(runner["places_by_km"].as_array().map(Vec::len), Some(42));
    }
    let walls = runners.iter().filter(|runner| runner["wall"] == "yes").count();
    assert_eq!(walls, club::FIELD / 3);
    assert_eq!(records(printed("field", "field", &["--format", "csv"]).as_bytes()).len(), club::FIELD);
}

#[test]
fn history_roster_and_field_do_not_depend_on_threads() {
    for (command, place) in [("history", "roster/cleo"), ("roster", "roster"), ("field", "field")] {
        let with = |jobs: &str| printed(command, place, &["--format", "json", "--jobs", jobs]);
        assert!(with("1") == with("4"), "{command}");
    }
}

/// Returns a FIT recording of an even marathon.
fn marathon(start_s: f64, latitude_deg: f64) -> Vec<u8> {
    let run = Run::new(start_s).paced(&[(MARATHON_M, 320.0)]).varied(3, 1.0).on(Route::new(
        latitude_deg,
        9.2,
        10.0,
        Shape::Winding,
    ));
    let watch = Watch { sampling: Sampling::Every(20.0), ..Default::default() };
    fit::write(&record(&run, &watch), &fit::Options::default())
}

/// The start of the club's field: 2023-10-08, 9:00 UTC.
const GUN_S: f64 = 1_696_755_600.0;

#[test]
fn a_field_leaves_out_runs_of_another_time_or_place() {
    let others = temporary_folder();
    for (name, start_s, latitude_deg) in [("late", GUN_S + 7200.0, 47.5), ("elsewhere", GUN_S + 30.0, 52.5)] {
        write(others.path(), &format!("{name}.fit"), marathon(start_s, latitude_deg));
    }
    let others = others.path().to_string_lossy().into_owned();
    let alone = json("field", "field");
    let with: Value =
        serde_json::from_str(&printed("field", "field", &[&others, "--format", "json"])).expect("a document");
    assert_eq!((&with["others"], &with["one_gun"]), (&Value::from(2), &Value::Bool(true)));
    assert_eq!(with["runners"], alone["runners"]);
    let text = printed("field", "field", &[&others]);
    let line = text.lines().find(|line| line.contains("other races")).expect("a line about other races");
    assert!(
        line.starts_with("2 runs of other races were left out") && text.contains("/elsewhere,"),
        "{text}"
    );
}

#[test]
fn of_races_with_as_many_runners_one_is_shown_and_told_to_be_one_of_them() {
    let place = temporary_folder();
    for (name, start_s) in [("first", GUN_S), ("second", GUN_S + 7200.0)] {
        write(place.path(), &format!("{name}.fit"), marathon(start_s, 47.5));
    }
    let text = stdout_in(place.path(), &["field", "."]);
    let line =
        "1 run of another race was left out, as one race is shown and another has as many runners: second.";
    assert!(text.contains(line), "{text}");
    // The page has the parts of the text: the answer, the distribution, and what was left out.
    let page = stdout_in(place.path(), &["field", "--format", "html", "."]);
    let (lead, rest) = page.split_once("Runners in order of finish").expect("a table");
    assert!(lead.contains("Went out too fast: 0 of 1.") && !lead.contains("second."), "{lead}");
    assert!(rest.contains("Positive splits") && rest.contains("or more") && rest.contains(line), "{rest}");
}

#[test]
fn a_history_without_a_race_has_no_word_on_payback() {
    let history = |place: &str| printed("history", place, &[]);
    let training = history(&format!("{}/training", crate::common::fixtures::FIXTURES));
    assert!(training.starts_with("0 races and ") && !training.contains("PAY-01"), "{training}");
    let races = format!("{}/2018-10-14_harbour-marathon_even.fit", crate::common::fixtures::RACES);
    assert!(history(&races).contains("Your own payback (PAY-01) is not told"));
}

#[test]
fn a_field_counts_a_run_in_two_files_once_and_two_friends_twice() {
    let read = |name: &str| crate::common::fixtures::read(&format!("awkward/{name}"));
    let place = temporary_folder();
    let files = [
        ("friends/a.fit", "2023-04-02_talsee-half-marathon_two-friends-a.fit"),
        ("friends/b.fit", "2023-04-02_talsee-half-marathon_two-friends-b.fit"),
        ("copies/race.fit", "2017-09-24_mill-town-10k_twin.fit"),
        ("copies/race.gpx", "2017-09-24_mill-town-10k_twin_re-export.gpx"),
    ];
    for (file, name) in files {
        write(place.path(), file, read(name));
    }
    write(place.path(), "friends/a-again.fit", read(files[0].1));
    let field = |folder: &str| -> Value {
        serde_json::from_str(&stdout_in(place.path(), &["field", folder, "--format", "json"]))
            .expect("a document")
    };
    let copies = field("copies");
    assert_eq!((copies["runners"].as_array().map(Vec::len), &copies["others"]), (Some(1), &Value::from(0)));
    assert_eq!(copies["duplicates"][0]["duplicate_of"], "copies/race.fit");
    let friends = field("friends");
    assert_eq!(friends["runners"].as_array().map(Vec::len), Some(2), "{friends}");
    let text = stdout_in(place.path(), &["field", "copies"]);
    assert!(
        text.contains("1 file is another copy of a run and was not counted again: copies/race."),
        "{text}"
    );
}

#[test]
fn a_roster_weighs_by_age_and_calls_for_no_word_over_training() {
    const DAY_S: f64 = 86_400.0;
    let roster = temporary_folder();
    // A hasty race 96 days before the club's latest run, and a hasty training run of yesterday.
    let hasty = |start_s: f64, metres: f64| {
        let run = Run::new(start_s)
            .paced(&[(0.25 * metres, 280.0), (0.75 * metres, 320.0)])
            .varied(3, 1.0)
            .on(Route::new(47.5, 9.2, 10.0, Shape::Winding));
        let watch = Watch { sampling: Sampling::Every(20.0), ..Default::default() };
        fit::write(&record(&run, &watch), &fit::Options::default())
    };
    write(roster.path(), "calm/race.fit", marathon(GUN_S, 47.5));
    write(roster.path(), "silent/race.fit", hasty(GUN_S - 96.0 * DAY_S, MARATHON_M));
    write(roster.path(), "trains/run.fit", hasty(GUN_S - DAY_S, 13_000.0));
    write(roster.path(), "hasty/race.fit", hasty(GUN_S - DAY_S, MARATHON_M));
    let place = roster.path().to_string_lossy().into_owned();
    let document: Value =
        serde_json::from_str(&printed("roster", &place, &["--format", "json"])).expect("a document");
    let rows = records(printed("roster", &place, &["--format", "csv"]).as_bytes());
    let text = printed("roster", &place, &["--width", "130"]);
    let athletes = document["athletes"].as_array().expect("athletes");
    for (athlete, need, why) in [
        ("hasty", "this-week", "went out too fast"),
        ("silent", "silent", "latest recording 96 days ago"),
        ("calm", "none", ""),
        ("trains", "none", ""),
    ] {
        let line = athletes.iter().find(|line| line["athlete"] == athlete).expect("a line");
        assert_eq!(line["need"], need, "{line}");
        assert!(line["why"].as_str().unwrap_or_default().contains(why), "{line}");
        let row = rows.iter().find(|row| &row[0] == athlete).expect("a row");
        assert_eq!((&row[1], &row[3]), (need, line["why"].as_str().unwrap_or_default()));
        let shown = text.lines().find(|line| line.starts_with(athlete)).expect("a line");
        assert!(shown.contains(why), "{text}");
    }
    assert_eq!(document["needs_a_word_this_week"], 1);
    assert!(text.starts_with("1 of 4 athletes needs a word this week"), "{text}");
}

#[test]
fn an_athlete_whose_clock_is_years_ahead_does_not_hide_the_others() {
    let roster = temporary_folder();
    for (name, start_s) in [("ann", GUN_S), ("clock", GUN_S + 16.0 * 365.25 * 86_400.0)] {
        write(roster.path(), &format!("{name}/run.fit"), marathon(start_s, 47.5));
    }
    let roster = printed("roster", &roster.path().to_string_lossy(), &["--format", "json"]);
    let roster: Value = serde_json::from_str(&roster).expect("a document");
    assert_eq!(roster["day"], "2023-10-08");
    assert_eq!(
        (&roster["athletes"][0]["athlete"], &roster["athletes"][0]["need"]),
        (&"clock".into(), &"trouble".into())
    );
    assert_eq!(roster["athletes"][1]["need"], "none");
}

#[test]
fn history_roster_and_field_are_pages_too_and_load_nothing() {
    let club = club_folder();
    for (args, parts) in [
        (
            &["history", "--format", "html", "roster/ada"][..],
            &["The years: ", "Half marathon", "Long runs"][..],
        ),
        (&["roster", "--format", "html", "roster"], &["a word this week", "No word needed", "ada"]),
        (&["field", "--format", "html", "field"], &["The field: 60 runners", "Runners in order of finish"]),
    ] {
        let page = stdout_in(club.path(), args);
        assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "{args:?}");
        for part in parts {
            assert!(page.contains(part), "no \"{part}\" in {args:?}");
        }
        assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("src="), "{args:?}");
    }
}
