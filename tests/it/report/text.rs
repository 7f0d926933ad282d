//! The text report and `show`: one run in full, widths, and the numbers behind a finding.

use crate::common::corpus::corpus;
use crate::common::fixtures::{self, FIXTURES, RACES};
use crate::common::program::{exit_code, firstmile, stdout};
use crate::common::rows::columns;

/// The most lines of the default report on a folder, and on one file.
const MOST_LINES: usize = 60;
const MOST_LINES_OF_A_FILE: usize = 30;

#[test]
fn show_prints_one_run_in_full() {
    let file = format!("{FIXTURES}/awkward/2018-04-08_hillford-half-marathon_90s-in-the-corral.fit");
    let shown = stdout(&firstmile(&["show", &file]));
    for part in [
        "Kind       a race: its file name says \"half marathon\"",
        "course half marathon, 21.0975 km",
        "1:30 of standing before the start are left out",
        "Basis      elapsed, as races are timed",
        "START-01 warning",
        "\nmile       elapsed",
        "\nkilometre  elapsed",
        "time zero is the timer's start",
    ] {
        assert!(shown.contains(part), "no \"{part}\" in\n{shown}");
    }
    // Both tables end with a partial split, and with the same total.
    let last = |mark: &str| {
        shown.lines().find(|line| line.starts_with(mark)).and_then(|line| line.split_whitespace().nth_back(1))
    };
    assert!(last("13.11").is_some());
    assert_eq!(last("13.11"), last("21.10"));
    let ascii = stdout(&firstmile(&["show", "--ascii", "--units", "km", &file]));
    assert!(ascii.is_ascii());
    assert_eq!(exit_code(&["show", FIXTURES]), Some(2));
}

#[test]
fn no_line_is_wider_than_the_width_asked_for() {
    for width in ["80", "100", "200"] {
        let page = stdout(&firstmile(&["--width", width, "-v", FIXTURES]));
        let columns: usize = width.parse().expect("a number");
        // Paths are never cut.
        let sentences = page.lines().filter(|line| !line.contains("fixtures/"));
        for line in sentences {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= columns, "{width}: {line}");
        }
    }
}

#[test]
fn no_page_of_a_command_is_wider_than_a_terminal() {
    let wall = format!("{RACES}/2019-10-13 harbour-marathon wall-at-30.fit");
    let even = format!("{RACES}/2018-10-14_harbour-marathon_even.fit");
    let session = format!("{FIXTURES}/training/2019-06-05_track-8x800_laps.fit");
    let club = fixtures::club_folder();
    let place = |name: &str| club.path().join(name).to_string_lossy().into_owned();
    let (ada, roster, field) = (place("roster/ada"), place("roster"), place("field"));
    let widest = |text: &str| text.lines().map(unicode_width::UnicodeWidthStr::width).max().unwrap_or(0);
    for command in [
        &[&wall[..]][..],
        &["show", &wall],
        &["show", &session],
        &["show", "--units", "km", &wall],
        &["history", FIXTURES],
        &["history", &ada],
        &["roster", &roster],
        &["field", &field],
        &["compare", &even, &wall],
        &["plan", "--course", "marathon", "--goal", "3:45:00"],
        &["plan", "--course", "half", "--from", RACES],
    ] {
        let at = |width: &str| stdout(&firstmile(&[command, &["--width", width]].concat()));
        let (narrow, page) = (at("40"), at("80"));
        // Paths are never cut.
        let page: String =
            page.lines().filter(|line| !line.contains('/')).map(|line| line.to_owned() + "\n").collect();
        assert!(!page.is_empty() && widest(&page) <= 80, "{command:?}: {}\n{page}", widest(&page));
        // Tables keep their columns at less than 60, sentences do not.
        let prose = narrow.lines().filter(|line| !line.contains('/') && line.matches("  ").count() < 2);
        for line in prose.filter(|line| line.matches(' ').count() > 4 && line.ends_with('.')) {
            assert!(widest(line) <= 40, "{command:?}: {line}");
        }
    }
    assert_eq!(exit_code(&["--width", "39", &wall]), Some(2));
}

