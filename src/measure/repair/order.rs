//! Samples out of order, repeated stretches, and samples of one moment.
//!
//! Some apps write a track backwards or its segments in another order, some repeat earlier segments
//! in each new one, and some watches write position, distance and heart rate of one second in
//! records of their own. Sorted by time, repeats are samples of one moment; these are merged value
//! by value. Laps are sorted with their samples.

use std::cmp::Ordering;

use super::note;
use crate::activity::{Activity, Channel, FileFormat, Lap, Samples};
use crate::measure::distance::between_m;
use crate::phrases::plural;

/// The breaks of one order must be longer than those of the other by this many metres to tell.
const BREAK_M: f64 = 100.0;
/// Between two samples of one order the runner runs on, this fast, m/s, but for no longer than a
/// device is silent while its timer runs, seconds.
const RUNNING_MPS: f64 = 6.0;
const BREAK_S: f64 = 60.0;
/// A repeat is off by at most this, seconds.
const REPEAT_OFF_S: f64 = 30.0;

/// Sorts the samples by time and merges those of one moment.
///
/// A clock that was set back is not a wrong order: there two stretches share times, with different
/// places.
pub(super) fn sort_and_merge(activity: &mut Activity) {
    let times = &activity.samples.time_s;
    let mut rows = Vec::with_capacity(times.len());
    rows.extend((0..times.len()).filter(|row| times[*row].is_finite()));
    let untimed = times.len() - rows.len();
    let out_of_order = rows.windows(2).filter(|pair| times[pair[1]] < times[pair[0]]).count();
    if out_of_order > 0 && is_set_back(&activity.samples, &rows) {
        return;
    }
    let reversed = rows.windows(2).all(|pair| times[pair[1]] <= times[pair[0]]) && out_of_order > 0;
    if out_of_order > 0 {
        // A stable sort: of two samples of one moment, the later one in the file counts.
        rows.sort_by(|a, b| times[*a].total_cmp(&times[*b]));
        sort_laps(activity);
    }
    let merged = merge(&activity.samples, &rows);
    let repeated = rows.len() - merged.len();
    activity.samples = merged;
    if untimed > 0 {
        let samples = plural(untimed, "sample without a time was", "samples without a time were");
        note(activity, format!("{samples} left out"));
    }
    if reversed {
        note(activity, "the samples are in reverse order; they were sorted by time".to_owned());
    } else if out_of_order > 0 {
        note(
            activity,
            format!(
                "the samples are out of order in {}; they were sorted by time",
                plural(out_of_order, "place", "places")
            ),
        );
    }
    if repeated > 0 && out_of_order > 0 {
        let samples = plural(repeated, "sample repeats an earlier one", "samples repeat earlier ones");
        note(activity, format!("{samples}; each moment counts once"));
    }
}

/// Sorts the laps by their starts; a lap that repeats another counts once. A stated start that was
/// that of the first lap in the file is then that of the first lap in time.
fn sort_laps(activity: &mut Activity) {
    let laps = &mut activity.laps;
    if laps.iter().any(|lap| lap.start_s.is_none()) {
        return;
    }
    let first_s = |laps: &[Lap]| laps.first().and_then(|lap| lap.start_s);
    let first_in_file_s = first_s(laps);
    laps.sort_by(|a, b| a.start_s.partial_cmp(&b.start_s).unwrap_or(Ordering::Equal));
    if activity.timer_start_s == first_in_file_s {
        activity.timer_start_s = first_s(laps);
    }
    let in_file = laps.len();
    laps.dedup();
    // In TCX the totals are the sums of the laps.
    if laps.len() < in_file && activity.format == FileFormat::Tcx {
        let declared = &mut activity.declared;
        declared.distance_m =
            declared.distance_m.and_then(|_| laps.iter().map(|lap| lap.distance_m).sum::<Option<f64>>());
        declared.timer_s =
            declared.timer_s.and_then(|_| laps.iter().map(|lap| lap.timer_s).sum::<Option<f64>>());
    }
}

/// Returns whether the clock was set back: in the order of the file the runner runs on, in the
/// order of time not.
fn is_set_back(samples: &Samples, rows: &[usize]) -> bool {
    let times = &samples.time_s;
    let backward = |pair: &&[usize]| times[pair[1]] < times[pair[0]];
    // Of a track in reverse order, each step is backward.
    if rows.windows(2).filter(backward).count() * 4 > rows.len() {
        return false;
    }
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| times[*a].total_cmp(&times[*b]));
    let in_file_m: f64 =
        rows.windows(2).filter(backward).map(|pair| apart_m(samples, pair[0], pair[1])).sum();
    // Where the runner does not run on in the file either, a stretch is repeated, perhaps by a
    // clock some seconds off.
    let off_s = if in_file_m > BREAK_M { REPEAT_OFF_S } else { 0.0 };
    let in_time_m: f64 = sorted
        .windows(2)
        .filter(|pair| pair[0].abs_diff(pair[1]) > 1)
        .map(|pair| {
            let since_s = times[pair[1]] - times[pair[0]];
            let reach_m = RUNNING_MPS * (since_s.min(BREAK_S) + off_s);
            (apart_m(samples, pair[0], pair[1]) - reach_m).max(0.0)
        })
        .sum();
    in_file_m + BREAK_M < in_time_m
}

