//! Archives, lists, filters and limits: a file gives the same rows however it is packed.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::common::archive::{gzip, tar, zip};
use crate::common::corpus::corpus;
use crate::common::fixtures::{FIXTURES, RACES, even, positive};
use crate::common::program::{firstmile_in, firstmile_with_input, stderr, stdout};
use crate::common::{temporary_folder, write};

/// Returns the files under a folder, each with its path below that folder, sorted.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("below").to_string_lossy().into_owned();
            (name, fs::read(entry.path()).expect("read"))
        })
        .collect();
    files.sort();
    files
}

/// Returns the rows without their addresses, sorted. A duplicate's detail names the other file.
fn rows_without_addresses(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().expect("a header").clone();
    let kept: Vec<usize> =
        (0..names.len()).filter(|at| !["path", "member", "duplicate_of"].contains(&&names[*at])).collect();
    let row = |record: csv::StringRecord| {
        let is_duplicate = record.iter().any(|cell| cell == "duplicate");
        let cell = |at: &usize| if is_duplicate && &names[*at] == "detail" { "" } else { &record[*at] };
        kept.iter().map(|at| cell(at).to_owned()).collect()
    };
    let mut rows: Vec<Vec<String>> = reader.records().map(|record| row(record.expect("a row"))).collect();
    rows.sort();
    rows
}

/// Checks that a folder and one archive of all its files, of each kind, give the same rows.
fn assert_same_rows_from_archives(folder: &Path) {
    let work = temporary_folder();
    let here = work.path();
    let loose = firstmile_in(here, &["--format", "csv", &folder.to_string_lossy()]);
    assert_eq!(loose.status.code(), Some(0), "{}", stderr(&loose));
    let files = files(folder);
    write(here, "all.zip", zip(&files));
    write(here, "all.tar", tar(&files));
    write(here, "all.tgz", gzip(&tar(&files)));
    for archive in ["all.zip", "all.tar", "all.tgz"] {
        // Archives among the files are one level deeper in the archive than in the folder.
        let packed = firstmile_in(here, &["--format", "csv", "--max-depth", "5", archive]);
        assert_eq!(packed.status.code(), Some(0), "{archive}: {}", stderr(&packed));
        let (loose, wrapped) =
            (rows_without_addresses(&stdout(&loose)), rows_without_addresses(&stdout(&packed)));
        assert_eq!(loose.len(), wrapped.len(), "{archive}");
        for (loose, wrapped) in loose.iter().zip(&wrapped) {
            assert_eq!(loose, wrapped, "{archive}");
        }
        let again = firstmile_in(here, &["--format", "csv", "--max-depth", "5", "--jobs", "1", archive]);
        assert_eq!(stdout(&packed), stdout(&again), "{archive} by one thread");
    }
}

#[test]
fn the_fixtures_in_one_archive_give_the_same_rows() {
    assert_same_rows_from_archives(Path::new(FIXTURES));
}

#[test]
fn the_shared_corpus_in_one_archive_gives_the_same_rows() {
    if let Some(corpus) = corpus() {
        assert_same_rows_from_archives(corpus);
    }
}

/// Writes `export.zip`: two races, one of them gzipped in a zip in the zip, and a note.
fn write_nested_export(folder: &Path) {
    let inner = zip(&[("deep/town-5k.fit.gz", gzip(&positive()))]);
    let files = [("a.fit", even()), ("inner.zip", inner), ("notes.txt", b"buy bananas".to_vec())];
    write(folder, "export.zip", zip(&files));
}

#[test]
fn a_member_is_read_by_the_address_that_its_row_shows() {
    let work = temporary_folder();
    write_nested_export(work.path());
    let all = stdout(&firstmile_in(work.path(), &["--format", "csv", "export.zip"]));
    assert!(all.contains("export.zip,inner.zip!deep/town-5k.fit.gz,"), "{all}");
    let page = stdout(&firstmile_in(work.path(), &["--width", "200", "export.zip"]));
    assert!(page.contains("1 other file skipped"), "{page}");
    let one =
        stdout(&firstmile_in(work.path(), &["--format", "csv", "export.zip!inner.zip!deep/town-5k.fit.gz"]));
    assert_eq!(one.lines().count(), 2);
    assert_eq!(all.lines().find(|line| line.contains("town-5k.fit.gz")), one.lines().nth(1));
    let missing = firstmile_in(work.path(), &["export.zip!nothing.fit"]);
    assert!(stdout(&missing).contains("no such member in the archive"), "{}", stdout(&missing));
    assert_eq!(firstmile_in(work.path(), &["nothing.zip!a.fit"]).status.code(), Some(2));
}

#[test]
fn standard_input_may_be_an_archive_or_a_list_of_paths() {
    let work = temporary_folder();
    write_nested_export(work.path());
    let export = fs::read(work.path().join("export.zip")).expect("written");
    let output = firstmile_with_input(work.path(), &["--format", "csv", "-"], &export);
    assert!(stdout(&output).contains("\n-,a.fit,"), "{}", stdout(&output));
    assert_eq!(stdout(&output).lines().count(), 3);
    let list =
        firstmile_with_input(work.path(), &["--format", "csv", "--files-from0", "-"], b"export.zip!a.fit\0");
    assert_eq!(stdout(&list).lines().count(), 2, "{}", stderr(&list));
    assert_eq!(firstmile_with_input(work.path(), &["--files-from0", "-", "-"], b"").status.code(), Some(2));
    assert_eq!(firstmile_with_input(work.path(), &["--files-from0", "-"], b"").status.code(), Some(2));
}