/// Returns a GPX recording of 4 km in 22:20 with a name, and standing after it.
fn gpx(name: &str, day: u32, standing_s: u32) -> String {
    let point = |second: u32, metres: u32| {
        let latitude_deg = 47.5 + f64::from(metres) / 111_200.0;
        format!(
            "<trkpt lat=\"{latitude_deg:.6}\" lon=\"9.2\"><time>2024-06-{day:02}T08:{:02}:{:02}Z</time></trkpt>",
            second / 60,
            second % 60
        )
    };
    // Faster and slower by turns, as an even track would have no pacing.
    let run: String = (0..=134).map(|step| point(10 * step, 30 * step + 6 * (step % 2) + step % 5)).collect();
    let standing: String = (1..=standing_s).map(|second| point(1340 + second, 4024)).collect();
    format!("<gpx><trk><name>{name}</name><type>running</type><trkseg>{run}{standing}</trkseg></trk></gpx>")
}

#[test]
fn show_prints_what_is_left_out_at_either_end() {
    let folder = crate::common::temporary_folder();
    let shown = |standing_s: u32| {
        crate::common::write(folder.path(), "run.gpx", gpx("Jog", 1, standing_s));
        crate::common::program::stdout_in(folder.path(), &["show", "run.gpx"])
    };
    let with = shown(6);
    assert!(with.contains("\n           0:06 of standing at the end are left out\n"), "{with}");
    assert!(with.contains("elapsed 22:20"), "{with}");
    assert!(!shown(0).contains("left out"));
}

#[test]
fn in_ascii_a_name_of_another_script_gives_way_to_what_the_run_was() {
    let folder = crate::common::temporary_folder();
    crate::common::write(folder.path(), "a.gpx", gpx("日曜日の朝ラン", 2, 0));
    crate::common::write(folder.path(), "b.gpx", gpx("Zürich Trot", 3, 0));
    let shown = |flags: &[&str]| crate::common::program::stdout_in(folder.path(), &[&["."], flags].concat());
    let ascii = shown(&["--ascii"]);
    assert!(
        ascii.is_ascii() && ascii.contains("2.5 mi, Sunday morning") && ascii.contains("Z?rich Trot"),
        "{ascii}"
    );
    assert!(!ascii.contains("??"), "{ascii}");
    assert!(shown(&[]).contains("日曜日の朝ラン"));
    for command in ["show", "history"] {
        let text = crate::common::program::stdout_in(folder.path(), &[command, "a.gpx", "--ascii"]);
        assert!(!text.contains("??"), "{text}");
    }
}

#[test]
fn the_report_is_short_for_any_archive_and_for_any_file() {
    let lines = |path: &str| stdout(&firstmile(&[path])).lines().count();
    let club = fixtures::club_folder();
    let athlete = club.path().join("roster/ada").to_string_lossy().into_owned();
    let mut folders = vec![FIXTURES.to_owned(), RACES.to_owned(), athlete];
    if let Some(corpus) = corpus() {
        folders.extend(["race", "run", "awkward"].map(|part| format!("{}/{part}", corpus.display())));
    }
    for folder in folders {
        assert!(lines(&folder) <= MOST_LINES, "{folder}: {} lines", lines(&folder));
    }
    for file in std::fs::read_dir(RACES).expect("races") {
        let file = file.expect("a file").path().to_string_lossy().into_owned();
        assert!(lines(&file) <= MOST_LINES_OF_A_FILE, "{file}: {} lines", lines(&file));
    }
}

#[test]
fn last_and_top_choose_the_races() {
    let days = |flags: &[&str]| {
        let text = stdout(&firstmile(&[flags, &[RACES]].concat()));
        let table = text.split("\n\n").find(|part| part.starts_with("RACE")).expect("a table").to_owned();
        let rows = table.lines().filter(|line| line.contains(':') && line.as_bytes()[3].is_ascii_uppercase());
        (rows.count(), text.contains("older, and worse"))
    };
    assert_eq!(days(&[]), (13, true));
    assert_eq!(days(&["--last", "4", "--top", "0"]), (4, false));
    // Two that lost most, and the worst start, which the headline names.
    assert_eq!(days(&["--last", "4", "--top", "2"]), (7, true));
    assert!(!days(&["--last", "1000"]).1);
    // Without latest races the newest may be among the worst, and none is older.
    let worst = stdout(&firstmile(&["--last", "0", "--top", "2", RACES]));
    assert!(worst.contains("\nthe worst\n") && !worst.contains("older, and worse"), "{worst}");
}

#[test]
fn verbose_shows_the_numbers_behind_each_finding() {
    let race = format!("{FIXTURES}/races/2018-10-14_harbour-marathon_even.fit");
    let shown = stdout(&firstmile(&["-v", &race]));
    assert!(shown.contains("p_wall_even_start 0.") && shown.contains("(n = 625,596)"), "{shown}");
    assert!(!stdout(&firstmile(&[&race])).contains("p_wall_even_start"));
}

