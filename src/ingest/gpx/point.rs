//! One point of a track or route, with what devices add to it.
//!
//! The schema's own elements are `ele`, `time` and, in GPX 1.0, `speed`. Garmin's TrackPointExtension and
//! PowerExtension, Cluetrust's gpxdata (Suunto), Strava, Wahoo, Polar and others add theirs under names that
//! hardly differ, so the local name alone tells the channel.

use super::super::timestamp::{Clock, Timestamp};
use super::super::xml::content::Content;
use super::super::xml::decimal;
use super::super::xml::scan::{Kind, Scanner, Tag, up_to_tag};
use super::super::xml::spelling::{self, Spellings};

/// A point; values that are absent are NaN.
pub(super) struct Point {
    latitude_deg: f64,
    longitude_deg: f64,
    pub altitude_m: f64,
    pub time: Option<Timestamp>,
    /// Whether a time is written that is none.
    pub has_odd_time: bool,
    pub speed_mps: f64,
    /// Whether one of the following is given, or a speed that is not the schema's.
    pub is_extended: bool,
    pub distance_m: f64,
    pub heart_rate_bpm: f64,
    /// As it is written, of one foot or both.
    pub cadence: f64,
    pub power_w: f64,
    pub temperature_c: f64,
}

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    Latitude,
    Longitude,
    Altitude,
    Time,
    Speed,
    Distance,
    HeartRate,
    Cadence,
    Power,
    Temperature,
    /// A speed in the extensions: the schema's own has precedence.
    ExtendedSpeed,
    /// Of no interest here.
    Other,
}

impl Value {
    /// What an element's content is.
    fn named(name: &[u8], in_extensions: bool) -> Self {
        match name {
            b"ele" if !in_extensions => Self::Altitude,
            b"time" if !in_extensions => Self::Time,
            b"speed" if !in_extensions => Self::Speed,
            b"hr" | b"heartrate" | b"heartRate" | b"HeartRate" | b"heart_rate" | b"bpm" => Self::HeartRate,
            b"cad" | b"cadence" | b"Cadence" | b"RunCadence" | b"runCadence" | b"run_cadence" => {
                Self::Cadence
            }
            b"atemp" | b"temp" | b"temperature" | b"Temperature" | b"airTemperature" => Self::Temperature,
            b"power" | b"Power" | b"PowerInWatts" | b"watts" | b"Watts" => Self::Power,
            b"distance" | b"Distance" | b"DistanceMeters" => Self::Distance,
            b"speed" | b"Speed" => Self::ExtendedSpeed,
            _ => Self::Other,
        }
    }
}

impl Point {
    /// Reads on to the end of a point that has just begun; `None` if the file breaks off before. The tag of
    /// another point or of what holds points ends one that lacks its end tag, and is left to the caller.
    #[inline]
    pub(crate) fn read(
        scanner: &mut Scanner,
        opening: &Tag,
        clock: &mut Clock,
        spellings: &mut Spellings<Self>,
    ) -> Option<Self> {
        let mut point = <Self as spelling::Point>::new();
        spellings.begin(opening.from);
        for (value, name) in [(Value::Latitude, b"lat"), (Value::Longitude, b"lon")] {
            if let Some(content) = opening.attribute(name) {
                point.take_content(value, content, clock);
                spellings.note(value, content, scanner);
            }
        }
        if opening.kind == Kind::Start {
            point.read_inside(scanner, clock, spellings)?;
        }
        spellings.end(scanner, clock);
        Some(point)
    }

    /// Reads on to the point's end.
    #[inline]
    fn read_inside(
        &mut self,
        scanner: &mut Scanner,
        clock: &mut Clock,
        spellings: &mut Spellings<Self>,
    ) -> Option<()> {
        let mut in_extensions = false;
        loop {
            let tag = scanner.next()?;
            match (tag.kind, tag.name) {
                (Kind::End, b"trkpt" | b"rtept") => return Some(()),
                (_, b"trkpt" | b"rtept" | b"trkseg" | b"trk" | b"rte" | b"wpt" | b"gpx") => {
                    scanner.back_to(&tag);
                    spellings.pass_over();
                    return Some(());
                }
                (kind, b"extensions") => in_extensions = kind == Kind::Start,
                (kind @ (Kind::Leaf | Kind::End), name) => {
                    let value = Value::named(name, in_extensions);
                    // What ends an element with others in it has hardly ever a content of its own.
                    if kind == Kind::Leaf || !matches!(value, Value::Other) {
                        self.take_content(value, tag.content, clock);
                        spellings.note(value, tag.content, scanner);
                    }
                }
                (Kind::Start | Kind::Empty, _) => {}
            }
        }
    }

    /// Latitude and longitude, if both are numbers of this earth.
    pub(crate) fn position_deg(&self) -> Option<(f64, f64)> {
        let is_known =
            (-90.0..=90.0).contains(&self.latitude_deg) && (-180.0..=180.0).contains(&self.longitude_deg);
        is_known.then_some((self.latitude_deg, self.longitude_deg))
    }

    /// Takes a value from what stands in an element or attribute.
    fn take_content(&mut self, value: Value, content: Content, clock: &mut Clock) {
        match value {
            Value::Time => {
                self.time = content.read(|text| clock.parse(text));
                self.has_odd_time = self.time.is_none() && content.text().is_some();
            }
            Value::Other => {}
            _ => {
                let number = content.number();
                // The schema's own elements say that there is no value; what others write does not count then.
                match (value, number) {
                    (Value::Altitude, None) => self.altitude_m = f64::NAN,
                    (Value::Speed, None) => self.speed_mps = f64::NAN,
                    (_, None) => {}
                    (_, Some(number)) => self.set(value, number),
                }
            }
        }
    }

    #[inline]
    fn set(&mut self, value: Value, number: f64) {
        let channel = match value {
            Value::Latitude => &mut self.latitude_deg,
            Value::Longitude => &mut self.longitude_deg,
            Value::Altitude => &mut self.altitude_m,
            Value::Speed => &mut self.speed_mps,
            Value::Time | Value::Other => return,
            extended => {
                if matches!(extended, Value::ExtendedSpeed) && !self.speed_mps.is_nan() {
                    return;
                }
                self.is_extended = true;
                match extended {
                    Value::Distance => &mut self.distance_m,
                    Value::HeartRate => &mut self.heart_rate_bpm,
                    Value::Cadence => &mut self.cadence,
                    Value::Power => &mut self.power_w,
                    Value::Temperature => &mut self.temperature_c,
                    _ => &mut self.speed_mps,
                }
            }
        };
        *channel = number;
    }
}

impl spelling::Point for Point {
    type Value = Value;
    type Clock = Clock;

    #[inline]
    fn new() -> Self {
        Self {
            latitude_deg: f64::NAN,
            longitude_deg: f64::NAN,
            altitude_m: f64::NAN,
            time: None,
            has_odd_time: false,
            speed_mps: f64::NAN,
            is_extended: false,
            distance_m: f64::NAN,
            heart_rate_bpm: f64::NAN,
            cadence: f64::NAN,
            power_w: f64::NAN,
            temperature_c: f64::NAN,
        }
    }

    #[inline]
    fn take(&mut self, value: Value, bytes: &[u8], clock: &mut Clock) -> Option<usize> {
        match value {
            Value::Time => {
                let (time, length) = clock.before_tag(bytes)?;
                self.time = Some(time);
                Some(length)
            }
            Value::Other => up_to_tag(bytes).map(<[u8]>::len),
            _ => {
                let (number, length) = decimal::prefix(bytes)?;
                self.set(value, number);
                Some(length)
            }
        }
    }
}
