//! Findings to bytes.
//!
//! A [`Report`] holds everything that is to be told, in path order; a format is one file with a `write`
//! function and one line in [`Format`]. Writers write to any [`Write`] and flush it; they open nothing.

mod baseline;
pub mod field;
mod github;
pub mod history;
mod html;
mod json;
mod junit;
mod layout;
mod markdown;
pub mod plan;
pub mod roster;
pub mod rules;
mod style;
mod tabular;
mod text;
pub mod verify;

use std::io;
use std::io::Write;
use std::str::FromStr;

pub use baseline::{BaselineError, compare, write_baseline};
pub use text::show::write as show;

pub use crate::formats::style::{Style, Table};
use crate::report::Report;
pub use crate::report::{Change, ChangeKind, Row, Scores, Status};

/// The JSON Schema of what [`Format::Json`] writes.
pub const JSON_SCHEMA: &str = include_str!("schema.json");

/// What two columns of the tables mean, for pages that have room for a line.
const LEGEND: &str = "Split: second half against the first, + is slower. Start: first quarter against the second, + is faster, \
                      grade-adjusted where the altitude allows.";

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
            Self::Csv => tabular::csv::write(report, style, out),
            Self::Json => json::write(report, style, out),
            Self::Ndjson => json::write_lines(report, style, out),
            Self::Html => html::write(report, style, out),
            Self::Markdown => markdown::write(report, style, out),
            Self::Junit => junit::write(report, style, out),
            Self::Github => github::write(report, style, out),
            #[cfg(feature = "parquet")]
            Self::Parquet => tabular::parquet::write(report, style.table, out),
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
