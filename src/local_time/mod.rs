//! The runner's local time: from the offset in the file, else from the time zone at the first
//! position.
//!
//! Both tables are part of the program: the borders of the time zones, and the offset of each zone
//! through the years. The system's own table is never read, so that the same file has the same day
//! on every machine. Of a position only the offset leaves this module. At sea the offset is that of
//! the nautical zone.

mod zones;

use std::fmt;

use jiff::Timestamp;

use crate::activity::Activity;

/// The greatest offset that a file may state, seconds; real ones are at most 14 hours.
const MAX_OFFSET_S: u32 = 18 * 3600;

/// Local time minus UTC, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UtcOffset {
    /// Local time minus UTC, in seconds; a whole number of minutes.
    pub seconds: i32,
    /// Where it comes from.
    pub origin: OffsetOrigin,
}

/// Where an offset comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OffsetOrigin {
    /// The file states it.
    File,
    /// It is that of the time zone at the first position.
    Position,
}

impl fmt::Display for UtcOffset {
    /// Writes it as in RFC 3339, for example "+05:45".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.seconds < 0 { '-' } else { '+' };
        let minutes = self.seconds.unsigned_abs() / 60;
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl UtcOffset {
    /// Returns an activity's offset at a time in Unix seconds; `None` if neither the file nor a
    /// position gives it.
    pub(crate) fn of(activity: &Activity, unix_s: f64) -> Option<Self> {
        let stated_s = activity.utc_offset_s.filter(|seconds| seconds.unsigned_abs() <= MAX_OFFSET_S);
        let stated = stated_s.map(|seconds| Self::new(seconds, OffsetOrigin::File));
        // Some apps write UTC as local time. A position is better evidence.
        stated
            .filter(|stated| stated.seconds != 0)
            .or_else(|| Self::at_first_position(activity, unix_s))
            .or(stated)
    }

    /// Returns the offset at the first sample that has a position.
    fn at_first_position(activity: &Activity, unix_s: f64) -> Option<Self> {
        let samples = &activity.samples;
        let (latitude_deg, longitude_deg) = (0..samples.len()).find_map(|row| samples.position_deg(row))?;
        Self::at((latitude_deg, longitude_deg), unix_s)
    }

    /// Returns the offset at a position, (latitude, longitude) in degrees; `None` if it is not on
    /// earth.
    fn at((latitude_deg, longitude_deg): (f64, f64), unix_s: f64) -> Option<Self> {
        let time = Timestamp::from_second(unix_s.floor() as i64).ok()?;
        Some(Self::new(
            zones::at(latitude_deg, longitude_deg)?.to_offset(time).seconds(),
            OffsetOrigin::Position,
        ))
    }

    /// Rounds an offset to minutes, because RFC 3339 has no seconds for it.
    ///
    /// Devices are sometimes off by a second, and so are zones before 1972.
    fn new(seconds: i32, origin: OffsetOrigin) -> Self {
        Self { seconds: (seconds + 30).div_euclid(60) * 60, origin }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::days_from_civil;

    /// Noon in UTC of a day.
    fn noon_s(year: i64, month: u8, day: u8) -> f64 {
        days_from_civil(year, month, day) as f64 * 86_400.0 + 43_200.0
    }

    fn at(latitude_deg: f64, longitude_deg: f64, unix_s: f64) -> Option<String> {
        UtcOffset::at((latitude_deg, longitude_deg), unix_s).map(|offset| offset.to_string())
    }

    /// An activity at a position, whose file states an offset.
    fn activity(position_deg: Option<(f64, f64)>, utc_offset_s: Option<i32>) -> Activity {
        let mut activity = Activity { utc_offset_s, ..Activity::default() };
        // The first sample of many recordings has no fix yet.
        for time_s in [0.0, 1.0] {
            let row = activity.samples.open(time_s);
            if let Some((latitude_deg, longitude_deg)) = position_deg.filter(|_| row > 0) {
                activity.samples.latitude_deg.set(row, latitude_deg);
                activity.samples.longitude_deg.set(row, longitude_deg);
            }
        }
        activity
    }

    #[test]
    fn a_position_has_the_offset_of_its_zone_in_winter_and_summer() {
        let (january, july) = (noon_s(2024, 1, 15), noon_s(2024, 7, 15));
        for (place, latitude_deg, longitude_deg, in_january, in_july) in [
            ("New Zealand", -39.0, 176.0, "+13:00", "+12:00"),
            ("the Chatham Islands", -43.95, -176.55, "+13:45", "+12:45"),
            ("Nepal", 28.0, 84.5, "+05:45", "+05:45"),
            ("Lord Howe Island", -31.55, 159.08, "+11:00", "+10:30"),
            ("New York", 41.5, -74.3, "-05:00", "-04:00"),
            ("Newfoundland", 48.6, -56.0, "-03:30", "-02:30"),
            ("Arizona", 33.0, -112.5, "-07:00", "-07:00"),
            ("London", 51.6, -0.3, "+00:00", "+01:00"),
            ("Kiritimati", 1.87, -157.4, "+14:00", "+14:00"),
            ("the middle of the Pacific", -5.0, -140.0, "-09:00", "-09:00"),
            ("west of the date line", 20.0, 179.9, "+12:00", "+12:00"),
            ("east of the date line", 20.0, -179.9, "-12:00", "-12:00"),
            ("the date line", 20.0, 180.0, "+12:00", "+12:00"),
            ("the South Pole", -90.0, 0.0, "+13:00", "+12:00"),
        ] {
            assert_eq!(at(latitude_deg, longitude_deg, january).as_deref(), Some(in_january), "{place}");
            assert_eq!(at(latitude_deg, longitude_deg, july).as_deref(), Some(in_july), "{place}");
        }
    }

    #[test]
    fn the_offset_changes_in_the_second_in_which_the_clocks_do() {
        let (new_york, change_s) = ((41.5, -74.3), noon_s(2024, 3, 10) - 5.0 * 3600.0);
        let offset = |unix_s: f64| at(new_york.0, new_york.1, unix_s).expect("a zone");
        assert_eq!([offset(change_s - 0.1), offset(change_s)], ["-05:00", "-04:00"]);
        // Rules of the past: New Zealand had half an hour of summer time before 1946.
        assert_eq!(at(-39.0, 176.0, noon_s(1935, 1, 15)).as_deref(), Some("+12:00"));
        // And of the future.
        assert_eq!(at(41.5, -74.3, noon_s(2095, 7, 1)).as_deref(), Some("-04:00"));
    }

    #[test]
    fn what_is_not_on_earth_or_not_a_date_has_no_offset() {
        let noon = noon_s(2024, 1, 15);
        for (latitude_deg, longitude_deg) in
            [(f64::NAN, 0.0), (0.0, f64::INFINITY), (91.0, 0.0), (1e300, -1e300), (0.0, 400.0)]
        {
            assert_eq!(at(latitude_deg, longitude_deg, noon), None, "{latitude_deg} {longitude_deg}");
        }
        for unix_s in [1e18, -1e18, f64::INFINITY] {
            assert_eq!(at(41.5, -74.3, unix_s), None, "{unix_s}");
        }
    }

    #[test]
    fn the_file_counts_before_the_position_unless_it_states_utc_or_nonsense() {
        let nepal = Some((28.0, 84.5));
        let found = |position_deg, stated_s| {
            let offset = UtcOffset::of(&activity(position_deg, stated_s), noon_s(2024, 1, 15))?;
            Some((offset.to_string(), offset.origin))
        };
        let file = |offset: &str| Some((offset.to_owned(), OffsetOrigin::File));
        let position = Some(("+05:45".to_owned(), OffsetOrigin::Position));
        assert_eq!(found(nepal, Some(7200)), file("+02:00"));
        assert_eq!(found(nepal, Some(-16_199)), file("-04:30"));
        assert_eq!(found(nepal, Some(0)), position);
        assert_eq!(found(nepal, None), position);
        for nonsense_s in [64_801, -86_400, i32::MIN, i32::MAX] {
            assert_eq!(found(nepal, Some(nonsense_s)), position);
            assert_eq!(found(None, Some(nonsense_s)), None);
        }
        assert_eq!(found(None, Some(0)), file("+00:00"));
        assert_eq!(found(None, None), None);
        assert_eq!(found(Some((91.0, 0.0)), None), None);
    }
}
