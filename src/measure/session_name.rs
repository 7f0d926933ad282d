//! What an interval session is called, by the lengths of its repeats. `session.rs` finds them, and
//! its tests name them.

use super::session::{ALIKE, Repeat, variation};
use crate::statistics::median;
use crate::units::MILE_M;

/// The distances, metres, and times, seconds, of which repeats usually are.
const ROUND_M: [f64; 14] = [
    200.0, 300.0, 400.0, 500.0, 600.0, 800.0, 1_000.0, 1_200.0, 1_500.0, MILE_M, 2_000.0, 3_000.0, 4_000.0,
    5_000.0,
];
const ROUND_S: [f64; 14] =
    [30.0, 45.0, 60.0, 90.0, 120.0, 150.0, 180.0, 240.0, 300.0, 360.0, 480.0, 600.0, 900.0, 1_200.0];
/// Repeats are of a round length if it is this near, as a share.
const NEAR: f64 = 0.035;

/// Returns what a session of repeats is called: "8 × 800 m", "6 × 3 min", "7 repeats" or
/// "fartlek"; `None` without repeats.
pub fn session_name(repeats: &[Repeat]) -> Option<String> {
    let count = repeats.len();
    let metres: Vec<f64> = repeats.iter().map(|repeat| repeat.length_m).collect();
    let seconds: Vec<f64> = repeats.iter().map(|repeat| repeat.elapsed_s).collect();
    let usual = |values: &[f64], round: &[f64]| {
        let middle = median(values.iter().copied())?;
        let nearest =
            round.iter().copied().min_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs()))?;
        Some((nearest, (middle / nearest - 1.0).abs()))
    };
    let (round_m, off_m) = usual(&metres, &ROUND_M)?;
    let (round_s, off_s) = usual(&seconds, &ROUND_S)?;
    let is_by = |values: &[f64], off: f64| off <= NEAR && variation(values) <= ALIKE.1;
    let (by_m, by_s) = (is_by(&metres, off_m), is_by(&seconds, off_s));
    let is_lap = repeats.iter().all(|repeat| repeat.is_lap);
    // Of two round lengths, the one that varies less; even repeats have both alike.
    let prefers_m = variation(&metres) <= variation(&seconds) + 0.005;
    Some(if by_m && (!by_s || prefers_m) {
        if round_m == MILE_M { format!("{count} × 1 mile") } else { format!("{count} × {round_m:.0} m") }
    } else if by_s {
        if round_s % 60.0 == 0.0 {
            format!("{count} × {:.0} min", round_s / 60.0)
        } else {
            format!("{count} × {round_s:.0} s")
        }
    } else if variation(&metres).min(variation(&seconds)) <= ALIKE.1 || is_lap {
        format!("{count} repeats")
    } else {
        "fartlek".to_owned()
    })
}
