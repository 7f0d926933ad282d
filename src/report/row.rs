//! One row of a report: what every format tells of an activity, under the names of the data columns.

use std::sync::Arc;

use crate::history::{Decision, Entry, Kind, Outcome, Run};
use crate::ingest::names::stem;
use crate::judge::{Finding, Judged, WallRisk};
use crate::measure::{Basis, Identity, Measured, View};
use crate::runner::Stated;

/// What became of a row's activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Measured and judged.
    Scored,
    /// Read but not scored.
    Refused,
    /// The same run as another row's, measured but counted there.
    Duplicate,
    /// Not read.
    Unreadable,
}

impl Status {
    /// The word for the `status` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::Refused => "refused",
            Self::Duplicate => "duplicate",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A row.
#[derive(Debug)]
pub struct Row {
    /// The file's path, as reached from the argument.
    pub path: String,
    /// The archive's member.
    pub member: Option<String>,
    /// The activity's number within file or member, from 1.
    pub activity: usize,
    /// How an argument or a table names it: `path[!member][#activity]`; of several of one name, with a number behind it.
    pub address: String,
    /// What became of it.
    pub status: Status,
    /// A stable code; empty when scored.
    pub reason: &'static str,
    /// The sentence to the reason.
    pub detail: String,
    /// The row of the same run, better recorded: `path[!member][#activity]`.
    pub duplicate_of: Option<String>,
    /// What the user says of it.
    pub said: Stated,
    /// What is known of it; `None` for what was not read.
    pub identity: Option<Identity>,
    /// Its numbers and findings, when scored.
    pub scores: Option<Scores>,
}

/// The numbers and findings of a scored run.
#[derive(Debug)]
pub struct Scores {
    /// Race or training.
    pub kind: Kind,
    /// Why.
    pub reasons: Vec<String>,
    /// The time that counts.
    pub basis: Basis,
    /// The view that counts.
    pub view: Arc<View>,
    /// Whether its start was judged; that of a training run that is not steady is not.
    pub start_judged: bool,
    /// All that was measured.
    pub measured: Arc<Measured>,
    /// A marathon's chance of the wall; a duplicate's too.
    pub risk: Option<WallRisk>,
    /// What the rules found, worst first.
    pub findings: Vec<Finding>,
}

impl Row {
    /// Tells an entry, by its address and that of the entry whose twin it is.
    pub(super) fn new(
        index: usize,
        entry: &Entry,
        decided: Option<(&Decision, Judged)>,
        address: &str,
        original: Option<&str>,
    ) -> Self {
        let mut row = Self {
            path: entry.path.to_string_lossy().into_owned(),
            member: entry.member.clone(),
            activity: entry.activity,
            address: address.to_owned(),
            status: Status::Scored,
            reason: "",
            detail: String::new(),
            duplicate_of: original.map(str::to_owned),
            said: entry.stated.clone(),
            identity: None,
            scores: None,
        };
        match (&entry.outcome, decided) {
            (Outcome::Measured(identity, measured), Some((decision, judged))) => {
                let run = Run::new(index, identity, measured, decision);
                row.scores = Some(Scores {
                    kind: decision.kind,
                    reasons: decision.reasons.clone(),
                    basis: decision.basis,
                    view: Arc::clone(run.view),
                    start_judged: judged.start_judged,
                    measured: Arc::clone(measured),
                    risk: judged.risk,
                    findings: judged.findings,
                });
                if let Some(original) = &row.duplicate_of {
                    (row.status, row.reason) = (Status::Duplicate, "twin");
                    row.detail = format!("the same run as {original}");
                }
                row.identity = Some(identity.as_ref().clone());
            }
            (Outcome::Measured(..), None) => {
                (row.status, row.reason) = (Status::Refused, "internal");
                "no decision was made on it".clone_into(&mut row.detail);
            }
            (Outcome::Refused(identity, refusal), _) => {
                (row.status, row.reason, row.detail) = (Status::Refused, refusal.code(), refusal.to_string());
                row.identity = Some(identity.as_ref().clone());
            }
            (Outcome::Unreadable(failure), _) => {
                (row.status, row.reason, row.detail) =
                    (Status::Unreadable, failure.code(), failure.to_string());
            }
        }
        row
    }

    /// Whether it is a scored race.
    pub fn is_race(&self) -> bool {
        self.status == Status::Scored && self.scores.as_ref().is_some_and(|scores| scores.kind == Kind::Race)
    }

    /// Its findings, worst first; none when it was not scored.
    pub fn findings(&self) -> &[Finding] {
        self.scores.as_ref().map_or(&[], |scores| &scores.findings)
    }

    /// The activity's name, else the file's.
    pub(crate) fn title(&self) -> String {
        let named = self.identity.as_ref().and_then(|identity| identity.name.clone());
        named.unwrap_or_else(|| self.title_of_file())
    }

    /// The file's or member's name without its endings: in a field the runner's, as all have one race's name.
    pub(crate) fn title_of_file(&self) -> String {
        let file = self.member.as_deref().unwrap_or(&self.path);
        let file = file.rsplit(['/', '!']).next().unwrap_or(file);
        stem(file).to_owned()
    }

    /// The same with the folder in front: "alice/activity".
    pub(crate) fn title_with_folder(&self) -> String {
        let file = self.member.as_deref().unwrap_or(&self.path);
        let folder = file.rsplit(['/', '!']).nth(1);
        folder.map_or_else(|| self.title_of_file(), |folder| format!("{folder}/{}", self.title_of_file()))
    }

    /// Its day in the runner's own time where the file tells the offset, else in UTC; empty when unknown.
    pub(crate) fn day(&self) -> String {
        let Some(identity) = &self.identity else { return String::new() };
        identity.local_start_s().map_or_else(String::new, |local_s| {
            let day = crate::units::civil(local_s.floor() as i64);
            day.date()
        })
    }

    /// `path[!member]`, as an argument would name it.
    pub(crate) fn place(&self) -> String {
        match &self.member {
            Some(member) => format!("{}!{member}", self.path),
            None => self.path.clone(),
        }
    }
}
