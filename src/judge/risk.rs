//! A marathon race's chance of the wall: which model applies to the run, and its input.
//!
//! The models are in [`evidence::wall`](super::evidence::wall). Their input is elapsed time, not
//! grade-adjusted, as in the results from which they were fitted.

use super::evidence::wall::{FirstHalf, Risk};
use crate::activity::Sex;
use crate::history::Run;
use crate::phrases::percent;
use crate::runner::Runner;
use crate::units::{HALF_MARATHON_M, KM_M};

/// The index of the mark at 10 km among the marks every 5 km.
pub(super) const AT_10_KM: usize = 1;
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
    /// Formats the range over days and the band: "19–33 % (typical)".
    pub fn range(&self) -> String {
        let band = self.risk.band().replace('-', " ");
        format!("{}–{} % ({band})", percent(self.risk.low), percent(self.risk.high))
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
        (Some(half), sex) => (FirstHalf::at_half(mark_s(AT_10_KM)?, half.elapsed_s, sex), true),
        (None, Some(sex)) => {
            let at_20k_s = mark_s(AT_20_KM)?;
            (FirstHalf::at_20k(mark_s(0)?, at_20k_s, sex, at_20k_s / (20.0 * KM_M)), false)
        }
        (None, None) => return None,
    };
    let finished = !run.is_unfinished_marathon();
    // On the course's scale the start window ends at exactly 10 km, the rest window at half-way.
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
