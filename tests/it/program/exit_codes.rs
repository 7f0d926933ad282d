//! Exit codes, errors on standard error, and that no file is passed over in silence.

use std::path::Path;

use crate::common::fixtures::FIXTURES;
use crate::common::program::{exit_code, firstmile, stderr, stdout};
use crate::common::rows::records;
use crate::common::{temporary_folder, write};

#[test]
fn exit_codes_are_as_the_help_says() {
    let races = format!("{FIXTURES}/races");
    let all = FIXTURES;
    assert_eq!(exit_code(&[&races]), Some(0));
    assert_eq!(exit_code(&["--fail-on", "severe", &races]), Some(1));
    assert_eq!(exit_code(&["--strict", all]), Some(2));
    assert_eq!(exit_code(&["--fail-on", "everything", all]), Some(2));
    assert_eq!(exit_code(&["--table", "splits", all]), Some(2));
    assert_eq!(
        exit_code(&["--format", "csv", "--output", "x", "--format", "md", "--output", "x", all]),
        Some(2)
    );
    for tolerance in ["nan", "-1", "1e999", "some"] {
        let flag = format!("--tolerance={tolerance}");
        assert_eq!(exit_code(&["--baseline", "x", &flag, all]), Some(2), "{tolerance}");
    }
    assert_eq!(exit_code(&["no/such/place"]), Some(2));
    assert_eq!(exit_code(&[]), Some(2));
}

#[test]
fn an_error_is_one_line_on_stderr() {
    let missing = firstmile(&["no/such/place"]);
    assert_eq!(stderr(&missing), "firstmile: no/such/place: no such file or folder\n");
    assert!(missing.stdout.is_empty());
    let folder = temporary_folder();
    write(folder.path(), "notes.txt", "bananas");
    let nothing = firstmile(&[&folder.path().to_string_lossy()]);
    assert!(stderr(&nothing).contains("no activity found"), "{}", stderr(&nothing));
    assert_eq!(nothing.status.code(), Some(2));
}

#[test]
fn every_file_has_a_row_or_is_counted_as_skipped() {
    let output = firstmile(&["--format", "csv", FIXTURES]);
    let mut rows: Vec<String> = records(&output.stdout).iter().map(|row| row[0].to_owned()).collect();
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
    let summary = stdout(&firstmile(&[FIXTURES]));
    let skipped: usize = summary
        .rsplit("unreadable; ")
        .next()
        .and_then(|rest| rest.split(' ').next())
        .and_then(|count| count.parse().ok())
        .expect("the number of skipped files");
    assert_eq!(rows.len() + skipped, files);
}

#[test]
fn a_file_given_by_name_has_a_row_whatever_it_is() {
    let output = firstmile(&["--format", "csv", &format!("{FIXTURES}/notes.txt")]);
    assert!(stdout(&output).contains("unreadable,not-an-activity"));
}
