//! Formats of a coach's roster: one line for each athlete, in order of need.
//!
//! The [`Roster`] is made in [`report`](crate::report). A format is one file with a `write`
//! function and one line in [`FORMATS`].

mod csv;
mod html;
mod json;
mod text;

use super::Format;
use crate::report::Roster;

/// The formats of a roster. The first is the default.
pub static FORMATS: &[Format<Roster>] = &[
    Format::new("text", "for the coach", text::write),
    Format::new("csv", "for spreadsheets and scripts", |roster, _, out| csv::write(roster, out)),
    Format::new("json", "for programs", |roster, _, out| json::write(roster, out)),
    Format::new("html", "a page to keep", html::write),
];
