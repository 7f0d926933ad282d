//! Finds twins: recordings of one run in several files, formats or services.
//!
//! Two recordings with about the same start are twins if they were at the same places in the same
//! minutes. So are two whose clocks are whole half-hours apart: an export may write local time as
//! UTC. Where they share too few positions, they are twins if they took the same time to every
//! kilometre. Two different devices rule that out. An equal start alone is no evidence, because all
//! runners of a race share it.
//!
//! The result has one slot for each entry: the index of the richer recording, or `None`. Recordings
//! that began together are sorted with the richest first. Each is compared with the originals
//! before it: with all of them in small groups, else only with those that [`candidates`] returns.
//! Answers of an earlier batch, for entries from a runs table, are reused.
//!
//! Among many runners, friends keep together for a whole race. There only files of the same
//! recording are one run, for example a FIT and its GPX export.

mod candidates;

use std::collections::{BTreeMap, BTreeSet};

use candidates::{CandidateIndex, SearchKeys};

use super::{Entry, Outcome};
use crate::activity::FileFormat;
use crate::measure::{Identity, Measured};
use crate::units::KM_M;

/// The most seconds between the starts of twins.
const START_S: f64 = 120.0;
/// The greatest difference at a kilometre from the median difference, seconds.
const KM_S: f64 = 5.0;
/// The fewest shared kilometres by which times decide; equal times over fewer can be chance.
const KMS: usize = 3;
/// The greatest distance between twins in any shared minute, metres.
const BESIDE_M: f64 = 15.0;
/// The greatest median distance, metres: from wrist to wrist, with the errors of two receivers or
/// of times in whole seconds. In a race some pair of runners stays within 15 m all the way, but not
/// within this.
const CLOSE_M: f64 = 7.0;
/// The fewest shared minutes by which places decide.
const MINUTES: usize = 10;

/// The most seconds between the starts, and between the finishes, of two files of one recording: an
/// export may leave out points at the ends.
const SAME_S: f64 = 10.0;
/// The greatest distance between two files of one recording in any shared minute, metres. Two
/// receivers are further apart within some minutes, also on one arm.
const SAME_M: f64 = 3.0;
/// The most seconds between the times of two files of one recording at a kilometre.
const SAME_KM_S: f64 = 1.0;

/// Local time is at most 14 hours from UTC, by whole half-hours almost everywhere; seconds.
const ZONES_S: f64 = 14.0 * 3600.0;
const ZONE_STEP_S: f64 = 1800.0;
/// The number of later starts that a recording's start is compared with; nobody begins more runs
/// within 14 hours.
const LATER_STARTS: usize = 32;

/// The largest group in which all pairs are compared; in a small group this is cheaper than an
/// index.
const FEW: usize = 32;

/// Returns for each entry the index of the richer entry that it is a twin of.
pub(super) fn find(entries: &[Entry]) -> Vec<Option<usize>> {
    find_among(entries, FEW, Compare::OneRunner).0
}

/// Returns for each entry of many runners the index of the richer file of the same recording.
///
/// Two runners who keep together are no twins, as their devices never agree to the metre.
pub(super) fn find_same_recordings(entries: &[Entry]) -> Vec<Option<usize>> {
    find_among(entries, FEW, Compare::ManyRunners).0
}

/// Whose recordings are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compare {
    /// One runner's, perhaps by several devices at once.
    OneRunner,
    /// Many runners': only files of the same recording are twins.
    ManyRunners,
}

/// Finds twins, comparing all pairs in groups of at most `few`; also returns the number of compared
/// pairs.
fn find_among(entries: &[Entry], few: usize, compare: Compare) -> (Vec<Option<usize>>, usize) {
    // The answers of an earlier batch are about one runner.
    let known = if compare == Compare::OneRunner { known(entries) } else { vec![None; entries.len()] };
    let mut dated: Vec<StartedRun> = entries
        .iter()
        .enumerate()
        .filter(|(entry, _)| known[*entry].is_none())
        .filter_map(|(entry, one)| match &one.outcome {
            Outcome::Measured(identity, measured) => {
                let searched_in = one.table_origin.as_ref().and_then(|origin| origin.batch.as_deref());
                let recording = Recording { identity, measured, searched_in };
                Some(StartedRun { entry, start_s: identity.start_s?, recording })
            }
            _ => None,
        })
        .collect();
    dated.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    let mut twins = Twins { of: vec![None; entries.len()], compared: 0, compare };
    // A gap between starts that is longer than the limit separates two groups.
    for together in dated.chunk_by_mut(|a, b| b.start_s - a.start_s <= START_S + 1.0) {
        // The richest first; equally rich ones stay in path order.
        together.sort_by_key(|one| (std::cmp::Reverse(one.recording.richness()), one.entry));
        twins.among(together, few);
    }
    if compare == Compare::OneRunner {
        twins.in_other_zones(&mut dated);
    }
    // The original in an earlier batch may itself be a twin of an entry that is new.
    for (entry, original) in known.into_iter().enumerate() {
        if let Some(original) = original {
            twins.of[entry] = Some(twins.of[original].unwrap_or(original));
        }
    }
    (twins.of, twins.compared)
}

