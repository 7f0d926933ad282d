//! The model of a recorded activity, the same for every file format.
//!
//! A reader fills an [`Activity`]: samples in columns, timer stops, the device's laps, and what the
//! file states about itself (sport, name, device, totals). Times are Unix seconds in UTC, distances
//! are metres. A missing value is absent, never zero: readers remove the formats' sentinels (65535,
//! 0x7FFFFFFF). [`measure`](crate::measure) interprets the values.

mod lap;
mod note;
mod samples;
mod words;

use std::fmt;
use std::str::FromStr;

pub use crate::activity::lap::{Intensity, Lap, LapTrigger};
pub use crate::activity::note::{Note, Place};
pub use crate::activity::samples::{Channel, Samples};

/// A recorded activity: a FIT session, a GPX track or a TCX `Activity`.
#[derive(Debug, Clone, Default)]
pub struct Activity {
    /// The format of its file.
    pub format: FileFormat,
    /// Its name in the file.
    pub name: Option<String>,
    /// Where the name comes from.
    pub name_origin: NameOrigin,
    /// The sport that the file states.
    pub sport: Sport,
    /// What in the file marks it as a race, for example "type `race`".
    pub race_hint: Option<String>,
    /// Maker and product of the recording device, as far as stated.
    pub device: Option<String>,
    /// The device's serial number; no two devices of a maker have the same.
    pub serial: Option<String>,
    /// The runner's sex, from a FIT user profile.
    pub sex: Option<Sex>,
    /// Local time minus UTC in seconds, as the file states it.
    pub utc_offset_s: Option<i32>,
    /// When the timer was first started, Unix seconds.
    pub timer_start_s: Option<f64>,
    /// For how many seconds before the first sample the activity ran already, by the file.
    pub missing_start_s: Option<f64>,
    /// Spans in which the device's timer was stopped, ascending and disjoint.
    pub timer_stops: Vec<Span>,
    /// Whether the file records the timer. If not, `timer_stops` is empty although there may have
    /// been stops.
    pub timer_known: bool,
    /// The device's own laps, in order.
    pub laps: Vec<Lap>,
    /// Totals that the file declares for the activity.
    pub declared: Declared,
    /// The samples, in file order.
    pub samples: Samples,
    /// Notes on what was damaged or odd in the file, for DATA-01.
    pub notes: Vec<Note>,
    /// Whether the end of the recording is missing, so that its distance is no evidence of a
    /// course.
    pub cut_short: bool,
}

impl Activity {
    /// Returns when it began, Unix seconds: the timer's start, else the first sample that has a
    /// time.
    pub fn start_s(&self) -> Option<f64> {
        self.timer_start_s.or_else(|| self.samples.time_s.iter().copied().find(|time_s| time_s.is_finite()))
    }
}

/// The formats that have a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FileFormat {
    /// Garmin's Flexible and Interoperable Data Transfer.
    #[default]
    Fit,
    /// GPS Exchange Format.
    Gpx,
    /// Training Center XML.
    Tcx,
}

/// Where the name of an activity comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum NameOrigin {
    /// A title, by the runner or by a service.
    #[default]
    Title,
    /// The name of a planned workout.
    Workout,
    /// The name of the watch's profile, such as "Run"; it says nothing about this activity.
    Profile,
}

impl NameOrigin {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Title, Self::Workout, Self::Profile];

    /// Returns the word for the runs table.
    pub fn code(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Workout => "workout",
            Self::Profile => "profile",
        }
    }
}

/// The sport that a file states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Sport {
    /// Running on a road, or running without a closer statement.
    Running,
    /// Trail running.
    Trail,
    /// Running on a treadmill or indoors.
    Treadmill,
    /// Running on a track.
    Track,
    /// Any other sport: the file's own word in lower case.
    Other(String),
    /// The file states no sport.
    #[default]
    Unstated,
}

