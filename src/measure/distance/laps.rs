//! The device's distance in files where only the laps have one.
//!
//! Some exports keep the distance of each lap but leave it out of the samples. The ends of the laps
//! are then exact marks, in metres by the device. Between two marks the GPS track is stretched to
//! fit them.

use super::column::{CONTRADICTION, KnownAt, Start};
use super::late_start::{self, LATE_S};
use crate::activity::Activity;
use crate::measure::distance::column::DistanceColumn;
use crate::measure::time::clock::Clock;
use crate::measure::time::stopped::{StoppedSpan, overlap_s};

/// The end of a lap: Unix seconds, metres by the device, metres by the track.
#[derive(Clone, Copy)]
struct Mark {
    time_s: f64,
    device_m: f64,
    track_m: f64,
}

/// Stretches the track from lap end to lap end. The track is in cumulative metres for each row of
/// the clock, NaN where absent. `None` if not even the first lap fits the track.
pub(in crate::measure) fn column(
    activity: &Activity,
    clock: &Clock,
    stopped_spans: &[StoppedSpan],
    track_m: &[f64],
) -> Option<DistanceColumn<'static>> {
    if activity.laps.is_empty() {
        return None;
    }
    let track = running_track(clock, stopped_spans, track_m);
    let is_late = track
        .first()
        .zip(activity.laps.first().and_then(|lap| lap.start_s))
        .is_some_and(|((row, _), start_s)| clock.time_s[*row] - clock.repaired_s(start_s) > LATE_S);
    let on_time = || Some(marks(activity, clock, &track)).filter(|marks| marks.len() >= 2);
    let late = || late_marks(activity, clock, &track);
    // If the track begins late, a lap that fits it may all the same have metres before it.
    let (marks, start) = match if is_late { None } else { on_time() } {
        Some(marks) => (marks, Start::Stated),
        None => match late() {
            Some(marks) => (marks, Start::Counted),
            None if is_late && late_start::is_declared(activity, clock, track_m) => return None,
            None => (on_time()?, Start::Stated),
        },
    };
    let mut distance_m = vec![f64::NAN; clock.len()];
    let mut next = 1;
    for &(row, track_m) in &track {
        while next < marks.len() && clock.time_s[row] > marks[next].time_s {
            next += 1;
        }
        let from = marks[next - 1];
        let stretch =
            marks.get(next).map_or(1.0, |to| (to.device_m - from.device_m) / (to.track_m - from.track_m));
        distance_m[row] = from.device_m + (track_m - from.track_m) * stretch;
    }
    Some(DistanceColumn { known_at: KnownAt::Laps, start, ..DistanceColumn::new(distance_m) })
}

/// Returns the rows that have a place, with the metres of the track up to there. The metres moved
/// while the timer was stopped are in no lap.
fn running_track(clock: &Clock, stopped_spans: &[StoppedSpan], track_m: &[f64]) -> Vec<(usize, f64)> {
    let known = track_m.iter().copied().enumerate().filter(|(_, distance_m)| !distance_m.is_nan());
    if stopped_spans.iter().all(|span| span.running_share() > 0.0) {
        return known.collect();
    }
    let whole: Vec<StoppedSpan> =
        stopped_spans.iter().copied().filter(|span| span.running_share() == 0.0).collect();
    let (mut last, mut paused_m): (Option<(f64, f64)>, f64) = (None, 0.0);
    known
        .map(|(row, distance_m)| {
            let time_s = clock.time_s[row];
            if let Some((last_s, last_m)) = last.filter(|(last_s, _)| time_s > *last_s) {
                let stopped_s = overlap_s(&whole, (last_s, time_s));
                paused_m += if stopped_s > 0.5 * (time_s - last_s) { distance_m - last_m } else { 0.0 };
            }
            last = Some((time_s, distance_m));
            (row, distance_m - paused_m)
        })
        .collect()
}

/// Returns the start and the ends of the laps, up to the first lap whose distance does not fit the
/// track.
fn marks(activity: &Activity, clock: &Clock, track: &[(usize, f64)]) -> Vec<Mark> {
    let mut marks = Vec::new();
    let Some(start_s) = activity.laps.first().and_then(|lap| lap.start_s) else { return marks };
    let mut last = Mark { time_s: clock.repaired_s(start_s), device_m: 0.0, track_m: 0.0 };
    marks.push(last);
    for lap in &activity.laps {
        let (Some(start_s), Some(elapsed_s), Some(distance_m)) = (lap.start_s, lap.elapsed_s, lap.distance_m)
        else {
            break;
        };
        let time_s = clock.repaired_s(start_s + elapsed_s);
        let Some(track_m) = track_at(clock, track, time_s) else { break };
        let covered_m = track_m - last.track_m;
        // Nothing is lost if the last lap is no mark: the end of the track is the end of the
        // column.
        if covered_m < 1.0 || (distance_m / covered_m - 1.0).abs() > CONTRADICTION {
            break;
        }
        last = Mark { time_s, device_m: last.device_m + distance_m, track_m };
        marks.push(last);
    }
    marks
}

