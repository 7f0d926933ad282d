//! What disks, pipes, folders and signals do to a program: each fault is a row or a line, and no output is torn.
//!
//! `FIRSTMILE_FILES=100000 cargo test --release --test faults thousands -- --nocapture` is the long run of SECURITY.md.

#![cfg(unix)]
#![allow(clippy::print_stderr)] // figures, and what was skipped

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
const EVEN: &str = "races/2016-04-17_quayside-5k_even.fit";

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstmile"));
    command.current_dir(folder).args(arguments);
    command
}

fn firstmile(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn even() -> Vec<u8> {
    fs::read(Path::new(FIXTURES).join(EVEN)).expect("a fixture")
}

/// Path, status and detail of each row, by path.
fn rows(output: &Output) -> Vec<[String; 3]> {
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let names = reader.headers().expect("a head").clone();
    let at = |name| names.iter().position(|column| column == name).expect("a column");
    let columns = ["path", "status", "detail"].map(at);
    reader.records().map(|row| columns.map(|at| row.as_ref().expect("a row")[at].to_owned())).collect()
}

/// A pipe with a name; whoever opens one end waits for the other.
fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

fn interrupted(mut child: Child) -> Output {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
    let _ = child.wait();
    child.wait_with_output().expect("it ends")
}

#[test]
fn what_may_not_be_read_is_a_row() {
    let work = tempfile::tempdir().expect("a folder");
    let here = work.path();
    fs::create_dir(here.join("closed")).expect("made");
    fs::write(here.join("closed.fit"), even()).expect("written");
    fs::write(here.join("open.fit"), even()).expect("written");
    for name in ["closed", "closed.fit"] {
        fs::set_permissions(here.join(name), fs::Permissions::from_mode(0o000)).expect("set");
    }
    if File::open(here.join("closed.fit")).is_ok() {
        eprintln!("skipped: root may read everything");
        return;
    }
    let told = firstmile(here, &["--format", "csv", "."]);
    let told: Vec<[String; 3]> = rows(&told);
    fs::set_permissions(here.join("closed"), fs::Permissions::from_mode(0o700)).expect("set");
    let of = |name: &str| told.iter().find(|[path, ..]| path == name).expect("a row");
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(of("open.fit")[1], "scored");
    for name in ["closed", "closed.fit"] {
        assert_eq!(of(name)[1], "unreadable");
        assert!(of(name)[2].starts_with("cannot be read: ") && of(name)[2].contains("denied"), "{told:?}");
    }
}

#[test]
fn files_that_vanish_or_shrink_while_others_are_read_are_rows() {
    let work = tempfile::tempdir().expect("a folder");
    let here = work.path();
    fifo(&here.join("a.fit"));
    for name in ["b.fit", "c.fit", "d.fit"] {
        fs::create_dir_all(here.join("all")).expect("made");
        fs::write(here.join("all").join(name), even()).expect("written");
    }
    let child = command(here, &["--format", "csv", "--jobs", "1", "a.fit", "all"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    // The one thread waits at the pipe, behind the walk and before the files.
    let mut pipe = File::options().write(true).open(here.join("a.fit")).expect("met");
    fs::remove_file(here.join("all/b.fit")).expect("removed");
    fs::write(here.join("all/c.fit"), &even()[..even().len() / 2]).expect("written");
    pipe.write_all(&even()[..even().len() / 3]).expect("written");
    drop(pipe);
    let told = rows(&child.wait_with_output().expect("it ends"));
    let told: Vec<(&str, &str)> = told.iter().map(|[path, status, _]| (&**path, &**status)).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(told[1], ("all/b.fit", "unreadable"));
    assert_eq!(told[3], ("all/d.fit", "scored"));
    assert!(told[0].0 == "a.fit" && told[2].0 == "all/c.fit", "{told:?}");
}

#[test]
fn an_archive_that_shrinks_while_it_is_read_keeps_a_row_for_each_member() {
    use firstmile::ingest::limits::Limits;
    use firstmile::ingest::archive::visit;
    use firstmile::ingest::source::Source;
    use firstmile::ingest::filter::Filter;

    let work = tempfile::tempdir().expect("a folder");
    let path = work.path().join("a.zip");
    let mut archive = zip::ZipWriter::new(File::create(&path).expect("made"));
    for name in ["a.fit", "b.fit", "c.fit"] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        archive.write_all(&even()).expect("written");
    }
    archive.finish().expect("ended");
    let visited = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread").install(|| {
        visit(&Source::named(&path), &Limits::default(), &Filter::default(), &|content| {
            // The first member is at hand; the others are not any more.
            File::options().write(true).open(&path).expect("there").set_len(100).expect("cut");
            (content.member.unwrap_or_default(), content.bytes.map_err(|failure| failure.to_string()))
        })
    });
    let names: Vec<&str> = visited.results.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a.fit", "b.fit", "c.fit"]);
    assert!(visited.results[0].1.as_ref().is_ok_and(|bytes| *bytes == even()));
    for (_, content) in &visited.results[1..] {
        assert!(content.as_ref().is_err_and(|why| why.contains("not where the archive's directory says")));
    }
}

