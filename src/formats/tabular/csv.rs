//! CSV for spreadsheets and scripts: the runs, the splits, or the findings.
//!
//! The encoding is UTF-8. There is always one header row, rows are in path order, and absent values
//! are empty. Text that a spreadsheet would read as a formula starts with an apostrophe. `columns`
//! documents the columns of the runs.

use std::io;
use std::io::Write;

use super::columns::{Cell, START_COORDINATES, rfc3339};
use crate::formats::{Style, Table};
use crate::report::Report;

/// Writes the table that the style names.
///
/// # Errors
///
/// If writing fails.
pub(in crate::formats) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let table = style.table;
    // Only the runs table has one row for each row of the report, so only it can have coordinates.
    let coordinates =
        if style.with_coordinates && table == Table::Runs { &START_COORDINATES[..] } else { &[] };
    let names = table.columns().into_iter().map(|(name, _)| name);
    writer.write_record(names.chain(coordinates.iter().map(|(name, ..)| *name))).map_err(into_io_error)?;
    for (index, cells) in table.rows(report).enumerate() {
        let coordinates = coordinates.iter().map(|(_, _, cell)| cell(&report.rows[index]));
        writer.write_record(cells.into_iter().chain(coordinates).map(field)).map_err(into_io_error)?;
    }
    writer.flush()
}

/// Returns the I/O error inside a CSV error unchanged, so that a closed pipe can be recognised.
pub(in crate::formats) fn into_io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Returns a cell as a CSV field.
pub(in crate::formats) fn field(cell: Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => guarded(text),
        Cell::Number(text) => text,
        Cell::Count(count) => count.to_string(),
        Cell::Time(unix_s) => rfc3339(unix_s),
    }
}

/// Characters with which a spreadsheet's formula begins; it also reads their wide forms.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Returns a text in which no formula begins, neither at its start nor after a semicolon, which
/// separates cells in many languages.
fn guarded(text: String) -> String {
    // A single dash is the name of standard input.
    let starts = text.len() > 1 && text.starts_with(FORMULA);
    if !starts && !text.contains(';') {
        return text;
    }
    let mut guarded = String::with_capacity(text.len() + 2);
    let mut begins = starts;
    for character in text.chars() {
        if begins && FORMULA.contains(&character) {
            guarded.push('\'');
        }
        begins = character == ';' || (begins && character == ' ');
        guarded.push(character);
    }
    guarded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_get_an_apostrophe_and_numbers_do_not() {
        assert_eq!(field(Cell::Text("=HYPERLINK(1)".into())), "'=HYPERLINK(1)");
        assert_eq!(field(Cell::Number("-0.500".into())), "-0.500");
        assert_eq!(field(Cell::Text("＝HYPERLINK(1)".into())), "'＝HYPERLINK(1)");
        assert_eq!(field(Cell::Text("x; =HYPERLINK(1);y".into())), "x; '=HYPERLINK(1);y");
        assert_eq!(field(Cell::Text("START-01:note;WALL-01:severe".into())), "START-01:note;WALL-01:severe");
        assert_eq!(field(Cell::Text("-".into())), "-");
    }
}
