//! Twins: one run in two files, formats or services, told by its shape.
//!
//! A start alone says nothing: sixty runners share a gun's. Two recordings are one run when they were at the same
//! places at the same minutes, or, where positions do not tell, when they took the same time to every kilometre and no
//! other device speaks against it.

mod candidates;

use std::collections::{BTreeMap, BTreeSet};

use candidates::{Near, SearchKeys};

use super::{Entry, Outcome};
use crate::activity::FileFormat;
use crate::measure::{Identity, Measured};
use crate::units::KM_M;

/// Starts lie within this, seconds (DESIGN, twins).
const START_S: f64 = 120.0;
/// Kilometres are reached within this once the starts are aligned, seconds (DESIGN, twins).
const KM_S: f64 = 5.0;
/// So many kilometres must be shared: fewer than a run of two miles has are chance.
const KMS: usize = 3;
/// Two recordings of one runner lie within this throughout, metres (DESIGN, twins).
const BESIDE_M: f64 = 15.0;
/// And mostly within this: from wrist to wrist, with the errors of two receivers or of times in whole seconds. Among
/// runners of one gun some pair stays within 15 m for all the way, but not so close.
const CLOSE_M: f64 = 7.0;
/// So many minutes must be shared for places to tell.
const MINUTES: usize = 10;

/// So few that began together are compared each with each: it costs less than knowing better.
const FEW: usize = 32;

/// For each entry, the index of the richer entry that it is a twin of.
pub(super) fn find(entries: &[Entry]) -> Vec<Option<usize>> {
    find_among(entries, FEW).0
}

/// The same, where up to so many are compared each with each; and how many pairs were compared.
fn find_among(entries: &[Entry], few: usize) -> (Vec<Option<usize>>, usize) {
    let known = known(entries);
    let mut dated: Vec<StartedRun> = entries
        .iter()
        .enumerate()
        .filter(|(entry, _)| known[*entry].is_none())
        .filter_map(|(entry, one)| match &one.outcome {
            Outcome::Measured(identity, measured) => {
                let settled = one.kept.as_ref().and_then(|kept| kept.batch.as_deref());
                let recording = Recording { identity, measured, settled };
                Some(StartedRun { entry, start_s: identity.start_s?, recording })
            }
            _ => None,
        })
        .collect();
    dated.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    let mut twins = Twins { of: vec![None; entries.len()], compared: 0 };
    // Between two that began further apart nothing is a twin of anything.
    for together in dated.chunk_by_mut(|a, b| b.start_s - a.start_s <= START_S + 1.0) {
        // The richest first; of equals the first in path order.
        together.sort_by_key(|one| (std::cmp::Reverse(one.recording.richness()), one.entry));
        twins.among(together, few);
    }
    // The original of an earlier batch may be a twin of what has come since.
    for (entry, original) in known.into_iter().enumerate() {
        if let Some(original) = original {
            twins.of[entry] = Some(twins.of[original].unwrap_or(original));
        }
    }
    (twins.of, twins.compared)
}

/// A recording with a start, and which entry it is.
struct StartedRun<'a> {
    entry: usize,
    start_s: f64,
    recording: Recording<'a>,
}

struct Twins {
    of: Vec<Option<usize>>,
    /// How many pairs were compared.
    compared: usize,
}

impl Twins {
    /// Finds those among recordings that began together, the richest first.
    fn among(&mut self, together: &[StartedRun], few: usize) {
        let mut near = Near::default();
        // By start in whole seconds, then by rank.
        let mut kept: BTreeSet<(i64, usize)> = BTreeSet::new();
        for (rank, one) in together.iter().enumerate() {
            let second = |offset_s: f64| (one.start_s + offset_s).round() as i64;
            let (from, to) = (second(-START_S), second(START_S));
            let mut is_twin = |other: &usize| {
                self.compared += 1;
                one.recording.is_twin_of(&together[*other].recording)
            };
            let (marks, original) = if together.len() > few {
                let marks = SearchKeys::of(one.start_s, &one.recording);
                let began = |other: &usize| (from..=to).contains(&(together[*other].start_s.round() as i64));
                let original = near.candidates(&marks).into_iter().filter(began).find(&mut is_twin);
                (Some(marks), original)
            } else {
                let mut ranks: Vec<usize> =
                    kept.range((from, 0)..=(to, usize::MAX)).map(|(_, rank)| *rank).collect();
                ranks.sort_unstable();
                (None, ranks.into_iter().find(&mut is_twin))
            };
            match (original, marks) {
                (Some(original), _) => self.of[one.entry] = Some(together[original].entry),
                (None, Some(marks)) => near.add(rank, &marks),
                (None, None) => drop(kept.insert((second(0.0), rank))),
            }
        }
    }
}

