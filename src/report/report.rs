//! The report on a batch: one row for each activity, counts, trends, and differences from a
//! baseline.

use std::sync::Arc;

use crate::activity::NameOrigin;
use crate::history::{Entry, History, Kind, Trends};
use crate::judge::{Finding, JudgedBatch, Level};
use crate::report::called;
use crate::report::change::Change;
use crate::report::row::{Row, Scores, Status};
use crate::units::Units;

/// Everything that a format can write about a batch.
#[derive(Debug)]
pub struct Report {
    /// One row for each activity and for each file without one, in path order.
    pub rows: Vec<Row>,
    /// The counts of files and rows.
    pub summary: Summary,
    /// The trends by course, the long runs, and the runner's payback.
    pub trends: Trends,
    /// The findings about more than one run.
    pub over_time: Vec<Finding>,
    /// The units of its sentences.
    pub units: Units,
    /// One line for each index of a service that could not be read, and for each entry of the
    /// profile that matches no run.
    pub warnings: Vec<String>,
    /// The differences from a baseline; `None` without a baseline.
    pub changes: Option<Vec<Change>>,
    /// The activities of other days that are counted as [skipped](Summary::skipped).
    pub of_other_days: usize,
    /// Whether duplicate detection has run.
    pub twins_settled: bool,
    /// What a runs table tells of the files, so that they need not be read again unchanged.
    pub files: Option<String>,
}

/// The counts of a report. Every file that was found is counted here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Files that have at least one row.
    pub files: usize,
    /// Scored rows.
    pub scored: usize,
    /// Races among them.
    pub races: usize,
    /// Refused rows.
    pub refused: usize,
    /// Rows of runs that another row reports already.
    pub duplicates: usize,
    /// Unreadable rows.
    pub unreadable: usize,
    /// Files without a row, because neither content nor name is that of an activity file.
    pub skipped: usize,
}

impl Report {
    /// Joins entries with what was decided and judged about them, and counts the rows.
    ///
    /// `units` are those of the sentences in `judged`.
    pub fn new(
        entries: &[Entry],
        history: History,
        judged: JudgedBatch,
        skipped: usize,
        units: Units,
    ) -> Self {
        let numbers = super::address::numbers(entries);
        let original = |of: usize| super::address::numbered(entries[of].address(), numbers[of]);
        let mut path: Arc<str> = Arc::default();
        let mut path_of = |index: usize| {
            if index == 0 || entries[index].path != entries[index - 1].path {
                path = entries[index].path.to_string_lossy().into();
            }
            Arc::clone(&path)
        };
        let mut rows: Vec<Row> = entries
            .iter()
            .zip(&history.decisions)
            .zip(&history.twin_of)
            .zip(judged.runs)
            .zip(&history.rides)
            .enumerate()
            .map(|(index, ((((entry, decision), twin_of), judged), ride))| {
                let decided = decision.as_ref().zip(judged);
                let (path, number) = (path_of(index), numbers[index]);
                Row::new(index, entry, decided, path, number, twin_of.map(original), ride.as_ref())
            })
            .collect();
        // A title of a twin is the run's own.
        for (twin, original) in history.twin_of.iter().enumerate() {
            let title = || rows[twin].identity.as_ref()?.title().map(str::to_owned);
            if let Some((original, title)) = original.zip(title())
                && let Some(identity) = &mut rows[original].identity
                && identity.title().is_none()
            {
                (identity.name, identity.name_origin) = (Some(title), NameOrigin::Title);
            }
        }
        for (row, name) in rows.iter_mut().zip(&history.names) {
            row.called = name.clone().unwrap_or_else(|| called::by_its_facts(row, units));
            row.called_in_ascii =
                (!called::survives_ascii(&row.called)).then(|| called::by_its_facts(row, units));
        }
        let count = |status: Status| rows.iter().filter(|row| row.status == status).count();
        let starts_a_file = |pair: &&[Entry]| pair[0].path != pair[1].path;
        let files = entries.windows(2).filter(starts_a_file).count() + usize::from(!entries.is_empty());
        let summary = Summary {
            files,
            scored: count(Status::Scored),
            races: rows.iter().filter(|row| row.is_race()).count(),
            refused: count(Status::Refused),
            duplicates: count(Status::Duplicate),
            unreadable: count(Status::Unreadable),
            skipped,
        };
        let History { trends, twins_searched, .. } = history;
        Self {
            rows,
            summary,
            trends,
            over_time: judged.over_time,
            units,
            warnings: Vec::new(),
            changes: None,
            of_other_days: 0,
            twins_settled: twins_searched,
            files: None,
        }
    }

    /// Returns the scored runs of a kind by start time; runs of the same second are in path order.
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

    /// Returns the training runs that may have been races, by start time.
    pub(crate) fn may_be_races(&self) -> Vec<(&Row, &Scores)> {
        let mut rows = self.scored(Kind::Training);
        rows.retain(|(_, scores)| scores.may_be_race);
        rows
    }

    /// Returns the worst level among the findings of all rows; `None` without findings.
    pub fn worst_level(&self) -> Option<Level> {
        self.rows.iter().filter_map(Row::level).max()
    }
}
