//! What only the batch knows: which runs were races, on which view each is scored, and how the runner's
//! positive splits went over the years.
//!
//! It reads measured runs and never samples. Rules get its answers through their
//! [`Context`](crate::judge::Context).

mod effort;
pub mod field;
mod fitness;
mod payback;
mod race;
pub mod robust;
mod training;
mod trend;
mod twins;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::ingest::Failure;
use crate::measure::{Basis, Course, Identity, Measured, Refusal, View};
use crate::runner::Said;

use effort::Effort;
pub use fitness::Support;
pub use payback::Payback;
pub use training::{Follows, LongRun, Month, Training};
pub use trend::{CourseTrend, Drift, TrendPoint, Year};

/// One activity of the batch, or a file that gave none.
#[derive(Debug)]
pub struct Entry {
    /// The file.
    pub path: PathBuf,
    /// The archive's member, if the file is an archive.
    pub member: Option<String>,
    /// Its number within the file or member, from 1.
    pub activity: usize,
    /// What the user says of it.
    pub said: Said,
    /// What became of it.
    pub outcome: Outcome,
    /// What a table that it was taken from says of an earlier batch; `None` for what was read itself.
    pub kept: Option<Kept>,
}

/// What an earlier batch found out about an entry of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The batch in which it was asked which entries are one run; `None` where it was not asked.
    pub batch: Option<String>,
    /// The [address](Entry::address) of the richer recording of the same run in that batch.
    pub duplicate_of: Option<String>,
}

impl Entry {
    /// What is known of the activity; nothing of what was not read.
    pub fn identity(&self) -> Option<&Identity> {
        match &self.outcome {
            Outcome::Measured(identity, _) | Outcome::Refused(identity, _) => Some(identity),
            Outcome::Unreadable(_) => None,
        }
    }

    /// How an argument or a table names it: `path[!member][#activity]`.
    pub fn address(&self) -> String {
        let mut address = self.path.to_string_lossy().into_owned();
        if let Some(member) = &self.member {
            address.push('!');
            address.push_str(member);
        }
        if self.activity > 1 {
            address.push('#');
            address.push_str(&self.activity.to_string());
        }
        address
    }
}

/// What became of a file or activity.
#[derive(Debug)]
pub enum Outcome {
    /// Measured, so that it can be scored.
    Measured(Box<Identity>, Arc<Measured>),
    /// Read but not scored.
    Refused(Box<Identity>, Refusal),
    /// Not read.
    Unreadable(Failure),
}

/// Whether a run was raced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A race: judged on elapsed time, on the course scale where a course is recognised.
    Race,
    /// Anything else: judged on timer or moving time, as recorded.
    Training,
}

impl Kind {
    /// The word for the `kind` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Race => "race",
            Self::Training => "training",
        }
    }
}

/// How one run of the batch is to be scored, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Race or training.
    pub kind: Kind,
    /// The reasons for that, in phrases.
    pub reasons: Vec<String>,
    /// Whether those are its effort among the other runs, later ones too, and no word of anybody's.
    pub by_effort: bool,
    /// Which of the three times counts.
    pub basis: Basis,
    /// Whether the view on the candidate course counts.
    pub on_course: bool,
    /// The course that it was raced on by the user's or a name's word, also where the recording does not reach its end.
    pub named: Option<Course>,
    /// The even pace that the runner meant to run, s/m.
    pub goal_s_per_m: Option<f64>,
}

/// A run as it is scored: what was measured, and the view and basis that count.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// Which entry of the batch it is.
    pub entry: usize,
    /// What is known of it.
    pub identity: &'a Identity,
    /// All that was measured.
    pub measured: &'a Measured,
    /// How it is scored.
    pub decision: &'a Decision,
    /// The view that counts.
    pub view: &'a Arc<View>,
}

impl<'a> Run<'a> {
    /// Joins a measured run with its decision.
    pub fn new(entry: usize, identity: &'a Identity, measured: &'a Measured, decision: &'a Decision) -> Self {
        let marathon = decision.kind == Kind::Race && decision.named == Some(Course::Marathon);
        let view = match (&measured.candidate, &measured.unfinished_marathon) {
            (Some(view), _) if decision.on_course => view,
            (_, Some(view)) if marathon => view,
            _ => &measured.recorded,
        };
        Self { entry, identity, measured, decision, view }
    }

    /// Whether it was raced.
    pub fn is_race(&self) -> bool {
        self.decision.kind == Kind::Race
    }

    /// Whether it is a marathon race, finished or not.
    pub fn is_marathon(&self) -> bool {
        self.is_unfinished_marathon() || (self.is_race() && self.view.course == Some(Course::Marathon))
    }

    /// Whether it is the recording of a marathon race that ends before the finish: it is on the recorded distance.
    pub fn is_unfinished_marathon(&self) -> bool {
        self.is_race()
            && self.view.course.is_none()
            && self.decision.named == Some(Course::Marathon)
            && self.view.distance_m < Course::Marathon.length_m()
    }

    /// Positive split on its basis, percent.
    pub fn positive_split_pct(&self) -> f64 {
        self.view.positive_split_pct(self.decision.basis)
    }

