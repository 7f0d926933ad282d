//! The one model of a recorded activity, whatever file it came from.
//!
//! A reader fills an [`Activity`]: samples in columns, the timer's stops, the device's own laps, and what the
//! file says of itself (sport, name, device, totals). Times are Unix seconds in UTC, distances metres. A
//! missing value is absent, never zero; formats' sentinels (65535, 0x7FFFFFFF) die in the readers. What any
//! of it means is left to [`measure`](crate::measure).

use std::fmt;
use std::str::FromStr;

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

/// The samples of an activity, one column a channel.
///
/// `time_s` has a value for every sample, NaN where the file gave none. Other channels hold what was
/// recorded and nothing else.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    /// Unix seconds in UTC, NaN where absent.
    pub time_s: Vec<f64>,
    /// WGS84 latitude in degrees.
    pub latitude_deg: Channel,
    /// WGS84 longitude in degrees.
    pub longitude_deg: Channel,
    /// Altitude above sea level in metres.
    pub altitude_m: Channel,
    /// Distance since the start as the device counts it, in metres.
    pub distance_m: Channel,
    /// Speed in m/s.
    pub speed_mps: Channel,
    /// Heart rate in beats a minute.
    pub heart_rate_bpm: Channel,
    /// Steps a minute, both feet.
    pub cadence_spm: Channel,
    /// Power in watts.
    pub power_w: Channel,
    /// Air temperature in °C.
    pub temperature_c: Channel,
    /// Indices at which a new track segment begins (GPX `trkseg`, TCX `Track`); never 0.
    pub segment_starts: Vec<usize>,
}

impl Samples {
    /// Opens a new sample at a Unix time (NaN where unknown) and gives its index for the channels.
    pub fn open(&mut self, time_s: f64) -> usize {
        self.time_s.push(time_s);
        self.time_s.len() - 1
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.time_s.len()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.time_s.is_empty()
    }

    /// The position of a sample, (latitude, longitude) in degrees.
    pub fn position_deg(&self, index: usize) -> Option<(f64, f64)> {
        Some((self.latitude_deg.get(index)?, self.longitude_deg.get(index)?))
    }

    /// Some of the samples, in their order and without marks of segments.
    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        let select = |channel: &Channel| {
            let mut selected = Channel::default();
            selected.put(0, rows.iter().map(|row| channel.get(*row).unwrap_or(f64::NAN)));
            selected
        };
        Self {
            time_s: rows.iter().map(|row| self.time_s[*row]).collect(),
            latitude_deg: select(&self.latitude_deg),
            longitude_deg: select(&self.longitude_deg),
            altitude_m: select(&self.altitude_m),
            distance_m: select(&self.distance_m),
            speed_mps: select(&self.speed_mps),
            heart_rate_bpm: select(&self.heart_rate_bpm),
            cadence_spm: select(&self.cadence_spm),
            power_w: select(&self.power_w),
            temperature_c: select(&self.temperature_c),
            segment_starts: Vec::new(),
        }
    }

    /// Marks that the next sample to be opened begins a new segment.
    pub fn begin_segment(&mut self) {
        let next = self.len();
        if next > 0 && self.segment_starts.last() != Some(&next) {
            self.segment_starts.push(next);
        }
    }
}

/// One channel of samples: a column with holes. A channel that was never recorded takes no memory.
#[derive(Debug, Clone, Default)]
pub struct Channel(Vec<f64>);

/// Equal where the same samples have the same values; nothing is absent in two ways.
impl PartialEq for Channel {
    fn eq(&self, other: &Self) -> bool {
        (0..self.0.len().max(other.0.len())).all(|index| self.get(index) == other.get(index))
    }
}

impl Channel {
    /// Sets the value of a sample; samples passed over stay absent, and a value that is no number is dropped.
    #[inline]
    pub fn set(&mut self, index: usize, value: f64) {
        if value.is_finite() {
            if self.0.len() == index {
                self.0.push(value);
                return;
            }
            if self.0.len() < index {
                self.0.resize(index + 1, f64::NAN);
            }
            self.0[index] = value;
        }
    }

    /// Makes room for so many samples in all, so that a long recording is not copied again and again while it grows.
    pub(crate) fn expect(&mut self, samples: usize) {
        self.0.reserve_exact(samples.saturating_sub(self.0.len()));
    }

    /// Sets the values of samples from `first` on, NaN for those that have none; what is there and has a new value
    /// takes it.
    pub(crate) fn put(&mut self, first: usize, mut values: impl Iterator<Item = f64>) {
        if self.0.len() > first {
            for (row, value) in (first..).zip(values) {
                self.set(row, value);
            }
            return;
        }
        // A channel without any value takes no memory, so the first value is looked for before room is made.
        if let Some((absent, value)) = values.by_ref().enumerate().find(|(_, value)| !value.is_nan()) {
            self.0.resize(first + absent, f64::NAN);
            self.0.push(value);
            self.0.extend(values);
        }
    }

    /// The value at a sample, where there is one.
    pub fn get(&self, index: usize) -> Option<f64> {
        self.0.get(index).copied().filter(|value| !value.is_nan())
    }

    /// The column as it is kept: NaN where a value is absent, and nothing behind the last one.
    pub(crate) fn values(&self) -> &[f64] {
        &self.0
    }

    /// Whether nothing was ever recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Something that a reader or the measuring noticed about the data, told to the user as DATA-01.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Where in the file, if it can be said.
    pub at: Option<Place>,
    /// One sentence fragment, lower case, naming what was wrong and what was done.
    pub text: String,
}

impl Note {
    /// A note about the whole activity.
    pub fn general(text: impl Into<String>) -> Self {
        Self { at: None, text: text.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(place) => write!(f, "{place}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// An offset in bytes from the start of the file's (decompressed) content.
    Byte(u64),
    /// A line, from 1.
    Line(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(byte) => write!(f, "byte {byte}"),
            Self::Line(line) => write!(f, "line {line}"),
        }
    }
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
