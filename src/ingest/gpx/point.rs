//! Reads one point of a track or route, with the values in its extensions.
//!
//! The schema has the elements `ele`, `time` and, in GPX 1.0, `speed`. Garmin's TrackPointExtension
//! and PowerExtension, Cluetrust's gpxdata (Suunto), Strava, Wahoo, Polar and others add elements
//! whose names hardly differ. So the local name alone decides the channel. Units are those of
//! [`GpxPoint`]'s fields.

use crate::ingest::xml::content::ElementContent;
use crate::ingest::xml::decimal;
use crate::ingest::xml::scan::{Scanner, Tag, TagKind};
use crate::ingest::xml::template;
use crate::ingest::xml::template::{TemplatePoint as _, Templates, Value};
use crate::ingest::xml::timestamp::{Timestamp, TimestampParser};
use crate::units::longitude_within_turn;

/// A point; absent values are NaN.
pub(super) struct GpxPoint {
    latitude_deg: f64,
    longitude_deg: f64,
    pub altitude_m: f64,
    pub time: Option<Timestamp>,
    /// Whether there is a time that cannot be parsed.
    pub has_bad_time: bool,
    pub speed_mps: f64,
    pub distance_m: f64,
    pub heart_rate_bpm: f64,
    /// As written: of one foot or both.
    pub cadence: f64,
    pub power_w: f64,
    pub temperature_c: f64,
}

/// The kinds of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum GpxNumber {
    Latitude,
    Longitude,
    Altitude,
    Speed,
    /// A speed in the extensions; the schema's own element has precedence.
    ExtendedSpeed,
    Distance,
    HeartRate,
    Cadence,
    Power,
    Temperature,
}

/// Returns the kind of an element's content.
fn value(name: &[u8], in_extensions: bool) -> Value<GpxNumber> {
    Value::Number(match name {
        b"time" if !in_extensions => return Value::Time,
        b"ele" if !in_extensions => GpxNumber::Altitude,
        b"speed" if !in_extensions => GpxNumber::Speed,
        b"speed" | b"Speed" => GpxNumber::ExtendedSpeed,
        b"hr" | b"heartrate" | b"heartRate" | b"HeartRate" | b"heart_rate" | b"bpm" => GpxNumber::HeartRate,
        b"cad" | b"cadence" | b"Cadence" | b"RunCadence" | b"runCadence" | b"run_cadence" => {
            GpxNumber::Cadence
        }
        b"atemp" | b"temp" | b"temperature" | b"Temperature" | b"airTemperature" => GpxNumber::Temperature,
        b"power" | b"Power" | b"PowerInWatts" | b"watts" | b"Watts" => GpxNumber::Power,
        b"distance" | b"Distance" | b"DistanceMeters" => GpxNumber::Distance,
        _ => return Value::Other,
    })
}

impl GpxPoint {
    /// Reads a point to its end, after its opening tag; `None` if the file ends before.
    ///
    /// A point without an end tag ends before the next tag of a point, segment, track or route.
    #[inline]
    pub(crate) fn read(
        scanner: &mut Scanner,
        opening: &Tag,
        times: &mut TimestampParser,
        templates: &mut Templates<Self>,
    ) -> Option<Self> {
        let mut point = Self::default();
        templates.begin_example(opening.from);
        for (number, name) in [(GpxNumber::Latitude, b"lat"), (GpxNumber::Longitude, b"lon")] {
            if let Some(content) = opening.attribute(name) {
                point.take(Value::Number(number), content, times);
                templates.record(Value::Number(number), content, scanner);
            }
        }
        if opening.kind == TagKind::Start {
            point.read_inside(scanner, times, templates)?;
        }
        templates.learn(scanner, times);
        Some(point)
    }

