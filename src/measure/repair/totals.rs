//! Declared times that are too short for their distance.
//!
//! Some apps write a total of a millisecond, or seconds where the format has milliseconds. Like a
//! zero, such a time says nothing. Times are seconds, distances metres.

use super::{note, span_s};
use crate::activity::{Activity, FileFormat, Lap};
use crate::measure::records;
use crate::units::KM_M;

/// A declared distance may be too long by this much, metres, which matters for the shortest laps.
const SLACK_M: f64 = 20.0;
/// A time that is too short is less than this share of the time of the samples. A real time with a
/// distance that is too long is not.
const SHARE: f64 = 0.5;

/// Returns whether a declared time is faster than anybody runs.
pub(super) fn any_too_fast(activity: &Activity) -> bool {
    let declared = &activity.declared;
    let whole = whole_m(activity).zip(span_s(activity));
    let is_whole_too_fast = whole.is_some_and(|(metres, span_s)| {
        [declared.timer_s, declared.elapsed_s].into_iter().any(|total_s| is_too_fast(total_s, metres, span_s))
    });
    is_whole_too_fast || (0..activity.laps.len()).any(|lap| is_lap_too_fast(activity, lap))
}

/// Drops the declared times that are faster than anybody runs.
pub(super) fn drop_too_fast(activity: &mut Activity) {
    let too_fast: Vec<bool> = (0..activity.laps.len()).map(|lap| is_lap_too_fast(activity, lap)).collect();
    if let Some((metres, span_s)) = whole_m(activity).zip(span_s(activity)) {
        let declared = &mut activity.declared;
        declared.timer_s = declared.timer_s.filter(|_| !is_too_fast(declared.timer_s, metres, span_s));
        declared.elapsed_s = declared.elapsed_s.filter(|_| !is_too_fast(declared.elapsed_s, metres, span_s));
    }
    // In TCX the total is the sum of the laps.
    if activity.format == FileFormat::Tcx && too_fast.contains(&true) {
        activity.declared.timer_s = None;
    }
    for (lap, _) in activity.laps.iter_mut().zip(too_fast).filter(|(_, too_fast)| *too_fast) {
        (lap.timer_s, lap.elapsed_s) = (None, None);
    }
    note(activity, "declared times are faster than anybody runs; they were not used".to_owned());
}

/// Returns whether a time is too short for a distance of which the samples took another time.
fn is_too_fast(total_s: Option<f64>, metres: f64, samples_s: f64) -> bool {
    let fastest_mps = if metres < KM_M { records::PEAK_MPS } else { records::fastest_mps(metres) };
    total_s.is_some_and(|total_s| {
        total_s > 0.0 && metres - SLACK_M > fastest_mps * total_s && total_s < SHARE * samples_s
    })
}

fn is_lap_too_fast(activity: &Activity, lap: usize) -> bool {
    let Lap { start_s, timer_s, elapsed_s, distance_m, .. } = activity.laps[lap];
    let next_s =
        activity.laps.get(lap + 1).map_or(activity.samples.time_s.last().copied(), |lap| lap.start_s);
    // Of the only lap, the distance is that of the samples.
    let metres = distance_m.or_else(|| if activity.laps.len() == 1 { whole_m(activity) } else { None });
    let samples_s = next_s.zip(start_s).map(|(next_s, start_s)| next_s - start_s);
    metres.zip(samples_s).is_some_and(|(metres, samples_s)| {
        is_too_fast(timer_s, metres, samples_s) || is_too_fast(elapsed_s, metres, samples_s)
    })
}

/// Returns the distance that the file declares, else that of its samples.
fn whole_m(activity: &Activity) -> Option<f64> {
    let recorded =
        || activity.samples.distance_m.values().iter().rev().copied().find(|metres| metres.is_finite());
    activity.declared.distance_m.filter(|metres| *metres > 0.0).or_else(recorded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Declared;

    /// Makes 1,000 s at 3 m/s in three laps of a kilometre, with declared times of some seconds.
    fn recording(format: FileFormat, laps_s: [f64; 3], total_s: f64) -> Activity {
        let declared = Declared {
            timer_s: Some(total_s),
            elapsed_s: Some(total_s),
            distance_m: Some(3000.0),
            ..Declared::default()
        };
        let mut activity = Activity { format, declared, ..Activity::default() };
        for second in 0..=1000 {
            let row = activity.samples.open(f64::from(second));
            activity.samples.distance_m.set(row, 3.0 * f64::from(second));
        }
        for (start_s, timer_s) in [0.0, 333.0, 667.0].into_iter().zip(laps_s) {
            activity.laps.push(Lap {
                start_s: Some(start_s),
                timer_s: Some(timer_s),
                distance_m: Some(1000.0),
                ..Lap::default()
            });
        }
        activity
    }

    #[test]
    fn a_total_faster_than_anybody_runs_says_nothing() {
        for total_s in [0.001, 1.0, 50.0] {
            let mut activity = recording(FileFormat::Fit, [333.0, 334.0, 333.0], total_s);
            assert!(any_too_fast(&activity), "{total_s} s");
            drop_too_fast(&mut activity);
            assert_eq!((activity.declared.timer_s, activity.declared.elapsed_s), (None, None));
            assert_eq!(activity.laps[0].timer_s, Some(333.0));
        }
    }

    #[test]
    fn of_one_lap_that_is_too_fast_the_sum_says_nothing_in_a_tcx() {
        let mut activity = recording(FileFormat::Tcx, [333.0, 0.334, 333.0], 666.334);
        assert!(any_too_fast(&activity));
        drop_too_fast(&mut activity);
        assert_eq!(activity.declared.timer_s, None);
        let laps_s: Vec<_> = activity.laps.iter().map(|lap| lap.timer_s).collect();
        assert_eq!(laps_s, [Some(333.0), None, Some(333.0)]);
    }

    #[test]
    fn pauses_and_a_distance_that_is_too_long_change_nothing() {
        // The timer ran for 200 s of each 333: a fast run.
        assert!(!any_too_fast(&recording(FileFormat::Tcx, [200.0; 3], 600.0)));
        let mut too_long = recording(FileFormat::Fit, [333.0, 334.0, 333.0], 1000.0);
        too_long.laps[1].distance_m = Some(9000.0);
        assert!(!any_too_fast(&too_long));
    }
}
