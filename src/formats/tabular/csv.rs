//! CSV for spreadsheets and scripts: the runs (the contract), every split, or every finding.
//!
//! UTF-8, one header row always, rows in path order, an empty cell for what is absent. Text that a spreadsheet would
//! take for a formula is guarded by an apostrophe.

use std::io;
use std::io::Write;

use super::columns::{Cell, PLACE, rfc3339};
use crate::formats::{Style, Table};
use crate::report::Report;

/// Writes a table.
///
/// # Errors
///
/// What the writer says.
pub(in crate::formats) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let table = style.table;
    // Only the runs table has the report's own rows, so only there a row's place is found by its number.
    let places = if style.with_coordinates && table == Table::Runs { &PLACE[..] } else { &[] };
    let names = table.columns().into_iter().map(|(name, _)| name);
    writer.write_record(names.chain(places.iter().map(|(name, ..)| *name))).map_err(plain)?;
    for (at, cells) in table.rows(report).enumerate() {
        let places = places.iter().map(|(_, _, cell)| cell(&report.rows[at]));
        writer.write_record(cells.into_iter().chain(places).map(field)).map_err(plain)?;
    }
    writer.flush()
}

/// The I/O error within a CSV one, kept whole.
pub(in crate::formats) fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A cell as a field.
pub(in crate::formats) fn field(cell: Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        // A dash alone is standard input's name.
        Cell::Text(text) if text.len() > 1 && text.starts_with(['=', '+', '-', '@']) => format!("'{text}"),
        Cell::Text(text) | Cell::Number(text) => text,
        Cell::Count(count) => count.to_string(),
        Cell::Time(unix_s) => rfc3339(unix_s),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_and_numbers_are_not() {
        assert_eq!(field(Cell::Text("=HYPERLINK(1)".into())), "'=HYPERLINK(1)");
        assert_eq!(field(Cell::Number("-0.500".into())), "-0.500");
    }
}
