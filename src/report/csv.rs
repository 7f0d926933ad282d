//! CSV of the runs: the contract that spreadsheets and scripts rely on.
//!
//! UTF-8, one header row always, rows in path order, an empty cell for what is absent. Text that a spreadsheet would
//! take for a formula is guarded by an apostrophe.

use std::io::{self, Write};

use super::Report;
use super::columns::{COLUMNS, Cell};

/// Writes the runs table.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS.iter().map(|(name, _)| *name)).map_err(plain)?;
    for row in &report.rows {
        writer.write_record(COLUMNS.iter().map(|(_, cell)| field(cell(row)))).map_err(plain)?;
    }
    writer.flush()
}

/// The I/O error within a CSV one, kept whole.
pub(super) fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A cell as a field.
pub(super) fn field(cell: Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@']) => format!("'{text}"),
        Cell::Text(text) | Cell::Number(text) => text,
        Cell::Count(count) => count.to_string(),
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
