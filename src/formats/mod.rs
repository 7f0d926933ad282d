//! Writers: reports, histories, rosters, fields and plans to bytes.
//!
//! A format is one file with a `write` function and one entry in a list: [`REPORT`] for reports,
//! `FORMATS` in [`history`], [`roster`], [`field`], [`plan`], [`versus`] and `verify` for theirs. A
//! writer writes to any [`Write`]; it opens no file.

mod baseline;
pub mod exports;
pub mod field;
pub mod forecast;
mod github;
pub mod history;
mod html;
mod json;
mod junit;
mod layout;
mod markdown;
mod next_time;
pub mod plan;
mod remarks;
pub mod roster;
pub mod rules;
pub(crate) mod style;
pub mod tabular;
mod text;
#[cfg(feature = "verify")]
pub mod verify;
pub mod versus;

use std::io::Write;
use std::path::Path;
use std::{fmt, io};

pub use baseline::{BaselineError, compare, write_baseline};
pub use text::show::write as show;

pub use crate::formats::style::{Style, Table};
use crate::report::Report;

/// The JSON Schema of the report format `json`.
pub const JSON_SCHEMA: &str = include_str!("schema.json");

/// What two columns of the tables mean, for pages that have room for a line.
const LEGEND: &str = "Split: second half against the first, + is slower. Start: first quarter against the second, + is faster, \
                      grade-adjusted where the altitude allows.";

/// Rules whose findings are no news in each report. `history`, `show`, `-v`, pages and tables have
/// them.
const ONLY_VERBOSE: [&str; 3] = ["SPLIT-02", "FINISH-01", "DRIFT-02"];

/// A way to write a value: its word on the command line, and its writer.
pub struct Format<T: ?Sized> {
    /// Its word on the command line.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    write: Writer<T>,
}

type Writer<T> = fn(&T, &Style, &mut dyn Write) -> io::Result<()>;

impl<T: ?Sized> Format<T> {
    /// Makes an entry of a list.
    pub(crate) const fn new(name: &'static str, about: &'static str, write: Writer<T>) -> Self {
        Self { name, about, write }
    }

    /// Writes a value and flushes.
    ///
    /// # Errors
    ///
    /// Returns the writer's error whole, so that a closed pipe can be told from a full disk.
    pub fn write(&self, value: &T, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        (self.write)(value, style, out)?;
        out.flush()
    }
}

impl<T: ?Sized> fmt::Debug for Format<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Format").field(&self.name).finish()
    }
}

/// Finds a format of a list by its word.
///
/// ```
/// use firstmile::formats;
/// assert!(formats::named(formats::REPORT, "csv").is_some());
/// assert!(formats::named(formats::REPORT, "docx").is_none());
/// ```
pub fn named<T: ?Sized>(formats: &'static [Format<T>], name: &str) -> Option<&'static Format<T>> {
    formats.iter().find(|format| format.name == name)
}

/// The endings of files that name a format, with the format's word.
const ENDINGS: [(&str, &str); 14] = [
    ("txt", "text"),
    ("log", "text"),
    ("csv", "csv"),
    ("json", "json"),
    ("ndjson", "ndjson"),
    ("jsonl", "ndjson"),
    ("html", "html"),
    ("htm", "html"),
    ("md", "md"),
    ("markdown", "md"),
    ("xml", "junit"),
    ("parquet", "parquet"),
    ("fit", "fit"),
    ("tcx", "tcx"),
];

/// Returns the word of the format that a file's ending names, in any case; it may be a format that
/// a command does not write.
///
/// ```
/// use firstmile::formats;
/// assert_eq!(formats::word_of_ending("page.HTM".as_ref()), Some("html"));
/// assert_eq!(formats::word_of_ending("report".as_ref()), None);
/// ```
pub fn word_of_ending(file: &Path) -> Option<&'static str> {
    let ending = file.extension()?.to_str()?;
    ENDINGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(ending)).map(|(_, word)| *word)
}

/// Finds the format of a list that a file's ending names.
pub fn by_ending<T: ?Sized>(formats: &'static [Format<T>], file: &Path) -> Option<&'static Format<T>> {
    named(formats, word_of_ending(file)?)
}

/// The formats of a report. The first is the default.
pub static REPORT: &[Format<Report>] = &[
    Format::new("text", "for people", text::write),
    Format::new("csv", "for spreadsheets and scripts", tabular::csv::write),
    Format::new("json", "for programs: one document", json::write),
    Format::new("ndjson", "for programs: one activity a line", json::write_lines),
    Format::new("html", "one page to keep", html::write),
    Format::new("md", "Markdown, for pull requests and notes", markdown::write),
    Format::new("junit", "for CI services: one case a file", junit::write),
    Format::new("github", "for GitHub Actions: annotations", github::write),
    Format::new("parquet", "for engines over millions of runs: typed columns", |report, style, out| {
        tabular::parquet::write(report, style.table, out)
    }),
];

/// The formats that hold one table at a time, which [`Style::table`] chooses.
pub const TABULAR: &[&str] = &["csv", "parquet"];
/// The formats that are not text.
pub const BINARY: &[&str] = &["parquet", "fit", "fit-course"];

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: ?Sized>(formats: &'static [Format<T>]) {
        assert_eq!(formats[0].name, "text");
        for format in formats {
            assert!(!format.about.is_empty());
            assert!(std::ptr::eq(named(formats, format.name).unwrap(), format), "{}", format.name);
        }
    }

    #[test]
    fn names_are_unique_and_text_is_the_default() {
        check(REPORT);
        check(history::FORMATS);
        check(roster::FORMATS);
        check(field::FORMATS);
        check(plan::FORMATS);
        check(versus::FORMATS);
        #[cfg(feature = "verify")]
        check(verify::FORMATS);
    }
}
