//! Two runs side by side as CSV: one row for every mile, then one for every kilometre. Metres have
//! 2 decimals, seconds 3.

use std::io;
use std::io::Write;

use crate::formats::tabular::columns::{Cell, metres, or_empty, seconds};
use crate::formats::tabular::csv::{field, into_io_error};
use crate::report::Versus;
use crate::units::Units;

/// The columns.
///
/// `unit` is `mile` or `km`, `mark_m` the mark on the scale that is compared. `a_s` and `b_s` are
/// the times of the two runs there, `gap_s` is B minus A.
const COLUMNS: [&str; 5] = ["unit", "mark_m", "a_s", "b_s", "gap_s"];

/// Writes the marks.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(versus: &Versus, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).map_err(into_io_error)?;
    for (unit, units) in [("mile", Units::Miles), ("km", Units::Kilometres)] {
        for gap in versus.gaps(units) {
            let [a_s, b_s] = gap.times_s;
            let cells = [
                Cell::Text(unit.to_owned()),
                or_empty(metres(gap.at_m)),
                or_empty(seconds(a_s)),
                or_empty(seconds(b_s)),
                or_empty(seconds(gap.gap_s())),
            ];
            writer.write_record(cells.map(field)).map_err(into_io_error)?;
        }
    }
    writer.flush()
}
