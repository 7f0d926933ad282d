//! The history as text for the runner: races and years by course, trends, long runs by month,
//! payback.

use std::io;
use std::io::Write;

use super::{Event, Report, best, best_years, day_and_month, events, first_less_final_s_per_m};
use crate::escape::escape_controls;
use crate::formats::layout::{line, paint, to_ascii, truncate, width_of, wrap};
use crate::formats::{Style, layout};
use crate::history::{CourseTrend, DriftYear, Month, Year};
use crate::measure::{EFFORT_LENGTHS, Stretch};
use crate::phrases::{capital, clock, plural, signed, signed_clock};
use crate::report::{found, start_level};
use crate::units::MONTHS;

/// The greatest width of a name, columns.
const NAME_WIDTH: usize = 30;
/// The width of a day, columns: "22 Mar 2026".
const DAY_WIDTH: usize = 11;
/// The width of a year in a table of years, columns.
const YEAR_WIDTH: usize = 10;

/// Writes the history.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let events = events(report);
    head(&mut text, report, &events, style);
    for trend in &report.trends.courses {
        course(&mut text, report, trend, style);
    }
    off_course(&mut text, &events, style);
    if events.iter().any(|event| event.row.is_race()) {
        let what = format!(
            "first and final mile, difference: pace per {}; split: second half against the first, + is slower; start: \
             first quarter against the second, + is faster",
            style.units.short()
        );
        line!(text, "  {}", wrap(&what, 2, style.page_width()));
    }
    bests(&mut text, report, style);
    long_runs(&mut text, &report.trends.training.months());
    over_time(&mut text, report, style);
    layout::totals(&mut text, report, style.page_width());
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Appends the counts, then the trend of each course with more than one race.
pub(super) fn head(text: &mut String, report: &Report, events: &[Event], style: &Style) {
    let races = events.iter().filter(|event| event.row.is_race()).count();
    let long_runs = report.trends.training.long_runs.len();
    let (first, last) = (
        events.first().map(|event| event.row.day_in_words()),
        events.last().map(|event| event.row.day_in_words()),
    );
    match first.zip(last) {
        None => line!(text, "No race and no long run among {} activities.", report.rows.len()),
        Some((first, last)) => line!(
            text,
            "{} and {}, {first}{}.",
            plural(races, "race", "races"),
            plural(long_runs, "long run", "long runs"),
            if first == last { String::new() } else { format!(" to {last}") }
        ),
    }
    for trend in report.trends.courses.iter().filter(|trend| trend.points.len() > 1) {
        let starts = trend.start_direction().map_or_else(String::new, |starts| format!(" {starts}"));
        let sentence = format!("{}: {}{starts}", capital(trend.course.title()), trend.direction());
        line!(text, "{}", wrap(&sentence, 2, style.page_width()));
    }
}

/// Appends the races over a course, then the medians by year.
fn course(text: &mut String, report: &Report, trend: &CourseTrend, style: &Style) {
    let title = trend.course.title().to_uppercase();
    heading(text, &title);
    let rows = trend.points.iter().filter_map(|point| {
        let row = report.rows.get(point.entry)?;
        Some(Event { row, scores: row.scores.as_ref()?, long_run: false })
    });
    for event in rows {
        race(text, &event, style);
    }
    let years: Vec<String> =
        trend.years().iter().map(|year| format!("{} {}", year.year, median_split(year))).collect();
    if years.len() > 1 {
        line!(text, "  by year, median split (races):");
        for some in years.chunks((style.page_width() - 2) / 18) {
            line!(text, "  {}", some.join("   "));
        }
    }
}

/// Appends the races that have no certified course.
fn off_course(text: &mut String, events: &[Event], style: &Style) {
    let races: Vec<&Event> =
        events.iter().filter(|event| event.row.is_race() && event.scores.view.course.is_none()).collect();
    if races.is_empty() {
        return;
    }
    heading(text, "OTHER RACES");
    for event in races {
        race(text, event, style);
    }
}

/// Appends the head of a table of races.
fn heading(text: &mut String, title: &str) {
    line!(
        text,
        "\n{:<width$}  {:>8}  {:>10}  {:>10}  {:>10}  {:>7}  {:>7}",
        title,
        "time",
        "first mile",
        "final mile",
        "difference",
        "split",
        "start",
        width = DAY_WIDTH + 2 + NAME_WIDTH
    );
}

