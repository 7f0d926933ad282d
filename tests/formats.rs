//! Every format over one batch that holds a scored, a refused, a duplicate and an unreadable run, read back by others.

use std::path::Path;
use std::process::Command;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
const FORMATS: [&str; 8] = ["text", "csv", "json", "ndjson", "html", "md", "junit", "github"];

/// The batch, in the folder `runs` of a fresh one.
fn batch() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = folder.path().join("runs");
    std::fs::create_dir(&runs).expect("made");
    for (file, name) in [
        ("races/2019-10-13 harbour-marathon wall-at-30.fit", "harbour.fit"),
        ("awkward/2017-09-24_mill-town-10k_twin.fit", "town.fit"),
        ("awkward/2017-09-24_mill-town-10k_twin_re-export.gpx", "town.gpx"),
        ("training/2018-08-05_sunday-long-run.fit", "easy.fit"),
        ("other-sports/2019-08-17_evening-ride.fit", "ride.fit"),
        ("damaged/text.fit", "text.fit"),
        ("notes.txt", "notes.txt"),
    ] {
        std::fs::copy(Path::new(FIXTURES).join(file), runs.join(name)).expect("copied");
    }
    folder
}

fn told(folder: &Path, flags: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .current_dir(folder)
        .args(flags)
        .arg("runs")
        .output()
        .expect("it runs");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn every_format_is_as_it_was_read() {
    let batch = batch();
    for format in FORMATS {
        let flags = ["--format", format, "--fail-on", "severe"];
        insta::assert_snapshot!(format, told(batch.path(), &flags));
    }
    for table in ["splits", "findings"] {
        insta::assert_snapshot!(table, told(batch.path(), &["--format", "csv", "--table", table]));
    }
}

#[test]
fn several_formats_at_once_are_those_alone() {
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
    let csv = told(batch.path(), &flags);
    let read = |path: &Path| std::fs::read_to_string(path).expect("written");
    assert_eq!(read(&page), told(batch.path(), &["--format", "md"]));
    assert_eq!(read(&cases), told(batch.path(), &["--format", "junit"]));
    assert_eq!(csv, told(batch.path(), &["--format", "csv"]));
}

#[test]
fn json_is_as_its_schema_says() {
    let schema =
        Command::new(env!("CARGO_BIN_EXE_firstmile")).arg("schema").output().expect("it runs").stdout;
    let schema: serde_json::Value = serde_json::from_slice(&schema).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a sound schema");
    let output = Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .args(["--format", "json", FIXTURES])
        .output()
        .expect("it runs");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a document");
    let faults: Vec<String> = validator
        .iter_errors(&document)
        .take(5)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // What is written is described, and the other way round.
    let described = schema["$defs"]["activity"]["properties"].as_object().expect("properties");
    let written = document["activities"][0].as_object().expect("an activity");
    for name in written.keys() {
        assert!(described.contains_key(name), "{name} is not in the schema");
    }
    for name in described.keys() {
        assert!(written.contains_key(name), "{name} is not written");
    }
    // And a document that breaks the contract is told from one that keeps it.
    let mut broken = document.clone();
    broken["activities"][0]["status"] = "lost".into();
    assert!(!validator.is_valid(&broken));
}

#[test]
fn junit_counts_what_it_holds() {
    let xml = told(batch().path(), &["--format", "junit", "--fail-on", "severe"]);
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
fn names_do_no_harm_in_any_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = folder.path().join("runs");
    std::fs::create_dir(&runs).expect("made");
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
        std::fs::write(runs.join(file), &gpx).expect("written");
    }
    for format in FORMATS {
        let page = told(folder.path(), &["--format", format, "--fail-on", "severe"]);
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
fn the_page_stands_alone_and_is_well_formed() {
    let page = told(batch().path(), &["--format", "html"]);
    for fetched in ["http:", "https:", " src=", "url(", "<link", "@import"] {
        assert!(!page.contains(fetched), "{fetched}");
    }
    // But for the doctype, its void elements and its own style and script it is XML: every element is closed.
    let (head, rest) = page.split_once("<style>").expect("a style");
    let (_, rest) = rest.split_once("</style>").expect("its end");
    let (body, rest) = rest.split_once("<script>").expect("a script");
    let (_, tail) = rest.split_once("</script>").expect("its end");
    let void = |part: &str| {
        let part = part.replace("<!doctype html>", "");
        let part = part.replace("<meta charset=\"utf-8\">", "<meta charset=\"utf-8\"/>");
        part.replace("initial-scale=1\">", "initial-scale=1\"/>").replace("a level\">", "a level\"/>")
    };
    let xml = format!("{}{}{}", void(head), void(body), tail);
    let document = roxmltree::Document::parse(&xml).expect("well-formed");
    let labelled = document.descendants().filter(|node| node.has_tag_name("svg"));
    assert!(labelled.clone().count() > 4 && labelled.into_iter().all(|svg| svg.has_attribute("aria-label")));
    assert!(
        document.descendants().filter(|node| node.has_tag_name("th")).all(|head| head.has_attribute("scope"))
    );
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_is_told_and_stops_nothing() {
    use std::os::unix::ffi::OsStrExt;
    let folder = batch();
    let odd = folder.path().join("runs").join(std::ffi::OsStr::from_bytes(b"odd-\xff.fit"));
    std::fs::copy(folder.path().join("runs/text.fit"), odd).expect("copied");
    for format in FORMATS {
        assert!(told(folder.path(), &["--format", format]).contains("odd-\u{fffd}.fit"), "{format}");
    }
}

#[test]
fn completions_and_man_pages_are_there() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_firstmile")).args(arguments).output().expect("it runs");
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(run(&["completions", shell]).contains("history"), "{shell}");
    }
    assert!(run(&["man"]).contains(".TH firstmile"));
    for command in ["analyze", "show", "history", "roster", "field", "plan", "explain"] {
        assert!(run(&["man", command]).contains("SYNOPSIS"), "{command}");
    }
    assert!(run(&["--version"]).contains("firstmile/1"));
}

#[test]
fn ascii_is_ascii_in_every_format_for_people() {
    let folder = batch();
    for format in ["text", "html", "md"] {
        let page = told(folder.path(), &["--ascii", "--format", format]);
        assert!(page.is_ascii(), "{format}: {:?}", page.lines().find(|line| !line.is_ascii()));
    }
    // References stand in text only.
    let page = told(folder.path(), &["--ascii", "--format", "html"]);
    let style = page.split("</style>").next().expect("a style");
    assert!(!style.contains("&#"));
}

/// Reads each format from standard input with Python's own libraries and prints what it holds.
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
fn readers_of_another_language_agree() {
    use std::io::Write;
    use std::process::Stdio;
    let folder = batch();
    let read = |kind: &str| {
        let child = Command::new("python3")
            .args(["-c", PYTHON, kind])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.ok()?;
        let text = told(folder.path(), &["--format", kind, "--fail-on", "severe"]);
        child.stdin.take()?.write_all(text.as_bytes()).ok()?;
        Some(String::from_utf8_lossy(&child.wait_with_output().ok()?.stdout).trim().to_owned())
    };
    let Some(csv) = read("csv") else {
        eprintln!("skipped: there is no python3");
        return;
    };
    let rows = told(folder.path(), &["--format", "ndjson"]).lines().count();
    assert_eq!(csv, format!("{rows} True"));
    assert_eq!(read("ndjson"), Some(rows.to_string()));
    let xml = told(folder.path(), &["--format", "junit", "--fail-on", "severe"]);
    let cases = (xml.matches("<testcase").count(), xml.matches("<failure").count());
    assert!(cases.1 > 0);
    assert_eq!(read("junit"), Some(format!("{} {}", cases.0, cases.1)));
    let lines = told(folder.path(), &["--format", "csv"]);
    let races = lines.lines().filter(|line| line.contains(",scored,") && line.contains(",race,")).count();
    assert_eq!(read("html"), Some(format!("True {races}")));
}
