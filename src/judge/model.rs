//! The types of judging: a rule, its context, its findings and their levels.
//!
//! A rule's texts are for readers of `firstmile explain` and `docs/rules.md`; its title and advice
//! also appear in reports.

use std::fmt;
use std::str::FromStr;

use crate::history::{Kind, Run, Trends};
use crate::measure::Course;
use crate::phrases::{signed_pct, thousands};
use crate::runner::Runner;

/// Importance of a finding, rising.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// Worth knowing; `--fail-on` ignores it.
    Info,
    /// Worth a thought.
    Note,
    /// Should be changed next time.
    Warning,
    /// Cost the race, or nearly did.
    Severe,
}

impl Level {
    /// Returns its word in the `rules` column and in `--fail-on`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Severe => "severe",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Level {
    type Err = UnknownLevel;

    /// Parses a level's word.
    ///
    /// # Errors
    ///
    /// Fails for any other word; words are lower-case.
    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        [Self::Info, Self::Note, Self::Warning, Self::Severe]
            .into_iter()
            .find(|level| level.code() == text)
            .ok_or_else(|| UnknownLevel(text.to_owned()))
    }
}

/// Error for a word that is not a level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown level \"{0}\"; use info, note, warning or severe")]
pub struct UnknownLevel(String);

/// A number on which a finding is based.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Its name, as in the data columns.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// The reference runners that the number is about; `None` if it is about this run.
    pub pool: Option<Pool>,
}

/// The reference runners that a number from a table or model is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Pool {
    /// Their races.
    pub name: &'static str,
    /// The number of runners or races.
    pub n: usize,
    /// The number of race days; `None` if it is not counted.
    pub days: Option<usize>,
}

impl Pool {
    /// Formats its size: "592,925 finishers, 19 race days".
    pub(crate) fn size(&self, noun: &str) -> String {
        let days = self.days.map_or_else(String::new, |days| format!(", {days} race days"));
        format!("{} {noun}{days}", thousands(self.n))
    }
}

/// A rule's finding in a run or in the runner over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's id.
    pub id: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// Its importance.
    pub level: Level,
    /// The finding as a plain sentence; some findings add further ones.
    pub sentence: String,
    /// The numbers on which it is based.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// Adds a number about the run.
    pub(crate) fn evidence(mut self, name: &'static str, value: f64, unit: &'static str) -> Self {
        self.evidence.push(Evidence { name, value, unit, pool: None });
        self
    }

    /// Adds a number about reference runners.
    pub(crate) fn reference(
        mut self,
        name: &'static str,
        value: f64,
        unit: &'static str,
        pool: Pool,
    ) -> Self {
        self.evidence.push(Evidence { name, value, unit, pool: Some(pool) });
        self
    }
}

/// A rule's input besides the run itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The runner's trends over the batch.
    pub trends: &'a Trends,
    /// The user's statements about the runner: sex, maximum heart rate.
    pub runner: &'a Runner,
    /// The unit of paces in sentences: by the mile or by the kilometre.
    pub units: crate::units::Units,
}

/// Returns a phrase with the start excess as run if grade-adjusting changes it by a point or more.
///
/// Reference runners are looked up by the start as run, while the start is judged grade-adjusted.
/// Returns an empty string if the two hardly differ or the altitude is not trusted.
pub(crate) fn as_run(run: &Run) -> String {
    let raw_pct = run.start_excess_pct();
    match run.view.gap_start_excess_pct(run.decision.basis) {
        Some(gap_pct) if (gap_pct - raw_pct).abs() >= 1.0 => {
            format!(" as run, hills and all ({})", signed_pct(raw_pct))
        }
        _ => String::new(),
    }
}

/// Thresholds, rising: a value at or above a threshold has at least its level.
pub type Steps = &'static [(f64, Level)];

/// A rule: its text, its thresholds and its check.
pub struct Rule {
    /// The id: stable, never reused.
    pub id: &'static str,
    /// The title, a few words.
    pub title: &'static str,
    /// The exact comparison.
    pub definition: &'static str,
    /// The thresholds on a course, in `thresholds_unit`; empty for a rule that only informs.
    pub thresholds: fn(Option<Course>) -> Steps,
    /// The unit of the thresholds.
    pub thresholds_unit: &'static str,
    /// The full source.
    pub source: &'static str,
    /// The strength of the evidence.
    pub certainty: &'static str,
    /// The tables and models that it uses, in lines of fixed width; empty without any.
    pub figures: fn() -> String,
    /// The cases to which it does not apply.
    pub not_for: &'static str,
    /// The source's advice; empty without any. Reports show it, so its text is output.
    pub advice: &'static str,
    /// The check.
    pub check: Check,
}

/// A rule's check and its input. It returns `None` if the rule does not apply or finds nothing.
#[non_exhaustive]
pub enum Check {
    /// A check of one run.
    Run(fn(&Run, &Context) -> Option<Finding>),
    /// A check of the runner over time.
    Trends(fn(&Context) -> Option<Finding>),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Rule {
    /// Returns the level of a value on a run's course; `None` below the lowest threshold.
    ///
    /// A training run gets a note at most.
    pub(crate) fn level(&self, run: &Run, value: f64) -> Option<Level> {
        let level = self.race_level(run, value)?;
        Some(if run.decision.kind == Kind::Race { level } else { level.min(Level::Note) })
    }

    /// Returns the level that a value has in a race over the run's course.
    pub(crate) fn race_level(&self, run: &Run, value: f64) -> Option<Level> {
        let steps = (self.thresholds)(run.view.course.or_else(|| nearest_course(run)));
        Some(steps.iter().rev().find(|(from, _)| value >= *from)?.1)
    }

    /// Returns the finding in a run; `None` also for a rule about the runner over time.
    pub fn find(&self, run: &Run, context: &Context) -> Option<Finding> {
        match self.check {
            Check::Run(check) => check(run, context),
            Check::Trends(_) => None,
        }
    }

    /// Returns the finding about the runner over time; `None` also for a rule about single runs.
    pub fn find_over_time(&self, context: &Context) -> Option<Finding> {
        match self.check {
            Check::Run(_) => None,
            Check::Trends(check) => check(context),
        }
    }

    /// Creates a finding of this rule, without evidence.
    pub(crate) fn finding(&self, level: Level, sentence: String) -> Finding {
        Finding { id: self.id, title: self.title, level, sentence, evidence: Vec::new() }
    }
}

/// Returns the longest course that is no longer than a run, for thresholds by distance.
fn nearest_course(run: &Run) -> Option<Course> {
    Course::ALL.into_iter().rev().find(|course| course.length_m() <= run.view.distance_m)
}
