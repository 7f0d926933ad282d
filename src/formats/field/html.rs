//! A field as a page: the answer, a table of all runners, and the distribution of splits.

use std::io::{self, Write};

use super::{FieldReport, excess_pct, text};
use crate::formats::Style;
use crate::formats::html::sheet::{Sheet, SheetTable};
use crate::phrases::{clock, plural, signed};
use crate::report::Outcome;

/// Writes the page.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &FieldReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let runners = report.runners();
    let rows = runners.iter().zip(report.names()).map(|((runner, row, scores), name)| {
        let (view, basis) = (&scores.view, scores.basis);
        let [at_mile, at_half, at_finish] = runner.places.map(|place| place.to_string());
        vec![
            name,
            at_finish,
            clock(scores.finish_s()),
            style.units.pace(scores.pace_s_per_m()),
            signed(excess_pct(scores)),
            signed(view.positive_split_pct(basis)),
            at_mile,
            at_half,
            Outcome::of(row).map_or("", Outcome::code).to_owned(),
        ]
    });
    let splits = text::bins(report)
        .into_iter()
        .map(|(name, count, columns)| vec![name, count.to_string(), text::bar(columns, style)]);
    let sheet = Sheet {
        headline: format!("The field: {}", plural(runners.len(), "runner", "runners")),
        sentences: text::answer(report),
        tables: vec![
            SheetTable {
                title: "Runners in order of finish".to_owned(),
                heads: vec![
                    "runner",
                    "place",
                    "finish",
                    "pace",
                    "start",
                    "second half",
                    "at the mile",
                    "at half-way",
                    "outcome",
                ],
                rows: rows.collect(),
            },
            SheetTable {
                title: "Positive splits".to_owned(),
                heads: vec!["second half", "runners", ""],
                rows: splits.collect(),
            },
        ],
        footer: [format!(
            "Pace: minutes a {}. Start: first quarter against the second, + is faster. Second half: against the first, + is \
             slower. At the mile, at half-way: the place there.",
            style.units.word()
        )]
        .into_iter()
        .chain(text::left_out(report))
        .collect(),
    };
    sheet.write(style, out)
}
