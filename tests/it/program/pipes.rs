//! Closed pipes and full disks.

use std::path::Path;
use std::process::Stdio;

use crate::common::fixtures::FIXTURES;
use crate::common::program::{PROJECT, command, firstmile, stderr};
use crate::common::temporary_folder;

#[test]
fn a_closed_pipe_is_not_an_error_but_a_full_disk_is() {
    let mut child = command(Path::new(PROJECT), &["--format", "csv", FIXTURES])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    // The exit status does not depend on how much of the output was read.
    let mut child = command(Path::new(PROJECT), &["--format", "json", "--fail-on", "severe", FIXTURES])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    if Path::new("/dev/full").exists() {
        let full = firstmile(&["--output", "/dev/full", FIXTURES]);
        assert_eq!(full.status.code(), Some(2));
        assert!(stderr(&full).starts_with("firstmile: /dev/full: "), "{}", stderr(&full));
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_not_an_error_but_a_full_disk_is_in_every_format() {
    let work = temporary_folder();
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
        let full = std::fs::File::options().write(true).open("/dev/full").expect("a full disk");
        let output = command(work.path(), &arguments).stdout(full).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).starts_with("firstmile: standard output: "), "{arguments:?}");
        let mut child = command(work.path(), &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "{arguments:?}");
    }
}

/// What the shell opened is written on: a log is appended to, and no pipe is replaced by a file.
#[cfg(target_os = "linux")]
#[test]
fn standard_output_by_its_path_is_written_on_and_not_replaced() {
    use std::fs;
    let work = temporary_folder();
    let races = format!("{FIXTURES}/races");
    let arguments = ["--quiet", "--format", "csv", "--output", "/dev/stdout", &races];
    let piped = command(work.path(), &arguments).output().expect("it runs");
    assert_eq!((piped.status.code(), stderr(&piped).as_str()), (Some(0), ""));
    assert!(piped.stdout.starts_with(b"path,"));
    let path = work.path().join("log.csv");
    fs::write(&path, "kept\n").expect("a file");
    let log = fs::File::options().append(true).open(&path).expect("the file");
    assert!(command(work.path(), &arguments).stdout(log).status().expect("it runs").success());
    let log = fs::read_to_string(&path).expect("the file");
    assert!(log.starts_with("kept\npath,"), "{}", &log[..40.min(log.len())]);
}
