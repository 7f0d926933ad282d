//! The history as text for the runner: races and years by course, trends, long runs by month,
//! payback.

use std::io;
use std::io::Write;

use super::{Event, Report, best, best_years, day_and_month, events, first_less_final_s_per_m};
use crate::escape::escape_controls;
use crate::formats::layout::{fitting, line, paint, to_ascii, truncate, width_of, wrap};
use crate::formats::{Style, layout};
use crate::history::{CourseTrend, DriftYear, Month, Year};
use crate::measure::{EFFORT_LENGTHS, Stretch};
use crate::phrases::{capital, clock, plural, signed, signed_clock};
use crate::report::{found, start_level};
use crate::units::MONTHS;

/// The greatest and the least width of a name, columns.
const NAME_WIDTH: usize = 30;
const LEAST_NAME_WIDTH: usize = 12;
/// The width of a year in a table of years, columns.
const YEAR_WIDTH: usize = 10;
/// The width of the table of long runs where there is room, columns.
const LONG_RUNS_WIDTH: usize = 92;
/// The least and the greatest width of a best effort with its day, columns.
const EFFORT_WIDTHS: (usize, usize) = (17, 20);

/// Writes the history.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let events = events(report);
    head(&mut text, report, &events, style);
    let table = RaceTable::of(&events, style);
    for trend in &report.trends.courses {
        course(&mut text, report, trend, &table);
    }
    off_course(&mut text, &events, &table);
    if events.iter().any(|event| event.row.is_race()) {
        line!(text, "  {}", wrap(&table.note(), 2, style.page_width()));
    }
    bests(&mut text, report, style);
    long_runs(&mut text, &report.trends.training.months(), style);
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
    let counts = match first.zip(last) {
        None => format!("No race and no long run among {} activities.", report.rows.len()),
        Some((first, last)) => format!(
            "{} and {}, {first}{}.",
            plural(races, "race", "races"),
            plural(long_runs, "long run", "long runs"),
            if first == last { String::new() } else { format!(" to {last}") }
        ),
    };
    line!(text, "{}", wrap(&counts, 0, style.page_width()));
    for trend in report.trends.courses.iter().filter(|trend| trend.points.len() > 1) {
        let starts = trend.start_direction().map_or_else(String::new, |starts| format!(" {starts}"));
        let sentence = format!("{}: {}{starts}", capital(trend.course.title()), trend.direction());
        line!(text, "{}", wrap(&sentence, 2, style.page_width()));
    }
}

/// Appends the races over a course, then the medians by year.
fn course(text: &mut String, report: &Report, trend: &CourseTrend, table: &RaceTable) {
    let title = trend.course.title().to_uppercase();
    table.heading(text, &title);
    let rows = trend.points.iter().filter_map(|point| {
        let row = report.rows.get(point.entry)?;
        Some(Event { row, scores: row.scores.as_ref()?, long_run: false })
    });
    for event in rows {
        table.race(text, &event);
    }
    let years: Vec<String> =
        trend.years().iter().map(|year| format!("{} {}", year.year, median_split(year))).collect();
    if years.len() > 1 {
        line!(text, "  by year, median split (races):");
        for some in years.chunks((table.style.page_width() - 2) / 18) {
            line!(text, "  {}", some.join("   "));
        }
    }
}

/// Appends the races that have no certified course.
fn off_course(text: &mut String, events: &[Event], table: &RaceTable) {
    let races: Vec<&Event> =
        events.iter().filter(|event| event.row.is_race() && event.scores.view.course.is_none()).collect();
    if races.is_empty() {
        return;
    }
    table.heading(text, "OTHER RACES");
    for event in races {
        table.race(text, event);
    }
}

/// The columns of a table of races between name and level: head, width, and priority on a narrow
/// page.
const COLUMNS: [(&str, usize, u8); 6] = [
    ("time", 8, u8::MAX),
    ("first mile", 10, 1),
    ("final mile", 10, 1),
    ("difference", 10, 2),
    ("split", 7, u8::MAX),
    ("start", 7, u8::MAX),
];
/// The width of a day, "22 Mar 2026", with the gap after it, columns.
const DAY_WIDTH: usize = 13;
/// The width of a level before the word on the wall, columns.
const LEVEL_WIDTH: usize = 9;
/// The word on the wall.
const WALL: &str = "wall";

/// The tables of races, all of one layout.
struct RaceTable<'a> {
    style: &'a Style,
    /// Which of the columns are shown.
    shown: [bool; COLUMNS.len()],
    name_width: usize,
}

impl<'a> RaceTable<'a> {
    /// Lays out the tables of some races: on a narrow page names are shorter, and columns left out.
    fn of(events: &[Event], style: &'a Style) -> Self {
        let marks = events.iter().filter(|event| event.row.is_race()).map(|event| {
            if hit_wall(event) {
                2 + LEVEL_WIDTH + WALL.len()
            } else {
                start_level(event.row).map_or(0, |level| 2 + level.code().len())
            }
        });
        let beside = DAY_WIDTH + marks.max().unwrap_or(0);
        let columns = COLUMNS.map(|(_, width, priority)| (2 + width, priority));
        let shown = fitting(columns, beside + LEAST_NAME_WIDTH, style);
        let taken: usize =
            columns.iter().zip(shown).filter(|(_, shown)| *shown).map(|((width, _), _)| width).sum();
        let room = style.width.map_or(NAME_WIDTH, |width| width.saturating_sub(beside + taken));
        Self { style, shown, name_width: room.clamp(LEAST_NAME_WIDTH, NAME_WIDTH) }
    }