    /// Reads the elements inside the point; `None` if the file ends before the point does.
    #[inline]
    fn read_inside(
        &mut self,
        scanner: &mut Scanner,
        times: &mut TimestampParser,
        templates: &mut Templates<Self>,
    ) -> Option<()> {
        let mut in_extensions = false;
        loop {
            let tag = scanner.next()?;
            match (tag.kind, tag.name) {
                (TagKind::End, b"trkpt" | b"rtept") => return Some(()),
                (_, b"trkpt" | b"rtept" | b"trkseg" | b"trk" | b"rte" | b"wpt" | b"gpx") => {
                    scanner.back_to(&tag);
                    templates.discard();
                    return Some(());
                }
                (kind, b"extensions") => in_extensions = kind == TagKind::Start,
                (TagKind::Leaf | TagKind::End, name) => {
                    let value = value(name, in_extensions);
                    self.take(value, tag.content, times);
                    templates.record_element(value, &tag, scanner);
                }
                (TagKind::Start | TagKind::Empty, _) => {}
            }
        }
    }

    /// Returns latitude and longitude in degrees, if both are in range.
    pub(crate) fn position_deg(&self) -> Option<(f64, f64)> {
        let is_known =
            (-90.0..=90.0).contains(&self.latitude_deg) && (-180.0..=180.0).contains(&self.longitude_deg);
        is_known.then_some((self.latitude_deg, self.longitude_deg))
    }

    /// Returns the same for a longitude that counts on across the antimeridian.
    #[cold]
    #[inline(never)]
    pub(crate) fn unusual_position_deg(&self) -> Option<(f64, f64)> {
        let longitude_deg = longitude_within_turn(self.longitude_deg)?;
        (-90.0..=90.0).contains(&self.latitude_deg).then_some((self.latitude_deg, longitude_deg))
    }

    /// Parses the content of an element or attribute and sets the value.
    fn take(&mut self, value: Value<GpxNumber>, content: ElementContent, times: &mut TimestampParser) {
        match value {
            Value::Time => {
                self.time = content.read(|text| times.parse(text));
                self.has_bad_time = self.time.is_none() && content.text().is_some();
            }
            Value::Number(number) => match (content.number(), number) {
                (Some(value), _) => self.set(number, value),
                // An empty element of the schema removes a value from an extension.
                (None, GpxNumber::Altitude | GpxNumber::Speed) => self.set(number, f64::NAN),
                (None, GpxNumber::Latitude | GpxNumber::Longitude) => {
                    if let Some(degrees) = content.read(degrees_of_hemisphere) {
                        self.set(number, degrees);
                    }
                }
                (None, _) => {}
            },
            Value::Other => {}
        }
    }
}

/// Parses degrees with the letter of their hemisphere after them.
#[cold]
fn degrees_of_hemisphere(text: &[u8]) -> Option<f64> {
    let (hemisphere, degrees) = decimal::trim(text).split_last()?;
    let degrees = decimal::parse(degrees).filter(|degrees| *degrees >= 0.0)?;
    match hemisphere {
        b'N' | b'E' => Some(degrees),
        b'S' | b'W' => Some(-degrees),
        _ => None,
    }
}

impl Default for GpxPoint {
    #[inline]
    fn default() -> Self {
        Self {
            latitude_deg: f64::NAN,
            longitude_deg: f64::NAN,
            altitude_m: f64::NAN,
            time: None,
            has_bad_time: false,
            speed_mps: f64::NAN,
            distance_m: f64::NAN,
            heart_rate_bpm: f64::NAN,
            cadence: f64::NAN,
            power_w: f64::NAN,
            temperature_c: f64::NAN,
        }
    }
}

impl template::TemplatePoint for GpxPoint {
    type Number = GpxNumber;

    #[inline]
    fn set_time(&mut self, time: Timestamp) {
        self.time = Some(time);
    }

    #[inline]
    fn set(&mut self, number: GpxNumber, value: f64) {
        *match number {
            GpxNumber::Latitude => &mut self.latitude_deg,
            GpxNumber::Longitude => &mut self.longitude_deg,
            GpxNumber::Altitude => &mut self.altitude_m,
            GpxNumber::ExtendedSpeed if !self.speed_mps.is_nan() => return,
            GpxNumber::Speed | GpxNumber::ExtendedSpeed => &mut self.speed_mps,
            GpxNumber::Distance => &mut self.distance_m,
            GpxNumber::HeartRate => &mut self.heart_rate_bpm,
            GpxNumber::Cadence => &mut self.cadence,
            GpxNumber::Power => &mut self.power_w,
            GpxNumber::Temperature => &mut self.temperature_c,
        } = value;
    }
}
