//! The table of races: one line for each, newest first, the latest ones and older ones that were
//! worse. Without a race it lists the training runs.
//!
//! On a narrow page the least important columns are left out.

use std::collections::BTreeSet;
use std::ptr;

use super::{Scored, TextPage, costliest};
use crate::escape::escape_controls;
use crate::formats::Style;
use crate::formats::layout::{line, paint_as, truncate_middle, width_of, wrap};
use crate::history::Kind;
use crate::judge::Level;
use crate::phrases::{clock, signed};
use crate::report::{Outcome, Row, Scores, Wall, in_effort, lost_s};

/// The greatest width of a name, columns, unless names would become equal.
const NAME_WIDTH: usize = 30;
/// The smallest width of a name on a narrow page, columns.
const LEAST_NAME_WIDTH: usize = 12;
/// The width of a day, columns: "22 Mar 2026".
pub(super) const DAY_WIDTH: usize = 11;
/// From this loss on, in seconds, the outcome of a run that slowed has it.
const WORTH_S: f64 = 30.0;
/// A column of the table other than day and name.
struct TextColumn {
    head: String,
    /// On a narrow page the columns of the lowest priority are left out first.
    priority: u8,
    cells: Vec<String>,
    left: bool,
}

impl TextColumn {
    /// Returns the width of its widest cell or head, columns.
    fn width(&self) -> usize {
        self.cells.iter().map(|cell| width_of(cell)).max().unwrap_or(0).max(width_of(&self.head))
    }

    /// Returns a cell or the head, padded to the column's width, columns.
    fn padded(&self, cell: &str, width: usize) -> String {
        let blanks = " ".repeat(width - width_of(cell));
        if self.left { format!("  {cell}{blanks}") } else { format!("  {blanks}{cell}") }
    }
}

impl TextPage<'_> {
    /// Appends the table of the races or, without one, of the training runs. With `-v` both, whole.
    pub(super) fn race_table(&self, text: &mut String) {
        if self.is_verbose() {
            for kind in [Kind::Race, Kind::Training] {
                let rows = self.report.scored(kind);
                self.table(text, &rows, rows.len(), 0);
            }
        } else {
            self.table(text, &self.runs(), self.style.last, self.style.top);
        }
    }

    /// Appends a table of the latest runs and of the worst ones among the others.
    fn table(&self, text: &mut String, by_date: &[Scored], latest: usize, worst: usize) {
        let Some((_, first)) = by_date.first() else { return };
        let title = if first.kind == Kind::Race { "RACE" } else { "TRAINING RUN" };
        let mut rows: Vec<Scored> = by_date.iter().rev().copied().collect();
        let older = rows.split_off(latest.min(rows.len()));
        let mut worse = worst_of(&older, worst);
        // The headline names the worst start, so it must be in the table.
        let worst_start = self.worst_start().filter(|_| worst > 0);
        let named = older.iter().find(|(row, _)| worst_start.is_some_and(|worst| ptr::eq(*row, worst)));
        if let Some(named) = named.filter(|named| worse.iter().all(|(row, _)| !ptr::eq(*row, named.0))) {
            worse.push(*named);
        }
        let split = rows.len();
        rows.extend(worse);
        let names: Vec<String> =
            rows.iter().map(|(row, _)| escape_controls(row.title_in(self.style.ascii))).collect();
        let mut columns = columns(&rows, self.style);
        let name_width = fit(&mut columns, &names, self.style);
        let unit = title.len().max(DAY_WIDTH + 2 + name_width);
        let widths: Vec<usize> = columns.iter().map(TextColumn::width).collect();
        let head: String =
            columns.iter().zip(&widths).map(|(column, width)| column.padded(&column.head, *width)).collect();
        line!(text, "\n{}", format!("{title:<unit$}{head}").trim_end());
        for (number, (row, scores)) in rows.iter().enumerate() {
            if number == split {
                line!(text, "{}", if split == 0 { "the worst" } else { "older, and worse" });
            }
            let name = truncate_middle(&names[number], name_width);
            let blanks = " ".repeat(unit - DAY_WIDTH - 2 - width_of(&name));
            let day = row.day_in_words();
            let cells: String = columns
                .iter()
                .zip(&widths)
                .map(|(column, width)| {
                    coloured(column, &column.padded(&column.cells[number], *width), row, scores, self.style)
                })
                .collect();
            line!(text, "{}", format!("{day:>DAY_WIDTH$}  {name}{blanks}{cells}").trim_end());
        }
        if rows.len() < by_date.len() {
            let left = by_date.len() - rows.len();
            line!(text, "and {left} more: --last N, --top N or -v lists them");
        }
        note(text, &rows, &columns, self.style);
    }
}

/// Returns the runs that lost most, worst first; none that lost nothing.
fn worst_of<'a>(rows: &[Scored<'a>], count: usize) -> Vec<Scored<'a>> {
    let is_bad = |(row, scores): &&Scored| {
        scores.start_level >= Some(Level::Warning) || Outcome::of(row) >= Some(Outcome::Slowed)
    };
    costliest(rows.iter().filter(is_bad).copied(), count)
}

