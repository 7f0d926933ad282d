//! Archives, lists, filters and limits: a file's rows do not depend on what it is wrapped in.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");

fn firstmile(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstmile"));
    command.current_dir(folder).args(arguments).output().expect("it runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Files under a folder with their paths below it, sorted.
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

fn zip(path: &Path, files: &[(String, Vec<u8>)]) {
    let mut archive = zip::ZipWriter::new(File::create(path).expect("made"));
    for (name, bytes) in files {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).expect("begun");
        archive.write_all(bytes).expect("written");
    }
    archive.finish().expect("ended");
}

fn tar(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, bytes.as_slice()).expect("written");
    }
    archive.into_inner().expect("ended")
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("ended")
}

/// The rows without what tells where they lie, sorted; a duplicate's detail names the other file.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().expect("a head").clone();
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

/// A folder and all its files in one archive of each kind give the same rows.
fn wrapped_is_loose(folder: &Path) {
    let work = tempfile::tempdir().expect("a folder");
    let here = work.path();
    let loose = firstmile(here, &["--format", "csv", &folder.to_string_lossy()]);
    assert_eq!(loose.status.code(), Some(0), "{}", err(&loose));
    let files = files(folder);
    zip(&here.join("all.zip"), &files);
    fs::write(here.join("all.tar"), tar(&files)).expect("written");
    fs::write(here.join("all.tgz"), gz(&tar(&files))).expect("written");
    for archive in ["all.zip", "all.tar", "all.tgz"] {
        // Archives within the archive are one deeper than they were.
        let told = firstmile(here, &["--format", "csv", "--max-depth", "5", archive]);
        assert_eq!(told.status.code(), Some(0), "{archive}: {}", err(&told));
        let (loose, wrapped) = (rows(&out(&loose)), rows(&out(&told)));
        assert_eq!(loose.len(), wrapped.len(), "{archive}");
        for (loose, wrapped) in loose.iter().zip(&wrapped) {
            assert_eq!(loose, wrapped, "{archive}");
        }
        let again = firstmile(here, &["--format", "csv", "--max-depth", "5", "--jobs", "1", archive]);
        assert_eq!(out(&told), out(&again), "{archive} by one thread");
    }
}

#[test]
fn the_fixtures_in_one_archive_are_the_fixtures() {
    wrapped_is_loose(Path::new(FIXTURES));
}

#[test]
fn the_shared_corpus_in_one_archive_is_the_corpus() {
    if Path::new(CORPUS).exists() {
        wrapped_is_loose(Path::new(CORPUS));
    } else {
        eprintln!("skipped: there is no shared corpus");
    }
}

/// Two races, one of them gzipped in a zip in a zip.
fn nested(folder: &Path) -> PathBuf {
    let races = Path::new(FIXTURES).join("races");
    let read = |name: &str| fs::read(races.join(name)).expect("a fixture");
    let even = read("2016-04-17_quayside-5k_even.fit");
    let positive = read("2018-04-22_quayside-5k_badly-positive.fit");
    zip(&folder.join("inner.zip"), &[("deep/b.fit.gz".to_owned(), gz(&positive))]);
    let inner = fs::read(folder.join("inner.zip")).expect("written");
    fs::remove_file(folder.join("inner.zip")).expect("removed");
    let path = folder.join("export.zip");
    let notes = b"buy bananas".to_vec();
    zip(
        &path,
        &[("a.fit".to_owned(), even), ("inner.zip".to_owned(), inner), ("notes.txt".to_owned(), notes)],
    );
    path
}

#[test]
fn one_member_is_taken_by_its_address_and_the_address_is_told() {
    let work = tempfile::tempdir().expect("a folder");
    nested(work.path());
    let all = out(&firstmile(work.path(), &["--format", "csv", "export.zip"]));
    assert!(all.contains("export.zip,inner.zip!deep/b.fit.gz,"), "{all}");
    assert!(out(&firstmile(work.path(), &["export.zip"])).contains("1 other file skipped"));
    let one = out(&firstmile(work.path(), &["--format", "csv", "export.zip!inner.zip!deep/b.fit.gz"]));
    assert_eq!(one.lines().count(), 2);
    assert_eq!(all.lines().find(|line| line.contains("b.fit.gz")), one.lines().nth(1));
    let missing = firstmile(work.path(), &["export.zip!nothing.fit"]);
    assert!(out(&missing).contains("no such member in the archive"), "{}", out(&missing));
    assert_eq!(firstmile(work.path(), &["nothing.zip!a.fit"]).status.code(), Some(2));
}

fn with_input(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    child.stdin.take().expect("piped").write_all(input).expect("written");
    child.wait_with_output().expect("it ends")
}

#[test]
fn standard_input_is_a_recording_an_archive_or_a_list() {
    let work = tempfile::tempdir().expect("a folder");
    let export = fs::read(nested(work.path())).expect("written");
    let told = with_input(work.path(), &["--format", "csv", "-"], &export);
    assert!(out(&told).contains("\n-,a.fit,"), "{}", out(&told));
    assert_eq!(out(&told).lines().count(), 3);
    let list = with_input(work.path(), &["--format", "csv", "--files-from0", "-"], b"export.zip!a.fit\0");
    assert_eq!(out(&list).lines().count(), 2, "{}", err(&list));
    assert_eq!(with_input(work.path(), &["--files-from0", "-", "-"], b"").status.code(), Some(2));
    assert_eq!(with_input(work.path(), &["--files-from0", "-"], b"").status.code(), Some(2));
}

