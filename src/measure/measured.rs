//! What is known of an activity, and what was measured of a run.

use std::sync::Arc;

use crate::activity::{FileFormat, Note, Sex, Sport};
use crate::measure::distance::ledger::Ledger;
use crate::measure::hills::grade::Grade;
use crate::measure::line::Stop;
use crate::measure::positions::Trace;
use crate::measure::view::View;

/// What is known of an activity whether or not it could be scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The format it was read from.
    pub format: FileFormat,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The sport that was stated, or inferred as unstated.
    pub sport: Sport,
    /// What in the file marks a race.
    pub race_hint: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The device's serial number.
    pub serial: Option<String>,
    /// The runner's sex, from the file.
    pub sex: Option<Sex>,
    /// Time zero, Unix seconds.
    pub start_s: Option<f64>,
    /// Local time less UTC, seconds.
    pub utc_offset_s: Option<i32>,
    /// What was damaged, odd or repaired.
    pub notes: Vec<Note>,
}

impl Identity {
    /// Time zero in the runner's own time where the file tells the offset, else in UTC, Unix seconds.
    pub fn local_start_s(&self) -> Option<f64> {
        Some(self.start_s? + f64::from(self.utc_offset_s.unwrap_or(0)))
    }
}

/// A measured run. Its views are shared with the rows that tell them.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct Measured {
    /// Which distances there are and which was used.
    pub ledger: Ledger,
    /// The run as recorded.
    pub recorded: Arc<View>,
    /// The run on the course that it may be on.
    pub candidate: Option<Arc<View>>,
    /// The run as recorded, read as a marathon that it may be without its end.
    pub unfinished_marathon: Option<Arc<View>>,
    /// What the altitude says, and whether it is believed.
    pub grade: Grade,
    /// Why a stated course was not applied.
    pub course_refused: Option<String>,
    /// Whether the timer is recorded.
    pub timer_known: bool,
    /// Whether time zero is the timer's start; if not, the first sample.
    pub zero_by_timer: bool,
    /// Seconds for which the timer stood.
    pub paused_s: f64,
    /// Metres moved meanwhile.
    pub paused_m: f64,
    /// Where and for how long it stood.
    pub stops: Vec<Stop>,
    /// Whether the recording breaks off.
    pub cut_short: bool,
    /// Whether any sample has a heart rate.
    pub heart_known: bool,
    /// How many samples it has.
    pub samples: usize,
    /// Where the runner was when, for finding the same run elsewhere.
    pub trace: Trace,
}
