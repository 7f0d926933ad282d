//! Where in a lap or session the timer was stopped, if only the totals know for how long.
//!
//! First in the gaps between tracks, then in other gaps in which the runner hardly moved, then in
//! stands during which the device went on to write samples. What none of them explains is spread
//! evenly over the rest.

use std::collections::BTreeMap;

use super::clock::{Clock, typical_step};
use super::stopped::{StoppedSpan, overlap_s};
use crate::activity::Activity;
use crate::measure::distance::between_m;
use crate::units::STANDING_MPS;

/// Totals and starts are often whole seconds, so a smaller difference is rounding.
pub(super) const ROUNDING_S: f64 = 1.5;
/// A stand that differs from the missing seconds by at most this is the stop, seconds; it begins
/// and ends between samples.
const SAME_LENGTH_S: f64 = 3.0;
/// Over this time a runner gets farther than positions wander, seconds.
const WANDER_S: f64 = 10.0;
/// A part of a recording that is missing lasts at least this long, seconds.
const MISSING_PART_S: f64 = 60.0;
/// Nobody who stops gets this far on average, m/s.
const RUN_ON_MPS: f64 = 1.5;
/// A stop can hide in a gap between samples of at least this length, seconds.
const SHORTEST_STOP_S: f64 = 5.0;

/// Places one lap's missing seconds. Returns how many of them had to be spread evenly over the rest
/// of the lap.
pub(super) fn place(
    activity: &Activity,
    clock: &Clock,
    segment_gaps: &[StoppedSpan],
    known: &[StoppedSpan],
    (from_s, to_s): (f64, f64),
    missing_s: f64,
    stopped_spans: &mut Vec<StoppedSpan>,
) -> f64 {
    let mut left_s = missing_s;
    let is_boundary = |from: f64| segment_gaps.binary_search_by(|gap| gap.from_s.total_cmp(&from)).is_ok();
    let gaps = slow_gaps(activity, clock, (from_s, to_s), missing_s, &is_boundary);
    let stands = stands(activity, clock, (from_s, to_s), missing_s);
    // First the gaps between tracks, where a stop is recorded, then any other slow gap, then stands
    // during which the device went on to write samples.
    let between_tracks = gaps.iter().filter(|gap| gap.boundary);
    let inside_tracks = gaps.iter().filter(|gap| !gap.boundary);
    let mut taken: BTreeMap<u64, StoppedSpan> = BTreeMap::new();
    let key = |time_s: f64| (time_s - from_s).max(0.0).to_bits();
    for gap in between_tracks.chain(inside_tracks).chain(&stands) {
        if left_s <= ROUNDING_S {
            break;
        }
        let stop_s = gap.spare_s.min(left_s);
        // The runner stops first and moves afterwards, so the stop begins when the gap does.
        let span = StoppedSpan::whole(gap.from_s, gap.from_s + stop_s);
        let before = taken.range(..key(span.to_s)).next_back().map(|(_, before)| *before);
        if overlap_s(known, (span.from_s, span.to_s)) > 0.0
            || before.is_some_and(|before| before.to_s > span.from_s)
        {
            continue;
        }
        taken.insert(key(span.from_s), span);
        left_s -= stop_s;
    }
    let mut taken: Vec<StoppedSpan> = taken.into_values().collect();
    if left_s <= ROUNDING_S || has_run_gap(activity, clock, (from_s, to_s), missing_s) {
        stopped_spans.append(&mut taken);
        return 0.0;
    }
    // Between the stops that were found, the rest is spread in proportion to the time.
    let first = known.partition_point(|span| span.to_s <= from_s);
    let mut busy: Vec<StoppedSpan> =
        known[first..].iter().copied().take_while(|span| span.from_s < to_s).collect();
    busy.extend(&taken);
    busy.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    let mut free: Vec<(f64, f64)> = Vec::new();
    let mut at_s = from_s;
    for span in &busy {
        free.push((at_s, span.from_s));
        at_s = at_s.max(span.to_s);
    }
    free.push((at_s, to_s));
    free.retain(|(begin_s, end_s)| end_s > begin_s);
    let free_s: f64 = free.iter().map(|(begin_s, end_s)| end_s - begin_s).sum();
    let share = (left_s / free_s).min(1.0);
    stopped_spans.append(&mut taken);
    stopped_spans.extend(free.iter().map(|(begin_s, end_s)| StoppedSpan {
        from_s: *begin_s,
        to_s: *end_s,
        stopped_s: share * (end_s - begin_s),
    }));
    left_s
}

/// Returns whether all that is missing is one gap in which the runner ran on: then a part of the
/// recording is missing, such as a lap, and no stop.
fn has_run_gap(activity: &Activity, clock: &Clock, (from_s, to_s): (f64, f64), missing_s: f64) -> bool {
    let first = clock.time_s.partition_point(|time| *time < from_s).saturating_sub(1);
    let last = clock.time_s.partition_point(|time| *time <= to_s);
    // A lap ends with the next one's first sample.
    (first..(last + 1).min(clock.len()).saturating_sub(1)).any(|row| {
        let gap_s = clock.time_s[row + 1] - clock.time_s[row];
        (gap_s - missing_s).abs() <= SAME_LENGTH_S
            && gap_s >= MISSING_PART_S
            && moved_m(activity, clock, row, row + 1).is_some_and(|moved_m| moved_m > RUN_ON_MPS * gap_s)
    })
}

