//! A marathon race's chance of the wall: which model applies to the run, and its input.
//!
//! The models are in [`evidence::wall`](super::evidence::wall). Their input is elapsed time, not
//! grade-adjusted, as in the results from which they were fitted.

use super::evidence::wall::{FirstHalf, HalfWaySplits, Risk};
use crate::activity::Sex;
use crate::history::Run;
use crate::measure::{Basis, View};
use crate::phrases::of_100;
use crate::runner::Runner;
use crate::units::{HALF_MARATHON_M, KM_M};

/// The index of the mark at 5 km among the marks every 5 km.
const AT_5_KM: usize = 0;
/// The index of the mark at 10 km.
pub(super) const AT_10_KM: usize = 1;
/// The index of the mark at 15 km.
const AT_15_KM: usize = 2;
/// The index of the mark at 20 km.
const AT_20_KM: usize = 3;

/// A run's chance of the wall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WallRisk {
    /// The model and its input.
    pub start: FirstHalf,
    /// The model's result.
    pub risk: Risk,
    /// Whether the input ends at half-way; else it ends at 20 km.
    pub at_half: bool,
    /// The recorded distance, metres, if the recording ends before the finish. Its marks are then
    /// on the recorded scale.
    pub ends_at_m: Option<f64>,
    /// The model's result for grade-adjusted paces; `None` if the altitude is not trusted.
    pub grade_adjusted: Option<Risk>,
}

impl WallRisk {
    /// Formats the range over days: "19–33 of 100".
    pub fn range(&self) -> String {
        of_100(self.risk.low, self.risk.high)
    }
}

/// Returns the chance of the wall of a marathon race by its elapsed times.
///
/// Returns `None` for other runs, and for a recording that ends before half-way; if the sex is
/// known, 20 km are enough.
pub(super) fn wall_risk(run: &Run, runner: &Runner) -> Option<WallRisk> {
    if !run.is_marathon() {
        return None;
    }
    let view = run.view;
    let sex: Option<Sex> = runner.sex(run.identity.sex).map(|(sex, _)| sex);
    let mark_s = |place: usize| view.marks_5k.get(place).map(|times| times.elapsed_s);
    let (start, at_half) = match (view.at_half_marathon, sex) {
        (Some(half), sex) => {
            let splits = HalfWaySplits {
                at_10k_s: mark_s(AT_10_KM)?,
                at_half_s: half.elapsed_s,
                at_5k_15k_s: mark_s(AT_5_KM).zip(mark_s(AT_15_KM)).filter(|_| knows_slowing(view)),
            };
            (FirstHalf::at_half(splits, sex), true)
        }
        (None, Some(sex)) => (FirstHalf::at_20k(mark_s(AT_5_KM)?, mark_s(AT_20_KM)?, sex), false),
        (None, None) => return None,
    };
    let finished = !run.is_unfinished_marathon();
    let grade_adjusted = || {
        let splits = grade_adjusted_splits(view)?;
        Some(FirstHalf::at_half(splits, sex).risk())
    };
    Some(WallRisk {
        start,
        risk: start.risk(),
        at_half,
        ends_at_m: (!finished).then_some(view.distance_m),
        grade_adjusted: finished.then(grade_adjusted).flatten(),
    })
}

/// Returns whether the slowing from 15 km to half-way is known: none of the marks that it depends
/// on, nor of the start's, is in a gap of the recording.
fn knows_slowing(view: &View) -> bool {
    let used_m = [5.0 * KM_M, 10.0 * KM_M, 15.0 * KM_M, HALF_MARATHON_M];
    !view.marks_in_gaps_m.iter().any(|gap_m| used_m.contains(gap_m))
}

/// Returns the splits at which a runner with the same effort on level ground had passed the marks
/// of a finished marathon; `None` where grade is not applied.
///
/// The models compare paces of stretches only, so each difference between two marks is right, and
/// the marks themselves need not be.
fn grade_adjusted_splits(view: &View) -> Option<HalfWaySplits> {
    let at_10k_s = view.start_window.gap_s_per_m(Basis::Elapsed)? * 10.0 * KM_M;
    let rest_s = view.rest_window.gap_s_per_m(Basis::Elapsed)? * (HALF_MARATHON_M - 10.0 * KM_M);
    let at_half_s = at_10k_s + rest_s;
    let at_5k_15k_s = || {
        let level_m = |kms: std::ops::Range<usize>| -> Option<f64> {
            view.kms.get(kms)?.iter().map(|split| split.level_m).sum()
        };
        let half_level_m = view.start_window.level_m? + view.rest_window.level_m?;
        let [at_5k, at_15k] = [AT_5_KM, AT_15_KM].map(|place| view.marks_5k.get(place));
        let (at_5k_s, at_15k_s) = (at_5k?.elapsed_s, at_15k?.elapsed_s);
        let before = (at_15k_s - at_5k_s) / level_m(5..15)?;
        let after = (view.at_half_marathon?.elapsed_s - at_15k_s) / (half_level_m - level_m(0..15)?);
        let graded_15k_s = at_half_s - after * (HALF_MARATHON_M - 15.0 * KM_M);
        Some((graded_15k_s - before * 10.0 * KM_M, graded_15k_s))
    };
    let at_5k_15k_s = if knows_slowing(view) { at_5k_15k_s() } else { None };
    Some(HalfWaySplits { at_10k_s, at_half_s, at_5k_15k_s })
}
