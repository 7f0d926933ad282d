//! A run as the page shows it: its numbers in words, in the page's units.

use super::document::Text;
use crate::judge::{Finding, Level};
use crate::measure::Stretch;
use crate::phrases::{clock, signed};
use crate::report::{AgainstEven, Outcome, Row, Scores, Wall, found, lost_s, start_level};
use crate::units::Units;

/// A scored run of the page.
#[derive(Debug)]
pub(super) struct PageRun<'a> {
    /// Its number on the page, from 0, by date.
    pub number: usize,
    pub row: &'a Row,
    pub scores: &'a Scores,
    pub units: Units,
    pub outcome: Option<Outcome>,
    pub wall: Option<Wall>,
}

impl<'a> PageRun<'a> {
    /// Makes the runs of a page from rows by date. Runs without numbers are left out.
    pub(super) fn all(rows: &[(&'a Row, &'a Scores)], units: Units) -> Vec<Self> {
        rows.iter()
            .filter(|(_, scores)| {
                let pace = scores.pace_s_per_m();
                pace.is_finite() && pace > 0.0
            })
            .enumerate()
            .map(|(number, (row, scores))| Self {
                number,
                row,
                scores,
                units,
                outcome: Outcome::of(row),
                wall: Wall::of(row),
            })
            .collect()
    }

    /// Returns its name, escaped.
    pub(super) fn name(&self) -> Text<&'a str> {
        Text(self.row.title())
    }

    /// Returns a stretch's time on the basis that is judged.
    pub(super) fn time(&self, stretch: &Stretch) -> f64 {
        stretch.times.on(self.scores.basis)
    }

    /// Returns its finish and pace: "3:45:21", "8:36".
    pub(super) fn finish(&self) -> (String, String) {
        (clock(self.scores.finish_s()), self.units.pace(self.scores.pace_s_per_m()))
    }

    /// Returns its start excess that is judged, percent; `None` if its start is not judged.
    pub(super) fn start_pct(&self) -> Option<f64> {
        let excess_pct = self.scores.view.judged_start_excess_pct(self.scores.basis);
        (self.scores.start_judged && excess_pct.is_finite()).then_some(excess_pct)
    }

    /// Returns the split of its halves, percent; `None` if it is no number.
    pub(super) fn split_pct(&self) -> Option<f64> {
        Some(self.scores.view.positive_split_pct(self.scores.basis)).filter(|pct| pct.is_finite())
    }

    /// Returns its start in a few signs: "+4.5 %"; a dash if it is not judged.
    pub(super) fn start_words(&self) -> String {
        self.start_pct().map_or_else(|| "–".to_owned(), signed)
    }

    /// Returns its outcome in a few words: "wall at mile 19, 27 min lost".
    pub(super) fn outcome_words(&self) -> String {
        match (self.wall, self.outcome) {
            (Some(wall), _) => wall.in_words(self.units),
            (None, Some(Outcome::Faded)) => "faded late".to_owned(),
            (None, Some(Outcome::Negative)) => "faster second half".to_owned(),
            (None, Some(outcome)) => outcome.code().to_owned(),
            (None, None) => "not judged".to_owned(),
        }
    }

    /// Returns the class of its outcome's colour.
    pub(super) fn tone(&self) -> &'static str {
        match self.outcome {
            Some(Outcome::Wall) => "wall",
            Some(Outcome::Faded | Outcome::Slowed) => "slowed",
            Some(Outcome::Even | Outcome::Negative) => "even",
            None => "none",
        }
    }

    /// Returns the run against an even one of the same finish.
    pub(super) fn against_even(&self) -> AgainstEven {
        AgainstEven::of(self.scores)
    }

    /// Returns a finding by its rule.
    pub(super) fn found(&self, id: &str) -> Option<&'a Finding> {
        found(self.row, id)
    }

    /// Returns how bad it was, for sorting: the wall first, then the seconds lost, then the start.
    pub(super) fn badness(&self) -> (bool, i64, Option<Level>) {
        let counts = self.outcome >= Some(Outcome::Faded);
        let lost = if counts { lost_s(self.row, self.scores) as i64 } else { 0 };
        (self.wall.is_some(), lost, start_level(self.row))
    }

    /// Returns whether something went wrong: a late slow-down, or a start that was too fast.
    pub(super) fn went_wrong(&self) -> bool {
        self.outcome >= Some(Outcome::Faded) || start_level(self.row) >= Some(Level::Warning)
    }

    /// Returns a mark of the course in the page's units: "mile 18.6", "30 km".
    pub(super) fn mark(&self, at_m: f64) -> String {
        let at = format!("{:.1}", at_m / self.units.metres());
        let at = at.trim_end_matches(".0");
        match self.units {
            Units::Miles => format!("mile {at}"),
            Units::Kilometres => format!("{at} km"),
        }
    }
}
