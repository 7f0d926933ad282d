//! The history as CSV: one row for each race and each long run, by date.

use std::io;
use std::io::Write;

use super::{LAST, OWN, Report, SHARED, cells, events};
use crate::formats::tabular::csv::{field, into_io_error};

/// Writes the races and long runs.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(SHARED.iter().chain(&OWN).chain(&LAST)).map_err(into_io_error)?;
    for event in events(report) {
        writer.write_record(cells(&event).into_iter().map(|(_, cell)| field(cell))).map_err(into_io_error)?;
    }
    writer.flush()
}
