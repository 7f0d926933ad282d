//! The report: one row per activity, the counts, the trends and what changed against a baseline.

use crate::history::{Entry, History, Kind, Trends};
use crate::judge::{Finding, JudgedBatch, Level};
use crate::report::change::Change;
use crate::report::row::{Row, Scores, Status};

/// All that is to be told of a batch.
#[derive(Debug)]
pub struct Report {
    /// One for each activity and for each file that gave none, in path order.
    pub rows: Vec<Row>,
    /// The counts.
    pub summary: Summary,
    /// The course of things over time.
    pub trends: Trends,
    /// What was found over time.
    pub over_time: Vec<Finding>,
    /// What changed against a baseline, if there is one.
    pub changes: Option<Vec<Change>>,
    /// Whether it was asked which of the rows are one run.
    pub settled: bool,
}

/// The account: every file walked over is in here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Files looked at that have a row.
    pub files: usize,
    /// Scored rows.
    pub scored: usize,
    /// Races among them.
    pub races: usize,
    /// Refused rows.
    pub refused: usize,
    /// Rows of runs that another row tells already.
    pub duplicates: usize,
    /// Unreadable rows.
    pub unreadable: usize,
    /// Files that are no activity files, by content and name: no row.
    pub skipped: usize,
}

impl Report {
    /// Joins entries with what was decided and judged, and counts.
    pub fn new(entries: &[Entry], history: History, judged: JudgedBatch, skipped: usize) -> Self {
        let mut given = super::Addresses::default();
        let addresses: Vec<String> = entries.iter().map(|entry| given.distinct(&entry.address())).collect();
        let original = |twin_of: Option<usize>| twin_of.map(|original| addresses[original].as_str());
        let rows: Vec<Row> = entries
            .iter()
            .zip(&history.decisions)
            .zip(&history.twin_of)
            .zip(judged.runs)
            .enumerate()
            .map(|(index, (((entry, decision), twin_of), judged))| {
                let decided = decision.as_ref().zip(judged);
                Row::new(index, entry, decided, &addresses[index], original(*twin_of))
            })
            .collect();
        let count = |status: Status| rows.iter().filter(|row| row.status == status).count();
        let mut files: Vec<_> = entries.iter().map(|entry| &entry.path).collect();
        files.dedup();
        let summary = Summary {
            files: files.len(),
            scored: count(Status::Scored),
            races: rows.iter().filter(|row| row.is_race()).count(),
            refused: count(Status::Refused),
            duplicates: count(Status::Duplicate),
            unreadable: count(Status::Unreadable),
            skipped,
        };
        let History { trends, twins_searched: settled, .. } = history;
        Self { rows, summary, trends, over_time: judged.over_time, changes: None, settled }
    }

    /// Scored runs of a kind, by date; those of one day in path order.
    pub(crate) fn scored(&self, kind: Kind) -> Vec<(&Row, &Scores)> {
        let mut rows: Vec<(&Row, &Scores)> = self
            .rows
            .iter()
            .filter(|row| row.status == Status::Scored)
            .filter_map(|row| Some((row, row.scores.as_ref()?)))
            .filter(|(_, scores)| scores.kind == kind)
            .collect();
        rows.sort_by_key(|(row, _)| {
            row.identity.as_ref().and_then(|identity| identity.start_s).map(|start_s| start_s as i64)
        });
        rows
    }

    /// The worst level of all findings.
    pub fn worst_level(&self) -> Option<Level> {
        self.rows.iter().flat_map(Row::findings).map(|finding| finding.level).max()
    }
}
