//! The table of runs in the text report: one line for each run, by date.
//!
//! On a narrow page the least important columns are left out.

use crate::escape::escape_controls;
use crate::formats::Style;
use crate::formats::layout::{line, paint, truncate, width_of, wrap};
use crate::judge::WallRisk;
use crate::measure::Stretch;
use crate::phrases::{clock, signed};
use crate::report::{Row, Scores, start_level};
use crate::units::Units;

/// The greatest width of a name, columns.
const NAME_WIDTH: usize = 30;
/// The smallest width of a name on a narrow page, columns.
const LEAST_NAME_WIDTH: usize = 12;
/// The width of a day, columns.
const DAY_WIDTH: usize = 10;
/// The width of a level, columns: the widest word and a space.
const LEVEL_WIDTH: usize = 9;

/// A column of the table other than day, name and level.
struct TextColumn {
    head: &'static str,
    /// On a narrow page the columns of the lowest priority are left out first.
    priority: u8,
    cells: Vec<String>,
}

impl TextColumn {
    /// Returns the width of its widest cell or head, columns.
    fn width(&self) -> usize {
        self.cells.iter().map(|cell| width_of(cell)).max().unwrap_or(0).max(self.head.len())
    }
}

/// Appends the last `shown` of some scored runs under a title.
pub(in crate::formats) fn write(
    text: &mut String,
    title: &str,
    rows: &[(&Row, &Scores)],
    shown: usize,
    style: &Style,
) {
    let first = rows.len() - shown;
    let listed = &rows[first..];
    let names: Vec<String> = listed.iter().map(|(row, _)| escape_controls(row.title())).collect();
    let longest = names.iter().map(|name| width_of(name)).max().unwrap_or(0).min(NAME_WIDTH);
    let levels: Vec<String> = listed.iter().map(|(row, _)| level(row, style)).collect();
    let mut columns = columns(listed, style);
    let taken = |columns: &[TextColumn]| {
        DAY_WIDTH + 2 + LEVEL_WIDTH + columns.iter().map(|column| 2 + column.width()).sum::<usize>()
    };
    let room = style.width.unwrap_or(usize::MAX);
    while taken(&columns) + 2 + longest.min(LEAST_NAME_WIDTH) > room
        && let Some(least) =
            columns.iter().map(|column| column.priority).min().filter(|priority| *priority < u8::MAX)
    {
        columns.retain(|column| column.priority > least);
    }
    let name_width = longest.min(room.saturating_sub(taken(&columns) + 2).max(LEAST_NAME_WIDTH));
    let padded =
        |column: &TextColumn, cell: &str| format!("  {}{cell}", " ".repeat(column.width() - width_of(cell)));
    // The level is after the start, and the risk of the wall after the level.
    let after_level = |column: &TextColumn| column.head == RISK;
    let mut head = format!("{title:<width$}", width = DAY_WIDTH + 2 + name_width);
    columns
        .iter()
        .filter(|column| !after_level(column))
        .for_each(|column| head += &padded(column, column.head));
    for column in columns.iter().filter(|column| after_level(column)) {
        head += &format!("  {}{}", " ".repeat(LEVEL_WIDTH), padded(column, column.head).trim_start());
    }
    line!(text, "\n{head}");
    for (number, (row, _)) in listed.iter().enumerate() {
        let name = truncate(&names[number], name_width);
        let mut cells =
            format!("{:<DAY_WIDTH$}  {name}{}", row.day(), " ".repeat(name_width - width_of(&name)));
        columns
            .iter()
            .filter(|column| !after_level(column))
            .for_each(|column| cells += &padded(column, &column.cells[number]));
        cells += &format!("  {}", levels[number]);
        for column in columns.iter().filter(|column| after_level(column)) {
            cells += &column.cells[number];
        }
        line!(text, "{}", cells.trim_end());
    }
    if first > 0 {
        line!(text, "{:<10}  and {first} earlier ones: -v shows them, --format csv has all", "");
    }
    note(text, rows, style);
}

/// The head of the only column after the level.
const RISK: &str = "risk of the wall";

/// Returns the columns for some runs, without those that would be empty.
fn columns(rows: &[(&Row, &Scores)], style: &Style) -> Vec<TextColumn> {
    let column = |head: &'static str, priority: u8, cell: &dyn Fn(&Scores) -> String| TextColumn {
        head,
        priority,
        cells: rows.iter().map(|(_, scores)| cell(scores)).collect(),
    };
    let time = |scores: &Scores, stretch: &Stretch| clock(stretch.times.on(scores.basis));
    let unit = if style.units == Units::Miles { "mi" } else { "km" };
    let mut columns = vec![
        column("distance", 2, &|s| format!("{:.1} {unit}", s.view.distance_m / style.units.metres())),
        column("first mile", u8::MAX, &|s| time(s, &s.view.first_mile)),
        column("final mile", u8::MAX, &|s| time(s, &s.view.final_mile)),
        column("halves", 1, &|s| {
            format!("{} / {}", time(s, &s.view.first_half), time(s, &s.view.second_half))
        }),
        column("split", u8::MAX, &|s| signed(s.view.positive_split_pct(s.basis))),
        column("start", u8::MAX, &|s| signed(s.view.judged_start_excess_pct(s.basis))),
    ];
    if rows.iter().any(|(_, scores)| scores.risk.is_some()) {
        columns.push(column(RISK, 0, &|s| s.risk.as_ref().map(risk).unwrap_or_default()));
    }
    columns
}

/// Appends a note on what the columns mean.
fn note(text: &mut String, rows: &[(&Row, &Scores)], style: &Style) {
    let hills = rows.iter().any(|(_, scores)| scores.view.gap_start_excess_pct(scores.basis).is_some());
    let bases: std::collections::BTreeSet<&str> =
        rows.iter().map(|(_, scores)| scores.basis.code()).collect();
    let bases: Vec<&str> = bases.into_iter().collect();
    let note = format!(
        "times: {}; split: second half against the first, + is slower; start: first quarter against the second, + is \
         faster{}",
        bases.join(" or "),
        if hills { ", grade-adjusted where the altitude allows" } else { "" }
    );
    line!(text, "{:<10}  {}", "", wrap(&note, 12, style.page_width()));
}

/// Returns the level of the start, padded to the width of the widest.
fn level(row: &Row, style: &Style) -> String {
    match start_level(row) {
        Some(level) => {
            format!("{}{}", paint(style, level), " ".repeat(LEVEL_WIDTH.saturating_sub(level.code().len())))
        }
        None => " ".repeat(LEVEL_WIDTH),
    }
}

/// Returns the chance of the wall as "20–33 of 100".
fn risk(risk: &WallRisk) -> String {
    format!("{:>12}", risk.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_widest_cell() {
        let column =
            TextColumn {
                head: "split", priority: 0, cells: vec!["+28.9 %".into(), "日曜日曜日".into()]
            };
        assert_eq!(column.width(), 10);
    }
}
