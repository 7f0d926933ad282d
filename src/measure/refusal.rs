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
    /// A stretch of it, or the whole, is faster than the record for its length.
    TooFast {
        /// The length of the stretch, metres.
        length_m: f64,
        /// Its time, seconds.
        length_s: f64,
    },
    /// Near the record, and far faster than the runner's other runs, it is a ride: its share of
    /// record speed, and the median share.
    RidesAlong {
        /// Its speed over that of the record for its length.
        record_share: f64,
        /// The median of the runner's runs.
        usual_share: f64,
    },
    /// Its distance, metres, is longer than anybody runs in one go.
    TooFar(f64),
    /// No two samples have different times.
    NoTime {
        /// The number of samples that have a time.
        timed: usize,
    },
    /// It has no points at all, as a treadmill has in GPX, or laps alone.
    NoTrack,
    /// It has neither distances nor positions.
    NoDistance,
    /// Its distances are filled in at one even pace over time.
    NoPacing,
    /// It has fewer points than kilometres, although it is long.
    FewPoints {
        /// The number of its points.
        points: usize,
        /// Its distance, metres.
        length_m: f64,
    },
    /// Its distance, metres, is shorter than two miles.
    TooShort(f64),
    /// It began on none of the days that were asked for. No report has it.
    OtherDay,
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
    pub const CODES: [&str; 7] =
        ["not-a-run", "no-track", "no-time", "no-distance", "no-pacing", "too-short", "other-day"];

    /// Returns the stable code for the `reason` column.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stored { code, .. } => code,
            Self::NotARun(_)
            | Self::NotLikeARun(_)
            | Self::TooFast { .. }
            | Self::RidesAlong { .. }
            | Self::TooFar(_) => "not-a-run",
            Self::NoTime { .. } => "no-time",
            Self::NoTrack => "no-track",
            Self::NoDistance => "no-distance",
            Self::NoPacing | Self::FewPoints { .. } => "no-pacing",
            Self::TooShort(_) => "too-short",
            Self::OtherDay => "other-day",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stored { detail, .. } => f.write_str(detail),
            Self::NotARun(sport) => write!(f, "its sport is stated as {sport}"),
            Self::NotLikeARun(how) => write!(f, "no sport is stated, and it does not move like a run: {how}"),
            Self::TooFast { length_m, length_s } => write!(
                f,
                "{:.1} km of it in {:.0}:{:02.0} are faster than anybody has run",
                length_m / KM_M,
                (length_s / 60.0).floor(),
                length_s % 60.0
            ),
            Self::RidesAlong { record_share, usual_share } => write!(
                f,
                "at {:.0} % of world-record speed, against {:.0} % in the other runs, it is taken for a ride; \
                 --race FILE says otherwise",
                100.0 * record_share,
                100.0 * usual_share
            ),
            Self::TooFar(metres) => {
                write!(f, "nobody runs {:.0} km in one go: its distance is wrong", metres / KM_M)
            }
            Self::NoTime { timed: 0 } => {
                f.write_str("its points have no times that could be read, so there is no pace")
            }
            Self::NoTime { timed } => write!(f, "its {timed} timed points span no time, so there is no pace"),
            Self::NoTrack => f.write_str("it has no points, so there are no splits"),
            Self::NoDistance => f.write_str("no distances and no positions could be read"),
            Self::NoPacing => {
                f.write_str("its distances are filled in at one even pace, so they say nothing about pacing")
            }
            Self::FewPoints { points, length_m } => {
                write!(
                    f,
                    "it has {points} points on {:.0} km, which say nothing about pacing",
                    length_m / KM_M
                )
            }
            Self::OtherDay => f.write_str("it began on none of the days that were asked for"),
            Self::TooShort(metres) => {
                write!(f, "{metres:.0} m is shorter than two miles, so first and final mile would overlap")
            }
        }
    }
}
