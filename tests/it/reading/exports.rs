//! A service's export: names and race flags come from its own index. And `--since`, `--until`.

use std::path::Path;

use firstmile::{ingest, units};
use firstmile_fixtures::{Watch, fit, marathon, watch};

use crate::common::archive::{gzip, zip};
use crate::common::program::{firstmile_in, stderr, stdout};
use crate::common::rows::columns;
use crate::common::{temporary_folder, write};

/// Returns name and kind of each row, sorted by address.
fn names_and_kinds(folder: &Path, arguments: &[&str]) -> Vec<[String; 2]> {
    let output = firstmile_in(folder, &[arguments, &["--format", "csv"]].concat());
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    let mut rows = columns(&output.stdout, ["path", "member", "name", "kind"]);
    rows.sort();
    rows.into_iter().map(|[_, _, name, kind]| [name, kind]).collect()
}

/// Returns a FIT file that states its sport, running, and nothing more.
fn recording(seed: u64) -> Vec<u8> {
    fit::write(&watch::record(&marathon(seed), &Watch::default()), &fit::Options::default())
}

const STRAVA: &str = "Activity ID,Activity Date,Activity Name,Activity Type,Filename,Competition\n\
    1,\"Oct 13, 2019, 8:00:00 AM\",\"Slow, with Ann\",Run,activities/1.fit.gz,0.0\n\
    2,\"Oct 20, 2019, 8:00:00 AM\",Autumn classic,Run,activities/2.fit.gz,1.0\n";

#[test]
fn stravas_activities_csv_names_runs_and_races_in_a_folder_and_in_a_zip() {
    let folder = temporary_folder();
    let here = folder.path();
    let files = [("activities/1.fit.gz", gzip(&recording(1))), ("activities/2.fit.gz", gzip(&recording(2)))];
    for (name, bytes) in &files {
        write(&here.join("export"), name, bytes);
    }
    let unnamed = names_and_kinds(here, &["export"]);
    assert!(unnamed.iter().all(|[name, _]| name.is_empty()), "{unnamed:?}");
    write(here, "export/activities.csv", STRAVA);
    let expected =
        [["Slow, with Ann", "training"], ["Autumn classic", "race"]].map(|row| row.map(str::to_owned));
    assert_eq!(names_and_kinds(here, &["export"]), expected);
    // A subfolder of an export still belongs to it.
    assert_eq!(names_and_kinds(here, &["export/activities"]), expected);
    let [first, second] = files;
    write(here, "me.zip", zip(&[first, second, ("activities.csv", STRAVA.into())]));
    assert_eq!(names_and_kinds(here, &["me.zip"]), expected);
    assert_eq!(names_and_kinds(here, &["me.zip!activities/2.fit.gz"]), expected[1..]);
}

#[test]
fn stravas_activities_csv_is_read_in_other_languages() {
    for (table, name, kind) in [
        (
            "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Dateiname,Wettkampf\n\
             1,\"12.05.2024, 09:00:00\",Rund um den See,Lauf,activities/1.fit.gz,1.0\n",
            "Rund um den See",
            "race",
        ),
        (
            "id,date,name,type,description,elapsed_time,distance,commute,gear,filename\n\
             1,2018-09-12 15:02:23,Slow with Ann,Run,,3000,10000.0,false,,activities/1.fit.gz\n",
            "Slow with Ann",
            "training",
        ),
        (
            "アクティビティID;アクティビティ名;アクティビティタイプ;ファイル名\n1;皇居を一周;ラン;activities/1.fit.gz\n",
            "皇居を一周",
            "training",
        ),
    ] {
        let folder = temporary_folder();
        write(folder.path(), "activities/1.fit.gz", gzip(&recording(1)));
        write(folder.path(), "activities.csv", table);
        assert_eq!(names_and_kinds(folder.path(), &["."]), [[name, kind].map(str::to_owned)]);
    }
}

