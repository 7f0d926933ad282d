//! How far a track of positions goes, once spikes and standing jitter are taken out.

use std::borrow::Cow;

use super::clock::Clock;
use super::geo::{Point, Ruler};
use crate::activity::Samples;
use crate::units::STANDING_MPS;

/// Faster than any runner for the length of a sample: the 100 m record peaks at 12.4 m/s (Berlin 2009).
const SPIKE_MPS: f64 = 12.5;
/// When every position for this long lies out of reach, the track itself has jumped: a new anchor, no distance.
const JUMP_S: f64 = 60.0;
/// Displacements below this are not yet movement. Consumer receivers are good to about 3 m (95 % at 1 Hz with
/// the solution smoothed), and a runner passes it every second, so chords stay short against any bend.
const STEP_M: f64 = 3.0;
/// Slow displacement must reach this before it counts: a standing receiver wanders within some metres.
const WANDER_M: f64 = 10.0;
/// Chords of this length tell the track's shape without its noise; on the bends of a 400 m track (36.5 m
/// radius) they are 1.3 % short.
const COARSE_M: f64 = 20.0;

/// What the positions say of distance.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct GpsTrack {
    /// The length of the track in metres.
    pub length_m: f64,
    /// Its length by chords of some 20 m, in which receiver noise hardly counts.
    pub coarse_m: f64,
    /// Positions left out as out of reach.
    pub spikes: usize,
    /// Jumps of the whole track that were left out.
    pub jumps: usize,
    /// The share of the recording's time between neighbouring positions not more than 60 s apart, 0–1.
    pub coverage: f64,
    /// How many positions there are.
    positions: usize,
    /// Whether the second position within reach is a jump: then the first was out of reach, not the others.
    begins_with_jump: bool,
}

/// A position at a time.
#[derive(Debug, Clone, Copy)]
struct Fix {
    time_s: f64,
    point: Point,
}

impl Fix {
    /// Whether it is a position at all.
    fn is_known(&self) -> bool {
        let (latitude_deg, longitude_deg) = self.point;
        // (0, 0) is what receivers without a fix write.
        !(latitude_deg.is_nan() || longitude_deg.is_nan() || (latitude_deg == 0.0 && longitude_deg == 0.0))
    }
}

/// The positions of a recording, row by row of the clock up to the last one.
struct Positions<'a> {
    latitude_deg: Cow<'a, [f64]>,
    longitude_deg: Cow<'a, [f64]>,
    time_s: &'a [f64],
}

impl<'a> Positions<'a> {
    fn of(samples: &'a Samples, clock: &'a Clock) -> Self {
        Self {
            latitude_deg: clock.column(&samples.latitude_deg),
            longitude_deg: clock.column(&samples.longitude_deg),
            time_s: &clock.time_s,
        }
    }

    /// What stands in the rows from one on, with their numbers.
    #[inline]
    fn from(&self, row: usize) -> impl Iterator<Item = (usize, Fix)> {
        let rows = self.latitude_deg.len().min(self.longitude_deg.len()).min(self.time_s.len());
        let row = row.min(rows);
        let points = self.latitude_deg[row..rows].iter().zip(&self.longitude_deg[row..rows]);
        let fixes = points.zip(&self.time_s[row..rows]);
        (row..rows).zip(fixes).map(|(row, ((latitude_deg, longitude_deg), time_s))| {
            (row, Fix { time_s: *time_s, point: (*latitude_deg, *longitude_deg) })
        })
    }

    /// The first row from one on that has a position.
    fn first_from(&self, row: usize) -> Option<usize> {
        self.from(row).find_map(|(row, fix)| fix.is_known().then_some(row))
    }

    fn fix(&self, row: usize) -> Fix {
        Fix { time_s: self.time_s[row], point: self.point(row) }
    }

    fn point(&self, row: usize) -> Point {
        (self.latitude_deg[row], self.longitude_deg[row])
    }
}

impl GpsTrack {
    /// Measures the track; `None` with fewer than two positions.
    pub(super) fn measure(samples: &Samples, clock: &Clock) -> Option<Self> {
        Self::walk(samples, clock, || Untold).map(|(track, _)| track)
    }

    /// Measures the track, and its length up to each position: cumulative metres for each row of the clock from the
    /// first to the last with a position; rows outside of that, and those between that lack one, are absent (NaN).
    pub(super) fn column(samples: &Samples, clock: &Clock) -> Option<(Self, Vec<f64>)> {
        Self::walk(samples, clock, || Rise::new(clock)).map(|(track, rise)| (track, rise.distance_m))
    }

