//! One trackpoint.

use crate::ingest::xml::content::Content;
use crate::ingest::xml::template;
use crate::ingest::xml::template::{Point as _, Value};
use crate::ingest::xml::timestamp::{Clock, Timestamp};

/// A trackpoint so far; numbers that are absent are NaN.
pub(super) struct Point {
    pub time: Option<Timestamp>,
    pub latitude_deg: f64,
    pub longitude_deg: f64,
    pub altitude_m: f64,
    pub distance_m: f64,
    pub speed_mps: f64,
    pub heart_rate_bpm: f64,
    pub cadence_spm: f64,
    pub power_w: f64,
}

/// What a number is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    Latitude,
    Longitude,
    Altitude,
    Distance,
    Speed,
    HeartRate,
    Cadence,
    Power,
}

/// What an element's content is.
pub(super) fn value(name: &[u8], inside_heart_rate: bool) -> Value<Number> {
    Value::Number(match name {
        b"Time" => return Value::Time,
        b"LatitudeDegrees" => Number::Latitude,
        b"LongitudeDegrees" => Number::Longitude,
        b"AltitudeMeters" => Number::Altitude,
        b"DistanceMeters" => Number::Distance,
        b"Speed" => Number::Speed,
        b"Value" if inside_heart_rate => Number::HeartRate,
        b"Cadence" | b"RunCadence" => Number::Cadence,
        b"Watts" => Number::Power,
        _ => return Value::Other,
    })
}

impl Point {
    /// Takes a value from what stands in an element.
    pub(super) fn take(&mut self, value: Value<Number>, text: Content, clock: &mut Clock) {
        match value {
            Value::Time => self.time = text.read(|text| clock.parse(text)),
            Value::Number(number) => self.set(number, text.number().unwrap_or(f64::NAN)),
            Value::Other => {}
        }
    }
}

impl Default for Point {
    #[inline]
    fn default() -> Self {
        Self {
            time: None,
            latitude_deg: f64::NAN,
            longitude_deg: f64::NAN,
            altitude_m: f64::NAN,
            distance_m: f64::NAN,
            speed_mps: f64::NAN,
            heart_rate_bpm: f64::NAN,
            cadence_spm: f64::NAN,
            power_w: f64::NAN,
        }
    }
}

impl template::Point for Point {
    type Number = Number;

    #[inline]
    fn set_time(&mut self, time: Timestamp) {
        self.time = Some(time);
    }

    #[inline]
    fn set(&mut self, number: Number, value: f64) {
        let within = |most_deg: f64| if value.abs() <= most_deg { value } else { f64::NAN };
        match number {
            Number::Latitude => self.latitude_deg = within(90.0),
            Number::Longitude => self.longitude_deg = within(180.0),
            Number::Altitude => self.altitude_m = value,
            Number::Distance => self.distance_m = value,
            Number::Speed => self.speed_mps = value,
            Number::HeartRate => self.heart_rate_bpm = value,
            // TCX counts strides of one foot, in either element.
            Number::Cadence => self.cadence_spm = 2.0 * value,
            Number::Power => self.power_w = value,
        }
    }
}
