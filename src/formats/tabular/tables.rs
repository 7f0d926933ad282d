//! The rows of a report's tables: runs, splits, findings, laps and best efforts.
//!
//! CSV and Parquet both write these cells, so that they have the same content. Metres have 2
//! decimals, seconds 3, heart rates 1.

use super::columns::{COLUMNS, Cell, CellType, cells_by_name, fixed, metres, or_empty, seconds, text};
use crate::formats::Table;
use crate::judge::Finding;
use crate::measure::{Basis, Effort, Lap, Split};
use crate::report::{Report, Row};
use crate::units::KM_M;

impl Table {
    /// Returns the table's columns: name and type.
    pub(in crate::formats) fn columns(self) -> Vec<(&'static str, CellType)> {
        match self {
            Self::Runs => COLUMNS.map(|(name, cell_type, _)| (name, cell_type)).into(),
            Self::Splits => SPLITS.into(),
            Self::Findings => FINDINGS.into(),
            Self::Laps => address_columns().chain(LAPS).collect(),
            Self::Efforts => address_columns().chain(EFFORTS).collect(),
        }
    }

    /// Returns the rows in path order, with one cell for each column. Findings about several runs
    /// are last.
    pub(in crate::formats) fn rows<'a>(self, report: &'a Report) -> Box<dyn Iterator<Item = Vec<Cell>> + 'a> {
        match self {
            Self::Runs => Box::new(report.rows.iter().map(run_cells)),
            Self::Splits => Box::new(report.rows.iter().flat_map(split_rows)),
            Self::Laps => Box::new(report.rows.iter().flat_map(|row| addressed(row, laps(row)))),
            Self::Efforts => Box::new(report.rows.iter().flat_map(|row| addressed(row, efforts(row)))),
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
/// applied. `hr_mean` is the mean heart rate, beats a minute, if half of the split has one.
/// `gap_pace_s_per_km` is grade-adjusted pace on the run's basis.
const SPLITS: [(&str, CellType); 13] = [
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
    ("hr_mean", CellType::Number),
    ("gap_pace_s_per_km", CellType::Number),
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
                    or_empty(heart_rate(split.heart_bpm)),
                    or_empty(gap_pace(split, scores.basis)),
                ]);
                cells
            })
            .collect()
    };
    let mut all = rows("mile", &scores.view.miles);
    all.extend(rows("km", &scores.view.kms));
    all
}

/// The columns of the laps table, after the address.
///
/// `trigger` is what ended the lap and `intensity` what it was for, both as the file says. Metres
/// from `start_m` to `level_m` and seconds up to `moving_s` are measured as the splits are, on the
/// distance that is judged; below zero is before a course's start. The columns `device_…` are the
/// file's own, whatever was measured.
pub(in crate::formats) const LAPS: [(&str, CellType); 15] = [
    ("index", CellType::Count),
    ("trigger", CellType::Text),
    ("intensity", CellType::Text),
    ("start_m", CellType::Number),
    ("end_m", CellType::Number),
    ("distance_m", CellType::Number),
    ("elapsed_s", CellType::Number),
    ("timer_s", CellType::Number),
    ("moving_s", CellType::Number),
    ("level_m", CellType::Number),
    ("gap_pace_s_per_km", CellType::Number),
    ("hr_mean", CellType::Number),
    ("device_distance_m", CellType::Number),
    ("device_elapsed_s", CellType::Number),
    ("device_timer_s", CellType::Number),
];

/// Returns the cells of every lap of a row, in the order of [`LAPS`].
pub(in crate::formats) fn laps(row: &Row) -> Vec<Vec<Cell>> {
    let Some(scores) = &row.scores else { return Vec::new() };
    let (view, basis) = (&scores.view, scores.basis);
    let cells = |(index, lap): (usize, &Lap)| {
        let single = |value: Option<f32>| value.map(f64::from);
        let level_m = single(lap.level_m).map(|level_m| level_m * view.scale);
        let gap_s_per_km =
            level_m.filter(|level_m| *level_m > 0.0).map(|level_m| KM_M * lap.times().on(basis) / level_m);
        vec![
            Cell::Count(index),
            or_empty(lap.trigger.map(|trigger| text(trigger.code()))),
            or_empty(lap.intensity.map(|intensity| text(intensity.code()))),
            or_empty(metres(view.from_recorded_m(&scores.measured, lap.from_m))),
            or_empty(metres(view.from_recorded_m(&scores.measured, lap.to_m))),
            or_empty(metres(lap.length_m() * view.scale)),
            or_empty(seconds(lap.times().elapsed_s)),
            or_empty(seconds(lap.times().timer_s).filter(|_| scores.measured.timer_known)),
            or_empty(seconds(lap.times().moving_s)),
            or_empty(level_m.and_then(metres)),
            or_empty(gap_s_per_km.and_then(seconds)),
            or_empty(heart_rate(lap.heart_bpm)),
            or_empty(single(lap.device_m).and_then(metres)),
            or_empty(single(lap.device_elapsed_s).and_then(seconds)),
            or_empty(single(lap.device_timer_s).and_then(seconds)),
        ]
    };
    (1..).zip(&scores.measured.laps).map(cells).collect()
}

/// The columns of the table of best efforts, after the address.
///
/// `effort` is `mile`, `5k`, `10k` or `half`: the fastest stretch of that length within the run, by
/// elapsed time.
pub(in crate::formats) const EFFORTS: [(&str, CellType); 6] = [
    ("effort", CellType::Text),
    ("distance_m", CellType::Number),
    ("start_m", CellType::Number),
    ("end_m", CellType::Number),
    ("elapsed_s", CellType::Number),
    ("pace_s_per_km", CellType::Number),
];

/// Returns the cells of every best effort of a row, in the order of [`EFFORTS`].
pub(in crate::formats) fn efforts(row: &Row) -> Vec<Vec<Cell>> {
    let Some(scores) = &row.scores else { return Vec::new() };
    let cells = |effort: &Effort| {
        vec![
            text(effort.code()),
            or_empty(metres(effort.length_m)),
            or_empty(metres(effort.from_m)),
            or_empty(metres(effort.from_m + effort.length_m)),
            or_empty(seconds(effort.elapsed_s)),
            or_empty(seconds(KM_M * effort.elapsed_s / effort.length_m)),
        ]
    };
    scores.view.efforts.iter().map(cells).collect()
}

/// Returns a cell of a heart rate, 1 decimal.
pub(in crate::formats) fn heart_rate(bpm: Option<f32>) -> Option<Cell> {
    fixed(f64::from(bpm?), 1)
}

/// Returns a cell of a split's grade-adjusted pace, seconds a kilometre.
pub(in crate::formats) fn gap_pace(split: &Split, basis: Basis) -> Option<Cell> {
    seconds(split.gap_s_per_m(basis)? * KM_M)
}

/// Returns rows of cells with the row's address before them.
fn addressed(row: &Row, rows: Vec<Vec<Cell>>) -> impl Iterator<Item = Vec<Cell>> {
    let address = address_cells(row);
    rows.into_iter().map(move |cells| address.iter().cloned().chain(cells).collect())
}

/// Returns the columns of an address.
fn address_columns() -> impl Iterator<Item = (&'static str, CellType)> {
    [("path", CellType::Text), ("member", CellType::Text), ("activity", CellType::Count)].into_iter()
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
