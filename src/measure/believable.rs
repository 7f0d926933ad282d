//! Checks whether a recording can be a run: its length, its speed, and its movement if no sport is
//! stated.

use crate::measure::line::Timeline;
use crate::measure::refusal::Refusal;
use crate::units::KM_M;

/// Without a stated sport, the median moving pace of a run is in this range, s/km.
const RUN_PACE_S_PER_KM: (f64, f64) = (150.0, 720.0);
/// Without a stated sport, the 95th percentile of a run's speed is below this, m/s.
const RUN_P95_MPS: f64 = 7.0;
/// The peak speed of the 100 m record (12.4 m/s, Berlin 2009), rounded up. No average is above it.
const FASTEST_MPS: f64 = 12.5;
/// Twice the longest certified race (3,100 miles, in some fifty days). No activity is longer. It
/// also limits memory, because altitude grids grow with the metres of a run and not with its
/// samples.
pub(super) const FARTHEST_M: f64 = 1e7;

/// Checks that somebody could have run this distance in this time.
///
/// # Errors
///
/// [`Refusal::TooFar`] if the distance is not a number or above [`FARTHEST_M`],
/// [`Refusal::TooFast`] if the average speed is above [`FASTEST_MPS`].
pub(super) fn check_possible(line: &Timeline) -> Result<(), Refusal> {
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

/// Checks that an activity without a stated sport moves like a run.
///
/// # Errors
///
/// [`Refusal::NotLikeARun`] if it never moves, or its median pace or its top speeds are not a
/// runner's.
pub(super) fn check_moves_like_a_run(line: &Timeline) -> Result<(), Refusal> {
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