/// Leaves out columns, then the details of outcomes, until the table fits the page. Returns the
/// width of the names, which is greater than usual where cutting would make two of them equal.
fn fit(columns: &mut Vec<TextColumn>, names: &[String], style: &Style) -> usize {
    let longest = names.iter().map(|name| width_of(name)).max().unwrap_or(0);
    let distinct: BTreeSet<&String> = names.iter().collect();
    let differ = |width: usize| {
        let cut: BTreeSet<String> = names.iter().map(|name| truncate_middle(name, width)).collect();
        cut.len() == distinct.len()
    };
    // Names that differ when cut to a width nearly always differ when cut to a greater one.
    let (mut width, mut enough) = (NAME_WIDTH.min(longest), longest);
    while width < enough {
        let middle = width.midpoint(enough);
        if differ(middle) { enough = middle } else { width = middle + 1 }
    }
    let room = style.width.unwrap_or(usize::MAX);
    let taken = |columns: &[TextColumn]| {
        DAY_WIDTH + 2 + columns.iter().map(|column| 2 + column.width()).sum::<usize>()
    };
    let least = width.min(LEAST_NAME_WIDTH);
    while taken(columns) + least > room
        && let Some(lowest) =
            columns.iter().map(|column| column.priority).min().filter(|priority| *priority < u8::MAX)
    {
        columns.retain(|column| column.priority > lowest);
    }
    if taken(columns) + least > room
        && let Some(outcome) = columns.last_mut()
    {
        for cell in &mut outcome.cells {
            cell.truncate(cell.find(',').unwrap_or(cell.len()));
        }
    }
    width.min(room.saturating_sub(taken(columns)).max(LEAST_NAME_WIDTH))
}

/// Returns the columns for some runs.
fn columns(rows: &[Scored], style: &Style) -> Vec<TextColumn> {
    let column = |head: &str, priority: u8, cell: &dyn Fn(&Row, &Scores) -> String| TextColumn {
        head: head.to_owned(),
        priority,
        cells: rows.iter().map(|(row, scores)| cell(row, scores)).collect(),
        left: false,
    };
    let pace = |pace: f64| style.units.pace(pace);
    let outcome = column("outcome", u8::MAX, &|row, scores| outcome(row, scores, style));
    vec![
        column("finish", u8::MAX, &|_, s| clock(s.finish_s())),
        column(&format!("per {}", style.units.short()), 3, &|_, s| pace(s.pace_s_per_m())),
        column("first mile", 1, &|_, s| pace(s.view.first_mile.pace_s_per_m(s.basis))),
        column("final mile", 1, &|_, s| pace(s.view.final_mile.pace_s_per_m(s.basis))),
        column("start", u8::MAX, &|_, s| {
            let pct = s.view.judged_start_excess_pct(s.basis);
            if s.start_judged { signed(pct) } else { "–".to_owned() }
        }),
        column("second half", 2, &|_, s| signed(s.view.positive_split_pct(s.basis))),
        TextColumn { left: true, ..outcome },
    ]
}

/// Returns a cell in the colour of what it says.
fn coloured(column: &TextColumn, cell: &str, row: &Row, scores: &Scores, style: &Style) -> String {
    let level = match column.head.as_str() {
        "start" => scores.start_level,
        "outcome" => Wall::of(row).map(|_| Level::Severe),
        _ => None,
    };
    level.map_or_else(|| cell.to_owned(), |level| paint_as(style, level, cell))
}

/// Returns how a run ended: "wall at mile 19, 47 min lost", and where its recording ends early.
pub(in crate::formats) fn outcome(row: &Row, scores: &Scores, style: &Style) -> String {
    let end = ending(row, scores, style);
    if !scores.is_unfinished() {
        return end;
    }
    let length = scores.view.distance_m / style.units.metres();
    format!("{end}; recorded to {length:.1} {}", style.units.short())
}

fn ending(row: &Row, scores: &Scores, style: &Style) -> String {
    let in_effort = in_effort(scores);
    let lost_s = lost_s(row, scores);
    let given_back = if lost_s >= WORTH_S && in_effort.is_empty() {
        format!(", {} given back", clock(lost_s))
    } else {
        String::new()
    };
    match (Outcome::of(row), Wall::of(row)) {
        (_, Some(wall)) => wall.in_words(style.units),
        (Some(Outcome::Wall | Outcome::Faded), _) => format!("faded{given_back}"),
        (Some(Outcome::Slowed), _) => format!("slowed{in_effort}{given_back}"),
        (Some(Outcome::Even), _) => format!("even{in_effort}"),
        (Some(Outcome::Negative), _) => format!("second half faster{in_effort}"),
        (None, _) => scores.session().unwrap_or_else(|| "walked".to_owned()),
    }
}

/// Appends a note on what the columns mean.
fn note(text: &mut String, rows: &[Scored], columns: &[TextColumn], style: &Style) {
    let hills = rows.iter().any(|(_, scores)| scores.view.gap_start_excess_pct(scores.basis).is_some());
    let bases: BTreeSet<&str> = rows.iter().map(|(_, scores)| scores.basis.code()).collect();
    let bases: Vec<&str> = bases.into_iter().collect();
    let hills = if hills { ", grade-adjusted where the altitude allows" } else { "" };
    let meanings = [
        ("start", format!("start: first quarter against the second, + is faster{hills}")),
        ("second half", "second half: against the first, + is slower".to_owned()),
        ("first mile", format!("first and final mile: pace per {}", style.units.short())),
        ("finish", format!("{} time", bases.join(" or "))),
    ];
    let is_shown = |head: &str| columns.iter().any(|column| column.head == head);
    let shown = meanings.into_iter().filter(|(head, _)| is_shown(head));
    let note: Vec<String> = shown.map(|(_, meaning)| meaning).collect();
    line!(text, "{}", wrap(&note.join("; "), 0, style.page_width()));
}
