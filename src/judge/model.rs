//! What a rule is and what it finds.

use std::fmt;
use std::str::FromStr;

use crate::history::{Kind, Run, Trends};
use crate::measure::Course;
use crate::phrases::signed_pct;
use crate::runner::Runner;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing; never fails a CI run.
    Info,
    /// Worth a thought.
    Note,
    /// Should be changed next time.
    Warning,
    /// Cost the race, or nearly.
    Severe,
}

impl Level {
    /// Its word, as in the `rules` column and `--fail-on`.
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
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Info, Self::Note, Self::Warning, Self::Severe]
            .into_iter()
            .find(|level| level.code() == text)
            .ok_or_else(|| format!("no level \"{text}\"; there are note, warning and severe"))
    }
}

/// A number behind a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Its name, as in the data columns.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// Whose it is, where it is not this run's own.
    pub pool: Option<Pool>,
}

/// The people that a number from a reference table or model is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Pool {
    /// Their races.
    pub name: &'static str,
    /// How many they are.
    pub n: usize,
}

/// What a rule found in a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's id.
    pub id: &'static str,
    /// The rule's title.
    pub title: &'static str,
    /// How much it matters.
    pub level: Level,
    /// One plain sentence.
    pub sentence: String,
    /// The numbers behind it.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// Adds a number of the run.
    pub(crate) fn evidence(mut self, name: &'static str, value: f64, unit: &'static str) -> Self {
        self.evidence.push(Evidence { name, value, unit, pool: None });
        self
    }

    /// Adds a number of other people's.
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

/// What a rule may ask beside the run itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What the batch knows.
    pub trends: &'a Trends,
    /// What is known of the runner.
    pub runner: &'a Runner,
    /// Whether sentences tell paces by the mile or by the kilometre.
    pub units: crate::units::Units,
}

/// What is to be said where reference runners are looked up by the start as run, but the start is judged by
/// grade-adjusted pace and that is another; else nothing.
pub(crate) fn as_run(run: &Run) -> String {
    let raw_pct = run.start_excess_pct();
    match run.view.gap_start_excess_pct(run.decision.basis) {
        Some(gap_pct) if (gap_pct - raw_pct).abs() >= 1.0 => {
            format!(" as run, hills and all ({})", signed_pct(raw_pct))
        }
        _ => String::new(),
    }
}

/// Thresholds, rising: from each value on, that level.
pub type Steps = &'static [(f64, Level)];

/// A rule: its text, its thresholds, its check.
pub struct Rule {
    /// Stable, never reused.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What exactly is compared with what.
    pub definition: &'static str,
    /// The thresholds on a course, in the unit that `thresholds_unit` names; empty where a rule only informs.
    pub thresholds: fn(Option<Course>) -> Steps,
    /// The unit of the thresholds.
    pub thresholds_unit: &'static str,
    /// Where it comes from, in full.
    pub source: &'static str,
    /// How sure the evidence is.
    pub certainty: &'static str,
    /// The tables and models that it goes by, in lines of fixed width; empty where there are none.
    pub figures: fn() -> String,
    /// Where it does not apply.
    pub not_for: &'static str,
    /// What the source advises; empty where there is nothing to advise.
    pub advice: &'static str,
    /// The check.
    pub check: Check,
}

/// What a rule looks at; a check gives `None` where the rule does not apply or finds nothing.
pub enum Check {
    /// One run.
    Run(fn(&Run, &Context) -> Option<Finding>),
    /// The runner over time.
    Trends(fn(&Context) -> Option<Finding>),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Rule {
    /// The level of a value on a run's course; a training run gets a note at most.
    pub(crate) fn level(&self, run: &Run, value: f64) -> Option<Level> {
        let steps = (self.thresholds)(run.view.course.or_else(|| nearest_course(run)));
        let level = steps.iter().rev().find(|(from, _)| value >= *from)?.1;
        Some(if run.decision.kind == Kind::Race { level } else { level.min(Level::Note) })
    }

    /// What it finds in a run; nothing if it looks at the runner over time.
    pub fn find(&self, run: &Run, context: &Context) -> Option<Finding> {
        match self.check {
            Check::Run(check) => check(run, context),
            Check::Trends(_) => None,
        }
    }

    /// What it finds in the runner over time; nothing if it looks at single runs.
    pub fn find_over_time(&self, context: &Context) -> Option<Finding> {
        match self.check {
            Check::Run(_) => None,
            Check::Trends(check) => check(context),
        }
    }

    /// A finding of this rule.
    pub(crate) fn finding(&self, level: Level, sentence: String) -> Finding {
        Finding { id: self.id, title: self.title, level, sentence, evidence: Vec::new() }
    }
}

/// The longest course that a run without one covers, so that thresholds by distance hold for any run.
fn nearest_course(run: &Run) -> Option<Course> {
    Course::ALL.into_iter().rev().find(|course| course.length_m() <= run.view.distance_m)
}
