//! Distances that a file declares as totals, against those of its records, in metres.
//!
//! A treadmill is often corrected after the run: then the totals have the right distance and the
//! records the old one. Some apps write the records' distance or speed in another unit. Outdoors
//! the records count, and a difference is reported.

use super::column::{CONTRADICTION, DistanceColumn, KnownAt};
use crate::activity::{Activity, FileFormat, Note};
use crate::measure::records;
use crate::measure::time::clock::Clock;
use crate::units::{KM_M, MILE_M};

/// Totals and records agree within this share.
const AGREE: f64 = 0.01;
/// A track within this share of the totals agrees with them; records that are off by more than the
/// other are then wrong.
const SECONDED: f64 = 0.02;
const OUTVOTED: f64 = 0.04;
/// A treadmill's correction is at most this factor, either way.
const CORRECTION: std::ops::RangeInclusive<f64> = 0.5..=2.0;
/// Units in which a distance may be written by mistake, in metres.
const UNITS: [(f64, &str); 6] = [
    (KM_M, "kilometres"),
    (MILE_M, "miles"),
    (0.3048, "feet"),
    (0.9144, "yards"),
    (0.1, "decimetres"),
    (0.01, "centimetres"),
];
/// Units in which a speed may be written by mistake, in m/s.
const SPEED_UNITS: [(f64, &str); 5] = [
    (1.0 / 3.6, "km/h"),
    (MILE_M / 3600.0, "miles an hour"),
    (0.3048, "feet a second"),
    (0.01, "cm/s"),
    (0.001, "mm/s"),
];
/// A distance that is the sum of speeds is this near to the totals.
const SPEED_AGREE: f64 = 0.04;
/// The distance of a run, in the wrong unit, grows by less than this, m/s. Nobody moves so slowly
/// all the time.
const CREEPING_MPS: f64 = 0.1;
/// It grows in at least this share of the minutes.
const STEADY: f64 = 0.9;
/// The moving pace of a run is in this range, m/s.
const RUN_MPS: std::ops::RangeInclusive<f64> = KM_M / 720.0..=KM_M / 150.0;
/// A distance in another unit often has two decimals. Steps at least this long, metres, are spread
/// over the time between them.
const COARSE_M: f64 = 5.0;

/// A step longer than a sprint by this is a jump, metres.
const JUMP_M: f64 = 50.0;

/// What else is known of the distance that the totals may correct.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    /// The length of the track, metres.
    pub track_m: Option<f64>,
    /// Whether the distance is the sum of speeds.
    pub by_speed: bool,
}

/// Returns the distance that the file declares for the activity, else the sum of its laps.
pub(super) fn declared_m(activity: &Activity) -> Option<f64> {
    let laps = || activity.laps.iter().map(|lap| lap.distance_m).sum::<Option<f64>>();
    activity.declared.distance_m.or_else(laps).filter(|metres| metres.is_finite() && *metres > 0.0)
}

/// Returns the records' distances, multiplied where the totals are the correction, or where their
/// unit is wrong, with a note. Where totals and records only differ, it adds a note.
pub(super) fn corrected<'a>(
    activity: &Activity,
    clock: &Clock,
    column: DistanceColumn<'a>,
    known: Known,
    notes: &mut Vec<Note>,
) -> DistanceColumn<'a> {
    let recorded_m = column.length_m();
    if activity.cut_short || recorded_m <= 0.0 {
        return column;
    }
    let factor = declared_m(activity).map_or(1.0, |declared_m| declared_m / recorded_m);
    let has_track = known.track_m.is_some_and(|track_m| track_m > 0.1 * recorded_m.max(factor * recorded_m));
    if (factor - 1.0).abs() <= AGREE {
        if !has_track && is_in_kilometres(activity, clock, &column) {
            notes.push(Note::general(format!(
                "the distances grow by {recorded_m:.1} m in all, which is no running; they were taken for kilometres"
            )));
            return column.scaled(KM_M).without_steps(clock, COARSE_M);
        }
        return column;
    }
    let totals = format!(
        "the totals declare {:.2} km, the records have {:.2} km",
        factor * recorded_m / KM_M,
        recorded_m / KM_M
    );
    let is_confirmed = known.track_m.is_some_and(|track_m| (track_m / recorded_m - 1.0).abs() <= AGREE);
    let is_running = is_possible(clock, &column, factor);
    let (units, agree) = if known.by_speed { (&SPEED_UNITS[..], SPEED_AGREE) } else { (&UNITS[..], AGREE) };
    let unit = units.iter().find(|(metres, _)| (factor / metres - 1.0).abs() <= agree);
    if let Some((_, unit)) = unit.filter(|_| is_running && !is_confirmed) {
        let what = if known.by_speed { "speeds" } else { "records" };
        notes.push(Note::general(format!("{totals}; the {what} are in {unit} and were converted")));
        return column.scaled(factor).without_steps(clock, COARSE_M);
    }
    let is_seconded =
        known.track_m.is_some_and(|track_m| (track_m / (factor * recorded_m) - 1.0).abs() <= SECONDED);
    if is_seconded && is_running && (factor - 1.0).abs() > OUTVOTED {
        notes
            .push(Note::general(format!("{totals}; they were scaled to the totals, as the positions agree")));
        return column.scaled(factor);
    }
    if !has_track && CORRECTION.contains(&factor) && is_running {
        notes.push(Note::general(format!(
            "{totals}; they were scaled to the totals, as corrected after the run"
        )));
        return column.scaled(factor);
    }
    let why = if is_running { "" } else { ", as the totals are faster than anybody has run" };
    notes.push(Note::general(format!("{totals}; the records were used{why}")));
    column
}

