//! The first five minutes: the demo, and where exports are.

use std::io::{Cursor, Read};

use firstmile::formats::exports;
use serde_json::Value;

use crate::common::program::{firstmile_in, stderr, stdout, stdout_in};
use crate::common::{fixtures, temporary_folder};

/// The made-up runs that the program carries.
const PACKED: &[u8] = include_bytes!("../../../src/cli/demo.zip");

#[test]
fn the_packed_runs_are_the_fixtures_and_small() {
    assert!(PACKED.len() <= 300_000, "{} bytes", PACKED.len());
    let mut archive = zip::ZipArchive::new(Cursor::new(PACKED)).expect("a zip");
    let mut races = 0;
    for number in 0..archive.len() {
        let mut member = archive.by_index(number).expect("a member");
        let name = member.name().expect("UTF-8").into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).expect("content");
        assert!(bytes == fixtures::read(&name), "{name}: run tools/pack-demo");
        races += usize::from(name.starts_with("races/"));
    }
    assert_eq!(races, std::fs::read_dir(fixtures::RACES).expect("a folder").count());
}

#[test]
fn the_demo_needs_no_file_and_says_what_to_do_next() {
    let folder = temporary_folder();
    let demo = firstmile_in(folder.path(), &["demo"]);
    assert!(demo.status.success(), "{}", stderr(&demo));
    assert!(stdout(&demo).contains("wall at mile 19") && stdout(&demo).contains("START-01"));
    for command in ["firstmile FOLDER", "firstmile explain export"] {
        assert!(stderr(&demo).contains(command), "{}", stderr(&demo));
    }
    assert_eq!(folder.path().read_dir().expect("a folder").count(), 0);
}

#[test]
fn the_demo_is_written_in_every_format_and_unit() {
    let folder = temporary_folder();
    let json: Value =
        serde_json::from_str(&stdout_in(folder.path(), &["demo", "--format", "json"])).expect("a document");
    assert_eq!(json["summary"]["races"], 22);
    assert_eq!(json["summary"]["unreadable"], 0);
    assert!(stdout_in(folder.path(), &["demo", "--units", "km"]).contains("wall at 30 km"));
    assert_eq!(stdout_in(folder.path(), &["demo", "--output", "demo.html"]), "");
    let page = std::fs::read_to_string(folder.path().join("demo.html")).expect("a page");
    assert!(page.contains("<html") && page.contains("Harbour Marathon"));
}

#[test]
fn the_page_of_exports_and_the_command_have_one_source() {
    let folder = temporary_folder();
    let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/export.md"));
    assert!(
        page == stdout_in(folder.path(), &["explain", "export", "--format", "md"]),
        "docs/export.md is out of date: cargo run -- explain export --format md > docs/export.md"
    );
    let shown = stdout_in(folder.path(), &["explain", "export"]);
    for line in shown.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
    let (page, shown) = (words(page), words(&shown));
    assert!(exports::SERVICES.len() >= 10);
    for service in exports::SERVICES {
        for text in [service.name, service.everything, service.files, service.reads, service.source] {
            assert!(page.contains(&words(text)) && shown.contains(&words(text)), "{}: {text}", service.name);
        }
    }
}
