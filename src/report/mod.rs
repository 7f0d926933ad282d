//! The report as a value: rows, findings, counts and trends.
//!
//! A [`Report`] joins what was measured, decided and judged about a batch. It has no layout: the
//! writers in [`formats`](crate::formats) turn it into text, JSON, CSV and so on. A [`Roster`] is
//! the shorter value for a club, with one line for each athlete.

mod address;
mod called;
mod change;
mod outcome;
#[expect(clippy::module_inception, reason = "the module is named for its main value")]
mod report;
mod roster;
mod row;
mod verdict;
mod versus;

pub(crate) use address::{Addresses, unique_addresses};
pub use change::{Change, ChangeKind};
pub use outcome::Outcome;
pub(crate) use outcome::{AgainstEven, EVEN_PCT, Wall, in_effort, lost_s, number};
pub use report::{Report, Summary};
pub use roster::{Athlete, ClearTrend, Need, Roster, RosterLine};
pub use row::{Row, Scores, Status};
pub(crate) use verdict::{INTERVAL_SESSION, found, start_level, verdict};
pub(crate) use versus::shown_gap_s;
pub use versus::{Both, GapAt, Matching, Opened, Versus, VersusError};