#[test]
fn globs_choose_among_files_and_members() {
    let work = tempfile::tempdir().expect("a folder");
    nested(work.path());
    let lines = |flags: &[&str]| {
        let told = firstmile(work.path(), &[&["--format", "csv", "."], flags].concat());
        out(&told).lines().count().saturating_sub(1)
    };
    assert_eq!(lines(&[]), 2);
    assert_eq!(lines(&["--include", "b*"]), 1);
    assert_eq!(lines(&["--exclude", "a.fit"]), 1);
    assert_eq!(lines(&["--include", "*.gpx"]), 0);
    let wrong = firstmile(work.path(), &["--include", "[", "."]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(err(&wrong).contains("no such pattern"), "{}", err(&wrong));
}

#[test]
fn each_limit_ends_in_a_line_that_names_it() {
    let work = tempfile::tempdir().expect("a folder");
    let here = work.path();
    nested(here);
    // 300 MB of zeros in 300 KB: harmless in content, but no recording is like it.
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![0; 300 << 20]).expect("packed");
    fs::write(here.join("zeros.fit.gz"), packed.finish().expect("ended")).expect("written");
    let told = |flags: &[&str]| {
        let output = firstmile(here, &[&["-v"], flags].concat());
        assert!(matches!(output.status.code(), Some(0)), "{}", err(&output));
        out(&output).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (flags, limit) in [
        (vec!["zeros.fit.gz"], "more than 250 times its packed size (--max-ratio)"),
        (vec!["--max-bytes", "1M", "zeros.fit.gz"], "content of more than 1048576 bytes (--max-bytes)"),
        (vec!["--max-members", "2", "export.zip"], "more than 2 members (--max-members)"),
        (vec!["--max-depth", "2", "export.zip"], "archives nested deeper than 2 (--max-depth)"),
        (vec!["--max-depth", "0", "export.zip"], "archives nested deeper than 0 (--max-depth)"),
        (vec!["--max-samples", "100", "export.zip"], "more than 100 samples (--max-samples)"),
        (vec!["--max-activities", "1", "export.zip"], "more than 1 activities (--max-activities)"),
        (vec!["--max-total", "9K", "export.zip"], "it unpacks to more than 9216 bytes in all (--max-total)"),
    ] {
        let told = told(&flags);
        assert!(told.contains(limit), "{flags:?}: {told}");
    }
    for flags in [["--max-bytes", "big"], ["--max-depth", "99"], ["--max-ratio", "0"]] {
        assert_eq!(
            firstmile(here, &[&flags[..], &["export.zip"]].concat()).status.code(),
            Some(2),
            "{flags:?}"
        );
    }
}

#[test]
fn a_broken_archive_keeps_what_came_before() {
    let work = tempfile::tempdir().expect("a folder");
    let here = work.path();
    let races = files(&Path::new(FIXTURES).join("races"));
    let whole = tar(&races[..3]);
    let cut = whole.len() - races[2].1.len() / 2 - 1024;
    fs::write(here.join("cut.tar"), &whole[..cut]).expect("written");
    fs::write(here.join("cut.tar.gz"), &gz(&whole)[..gz(&whole).len() / 2]).expect("written");
    let told = out(&firstmile(here, &["-v", "cut.tar"]));
    assert!(told.contains("scored"), "{told}");
    assert!(told.contains("the tar archive: it breaks off"), "{told}");
    let told = firstmile(here, &["-v", "cut.tar.gz"]);
    assert_eq!(told.status.code(), Some(0));
    assert!(out(&told).contains("tar archive"), "{}", out(&told));
}

#[test]
fn every_file_has_a_row_or_is_counted_in_every_format() {
    let work = tempfile::tempdir().expect("a folder");
    let here = work.path();
    nested(here);
    fs::write(here.join("empty.gpx"), "").expect("written");
    fs::write(here.join("readme.md"), "nothing").expect("written");
    for flags in [&[][..], &["--exclude", "a.fit"][..], &["--max-members", "1"][..]] {
        let json = out(&firstmile(here, &[&["--format", "json", "."], flags].concat()));
        let document: serde_json::Value = serde_json::from_str(&json).expect("a document");
        let count = |name: &str| document["summary"][name].as_u64().expect("a count") as usize;
        let parts = ["scored", "refused", "duplicates", "unreadable"].map(count);
        let rows = document["activities"].as_array().expect("rows").len();
        assert_eq!(parts.iter().sum::<usize>(), rows, "{flags:?}");
        let told = format!("{} scored", parts[0]);
        for format in ["text", "md", "html", "github"] {
            let page = out(&firstmile(here, &[&["--format", format, "."], flags].concat()));
            assert!(page.contains(&told) && page.contains("skipped"), "{format} {flags:?}: {page}");
        }
        let csv = out(&firstmile(here, &[&["--format", "csv", "."], flags].concat()));
        assert_eq!(csv.lines().count() - 1, rows, "{flags:?}");
    }
}
