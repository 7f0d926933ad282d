//! The page of many races, or of many training runs: the costliest fact, every race at a glance,
//! start against outcome, the years, the table, and the large charts of the worst.

use std::cmp::Reverse;

use maud::{Markup, PreEscaped, html};

use super::document::Text;
use super::run::PageRun;
use super::{headline, minis, one_race, pace_chart, scatter, table, years};
use crate::judge::Level;
use crate::phrases::capital;
use crate::report::{Report, verdict};

/// The greatest number of large charts that are open at first.
const OPEN: usize = 5;
/// The greatest number of bytes of the other charts, which are drawn when opened.
const MOST_BYTES: usize = 420_000;

/// Returns the page's part about races, by date.
pub(super) fn races(report: &Report, races: &[PageRun]) -> Markup {
    let (headline, lead) = headline::of_races(races);
    let charts = LargeCharts::new(races);
    html! {
        (header(&headline, &lead, races.len()))
        (minis::section("Every race at a glance", races, &charts.numbers))
        (scatter::section(report, races))
        (years::section(report, races))
        (over_time(report))
        (table::section("Races", races, &charts.numbers))
        (charts.section())
    }
}

/// Returns the page's part about training runs, of a report without a race.
pub(super) fn training(report: &Report, runs: &[PageRun]) -> Markup {
    let (headline, lead) = headline::of_training(runs);
    html! {
        (header(&headline, &lead, runs.len()))
        (minis::section("The runs at a glance", runs, &[]))
        (over_time(report))
        (table::section("Runs", runs, &[]))
    }
}

/// Returns the headline, and the filter of the whole page.
fn header(headline: &str, lead: &str, count: usize) -> Markup {
    html! {
        header { "\n"
            h1 { (Text(headline)) } "\n"
            p.lead { (Text(lead)) } "\n"
            @if count > table::UNFILTERED {
                p.filter {
                    label {
                        "Show only " input type="search" placeholder="a name, a year, an outcome";
                    }
                    output aria-live="polite" {}
                } "\n"
            }
        } "\n"
    }
}

/// Returns the findings about several runs.
pub(super) fn over_time(report: &Report) -> Markup {
    if report.over_time.is_empty() {
        return html! {};
    }
    html! {
        section { "\n"
            h2 { "Over all years" } "\n"
            ul.findings { "\n"
                @for finding in &report.over_time {
                    li { b class=(finding.level.code()) { (finding.id) } " " (Text(&finding.sentence)) } "\n"
                }
            } "\n"
        } "\n"
    }
}

/// The large charts: the worst races are open, and the others are drawn when opened.
struct LargeCharts {
    open: Vec<Markup>,
    closed: Vec<Markup>,
    /// The numbers of the races that have one.
    numbers: Vec<usize>,
    races: usize,
}

impl LargeCharts {
    fn new(races: &[PageRun]) -> Self {
        let mut order: Vec<&PageRun> = races.iter().rev().collect();
        order.sort_by_key(|race| Reverse((race.went_wrong(), race.badness())));
        let wrong = order.iter().filter(|race| race.went_wrong()).count().clamp(1, OPEN);
        let mut charts =
            Self { open: Vec::new(), closed: Vec::new(), numbers: Vec::new(), races: races.len() };
        let mut bytes = 0;
        for (place, race) in order.into_iter().enumerate() {
            let is_open = place < wrong;
            let chart = large(race, is_open);
            bytes += if is_open { 0 } else { chart.0.len() };
            if bytes > MOST_BYTES {
                break;
            }
            charts.numbers.push(race.number);
            if is_open { charts.open.push(chart) } else { charts.closed.push(chart) }
        }
        charts
    }

    fn section(&self) -> Markup {
        let missing = self.races - self.numbers.len();
        html! {
            section.large { "\n"
                h2 { (if self.open.len() > 1 { "The costliest races" } else { "In full" }) } "\n"
                @for chart in &self.open { (chart) }
                @if !self.closed.is_empty() {
                    details.others { "\n"
                        summary { "The other races: " (self.closed.len()) } "\n"
                        @for chart in &self.closed { (chart) }
                    } "\n"
                }
                @if missing > 0 {
                    p.small {
                        "The page has no room for the charts of " (missing) " more; "
                        code { "firstmile --format html FILE" } " draws one."
                    } "\n"
                }
            } "\n"
        }
    }
}

/// Returns a race's large chart with its verdict and its findings. One that is not open has its
/// chart in a template, which the script draws.
fn large(race: &PageRun, is_open: bool) -> Markup {
    let (finish, pace) = race.finish();
    let summary = html! {
        summary {
            b { (race.name()) } " " span { (race.row.day_in_words()) ", " (finish) ", " (pace) " a " (race.units.word()) }
        }
    };
    let chart = pace_chart::figure(race);
    let article = html! {
        article { "\n"
            p.verdict { (Text(capital(&verdict(race.row, race.scores, race.units)))) "." } "\n"
            @if is_open { (chart) } @else { template { (chart) } } "\n"
            (one_race::findings(race, if is_open { Level::Warning } else { Level::Note }))
        }
    };
    // Details that are open at first are written as such in XML too.
    let open = if is_open { " open=\"\"" } else { "" };
    html! {
        (PreEscaped(format!("<details class=\"race\" id=\"c{}\" data-r=\"{0}\"{open}>", race.number))) "\n"
        (summary) "\n" (article) "\n"
        (PreEscaped("</details>")) "\n"
    }
}
