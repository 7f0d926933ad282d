//! Recognises a race that its name does not show, by its effort among the runner's other runs.
//!
//! An effort is an index that compares across distances: seconds over metres to the power of
//! Riegel's formula. Lower is better. A run counts as a race if it covers a certified distance with
//! hardly a pause. It must also be near the best of the comparable runs, and clearly faster than
//! the usual one. A course that is run as fast four times within a month is a habit, not a race.

use crate::history::fitness::RIEGEL;
use crate::measure::{Course, Identity, Measured};
use crate::units::DAY_S;

/// The greatest ratio of two distances whose efforts compare: Riegel's formula is best over small
/// ones.
const COMPARABLE: f64 = 2.0;
/// The longest time between two runs whose efforts compare; a runner's fitness changes over years.
const WITHIN_S: f64 = 2.0 * 365.25 * DAY_S;
/// The fewest comparable runs by which effort decides.
const OTHERS: usize = 3;
/// A race is within 5 % of the best: recreational runners differ by some 3 % from race to race.
const NEAR_BEST: f64 = 1.05;
/// A marathon or longer race is within 10 %: Riegel's formula is that much too fast there for
/// recreational runners (Vickers AJ, Vertosick EA. BMC Sports Sci Med Rehabil 2016;8:26).
const NEAR_BEST_LONG: f64 = 1.10;
/// A race's index is at most this share of the median index of other runs.
const STANDS_OUT: f64 = 0.95;
/// The greatest share of a race for which the timer is paused.
const PAUSED: f64 = 0.01;
/// The greatest share of a race spent standing: stretching a cramp, tying a shoe.
const STOOD: f64 = 0.05;
/// A course run as fast by this many other runs within a month is a habit.
const HABIT: usize = 4;
/// The length of that month before and after the run, seconds.
const MONTH_S: f64 = 30.0 * DAY_S;

/// A run's effort, and what it takes to compare it.
#[derive(Debug, Clone, Copy)]
pub(in crate::history) struct RaceEffort {
    start_s: f64,
    distance_m: f64,
    /// Seconds over metres to the power of [`RIEGEL`]: lower is better, whatever the distance.
    index: f64,
    /// The certified course that it may be a race over; `None` with too many pauses.
    course: Option<Course>,
}

impl RaceEffort {
    /// Computes a run's effort; `None` without a date, or for a walk.
    pub(in crate::history) fn of(identity: &Identity, measured: &Measured) -> Option<Self> {
        let start_s = identity.start_s.filter(|_| !measured.walked)?;
        let candidate = measured.candidate.as_ref().filter(|view| {
            let total = view.total;
            total.elapsed_s - total.timer_s <= PAUSED * total.elapsed_s
                && total.elapsed_s - total.moving_s <= STOOD * total.elapsed_s
        });
        let view = candidate.unwrap_or(&measured.recorded);
        // A race is scored by elapsed time. A training run's pauses are no part of its effort.
        let seconds = |times: &crate::measure::Times| match candidate {
            Some(_) => times.elapsed_s,
            None => times.moving_s,
        };
        // A runner who collapsed in the second half raced the first.
        let even_s = f64::min(seconds(&view.total), 2.0 * seconds(&view.first_half.times));
        Some(Self {
            start_s,
            distance_m: view.distance_m,
            index: even_s / libm::pow(view.distance_m, RIEGEL),
            course: candidate.and_then(|view| view.course),
        })
    }

    /// Returns whether two runs are near enough in time and distance to compare their efforts.
    fn compares_with(&self, other: &Self) -> bool {
        let ratio = other.distance_m / self.distance_m;
        (other.start_s - self.start_s).abs() <= WITHIN_S && (1.0 / COMPARABLE..=COMPARABLE).contains(&ratio)
    }

