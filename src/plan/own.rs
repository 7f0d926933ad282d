//! What the runner's own past says to a plan: earlier races over the course, and a goal where none is given.

use serde::Serialize;

use crate::history::{RIEGEL, Run};
use crate::measure::Course;
use crate::phrases::clock;
use crate::runner::Goal;
use crate::statistics::median;
use crate::units::{DAY_S, civil};

/// Races so many days before the latest recording still say something of today.
const RECENT_DAYS: f64 = 730.0;

/// The runner's races.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Own {
    /// Those over the planned course, by date.
    pub races: Vec<PastRace>,
    /// The middle of their start excesses, percent.
    pub median_start_excess_pct: Option<f64>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PastRace {
    /// Its day.
    pub date: String,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its time, seconds.
    pub elapsed_s: f64,
    /// Its first mile, seconds.
    pub first_mile_s: f64,
    /// Start excess, grade-adjusted where trusted, percent.
    pub start_excess_pct: f64,
    /// Second half against the first, percent.
    pub positive_split_pct: f64,
}

impl Own {
    /// The races over a course.
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

/// A goal out of the runner's races of the last two years before the latest recording, and where it comes from: the best at
/// the course, else the best of what the others foretell.
pub fn goal(runs: &[Run], course: Course) -> Option<(Goal, String)> {
    let start_s = |run: &Run| run.identity.start_s;
    let latest_s = runs.iter().filter_map(start_s).fold(f64::NEG_INFINITY, f64::max);
    let recent = |run: &&Run| start_s(run).is_some_and(|at| latest_s - at <= RECENT_DAYS * DAY_S);
    let races = || runs.iter().filter(|run| run.is_race() && run.view.course.is_some()).filter(recent);
    let foretold_s =
        |run: &Run| run.view.total.elapsed_s * libm::pow(course.length_m() / run.view.distance_m, RIEGEL);
    let best = |same: bool| {
        races()
            .filter(|run| (run.view.course == Some(course)) == same)
            .min_by(|a, b| foretold_s(a).total_cmp(&foretold_s(b)))
    };
    let (run, same) = best(true).map(|run| (run, true)).or_else(|| Some((best(false)?, false)))?;
    let goal_s = foretold_s(run);
    let name = run
        .identity
        .name
        .clone()
        .unwrap_or_else(|| run.view.course.map_or("a race", Course::title).to_owned());
    let when = start_s(run).map(day).unwrap_or_default();
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

fn day(unix_s: f64) -> String {
    civil(unix_s.floor() as i64).date()
}
