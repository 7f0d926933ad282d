//! Measured runs to findings.
//!
//! A rule is one file in `rules` and one line in its list: its text, its thresholds and its check
//! stand together, so `firstmile explain` cannot say anything else than what is done.

pub mod evidence;
mod late_segments;
mod model;
mod risk;
mod rules;

pub use model::{Check, Context, Evidence, Finding, Level, Pool, Rule, Steps};
pub use risk::{WallRisk, wall_risk};
pub use rules::{RULES, find};

use crate::history::Run;

/// Whether a run has a start to be judged: a race, or a steady training run (DESIGN, "Steady or not").
pub fn has_judged_start(run: &Run) -> bool {
    rules::start_01::applies(run)
}

/// Asks every rule about the runner over time.
pub fn judge_over_time(context: &Context) -> Vec<Finding> {
    RULES.iter().filter_map(|rule| rule.find_over_time(context)).collect()
}

/// Asks every rule about a run; findings come worst first, then in the list's order.
pub fn judge(run: &Run, context: &Context) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES.iter().filter_map(|rule| rule.find(run, context)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}
