//! The runner's day: by the offset in the file, else by the time zone at the first position, else
//! in UTC.

use std::fs;
use std::path::Path;

use firstmile::ingest;
use firstmile::measure::{MeasureOptions, Refusal, measure};
use firstmile::period::{Days, Period};
use firstmile::units::{Civil, DAY_S, civil, days_from_civil};
use firstmile_fixtures::earth::{Route, Shape};
use firstmile_fixtures::{Recording, Run, Watch, fit, gpx, tcx, watch};

use crate::common::program::{firstmile_in, stderr, stdout};
use crate::common::rows::columns;
use crate::common::{fixtures, temporary_folder, write};

/// Places for runs, (latitude, longitude) in degrees.
const NEW_ZEALAND: (f64, f64) = (-39.4, 175.6);
const NEPAL: (f64, f64) = (28.1, 84.3);

/// 2024-05-31T18:30:00Z, the morning of the first of June in New Zealand.
fn evening_s() -> f64 {
    days_from_civil(2024, 5, 31) as f64 * 86_400.0 + 18.5 * 3600.0
}

/// Returns an even run of 5 km at a place; without one on a treadmill.
fn recording(start_s: f64, place_deg: Option<(f64, f64)>) -> Recording {
    let (latitude_deg, longitude_deg) = place_deg.unwrap_or_default();
    let run = Run::new(start_s).paced(&[(5_000.0, 330.0)]).varied(6, 1.0).on(Route::new(
        latitude_deg,
        longitude_deg,
        40.0,
        Shape::Winding,
    ));
    let gps = Watch::default().gps.filter(|_| place_deg.is_some());
    watch::record(&run, &Watch { gps, ..Watch::default() })
}

fn gpx(start_s: f64, place_deg: (f64, f64)) -> Vec<u8> {
    gpx::write(&recording(start_s, Some(place_deg)), &gpx::Options::default())
}

/// Returns path and local start of each row.
fn local_starts(folder: &Path, flags: &[&str]) -> Vec<[String; 2]> {
    let output = firstmile_in(folder, &[&["--format", "csv"], flags, &["."]].concat());
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    columns(&output.stdout, ["path", "local_start"])
}

#[test]
fn the_local_start_is_by_the_file_else_by_the_position_else_in_utc() {
    let folder = temporary_folder();
    let here = folder.path();
    let fit = |place_deg, utc_offset_s| {
        fit::write(
            &recording(evening_s(), place_deg),
            &fit::Options { utc_offset_s, ..fit::Options::default() },
        )
    };
    write(here, "file.fit", fit(Some(NEPAL), -9 * 3600));
    write(here, "home.fit", fit(None, -9 * 3600));
    write(here, "nepal.fit", fit(Some(NEPAL), 0));
    write(here, "nepal.gpx", gpx(evening_s(), NEPAL));
    write(here, "summer.gpx", gpx(evening_s() - 180.0 * 86_400.0, NEW_ZEALAND));
    write(here, "treadmill.tcx", tcx::write(&recording(evening_s(), None), &tcx::Options::default()));
    write(here, "winter.gpx", gpx(evening_s(), NEW_ZEALAND));
    write(here, "x.fit", "not a recording");
    let expected = [
        ["file.fit", "2024-05-31T09:30:00-09:00"],
        ["home.fit", "2024-05-31T09:30:00-09:00"],
        ["nepal.fit", "2024-06-01T00:15:00+05:45"],
        ["nepal.gpx", "2024-06-01T00:15:00+05:45"],
        ["summer.gpx", "2023-12-04T07:30:00+13:00"],
        ["treadmill.tcx", "2024-05-31T18:30:00Z"],
        ["winter.gpx", "2024-06-01T06:30:00+12:00"],
        ["x.fit", ""],
    ];
    let found = local_starts(here, &[]);
    let found: Vec<[&str; 2]> =
        found.iter().map(|[path, start]| [path.trim_start_matches("./"), start.as_str()]).collect();
    assert_eq!(found, expected);
}

#[test]
fn since_until_and_a_profile_use_the_local_day() {
    let folder = temporary_folder();
    let here = folder.path();
    write(here, "run.gpx", gpx(evening_s(), NEW_ZEALAND));
    let is_kept = |flags: &[&str]| {
        let output = firstmile_in(here, &[flags, &["--format", "csv", "."]].concat());
        output.status.code() == Some(0) && stdout(&output).lines().count() == 2
    };
    assert!(is_kept(&["--since", "2024-06-01"]));
    assert!(is_kept(&["--since", "2024-06", "--until", "2024-06-01"]));
    assert!(!is_kept(&["--until", "2024-05-31"]));
    for (day, name) in [("2024-06-01", "First of June"), ("2024-05-31", "")] {
        write(here, "firstmile.toml", format!("[[runs]]\ndate = {day}\nname = \"First of June\"\n"));
        let output = firstmile_in(here, &["--format", "csv", "."]);
        assert_eq!(columns(&output.stdout, ["name"]), [[name]], "{day}");
    }
}