/// For each entry, the index of the one that an earlier batch found to be its original, if that is here.
fn known(entries: &[Entry]) -> Vec<Option<usize>> {
    let batch_of = |entry: &Entry| entry.kept.as_ref().and_then(|kept| kept.batch.clone());
    let originals: BTreeMap<(String, String), usize> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.kept.as_ref().is_some_and(|kept| kept.duplicate_of.is_none()))
        .filter_map(|(index, entry)| Some(((batch_of(entry)?, entry.address()), index)))
        .collect();
    entries
        .iter()
        .map(|entry| {
            let original = entry.kept.as_ref()?.duplicate_of.clone()?;
            originals.get(&(batch_of(entry)?, original)).copied()
        })
        .collect()
}

#[derive(Clone, Copy)]
struct Recording<'a> {
    identity: &'a Identity,
    measured: &'a Measured,
    /// The earlier batch in which it was asked whose twin it is.
    settled: Option<&'a str>,
}

impl Recording<'_> {
    /// What of a run a recording holds, in the order in which it counts.
    fn richness(&self) -> impl Ord + use<> {
        let measured = self.measured;
        let format = match self.identity.format {
            FileFormat::Fit => 2,
            FileFormat::Tcx => 1,
            FileFormat::Gpx => 0,
        };
        (
            !measured.cut_short,
            measured.timer_known,
            measured.ledger.device_m.is_some(),
            measured.heart_known,
            measured.grade.ascent_m.is_some(),
            format,
            measured.samples,
        )
    }

    fn is_twin_of(&self, other: &Self) -> bool {
        // That batch had the places, which tell best, and found them to be two runs.
        if self.settled.is_some() && self.settled == other.settled {
            return false;
        }
        if self.identity.sex.zip(other.identity.sex).is_some_and(|(a, b)| a != b) {
            return false;
        }
        let same_device =
            self.identity.serial.as_ref().zip(other.identity.serial.as_ref()).map(|(a, b)| a == b);
        match (self.is_beside(other), same_device) {
            (Some(true), _) => true,
            // Side by side at no time: nothing but one and the same device makes one run of that.
            (Some(false), None) | (_, Some(false)) => false,
            (Some(false), Some(true)) | (None, _) => self.keeps_time_with(other),
        }
    }

    /// Whether both were at the same places at the same times; `None` where positions do not tell.
    fn is_beside(&self, other: &Self) -> Option<bool> {
        let mut apart_m: Vec<f64> = self.measured.positions.apart_m(&other.measured.positions).collect();
        apart_m.sort_by(f64::total_cmp);
        let furthest_m = *apart_m.last().filter(|_| apart_m.len() >= MINUTES)?;
        Some(furthest_m <= BESIDE_M && apart_m[apart_m.len() / 2] <= CLOSE_M)
    }

    /// Whether both took the same time to every kilometre that they share, starts aligned.
    fn keeps_time_with(&self, other: &Self) -> bool {
        let mut behind: Vec<f64> =
            self.reached_s().into_iter().zip(other.reached_s()).map(|(own, others)| own - others).collect();
        if behind.len() < KMS {
            return false;
        }
        behind.sort_by(f64::total_cmp);
        let usual = behind[behind.len() / 2];
        behind[behind.len() - 1] - usual <= KM_S && usual - behind[0] <= KM_S
    }

    /// Elapsed seconds at each whole kilometre.
    fn reached_s(&self) -> Vec<f64> {
        let mut elapsed_s = 0.0;
        let whole = self.measured.recorded.kms.iter().take_while(|split| split.distance_m > KM_M - 0.5);
        whole
            .map(|split| {
                elapsed_s += split.times.elapsed_s;
                elapsed_s
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::activity::{Activity, Sport};
    use crate::measure::{MeasureOptions, measure};
    use crate::runner::Stated;

    /// A run of some minutes to the east of a place, at a pace that changes after two kilometres.
    #[derive(Clone, Copy)]
    struct TwinCandidate {
        start_s: f64,
        north: f64,
        mps: [f64; 2],
        minutes: usize,
        /// Minutes without a position; all of them, where it never had any.
        blind: [usize; 2],
        serial: Option<u32>,
    }

    impl TwinCandidate {
        fn entry(self) -> Entry {
            let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
            activity.serial = self.serial.map(|serial| serial.to_string());
            let mut distance_m = 0.0;
            for second in (0..=60 * self.minutes).step_by(10) {
                let samples = &mut activity.samples;
                let row = samples.open(self.start_s + second as f64);
                samples.distance_m.set(row, distance_m);
                if !(self.blind[0]..self.blind[1]).contains(&(second / 60)) {
                    samples.latitude_deg.set(row, 48.0 + self.north / 111_200.0);
                    samples.longitude_deg.set(row, 11.0 + distance_m / 74_500.0);
                }
                distance_m += 10.0 * self.mps[usize::from(distance_m > 2000.0)];
            }
            let (identity, measured) = measure(&activity, &MeasureOptions::default());
            let measured = measured.expect("a run");
            Entry {
                path: "a.fit".into(),
                member: None,
                activity: 1,
                said: Stated::default(),
                outcome: Outcome::Measured(Box::new(identity), Arc::new(measured)),
                kept: None,
            }
        }
    }

    const RUNNER: TwinCandidate = TwinCandidate {
        start_s: 1.6e9,
        north: 0.0,
        mps: [3.0, 3.0],
        minutes: 24,
        blind: [0, 0],
        serial: None,
    };

    #[test]
    fn knowing_who_is_near_changes_no_answer() {
        // Marsaglia's xorshift: the same runs on every machine.
        let mut state = 88_172_645_463_325_252_u64;
        let mut below = |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as usize % limit
        };
        let mut found = 0;
        for _ in 0..6 {
            let entries: Vec<Entry> = (0..150)
                .map(|_| {
                    let from = below(26);
                    TwinCandidate {
                        start_s: RUNNER.start_s + [0.0, 15.0, 61.0, 119.0, 180.0, 400.0][below(6)],
                        north: [0.0, 4.0, 9.0, 13.0, 40.0, 1000.0][below(6)],
                        mps: [[3.0, 3.01, 3.2][below(3)], [3.0, 3.02, 2.7][below(3)]],
                        minutes: [19, 24, 24, 30][below(4)],
                        blind: [[0, 0], [0, 99], [from, from + 16], [0, 9]][below(4)],
                        serial: [None, None, Some(1), Some(2)][below(4)],
                    }
                    .entry()
                })
                .collect();
            let (each_with_each, all) = find_among(&entries, usize::MAX);
            let (knowing, some) = find_among(&entries, 0);
            assert_eq!(each_with_each, knowing);
            assert!(some < all, "{some} of {all}");
            found += knowing.iter().flatten().count();
        }
        assert!(found > 100, "{found}");
    }

    #[test]
    fn twice_the_runs_at_one_time_are_twice_the_comparisons() {
        let compared = |runners: usize| {
            let entries: Vec<Entry> = (0..runners)
                .flat_map(|number| {
                    let runner = TwinCandidate { north: 50.0 * number as f64, ..RUNNER };
                    // Each has a twin, and starts like all others.
                    [runner, TwinCandidate { north: runner.north + 2.0, ..runner }].map(TwinCandidate::entry)
                })
                .collect();
            let (twin_of, compared) = find_among(&entries, FEW);
            assert_eq!(twin_of.iter().flatten().count(), runners);
            compared
        };
        let (once, twice) = (compared(60), compared(120));
        assert!(10 * twice <= 22 * once && twice <= 4 * 120, "{once}, {twice}");
    }
}
