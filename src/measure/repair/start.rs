//! A stated start that the recording contradicts.
//!
//! A session, lap or timer may state a start inside the samples. It counts only if the samples
//! before it are not needed to reach the declared totals. Some devices write laps a whole hour off,
//! late or early.

use super::{note, span_s};
use crate::activity::{Activity, Lap};
use crate::measure::time::LONGEST_FIX_S;

/// A stated start this much after the first sample counts as inside the samples, seconds.
const INSIDE_S: f64 = 2.0;
/// A stated start this much before the first sample is early, seconds.
const EARLY_S: f64 = 5.0;
/// Totals agree within this share.
const AGREE: f64 = 0.01;

/// Returns by how many seconds the stated start is too late, if it cannot be true; below zero if it
/// is too early.
pub(super) fn unused(activity: &Activity) -> Option<f64> {
    let times = &activity.samples.time_s;
    let first_s = times.iter().copied().find(|time_s| time_s.is_finite())?;
    let last_s = times.iter().rev().copied().find(|time_s| time_s.is_finite())?;
    let stated_s = activity.timer_start_s?;
    let late_s = stated_s - first_s;
    if late_s < -LONGEST_FIX_S {
        let declared_s = activity.declared.timer_s.or(activity.declared.elapsed_s)?;
        // The samples alone have the time of the totals.
        return (last_s - first_s >= (1.0 - AGREE) * declared_s).then_some(late_s);
    }
    if late_s < -EARLY_S {
        // The samples have the time of the totals to the second, so none was lost before them.
        let is_whole = |declared_s: f64| (last_s - first_s - declared_s).abs() <= INSIDE_S;
        let has_earlier = activity.declared.elapsed_s.is_some_and(|elapsed_s| !is_whole(elapsed_s));
        return (activity.declared.timer_s.is_some_and(is_whole) && !has_earlier).then_some(late_s);
    }
    if stated_s <= first_s + INSIDE_S {
        return None;
    }
    if stated_s >= last_s {
        return Some(late_s);
    }
    let before = times.partition_point(|time_s| *time_s < stated_s);
    let distance = |row: usize| activity.samples.distance_m.get(row);
    let begin_m = (0..times.len()).find_map(distance);
    let end_m = (0..times.len()).rev().find_map(distance);
    let start_m = (before..times.len()).find_map(distance);
    if let (Some(declared_m), Some(begin_m), Some(start_m), Some(end_m)) =
        (activity.declared.distance_m.filter(|metres| *metres > 0.0), begin_m, start_m, end_m)
    {
        let whole_off = ((end_m - begin_m) / declared_m - 1.0).abs();
        let cut_off = ((end_m - start_m) / declared_m - 1.0).abs();
        return (whole_off + AGREE < cut_off).then_some(late_s);
    }
    let declared_s =
        activity.declared.elapsed_s.or(activity.declared.timer_s).filter(|seconds| *seconds > 0.0)?;
    // Times that are left over may be pauses; times that are missing cannot.
    (last_s - stated_s < (1.0 - AGREE) * declared_s && last_s - first_s < (1.0 + AGREE) * declared_s + late_s)
        .then_some(late_s)
}

/// Drops the stated start, and moves laps that were written by the same clock.
///
/// If the laps after the first are in place, or the elapsed time has the seconds before the first
/// sample, then the recording was open before, with its timer stopped. Only the first lap is moved.
pub(super) fn correct(activity: &mut Activity, late_s: f64) {
    let stated_s = activity.timer_start_s.take();
    let begins = activity.laps.first().and_then(|lap| lap.start_s);
    let was_open_before = was_open_before(activity, late_s);
    if begins.zip(stated_s).is_some_and(|(lap_s, stated_s)| (lap_s - stated_s).abs() <= INSIDE_S) {
        let last_s = activity.samples.time_s.last().copied();
        let is_inside = |lap: &Lap| lap.start_s.zip(last_s).is_none_or(|(at, last_s)| at - late_s < last_s);
        let are_off = activity.laps.last().is_none_or(is_inside)
            && !was_open_before
            && !is_first_alone(activity, late_s);
        let off = if are_off { activity.laps.len() } else { 1 };
        for lap in &mut activity.laps[..off] {
            lap.start_s = lap.start_s.map(|start_s| start_s - late_s);
        }
        if was_open_before && let Some(first) = activity.laps.first_mut() {
            first.elapsed_s = first.elapsed_s.map(|elapsed_s| elapsed_s + late_s).filter(|left| *left > 0.0);
        }
    }
    if was_open_before {
        activity.declared.elapsed_s = activity.declared.elapsed_s.map(|elapsed_s| elapsed_s + late_s);
    }
    let why = if late_s > 0.0 {
        format!("{late_s:.0} s after the first sample, but the totals need the samples before it")
    } else {
        format!("{:.0} s before the first sample, but the samples have the time of the totals", -late_s)
    };
    note(activity, format!("the stated start is {why}; the first sample is the start"));
}

