//! One point of a track or route, with what devices add to it.
//!
//! The schema's own elements are `ele`, `time` and, in GPX 1.0, `speed`. Garmin's TrackPointExtension and
//! PowerExtension, Cluetrust's gpxdata (Suunto), Strava, Wahoo, Polar and others add theirs under names that
//! hardly differ, so the local name alone tells the channel.

use super::super::timestamp::{Clock, Timestamp};
use super::super::xml::scan::{Content, Kind, Scanner, Tag};

/// A point; values that are absent are NaN.
pub(super) struct Point {
    /// Latitude and longitude, if both are numbers of this earth.
    pub position_deg: Option<(f64, f64)>,
    pub altitude_m: f64,
    pub time: Option<Timestamp>,
    /// Whether a time is written that is none.
    pub has_odd_time: bool,
    pub speed_mps: f64,
    /// Whether one of the following is given.
    pub is_extended: bool,
    pub distance_m: f64,
    pub heart_rate_bpm: f64,
    /// As it is written, of one foot or both.
    pub cadence: f64,
    pub power_w: f64,
    pub temperature_c: f64,
}

impl Point {
    /// Reads on to the end of a point that has just begun; `None` if the file breaks off before. The tag of
    /// another point or of what holds points ends one that lacks its end tag, and is left to the caller.
    #[inline]
    pub(crate) fn read(scanner: &mut Scanner, opening: &Tag, clock: &mut Clock) -> Option<Self> {
        let mut point = Self::at(position_deg(opening));
        if opening.kind != Kind::Start {
            return Some(point);
        }
        let mut in_extensions = false;
        loop {
            let tag = scanner.next()?;
            match (tag.kind, tag.name) {
                (Kind::End, b"trkpt" | b"rtept") => return Some(point),
                (_, b"trkpt" | b"rtept" | b"trkseg" | b"trk" | b"rte" | b"wpt" | b"gpx") => {
                    scanner.back_to(&tag);
                    return Some(point);
                }
                (kind, b"extensions") => in_extensions = kind == Kind::Start,
                (Kind::Leaf | Kind::End, name) => match name {
                    b"ele" if !in_extensions => point.altitude_m = number(tag.content),
                    b"time" if !in_extensions => {
                        point.time = tag.content.read(|text| clock.parse(text));
                        point.has_odd_time = point.time.is_none() && tag.content.text().is_some();
                    }
                    b"speed" if !in_extensions => point.speed_mps = number(tag.content),
                    _ => point.extend(name, tag.content),
                },
                (Kind::Start | Kind::Empty, _) => {}
            }
        }
    }

    fn at(position_deg: Option<(f64, f64)>) -> Self {
        Self {
            position_deg,
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

    /// Takes a value that is none of the schema's.
    fn extend(&mut self, name: &[u8], content: Content) {
        let channel = match name {
            b"hr" | b"heartrate" | b"heartRate" | b"HeartRate" | b"heart_rate" | b"bpm" => {
                &mut self.heart_rate_bpm
            }
            b"cad" | b"cadence" | b"Cadence" | b"RunCadence" | b"runCadence" | b"run_cadence" => {
                &mut self.cadence
            }
            b"atemp" | b"temp" | b"temperature" | b"Temperature" | b"airTemperature" => {
                &mut self.temperature_c
            }
            b"power" | b"Power" | b"PowerInWatts" | b"watts" | b"Watts" => &mut self.power_w,
            b"distance" | b"Distance" | b"DistanceMeters" => &mut self.distance_m,
            // The schema's own speed has precedence.
            b"speed" | b"Speed" if self.speed_mps.is_nan() => &mut self.speed_mps,
            _ => return,
        };
        if let Some(value) = content.number() {
            *channel = value;
            self.is_extended = true;
        }
    }
}

#[inline]
fn number(content: Content) -> f64 {
    content.number().unwrap_or(f64::NAN)
}

#[inline]
fn position_deg(tag: &Tag) -> Option<(f64, f64)> {
    let mut attributes = tag.attributes();
    let (latitude_deg, longitude_deg) = if let Some(latitude) = attributes.usual(b" lat=\"")
        && let Some(longitude) = attributes.usual(b" lon=\"")
    {
        (latitude.number(), longitude.number())
    } else {
        let named = |name| tag.attribute(name).and_then(Content::number);
        (named(b"lat"), named(b"lon"))
    };
    latitude_deg.zip(longitude_deg).filter(|(latitude_deg, longitude_deg)| {
        (-90.0..=90.0).contains(latitude_deg) && (-180.0..=180.0).contains(longitude_deg)
    })
}