/// Returns the metres between two samples; 0 if they are not known.
fn apart_m(samples: &Samples, a: usize, b: usize) -> f64 {
    between_m(samples, a, b).map_or(0.0, f64::abs)
}

/// Makes one sample of the samples of each moment: of two values of a channel, the later one
/// counts. `rows` are by time.
fn merge(samples: &Samples, rows: &[usize]) -> Samples {
    // The merged sample of each of the rows, and the first of the rows of each merged sample.
    let (mut moment_of, mut first_in_file) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    let mut time_s: Vec<f64> = Vec::with_capacity(rows.len());
    for row in rows {
        if time_s.last() != Some(&samples.time_s[*row]) {
            time_s.push(samples.time_s[*row]);
            first_in_file.push(*row);
        }
        moment_of.push(time_s.len() - 1);
    }
    let channel = |column: &Channel| {
        let mut merged = Channel::default();
        let values = column.values();
        merged.put_each(&moment_of, rows.iter().map(|row| values.get(*row).copied().unwrap_or(f64::NAN)));
        merged
    };
    // A segment begins at the moment of its first sample, unless the segment repeats an earlier
    // one.
    let mut segment_starts: Vec<usize> = Vec::new();
    for row in 1..first_in_file.len() {
        let (before, here) = (first_in_file[row - 1], first_in_file[row]);
        let segment = |sample: usize| samples.segment_starts.partition_point(|start| *start <= sample);
        if segment(before) != segment(here) {
            segment_starts.push(row);
        }
    }
    Samples { segment_starts, ..samples.with_channels(time_s, channel) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes samples of (seconds, metres, heart rate); NaN where absent.
    fn recording(rows: &[(f64, f64, f64)]) -> Activity {
        let mut activity = Activity::default();
        for (time_s, distance_m, bpm) in rows {
            let row = activity.samples.open(*time_s);
            activity.samples.distance_m.set(row, *distance_m);
            activity.samples.heart_rate_bpm.set(row, *bpm);
        }
        activity
    }

    fn distances(activity: &Activity) -> Vec<Option<f64>> {
        (0..activity.samples.len()).map(|row| activity.samples.distance_m.get(row)).collect()
    }

    const ABSENT: f64 = f64::NAN;

    #[test]
    fn records_of_one_second_become_one_sample() {
        let mut activity =
            recording(&[(0.0, 0.0, ABSENT), (0.0, ABSENT, 120.0), (1.0, 3.0, ABSENT), (1.0, ABSENT, 121.0)]);
        sort_and_merge(&mut activity);
        assert_eq!(activity.samples.time_s, [0.0, 1.0]);
        assert_eq!(distances(&activity), [Some(0.0), Some(3.0)]);
        assert_eq!(activity.samples.heart_rate_bpm.get(1), Some(121.0));
        assert!(activity.notes.is_empty(), "{:?}", activity.notes);
    }

    #[test]
    fn a_track_written_backwards_is_turned_round() {
        let mut activity = recording(&[(2.0, 6.0, ABSENT), (1.0, 3.0, ABSENT), (0.0, 0.0, ABSENT)]);
        sort_and_merge(&mut activity);
        assert_eq!(distances(&activity), [Some(0.0), Some(3.0), Some(6.0)]);
        assert!(activity.notes[0].text.contains("reverse order"));
    }

    #[test]
    fn a_segment_that_repeats_the_one_before_counts_once_and_is_no_pause() {
        let mut activity = recording(&[(0.0, 0.0, ABSENT), (1.0, 3.0, ABSENT)]);
        activity.samples.begin_segment();
        for (time_s, distance_m) in [(0.0, 0.0), (1.0, 3.0), (2.0, 6.0)] {
            let row = activity.samples.open(time_s);
            activity.samples.distance_m.set(row, distance_m);
        }
        sort_and_merge(&mut activity);
        assert_eq!(distances(&activity), [Some(0.0), Some(3.0), Some(6.0)]);
    }

    #[test]
    fn a_clock_set_back_is_left_to_the_clocks_repair() {
        // An hour back in the middle, while the runner runs on.
        let rows: Vec<(f64, f64, f64)> = (0..60)
            .map(|row| (f64::from(row) - if row < 30 { 0.0 } else { 20.0 }, 10.0 * f64::from(row), ABSENT))
            .collect();
        let mut activity = recording(&rows);
        sort_and_merge(&mut activity);
        assert_eq!(activity.samples.len(), 60);
    }
}
