//! What is no running at the ends of a recording: a drive home or to the start, and a stale first
//! point.
//!
//! Nobody runs a kilometre faster than the record. Such a stretch at an end is cut off, with what
//! lies beyond it; in the middle it is left to other checks.

use std::borrow::Cow;
use std::ops::Range;

use super::note;
use crate::activity::{Activity, Channel, Declared, Lap, Samples};
use crate::measure::distance::{between_m, geodesy};
use crate::measure::records;
use crate::phrases::plural;
use crate::units::{KM_M, STANDING_MPS};

/// The length over which speed is taken, metres.
const WINDOW_M: f64 = 1000.0;
/// At the edges of a drive, a step slower than this belongs to the run, m/s.
const DRIVING_MPS: f64 = 6.5;
/// Speed is looked at in steps of at least this long, seconds.
const STEP_S: f64 = 10.0;
/// What is cut off beyond a drive is at most this share of what is kept, in metres.
const BEYOND: f64 = 0.25;
/// A drive of a kilometre or so leads at least this share of its length away.
const THROWN: f64 = 0.4;
/// Two fast stretches at most this far apart, seconds, are one drive: a car waits at lights.
const WAITING_S: f64 = 300.0;
/// A runner who stands at most this long before a drive, or after it, was in the car, seconds.
const BOARDING_S: f64 = 120.0;
/// At most this number of samples before a long gap are stale.
const STALE_SAMPLES: usize = 5;
/// A receiver that shows places within this many metres of the first one stands.
const STANDING_M: f64 = 20.0;
/// Stale samples are this long before the next one, seconds, and this far from it, metres.
const STALE_S: f64 = 300.0;
const STALE_M: f64 = 100.0;
/// A total within this share of the length of the track was summed up over it.
const TRACK_SHARE: f64 = 0.01;

/// A part that is kept, and why the rest is not.
pub(super) struct Kept {
    rows: Range<usize>,
    why: String,
}

/// A sample of the coarse look: its row, its time and the distance up to it.
#[derive(Clone, Copy)]
struct Step {
    row: usize,
    time_s: f64,
    metres: f64,
}

/// Returns the part to keep, if something at an end is no running.
pub(super) fn kept(activity: &Activity) -> Option<Kept> {
    let samples = &activity.samples;
    stale(samples).or_else(|| stale_samples(activity)).or_else(|| drive(samples))
}

/// Cuts a recording to the part that is kept. The totals declare the whole, so they are dropped.
pub(super) fn cut(activity: &mut Activity, kept: Kept) {
    let rows: Vec<usize> = kept.rows.clone().collect();
    let starts = std::mem::take(&mut activity.samples.segment_starts);
    activity.samples = activity.samples.select(&rows);
    activity.samples.segment_starts = starts
        .into_iter()
        .filter(|start| *start > kept.rows.start && *start < kept.rows.end)
        .map(|start| start - kept.rows.start)
        .collect();
    activity.declared = Declared::default();
    if let Some(base_m) = (0..activity.samples.len()).find_map(|row| activity.samples.distance_m.get(row)) {
        let mut from_zero = Channel::default();
        from_zero.put(0, activity.samples.distance_m.values().iter().map(|metres| metres - base_m));
        activity.samples.distance_m = from_zero;
    }
    cut_laps(activity);
    let first_s = activity.samples.time_s.first().copied();
    activity.timer_start_s =
        activity.timer_start_s.zip(first_s).map(|(start_s, first_s)| start_s.max(first_s));
    note(activity, kept.why);
}

/// Drops the laps outside of what is left, and the totals of a lap of which a part is left.
fn cut_laps(activity: &mut Activity) {
    let times = &activity.samples.time_s;
    let Some((&first_s, &last_s)) = times.first().zip(times.last()) else { return };
    let ends: Vec<Option<f64>> = (activity.laps.iter().skip(1).map(|lap| lap.start_s))
        .chain([activity.laps.last().and_then(|lap| Some(lap.start_s? + lap.elapsed_s.or(lap.timer_s)?))])
        .collect();
    let mut end_of = ends.into_iter();
    activity.laps.retain_mut(|lap| {
        let (start_s, end_s) = (lap.start_s, end_of.next().flatten());
        let is_outside =
            start_s.is_some_and(|start_s| start_s >= last_s) || end_s.is_some_and(|end_s| end_s <= first_s);
        let is_whole =
            start_s.is_some_and(|start_s| start_s >= first_s) && end_s.is_some_and(|end_s| end_s <= last_s);
        if !is_whole {
            let start_s = start_s.map(|start_s| start_s.max(first_s));
            *lap = Lap { start_s, trigger: lap.trigger, intensity: lap.intensity, ..Lap::default() };
        }
        !is_outside
    });
}

