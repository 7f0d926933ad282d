//! The report as one HTML page to keep. It loads nothing, can be printed, and has a light and a
//! dark style. Its order is that of the text report: the answer, trends, races, a card for each
//! race, training runs, and the rest.
//!
//! Parts of the page are functions that return markup, which is empty if there is nothing to show.
//! The `"\n"` in templates break the page's source into lines.

mod charts;
pub(super) mod document;
pub(super) mod sheet;

use std::io::{self, Write};

use charts::Miles;
use document::{Text, document, to_references};
use maud::{Markup, PreEscaped, html};

use super::Style;
use super::layout::{change_counts, totals, truncate};
use crate::history::{Kind, Payback};
use crate::judge::Level;
use crate::measure::Basis;
use crate::phrases::{capital, clock, signed};
use crate::report::{Report, Row, Scores, Status, found, start_level, verdict};
use crate::units::Units;

/// The greatest number of races whose miles are drawn: the latest ones.
const MILES_SHOWN: usize = 24;

/// The greatest number of runs in a table without a filter field.
const UNFILTERED: usize = 8;

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
    let (races, training) = (report.scored(Kind::Race), report.scored(Kind::Training));
    let body = html! {
        main { "\n"
            (answer(&races, &training, style.units))
            (years(report, &races))
            (over_all_years(report))
            (miles(&races, style.units))
            (table("Races", &races, style, true))
            @for (number, (row, scores)) in races.iter().enumerate() {
                (card(number, row, scores, style))
            }
            (table("Training runs", &training, style, false))
            (unscored(report))
            (changes(report))
            (footer(report))
        } "\n"
        script { "\n" (PreEscaped(SCRIPT)) } "\n"
    };
    document("firstmile: went out too fast?", STYLE, &body)
}

/// Returns the answer to the program's question, and how many marathons hit the wall.
fn answer(races: &[(&Row, &Scores)], training: &[(&Row, &Scores)], units: Units) -> Markup {
    let walls = races.iter().filter(|(row, _)| found(row, "WALL-01").is_some()).count();
    let marathons = races.iter().filter(|(_, scores)| scores.view.marathon).count();
    html! {
        header {
            h1 { (Text(answer_sentence(races, training, units))) } "\n"
            @if walls > 0 {
                p.lead { "Hit the wall in " (walls) " of " (marathons) " marathons." } "\n"
            }
        } "\n"
    }
}

/// Returns the answer as a sentence: by the races or, without one, by the training runs.
fn answer_sentence(races: &[(&Row, &Scores)], training: &[(&Row, &Scores)], units: Units) -> String {
    let (judged, what) = if races.is_empty() { (training, "runs") } else { (races, "races") };
    let at_least = if races.is_empty() { Level::Note } else { Level::Warning };
    let fast = judged.iter().filter(|(row, _)| start_level(row) >= Some(at_least)).count();
    match (judged, fast) {
        ([], _) => "No run to judge.".to_owned(),
        ([(row, scores)], _) => format!("{}: {}.", row.title(), verdict(row, scores, units)),
        (_, 0) => format!("Did not go out too fast in any of {} {what}.", judged.len()),
        (_, fast) => format!("Went out too fast in {fast} of {} {what}.", judged.len()),
    }
}