#[test]
fn texts_show_the_local_day_and_mention_where_it_is_in_utc() {
    let folder = temporary_folder();
    let here = folder.path();
    write(here, "run.gpx", gpx(evening_s(), NEW_ZEALAND));
    write(here, "indoors.tcx", tcx::write(&recording(evening_s(), None), &tcx::Options::default()));
    let shown = |arguments: &[&str]| stdout(&firstmile_in(here, arguments));
    for (flags, day) in [
        (&["-v"][..], "Saturday 1 Jun 2024"),
        (&["--format", "md"], "2024-06-01"),
        (&["--format", "html"], "2024-06-01"),
    ] {
        let page = shown(&[flags, &["run.gpx"]].concat());
        assert!(page.contains(day) && !page.contains("31 May") && !page.contains("2024-05-31"), "{page}");
        assert!(!page.contains("UTC"), "{flags:?}: {page}");
    }
    let page = shown(&["run.gpx"]);
    assert!(page.contains("Judged as a race (it covers 5 km without a long stop); --no-race"), "{page}");
    let page = shown(&["show", "run.gpx"]);
    assert!(page.contains(", 06:30:00 local time (UTC+12:00, by the first position)"), "{page}");
    let why = "neither the file nor a position gives the time zone";
    let page = shown(&["show", "indoors.tcx"]);
    assert!(page.contains(&format!(", 18:30:00 UTC; {why}")), "{page}");
    let page = shown(&["-v", "indoors.tcx"]);
    assert!(page.contains("31 May 2024") && page.contains(&format!("Its day is by UTC: {why}")), "{page}");
}

#[test]
fn what_began_on_other_days_is_not_measured() {
    let period = |local_s: f64| {
        let Civil { year, month, day, .. } = civil(local_s.floor() as i64);
        format!("{year:04}-{month:02}-{day:02}").parse::<Period>().ok()
    };
    let (mut days_asked, mut days_before, mut days_after) = (0, 0, 0);
    for file in fs::read_dir(fixtures::RACES).expect("the races") {
        let file = file.expect("a file").path();
        for activity in ingest::read(&fs::read(&file).expect("its bytes")).unwrap_or_default() {
            let is_other = |days| {
                let (_, outcome) = measure(&activity, &MeasureOptions::default().within(days));
                matches!(outcome, Err(Refusal::OtherDay))
            };
            let identity = measure(&activity, &MeasureOptions::default()).0;
            let Some(start_s) = identity.local_start_s() else { continue };
            let of_day = Days { since: period(start_s), until: period(start_s) };
            assert!(!is_other(of_day), "{}", file.display());
            days_asked += 1;
            let before = Days { until: period(start_s - 3.0 * DAY_S), ..Days::default() };
            let after = Days { since: period(start_s + 3.0 * DAY_S), ..Days::default() };
            days_before += usize::from(is_other(before));
            days_after += usize::from(is_other(after));
        }
    }
    // Times that do not rise are measured, since a repair may move the start.
    assert!(days_asked > 20 && days_before > days_asked / 2 && days_after == days_before);
}

#[cfg(feature = "parquet")]
#[test]
fn a_runs_table_keeps_the_local_time() {
    let folder = temporary_folder();
    let here = folder.path();
    write(&here.join("runs"), "nepal.gpx", gpx(evening_s(), NEPAL));
    write(
        &here.join("runs"),
        "treadmill.tcx",
        tcx::write(&recording(evening_s() - 86_400.0, None), &tcx::Options::default()),
    );
    let table = firstmile_in(here, &["--format", "parquet", "--output", "runs.parquet", "runs"]);
    assert_eq!(table.status.code(), Some(0), "{}", stderr(&table));
    for arguments in [&["--format", "csv"][..], &["-v", "--since", "2024-05-30"]] {
        let of = |input: &str| stdout(&firstmile_in(here, &[arguments, &[input]].concat()));
        assert_eq!(of("runs"), of("runs.parquet"), "{arguments:?}");
        let text = of("runs");
        assert!(text.contains("2024-06-01") || text.contains("1 Jun 2024"), "{arguments:?}: {text}");
    }
    let until = firstmile_in(here, &["--until", "2024-05-31", "--format", "csv", "runs.parquet"]);
    assert_eq!(columns(&until.stdout, ["local_start"]), [["2024-05-30T18:30:00Z"]]);
}
