//! The rows of a report's three tables: runs, splits and findings.
//!
//! CSV and Parquet both write these cells, so that they have the same content. Metres have 2
//! decimals, seconds 3.

use super::columns::{COLUMNS, Cell, CellType, cells_by_name, fixed, metres, or_empty, seconds, text};
use crate::formats::Table;
use crate::judge::Finding;
use crate::measure::Split;
use crate::report::{Report, Row};

impl Table {
    /// Returns the table's columns: name and type.
    pub(in crate::formats) fn columns(self) -> Vec<(&'static str, CellType)> {
        match self {
            Self::Runs => COLUMNS.map(|(name, cell_type, _)| (name, cell_type)).into(),
            Self::Splits => SPLITS.into(),
            Self::Findings => FINDINGS.into(),
        }
    }

    /// Returns the rows in path order, with one cell for each column. Findings about several runs
    /// are last.
    pub(in crate::formats) fn rows<'a>(self, report: &'a Report) -> Box<dyn Iterator<Item = Vec<Cell>> + 'a> {
        match self {
            Self::Runs => Box::new(report.rows.iter().map(run_cells)),
            Self::Splits => Box::new(report.rows.iter().flat_map(split_rows)),
            Self::Findings => {
                let of_runs = report.rows.iter().flat_map(|row| {
                    row.findings().iter().map(move |finding| finding_cells(Some(row), finding))
                });
                Box::new(of_runs.chain(report.over_time.iter().map(|finding| finding_cells(None, finding))))
            }
        }
    }
}

/// Returns the cells of a row in the runs table.
fn run_cells(row: &Row) -> Vec<Cell> {
    COLUMNS.iter().map(|(_, _, cell)| cell(row)).collect()
}

/// The columns of the splits table.
///
/// `unit` is `mile` or `km`. `distance_m` is the split's length, `end_m` its end from the start.
/// `level_m` is the length on level ground that costs as much energy; empty if grade is not
/// applied.
const SPLITS: [(&str, CellType); 11] = [
    ("path", CellType::Text),
    ("member", CellType::Text),
    ("activity", CellType::Count),
    ("unit", CellType::Text),
    ("index", CellType::Count),
    ("distance_m", CellType::Number),
    ("end_m", CellType::Number),
    ("elapsed_s", CellType::Number),
    ("timer_s", CellType::Number),
    ("moving_s", CellType::Number),
    ("level_m", CellType::Number),
];

/// Returns the cells of every mile, then of every kilometre, of a row.
fn split_rows(row: &Row) -> Vec<Vec<Cell>> {
    let Some(scores) = &row.scores else { return Vec::new() };
    let rows = |unit: &str, splits: &[Split]| -> Vec<Vec<Cell>> {
        (1..)
            .zip(splits)
            .map(|(index, split)| {
                let mut cells = address_cells(row).to_vec();
                cells.extend([
                    text(unit),
                    Cell::Count(index),
                    or_empty(metres(split.distance_m)),
                    or_empty(metres(split.end_m)),
                    or_empty(seconds(split.times.elapsed_s)),
                    or_empty(seconds(split.times.timer_s).filter(|_| scores.measured.timer_known)),
                    or_empty(seconds(split.times.moving_s)),
                    or_empty(split.level_m.and_then(metres)),
                ]);
                cells
            })
            .collect()
    };
    let mut all = rows("mile", &scores.view.miles);
    all.extend(rows("km", &scores.view.kms));
    all
}

/// The columns of the findings table.
///
/// `id`, `title` and `level` are the rule's. `evidence` is `name=value`, joined by `;`, in the
/// units that JSON has.
const FINDINGS: [(&str, CellType); 9] = [
    ("path", CellType::Text),
    ("member", CellType::Text),
    ("activity", CellType::Count),
    ("start_time", CellType::Time),
    ("id", CellType::Text),
    ("title", CellType::Text),
    ("level", CellType::Text),
    ("sentence", CellType::Text),
    ("evidence", CellType::Text),
];

/// Returns the cells of a finding; one about several runs has no row and no path.
fn finding_cells(row: Option<&Row>, finding: &Finding) -> Vec<Cell> {
    let [path, member, activity] = row.map_or([Cell::Empty, Cell::Empty, Cell::Empty], address_cells);
    let start = row.and_then(|row| cells_by_name(row, &["start_time"]).next()).map(|(_, cell)| cell);
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
        or_empty(start),
        text(finding.id),
        text(finding.title),
        text(finding.level.code()),
        text(&finding.sentence),
        text(&evidence.join(";")),
    ]
}

/// Returns path, member and activity number, with which every table starts.
fn address_cells(row: &Row) -> [Cell; 3] {
    [text(&row.path), or_empty(row.member.as_deref().map(text)), Cell::Count(row.activity)]
}