    fn walk<H: Hearer>(samples: &Samples, clock: &Clock, hearer: impl Fn() -> H) -> Option<(Self, H)> {
        let positions = Positions::of(samples, clock);
        let first = positions.first_from(0)?;
        let mut told = hearer();
        let mut track = Self::along(&positions, first, &mut told);
        if track.positions < 2 {
            return None;
        }
        // When the first position was the spike, everything else seemed out of reach until the jump.
        if track.positions > 3 && track.spikes > 0 && track.begins_with_jump {
            let coverage = track.coverage;
            let second = positions.first_from(first + 1)?;
            told = hearer();
            track = Self::along(&positions, second, &mut told);
            (track.spikes, track.coverage) = (track.spikes + 1, coverage);
        }
        Some((track, told))
    }

    /// Measures along the positions from a first row with one on.
    fn along(positions: &Positions, first: usize, told: &mut impl Hearer) -> Self {
        let start = positions.fix(first);
        let mut track = Self { positions: 1, ..Self::default() };
        told.reach(first, 0.0);
        // Displacements are taken from the anchor; the last position within reach lies so far from it.
        let (mut anchor, mut last, mut last_s, mut last_away_m) = (start, first, start.time_s, 0.0);
        // The end of the last chord of some 20 m, and how far the anchor is from there at most.
        let (mut coarse_anchor, mut coarse_most_m) = (start.point, 0.0);
        // Since when positions are out of reach, and when the last one was.
        let (mut rejected_since_s, mut rejected_s) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut silent_s = 0.0;
        let mut next = first + 1;
        let mut ruler = Ruler::near(start.point);
        'ruler: loop {
            for (row, fix) in positions.from(next) {
                if !fix.is_known() {
                    continue;
                }
                let Some(away_m2) = ruler.square_m2(anchor.point, fix.point) else {
                    ruler = Ruler::half_way(anchor.point, fix.point);
                    next = row;
                    continue 'ruler;
                };
                let mut away_m = away_m2.sqrt();
                track.positions += 1;
                let since_last_s = fix.time_s - last_s;
                if since_last_s > JUMP_S {
                    let gap_s = fix.time_s - f64::max(last_s, rejected_s);
                    silent_s += if gap_s > JUMP_S { gap_s } else { 0.0 };
                }
                let reach_m = SPIKE_MPS * since_last_s + STEP_M;
                // By way of the anchor it is further, so that this is seldom asked twice.
                if away_m + last_away_m > reach_m {
                    away_m = ruler.distance_m(anchor.point, fix.point);
                    if ruler.distance_m(positions.point(last), fix.point) > reach_m {
                        rejected_since_s = rejected_since_s.min(fix.time_s);
                        rejected_s = fix.time_s;
                        if fix.time_s - rejected_since_s <= JUMP_S {
                            track.spikes += 1;
                            continue;
                        }
                        // On from where the track jumps to, without any distance.
                        track.begins_with_jump |= last == first;
                        track.jumps += 1;
                        told.settle(track.length_m, f64::INFINITY);
                        told.reach(row, track.length_m);
                        (anchor, last, last_s, last_away_m) = (fix, row, fix.time_s, 0.0);
                        (coarse_anchor, coarse_most_m) = (fix.point, 0.0);
                        rejected_since_s = f64::INFINITY;
                        continue;
                    }
                }
                (last, last_s, rejected_since_s) = (row, fix.time_s, f64::INFINITY);
                // A step, and faster than standing; or far enough to be movement however slow.
                let least_m = (STANDING_MPS * (fix.time_s - anchor.time_s)).clamp(STEP_M, WANDER_M);
                let mut coarse_m = coarse_most_m + away_m;
                let moved = away_m >= least_m;
                if moved {
                    told.settle(track.length_m, away_m);
                    told.reach(row, track.length_m + away_m);
                    track.length_m += away_m;
                    (anchor, last_away_m, coarse_most_m) = (fix, 0.0, coarse_m);
                } else {
                    told.wait(row, away_m);
                    last_away_m = away_m;
                }
                if coarse_m >= COARSE_M {
                    coarse_m = ruler.distance_m(coarse_anchor, fix.point);
                    if coarse_m >= COARSE_M {
                        track.coarse_m += coarse_m;
                        (coarse_anchor, coarse_most_m) = (fix.point, last_away_m);
                    } else if moved {
                        coarse_most_m = coarse_m;
                    }
                }
            }
            break;
        }
        // The last position ends what waits and the last coarse chord.
        told.settle(track.length_m, 0.0);
        track.coarse_m += ruler.distance_m(coarse_anchor, positions.point(last));
        let (from_s, to_s) = (positions.time_s[0], positions.time_s[positions.time_s.len() - 1]);
        track.coverage = (f64::max(last_s, rejected_s) - start.time_s - silent_s) / (to_s - from_s);
        track
    }
}