/// Finds a few first samples at an old position of the receiver: long before the next and far from
/// it.
fn stale(samples: &Samples) -> Option<Kept> {
    let times = &samples.time_s;
    if times.len() <= 10 * STALE_SAMPLES {
        return None;
    }
    let (gap, moved_m) = (1..=STALE_SAMPLES).find_map(|row| {
        let moved_m = moved_m(samples, row - 1, row)?;
        (moved_m > STALE_M && times[row] - times[row - 1] > STALE_S).then_some((row, moved_m))
    })?;
    let before = format!("{:.0} minutes", (times[gap] - times[gap - 1]) / 60.0);
    let why = stale_note(gap, &before, moved_m);
    Some(Kept { rows: gap..times.len(), why: format!("{why}; left out") })
}

/// Describes stale samples.
fn stale_note(samples: usize, before: &str, moved_m: f64) -> String {
    let samples = plural(samples, "sample at the start is", "samples at the start are");
    format!("{samples} {before} before the next and {:.1} km from it", moved_m / KM_M)
}

/// Finds first positions at an old place of the receiver: it shows one place, or has hardly begun,
/// and then is so far away that nobody gets there in the time. Returns the first row that is not
/// stale, and a description.
fn stale_places(samples: &Samples) -> Option<StalePlaces> {
    let mut places = (0..samples.len()).filter_map(|row| Some((row, samples.position_deg(row)?)));
    let (first, first_deg) = places.next()?;
    let is_reached = |(from, from_deg): (usize, geodesy::LatLon), (to, to_deg): (usize, geodesy::LatLon)| {
        let reach_m = records::PEAK_MPS * (samples.time_s[to] - samples.time_s[from]);
        geodesy::distance_m(from_deg, to_deg) <= reach_m.max(STALE_M)
    };
    let (mut last, mut count) = ((first, first_deg), 1);
    let here = loop {
        let here = places.next()?;
        if !is_reached(last, here) {
            break here;
        }
        if count >= STALE_SAMPLES && geodesy::distance_m(first_deg, here.1) > STANDING_M {
            return None;
        }
        (last, count) = (here, count + 1);
    };
    // A position that is thrown far and back is a spike, and the first ones are right.
    let mut after = here;
    let goes_on = places.by_ref().take(2 * STALE_SAMPLES).all(|next| {
        let is_reached = is_reached(after, next);
        after = next;
        is_reached
    });
    let is_stale = goes_on && 2 * here.0 < samples.len() && samples.len() > 10 * STALE_SAMPLES;
    is_stale.then(|| {
        let before = format!("{:.0} s", samples.time_s[here.0] - samples.time_s[last.0]);
        let jump_m = geodesy::distance_m(last.1, here.1);
        StalePlaces { rows: here.0, jump_m, why: stale_note(here.0, &before, jump_m) }
    })
}

/// First samples with a stale position.
struct StalePlaces {
    /// Their number.
    rows: usize,
    /// The metres from there to the next position.
    jump_m: f64,
    why: String,
}

/// Finds first samples of which only the stale position is known: no stated start, no distance.
fn stale_samples(activity: &Activity) -> Option<Kept> {
    if !has_only_places(activity) {
        return None;
    }
    let stale = stale_places(&activity.samples)?;
    Some(Kept { rows: stale.rows..activity.samples.len(), why: format!("{}; left out", stale.why) })
}

fn has_only_places(activity: &Activity) -> bool {
    activity.timer_start_s.is_none()
        && activity.declared.distance_m.is_none()
        && activity.samples.distance_m.is_empty()
}

/// Takes away stale positions of samples of which more is known.
pub(super) fn without_stale_places(mut activity: Cow<Activity>) -> Cow<Activity> {
    if has_only_places(&activity) {
        return activity;
    }
    let Some(StalePlaces { rows, jump_m, why }) = stale_places(&activity.samples) else { return activity };
    let repaired = activity.to_mut();
    if let Some(declared_m) = repaired.declared.distance_m.filter(|_| repaired.samples.distance_m.is_empty())
    {
        // A total that was summed up over the positions has the jump in it.
        let track_m = track_m(&repaired.samples, rows);
        let off_m = (declared_m - jump_m - track_m).abs();
        if off_m < TRACK_SHARE * track_m && off_m < (declared_m - track_m).abs() {
            repaired.declared.distance_m = Some(declared_m - jump_m);
        }
    }
    let samples = &mut repaired.samples;
    for channel in [&mut samples.latitude_deg, &mut samples.longitude_deg] {
        let mut later = Channel::default();
        let values = channel.values().iter().enumerate();
        later.put(0, values.map(|(at, value)| if at < rows { f64::NAN } else { *value }));
        *channel = later;
    }
    note(repaired, format!("{why}; their positions were left out"));
    activity
}

