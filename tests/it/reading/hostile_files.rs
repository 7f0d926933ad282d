//! Small files with big appetites: memory, time, special files, and the same bytes in any order.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::archive::zip;
use crate::common::damage::Chance;
use crate::common::fixtures::{RACES, even, positive};
use crate::common::program::{FIRSTMILE, command, firstmile_in, stderr, stdout_in};
use crate::common::rows::columns;
use crate::common::{temporary_folder, write};

/// The files of an attack; they are not part of the repository.
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases/hostile");

/// Without optimisation the program takes several times as long.
const SECONDS: u32 = if cfg!(debug_assertions) { 25 } else { 5 };

#[cfg(target_os = "linux")]
#[test]
fn every_hostile_case_ends_in_time_and_memory_with_a_row_or_a_line() {
    let Ok(cases) = fs::read_dir(CASES) else {
        eprintln!("skipped: no ../shared/cases/hostile");
        return;
    };
    let mut cases: Vec<_> = cases.map(|case| case.expect("an entry").path()).collect();
    cases.sort();
    for case in cases {
        let limited =
            format!("ulimit -t {SECONDS}; exec /usr/bin/time -o peak -f %M \"$0\" --format csv \"$1\"");
        let work = temporary_folder();
        let output = Command::new("sh")
            .args(["-c", &limited, FIRSTMILE])
            .arg(&case)
            .current_dir(work.path())
            .output()
            .expect("it runs");
        let name = case.display();
        assert!(
            matches!(output.status.code(), Some(0 | 2)),
            "{name}: {:?} {}",
            output.status,
            stderr(&output)
        );
        let lines = String::from_utf8_lossy(&output.stdout).lines().count();
        assert!(lines > 1 || stderr(&output).starts_with("firstmile: "), "{name}: {}", stderr(&output));
        let peak = fs::read_to_string(work.path().join("peak")).unwrap_or_default();
        let Some(kib) = peak.lines().last().and_then(|kib| kib.parse::<u64>().ok()) else {
            eprintln!("memory not measured: no /usr/bin/time");
            continue;
        };
        assert!(kib < 512 << 10, "{name}: {kib} KiB");
    }
}

/// Returns the names of members.
fn names(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("{number}.fit"))
}

#[test]
fn a_million_nested_elements_do_not_hold_up_the_library_readers() {
    let work = temporary_folder();
    let nested = "<a>".repeat(1_000_000);
    write(work.path(), "a.gpx", format!("<gpx version='1.1' creator='x'><trk><extensions>{nested}"));
    let found = rows(work.path(), &["--reader", "library", "a.gpx"]);
    assert!(found[0][2].contains("elements nested deeper than 500"), "{found:?}");
}

/// Returns path, status and detail of each row.
fn rows(folder: &Path, arguments: &[&str]) -> Vec<[String; 3]> {
    let output = firstmile_in(folder, &[&["--format", "csv"], arguments].concat());
    columns(&output.stdout, ["path", "status", "detail"])
}

#[test]
fn results_above_max_memory_are_rows_and_the_batch_goes_on_the_same_with_any_jobs() {
    let work = temporary_folder();
    let here = work.path();
    for number in 0..30 {
        // The sizes of results differ, so that a later file may find place where one did not.
        write(here, &format!("runs/{number:02}.fit"), if number % 3 == 0 { even() } else { positive() });
    }
    write(here, "runs/04.zip", zip(&names(40).map(|name| (name, even())).collect::<Vec<_>>()));
    write(here, "runs/05.gpx", "<gpx>");
    let with = |jobs: &str| rows(here, &["--jobs", jobs, "--max-memory", "100K", "runs"]);
    let first = with("1");
    let is_over =
        |row: &&[String; 3]| row[2].contains("take more than 102400 bytes of memory (--max-memory)");
    let over = first.iter().filter(is_over).count();
    assert!((5..29).contains(&over) && first.len() == 32, "{over} of {first:?}");
    assert!(first.iter().any(|row| row[0] == "runs/04.zip" && row[1] == "unreadable"), "{first:?}");
    assert!(first.iter().any(|row| row[1] == "scored"), "{first:?}");
    for jobs in ["2", "8", "32", "8", "8"] {
        assert_eq!(with(jobs), first, "{jobs} jobs");
    }
    assert!(rows(here, &["runs"]).iter().all(|row| !is_over(&row)), "the default is half of the machine's");
    let tiny = rows(here, &["--max-memory", "1", "runs/01.fit", "runs/02.fit"]);
    assert!(
        tiny.len() == 2 && tiny.iter().all(|row| row[2].contains("more than 1 bytes of memory")),
        "{tiny:?}"
    );
}

