//! The program as its users and CI meet it: exit codes, streams, and the same bytes whatever the surroundings.

use std::path::Path;
use std::process::{Command, Output, Stdio};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

fn firstmile(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firstmile")).args(arguments).output().expect("it runs")
}

fn code(arguments: &[&str]) -> Option<i32> {
    firstmile(arguments).status.code()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn bytes_do_not_depend_on_threads_time_zone_locale_or_argument_order() {
    let races = format!("{FIXTURES}/races");
    let training = format!("{FIXTURES}/training");
    for format in ["csv", "text", "json", "ndjson", "html", "md", "junit", "github"] {
        let run = |jobs: &str, zone: &str, locale: &str, paths: &[&str]| {
            Command::new(env!("CARGO_BIN_EXE_firstmile"))
                .args(["--format", format, "--jobs", jobs])
                .args(paths)
                .env("TZ", zone)
                .env("LC_ALL", locale)
                .env("LANG", locale)
                .output()
                .expect("it runs")
                .stdout
        };
        let first = run("1", "UTC", "C", &[&races, &training]);
        assert!(first.len() > 1000);
        for (jobs, zone, locale) in [
            ("8", "UTC", "C"),
            ("2", "Asia/Kathmandu", "de_DE.UTF-8"),
            ("8", "America/St_Johns", "tr_TR.UTF-8"),
        ] {
            assert!(
                run(jobs, zone, locale, &[&training, &races, &training]) == first,
                "{format} with {jobs} jobs in {zone}, {locale}"
            );
        }
    }
}

#[test]
fn json_and_its_lines_say_what_the_csv_says() {
    let csv = firstmile(&["--format", "csv", FIXTURES]).stdout;
    let document: serde_json::Value =
        serde_json::from_slice(&firstmile(&["--format", "json", FIXTURES]).stdout).expect("a document");
    let lines = text(&firstmile(&["--format", "ndjson", FIXTURES]).stdout);
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("an activity")).collect();
    assert_eq!(document["schema"], "firstmile/1");
    assert_eq!(document["activities"], serde_json::Value::Array(lines.clone()));
    let mut reader = csv::Reader::from_reader(&csv[..]);
    let names = reader.headers().expect("names").clone();
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a record")).collect();
    assert_eq!(records.len(), lines.len());
    for (record, activity) in records.iter().zip(&lines) {
        for (name, field) in names.iter().zip(record) {
            match &activity[name] {
                serde_json::Value::Null => assert_eq!(field, "", "{name}"),
                serde_json::Value::String(text) => assert_eq!(field, text, "{name}"),
                number => assert_eq!(field.parse::<f64>().ok(), number.as_f64(), "{name}"),
            }
        }
        if activity["status"] == "scored" {
            let kilometres = activity["splits"]["km"].as_array().expect("splits");
            let sum_s: f64 = kilometres.iter().filter_map(|split| split["elapsed_s"].as_f64()).sum();
            let elapsed_s = activity["elapsed_s"].as_f64().expect("a time");
            assert!(
                (sum_s - elapsed_s).abs() < 0.0005 * (kilometres.len() + 1) as f64,
                "{}",
                activity["path"]
            );
        }
    }
}

#[test]
fn show_tells_one_run_in_full() {
    let file = format!("{FIXTURES}/awkward/2018-04-08_hillford-half-marathon_90s-in-the-corral.fit");
    let shown = text(&firstmile(&["show", &file]).stdout);
    for told in [
        "Kind       a race: its name says \"half marathon\"",
        "course half marathon, 21.0975 km",
        "1:30 of standing before the start are left out",
        "Basis      elapsed, as races are timed",
        "START-01 warning",
        "\nmile       elapsed",
        "\nkilometre  elapsed",
        "time zero is the timer's start",
    ] {
        assert!(shown.contains(told), "no \"{told}\" in\n{shown}");
    }
    // Fourteen miles, the last one partial, and twenty-two kilometres, whose totals end as one.
    let last = |mark: &str| {
        shown.lines().find(|line| line.starts_with(mark)).and_then(|line| line.split_whitespace().nth_back(1))
    };
    assert!(last("13.11").is_some());
    assert_eq!(last("13.11"), last("21.10"));
    let ascii = text(&firstmile(&["show", "--ascii", "--units", "km", &file]).stdout);
    assert!(ascii.is_ascii());
    assert_eq!(code(&["show", FIXTURES]), Some(2));
}

