//! What the rules say of a batch: findings for each run, and findings about the runner over time.

use super::model::{Context, Finding};
use super::risk::{WallRisk, wall_risk};
use super::rules::{RULES, start_01};
use crate::history::{Entry, History, Outcome, Run};

/// What the rules say of one run.
#[derive(Debug)]
pub struct Judged {
    /// Whether its start was judged: it is a race, or a steady training run (DESIGN, "Steady or not").
    pub start_judged: bool,
    /// A marathon's chance of the wall; a duplicate has it too.
    pub risk: Option<WallRisk>,
    /// What the rules found, worst first; nothing for a duplicate.
    pub findings: Vec<Finding>,
}

/// What the rules say of a batch.
#[derive(Debug)]
pub struct JudgedBatch {
    /// One slot per entry; empty where there is nothing to score.
    pub runs: Vec<Option<Judged>>,
    /// Findings about the runner over time.
    pub over_time: Vec<Finding>,
}

impl JudgedBatch {
    pub(super) fn new(entries: &[Entry], history: &History, context: &Context) -> Self {
        let decided = entries.iter().zip(&history.decisions).zip(&history.twin_of).enumerate();
        let runs = decided.map(|(index, ((entry, decision), twin_of))| {
            let Outcome::Measured(identity, measured) = &entry.outcome else { return None };
            let run = Run::new(index, identity, measured, decision.as_ref()?);
            Some(Judged {
                start_judged: start_01::applies(&run),
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

/// Asks every rule about a run; findings come worst first, then in the registry's order.
fn findings(run: &Run, context: &Context) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES.iter().filter_map(|rule| rule.find(run, context)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}
