//! Why an activity that was read is not scored.

use crate::activity::Sport;
use crate::units::KM_M;

/// Why an activity that was read is not scored: an answer, not an error.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// The file states another sport.
    NotARun(Sport),
    /// No sport is stated and it does not move like a run; how it moves.
    NotLikeARun(String),
    /// Its distance in its time is beyond anybody, m/s.
    TooFast(f64),
    /// Further than anybody runs in one go; its metres.
    TooFar(f64),
    /// No two samples with different times; how many have any.
    NoTime {
        /// Samples with a time.
        timed: usize,
    },
    /// Neither distances nor positions.
    NoDistance,
    /// Shorter than two miles; its metres.
    TooShort(f64),
    /// As it was told when the activity was measured, by a table that keeps it.
    Stored {
        /// One of [`Refusal::CODES`].
        code: &'static str,
        /// The sentence.
        detail: String,
    },
}

impl Refusal {
    /// Every code.
    pub const CODES: [&str; 4] = ["not-a-run", "no-time", "no-distance", "too-short"];

    /// The stable code for the `reason` column.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stored { code, .. } => code,
            Self::NotARun(_) | Self::NotLikeARun(_) | Self::TooFast(_) | Self::TooFar(_) => "not-a-run",
            Self::NoTime { .. } => "no-time",
            Self::NoDistance => "no-distance",
            Self::TooShort(_) => "too-short",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stored { detail, .. } => f.write_str(detail),
            Self::NotARun(sport) => write!(f, "its sport is stated as {sport}"),
            Self::NotLikeARun(how) => write!(f, "no sport is stated, and it does not move like a run: {how}"),
            Self::TooFast(speed_mps) => {
                write!(f, "nobody runs {speed_mps:.0} m/s on average: its distance or its time is wrong")
            }
            Self::TooFar(metres) => {
                write!(f, "nobody runs {:.0} km in one go: its distance is wrong", metres / KM_M)
            }
            Self::NoTime { timed: 0 } => f.write_str("its points have no times, so there is no pace"),
            Self::NoTime { timed } => write!(f, "its {timed} timed points span no time, so there is no pace"),
            Self::NoDistance => f.write_str("neither distances nor positions were recorded"),
            Self::TooShort(metres) => {
                write!(f, "{metres:.0} m is shorter than two miles, so first and final mile would overlap")
            }
        }
    }
}
