//! One difference between this report and an earlier one.

use crate::escape::escape_controls;
use crate::judge::Level;

/// One change.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Change {
    /// The run: `path[!member][#activity]`.
    pub address: String,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// The rule's id, the column's name, or nothing.
    pub what: String,
    /// What it was; empty for what is new.
    pub before: String,
    /// What it is; empty for what is gone.
    pub after: String,
}

/// The kinds of changes, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A finding that was not there, or was of a lower level.
    NewFinding,
    /// A finding that is gone, or of a lower level.
    FixedFinding,
    /// A number or word that moved.
    Moved,
    /// A run that was not there.
    NewRun,
    /// A run that is gone.
    GoneRun,
}

impl ChangeKind {
    /// Its words in a sentence, for one and for many.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NewFinding => ("new finding", "new findings"),
            Self::FixedFinding => ("finding gone", "findings gone"),
            Self::Moved => ("value moved", "values moved"),
            Self::NewRun => ("new run", "new runs"),
            Self::GoneRun => ("run gone", "runs gone"),
        }
    }

    /// Every kind, in order.
    pub const ALL: [Self; 5] =
        [Self::NewFinding, Self::FixedFinding, Self::Moved, Self::NewRun, Self::GoneRun];
}

impl Change {
    /// "finish_s: 3600 → 3612": what moved, from what to what; all harmless.
    pub(crate) fn told(&self) -> String {
        let none = |text: &str| if text.is_empty() { "–".to_owned() } else { escape_controls(text) };
        let what = if self.what.is_empty() { "status" } else { &self.what };
        format!("{what} {} → {}", none(&self.before), none(&self.after))
    }

    /// The level of a new finding.
    pub fn new_level(&self) -> Option<Level> {
        (self.kind == ChangeKind::NewFinding).then(|| self.after.parse().ok()).flatten()
    }
}
