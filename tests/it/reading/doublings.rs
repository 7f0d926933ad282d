//! Twice of everything that a file or folder may have many of takes about twice the instructions.
//!
//! Counted by valgrind, which a busy machine does not change.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::archive::zip;
use crate::common::program::FIRSTMILE;
use crate::common::{temporary_folder, write};

/// Things of which there may be many.
struct Many {
    what: &'static str,
    /// How many are counted first.
    count: usize,
    /// Writes so many into a folder.
    make: fn(&Path, usize),
    arguments: &'static [&'static str],
}

const MANY: [Many; 13] = [
    Many {
        what: "indexes × members",
        count: 80,
        make: |folder, count| {
            let table = "Activity ID,Activity Name,Activity Type,Filename\n1,t,Run,a.gpx\n";
            let both = |number| {
                [("activities.csv", table.to_owned()), ("a.gpx", gpx(number, 1))]
                    .map(|(name, text)| (format!("{number}/{name}"), text))
            };
            write(folder, "a.zip", zip(&(0..count).flat_map(both).collect::<Vec<_>>()));
        },
        arguments: &["--format", "csv", "a.zip"],
    },
    Many {
        what: "rows of an index × members",
        count: 150,
        make: |folder, count| {
            let mut table = "Activity ID,Activity Name,Activity Type,Filename\n".to_owned();
            (0..count).for_each(|number| _ = writeln!(table, "{number},t,Run,{number}.gpx"));
            zip_of(folder, count, &[("activities.csv".to_owned(), table)]);
        },
        arguments: &["--format", "csv", "a.zip"],
    },
    Many {
        what: "entries of a profile × runs",
        count: 150,
        make: |folder, count| {
            let entry = |number| {
                let (year, month, day) = (1000 + number / 336, 1 + number / 28 % 12, 1 + number % 28);
                format!("[[runs]]\ndate = \"{year:04}-{month:02}-{day:02}\"\nrace = true\n")
            };
            write(folder, "firstmile.toml", (0..count).map(entry).collect::<String>());
            zip_of(folder, count, &[]);
        },
        arguments: &["--format", "csv", "a.zip"],
    },
    Many {
        what: "addresses × members of an archive",
        count: 150,
        make: |folder, count| {
            zip_of(folder, count, &[]);
            let address = |number| format!("a.zip!{number}.gpx\0");
            write(folder, "list", (0..count).map(address).collect::<String>());
        },
        arguments: &["--format", "csv", "--files-from0", "list"],
    },
    Many {
        what: "numbered addresses × activities of a file",
        count: 300,
        make: |folder, count| {
            write(folder, "a.gpx", gpx(0, count));
            let address = |number| format!("a.gpx#{}\0", 1 + number);
            write(folder, "list", (0..count).map(address).collect::<String>());
        },
        arguments: &["--format", "csv", "--files-from0", "list"],
    },
    Many {
        what: "`!` in a path × paths",
        count: 40,
        make: |folder, count| {
            zip_of(folder, 1, &[]);
            let address = |number| format!("a.zip!{}{number}\0", "!".repeat(400));
            write(folder, "list", (0..count).map(address).collect::<String>());
        },
        arguments: &["--format", "csv", "--files-from0", "list"],
    },
    Many {
        what: "athletes of a roster",
        count: 40,
        make: |folder, count| {
            for number in 0..count {
                write(folder, &format!("club/{number}/a.gpx"), gpx(number, 1));
            }
        },
        arguments: &["roster", "club"],
    },
    Many {
        what: "columns of `-v`",
        count: 100,
        make: |folder, count| zip_of(folder, count, &[]),
        arguments: &["-v", "a.zip"],
    },
    Many {
        what: "runs that start at once, without places",
        count: 25,
        make: |folder, count| {
            let run = |number| (format!("{number}.tcx"), tcx(0, 5_000.0 + 7.0 * number as f64));
            write(folder, "a.zip", zip(&(0..count).map(run).collect::<Vec<_>>()));
        },
        arguments: &["--format", "csv", "a.zip"],
    },
    Many {
        what: "races of a history",
        count: 40,
        make: |folder, count| {
            let entry = |number| format!("[[runs]]\nfile = \"{number}.tcx\"\nrace = true\n");
            write(folder, "firstmile.toml", (0..count).map(entry).collect::<String>());
            for number in 0..count {
                let metres = 10_000.0 + 13.0 * (number % 7) as f64;
                write(folder, &format!("{number}.tcx"), tcx(17 * 86_400 * number, metres));
            }
        },
        arguments: &["history", "."],
    },
    Many {
        what: "runners of a field",
        count: 40,
        make: |folder, count| {
            let run = |number| (format!("{number}.tcx"), tcx(number, 10_000.0 + 5.0 * (number % 11) as f64));
            write(folder, "a.zip", zip(&(0..count).map(run).collect::<Vec<_>>()));
        },
        arguments: &["field", "--course", "10k", "a.zip"],
    },
    Many {
        what: "jumps of the clock × stops",
        count: 1_500,
        make: |folder, count| write(folder, "a.fit", jumps_and_stops(count)),
        arguments: &["--format", "csv", "a.fit"],
    },
    Many {
        what: "characters × faults, in UTF-16",
        count: 1_000,
        make: |folder, count| {
            let point = "<trkpt lat='north' lon='11'><ele>high</ele><time>noon</time></trkpt>";
            let text = format!("\u{feff}<gpx><trk><trkseg>{}", point.repeat(count));
            write(folder, "a.gpx", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        },
        arguments: &["--format", "csv", "a.gpx"],
    },
];

/// Makes a GPX file of runs of one point each.
fn gpx(number: usize, count: usize) -> String {
    let day = |number: usize| {
        format!("20{:02}-{:02}-{:02}", number / 336 % 99, 1 + number / 28 % 12, 1 + number % 28)
    };
    let run = |number| {
        format!(
            "<trk><trkseg><trkpt lat='48' lon='11'><time>{}T08:00:00Z</time></trkpt></trkseg></trk>",
            day(number)
        )
    };
    format!("<gpx>{}</gpx>", (number..number + count).map(run).collect::<String>())
}

/// Writes an archive of GPX files of one point, with other members.
fn zip_of(folder: &Path, count: usize, others: &[(String, String)]) {
    let mut members: Vec<_> = (0..count).map(|number| (format!("{number}.gpx"), gpx(number, 1))).collect();
    members.extend_from_slice(others);
    write(folder, "a.zip", zip(&members));
}

/// Makes a TCX file of a run without places, in 50 minutes, so many seconds after eight o'clock.
fn tcx(start_s: usize, metres: f64) -> String {
    let time = |seconds: usize| {
        let (day, second) = (seconds / 86_400, seconds % 86_400);
        let (year, month, date) = (2000 + day / 336, 1 + day / 28 % 12, 1 + day % 28);
        format!(
            "{year}-{month:02}-{date:02}T{:02}:{:02}:{:02}Z",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    };
    let point = |step: usize| {
        let (seconds, share) = (start_s + 8 * 3600 + step * 20, step as f64 / 150.0);
        // Slower towards the end, and not too even to be believed.
        let uneven_m = if step == 150 { 0.0 } else { (step * 7 % 5) as f64 };
        let metres = metres * share * (1.06 - 0.06 * share) + uneven_m;
        format!(
            "<Trackpoint><Time>{}</Time><DistanceMeters>{metres:.1}</DistanceMeters></Trackpoint>",
            time(seconds)
        )
    };
    format!(
        "<TrainingCenterDatabase><Activities><Activity Sport='Running'><Id>{}</Id><Lap StartTime='{}'><Track>{}\
         </Track></Lap></Activity></Activities></TrainingCenterDatabase>",
        time(start_s + 8 * 3600),
        time(start_s + 8 * 3600),
        (0..=150).map(point).collect::<String>()
    )
}

/// Makes a FIT file of records and timer stops whose clock goes back and forth.
fn jumps_and_stops(count: usize) -> Vec<u8> {
    // Records of a time and a distance; events of a time, a kind and whether the timer starts or
    // stops.
    let mut data = vec![0x40, 0, 0, 20, 0, 2, 253, 4, 0x86, 5, 4, 0x86];
    data.extend([0x41, 0, 0, 21, 0, 3, 253, 4, 0x86, 0, 1, 0, 1, 1, 0]);
    for number in 0..u32::try_from(count).expect("few") {
        let jump = if number % 2 == 0 { 0 } else { 100_000 };
        let time_s = 1_000_000_000 + 10 * number + jump;
        data.push(0);
        data.extend(time_s.to_le_bytes());
        data.extend((3_000 * number).to_le_bytes());
        for (second, action) in [(1, 4), (3, 0)] {
            data.push(1);
            data.extend((time_s + second).to_le_bytes());
            data.extend([0, action]);
        }
    }
    let length = u32::try_from(data.len()).expect("short").to_le_bytes();
    [&[12, 0x10, 0, 0], &length[..], b".FIT", &data, &[0, 0]].concat()
}

/// Counts the program's instructions; `None` without valgrind.
fn instructions(folder: &Path, arguments: &[&str]) -> Option<u64> {
    let mut counted = Command::new("valgrind");
    counted.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-file=log", FIRSTMILE]);
    let output = counted.args(arguments).args(["--jobs", "1"]).current_dir(folder).output().ok()?;
    assert!(output.stdout.len() > 100, "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let log = fs::read_to_string(folder.join("log")).expect("a log");
    let count = log.lines().find_map(|line| line.split_once("Collected : "))?.1;
    Some(count.trim().parse().expect("a number"))
}

#[test]
fn twice_as_many_take_about_twice_the_instructions() {
    for Many { what, count, make, arguments } in MANY {
        let counts = [count, 2 * count, 4 * count].map(|count| {
            let folder = temporary_folder();
            make(folder.path(), count);
            instructions(folder.path(), arguments)
        });
        let [Some(once), Some(twice), Some(four)] = counts else {
            eprintln!("skipped: no valgrind");
            return;
        };
        // What does not depend on the number is in all three. The ratio is 2 where time grows with
        // the number, 2.2 with n log n, and 4 with its square.
        let ratio = (four as f64 - twice as f64) / (twice as f64 - once as f64);
        eprintln!("{what}: {once} {twice} {four}, {ratio:.2}");
        assert!(ratio < 2.8, "{what}: {once} instructions, {twice} for twice as many, {four} for four times");
    }
}
