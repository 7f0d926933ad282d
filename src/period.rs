//! Days that a batch is about: `--since` and `--until`.

use std::str::FromStr;

use crate::units::{DAY_S, days_from_civil};

/// A day, a month or a year: the days since 1970-01-01 on which it begins and on which the next one
/// begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    begins: i64,
    ends: i64,
}

impl FromStr for Period {
    type Err = String;

    /// Reads `2024`, `2024-10` or `2024-10-13`.
    ///
    /// ```
    /// use firstmile::days::Period;
    /// assert!("2024-02-29".parse::<Period>().is_ok());
    /// assert!("2023-02-29".parse::<Period>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("no date \"{text}\"; dates are like 2024-10-13, 2024-10 or 2024");
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

/// From the first day of a period to the last of another; open where there is none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Days {
    /// Nothing before it.
    pub since: Option<Period>,
    /// Nothing behind it.
    pub until: Option<Period>,
}

impl Days {
    /// Whether every day is asked for.
    pub fn is_open(&self) -> bool {
        self.since.is_none() && self.until.is_none()
    }

    /// Whether an activity that began at a time, seconds since 1970 by the runner's own clock, is
    /// one of them. What has no start is not left out for it.
    pub fn take(&self, local_start_s: Option<f64>) -> bool {
        let Some(start_s) = local_start_s else { return true };
        let day = (start_s / DAY_S).floor();
        self.since.is_none_or(|since| day >= since.begins as f64)
            && self.until.is_none_or(|until| day < until.ends as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_from_its_first_day_to_its_last() {
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
    fn the_first_and_the_last_day_are_taken() {
        let day = Some("2024-10-13".parse().expect("a day"));
        let days = Days { since: day, until: day };
        let noon = days_from_civil(2024, 10, 13) as f64 * DAY_S + 43_200.0;
        assert_eq!([noon - 43_200.0, noon, noon + 43_199.0].map(|at| days.take(Some(at))), [true; 3]);
        assert_eq!([noon - 43_201.0, noon + 43_200.0].map(|at| days.take(Some(at))), [false; 2]);
        assert!(days.take(None) && Days::default().take(Some(noon)));
    }
}
