//! CSV for spreadsheets and scripts: the runs (the contract), every split, or every finding.
//!
//! UTF-8, one header row always, rows in path order, an empty cell for what is absent. Text that a spreadsheet would
//! take for a formula is guarded by an apostrophe.

use std::io::{self, Write};

use super::columns::{COLUMNS, Cell, fixed, maybe, metres, named, seconds, text};
use super::{Report, Row, Table};
use crate::judge::Finding;
use crate::measure::Split;

/// Writes a table.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(report: &Report, table: Table, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let mut record = |cells: Vec<Cell>| writer.write_record(cells.into_iter().map(field)).map_err(plain);
    let head = |names: &[&str]| names.iter().map(|name| Cell::Text((*name).to_owned())).collect();
    match table {
        Table::Runs => {
            record(head(&COLUMNS.map(|(name, _)| name)))?;
            for row in &report.rows {
                record(COLUMNS.iter().map(|(_, cell)| cell(row)).collect())?;
            }
        }
        Table::Splits => {
            record(head(&SPLITS))?;
            for row in &report.rows {
                splits(row).into_iter().try_for_each(&mut record)?;
            }
        }
        Table::Findings => {
            record(head(&FINDINGS))?;
            for row in &report.rows {
                row.findings().iter().map(|finding| told(Some(row), finding)).try_for_each(&mut record)?;
            }
            report.over_time.iter().map(|finding| told(None, finding)).try_for_each(&mut record)?;
        }
    }
    writer.flush()
}

const SPLITS: [&str; 11] = [
    "path",
    "member",
    "activity",
    "unit",
    "index",
    "distance_m",
    "end_m",
    "elapsed_s",
    "timer_s",
    "moving_s",
    "level_m",
];

/// Every mile and kilometre of a row.
fn splits(row: &Row) -> Vec<Vec<Cell>> {
    let Some(scores) = &row.scores else { return Vec::new() };
    let of = |unit: &str, splits: &[Split]| -> Vec<Vec<Cell>> {
        (1..)
            .zip(splits)
            .map(|(index, split)| {
                let mut cells = place(row).to_vec();
                cells.extend([
                    text(unit),
                    Cell::Count(index),
                    maybe(metres(split.distance_m)),
                    maybe(metres(split.end_m)),
                    maybe(seconds(split.times.elapsed_s)),
                    maybe(seconds(split.times.timer_s).filter(|_| scores.measured.timer_known)),
                    maybe(seconds(split.times.moving_s)),
                    maybe(split.level_m.and_then(metres)),
                ]);
                cells
            })
            .collect()
    };
    let mut all = of("mile", &scores.view.miles);
    all.extend(of("km", &scores.view.kms));
    all
}

const FINDINGS: [&str; 9] =
    ["path", "member", "activity", "start_time", "id", "title", "level", "sentence", "evidence"];

/// A finding of a row, or of all years, which has no path.
fn told(row: Option<&Row>, finding: &Finding) -> Vec<Cell> {
    let [path, member, activity] = row.map_or([Cell::Empty, Cell::Empty, Cell::Empty], place);
    let start = row.and_then(|row| named(row, &["start_time"]).next()).map(|(_, cell)| cell);
    let evidence: Vec<String> = finding
        .evidence
        .iter()
        .filter_map(|evidence| match fixed(evidence.value, 4)? {
            Cell::Number(digits) => Some(format!("{}={digits}", evidence.name)),
            _ => None,
        })
        .collect();
    vec![
        path,
        member,
        activity,
        maybe(start),
        text(finding.id),
        text(finding.title),
        text(finding.level.code()),
        text(&finding.sentence),
        text(&evidence.join(";")),
    ]
}

fn place(row: &Row) -> [Cell; 3] {
    [text(&row.path), maybe(row.member.as_deref().map(text)), Cell::Count(row.activity)]
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
        // A dash alone is standard input's name.
        Cell::Text(text) if text.len() > 1 && text.starts_with(['=', '+', '-', '@']) => format!("'{text}"),
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