/// Returns whether the first lap alone begins early: it lasts longer than its timer time by that
/// much.
fn is_first_alone(activity: &Activity, late_s: f64) -> bool {
    let [first, second, ..] = &activity.laps[..] else { return false };
    let lasts = second.start_s.zip(first.start_s).map(|(next_s, start_s)| next_s - start_s);
    late_s < 0.0
        && lasts.zip(first.timer_s).is_some_and(|(lasts_s, timer_s)| lasts_s - timer_s > -0.5 * late_s)
}

/// Returns whether the declared elapsed time is that of the samples and of the seconds before the
/// first one.
fn was_open_before(activity: &Activity, late_s: f64) -> bool {
    let elapsed = activity.declared.elapsed_s.zip(span_s(activity));
    let has_all = |(elapsed_s, span_s): (f64, f64)| (elapsed_s + late_s - span_s).abs() <= AGREE * span_s;
    late_s < -LONGEST_FIX_S && elapsed.is_some_and(has_all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Declared;

    /// Ten minutes at 3 m/s, a sample a minute; the start is stated after four minutes.
    fn recording(declared: Declared) -> Activity {
        let mut activity = Activity { timer_start_s: Some(1240.0), declared, ..Activity::default() };
        for minute in 0..=10 {
            let row = activity.samples.open(1000.0 + 60.0 * f64::from(minute));
            activity.samples.distance_m.set(row, 180.0 * f64::from(minute));
        }
        activity.laps.push(Lap { start_s: Some(1240.0), ..Lap::default() });
        activity
    }

    #[test]
    fn a_start_whose_totals_need_the_samples_before_it_is_not_used() {
        let declared = Declared { distance_m: Some(1800.0), ..Declared::default() };
        let mut activity = recording(declared);
        assert_eq!(unused(&activity), Some(240.0));
        correct(&mut activity, 240.0);
        assert_eq!((activity.timer_start_s, activity.laps[0].start_s), (None, Some(1000.0)));
    }

    #[test]
    fn a_start_that_fits_the_totals_is_used() {
        let declared = Declared { distance_m: Some(1080.0), ..Declared::default() };
        assert_eq!(unused(&recording(declared)), None);
        assert_eq!(unused(&recording(Declared::default())), None);
    }

    #[test]
    fn time_before_the_first_sample_is_not_elapsed_if_the_timer_did_not_run() {
        let mut activity =
            recording(Declared { elapsed_s: Some(1500.0), timer_s: Some(600.0), ..Declared::default() });
        activity.timer_start_s = Some(100.0);
        activity.laps = vec![
            Lap { start_s: Some(100.0), elapsed_s: Some(1200.0), timer_s: Some(300.0), ..Lap::default() },
            Lap { start_s: Some(1300.0), elapsed_s: Some(300.0), timer_s: Some(300.0), ..Lap::default() },
        ];
        assert_eq!(unused(&activity), Some(-900.0));
        correct(&mut activity, -900.0);
        assert_eq!((activity.timer_start_s, activity.declared.elapsed_s), (None, Some(600.0)));
        let laps: Vec<_> = activity.laps.iter().map(|lap| (lap.start_s, lap.elapsed_s)).collect();
        assert_eq!(laps, [(Some(1000.0), Some(300.0)), (Some(1300.0), Some(300.0))]);
    }

    #[test]
    fn declared_time_tells_where_no_distance_is_declared() {
        let time = |elapsed_s| Declared { elapsed_s: Some(elapsed_s), ..Declared::default() };
        assert_eq!(unused(&recording(time(600.0))), Some(240.0));
        assert_eq!(unused(&recording(time(360.0))), None);
    }
}
