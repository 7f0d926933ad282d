//! A distance that begins late: the seconds and metres before it.
//!
//! A receiver may take minutes to its first position, and some devices count nothing until then.
//! The seconds before it belong to the run with their metres, or not at all. Totals of more metres
//! than the records have know them; without such totals the run begins where its distance does.

use super::column::{CONTRADICTION, DistanceColumn, Start};
use super::declared::declared_m;
use super::track::GpsTrack;
use crate::activity::{Activity, Note};
use crate::measure::records;
use crate::measure::time::clock::Clock;
use crate::measure::time::stopped::{StoppedSpan, overlap_s};
use crate::phrases::clock as duration;
use crate::units::{KM_M, STANDING_MPS};

/// A distance that begins at least this long after the run is late, seconds.
pub(super) const LATE_S: f64 = 10.0;
/// Fewer metres are within the error of a distance.
const LEAST_M: f64 = 30.0;
/// The speed before a late start over that after it is in this range.
const SPEED: std::ops::RangeInclusive<f64> = 0.6..=1.6;
/// A start that is stated longer than this before the first distance is an error of the file,
/// seconds.
pub(super) const LONGEST_S: f64 = 3600.0;

/// A late start of the distance.
#[derive(Debug, Clone, Copy)]
struct LateStart {
    /// The first row whose distance counts.
    row: usize,
    /// The seconds before it in which the timer ran.
    late_s: f64,
}

/// Completes a column that begins late: with the metres of the totals, or by beginning the run
/// there. Returns it with whether the totals were used.
pub(super) fn complete<'a>(
    activity: &Activity,
    clock: &Clock,
    stopped_spans: &[StoppedSpan],
    column: DistanceColumn<'a>,
    gps: Option<&GpsTrack>,
    notes: &mut Vec<Note>,
) -> (DistanceColumn<'a>, bool) {
    let Some(late) = find(activity, clock, stopped_spans, &column) else { return (column, false) };
    let missing_m = missing_m(activity, clock, stopped_spans, &column, late)
        // Where the records are wrong as well, nothing can be said of the start.
        .filter(|_| gps.is_none_or(|gps| (column.length_m() / gps.length_m - 1.0).abs() <= CONTRADICTION));
    let first = format!("the first {} have no distance", duration(late.late_s));
    if let Some(missing_m) = missing_m {
        add(notes, format!("{first}; the totals' {:.2} km more were taken for them", missing_m / KM_M));
        let begin_m = column.distance_m[late.row];
        let counted = |(row, metres): (usize, &f64)| {
            if row < late.row { f64::NAN } else { metres - begin_m + missing_m }
        };
        let distance_m: Vec<f64> = column.distance_m.iter().enumerate().map(counted).collect();
        let completed = DistanceColumn::new(distance_m);
        return (DistanceColumn { start: Start::Counted, repaired: column.repaired, ..completed }, true);
    }
    if late.row > column.first_row() {
        // The device counted zero for these seconds: the runner may have stood.
        return (column, false);
    }
    add(notes, format!("{first}; the run was taken to begin after them"));
    (DistanceColumn { start: Start::FirstDistance, ..column }, false)
}

/// Adds a note once: the device's distance and the track may begin late alike.
pub(super) fn add(notes: &mut Vec<Note>, text: String) {
    let note = Note::general(text);
    if !notes.contains(&note) {
        notes.push(note);
    }
}

/// Returns whether the totals of an activity have the metres before the first row of a track,
/// metres by row.
pub(super) fn is_declared(activity: &Activity, clock: &Clock, track_m: &[f64]) -> bool {
    let column = DistanceColumn::new(track_m);
    let late = find(activity, clock, &[], &column);
    late.is_some_and(|late| missing_m(activity, clock, &[], &column, late).is_some())
}

