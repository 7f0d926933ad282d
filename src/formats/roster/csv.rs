//! A roster as CSV: one row for each athlete, in order of need.

use std::io;
use std::io::Write;

use crate::formats::tabular::csv::{field, into_io_error};
use crate::report::Roster;

/// Writes the rows.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(roster: &Roster, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for (number, line) in roster.lines.iter().enumerate() {
        let (names, cells): (Vec<&str>, Vec<String>) =
            super::json::fields(line).into_iter().map(|(name, cell)| (name, field(cell))).unzip();
        if number == 0 {
            writer.write_record(names).map_err(into_io_error)?;
        }
        writer.write_record(cells).map_err(into_io_error)?;
    }
    writer.flush()
}
