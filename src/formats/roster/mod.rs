//! A coach's roster, to bytes: one line an athlete, in the order of who needs a word.
//!
//! An athlete's whole report is boiled down to an [`Athlete`] at once, so that a roster of any size holds one athlete's
//! runs at a time. A format is one file with a `write` function and one line in [`FORMATS`].

mod csv;
mod json;
mod text;

use super::Format;
use crate::report::Roster;

/// The formats of a roster. The first is the default.
pub static FORMATS: &[Format<Roster>] = &[
    Format::new("text", "for the coach", text::write),
    Format::new("csv", "for spreadsheets and scripts", |roster, _, out| csv::write(roster, out)),
    Format::new("json", "for programs", |roster, _, out| json::write(roster, out)),
];
