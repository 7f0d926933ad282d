//! The runner's own past for a plan: earlier races over the course, and a default goal.

use serde::Serialize;

use crate::goal::Goal;
use crate::history::{RIEGEL, Run};
use crate::measure::Course;
use crate::phrases::clock;
use crate::statistics::median;
use crate::units::{DAY_S, civil};

/// The oldest races that count for a goal, days before the latest recording.
const RECENT_DAYS: f64 = 730.0;

/// The runner's races over the planned course.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Own {
    /// The races, by date.
    pub races: Vec<PastRace>,
    /// The median of their start excesses, percent; `None` without a race.
    pub median_start_excess_pct: Option<f64>,
}

/// An earlier race over the planned course.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PastRace {
    /// Its day, as YYYY-MM-DD.
    pub date: String,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its elapsed time, seconds.
    pub elapsed_s: f64,
    /// The elapsed time of its first mile, seconds.
    pub first_mile_s: f64,
    /// Start excess, grade-adjusted where the altitude is trusted, percent.
    pub start_excess_pct: f64,
    /// Positive split, percent.
    pub positive_split_pct: f64,
}

impl Own {
    /// Collects the dated races over a course; none without a course.
    pub fn of(runs: &[Run], course: Option<Course>) -> Self {
        let mut dated: Vec<(i64, PastRace)> = runs
            .iter()
            .filter(|run| run.is_race() && course.is_some() && run.view.course == course)
            .filter_map(|run| {
                let local_s = run.identity.local_start_s()?;
                let race = PastRace {
                    date: day(local_s),
                    name: run.identity.name.clone(),
                    elapsed_s: run.view.total.elapsed_s,
                    first_mile_s: run.view.first_mile.times.elapsed_s,
                    start_excess_pct: run.view.judged_start_excess_pct(run.decision.basis),
                    positive_split_pct: run.positive_split_pct(),
                };
                Some((local_s as i64, race))
            })
            .collect();
        dated.sort_by_key(|(at, _)| *at);
        let races: Vec<PastRace> = dated.into_iter().map(|(_, race)| race).collect();
        let excesses: Vec<f64> = races.iter().map(|race| race.start_excess_pct).collect();
        Self { races, median_start_excess_pct: median(excesses) }
    }
}

/// Returns a goal from the runner's races of the two years before the latest recording, and a
/// phrase for its origin.
///
/// The goal is the best time over the course. Without such a race it is the best time that the
/// other races predict by Riegel's formula. Returns `None` without any race.
pub fn goal(runs: &[Run], course: Course) -> Option<(Goal, String)> {
    let start_s = |run: &Run| run.identity.start_s;
    let latest_s = runs.iter().filter_map(start_s).fold(f64::NEG_INFINITY, f64::max);
    let recent = |run: &&Run| start_s(run).is_some_and(|at| latest_s - at <= RECENT_DAYS * DAY_S);
    let races = || runs.iter().filter(|run| run.is_race() && run.view.course.is_some()).filter(recent);
    let predicted_s =
        |run: &Run| run.view.total.elapsed_s * libm::pow(course.length_m() / run.view.distance_m, RIEGEL);
    let best = |same: bool| {
        races()
            .filter(|run| (run.view.course == Some(course)) == same)
            .min_by(|a, b| predicted_s(a).total_cmp(&predicted_s(b)))
    };
    let (run, same) = best(true).map(|run| (run, true)).or_else(|| Some((best(false)?, false)))?;
    let goal_s = predicted_s(run);
    let name = run
        .identity
        .name
        .clone()
        .unwrap_or_else(|| run.view.course.map_or("a race", Course::title).to_owned());
    let when = run.identity.local_start_s().map(day).unwrap_or_default();
    let took = clock(run.view.total.elapsed_s);
    let from = if same {
        format!("your best of the last two years: {name}, {when}, {took}")
    } else {
        format!(
            "{name}, {when}, {took}, by Riegel's formula, which holds less the further apart two distances are"
        )
    };
    Some((Goal { course: Some(course), pace_s_per_m: goal_s / course.length_m() }, from))
}

/// Formats the day of a local time as YYYY-MM-DD.
fn day(local_s: f64) -> String {
    civil(local_s.floor() as i64).date()
}
