//! Recordings as real devices and apps write them: each kind of oddity gives the true numbers.
//!
//! Every test makes a run with known times, writes it as one kind of device does, and compares what
//! is measured with the truth. A list of phrases names the notes of DATA-01, no more and no fewer.

use std::collections::HashMap;
use std::fmt::Write;

use firstmile::history::{self, Entry, Outcome};
use firstmile::ingest;
use firstmile::measure::{Basis, DistanceSource, Identity, MeasureOptions, Measured, Refusal, measure};
use firstmile_fixtures::calendar::iso;
use firstmile_fixtures::damage::{self, Part};
use firstmile_fixtures::earth::{Route, Shape};
use firstmile_fixtures::fit::Missing;
use firstmile_fixtures::run::{Climb, Piece, Stop};
use firstmile_fixtures::watch::{Gps, Lap, Recording, Sample, Sampling, record};
use firstmile_fixtures::{Run, Truth, View, Watch, fit, gpx, tcx};

use crate::common::program::firstmile_in;
use crate::common::rows::{columns, rows};
use crate::common::{temporary_folder, write};

/// 2023-05-14, 7:10 UTC.
pub(super) const START_S: f64 = 1_684_048_200.0;
const HOUR_S: f64 = 3_600.0;
pub(super) const DAY_S: f64 = 86_400.0;
/// Tolerance of first mile, final mile and halves, seconds.
const WITHIN_S: f64 = 1.5;
/// Tolerance of the distance, as a share.
const WITHIN_SHARE: f64 = 0.003;
/// No notes.
pub(super) const SOUND: &[&str] = &[];

/// Returns 10 km, from 4:30 /km at the start to 5:15 /km at the end.
pub(super) fn ten_km() -> Run {
    Run::new(START_S)
        .paced(&[(2_000.0, 270.0), (3_000.0, 285.0), (6_000.0, 300.0), (10_000.0, 315.0)])
        .varied(14, 2.0)
        .heart(142.0, 168.0)
        .on(Route::new(47.6, 9.4, 40.0, Shape::Winding))
}

/// Returns 10 km with two stops of the timer.
fn with_stops() -> Run {
    ten_km().stop(Stop::paused(3_200.0, 300.0)).stop(Stop::paused(7_100.0, 120.0))
}

/// Returns a watch outdoors, a sample each second.
pub(super) fn outdoors() -> Watch {
    let gps = Gps { wander_m: 0.5, ..Gps::default() };
    Watch { sampling: Sampling::Every(1.0), gps: Some(gps), ..Watch::default() }
}

/// Returns a watch on a treadmill, a sample each second.
fn indoors() -> Watch {
    Watch { gps: None, altitude_sd_m: None, ..outdoors() }
}

/// Returns the FIT sport of a run on a treadmill.
fn treadmill() -> fit::Options {
    fit::Options { sport: (1, 1), ..fit::Options::default() }
}

fn no_events() -> fit::Options {
    fit::Options { missing: Missing::All, ..fit::Options::default() }
}

pub(super) fn as_fit(recording: &Recording) -> Vec<u8> {
    fit::write(recording, &fit::Options::default())
}

pub(super) fn as_gpx(recording: &Recording) -> String {
    String::from_utf8(gpx::write(recording, &gpx::Options::default())).expect("UTF-8")
}

pub(super) fn as_tcx(recording: &Recording) -> String {
    String::from_utf8(tcx::write(recording, &tcx::Options::default())).expect("UTF-8")
}

/// Returns a sound recording after a change.
pub(super) fn changed(run: &Run, watch: &Watch, change: impl Fn(&mut Recording)) -> Recording {
    let mut recording = record(run, watch);
    change(&mut recording);
    recording
}

/// Reads and measures the only activity of a file.
pub(super) fn measured(bytes: impl AsRef<[u8]>) -> (Identity, Result<Measured, Refusal>) {
    let activities = ingest::read(bytes.as_ref()).expect("an activity");
    assert_eq!(activities.len(), 1, "activities");
    measure(&activities[0], &MeasureOptions::default())
}

/// Returns the code of the refusal of a file's only activity.
pub(super) fn refused(bytes: impl AsRef<[u8]>) -> &'static str {
    measured(bytes).1.map(|measured| measured.ledger).expect_err("refused").code()
}

/// Checks a file against the truth of its run, and its notes against phrases of them, in order.
pub(super) fn check(kind: &str, bytes: impl AsRef<[u8]>, run: &Run, notes: &[&str]) -> (Identity, Measured) {
    let truth = Truth::of(run, &View::training(firstmile_fixtures::Basis::Timer));
    let (identity, outcome) = measured(bytes);
    let found = outcome.unwrap_or_else(|refusal| panic!("{kind}: {refusal}; {:?}", identity.notes));
    let view = &found.recorded;
    let mut wrong = String::new();
    for (name, value, truth, within) in [
        ("distance", view.distance_m, truth.distance_m, WITHIN_SHARE * truth.distance_m),
        ("first mile", view.first_mile.times.on(Basis::Timer), truth.first_mile_s, WITHIN_S),
        ("final mile", view.final_mile.times.on(Basis::Timer), truth.final_mile_s, WITHIN_S),
        ("first half", view.first_half.times.on(Basis::Timer), truth.first_half_s, WITHIN_S),
        ("second half", view.second_half.times.on(Basis::Timer), truth.second_half_s, WITHIN_S),
        ("start", identity.start_s.unwrap_or(f64::NAN), run.start_s, 3.0),
    ] {
        if value.is_nan() || (value - truth).abs() > within {
            let _ = writeln!(wrong, "{name}: {value:.2} for {truth:.2}, off by {:+.2}", value - truth);
        }
    }
    let found_notes: Vec<&str> = identity.notes.iter().map(|note| note.text.as_str()).collect();
    let as_expected = found_notes.iter().zip(notes).all(|(found, phrase)| found.contains(phrase));
    if found_notes.len() != notes.len() || !as_expected {
        let _ = writeln!(wrong, "notes: {found_notes:?} for {notes:?}");
    }
    assert!(wrong.is_empty(), "{kind}:\n{wrong}{:?}", found.ledger);
    (identity, found)
}

#[test]
fn the_usual_recordings_need_no_note() {
    for (run, note) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        let recording = record(&run, &outdoors());
        check(&format!("FIT {note}"), as_fit(&recording), &run, SOUND);
        check(&format!("GPX {note}"), as_gpx(&recording), &run, SOUND);
        check(&format!("TCX {note}"), as_tcx(&recording), &run, SOUND);
    }
    check("treadmill", fit::write(&record(&ten_km(), &indoors()), &treadmill()), &ten_km(), SOUND);
}

#[test]
fn records_of_one_second_are_one_sample() {
    let run = ten_km();
    for parts in [[Part::Place, Part::Distance, Part::Heart], [Part::Distance, Part::Place, Part::Heart]] {
        let split = changed(&run, &outdoors(), |recording| damage::split_samples(recording, &parts));
        for own_fields in [false, true] {
            let options = fit::Options { own_fields, ..fit::Options::default() };
            let (_, found) = check(&format!("{parts:?}"), fit::write(&split, &options), &run, SOUND);
            assert_eq!(found.ledger.source, DistanceSource::Device);
            assert!(found.ledger.gps_m.is_some() && found.heart_known, "{parts:?}");
        }
    }
}