/// Appends a race as a line of such a table.
fn race(text: &mut String, event: &Event, style: &Style) {
    let Event { row, scores, .. } = event;
    let (view, basis) = (&scores.view, scores.basis);
    let name = truncate(&escape_controls(row.title()), NAME_WIDTH);
    let pace = |stretch: &Stretch| style.units.pace(stretch.pace_s_per_m(basis));
    let wall = found(row, "WALL-01").is_some();
    let level = start_level(row).map(|level| {
        let pad = if wall { " ".repeat(9 - level.code().len()) } else { String::new() };
        format!("  {}{pad}", paint(style, level))
    });
    let hit = match (wall, &level) {
        (false, _) => "",
        (true, Some(_)) => "the wall",
        (true, None) => "           the wall",
    };
    line!(
        text,
        "{:>DAY_WIDTH$}  {name}{}  {:>8}  {:>10}  {:>10}  {:>10}  {:>7}  {:>7}{}{hit}",
        row.day_in_words(),
        " ".repeat(NAME_WIDTH - width_of(&name)),
        clock(scores.finish_s()),
        pace(&view.first_mile),
        pace(&view.final_mile),
        signed_clock(first_less_final_s_per_m(scores) * style.units.metres()),
        signed(view.positive_split_pct(basis)),
        signed(view.judged_start_excess_pct(basis)),
        level.unwrap_or_default(),
    );
}

/// Appends the long runs, one line for each year. A month's cell is the slow starts of all, for
/// example "2/3".
fn long_runs(text: &mut String, months: &[Month]) {
    if months.is_empty() {
        return;
    }
    line!(text, "\nLONG RUNS  first mile slower than the final one, of each month's");
    line!(text, "{:<10}{}  the year", "", MONTHS.map(|month| format!("{month:>6}")).concat());
    for year in months.chunk_by(|a, b| a.year == b.year) {
        let cells: String = (1..=12)
            .map(|number| match year.iter().find(|month| month.month == number) {
                Some(month) => format!("{:>6}", format!("{}/{}", month.held_back, month.runs)),
                None => format!("{:>6}", "–"),
            })
            .collect();
        line!(text, "{:<10}{cells}  {}", year[0].year, year_share(year));
    }
}

/// Returns the share of a year's long runs that began slowly: "33 %".
pub(super) fn year_share(year: &[Month]) -> String {
    let (held_back, runs) =
        year.iter().fold((0, 0), |(held, runs), month| (held + month.held_back, runs + month.runs));
    format!("{:.0} %", 100.0 * held_back as f64 / runs as f64)
}

/// Returns the median split of a year's races and their number: "+9.9 % (2)".
pub(super) fn median_split(year: &Year) -> String {
    format!("{} ({})", signed(year.median_split_pct), year.races)
}

/// Appends the best efforts of each year, and the day of the run that each is from.
fn bests(text: &mut String, report: &Report, style: &Style) {
    let bests = &report.trends.bests;
    if bests.is_empty() {
        return;
    }
    let heads = EFFORT_LENGTHS.map(|(_, title, _)| format!("{title:>20}")).concat();
    // The title reaches into the room of the first column.
    let title = "BEST EFFORTS";
    line!(text, "\n{title}{}", heads.get(title.len() - YEAR_WIDTH..).unwrap_or(&heads));
    for year in best_years(bests) {
        let cells = EFFORT_LENGTHS.map(|(.., length_m)| match best(bests, year, length_m) {
            Some(best) => {
                let mark = if best.of_all { "*" } else { "" };
                let day = day_and_month(best.day);
                format!("{:>20}", format!("{mark}{}  {day:>6}", clock(best.effort.elapsed_s)))
            }
            None => format!("{:>20}", "–"),
        });
        line!(text, "{year:<YEAR_WIDTH$}{}", cells.concat());
    }
    let what = "The fastest stretch within any run of the year, by elapsed time, and its day; * is the fastest of all.";
    line!(text, "  {}", wrap(what, 2, style.page_width()));
}

/// Appends the findings about several runs, and what `payback_and_walls` does.
fn over_time(text: &mut String, report: &Report, style: &Style) {
    line!(text, "\nOVER ALL YEARS");
    for finding in &report.over_time {
        line!(text, "{}", layout::finding(style, finding, 2));
    }
    payback_and_walls(text, report, style);
}

/// Appends the drift of each year, why there is no payback, and how often the wall was hit.
pub(super) fn payback_and_walls(text: &mut String, report: &Report, style: &Style) {
    let drifts = &report.trends.drifts;
    if !drifts.is_empty() {
        let year = |year: &DriftYear| format!("{} {} ({})", year.year, signed(year.median_pct), year.runs);
        let years: Vec<String> = drifts.iter().map(year).collect();
        let sentence = format!(
            "Heart-rate drift of steady runs (DRIFT-02), median by year (runs): {}.",
            years.join(", ")
        );
        line!(text, "  {}", wrap(&sentence, 2, style.page_width()));
    }
    if let Err(why) = &report.trends.payback {
        line!(
            text,
            "  {}",
            wrap(&format!("Your own payback (PAY-01) is not told: {why}."), 2, style.page_width())
        );
    }
    let wall = |event: &Event| found(event.row, "WALL-01").is_some();
    let marathons: Vec<Event> = events(report)
        .into_iter()
        .filter(|event| event.row.is_race() && event.scores.view.marathon)
        .collect();
    if marathons.iter().any(wall) {
        line!(
            text,
            "  Hit the wall in {} of {}.",
            marathons.iter().filter(|event| wall(event)).count(),
            plural(marathons.len(), "marathon", "marathons")
        );
    }
}
