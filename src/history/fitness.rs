//! Predicts the even pace of a race from the runner's earlier runs, so that a start can be compared
//! with it.
//!
//! Prediction is by Riegel's formula: time grows with distance to the power 1.06. Paces are s/m.
//! The formula is too fast for slower marathoners. From a half to a marathon most recreational
//! runners lose several percent more (Vickers AJ, Vertosick EA. An empirical study of race times in
//! recreational endurance runners. BMC Sports Sci Med Rehabil 2016;8:26). A start that is faster
//! than the prediction is therefore too fast by more than the difference.

use super::Run;
use crate::measure::Basis;
use crate::statistics::median;
use crate::units::DAY_S;

/// The exponent of Riegel's formula: the ratio of two times is the ratio of their distances to this
/// power (Riegel PS. Athletic records and human endurance. Am Sci 1981;69(3):285-290).
pub(crate) const RIEGEL: f64 = 1.06;
/// The oldest runs that count for a prediction, days before the race.
const RECENT_DAYS: f64 = 365.0;
/// At most this number of earlier runs are compared, the latest ones. Nobody runs more within that
/// time, and a file of tens of thousands does not take quadratic time.
const EARLIER: usize = 1024;
/// The fewest earlier runs that make a prediction.
const ENOUGH_RUNS: usize = 3;
/// One of them must have been an effort: a stated or named race, or a run whose index is at most
/// this share of the median index.
const STANDS_OUT: f64 = 0.95;
/// The shortest runs that count, as a share of the race's distance.
const SHORTEST_SHARE: f64 = 0.2;

/// A prediction from earlier runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The even pace predicted for the race's distance, s/m.
    pub pace_s_per_m: f64,
    /// The entry of the run that predicts the fastest pace.
    pub best: usize,
    /// The number of runs considered.
    pub runs: usize,
}

/// Returns the best effort in a run as an index that compares across distances; lower is better.
///
/// The index is moving seconds over metres to the power [`RIEGEL`]. A runner who collapsed in the
/// second half raced the first, so twice the first half counts where that is faster.
fn index(run: &Run) -> f64 {
    let basis = Basis::Moving;
    let even_s = f64::min(run.view.total.on(basis), 2.0 * run.view.first_half.times.on(basis));
    even_s / libm::pow(run.view.distance_m, RIEGEL)
}

/// Returns a prediction for each race, with its entry, from the runs of the year before it. Later
/// runs do not count.
pub(super) fn supports(runs: &[Run]) -> Vec<(usize, Prediction)> {
    let mut dated: Vec<(f64, &Run, f64)> =
        runs.iter().filter_map(|run| Some((run.identity.start_s?, run, index(run)))).collect();
    dated.sort_by(|a, b| a.0.total_cmp(&b.0));
    let support = |at: usize| {
        let (start_s, race, _) = dated[at];
        let from = dated[..at].partition_point(|(earlier_s, ..)| start_s - earlier_s > RECENT_DAYS * DAY_S);
        let from = from.max(at.saturating_sub(EARLIER));
        let earlier: Vec<&(f64, &Run, f64)> = dated[from..at]
            .iter()
            .filter(|(earlier_s, run, _)| {
                *earlier_s < start_s && run.view.distance_m >= SHORTEST_SHARE * race.view.distance_m
            })
            .collect();
        // Races told by their marks are told among all runs, later ones too. That was not known
        // then.
        let known_race = |run: &Run| run.is_race() && !run.decision.inferred;
        let usual = median(earlier.iter().map(|(.., index)| *index))?;
        let (_, best, index) = earlier.iter().min_by(|a, b| a.2.total_cmp(&b.2))?;
        let effort = *index <= STANDS_OUT * usual || earlier.iter().any(|(_, run, _)| known_race(run));
        if earlier.len() < ENOUGH_RUNS || !effort {
            return None;
        }
        let pace_s_per_m = index * libm::pow(race.view.distance_m, RIEGEL - 1.0);
        Some((race.entry, Prediction { pace_s_per_m, best: best.entry, runs: earlier.len() }))
    };
    (0..dated.len()).filter(|at| dated[*at].1.is_race()).filter_map(support).collect()
}