/// Returns the marks of a recording whose first position came late: laps before it count by their
/// totals.
///
/// The first lap end after the first position is a mark of its own, if a later lap fits the track.
/// The distance at the first position follows from it. The first mark is the first position.
fn late_marks(activity: &Activity, clock: &Clock, track: &[(usize, f64)]) -> Option<Vec<Mark>> {
    let &(first_row, first_m) = track.first()?;
    let first_s = clock.time_s[first_row];
    let mut device_m = 0.0;
    let mut marks: Vec<Mark> = Vec::new();
    for lap in &activity.laps {
        let (start_s, lap_m) = (lap.start_s?, lap.distance_m?);
        let time_s = clock.repaired_s(start_s + lap.elapsed_s.or(lap.timer_s)?);
        device_m += lap_m;
        if time_s <= first_s {
            continue;
        }
        let Some(track_m) = track_at(clock, track, time_s) else { break };
        let last = marks.last().copied();
        if let Some(last) = last {
            let covered_m = track_m - last.track_m;
            if covered_m < 1.0 || (lap_m / covered_m - 1.0).abs() > CONTRADICTION {
                break;
            }
        }
        marks.push(Mark { time_s, device_m, track_m });
    }
    let &Mark { device_m, track_m, .. } = marks.first().filter(|_| marks.len() >= 2)?;
    let before_m = device_m - (track_m - first_m);
    // Positions from the start on are no late fix.
    if before_m < 50.0 {
        return None;
    }
    marks.insert(0, Mark { time_s: first_s, device_m: before_m, track_m: first_m });
    Some(marks)
}

/// Returns the metres of the track at a time; `None` outside of the track.
fn track_at(clock: &Clock, track: &[(usize, f64)], time_s: f64) -> Option<f64> {
    let next = track.partition_point(|(row, _)| clock.time_s[*row] < time_s);
    let &(row, to_m) = track.get(next)?;
    let &(before, from_m) = track.get(next.checked_sub(1)?)?;
    let share = (time_s - clock.time_s[before]) / (clock.time_s[row] - clock.time_s[before]);
    Some(from_m + (to_m - from_m) * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Lap;
    use crate::measure::distance::track::GpsTrack;

    /// Makes 700 s at 3 m/s by the track, with two laps of 300 s for which the device counted
    /// `lap_m`.
    fn recording(lap_m: f64) -> Activity {
        let mut activity = Activity::default();
        for second in 0..=700 {
            let index = activity.samples.open(f64::from(second));
            activity.samples.latitude_deg.set(index, f64::from(second) * 3.0 / 111_111.0);
            activity.samples.longitude_deg.set(index, 11.0);
        }
        for start_s in [0.0, 300.0] {
            activity.laps.push(Lap {
                start_s: Some(start_s),
                distance_m: Some(lap_m),
                elapsed_s: Some(300.0),
                ..Lap::default()
            });
        }
        activity
    }

    fn stretched(activity: &Activity) -> (Option<DistanceColumn<'static>>, Vec<f64>) {
        let clock = Clock::repair(activity).expect("a clock");
        let (_, track_m) = GpsTrack::column(&activity.samples, &clock).expect("a track");
        (column(activity, &clock, &[], &track_m), track_m)
    }

    #[test]
    fn the_track_is_stretched_from_lap_end_to_lap_end() {
        let (column, track_m) = stretched(&recording(910.0));
        let column = column.expect("a column");
        assert!((column.distance_m[300] - 910.0).abs() < 0.01);
        assert!((column.distance_m[450] - 1365.0).abs() < 2.0);
        let rest_m = column.distance_m[700] - column.distance_m[600];
        assert!((rest_m - (track_m[700] - track_m[600])).abs() < 0.01, "{rest_m}");
    }

    #[test]
    fn a_lap_that_does_not_fit_the_track_is_no_mark() {
        assert!(stretched(&recording(1200.0)).0.is_none());
    }
}
