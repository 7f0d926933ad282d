//! The rules' results for a batch: findings about each run and about the runner over time.
//!
//! The index of a result is its entry's index in the batch.

use super::model::{Context, Finding, Level};
use super::risk::{WallRisk, wall_risk};
use super::rules::{CAVEATS, RULES, start_01};
use crate::history::{Entry, History, Outcome, Run};

/// The rules' results for one run.
#[derive(Debug)]
pub struct Judged {
    /// Whether its start was judged: it is a race, or a steady training run (START-01).
    pub start_judged: bool,
    /// The level of its start in a race over its course, also for a training run, whose finding has
    /// a note at most. `None` if the start was not judged, or not fast.
    pub start_level: Option<Level>,
    /// The chance of the wall in a marathon race; also for a duplicate.
    pub risk: Option<WallRisk>,
    /// The findings, worst first; empty for a duplicate.
    pub findings: Vec<Finding>,
}

/// The rules' results for a batch.
#[derive(Debug)]
pub struct JudgedBatch {
    /// One slot for each entry; `None` for an entry that was not measured.
    pub runs: Vec<Option<Judged>>,
    /// Findings about the runner over time.
    pub over_time: Vec<Finding>,
}

impl JudgedBatch {
    /// Applies all rules to every decided run and to the runner over time.
    pub(super) fn new(entries: &[Entry], history: &History, context: &Context) -> Self {
        let decided = entries.iter().zip(&history.decisions).zip(&history.twin_of).enumerate();
        let runs = decided.map(|(index, ((entry, decision), twin_of))| {
            let Outcome::Measured(identity, measured) = &entry.outcome else { return None };
            let run = Run::new(index, identity, measured, decision.as_ref()?);
            let start_judged = start_01::applies(&run);
            Some(Judged {
                start_judged,
                start_level: start_judged.then(|| start_01::race_level(&run)).flatten(),
                risk: wall_risk(&run, context.runner),
                findings: if twin_of.is_none() { findings(&run, context) } else { Vec::new() },
            })
        });
        Self {
            runs: runs.collect(),
            over_time: RULES.iter().filter_map(|rule| rule.find_over_time(context)).collect(),
        }
    }
}

/// Applies every rule to a run, to a walk those about its recording; returns findings worst first,
/// then in the order of [`RULES`].
fn findings(run: &Run, context: &Context) -> Vec<Finding> {
    let rules = if run.measured.walked && !run.is_race() { CAVEATS } else { RULES };
    let mut findings: Vec<Finding> = rules.iter().filter_map(|rule| rule.find(run, context)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}
