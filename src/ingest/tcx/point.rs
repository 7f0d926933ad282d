//! One TCX trackpoint, with its values in SI units; cadence in steps a minute.

use crate::ingest::xml::content::ElementContent;
use crate::ingest::xml::template;
use crate::ingest::xml::template::{TemplatePoint as _, Value};
use crate::ingest::xml::timestamp::{Timestamp, TimestampParser};
use crate::units::longitude_within_turn;

/// A trackpoint; absent numbers are NaN.
pub(super) struct TcxPoint {
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

/// The kinds of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TcxNumber {
    Latitude,
    Longitude,
    Altitude,
    Distance,
    Speed,
    HeartRate,
    Cadence,
    Power,
}

/// Returns the kind of an element's content.
pub(super) fn value(name: &[u8], inside_heart_rate: bool) -> Value<TcxNumber> {
    Value::Number(match name {
        b"Time" => return Value::Time,
        b"LatitudeDegrees" => TcxNumber::Latitude,
        b"LongitudeDegrees" => TcxNumber::Longitude,
        b"AltitudeMeters" => TcxNumber::Altitude,
        b"DistanceMeters" => TcxNumber::Distance,
        b"Speed" => TcxNumber::Speed,
        b"Value" if inside_heart_rate => TcxNumber::HeartRate,
        b"Cadence" | b"RunCadence" => TcxNumber::Cadence,
        b"Watts" => TcxNumber::Power,
        _ => return Value::Other,
    })
}

impl TcxPoint {
    /// Parses the content of an element and sets the value.
    pub(super) fn take(
        &mut self,
        value: Value<TcxNumber>,
        text: ElementContent,
        times: &mut TimestampParser,
    ) {
        match value {
            Value::Time => self.time = text.read(|text| times.parse(text)),
            Value::Number(number) => self.set(number, text.number().unwrap_or(f64::NAN)),
            Value::Other => {}
        }
    }
}

impl Default for TcxPoint {
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

impl template::TemplatePoint for TcxPoint {
    type Number = TcxNumber;

    #[inline]
    fn set_time(&mut self, time: Timestamp) {
        self.time = Some(time);
    }

    #[inline]
    fn set(&mut self, number: TcxNumber, value: f64) {
        match number {
            TcxNumber::Latitude => self.latitude_deg = if value.abs() <= 90.0 { value } else { f64::NAN },
            TcxNumber::Longitude => {
                self.longitude_deg = longitude_within_turn(value).unwrap_or(f64::NAN);
            }
            TcxNumber::Altitude => self.altitude_m = value,
            TcxNumber::Distance => self.distance_m = value,
            TcxNumber::Speed => self.speed_mps = value,
            TcxNumber::HeartRate => self.heart_rate_bpm = value,
            // Both elements count the strides of one foot.
            TcxNumber::Cadence => self.cadence_spm = 2.0 * value,
            TcxNumber::Power => self.power_w = value,
        }
    }
}
