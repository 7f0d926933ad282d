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

/// From this width of the page on, the reason is in the line of its athlete, columns.
const BESIDE_FROM: usize = 100;

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
    line!(text, "{}", wrap(&answer(roster), 0, style.page_width()));
    for (need, title) in NEEDS {
        let lines: Vec<&RosterLine> = roster.lines.iter().filter(|line| line.need == need).collect();
        if !lines.is_empty() {
            table(&mut text, title, &lines, style);
        }
    }
    let note = "start: median start excess of the races of a year, all distances; held back: long runs of twelve weeks \
                that began slower than they ended";
    line!(text, "\n{}", wrap(note, 0, style.page_width()));
    let sum = |count: fn(&RosterLine) -> usize| roster.lines.iter().map(count).sum::<usize>();
    let totals = format!(
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
    line!(text, "{}", wrap(&totals, 0, style.page_width()));
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Appends the table of the athletes with one degree of need.
fn table(text: &mut String, title: &str, lines: &[&RosterLine], style: &Style) {
    // On a narrow page the reason has a line of its own.
    let below = style.width.is_some_and(|width| width < BESIDE_FROM);
    line!(
        text,
        "\n{title:<NAME_WIDTH$}  {:<10}  {:>5}  {:>7}  {:>9}{}",
        "last run",
        "races",
        "start",
        "held back",
        if below { "" } else { "  why" }
    );
    for line in lines {
        let name = truncate(&escape_controls(&line.athlete.name), NAME_WIDTH);
        let last = line.last.map_or_else(|| "–".to_owned(), |day| day.date());
        let head = format!(
            "{name}{}  {last:<10}  {:>5}  {:>7}  {:>9}{}",
            " ".repeat(NAME_WIDTH - width_of(&name)),
            line.races_in_year,
            line.median_excess_pct.map_or_else(|| "–".to_owned(), signed),
            match line.held_back {
                (_, 0) => "–".to_owned(),
                (held_back, runs) => format!("{held_back} of {runs}"),
            },
            if below { "\n    " } else { "  " },
        );
        let level = line.level.map_or_else(String::new, |level| {
            format!("{}{}", paint(style, level), " ".repeat(9 - level.code().len()))
        });
        let before = if below { 4 } else { width_of(&head) };
        let indent = before + if level.is_empty() { 0 } else { 9 };
        let reason = wrap(&escape_controls(&line.why), indent, style.page_width());
        line!(text, "{}", format!("{head}{level}{reason}").trim_end());
    }
}