    /// Orders by effort, the better one first.
    pub(in crate::history) fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.index.total_cmp(&other.index)
    }

    /// Returns the reasons why this run was a race, by its effort among the others; `None` if it
    /// does not look like one.
    ///
    /// `others` should have the best effort first: a run that is no race is then recognised
    /// soonest.
    pub(in crate::history) fn reasons<'a>(
        &self,
        others: impl Iterator<Item = &'a Self>,
    ) -> Option<Vec<String>> {
        let course = self.course?;
        let near = if course.length_m() >= Course::Marathon.length_m() { NEAR_BEST_LONG } else { NEAR_BEST };
        let (mut comparable, mut habit, mut best) = (0, 0, f64::INFINITY);
        let mut usual: Vec<f64> = Vec::new();
        for other in others.filter(|other| self.compares_with(other)) {
            comparable += 1;
            best = best.min(other.index);
            let month = (other.start_s - self.start_s).abs() <= MONTH_S;
            let as_fast = other.index <= NEAR_BEST * self.index;
            habit += usize::from(other.course == self.course && month && as_fast);
            // Most runs are easy ones; the first better run ends their loop.
            if self.index > near * best || habit >= HABIT {
                return None;
            }
            if other.course.is_none() {
                usual.push(other.index);
            }
        }
        if comparable < OTHERS {
            return None;
        }
        let middle = usual.len() / 2;
        let ahead = (usual.len() >= OTHERS).then(|| {
            let (_, median, _) = usual.select_nth_unstable_by(middle, f64::total_cmp);
            self.index / *median
        });
        if ahead.is_some_and(|ahead| ahead > STANDS_OUT) {
            return None;
        }
        let off_pct = 100.0 * (self.index / best - 1.0);
        let rank = if off_pct <= 0.0 {
            format!("the best effort of {} runs within two years", comparable + 1)
        } else {
            format!("within {off_pct:.1} % of the best effort of {} runs in two years", comparable + 1)
        };
        let mut reasons = vec![format!("it covers a {course} with hardly a pause"), rank];
        if let Some(ahead) = ahead {
            reasons.push(format!("{:.0} % faster than usual", 100.0 * (1.0 - ahead)));
        }
        Some(reasons)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(day: f64, kilometres: f64, pace_s_per_km: f64, course: Option<Course>) -> RaceEffort {
        let distance_m = 1000.0 * kilometres;
        let index = kilometres * pace_s_per_km / libm::pow(distance_m, RIEGEL);
        RaceEffort { start_s: day * DAY_S, distance_m, index, course }
    }

    fn training() -> Vec<RaceEffort> {
        (0..10).map(|week| run(7.0 * f64::from(week), 12.0 + 0.3 * f64::from(week), 340.0, None)).collect()
    }

    #[test]
    fn a_fast_run_over_a_course_among_easy_ones_is_a_race() {
        let race = run(70.0, 10.0, 290.0, Some(Course::K10));
        let reasons = race.reasons(training().iter()).expect("a race");
        assert!(reasons[1].starts_with("the best effort of 11 runs"), "{reasons:?}");
    }

    #[test]
    fn an_easy_run_of_a_courses_length_is_no_race() {
        let easy = run(70.0, 10.0, 335.0, Some(Course::K10));
        assert_eq!(easy.reasons(training().iter()), None);
    }

    #[test]
    fn too_few_runs_a_slow_run_and_a_habit_are_no_race() {
        let race = run(70.0, 10.0, 290.0, Some(Course::K10));
        assert_eq!(race.reasons(training()[..2].iter()), None);
        let mut faster = training();
        faster.push(run(30.0, 15.0, 270.0, None));
        assert_eq!(race.reasons(faster.iter()), None);
        let daily: Vec<RaceEffort> =
            (0..20).map(|day| run(f64::from(day), 5.0, 300.0, Some(Course::K5))).collect();
        assert_eq!(daily[10].reasons(daily.iter()), None);
    }

    #[test]
    fn runs_of_years_before_do_not_count() {
        let race = run(3000.0, 10.0, 290.0, Some(Course::K10));
        assert_eq!(race.reasons(training().iter()), None);
    }

    #[test]
    fn comparisons_grow_no_faster_than_the_runs() {
        let comparisons = |days: u32| {
            let daily: Vec<RaceEffort> = (0..days)
                .map(|day| run(f64::from(day % 700), 5.0, 300.0 + f64::from(day % 7), Some(Course::K5)))
                .collect();
            let mut best_first: Vec<usize> = (0..daily.len()).collect();
            best_first.sort_by(|a, b| daily[*a].cmp(&daily[*b]));
            let mut count = 0;
            for (index, one) in daily.iter().enumerate() {
                let others = best_first.iter().filter(|other| **other != index).map(|other| &daily[*other]);
                assert_eq!(one.reasons(others.inspect(|_| count += 1)), None);
            }
            count
        };
        let (once, twice) = (comparisons(1400), comparisons(2800));
        assert!(twice <= 2 * once && twice < 2800 * 200, "{once}, {twice}");
    }
}
