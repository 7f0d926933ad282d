//! A run's chance of the wall: which model applies to it, and with what it is asked.

use super::evidence::wall::{FirstHalf, Risk};
use crate::activity::Sex;
use crate::history::Run;
use crate::phrases::percent;
use crate::runner::Runner;
use crate::units::{HALF_MARATHON_M, KM_M};

/// The mark at 10 km among the marks every 5 km, and the one at 20 km.
pub(super) const AT_10_KM: usize = 1;
const AT_20_KM: usize = 3;

/// A run's chance of the wall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WallRisk {
    /// The model and what it was asked.
    pub start: FirstHalf,
    /// What it says.
    pub risk: Risk,
    /// Whether it is known at half-way; if not, at 20 km.
    pub at_half: bool,
    /// Where the recording ends, metres, if that is before the finish: then its scale is the recorded one.
    pub ends_at_m: Option<f64>,
    /// What it says of grade-adjusted paces, where grade is applied.
    pub grade_adjusted: Option<Risk>,
}

impl WallRisk {
    /// "19–33 % (typical)".
    pub fn range(&self) -> String {
        let band = self.risk.band().replace('-', " ");
        format!("{}–{} % ({band})", percent(self.risk.low), percent(self.risk.high))
    }
}

/// The chance of the wall of a marathon race that reached half-way, or 20 km where the sex is known; raw elapsed times, as
/// the models were made.
pub(super) fn wall_risk(run: &Run, runner: &Runner) -> Option<WallRisk> {
    if !run.is_marathon() {
        return None;
    }
    let view = run.view;
    let sex: Option<Sex> = runner.sex(run.identity.sex).map(|(sex, _)| sex);
    let mark_s = |place: usize| view.marks_5k.get(place).map(|times| times.elapsed_s);
    let (start, at_half) = match (view.at_half_marathon, sex) {
        (Some(half), sex) => (FirstHalf::at_half(mark_s(AT_10_KM)?, half.elapsed_s, sex), true),
        (None, Some(sex)) => {
            let at_20k_s = mark_s(AT_20_KM)?;
            (FirstHalf::at_20k(mark_s(0)?, at_20k_s, sex, at_20k_s / (20.0 * KM_M)), false)
        }
        (None, None) => return None,
    };
    let finished = !run.is_unfinished_marathon();
    // The windows of a run on the course end at 10 km and half-way exactly.
    let grade_adjusted = || {
        let basis = crate::measure::Basis::Elapsed;
        let at_10k_s = view.start_window.gap_s_per_m(basis)? * 10.0 * KM_M;
        let rest_s = view.rest_window.gap_s_per_m(basis)? * (HALF_MARATHON_M - 10.0 * KM_M);
        Some(FirstHalf::at_half(at_10k_s, at_10k_s + rest_s, sex).risk())
    };
    Some(WallRisk {
        start,
        risk: start.risk(),
        at_half,
        ends_at_m: (!finished).then_some(view.distance_m),
        grade_adjusted: finished.then(grade_adjusted).flatten(),
    })
}