/// Takes out jumps that nobody runs, where the totals have the distance without them.
pub(super) fn without_jumps<'a>(
    activity: &Activity,
    clock: &Clock,
    column: DistanceColumn<'a>,
    notes: &mut Vec<Note>,
) -> DistanceColumn<'a> {
    let length_m = column.length_m();
    let Some(declared_m) = declared_m(activity).filter(|metres| length_m > (1.0 + AGREE) * metres) else {
        return column;
    };
    let (mut last, mut jumped_m): (Option<(f64, f64)>, f64) = (None, 0.0);
    let without = |(row, metres): (usize, &f64)| {
        if metres.is_nan() {
            return f64::NAN;
        }
        let time_s = clock.time_s[row];
        if let Some((last_s, last_m)) = last {
            let step_m = metres - last_m;
            if step_m > records::PEAK_MPS * (time_s - last_s) + JUMP_M {
                jumped_m += step_m;
            }
        }
        last = Some((time_s, *metres));
        metres - jumped_m
    };
    let distance_m: Vec<f64> = column.distance_m.iter().enumerate().map(without).collect();
    if jumped_m == 0.0 || ((length_m - jumped_m) / declared_m - 1.0).abs() > AGREE {
        return column;
    }
    notes.push(Note::general(format!(
        "the device's distance jumps by {:.2} km, which the totals do not have; that was taken out",
        jumped_m / KM_M
    )));
    DistanceColumn { distance_m: distance_m.into(), ..column }
}

/// Returns whether a factor between two distances of a run is a unit's, within the error of speed.
pub(super) fn is_unit(factor: f64) -> bool {
    UNITS.iter().any(|(metres, _)| (factor / metres - 1.0).abs() <= SPEED_AGREE)
}

/// Returns whether distances multiplied by a factor can be run, as a whole and over each kilometre.
fn is_possible(clock: &Clock, column: &DistanceColumn, factor: f64) -> bool {
    let points: Vec<(f64, f64)> = (clock.time_s.iter().zip(&column.distance_m[..]))
        .filter(|(_, metres)| !metres.is_nan())
        .map(|(time_s, metres)| (*time_s, metres * factor))
        .collect();
    let (from_s, to_s) = clock.span();
    let length_m = column.length_m() * factor;
    length_m <= records::fastest_mps(length_m) * (to_s - from_s)
        && records::fast_stretches(&points, KM_M).next().is_none()
}

/// Returns whether a stated run has distances that only make sense as kilometres: they creep all
/// the time, and a thousand times as far is a runner's speed.
fn is_in_kilometres(activity: &Activity, clock: &Clock, column: &DistanceColumn) -> bool {
    let (from_s, to_s) = clock.span();
    let mps = column.length_m() / (to_s - from_s);
    if activity.sport.is_run() != Some(true) || mps >= CREEPING_MPS || !RUN_MPS.contains(&(KM_M * mps)) {
        return false;
    }
    let (mut minutes, mut grown, mut last_m, mut minute_s) = (0_u32, 0_u32, 0.0, from_s + 60.0);
    for (time_s, metres) in
        clock.time_s.iter().zip(&column.distance_m[..]).filter(|(_, metres)| !metres.is_nan())
    {
        if *time_s >= minute_s {
            minutes += 1;
            grown += u32::from(*metres > last_m);
            (last_m, minute_s) = (*metres, time_s + 60.0);
        }
    }
    f64::from(grown) >= STEADY * f64::from(minutes) && is_possible(clock, column, KM_M)
}

