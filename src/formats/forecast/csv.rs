//! A forecast as CSV: one row for the half-way time that was asked for and each one beside it.
//! Seconds have 3 decimals.

use std::io;
use std::io::Write;

use super::ForecastSheet;
use crate::formats::tabular::columns::{Cell, or_empty, seconds};
use crate::formats::tabular::csv::{field, into_io_error};

/// The columns.
///
/// `sex` is empty for both. `low_s` and `high_s` are the ends of the interval, `good_day_s` and
/// `bad_day_s` the median on a day of small positive splits and on one of great ones.
const COLUMNS: [&str; 9] =
    ["sex", "half_s", "low_s", "p25_s", "median_s", "p75_s", "high_s", "good_day_s", "bad_day_s"];

/// Writes the rows.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(sheet: &ForecastSheet, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).map_err(into_io_error)?;
    for row in &sheet.near {
        let sex = sheet.sex.map_or_else(String::new, |sex| sex.to_string());
        let times = [
            row.half_s,
            row.low_s,
            row.p25_s,
            row.median_s,
            row.p75_s,
            row.high_s,
            row.good_day_s,
            row.bad_day_s,
        ];
        let cells = std::iter::once(Cell::Text(sex)).chain(times.map(|time| or_empty(seconds(time))));
        writer.write_record(cells.map(field)).map_err(into_io_error)?;
    }
    writer.flush()
}
