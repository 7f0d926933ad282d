//! Trends of positive splits and start excesses over time, one for each course.
//!
//! A trend has yearly medians and a Theil–Sen slope, which one bad day hardly moves. It is
//! significant only if its 95 % interval excludes zero and the Mann–Kendall test agrees. Splits and
//! excesses are percent, slopes are percentage points a year.

use super::Run;
use crate::measure::Course;
use crate::statistics::{SIGNIFICANCE, Slope, kendall, median, theil_sen};
use crate::units::{Civil, DAY_S, civil};

/// The fewest dated races over a course that make a trend.
const ENOUGH_FOR_A_TREND: usize = 5;
/// The shortest span of these races, years: one season gives no slope a year.
const LONG_ENOUGH_YEARS: f64 = 1.0;
/// The widest interval that is reported, points a year.
const WIDEST: f64 = 20.0;
/// The mean length of a year, days.
const YEAR_DAYS: f64 = 365.25;

/// The races over one course, by date.
#[derive(Debug, Clone, PartialEq)]
pub struct CourseTrend {
    /// The course.
    pub course: Course,
    /// Its races.
    pub points: Vec<TrendPoint>,
}

/// One race of a trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendPoint {
    /// The index of its entry in the batch.
    pub entry: usize,
    /// Its start, seconds since 1970 in local time.
    pub local_s: f64,
    /// Positive split, percent.
    pub positive_split_pct: f64,
    /// Start excess, grade-adjusted where the altitude is trusted, percent.
    pub start_excess_pct: f64,
}

impl TrendPoint {
    /// Returns the race's day.
    pub fn day(&self) -> Civil {
        civil(self.local_s.floor() as i64)
    }
}

/// Drift of a value over the years.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TrendResult {
    /// Too few races for a slope.
    TooFew,
    /// Enough races, but within too short a time; its length in years.
    TooShort(f64),
    /// The slope, points a year, and the p-value of the Mann–Kendall test.
    Slope(Slope, f64),
}

impl TrendResult {
    /// Returns whether there is a significant slope whose interval leaves out zero.
    pub fn is_clear(&self) -> bool {
        matches!(self, Self::Slope(slope, chance) if slope.is_clear() && *chance < SIGNIFICANCE)
    }
}

/// One year's races over a course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Year {
    /// The year.
    pub year: i64,
    /// The number of races.
    pub races: usize,
    /// The median of their positive splits, percent.
    pub median_split_pct: f64,
    /// The median of their start excesses, percent.
    pub median_excess_pct: f64,
}

/// Collects the dated races of each course.
pub(super) fn courses(runs: &[Run]) -> Vec<CourseTrend> {
    let of = |course: Course| {
        let mut points: Vec<TrendPoint> = runs
            .iter()
            .filter(|run| run.is_race() && run.view.course == Some(course))
            .filter_map(|run| {
                Some(TrendPoint {
                    entry: run.entry,
                    local_s: run.identity.local_start_s()?,
                    positive_split_pct: run.positive_split_pct(),
                    start_excess_pct: run.view.judged_start_excess_pct(run.decision.basis),
                })
            })
            .collect();
        points.sort_by(|a, b| a.local_s.total_cmp(&b.local_s));
        (!points.is_empty()).then_some(CourseTrend { course, points })
    };
    Course::ALL.into_iter().filter_map(of).collect()
}

impl CourseTrend {
    /// Returns the drift of the positive split.
    pub fn split_drift(&self) -> TrendResult {
        self.drift(|point| point.positive_split_pct)
    }

    /// Returns the drift of the start excess.
    pub fn start_drift(&self) -> TrendResult {
        self.drift(|point| point.start_excess_pct)
    }

    /// Computes a drift: the Theil–Sen slope with its 95 % interval, and the Mann–Kendall test.
    fn drift(&self, value: fn(&TrendPoint) -> f64) -> TrendResult {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else {
            return TrendResult::TooFew;
        };
        let years = (last.local_s - first.local_s) / DAY_S / YEAR_DAYS;
        if self.points.len() < ENOUGH_FOR_A_TREND {
            return TrendResult::TooFew;
        }
        let points: Vec<(f64, f64)> =
            self.points.iter().map(|point| (point.local_s / DAY_S / YEAR_DAYS, value(point))).collect();
        match (years >= LONG_ENOUGH_YEARS, theil_sen(&points), kendall(&points)) {
            (true, Some(slope), Some((_, chance))) => TrendResult::Slope(slope, chance),
            _ => TrendResult::TooShort(years),
        }
    }