/// Finds a late start.
fn find(
    activity: &Activity,
    clock: &Clock,
    stopped_spans: &[StoppedSpan],
    column: &DistanceColumn,
) -> Option<LateStart> {
    let first = column.first_row();
    let begin_m = column.distance_m.get(first).copied().filter(|metres| !metres.is_nan())?;
    let has_place = |row: &usize| activity.samples.position_deg(clock.sample(*row)).is_some();
    let stays = |row: &usize| {
        let metres = column.distance_m.get(*row).copied().unwrap_or(f64::NAN);
        metres.is_nan() || metres - begin_m < 1.0
    };
    // A device may count zero until the first position.
    let placed = (first..clock.len()).take_while(stays).find(has_place);
    let is_known = |row: &usize| column.distance_m.get(*row).is_some_and(|metres| !metres.is_nan());
    let row = placed.filter(is_known).unwrap_or(first);
    let from_s = begin_s(activity, clock)?;
    let late_s = clock.time_s[row] - from_s - overlap_s(stopped_spans, (from_s, clock.time_s[row]));
    // A device that counted from the start on has the metres at its first distance.
    let is_late = (LATE_S..=LONGEST_S).contains(&late_s) && begin_m < STANDING_MPS * late_s;
    is_late.then_some(LateStart { row, late_s })
}

/// Returns when the run began by the file: the timer's start, else the first sample.
fn begin_s(activity: &Activity, clock: &Clock) -> Option<f64> {
    let begin_s = activity.timer_start_s.map_or(clock.time_s[0], |start_s| clock.repaired_s(start_s));
    (begin_s <= clock.span().1).then_some(begin_s)
}

/// Returns the metres of the totals that the records lack, if they were run before a late start.
fn missing_m(
    activity: &Activity,
    clock: &Clock,
    stopped_spans: &[StoppedSpan],
    column: &DistanceColumn,
    late: LateStart,
) -> Option<f64> {
    let missing_m = declared_m(activity)? - (column.length_m() - column.distance_m[late.row]);
    if activity.cut_short {
        return None;
    }
    let (from_s, to_s) = (clock.time_s[late.row], clock.span().1);
    let rest_mps = column.length_m() / (to_s - from_s - overlap_s(stopped_spans, (from_s, to_s)));
    were_run(missing_m, late.late_s, rest_mps).then_some(missing_m)
}

/// Returns whether metres that the records lack may have been run in some seconds, given the speed
/// of the rest.
pub(super) fn were_run(missing_m: f64, length_s: f64, rest_mps: f64) -> bool {
    let mps = missing_m / length_s;
    missing_m >= LEAST_M && SPEED.contains(&(mps / rest_mps)) && mps <= records::fastest_mps(missing_m)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Declared;

    /// Ten minutes at 3 m/s after 100 s without a distance, a sample each second.
    fn recording(declared_m: Option<f64>) -> Activity {
        let declared = Declared { distance_m: declared_m, ..Declared::default() };
        let mut activity = Activity { declared, ..Activity::default() };
        for second in 0..=700 {
            let row = activity.samples.open(f64::from(second));
            if second >= 100 {
                activity.samples.distance_m.set(row, 3.0 * f64::from(second - 100));
            }
        }
        activity
    }

    fn completed(declared_m: Option<f64>) -> (f64, Start, usize) {
        let activity = recording(declared_m);
        let clock = Clock::repair(&activity).expect("a clock");
        let column = DistanceColumn::new(clock.column(&activity.samples.distance_m).into_owned());
        let mut notes = Vec::new();
        let (column, _) = complete(&activity, &clock, &[], column, None, &mut notes);
        (column.length_m(), column.start, notes.len())
    }

    #[test]
    fn totals_have_the_metres_before_a_late_start() {
        assert_eq!(completed(Some(2100.0)), (2100.0, Start::Counted, 1));
    }

    #[test]
    fn without_metres_the_seconds_before_a_late_start_do_not_count() {
        for declared_m in [None, Some(1800.0), Some(1850.0), Some(4000.0)] {
            assert_eq!(completed(declared_m), (1800.0, Start::FirstDistance, 1), "{declared_m:?}");
        }
    }
}