impl Sport {
    /// Reads the word for a sport from GPX, TCX or the index of an export, in any case and
    /// spelling.
    ///
    /// ```
    /// use firstmile::activity::Sport;
    /// assert_eq!(Sport::from_word("Trail Running"), Sport::Trail);
    /// assert_eq!(Sport::from_word("Biking"), Sport::Other("biking".into()));
    /// assert_eq!(Sport::from_word("9"), Sport::Running); // Strava's number for a run
    /// assert_eq!(Sport::from_word("Plogging"), Sport::Unstated); // an unknown word
    /// ```
    pub fn from_word(word: &str) -> Self {
        words::sport(word)
    }

    /// Returns whether the stated sport is running; `None` if no sport is stated.
    pub fn is_run(&self) -> Option<bool> {
        match self {
            Self::Unstated => None,
            Self::Other(_) => Some(false),
            Self::Running | Self::Trail | Self::Treadmill | Self::Track => Some(true),
        }
    }
}

impl fmt::Display for Sport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Trail => "trail",
            Self::Treadmill => "treadmill",
            Self::Track => "track",
            Self::Other(word) => word,
            Self::Unstated => "unknown",
        })
    }
}

/// The runner's sex, as race results and the reference tables record it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Sex {
    /// Returns "men" or "women", the pools of the reference tables.
    pub fn people(self) -> &'static str {
        match self {
            Self::Female => "women",
            Self::Male => "men",
        }
    }
}

/// A word that is neither "female" nor "male".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown sex \"{word}\"; the reference tables have female and male")]
pub struct UnknownSex {
    word: String,
}

impl FromStr for Sex {
    type Err = UnknownSex;

    /// Reads "female" or "male".
    ///
    /// # Errors
    ///
    /// If the word is neither of the two.
    fn from_str(word: &str) -> Result<Self, UnknownSex> {
        match word {
            "female" => Ok(Self::Female),
            "male" => Ok(Self::Male),
            _ => Err(UnknownSex { word: word.to_owned() }),
        }
    }
}

impl fmt::Display for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Female => "female",
            Self::Male => "male",
        })
    }
}

/// A span of time in Unix seconds, with `from_s <= to_s`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// When it begins.
    pub from_s: f64,
    /// When it ends.
    pub to_s: f64,
}

impl Span {
    /// Returns its length in seconds.
    pub fn length_s(&self) -> f64 {
        self.to_s - self.from_s
    }
}

/// The totals that the file declares for the whole activity.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Declared {
    /// Distance in metres.
    pub distance_m: Option<f64>,
    /// Elapsed time in seconds.
    pub elapsed_s: Option<f64>,
    /// Timer time in seconds.
    pub timer_s: Option<f64>,
    /// Ascent in metres, as the device counted it.
    pub ascent_m: Option<f64>,
    /// Descent in metres, likewise.
    pub descent_m: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_a_value_and_an_absent_value_is_not_zero() {
        let mut channel = Channel::default();
        channel.set(2, 0.0);
        channel.set(3, f64::NAN);
        assert_eq!([channel.get(0), channel.get(2), channel.get(3)], [None, Some(0.0), None]);
    }

    #[test]
    fn values_put_at_once_are_as_if_set_singly() {
        const NAN: f64 = f64::NAN;
        // Two runs of values that follow each other, overlap, or leave a gap.
        for (first, values) in
            [(0, vec![]), (5, vec![1.0]), (3, vec![NAN, 7.0, NAN, NAN]), (9, vec![NAN, NAN, 2.0])]
        {
            let (mut put, mut set) = (Channel::default(), Channel::default());
            for (first, values) in [(2, vec![NAN, 3.0, 4.0, NAN]), (first, values)] {
                put.put(first, values.iter().copied());
                for (index, value) in (first..).zip(values) {
                    set.set(index, value);
                }
            }
            assert_eq!(put, set);
        }
    }

    #[test]
    fn a_segment_without_samples_adds_no_segment_start() {
        let mut samples = Samples::default();
        samples.begin_segment();
        samples.open(0.0);
        samples.begin_segment();
        samples.begin_segment();
        samples.open(1.0);
        assert_eq!(samples.segment_starts, [1]);
    }
}
