//! A run as it is scored: race or training, its view and its time basis.
//!
//! A view has a run's splits on one scale: as recorded, on a certified course, or of an unfinished
//! marathon. The basis is elapsed, timer or moving time. The rules read a [`Run`], which borrows
//! its measurement and its [`Decision`].

use std::sync::Arc;

use crate::measure::{Basis, Course, Identity, Measured, Repeat, Split, View};

/// The greatest variation of a steady run's kilometres, SD / mean.
const STEADY: f64 = 0.12;
/// Of a run with fewer kilometres between the first and the last, these two count as well.
const FEW_KMS: usize = 4;
/// A whole kilometre, metres, but for rounding.
const WHOLE_KM_M: f64 = 999.9;

/// Kind of run: race or training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A race: judged on elapsed time, on the course scale where a course is recognised.
    Race,
    /// Anything else: judged on timer or moving time, as recorded.
    Training,
}

impl Kind {
    /// Returns the word in the `kind` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Race => "race",
            Self::Training => "training",
        }
    }
}

/// Decision how one run of the batch is scored, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Race or training.
    pub kind: Kind,
    /// The reasons for the kind, in phrases; empty for training that was not stated.
    pub reasons: Vec<String>,
    /// Whether it is a race by its marks alone, without a title, type or statement; the marks look
    /// at later runs too.
    pub inferred: bool,
    /// Whether it may have been a race: it is judged as training, and listed.
    pub may_be_race: bool,
    /// The codes of the marks that were found.
    pub marks: Vec<&'static str>,
    /// The time basis of all scores.
    pub basis: Basis,
    /// Whether the run is scored on the candidate course's scale.
    pub on_course: bool,
    /// The course of the race by statement, name or length, also if the recording ends before its
    /// end.
    pub named: Option<Course>,
    /// The goal as an even pace, s/m.
    pub goal_s_per_m: Option<f64>,
}

/// A measured run with its decision and the view that follows from it.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The index of its entry in the batch.
    pub entry: usize,
    /// Its start, name, sport, device and notes.
    pub identity: &'a Identity,
    /// Its measurement, in all views.
    pub measured: &'a Measured,
    /// The decision how it is scored.
    pub decision: &'a Decision,
    /// The view that is scored.
    pub view: &'a Arc<View>,
}

impl<'a> Run<'a> {
    /// Joins a measured run with its decision and chooses the view.
    pub fn new(entry: usize, identity: &'a Identity, measured: &'a Measured, decision: &'a Decision) -> Self {
        let marathon = decision.kind == Kind::Race && decision.named == Some(Course::Marathon);
        let view = match (&measured.candidate, &measured.unfinished_marathon) {
            (Some(view), _) if decision.on_course => view,
            (_, Some(view)) if marathon => view,
            _ => &measured.recorded,
        };
        Self { entry, identity, measured, decision, view }
    }

    /// Returns whether it was a race.
    pub fn is_race(&self) -> bool {
        self.decision.kind == Kind::Race
    }

    /// Returns the repeats of an interval session; empty for a race and for any other run.
    pub fn repeats(&self) -> &'a [Repeat] {
        if self.is_race() { &[] } else { &self.measured.repeats }
    }

    /// Returns whether it is a marathon race, finished or not.
    pub fn is_marathon(&self) -> bool {
        self.is_unfinished_marathon() || (self.is_race() && self.view.course == Some(Course::Marathon))
    }

    /// Returns whether it is a marathon race whose recording ends before the finish. Such a run is
    /// scored on the recorded distance.
    pub fn is_unfinished_marathon(&self) -> bool {
        self.is_race()
            && self.view.course.is_none()
            && self.decision.named == Some(Course::Marathon)
            && self.view.distance_m < Course::Marathon.length_m()
    }

    /// Returns whether the kilometres without the first and the last are even enough. Of a run with
    /// fewer than four others all whole kilometres are, because so few tell nothing of the first.
    pub(crate) fn is_steady(&self) -> bool {
        let kms = &self.view.kms;
        let inner = kms.get(1..kms.len().saturating_sub(1)).unwrap_or_default();
        let compared = if inner.len() < FEW_KMS { kms } else { inner };
        let is_whole = |split: &&Split| split.distance_m > WHOLE_KM_M;
        let times_s: Vec<f64> =
            compared.iter().filter(is_whole).map(|split| split.times.on(self.decision.basis)).collect();
        let mean_s = times_s.iter().sum::<f64>() / times_s.len() as f64;
        let squares: f64 = times_s.iter().map(|time_s| (time_s - mean_s) * (time_s - mean_s)).sum();
        let variance = squares / (times_s.len() as f64 - 1.0).max(1.0);
        variance.sqrt() <= STEADY * mean_s
    }

    /// Returns the positive split on the decided basis, percent.
    pub fn positive_split_pct(&self) -> f64 {
        self.view.positive_split_pct(self.decision.basis)
    }

    /// Returns the start excess on the decided basis, percent, not grade-adjusted.
    pub fn start_excess_pct(&self) -> f64 {
        self.view.start_excess_pct(self.decision.basis)
    }
}
