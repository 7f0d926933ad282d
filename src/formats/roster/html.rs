//! The roster as a page: a table for each degree of need, the most urgent first.

use std::io::{self, Write};

use super::text::{NEEDS, answer};
use crate::formats::Style;
use crate::formats::html::sheet::{Sheet, SheetTable};
use crate::phrases::{capital, signed};
use crate::report::{Roster, RosterLine};

/// Writes the page.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(roster: &Roster, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let tables = NEEDS.map(|(need, title)| SheetTable {
        title: capital(&title.to_lowercase()),
        heads: vec!["athlete", "last run", "races", "start", "held back", "why"],
        rows: roster.lines.iter().filter(|line| line.need == need).map(row).collect(),
    });
    let sheet = Sheet {
        headline: answer(roster),
        sentences: Vec::new(),
        tables: tables.into(),
        footer: vec![
            "Races: of the last year. Start: their median start excess, + is faster. Held back: long runs of twelve weeks that \
             began slower than they ended."
                .to_owned(),
        ],
    };
    sheet.write(style, out)
}

/// Returns an athlete's cells.
fn row(line: &RosterLine) -> Vec<String> {
    let absent = || "–".to_owned();
    let level = line.level.map_or_else(String::new, |level| format!("{level}: "));
    vec![
        line.athlete.name.clone(),
        line.last.map_or_else(absent, |day| day.date()),
        line.races_in_year.to_string(),
        line.median_excess_pct.map_or_else(absent, signed),
        match line.held_back {
            (_, 0) => absent(),
            (held_back, runs) => format!("{held_back} of {runs}"),
        },
        format!("{level}{}", line.why),
    ]
}