#[test]
fn a_full_disk_is_an_error_and_a_closed_pipe_is_none_in_every_format() {
    let work = tempfile::tempdir().expect("a folder");
    let races = format!("{FIXTURES}/races");
    let commands: Vec<Vec<&str>> = ["text", "csv", "json", "ndjson", "html", "md", "junit", "github"]
        .iter()
        .map(|format| vec!["--format", format, &races])
        .chain([
            vec!["history", &races],
            vec!["verify", &races],
            vec!["field", &races],
            vec!["explain"],
            vec!["schema"],
        ])
        .collect();
    for arguments in commands {
        let full = File::options().write(true).open("/dev/full").expect("a full disk");
        let told = command(work.path(), &arguments).stdout(full).output().expect("it runs");
        assert_eq!(told.status.code(), Some(2), "{arguments:?}");
        assert!(text(&told.stderr).starts_with("firstmile: standard output: "), "{arguments:?}");
        let mut child = command(work.path(), &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        drop(child.stdout.take());
        let told = child.wait_with_output().expect("it ends");
        assert!(matches!(told.status.code(), Some(0 | 1)), "{arguments:?}: {}", text(&told.stderr));
        assert_eq!(text(&told.stderr), "", "{arguments:?}");
    }
}

#[test]
fn links_in_a_circle_are_told_and_the_rest_is_read() {
    let work = tempfile::tempdir().expect("a folder");
    let here = work.path();
    fs::create_dir(here.join("in")).expect("made");
    fs::write(here.join("in/a.fit"), even()).expect("written");
    symlink("..", here.join("in/up")).expect("linked");
    symlink("round.fit", here.join("in/round.fit")).expect("linked");
    symlink("nowhere.fit", here.join("in/gone.fit")).expect("linked");
    let told = rows(&firstmile(here, &["--format", "csv", "."]));
    let told: Vec<(&str, &str)> = told.iter().map(|[path, status, _]| (&**path, &**status)).collect();
    let unreadable = |path| (path, "unreadable");
    let expected =
        [("in/a.fit", "scored"), unreadable("in/gone.fit"), unreadable("in/round.fit"), unreadable("in/up")];
    assert_eq!(told, expected);
    let verified = text(&firstmile(here, &["verify", "."]).stdout);
    assert_eq!(verified.matches(": not read: ").count(), 3, "{verified}");
}

#[test]
fn a_name_that_is_no_utf8_is_read_and_shown() {
    let work = tempfile::tempdir().expect("a folder");
    let name = OsStr::from_bytes(b"a\xff\n.fit");
    if fs::write(work.path().join(name), even()).is_err() {
        eprintln!("skipped: this disk takes no such name");
        return;
    }
    for (format, shown) in
        [("csv", "a\u{fffd}\\u{a}.fit,"), ("text", "1 scored"), ("json", "a\u{fffd}\\\\u{a}.fit")]
    {
        let told = firstmile(work.path(), &["--format", format, "."]);
        assert_eq!(told.status.code(), Some(0));
        assert!(text(&told.stdout).contains(shown), "{}", text(&told.stdout));
    }
    let mut named = command(work.path(), &["--format", "csv"]);
    let told = named.arg(name).output().expect("it runs");
    assert_eq!(rows(&told)[0][1], "scored");
    let list = [name.as_bytes(), b"\0"].concat();
    fs::write(work.path().join("list"), list).expect("written");
    assert_eq!(rows(&firstmile(work.path(), &["--format", "csv", "--files-from0", "list"]))[0][1], "scored");
}

#[test]
fn an_interrupt_leaves_outputs_as_they_were() {
    let work = tempfile::tempdir().expect("a folder");
    let here = work.path();
    fs::write(here.join("r.csv"), "mine").expect("written");
    fs::write(here.join("base.json"), "{\"schema\":\"firstmile/1\",\"activities\":[]}").expect("written");
    fifo(&here.join("a.fit"));
    let outputs = ["--format", "csv", "--output", "r.csv", "--format", "md", "--output", "r.md"];
    let baseline = ["--baseline", "base.json", "--update-baseline", "a.fit"];
    let child = command(here, &[&outputs[..], &baseline].concat()).spawn().expect("it runs");
    // It reads, and waits for the rest.
    let mut pipe = File::options().write(true).open(here.join("a.fit")).expect("met");
    pipe.write_all(&even()[..1000]).expect("written");
    let told = interrupted(child);
    assert_eq!(told.status.code(), None, "it ends by the signal");
    assert_eq!(fs::read_to_string(here.join("r.csv")).expect("there"), "mine");
    assert!(fs::read_to_string(here.join("base.json")).expect("there").ends_with("[]}"));
    let mut names: Vec<_> =
        fs::read_dir(here).expect("listed").map(|entry| entry.expect("there").file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.fit", "base.json", "r.csv"]);
}

#[test]
fn an_interrupt_between_two_outputs_tears_neither() {
    let work = tempfile::tempdir().expect("a folder");
    let here = work.path();
    fs::write(here.join("a.fit"), even()).expect("written");
    fs::write(here.join("r.csv"), "mine").expect("written");
    fifo(&here.join("pipe"));
    let outputs = ["--format", "csv", "--output", "r.csv", "--format", "md", "--output", "pipe", "a.fit"];
    let child = command(here, &outputs).spawn().expect("it runs");
    // The first is being written beside its place while the second waits for a reader.
    let begun = Instant::now();
    let is_part = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(".firstmile-");
    while !fs::read_dir(here).expect("listed").flatten().any(|entry| is_part(&entry)) {
        assert!(begun.elapsed() < Duration::from_secs(60), "no output was begun");
        std::thread::sleep(Duration::from_millis(2));
    }
    interrupted(child);
    assert_eq!(fs::read_to_string(here.join("r.csv")).expect("there"), "mine");
}

/// How long a command takes, and the most memory that it held, KiB, where the system tells.
fn figures(folder: &Path, arguments: &[&str]) -> (Output, Duration, Option<u64>) {
    let begun = Instant::now();
    let timed = Command::new("/usr/bin/time")
        .args(["-f", "%M"])
        .arg(env!("CARGO_BIN_EXE_firstmile"))
        .args(arguments)
        .current_dir(folder)
        .output();
    match timed {
        Ok(output) => {
            let told = text(&output.stderr);
            (output, begun.elapsed(), told.lines().last().and_then(|line| line.trim().parse().ok()))
        }
        Err(_) => (firstmile(folder, arguments), begun.elapsed(), None),
    }
}

#[test]
fn thousands_of_files_have_a_row_each() {
    let wanted = std::env::var("FIRSTMILE_FILES").ok().and_then(|count| count.parse().ok()).unwrap_or(2_000);
    let work = tempfile::tempdir().expect("a folder");
    let mut times = Vec::new();
    for (folder, files) in [("few", wanted / 10), ("many", wanted)] {
        for number in 0..files {
            let inside = work.path().join(folder).join(format!("{:03}", number / 1000));
            if number % 1000 == 0 {
                fs::create_dir_all(&inside).expect("made");
            }
            fs::write(inside.join(format!("{number:06}.fit")), format!("no recording {number}"))
                .expect("written");
        }
        let (output, time, memory) = figures(work.path(), &["--format", "csv", folder]);
        let told = rows(&output);
        assert_eq!(told.len(), files);
        assert!(told.iter().all(|[_, status, _]| status == "unreadable"));
        assert!(told.is_sorted());
        eprintln!("{files} files: {time:?}, {} KiB at most", memory.unwrap_or_default());
        times.push(time);
    }
    eprintln!(
        "ten times the files take {:.1} times as long",
        times[1].as_secs_f64() / times[0].as_secs_f64()
    );
}
