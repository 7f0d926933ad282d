//! The report as a value: rows, findings, counts and trends, ready for any writer in [`formats`](crate::formats).

mod address;
mod change;
#[expect(clippy::module_inception, reason = "the room is named for its main value")]
mod report;
mod roster;
mod row;
mod verdict;

pub(crate) use address::Addresses;
pub use change::{Change, ChangeKind};
pub use report::{Report, Summary};
pub use roster::{Athlete, Line, Need, Roster};
pub use row::{Row, Scores, Status};
pub(crate) use verdict::{found, start_level, verdict};
