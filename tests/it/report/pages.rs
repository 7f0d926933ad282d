//! Text, Markdown and page say the same of the same runs.

use std::path::Path;

use firstmile_fixtures::earth::{Route, Shape};
use firstmile_fixtures::watch::{Sampling, record};
use firstmile_fixtures::{Run, Watch, fit};

use crate::common::fixtures::{FIXTURES, RACES};
use crate::common::program::{PROJECT, firstmile, stdout, stdout_in};
use crate::common::{temporary_folder, write};

/// A Sunday, 9:20 UTC.
const START_S: f64 = 1_570_958_400.0;
const WEEK_S: f64 = 604_800.0;

/// Returns the report on some files or folders in a format.
fn report(format: &str, arguments: &[&str]) -> String {
    let flags = ["--no-profile", "--width", "110", "--format", format];
    stdout_in(Path::new(PROJECT), &[&flags, arguments].concat())
}

/// Returns a page's words without its tags and its style.
fn words(page: &str) -> String {
    let (_, body) = page.split_once("<main>").expect("a page");
    let text: String =
        body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    one_line(&text.replace('\n', " "))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fixture(name: &str) -> String {
    format!("{FIXTURES}/{name}")
}

/// Returns a recording of a run.
fn recorded(run: &Run) -> Vec<u8> {
    let watch = Watch { sampling: Sampling::Every(10.0), ..Watch::default() };
    fit::write(&record(run, &watch), &fit::Options { serial: 7, ..fit::Options::default() })
}

#[test]
fn a_headline_claims_no_even_races_where_one_began_fast_or_slowed() {
    let headline = |races: &[&str]| {
        let races: Vec<String> = races.iter().map(|race| fixture(race)).collect();
        words(&report("html", &races.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    let even = ["races/2018-10-14_harbour-marathon_even.fit", "races/2016-04-17_quayside-5k_even.fit"];
    assert!(headline(&even).starts_with("No fast start and no late fade in two races "));
    let noted = ["races/2022-05-08 Hügelstadt Halbmarathon.gpx", even[0]];
    let noted = headline(&noted);
    assert!(
        noted.starts_with(
            "Went out too fast in none of two races One of two races slowed. Fastest start: Hügelstadt Halbmarathon &amp; Volkslauf, 8 May \
             2022 (+3.3 %)."
        ),
        "{noted:.300}"
    );
}

#[test]
fn the_goal_is_in_every_report_and_in_what_to_do_next_time() {
    let goal = ["--goal", "3:45:00", "--course", "marathon"];
    let folder = [&goal[..], &[RACES]].concat();
    let against = "7:08 behind the goal of 3:45:00";
    let (page, markdown) = (words(&report("html", &folder)), report("md", &folder));
    assert!(page.contains("Against the goal 8 Oct 2023 Harbour Marathon: "), "{page}");
    assert!(
        page.contains(against) && markdown.contains(&format!("* 2018-10-14, Harbour Marathon: {against}"))
    );
    let race = fixture("races/2018-10-14_harbour-marathon_even.fit");
    let one = [&goal[..], &[&race]].concat();
    assert!(words(&report("html", &one)).contains(&format!("8:51 a mile; {against}")));
    for text in [report("text", &folder), page, report("text", &one), words(&report("html", &one))] {
        let text = one_line(&text);
        assert!(
            text.contains("For the goal of 3:45:00, run the first mile at 8:45 a mile or slower"),
            "{text}"
        );
        assert!(text.contains("firstmile plan --course marathon --goal 3:45:00"), "{text}");
    }
}

#[test]
fn text_and_page_advise_the_same_of_every_race() {
    for file in std::fs::read_dir(RACES).expect("races") {
        let file = file.expect("a file").path().to_string_lossy().into_owned();
        let text = report("text", &[&file]);
        let (_, next) = text.split_once("NEXT TIME").unwrap_or_else(|| panic!("no advice in\n{text}"));
        let next = one_line(next.split_once("\n\n").expect("an end").0);
        let page = words(&report("html", &[&file])).replace("A pace band to wear: ", "");
        let on_page = page.split_once("Next time ").expect("advice").1.replace(". ", ".").replace(' ', "");
        assert!(on_page.starts_with(&next.replace(' ', "")), "{file}: {next}\n{page}");
    }
}

#[test]
fn a_run_without_a_course_gets_no_command_that_fails() {
    let run = fixture("training/2023-08-06_easy-canal-path.fit");
    for page in [report("html", &[&run]), report("text", &[&run])] {
        assert!(page.contains("Keep this start: the first mile at 9:46 a mile"), "{page}");
        assert!(!page.contains("firstmile plan"));
    }
}

#[test]
fn a_split_that_is_not_called_effort_is_the_one_of_the_table() {
    // The split is 2.94 % as run and 2.97 % in effort.
    let race = fixture("awkward/2022-09-11_hillford-half-marathon_distance-resets.fit");
    for format in ["text", "md", "html"] {
        let page = report(format, &[&race]);
        assert!(page.contains("2.9\u{a0}%") || page.contains("2.9 %"), "{page}");
        assert!(!page.contains("by 3.0"), "{page}");
    }
}

#[test]
fn files_without_a_score_have_the_same_words_in_text_and_on_the_page() {
    let folder = [FIXTURES];
    let text = one_line(&report("text", &folder));
    let counts = text.split_once("NOT SCORED ").expect("counts").1;
    let counts = counts.split_once(';').expect("an end").0;
    assert!(counts.contains("other activities"), "{counts}");
    assert!(words(&report("html", &folder)).contains(&format!("{counts}.")));
}

#[test]
fn runs_that_may_have_been_races_are_named_in_every_report() {
    let folder = temporary_folder();
    for week in 0..12_u32 {
        let length_m = 9_000.0 + 640.0 * f64::from(week) + 55.0;
        let run = Run::new(START_S + WEEK_S * f64::from(week)).paced(&[(length_m, 345.0)]);
        write(folder.path(), &format!("easy-{week}.fit"), recorded(&run.varied(u64::from(week), 2.0)));
    }
    let away = Run::new(START_S + 6.0 * WEEK_S - 3_600.0).paced(&[(10_040.0, 285.0)]).varied(3, 1.0);
    let away = away.on(Route::new(48.3, 11.6, 40.0, Shape::Winding));
    write(folder.path(), "morning.fit", recorded(&away));
    let path = folder.path().to_string_lossy();
    let named = "1 run may have been a race, judged as training; --race FILE settles it: ";
    for format in ["text", "md", "html"] {
        let page = one_line(&report(format, &[&path]));
        let (_, name) = page.split_once(named).unwrap_or_else(|| panic!("{format}: {page}"));
        assert!(name.contains("24 Nov 2019"), "{format}: {name:.80}");
    }
}

#[test]
fn a_day_is_said_once() {
    let folder = temporary_folder();
    let run = Run::new(START_S).paced(&[(9_055.0, 345.0)]).varied(1, 2.0);
    write(folder.path(), "1.fit", recorded(&run));
    let path = folder.path().to_string_lossy();
    let text = report("text", &[&path]);
    let first = text.lines().next().expect("an answer");
    assert!(first.contains("Sunday") && first.matches("Sunday").count() == 1, "{first}");
    let page = words(&report("html", &[&path]));
    assert_eq!(page.matches("Sunday").count(), 1, "{page:.200}");
    let history = stdout(&firstmile(&["history", "--no-profile", &path]));
    assert!(!history.contains(" to 13 Oct 2019"), "{history}");
}

#[test]
fn the_odds_of_a_start_have_both_starts_and_warn_of_a_difference() {
    // 1.8 % faster to 10 km is no fast start yet.
    let run = Run::new(START_S).paced(&[(10_000.0, 300.0), (42_250.0, 305.5)]).varied(1, 1.0);
    let folder = temporary_folder();
    write(folder.path(), "town-marathon.fit", recorded(&run));
    let path = folder.path().to_string_lossy();
    let page = words(&report("html", &["--sex", "male", &path]));
    for part in [" of 100 after an even start", " of 100 after a start like yours", "Do not subtract them."] {
        assert!(page.contains(part), "no \"{part}\" in\n{page}");
    }
}
