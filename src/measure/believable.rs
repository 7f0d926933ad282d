//! Whether a recording can be a run: how far, how fast, and how it moves where no sport is stated.

use crate::measure::line::Timeline;
use crate::measure::refusal::Refusal;
use crate::units::KM_M;

/// Unstated sport: a run has a median moving pace within these, s/km (DESIGN, "What is a run").
const RUN_PACE_S_PER_KM: (f64, f64) = (150.0, 720.0);
/// Unstated sport: and its 95th percentile of speed is below this, m/s (DESIGN, "What is a run").
const RUN_P95_MPS: f64 = 7.0;
/// The peak of the 100 m record (12.4 m/s, Berlin 2009), rounded up: no average is above it.
const FASTEST_MPS: f64 = 12.5;
/// Twice the longest certified race (3,100 miles, in some fifty days): no activity is longer. What is laid along a run by
/// its metres, not its samples, takes memory by this.
pub(super) const FARTHEST_M: f64 = 1e7;

/// Checks whether anybody could have run so far, and in that time; a distance that is damaged has no end, or is no number.
pub(super) fn possible(line: &Timeline) -> Result<(), Refusal> {
    if line.length_m().is_nan() {
        return Err(Refusal::TooFar(f64::INFINITY));
    }
    let speed_mps = line.length_m() / line.end().elapsed_s;
    if speed_mps > FASTEST_MPS {
        return Err(Refusal::TooFast(speed_mps));
    }
    if line.length_m() > FARTHEST_M {
        return Err(Refusal::TooFar(line.length_m()));
    }
    Ok(())
}

/// Whether movement without a stated sport is a run's.
pub(super) fn like_a_run(line: &Timeline) -> Result<(), Refusal> {
    let speeds = line.moving_speeds_mps();
    if speeds.is_empty() {
        return Err(Refusal::NotLikeARun("it never moves".into()));
    }
    let quantile = |share: f64| speeds[((speeds.len() - 1) as f64 * share) as usize];
    let pace = KM_M / quantile(0.5);
    if !(RUN_PACE_S_PER_KM.0..=RUN_PACE_S_PER_KM.1).contains(&pace) {
        let minutes = (pace / 60.0).floor();
        return Err(Refusal::NotLikeARun(format!(
            "its median moving pace is {minutes:.0}:{:02.0} /km",
            pace - 60.0 * minutes
        )));
    }
    if quantile(0.95) >= RUN_P95_MPS {
        return Err(Refusal::NotLikeARun(format!("it goes {:.1} m/s for a while", quantile(0.95))));
    }
    Ok(())
}
