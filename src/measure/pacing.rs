//! What a recording can say about pacing: nothing if its distances were filled in evenly, and no
//! running pace if it was walked.
//!
//! Treadmills and imports often have a total distance and time only; an app then writes samples at
//! one even pace. Times are seconds, distances metres.

use super::line::Timeline;
use crate::activity::Samples;
use crate::measure::time::clock::Clock;
use crate::units::KM_M;

/// Filled-in samples are this near to one even pace, seconds or share of the time, whichever is
/// more. Of 8,195 genuine activities, the nearest is five times above.
const EVEN_S: f64 = 1.0;
const EVEN_SHARE: f64 = 0.0003;
/// The length of a stretch for which walking is told from running, seconds.
const STRETCH_S: f64 = 30.0;
/// A stretch faster than 8:20 /km is run, m/s.
const RUNNING_MPS: f64 = 2.0;
/// In a walk, a smaller share of the moving stretches is run.
const RUN_SHARE: f64 = 0.05;
/// A runner's steps a minute are at least these.
const RUNNING_SPM: f64 = 140.0;
/// In a walk, a smaller share of the moving time has a runner's steps.
const STEPS_SHARE: f64 = 0.15;

/// Returns whether points of time and distance, both rising, are on one even pace.
///
/// `last` is the last of the points. The test is the greatest difference of the times from those of
/// an even pace, less their median.
pub(super) fn is_filled_in(points: impl Iterator<Item = (f64, f64)> + Clone, last: (f64, f64)) -> bool {
    let Some(first) = points.clone().next() else { return false };
    let (length_s, length_m) = (last.0 - first.0, last.1 - first.1);
    let s_per_m = length_s / length_m;
    if !s_per_m.is_finite() {
        return false;
    }
    let off_s = |(time_s, metres): (f64, f64)| (time_s - first.0) - (metres - first.1) * s_per_m;
    let most_s = EVEN_S.max(EVEN_SHARE * length_s);
    // Most runs are soon too far apart for any median.
    let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
    for point in points.clone() {
        let off_s = off_s(point);
        (least, greatest) = (least.min(off_s), greatest.max(off_s));
        if greatest - least > 2.0 * most_s {
            return false;
        }
    }
    let mut all_s: Vec<f64> = points.map(off_s).collect();
    let middle = all_s.len() / 2;
    let (_, &mut median_s, _) = all_s.select_nth_unstable_by(middle, f64::total_cmp);
    f64::max(greatest - median_s, median_s - least) <= most_s
}

/// Returns whether a run was walked: hardly a stretch is faster than 8:20 /km, and hardly any of
/// the moving time has a runner's cadence, if there is a cadence.
pub(super) fn is_walked(line: &Timeline, samples: &Samples, clock: &Clock) -> bool {
    let end = line.end();
    // With such an average, more than a few stretches are faster.
    if line.length_m() > 1.2 * RUNNING_MPS * end.moving_s {
        return false;
    }
    let speeds_mps = line.moving_speeds_mps(STRETCH_S);
    let run = speeds_mps.iter().filter(|mps| **mps > RUNNING_MPS).count();
    if run as f64 >= RUN_SHARE * speeds_mps.len() as f64 {
        return false;
    }
    let steps_spm = clock.column(&samples.cadence_spm);
    let (mut known_s, mut running_s) = (0.0, 0.0);
    for (row, spm) in steps_spm.iter().enumerate().skip(1).filter(|(_, spm)| **spm > 0.0) {
        let step_s = (clock.time_s[row] - clock.time_s[row - 1]).min(STRETCH_S);
        known_s += step_s;
        running_s += if *spm >= RUNNING_SPM { step_s } else { 0.0 };
    }
    running_s < STEPS_SHARE * known_s || known_s < 0.5 * end.moving_s
}

/// The note on a walk.
pub(super) fn walked_note() -> String {
    format!(
        "it was walked: less than {:.0} % of it is faster than {:.0}:{:02.0} /km, so its pacing is not judged",
        100.0 * RUN_SHARE,
        (KM_M / RUNNING_MPS / 60.0).floor(),
        KM_M / RUNNING_MPS % 60.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled_in(points: &[(f64, f64)]) -> bool {
        is_filled_in(points.iter().copied(), points[points.len() - 1])
    }

    /// An hour at 3 m/s, a point every 10 s, moved by some seconds.
    fn points(off_s: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        (0..=360)
            .map(|step| {
                let time_s = 10.0 * f64::from(step);
                (time_s + off_s(time_s), 3.0 * time_s)
            })
            .collect()
    }

    #[test]
    fn an_even_pace_to_the_second_is_filled_in() {
        assert!(filled_in(&points(|_| 0.0)));
        assert!(filled_in(&points(|time_s| 0.4 * libm::sin(time_s / 7.0))), "rounded to seconds");
        assert!(filled_in(&[(0.0, 0.0), (3000.0, 10_000.0)]), "start and end only");
    }

    #[test]
    fn a_start_five_seconds_fast_is_pacing() {
        assert!(!filled_in(&points(|time_s| -5.0 * libm::sin(time_s / 3600.0 * std::f64::consts::PI))));
    }

    #[test]
    fn a_standing_first_point_does_not_hide_an_even_pace() {
        let mut even = points(|_| 0.0);
        even[0].0 = -0.9;
        assert!(filled_in(&even));
        assert!(!filled_in(&[(0.0, 0.0), (100.0, 0.0)]), "no distance, no pace");
    }
}
