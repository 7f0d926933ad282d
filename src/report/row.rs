//! A row of a report: everything that the formats write about one activity.
//!
//! Values are in SI units and unrounded. Formats round them, and
//! the list of data columns is in `formats/tabular/columns.rs`.

use std::sync::Arc;

use super::address::numbered;
use crate::history::{Decision, Entry, Kind, Outcome, Run, address};
use crate::ingest::names::stem;
use crate::judge::{Finding, Judged, Level, WallRisk};
use crate::measure::{Basis, Identity, Measured, Refusal, Repeat, View, session_name};
use crate::runner::Stated;
use crate::units::Civil;

/// The result for a row's activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// Measured and judged.
    Scored,
    /// Read but not scored, for a stated reason.
    Refused,
    /// Measured, but the same run as another row, which is the one counted.
    Duplicate,
    /// Not readable.
    Unreadable,
}

impl Status {
    /// Returns the word for the `status` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Scored => "scored",
            Self::Refused => "refused",
            Self::Duplicate => "duplicate",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A row of a report.
#[derive(Debug)]
pub struct Row {
    /// The file's path, as reached from the argument.
    pub path: Arc<str>,
    /// The name of the archive's member; `None` for a loose file.
    pub member: Option<Arc<str>>,
    /// The activity's number within the file or member, from 1.
    pub activity: usize,
    /// Its number among the rows of the same address, from 1: an archive may have several members
    /// of the same name.
    pub(super) of_this_name: usize,
    /// The result.
    pub status: Status,
    /// A stable code of the reason; empty when scored.
    pub reason: &'static str,
    /// The reason as a sentence.
    pub detail: String,
    /// The address of the row that has the better recording of the same run.
    pub duplicate_of: Option<String>,
    /// What a flag, the profile or the file states about the run.
    pub stated: Stated,
    /// What is known about the activity; `None` if unreadable.
    pub identity: Option<Identity>,
    /// The numbers and findings of a scored or duplicate run.
    pub scores: Option<Scores>,
    /// What reports call it: a name that a person recognises, else its distance, day and time.
    pub(super) called: String,
    /// What it is called in ASCII, if too little of its name would be left; see
    /// [`Row::title_in`].
    pub(super) called_in_ascii: Option<String>,
}

/// The numbers and findings of a scored or duplicate run.
#[derive(Debug)]
pub struct Scores {
    /// Race or training.
    pub kind: Kind,
    /// Why it is a race or training, as sentences.
    pub reasons: Vec<String>,
    /// Whether it is a race by its marks alone, without a title, type or statement.
    pub inferred: bool,
    /// Whether a training run may have been a race.
    pub may_be_race: bool,
    /// The codes of the marks of a race, or of training, that were found.
    pub marks: Vec<&'static str>,
    /// Which time the verdict uses: elapsed, timer or moving.
    pub basis: Basis,
    /// The goal as an even pace, s/m.
    pub goal_s_per_m: Option<f64>,
    /// The view that the verdict uses: as recorded, or on the certified course.
    pub view: Arc<View>,
    /// Whether the start was judged. It is not if a training run is unsteady.
    pub start_judged: bool,
    /// The level of its start in a race, also for training.
    pub start_level: Option<Level>,
    /// Everything that was measured.
    pub measured: Arc<Measured>,
    /// The chance of hitting the wall, for marathons; duplicates have it too.
    pub risk: Option<WallRisk>,
    /// The findings of the rules, worst first.
    pub findings: Vec<Finding>,
}

impl Scores {
    /// Returns the time of the whole run on its basis, seconds.
    pub fn finish_s(&self) -> f64 {
        self.view.total.on(self.basis)
    }

    /// Returns the goal of a finished race on a course, and by how much the finish was behind it,
    /// seconds; below zero it was ahead.
    pub(crate) fn behind_goal_s(&self) -> Option<(f64, f64)> {
        let is_finished = self.kind == Kind::Race && self.view.course.is_some() && !self.is_unfinished();
        let goal_s = self.goal_s_per_m.filter(|_| is_finished)? * self.view.distance_m;
        Some((goal_s, self.finish_s() - goal_s))
    }

    /// Returns its mean pace on its basis, s/m.
    pub(crate) fn pace_s_per_m(&self) -> f64 {
        self.finish_s() / self.view.distance_m
    }

    /// Returns the repeats of an interval session; empty for a race and for any other run.
    pub fn repeats(&self) -> &[Repeat] {
        if self.kind == Kind::Race { &[] } else { &self.measured.repeats }
    }

    /// Returns what an interval session is called, such as "8 × 800 m".
    pub fn session(&self) -> Option<String> {
        session_name(self.repeats())
    }

    /// Returns whether the recording ends before the finish, so that its finish is only the
    /// recording's end.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.measured.cut_short || (self.view.marathon && self.view.course.is_none())
    }
}