#[test]
fn rows_without_an_activity_count_against_a_limit() {
    let work = temporary_folder();
    let inner = zip(&names(60).map(|name| (name, "no recording")).collect::<Vec<_>>());
    write(work.path(), "a.zip", zip(&[("1.zip", &inner), ("2.zip", &inner)]));
    let flags = ["--max-members", "100", "--max-activities", "100", "a.zip"];
    let found = rows(work.path(), &flags);
    assert!(found.len() == 1 && found[0][2].contains("more than 100 "), "{found:?}");
    assert_eq!(rows(work.path(), &["a.zip"]).len(), 120);
}

#[test]
fn the_names_in_an_archive_have_a_limit_in_total() {
    let work = temporary_folder();
    let name = "n".repeat(60_000);
    let names: Vec<(String, &[u8])> = (0..600).map(|number| (format!("{number}{name}"), &b""[..])).collect();
    write(work.path(), "a.zip", zip(&names));
    let found = rows(work.path(), &["a.zip"]);
    assert!(
        found.len() == 1 && found[0][2].contains("names of its members have more than 33554432"),
        "{found:?}"
    );
}

/// Makes a named pipe. Opening it for reading waits for a writer, for ever.
#[cfg(unix)]
fn fifo(folder: &Path, name: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

#[cfg(unix)]
#[test]
fn a_pipe_or_socket_in_or_beside_a_folder_is_skipped_and_not_opened() {
    let work = temporary_folder();
    let here = work.path();
    write(here, "runs/a.fit", even());
    for name in
        ["runs/pipe.fit", "runs/activities.csv", "activities.csv", "runs/firstmile.toml", "firstmile.toml"]
    {
        fifo(here, name);
    }
    let _socket = std::os::unix::net::UnixListener::bind(here.join("runs/socket.fit")).expect("a socket");
    std::os::unix::fs::symlink("pipe.fit", here.join("runs/link.fit")).expect("a link");
    for arguments in [&["runs"][..], &["history", "runs"], &["verify", "runs"], &["roster", "."]] {
        // A program that opened a pipe would wait, and the shell would stop it.
        let mut child = command(here, arguments).stdout(Stdio::null()).spawn().expect("it runs");
        let begun = std::time::Instant::now();
        let status = loop {
            match child.try_wait().expect("a status") {
                Some(status) => break status.code(),
                None if begun.elapsed().as_secs() > 60 => {
                    child.kill().expect("killed");
                    break None;
                }
                None => std::thread::sleep(std::time::Duration::from_millis(5)),
            }
        };
        assert_eq!(status, Some(0), "{arguments:?}");
    }
    let json = stdout_in(here, &["--format", "json", "runs"]);
    let document: serde_json::Value = serde_json::from_str(&json).expect("a document");
    let counts = ["scored", "unreadable", "skipped"].map(|name| document["summary"][name].as_u64());
    assert_eq!(counts, [Some(1), Some(0), Some(5)], "{}", document["summary"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_named_pipe_or_endless_device_is_read_up_to_a_limit() {
    let work = temporary_folder();
    let shell = |script: &str| {
        let output = Command::new("bash")
            .args(["-c", script, FIRSTMILE, &format!("{RACES}/2016-04-17_quayside-5k_even.fit")])
            .current_dir(work.path())
            .output()
            .expect("bash");
        columns(&output.stdout, ["status", "detail"])
    };
    assert_eq!(shell("\"$0\" --format csv <(cat \"$1\")")[0][0], "scored");
    let endless = shell("\"$0\" --format csv --max-bytes 1M /dev/zero");
    assert!(endless[0][1].contains("more than 1048576 bytes (--max-bytes)"), "{endless:?}");
    // The system says that this file is empty.
    assert_eq!(shell("\"$0\" --format csv /proc/self/maps").len(), 1);
    let list = firstmile_in(work.path(), &["--files-from0", "/dev/zero"]);
    assert_eq!(list.status.code(), Some(2));
    assert!(stderr(&list).contains("/dev/zero: it has more than 268435456 bytes"), "{}", stderr(&list));
}

/// Tables of nested archives and twins with equal marks: nothing may depend on which comes first.
#[test]
fn ties_have_the_same_bytes_in_50_orders_with_1_2_8_and_32_jobs() {
    let work = temporary_folder();
    let here = work.path();
    let table = |title: &str| {
        format!(
            "Activity ID,Activity Name,Activity Type,Filename\n1,{title},Run,activities/1.fit\n\
             2,{title} again,Run,activities/2.fit\n"
        )
    };
    let export = |title: &str| {
        zip(&[
            ("activities.csv", table(title).into_bytes()),
            ("activities/1.fit", even()),
            ("activities/2.fit", positive()),
        ])
    };
    let outer = zip(&[
        ("activities.csv", table("outer").into_bytes()),
        ("activities/1.fit", even()),
        ("b/ada.zip", export("Ada's")),
        ("a/ben.zip", export("Ben's")),
    ]);
    write(here, "one.zip", &outer);
    write(here, "two.zip", zip(&[("1/all.zip", &outer), ("2/all.zip", &outer)]));
    write(here, "export/activities.csv", table("folder"));
    write(here, "export/activities/1.fit", even());
    write(here, "export/activities/2.fit", positive());
    for name in ["x.fit", "y.fit", "z.fit"] {
        write(here, name, even());
    }
    let mut inputs = ["one.zip", "two.zip", "export", "x.fit", "y.fit", "z.fit"];
    let mut chance = Chance::new(27);
    let mut first = Vec::new();
    for round in 0..50 {
        for at in (1..inputs.len()).rev() {
            inputs.swap(at, chance.below(at + 1));
        }
        let (jobs, format) = (["1", "2", "8", "32"][round % 4], ["csv", "json"][round / 4 % 2]);
        let output = firstmile_in(here, &[&["--format", format, "--jobs", jobs], &inputs[..]].concat());
        assert_eq!(stderr(&output), "");
        match first.get(round / 4 % 2) {
            None => first.push(output.stdout),
            Some(first) => {
                assert!(*first == output.stdout, "round {round}, {jobs} jobs, {format}: {inputs:?}");
            }
        }
        if first.len() < 2 {
            // The first of the other format.
            let json = firstmile_in(here, &[&["--format", "json"], &inputs[..]].concat());
            first.push(json.stdout);
        }
    }
    assert!(String::from_utf8_lossy(&first[0]).contains("Ben's again"));
}

/// Makes a FIT file of sessions, and of laps that have no start and so belong to each of them.
fn sessions_and_laps(count: u32) -> Vec<u8> {
    let mut data = vec![0x40, 0, 0, 0, 0, 1, 0, 1, 0, 0, 4];
    data.extend([0x41, 0, 0, 18, 0, 1, 2, 4, 0x86]);
    for number in 0..count {
        data.push(1);
        data.extend((1_000_000_000 + number).to_le_bytes());
    }
    data.extend([0x42, 0, 0, 19, 0, 1, 0, 1, 2]);
    data.extend([2, 0].repeat(count as usize));
    let length = u32::try_from(data.len()).expect("short").to_le_bytes();
    [&[12, 0x10, 0, 0], &length[..], b".FIT", &data, &[0, 0]].concat()
}

#[test]
fn laps_that_belong_to_every_session_are_counted_over_all_files_of_a_chain() {
    let folder = temporary_folder();
    let folder = folder.path();
    write(folder, "races/good.fit", even());
    write(folder, "races/one.fit", sessions_and_laps(400));
    write(folder, "races/two.fit", sessions_and_laps(400).repeat(2));
    let rows = rows(folder, &["races"]);
    let of = |name: &str| rows.iter().filter(|row| row[0].ends_with(name)).count();
    assert_eq!((of("good.fit"), of("one.fit"), of("two.fit")), (1, 400, 1));
    let two = rows.iter().find(|row| row[0].ends_with("two.fit")).expect("a row");
    assert!(two[2].contains("--max-samples"), "{two:?}");
}
