//! A run as it is scored: race or training, and the view and basis that count.

use std::sync::Arc;

use crate::measure::{Basis, Course, Identity, Measured, View};

/// Whether a run was raced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A race: judged on elapsed time, on the course scale where a course is recognised.
    Race,
    /// Anything else: judged on timer or moving time, as recorded.
    Training,
}

impl Kind {
    /// The word for the `kind` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Race => "race",
            Self::Training => "training",
        }
    }
}

/// How one run of the batch is to be scored, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Race or training.
    pub kind: Kind,
    /// The reasons for that, in phrases.
    pub reasons: Vec<String>,
    /// Whether those are its effort among the other runs, later ones too, and no word of anybody's.
    pub by_effort: bool,
    /// Which of the three times counts.
    pub basis: Basis,
    /// Whether the view on the candidate course counts.
    pub on_course: bool,
    /// The course that it was raced on by the user's or a name's word, also where the recording does not reach its end.
    pub named: Option<Course>,
    /// The even pace that the runner meant to run, s/m.
    pub goal_s_per_m: Option<f64>,
}

/// A run as it is scored: what was measured, and the view and basis that count.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// Which entry of the batch it is.
    pub entry: usize,
    /// What is known of it.
    pub identity: &'a Identity,
    /// All that was measured.
    pub measured: &'a Measured,
    /// How it is scored.
    pub decision: &'a Decision,
    /// The view that counts.
    pub view: &'a Arc<View>,
}

impl<'a> Run<'a> {
    /// Joins a measured run with its decision.
    pub fn new(entry: usize, identity: &'a Identity, measured: &'a Measured, decision: &'a Decision) -> Self {
        let marathon = decision.kind == Kind::Race && decision.named == Some(Course::Marathon);
        let view = match (&measured.candidate, &measured.unfinished_marathon) {
            (Some(view), _) if decision.on_course => view,
            (_, Some(view)) if marathon => view,
            _ => &measured.recorded,
        };
        Self { entry, identity, measured, decision, view }
    }

    /// Whether it was raced.
    pub fn is_race(&self) -> bool {
        self.decision.kind == Kind::Race
    }

    /// Whether it is a marathon race, finished or not.
    pub fn is_marathon(&self) -> bool {
        self.is_unfinished_marathon() || (self.is_race() && self.view.course == Some(Course::Marathon))
    }

    /// Whether it is the recording of a marathon race that ends before the finish: it is on the recorded distance.
    pub fn is_unfinished_marathon(&self) -> bool {
        self.is_race()
            && self.view.course.is_none()
            && self.decision.named == Some(Course::Marathon)
            && self.view.distance_m < Course::Marathon.length_m()
    }

    /// Positive split on its basis, percent.
    pub fn positive_split_pct(&self) -> f64 {
        self.view.positive_split_pct(self.decision.basis)
    }

    /// Start excess on its basis, percent.
    pub fn start_excess_pct(&self) -> f64 {
        self.view.start_excess_pct(self.decision.basis)
    }
}
