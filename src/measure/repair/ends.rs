//! What is no running at the ends of a recording: a drive home or to the start, and a stale first
//! point.
//!
//! Nobody runs a kilometre faster than the record. Such a stretch at an end is cut off, with what
//! lies beyond it; in the middle it is left to other checks.

use std::ops::Range;

use super::note;
use crate::activity::{Activity, Declared, Samples};

/// Faster than this over a kilometre is no running, m/s: 2 % above the record of 2:11.96 (Rieti
/// 1999).
const RECORD_MPS: f64 = 1.02 * 1000.0 / 131.96;
/// The length over which speed is taken, metres.
const WINDOW_M: f64 = 1000.0;
/// At the edges of a drive, a step slower than this belongs to the run, m/s.
const DRIVING_MPS: f64 = 6.5;
/// Speed is looked at in steps of at least this long, seconds.
const STEP_S: f64 = 10.0;
/// A step longer than this share of the window is a jump of the track, not a drive.
const JUMP: f64 = 0.5;
/// What is cut off beyond a drive is at most this share of what is kept, in metres.
const BEYOND: f64 = 0.25;
/// At most this number of samples before a long gap are stale.
const STALE_SAMPLES: usize = 5;
/// Stale samples are this long before the next one, seconds, and this far from it, metres.
const STALE_S: f64 = 300.0;
const STALE_M: f64 = 100.0;
/// Metres of a degree of latitude, exact enough for speeds.
const DEGREE_M: f64 = 111_200.0;

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
    stale(samples).or_else(|| drive(samples))
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
    let first_s = activity.samples.time_s.first().copied();
    activity.timer_start_s =
        activity.timer_start_s.zip(first_s).map(|(start_s, first_s)| start_s.max(first_s));
    note(activity, kept.why);
}

/// Finds a few first samples that are long before and far from the next: an old position of the
/// receiver.
fn stale(samples: &Samples) -> Option<Kept> {
    let times = &samples.time_s;
    let gap = (1..times.len().min(STALE_SAMPLES + 1)).find(|row| times[*row] - times[row - 1] > STALE_S)?;
    let moved_m = moved_m(samples, gap - 1, gap)?;
    (moved_m > STALE_M && times.len() > 10 * STALE_SAMPLES).then(|| Kept {
        rows: gap..times.len(),
        why: format!(
            "{gap} samples at the start are {:.0} minutes and {:.1} km before the next; they were left out",
            (times[gap] - times[gap - 1]) / 60.0,
            moved_m / 1000.0
        ),
    })
}