/// Returns the length of the track from a sample on.
fn track_m(samples: &Samples, from: usize) -> f64 {
    let places: Vec<geodesy::LatLon> =
        (from..samples.len()).filter_map(|row| samples.position_deg(row)).collect();
    places.windows(2).map(|pair| geodesy::distance_m(pair[0], pair[1])).sum()
}

/// Finds a drive at an end.
fn drive(samples: &Samples) -> Option<Kept> {
    if !is_fast_somewhere(samples) {
        return None;
    }
    let steps: Vec<Step> = coarse(samples).collect();
    let (begin, end) = driven(samples, &steps)?;
    let total_m = steps[steps.len() - 1].metres;
    let (before_m, after_m) = (steps[begin].metres, total_m - steps[end].metres);
    // A ride is no run with a drive at its end.
    let driven_s = steps[end].time_s - steps[begin].time_s;
    let run_s = steps[steps.len() - 1].time_s - steps[0].time_s - driven_s;
    if run_s < driven_s {
        return None;
    }
    let (driven_km, minutes) = ((steps[end].metres - before_m) / KM_M, driven_s / 60.0);
    let why = |end: &str| {
        format!(
            "{driven_km:.1} km in {minutes:.0} minutes at the {end} are faster than anybody runs; \
             they were cut off"
        )
    };
    if after_m <= BEYOND * before_m {
        // The drive begins in the step before the first fast one, or within that.
        let fast_row = steps[begin + 1].row;
        let before = (steps[begin.saturating_sub(1)].row..fast_row).rev();
        let edge = edge(samples, fast_row, before.map(|row| (row, row)));
        let stand = standing_rows(samples, (0..edge).rev(), edge).last().unwrap_or(edge);
        Some(Kept { rows: 0..stand + 1, why: why("end") })
    } else if before_m <= BEYOND * after_m {
        // The drive ends within the last fast step, or in the one after.
        let fast_row = steps[end - 1].row;
        let after = fast_row..steps[(end + 1).min(steps.len() - 1)].row;
        let edge = edge(samples, fast_row, after.map(|row| (row, row + 1)));
        let stand = standing_rows(samples, edge..samples.len() - 1, edge).last();
        Some(Kept { rows: stand.map_or(edge, |row| row + 1)..samples.len(), why: why("start") })
    } else {
        None
    }
}

/// Returns the first and the last step of what was driven.
fn driven(samples: &Samples, steps: &[Step]) -> Option<(usize, usize)> {
    let speed_mps = |from: &Step, to: &Step| (to.metres - from.metres) / (to.time_s - from.time_s);
    let points: Vec<(f64, f64)> = steps.iter().map(|step| (step.time_s, step.metres)).collect();
    let mut drives: Vec<Range<usize>> = Vec::new();
    for (from, to) in records::fast_stretches(&points, WINDOW_M) {
        // A position thrown far and back is no drive.
        let net_m = moved_m(samples, steps[from].row, steps[to].row);
        if net_m.is_some_and(|net_m| net_m < THROWN * (points[to].1 - points[from].1)) {
            continue;
        }
        match drives.last_mut() {
            Some(last) if points[from].0 - points[last.end].0 <= WAITING_S => last.end = to,
            _ => drives.push(from..to),
        }
    }
    // Of two drives, the later one is cut off first, then the earlier one.
    let fast = drives.pop()?;
    // The window reaches into the run; the drive begins and ends where its steps are fast.
    let is_fast = |at: usize| speed_mps(&steps[at - 1], &steps[at]) > DRIVING_MPS;
    let begin = (fast.start + 1..=fast.end).find(|at| is_fast(*at))? - 1;
    let end = (begin + 1..=fast.end).rev().find(|at| is_fast(*at))?;
    let begin = (1..=begin).rev().take_while(|at| is_fast(*at)).last().map_or(begin, |at| at - 1);
    let end = (end + 1..steps.len()).take_while(|at| is_fast(*at)).last().unwrap_or(end);
    Some((begin, end))
}