    /// Start excess on its basis, percent.
    pub fn start_excess_pct(&self) -> f64 {
        self.view.start_excess_pct(self.decision.basis)
    }
}

/// The runner over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Trends {
    /// One for each course raced, by length.
    pub courses: Vec<CourseTrend>,
    /// The long runs.
    pub training: Training,
    /// Seconds lost in the second half for each gained in the first, or why that is not told.
    pub payback: Result<Payback, String>,
    /// What the runner's earlier runs support in a race, by entry, where it can be told.
    pub supports: BTreeMap<usize, Support>,
}

impl Trends {
    /// Reads the runs that count.
    fn over(runs: &[Run]) -> Self {
        Self {
            courses: trend::courses(runs),
            training: Training::over(runs),
            payback: payback::over(runs),
            supports: fitness::supports(runs).into_iter().collect(),
        }
    }
}

impl Default for Trends {
    fn default() -> Self {
        Self::over(&[])
    }
}

/// What the batch says, beside each entry (`decisions` and `twin_of` have one slot an entry; a decision is missing
/// where there is nothing to score).
#[derive(Debug)]
pub struct History {
    /// How each measured entry is scored.
    pub decisions: Vec<Option<Decision>>,
    /// For each entry, the entry that it is a twin of: the same run, better recorded.
    pub twin_of: Vec<Option<usize>>,
    /// The course of things over the years.
    pub trends: Trends,
    /// Whether it was asked which entries are one run.
    pub settled: bool,
}

impl History {
    /// The runs that count, in the entries' order: measured, and no twin of another.
    pub fn runs<'a>(&'a self, entries: &'a [Entry]) -> Vec<Run<'a>> {
        counted(entries, &self.decisions, &self.twin_of)
    }
}

fn counted<'a>(
    entries: &'a [Entry],
    decisions: &'a [Option<Decision>],
    twin_of: &[Option<usize>],
) -> Vec<Run<'a>> {
    let run = |index: usize| match (&entries[index].outcome, &decisions[index], twin_of[index]) {
        (Outcome::Measured(identity, measured), Some(decision), None) => {
            Some(Run::new(index, identity, measured, decision))
        }
        _ => None,
    };
    (0..entries.len()).filter_map(run).collect()
}

/// Reads the batch of one runner.
pub fn read(entries: &[Entry]) -> History {
    let twin_of = twins::find(entries);
    let decisions = decide(entries, &twin_of);
    let trends = Trends::over(&counted(entries, &decisions, &twin_of));
    History { decisions, twin_of, trends, settled: true }
}

/// Reads the batch of many runners: nothing is a twin, nothing is a trend.
pub fn read_field(entries: &[Entry]) -> History {
    let twin_of = vec![None; entries.len()];
    History { decisions: decide(entries, &twin_of), twin_of, trends: Trends::default(), settled: false }
}

/// Reads entries each by itself, as if it were alone in its batch: what many machines can do at once. Races by effort,
/// twins and trends are told when the runner's runs are together.
pub fn read_alone(entries: &[Entry]) -> History {
    let decisions = entries.iter().flat_map(|entry| decide(std::slice::from_ref(entry), &[None])).collect();
    History { decisions, twin_of: vec![None; entries.len()], trends: Trends::default(), settled: false }
}

/// How each measured entry is scored.
fn decide(entries: &[Entry], twin_of: &[Option<usize>]) -> Vec<Option<Decision>> {
    let efforts: Vec<Option<Effort>> = entries
        .iter()
        .map(|entry| match &entry.outcome {
            Outcome::Measured(identity, measured) => Effort::of(identity, measured),
            _ => None,
        })
        .collect();
    let mut best_first: Vec<(usize, &Effort)> = (0..entries.len())
        .filter(|index| twin_of[*index].is_none())
        .filter_map(|index| Some((index, efforts[index].as_ref()?)))
        .collect();
    best_first.sort_by(|(_, a), (_, b)| a.cmp(b));
    families(entries, twin_of)
        .into_iter()
        .enumerate()
        .map(|(index, family)| {
            let Outcome::Measured(_, measured) = &entries[index].outcome else { return None };
            // A run's twins are itself, not other runs.
            let itself = twin_of[index].unwrap_or(index);
            let by_effort = || {
                let others = best_first.iter().filter(|(other, _)| *other != itself);
                efforts[index]?.reasons(others.map(|(_, effort)| *effort))
            };
            Some(race::decide(&family, measured, by_effort))
        })
        .collect()
}

/// Nobody keeps one run in more files than this; a folder of copies must not be read once for each pair of them.
const FAMILY: usize = 32;

/// For each entry, itself and its twins, itself first: what one of them is called speaks for all.
fn families<'a>(entries: &'a [Entry], twin_of: &[Option<usize>]) -> Vec<Vec<&'a Entry>> {
    let head = |index: usize| twin_of[index].unwrap_or(index);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); entries.len()];
    for index in 0..entries.len() {
        members[head(index)].push(index);
    }
    (0..entries.len())
        .map(|index| {
            let others = members[head(index)].iter().copied().filter(|other| *other != index).take(FAMILY);
            std::iter::once(index).chain(others).map(|index| &entries[index]).collect()
        })
        .collect()
}
