//! Holds what a flag, a profile or the recording states of the runner and of single runs.
//!
//! Every statement is optional and keeps its origin, so that a report can name it.

use crate::activity::Sex;
use crate::goal::Goal;
use crate::measure::Course;
use crate::temperature::Temperature;

/// Where a statement comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A flag of the command line, or a setting of an [`Analyzer`](crate::Analyzer).
    Flag,
    /// A profile.
    Profile,
    /// The recording.
    File,
}

/// What the user states of one run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stated {
    /// Whether it is a race.
    pub race: Option<(bool, Origin)>,
    /// Its course.
    pub course: Option<(Course, Origin)>,
    /// Goals that may be the run's; the first that suits its course counts.
    pub goals: Vec<Goal>,
}

/// What is known of the runner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Runner {
    /// The sex, if the user stated it.
    pub sex: Option<(Sex, Origin)>,
    /// The greatest heart rate, beats a minute.
    pub hr_max_bpm: Option<f64>,
    /// The air temperature during the races that are judged, if the user stated it.
    pub race_temperature: Option<Temperature>,
}

impl Runner {
    /// Returns the sex that counts for a run: the user's statement, else the recording's.
    pub fn sex(&self, recorded: Option<Sex>) -> Option<(Sex, Origin)> {
        self.sex.or_else(|| Some((recorded?, Origin::File)))
    }
}
