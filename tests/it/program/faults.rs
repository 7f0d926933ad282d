//! Faults of disks, pipes, folders and signals: each is a row or a line, and no output is torn.
//!
//! The long run of SECURITY.md is
//! `FIRSTMILE_FILES=100000 cargo test --release --test it thousands -- --nocapture`.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use firstmile::ingest::archive::visit;
use firstmile::ingest::filter::Filter;
use firstmile::ingest::{Limits, Source};

use crate::common::archive::zip;
use crate::common::fixtures::even;
use crate::common::program::{FIRSTMILE, command, firstmile_in, stderr, stdout};
use crate::common::rows::columns;
use crate::common::{count_from_env, temporary_folder, write};

/// Returns path, status and detail of each row.
fn rows(output: &Output) -> Vec<[String; 3]> {
    columns(&output.stdout, ["path", "status", "detail"])
}

/// Makes a named pipe. Opening one end waits for the other.
fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// Interrupts a running program and returns what it printed.
fn interrupted(mut child: Child) -> Output {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
    let _ = child.wait();
    child.wait_with_output().expect("it ends")
}

/// Returns whether programs that are started from here ignore an interrupt, as in the background of
/// a shell.
fn interrupts_are_ignored() -> bool {
    const INTERRUPT: u64 = 1 << 1;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(0);
    ignored & INTERRUPT != 0
}

#[test]
fn a_file_or_folder_without_permission_is_a_row() {
    let work = temporary_folder();
    let here = work.path();
    fs::create_dir(here.join("closed")).expect("made");
    write(here, "closed.fit", even());
    write(here, "open.fit", even());
    for name in ["closed", "closed.fit"] {
        fs::set_permissions(here.join(name), fs::Permissions::from_mode(0o000)).expect("set");
    }
    if File::open(here.join("closed.fit")).is_ok() {
        eprintln!("skipped: root may read everything");
        return;
    }
    let output = firstmile_in(here, &["--format", "csv", "."]);
    let found = rows(&output);
    fs::set_permissions(here.join("closed"), fs::Permissions::from_mode(0o700)).expect("set");
    let of = |name: &str| found.iter().find(|[path, ..]| path == name).expect("a row");
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(of("open.fit")[1], "scored");
    for name in ["closed", "closed.fit"] {
        assert_eq!(of(name)[1], "unreadable");
        assert!(of(name)[2].starts_with("cannot be read: ") && of(name)[2].contains("denied"), "{found:?}");
    }
}

#[test]
fn files_of_a_folder_that_must_not_be_entered_say_so() {
    let work = temporary_folder();
    let here = work.path();
    write(here, "closed/run.fit", even());
    fs::set_permissions(here.join("closed"), fs::Permissions::from_mode(0o444)).expect("set");
    let found =
        ["closed", "closed/run.fit"].map(|path| rows(&firstmile_in(here, &["--format", "csv", path])));
    let may_enter = fs::metadata(here.join("closed/run.fit")).is_ok();
    fs::set_permissions(here.join("closed"), fs::Permissions::from_mode(0o700)).expect("set");
    if may_enter {
        eprintln!("skipped: root may read everything");
        return;
    }
    for rows in found {
        assert_eq!((rows.len(), rows[0][1].as_str()), (1, "unreadable"));
        assert!(rows[0][2].contains("denied"), "{rows:?}");
    }
}

