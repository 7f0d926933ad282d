//! Measured runs to findings.
//!
//! A rule is one file in `rules` and one line in its list: its text, its thresholds and its check
//! stand together, so `firstmile explain` cannot say anything else than what is done.

pub mod evidence;
mod judged;
mod late_segments;
mod model;
mod risk;
mod rules;

pub use model::{Check, Context, Evidence, Finding, Level, Pool, Rule, Steps};
pub use risk::WallRisk;
pub use rules::{RULES, find};

pub use judged::{Judged, JudgedBatch};

use crate::history::{Entry, History};
use crate::runner::Runner;
use crate::units::Units;

/// Judges every run of a decided batch, and the runner over time.
pub fn judge(entries: &[Entry], history: &History, runner: &Runner, units: Units) -> JudgedBatch {
    JudgedBatch::new(entries, history, &Context { trends: &history.trends, runner, units })
}