/// A gap between samples in which a stop may hide.
struct Gap {
    from_s: f64,
    /// The seconds of the gap that its distance does not explain at the usual speed.
    spare_s: f64,
    speed_mps: f64,
    /// Whether a new track begins after it.
    boundary: bool,
}

/// Returns the stretches of a lap in which the runner stood while samples were written: first those
/// that take all that is missing and no more, then the longest.
fn stands(activity: &Activity, clock: &Clock, (from_s, to_s): (f64, f64), missing_s: f64) -> Vec<Gap> {
    let first = clock.time_s.partition_point(|time| *time < from_s);
    let last = clock.time_s.partition_point(|time| *time <= to_s);
    let mut stands: Vec<Gap> = Vec::new();
    let mut standing_from = None;
    // Positions of somebody who stands wander more in a second than the way is long.
    let apart_s = if activity.samples.distance_m.is_empty() { WANDER_S } else { 0.0 };
    let mut before = first;
    for row in first..last {
        while before + 1 < row && clock.time_s[row] - clock.time_s[before + 1] >= apart_s {
            before += 1;
        }
        let moved = if row > first { moved_m(activity, clock, before, row) } else { None };
        let step_s = clock.time_s[row] - clock.time_s[before];
        let stands_still = moved.is_some_and(|moved_m| moved_m < STANDING_MPS * step_s);
        match (stands_still, standing_from) {
            (true, None) => standing_from = Some(before),
            (false, Some(begin)) => {
                stands.extend(stand(clock, begin, row - 1));
                standing_from = None;
            }
            _ => {}
        }
    }
    stands.extend(standing_from.and_then(|begin| stand(clock, begin, last.saturating_sub(1))));
    let is_more_or_less = |stand: &Gap| (stand.spare_s - missing_s).abs() > SAME_LENGTH_S;
    stands.sort_by(|a, b| is_more_or_less(a).cmp(&is_more_or_less(b)).then(b.spare_s.total_cmp(&a.spare_s)));
    stands
}

fn stand(clock: &Clock, begin: usize, end: usize) -> Option<Gap> {
    let (from_s, to_s) = (clock.time_s[begin], clock.time_s[end]);
    let spare_s = to_s - from_s;
    (spare_s >= SHORTEST_STOP_S).then_some(Gap { from_s, spare_s, speed_mps: 0.0, boundary: false })
}

/// Returns how far the runner moved between two rows: by the device's distance, else by position.
fn moved_m(activity: &Activity, clock: &Clock, from: usize, to: usize) -> Option<f64> {
    between_m(&activity.samples, clock.sample(from), clock.sample(to)).map(|moved_m| moved_m.max(0.0))
}

/// Returns the gaps of a lap in which a stop may hide, slowest first.
fn slow_gaps(
    activity: &Activity,
    clock: &Clock,
    (from_s, to_s): (f64, f64),
    missing_s: f64,
    is_boundary: &dyn Fn(f64) -> bool,
) -> Vec<Gap> {
    let first = clock.time_s.partition_point(|time| *time < from_s).saturating_sub(1);
    let last = clock.time_s.partition_point(|time| *time <= to_s);
    let distance_m = |row: usize| activity.samples.distance_m.get(clock.sample(row));
    let lap = first..last.saturating_sub(1);
    let ends = lap.clone().find_map(distance_m).zip(lap.clone().rev().find_map(distance_m));
    // Where only speed is recorded, nothing tells how far the runner moved in a gap. All of it may
    // be a stop.
    if ends.is_none() && !activity.samples.latitude_deg.is_empty() {
        return Vec::new();
    }
    let step_s = typical_step(&clock.time_s[first..last]);
    let usual_mps = ends.map(|(start, end)| ((end - start) / (to_s - from_s - missing_s).max(1.0)).max(0.5));
    let mut gaps: Vec<Gap> = lap
        .filter_map(|row| {
            let gap_s = clock.time_s[row + 1] - clock.time_s[row];
            let (moved_m, spare_s) = match usual_mps {
                Some(usual_mps) => {
                    let moved_m = (distance_m(row + 1)? - distance_m(row)?).max(0.0);
                    (moved_m, gap_s - moved_m / usual_mps)
                }
                None => (0.0, gap_s),
            };
            // In a gap that was mostly run, nobody stopped.
            if gap_s < SHORTEST_STOP_S.max(2.0 * step_s) || spare_s < 0.5 * gap_s {
                return None;
            }
            let from_s = clock.time_s[row];
            Some(Gap { from_s, spare_s, speed_mps: moved_m / gap_s, boundary: is_boundary(from_s) })
        })
        .collect();
    gaps.sort_by(|a, b| a.speed_mps.total_cmp(&b.speed_mps).then(b.spare_s.total_cmp(&a.spare_s)));
    gaps
}