/// A recording with its entry's index and its start, Unix seconds.
struct StartedRun<'a> {
    entry: usize,
    start_s: f64,
    recording: Recording<'a>,
}

impl StartedRun<'_> {
    /// Returns whether two files have the same recording: the same start and finish, and the same
    /// places; without shared places, the same time at every kilometre.
    fn is_same_recording(&self, other: &Self) -> bool {
        let (own, others) = (&self.recording, &other.recording);
        let own_serial = own.identity.serial.as_ref();
        let is_other_device =
            own_serial.zip(others.identity.serial.as_ref()).is_some_and(|(own, others)| own != others);
        let finish_s = |run: &Self| run.start_s + run.recording.measured.recorded.total.elapsed_s;
        let apart_s = (self.start_s - other.start_s).abs().max((finish_s(self) - finish_s(other)).abs());
        if is_other_device || !own.may_be(others) || apart_s > SAME_S {
            return false;
        }
        let apart_m: Vec<f64> = own.measured.positions.apart_m(&others.measured.positions, 0).collect();
        if apart_m.len() >= MINUTES {
            return apart_m.iter().all(|apart_m| *apart_m <= SAME_M);
        }
        let (own_s, others_s) = (own.reached_s(), others.reached_s());
        let mut kms = own_s.iter().zip(&others_s);
        own_s.len() == others_s.len()
            && own_s.len() >= KMS
            && kms.all(|(own_s, others_s)| (own_s - others_s).abs() <= SAME_KM_S)
    }
}

/// The twins found so far.
struct Twins {
    /// For each entry, the index of its original.
    of: Vec<Option<usize>>,
    /// The number of compared pairs.
    compared: usize,
    compare: Compare,
}

impl Twins {
    /// Finds the twins among recordings that began together, the richest first.
    fn among(&mut self, together: &[StartedRun], few: usize) {
        let mut index = CandidateIndex::default();
        // Originals of a small group, by start in whole seconds, then by rank.
        let mut originals: BTreeSet<(i64, usize)> = BTreeSet::new();
        for (rank, one) in together.iter().enumerate() {
            let second = |offset_s: f64| (one.start_s + offset_s).round() as i64;
            let (from, to) = (second(-START_S), second(START_S));
            let mut is_twin = |other: &usize| {
                self.compared += 1;
                let other = &together[*other];
                match self.compare {
                    Compare::OneRunner => one.recording.is_twin_of(&other.recording),
                    Compare::ManyRunners => one.is_same_recording(other),
                }
            };
            let (keys, original) = if together.len() > few {
                let keys = SearchKeys::of(one.start_s, &one.recording);
                let began = |other: &usize| (from..=to).contains(&(together[*other].start_s.round() as i64));
                let original = index.candidates(&keys).into_iter().filter(began).find(&mut is_twin);
                (Some(keys), original)
            } else {
                let mut ranks: Vec<usize> =
                    originals.range((from, 0)..=(to, usize::MAX)).map(|(_, rank)| *rank).collect();
                ranks.sort_unstable();
                (None, ranks.into_iter().find(&mut is_twin))
            };
            match (original, keys) {
                (Some(original), _) => self.of[one.entry] = Some(together[original].entry),
                (None, Some(keys)) => index.add(rank, &keys),
                (None, None) => drop(originals.insert((second(0.0), rank))),
            }
        }
    }
}

