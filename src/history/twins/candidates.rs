//! An index of recordings that began together, to find those that may be twins.
//!
//! Twins are confirmed by comparing two recordings. Among thousands with one start, comparing all
//! pairs is too slow. The index returns every recording that could be a twin and few others. It
//! decides nothing itself: a pair that it leaves out would fail the comparison.
//!
//! * Twins by place share at least [`MINUTES`] minutes and are within [`BESIDE_M`] in each of them.
//!   A lookup may therefore skip any `MINUTES - 1` of a recording's minutes; it skips the minutes
//!   with the most other recordings.
//! * Twins by time agree within [`KM_S`] of the median at each of three kilometres or more. Their
//!   second and third kilometres then agree within twice [`KM_S`]. Only two kinds of pairs are
//!   twins by time: those that share too few minutes with positions, and those of one device.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::{BESIDE_M, KM_S, MINUTES, Recording, START_S};

/// The edge of the cubes that places are sorted into, metres. It is much greater than the search
/// distance, so a search mostly needs one cube.
const CUBE_M: f64 = 64.0;
/// The width of the bins that kilometre times are sorted into, seconds.
const BIN_S: f64 = 32.0;
/// The most minutes between starts that are near enough.
const APART_MINUTES: i64 = (START_S / 60.0) as i64 + 1;
/// The most recordings of about the same times that are compared with another; nobody has one run
/// more often. The limit keeps a file of thousands without positions from costing quadratic time.
const SAME_TIMES: usize = 32;
/// The most kinds of [`Coverage`] that are looked at for another recording. Those who run a race
/// together at one pace have a few, unless somebody made them differ.
const COVERAGES: usize = 1024;
/// Widens searches for rounding and for treating the ellipsoid as a sphere.
const SLACK: f64 = 1.05;

/// A minute since 1970 and a cube of space. A minute after the year 6000 shares its number with an
/// earlier one, which costs a comparison.
type Cube = (i32, [i32; 3]);
/// The bins of the second and third kilometre's times.
type Pacing = (i64, i64);
/// The minute of a start, and one bit for each of the next 64 minutes that has a position.
type Coverage = (i64, u64);

/// Index of recordings by place, by time and by device. Recordings are numbered by their rank.
#[derive(Default)]
pub(super) struct CandidateIndex<'a> {
    by_place: RanksByPlace,
    by_clock: HashMap<Pacing, BTreeMap<Coverage, Vec<usize>>>,
    by_device: HashMap<(&'a str, Pacing), Vec<usize>>,
}

/// The ranks in each cube. A field fills as many cubes as its runners run minutes, so the ranks of
/// all cubes are in one list of links.
#[derive(Default)]
struct RanksByPlace {
    cubes: HashMap<Cube, Ranks, RandomState>,
    /// A rank, and the place of the link before it in the same cube.
    links: Vec<(u32, u32)>,
}

/// The ranks in one cube.
#[derive(Debug, Clone, Copy, Default)]
struct Ranks {
    count: u32,
    /// The place of the last link.
    last: u32,
}

impl RanksByPlace {
    fn add(&mut self, cube: Cube, rank: usize) {
        let ranks = self.cubes.entry(cube).or_default();
        let link = (rank as u32, ranks.last);
        *ranks = Ranks { count: ranks.count + 1, last: self.links.len() as u32 };
        self.links.push(link);
    }

    /// Returns the ranks in a cube, the last first.
    fn of(&self, ranks: Ranks) -> impl Iterator<Item = usize> {
        let mut at = ranks.last;
        (0..ranks.count).map(move |_| {
            let (rank, before) = self.links[at as usize];
            at = before;
            rank as usize
        })
    }
}

/// The values by which a recording is found.
pub(super) struct SearchKeys<'a> {
    /// A position in each minute, metres from the Earth's centre.
    places: Vec<(i64, [f64; 3])>,
    /// Seconds for the second and third kilometre; `None` for a shorter run.
    kms_s: Option<[f64; 2]>,
    coverage: Coverage,
    /// The device's serial number.
    serial: Option<&'a str>,
}

