//! The pages: every command in them runs, and every link leads somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::program::PROJECT;

/// Returns the pages of the repository, by name and text.
fn pages() -> Vec<(PathBuf, String)> {
    let project = Path::new(PROJECT);
    let folders = ["", "docs", "python", "benches", "fixtures", "fuzz"].map(|folder| project.join(folder));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("a folder").flatten());
    let mut paths: Vec<PathBuf> = files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("a page"))).collect()
}

/// Returns the anchor that a heading has.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

#[test]
fn every_link_to_a_file_or_a_heading_leads_there() {
    let mut links = 0;
    for (page, text) in pages() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            links += 1;
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if file.is_empty() { page.clone() } else { page.parent().expect("a folder").join(file) };
            assert!(target.exists(), "{}: {link}", page.display());
            if !heading.is_empty() {
                let text = fs::read_to_string(&target).expect("a page");
                let mut headings = text.lines().filter_map(|line| line.strip_prefix('#'));
                let leads = headings.any(|line| anchor(line.trim_start_matches('#').trim()) == heading);
                assert!(leads, "{}: {link}", page.display());
            }
        }
    }
    assert!(links > 50, "only {links} links");
}

/// Returns the commands of a page: lines of code that start `firstmile`, or hand something to it.
#[cfg(unix)]
fn commands(text: &str) -> Vec<&str> {
    let mut is_fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced || line.starts_with("    ") {
            let line = line.trim_start().trim_start_matches("$ ").trim_start_matches("- ");
            let is_command = line.starts_with("firstmile ") || line.contains("| firstmile ");
            found.extend((is_command && !line.ends_with('\\')).then_some(line));
        }
    }
    found
}

/// Writes what the pages name: folders, an export, a course, tables.
#[cfg(unix)]
fn write_what_the_pages_name(folder: &Path) {
    use crate::common::program::stdout_in;
    use crate::common::{archive, fixtures, write};
    for (name, from) in [("fixtures", ""), ("races", "races"), ("runs", "races"), ("training", "training")] {
        for entry in walkdir::WalkDir::new(fixtures::path(from)).into_iter().flatten() {
            let inside = entry.path().strip_prefix(fixtures::path(from)).expect("inside");
            let is_generator = inside.starts_with("generator");
            if entry.file_type().is_file() && !is_generator {
                write(folder, &format!("{name}/{}", inside.display()), fs::read(entry.path()).expect("read"));
            }
        }
    }
    write(folder, "races/boston.fit", fixtures::read("races/2018-10-14_harbour-marathon_even.fit"));
    write(folder, "races/chicago.fit", fixtures::read("races/2019-10-13 harbour-marathon wall-at-30.fit"));
    for file in firstmile_fixtures::club::all() {
        let path = file.path.replace("roster/", "club/").replace("field/", "race-day/");
        write(folder, &path, file.bytes);
    }
    let of_2024 = fixtures::read("races/2024-06-01_ridgeway-ultra-50k-race.fit");
    let members = [("activities/1.fit.gz", archive::gzip(&fixtures::even())), ("activities/2.fit", of_2024)];
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    write(folder, "export.zip", archive::zip(&members));
    let points: String = (0..=210)
        .map(|step| {
            format!(
                "<rtept lat='{:.6}' lon='8'><ele>{}</ele></rtept>",
                50.0 + f64::from(step) / 1112.3,
                step % 40
            )
        })
        .collect();
    let gpx = format!("<gpx version='1.1' creator='x'><rte>{points}</rte></gpx>");
    write(folder, "course.gpx", gpx.clone());
    write(folder, "old.json", stdout_in(folder, &["--format", "json", "runs/"]));
    for table in ["2018.parquet", "2019.parquet", "athletes/athlete=ada/part-0.parquet"] {
        fs::create_dir_all(folder.join(table).parent().expect("a folder")).expect("made");
        let year = table.get(..4).filter(|year| year.starts_with('2')).unwrap_or("2017");
        stdout_in(
            folder,
            &["--since", year, "--until", year, "--format", "parquet", "--output", table, "races/"],
        );
    }
}

