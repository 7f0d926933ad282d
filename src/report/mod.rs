//! Findings to bytes.
//!
//! A [`Report`] holds everything that is to be told, in path order; a format is one file with a `write`
//! function and one line in [`Format`]. Writers write to any [`Write`] and flush it; they open nothing.

mod address;
mod baseline;
mod columns;
mod csv;
pub mod field;
mod github;
pub mod history;
mod html;
mod json;
mod junit;
mod markdown;
mod markup;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod plan;
pub mod roster;
mod row;
pub mod rules;
mod show;
mod table;
mod tables;
mod text;
mod verdict;
pub mod verify;
mod words;

use std::io::{self, Write};
use std::str::FromStr;

use crate::history::{Entry, History, Kind, Trends};
use crate::judge::{Finding, Level, judge_over_time};
use crate::runner::Runner;
use crate::units::Units;

pub use baseline::{Change, ChangeKind, compare, write_baseline};
pub use row::{Row, Scores, Status};
pub use show::write as show;

/// The JSON Schema of what [`Format::Json`] writes.
pub const JSON_SCHEMA: &str = include_str!("schema.json");

/// What two columns of the tables mean, for pages that have room for a line.
const LEGEND: &str = "Split: second half against the first, + is slower. Start: first quarter against the second, + is faster, \
                      grade-adjusted where the altitude allows.";

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

/// How a report is to look.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// Miles or kilometres.
    pub units: Units,
    /// Colour level words.
    pub color: bool,
    /// No character beyond ASCII.
    pub ascii: bool,
    /// The columns of the page, where it has an edge: a terminal's, or as asked.
    pub width: Option<usize>,
    /// -1 with `-q`, 1 with `-v`.
    pub verbosity: i8,
    /// The level from which on a finding is a failure, for CI services.
    pub fail_on: Option<Level>,
    /// Whether any change against the baseline is a failure, for CI services.
    pub changes_fail: bool,
    /// Whether unreadable files are failures, for CI services.
    pub strict: bool,
    /// Which table a format of tables holds.
    pub table: Table,
    /// Whether CSV and JSON tell where a run started.
    pub with_coordinates: bool,
}

/// Sentences are broken at this many columns where the page has no edge: the same bytes everywhere but on a terminal.
const PAGE_WIDTH: usize = 110;
/// Longer lines are hard to read, however wide the page.
const WIDEST: usize = 130;

impl Style {
    /// Where sentences are broken.
    fn page_width(&self) -> usize {
        self.width.map_or(PAGE_WIDTH, |width| width.min(WIDEST))
    }
}

/// The tables that a format of tables can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Table {
    /// A row an activity.
    #[default]
    Runs,
    /// A row a mile and a kilometre.
    Splits,
    /// A row a finding.
    Findings,
}

impl Table {
    /// Every table with its word on the command line.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Runs, "runs"), (Self::Splits, "splits"), (Self::Findings, "findings")];
}

/// The formats a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For spreadsheets and scripts.
    Csv,
    /// For programs: one document.
    Json,
    /// For programs: an activity a line.
    Ndjson,
    /// One page to keep.
    Html,
    /// For pull requests and notes.
    Markdown,
    /// For CI services: a case a file.
    Junit,
    /// For GitHub Actions: annotations.
    Github,
    /// For engines over millions of runs: typed columns.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// Every format with its word on the command line.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Text, "text"),
        (Self::Csv, "csv"),
        (Self::Json, "json"),
        (Self::Ndjson, "ndjson"),
        (Self::Html, "html"),
        (Self::Markdown, "md"),
        (Self::Junit, "junit"),
        (Self::Github, "github"),
        #[cfg(feature = "parquet")]
        (Self::Parquet, "parquet"),
    ];

    /// Whether its bytes are no text.
    pub fn is_binary(self) -> bool {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet => true,
            _ => false,
        }
    }

    /// Whether it holds one table at a time, which [`Style::table`] chooses.
    pub fn has_tables(self) -> bool {
        match self {
            Self::Csv => true,
            #[cfg(feature = "parquet")]
            Self::Parquet => true,
            _ => false,
        }
    }

    /// Writes a report and flushes.
    ///
    /// # Errors
    ///
    /// What the writer says, kept whole, so that a closed pipe can be told from a full disk.
    pub fn write(self, report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => text::write(report, style, out),
            Self::Csv => csv::write(report, style, out),
            Self::Json => json::write(report, style, out),
            Self::Ndjson => json::write_lines(report, style, out),
            Self::Html => html::write(report, style, out),
            Self::Markdown => markdown::write(report, style, out),
            Self::Junit => junit::write(report, style, out),
            Self::Github => github::write(report, style, out),
            #[cfg(feature = "parquet")]
            Self::Parquet => parquet::write(report, style.table, out),
        }?;
        out.flush()
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(format, _)| *format).ok_or_else(|| {
            let words: Vec<_> = Self::ALL.iter().map(|(_, word)| *word).collect();
            format!("no format \"{text}\"; there are {}", words.join(", "))
        })
    }
}

impl Report {
    /// Joins entries and history, judges every run, and counts.
    pub fn new(entries: &[Entry], history: History, skipped: usize, runner: &Runner, units: Units) -> Self {
        let context = crate::judge::Context { trends: &history.trends, runner, units };
        let mut given = address::Addresses::default();
        let addresses: Vec<String> = entries.iter().map(|entry| given.distinct(&entry.address())).collect();
        let rows: Vec<Row> = entries
            .iter()
            .zip(&history.decisions)
            .zip(&history.twin_of)
            .enumerate()
            .map(|(index, ((entry, decision), twin_of))| {
                Row::new(
                    index,
                    entry,
                    decision.as_ref(),
                    (&addresses[index], twin_of.map(|original| addresses[original].as_str())),
                    &context,
                )
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
        let over_time = judge_over_time(&context);
        let History { trends, settled, .. } = history;
        Self { rows, summary, trends, over_time, changes: None, settled }
    }

    /// Scored runs of a kind, by date; those of one day in path order.
    fn scored(&self, kind: Kind) -> Vec<(&Row, &Scores)> {
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
