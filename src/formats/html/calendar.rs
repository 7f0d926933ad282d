//! Training as a calendar: weeks across, days down, coloured by how the run began.

use std::collections::BTreeMap;
use std::fmt::Write;

use maud::{Markup, html};

use super::run::PageRun;
use crate::history::Training;
use crate::judge::Level;
use crate::phrases::plural;
use crate::units::{Civil, days_from_civil};

/// The greatest number of years, the latest ones.
const YEARS: usize = 12;
/// The classes of the days, from harmless to worst.
const CLASSES: [&str; 4] = ["none", "calm", "note", "fast"];

/// Returns the section; nothing without a dated training run.
pub(super) fn section(runs: &[PageRun], training: &Training) -> Markup {
    let mut years: BTreeMap<i64, Vec<(Civil, usize)>> = BTreeMap::new();
    for run in runs {
        if let Some(day) = run.row.local_start() {
            years.entry(day.year).or_default().push((day, class(run)));
        }
    }
    if years.is_empty() {
        return html! {};
    }
    let fast = runs.iter().filter(|run| class(run) == 3).count();
    let brisk = runs.iter().filter(|run| class(run) == 2).count();
    let hidden = years.len().saturating_sub(YEARS);
    let long = training.long_runs.len();
    html! {
        section { "\n"
            h2 { "Training" } "\n"
            p {
                (plural(runs.len(), "run", "runs")) ": "
                b.fast { (fast) " began too fast" } ", " b.note { (brisk) " a little fast" } ". "
                @if long > 0 {
                    "Long runs with the first mile slower than the final one: " (training.held_back()) " of " (long) "."
                }
            } "\n"
            div.calendar { "\n"
                @for (year, days) in years.iter().rev().take(YEARS) { (year_strip(*year, days)) "\n" }
            } "\n"
            p.small {
                "A square is a day, a column a week from Monday. Grey runs are not steady, so their start is not judged."
                @if hidden > 0 { " Earlier years are left out: " (hidden) "." }
            } "\n"
        } "\n"
    }
}

/// Returns the place of a run's class in [`CLASSES`].
fn class(run: &PageRun) -> usize {
    match run.scores.start_level {
        _ if !run.scores.start_judged => 0,
        Some(Level::Warning | Level::Severe) => 3,
        Some(Level::Note) => 2,
        _ => 1,
    }
}

/// Returns a year's strip. Of several runs of a day the worst start counts.
fn year_strip(year: i64, days: &[(Civil, usize)]) -> Markup {
    let new_year = days_from_civil(year, 1, 1);
    // The first of January 1970 was a Thursday; weeks begin on Monday.
    let offset = (new_year + 3).rem_euclid(7);
    let mut cells: BTreeMap<i64, usize> = BTreeMap::new();
    for (day, class) in days {
        let place = days_from_civil(day.year, day.month, day.day) - new_year + offset;
        let cell = cells.entry(place).or_default();
        *cell = (*cell).max(*class);
    }
    let mut paths = [const { String::new() }; CLASSES.len()];
    for (place, class) in &cells {
        let _ = write!(paths[*class], "M{} {}h8v8h-8z", place / 7 * 10 + 1, place % 7 * 10 + 1);
    }
    let fast = days.iter().filter(|(_, class)| *class == 3).count();
    html! {
        div {
            b { (year) }
            svg viewBox="0 0 540 70" role="img" aria-label=(format_args!("{year}: {}, {fast} began too fast", plural(days.len(), "run", "runs"))) {
                rect.ground width="540" height="70" {}
                @for (class, path) in CLASSES.iter().zip(&paths) {
                    @if !path.is_empty() { path class=(class) d=(path) {} }
                }
            }
        }
    }
}
