//! What a runner's own races say of an even race on some day: the fitness that a start is held against.
//!
//! A race foretells another over a distance by Riegel's law (time grows with distance to the power 1.06). It is known to be
//! too fast for slower marathoners: from a half to a marathon most recreational runners lose several percent more (Vickers AJ,
//! Vertosick EA. An empirical study of race times in recreational endurance runners. BMC Sports Sci Med Rehabil
//! 2016;8:26). So what it calls too fast is too fast by more.

use super::Run;
use crate::measure::Basis;
use crate::statistics::median;
use crate::units::DAY_S;

/// A race predicts one of another length by this power of the ratio of lengths (Riegel PS. Athletic
/// records and human endurance. Am Sci 1981;69(3):285-290).
pub(crate) const RIEGEL: f64 = 1.06;
/// Earlier runs say something of today for this long, days.
const RECENT_DAYS: f64 = 365.0;
/// So many of them are needed.
const ENOUGH_RUNS: usize = 3;
/// The best of them must have been an effort: a race by somebody's word, or this much faster than the usual run.
const STANDS_OUT: f64 = 0.95;
/// Runs shorter than this share of the distance say nothing of it.
const SHORTEST_SHARE: f64 = 0.2;

/// What earlier runs support.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Support {
    /// The even pace that they foretell for the distance, s/m.
    pub pace_s_per_m: f64,
    /// The entry whose run foretells most.
    pub best: usize,
    /// How many runs were looked at.
    pub runs: usize,
}

/// The best effort in a run, as moving seconds for a metre at equal effort: lower is better, whatever the distance. Whoever
/// collapsed in the second half raced the first.
fn index(run: &Run) -> f64 {
    let basis = Basis::Moving;
    let even_s = f64::min(run.view.total.on(basis), 2.0 * run.view.first_half.times.on(basis));
    even_s / libm::pow(run.view.distance_m, RIEGEL)
}

/// For each race, by entry, what the runs of the year before it support; nothing that came later is looked at.
pub(super) fn supports(runs: &[Run]) -> Vec<(usize, Support)> {
    let mut dated: Vec<(f64, &Run, f64)> =
        runs.iter().filter_map(|run| Some((run.identity.start_s?, run, index(run)))).collect();
    dated.sort_by(|a, b| a.0.total_cmp(&b.0));
    let support = |at: usize| {
        let (start_s, race, _) = dated[at];
        let from = dated[..at].partition_point(|(earlier_s, ..)| start_s - earlier_s > RECENT_DAYS * DAY_S);
        let earlier: Vec<&(f64, &Run, f64)> = dated[from..at]
            .iter()
            .filter(|(earlier_s, run, _)| {
                *earlier_s < start_s && run.view.distance_m >= SHORTEST_SHARE * race.view.distance_m
            })
            .collect();
        // Races found by their effort among all runs, later ones too, are no evidence of what was known by then.
        let told_race = |run: &Run| run.is_race() && !run.decision.by_effort;
        let usual = median(earlier.iter().map(|(.., index)| *index))?;
        let (_, best, index) = earlier.iter().min_by(|a, b| a.2.total_cmp(&b.2))?;
        let effort = *index <= STANDS_OUT * usual || earlier.iter().any(|(_, run, _)| told_race(run));
        if earlier.len() < ENOUGH_RUNS || !effort {
            return None;
        }
        let pace_s_per_m = index * libm::pow(race.view.distance_m, RIEGEL - 1.0);
        Some((race.entry, Support { pace_s_per_m, best: best.entry, runs: earlier.len() }))
    };
    (0..dated.len()).filter(|at| dated[*at].1.is_race()).filter_map(support).collect()
}
