//! The days that a batch is limited to, by `--since` and `--until`.

use std::str::FromStr;

use crate::units::{DAY_S, days_from_civil};

/// A day, a month or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first day, in days since 1970-01-01.
    begins: i64,
    /// The first day after it, in days since 1970-01-01.
    ends: i64,
}

/// A text that is not a date, a month or a year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid date \"{text}\"; write it like 2024-10-13, 2024-10 or 2024")]
pub struct InvalidPeriod {
    text: String,
}

impl FromStr for Period {
    type Err = InvalidPeriod;

    /// Reads `2024`, `2024-10` or `2024-10-13`.
    ///
    /// ```
    /// use firstmile::period::Period;
    /// assert!("2024-02-29".parse::<Period>().is_ok());
    /// assert!("2023-02-29".parse::<Period>().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// If the text has another form, or the calendar has no such month or day.
    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let wrong = || InvalidPeriod { text: text.to_owned() };
        let lengths: Vec<usize> = text.split('-').map(str::len).collect();
        let numbers: Option<Vec<i64>> = text
            .split('-')
            .map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?)
            .collect();
        let numbers = numbers.filter(|_| [4, 2, 2].starts_with(&lengths)).ok_or_else(wrong)?;
        let year = numbers[0];
        let month = numbers.get(1).copied();
        if month.is_some_and(|month| !(1..=12).contains(&month)) {
            return Err(wrong());
        }
        let first_of = |year: i64, month: i64| {
            let (year, month) = if month > 12 { (year + 1, 1) } else { (year, month) };
            days_from_civil(year, month as u8, 1)
        };
        let begins = first_of(year, month.unwrap_or(1));
        let ends = month.map_or_else(|| first_of(year + 1, 1), |month| first_of(year, month + 1));
        match numbers.get(2) {
            Some(day) if (1..=ends - begins).contains(day) => {
                Ok(Self { begins: begins + day - 1, ends: begins + day })
            }
            Some(_) => Err(wrong()),
            None => Ok(Self { begins, ends }),
        }
    }
}

/// A range of days, both ends included; it may be open at either end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Days {
    /// The range begins with the first day of this period.
    pub since: Option<Period>,
    /// The range ends with the last day of this period.
    pub until: Option<Period>,
}

impl Days {
    /// Returns whether the range includes every day.
    pub fn is_open(&self) -> bool {
        self.since.is_none() && self.until.is_none()
    }

    /// Returns whether the range includes no day, as its end is before its beginning.
    pub(crate) fn is_empty(&self) -> bool {
        self.since.zip(self.until).is_some_and(|(since, until)| since.begins >= until.ends)
    }

    /// Returns whether an activity began in this range, by its start in seconds since 1970 in local
    /// time. An activity without a start is not left out.
    pub fn contains(&self, local_start_s: Option<f64>) -> bool {
        let Some(start_s) = local_start_s else { return true };
        let day = (start_s / DAY_S).floor();
        self.since.is_none_or(|since| day >= since.begins as f64)
            && self.until.is_none_or(|until| day < until.ends as f64)
    }

    /// Returns whether the range includes no moment from one time to another, both in seconds since
    /// 1970 and in any time zone.
    pub(crate) fn exclude(&self, from_s: f64, to_s: f64) -> bool {
        let (first_day, last_day) = ((from_s / DAY_S).floor() - 1.0, (to_s / DAY_S).floor() + 1.0);
        self.since.is_some_and(|since| last_day < since.begins as f64)
            || self.until.is_some_and(|until| first_day >= until.ends as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_years_have_their_number_of_days() {
        let february: Period = "2024-02".parse().expect("a month");
        assert_eq!(february.ends - february.begins, 29);
        let december: Period = "2023-12".parse().expect("a month");
        assert_eq!(december.ends + 31, february.begins);
        let year: Period = "2024".parse().expect("a year");
        assert_eq!(year.ends - year.begins, 366);
        for wrong in
            ["", "24", "2024-1", "2024-13", "2024-00", "2024-02-30", "2024-02-29-1", "-2024", "+202", "today"]
        {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_first_and_the_last_day_are_included() {
        let day = Some("2024-10-13".parse().expect("a day"));
        let days = Days { since: day, until: day };
        let noon = days_from_civil(2024, 10, 13) as f64 * DAY_S + 43_200.0;
        assert_eq!([noon - 43_200.0, noon, noon + 43_199.0].map(|at| days.contains(Some(at))), [true; 3]);
        assert_eq!([noon - 43_201.0, noon + 43_200.0].map(|at| days.contains(Some(at))), [false; 2]);
        assert!(days.contains(None) && Days::default().contains(Some(noon)));
        assert!(!days.is_empty() && !Days::default().is_empty());
        assert!(Days { until: Some("2023".parse().expect("a year")), ..days }.is_empty());
    }
}