#[test]
fn a_stated_start_after_the_samples_that_the_totals_need_is_not_used() {
    let run = ten_km();
    for late_s in [60.0, 240.0, 1_800.0] {
        let late = changed(&run, &outdoors(), |recording| {
            recording.start_s += late_s;
            recording.laps[0].start_s += late_s;
        });
        let note = &["the totals need the samples before it"];
        check(&format!("{late_s} s, events"), as_fit(&late), &run, note);
        check(&format!("{late_s} s, no events"), fit::write(&late, &no_events()), &run, note);
    }
}

/// Writes other starts of laps into a TCX; the samples stay in their laps.
fn with_lap_starts(tcx: &str, recording: &Recording, start_s: impl Fn(usize) -> f64) -> String {
    recording.laps.iter().enumerate().fold(tcx.to_owned(), |tcx, (number, lap)| {
        let [old, new] =
            [lap.start_s, start_s(number)].map(|start_s| format!("<Lap StartTime=\"{}\">", iso(start_s)));
        tcx.replacen(&old, &new, 1)
    })
}

/// Writes all laps of a TCX some seconds late, or early below zero.
fn with_laps_off(recording: &Recording, by_s: f64) -> String {
    with_lap_starts(&as_tcx(recording), recording, |number| recording.laps[number].start_s + by_s)
}

#[test]
fn laps_an_hour_late_move_nothing() {
    for (run, name) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        let late = with_laps_off(&record(&run, &outdoors()), HOUR_S);
        check(name, late, &run, &["the totals need the samples before it"]);
    }
}

#[test]
fn laps_an_hour_early_move_nothing() {
    for (run, name) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        check(
            name,
            with_laps_off(&record(&run, &outdoors()), -HOUR_S),
            &run,
            &["the stated start is 3600 s before the first sample"],
        );
    }
}

#[test]
fn laps_of_which_some_are_on_another_clock_invent_no_pause() {
    for (run, name) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        let recording = record(&run, &outdoors());
        let tcx = as_tcx(&recording);
        for off_s in [200.0, HOUR_S, -HOUR_S] {
            let other_clock = with_lap_starts(&tcx, &recording, |lap| {
                recording.laps[lap].start_s + if lap < 5 { 0.0 } else { off_s }
            });
            check(&format!("{name}, {off_s} s"), other_clock, &run, SOUND);
        }
    }
}

/// Moves the clock of the laps of a TCX from one on, their samples included.
fn with_clock_set(tcx: &str, from_lap: usize, by_s: f64, times_s: impl Iterator<Item = f64>) -> String {
    let moved: HashMap<String, String> = times_s.map(|time_s| (iso(time_s), iso(time_s + by_s))).collect();
    let (head, laps, tail) = laps_of(tcx);
    let line = |line: &str| match ["<Time>", "StartTime=\""].iter().find_map(|tag| line.split_once(tag)) {
        Some((_, rest)) => {
            let time = &rest[..rest.find(['<', '"']).expect("its end")];
            line.replace(time, &moved[time])
        }
        None => line.to_owned(),
    };
    let (before, after) = laps.split_at(from_lap);
    let after: String = after.concat().split_inclusive('\n').map(line).collect();
    format!("{head}{}{after}{tail}", before.concat())
}

#[test]
fn laps_after_a_clock_was_set_back_invent_no_pause() {
    for (run, name) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        let recording = record(&run, &outdoors());
        for by_s in [-120.0, -1_000.0, -HOUR_S] {
            let samples = recording.samples.iter().map(|sample| sample.time_s);
            let times_s = samples.chain(recording.laps.iter().map(|lap| lap.start_s));
            let set_back = with_clock_set(&as_tcx(&recording), 4, by_s, times_s);
            check(&format!("{name}, {by_s} s"), set_back, &run, &["the clock was set back once"]);
        }
    }
}

#[test]
fn a_clock_set_forward_within_a_lap_costs_no_time() {
    let run = ten_km();
    let sound = record(&run, &outdoors());
    for by_s in [900.0, HOUR_S, 26.0 * HOUR_S] {
        let moved = changed(&run, &outdoors(), |recording| damage::step_clock(recording, 1_650, by_s));
        let tcx = as_tcx(&moved);
        let note = &["the clock jumps forward by"];
        check(&format!("{by_s} s, laps too"), &tcx, &run, note);
        let unmoved = with_lap_starts(&tcx, &moved, |lap| sound.laps[lap].start_s);
        check(&format!("{by_s} s, laps not"), unmoved, &run, note);
        check(&format!("{by_s} s, FIT"), as_fit(&moved), &run, note);
    }
}

#[test]
fn totals_know_the_stops_that_no_event_records() {
    let run = with_stops();
    let missing = &["the totals have 420 s more of pauses"];
    let standing = damage::record_through_stops(&run, &outdoors());
    let silent = Recording { stops: Vec::new(), ..record(&run, &outdoors()) };
    check("records while standing", fit::write(&standing, &no_events()), &run, missing);
    check("no records while standing", fit::write(&silent, &no_events()), &run, missing);
    check("points while standing", as_tcx(&standing), &run, SOUND);
    check("no points while standing", as_tcx(&silent), &run, SOUND);
    let session_only = Recording { laps: Vec::new(), ..standing };
    check("the session only", fit::write(&session_only, &no_events()), &run, missing);
}

#[test]
fn a_pause_in_a_recording_of_speed_alone_is_its_gap() {
    let run = ten_km().stop(Stop::paused(3_200.0, 300.0));
    let recording = record(&run, &Watch { distance_scale: None, ..indoors() });
    let silent = Recording { stops: Vec::new(), laps: Vec::new(), ..recording };
    let notes = &["its speed was summed up", "they were placed on long gaps and stands"];
    check("FIT", fit::write(&silent, &fit::Options { sport: (1, 1), ..no_events() }), &run, notes);
}

#[test]
fn of_two_stands_the_pause_is_the_one_of_the_declared_length() {
    let run = ten_km().stop(Stop::standing(3_200.0, 300.0)).stop(Stop::paused(7_100.0, 120.0));
    let standing = damage::record_through_stops(&run, &outdoors());
    let session_only = Recording { laps: Vec::new(), ..standing };
    let missing = &["the totals have 120 s more of pauses"];
    check("the session only", fit::write(&session_only, &no_events()), &run, missing);
}

#[test]
fn time_before_the_first_sample_is_not_a_pause_of_the_run() {
    for (run, name) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        for laps in [true, false] {
            let early = changed(&run, &outdoors(), |all| {
                all.start_s -= 900.0;
                all.elapsed_s += 900.0;
                all.laps[0].start_s -= 900.0;
                all.laps[0].elapsed_s += 900.0;
                all.laps.truncate(if laps { all.laps.len() } else { 0 });
            });
            let early_start = "the stated start is 900 s before the first sample";
            let bytes = fit::write(&early, &no_events());
            let more = "the totals have 420 s more of pauses";
            let notes = if name == "plain" { &[early_start][..] } else { &[early_start, more] };
            check(&format!("{name}, laps: {laps}"), bytes, &run, notes);
        }
    }
}

