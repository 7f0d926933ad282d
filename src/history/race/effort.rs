//! Races without a name, told by their effort among the runner's other runs.

use crate::history::fitness::RIEGEL;
use crate::measure::{Course, Identity, Measured};
use crate::units::DAY_S;

/// Efforts compare up to this ratio of distances: Riegel's law holds over short steps best.
const COMPARABLE: f64 = 2.0;
/// And within this time, in which a runner's fitness stays of one kind.
const WITHIN_S: f64 = 2.0 * 365.25 * DAY_S;
/// Effort must be told against this many other runs (DESIGN, race).
const OTHERS: usize = 3;
/// Near the best: within 5 %; recreational runners differ by some 3 % from race to race.
const NEAR_BEST: f64 = 1.05;
/// From the marathon on within 10 %: for recreational runners Riegel's law is that much too fast there (Vickers AJ,
/// Vertosick EA. BMC Sports Sci Med Rehabil 2016;8:26).
const NEAR_BEST_LONG: f64 = 1.10;
/// A race stands out from what the runner does on other days by this much.
const STANDS_OUT: f64 = 0.95;
/// Pauses of the timer may take this share of a race.
const PAUSED: f64 = 0.01;
/// And standing this share: a cramp is stretched, a shoe tied.
const STOOD: f64 = 0.05;
/// A course run as fast this often in the month around is a habit.
const HABIT: usize = 4;
/// That month, to either side.
const MONTH_S: f64 = 30.0 * DAY_S;

/// How well a run was run.
#[derive(Debug, Clone, Copy)]
pub(in crate::history) struct RaceEffort {
    start_s: f64,
    distance_m: f64,
    /// Seconds over distance to the power of [`RIEGEL`]: lower is better, whatever the distance.
    index: f64,
    /// The course that it may be a race over, if it had few pauses.
    course: Option<Course>,
}

impl RaceEffort {
    /// Weighs a run; `None` without a date.
    pub(in crate::history) fn of(identity: &Identity, measured: &Measured) -> Option<Self> {
        let start_s = identity.start_s?;
        let candidate = measured.candidate.as_ref().filter(|view| {
            let total = view.total;
            total.elapsed_s - total.timer_s <= PAUSED * total.elapsed_s
                && total.elapsed_s - total.moving_s <= STOOD * total.elapsed_s
        });
        let view = candidate.unwrap_or(&measured.recorded);
        // A race is timed by the wall; what a training run was worth shows in motion.
        let seconds = |times: &crate::measure::Times| match candidate {
            Some(_) => times.elapsed_s,
            None => times.moving_s,
        };
        // Whoever collapsed in the second half raced the first.
        let even_s = f64::min(seconds(&view.total), 2.0 * seconds(&view.first_half.times));
        Some(Self {
            start_s,
            distance_m: view.distance_m,
            index: even_s / libm::pow(view.distance_m, RIEGEL),
            course: candidate.and_then(|view| view.course),
        })
    }

    /// Whether a run says something of how hard another was.
    fn compares_with(&self, other: &Self) -> bool {
        let ratio = other.distance_m / self.distance_m;
        (other.start_s - self.start_s).abs() <= WITHIN_S && (1.0 / COMPARABLE..=COMPARABLE).contains(&ratio)
    }

    /// The better one first.
    pub(in crate::history) fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.index.total_cmp(&other.index)
    }

    /// Why this run was a race, by its effort among the others; `None` if it does not look like one. That it does not is seen
    /// soonest where the best of the others come first.
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
            // One of a thousand easy runs is told so by the first better one that is met.
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
    fn an_easy_run_that_happens_to_have_a_courses_length_is_none() {
        let easy = run(70.0, 10.0, 335.0, Some(Course::K10));
        assert_eq!(easy.reasons(training().iter()), None);
    }

    #[test]
    fn a_lonely_run_a_slow_one_and_a_habit_are_none() {
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
    fn what_lies_years_back_does_not_count() {
        let race = run(3000.0, 10.0, 290.0, Some(Course::K10));
        assert_eq!(race.reasons(training().iter()), None);
    }

    #[test]
    fn thousands_of_equal_runs_are_not_each_held_against_each() {
        let looked_at = |days: u32| {
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
        let (once, twice) = (looked_at(1400), looked_at(2800));
        assert!(twice <= 2 * once && twice < 2800 * 200, "{once}, {twice}");
    }
}
