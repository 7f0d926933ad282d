//! The results of measuring: the identity of any activity, and the measurements of a run.

use std::sync::Arc;

use crate::activity::{FileFormat, NameOrigin, Note, Sex, Sport};
use crate::local_time::UtcOffset;
use crate::measure::distance::ledger::Ledger;
use crate::measure::hills::grade::Grade;
use crate::measure::laps::Lap;
use crate::measure::line::Stop;
use crate::measure::positions::Positions;
use crate::measure::records;
use crate::measure::session::Repeat;
use crate::measure::view::View;
use crate::units::{Civil, civil};

/// The facts about an activity that do not depend on whether it could be measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The format it was read from.
    pub format: FileFormat,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Where the name comes from.
    pub name_origin: NameOrigin,
    /// The sport that the file states; [`Sport::Unstated`] if it states none.
    pub sport: Sport,
    /// What in the file marks it as a race, for example "type `race`".
    pub race_hint: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The device's serial number.
    pub serial: Option<String>,
    /// The runner's sex, from the file.
    pub sex: Option<Sex>,
    /// The start of the run, Unix seconds.
    pub start_s: Option<f64>,
    /// Local time minus UTC; `None` if neither the file nor a position gives it.
    pub utc_offset: Option<UtcOffset>,
    /// Notes on damaged, odd or repaired data.
    pub notes: Vec<Note>,
}

impl Identity {
    /// Returns the title that the runner or a service gave it.
    pub fn title(&self) -> Option<&str> {
        self.name.as_deref().filter(|_| self.name_origin == NameOrigin::Title)
    }

    /// Cuts its texts as the readers of recordings do.
    #[cfg(feature = "parquet")]
    pub(crate) fn cut_texts(&mut self) {
        let texts = [&mut self.name, &mut self.race_hint, &mut self.device, &mut self.serial];
        for text in texts.into_iter().flatten() {
            text.truncate(crate::ingest::names::cut_text(text).len());
        }
    }

    /// Returns the bytes of its texts.
    pub(crate) fn text_bytes(&self) -> usize {
        let texts = [&self.name, &self.race_hint, &self.device, &self.serial];
        let notes = self.notes.iter().map(|note| note.text.len() + size_of::<Note>());
        texts.into_iter().flatten().map(String::len).chain(notes).sum()
    }

    /// Returns the name of the planned workout that it was.
    pub fn workout(&self) -> Option<&str> {
        self.name.as_deref().filter(|_| self.name_origin == NameOrigin::Workout)
    }

    /// Returns the start in seconds since 1970 by local time; by UTC if the offset is unknown.
    pub fn local_start_s(&self) -> Option<f64> {
        Some(self.start_s? + self.utc_offset.map_or(0.0, |offset| f64::from(offset.seconds)))
    }

    /// Returns date and clock time of the start by local time; by UTC if the offset is unknown.
    pub(crate) fn local_start(&self) -> Option<Civil> {
        self.local_start_s().map(|local_s| civil(local_s.floor() as i64))
    }
}

/// The measurements of a run. Its views are shared with the rows of the report.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct Measured {
    /// The recorded distances, and which of them was used.
    pub ledger: Ledger,
    /// The run as recorded.
    pub recorded: Arc<View>,
    /// The run scaled to the course that it may be on.
    pub candidate: Option<Arc<View>>,
    /// The run as recorded, with the windows of a marathon, if it may be a marathon without its
    /// end.
    pub unfinished_marathon: Option<Arc<View>>,
    /// Ascent and descent, and whether grade is applied.
    pub grade: Grade,
    /// Why a stated course was not applied.
    pub course_refused: Option<String>,
    /// Whether the timer is recorded.
    pub timer_known: bool,
    /// Whether the run starts when the timer does; otherwise it starts at the first sample.
    pub zero_by_timer: bool,
    /// Seconds for which the timer was stopped.
    pub paused_s: f64,
    /// Metres moved while the timer was stopped.
    pub paused_m: f64,
    /// Seconds of standing after the last metre, which no view has.
    pub tail_s: f64,
    /// Where the timer was stopped, and for how long.
    pub stops: Vec<Stop>,
    /// The device's laps.
    pub laps: Vec<Lap>,
    /// The repeats of an interval session, by its shape; empty for any other run. A race is none,
    /// whatever its shape.
    pub repeats: Vec<Repeat>,
    /// Whether the end of the recording is missing.
    pub cut_short: bool,
    /// Whether the start of the recording is missing, so that it cannot be judged.
    pub start_missing: bool,
    /// Whether it was walked, so that its pacing is not judged.
    pub walked: bool,
    /// The mean heart rate, beats a minute; `None` if less than half of the run has one.
    pub heart_mean_bpm: Option<f64>,
    /// Whether any sample has a heart rate.
    pub heart_known: bool,
    /// The number of samples.
    pub samples: usize,
    /// The runner's position at every whole minute, to recognise the same run in another recording.
    pub positions: Positions,
}

impl Measured {
    /// Returns about the bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        let views = self.views().map(View::bytes);
        let lists = self.stops.len() * size_of::<Stop>()
            + self.laps.len() * size_of::<Lap>()
            + self.repeats.len() * size_of::<Repeat>()
            + self.positions.len() * size_of::<(u32, [i32; 2])>();
        size_of::<Self>() + views.sum::<usize>() + lists
    }

    /// Returns the run as recorded, and on the courses that it may have been on.
    pub(crate) fn views(&self) -> impl Iterator<Item = &View> {
        let views = [Some(&self.recorded), self.candidate.as_ref(), self.unfinished_marathon.as_ref()];
        views.into_iter().flatten().map(AsRef::as_ref)
    }

    /// Returns its speed as a share of the record's for its length.
    pub(crate) fn record_share(&self) -> f64 {
        let length_m = self.recorded.distance_m;
        length_m / self.recorded.total.elapsed_s / records::record_mps(length_m)
    }
}
