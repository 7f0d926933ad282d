//! Twins: one run in two files, formats or services, told by its shape.
//!
//! A start alone says nothing: sixty runners share a gun's. Two recordings are one run when they were at the same
//! places at the same minutes, or, where positions do not tell, when they took the same time to every kilometre and no
//! other device speaks against it.

use std::collections::BTreeMap;

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

/// For each entry, the index of the richer entry that it is a twin of.
pub(super) fn find(entries: &[Entry]) -> Vec<Option<usize>> {
    let known = known(entries);
    let mut twin_of = vec![None; entries.len()];
    let mut dated: Vec<(usize, f64, Recording)> = entries
        .iter()
        .enumerate()
        .filter(|(index, _)| known[*index].is_none())
        .filter_map(|(index, entry)| match &entry.outcome {
            Outcome::Measured(identity, measured) => {
                let settled = entry.kept.as_ref().and_then(|kept| kept.batch.as_deref());
                Some((index, identity.start_s?, Recording { identity, measured, settled }))
            }
            _ => None,
        })
        .collect();
    // The richest first; a stable sort leaves equals in path order.
    dated.sort_by_key(|(_, _, recording)| std::cmp::Reverse(recording.richness()));
    // By start in whole seconds, then by richness.
    let mut kept: BTreeMap<(i64, usize), (usize, Recording)> = BTreeMap::new();
    for (rank, (index, start_s, recording)) in dated.into_iter().enumerate() {
        let second = |offset_s: f64| (start_s + offset_s).round() as i64;
        let near = kept.range((second(-START_S), 0)..=(second(START_S), usize::MAX));
        let original =
            near.filter(|(_, (_, other))| recording.is_twin_of(other)).min_by_key(|((_, rank), _)| *rank);
        match original {
            Some((_, (original, _))) => twin_of[index] = Some(*original),
            None => {
                kept.insert((second(0.0), rank), (index, recording));
            }
        }
    }
    // The original of an earlier batch may be a twin of what has come since.
    for (index, original) in known.into_iter().enumerate() {
        if let Some(original) = original {
            twin_of[index] = Some(twin_of[original].unwrap_or(original));
        }
    }
    twin_of
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
        let mut apart_m: Vec<f64> = self.measured.trace.apart_m(&other.measured.trace).collect();
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
