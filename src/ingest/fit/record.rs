//! The table of fields of a FIT `record` (message 20), used by both decoders.
//!
//! Each row has the field's number, its column of samples and its scale to SI units. It also says
//! how the value is merged with a value already there. Source: Garmin FIT SDK,
//! `Profile.xlsx`, "record".

use crate::activity::{Channel, Samples};
use crate::units::DEGREES_PER_SEMICIRCLE;

/// The message's number.
pub(super) const RECORD: u16 = 20;

/// A field that becomes part of a sample.
#[derive(Debug)]
pub(super) struct RecordField {
    /// Its field number.
    pub number: u8,
    /// Its column.
    pub channel: fn(&mut Samples) -> &mut Channel,
    /// How its value is merged with a value already there.
    pub merge: Merge,
    /// The scale from raw values to SI units.
    pub scale: Scale,
}

/// A linear scale: `raw * times / over - less`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    times: f64,
    over: f64,
    less: f64,
}

impl Scale {
    const fn over(over: f64) -> Self {
        Self { times: 1.0, over, less: 0.0 }
    }

    const fn times(times: f64) -> Self {
        Self { times, over: 1.0, less: 0.0 }
    }

    /// Returns a raw value in SI units; NaN stays NaN.
    pub(super) fn apply(self, raw: f64) -> f64 {
        raw * self.times / self.over - self.less
    }

    /// Returns the scale of a developer field that replaces this native field.
    ///
    /// Developer fields have the profile's units already, without the native field's divisor and
    /// offset.
    pub(super) fn of_developer(self) -> Self {
        // Positions are still semicircles, and cadence still counts one foot.
        Self::times(self.times)
    }
}

/// How a field's value is merged with a value already in the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// It replaces the value: later rows of the table are more precise.
    Set,
    /// As `Set`, but 0 means absent.
    SetPositive,
    /// It is added to the value, and dropped if there is none.
    Add,
    /// It is used only if there is no value.
    Fill,
    /// As `Fill`, but 0 means absent.
    FillPositive,
}

const fn field(
    number: u8,
    channel: fn(&mut Samples) -> &mut Channel,
    merge: Merge,
    scale: Scale,
) -> RecordField {
    RecordField { number, channel, merge, scale }
}

const ALTITUDE: Scale = Scale { times: 1.0, over: 5.0, less: 500.0 };

/// The fields in the order they are applied: an enhanced field after the plain one, and a fraction
/// after the whole number.
#[rustfmt::skip]
pub(super) static FIELDS: [RecordField; 12] = [
    field(0,  |s| &mut s.latitude_deg,   Merge::Set,         Scale::times(DEGREES_PER_SEMICIRCLE)), // position_lat
    field(1,  |s| &mut s.longitude_deg,  Merge::Set,         Scale::times(DEGREES_PER_SEMICIRCLE)), // position_long
    field(2,  |s| &mut s.altitude_m,     Merge::Set,         ALTITUDE),
    field(78, |s| &mut s.altitude_m,     Merge::Set,         ALTITUDE),                             // enhanced_altitude
    field(3,  |s| &mut s.heart_rate_bpm, Merge::SetPositive, Scale::times(1.0)),
    // The profile counts the strides of one foot.
    field(4,  |s| &mut s.cadence_spm,    Merge::Set,         Scale::times(2.0)),
    field(53, |s| &mut s.cadence_spm,    Merge::Add,         Scale { times: 2.0, over: 128.0, less: 0.0 }), // fractional_cadence
    field(5,  |s| &mut s.distance_m,     Merge::Set,         Scale::over(100.0)),
    field(6,  |s| &mut s.speed_mps,      Merge::Set,         Scale::over(1000.0)),
    field(73, |s| &mut s.speed_mps,      Merge::Set,         Scale::over(1000.0)),                  // enhanced_speed
    field(7,  |s| &mut s.power_w,        Merge::Set,         Scale::times(1.0)),
    field(13, |s| &mut s.temperature_c,  Merge::Set,         Scale::times(1.0)),
];

/// The field `compressed_speed_distance`, the only one that is not a number.
pub(super) const COMPRESSED: u8 = 8;

/// Splits 12 bits of speed in 1/100 m/s and 12 bits of distance in 1/16 m.
///
/// Returns the speed in m/s and the raw distance; `None` for three bytes of 0xFF, which mean
/// invalid.
pub(super) fn compressed_speed_distance(bytes: &[u8]) -> Option<(f64, u16)> {
    let &[low, middle, high] = bytes else { return None };
    if bytes == [0xFF; 3] {
        return None;
    }
    let speed = u16::from(low) | (u16::from(middle & 0x0F) << 8);
    let distance = u16::from(middle >> 4) | (u16::from(high) << 4);
    Some((f64::from(speed) / 100.0, distance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_speed_and_distance_are_split() {
        // 3.00 m/s = 300 = 0x12C; 100 m = 1600/16 = 0x640.
        assert_eq!(compressed_speed_distance(&[0x2C, 0x01, 0x64]), Some((3.0, 0x640)));
        assert_eq!(compressed_speed_distance(&[0xFF, 0xFF, 0xFF]), None);
        assert_eq!(compressed_speed_distance(&[1, 2]), None);
    }

    #[test]
    fn fields_are_in_si_units() {
        let of = |number: u8| FIELDS.iter().find(|field| field.number == number).expect("a field").scale;
        assert_eq!(of(78).apply(3000.0), 100.0);
        assert_eq!(of(5).apply(4_219_500.0), 42_195.0);
        assert_eq!(of(0).apply(f64::from(1 << 30)), 90.0);
    }
}