#[cfg(all(unix, feature = "parquet", feature = "verify"))]
#[test]
fn every_command_in_the_pages_runs() {
    use crate::common::program::{FIRSTMILE, stderr};
    let folder = crate::common::temporary_folder();
    write_what_the_pages_name(folder.path());
    let programs = Path::new(FIRSTMILE).parent().expect("a folder");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let mut ran = 0;
    for (page, text) in pages() {
        for line in commands(&text) {
            if line.starts_with("firstmile mcp") {
                // It serves until its input ends, and may not be in this program.
                continue;
            }
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", line]).current_dir(folder.path()).env("PATH", &path);
            let output = shell.stdin(std::process::Stdio::null()).output().expect("a shell");
            // Status 1 is an answer: a finding, a difference.
            let is_fine = matches!(output.status.code(), Some(0 | 1));
            assert!(is_fine, "{}: {line}\n{}", page.display(), stderr(&output));
            ran += 1;
        }
    }
    assert!(ran > 40, "only {ran} commands");
}

#[test]
fn the_contracts_table_of_columns_is_that_of_the_schema_and_of_csv() {
    use crate::common::program::{firstmile, stdout};
    let page = fs::read_to_string(Path::new(PROJECT).join("docs/contract.md")).expect("a page");
    let schema: serde_json::Value = serde_json::from_str(firstmile::formats::JSON_SCHEMA).expect("JSON");
    let fields = &schema["$defs"]["activity"]["properties"];
    let header = |table: &str| {
        let race = "fixtures/races/2016-04-17_quayside-5k_even.fit";
        let csv = stdout(&firstmile(&["--format", "csv", "--table", table, race]));
        csv.lines().next().expect("a header").to_owned()
    };
    let rows: String = header("runs")
        .split(',')
        .map(|name| format!("| `{name}` | {} |\n", fields[name]["description"].as_str().unwrap_or_default()))
        .collect();
    assert!(page.contains(&format!("| column | meaning |\n|---|---|\n{rows}\n")), "it should have:\n{rows}");
    for table in ["splits", "findings", "laps", "efforts"] {
        let columns: Vec<String> = header(table).split(',').map(|name| format!("`{name}`")).collect();
        assert!(page.contains(&columns.join(", ")), "{table}: {columns:?}");
    }
}

/// Lists what a later schema lacks of an earlier one: fields, types, required fields, words.
fn broken(earlier: &serde_json::Value, later: &serde_json::Value, place: &str, found: &mut Vec<String>) {
    use serde_json::Value;
    match (earlier, later) {
        (Value::Object(earlier), Value::Object(later)) => {
            for (name, value) in earlier.iter().filter(|(name, _)| *name != "description") {
                match later.get(name) {
                    Some(later) => broken(value, later, &format!("{place}/{name}"), found),
                    None => found.push(format!("{place}/{name}")),
                }
            }
        }
        // Lists of words, of required fields, of types.
        (Value::Array(earlier), Value::Array(later)) => {
            let lost = earlier.iter().filter(|one| !later.contains(one));
            found.extend(lost.map(|one| format!("{place}: {one}")));
            if place.ends_with("/type") && earlier.len() != later.len() {
                found.push(format!("{place}: another type"));
            }
        }
        (earlier, later) if earlier == later => {}
        _ => found.push(format!("{place}: {later}")),
    }
}

#[test]
fn nothing_of_the_first_firstmile_1_is_lost() {
    let first: serde_json::Value =
        serde_json::from_str(include_str!("../../data/firstmile-1.json")).expect("JSON");
    let mut now: serde_json::Value = serde_json::from_str(firstmile::formats::JSON_SCHEMA).expect("JSON");
    let mut lost = Vec::new();
    broken(&first, &now, "", &mut lost);
    assert!(lost.is_empty(), "{lost:#?}");
    // The comparison sees a lost field and another type.
    let fields = now["$defs"]["activity"]["properties"].as_object_mut().expect("fields");
    fields.remove("lost_s");
    fields["name"]["type"] = serde_json::json!(["string", "null", "number"]);
    broken(&first, &now, "", &mut lost);
    assert_eq!(lost.len(), 2, "{lost:#?}");
}