/// Returns the rows from `edge` on whose step to the next row is a stand, as far as the nearest
/// stand goes. The runner gets into the car there, or out of it; the car starts and stops.
fn standing_rows(
    samples: &Samples,
    rows: impl Iterator<Item = usize>,
    edge: usize,
) -> impl Iterator<Item = usize> {
    let stands = |row: &usize| {
        let step_s = samples.time_s[row + 1] - samples.time_s[*row];
        between_m(samples, *row, row + 1).is_some_and(|moved_m| moved_m < STANDING_MPS * step_s)
    };
    let is_near = move |row: &usize| (samples.time_s[*row] - samples.time_s[edge]).abs() <= BOARDING_S;
    rows.take_while(is_near).skip_while(move |row| !stands(row)).take_while(stands)
}

/// Returns the row at which driving meets running, from a row of the drive on.
///
/// `steps` leads away from the drive; each has the row at which it begins in time, and the row that
/// it reaches. The edge is where most metres beyond [`DRIVING_MPS`] are on the drive's side, so
/// that a single fast or slow reading does not decide.
fn edge(samples: &Samples, from: usize, steps: impl Iterator<Item = (usize, usize)>) -> usize {
    let (mut beyond_m, mut most_m, mut edge) = (0.0, 0.0, from);
    for (row, reached) in steps {
        let step_s = samples.time_s[row + 1] - samples.time_s[row];
        beyond_m += between_m(samples, row, row + 1).unwrap_or_default() - DRIVING_MPS * step_s;
        if beyond_m > most_m {
            (most_m, edge) = (beyond_m, reached);
        }
    }
    edge
}

/// Returns whether any coarse step is as fast as a drive. Few runs have one.
fn is_fast_somewhere(samples: &Samples) -> bool {
    let mut last: Option<Step> = None;
    coarse(samples).any(|step| {
        let before = last.replace(step);
        before.is_some_and(|before| step.metres - before.metres > DRIVING_MPS * (step.time_s - before.time_s))
    })
}

/// Returns the distance in steps of some seconds: the device's, else along the positions.
fn coarse(samples: &Samples) -> impl Iterator<Item = Step> {
    let times = &samples.time_s;
    let by_device = samples.distance_m.values().len() * 2 > times.len();
    let length_s = times.last().zip(times.first()).map_or(0.0, |(last_s, first_s)| last_s - first_s);
    // This number of samples takes one step at the usual rate; a longer step is looked at whole.
    let stride = ((STEP_S * times.len() as f64 / length_s) as usize).max(1);
    let start = (0..times.len()).find_map(|row| samples.position_deg(row));
    let ruler = geodesy::Ruler::near(start.unwrap_or_default());
    let (mut last_s, mut metres, mut from) = (f64::NEG_INFINITY, 0.0, start);
    (0..times.len()).step_by(stride).chain(times.len().checked_sub(1)).filter_map(move |row| {
        let time_s = times[row];
        if time_s - last_s < 0.5 * STEP_S {
            return None;
        }
        if by_device {
            metres = samples.distance_m.get(row)?;
        } else {
            let to = samples.position_deg(row)?;
            // Far from the start the ruler is a little off, which does not matter here.
            let ([east_m, north_m], _) = ruler.step_m(from?, to);
            let step_m = (east_m * east_m + north_m * north_m).sqrt();
            let is_far = step_m > records::PEAK_MPS * (time_s - last_s) + STALE_M;
            if is_far && is_thrown(samples, &ruler, row, to) {
                return None;
            }
            metres += step_m;
            from = Some(to);
        }
        last_s = time_s;
        Some(Step { row, time_s, metres })
    })
}

/// Returns whether a position is a spike: nobody gets there from the sample before, nor from there
/// to the one after.
fn is_thrown(samples: &Samples, ruler: &geodesy::Ruler, row: usize, place_deg: geodesy::LatLon) -> bool {
    [row.wrapping_sub(1), row + 1].into_iter().all(|beside| {
        samples.position_deg(beside).is_some_and(|beside_deg| {
            let ([east_m, north_m], _) = ruler.step_m(place_deg, beside_deg);
            let reach_m = records::PEAK_MPS * (samples.time_s[row] - samples.time_s[beside]).abs() + STALE_M;
            east_m * east_m + north_m * north_m > reach_m * reach_m
        })
    })
}

