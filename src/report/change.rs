//! A difference between this report and an earlier one, the baseline.
//!
//! [`formats::compare`](crate::formats::compare) finds the differences.

use crate::escape::escape_controls;
use crate::judge::Level;

/// A difference in one run.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Change {
    /// The run's address: `path[!member][#activity]`.
    pub address: String,
    /// The kind of the difference.
    pub kind: ChangeKind,
    /// The rule's id for a finding, the column's name for a value; empty for a whole run.
    pub what: String,
    /// The level, value or status before; empty if there was none.
    pub before: String,
    /// The level, value or status now; empty if there is none.
    pub after: String,
}

/// The kinds of differences, in the order in which they are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// A finding that is new or has a higher level.
    NewFinding,
    /// A finding that is gone or has a lower level.
    FixedFinding,
    /// A value of a column that differs.
    Moved,
    /// A run that the baseline does not have.
    NewRun,
    /// A run that only the baseline has.
    GoneRun,
}

impl ChangeKind {
    /// Returns its name in sentences, singular and plural.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::NewFinding => ("new finding", "new findings"),
            Self::FixedFinding => ("finding gone", "findings gone"),
            Self::Moved => ("value moved", "values moved"),
            Self::NewRun => ("new run", "new runs"),
            Self::GoneRun => ("run gone", "runs gone"),
        }
    }

    /// Every kind, in the order in which they are reported.
    pub const ALL: [Self; 5] =
        [Self::NewFinding, Self::FixedFinding, Self::Moved, Self::NewRun, Self::GoneRun];
}

impl Change {
    /// Returns the change as "finish_s 3600 → 3612", with control characters escaped.
    pub(crate) fn summary(&self) -> String {
        let shown = |text: &str| if text.is_empty() { "–".to_owned() } else { escape_controls(text) };
        let what = if self.what.is_empty() { "status" } else { &self.what };
        format!("{what} {} → {}", shown(&self.before), shown(&self.after))
    }

    /// Returns the level of a new finding; `None` for any other change.
    pub fn new_level(&self) -> Option<Level> {
        (self.kind == ChangeKind::NewFinding).then(|| self.after.parse().ok()).flatten()
    }
}
