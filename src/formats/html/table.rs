//! The table of runs, which the script sorts and filters together with the charts.

use maud::{Markup, html};

use super::run::PageRun;
use crate::judge::Level;
use crate::phrases::signed;
use crate::report::start_level;

/// The greatest number of runs on a page without a filter field.
pub(super) const UNFILTERED: usize = 8;
/// The number of rows before the button that shows the others.
const SHOWN: usize = 30;
/// The greatest number of rows, the latest runs.
const MOST: usize = 600;

/// Returns the section. The runs in `linked` have a large chart to link to.
pub(super) fn section(title: &str, runs: &[PageRun], linked: &[usize]) -> Markup {
    if runs.is_empty() {
        return html! {};
    }
    let latest = &runs[runs.len().saturating_sub(MOST)..];
    html! {
        section { "\n"
            h2 { (title) ", newest first" } "\n"
            table.runs data-shown=(SHOWN) { "\n"
                (head(if runs[0].row.is_race() { "race" } else { "run" }, runs[0].units.word())) "\n"
                tbody { "\n"
                    @for (place, run) in latest.iter().rev().enumerate() {
                        (line(run, linked.contains(&run.number), place >= SHOWN)) "\n"
                    }
                } "\n"
            } "\n"
            @if latest.len() > SHOWN {
                p { button.all type="button" { "Show all " (latest.len()) } } "\n"
            }
            p.small {
                (crate::formats::LEGEND)
                @if latest.len() < runs.len() { " The latest " (latest.len()) " of " (runs.len()) "." }
            } "\n"
        } "\n"
    }
}

/// Returns the head: a button for each column.
fn head(what: &str, unit: &str) -> Markup {
    html! {
        thead {
            tr {
                @for head in ["date", what, "finish"] { th scope="col" { button type="button" { (head) } } }
                th scope="col" { button type="button" { "per " (unit) } }
                @for head in ["start", "second half", "outcome"] {
                    th scope="col" { button type="button" { (head) } }
                }
            }
        }
    }
}

/// Returns a run's row. `data-v` is the value to sort by.
fn line(run: &PageRun, linked: bool, more: bool) -> Markup {
    let (finish, pace) = run.finish();
    let number = |value: Option<f64>| value.map_or_else(|| "-999".to_owned(), |value| format!("{value:.2}"));
    let level = start_level(run.row).filter(|level| *level > Level::Info);
    let class = level.map_or("", Level::code);
    html! {
        tr class=[more.then_some("more")] data-r=(run.number) {
            td { (run.row.day()) }
            th scope="row" { @if linked { a href={ "#c" (run.number) } { (run.name()) } } @else { (run.name()) } }
            td data-v=(format_args!("{:.0}", run.scores.finish_s())) { (finish) }
            td data-v=(format_args!("{:.4}", run.scores.pace_s_per_m())) { (pace) }
            td data-v=(number(run.start_pct())) class=(class) { (run.start_words()) }
            td data-v=(number(run.split_pct())) { (run.split_pct().map_or_else(|| "–".to_owned(), signed)) }
            td class=(run.tone()) data-v=(run.outcome.map_or(-1, |outcome| outcome as i8)) { (run.outcome_words()) }
        }
    }
}
