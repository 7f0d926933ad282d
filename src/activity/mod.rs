//! The one model of a recorded activity, whatever file it came from.
//!
//! A reader fills an [`Activity`]: samples in columns, the timer's stops, the device's own laps, and what the
//! file says of itself (sport, name, device, totals). Times are Unix seconds in UTC, distances metres. A
//! missing value is absent, never zero; formats' sentinels (65535, 0x7FFFFFFF) die in the readers. What any
//! of it means is left to [`measure`](crate::measure).

mod note;
mod samples;

use std::fmt;
use std::str::FromStr;

pub use crate::activity::note::{Note, Place};
pub use crate::activity::samples::{Channel, Samples};

/// One recorded activity: a FIT session, a GPX track, a TCX `Activity`.
#[derive(Debug, Clone, Default)]
pub struct Activity {
    /// The file format it came from.
    pub format: FileFormat,
    /// What the file calls it, if anything.
    pub name: Option<String>,
    /// The sport that the file states.
    pub sport: Sport,
    /// What the file says that marks a race, if anything ("type `race`").
    pub race_hint: Option<String>,
    /// Maker and product of the recording device, as far as stated.
    pub device: Option<String>,
    /// The device's serial number, where the file tells it: no two devices of a maker share one.
    pub serial: Option<String>,
    /// The runner's sex, from a FIT user profile.
    pub sex: Option<Sex>,
    /// Local time less UTC in seconds, where the file tells it.
    pub utc_offset_s: Option<i32>,
    /// When the timer was first started, Unix seconds.
    pub timer_start_s: Option<f64>,
    /// Spans during which the device's timer was stopped, ascending and disjoint.
    pub timer_stops: Vec<Span>,
    /// Whether the file records the timer at all; if not, `timer_stops` is empty and says nothing.
    pub timer_known: bool,
    /// The device's own laps, in order.
    pub laps: Vec<Lap>,
    /// Totals that the file declares for the activity.
    pub declared: Declared,
    /// The samples, in file order.
    pub samples: Samples,
    /// What was damaged or odd in the file, for DATA-01.
    pub notes: Vec<Note>,
    /// Whether the recording breaks off: its end is missing, so its distance is no evidence of a course.
    pub cut_short: bool,
}

impl Activity {
    /// When it began, Unix seconds: the timer's start, else the first sample that has a time.
    pub fn start_s(&self) -> Option<f64> {
        self.timer_start_s.or_else(|| self.samples.time_s.iter().copied().find(|time_s| time_s.is_finite()))
    }
}

/// The formats that have a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileFormat {
    /// Garmin's Flexible and Interoperable Data Transfer.
    #[default]
    Fit,
    /// GPS Exchange Format.
    Gpx,
    /// Training Center XML.
    Tcx,
}

/// What kind of activity a file states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Sport {
    /// Running on a road or anywhere not stated closer.
    Running,
    /// Trail running.
    Trail,
    /// Running on a treadmill or indoors.
    Treadmill,
    /// Running on a track.
    Track,
    /// Any other sport, by the file's own word in lower case.
    Other(String),
    /// The file states none.
    #[default]
    Unstated,
}

impl Sport {
    /// Reads a sport's word from GPX, TCX or an export's table, in any case and spelling.
    ///
    /// ```
    /// use firstmile::activity::Sport;
    /// assert_eq!(Sport::from_word("Trail Running"), Sport::Trail);
    /// assert_eq!(Sport::from_word("Biking"), Sport::Other("biking".into()));
    /// assert_eq!(Sport::from_word("9"), Sport::Running); // Strava's number for a run
    /// ```
    pub fn from_word(word: &str) -> Self {
        let plain: String = word.trim().to_lowercase().replace(['_', '-', ' '], "");
        match plain.as_str() {
            "" | "unknown" | "unspecified" => Self::Unstated,
            "running" | "run" | "9" | "streetrunning" | "jogging" | "road" | "race" | "virtualrun"
            | "ultrarun" => Self::Running,
            "trailrunning" | "trailrun" | "trail" => Self::Trail,
            "treadmillrunning" | "treadmill" | "indoorrunning" => Self::Treadmill,
            "trackrunning" | "track" => Self::Track,
            _ => Self::Other(word.trim().to_lowercase()),
        }
    }

    /// Whether the stated sport is a run; `None` where none is stated.
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
    /// "men" or "women", as the reference tables count.
    pub fn people(self) -> &'static str {
        match self {
            Self::Female => "women",
            Self::Male => "men",
        }
    }
}

impl FromStr for Sex {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "female" => Ok(Self::Female),
            "male" => Ok(Self::Male),
            _ => Err(format!("no sex \"{text}\"; the reference tables know female and male")),
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

/// A span of time, Unix seconds, `from_s <= to_s`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Where it begins.
    pub from_s: f64,
    /// Where it ends.
    pub to_s: f64,
}

impl Span {
    /// Its length in seconds.
    pub fn length_s(&self) -> f64 {
        self.to_s - self.from_s
    }
}

/// One lap as the device recorded it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Lap {
    /// Its start, Unix seconds.
    pub start_s: Option<f64>,
    /// Its distance in metres.
    pub distance_m: Option<f64>,
    /// Its elapsed time in seconds.
    pub elapsed_s: Option<f64>,
    /// Its timer time in seconds.
    pub timer_s: Option<f64>,
}

/// What the file declares for the whole activity.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Declared {
    /// Distance in metres.
    pub distance_m: Option<f64>,
    /// Elapsed time in seconds.
    pub elapsed_s: Option<f64>,
    /// Timer time in seconds.
    pub timer_s: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_a_value_and_absence_is_not_zero() {
        let mut channel = Channel::default();
        channel.set(2, 0.0);
        channel.set(3, f64::NAN);
        assert_eq!([channel.get(0), channel.get(2), channel.get(3)], [None, Some(0.0), None]);
    }

    #[test]
    fn a_segment_mark_before_any_sample_or_twice_is_no_gap() {
        let mut samples = Samples::default();
        samples.begin_segment();
        samples.open(0.0);
        samples.begin_segment();
        samples.begin_segment();
        samples.open(1.0);
        assert_eq!(samples.segment_starts, [1]);
    }
}