#[test]
fn stravas_paths_are_found_with_other_slashes_and_in_other_case() {
    for path in ["activities\\1.fit.gz", "activities/1.FIT.GZ", "Activities/1.fit"] {
        let folder = temporary_folder();
        write(folder.path(), "activities/1.fit.gz", gzip(&recording(1)));
        write(folder.path(), "activities.csv", format!("Activity Name,Filename\nWith Ann,{path}\n"));
        assert_eq!(names_and_kinds(folder.path(), &["."])[0][0], "With Ann", "{path}");
    }
}

#[test]
fn garmins_summary_names_runs_by_their_start_time() {
    let folder = temporary_folder();
    let bytes = recording(3);
    let start_s = ingest::read(&bytes).expect("a recording")[0].start_s().expect("a start");
    let table = format!(
        r#"[{{"summarizedActivitiesExport":[{{"name":"City marathon","activityType":"running","eventTypeId":1,"beginTimestamp":{:.0}}}]}}]"#,
        1000.0 * start_s
    );
    let connect = folder.path().join("DI_CONNECT");
    write(&connect, "DI-Connect-Uploaded-Files/a@b_77.fit", bytes);
    write(&connect, "DI-Connect-Fitness/a@b_0_summarizedActivities.json", table);
    assert_eq!(names_and_kinds(folder.path(), &["."])[0], ["City marathon", "race"]);
}

#[test]
fn an_unreadable_activities_csv_is_one_line_on_stderr() {
    let folder = temporary_folder();
    write(folder.path(), "1.fit", recording(1));
    write(folder.path(), "activities.csv", "Fil,Navn\n1.fit,Løb\n");
    let output = firstmile_in(folder.path(), &["--format", "csv", "."]);
    let errors = stderr(&output);
    assert!(
        errors.contains("activities.csv") && errors.contains("Filename") && errors.lines().count() == 1,
        "{errors}"
    );
    assert_eq!(stdout(&output).matches("scored").count(), 1);
}

#[test]
fn since_and_until_select_local_days_and_the_rest_is_counted() {
    let folder = temporary_folder();
    let bytes = recording(1);
    let activity = &ingest::read(&bytes).expect("a recording")[0];
    let local_s = activity.start_s().expect("a start") + f64::from(activity.utc_offset_s.unwrap_or(0));
    let day = units::civil(local_s as i64);
    let day = format!("{:04}-{:02}-{:02}", day.year, day.month, day.day);
    write(folder.path(), "1.fit", bytes);
    write(folder.path(), "broken.fit", b"not a recording");
    let counts = |arguments: &[&str]| {
        let output = firstmile_in(folder.path(), &[arguments, &["--format", "json", "."]].concat());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        ["scored", "unreadable", "skipped"].map(|count| report["summary"][count].as_u64().expect("a count"))
    };
    assert_eq!(counts(&["--since", &day, "--until", &day]), [1, 1, 0]);
    assert_eq!(counts(&["--since", &day[..7], "--until", &day[..4]]), [1, 1, 0]);
    // A file without a day is kept.
    assert_eq!(counts(&["--until", "1999"]), [0, 1, 1]);
    let none = firstmile_in(folder.path(), &["--since", "2100", "1.fit"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(stderr(&none).contains("none of those days"));
    let wrong = firstmile_in(folder.path(), &["--since", "yesterday", "."]);
    assert!(stderr(&wrong).contains("2024-10-13"));
}

/// An index in one inner archive says nothing of another's members, whichever is read first.
#[test]
fn an_inner_archives_index_is_its_own_at_any_number_of_threads() {
    let work = temporary_folder();
    let index = "Activity ID,Activity Name,Activity Type,Filename\n7,City Run,Run,1.fit\n";
    let with_index = [("activities.csv", index.as_bytes().to_vec()), ("1.fit", recording(3))];
    let without = [("1.fit", recording(4))];
    let members = [("a.zip", zip(&with_index)), ("b.zip", zip(&without)), ("c.zip", zip(&with_index))];
    write(work.path(), "export.zip", zip(&members));
    let expected = [["City Run"], [""], ["City Run"]];
    for jobs in ["1", "2", "8", "32"] {
        for _ in 0..5 {
            let output = firstmile_in(work.path(), &["--format", "csv", "--jobs", jobs, "export.zip"]);
            assert_eq!(columns(&output.stdout, ["name"]), expected, "{jobs} threads");
        }
    }
}