/// Scales the distances of a track, metres by row, to the total of a GPX file: some services write
/// the device's distance into it. Returns the track unchanged where there is no such total, or it
/// is not that of these positions.
pub(super) fn whole(activity: &Activity, track_m: Vec<f64>) -> Result<DistanceColumn<'static>, Vec<f64>> {
    let length_m = track_m.iter().rev().copied().find(|metres| !metres.is_nan());
    let factor = activity.declared.distance_m.zip(length_m).map(|(total_m, length_m)| total_m / length_m);
    match factor.filter(|factor| (factor - 1.0).abs() <= CONTRADICTION) {
        Some(factor)
            if activity.format == FileFormat::Gpx
                && activity.missing_start_s.is_none()
                && !activity.cut_short =>
        {
            let column = DistanceColumn::new(track_m).scaled(factor);
            Ok(DistanceColumn { known_at: KnownAt::Ends, ..column })
        }
        _ => Err(track_m),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Declared, Sport};

    /// Corrects a recording of 50 minutes at an even pace. Returns the length and the notes.
    fn corrected_m(declared_m: f64, recorded_m: f64, known: Known) -> (f64, Vec<String>) {
        let declared = Declared { distance_m: Some(declared_m), ..Declared::default() };
        let mut activity = Activity { declared, sport: Sport::Running, ..Activity::default() };
        for step in 0..=300 {
            let row = activity.samples.open(10.0 * f64::from(step));
            activity.samples.distance_m.set(row, recorded_m * f64::from(step) / 300.0);
        }
        let clock = Clock::repair(&activity).expect("a clock");
        let column = DistanceColumn::new(clock.column(&activity.samples.distance_m));
        let mut notes = Vec::new();
        let column = corrected(&activity, &clock, column, known, &mut notes);
        (column.length_m(), notes.into_iter().map(|note| note.text).collect())
    }

    fn check(declared_m: f64, recorded_m: f64, known: Known, length_m: f64, note: &str) {
        let (found_m, notes) = corrected_m(declared_m, recorded_m, known);
        assert!((found_m / length_m - 1.0).abs() < 1e-9, "{found_m} for {length_m}: {notes:?}");
        assert!(notes.iter().all(|found| found.contains(note)), "{notes:?}");
        assert_eq!(notes.is_empty(), note.is_empty());
    }

    const INDOORS: Known = Known { track_m: None, by_speed: false };
    const BY_SPEED: Known = Known { track_m: None, by_speed: true };

    fn beside(track_m: f64) -> Known {
        Known { track_m: Some(track_m), by_speed: false }
    }

    #[test]
    fn a_treadmill_corrected_after_the_run_is_scaled() {
        check(10_000.0, 8_000.0, INDOORS, 10_000.0, "corrected after the run");
        check(10_000.0, 9_950.0, INDOORS, 9_950.0, "");
        check(10_000.0, 2_000.0, INDOORS, 2_000.0, "the records were used");
    }

    #[test]
    fn a_correction_that_nobody_can_run_is_none() {
        check(20_000.0, 10_000.0, INDOORS, 10_000.0, "faster than anybody has run");
    }

    #[test]
    fn other_units_are_converted_with_or_without_a_track() {
        check(10_000.0, 10.0, beside(9_990.0), 10_000.0, "in kilometres");
        check(10_000.0, 6.21, INDOORS, 10_000.0, "in miles");
        check(10_000.0, 1e6, INDOORS, 10_000.0, "in centimetres");
        check(10_000.0, 1e5, INDOORS, 10_000.0, "in decimetres");
        check(10_000.0, 10_936.0, INDOORS, 10_000.0, "in yards");
        check(10_000.0, 35_500.0, BY_SPEED, 10_000.0, "the speeds are in km/h");
        check(10_000.0, 22_100.0, BY_SPEED, 10_000.0, "the speeds are in miles an hour");
    }

    #[test]
    fn totals_and_records_in_kilometres_are_converted() {
        check(10.0, 10.0, INDOORS, 10_000.0, "taken for kilometres");
        // Half a kilometre in 50 minutes is a walk at most, in metres too.
        check(0.5, 0.5, INDOORS, 0.5, "");
    }

    #[test]
    fn outdoors_the_records_count_and_the_difference_is_noted() {
        check(10_000.0, 9_200.0, beside(9_300.0), 9_200.0, "the records were used");
        check(10_000.0, 9_200.0, beside(9_990.0), 10_000.0, "as the positions agree");
        // Not yards: the track has the same length.
        check(9_200.0, 10_000.0, beside(9_990.0), 10_000.0, "the records were used");
    }
}