impl Row {
    /// Makes a row of an entry, its decision and its findings.
    ///
    /// `path` is the entry's as text, which the rows of a file share; `original` is the address of
    /// the entry of which this one is a duplicate, `ride` why it is no run.
    pub(super) fn new(
        index: usize,
        entry: &Entry,
        decided: Option<(&Decision, Judged)>,
        path: Arc<str>,
        of_this_name: usize,
        original: Option<String>,
        ride: Option<&Refusal>,
    ) -> Self {
        let mut row = Self {
            path,
            member: entry.member.clone(),
            activity: entry.activity,
            of_this_name,
            status: Status::Scored,
            reason: "",
            detail: String::new(),
            duplicate_of: original,
            stated: entry.stated.clone(),
            identity: None,
            scores: None,
            called: String::new(),
            called_in_ascii: None,
        };
        match (&entry.outcome, decided) {
            (Outcome::Measured(identity, measured), Some((decision, judged))) => {
                let run = Run::new(index, identity, measured, decision);
                row.scores = Some(Scores {
                    kind: decision.kind,
                    reasons: decision.reasons.clone(),
                    inferred: decision.inferred,
                    may_be_race: decision.may_be_race,
                    marks: decision.marks.clone(),
                    basis: decision.basis,
                    goal_s_per_m: decision.goal_s_per_m,
                    view: Arc::clone(run.view),
                    start_judged: judged.start_judged,
                    start_level: judged.start_level,
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
            (Outcome::Measured(identity, _), None) if ride.is_some() => {
                (row.status, row.duplicate_of) = (Status::Refused, None);
                row.reason = ride.map_or("", Refusal::code);
                row.detail = ride.map(ToString::to_string).unwrap_or_default();
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

    /// Returns whether this is a scored race.
    pub fn is_race(&self) -> bool {
        self.status == Status::Scored && self.scores.as_ref().is_some_and(|scores| scores.kind == Kind::Race)
    }

    /// Returns the findings, worst first; empty if the row was not scored.
    pub fn findings(&self) -> &[Finding] {
        self.scores.as_ref().map_or(&[], |scores| &scores.findings)
    }

    /// Returns the level of its worst finding; `None` without a finding.
    pub fn level(&self) -> Option<Level> {
        self.findings().iter().map(|finding| finding.level).max()
    }

    /// Returns what reports call it: a name that a person recognises, else its distance, day and
    /// time, for example "Half marathon, Sunday 9:29".
    pub fn title(&self) -> &str {
        &self.called
    }

    /// Returns [`title`](Self::title), for text that is ASCII or not. In ASCII a name in another
    /// script would be a row of question marks, so the run is called by its facts.
    pub(crate) fn title_in(&self, ascii: bool) -> &str {
        self.called_in_ascii.as_deref().filter(|_| ascii).unwrap_or_else(|| self.title())
    }

    /// Returns the file's or member's name without its endings.
    ///
    /// In a field of runners this tells them apart, because all activities have the race's name.
    pub(crate) fn title_of_file(&self) -> String {
        let file = self.member.as_deref().unwrap_or(&self.path);
        let file = file.rsplit(['/', '!']).next().unwrap_or(file);
        stem(file).to_owned()
    }

    /// Returns the file's name after its folder's, for example "alice/activity".
    pub(crate) fn title_with_folder(&self) -> String {
        let file = self.member.as_deref().unwrap_or(&self.path);
        let folder = file.rsplit(['/', '!']).nth(1);
        folder.map_or_else(|| self.title_of_file(), |folder| format!("{folder}/{}", self.title_of_file()))
    }

    /// Returns date and clock time of the start by local time, or by UTC if the offset is unknown.
    pub fn local_start(&self) -> Option<Civil> {
        self.identity.as_ref()?.local_start()
    }

    /// Returns the day of the start, for example "2019-10-13"; empty if unknown.
    pub(crate) fn day(&self) -> String {
        self.local_start().map_or_else(String::new, |at| at.date())
    }

    /// Returns the day of the start for a sentence, for example "13 Oct 2019"; empty if unknown.
    pub(crate) fn day_in_words(&self) -> String {
        self.local_start().map_or_else(String::new, |at| at.date_in_words())
    }

    /// Returns the day of the start for a place after a name: with its weekday, as in "Sunday 13
    /// Oct 2019", unless the name has it.
    pub(crate) fn day_after(&self, name: &str) -> String {
        self.local_start().map_or_else(String::new, |at| match at.weekday() {
            weekday if name.contains(weekday) => at.date_in_words(),
            weekday => format!("{weekday} {}", at.date_in_words()),
        })
    }

    /// Returns the unique address, `path[!member][#activity]`, numbered if an archive has several
    /// members of the same name. It is put together here, because the rows of one long name would
    /// else each keep it.
    pub fn address(&self) -> String {
        numbered(address(&self.path, self.member.as_deref(), self.activity), self.of_this_name)
    }

    /// Returns `path[!member]`, which the command line accepts as an argument.
    pub(crate) fn location(&self) -> String {
        address(&self.path, self.member.as_deref(), 1)
    }
}
