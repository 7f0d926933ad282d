//! A field of runners as CSV: one row for each runner, in order of finish.

use std::io;
use std::io::Write;

use super::{FieldReport, fields};
use crate::formats::tabular::csv::{field, into_io_error};

/// Writes the rows.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &FieldReport, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for (number, (runner, row, scores)) in report.runners().into_iter().enumerate() {
        let (names, cells): (Vec<&str>, Vec<String>) =
            fields(runner, row, scores).into_iter().map(|(name, cell)| (name, field(cell))).unzip();
        if number == 0 {
            writer.write_record(names).map_err(into_io_error)?;
        }
        writer.write_record(cells).map_err(into_io_error)?;
    }
    writer.flush()
}
