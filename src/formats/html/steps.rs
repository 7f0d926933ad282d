//! The pace of a run in steps, one for each mile or kilometre.

use crate::measure::Split;
use crate::report::Scores;
use crate::units::Units;

/// Shorter runs have a step for each kilometre, also on a page in miles, metres: three steps would
/// show no pacing.
const BY_KILOMETRE_BELOW_M: f64 = 8_000.0;
/// A last step shorter than this share of a unit is joined to the one before it: errors of the
/// distance weigh too much on it.
const LEAST_REST: f64 = 0.15;

/// A part of a run at one pace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub from_m: f64,
    pub to_m: f64,
    pub pace_s_per_m: f64,
}

/// Returns the unit of a run's steps.
pub(super) fn unit(scores: &Scores, units: Units) -> Units {
    if scores.view.distance_m < BY_KILOMETRE_BELOW_M { Units::Kilometres } else { units }
}

/// Returns a run's steps on the basis that is judged.
pub(super) fn steps(scores: &Scores, units: Units) -> Vec<Step> {
    let unit = unit(scores, units);
    let splits = splits(scores, unit);
    let mut steps: Vec<(f64, f64, f64)> = Vec::with_capacity(splits.len());
    for split in splits {
        let time_s = split.times.on(scores.basis);
        match steps.last_mut() {
            Some(last) if split.distance_m < LEAST_REST * unit.metres() => {
                (last.1, last.2) = (split.end_m, last.2 + time_s);
            }
            _ => steps.push((split.end_m - split.distance_m, split.end_m, time_s)),
        }
    }
    steps
        .into_iter()
        .map(|(from_m, to_m, time_s)| Step { from_m, to_m, pace_s_per_m: time_s / (to_m - from_m) })
        .filter(|step| step.pace_s_per_m.is_finite())
        .collect()
}

/// Returns a run's splits by mile or by kilometre.
pub(super) fn splits(scores: &Scores, unit: Units) -> &[Split] {
    if unit == Units::Miles { &scores.view.miles } else { &scores.view.kms }
}
