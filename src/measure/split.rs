//! Splits and stretches of a run, and the time basis they are read on.

use super::line::Times;

/// The start window ends at this share of the distance: 10 km of a marathon.
pub const START_SHARE: f64 = 0.237;

/// A split between two marks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Its length in metres; the last of a run is usually shorter than the unit.
    pub distance_m: f64,
    /// Its end mark in metres.
    pub end_m: f64,
    /// The metres of level ground that would have been as hard, where grade is applied.
    pub level_m: Option<f64>,
    /// Its times.
    pub times: Times,
}

/// A stretch of a run and the times it took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Its length in metres.
    pub distance_m: f64,
    /// The metres of level ground that would have been as hard, where grade is applied.
    pub level_m: Option<f64>,
    /// Its times.
    pub times: Times,
}

/// Which of the three times a verdict uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Wall clock: races.
    Elapsed,
    /// The device's timer: training, where it is recorded.
    Timer,
    /// Time in motion: training, where it is not.
    Moving,
}

impl Basis {
    /// The word for the `basis` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Elapsed => "elapsed",
            Self::Timer => "timer",
            Self::Moving => "moving",
        }
    }
}

impl Stretch {
    /// Pace in seconds a metre on a basis.
    pub fn pace_s_per_m(&self, basis: Basis) -> f64 {
        self.times.on(basis) / self.distance_m
    }

    /// Grade-adjusted pace in seconds a metre on a basis, where grade is applied.
    pub fn gap_s_per_m(&self, basis: Basis) -> Option<f64> {
        Some(self.times.on(basis) / self.level_m?)
    }
}

impl Split {
    /// Grade-adjusted pace in seconds a metre on a basis, where grade is applied.
    pub fn gap_s_per_m(&self, basis: Basis) -> Option<f64> {
        Some(self.times.on(basis) / self.level_m?)
    }
}