#[test]
fn laps_count_the_distance_before_the_first_point() {
    let run = ten_km();
    for lost_m in [600.0, 1_300.0] {
        let lost_s = run.timeline().moment_s(lost_m);
        let late = changed(&run, &outdoors(), |all| all.samples.retain(|sample| sample.time_s >= lost_s));
        let options = tcx::Options { distance: false, ..tcx::Options::default() };
        check(&format!("{lost_m} m"), tcx::write(&late, &options), &run, SOUND);
    }
}

/// Splits a GPX into what is before its segments, the segments, and what is after them.
fn segments(gpx: &str) -> (&str, Vec<&str>, &str) {
    let (head, rest) = gpx.split_once("<trkseg>").expect("a segment");
    let (inside, tail) = rest.rsplit_once("</trkseg>").expect("a segment");
    (head, inside.split("</trkseg>\n<trkseg>").collect(), tail)
}

/// Puts a GPX together again from segments.
fn with_segments(head: &str, segments: &[String], tail: &str) -> String {
    format!("{head}<trkseg>{}</trkseg>{tail}", segments.join("</trkseg>\n<trkseg>"))
}

#[test]
fn points_in_another_order_are_sorted() {
    let run = ten_km();
    let reversed = changed(&run, &outdoors(), |recording| recording.samples.reverse());
    check("reversed", as_gpx(&reversed), &run, &["reverse order"]);
    let run = with_stops();
    let gpx = as_gpx(&record(&run, &outdoors()));
    let (head, segments, tail) = segments(&gpx);
    let pick = |order: &[usize]| order.iter().map(|index| segments[*index].to_owned()).collect::<Vec<_>>();
    let swapped = with_segments(head, &pick(&[1, 0, 2]), tail);
    check("two segments swapped", swapped, &run, &["out of order"]);
    let backwards = with_segments(head, &pick(&[2, 1, 0]), tail);
    check("segments backwards", backwards, &run, &["out of order"]);
}

/// Splits a TCX into what is before its laps, the laps, and what is after them.
fn laps_of(tcx: &str) -> (&str, Vec<&str>, &str) {
    let (laps_at, end) = (tcx.find("<Lap ").expect("a lap"), "</Lap>\n");
    let tail_at = tcx.rfind(end).expect("a lap") + end.len();
    let laps = tcx[laps_at..tail_at].split_inclusive(end).collect();
    (&tcx[..laps_at], laps, &tcx[tail_at..])
}

#[test]
fn laps_in_another_order_are_sorted_with_their_points() {
    for (run, name) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        let tcx = as_tcx(&record(&run, &outdoors()));
        let (head, laps, tail) = laps_of(&tcx);
        let count = laps.len();
        assert!(count >= 9, "{count} laps");
        let backwards: Vec<usize> = (0..count).rev().collect();
        let last_first: Vec<usize> = (0..count).map(|lap| (lap + count - 1) % count).collect();
        let halves: Vec<usize> = (0..count).map(|lap| (lap + 5) % count).collect();
        for (order_name, order) in
            [("backwards", backwards), ("the last one first", last_first), ("halves swapped", halves)]
        {
            let moved = order.iter().map(|lap| laps[*lap]).collect::<String>();
            let kind = format!("{name}, {order_name}");
            check(&kind, format!("{head}{moved}{tail}"), &run, &["out of order"]);
        }
    }
}

#[test]
fn laps_that_are_repeated_count_once() {
    for (run, name) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        let tcx = as_tcx(&record(&run, &indoors()));
        let (head, laps, tail) = laps_of(&tcx);
        let twice = format!("{head}{}{tail}", laps.concat().repeat(2));
        check(name, twice, &run, &["out of order", "repeat earlier ones"]);
    }
}

#[test]
fn points_that_are_repeated_count_once() {
    let run = with_stops();
    let gpx = as_gpx(&record(&run, &outdoors()));
    let (head, segments, tail) = segments(&gpx);
    let repeated = &["out of order", "repeat earlier ones"];
    let growing: Vec<String> = (1..=3).map(|count| segments[..count].concat()).collect();
    check("segments repeat the earlier ones", with_segments(head, &growing, tail), &run, repeated);
    let twice: Vec<String> = [0, 1, 2, 0, 1, 2].map(|index| segments[index].to_owned()).into();
    check("all segments twice", with_segments(head, &twice, tail), &run, repeated);
}

#[test]
fn a_track_that_is_written_twice_is_one_run_or_a_duplicate() {
    let run = ten_km();
    let gpx = as_gpx(&record(&run, &outdoors()));
    let (track_at, end_at) = (gpx.find("<trk>").expect("a track"), gpx.find("</gpx>").expect("an end"));
    let track = &gpx[track_at..end_at];
    let twice = format!("{}{track}{track}</gpx>", &gpx[..track_at]);
    let activities = ingest::read(twice.as_bytes()).expect("activities");
    let entries: Vec<Entry> = activities.iter().map(|activity| entry("a.gpx", activity)).collect();
    let twins = history::decide(&entries).twin_of;
    assert_eq!(twins.iter().filter(|twin| twin.is_none()).count(), 1, "{twins:?}");
}

#[test]
fn first_samples_with_a_wrong_date_begin_no_other_day() {
    let run = ten_km();
    let year_2000_s = 946_684_800.0;
    for (name, samples, first_s) in [
        ("1970", 1, 0.0),
        ("2000", 1, year_2000_s),
        ("five of 2000", 5, year_2000_s),
        ("a year ahead", 1, START_S + 365.0 * DAY_S),
        ("five of a year ahead", 5, START_S + 365.0 * DAY_S),
    ] {
        let misdated = changed(&run, &outdoors(), |all| damage::misdate(all, samples, first_s));
        let note: &[&str] = if samples == 1 { &["1 sample"] } else { &["5 samples have a wrong date"] };
        check(&format!("GPX, {name}"), as_gpx(&misdated), &run, note);
        if first_s > fit::EPOCH_S {
            check(&format!("FIT, {name}"), as_fit(&misdated), &run, note);
            // The start is as wrong as the records.
            let start_too = Recording { start_s: first_s, ..misdated };
            check(&format!("FIT, {name}, its start too"), as_fit(&start_too), &run, note);
        }
    }
}

#[test]
fn tracks_that_follow_each_other_are_one_run() {
    let run = with_stops();
    let options = gpx::Options { tracks: true, ..gpx::Options::default() };
    let gpx = gpx::write(&record(&run, &outdoors()), &options);
    check("three tracks", gpx, &run, &["3 tracks follow each other and were joined"]);
}

#[test]
fn speed_without_distance_is_summed_up() {
    let run = ten_km();
    let recording = record(&run, &Watch { distance_scale: None, ..indoors() });
    let note = &["recorded no distance; its speed was summed up"];
    check("treadmill", fit::write(&recording, &treadmill()), &run, note);
    // Fitness equipment with the sub-sport treadmill is a run.
    let equipment = fit::Options { sport: (4, 1), ..fit::Options::default() };
    check("equipment without distance", fit::write(&recording, &equipment), &run, note);
    check("equipment", fit::write(&record(&run, &indoors()), &equipment), &run, SOUND);
}