    /// Returns the cells of the columns that are shown.
    fn cells(&self, cells: [&str; COLUMNS.len()]) -> String {
        let columns = COLUMNS.iter().zip(self.shown).zip(cells).filter(|((_, shown), _)| *shown);
        columns.map(|(((_, width, _), _), cell)| format!("  {cell:>width$}")).collect()
    }

    /// Appends the head of a table.
    fn heading(&self, text: &mut String, title: &str) {
        let heads = self.cells(COLUMNS.map(|(head, ..)| head));
        line!(text, "\n{title:<width$}{heads}", width = DAY_WIDTH + self.name_width);
    }

    /// Appends a race as a line.
    fn race(&self, text: &mut String, event: &Event) {
        let Event { row, scores, .. } = event;
        let (view, basis, units) = (&scores.view, scores.basis, self.style.units);
        let name = truncate(&escape_controls(row.title_in(self.style.ascii)), self.name_width);
        let pace = |stretch: &Stretch| units.pace(stretch.pace_s_per_m(basis));
        let wall = hit_wall(event);
        let level = start_level(row).map_or_else(String::new, |level| {
            let pad = LEVEL_WIDTH - level.code().len();
            format!("{}{}", paint(self.style, level), " ".repeat(if wall { pad } else { 0 }))
        });
        let mark = match (wall, level.is_empty()) {
            (false, _) => level,
            (true, false) => format!("{level}{WALL}"),
            (true, true) => format!("{}{WALL}", " ".repeat(LEVEL_WIDTH)),
        };
        let cells = self.cells([
            &clock(scores.finish_s()),
            &pace(&view.first_mile),
            &pace(&view.final_mile),
            &signed_clock(first_less_final_s_per_m(scores) * units.metres()),
            &signed(view.positive_split_pct(basis)),
            &signed(view.judged_start_excess_pct(basis)),
        ]);
        let blanks = " ".repeat(self.name_width - width_of(&name));
        let line = format!("{:>11}  {name}{blanks}{cells}  {mark}", row.day_in_words());
        line!(text, "{}", line.trim_end());
    }

    /// Returns what the columns that are shown mean.
    fn note(&self) -> String {
        let unit = self.style.units.short();
        let miles = match (self.shown[1], self.shown[3]) {
            (true, _) => format!("first and final mile, difference: pace per {unit}; "),
            (false, true) => format!("difference: first mile less final mile, pace per {unit}; "),
            (false, false) => String::new(),
        };
        format!(
            "{miles}split: second half against the first, + is slower; start: first quarter against the second, + is \
             faster"
        )
    }
}

/// Returns whether a race hit the wall.
fn hit_wall(event: &Event) -> bool {
    found(event.row, "WALL-01").is_some()
}

/// Appends the long runs, one line for each year. A month's cell is the slow starts of all, for
/// example "2/3". On a narrow page the months are closer to each other.
fn long_runs(text: &mut String, months: &[Month], style: &Style) {
    if months.is_empty() {
        return;
    }
    let cell = |month: &Month| format!("{}/{}", month.held_back, month.runs);
    let longest = months.iter().map(|month| cell(month).len()).max().unwrap_or(0).max(MONTHS[0].len());
    let (year_width, month_width) = if style.width.is_some_and(|width| width < LONG_RUNS_WIDTH) {
        ("2024".len(), 1 + longest)
    } else {
        (YEAR_WIDTH, 6)
    };
    let what = "LONG RUNS  first mile slower than the final one, of each month's";
    line!(text, "\n{}", wrap(what, 0, style.page_width()));
    let heads = MONTHS.map(|month| format!("{month:>month_width$}")).concat();
    line!(text, "{:<year_width$}{heads}  the year", "");
    for year in months.chunk_by(|a, b| a.year == b.year) {
        let cells: String = (1..=12)
            .map(|number| {
                let month = year.iter().find(|month| month.month == number);
                format!("{:>month_width$}", month.map_or_else(|| "–".to_owned(), cell))
            })
            .collect();
        line!(text, "{:<year_width$}{cells}  {}", year[0].year, year_share(year));
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
    let room = (style.page_width() - YEAR_WIDTH) / EFFORT_LENGTHS.len();
    let effort_width = room.clamp(EFFORT_WIDTHS.0, EFFORT_WIDTHS.1);
    let heads = EFFORT_LENGTHS.map(|(_, title, _)| format!("{title:>effort_width$}")).concat();
    // The title reaches into the room of the first column.
    let title = "BEST EFFORTS";
    line!(text, "\n{title}{}", heads.get(title.len() - YEAR_WIDTH..).unwrap_or(&heads));
    for year in best_years(bests) {
        let cells = EFFORT_LENGTHS.map(|(.., length_m)| match best(bests, year, length_m) {
            Some(best) => {
                let mark = if best.of_all { "*" } else { "" };
                let day = day_and_month(best.day);
                format!("{:>effort_width$}", format!("{mark}{}  {day:>6}", clock(best.effort.elapsed_s)))
            }
            None => format!("{:>effort_width$}", "–"),
        });
        line!(text, "{year:<YEAR_WIDTH$}{}", cells.concat());
    }
    let what = "The fastest stretch within any run of the year, by elapsed time, and its day; * is the fastest of all.";
    line!(text, "  {}", wrap(what, 2, style.page_width()));
}

/// Appends the findings about several runs, and what `payback_and_walls` does.
fn over_time(text: &mut String, report: &Report, style: &Style) {
    let mut told = String::new();
    for finding in &report.over_time {
        line!(told, "{}", layout::finding(style, finding, 2));
    }
    payback_and_walls(&mut told, report, style);
    if !told.is_empty() {
        text.push_str("\nOVER ALL YEARS\n");
        text.push_str(&told);
    }
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
    if let (Err(why), true) = (&report.trends.payback, report.summary.races > 0) {
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
