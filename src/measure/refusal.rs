//! The reasons why an activity that was read is not scored. A refusal is a result, not an error.

use crate::activity::Sport;
use crate::units::KM_M;

/// The reason why an activity that was read is not scored.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The file states another sport.
    NotARun(Sport),
    /// No sport is stated and it does not move like a run; with a description of how it moves.
    NotLikeARun(String),
    /// Its average speed, m/s, is faster than anybody runs.
    TooFast(f64),
    /// Its distance, metres, is longer than anybody runs in one go.
    TooFar(f64),
    /// No two samples have different times.
    NoTime {
        /// The number of samples that have a time.
        timed: usize,
    },
    /// It has neither distances nor positions.
    NoDistance,
    /// Its distance, metres, is shorter than two miles.
    TooShort(f64),
    /// A refusal read back from a runs table.
    Stored {
        /// One of [`Refusal::CODES`].
        code: &'static str,
        /// The sentence that explained it.
        detail: String,
    },
}

impl Refusal {
    /// All codes that [`Refusal::code`] returns.
    pub const CODES: [&str; 4] = ["not-a-run", "no-time", "no-distance", "too-short"];

    /// Returns the stable code for the `reason` column.
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