/// Returns the metres between the positions of two samples.
fn moved_m(samples: &Samples, from: usize, to: usize) -> Option<f64> {
    Some(geodesy::distance_m(samples.position_deg(from)?, samples.position_deg(to)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a recording of stretches of (seconds, m/s), a sample a second, by the device's
    /// distance.
    fn recording(stretches: &[(u32, f64)]) -> Activity {
        let mut activity = Activity::default();
        let (mut time_s, mut metres) = (1000.0, 0.0);
        for (seconds, mps) in stretches {
            for _ in 0..*seconds {
                let row = activity.samples.open(time_s);
                activity.samples.distance_m.set(row, metres);
                (time_s, metres) = (time_s + 1.0, metres + mps);
            }
        }
        activity
    }

    fn kept_seconds(stretches: &[(u32, f64)]) -> Option<(usize, usize)> {
        kept(&recording(stretches)).map(|kept| (kept.rows.start, kept.rows.end))
    }

    #[test]
    fn a_drive_home_is_cut_off_with_the_stand_after_it() {
        let (from, to) = kept_seconds(&[(3000, 3.3), (300, 14.0), (60, 0.0)]).expect("a drive");
        assert!(from == 0 && (2980..=3011).contains(&to), "{to}");
    }

    #[test]
    fn a_drive_to_the_start_is_cut_off() {
        let (from, to) = kept_seconds(&[(300, 14.0), (3000, 3.3)]).expect("a drive");
        assert!((290..=311).contains(&from) && to == 3300, "{from}");
    }

    #[test]
    fn fast_running_and_a_drive_in_the_middle_are_kept() {
        assert_eq!(kept_seconds(&[(600, 3.3), (140, 7.3), (600, 3.3)]), None);
        assert_eq!(kept_seconds(&[(3000, 3.3), (300, 14.0), (3000, 3.3)]), None);
    }

    #[test]
    fn a_ride_is_left_whole() {
        assert_eq!(kept_seconds(&[(60, 3.0), (3000, 9.0)]), None);
    }

    #[test]
    fn one_old_position_far_away_is_left_out() {
        let mut activity = Activity::default();
        for second in 0..100_i32 {
            let row = activity.samples.open(if second == 0 { 0.0 } else { 2000.0 + f64::from(second) });
            let north_m = if second == 0 { -3000.0 } else { 3.0 * f64::from(second) };
            activity.samples.latitude_deg.set(row, 50.0 + north_m / 111_200.0);
            activity.samples.longitude_deg.set(row, 8.0);
        }
        assert_eq!(kept(&activity).map(|kept| kept.rows), Some(1..100));
    }

    /// Makes a run of 200 s, some first seconds of which have the position of another place.
    fn beginning_elsewhere(seconds: i32, north_m: impl Fn(i32) -> f64) -> Activity {
        let mut activity = Activity::default();
        for second in 0..200_i32 {
            let row = activity.samples.open(f64::from(second));
            let north_m = if second < seconds { north_m(second) } else { 3.0 * f64::from(second) };
            activity.samples.latitude_deg.set(row, 50.0 + north_m / 111_200.0);
            activity.samples.longitude_deg.set(row, 8.0);
        }
        activity
    }

    fn first_elsewhere(seconds: i32, north_m: impl Fn(i32) -> f64) -> Option<usize> {
        stale_places(&beginning_elsewhere(seconds, north_m).samples).map(|stale| stale.rows)
    }

    #[test]
    fn a_total_that_was_summed_up_over_a_stale_position_loses_the_jump() {
        let metres = |declared_m: f64| {
            let mut activity = beginning_elsewhere(3, |_| -300.0);
            activity.declared.distance_m = Some(declared_m);
            without_stale_places(Cow::Owned(activity)).declared.distance_m.expect("a total").round()
        };
        // The run from 9 m on has 588 m, and the jump before it 309 m.
        assert_eq!([588.0, 897.0, 1_000.0].map(metres), [588.0, 588.0, 1_000.0]);
    }

    #[test]
    fn first_positions_at_another_place_are_stale() {
        for seconds in [1, 5, 6, 10, 60] {
            let found = first_elsewhere(seconds, |_| -5000.0);
            assert_eq!(found, Some(seconds as usize), "{seconds} s");
        }
    }

    #[test]
    fn a_first_place_from_which_somebody_ran_or_a_spike_is_not_stale() {
        assert_eq!(first_elsewhere(0, |_| 0.0), None);
        assert_eq!(first_elsewhere(60, |second| f64::from(3 * second - 5000)), None, "a jump in a run");
        let spike = |second: i32| if second == 10 { 5000.0 } else { 30.0 };
        assert_eq!(first_elsewhere(11, spike), None, "a spike");
    }
}
