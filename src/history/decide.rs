//! Decides a batch: twins, races, the view and basis of each run, and the runner over time.

use std::collections::BTreeMap;

use super::{fitness, payback, race, trend, twins};
use crate::history::entry::{Entry, Outcome};
use crate::history::fitness::Support;
use crate::history::payback::Payback;
use crate::history::race::effort::RaceEffort;
use crate::history::run::{Decision, Run};
use crate::history::training::Training;
use crate::history::trend::CourseTrend;

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
pub fn decide(entries: &[Entry]) -> History {
    let twin_of = twins::find(entries);
    let decisions = decisions(entries, &twin_of);
    let trends = Trends::over(&counted(entries, &decisions, &twin_of));
    History { decisions, twin_of, trends, settled: true }
}

/// Reads the batch of many runners: nothing is a twin, nothing is a trend.
pub fn decide_field(entries: &[Entry]) -> History {
    let twin_of = vec![None; entries.len()];
    History { decisions: decisions(entries, &twin_of), twin_of, trends: Trends::default(), settled: false }
}

/// Reads entries each by itself, as if it were alone in its batch: what many machines can do at once. Races by effort,
/// twins and trends are told when the runner's runs are together.
pub fn decide_each(entries: &[Entry]) -> History {
    let decisions =
        entries.iter().flat_map(|entry| decisions(std::slice::from_ref(entry), &[None])).collect();
    History { decisions, twin_of: vec![None; entries.len()], trends: Trends::default(), settled: false }
}

/// How each measured entry is scored.
fn decisions(entries: &[Entry], twin_of: &[Option<usize>]) -> Vec<Option<Decision>> {
    let efforts: Vec<Option<RaceEffort>> = entries
        .iter()
        .map(|entry| match &entry.outcome {
            Outcome::Measured(identity, measured) => RaceEffort::of(identity, measured),
            _ => None,
        })
        .collect();
    let mut best_first: Vec<(usize, &RaceEffort)> = (0..entries.len())
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
            Some(race::names::decide(&family, measured, by_effort))
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