#[test]
fn files_that_vanish_or_shrink_during_a_run_are_rows() {
    let work = temporary_folder();
    let here = work.path();
    fifo(&here.join("a.fit"));
    for name in ["b.fit", "c.fit", "d.fit"] {
        write(&here.join("all"), name, even());
    }
    let child = command(here, &["--format", "csv", "--jobs", "1", "a.fit", "all"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    // The one thread waits at the pipe, after the walk and before the other files.
    let mut pipe = File::options().write(true).open(here.join("a.fit")).expect("met");
    fs::remove_file(here.join("all/b.fit")).expect("removed");
    write(here, "all/c.fit", &even()[..even().len() / 2]);
    pipe.write_all(&even()[..even().len() / 3]).expect("written");
    drop(pipe);
    let found = rows(&child.wait_with_output().expect("it ends"));
    let found: Vec<(&str, &str)> = found.iter().map(|[path, status, _]| (&**path, &**status)).collect();
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!(found[1], ("all/b.fit", "unreadable"));
    assert_eq!(found[3], ("all/d.fit", "scored"));
    assert!(found[0].0 == "a.fit" && found[2].0 == "all/c.fit", "{found:?}");
}

#[test]
fn an_archive_that_shrinks_during_a_run_keeps_a_row_for_each_member() {
    let work = temporary_folder();
    let path = work.path().join("a.zip");
    write(work.path(), "a.zip", zip(&["a.fit", "b.fit", "c.fit"].map(|name| (name, even()))));
    let visited = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread").install(|| {
        visit(&Source::named(&path), &Limits::default(), &Filter::default(), &|content| {
            // The first member is read already, the others are cut off.
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
fn circular_links_are_reported_and_the_rest_is_read() {
    let work = temporary_folder();
    let here = work.path();
    fs::create_dir(here.join("in")).expect("made");
    write(here, "in/a.fit", even());
    symlink("..", here.join("in/up")).expect("linked");
    symlink("round.fit", here.join("in/round.fit")).expect("linked");
    symlink("nowhere.fit", here.join("in/gone.fit")).expect("linked");
    let found = rows(&firstmile_in(here, &["--format", "csv", "."]));
    let found: Vec<(&str, &str)> = found.iter().map(|[path, status, _]| (&**path, &**status)).collect();
    let unreadable = |path| (path, "unreadable");
    let expected =
        [("in/a.fit", "scored"), unreadable("in/gone.fit"), unreadable("in/round.fit"), unreadable("in/up")];
    assert_eq!(found, expected);
    let verified = stdout(&firstmile_in(here, &["verify", "."]));
    assert_eq!(verified.matches(": not read: ").count(), 3, "{verified}");
}

#[test]
fn a_file_whose_name_is_not_utf8_is_read_and_shown() {
    let work = temporary_folder();
    let name = OsStr::from_bytes(b"a\xff\n.fit");
    if fs::write(work.path().join(name), even()).is_err() {
        eprintln!("skipped: this file system takes UTF-8 names only");
        return;
    }
    for (format, shown) in
        [("csv", "a\u{fffd}\\u{a}.fit,"), ("text", "1 scored"), ("json", "a\u{fffd}\\\\u{a}.fit")]
    {
        let output = firstmile_in(work.path(), &["--format", format, "."]);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).contains(shown), "{}", stdout(&output));
    }
    let mut named = command(work.path(), &["--format", "csv"]);
    let output = named.arg(name).output().expect("it runs");
    assert_eq!(rows(&output)[0][1], "scored");
    let list = [name.as_bytes(), b"\0"].concat();
    write(work.path(), "list", list);
    assert_eq!(
        rows(&firstmile_in(work.path(), &["--format", "csv", "--files-from0", "list"]))[0][1],
        "scored"
    );
}

#[test]
fn an_interrupt_leaves_outputs_as_they_were() {
    if interrupts_are_ignored() {
        eprintln!("skipped: interrupts are ignored here");
        return;
    }
    let work = temporary_folder();
    let here = work.path();
    write(here, "r.csv", "mine");
    write(here, "base.json", "{\"schema\":\"firstmile/1\",\"activities\":[]}");
    fifo(&here.join("a.fit"));
    let outputs = ["--format", "csv", "--output", "r.csv", "--format", "md", "--output", "r.md"];
    let baseline = ["--baseline", "base.json", "--update-baseline", "a.fit"];
    let child = command(here, &[&outputs[..], &baseline].concat()).spawn().expect("it runs");
    // The program reads a part and waits for the rest.
    let mut pipe = File::options().write(true).open(here.join("a.fit")).expect("met");
    pipe.write_all(&even()[..1000]).expect("written");
    let output = interrupted(child);
    assert_eq!(output.status.code(), None, "it ends by the signal");
    assert_eq!(fs::read_to_string(here.join("r.csv")).expect("there"), "mine");
    assert!(fs::read_to_string(here.join("base.json")).expect("there").ends_with("[]}"));
    let mut names: Vec<_> =
        fs::read_dir(here).expect("listed").map(|entry| entry.expect("there").file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.fit", "base.json", "r.csv"]);
}

#[test]
fn an_interrupt_between_two_outputs_leaves_the_first_as_it_was() {
    if interrupts_are_ignored() {
        eprintln!("skipped: interrupts are ignored here");
        return;
    }
    let work = temporary_folder();
    let here = work.path();
    write(here, "a.fit", even());
    write(here, "r.csv", "mine");
    fifo(&here.join("pipe"));
    let outputs = ["--format", "csv", "--output", "r.csv", "--format", "md", "--output", "pipe", "a.fit"];
    let child = command(here, &outputs).spawn().expect("it runs");
    // The first output is a temporary file while the second waits for a reader.
    let begun = Instant::now();
    let is_part = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with(".firstmile-");
    while !fs::read_dir(here).expect("listed").flatten().any(|entry| is_part(&entry)) {
        assert!(begun.elapsed() < Duration::from_secs(60), "no output was begun");
        std::thread::sleep(Duration::from_millis(2));
    }
    interrupted(child);
    assert_eq!(fs::read_to_string(here.join("r.csv")).expect("there"), "mine");
}

/// Runs a command and returns its time and, where the system has `time`, its peak memory in KiB.
fn figures(folder: &Path, arguments: &[&str]) -> (Output, Duration, Option<u64>) {
    let begun = Instant::now();
    let timed = Command::new("/usr/bin/time")
        .args(["-f", "%M"])
        .arg(FIRSTMILE)
        .args(arguments)
        .current_dir(folder)
        .output();
    match timed {
        Ok(output) => {
            let errors = stderr(&output);
            (output, begun.elapsed(), errors.lines().last().and_then(|line| line.trim().parse().ok()))
        }
        Err(_) => (firstmile_in(folder, arguments), begun.elapsed(), None),
    }
}

#[test]
fn thousands_of_files_have_a_row_each() {
    let wanted = count_from_env("FIRSTMILE_FILES", 2_000) as usize;
    let work = temporary_folder();
    let mut times = Vec::new();
    for (folder, files) in [("few", wanted / 10), ("many", wanted)] {
        for number in 0..files {
            let name = format!("{folder}/{:03}/{number:06}.fit", number / 1000);
            write(work.path(), &name, format!("no recording {number}"));
        }
        let (output, time, memory) = figures(work.path(), &["--format", "csv", folder]);
        let found = rows(&output);
        assert_eq!(found.len(), files);
        assert!(found.iter().all(|[_, status, _]| status == "unreadable"));
        assert!(found.is_sorted());
        eprintln!("{files} files: {time:?}, {} KiB at most", memory.unwrap_or_default());
        times.push(time);
    }
    eprintln!(
        "ten times the files take {:.1} times as long",
        times[1].as_secs_f64() / times[0].as_secs_f64()
    );
}
