//! A roster as text for the coach: a table for each degree of need, the most urgent first.

use std::io;
use std::io::Write;

use crate::escape::escape_controls;
use crate::formats::Style;
use crate::formats::layout::{line, paint, to_ascii, truncate, width_of, wrap};
use crate::phrases::{plural, signed};
use crate::report::{Need, Roster, RosterLine};

/// The greatest width of a name, columns.
const NAME_WIDTH: usize = 20;

/// The degrees of need, the most urgent first, with their headings.
pub(super) const NEEDS: [(Need, &str); 5] = [
    (Need::Trouble, "TO MEND FIRST"),
    (Need::ThisWeek, "THIS WEEK"),
    (Need::Soon, "SOON"),
    (Need::Silent, "SILENT"),
    (Need::None, "NO WORD NEEDED"),
];

/// Returns how many athletes need a word this week, as a sentence.
pub(super) fn answer(roster: &Roster) -> String {
    let athletes = plural(roster.lines.len(), "athlete", "athletes");
    match roster.day {
        None => format!("Nothing to score among {athletes}."),
        Some(day) => format!(
            "{} of {athletes} {} a word this week (the 7 days to {}, the latest recording).",
            roster.this_week(),
            if roster.this_week() == 1 { "needs" } else { "need" },
            day.date_in_words()
        ),
    }
}

/// Writes the roster.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(roster: &Roster, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    line!(text, "{}", answer(roster));
    for (need, title) in NEEDS {
        let lines: Vec<&RosterLine> = roster.lines.iter().filter(|line| line.need == need).collect();
        if !lines.is_empty() {
            table(&mut text, title, &lines, style);
        }
    }
    line!(
        text,
        "\nstart: median start excess of the races of a year, all distances; held back: long runs of twelve weeks that began slower than they ended"
    );
    let sum = |count: fn(&RosterLine) -> usize| roster.lines.iter().map(count).sum::<usize>();
    line!(
        text,
        "{} of {}: {} scored, {} unreadable{}.",
        plural(sum(|line| line.athlete.activities), "activity", "activities"),
        plural(roster.lines.len(), "athlete", "athletes"),
        sum(|line| line.athlete.scored),
        sum(|line| line.athlete.unreadable),
        match roster.strays {
            0 => String::new(),
            count => format!("; {} beside the folders not read", plural(count, "file", "files")),
        }
    );
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Appends the table of the athletes with one degree of need.
fn table(text: &mut String, title: &str, lines: &[&RosterLine], style: &Style) {
    line!(
        text,
        "\n{title:<NAME_WIDTH$}  {:<10}  {:>5}  {:>7}  {:>9}  why",
        "last run",
        "races",
        "start",
        "held back"
    );
    for line in lines {
        let name = truncate(&escape_controls(&line.athlete.name), NAME_WIDTH);
        let last = line.last.map_or_else(|| "–".to_owned(), |day| day.date());
        let head = format!(
            "{name}{}  {last:<10}  {:>5}  {:>7}  {:>9}  ",
            " ".repeat(NAME_WIDTH - width_of(&name)),
            line.races_in_year,
            line.median_excess_pct.map_or_else(|| "–".to_owned(), signed),
            match line.held_back {
                (_, 0) => "–".to_owned(),
                (held_back, runs) => format!("{held_back} of {runs}"),
            },
        );
        let level = line.level.map_or_else(String::new, |level| {
            format!("{}{}", paint(style, level), " ".repeat(9 - level.code().len()))
        });
        let indent = width_of(&head) + if level.is_empty() { 0 } else { 9 };
        let reason = wrap(&escape_controls(&line.why), indent, style.page_width());
        line!(text, "{}", format!("{head}{level}{reason}").trim_end());
    }
}