/// Finds a drive at an end.
fn drive(samples: &Samples) -> Option<Kept> {
    let steps = coarse(samples);
    let speed = |from: &Step, to: &Step| (to.metres - from.metres) / (to.time_s - from.time_s);
    let mut from = 0;
    let mut fast: Option<Range<usize>> = None;
    for to in 1..steps.len() {
        while from + 1 < to && steps[to].metres - steps[from + 1].metres >= WINDOW_M {
            from += 1;
        }
        let length_m = steps[to].metres - steps[from].metres;
        if length_m >= WINDOW_M && speed(&steps[from], &steps[to]) > RECORD_MPS {
            let longest =
                steps[from..=to].windows(2).map(|pair| pair[1].metres - pair[0].metres).fold(0.0, f64::max);
            if longest < JUMP * length_m {
                let begin = fast.as_ref().map_or(from, |fast| fast.start);
                fast = Some(begin..to);
            }
        }
    }
    let fast = fast?;
    // The window reaches into the run; the drive begins and ends where its steps are fast.
    let is_fast = |at: usize| speed(&steps[at - 1], &steps[at]) > DRIVING_MPS;
    let begin = (fast.start + 1..=fast.end).find(|at| is_fast(*at))? - 1;
    let end = (begin + 1..=fast.end).rev().find(|at| is_fast(*at))?;
    let begin = (1..=begin).rev().take_while(|at| is_fast(*at)).last().map_or(begin, |at| at - 1);
    let end = (end + 1..steps.len()).take_while(|at| is_fast(*at)).last().unwrap_or(end);
    let total_m = steps[steps.len() - 1].metres;
    let (before_m, after_m) = (steps[begin].metres, total_m - steps[end].metres);
    // A ride is no run with a drive at its end.
    let driven_s = steps[end].time_s - steps[begin].time_s;
    let run_s = steps[steps.len() - 1].time_s - steps[0].time_s - driven_s;
    if run_s < driven_s {
        return None;
    }
    let what = format!(
        "{:.1} km in {:.0} minutes at the",
        (steps[end].metres - before_m) / 1000.0,
        (steps[end].time_s - steps[begin].time_s) / 60.0
    );
    let why = |end: &str| format!("{what} {end} are faster than anybody runs; they were cut off");
    if after_m <= BEYOND * before_m {
        // The drive may begin within the step before, and end within the step after.
        let earliest = steps[begin.saturating_sub(1)].row;
        let begin =
            (earliest..steps[begin].row).find(|row| is_driving(samples, *row)).unwrap_or(steps[begin].row);
        Some(Kept { rows: 0..begin + 1, why: why("end") })
    } else if before_m <= BEYOND * after_m {
        let latest = steps[(end + 1).min(steps.len() - 1)].row;
        let last = (steps[end].row..latest).rev().find(|row| is_driving(samples, *row));
        let end = last.map_or(steps[end].row, |row| row + 1);
        Some(Kept { rows: end..samples.len(), why: why("start") })
    } else {
        None
    }
}

/// Returns whether the step from a sample to the next is a drive's.
fn is_driving(samples: &Samples, row: usize) -> bool {
    let by_device =
        samples.distance_m.get(row).zip(samples.distance_m.get(row + 1)).map(|(from, to)| to - from);
    let step_s = samples.time_s[row + 1] - samples.time_s[row];
    by_device.or_else(|| moved_m(samples, row, row + 1)).is_some_and(|moved_m| moved_m > DRIVING_MPS * step_s)
}

/// Returns the distance in steps of some seconds: the device's, else along the positions.
fn coarse(samples: &Samples) -> Vec<Step> {
    let times = &samples.time_s;
    let Some((first_s, last_s)) = times.first().zip(times.last()) else { return Vec::new() };
    let by_device = samples.distance_m.values().len() * 2 > times.len();
    // So many samples take one step at the usual rate; a longer step is looked at whole.
    let stride = ((STEP_S * times.len() as f64 / (last_s - first_s)) as usize).max(1);
    let mut steps: Vec<Step> = Vec::with_capacity(times.len() / stride + 2);
    for row in (0..times.len()).step_by(stride).chain([times.len() - 1]) {
        let last = steps.last().copied();
        if last.is_some_and(|last| times[row] - last.time_s < 0.5 * STEP_S) {
            continue;
        }
        let metres = match last {
            _ if by_device => samples.distance_m.get(row),
            None => samples.position_deg(row).map(|_| 0.0),
            Some(last) => moved_m(samples, last.row, row).map(|moved_m| last.metres + moved_m),
        };
        steps.extend(metres.map(|metres| Step { row, time_s: times[row], metres }));
    }
    steps
}

fn moved_m(samples: &Samples, from: usize, to: usize) -> Option<f64> {
    let (from, to) = (samples.position_deg(from)?, samples.position_deg(to)?);
    let north_m = (to.0 - from.0) * DEGREE_M;
    let east_m = (to.1 - from.1) * DEGREE_M * libm::cos(from.0.to_radians());
    Some(libm::hypot(north_m, east_m))
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
            activity.samples.latitude_deg.set(row, 50.0 + north_m / DEGREE_M);
            activity.samples.longitude_deg.set(row, 8.0);
        }
        assert_eq!(kept(&activity).map(|kept| kept.rows), Some(1..100));
    }
}
