//! The report as plain text for people.
//!
//! Its order: the answer in a sentence or two, the table of races, the worst races in a few lines
//! each, then one line each on training, the years, what to do next time, what was not scored, and
//! the totals. One file alone is told in more detail. The length does not grow with the number of
//! runs: `--last` and `--top` choose how many are listed, and `-v` lists everything. `-q` leaves
//! out the table and the lines after the races.

mod details;
mod headline;
mod one_run;
mod race_table;
mod session;
pub(super) mod show;
mod summary;

use std::io;

pub(super) use headline::starts;
use race_table::DAY_WIDTH;
pub(super) use race_table::outcome;

use super::layout::to_ascii;
use super::{Style, layout, remarks};
use crate::escape::escape_controls;
use crate::history::Kind;
use crate::report::{Report, Row, Scores, lost_s};

/// Writes the report.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut text = String::new();
    let page = TextPage { report, style };
    match page.scored()[..] {
        [(row, scores)] if report.rows.len() == 1 => page.one_run(&mut text, row, scores),
        _ => page.many_runs(&mut text),
    }
    if let Some(changes) = &report.changes {
        layout::changes(&mut text, changes, style.verbosity > 0);
    }
    layout::totals(&mut text, report, style.page_width());
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Returns the sentences that the page begins with, for formats that begin with them too.
pub(super) fn headline(report: &Report, style: &Style) -> Vec<String> {
    let page = TextPage { report, style };
    match page.scored()[..] {
        [(row, scores)] if report.rows.len() == 1 => vec![page.answer(row, scores)],
        _ => page.headline(),
    }
}

/// The parts of the page. Each method appends one part.
struct TextPage<'a> {
    report: &'a Report,
    style: &'a Style,
}

/// A scored run.
type Scored<'a> = (&'a Row, &'a Scores);

/// Returns the runs that lost most, worst first; of equal losses the first.
fn costliest<'a>(runs: impl Iterator<Item = Scored<'a>>, count: usize) -> Vec<Scored<'a>> {
    let mut with_loss: Vec<(f64, Scored)> = runs.map(|run| (lost_s(run.0, run.1), run)).collect();
    with_loss.sort_by(|a, b| b.0.total_cmp(&a.0));
    with_loss.into_iter().take(count).map(|(_, run)| run).collect()
}

impl<'a> TextPage<'a> {
    /// Returns every scored run by date, races first.
    fn scored(&self) -> Vec<Scored<'a>> {
        [self.report.scored(Kind::Race), self.report.scored(Kind::Training)].concat()
    }

    /// Returns the runs that the page is about: the races or, without one, the training runs.
    fn runs(&self) -> Vec<Scored<'a>> {
        let races = self.report.scored(Kind::Race);
        if races.is_empty() { self.report.scored(Kind::Training) } else { races }
    }

    /// Returns whether everything is listed.
    fn is_verbose(&self) -> bool {
        self.style.verbosity > 0
    }

    /// Appends the finishes of the latest races that had a goal, against it.
    fn goals(&self, text: &mut String) {
        let goals = remarks::against_goals(self.report);
        if goals.is_empty() {
            return;
        }
        layout::line!(text, "\nAGAINST THE GOAL");
        let shown = if self.is_verbose() { goals.len() } else { goals.len().min(self.style.last) };
        for (row, against) in &goals[..shown] {
            let name = row.title_in(self.style.ascii);
            let line = format!("{:>DAY_WIDTH$}  {name}: {against}", row.day_in_words());
            layout::line!(text, "{}", layout::wrap(&escape_controls(&line), 4, self.style.page_width()));
        }
        if shown < goals.len() {
            layout::line!(text, "  and {} earlier: --last or -v shows them", goals.len() - shown);
        }
    }

    /// Appends the page on many runs.
    fn many_runs(&self, text: &mut String) {
        for sentence in self.headline() {
            layout::line!(text, "{}", layout::wrap(&sentence, 0, self.style.page_width()));
        }
        if self.style.verbosity >= 0 {
            self.race_table(text);
            self.goals(text);
        }
        self.worst_runs(text);
        if self.style.verbosity >= 0 {
            self.after_the_races(text);
        }
    }
}