#[test]
fn a_goal_without_a_course_is_for_the_races_that_it_fits() {
    let report = stdout(&firstmile(&["--no-profile", "--goal", "3:45:00", RACES]));
    // The true finishes are 13,928 and 14,343 s, the goal is 13,500 s.
    for line in [
        "14 Oct 2018  Harbour Marathon: 7:08 behind the goal of 3:45:00\n",
        "13 Oct 2019  Harbour Marathon: 14:03 behind the goal of 3:45:00\n",
        "seconds (11.4 %) faster than goal pace (8:35)",
    ] {
        assert!(report.contains(line), "no {line} in\n{report}");
    }
    let (_, goals) = report.split_once("AGAINST THE GOAL\n").expect("the goals");
    let goals = goals.split_once("\n\n").expect("an end").0;
    assert_eq!(goals.lines().count(), 5, "{goals}");
    assert!(goals.lines().all(|line| line.contains("Marathon: ")), "{goals}");
    let half = stdout(&firstmile(&["--no-profile", "--goal", "1:50:00", RACES]));
    assert!(half.contains("7 Apr 2019  Hillford Half Marathon: 0:33 behind the goal of 1:50:00"), "{half}");
    let alone = format!("{RACES}/2018-10-14_harbour-marathon_even.fit");
    let one = stdout(&firstmile(&["--no-profile", "--goal", "3:45:00", &alone]));
    assert!(
        one.replace('\n', " ").contains("3:52:08 (8:51 a mile), 7:08 behind the goal of 3:45:00."),
        "{one}"
    );
    let shown = stdout(&firstmile(&["show", "--no-profile", "--goal", "4:00:00", &alone]));
    assert!(shown.contains("Goal       finished 7:52 ahead of the goal of 4:00:00"), "{shown}");
    assert!(!stdout(&firstmile(&["--no-profile", RACES])).contains("GOAL"));
    // No race of nine minutes is known.
    assert_eq!(exit_code(&["--no-profile", "--goal", "9:00", RACES]), Some(2));
}

#[test]
fn the_drift_of_a_steady_run_is_told_by_show_and_history_but_not_in_the_report() {
    // The heart rises evenly from 132 to 144 over 31.3 km at 346 s a kilometre. Without ten
    // minutes, the halves have 27.8 % and 75 % of that rise on average.
    let share = 0.5 * (600.0 / (31.3 * 346.0) + 0.5);
    let truth_pct = 100.0 * ((132.0 + 12.0 * 0.75) / (132.0 + 12.0 * share) - 1.0);
    let file = format!("{FIXTURES}/training/2018-08-05_sunday-long-run.fit");
    let run = file.as_str();
    let csv = stdout(&firstmile(&["--format", "csv", "--table", "findings", run]));
    let findings = columns(csv.as_bytes(), ["id", "evidence"]);
    let [_, numbers] = findings.iter().find(|[id, _]| id == "DRIFT-02").expect("drift");
    let number = numbers.split(';').find_map(|number| number.strip_prefix("heart_rate_drift="));
    let evidence: f64 = number.expect("a drift").parse().expect("a number");
    assert!((evidence - truth_pct).abs() < 0.2, "{evidence} {truth_pct}");
    assert!(stdout(&firstmile(&["show", run])).contains("DRIFT-02"));
    assert!(stdout(&firstmile(&["-v", run])).contains("DRIFT-02"));
    assert!(!stdout(&firstmile(&[run])).contains("DRIFT-02"));
    // A marathon race is left to DRIFT-01, an interval session has none.
    for other in [
        "awkward/2016-04-24_lakeside-marathon_heart-rate-drift.fit",
        "training/2019-06-05_track-8x800_laps.fit",
    ] {
        assert!(
            !stdout(&firstmile(&["show", &format!("{FIXTURES}/{other}")])).contains("DRIFT-02"),
            "{other}"
        );
    }
    let years = stdout(&firstmile(&["history", run]));
    assert!(
        years.contains("Heart-rate drift of steady runs (DRIFT-02), median by year (runs): 2018 +4.2 % (1)."),
        "{years}"
    );
    let document: serde_json::Value =
        serde_json::from_str(&stdout(&firstmile(&["history", "--format", "json", run]))).expect("JSON");
    assert_eq!(
        (&document["steady_drift"][0]["year"], &document["steady_drift"][0]["runs"]),
        (&2018.into(), &1.into())
    );
    // A page does not break a line before the sign.
    let page = stdout(&firstmile(&["history", "--format", "html", run]));
    assert!(page.contains("median by year (runs): 2018 +4.2\u{a0}% (1)"), "{page}");
}
