//! Heart-rate drift of steady runs, and its median of each year.

use std::collections::BTreeMap;

use super::Run;
use crate::measure::{Course, HalvesHeart};
use crate::statistics::median;
use crate::units::{KM_M, civil};

/// Whoever moves slower than this over a kilometre walks, s/m: 8:20 /km.
pub(crate) const WALK_S_PER_M: f64 = 0.5;

/// The mean paces compared may differ by this share. Within the 7 % of single parts, a run that
/// gets faster would show its pace as a drift.
const SAME_MEAN_PACE: f64 = 0.03;

/// The drift of one year's steady runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriftYear {
    /// The year.
    pub year: i64,
    /// The number of runs.
    pub runs: usize,
    /// The median of their drifts, percent.
    pub median_pct: f64,
}

/// Returns the heart rate in the halves of a steady run of an hour or more.
///
/// `None` for a marathon race, which DRIFT-01 is about, for an interval session, for a run that is
/// not steady or was walked in part, for halves of another pace, and without such a heart rate.
pub(crate) fn of(run: &Run) -> Option<HalvesHeart> {
    let is_marathon = run.is_race() && run.view.course == Some(Course::Marathon);
    let walks = run.measured.walked || {
        let mut whole_kms = run.view.kms.iter().filter(|km| km.distance_m > KM_M - 1.0);
        whole_kms.any(|km| km.times.moving_s > WALK_S_PER_M * km.distance_m)
    };
    let is_other = is_marathon || walks || run.measured.start_missing || !run.repeats().is_empty();
    run.view.halves_heart.filter(|halves| {
        let change = halves.late.pace_s_per_m / halves.early.pace_s_per_m - 1.0;
        !is_other && change.abs() <= SAME_MEAN_PACE && run.is_steady()
    })
}

/// Returns the median drift of each year that has a steady run, ascending.
pub(super) fn years(runs: &[Run]) -> Vec<DriftYear> {
    let mut years: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for run in runs {
        let Some((local_s, halves)) = run.identity.local_start_s().zip(of(run)) else { continue };
        years.entry(civil(local_s.floor() as i64).year).or_default().push(halves.drift_pct());
    }
    let year = |(year, drifts): (i64, Vec<f64>)| {
        let runs = drifts.len();
        Some(DriftYear { year, runs, median_pct: median(drifts)? })
    };
    years.into_iter().filter_map(year).collect()
}
