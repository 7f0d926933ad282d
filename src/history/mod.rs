//! What only the batch knows: which runs were races, on which view each is scored, and how the runner's
//! positive splits went over the years.
//!
//! It reads measured runs and never samples. Rules get its answers through their
//! [`Context`](crate::judge::Context).

mod decide;
mod entry;
pub mod field;
mod fitness;
mod payback;
mod race;
mod run;
mod training;
mod trend;
mod twins;

pub use decide::{History, Trends, decide, decide_each, decide_field};
pub(crate) use fitness::RIEGEL;
pub use fitness::Support;
pub use payback::Payback;
pub use training::{Follows, LongRun, Month, Training};
pub use trend::{CourseTrend, Drift, TrendPoint, Year};

pub use crate::history::entry::{Entry, Outcome, TableOrigin};
pub use crate::history::run::{Decision, Kind, Run};
