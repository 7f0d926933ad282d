//! Positive splits over time, course by course.

use super::Run;
use crate::measure::Course;
use crate::units::{Civil, civil};

/// A course needs this many dated races before their direction may be called a trend (REPORT, the sketch).
const ENOUGH_FOR_A_TREND: usize = 5;

/// The runner's races over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trends {
    /// One for each course raced, by length.
    pub courses: Vec<CourseTrend>,
}

/// The races over one course, by date.
#[derive(Debug, Clone, PartialEq)]
pub struct CourseTrend {
    /// The course.
    pub course: Course,
    /// Its races.
    pub points: Vec<TrendPoint>,
}

/// One race of a trend.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    /// Its day, local where the file tells the offset.
    pub day: Civil,
    /// Positive split in percent.
    pub positive_split_pct: f64,
    /// Start excess in percent.
    pub start_excess_pct: f64,
}

impl Trends {
    /// Collects the races on a course that have a date.
    pub(super) fn over(runs: &[Run]) -> Self {
        let mut courses: Vec<CourseTrend> = Vec::new();
        for course in Course::ALL {
            let mut points: Vec<(i64, TrendPoint)> = runs
                .iter()
                .filter(|run| run.is_race() && run.view.course == Some(course))
                .filter_map(|run| {
                    let local_s = run.identity.start_s? + f64::from(run.identity.utc_offset_s.unwrap_or(0));
                    let at = local_s.floor() as i64;
                    let point = TrendPoint {
                        day: civil(at),
                        positive_split_pct: run.positive_split_pct(),
                        start_excess_pct: run.start_excess_pct(),
                    };
                    Some((at, point))
                })
                .collect();
            points.sort_by_key(|(at, _)| *at);
            if !points.is_empty() {
                courses.push(CourseTrend {
                    course,
                    points: points.into_iter().map(|(_, point)| point).collect(),
                });
            }
        }
        Self { courses }
    }
}

impl CourseTrend {
    /// The direction over the years in words, or that there are too few races for one.
    ///
    /// The slope is Theil–Sen's, the median of the slopes between all pairs of races, so one bad day does not
    /// make a trend.
    pub fn direction(&self) -> String {
        let count = self.points.len();
        if count < ENOUGH_FOR_A_TREND {
            return format!("too few to call a trend ({count}; {ENOUGH_FOR_A_TREND} are needed)");
        }
        match self.slope_pct_a_year() {
            None => "all within one day".to_owned(),
            Some(slope) if slope.abs() < 0.05 => format!("no drift from year to year ({count} races)"),
            Some(slope) => {
                let way = if slope < 0.0 { "evening out" } else { "growing more positive" };
                format!(
                    "{way} by {:.1} points a year in the middle of {count} races; no interval is claimed",
                    slope.abs()
                )
            }
        }
    }

    fn slope_pct_a_year(&self) -> Option<f64> {
        let mut slopes = Vec::new();
        for (later, b) in self.points.iter().enumerate() {
            for a in &self.points[..later] {
                let years = (day_number(b.day) - day_number(a.day)) as f64 / 365.25;
                if years > 0.0 {
                    slopes.push((b.positive_split_pct - a.positive_split_pct) / years);
                }
            }
        }
        slopes.sort_by(f64::total_cmp);
        let middle = slopes.len() / 2;
        match slopes.len() {
            0 => None,
            odd if odd % 2 == 1 => Some(slopes[middle]),
            _ => Some(f64::midpoint(slopes[middle - 1], slopes[middle])),
        }
    }
}

fn day_number(day: Civil) -> i64 {
    crate::units::days_from_civil(day.year, day.month, day.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend(splits: &[f64]) -> CourseTrend {
        let points = splits
            .iter()
            .enumerate()
            .map(|(year, split)| TrendPoint {
                day: civil((365.25 * 86_400.0 * year as f64) as i64),
                positive_split_pct: *split,
                start_excess_pct: 0.0,
            })
            .collect();
        CourseTrend { course: Course::Marathon, points }
    }

    #[test]
    fn a_slope_is_the_median_of_all_pairs() {
        let learning = trend(&[10.0, 8.0, 6.0, 40.0, 2.0, 0.0]);
        assert!(
            learning.direction().starts_with("evening out by 2.0 points a year"),
            "{}",
            learning.direction()
        );
    }

    #[test]
    fn four_races_are_no_trend() {
        assert!(trend(&[1.0, 2.0, 3.0, 4.0]).direction().starts_with("too few"));
    }
}
