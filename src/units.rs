//! Units, conversion constants and calendar dates; each constant is written once, here.
//!
//! Inside the crate a quantity is an `f64` in SI units, and its name ends in the unit:
//! `distance_m`, `timer_s`, `excess_pct`, `pace_s_per_m`. Reports convert to miles, minutes a mile
//! and dates.

use crate::phrases::clock;

/// The international mile, in metres (exact, 1959 agreement).
pub const MILE_M: f64 = 1609.344;
/// A kilometre, in metres.
pub const KM_M: f64 = 1000.0;
/// The half marathon, in metres (World Athletics Technical Rules, road race distances).
pub const HALF_MARATHON_M: f64 = 21_097.5;
/// The marathon, in metres (World Athletics Technical Rules, road race distances).
pub const MARATHON_M: f64 = 42_195.0;

/// Degrees in one FIT semicircle: 180 / 2³¹ (FIT protocol, "semicircles").
pub const DEGREES_PER_SEMICIRCLE: f64 = 180.0 / 2_147_483_648.0;
/// Unix time of the FIT epoch, 1989-12-31T00:00:00Z (FIT profile, type `date_time`).
pub const FIT_EPOCH_UNIX_S: f64 = 631_065_600.0;
/// FIT timestamps below this are seconds since the device was switched on (FIT profile, `date_time`
/// min).
pub const FIT_FIRST_ABSOLUTE: u32 = 0x1000_0000;

/// Returns a longitude between -180 and 180 degrees. A recording may count on across the
/// antimeridian, or from 0 to 360.
///
/// Returns `None` if it is more than a turn too far, as garbage is.
pub(crate) fn longitude_within_turn(longitude_deg: f64) -> Option<f64> {
    let is_usual = (-180.0..=180.0).contains(&longitude_deg);
    let is_near = longitude_deg.abs() <= 540.0;
    is_near.then(|| if is_usual { longitude_deg } else { libm::remainder(longitude_deg, 360.0) })
}

/// A runner who is slower than this, in m/s, is standing; moving time leaves this out.
pub const STANDING_MPS: f64 = 0.8;

/// Seconds in a day.
pub const DAY_S: f64 = 86_400.0;

/// The unit of distance for paces and splits in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Units {
    /// Minutes a mile.
    #[default]
    Miles,
    /// Minutes a kilometre.
    Kilometres,
}

impl Units {
    /// Returns the metres of one unit.
    pub fn metres(self) -> f64 {
        match self {
            Self::Miles => MILE_M,
            Self::Kilometres => KM_M,
        }
    }

    /// Returns the unit's sign: "mi" or "km".
    pub fn short(self) -> &'static str {
        match self {
            Self::Miles => "mi",
            Self::Kilometres => "km",
        }
    }

    /// Returns the word for one unit, as in "8:11 a mile".
    pub fn word(self) -> &'static str {
        match self {
            Self::Miles => "mile",
            Self::Kilometres => "kilometre",
        }
    }

    /// Returns the word for several units.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Miles => "miles",
            Self::Kilometres => "kilometres",
        }
    }

    /// Formats a pace in seconds a metre as `m:ss` for each unit.
    ///
    /// ```
    /// use firstmile::units::{MILE_M, Units};
    /// assert_eq!(Units::Miles.pace(500.0 / MILE_M), "8:20");
    /// ```
    pub fn pace(self, pace_s_per_m: f64) -> String {
        clock(pace_s_per_m * self.metres())
    }
}

/// A calendar date and time of day, in the time zone of the seconds that it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// Year of the proleptic Gregorian calendar.
    pub year: i64,
    /// Month, 1–12.
    pub month: u8,
    /// Day of the month, 1–31.
    pub day: u8,
    /// Hour, 0–23.
    pub hour: u8,
    /// Minute, 0–59.
    pub minute: u8,
    /// Second, 0–59.
    pub second: u8,
}

impl Civil {
    /// Formats the date alone: "2019-10-13".
    pub fn date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// Formats the date for a sentence: "13 Oct 2019".
    pub(crate) fn date_in_words(&self) -> String {
        format!("{} {} {}", self.day, MONTHS[usize::from(self.month - 1)], self.year)
    }

    /// Returns the day of the week: "Sunday".
    pub(crate) fn weekday(&self) -> &'static str {
        let days = days_from_civil(self.year, self.month, self.day);
        // The first of January 1970 was a Thursday.
        ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]
            [days.rem_euclid(7) as usize]
    }

    /// Formats weekday and clock time: "Sunday 9:29".
    pub(crate) fn weekday_and_clock(&self) -> String {
        format!("{} {}:{:02}", self.weekday(), self.hour, self.minute)
    }
}

/// Short names of the months.
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns the calendar date of a Unix time in whole seconds.
///
/// After H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
///
/// ```
/// let at = firstmile::units::civil(1_570_975_200);
/// assert_eq!((at.year, at.month, at.day, at.hour), (2019, 10, 13, 14));
/// ```
pub fn civil(unix_s: i64) -> Civil {
    let days = unix_s.div_euclid(86_400);
    let second_of_day = unix_s.rem_euclid(86_400);
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month: month as u8,
        day: (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8,
        hour: (second_of_day / 3600) as u8,
        minute: (second_of_day / 60 % 60) as u8,
        second: (second_of_day % 60) as u8,
    }
}

/// The greatest offset that a file may state, seconds; real ones are at most 14 hours.
const MAX_UTC_OFFSET_S: u32 = 18 * 3600;

/// Returns whether local time may be that many seconds ahead of UTC.
pub fn is_utc_offset(seconds: i32) -> bool {
    seconds.unsigned_abs() <= MAX_UTC_OFFSET_S
}

/// Returns the days from 1970-01-01 to a date in the proleptic Gregorian calendar.
///
/// After H. Hinnant, `days_from_civil`. The month is 1–12. The day is not checked: day 32 of
/// January is the first of February.
pub fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_in_words_has_a_weekday() {
        let at = civil(1_570_975_200);
        assert_eq!((at.date_in_words().as_str(), at.weekday()), ("13 Oct 2019", "Sunday"));
        assert_eq!(civil(-1).weekday(), "Wednesday");
    }

    #[test]
    fn dates_round_trip_through_leap_years_and_before_1970() {
        for days in (-200_000..200_000).step_by(37) {
            let at = civil(days * 86_400);
            assert_eq!(days_from_civil(at.year, at.month, at.day), days);
        }
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        assert_eq!(days_from_civil(2000, 2, 29), 11_016);
        let last_second = civil(-1);
        assert_eq!(
            (last_second.year, last_second.month, last_second.day, last_second.second),
            (1969, 12, 31, 59)
        );
    }
}
