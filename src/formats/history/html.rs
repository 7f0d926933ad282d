//! The history as a page: the trends, the races of each course, the long runs by month.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::{Event, best, best_years, day_and_month, events, first_less_final_s_per_m, text};
use crate::formats::Style;
use crate::formats::html::sheet::{Sheet, SheetTable, unwrapped};
use crate::formats::text::outcome;
use crate::history::Year;
use crate::measure::EFFORT_LENGTHS;
use crate::phrases::{capital, clock, plural, signed, signed_clock};
use crate::report::{Report, start_level};
use crate::units::MONTHS;

/// Writes the page.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let events = events(report);
    let races = events.iter().filter(|event| event.row.is_race()).count();
    let mut head = String::new();
    text::head(&mut head, report, &events, style);
    let mut over_time = String::new();
    text::payback_and_walls(&mut over_time, report, style);
    let mut tables: Vec<SheetTable> = report
        .trends
        .courses
        .iter()
        .map(|trend| {
            let rows = trend.points.iter().rev().filter_map(|point| {
                let row = report.rows.get(point.entry)?;
                Some(Event { row, scores: row.scores.as_ref()?, long_run: false })
            });
            table(capital(trend.course.title()), rows, style)
        })
        .collect();
    let off_course = events
        .iter()
        .rev()
        .filter(|event| event.row.is_race() && event.scores.view.course.is_none())
        .copied();
    tables.push(table("Other races".to_owned(), off_course, style));
    tables.extend(median_splits(report));
    if !report.trends.bests.is_empty() {
        tables.push(best_efforts(report));
    }
    tables.push(long_runs(report));
    let findings = report.over_time.iter().map(|finding| finding.sentence.clone());
    let sheet = Sheet {
        headline: format!("The years: {}", plural(races, "race", "races")),
        sentences: std::iter::once(unwrapped(&head)).chain(findings).chain([unwrapped(&over_time)]).collect(),
        tables,
        footer: vec![format!(
            "First and final mile: pace per {}. Difference: first mile less final mile, + is a slower first mile. Second \
                 half: against the first, + is slower. Start: first quarter against the second, + is faster.",
            style.units.short()
        )],
    };
    sheet.write(style, out)
}

/// Returns a table of races.
fn table<'a>(title: String, events: impl Iterator<Item = Event<'a>>, style: &Style) -> SheetTable<'static> {
    let units = style.units;
    let row = |event: Event| {
        let Event { row, scores, .. } = event;
        let (view, basis) = (&scores.view, scores.basis);
        let level = start_level(row).map_or_else(String::new, |level| format!(", {level}"));
        vec![
            row.title().to_owned(),
            row.day_in_words(),
            clock(scores.finish_s()),
            units.pace(view.first_mile.pace_s_per_m(basis)),
            units.pace(view.final_mile.pace_s_per_m(basis)),
            signed_clock(first_less_final_s_per_m(scores) * units.metres()),
            format!("{}{level}", signed(view.judged_start_excess_pct(basis))),
            signed(view.positive_split_pct(basis)),
            outcome(row, scores, style),
        ]
    };
    SheetTable {
        title,
        heads: vec![
            "race",
            "date",
            "finish",
            "first mile",
            "final mile",
            "difference",
            "start",
            "second half",
            "outcome",
        ],
        rows: events.map(row).collect(),
    }
}

/// Returns the median split of each year's races by course; `None` without a course of two years.
fn median_splits(report: &Report) -> Option<SheetTable<'_>> {
    let courses: Vec<_> =
        report.trends.courses.iter().map(|trend| (trend.course.title(), trend.years())).collect();
    let some = courses.iter().any(|(_, years)| years.len() > 1);
    let all: BTreeSet<i64> = courses.iter().flat_map(|(_, years)| years).map(|year| year.year).collect();
    let cell = |years: &[Year], of: i64| {
        let year = years.iter().find(|year| year.year == of);
        year.map_or_else(|| "–".to_owned(), text::median_split)
    };
    let row = |of: &i64| {
        std::iter::once(of.to_string()).chain(courses.iter().map(|(_, years)| cell(years, *of))).collect()
    };
    some.then(|| SheetTable {
        title: "Median split of each year (races)".to_owned(),
        heads: std::iter::once("year").chain(courses.iter().map(|(course, _)| *course)).collect(),
        rows: all.iter().rev().map(row).collect(),
    })
}

/// Returns the best efforts of each year, with the run that each is from.
fn best_efforts(report: &Report) -> SheetTable<'_> {
    let bests = &report.trends.bests;
    let rows = best_years(bests).into_iter().rev().map(|year| {
        let cell = |length_m: f64| {
            let best = best(bests, year, length_m)?;
            let mark = if best.of_all { "*" } else { "" };
            Some(format!("{mark}{}, {}", clock(best.effort.elapsed_s), day_and_month(best.day)))
        };
        let cells = EFFORT_LENGTHS.map(|(.., length_m)| cell(length_m).unwrap_or_else(|| "–".to_owned()));
        std::iter::once(year.to_string()).chain(cells).collect()
    });
    SheetTable {
        title: "Best efforts of each year: the fastest stretch within any run, by elapsed time; * is the fastest of all".to_owned(),
        heads: std::iter::once("year").chain(EFFORT_LENGTHS.map(|(_, title, _)| title)).collect(),
        rows: rows.collect(),
    }
}

/// Returns the long runs of each year by month: how many began slower than they ended, of all.
fn long_runs(report: &Report) -> SheetTable<'static> {
    let months = report.trends.training.months();
    let rows = months.chunk_by(|a, b| a.year == b.year).rev().map(|year| {
        let month = |number: u8| match year.iter().find(|month| month.month == number) {
            Some(month) => format!("{}/{}", month.held_back, month.runs),
            None => "–".to_owned(),
        };
        let months = (1..=12).map(month).chain([text::year_share(year)]);
        std::iter::once(year[0].year.to_string()).chain(months).collect()
    });
    SheetTable {
        title: "Long runs whose first mile was slower than the final one, of each month's".to_owned(),
        heads: std::iter::once("year").chain(MONTHS).chain(["the year"]).collect(),
        rows: rows.collect(),
    }
}