impl Twins {
    /// Finds the twins among originals whose clocks are whole half-hours apart.
    fn in_other_zones(&mut self, dated: &mut [StartedRun]) {
        dated.sort_by(|a, b| a.start_s.total_cmp(&b.start_s).then(a.entry.cmp(&b.entry)));
        let ahead_s = |a: &StartedRun, b: &StartedRun| b.start_s - a.start_s;
        for (at, one) in dated.iter().enumerate() {
            let later = dated[at + 1..].iter().take(LATER_STARTS);
            for other in later.take_while(|other| ahead_s(one, other) <= ZONES_S + START_S) {
                let steps = (ahead_s(one, other) / ZONE_STEP_S).round();
                let is_aligned = steps > 0.0 && (ahead_s(one, other) - steps * ZONE_STEP_S).abs() <= START_S;
                if !is_aligned || self.of[one.entry].is_some() || self.of[other.entry].is_some() {
                    continue;
                }
                if !one.recording.may_be(&other.recording) {
                    continue;
                }
                self.compared += 1;
                let ahead_min = (steps * ZONE_STEP_S / 60.0) as i64;
                if one.recording.is_beside(&other.recording, ahead_min) == Some(true) {
                    let rank = |run: &StartedRun| (std::cmp::Reverse(run.recording.richness()), run.entry);
                    let (kept, twin) = if rank(one) <= rank(other) { (one, other) } else { (other, one) };
                    self.of[twin.entry] = Some(kept.entry);
                }
            }
        }
        // The twins of a recording that became a twin itself follow its original.
        for entry in 0..self.of.len() {
            self.of[entry] = self.of[entry].map(|original| self.of[original].unwrap_or(original));
        }
    }
}

/// Returns for each entry the index of its original by an earlier batch; `None` if the original is
/// not among the entries.
fn known(entries: &[Entry]) -> Vec<Option<usize>> {
    let batch_of = |entry: &Entry| entry.table_origin.as_ref().and_then(|origin| origin.batch.clone());
    let is_original =
        |entry: &Entry| entry.table_origin.as_ref().is_some_and(|origin| origin.duplicate_of.is_none());
    let originals: BTreeMap<(String, String), usize> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| is_original(entry))
        .filter_map(|(index, entry)| Some(((batch_of(entry)?, entry.address()), index)))
        .collect();
    entries
        .iter()
        .map(|entry| {
            let original = entry.table_origin.as_ref()?.duplicate_of.clone()?;
            originals.get(&(batch_of(entry)?, original)).copied()
        })
        .collect()
}

/// A measured recording, as twins are compared.
#[derive(Clone, Copy)]
struct Recording<'a> {
    identity: &'a Identity,
    measured: &'a Measured,
    /// The earlier batch in which its twins were searched.
    searched_in: Option<&'a str>,
}