#[test]
fn exit_codes_are_as_the_help_says() {
    let races = format!("{FIXTURES}/races");
    let all = FIXTURES;
    assert_eq!(code(&[&races]), Some(0));
    assert_eq!(code(&["--fail-on", "severe", &races]), Some(1));
    assert_eq!(code(&["--strict", all]), Some(2));
    assert_eq!(code(&["--fail-on", "everything", all]), Some(2));
    assert_eq!(code(&["--table", "splits", all]), Some(2));
    assert_eq!(code(&["--format", "csv", "--output", "x", "--format", "md", "--output", "x", all]), Some(2));
    for tolerance in ["nan", "-1", "1e999", "some"] {
        let flag = format!("--tolerance={tolerance}");
        assert_eq!(code(&["--baseline", "x", &flag, all]), Some(2), "{tolerance}");
    }
    assert_eq!(code(&["no/such/place"]), Some(2));
    assert_eq!(code(&[]), Some(2));
}

#[test]
fn what_goes_wrong_is_said_on_stderr_in_one_line() {
    let missing = firstmile(&["no/such/place"]);
    assert_eq!(text(&missing.stderr), "firstmile: no/such/place: no such file or folder\n");
    assert!(missing.stdout.is_empty());
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("notes.txt"), "bananas").expect("written");
    let nothing = firstmile(&[&folder.path().to_string_lossy()]);
    assert!(text(&nothing.stderr).contains("no activity found"), "{}", text(&nothing.stderr));
    assert_eq!(nothing.status.code(), Some(2));
}

#[test]
fn every_file_has_a_row_or_is_counted_as_skipped() {
    let output = firstmile(&["--format", "csv", FIXTURES]);
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let mut rows: Vec<String> = reader.records().map(|row| row.expect("a row")[0].to_owned()).collect();
    rows.dedup();
    let mut files = 0;
    let mut folders = vec![Path::new(FIXTURES).to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("listed").map(|entry| entry.expect("an entry").path()) {
            let hidden = entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            match entry.is_dir() {
                _ if hidden => {}
                true => folders.push(entry),
                false => files += 1,
            }
        }
    }
    let told = text(&firstmile(&[FIXTURES]).stdout);
    let skipped: usize = told
        .rsplit("unreadable; ")
        .next()
        .and_then(|rest| rest.split(' ').next())
        .and_then(|count| count.parse().ok())
        .expect("the account's last part");
    assert_eq!(rows.len() + skipped, files);
}

#[test]
fn a_file_named_by_hand_has_a_row_whatever_it_is() {
    let output = firstmile(&["--format", "csv", &format!("{FIXTURES}/notes.txt")]);
    assert!(text(&output.stdout).contains("unreadable,not-an-activity"));
}

#[test]
fn a_closed_pipe_is_no_error_and_a_full_disk_is_one() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .args(["--format", "csv", FIXTURES])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    // What the run comes to does not depend on how much of it was read.
    let mut child = Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .args(["--format", "json", "--fail-on", "severe", FIXTURES])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    if Path::new("/dev/full").exists() {
        let full = firstmile(&["--output", "/dev/full", FIXTURES]);
        assert_eq!(full.status.code(), Some(2));
        assert!(text(&full.stderr).starts_with("firstmile: /dev/full: "), "{}", text(&full.stderr));
    }
}

