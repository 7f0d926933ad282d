//! Formats of two runs side by side: the gap along the way, and where it opened.
//!
//! A format is one file with a `write` function and one line in [`FORMATS`].

mod csv;
mod html;
mod json;
mod text;
mod words;

use super::Format;
use crate::report::Versus;

/// The formats of two runs side by side. The first is the default.
pub static FORMATS: &[Format<Versus>] = &[
    Format::new("text", "for people", text::write),
    Format::new("csv", "one row a mark, for spreadsheets and scripts", |versus, _, out| {
        csv::write(versus, out)
    }),
    Format::new("json", "all of it, for programs", json::write),
    Format::new("html", "a page to keep", html::write),
];