/// Who is told how the length rises from row to row.
trait Hearer {
    /// A row lies at a length.
    fn reach(&mut self, row: usize, length_m: f64);
    /// A row is not yet far enough from the anchor, and so far from it.
    fn wait(&mut self, row: usize, away_m: f64);
    /// The rows that wait lie between a length and the displacement that lasted.
    fn settle(&mut self, length_m: f64, least_m: f64);
}

/// For the length alone.
struct Untold;

impl Hearer for Untold {
    fn reach(&mut self, _: usize, _: f64) {}
    fn wait(&mut self, _: usize, _: f64) {}
    fn settle(&mut self, _: f64, _: f64) {}
}

/// How the length rises from row to row.
struct Rise {
    distance_m: Vec<f64>,
    /// Rows not yet far enough from the anchor, and how far they are.
    waiting: Vec<(usize, f64)>,
}

impl Rise {
    fn new(clock: &Clock) -> Self {
        Self { distance_m: vec![f64::NAN; clock.len()], waiting: Vec::new() }
    }
}

impl Hearer for Rise {
    fn reach(&mut self, row: usize, length_m: f64) {
        self.distance_m[row] = length_m;
    }

    fn wait(&mut self, row: usize, away_m: f64) {
        self.waiting.push((row, away_m));
    }

    /// Gives waiting positions the least displacement from there on, so that what wandered off and came back went
    /// nowhere.
    fn settle(&mut self, length_m: f64, mut least_m: f64) {
        for (row, away_m) in self.waiting.drain(..).rev() {
            least_m = least_m.min(away_m);
            self.distance_m[row] = length_m + least_m;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;

    /// Metres to degrees of latitude at the equator, closely enough for these tests.
    const DEG_PER_M: f64 = 1.0 / 110_574.0;

    fn measure(north_m: &[f64]) -> (GpsTrack, Vec<f64>) {
        let mut activity = Activity::default();
        for (second, north) in north_m.iter().enumerate() {
            let i = activity.samples.open(second as f64);
            activity.samples.latitude_deg.set(i, 0.001 + north * DEG_PER_M);
            activity.samples.longitude_deg.set(i, 10.0);
        }
        let clock = Clock::repair(&activity).expect("a clock");
        GpsTrack::column(&activity.samples, &clock).expect("positions")
    }

    #[test]
    fn a_steady_run_measures_what_it_is() {
        let (track, distance_m) = measure(&(0..200).map(|s| 3.2 * f64::from(s)).collect::<Vec<_>>());
        assert!((track.length_m - 3.2 * 199.0).abs() < 0.1, "{}", track.length_m);
        assert!((distance_m[100] - 320.0).abs() < 0.1);
    }

    #[test]
    fn a_spike_adds_nothing() {
        let mut north: Vec<f64> = (0..100).map(|s| 3.0 * f64::from(s)).collect();
        north[50] += 400.0;
        let (track, _) = measure(&north);
        assert_eq!(track.spikes, 1);
        assert!((track.length_m - 297.0).abs() < 0.1, "{}", track.length_m);
    }

    #[test]
    fn a_spike_at_the_very_start_adds_nothing() {
        let mut north: Vec<f64> = (0..200).map(|s| 3.0 * f64::from(s)).collect();
        north[0] = -5000.0;
        let (track, _) = measure(&north);
        assert!((track.length_m - 594.0).abs() < 0.1, "{}", track.length_m);
    }

    #[test]
    fn standing_jitter_adds_at_most_a_step() {
        let mut north: Vec<f64> = (0..100).map(|s| 3.0 * f64::from(s)).collect();
        north.extend((0..600).map(|s| 297.0 + 4.0 * libm::sin(f64::from(s) / 9.0)));
        north.extend((1..100).map(|s| 297.0 + 3.0 * f64::from(s)));
        let (track, distance_m) = measure(&north);
        assert!((track.length_m - 594.0).abs() < 8.0, "{}", track.length_m);
        assert!(distance_m.windows(2).all(|pair| pair[1] >= pair[0]));
    }
}
