//! A plan's targets as CSV: every mile, then every kilometre.

use std::io;
use std::io::Write;

use super::PlanSheet;
use crate::formats::tabular::columns::{Cell, metres, seconds};
use crate::formats::tabular::csv::{field, plain};
use crate::plan::Target;

const COLUMNS: [&str; 7] = ["unit", "index", "distance_m", "end_m", "split_s", "elapsed_s", "level_m"];

/// Writes the targets.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(sheet: &PlanSheet, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).map_err(plain)?;
    for (unit, targets) in [("mile", &sheet.plan.mile), ("km", &sheet.plan.km)] {
        for target in targets {
            writer.write_record(cells(unit, target).map(field)).map_err(plain)?;
        }
    }
    writer.flush()
}

fn cells(unit: &str, target: &Target) -> [Cell; 7] {
    let maybe = |cell: Option<Cell>| cell.unwrap_or(Cell::Empty);
    [
        Cell::Text(unit.to_owned()),
        Cell::Count(target.index),
        maybe(metres(target.distance_m)),
        maybe(metres(target.end_m)),
        maybe(seconds(target.split_s)),
        maybe(seconds(target.elapsed_s)),
        maybe(target.level_m.and_then(metres)),
    ]
}
