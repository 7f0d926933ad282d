//! Formats of a coach's roster: one line for each athlete, in order of need.
//!
//! The [`Roster`] is made in [`report`](crate::report). A format is one file with a `write`
//! function and one line in [`RosterFormat`].

mod csv;
mod json;
mod text;

use std::io;
use std::io::Write;

use super::Style;
use crate::report::Roster;

/// The formats a roster can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RosterFormat {
    /// For the coach.
    #[default]
    Text,
    /// For spreadsheets and scripts.
    Csv,
    /// For programs.
    Json,
}

impl RosterFormat {
    /// Every format with its word on the command line.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Text, "text"), (Self::Csv, "csv"), (Self::Json, "json")];

    /// Writes a roster and flushes.
    ///
    /// # Errors
    ///
    /// What the writer says, kept whole, so that a closed pipe can be told from a full disk.
    pub fn write(self, roster: &Roster, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => text::write(roster, style, out),
            Self::Csv => csv::write(roster, out),
            Self::Json => json::write(roster, out),
        }?;
        out.flush()
    }
}
