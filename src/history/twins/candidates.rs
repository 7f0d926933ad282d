//! Who may be whose twin, among many recordings of one time.
//!
//! A twin is found by comparing two recordings; this keeps thousands that began together from being compared each with each. It
//! names every recording that could be a twin and few others. Nothing is decided here: what rules a pair out here would
//! rule it out there.
//!
//! * Twins side by side share [`MINUTES`] minutes and are within [`BESIDE_M`] of each other in all of them. So of the minutes of one,
//!   all but any `MINUTES - 1` hold its twins near the place: those with the fewest others near are looked at.
//! * Twins by the clock keep time with each other over three kilometres at least, so their second and third take the same time
//!   within twice [`KM_S`]. By the clock alone goes what shares too few minutes, or comes from one device.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{BESIDE_M, KM_S, MINUTES, Recording, START_S};

/// Places are sorted into cubes of this edge, metres: much more than what is looked for around a place, so that this mostly
/// lies within one.
const CUBE_M: f64 = 64.0;
/// Kilometres' times are sorted into steps of this, seconds.
const STEP_S: f64 = 32.0;
/// Starts that are near enough lie in minutes no further apart.
const APART_MINUTES: i64 = (START_S / 60.0) as i64 + 1;
/// Rounding, and an ellipsoid taken for a sphere, stay below this share.
const SLACK: f64 = 1.05;

/// A minute and a cube of space.
type Cube = (i64, [i32; 3]);
/// Steps of the second and third kilometre.
type Pacing = (i64, i64);
/// The minute of a start, and which of the 64 minutes from there on have a place.
type Coverage = (i64, u64);

/// Recordings by where and how they ran, by rank.
#[derive(Default)]
pub(super) struct Near<'a> {
    by_place: HashMap<Cube, Vec<usize>>,
    by_clock: BTreeMap<Coverage, HashMap<Pacing, Vec<usize>>>,
    by_device: HashMap<(&'a str, Pacing), Vec<usize>>,
}

/// What of a recording it is found by.
pub(super) struct SearchKeys<'a> {
    places: Vec<(i64, [f64; 3])>,
    /// Seconds for the second and third kilometre.
    kms_s: Option<[f64; 2]>,
    coverage: Coverage,
    serial: Option<&'a str>,
}

impl<'a> SearchKeys<'a> {
    pub(super) fn of(start_s: f64, recording: &Recording<'a>) -> Self {
        let first = (start_s / 60.0).floor() as i64;
        let places: Vec<(i64, [f64; 3])> = recording.measured.positions.in_space_m().collect();
        let covered = places.iter().filter_map(|(minute, _)| u32::try_from(minute - first).ok());
        let bits = covered.filter_map(|bit| 1u64.checked_shl(bit)).fold(0, |bits, bit| bits | bit);
        let kms_s = match recording.reached_s()[..] {
            [first, second, third, ..] => Some([second - first, third - second]),
            _ => None,
        };
        Self { places, kms_s, coverage: (first, bits), serial: recording.identity.serial.as_deref() }
    }
}

impl<'a> Near<'a> {
    pub(super) fn add(&mut self, rank: usize, marks: &SearchKeys<'a>) {
        for (minute, place) in &marks.places {
            self.by_place.entry((*minute, place.map(cube))).or_default().push(rank);
        }
        if let Some(kms_s) = marks.kms_s {
            let [second, third] = kms_s.map(step);
            let paced = self.by_clock.entry(marks.coverage).or_default();
            paced.entry((second, third)).or_default().push(rank);
            if let Some(serial) = marks.serial {
                self.by_device.entry((serial, (second, third))).or_default().push(rank);
            }
        }
    }

    /// The ranks of all that may be a twin, in order.
    pub(super) fn candidates(&self, marks: &SearchKeys<'a>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut by_minute: Vec<Vec<&Vec<usize>>> = marks.places.iter().map(|at| self.around(*at)).collect();
        by_minute.sort_by_key(|near| near.iter().map(|ranks| ranks.len()).sum::<usize>());
        by_minute.truncate((marks.places.len() + 1).saturating_sub(MINUTES));
        found.extend(by_minute.into_iter().flatten().flatten());
        let Some(kms_s) = marks.kms_s else { return found };
        let [second, third] =
            kms_s.map(|km_s| step(km_s - 2.0 * KM_S * SLACK)..=step(km_s + 2.0 * KM_S * SLACK));
        let pacings: Vec<Pacing> =
            second.flat_map(|second| third.clone().map(move |third| (second, third))).collect();
        let (first, _) = marks.coverage;
        let began = (first - APART_MINUTES, 0)..=(first + APART_MINUTES, u64::MAX);
        for (coverage, paced) in self.by_clock.range(began) {
            if shared(marks.coverage, *coverage) < MINUTES {
                found.extend(pacings.iter().filter_map(|pacing| paced.get(pacing)).flatten());
            }
        }
        if let Some(serial) = marks.serial {
            let of_device = pacings.iter().filter_map(|pacing| self.by_device.get(&(serial, *pacing)));
            found.extend(of_device.flatten());
        }
        found
    }

    /// Those that were within reach at a minute, and some more.
    fn around(&self, (minute, place): (i64, [f64; 3])) -> Vec<&Vec<usize>> {
        let reach_m = BESIDE_M * SLACK;
        let [xs, ys, zs] = place.map(|at_m| cube(at_m - reach_m)..=cube(at_m + reach_m));
        let cubes = xs.flat_map(|x| {
            let zs = zs.clone();
            ys.clone().flat_map(move |y| zs.clone().map(move |z| [x, y, z]))
        });
        cubes.filter_map(|cube| self.by_place.get(&(minute, cube))).collect()
    }
}

/// How many minutes have a place in both, at least.
fn shared((first, bits): Coverage, (other_first, other_bits): Coverage) -> usize {
    let (early, late) = if first <= other_first { (bits, other_bits) } else { (other_bits, bits) };
    let apart = u32::try_from(first.abs_diff(other_first)).unwrap_or(u32::MAX);
    (early.checked_shr(apart).unwrap_or(0) & late).count_ones() as usize
}

fn cube(at_m: f64) -> i32 {
    (at_m / CUBE_M).floor() as i32
}

fn step(km_s: f64) -> i64 {
    (km_s / STEP_S).floor() as i64
}