impl<'a> SearchKeys<'a> {
    /// Collects a recording's keys.
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

impl<'a> CandidateIndex<'a> {
    /// Adds a recording.
    pub(super) fn add(&mut self, rank: usize, keys: &SearchKeys<'a>) {
        for (minute, place) in &keys.places {
            self.by_place.add((*minute as i32, place.map(cube)), rank);
        }
        if let Some(kms_s) = keys.kms_s {
            let [second, third] = kms_s.map(bin);
            let paced = self.by_clock.entry((second, third)).or_default();
            paced.entry(keys.coverage).or_default().push(rank);
            if let Some(serial) = keys.serial {
                self.by_device.entry((serial, (second, third))).or_default().push(rank);
            }
        }
    }

    /// Returns the ranks of all recordings that may be a twin, in ascending order.
    pub(super) fn candidates(&self, keys: &SearchKeys<'a>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut by_minute: Vec<Vec<Ranks>> = keys.places.iter().map(|at| self.around(*at)).collect();
        by_minute.sort_by_key(|near| near.iter().map(|ranks| ranks.count as usize).sum::<usize>());
        by_minute.truncate((keys.places.len() + 1).saturating_sub(MINUTES));
        found.extend(by_minute.into_iter().flatten().flat_map(|ranks| self.by_place.of(ranks)));
        let Some(kms_s) = keys.kms_s else { return found };
        let [second, third] =
            kms_s.map(|km_s| bin(km_s - 2.0 * KM_S * SLACK)..=bin(km_s + 2.0 * KM_S * SLACK));
        let pacings: Vec<Pacing> =
            second.flat_map(|second| third.clone().map(move |third| (second, third))).collect();
        let (first, _) = keys.coverage;
        let began = (first - APART_MINUTES, 0)..=(first + APART_MINUTES, u64::MAX);
        let paced = pacings.iter().filter_map(|pacing| self.by_clock.get(pacing));
        let near = paced.flat_map(|by_coverage| by_coverage.range(began.clone())).take(COVERAGES);
        let apart = near.filter(|(coverage, _)| shared(keys.coverage, **coverage) < MINUTES);
        found.extend(apart.flat_map(|(_, ranks)| ranks).take(SAME_TIMES));
        if let Some(serial) = keys.serial {
            let of_device = pacings.iter().filter_map(|pacing| self.by_device.get(&(serial, *pacing)));
            found.extend(of_device.flatten().take(SAME_TIMES));
        }
        found
    }

    /// Returns the ranks in all cubes within [`BESIDE_M`] of a place in a minute.
    fn around(&self, (minute, place): (i64, [f64; 3])) -> Vec<Ranks> {
        let reach_m = BESIDE_M * SLACK;
        let [xs, ys, zs] = place.map(|at_m| cube(at_m - reach_m)..=cube(at_m + reach_m));
        let cubes = xs.flat_map(|x| {
            let zs = zs.clone();
            ys.clone().flat_map(move |y| zs.clone().map(move |z| [x, y, z]))
        });
        cubes.filter_map(|cube| self.by_place.cubes.get(&(minute as i32, cube)).copied()).collect()
    }
}

/// Returns the number of minutes with a position in both, of the first 64 minutes of each.
fn shared((first, bits): Coverage, (other_first, other_bits): Coverage) -> usize {
    let (early, late) = if first <= other_first { (bits, other_bits) } else { (other_bits, bits) };
    let apart = u32::try_from(first.abs_diff(other_first)).unwrap_or(u32::MAX);
    (early.checked_shr(apart).unwrap_or(0) & late).count_ones() as usize
}

/// Returns the number of a coordinate's cube.
fn cube(at_m: f64) -> i32 {
    (at_m / CUBE_M).floor() as i32
}

/// Returns the number of a kilometre time's bin.
fn bin(km_s: f64) -> i64 {
    (km_s / BIN_S).floor() as i64
}
