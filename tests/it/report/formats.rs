//! Every format over one batch, compared with snapshots and read back by other libraries.
//!
//! The batch has a scored, a refused, a duplicate and an unreadable run.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::fixtures::{self, FIXTURES};
use crate::common::program::{firstmile, firstmile_in, stderr, stdout};
use crate::common::rows::{Row, records, rows};
use crate::common::{temporary_folder, write};

const FORMATS: [&str; 8] = ["text", "csv", "json", "ndjson", "html", "md", "junit", "github"];

/// Copies fixtures into the folder `runs` of a new one, under short names.
fn batch_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = temporary_folder();
    for (fixture, name) in files {
        write(&folder.path().join("runs"), name, fixtures::read(fixture));
    }
    folder
}

/// Returns the batch of all kinds of rows.
fn batch() -> tempfile::TempDir {
    batch_of(&[
        ("races/2019-10-13 harbour-marathon wall-at-30.fit", "harbour.fit"),
        ("awkward/2017-09-24_mill-town-10k_twin.fit", "town.fit"),
        ("awkward/2017-09-24_mill-town-10k_twin_re-export.gpx", "town.gpx"),
        ("training/2018-08-05_sunday-long-run.fit", "easy.fit"),
        ("other-sports/2019-08-17_evening-ride.fit", "ride.fit"),
        ("damaged/text.fit", "text.fit"),
        ("notes.txt", "notes.txt"),
    ])
}

/// Returns the batch of the JSON snapshots: one short race, and one refused run.
fn short_batch() -> tempfile::TempDir {
    batch_of(&[
        ("races/2018-04-22_quayside-5k_badly-positive.fit", "quayside-5k.fit"),
        ("other-sports/2019-08-17_evening-ride.fit", "ride.fit"),
    ])
}

/// Returns what the program prints about the folder `runs`. It may exit with 0 or 1.
fn printed(folder: &Path, flags: &[&str]) -> String {
    let output = firstmile_in(folder, &[flags, &["runs"]].concat());
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", stderr(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn every_format_is_unchanged() {
    let (batch, short_batch) = (batch(), short_batch());
    for format in FORMATS {
        // JSON has every split of every run, so that a long batch would hide a change.
        let batch = if matches!(format, "json" | "ndjson") { &short_batch } else { &batch };
        insta::assert_snapshot!(format, printed(batch.path(), &["--format", format, "--fail-on", "severe"]));
    }
    for table in ["splits", "findings", "laps", "efforts"] {
        insta::assert_snapshot!(table, printed(batch.path(), &["--format", "csv", "--table", table]));
    }
}

/// Returns the rows of a table of the fixtures by run.
fn by_run(table: &str) -> BTreeMap<String, Vec<Row>> {
    let csv = firstmile(&["--format", "csv", "--table", table, FIXTURES]).stdout;
    let mut runs: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows(&csv) {
        let address = format!("{}!{}#{}", row["path"], row["member"], row["activity"]);
        runs.entry(address).or_default().push(row);
    }
    runs
}

