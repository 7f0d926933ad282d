//! Decides what only a whole batch of runs can answer.
//!
//! Which recordings are one run? Which runs were races? How is each run scored? How did the runner
//! change over the years?
//!
//! The input is a slice of [`Entry`], one per activity; the output is a [`History`]. The steps are
//! described in `decide.rs`. This stage reads measured values (metres, seconds, percent), never
//! samples. It judges nothing: rules read its results through their
//! [`Context`](crate::judge::Context).
//! [`field`] compares many runners of one race instead of one runner's many runs.

mod bests;
mod decide;
mod drift;
mod entry;
pub mod field;
mod fitness;
mod names;
mod payback;
mod race;
mod rides;
mod run;
mod training;
mod trend;
mod twins;

pub use bests::Best;
pub use decide::{History, Trends, decide, decide_each, decide_field};
pub use drift::DriftYear;
pub(crate) use drift::{WALK_S_PER_M, of as steady_drift};
pub use fitness::Prediction;
pub(crate) use fitness::RIEGEL;
pub use payback::{NoPayback, Payback};
pub use training::{Follows, LongRun, Month, Training};
pub use trend::{CourseTrend, TrendPoint, TrendResult, Year};

pub(crate) use crate::history::entry::address;
pub use crate::history::entry::{Entry, Outcome, TableOrigin};
pub use crate::history::run::{Decision, Kind, Run};
