//! Formats of a pacing plan: text and a printable pace band for the runner, CSV and JSON for
//! programs.
//!
//! A format is one file with a `write` function and one line in [`PlanFormat`].

mod csv;
mod html;
mod json;
mod text;

use std::io;
use std::io::Write;

use super::Style;
use crate::activity::Sex;
use crate::plan::{Own, Plan};

/// A plan and what is printed with it.
#[derive(Debug)]
pub struct PlanSheet {
    /// The plan.
    pub plan: Plan,
    /// The origin of the goal as part of a sentence; `None` if it is from the command line.
    pub goal_from: Option<String>,
    /// The runner's races over the course; `None` if no recordings were given.
    pub own: Option<Own>,
    /// The sex for which the chance of the wall was computed; `None` for all runners.
    pub sex: Option<Sex>,
}

/// The formats a plan can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlanFormat {
    /// For people.
    #[default]
    Text,
    /// The targets, for spreadsheets and scripts.
    Csv,
    /// All of it, for programs.
    Json,
    /// A pace band to print.
    Html,
}

impl PlanFormat {
    /// Every format with its word on the command line.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Text, "text"), (Self::Csv, "csv"), (Self::Json, "json"), (Self::Html, "html")];

    /// Writes a plan and flushes.
    ///
    /// # Errors
    ///
    /// What the writer says, kept whole, so that a closed pipe can be told from a full disk.
    pub fn write(self, sheet: &PlanSheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => text::write(sheet, style, out),
            Self::Csv => csv::write(sheet, out),
            Self::Json => json::write(sheet, out),
            Self::Html => html::write(sheet, style, out),
        }?;
        out.flush()
    }
}
