//! The fields of a FIT `record` (message 20), as the profile has them: the table that both decoders read samples by.
//!
//! Source: Garmin FIT SDK, `Profile.xlsx`, "record". A value in SI units is `raw * times / over - less`.

use crate::activity::{Channel, Samples};
use crate::units::DEGREES_PER_SEMICIRCLE;

/// The message's number.
pub(super) const RECORD: u16 = 20;

/// A field of use.
#[derive(Debug)]
pub(super) struct RecordField {
    /// Its number.
    pub number: u8,
    /// The column it belongs into.
    pub channel: fn(&mut Samples) -> &mut Channel,
    /// How its value meets what is there.
    pub how: How,
    /// From raw values to SI units.
    pub scale: Scale,
}

/// A linear scale.
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

    /// A raw value in SI units; NaN stays NaN.
    pub(super) fn apply(self, raw: f64) -> f64 {
        raw * self.times / self.over - self.less
    }

    /// That of a developer field in the place of this native one: such fields are in the units of the profile already.
    pub(super) fn of_developer(self) -> Self {
        // Semicircles stay semicircles; strides of one foot stay those.
        Self::times(self.times)
    }
}

/// How a value meets what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It stands, whatever stood there: fields further down the table are the better ones.
    Set,
    /// So, but 0 is no value.
    SetPositive,
    /// It is added to what stands there.
    Add,
    /// It stands where nothing does.
    Fill,
    /// So, but 0 is no value.
    FillPositive,
}

const fn field(number: u8, channel: fn(&mut Samples) -> &mut Channel, how: How, scale: Scale) -> RecordField {
    RecordField { number, channel, how, scale }
}

const ALTITUDE: Scale = Scale { times: 1.0, over: 5.0, less: 500.0 };

/// The fields, in the order in which they are applied: an enhanced field behind the plain one, a fraction behind its whole.
#[rustfmt::skip]
pub(super) static FIELDS: [RecordField; 12] = [
    field(0,  |s| &mut s.latitude_deg,   How::Set,         Scale::times(DEGREES_PER_SEMICIRCLE)), // position_lat
    field(1,  |s| &mut s.longitude_deg,  How::Set,         Scale::times(DEGREES_PER_SEMICIRCLE)), // position_long
    field(2,  |s| &mut s.altitude_m,     How::Set,         ALTITUDE),
    field(78, |s| &mut s.altitude_m,     How::Set,         ALTITUDE),                             // enhanced_altitude
    field(3,  |s| &mut s.heart_rate_bpm, How::SetPositive, Scale::times(1.0)),
    // The profile counts strides of one foot.
    field(4,  |s| &mut s.cadence_spm,    How::Set,         Scale::times(2.0)),
    field(53, |s| &mut s.cadence_spm,    How::Add,         Scale { times: 2.0, over: 128.0, less: 0.0 }), // fractional_cadence
    field(5,  |s| &mut s.distance_m,     How::Set,         Scale::over(100.0)),
    field(6,  |s| &mut s.speed_mps,      How::Set,         Scale::over(1000.0)),
    field(73, |s| &mut s.speed_mps,      How::Set,         Scale::over(1000.0)),                  // enhanced_speed
    field(7,  |s| &mut s.power_w,        How::Set,         Scale::times(1.0)),
    field(13, |s| &mut s.temperature_c,  How::Set,         Scale::times(1.0)),
];

/// `compressed_speed_distance`, the one field that is no number.
pub(super) const COMPRESSED: u8 = 8;

/// Twelve bits of speed in 1/100 m/s and twelve of distance in 1/16 m; three bytes of 0xFF are none.
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
    fn compressed_speed_and_distance_unpack_as_the_profile_says() {
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
