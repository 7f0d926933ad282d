//! A service's export tells what its files do not know: names, sports and races; and days can be asked for.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use firstmile_fixtures::{Watch, fit, marathon, watch};

fn firstmile(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs")
}

/// Name, kind, sport and status of each row, by path and member.
fn rows(arguments: &[&str], folder: &Path) -> Vec<[String; 5]> {
    let output = firstmile(&[arguments, &["--format", "csv"]].concat(), folder);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut table = csv::Reader::from_reader(output.stdout.as_slice());
    let headings = table.headers().expect("headings").clone();
    let at = |name: &str| headings.iter().position(|heading| heading == name).expect("a column");
    let columns = ["name", "kind", "sport", "status"].map(at);
    let address = [at("path"), at("member")];
    let mut rows: Vec<[String; 5]> = table
        .records()
        .map(|row| {
            let row = row.expect("a row");
            let cell = |at: usize| row[at].to_owned();
            let place = address.map(cell).join("|");
            let [name, kind, sport, status] = columns.map(cell);
            [place, name, kind, sport, status]
        })
        .collect();
    rows.sort();
    rows
}

/// A FIT file that says running and nothing more.
fn recording(seed: u64) -> Vec<u8> {
    fit::write(&watch::record(&marathon(seed), &Watch::default()), &fit::Options::default())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("memory");
    packed.finish().expect("memory")
}

const STRAVA: &str = "Activity ID,Activity Date,Activity Name,Activity Type,Filename,Competition\n\
    1,\"Oct 13, 2019, 8:00:00 AM\",\"Slow, with Ann\",Run,activities/1.fit.gz,0.0\n\
    2,\"Oct 20, 2019, 8:00:00 AM\",Autumn classic,Run,activities/2.fit.gz,1.0\n";

#[test]
fn stravas_table_names_runs_and_races_in_a_folder_and_in_a_zip() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export");
    fs::create_dir_all(export.join("activities")).expect("a folder");
    let files = [("1", gzip(&recording(1))), ("2", gzip(&recording(2)))];
    for (number, bytes) in &files {
        fs::write(export.join(format!("activities/{number}.fit.gz")), bytes).expect("a file");
    }
    let nameless = rows(&["export"], folder.path());
    assert!(nameless.iter().all(|row| row[1].is_empty()), "{nameless:?}");
    fs::write(export.join("activities.csv"), STRAVA).expect("a file");
    let named =
        |rows: &[[String; 5]]| rows.iter().map(|row| [row[1].clone(), row[2].clone()]).collect::<Vec<_>>();
    let expected =
        [["Slow, with Ann", "training"], ["Autumn classic", "race"]].map(|row| row.map(str::to_owned));
    assert_eq!(named(&rows(&["export"], folder.path())), expected);
    // The files alone are still those of the export.
    assert_eq!(named(&rows(&["export/activities"], folder.path())), expected);
    let mut zip = zip::ZipWriter::new(fs::File::create(folder.path().join("me.zip")).expect("a file"));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (number, bytes) in &files {
        zip.start_file(format!("activities/{number}.fit.gz"), options).expect("a member");
        zip.write_all(bytes).expect("a member");
    }
    zip.start_file("activities.csv", options).expect("a member");
    zip.write_all(STRAVA.as_bytes()).expect("a member");
    zip.finish().expect("a zip");
    assert_eq!(named(&rows(&["me.zip"], folder.path())), expected);
    assert_eq!(named(&rows(&["me.zip!activities/2.fit.gz"], folder.path())), expected[1..]);
}

#[test]
fn garmins_table_tells_runs_by_their_first_second() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = recording(3);
    let start_s = firstmile::ingest::read(&bytes).expect("a recording")[0].start_s().expect("a start");
    let told = folder.path().join("DI_CONNECT/DI-Connect-Fitness");
    let files = folder.path().join("DI_CONNECT/DI-Connect-Uploaded-Files");
    fs::create_dir_all(&told).expect("a folder");
    fs::create_dir_all(&files).expect("a folder");
    fs::write(files.join("a@b_77.fit"), bytes).expect("a file");
    let table = format!(
        r#"[{{"summarizedActivitiesExport":[{{"name":"City marathon","activityType":"running","eventTypeId":1,"beginTimestamp":{:.0}}}]}}]"#,
        1000.0 * start_s
    );
    fs::write(told.join("a@b_0_summarizedActivities.json"), table).expect("a file");
    let rows = rows(&["."], folder.path());
    assert_eq!(rows[0][1..3], ["City marathon".to_owned(), "race".to_owned()]);
}

#[test]
fn a_table_that_cannot_be_read_is_a_line_and_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("1.fit"), recording(1)).expect("a file");
    fs::write(folder.path().join("activities.csv"), "Dateiname,Name\n1.fit,Lauf\n").expect("a file");
    let output = firstmile(&["--format", "csv", "."], folder.path());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("activities.csv") && told.contains("Filename") && told.lines().count() == 1,
        "{told}"
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout).matches("scored").count(), 1);
}

#[test]
fn days_of_the_runners_own_time_are_asked_for_and_the_others_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = recording(1);
    let activity = &firstmile::ingest::read(&bytes).expect("a recording")[0];
    let local_s = activity.start_s().expect("a start") + f64::from(activity.utc_offset_s.unwrap_or(0));
    let day = firstmile::units::civil(local_s as i64);
    let day = format!("{:04}-{:02}-{:02}", day.year, day.month, day.day);
    fs::write(folder.path().join("1.fit"), bytes).expect("a file");
    fs::write(folder.path().join("broken.fit"), b"not a recording").expect("a file");
    let counts = |arguments: &[&str]| {
        let output = firstmile(&[arguments, &["--format", "json", "."]].concat(), folder.path());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        ["scored", "unreadable", "skipped"].map(|count| report["summary"][count].as_u64().expect("a count"))
    };
    assert_eq!(counts(&["--since", &day, "--until", &day]), [1, 1, 0]);
    assert_eq!(counts(&["--since", &day[..7], "--until", &day[..4]]), [1, 1, 0]);
    // What has no day is not left out for it.
    assert_eq!(counts(&["--until", "1999"]), [0, 1, 1]);
    let none = firstmile(&["--since", "2100", "1.fit"], folder.path());
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("none of those days"));
    let wrong = firstmile(&["--since", "yesterday", "."], folder.path());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("2024-10-13"));
}