/// Returns the chart of the races by date, and the trend of each course.
fn years(report: &Report, races: &[(&Row, &Scores)]) -> Markup {
    let points: Vec<(f64, f64, &'static str, String)> = races
        .iter()
        .filter_map(|(row, scores)| {
            let split = scores.view.positive_split_pct(scores.basis);
            let label = format!("{} {}: {}", row.day(), row.title(), signed(split));
            let level = start_level(row).map_or("none", Level::code);
            Some((row.identity.as_ref()?.local_start_s()?, split, level, label))
        })
        .collect();
    if points.len() < 2 {
        return html! {};
    }
    html! {
        section { "\n"
            h2 { "The years: second half against first" } "\n"
            figure {
                (charts::years(&points))
                figcaption {
                    "Each dot a race: above the line its second half was slower. \n"
                    b.severe { "Severe" } ", " b.warning { "warning" } " and " b.note { "note" }
                    " are the levels of its start."
                }
            } "\n"
            @for trend in report.trends.courses.iter().filter(|trend| trend.points.len() > 1) {
                p {
                    b { (trend.course.title()) "." } " " (Text(trend.direction()))
                    @if let Some(starts) = trend.start_direction() { " " (Text(starts)) }
                } "\n"
            }
        } "\n"
    }
}

/// Returns the findings about several races, with the charts of the payback if it is known.
fn over_all_years(report: &Report) -> Markup {
    if report.over_time.is_empty() {
        return html! {};
    }
    html! {
        section { "\n"
            h2 { "Over all years" } "\n"
            ul.findings { "\n"
                @for finding in &report.over_time {
                    li { b { (finding.id) } " " (Text(&finding.sentence)) } "\n"
                }
            } "\n"
            @if let Ok(payback) = &report.trends.payback {
                (payback_figures(report, payback))
            }
        } "\n"
    }
}

/// Returns what each second gained cost, and the races that it is computed from.
fn payback_figures(report: &Report, payback: &Payback) -> Markup {
    let points: Vec<(f64, f64, String)> = payback
        .points
        .iter()
        .map(|point| {
            let row = &report.rows[point.entry];
            (point.start_pct, point.slow_down_pct, format!("{} {}", row.day(), row.title()))
        })
        .collect();
    html! {
        figure {
            (charts::payback(payback.lost_for_gained, payback.low, payback.high))
            figcaption { "Seconds lost in the second half for each gained in the first." }
        } "\n"
        figure {
            (charts::scatter(&points))
            figcaption {
                "The races behind it, each against the usual one of its course: to the right its start \
                 was faster, above its second half was slower."
            }
        } "\n"
    }
}

/// Returns first mile against final mile of the latest races.
fn miles(races: &[(&Row, &Scores)], units: Units) -> Markup {
    let latest = &races[races.len().saturating_sub(MILES_SHOWN)..];
    if latest.len() < 2 {
        return html! {};
    }
    let of = |(row, scores): &(&Row, &Scores)| Miles {
        label: truncate(&format!("{} {}", row.day(), row.title()), 34),
        first: scores.view.first_mile.pace_s_per_m(scores.basis),
        last: scores.view.final_mile.pace_s_per_m(scores.basis),
    };
    let miles: Vec<Miles> = latest.iter().map(of).collect();
    html! {
        section { "\n"
            h2 { "First mile against final mile" } "\n"
            figure {
                (charts::miles(&miles, units)) "\n"
                figcaption {
                    b.first { "First" } " and " b.last { "final" }
                    " mile of each race; to the right is slower. The source asks for the final one on the left."
                }
            } "\n"
        } "\n"
    }
}

/// Returns a table of runs, which the script sorts. With `links`, names link to the races' cards.
fn table(title: &str, rows: &[(&Row, &Scores)], style: &Style, links: bool) -> Markup {
    if rows.is_empty() {
        return html! {};
    }
    let risks = rows.iter().any(|(_, scores)| scores.risk.is_some());
    html! {
        section { "\n"
            h2 { (title) } "\n"
            @if rows.len() > UNFILTERED {
                label.filter {
                    "Show only " input type="search" placeholder="a name, a year, a level";
                } "\n"
            }
            div.wide {
                table.runs { "\n"
                    (table_head(risks)) "\n"
                    tbody { "\n"
                        @for (number, (row, scores)) in rows.iter().enumerate() {
                            tr {
                                td { (row.day()) }
                                th scope="row" { (run_name(row, links.then_some(number))) }
                                (measured_cells(scores, style.units))
                                (level_cell(start_level(row)))
                                @if risks { (risk_cell(scores)) }
                            } "\n"
                        }
                    } "\n"
                }
            } "\n"
            p.small { (super::LEGEND) } "\n"
        } "\n"
    }
}

/// Returns the head of a table of runs: a button for each column.
fn table_head(risks: bool) -> Markup {
    const HEADS: [&str; 10] = [
        "day",
        "run",
        "distance",
        "first mile",
        "final mile",
        "first half",
        "second half",
        "split",
        "start",
        "level",
    ];
    html! {
        thead {
            tr { "\n"
                @for head in HEADS.into_iter().chain(risks.then_some("risk of the wall")) {
                    th scope="col" { button type="button" { (head) } } "\n"
                }
            }
        }
    }
}

/// Returns a run's name, as a link if it has a card.
fn run_name(row: &Row, card: Option<usize>) -> Markup {
    let name = Text(row.title());
    html! {
        @match card {
            Some(number) => a href={ "#r" (number) } { (name) },
            None => (name),
        }
    }
}

/// Returns a run's cells from its distance to its start. `data-v` is the value to sort by.
fn measured_cells(scores: &Scores, units: Units) -> Markup {
    let (view, basis) = (&scores.view, scores.basis);
    let distance = view.distance_m / units.metres();
    let unit = if units == Units::Miles { "mi" } else { "km" };
    html! {
        td data-v=(format_args!("{:.0}", view.distance_m)) { (format_args!("{distance:.1} {unit}")) }
        @for split in [&view.first_mile, &view.final_mile, &view.first_half, &view.second_half] {
            @let seconds = split.times.on(basis);
            td data-v=(format_args!("{seconds:.1}")) { (clock(seconds)) }
        }
        @for pct in [view.positive_split_pct(basis), view.judged_start_excess_pct(basis)] {
            td data-v=(format_args!("{pct:.3}")) { (signed(pct)) }
        }
    }
}

/// Returns the cell of a start's level, which is its class too.
fn level_cell(level: Option<Level>) -> Markup {
    let word = level.map_or("", Level::code);
    html! {
        td data-v=(level.map_or(-1, |level| level as i8)) class=(word) { (word) }
    }
}

/// Returns the cell of the chance of the wall, empty if it is unknown.
fn risk_cell(scores: &Scores) -> Markup {
    html! {
        @match &scores.risk {
            Some(risk) => td data-v=(format_args!("{:.4}", risk.risk.p)) { (Text(risk.range())) },
            None => td data-v="-1" {},
        }
    }
}

/// Returns a race's card: its verdict, its charts, its findings and what to do next time.
fn card(number: usize, row: &Row, scores: &Scores, style: &Style) -> Markup {
    let wall_from_m = found(row, "WALL-01")
        .and_then(|wall| wall.evidence.iter().find(|evidence| evidence.name == "wall_onset_m"))
        .map(|evidence| evidence.value);
    html! {
        article id={ "r" (number) } { "\n"
            h3 { (Text(row.title())) " " span { (row.day()) } } "\n"
            p.verdict { (Text(capital(&verdict(row, scores, style.units)))) "." } "\n"
            figure { (charts::pace(scores, style.units, wall_from_m)) } "\n"
            figure { (charts::to_even(scores)) } "\n"
            (timer_note(scores))
            (risk_figure(scores))
            (findings(row))
            (advice(row))
        } "\n"
    }
}

/// Returns how long the timer was stopped, and the split by timer time.
fn timer_note(scores: &Scores) -> Markup {
    let paused_s = scores.measured.paused_s;
    if !scores.measured.timer_known || paused_s < 1.0 {
        return html! {};
    }
    let timer_pct = scores.view.positive_split_pct(Basis::Timer);
    html! {
        p.small {
            "The timer stood for " (clock(paused_s)) ", the pale tops of the bars; by timer time the split is "
            (signed(timer_pct)) "."
        } "\n"
    }
}

/// Returns the chance of the wall on its scale.
fn risk_figure(scores: &Scores) -> Markup {
    let Some(risk) = &scores.risk else { return html! {} };
    html! {
        figure {
            (charts::risk(risk))
            figcaption {
                "Chance of the wall by half-way on its scale; the thin line is the same runner's from an even \
                 start."
            }
        } "\n"
    }
}

/// Returns a run's findings, each with its rule and its level.
fn findings(row: &Row) -> Markup {
    html! {
        ul.findings { "\n"
            @for finding in row.findings() {
                @let level = finding.level.code();
                li { b class=(level) { (finding.id) " " (level) } " " (Text(&finding.sentence)) } "\n"
            }
        } "\n"
    }
}

/// Returns the advice of the first finding that has one.
fn advice(row: &Row) -> Markup {
    let advice = row
        .findings()
        .iter()
        .filter(|finding| finding.level > Level::Info)
        .filter_map(|finding| crate::judge::find(finding.id))
        .map(|rule| rule.advice)
        .find(|advice| !advice.is_empty());
    html! {
        @if let Some(advice) = advice {
            p.advice { "Next time, the source advises: " (Text(advice)) } "\n"
        }
    }
}

/// Returns the head of a table that is not sorted.
fn plain_head(columns: [&str; 3]) -> Markup {
    html! {
        thead {
            tr {
                @for column in columns { th scope="col" { (column) } }
            }
        }
    }
}

/// Returns a row of such a table: a name, a word, and the reason.
fn plain_row(name: &str, word: &str, why: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (Text(name)) }
            td { (word) }
            td.why { (Text(why)) }
        }
    }
}

