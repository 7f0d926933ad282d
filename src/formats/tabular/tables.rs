//! The tables of a report by row and column: the runs (the contract), every split, every finding.
//!
//! A format that holds one table writes these cells and asks no row itself, so that all such formats hold the same.

use super::columns::{COLUMNS, Cell, Holds, fixed, maybe, metres, named, seconds, text};
use crate::formats::Table;
use crate::judge::Finding;
use crate::measure::Split;
use crate::report::{Report, Row};

impl Table {
    /// Its columns: names, and what they hold.
    pub(in crate::formats) fn columns(self) -> Vec<(&'static str, Holds)> {
        match self {
            Self::Runs => COLUMNS.map(|(name, holds, _)| (name, holds)).into(),
            Self::Splits => SPLITS.into(),
            Self::Findings => FINDINGS.into(),
        }
    }

    /// Its rows, in path order, each with a cell a column; findings of all years come last.
    pub(in crate::formats) fn rows<'a>(self, report: &'a Report) -> Box<dyn Iterator<Item = Vec<Cell>> + 'a> {
        match self {
            Self::Runs => Box::new(report.rows.iter().map(run)),
            Self::Splits => Box::new(report.rows.iter().flat_map(splits)),
            Self::Findings => {
                let of_runs = report
                    .rows
                    .iter()
                    .flat_map(|row| row.findings().iter().map(move |finding| told(Some(row), finding)));
                Box::new(of_runs.chain(report.over_time.iter().map(|finding| told(None, finding))))
            }
        }
    }
}

/// A row of the runs table.
pub(in crate::formats) fn run(row: &Row) -> Vec<Cell> {
    COLUMNS.iter().map(|(_, _, cell)| cell(row)).collect()
}

const SPLITS: [(&str, Holds); 11] = [
    ("path", Holds::Text),
    ("member", Holds::Text),
    ("activity", Holds::Count),
    ("unit", Holds::Text),
    ("index", Holds::Count),
    ("distance_m", Holds::Number),
    ("end_m", Holds::Number),
    ("elapsed_s", Holds::Number),
    ("timer_s", Holds::Number),
    ("moving_s", Holds::Number),
    ("level_m", Holds::Number),
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

const FINDINGS: [(&str, Holds); 9] = [
    ("path", Holds::Text),
    ("member", Holds::Text),
    ("activity", Holds::Count),
    ("start_time", Holds::Time),
    ("id", Holds::Text),
    ("title", Holds::Text),
    ("level", Holds::Text),
    ("sentence", Holds::Text),
    ("evidence", Holds::Text),
];

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
