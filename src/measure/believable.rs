//! Checks whether a recording can be a run: its length, its speed, and its movement if no sport is
//! stated.

use crate::measure::line::Timeline;
use crate::measure::records;
use crate::measure::refusal::Refusal;
use crate::units::KM_M;

/// Without a stated sport, the median moving pace of a run is in this range, s/km.
const RUN_PACE_S_PER_KM: (f64, f64) = (150.0, 720.0);
/// Without a stated sport, the 95th percentile of a run's speed is below this, m/s.
const RUN_P95_MPS: f64 = 7.0;
/// The length of a stretch for which speed is taken, seconds.
const STRETCH_S: f64 = 10.0;
/// The number of samples in a coarse step.
const COARSE: usize = 16;
/// Twice the longest certified race (3,100 miles, in some fifty days). No activity is longer. It
/// also limits memory, because altitude grids grow with the metres of a run and not with its
/// samples.
pub(super) const FARTHEST_M: f64 = 1e7;

/// A longer run has at least a point for each kilometre. Its splits take memory by the kilometre,
/// so a small file of thousands of runs from two points each would take gigabytes.
const SPARSE_M: f64 = 100.0 * KM_M;

/// Checks that somebody could have run this distance in this time.
///
/// # Errors
///
/// [`Refusal::TooFar`] if the distance is not a number or above [`FARTHEST_M`],
/// [`Refusal::TooFast`] if the whole, or a stretch without a jump, is faster than the record for
/// its length, [`Refusal::FewPoints`] if a run of more than 100 km has fewer points than
/// kilometres.
pub(super) fn check_possible(line: &Timeline) -> Result<(), Refusal> {
    if line.length_m().is_nan() {
        return Err(Refusal::TooFar(f64::INFINITY));
    }
    let (length_m, length_s) = (line.length_m(), line.end().elapsed_s);
    if length_m > FARTHEST_M {
        return Err(Refusal::TooFar(length_m));
    }
    let points = line.knots.len();
    if length_m > SPARSE_M && (points as f64) < length_m / KM_M {
        return Err(Refusal::FewPoints { points, length_m });
    }
    // Shorter ones have no record here, and are too short to be scored.
    if length_m >= KM_M && length_m > records::fastest_mps(length_m) * length_s {
        return Err(Refusal::TooFast { length_m, length_s });
    }
    fastest_stretch(line).map_or(Ok(()), |(length_m, length_s)| Err(Refusal::TooFast { length_m, length_s }))
}

/// Returns the longest stretch, metres and seconds, that is faster than the record for its length.
fn fastest_stretch(line: &Timeline) -> Option<(f64, f64)> {
    let (elapsed_s, distance_m) = (&line.knots.elapsed_s, &line.knots.distance_m);
    let slowest_record_mps = records::fastest_mps(line.length_m());
    let is_fast = |from: usize| {
        let to = (from + COARSE).min(line.knots.len() - 1);
        distance_m[to] - distance_m[from] > slowest_record_mps * (elapsed_s[to] - elapsed_s[from])
    };
    // Few runs have a single coarse step faster than the record over their whole length.
    if !(0..line.knots.len()).step_by(COARSE).any(is_fast) {
        return None;
    }
    let points = line.points(STRETCH_S);
    let stretch = |(from, to): (usize, usize)| (points[to].1 - points[from].1, points[to].0 - points[from].0);
    let first = |length_m: f64| records::fast_stretches(&points, length_m).next();
    records::lengths_m().filter_map(first).last().map(stretch)
}

/// Checks that an activity without a stated sport moves like a run.
///
/// # Errors
///
/// [`Refusal::NotLikeARun`] if it never moves, or its median pace or its top speeds are not a
/// runner's.
pub(super) fn check_moves_like_a_run(line: &Timeline) -> Result<(), Refusal> {
    let speeds = line.moving_speeds_mps(STRETCH_S);
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