/// Returns the differences from the baseline, if there is one.
fn changes(report: &Report) -> Markup {
    let Some(changes) = &report.changes else { return html! {} };
    html! {
        section { "\n"
            h2 { "Against the baseline: " (change_counts(changes)) } "\n"
            @if !changes.is_empty() {
                div.wide {
                    table { "\n"
                        (plain_head(["run", "change", "what"])) "\n"
                        tbody { "\n"
                            @for change in changes {
                                (plain_row(&change.address, change.kind.names().0, &change.summary())) "\n"
                            }
                        } "\n"
                    }
                } "\n"
            }
        } "\n"
    }
}

/// Returns the table of files without scores, collapsed at first.
fn unscored(report: &Report) -> Markup {
    let rows: Vec<&Row> = report.rows.iter().filter(|row| row.status != Status::Scored).collect();
    if rows.is_empty() {
        return html! {};
    }
    html! {
        section { "\n"
            details {
                summary { "Not scored: " (rows.len()) } "\n"
                div.wide {
                    table { "\n"
                        (plain_head(["file", "status", "why"])) "\n"
                        tbody { "\n"
                            @for row in rows {
                                (plain_row(&row.address, row.status.code(), &row.detail)) "\n"
                            }
                        } "\n"
                    }
                } "\n"
            } "\n"
        } "\n"
    }
}

/// Returns the totals, and where the advice and the chances come from.
fn footer(report: &Report) -> Markup {
    let mut totals_line = String::new();
    totals(&mut totals_line, report, usize::MAX);
    html! {
        footer {
            p { (Text(totals_line.trim())) } "\n"
            p {
                "Advice is the source's, the article on running cramps that this program grew from. No chance \
                 of a cramp is ever given: no data set known to us records cramps. "
                code { "firstmile explain" } " says what each finding compares and where it comes from."
            }
        } "\n"
    }
}
