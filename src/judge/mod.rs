//! Judges runs by rules: decided runs in, findings out.
//!
//! A rule is one file in `rules` and one line in its list. The file has the rule's text, thresholds
//! and check together. `firstmile explain` prints the same thresholds that the check uses. Models
//! and reference tables of public results are in [`evidence`]. This stage cannot fail: a rule that
//! lacks its input finds nothing. Layout and output formats are left to `formats`.

pub mod evidence;
mod judged;
mod late_segments;
mod model;
mod risk;
mod rules;

pub use judged::{Judged, JudgedBatch};
pub use model::{Check, Context, Evidence, Finding, Level, Pool, Rule, Steps, UnknownLevel};
pub use risk::WallRisk;
pub use rules::{RULES, find};

use crate::history::{Entry, History};
use crate::runner::Runner;
use crate::units::Units;

/// Judges every run of a decided batch, and the runner over time.
pub fn judge(entries: &[Entry], history: &History, runner: &Runner, units: Units) -> JudgedBatch {
    JudgedBatch::new(entries, history, &Context { trends: &history.trends, runner, units })
}
