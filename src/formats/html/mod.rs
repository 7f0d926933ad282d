//! The report as one HTML page to keep. It loads nothing, can be printed, and has a light and a
//! dark style.
//!
//! One race has the page of `one_race`, many have that of `many_races`. Parts of the page are
//! functions that return markup, which is empty if there is nothing to show. The `"\n"` in
//! templates break the page's source into lines.

mod calendar;
mod chart;
pub(super) mod document;
pub(super) mod gap_chart;
mod headline;
mod many_races;
mod minis;
mod odds;
mod one_race;
mod pace_chart;
mod rest;
mod run;
mod scatter;
pub(super) mod sheet;
mod steps;
mod strips;
mod table;
mod years;

use std::io::{self, Write};

use document::{document, to_references};
use maud::{Markup, PreEscaped, html};
use run::PageRun;

use super::{Style, next_time};
use crate::history::Kind;
use crate::report::Report;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the page.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = page(report, style).into_string();
    if style.ascii {
        page = to_references(&page);
    }
    out.write_all(page.as_bytes())
}

/// Returns the whole page.
fn page(report: &Report, style: &Style) -> Markup {
    let races = PageRun::all(&report.scored(Kind::Race), style.units);
    let training = PageRun::all(&report.scored(Kind::Training), style.units);
    let body = html! {
        main { "\n"
            @match (races.as_slice(), training.as_slice()) {
                ([], []) => header { h1 { "No run to judge" } "\n" },
                ([run], _) | ([], [run]) => {
                    (one_race::page(run))
                    (many_races::over_time(report))
                },
                ([], runs) => (many_races::training(report, runs)),
                (races, _) => {
                    (many_races::races(report, races))
                    (rest::goals(report, style.last))
                },
            }
            @if races.len() > 1 || (races.is_empty() && training.len() > 1) {
                (one_race::next_time(&next_time::of_report(report, style.units)))
            }
            (rest::may_be_races(report))
            @if training.len() > 1 || (races.len() + training.len()) > 1 {
                (calendar::section(&training, &report.trends.training))
            }
            (rest::unscored(report))
            (rest::changes(report))
            (rest::footer(report))
        } "\n"
        script { "\n" (PreEscaped(SCRIPT)) } "\n"
    };
    document("firstmile: went out too fast?", STYLE, &body)
}
