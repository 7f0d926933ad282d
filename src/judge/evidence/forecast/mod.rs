//! When other marathon runners finished, by their time at half-way.
//!
//! No table here has half-way and finishing times together. `generator.rs`, a part of the tests,
//! derives the table `finish_by_half.csv` from the finishers of each finishing band and the
//! percentiles of their positive splits. Times are elapsed, seconds.

#![allow(clippy::unreadable_literal)] // the tables are written as their CSV files are

#[cfg(test)]
mod generator;

use super::tables::{people, races, splits_of_all, word};
use crate::activity::Sex;
use crate::judge::model::Pool;
use crate::phrases::{clock, clock_minutes};

/// The half-way times that the table has, seconds. Beyond them the bands are open, and the table of
/// positive splits says too little.
pub const HALF_WAY_S: (f64, f64) = (80.0 * 60.0, 150.0 * 60.0);
/// How many of 100 runners of a course finished in the interval that was made without it: the least
/// and the most of four courses, men, women and both.
pub const HELD_OF_100: (u8, u8) = (81, 89);
/// The median difference between the middle of the interval and the finish of a runner of a course
/// that was left out, minutes: the least and the most of the same.
pub const ERROR_MINUTES: (u8, u8) = (6, 9);

/// The finishing times of runners with one half-way time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Forecast {
    /// The half-way time.
    pub half_s: f64,
    /// The lower end of the interval.
    pub low_s: f64,
    /// A quarter finished before it.
    pub p25_s: f64,
    /// Half of the runners finished before it.
    pub median_s: f64,
    /// A quarter finished after it.
    pub p75_s: f64,
    /// The upper end of the interval, which has at least 80 of 100 runners.
    pub high_s: f64,
    /// The median on a day of small positive splits, the 10th percentile of the days.
    pub good_day_s: f64,
    /// The median on a day of great ones, the 90th percentile.
    pub bad_day_s: f64,
}

#[derive(Debug)]
#[cfg_attr(test, derive(serde::Deserialize))]
struct TableRow {
    sex: &'static str,
    #[cfg_attr(test, serde(flatten))]
    forecast: Forecast,
}

/// Finishing times by half-way time and sex.
///
/// Source: `split_percentiles.csv`, by `generator.rs`. A test compares the two.
static FINISH_BY_HALF: &[TableRow] = include!("../data/finish_by_half.rs");

/// The half-way times of the table are this far apart, seconds.
const STEP_S: f64 = 150.0;

/// Returns when runners of a sex with a half-way time, seconds, finished; `None` for a time beyond
/// [`HALF_WAY_S`].
pub fn forecast(half_s: f64, sex: Option<Sex>) -> Option<Forecast> {
    if !(HALF_WAY_S.0..=HALF_WAY_S.1).contains(&half_s) {
        return None;
    }
    let of_sex = || FINISH_BY_HALF.iter().filter(|row| row.sex == word(sex)).map(|row| row.forecast);
    let before = of_sex().rfind(|row| row.half_s <= half_s)?;
    let share = (half_s - before.half_s) / STEP_S;
    let after = of_sex().find(|row| row.half_s > half_s).unwrap_or(before);
    let between = |value: fn(&Forecast) -> f64| value(&before) + share * (value(&after) - value(&before));
    Some(Forecast {
        half_s,
        low_s: between(|row| row.low_s),
        p25_s: between(|row| row.p25_s),
        median_s: between(|row| row.median_s),
        p75_s: between(|row| row.p75_s),
        high_s: between(|row| row.high_s),
        good_day_s: between(|row| row.good_day_s),
        bad_day_s: between(|row| row.bad_day_s),
    })
}

/// Returns the finishers that the forecasts of a sex are derived from, at any half-way time.
pub fn pool(sex: Option<Sex>) -> Pool {
    let row = splits_of_all(sex);
    Pool {
        name: if sex.is_some() { races::WALL } else { races::WALL_ANY_SEX },
        n: row.map_or(0, |row| row.n),
        days: row.map(|row| row.days),
    }
}

impl Forecast {
    /// Returns its times, seconds, with the names that tables and documents give them.
    pub(crate) fn named(&self) -> [(&'static str, f64); 8] {
        [
            ("half_s", self.half_s),
            ("low_s", self.low_s),
            ("p25_s", self.p25_s),
            ("median_s", self.median_s),
            ("p75_s", self.p75_s),
            ("high_s", self.high_s),
            ("good_day_s", self.good_day_s),
            ("bad_day_s", self.bad_day_s),
        ]
    }

    /// Returns the forecast in a sentence without a full stop: what others did.
    pub fn sentence(&self, sex: Option<Sex>) -> String {
        format!(
            "Of {} at half-way in {}, at least 80 of 100 finished between {}, half of them before {}",
            people(sex),
            clock(self.half_s),
            self.interval(" and "),
            clock_minutes(self.median_s)
        )
    }

    /// Formats the interval in whole minutes, rounded outwards.
    pub(crate) fn interval(&self, between: &str) -> String {
        let (low_s, high_s) = (60.0 * (self.low_s / 60.0).floor(), 60.0 * (self.high_s / 60.0).ceil());
        format!("{}{between}{}", clock_minutes(low_s), clock_minutes(high_s))
    }
}

/// Returns how the interval did on courses that it was not made from.
pub fn tested() -> String {
    let (least, most) = HELD_OF_100;
    format!("tested on courses left out, the interval held {least} to {most} of 100")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_between_the_rows_are_between_theirs() {
        let men = |half_s: f64| forecast(half_s, Some(Sex::Male)).expect("a forecast");
        let (before, between, after) = (men(6_750.0), men(6_800.0), men(6_900.0));
        assert!((between.median_s - (2.0 * before.median_s + after.median_s) / 3.0).abs() < 1e-9);
        assert_eq!((men(4_800.0).half_s, men(9_000.0).half_s), HALF_WAY_S);
        for half_s in [4_799.9, 9_000.1, f64::NAN, -1.0] {
            assert_eq!(forecast(half_s, None), None);
        }
    }

    #[test]
    fn the_times_of_every_row_are_in_order_and_rise_with_half_way() {
        for sex in [None, Some(Sex::Female), Some(Sex::Male)] {
            let rows: Vec<Forecast> =
                (48..=90).map(|step| forecast(100.0 * f64::from(step), sex).expect("a forecast")).collect();
            for row in &rows {
                let times = [row.low_s, row.p25_s, row.median_s, row.p75_s, row.high_s];
                assert!(times.is_sorted() && row.good_day_s < row.median_s && row.median_s < row.bad_day_s);
            }
            assert!(
                rows.windows(2).all(|pair| pair[0].low_s < pair[1].low_s && pair[0].high_s < pair[1].high_s)
            );
        }
    }
}
