//! One trackpoint.

use super::super::timestamp::{Clock, Timestamp};
use super::super::xml::content::Content;
use super::super::xml::decimal;
use super::super::xml::scan::up_to_tag;
use super::super::xml::spelling;

/// A trackpoint so far.
#[derive(Default)]
pub(super) struct Point {
    pub time: Option<Timestamp>,
    pub latitude_deg: Option<f64>,
    pub longitude_deg: Option<f64>,
    pub altitude_m: Option<f64>,
    pub distance_m: Option<f64>,
    pub speed_mps: Option<f64>,
    pub heart_rate_bpm: Option<f64>,
    pub cadence_spm: Option<f64>,
    pub power_w: Option<f64>,
}

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    Time,
    Latitude,
    Longitude,
    Altitude,
    Distance,
    Speed,
    HeartRate,
    Cadence,
    Power,
    /// Of no interest here.
    Other,
}

impl Value {
    /// What an element's content is.
    pub(super) fn named(name: &[u8], inside_heart_rate: bool) -> Self {
        match name {
            b"Time" => Self::Time,
            b"LatitudeDegrees" => Self::Latitude,
            b"LongitudeDegrees" => Self::Longitude,
            b"AltitudeMeters" => Self::Altitude,
            b"DistanceMeters" => Self::Distance,
            b"Speed" => Self::Speed,
            b"Value" if inside_heart_rate => Self::HeartRate,
            b"Cadence" | b"RunCadence" => Self::Cadence,
            b"Watts" => Self::Power,
            _ => Self::Other,
        }
    }
}

impl Point {
    /// Takes a value from what stands in an element.
    pub(super) fn take_content(&mut self, value: Value, text: Content, clock: &mut Clock) {
        match value {
            Value::Time => self.time = text.read(|text| clock.parse(text)),
            Value::Other => {}
            _ => self.set(value, text.number()),
        }
    }

    #[inline]
    fn set(&mut self, value: Value, number: Option<f64>) {
        match value {
            Value::Latitude => self.latitude_deg = number.filter(|deg| deg.abs() <= 90.0),
            Value::Longitude => self.longitude_deg = number.filter(|deg| deg.abs() <= 180.0),
            Value::Altitude => self.altitude_m = number,
            Value::Distance => self.distance_m = number,
            Value::Speed => self.speed_mps = number,
            Value::HeartRate => self.heart_rate_bpm = number,
            // TCX counts strides of one foot, in either element.
            Value::Cadence => self.cadence_spm = number.map(|rpm| 2.0 * rpm),
            Value::Power => self.power_w = number,
            Value::Time | Value::Other => {}
        }
    }
}

impl spelling::Point for Point {
    type Value = Value;
    type Clock = Clock;

    #[inline]
    fn new() -> Self {
        Self::default()
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
                self.set(value, Some(number));
                Some(length)
            }
        }
    }
}
