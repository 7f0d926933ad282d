//! The worst runs in a few lines each: what happened, what it cost, and the findings of warning and
//! above. With `-v` every run with all its findings.

use super::race_table::outcome;
use super::{TextPage, costliest};
use crate::escape::escape_controls;
use crate::formats::layout;
use crate::formats::layout::{line, wrap};
use crate::history::Kind;
use crate::judge::{Finding, Level};
use crate::phrases::clock;
use crate::report::{AgainstEven, Outcome, Row, Scores, Wall, verdict};

/// The most findings of a run among many.
const FINDINGS: usize = 2;
/// The most lines of a finding without `-v`.
const FINDING_LINES: usize = 2;
/// A lead over an even run below this, in seconds, is none.
const LEAD_S: f64 = 5.0;
/// Why a run's day and time are shown in UTC.
pub(super) const NO_ZONE: &str = "neither the file nor a position gives the time zone";

impl TextPage<'_> {
    /// Appends the runs that lost most, each in a few lines; with `-v` every run.
    pub(super) fn worst_runs(&self, text: &mut String) {
        if self.is_verbose() {
            for (row, scores) in self.scored() {
                if !row.findings().is_empty() {
                    self.whole_run(text, row, scores);
                }
            }
            return;
        }
        let mut runs = self.runs();
        runs.retain(|(row, _)| row.findings().iter().any(|finding| finding.level >= Level::Warning));
        for (row, scores) in costliest(runs.into_iter(), self.style.top) {
            self.short_run(text, row, scores);
        }
    }

    /// Appends one run in a few lines.
    fn short_run(&self, text: &mut String, row: &Row, scores: &Scores) {
        let title = format!(
            "{}, {}: {}",
            row.day_in_words(),
            escape_controls(row.title_in(self.style.ascii)),
            outcome(row, scores, self.style)
        );
        line!(text, "\n{}", wrap(&title, 2, self.style.page_width()));
        line!(text, "  {}", wrap(&self.cost(row, scores), 2, self.style.page_width()));
        // The line before says what WALL-01 does, and RISK-01 needs more than two lines.
        let (mut others, mut findings): (Vec<&Finding>, Vec<&Finding>) = row
            .findings()
            .iter()
            .filter(|finding| finding.level >= Level::Warning && finding.id != "WALL-01")
            .partition(|finding| finding.id == "RISK-01");
        others.extend(findings.split_off(findings.len().min(FINDINGS)));
        for finding in findings {
            self.short_finding(text, finding, 2);
        }
        if !others.is_empty() {
            let ids: Vec<&str> = others.iter().map(|finding| finding.id).collect();
            line!(text, "  also {}", ids.join(", "));
        }
    }

    /// Returns what a run's pacing cost, in one sentence: its greatest lead over an even run of the
    /// same finish, and what became of it.
    pub(super) fn cost(&self, row: &Row, scores: &Scores) -> String {
        if !scores.repeats().is_empty() {
            let times: Vec<String> = scores.repeats().iter().map(|repeat| clock(repeat.elapsed_s)).collect();
            return format!("The repeats took {}.", times.join(", "));
        }
        let (lead_s, at_m) = AgainstEven::of(scores).greatest;
        let at = format!("{} {:.1}", self.style.units.word(), at_m / self.style.units.metres());
        let lead = clock(lead_s);
        match Wall::of(row) {
            Some(wall) => {
                let lost_min = wall.lost_s / 60.0;
                let place = wall.place(self.style.units);
                if lead_s < LEAD_S {
                    return format!(
                        "You were never ahead of an even run, and lost {lost_min:.0} minutes from {place} on."
                    );
                }
                format!(
                    "Ahead of an even run by {lead} at {at}; from {place} on {lost_min:.0} minutes lost against the pace \
                     before."
                )
            }
            None if lead_s < LEAD_S => "You were never ahead of an even run of the same finish.".to_owned(),
            None if Outcome::of(row) >= Some(Outcome::Slowed) => {
                format!("You were {lead} ahead of an even run at {at}, and gave all of it back.")
            }
            None => format!("You were at most {lead} ahead of an even run, at {at}."),
        }
    }

    /// Appends a finding in two lines at most, cut after a sentence where possible.
    pub(super) fn short_finding(&self, text: &mut String, finding: &Finding, indent: usize) {
        let lines = |sentence: &str| {
            let short = Finding { sentence: sentence.to_owned(), ..finding.clone() };
            layout::finding(self.style, &short, indent)
        };
        let mut kept = String::new();
        for sentence in sentences(&finding.sentence) {
            let longer = format!("{kept}{sentence}");
            if !kept.is_empty() && lines(&longer).lines().count() > FINDING_LINES {
                break;
            }
            kept = longer;
        }
        line!(text, "{}", lines(kept.trim_end()));
    }

    /// Appends one run with everything that is known of it.
    fn whole_run(&self, text: &mut String, row: &Row, scores: &Scores) {
        let sentence = format!(
            "{}  {}: {}",
            row.day_in_words(),
            escape_controls(row.title_in(self.style.ascii)),
            verdict(row, scores, self.style.units)
        );
        line!(text, "\n{}", wrap(&sentence, 2, self.style.page_width()));
        line!(text, "  {}", escape_controls(&row.location()));
        if !scores.reasons.is_empty() {
            let kind = if scores.kind == Kind::Race { "a race" } else { "training" };
            let why = format!("  {kind}: {}", escape_controls(&scores.reasons.join("; ")));
            line!(text, "{}", wrap(&why, 4, self.style.page_width()));
        }
        if row.identity.as_ref().is_some_and(|identity| identity.utc_offset.is_none()) {
            line!(text, "  its day is by UTC: {NO_ZONE}");
        }
        line!(text, "  {}", wrap(&self.cost(row, scores), 2, self.style.page_width()));
        for finding in row.findings() {
            line!(text, "{}", layout::finding(self.style, finding, 2));
        }
        if scores.kind == Kind::Race {
            line!(text, "  {}", self.split_bars(scores));
        }
    }
}

/// Splits a text after each sentence; the blank belongs to the sentence before it.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.match_indices(". ").map(|(at, _)| at + 2).find(|at| {
            // "1.5 %. Next" ends a sentence, "e.g. this" does not occur.
            rest[*at..].starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        });
        let (sentence, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(sentence)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_after_its_sentences() {
        let text = "Slower by 1.5 % (8:03 a mile). Of 100, 53 slowed. 12 did not.";
        let parts: Vec<&str> = sentences(text).collect();
        assert_eq!(parts, ["Slower by 1.5 % (8:03 a mile). ", "Of 100, 53 slowed. ", "12 did not."]);
    }
}