#[test]
fn a_treadmill_that_was_calibrated_after_the_run_has_the_totals_distance() {
    let run = ten_km();
    let watch = Watch { distance_scale: Some(0.92), ..indoors() };
    let calibrated = changed(&run, &watch, |recording| recording.distance_m = 10_000.0);
    let note = &["they were scaled to the totals"];
    let (_, found) = check("FIT", fit::write(&calibrated, &treadmill()), &run, note);
    assert_eq!(found.ledger.source, DistanceSource::Device);
    let no_laps = Recording { laps: Vec::new(), ..calibrated };
    check("FIT without laps", fit::write(&no_laps, &treadmill()), &run, note);
}

#[test]
fn a_distance_in_kilometres_is_converted() {
    let run = ten_km();
    let options = tcx::Options { kilometres: true, ..tcx::Options::default() };
    let note = &["the records are in kilometres and were converted"];
    check("indoors", tcx::write(&record(&run, &indoors()), &options), &run, note);
    check("outdoors", tcx::write(&record(&run, &outdoors()), &options), &run, note);
}

#[test]
fn the_sport_other_is_judged_by_the_movement() {
    let run = ten_km();
    let other = tcx::Options { sport: "Other".into(), ..tcx::Options::default() };
    check("a run", tcx::write(&record(&run, &outdoors()), &other), &run, SOUND);
    let ride = Run::new(START_S).paced(&[(4_000.0, 150.0), (25_000.0, 135.0)]).varied(3, 3.0);
    assert_eq!(refused(tcx::write(&record(&ride, &outdoors()), &other)), "not-a-run");
}

/// Returns a recording whose laps declare no timer time.
fn with_lap_times_of_zero(run: &Run) -> Recording {
    changed(run, &outdoors(), |all| all.laps.iter_mut().for_each(|lap| lap.timer_s = 0.0))
}

#[test]
fn a_lap_time_of_zero_in_a_fit_says_nothing() {
    for (run, name) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        let no_times = with_lap_times_of_zero(&run);
        check(name, as_fit(&no_times), &run, SOUND);
        check(name, as_fit(&Recording { timer_s: 0.0, ..no_times }), &run, SOUND);
    }
}

#[test]
fn a_time_that_is_faster_than_anybody_runs_says_nothing() {
    let note = &["declared times are faster than anybody runs"];
    for (run, name) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        for share in [0.000_01, 0.001, 1.0 / 60.0] {
            let short = changed(&run, &outdoors(), |all| {
                all.laps.iter_mut().for_each(|lap| lap.timer_s *= share);
                all.timer_s *= share;
            });
            check(&format!("{name}, FIT, {share}"), as_fit(&short), &run, note);
            check(&format!("{name}, TCX, {share}"), as_tcx(&short), &run, note);
        }
    }
}

#[test]
fn a_lap_time_of_zero_in_a_tcx_says_nothing() {
    for (run, name) in [(ten_km(), "plain"), (with_stops(), "with stops")] {
        check(name, as_tcx(&with_lap_times_of_zero(&run)), &run, SOUND);
    }
}

