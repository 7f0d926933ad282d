//! Practised slow starts: which long runs began slower than they ended, and whether races followed.
//!
//! A long run is the longest training run of a week (Monday to Sunday) if it has at least an hour
//! of moving time and is no interval session. It was held back if its first mile was slower than
//! its final one. With enough races, Kendall's test relates their start excess to the share of
//! held-back long runs before them.

use std::collections::BTreeMap;

use super::Run;
use crate::measure::Course;
use crate::statistics::{kendall, median};
use crate::units::{DAY_S, civil};

/// The shortest long run, seconds of moving time.
const LONG_S: f64 = 60.0 * 60.0;
/// Long runs count as training for a race up to this many days before it.
const BEFORE_DAYS: f64 = 84.0;
/// The fewest long runs before a race whose share counts.
const ENOUGH_BEFORE: usize = 4;
/// The fewest such races for Kendall's test.
const ENOUGH_RACES: usize = 8;
/// The day of the week of 1970-01-01, a Thursday, counted from Monday.
const EPOCH_WEEKDAY: f64 = 3.0;

/// A long run: the longest training run of a week from Monday to Sunday, an hour of moving or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LongRun {
    /// The index of its entry in the batch.
    pub entry: usize,
    /// Its start, seconds since 1970 in local time.
    pub local_s: f64,
    /// Whether its first mile was slower than its final one.
    pub held_back: bool,
}

/// A month's long runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// The year.
    pub year: i64,
    /// The month, 1–12.
    pub month: u8,
    /// The number of long runs whose first mile was slower than the final one.
    pub held_back: usize,
    /// The number of long runs.
    pub runs: usize,
}

/// Relation between calm training and calm races.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Follows {
    /// Too few races with enough long runs before them; their number.
    TooFew(usize),
    /// Kendall's tau of two values of each race: the share of held-back long runs before it, and
    /// its start excess. Then the p-value of that tau, and the number of races.
    Tau(f64, f64, usize),
}

/// The runner's long runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// The long runs by date.
    pub long_runs: Vec<LongRun>,
    /// How races followed them.
    pub follows: Follows,
}

impl Training {
    /// Finds the long runs among the runs that count, and relates the races to them.
    pub(super) fn over(runs: &[Run]) -> Self {
        let week = |local_s: f64| ((local_s / DAY_S + EPOCH_WEEKDAY) / 7.0).floor() as i64;
        let mut dated: Vec<(i64, f64, LongRun)> = runs
            .iter()
            .filter(|run| !run.is_race() && !run.measured.cut_short && !run.measured.walked)
            .filter(|run| run.repeats().is_empty())
            .filter_map(|run| {
                let local_s = run.identity.local_start_s()?;
                let basis = run.decision.basis;
                let held_back = run.view.first_mile.times.on(basis) > run.view.final_mile.times.on(basis);
                let moving_s = run.view.total.moving_s;
                Some((week(local_s), moving_s, LongRun { entry: run.entry, local_s, held_back }))
            })
            .filter(|(_, moving_s, _)| *moving_s >= LONG_S)
            .collect();
        dated.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        dated.dedup_by_key(|(week, ..)| *week);
        let long_runs: Vec<LongRun> = dated.into_iter().map(|(_, _, run)| run).collect();
        let follows = follows(&long_runs, runs);
        Self { long_runs, follows }
    }

    /// Returns the number of long runs whose first mile was slower than the final one.
    pub fn held_back(&self) -> usize {
        self.long_runs.iter().filter(|run| run.held_back).count()
    }

    /// Returns the months that have a long run, by date.
    pub fn months(&self) -> Vec<Month> {
        let month = |run: &LongRun| {
            let day = civil(run.local_s as i64);
            (day.year, day.month)
        };
        let of = |runs: &[LongRun]| {
            let (year, month) = month(&runs[0]);
            let held_back = runs.iter().filter(|run| run.held_back).count();
            Month { year, month, held_back, runs: runs.len() }
        };
        self.long_runs.chunk_by(|a, b| month(a) == month(b)).map(of).collect()
    }

    /// Returns the longest streak of held-back long runs, and the streak up to the latest long run.
    pub fn streaks(&self) -> (usize, usize) {
        let in_rows = self.long_runs.chunk_by(|a, b| a.held_back && b.held_back);
        let best = in_rows.filter(|row| row[0].held_back).map(<[LongRun]>::len).max().unwrap_or(0);
        let latest = self.long_runs.iter().rev().take_while(|run| run.held_back).count();
        (best, latest)
    }
}

/// Relates each race's start excess to the long runs before it.
///
/// The median start excess of the course is subtracted, because any runner begins short races
/// faster.
fn follows(long_runs: &[LongRun], runs: &[Run]) -> Follows {
    let excess_pct = |run: &Run| run.view.judged_start_excess_pct(run.decision.basis);
    let mut by_course: BTreeMap<Course, Vec<f64>> = BTreeMap::new();
    for run in runs.iter().filter(|run| run.is_race()) {
        if let Some(course) = run.view.course {
            by_course.entry(course).or_default().push(excess_pct(run));
        }
    }
    let usual_pct: BTreeMap<Course, f64> =
        by_course.into_iter().filter_map(|(course, all)| Some((course, median(all)?))).collect();
    let points: Vec<(f64, f64)> = runs
        .iter()
        .filter(|run| run.is_race() && run.view.course.is_some())
        .filter_map(|run| {
            let local_s = run.identity.local_start_s()?;
            // Long runs are by date, one a week, so those before a race are few.
            let from = long_runs.partition_point(|long| local_s - long.local_s > BEFORE_DAYS * DAY_S);
            let to = long_runs.partition_point(|long| long.local_s < local_s);
            let before = &long_runs[from..to.max(from)];
            let held_back = before.iter().filter(|long| long.held_back).count();
            let share = held_back as f64 / before.len() as f64;
            let usual_pct = usual_pct.get(&run.view.course?)?;
            (before.len() >= ENOUGH_BEFORE).then_some((share, excess_pct(run) - usual_pct))
        })
        .collect();
    match kendall(&points) {
        Some((tau, chance)) if points.len() >= ENOUGH_RACES => Follows::Tau(tau, chance, points.len()),
        _ => Follows::TooFew(points.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn training(starts: &[bool]) -> Training {
        let run = |(week, held_back): (usize, &bool)| LongRun {
            entry: week,
            local_s: 7.0 * DAY_S * week as f64,
            held_back: *held_back,
        };
        Training { long_runs: starts.iter().enumerate().map(run).collect(), follows: Follows::TooFew(0) }
    }

    #[test]
    fn streaks_and_months_by_hand() {
        let training = training(&[true, true, false, true, true, true, false, true]);
        assert_eq!((training.held_back(), training.streaks()), (6, (3, 1)));
        let months = training.months();
        // Thursdays from 1970-01-01: five in January, three up to 1970-02-19.
        assert_eq!(months[0], Month { year: 1970, month: 1, held_back: 4, runs: 5 });
        assert_eq!(months[1].runs, 3);
        assert_eq!(self::training(&[false, false]).streaks(), (0, 0));
    }
}
