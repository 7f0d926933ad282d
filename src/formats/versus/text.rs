//! Two runs side by side as text: the answer, a table, and the gap at every mark.

use std::io;
use std::io::Write;

use super::words::{GAP_SO_FAR, Names, answer, heart_rows, line_of, mark_row, notes, rows};
use crate::escape::escape_controls;
use crate::formats::Style;
use crate::formats::layout::{line, to_ascii, truncate_middle, width_of, wrap};
use crate::report::Versus;
use crate::units::Units;

/// The greatest width of a run's short name, columns.
const NAME_WIDTH: usize = 18;
/// The greatest and the least length of a bar to either side, columns.
const BAR: usize = 20;
const LEAST_BAR: usize = 6;

/// Writes the comparison.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(versus: &Versus, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let names = Names::of(versus);
    let width = style.page_width();
    let mut text = String::new();
    line!(text, "{}\n", wrap(&escape_controls(&answer(versus, &names, style.units)), 0, width));
    let short = names.short.each_ref().map(|name| truncate_middle(&escape_controls(name), NAME_WIDTH));
    for (side, name) in short.iter().enumerate() {
        let row = &versus.rows[side];
        let about = format!("{name}: {} · {}", line_of(versus, side, style.ascii), row.address());
        line!(text, "{}", wrap(&escape_controls(&about), 2, width));
    }
    let head = [String::new(), short[0].clone(), short[1].clone(), "gap".to_owned()];
    text.push('\n');
    let mut table = rows(versus, style.units);
    table.extend(heart_rows(versus));
    for cells in std::iter::once(&head).chain(&table) {
        line!(
            text,
            "{}{}{}{}",
            padded(&cells[0], -20),
            padded(&cells[1], 19),
            padded(&cells[2], 19),
            padded(&cells[3], 10)
        );
    }
    curve(&mut text, versus, style, &short);
    text.push('\n');
    for note in notes(versus, &names, style.units) {
        line!(text, "{}", wrap(&escape_controls(&note), 0, width));
    }
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Appends the gap at every mark, with a bar to the left where B is ahead and to the right where
/// it is behind.
fn curve(text: &mut String, versus: &Versus, style: &Style, short: &[String; 2]) {
    let units = style.units;
    let gaps = versus.gaps(units);
    let most_s = gaps.iter().map(|gap| gap.gap_s().abs()).fold(1.0, f64::max);
    let word = if units == Units::Miles { "mile" } else { "km" };
    let head = [word.to_owned(), short[0].clone(), short[1].clone(), GAP_SO_FAR.to_owned()];
    // Beside the bars: the columns of a mark, a gap, and the axis.
    let room = style.width.map_or(BAR, |width| width.saturating_sub(width_of(&row(&head)) + 3) / 2);
    let most = room.clamp(LEAST_BAR, BAR);
    let ahead = format!("{} ahead", short[1]);
    let ahead = if width_of(&ahead) > most { "ahead" } else { &ahead };
    line!(text, "\n{}  {}|{}", row(&head), padded(ahead, most.cast_signed()), "behind");
    for gap in &gaps {
        let columns = (gap.gap_s().abs() / most_s * most as f64).round() as usize;
        let bar = if style.ascii { "#" } else { "▇" }.repeat(columns);
        let (left, right) = if gap.gap_s() < 0.0 { (bar, String::new()) } else { (String::new(), bar) };
        line!(text, "{}  {}|{right}", row(&mark_row(gap, units)), padded(&left, most.cast_signed()));
    }
}

/// Returns the cells of a mark in their columns.
fn row(cells: &[String; 4]) -> String {
    let [mark, a, b, gap] = cells;
    format!("{}{}{}{}", padded(mark, 6), padded(a, 20), padded(b, 20), padded(gap, 12))
}

/// Pads a text to a width, on its left; on its right for a width below zero.
fn padded(text: &str, width: isize) -> String {
    let spaces = " ".repeat(width.unsigned_abs().saturating_sub(width_of(text)));
    if width < 0 { format!("{text}{spaces}") } else { format!("{spaces}{text}") }
}