/// Changes each line with a trackpoint of a GPX.
pub(super) fn each_point(gpx: &str, change: impl Fn(&str) -> String) -> String {
    let line = |line: &str| if line.starts_with("<trkpt") { change(line) } else { line.to_owned() };
    gpx.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Removes the leading zeros of the numbers of a time.
fn unpadded(point: &str) -> String {
    let (before, rest) = point.split_once("<time>").expect("a time");
    let (time, after) = rest.split_once("</time>").expect("its end");
    let mut digits_before = false;
    let mut kept = String::new();
    for (at, letter) in time.char_indices() {
        let more = time[at + 1..].starts_with(|next: char| next.is_ascii_digit());
        if digits_before || letter != '0' || !more {
            kept.push(letter);
        }
        digits_before = letter.is_ascii_digit() && (digits_before || letter != '0');
    }
    format!("{before}<time>{kept}</time>{after}")
}

#[test]
fn numbers_and_times_are_read_in_the_spellings_of_apps() {
    let run = ten_km();
    let gpx = as_gpx(&record(&run, &outdoors()));
    let commas = each_point(&gpx, |point| point.replace('.', ","));
    assert!(commas.contains("lat=\"47,6"), "{}", &commas[..600]);
    check("decimal commas", commas, &run, SOUND);
    let short = each_point(&gpx, unpadded);
    assert!(short.contains("<time>2023-5-14T7:10:5Z</time>"), "{}", &short[..600]);
    check("no leading zeros", short, &run, SOUND);
}

#[test]
fn a_name_is_read_in_its_encoding() {
    let run = ten_km();
    let options = gpx::Options {
        name: Some("Вечерняя тренировка".into()), ..gpx::Options::default()
    };
    let gpx = gpx::write(&record(&run, &outdoors()), &options);
    let utf8 = String::from_utf8(gpx).expect("UTF-8");
    let cyrillic = utf8.replace("UTF-8", "windows-1251");
    // In windows-1251, А to я are 0xC0 to 0xFF in the order of Unicode.
    let byte = |letter: char| u8::try_from(letter).unwrap_or_else(|_| (letter as u32 - 0x410 + 0xC0) as u8);
    let wide = utf8.replace("UTF-8", "UTF-16");
    let unmarked = |bytes: fn(u16) -> [u8; 2]| wide.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    for (kind, bytes) in [
        ("windows-1251", cyrillic.chars().map(byte).collect()),
        ("UTF-16, little-endian", unmarked(u16::to_le_bytes)),
        ("UTF-16, big-endian", unmarked(u16::to_be_bytes)),
    ] {
        let (identity, _) = check(kind, bytes, &run, SOUND);
        assert_eq!(identity.name.as_deref(), Some("Вечерняя тренировка"), "{kind}");
    }
}

/// Returns a run whose first metres are driven before its start.
fn with_a_drive_before(run: &Run, metres: f64, pace_s_per_km: f64) -> Run {
    let mut driven = run.clone();
    driven.start_s -= metres * pace_s_per_km / 1_000.0;
    driven.pieces.iter_mut().for_each(|piece| piece.to_m += metres);
    driven.pieces.insert(0, Piece { to_m: metres, pace_s_per_km });
    driven
}

/// Checks a drive in all formats.
fn check_drive(name: &str, driven: &Run, run: &Run, note: &str) {
    let recording = record(driven, &outdoors());
    check(&format!("{name}, GPX"), as_gpx(&recording), run, &[note]);
    check(&format!("{name}, FIT"), as_fit(&recording), run, &[note]);
    check(&format!("{name}, TCX"), as_tcx(&recording), run, &[note]);
}

#[test]
fn a_drive_home_is_cut_off() {
    let run = ten_km();
    let home = run.clone().tail(4_000.0, 70.0);
    check_drive("at once", &home, &run, "at the end are faster than anybody runs");
}

#[test]
fn a_drive_home_after_a_stand_is_cut_off_with_the_stand() {
    let run = ten_km();
    let home = run.clone().tail(4_000.0, 70.0).stop(Stop::standing(10_000.0, 90.0));
    check_drive("after a stand", &home, &run, "at the end are faster than anybody runs");
}

#[test]
fn a_drive_to_the_start_is_cut_off() {
    let run = ten_km();
    let there = with_a_drive_before(&run, 3_000.0, 70.0);
    check_drive("before the run", &there, &run, "at the start are faster than anybody runs");
}

#[test]
fn a_stale_first_point_is_left_out() {
    let run = ten_km();
    let stale = "1 sample at the start is";
    for (name, before_s, notes) in [
        ("20 minutes", 1_200.0, &[stale][..]),
        ("9 hours", 9.0 * HOUR_S, &[stale]),
        ("5 days", 5.0 * DAY_S, &["wrong date", stale]),
    ] {
        let recording = changed(&run, &outdoors(), |recording| {
            let place_deg = Some((47.63, 9.36));
            let time_s = START_S - before_s;
            recording.samples.insert(0, Sample { time_s, place_deg, ..Sample::default() });
        });
        check(name, as_gpx(&recording), &run, notes);
    }
}

#[test]
fn a_distance_in_every_tenth_record_is_used() {
    let run = ten_km();
    let sparse = changed(&run, &outdoors(), |recording| damage::thin_distance(recording, 10));
    for (kind, bytes) in [("FIT", as_fit(&sparse)), ("TCX", as_tcx(&sparse).into_bytes())] {
        let (_, found) = check(kind, bytes, &run, SOUND);
        assert_eq!(found.ledger.source, DistanceSource::Device, "{kind}");
    }
}

#[test]
fn distances_that_are_filled_in_evenly_are_no_pacing() {
    let run = ten_km();
    let filled_in = |watch: &Watch| changed(&run, watch, damage::fill_in_distance);
    let silent = Watch { speed: false, ..indoors() };
    assert_eq!(refused(fit::write(&filled_in(&silent), &treadmill())), "no-pacing");
    assert_eq!(refused(as_tcx(&filled_in(&silent))), "no-pacing");
    let even = Run::new(START_S).paced(&[(10_000.0, 300.0)]);
    assert_eq!(refused(fit::write(&record(&even, &indoors()), &treadmill())), "no-pacing");
    let tracked = filled_in(&Watch { speed: false, ..outdoors() });
    let (_, found) = check("with a track", as_fit(&tracked), &run, SOUND);
    assert_eq!(found.ledger.source, DistanceSource::Gps);
    let (_, found) = check("with speeds", fit::write(&filled_in(&indoors()), &treadmill()), &run, SOUND);
    assert!(found.ledger.why.contains("the device's speed"), "{}", found.ledger.why);
}

/// Returns the rules and the status of a FIT file in the program's CSV.
fn judged(bytes: &[u8]) -> (String, String) {
    let folder = temporary_folder();
    write(folder.path(), "a.fit", bytes);
    let output = firstmile_in(folder.path(), &["--format", "csv", "a.fit"]);
    let mut row = rows(&output.stdout).remove(0);
    (row.remove("rules").expect("a column"), row.remove("status").expect("a column"))
}

#[test]
fn a_walk_under_a_runs_sport_is_scored_and_its_start_is_not_judged() {
    let paced =
        |start: f64, rest: f64| Run::new(START_S).paced(&[(2_370.0, start), (10_000.0, rest)]).varied(6, 1.5);
    let steady = paced(630.0, 630.0);
    let fast_start = paced(580.0, 640.0);
    let walked = &["it was walked"];
    for (name, run) in [("10:30 /km", &steady), ("a fast start", &fast_start)] {
        let bytes = as_fit(&record(run, &outdoors()));
        let (_, found) = check(name, &bytes, run, walked);
        assert!(found.walked, "{name}");
        let (rules, status) = judged(&bytes);
        assert!(status == "scored" && !rules.contains("START-01"), "{name}: {status} {rules}");
        let with_cadence = |rpm: u8| {
            let step = |sample: &mut Sample| sample.cadence_rpm = Some(rpm);
            as_fit(&changed(run, &outdoors(), |all| all.samples.iter_mut().for_each(step)))
        };
        assert!(check("a walker's steps", with_cadence(57), run, walked).1.walked);
        assert!(!check("a runner's steps", with_cadence(82), run, SOUND).1.walked);
    }
    // The same start at twice the speed is a run's.
    let (rules, _) = judged(&as_fit(&record(&paced(290.0, 320.0), &outdoors())));
    assert!(rules.contains("START-01"), "{rules}");
}

#[test]
fn a_hilly_ultra_with_parts_that_are_run_is_no_walk() {
    let pieces: Vec<(f64, f64)> = (1..=50)
        .map(|km| (1_000.0 * f64::from(km), if km % 3 == 0 { 380.0 } else { 690.0 + f64::from(km) }))
        .collect();
    let climb = Climb::Ramp { base_m: 600.0, from_m: 1_000.0, to_m: 20_000.0, gain_m: 1_400.0 };
    let run = Run::new(START_S).paced(&pieces).varied(5, 3.0).climbing(climb);
    let ultra = record(&run, &Watch { sampling: Sampling::Every(2.0), ..outdoors() });
    let (_, found) = check("50 km", as_fit(&ultra), &run, SOUND);
    assert!(!found.walked);
}

#[test]
fn a_ride_under_a_runs_sport_is_refused_for_its_middle() {
    for middle_s_per_km in [142.0, 130.0, 110.0] {
        let ride = Run::new(START_S)
            .paced(&[(4_000.0, 330.0), (24_000.0, middle_s_per_km), (28_000.0, 360.0)])
            .varied(8, 3.0);
        let recording = record(&ride, &outdoors());
        assert_eq!(refused(as_fit(&recording)), "not-a-run", "{middle_s_per_km} s/km, FIT");
        assert_eq!(refused(as_gpx(&recording)), "not-a-run", "{middle_s_per_km} s/km, GPX");
    }
}

/// Measures an activity for a batch.
fn entry(name: &str, activity: &firstmile::activity::Activity) -> Entry {
    let outcome = Outcome::from(measure(activity, &MeasureOptions::default()));
    assert!(matches!(outcome, Outcome::Measured(..)), "{name}: {outcome:?}");
    Entry::new(name, outcome)
}

#[test]
fn local_time_written_as_utc_is_a_duplicate_and_the_next_days_loop_is_none() {
    let run = ten_km();
    let read = |name: &str, bytes: &[u8]| entry(name, &ingest::read(bytes).expect("an activity")[0]);
    let original = as_fit(&record(&run, &outdoors()));
    for (name, ahead_s, twin) in [
        ("UTC", 0.0, Some(0)),
        ("two hours ahead", 2.0 * HOUR_S, Some(0)),
        ("5:30 ahead", 5.5 * HOUR_S, Some(0)),
        ("12 hours ahead", 12.0 * HOUR_S, Some(0)),
        ("seven hours behind", -7.0 * HOUR_S, Some(0)),
        ("the next day", DAY_S, None),
        ("20 minutes later", 1_200.0, None),
    ] {
        let copy = changed(&run, &Watch { seed: 5, ..outdoors() }, |recording| {
            damage::move_clock(recording, ahead_s);
        });
        let entries = [read("a.fit", &original), read("b.gpx", as_gpx(&copy).as_bytes())];
        assert_eq!(history::decide(&entries).twin_of, [None, twin], "{name}");
    }
}

#[test]
fn a_clock_set_back_costs_no_time() {
    let run = ten_km();
    for by_s in [-600.0, -HOUR_S] {
        let moved = changed(&run, &outdoors(), |recording| damage::step_clock(recording, 1_650, by_s));
        let note = "the clock was set back once";
        check(&format!("{by_s} s, GPX"), as_gpx(&moved), &run, &[note]);
        // An hour back, the last stop of the timer is before its start.
        let event = "1 timer event was missing";
        let notes = if by_s < -1_650.0 { &[event, note][..] } else { &[note] };
        check(&format!("{by_s} s, FIT"), as_fit(&moved), &run, notes);
    }
}

#[test]
fn a_clock_set_forward_by_minutes_is_known_by_the_sessions_total() {
    let run = ten_km();
    let moved = changed(&run, &outdoors(), |recording| damage::step_clock(recording, 1_650, 300.0));
    check("FIT", as_fit(&moved), &run, &["the clock jumps forward by"]);
}

#[test]
fn stale_first_points_are_left_out_however_long_before() {
    let run = ten_km();
    for (count, before_s) in [(3, 1.0), (1, 30.0), (3, 60.0), (2, 200.0), (5, 1_200.0)] {
        let stale = changed(&run, &outdoors(), |recording| {
            for number in 0..count {
                let time_s = START_S - before_s - f64::from(number);
                let place_deg = Some((47.63, 9.36));
                recording.samples.insert(0, Sample { time_s, place_deg, ..Sample::default() });
            }
        });
        check(&format!("{count}, {before_s} s"), as_gpx(&stale), &run, &["at the start"]);
    }
}

#[test]
fn a_drive_there_and_a_drive_home_are_both_cut_off() {
    let run = ten_km();
    let both = with_a_drive_before(&run.clone().tail(4_000.0, 70.0), 3_000.0, 70.0);
    let notes = &["at the end are faster than anybody runs", "at the start are faster than anybody runs"];
    check("FIT", as_fit(&record(&both, &outdoors())), &run, notes);
    check("GPX", as_gpx(&record(&both, &outdoors())), &run, notes);
}

#[test]
fn a_session_that_starts_hours_off_moves_nothing() {
    let run = ten_km();
    for hours in [-2.0, 0.5, 8.0] {
        let off = changed(&run, &outdoors(), |recording| {
            recording.start_s += hours * HOUR_S;
            recording.laps.iter_mut().for_each(|lap| lap.start_s += hours * HOUR_S);
        });
        let note = &["the stated start is"];
        check(&format!("{hours} h"), fit::write(&off, &no_events()), &run, note);
    }
}

/// Writes what some services put into a GPX: its start and the device's total distance.
fn exported(gpx: &str, start_s: f64, distance_m: f64) -> String {
    let (head, tail) = gpx.split_once("<metadata>").expect("metadata");
    let (_, tail) = tail.split_once("</metadata>").expect("metadata");
    let extensions = format!("<extensions><distance>{distance_m}</distance></extensions>");
    format!("{head}{extensions}<metadata><time>{}</time></metadata>{tail}", iso(start_s))
}

#[test]
fn the_distance_that_a_gpx_declares_is_the_devices() {
    let run = ten_km();
    let gpx = as_gpx(&record(&run, &outdoors()));
    let (_, found) = check("total", exported(&gpx, START_S, 10_020.0), &run, SOUND);
    assert_eq!(found.ledger.source, DistanceSource::Device);
    assert!((found.recorded.distance_m - 10_020.0).abs() < 0.01);
    let (_, found) = check("another run's", exported(&gpx, START_S, 12_000.0), &run, SOUND);
    assert_eq!(found.ledger.source, DistanceSource::Gps);
}

#[test]
fn a_gpx_without_its_start_says_so_and_its_start_is_not_judged() {
    let run = ten_km();
    let gpx = as_gpx(&record(&run, &outdoors()));
    let missing = exported(&gpx, START_S - 93.0, 10_300.0);
    let (_, found) = check("93 s", &missing, &run, &["began 1:33 before the first point"]);
    assert!(found.start_missing);
    let (_, rules) = judged(missing.as_bytes());
    assert!(!rules.contains("START-01") && !rules.contains("MILE-0"), "{rules}");
    for (name, before_s) in [("a fix takes some seconds", 8.0), ("another day", DAY_S)] {
        let (_, found) = check(name, exported(&gpx, START_S - before_s, 10_000.0), &run, SOUND);
        assert!(!found.start_missing, "{name}");
    }
}

#[test]
fn a_gpx_without_points_is_refused_and_no_damage() {
    let gpx = as_gpx(&record(&ten_km(), &outdoors()));
    let (head, _, tail) = segments(&gpx);
    assert_eq!(refused(format!("{head}<trkseg></trkseg>{tail}")), "no-track");
    assert_eq!(refused(format!("{head}<trkseg/>{tail}")), "no-track");
}

#[test]
fn repeats_over_a_courses_length_are_no_race() {
    let mut legs = Vec::new();
    let mut metres = 0.0;
    for _ in 0..8 {
        for (length_m, pace_s_per_km) in [(396.0, 455.0), (900.0, 200.0)] {
            metres += length_m;
            legs.push((metres, pace_s_per_km));
        }
    }
    let run = Run::new(START_S).paced(&legs);
    let folder = temporary_folder();
    write(
        folder.path(),
        "a.fit",
        fit::write(&record(&run, &Watch::every_second()), &fit::Options::default()),
    );
    let output = firstmile_in(folder.path(), &["--format", "csv", "a.fit"]);
    let [kind, verdict] = &columns(&output.stdout, ["kind", "verdict"])[0];
    assert_eq!(kind, "training");
    assert!(verdict.contains("an interval session"), "{verdict}");
}

/// Changes the samples of a recording before 600 m, as without a fix, and returns when that was.
fn without_fix(run: &Run, change: impl Fn(&mut Sample)) -> (Recording, f64) {
    let fix_s = run.timeline().moment_s(600.0);
    let late = changed(run, &outdoors(), |all| {
        all.samples.iter_mut().filter(|sample| sample.time_s < fix_s).for_each(&change);
    });
    (late, fix_s)
}

/// Returns how far the runner is at the first sample from a time on.
fn metres_at(run: &Run, time_s: f64) -> f64 {
    let recording = record(run, &outdoors());
    let sample = recording.samples.iter().find(|sample| sample.time_s >= time_s);
    sample.and_then(|sample| sample.distance_m).expect("a distance")
}

/// Checks that a run begins at a time, about, and has the distance and times from there on.
fn check_from(kind: &str, bytes: impl AsRef<[u8]>, run: &Run, from_s: f64) -> (Identity, Measured) {
    let (identity, outcome) = measured(bytes);
    let found = outcome.unwrap_or_else(|refusal| panic!("{kind}: {refusal}; {:?}", identity.notes));
    let line = run.timeline();
    let truth_m = 10_000.0 - metres_at(run, from_s);
    assert!((identity.start_s.expect("a start") - from_s).abs() <= 2.0, "{kind}: {:?}", identity.start_s);
    assert!((found.recorded.distance_m / truth_m - 1.0).abs() < WITHIN_SHARE, "{kind}: {:?}", found.ledger);
    let halves = [found.recorded.first_half, found.recorded.second_half];
    let elapsed_s: f64 = halves.iter().map(|half| half.times.on(Basis::Elapsed)).sum();
    assert!((elapsed_s - (line.end_s() - from_s)).abs() <= 2.0, "{kind}: {elapsed_s}");
    (identity, found)
}

#[test]
fn a_position_of_zero_is_none() {
    let run = ten_km();
    let (zero, fix_s) = without_fix(&run, |sample| sample.place_deg = Some((0.0, 0.0)));
    // Bavaria in summer.
    let (identity, _) = check("FIT", as_fit(&zero), &run, SOUND);
    assert_eq!(identity.utc_offset.expect("an offset").to_string(), "+02:00");
    let (identity, _) = check_from("GPX", as_gpx(&zero), &run, fix_s);
    assert_eq!(identity.utc_offset.expect("an offset").to_string(), "+02:00");
    assert!(identity.notes.iter().any(|note| note.text.contains("begin after them")), "{:?}", identity.notes);
}

#[test]
fn first_positions_at_another_place_are_left_out() {
    let run = ten_km();
    for (seconds, north_deg) in [(4.0, 0.5), (10.0, 0.5), (10.0, 0.03), (60.0, -0.5)] {
        let stale = changed(&run, &outdoors(), |all| {
            let old = all.samples[0].place_deg.map(|(latitude, longitude)| (latitude + north_deg, longitude));
            for sample in all.samples.iter_mut().filter(|sample| sample.time_s < START_S + seconds) {
                sample.place_deg = old;
            }
        });
        let kind = format!("{seconds} s at {north_deg}°");
        let (identity, _) = check_from(&kind, as_gpx(&stale), &run, START_S + seconds);
        assert!(identity.notes[0].text.ends_with("from it; left out"), "{:?}", identity.notes);
        // Elsewhere the totals have the metres of those seconds.
        check(&kind, as_fit(&stale), &run, &["their positions were left out"]);
    }
}

/// Changes a recording to one lap.
fn with_one_lap(recording: &mut Recording) {
    let (first, last) = (recording.laps[0], recording.laps[recording.laps.len() - 1]);
    let (distance_m, elapsed_s) = (recording.distance_m, recording.elapsed_s);
    let timer_s = recording.timer_s;
    recording.laps = vec![Lap { end_s: last.end_s, distance_m, elapsed_s, timer_s, ..first }];
}

#[test]
fn totals_have_the_metres_before_a_late_fix() {
    let run = ten_km();
    let note = &["km more were taken for them"];
    let fix_m = |fix_s: f64| metres_at(&run, fix_s);
    let lose_place = |sample: &mut Sample| sample.place_deg = None;
    let (late, fix_s) = without_fix(&run, lose_place);
    for (counted, name) in [(None, "no distance"), (Some(fix_m(fix_s)), "a distance from 0 m at the fix")] {
        let mut late = late.clone();
        for sample in &mut late.samples {
            let metres = sample.distance_m.zip(counted).map(|(metres, fix_m)| metres - fix_m);
            sample.distance_m = metres.filter(|metres| *metres >= 0.0);
        }
        with_one_lap(&mut late);
        check(&format!("FIT, {name}"), as_fit(&late), &run, note);
        check(&format!("TCX, {name}"), as_tcx(&late), &run, note);
        let no_laps = Recording { laps: Vec::new(), ..late.clone() };
        check(&format!("FIT without laps, {name}"), as_fit(&no_laps), &run, note);
        late.samples.retain(|sample| sample.time_s >= fix_s);
        check(&format!("TCX without first points, {name}"), as_tcx(&late), &run, note);
    }
    let mut at_zero = late;
    for sample in &mut at_zero.samples {
        sample.distance_m = sample.distance_m.map(|metres| (metres - fix_m(fix_s)).max(0.0));
    }
    check("FIT, 0 m until the fix", as_fit(&at_zero), &run, note);
}

#[test]
fn without_totals_a_late_fix_is_the_start() {
    let run = ten_km();
    let (mut late, fix_s) = without_fix(&run, |sample| sample.place_deg = None);
    let fix_m = metres_at(&run, fix_s);
    late.samples.iter_mut().for_each(|sample| sample.distance_m = None);
    late.distance_m -= fix_m;
    with_one_lap(&mut late);
    check_from("FIT", as_fit(&late), &run, fix_s);
    check_from("TCX", as_tcx(&late), &run, fix_s);
}

#[test]
fn a_device_that_counts_nothing_has_the_distance_of_its_speed() {
    let run = ten_km();
    let still = changed(&run, &indoors(), |all| {
        all.samples.iter_mut().for_each(|sample| sample.distance_m = Some(0.0));
    });
    check("treadmill", fit::write(&still, &treadmill()), &run, &["the speed was summed up"]);
}

#[test]
fn totals_that_nobody_can_run_are_no_correction() {
    let run = ten_km();
    let doubled = changed(&run, &indoors(), |all| all.distance_m = 20_000.0);
    check("treadmill", fit::write(&doubled, &treadmill()), &run, &["faster than anybody has run"]);
}

#[test]
fn other_units_of_distance_and_speed_are_converted() {
    let run = ten_km();
    let scaled = |factor: f64, decimals: f64| {
        changed(&run, &indoors(), |all| {
            for sample in &mut all.samples {
                sample.distance_m =
                    sample.distance_m.map(|metres| (metres * factor * decimals).round() / decimals);
            }
        })
    };
    for (factor, unit) in [(100.0, "centimetres"), (10.0, "decimetres"), (1.0 / 1_609.344, "miles")] {
        let (fit, note) = (fit::write(&scaled(factor, 100.0), &treadmill()), format!("in {unit} and were"));
        check(unit, fit, &run, &[&note]);
    }
    let mut kilometres = scaled(0.001, 100.0);
    kilometres.laps.iter_mut().for_each(|lap| lap.distance_m /= 1_000.0);
    check("laps in km too", as_tcx(&kilometres), &run, &["taken for kilometres"]);
    let speeds = changed(&run, &indoors(), |all| {
        for sample in &mut all.samples {
            sample.distance_m = None;
            sample.speed_mps = sample.speed_mps.map(|mps| mps * 3.6);
        }
    });
    check("km/h", as_tcx(&speeds), &run, &["its speed was summed up", "the speeds are in km/h"]);
}

#[test]
fn tracks_of_one_run_in_another_order_or_with_an_overlap_are_one_run() {
    let run = ten_km();
    let gpx = as_gpx(&record(&run, &outdoors()));
    let (head, segments, tail) = segments(&gpx);
    let points: Vec<&str> = segments[0].split_inclusive("</trkpt>").collect();
    let cut = points.len() / 2;
    let with_tracks = |tracks: [&[&str]; 2]| {
        let [first, second] = tracks.map(|points| format!("<trkseg>{}</trkseg>", points.concat()));
        let (before, track) = head.split_at(head.rfind("<trk>").expect("a track"));
        format!("{before}{track}{first}</trk>{track}{second}{tail}")
    };
    let joined = &["2 tracks follow each other and were joined"];
    check("in order", with_tracks([&points[..cut], &points[cut..]]), &run, joined);
    check("swapped", with_tracks([&points[cut..], &points[..cut]]), &run, joined);
    check("3 s twice", with_tracks([&points[..cut + 3], &points[cut..]]), &run, joined);
}

/// Returns a watch outdoors that records no distance.
fn by_places() -> Watch {
    Watch { distance_scale: None, ..outdoors() }
}

#[test]
fn a_timer_total_a_little_below_the_samples_takes_no_metres() {
    for short_s in [2.0, 20.0, 90.0] {
        let short = changed(&ten_km(), &by_places(), |all| all.laps[0].timer_s -= short_s);
        let (_, outcome) = measured(as_tcx(&short));
        let metres = outcome.expect("a run").recorded.distance_m;
        assert!((metres / 10_000.0 - 1.0).abs() < WITHIN_SHARE, "{short_s} s: {metres}");
    }
}

#[test]
fn a_clock_set_forward_is_in_no_lap() {
    let run = ten_km();
    for lap in [2, 5] {
        let set = changed(&run, &outdoors(), |all| {
            let in_lap_s = all.laps[lap].start_s + 100.0;
            let from = all.samples.iter().position(|sample| sample.time_s >= in_lap_s).expect("a sample");
            damage::step_clock(all, from, HOUR_S);
            all.laps[lap].elapsed_s += HOUR_S;
            all.elapsed_s += HOUR_S;
        });
        check(&format!("lap {lap}"), as_fit(&set), &run, &["the clock jumps forward by 3600 s"]);
    }
}

#[test]
fn a_stated_start_before_samples_that_have_all_the_time_is_not_used() {
    let run = ten_km();
    for early_s in [10.0, 60.0] {
        let note = format!("the stated start is {early_s:.0} s before the first sample");
        for watch in [outdoors(), by_places()] {
            let recording = record(&run, &watch);
            check("all laps", with_laps_off(&recording, -early_s), &run, &[&note]);
            let first = with_lap_starts(&as_tcx(&recording), &recording, |lap| {
                recording.laps[lap].start_s - if lap == 0 { early_s } else { 0.0 }
            });
            check("the first lap", first, &run, &[&note]);
        }
    }
}

#[test]
fn lap_starts_that_are_sums_of_timer_times_hide_no_pause() {
    let run = with_stops();
    let recording = record(&run, &outdoors());
    let sums = with_lap_starts(&as_tcx(&recording), &recording, |lap| {
        recording.start_s + recording.laps[..lap].iter().map(|lap| lap.timer_s).sum::<f64>()
    });
    check("sums", sums, &run, SOUND);
}

#[test]
fn a_lap_that_is_missing_is_no_pause() {
    let run = ten_km();
    let tcx = as_tcx(&record(&run, &outdoors()));
    let (head, mut laps, tail) = laps_of(&tcx);
    laps.remove(4);
    let notes = &["the totals declare 9.00 km", "of timer time"];
    check("the fifth lap", format!("{head}{}{tail}", laps.concat()), &run, notes);
}

#[test]
fn a_position_thrown_far_and_back_is_no_drive() {
    let run = ten_km();
    for (places, metres) in [(1, 400.0), (1, 900.0), (5, 500.0), (30, 400.0)] {
        let thrown = changed(&run, &by_places(), |all| damage::throw_positions(all, 7, places, metres));
        check(&format!("{places} of {metres} m"), as_gpx(&thrown), &run, SOUND);
    }
}

#[test]
fn a_stale_first_position_nearby_adds_no_distance() {
    let run = ten_km();
    for metres in [50.0, 80.0, 250.0] {
        let stale = changed(&run, &by_places(), |all| {
            let (latitude_deg, _) = all.samples[0].place_deg.as_mut().expect("a position");
            *latitude_deg -= metres / 111_200.0;
        });
        let (identity, outcome) = measured(as_gpx(&stale));
        let found = outcome.expect("a run").recorded.distance_m;
        assert!((found / 10_000.0 - 1.0).abs() < WITHIN_SHARE, "{metres} m: {found}");
        assert_eq!(identity.notes.len(), 1, "{metres} m: {:?}", identity.notes);
    }
}

#[test]
fn a_ride_while_the_timer_is_stopped_adds_no_distance() {
    let run = with_stops();
    let restart_s = record(&run, &by_places()).stops[0].to_s;
    let ridden = changed(&run, &by_places(), |all| {
        for sample in all.samples.iter_mut().filter(|sample| sample.time_s >= restart_s) {
            let (latitude_deg, _) = sample.place_deg.as_mut().expect("a position");
            *latitude_deg += 5_000.0 / 111_200.0;
        }
    });
    check("GPX", as_gpx(&ridden), &run, &["1 jump of the GPS track was left out"]);
    let counted = changed(&run, &indoors(), |all| {
        for sample in all.samples.iter_mut().filter(|sample| sample.time_s >= restart_s) {
            sample.distance_m = sample.distance_m.map(|metres| metres + 5_000.0);
        }
    });
    let (_, outcome) = measured(fit::write(&counted, &treadmill()));
    let metres = outcome.expect("a run").recorded.distance_m;
    assert!((metres / 10_000.0 - 1.0).abs() < WITHIN_SHARE, "{metres}");
}

#[test]
fn a_copy_of_the_run_by_a_clock_a_second_off_counts_once() {
    let run = ten_km();
    for watch in [outdoors(), by_places()] {
        let twice = changed(&run, &watch, |all| {
            let mut again = all.samples.clone();
            for sample in &mut again {
                sample.time_s += 1.0;
            }
            all.samples.extend(again);
        });
        let notes = &["out of order in 1 place", "each moment counts once"];
        check("twice", as_gpx(&twice), &run, notes);
    }
}

#[test]
fn a_position_lost_for_good_leaves_the_metres_of_the_totals() {
    let run = ten_km();
    for lost_s in [120.0, 600.0] {
        let lost = changed(&run, &by_places(), |all| {
            damage::lose_places(all, all.end_s - lost_s, f64::INFINITY);
        });
        let note = &["more were taken for them"];
        check(&format!("FIT {lost_s} s"), as_fit(&lost), &run, note);
    }
}

#[test]
fn a_distance_that_was_misread_once_is_left_out() {
    let run = ten_km();
    let dip = changed(&run, &indoors(), |all| all.samples[1_200].distance_m = Some(0.0));
    check("a zero", fit::write(&dip, &treadmill()), &run, &["far below those beside it"]);
    let jump = changed(&run, &indoors(), |all| damage::shift_distance(all, 4_000.0, 3_000.0));
    check("3 km in a second", fit::write(&jump, &treadmill()), &run, &["jumps by 3.00 km"]);
}

#[test]
fn records_that_positions_and_totals_outvote_are_scaled() {
    let run = ten_km();
    let short = changed(&run, &outdoors(), |all| {
        for sample in &mut all.samples {
            sample.distance_m = sample.distance_m.map(|metres| 0.92 * metres);
        }
    });
    check("8 % short", as_tcx(&short), &run, &["as the positions agree"]);
}

#[test]
fn a_part_filled_in_at_one_even_pace_has_the_device_speeds() {
    let run = ten_km();
    let filled = changed(&run, &indoors(), |all| {
        let from = all.samples.iter().position(|sample| sample.distance_m > Some(5_500.0)).expect("a sample");
        let (from_s, from_m) = (all.samples[from].time_s, 5_000.0);
        let mps = (all.distance_m - from_m) / (all.end_s - from_s);
        for sample in &mut all.samples {
            sample.distance_m = sample.distance_m.map(|metres| {
                if sample.time_s < from_s {
                    metres * from_m / 5_500.0
                } else {
                    from_m + mps * (sample.time_s - from_s)
                }
            });
        }
    });
    let (_, found) = check("the end", fit::write(&filled, &treadmill()), &run, SOUND);
    assert!(found.ledger.why.ends_with("filled in at one even pace for a part"), "{}", found.ledger.why);
}
