//! Races and long runs as CSV, by date.

use std::io;
use std::io::Write;

use super::{OWN, Report, SHARED, cells, events};
use crate::formats::tabular::csv::{field, plain};

/// Writes the events.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(SHARED.iter().chain(&OWN)).map_err(plain)?;
    for event in events(report) {
        writer.write_record(cells(&event).into_iter().map(|(_, cell)| field(cell))).map_err(plain)?;
    }
    writer.flush()
}