    /// Returns a sentence about the drift of the positive split.
    pub fn direction(&self) -> String {
        let count = self.points.len();
        let drift = self.split_drift();
        let slope = match drift {
            TrendResult::TooFew => {
                return format!("Too few to tell a trend ({count}; {ENOUGH_FOR_A_TREND} are needed).");
            }
            TrendResult::TooShort(years) => {
                let months = 12.0 * years;
                return format!(
                    "Too short a time to tell a trend ({count} races within {months:.0} months)."
                );
            }
            TrendResult::Slope(slope, _) => slope,
        };
        let Slope { low, high, .. } = slope;
        if high - low > WIDEST {
            return format!("No trend can be told: the {count} races differ too much.");
        }
        if !drift.is_clear() {
            return format!(
                "No clear trend of the halves: between {:.1} points a year evener and {:.1} less even (95 %, {count} races).",
                f64::max(-low, 0.0),
                f64::max(high, 0.0)
            );
        }
        let middle = median(self.points.iter().map(|point| point.positive_split_pct)).unwrap_or(0.0);
        let a_year = a_year(&slope, count);
        // Nearer to zero means more even halves, from either side.
        match (slope.slope < 0.0, middle >= 0.0) {
            (true, true) | (false, false) => format!("Your halves have evened out by {a_year}."),
            (true, false) => format!("Your second halves have gained on the first by {a_year}."),
            (false, true) => format!("Your positive split has grown by {a_year}."),
        }
    }

    /// Returns whether the start excess clearly grows, or the positive split does from zero upward.
    pub fn worsens(&self) -> bool {
        let up = |drift: TrendResult| {
            drift.is_clear() && matches!(drift, TrendResult::Slope(slope, _) if slope.slope > 0.0)
        };
        let middle = median(self.points.iter().map(|point| point.positive_split_pct)).unwrap_or(0.0);
        (up(self.split_drift()) && middle >= 0.0) || up(self.start_drift())
    }

    /// Returns a sentence about the drift of the starts; `None` if it is not clear.
    pub fn start_direction(&self) -> Option<String> {
        let TrendResult::Slope(slope, _) = self.start_drift() else { return None };
        let way = if slope.slope < 0.0 { "calmer" } else { "faster" };
        slope
            .is_clear()
            .then(|| format!("Your starts have become {way} by {}.", a_year(&slope, self.points.len())))
    }

    /// Returns the years that have a race, by date.
    pub fn years(&self) -> Vec<Year> {
        let same_year = |a: &TrendPoint, b: &TrendPoint| a.day().year == b.day().year;
        let year = |points: &[TrendPoint]| {
            let of = |value: fn(&TrendPoint) -> f64| median(points.iter().map(value)).unwrap_or(f64::NAN);
            Year {
                year: points[0].day().year,
                races: points.len(),
                median_split_pct: of(|point| point.positive_split_pct),
                median_excess_pct: of(|point| point.start_excess_pct),
            }
        };
        self.points.chunk_by(same_year).map(year).collect()
    }
}

/// Formats a slope: "1.8 points a year (95 % 0.9–2.6, 14 races)".
fn a_year(slope: &Slope, races: usize) -> String {
    let (one, other) = (slope.low.abs(), slope.high.abs());
    format!(
        "{:.1} points a year (95 % {:.1}–{:.1}, {races} races)",
        slope.slope.abs(),
        one.min(other),
        one.max(other)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend(splits: &[f64], days_apart: f64) -> CourseTrend {
        let point = |(number, split): (usize, &f64)| TrendPoint {
            entry: number,
            local_s: days_apart * DAY_S * number as f64,
            positive_split_pct: *split,
            start_excess_pct: 0.0,
        };
        CourseTrend { course: Course::Marathon, points: splits.iter().enumerate().map(point).collect() }
    }

    #[test]
    fn one_bad_day_does_not_hide_a_trend_to_even_halves() {
        let learning = trend(&[10.0, 8.0, 6.0, 40.0, 2.0, 0.0, -0.5, -1.0], YEAR_DAYS);
        assert!(
            learning.direction().starts_with("Your halves have evened out by "),
            "{}",
            learning.direction()
        );
        assert!(
            matches!(learning.split_drift(), TrendResult::Slope(slope, chance) if slope.high < 0.0 && chance < 0.05)
        );
    }

    #[test]
    fn negative_splits_that_approach_zero_have_evened_out() {
        let sentence = trend(&[-8.0, -7.0, -6.2, -5.0, -4.0, -3.0], YEAR_DAYS).direction();
        assert!(sentence.starts_with("Your halves have evened out by "), "{sentence}");
        let wild = trend(&[-40.0, 60.0, -30.0, 50.0, 20.0], 100.0).direction();
        assert!(wild.starts_with("No trend can be told"), "{wild}");
    }

    #[test]
    fn changes_up_and_down_are_no_trend() {
        let steady = trend(&[3.0, 1.0, 4.0, 1.0, 5.0, 2.0], YEAR_DAYS);
        assert!(
            steady.direction().starts_with("No clear trend of the halves: between "),
            "{}",
            steady.direction()
        );
    }

    #[test]
    fn four_races_or_one_season_are_no_trend() {
        assert!(trend(&[1.0, 2.0, 3.0, 4.0], YEAR_DAYS).direction().starts_with("Too few"));
        assert!(trend(&[1.0, 2.0, 3.0, 4.0, 5.0], 14.0).direction().starts_with("Too short a time"));
    }

    #[test]
    fn a_year_has_the_median_of_its_races() {
        let years = trend(&[1.0, 3.0, 8.0, 2.0], 120.0).years();
        assert_eq!((years[0].year, years[0].races, years[0].median_split_pct), (1970, 4, 2.5));
    }
}
