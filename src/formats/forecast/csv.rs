//! A forecast as CSV: one row for the half-way time that was asked for and each one beside it.
//! Seconds have 3 decimals.

use std::io;
use std::io::Write;

use super::ForecastSheet;
use crate::formats::tabular::columns::{Cell, or_empty, seconds};
use crate::formats::tabular::csv::{field, into_io_error};

/// Writes the rows.
///
/// `sex` is empty for both. `low_s` and `high_s` are the ends of the interval, `good_day_s` and
/// `bad_day_s` the median on a day of small positive splits and on one of great ones.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(sheet: &ForecastSheet, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let columns = std::iter::once("sex").chain(sheet.asked.named().map(|(name, _)| name));
    writer.write_record(columns).map_err(into_io_error)?;
    for row in &sheet.near {
        let sex = sheet.sex.map_or_else(String::new, |sex| sex.to_string());
        let cells =
            std::iter::once(Cell::Text(sex)).chain(row.named().map(|(_, time_s)| or_empty(seconds(time_s))));
        writer.write_record(cells.map(field)).map_err(into_io_error)?;
    }
    writer.flush()
}