/// Returns a number of a row; `None` if the cell is empty.
fn number_of(row: &Row, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

#[test]
fn laps_are_measured_on_the_run_and_keep_what_the_file_says() {
    let (runs, laps) = (by_run("runs"), by_run("laps"));
    let mut compared = 0;
    for (address, laps) in &laps {
        let run = &runs[address][0];
        for (index, lap) in (1..).zip(laps) {
            let of = |column| number_of(lap, column);
            assert_eq!(of("index"), Some(f64::from(index)), "{address}");
            let (start_m, end_m) = (of("start_m").expect("a start"), of("end_m").expect("an end"));
            assert!((of("distance_m").expect("a length") - (end_m - start_m)).abs() < 0.011, "{address}");
            // Where the device's distance and times are used unscaled, laps are the device's.
            let is_device = run["distance_source"] == "device" && run["distance_scale"] == "1.000000";
            if is_device && run["path"].contains("/races/") {
                for (measured, stated) in [
                    ("distance_m", "device_distance_m"),
                    ("elapsed_s", "device_elapsed_s"),
                    ("timer_s", "device_timer_s"),
                ] {
                    let Some((measured, stated)) = of(measured).zip(of(stated)) else { continue };
                    assert!((measured - stated).abs() < 1.0, "{address} {index}: {measured}, {stated}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 300, "only {compared}");
}

#[test]
fn sessions_are_named_and_no_other_run_is_one() {
    let sessions: Vec<(String, String)> = by_run("runs")
        .into_values()
        .flatten()
        .filter(|run| !run["session"].is_empty())
        .map(|run| (run["path"].rsplit('/').next().unwrap_or_default().to_owned(), run["session"].clone()))
        .collect();
    let expected = [
        ("2019-05-22_track-8x800.fit", "8 × 800 m"),
        ("2019-06-05_track-8x800_laps.fit", "8 × 800 m"),
        ("2019-06-12_6x3-minutes.gpx", "6 × 3 min"),
        ("2019-06-19_fartlek.fit", "fartlek"),
    ];
    assert_eq!(sessions, expected.map(|(file, session)| (file.to_owned(), session.to_owned())));
    // The same recording is no session if it was a race.
    let track = format!("{FIXTURES}/training/2019-06-05_track-8x800_laps.fit");
    let shown = stdout(&firstmile(&["show", &track]));
    assert!(shown.contains("8 × 800 m, so its pacing is not judged"), "{shown}");
    let unnamed = stdout(&firstmile(&[&format!("{FIXTURES}/training/2019-05-22_track-8x800.fit")]));
    assert!(unnamed.starts_with("8 × 800 m, Wednesday evening"), "{unnamed}");
    assert!(unnamed.contains("An interval session, so"), "{unnamed}");
    assert!(shown.contains("The repeats are laps of the device."), "{shown}");
    assert!(!shown.contains("START-01") && !shown.contains("positive split"), "{shown}");
    let race = stdout(&firstmile(&["show", "--race", &track]));
    assert!(!race.contains("8 × 800 m") && race.contains("positive split"), "{race}");
    let history = stdout(&firstmile(&["history", &track]));
    assert!(
        !history.contains("long run,") && history.contains("0 long runs") || history.contains("no long run"),
        "{history}"
    );
}

#[test]
fn no_best_effort_is_slower_than_the_splits_it_could_be() {
    let (runs, splits, efforts) = (by_run("runs"), by_run("splits"), by_run("efforts"));
    let mut compared = 0;
    for (address, efforts) in &efforts {
        let run = &runs[address][0];
        let split_s = |unit: &str, full_m: f64| -> Vec<f64> {
            let of_unit = splits[address].iter().filter(|split| split["unit"] == unit);
            let whole = of_unit.filter(|split| number_of(split, "distance_m") == Some(full_m));
            whole.filter_map(|split| number_of(split, "elapsed_s")).collect()
        };
        for effort in efforts {
            let elapsed_s = number_of(effort, "elapsed_s").expect("a time");
            let splits_s = match effort["effort"].as_str() {
                "mile" => split_s("mile", 1609.34),
                "5k" => split_s("km", 1000.0).windows(5).map(|kms| kms.iter().sum()).collect(),
                "10k" => split_s("km", 1000.0).windows(10).map(|kms| kms.iter().sum()).collect(),
                _ => Vec::new(),
            };
            // A run with a gap or a jump has stretches that are no efforts.
            let is_whole = run["path"].contains("/races/");
            for split_s in splits_s.iter().filter(|_| is_whole) {
                assert!(elapsed_s < split_s + 0.01, "{address} {}: {elapsed_s} {split_s}", effort["effort"]);
                compared += 1;
            }
            let is_all = effort["effort"] == run["course"];
            if is_all {
                assert_eq!(effort["elapsed_s"], run["elapsed_s"], "{address}");
            }
        }
    }
    assert!(compared > 500, "only {compared}");
}

#[test]
fn several_outputs_at_once_equal_each_format_alone() {
    let batch = batch();
    let page = batch.path().join("page.md");
    let cases = batch.path().join("cases.xml");
    let (page_name, cases_name) = (page.to_string_lossy(), cases.to_string_lossy());
    let flags = [
        "--format",
        "md",
        "--output",
        &page_name,
        "--format",
        "junit",
        "--output",
        &cases_name,
        "--format",
        "csv",
    ];
    let csv = printed(batch.path(), &flags);
    let read = |path: &Path| fs::read_to_string(path).expect("written");
    assert_eq!(read(&page), printed(batch.path(), &["--format", "md"]));
    assert_eq!(read(&cases), printed(batch.path(), &["--format", "junit"]));
    assert_eq!(csv, printed(batch.path(), &["--format", "csv"]));
}

#[test]
fn json_is_valid_against_its_schema() {
    let schema = firstmile(&["schema"]).stdout;
    let schema: serde_json::Value = serde_json::from_slice(&schema).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a sound schema");
    let output = firstmile(&["--format", "json", FIXTURES]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a document");
    let faults: Vec<String> = validator
        .iter_errors(&document)
        .take(5)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // The schema describes every field, and no field that is missing.
    let described = schema["$defs"]["activity"]["properties"].as_object().expect("properties");
    let written = document["activities"][0].as_object().expect("an activity");
    for name in written.keys() {
        assert!(described.contains_key(name), "{name} is not in the schema");
    }
    for name in described.keys() {
        assert!(written.contains_key(name), "{name} is not written");
    }
    // A document that breaks the schema is not valid.
    let mut broken = document.clone();
    broken["activities"][0]["status"] = "lost".into();
    assert!(!validator.is_valid(&broken));
}

#[test]
fn json_ndjson_and_csv_hold_the_same_values() {
    let csv = firstmile(&["--format", "csv", FIXTURES]).stdout;
    let document: serde_json::Value =
        serde_json::from_slice(&firstmile(&["--format", "json", FIXTURES]).stdout).expect("a document");
    let lines = stdout(&firstmile(&["--format", "ndjson", FIXTURES]));
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("an activity")).collect();
    assert_eq!(document["schema"], "firstmile/1");
    assert_eq!(document["activities"], serde_json::Value::Array(lines.clone()));
    let names = csv::Reader::from_reader(&csv[..]).headers().expect("names").clone();
    let records = records(&csv);
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
fn junit_counts_its_test_cases() {
    let xml = printed(batch().path(), &["--format", "junit", "--fail-on", "severe"]);
    let document = roxmltree::Document::parse(&xml).expect("XML");
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
    let count = |name: &str| {
        suite.children().filter(|case| case.children().any(|node| node.has_tag_name(name))).count()
    };
    let stated =
        |name: &str| suite.attribute(name).and_then(|text| text.parse::<usize>().ok()).expect("a count");
    assert_eq!((stated("failures"), count("failure")), (1, 1));
    assert_eq!(stated("skipped"), count("skipped"));
    assert_eq!(stated("tests"), suite.children().filter(|node| node.has_tag_name("testcase")).count());
}

#[test]
fn hostile_names_are_escaped_in_every_format() {
    let folder = temporary_folder();
    let name = "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; =1+1, 100 % | \u{202e}evil\u{2066} a:b ]]&gt; race";
    let points: String = (0..400)
        .map(|step| {
            let latitude_deg = 48.0 + f64::from(step) * 0.000_12;
            // The first quarter is a fifth faster than the rest.
            let at_s = if step < 95 { 3 * step } else { 4 * step - 95 };
            let (minute, second) = (at_s / 60, at_s % 60);
            format!(
                "<trkpt lat=\"{latitude_deg:.6}\" lon=\"11.0\"><time>2021-05-02T08:{minute:02}:{second:02}Z</time></trkpt>"
            )
        })
        .collect();
    let gpx = format!(
        "<gpx version=\"1.1\" creator=\"x\" xmlns=\"http://www.topografix.com/GPX/1/1\"><trk><name>{name}</name>\
         <type>running</type><trkseg>{points}</trkseg></trk></gpx>"
    );
    for file in ["=cmd|' ,%a.gpx", "new\nline\u{1b}[31m.gpx", "bidi\u{202e}.gpx"] {
        write(&folder.path().join("runs"), file, &gpx);
    }
    for format in FORMATS {
        let page = printed(folder.path(), &["--format", format, "--fail-on", "severe"]);
        assert!(page.contains("alert"), "{format}: the name is there");
        let turning = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(
            !page.contains(|c: char| turning(c) || (c.is_control() && c != '\n' && c != '\r')),
            "{format}"
        );
        match format {
            "md" | "junit" => assert!(!page.contains("<script"), "{format}"),
            "html" => assert_eq!(page.matches("<script").count(), 1, "its own only"),
            "csv" => {
                let mut reader = csv::Reader::from_reader(page.as_bytes());
                assert!(reader.records().all(|record| {
                    record.is_ok_and(|record| record.iter().all(|field| !field.starts_with('=')))
                }));
            }
            "github" => {
                for line in
                    page.lines().filter(|line| line.starts_with("::error") || line.starts_with("::warning"))
                {
                    assert!(line.matches("::").count() >= 2 && !line.contains('\u{1b}'), "{line}");
                }
            }
            _ => {}
        }
        if format == "junit" {
            roxmltree::Document::parse(&page).expect("XML");
        }
    }
}

#[test]
fn the_html_page_is_well_formed_and_loads_nothing() {
    let page = printed(batch().path(), &["--format", "html"]);
    for fetched in ["http:", "https:", " src=", "url(", "<link", "@import"] {
        assert!(!page.contains(fetched), "{fetched}");
    }
    // Without doctype, void elements, style and script, the page is XML: each element is closed.
    let (head, rest) = page.split_once("<style>").expect("a style");
    let (_, rest) = rest.split_once("</style>").expect("its end");
    let (body, rest) = rest.split_once("<script>").expect("a script");
    let (_, tail) = rest.split_once("</script>").expect("its end");
    let void = |part: &str| {
        let part = part.replace("<!doctype html>", "");
        let part = part.replace("<meta charset=\"utf-8\">", "<meta charset=\"utf-8\"/>");
        let part = part.replace("img-src data:\">", "img-src data:\"/>");
        part.replace("initial-scale=1\">", "initial-scale=1\"/>").replace("an outcome\">", "an outcome\"/>")
    };
    let xml = format!("{}{}{}", void(head), void(body), tail);
    let document = roxmltree::Document::parse(&xml).expect("well-formed");
    // A drawing has words for screen readers, at itself or around it; a small chart has its link's.
    let is_described = |svg: &roxmltree::Node| {
        svg.ancestors().any(|node| node.has_attribute("aria-label") || node.has_tag_name("a"))
    };
    let drawings: Vec<_> = document.descendants().filter(|node| node.has_tag_name("svg")).collect();
    assert!(drawings.len() > 4 && drawings.iter().all(is_described));
    assert!(
        document.descendants().filter(|node| node.has_tag_name("th")).all(|head| head.has_attribute("scope"))
    );
}

#[cfg(unix)]
#[test]
fn a_file_name_that_is_not_utf8_is_shown_in_every_format() {
    use std::os::unix::ffi::OsStrExt;
    let folder = batch();
    let odd = folder.path().join("runs").join(std::ffi::OsStr::from_bytes(b"odd-\xff.fit"));
    fs::copy(folder.path().join("runs/text.fit"), odd).expect("copied");
    for format in FORMATS {
        assert!(printed(folder.path(), &["--format", format]).contains("odd-\u{fffd}.fit"), "{format}");
    }
}

#[test]
fn ascii_output_is_ascii_in_text_html_and_markdown() {
    let folder = batch();
    for format in ["text", "html", "md"] {
        let page = printed(folder.path(), &["--ascii", "--format", format]);
        assert!(page.is_ascii(), "{format}: {:?}", page.lines().find(|line| !line.is_ascii()));
    }
    // Character references are used in text only.
    let page = printed(folder.path(), &["--ascii", "--format", "html"]);
    let style = page.split("</style>").next().expect("a style");
    assert!(!style.contains("&#"));
}

/// A Python program that reads a format from standard input and prints what is in it.
const PYTHON: &str = r#"
import csv, json, sys, xml.etree.ElementTree as tree
from html.parser import HTMLParser
kind, text = sys.argv[1], sys.stdin.read()
if kind == "csv":
    rows = list(csv.DictReader(text.splitlines(keepends=True), strict=True))
    assert all(None not in row and None not in row.values() for row in rows)
    print(len(rows), sum(float(row["elapsed_s"]) for row in rows if row["status"] == "scored") > 0)
elif kind == "ndjson":
    print(sum("path" in json.loads(line) for line in text.splitlines()))
elif kind == "junit":
    suite = tree.fromstring(text)[0]
    print(len(suite.findall("testcase")), len(suite.findall("testcase/failure")))
elif kind == "html":
    class Page(HTMLParser):
        rows = articles = 0
        def handle_starttag(self, tag, attributes):
            self.rows += tag == "tr"
            self.articles += tag == "article"
    page = Page(); page.feed(text); page.close()
    print(page.rows > 0, page.articles)
"#;

#[test]
fn python_reads_the_same_counts() {
    let folder = batch();
    let read = |kind: &str| {
        let child = Command::new("python3")
            .args(["-c", PYTHON, kind])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.ok()?;
        let text = printed(folder.path(), &["--format", kind, "--fail-on", "severe"]);
        child.stdin.take()?.write_all(text.as_bytes()).ok()?;
        Some(String::from_utf8_lossy(&child.wait_with_output().ok()?.stdout).trim().to_owned())
    };
    let Some(csv) = read("csv") else {
        eprintln!("skipped: no python3");
        return;
    };
    let rows = printed(folder.path(), &["--format", "ndjson"]).lines().count();
    assert_eq!(csv, format!("{rows} True"));
    assert_eq!(read("ndjson"), Some(rows.to_string()));
    let xml = printed(folder.path(), &["--format", "junit", "--fail-on", "severe"]);
    let cases = (xml.matches("<testcase").count(), xml.matches("<failure").count());
    assert!(cases.1 > 0);
    assert_eq!(read("junit"), Some(format!("{} {}", cases.0, cases.1)));
    let lines = printed(folder.path(), &["--format", "csv"]);
    let races = lines.lines().filter(|line| line.contains(",scored,") && line.contains(",race,")).count();
    assert_eq!(read("html"), Some(format!("True {races}")));
}
