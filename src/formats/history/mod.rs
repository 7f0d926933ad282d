//! Formats of a runner's history: every race and long run by date, trends, payback and training.
//!
//! A format is one file with a `write` function and one line in [`FORMATS`].

mod csv;
mod html;
mod json;
mod text;

use super::Format;
use super::tabular::columns::{Cell, cells_by_name, or_empty, seconds};
use crate::history::Best;
use crate::report::{Report, Row, Scores, Status, found, start_level};
use crate::units::{Civil, MILE_M, MONTHS};

/// The formats of a history. The first is the default.
pub static FORMATS: &[Format<Report>] = &[
    Format::new("text", "for people", text::write),
    Format::new("csv", "races and long runs, for spreadsheets and scripts", |report, _, out| {
        csv::write(report, out)
    }),
    Format::new("json", "all of it, for programs", |report, _, out| json::write(report, out)),
    Format::new("html", "a page to keep", html::write),
];

/// A race or a long run.
#[derive(Clone, Copy)]
struct Event<'a> {
    row: &'a Row,
    scores: &'a Scores,
    long_run: bool,
}

/// Returns every race and long run, by start and then in path order.
fn events(report: &Report) -> Vec<Event<'_>> {
    let long_runs: std::collections::BTreeSet<usize> =
        report.trends.training.long_runs.iter().map(|run| run.entry).collect();
    let mut events: Vec<Event> = report
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.status == Status::Scored)
        .filter_map(|(index, row)| {
            Some(Event { row, scores: row.scores.as_ref()?, long_run: long_runs.contains(&index) })
        })
        .filter(|event| event.row.is_race() || event.long_run)
        .collect();
    let start = |event: &Event| event.row.identity.as_ref().and_then(|identity| identity.start_s);
    events.sort_by(|a, b| start(a).unwrap_or(f64::INFINITY).total_cmp(&start(b).unwrap_or(f64::INFINITY)));
    events
}

/// The columns that an event shares with the runs table.
const SHARED: [&str; 12] = [
    "start_time",
    "path",
    "member",
    "activity",
    "name",
    "kind",
    "course",
    "distance_m",
    "positive_split_pct",
    "start_excess_pct",
    "gap_positive_split_pct",
    "gap_start_excess_pct",
];
/// The columns that only the history has.
///
/// `first_less_final_mile_s` is in seconds on the run's basis; below zero the first mile was the
/// faster. `start_level` is the level of START-01. `wall` and `long_run` are `yes` or `no`; `wall`
/// is empty if the run is not a marathon race.
const OWN: [&str; 4] = ["first_less_final_mile_s", "start_level", "wall", "long_run"];

/// A column of the runs table that is the last one here, because new columns are added at the end.
const LAST: [&str; 1] = ["local_start"];

/// Returns an event's cells with their names, in the order of [`SHARED`], [`OWN`] and [`LAST`].
fn cells(event: &Event) -> Vec<(&'static str, Cell)> {
    let shared = cells_by_name(event.row, &SHARED);
    let flag = |yes: bool| Cell::Text(if yes { "yes" } else { "no" }.to_owned());
    let level = start_level(event.row).map(|level| Cell::Text(level.code().to_owned()));
    // The wall is only defined for marathons.
    let wall = event.scores.view.marathon.then(|| flag(found(event.row, "WALL-01").is_some()));
    let own = [
        or_empty(seconds(first_less_final_s(event.scores))),
        or_empty(level),
        or_empty(wall.filter(|_| event.row.is_race())),
        flag(event.long_run),
    ];
    shared.chain(OWN.into_iter().zip(own)).chain(cells_by_name(event.row, &LAST)).collect()
}

/// Returns the first mile's time less the final mile's, seconds on the run's basis.
fn first_less_final_s(scores: &Scores) -> f64 {
    scores.view.first_mile.times.on(scores.basis) - scores.view.final_mile.times.on(scores.basis)
}

/// Returns the same as pace, seconds a metre.
fn first_less_final_s_per_m(scores: &Scores) -> f64 {
    first_less_final_s(scores) / MILE_M
}

/// Returns a day without its year: "28 Apr".
fn day_and_month(day: Civil) -> String {
    format!("{} {}", day.day, MONTHS[usize::from(day.month) - 1])
}

/// Returns the years that have a best effort, ascending.
fn best_years(bests: &[Best]) -> Vec<i64> {
    let years: std::collections::BTreeSet<i64> = bests.iter().map(|best| best.day.year).collect();
    years.into_iter().collect()
}

/// Returns the best effort of a year and a length, metres.
fn best(bests: &[Best], year: i64, length_m: f64) -> Option<&Best> {
    bests.iter().find(|best| best.day.year == year && best.effort.length_m == length_m)
}
