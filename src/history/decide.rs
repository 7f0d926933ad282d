//! Decides a batch in four steps, each of which uses the steps before.
//!
//! 1. `twins` finds the recordings of one run. The richest recording counts, the others are its
//!    twins.
//! 2. `rides` finds rides among the runs.
//! 3. `race` decides whether each measured run was a race. That fixes its view (course scale or as
//!    recorded) and its time basis (elapsed, timer or moving). Flags and the profile decide, else
//!    the marks of the run: titles, its length, and what it is among the runner's other runs.
//! 4. [`Trends`] summarise the runs that count, which are the measured runs that are no twins.
//!
//! [`decide`] runs all four for one runner. [`decide_field`] (many runners) and [`decide_each`]
//! (unrelated entries) run step 3 only.

use std::collections::BTreeMap;

use super::{bests, drift, fitness, names, payback, race, rides, trend, twins};
use crate::history::bests::Best;
use crate::history::drift::DriftYear;
use crate::history::entry::{Entry, Outcome};
use crate::history::fitness::Prediction;
use crate::history::payback::{NoPayback, Payback};
use crate::history::race::decision::Company;
use crate::history::race::facts::RaceFacts;
use crate::history::race::titles::Titles;
use crate::history::run::{Decision, Run};
use crate::history::training::Training;
use crate::history::trend::CourseTrend;
use crate::measure::Refusal;

/// Trends of one runner over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Trends {
    /// One trend for each course raced, shortest course first.
    pub courses: Vec<CourseTrend>,
    /// The long runs.
    pub training: Training,
    /// Seconds lost in the second half for each gained in the first, or why there is no estimate.
    pub payback: Result<Payback, NoPayback>,
    /// The pace that the runner's earlier runs support, by the race's entry; only races with enough
    /// earlier runs have one.
    pub supports: BTreeMap<usize, Prediction>,
    /// The fastest mile, 5 km, 10 km and half marathon of each year, by length and year.
    pub bests: Vec<Best>,
    /// The heart-rate drift of each year's steady runs, by year.
    pub drifts: Vec<DriftYear>,
}

impl Trends {
    /// Computes the trends over the runs that count.
    fn over(runs: &[Run]) -> Self {
        Self {
            courses: trend::courses(runs),
            training: Training::over(runs),
            payback: payback::over(runs),
            supports: fitness::supports(runs).into_iter().collect(),
            bests: bests::over(runs),
            drifts: drift::years(runs),
        }
    }
}

impl Default for Trends {
    fn default() -> Self {
        Self::over(&[])
    }
}

/// A decided batch. `decisions` and `twin_of` have one slot for each entry.
#[derive(Debug)]
pub struct History {
    /// How each entry is scored; `None` for an entry that was not measured.
    pub decisions: Vec<Option<Decision>>,
    /// The index of the entry that records the same run better; `None` for an entry that is no
    /// twin.
    pub twin_of: Vec<Option<usize>>,
    /// Trends over the runs that count.
    pub trends: Trends,
    /// Why an entry is a ride among the runner's runs; `None` for all others.
    pub rides: Vec<Option<Refusal>>,
    /// Each run's name, if it has one that a person recognises.
    pub names: Vec<Option<String>>,
    /// Whether the search for twins has run.
    pub twins_searched: bool,
}

impl History {
    /// Returns the runs that count, in the entries' order: those measured that are no twin.
    pub fn runs<'a>(&'a self, entries: &'a [Entry]) -> Vec<Run<'a>> {
        counted(entries, &self.decisions, &self.twin_of)
    }
}

/// Joins measured entries with their decisions; leaves out twins.
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

/// Decides the batch of one runner: twins, races and trends.
pub fn decide(entries: &[Entry]) -> History {
    let twin_of = twins::find(entries);
    let rides = rides::find(entries);
    let (decisions, names) = decisions(entries, &twin_of, &rides, Company::Archive);
    let trends = Trends::over(&counted(entries, &decisions, &twin_of));
    History { decisions, twin_of, trends, rides, names, twins_searched: true }
}

/// Decides a batch of many runners. Only files of the same recording are twins, and there are no
/// trends, as those are of one runner.
pub fn decide_field(entries: &[Entry]) -> History {
    let twin_of = twins::find_same_recordings(entries);
    let rides = vec![None; entries.len()];
    let (decisions, names) = decisions(entries, &twin_of, &rides, Company::Field);
    History { decisions, twin_of, trends: Trends::default(), rides, names, twins_searched: false }
}

/// Decides each entry as if it were alone in its batch, so that many machines can share the work.
///
/// Places and efforts, twins and trends need all of a runner's runs, so they are missing here.
pub fn decide_each(entries: &[Entry]) -> History {
    let alone = |entry| decisions(std::slice::from_ref(entry), &[None], &[None], Company::Unknown);
    let (decisions, names): (Vec<_>, Vec<_>) = entries.iter().map(alone).unzip();
    let (decisions, names) = (decisions.concat(), names.concat());
    let twin_of = vec![None; entries.len()];
    let rides = vec![None; entries.len()];
    History { decisions, twin_of, trends: Trends::default(), rides, names, twins_searched: false }
}

/// Decides how each measured entry is scored, `None` for the others, and finds its name.
fn decisions(
    entries: &[Entry],
    twin_of: &[Option<usize>],
    rides: &[Option<Refusal>],
    company: Company,
) -> (Vec<Option<Decision>>, Vec<Option<String>>) {
    let counts: Vec<bool> =
        twin_of.iter().zip(rides).map(|(twin, ride)| twin.is_none() && ride.is_none()).collect();
    let facts = race::facts::facts(entries, &counts);
    let titles = Titles::of(entries, &counts);
    let unknown = RaceFacts::default();
    let families = families(entries, twin_of);
    let names = names::own_names(&families, &titles);
    let decisions = families
        .iter()
        .enumerate()
        .map(|(index, family)| {
            let Outcome::Measured(_, measured) = &entries[index].outcome else { return None };
            if rides[index].is_some() {
                return None;
            }
            // A twin records the same run, so what is known of the original holds for it.
            let facts = facts[twin_of[index].unwrap_or(index)].as_ref().unwrap_or(&unknown);
            Some(race::decision::decide(family, measured, facts, &titles, company))
        })
        .collect();
    (decisions, names)
}

/// The most twins of an entry whose names and flags are read. Real runs have fewer; the limit keeps
/// a folder of copies from costing quadratic time.
const FAMILY: usize = 32;

/// Returns for each entry the entry itself, then its twins. A name or flag of one is valid for all.
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