#[test]
fn include_and_exclude_select_files_and_members() {
    let work = temporary_folder();
    write_nested_export(work.path());
    let lines = |flags: &[&str]| {
        let output = firstmile_in(work.path(), &[&["--format", "csv", "."], flags].concat());
        stdout(&output).lines().count().saturating_sub(1)
    };
    assert_eq!(lines(&[]), 2);
    assert_eq!(lines(&["--include", "town*"]), 1);
    assert_eq!(lines(&["--exclude", "a.fit"]), 1);
    assert_eq!(lines(&["--include", "*.gpx"]), 0);
    let wrong = firstmile_in(work.path(), &["--include", "[", "."]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("invalid glob \""), "{}", stderr(&wrong));
}

#[test]
fn a_file_over_a_limit_gets_a_line_that_names_the_flag() {
    let work = temporary_folder();
    let here = work.path();
    write_nested_export(here);
    // 300 MB of zeros in 300 KB. No recording compresses like that.
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![0; 300 << 20]).expect("packed");
    write(here, "zeros.fit.gz", packed.finish().expect("ended"));
    let printed = |flags: &[&str]| {
        let output = firstmile_in(here, &[&["-v"], flags].concat());
        assert!(matches!(output.status.code(), Some(0)), "{}", stderr(&output));
        stdout(&output).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (flags, limit) in [
        (vec!["zeros.fit.gz"], "more than 250 times its packed size (--max-ratio)"),
        (vec!["--max-bytes", "1M", "zeros.fit.gz"], "content of more than 1048576 bytes (--max-bytes)"),
        (vec!["--max-members", "2", "export.zip"], "more than 2 members (--max-members)"),
        (vec!["--max-depth", "2", "export.zip"], "archives nested deeper than 2 (--max-depth)"),
        (vec!["--max-depth", "0", "export.zip"], "archives nested deeper than 0 (--max-depth)"),
        (
            vec!["--max-samples", "100", "export.zip"],
            "more than 100 samples (--max-samples; a lap counts as 16)",
        ),
        (vec!["--max-activities", "1", "export.zip"], "more than 1 activities (--max-activities)"),
        (vec!["--max-total", "9K", "export.zip"], "it unpacks to more than 9216 bytes in all (--max-total)"),
    ] {
        let printed = printed(&flags);
        assert!(printed.contains(limit), "{flags:?}: {printed}");
    }
    for flags in [["--max-bytes", "big"], ["--max-depth", "99"], ["--max-ratio", "0"]] {
        assert_eq!(
            firstmile_in(here, &[&flags[..], &["export.zip"]].concat()).status.code(),
            Some(2),
            "{flags:?}"
        );
    }
}

#[test]
fn a_truncated_archive_keeps_the_members_before_the_damage() {
    let work = temporary_folder();
    let here = work.path();
    let races = files(Path::new(RACES));
    let whole = tar(&races[..3]);
    let cut = whole.len() - races[2].1.len() / 2 - 1024;
    write(here, "cut.tar", &whole[..cut]);
    write(here, "cut.tar.gz", &gzip(&whole)[..gzip(&whole).len() / 2]);
    let printed = stdout(&firstmile_in(here, &["-v", "cut.tar"]));
    assert!(printed.contains("scored"), "{printed}");
    assert!(printed.contains("the tar archive: it breaks off"), "{printed}");
    let output = firstmile_in(here, &["-v", "cut.tar.gz"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("tar archive"), "{}", stdout(&output));
}

#[test]
fn every_format_lists_or_counts_every_file() {
    let work = temporary_folder();
    let here = work.path();
    write_nested_export(here);
    write(here, "empty.gpx", "");
    write(here, "readme.md", "nothing");
    for flags in [&[][..], &["--exclude", "a.fit"][..], &["--max-members", "1"][..]] {
        let json = stdout(&firstmile_in(here, &[&["--format", "json", "."], flags].concat()));
        let document: serde_json::Value = serde_json::from_str(&json).expect("a document");
        let count = |name: &str| document["summary"][name].as_u64().expect("a count") as usize;
        let parts = ["scored", "refused", "duplicates", "unreadable"].map(count);
        let rows = document["activities"].as_array().expect("rows").len();
        assert_eq!(parts.iter().sum::<usize>(), rows, "{flags:?}");
        let scored = format!("{} scored", parts[0]);
        for format in ["text", "md", "html", "github"] {
            let page = stdout(&firstmile_in(here, &[&["--format", format, "."], flags].concat()));
            assert!(page.contains(&scored) && page.contains("skipped"), "{format} {flags:?}: {page}");
        }
        let csv = stdout(&firstmile_in(here, &[&["--format", "csv", "."], flags].concat()));
        assert_eq!(csv.lines().count() - 1, rows, "{flags:?}");
    }
}
