//! Moving time, in seconds: the time of all steps that are not slower than standing.
//!
//! A step is the way from one knot of the line to the next. Its speed is taken over a window of
//! some seconds.

use crate::units::STANDING_MPS;

/// The least length of a window. A device may repeat a distance for some samples and then catch up.
const WINDOW_S: f64 = 5.0;
/// The greatest number of steps in a window, so that a file with thousands of samples a second is
/// not slow. No watch writes fifty a second.
const WINDOW_STEPS: usize = 250;

// PERF(blocks of steps): 239 → 214 instructions a sample of FIT (benches/gate.sh); the plain form
// is plainly() in tests.
/// The number of steps that are checked together: mostly they are of one length, and the runner
/// moves in all of them.
const BLOCK: usize = 16;

/// Returns the moving seconds up to each knot, given the knots' elapsed seconds, strictly rising,
/// and metres.
///
/// Most devices write steps of equal length. In a run of equal steps, a window is the last few
/// steps and need not be searched. The first steps of the run are searched, and the last, after
/// which a shorter one may follow.
// PERF(runs of equal steps): 518 → 365 instructions a sample of FIT, whole program
// (benches/whole.sh); the plain form, a search for every step, is plainly() in tests.
pub(in crate::measure) fn seconds(elapsed_s: &[f64], distance_m: &[f64]) -> Vec<f64> {
    let mut moving_s = Vec::with_capacity(elapsed_s.len());
    let mut total_s = 0.0;
    moving_s.push(total_s);
    while moving_s.len() < elapsed_s.len() {
        let to = moving_s.len();
        let step_s = elapsed_s[to] - elapsed_s[to - 1];
        let end = to + even_steps(&elapsed_s[to - 1..], step_s);
        let steps = elapsed_s[to - 1..end].partition_point(|knot_s| knot_s - elapsed_s[to - 1] < WINDOW_S);
        let filled_from = (to - 1 + steps).min(end);
        let filled_to = if steps == 1 { end } else { end - 1 };
        let is_filled = steps <= WINDOW_STEPS && filled_from < filled_to;
        for to in to..if is_filled { filled_from } else { end } {
            let (low, high) = window(elapsed_s, to);
            if distance_m[high] - distance_m[low] >= STANDING_MPS * (elapsed_s[high] - elapsed_s[low]) {
                total_s += step_s;
            }
            moving_s.push(total_s);
        }
        if is_filled {
            let least_m = STANDING_MPS * (elapsed_s[filled_from] - elapsed_s[filled_from - steps]);
            for from in (filled_from..filled_to).step_by(BLOCK) {
                let to = (from + BLOCK).min(filled_to);
                let moved_m = distance_m[from..to].iter().zip(&distance_m[from - steps..to - steps]);
                let moved_m = moved_m.map(|(to_m, from_m)| to_m - from_m);
                if moved_m.clone().filter(|moved_m| *moved_m < least_m).count() == 0 {
                    // Moving all the time, so the moving seconds rise with the elapsed ones.
                    let stood_s = elapsed_s[from - 1] - total_s;
                    moving_s.extend(elapsed_s[from..to].iter().map(|knot_s| knot_s - stood_s));
                    total_s = moving_s[to - 1];
                } else {
                    moving_s.extend(moved_m.map(|moved_m| {
                        total_s += if moved_m >= least_m { step_s } else { 0.0 };
                        total_s
                    }));
                }
            }
        }
    }
    moving_s
}

/// Returns the number of steps of a given length from the first knot on, at least one.
fn even_steps(elapsed_s: &[f64], step_s: f64) -> usize {
    let even = |pair: &[f64]| pair[1] - pair[0] == step_s;
    let mut steps = 1;
    while let Some(block) = elapsed_s.get(steps..=steps + BLOCK) {
        if !block.windows(2).fold(true, |all, pair| all & even(pair)) {
            break;
        }
        steps += BLOCK;
    }
    steps + elapsed_s[steps..].windows(2).take_while(|pair| even(pair)).count()
}

/// Returns the knots at both ends of the window for the step to a knot. The window is extended by
/// the shorter of the neighbouring steps until it is long enough.
fn window(elapsed_s: &[f64], to: usize) -> (usize, usize) {
    let (mut low, mut high) = (to - 1, to);
    // The lengths of the steps before and after the window; infinite at the ends of the line.
    let before_s =
        |low: usize| low.checked_sub(1).map_or(f64::INFINITY, |before| elapsed_s[low] - elapsed_s[before]);
    let after_s =
        |high: usize| elapsed_s.get(high + 1).map_or(f64::INFINITY, |after| after - elapsed_s[high]);
    let (mut left_s, mut right_s) = (before_s(low), after_s(high));
    while elapsed_s[high] - elapsed_s[low] < WINDOW_S && high - low < WINDOW_STEPS {
        if left_s < WINDOW_S && left_s <= right_s {
            low -= 1;
            left_s = before_s(low);
        } else if right_s < WINDOW_S {
            high += 1;
            right_s = after_s(high);
        } else {
            break;
        }
    }
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As [`seconds`], with a search of the window for every step.
    fn plainly(elapsed_s: &[f64], distance_m: &[f64]) -> Vec<f64> {
        let mut moving_s = vec![0.0];
        for to in 1..elapsed_s.len() {
            let (low, high) = window(elapsed_s, to);
            let least_m = STANDING_MPS * (elapsed_s[high] - elapsed_s[low]);
            let moves = distance_m[high] - distance_m[low] >= least_m;
            moving_s.push(moving_s[to - 1] + if moves { elapsed_s[to] - elapsed_s[to - 1] } else { 0.0 });
        }
        moving_s
    }

    #[test]
    fn equal_steps_agree_with_a_search_for_every_step() {
        // Steps of a watch, of an app, of a battery saver, and mixtures, with standing in between.
        for pattern in [
            &[1.0][..],
            &[0.5],
            &[5.0],
            &[7.0, 7.0, 2.0],
            &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.25],
            &[0.015_625],
        ] {
            let (mut elapsed_s, mut distance_m) = (vec![0.0], vec![0.0]);
            for step in 0..2000 {
                let step_s = pattern[step % pattern.len()];
                let speed_mps = if step % 300 < 40 { 0.1 } else { 3.0 };
                elapsed_s.push(elapsed_s[step] + step_s);
                distance_m.push(distance_m[step] + speed_mps * step_s);
            }
            assert_eq!(seconds(&elapsed_s, &distance_m), plainly(&elapsed_s, &distance_m), "{pattern:?}");
        }
    }

    #[test]
    fn steps_without_an_exact_binary_length_agree_within_a_nanosecond() {
        let elapsed_s: Vec<f64> = (0..20_000).map(|step| 0.1 * f64::from(step)).collect();
        let distance_m: Vec<f64> =
            elapsed_s.iter().map(|knot_s| 3.0 * (knot_s.min(700.0) + (knot_s - 900.0).max(0.0))).collect();
        let moving_s = seconds(&elapsed_s, &distance_m);
        let apart_s = moving_s.iter().zip(plainly(&elapsed_s, &distance_m)).map(|(a, b)| (a - b).abs());
        assert!(apart_s.fold(0.0, f64::max) < 1e-9);
        assert!((moving_s[19_999] - 1799.9).abs() < 5.0, "{}", moving_s[19_999]);
    }
}
