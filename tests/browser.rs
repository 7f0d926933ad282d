//! Opens the HTML report in a browser: at three widths it measures labels, sorts, filters and
//! opens a chart, and it prints the page. Skipped, with a message, where no chromium is installed.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use firstmile_fixtures::club;
use serde_json::Value;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// What is done to the page from within. The results go to the page around it.
const SCRIPT: &str = include_str!("data/browser.js");

/// The widths of the page, pixels.
const WIDTHS: [usize; 3] = [1200, 800, 390];

/// Runs the browser without a window; `None` if there is none.
fn chromium(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let profile = format!("--user-data-dir={}", folder.join("browser").display());
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", &profile])
        .args(arguments)
        .output();
    output.ok().filter(|output| output.status.success())
}

/// Writes the report on recordings to `page.html` in a folder.
fn write_page(folder: &Path, inputs: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .args(["--format", "html", "--output"])
        .arg(folder.join("page.html"))
        .args(inputs)
        .output()
        .expect("the program runs");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Opens `page.html` of a folder at every width, and returns what the script found; `None` without
/// a browser.
fn opened(folder: &Path) -> Option<Vec<Value>> {
    let page = fs::read_to_string(folder.join("page.html")).expect("a page");
    let with_script = page.replace("</body>", &format!("<script>{SCRIPT}</script></body>"));
    assert_ne!(page, with_script);
    fs::write(folder.join("tested.html"), with_script).expect("written");
    let frames: String = WIDTHS
        .map(|width| {
            format!("<iframe src=\"tested.html\" style=\"border:0;width:{width}px;height:800px\"></iframe>")
        })
        .concat();
    let around = format!(
        "<body>{frames}<pre></pre><script>addEventListener(\"message\", (event) => \
         {{ document.querySelector(\"pre\").textContent += event.data + \"\\n\"; }});</script>"
    );
    fs::write(folder.join("around.html"), around).expect("written");
    let url = format!("file://{}", folder.join("around.html").display());
    let output =
        chromium(folder, &["--window-size=1300,900", "--virtual-time-budget=20000", "--dump-dom", &url])?;
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = dom.split_once("<pre>").and_then(|(_, rest)| rest.split_once("</pre>")).expect("results").0;
    let unescaped = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    Some(unescaped.lines().map(|line| serde_json::from_str(line).expect("a result")).collect())
}

/// Checks what holds for any page, and returns the results by width.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn check(folder: &Path) -> Option<Vec<Value>> {
    let Some(results) = opened(folder) else {
        eprintln!("skipped: no chromium");
        return None;
    };
    assert_eq!(results.len(), WIDTHS.len(), "{results:?}");
    for result in &results {
        assert_eq!(result["error"], Value::Null, "{result:#}");
        assert_eq!(result["requests"], 0, "{result:#}");
        for fault in ["collisions", "outside", "small", "collisions_opened", "outside_opened"] {
            assert_eq!(result[fault], Value::Array(Vec::new()), "{fault} at {}", result["width"]);
        }
        assert!(result["labels"].as_u64() > Some(5), "{result:#}");
    }
    Some(results)
}

#[test]
fn the_page_of_many_races_sorts_filters_opens_and_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    write_page(folder.path(), &[FIXTURES]);
    let Some(results) = check(folder.path()) else { return };
    for result in &results {
        for done in ["sorted", "minis_follow", "filtered", "charts_follow", "was_closed", "drawn"] {
            assert_eq!(result[done], true, "{done}: {result:#}");
        }
        assert!(
            result["screens"].as_f64() < Some(if result["width"] == 390 { 16.0 } else { 12.0 }),
            "{result:#}"
        );
    }
    let (pdf, url) = (folder.path().join("page.pdf"), folder.path().join("page.html"));
    let print = format!("--print-to-pdf={}", pdf.display());
    chromium(folder.path(), &[&print, &format!("file://{}", url.display())]).expect("a browser");
    let pdf = fs::read(pdf).expect("a PDF");
    assert!(pdf.starts_with(b"%PDF") && pdf.len() > 20_000, "{}", pdf.len());
}

#[test]
fn labels_of_a_single_race_do_not_collide() {
    for race in ["2019-10-13 harbour-marathon wall-at-30.fit", "2018-04-22_quayside-5k_badly-positive.fit"] {
        let folder = tempfile::tempdir().expect("a folder");
        write_page(folder.path(), &[&format!("{FIXTURES}/races/{race}")]);
        check(folder.path());
    }
}

#[test]
fn the_page_of_a_club_is_short() {
    let folder = tempfile::tempdir().expect("a folder");
    for file in club::all() {
        let path = folder.path().join("club").join(&file.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, file.bytes).expect("written");
    }
    write_page(folder.path(), &[&folder.path().join("club").to_string_lossy()]);
    let bytes = fs::metadata(folder.path().join("page.html")).expect("a page").len();
    assert!(bytes < 1_000_000, "{bytes}");
    let Some(results) = check(folder.path()) else { return };
    assert!(results[0]["screens"].as_f64() < Some(12.0), "{:#}", results[0]);
}
