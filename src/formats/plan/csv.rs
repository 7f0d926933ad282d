//! A plan's targets as CSV: one row for every mile, then one for every kilometre. Metres have 2
//! decimals, seconds 3.

use std::io;
use std::io::Write;

use super::PlanSheet;
use crate::formats::tabular::columns::{Cell, metres, or_empty, seconds};
use crate::formats::tabular::csv::{field, into_io_error};
use crate::plan::Target;

/// The columns.
///
/// `unit` is `mile` or `km`. `distance_m` is the split's length, `end_m` its end from the start.
/// `split_s` is the time for the split, `elapsed_s` the time on the watch at its end. `level_m` is
/// the length on level ground that costs as much energy; empty without a course profile.
const COLUMNS: [&str; 7] = ["unit", "index", "distance_m", "end_m", "split_s", "elapsed_s", "level_m"];

/// Writes the targets.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(sheet: &PlanSheet, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).map_err(into_io_error)?;
    for (unit, targets) in [("mile", &sheet.plan.mile), ("km", &sheet.plan.km)] {
        for target in targets {
            writer.write_record(cells(unit, target).map(field)).map_err(into_io_error)?;
        }
    }
    writer.flush()
}

/// Returns the cells of a target.
fn cells(unit: &str, target: &Target) -> [Cell; 7] {
    [
        Cell::Text(unit.to_owned()),
        Cell::Count(target.index),
        or_empty(metres(target.distance_m)),
        or_empty(metres(target.end_m)),
        or_empty(seconds(target.split_s)),
        or_empty(seconds(target.elapsed_s)),
        or_empty(target.level_m.and_then(metres)),
    ]
}