#[test]
fn explain_lists_explains_and_suggests() {
    assert!(text(&firstmile(&["explain"]).stdout).contains("START-01   went out too fast"));
    let page = text(&firstmile(&["explain", "start-01"]).stdout);
    assert!(page.contains("severe from 6 %") && page.contains("Gosztyla"), "{page}");
    let wrong = firstmile(&["explain", "START-1"]);
    assert_eq!(text(&wrong.stderr), "firstmile: unknown rule START-1. Did you mean START-01?\n");
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn the_readmes_examples_are_what_the_program_prints() {
    let readme = include_str!("../README.md");
    let example = |command: &str| {
        let block = readme.split(&format!("```console\n$ {command}\n")).nth(1).expect("the example");
        block.split("```").next().expect("its end").to_owned()
    };
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_firstmile"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(arguments)
            .output()
            .expect("it runs");
        text(&output.stdout)
    };
    let races = run(&["fixtures/races/2019-10-13 harbour-marathon wall-at-30.fit"]);
    assert_eq!(example("firstmile fixtures/races/2019-10*"), races);
    let plan = run(&["plan", "--no-profile", "--course", "marathon", "--goal", "4:00:00", "--sex", "female"]);
    let told = example("firstmile plan --course marathon --goal 4:00:00 --sex female | head -9");
    assert!(plan.starts_with(&told) && told.lines().count() == 9, "{plan}");
}

#[test]
fn a_profile_beside_the_runs_speaks_for_them_and_a_flag_speaks_louder() {
    let folder = tempfile::tempdir().expect("a folder");
    let race = "2023-10-08_harbour-marathon_slightly-positive.fit";
    std::fs::copy(format!("{FIXTURES}/races/{race}"), folder.path().join("run.fit")).expect("copied");
    let profile = |text: &str| std::fs::write(folder.path().join("firstmile.toml"), text).expect("written");
    let place = folder.path().to_string_lossy().into_owned();
    let shown = |flags: &[&str]| text(&firstmile(&[&[place.as_str()], flags].concat()).stdout);
    profile(
        "sex = \"male\"\nunits = \"km\"\n[goals]\nmarathon = \"3:50:00\"\n[[runs]]\nfile = \"run.fit\"\nname = \"Home Marathon\"\n",
    );
    let by_profile = shown(&[]);
    assert!(by_profile.contains("Home") && by_profile.contains("a kilometre"), "{by_profile}");
    assert!(by_profile.contains("Of men in the reference races"), "{by_profile}");
    assert!(by_profile.contains("MILE-01"), "{by_profile}");
    assert!(shown(&["--sex", "female"]).contains("Of women in the reference races"));
    assert!(!shown(&["--no-profile"]).contains("Home"));
    profile("sex = \"male\"\nhr_max = 190\n");
    let wrong = firstmile(&[&place]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        text(&wrong.stderr).contains("firstmile.toml: line 2 (hr_max = 190): unknown field `hr_max`"),
        "{}",
        text(&wrong.stderr)
    );
}

#[test]
fn a_page_keeps_to_its_width() {
    for width in ["80", "100", "200"] {
        let page = text(&firstmile(&["--width", width, "-v", FIXTURES]).stdout);
        let columns: usize = width.parse().expect("a number");
        // Paths stand whole: a cut path is of no use.
        let sentences = page.lines().filter(|line| !line.contains("fixtures/"));
        for line in sentences {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= columns, "{width}: {line}");
        }
    }
}

#[test]
fn verbose_shows_the_numbers_behind_each_finding() {
    let race = format!("{FIXTURES}/races/2018-10-14_harbour-marathon_even.fit");
    let shown = text(&firstmile(&["-v", &race]).stdout);
    assert!(shown.contains("p_wall_even_start 0.") && shown.contains("(n = 132,900)"), "{shown}");
    assert!(!text(&firstmile(&[&race]).stdout).contains("p_wall_even_start"));
}