impl Recording<'_> {
    /// Returns how much of the run is recorded, the most important part first; greater is richer.
    fn richness(&self) -> impl Ord + use<> {
        let measured = self.measured;
        let format = match self.identity.format {
            FileFormat::Fit => 2,
            FileFormat::Tcx => 1,
            FileFormat::Gpx => 0,
        };
        (
            !measured.cut_short,
            !measured.start_missing,
            measured.timer_known,
            measured.ledger.device_m.is_some(),
            measured.heart_known,
            measured.grade.ascent_m.is_some(),
            format,
            measured.samples,
        )
    }

    /// Returns whether nothing known of two recordings rules out that they are of one run.
    fn may_be(&self, other: &Self) -> bool {
        // The earlier batch compared them by their positions and found two runs.
        let found_apart = self.searched_in.is_some() && self.searched_in == other.searched_in;
        let of_two_runners = self.identity.sex.zip(other.identity.sex).is_some_and(|(a, b)| a != b);
        !found_apart && !of_two_runners
    }

    /// Returns whether two recordings, whose starts are near enough, are of one run.
    fn is_twin_of(&self, other: &Self) -> bool {
        if !self.may_be(other) {
            return false;
        }
        let same_device =
            self.identity.serial.as_ref().zip(other.identity.serial.as_ref()).map(|(a, b)| a == b);
        match (self.is_beside(other, 0), same_device) {
            (Some(true), _) => true,
            // At different places they are one run only if one device recorded both.
            (Some(false), None) | (_, Some(false)) => false,
            (Some(false), Some(true)) | (None, _) => self.keeps_time_with(other),
        }
    }

    /// Returns whether both were at the same places at the same times, if the other's clock is
    /// ahead by some minutes; `None` with too few shared minutes.
    fn is_beside(&self, other: &Self, ahead_min: i64) -> Option<bool> {
        let mut apart_m: Vec<f64> =
            self.measured.positions.apart_m(&other.measured.positions, ahead_min).collect();
        apart_m.sort_by(f64::total_cmp);
        let furthest_m = *apart_m.last().filter(|_| apart_m.len() >= MINUTES)?;
        Some(furthest_m <= BESIDE_M && apart_m[apart_m.len() / 2] <= CLOSE_M)
    }

    /// Returns whether both took the same time to every shared kilometre, with the starts aligned.
    fn keeps_time_with(&self, other: &Self) -> bool {
        let mut apart_s: Vec<f64> =
            self.reached_s().into_iter().zip(other.reached_s()).map(|(own, others)| own - others).collect();
        if apart_s.len() < KMS {
            return false;
        }
        apart_s.sort_by(f64::total_cmp);
        let median_s = apart_s[apart_s.len() / 2];
        apart_s[apart_s.len() - 1] - median_s <= KM_S && median_s - apart_s[0] <= KM_S
    }

    /// Returns elapsed seconds at each whole kilometre.
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

    /// A run to the east whose pace changes after two kilometres.
    #[derive(Clone, Copy)]
    struct TwinCandidate {
        start_s: f64,
        /// Metres north of the usual start.
        north: f64,
        mps: [f64; 2],
        minutes: usize,
        /// The first minute without a position, and the first with one again.
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
                // No runner keeps one pace to the second.
                let ahead_m = if second == 10 { 12.0 } else { 0.0 };
                samples.distance_m.set(row, distance_m + ahead_m);
                if !(self.blind[0]..self.blind[1]).contains(&(second / 60)) {
                    samples.latitude_deg.set(row, 48.0 + self.north / 111_200.0);
                    samples.longitude_deg.set(row, 11.0 + distance_m / 74_500.0);
                }
                distance_m += 10.0 * self.mps[usize::from(distance_m > 2000.0)];
            }
            let (identity, measured) = measure(&activity, &MeasureOptions::default());
            let measured = measured.expect("a run");
            Entry::new("a.fit", Outcome::Measured(Box::new(identity), Arc::new(measured)))
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
    fn the_candidate_index_finds_the_same_twins_as_all_pairs() {
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
            let (by_all_pairs, all) = find_among(&entries, usize::MAX, Compare::OneRunner);
            let (by_index, some) = find_among(&entries, 0, Compare::OneRunner);
            assert_eq!(by_all_pairs, by_index);
            assert!(some < all, "{some} of {all}");
            found += by_index.iter().flatten().count();
        }
        assert!(found > 100, "{found}");
    }

    #[test]
    fn local_time_written_as_utc_is_the_same_run_and_a_second_run_of_the_day_is_another() {
        let twins =
            |later: TwinCandidate| find_among(&[RUNNER.entry(), later.entry()], FEW, Compare::OneRunner).0;
        let hours = |hours: f64| TwinCandidate { start_s: RUNNER.start_s + 3600.0 * hours, ..RUNNER };
        assert_eq!(twins(hours(2.0)), [None, Some(0)]);
        assert_eq!(twins(hours(5.5)), [None, Some(0)]);
        assert_eq!(twins(hours(24.0)), [None, None], "the same loop a day later");
        assert_eq!(twins(hours(2.2)), [None, None], "no time zone");
        assert_eq!(twins(TwinCandidate { mps: [3.2, 3.2], ..hours(2.0) }), [None, None], "another pace");
        assert_eq!(twins(TwinCandidate { blind: [0, 99], ..hours(2.0) }), [None, None], "no places");
    }

    #[test]
    fn twice_the_runs_at_one_time_are_twice_the_comparisons() {
        let compared = |runners: usize| {
            let entries: Vec<Entry> = (0..runners)
                .flat_map(|number| {
                    let runner = TwinCandidate { north: 50.0 * number as f64, ..RUNNER };
                    // Each has a twin; all start at once.
                    [runner, TwinCandidate { north: runner.north + 2.0, ..runner }].map(TwinCandidate::entry)
                })
                .collect();
            let (twin_of, compared) = find_among(&entries, FEW, Compare::OneRunner);
            assert_eq!(twin_of.iter().flatten().count(), runners);
            compared
        };
        let (once, twice) = (compared(60), compared(120));
        assert!(10 * twice <= 22 * once && twice <= 4 * 120, "{once}, {twice}");
    }

    #[test]
    fn recordings_with_positions_in_different_minutes_are_not_all_compared() {
        let runs = 240;
        let run = |number: usize| TwinCandidate {
            north: 50.0 * number as f64,
            mps: [3.0, 2.8 + 0.001 * number as f64],
            blind: [number % 15, number % 15 + 8 + number / 15],
            ..RUNNER
        };
        let entries: Vec<Entry> = (0..runs).map(|number| run(number).entry()).collect();
        let (_, compared) = find_among(&entries, 0, Compare::OneRunner);
        assert!(compared > 0 && compared <= 2 * 32 * runs, "{compared}");
    }
}
