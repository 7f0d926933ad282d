//! Splits and stretches of a run, and the three time bases: elapsed, timer and moving.

use super::line::Times;

/// The start window ends at this share of the distance, which is 10 km of a marathon.
pub const START_SHARE: f64 = 0.237;

/// A split: the part of a run between two neighbouring mile or kilometre marks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Its length in metres; the last of a run is usually shorter than the unit.
    pub distance_m: f64,
    /// Its end mark in metres.
    pub end_m: f64,
    /// The metres of level ground that would have been as hard; `None` where grade is not applied.
    pub level_m: Option<f64>,
    /// Its times.
    pub times: Times,
    /// Mean heart rate, beats a minute; `None` if less than half of it has readings.
    pub heart_bpm: Option<f32>,
}

/// A stretch of a run between any two marks, and the times it took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Its length in metres.
    pub distance_m: f64,
    /// The metres of level ground that would have been as hard; `None` where grade is not applied.
    pub level_m: Option<f64>,
    /// Its times.
    pub times: Times,
}

/// The time that a verdict uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// Elapsed time, for races.
    Elapsed,
    /// Timer time, for training where the timer is recorded.
    Timer,
    /// Moving time, for training where the timer is not recorded.
    Moving,
}

impl Basis {
    /// Returns the word for the `basis` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Elapsed => "elapsed",
            Self::Timer => "timer",
            Self::Moving => "moving",
        }
    }
}

impl Stretch {
    /// Returns the pace in seconds a metre on a basis.
    pub fn pace_s_per_m(&self, basis: Basis) -> f64 {
        self.times.on(basis) / self.distance_m
    }

    /// Returns the grade-adjusted pace in seconds a metre on a basis; `None` where grade is not
    /// applied.
    pub fn gap_s_per_m(&self, basis: Basis) -> Option<f64> {
        Some(self.times.on(basis) / self.level_m?)
    }
}

impl Split {
    /// Returns the grade-adjusted pace in seconds a metre on a basis; `None` where grade is not
    /// applied.
    pub fn gap_s_per_m(&self, basis: Basis) -> Option<f64> {
        Some(self.times.on(basis) / self.level_m?)
    }
}
