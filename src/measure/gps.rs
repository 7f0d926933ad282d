//! How far a track of positions goes, once spikes and standing jitter are taken out.

use super::clock::Clock;
use super::geo::{self, Point, Ruler};
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
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GpsTrack {
    /// Cumulative distance in metres for each clock sample from the first to the last with a position;
    /// samples outside of that, and those between that lack one, are absent (NaN).
    pub distance_m: Vec<f64>,
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
}

/// A position within reach of the one before it.
#[derive(Debug, Clone, Copy)]
struct Fix {
    row: usize,
    time_s: f64,
    point: Point,
    /// Whether the track jumps to it.
    jumps: bool,
}

/// The positions of a recording, in order of the clock.
fn fixes(samples: &Samples, clock: &Clock) -> impl Iterator<Item = Fix> {
    clock.index.iter().zip(&clock.time_s).enumerate().filter_map(|(row, (&i, &time_s))| {
        // (0, 0) is what receivers without a fix write.
        let point = samples.position_deg(i).filter(|point| *point != (0.0, 0.0))?;
        Some(Fix { row, time_s, point, jumps: false })
    })
}

impl GpsTrack {
    /// Measures the track; `None` with fewer than two positions.
    pub(super) fn measure(samples: &Samples, clock: &Clock) -> Option<Self> {
        if samples.latitude_deg.is_empty() {
            return None;
        }
        let mut track = Self {
            distance_m: vec![f64::NAN; clock.index.len()],
            length_m: 0.0,
            coarse_m: 0.0,
            spikes: 0,
            jumps: 0,
            coverage: 0.0,
        };
        let (positions, mut sound) = track.without_spikes(fixes(samples, clock), clock);
        if positions < 2 {
            return None;
        }
        // When the first position was the spike, everything else seemed out of reach until the jump.
        if positions > 3 && track.spikes > 0 && sound.get(1).is_some_and(|fix| fix.jumps) {
            let coverage = track.coverage;
            (track.spikes, track.jumps) = (1, 0);
            sound = track.without_spikes(fixes(samples, clock).skip(1), clock).1;
            track.coverage = coverage;
        }
        track.accumulate(&sound);
        Some(track)
    }

    /// The number of positions, and those within reach of their predecessors.
    fn without_spikes(&mut self, mut fixes: impl Iterator<Item = Fix>, clock: &Clock) -> (usize, Vec<Fix>) {
        let Some(mut last) = fixes.next() else { return (0, Vec::new()) };
        let mut positions = 1;
        let mut sound = Vec::with_capacity(clock.index.len());
        sound.push(last);
        let mut ruler = Ruler::near(last.point);
        let mut rejected_since: Option<f64> = None;
        let (mut covered_s, mut before_s) = (0.0, last.time_s);
        for fix in fixes {
            positions += 1;
            let gap_s = fix.time_s - before_s;
            before_s = fix.time_s;
            if gap_s <= JUMP_S {
                covered_s += gap_s;
            }
            let reach_m = SPIKE_MPS * (fix.time_s - last.time_s) + STEP_M;
            if geo::is_surely_within(last.point, fix.point, reach_m)
                || ruler.distance_m(last.point, fix.point) <= reach_m
            {
                last = fix;
            } else if rejected_since.is_some_and(|since| fix.time_s - since > JUMP_S) {
                self.jumps += 1;
                last = Fix { jumps: true, ..fix };
            } else {
                self.spikes += 1;
                rejected_since = rejected_since.or(Some(fix.time_s));
                continue;
            }
            sound.push(last);
            rejected_since = None;
        }
        let (from_s, to_s) = clock.span();
        self.coverage = covered_s / (to_s - from_s);
        (positions, sound)
    }

    /// Adds up displacements from anchor to anchor.
    fn accumulate(&mut self, sound: &[Fix]) {
        let [first, rest @ ..] = sound else { return };
        let (mut anchor, mut coarse_anchor) = (first, first);
        let mut ruler = Ruler::near(first.point);
        let mut total_m = 0.0;
        self.distance_m[first.row] = 0.0;
        let mut waiting: Vec<(usize, f64)> = Vec::new();
        for (place, fix) in rest.iter().enumerate() {
            if fix.jumps {
                self.settle(&mut waiting, total_m, f64::INFINITY);
                self.distance_m[fix.row] = total_m;
                (anchor, coarse_anchor) = (fix, fix);
                continue;
            }
            let away_m = ruler.distance_m(anchor.point, fix.point);
            let moving = away_m >= STEP_M && away_m >= STANDING_MPS * (fix.time_s - anchor.time_s);
            let is_last = place + 1 == rest.len();
            if moving || away_m >= WANDER_M {
                self.settle(&mut waiting, total_m, away_m);
                total_m += away_m;
                self.distance_m[fix.row] = total_m;
                anchor = fix;
            } else {
                waiting.push((fix.row, away_m));
                if is_last {
                    self.settle(&mut waiting, total_m, 0.0);
                }
            }
            if !is_last && geo::is_surely_within(coarse_anchor.point, fix.point, COARSE_M) {
                continue;
            }
            let coarse_m = ruler.distance_m(coarse_anchor.point, fix.point);
            if coarse_m >= COARSE_M || is_last {
                self.coarse_m += coarse_m;
                coarse_anchor = fix;
            }
        }
        self.length_m = total_m;
    }

    /// Gives waiting positions the displacement that lasted: the least from there on, so that what wandered off
    /// and came back went nowhere.
    fn settle(&mut self, waiting: &mut Vec<(usize, f64)>, base_m: f64, mut least_m: f64) {
        for &(row, away_m) in waiting.iter().rev() {
            least_m = least_m.min(away_m);
            self.distance_m[row] = base_m + least_m;
        }
        waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;

    /// Metres to degrees of latitude at the equator, closely enough for these tests.
    const DEG_PER_M: f64 = 1.0 / 110_574.0;

    fn measure(north_m: &[f64]) -> GpsTrack {
        let mut activity = Activity::default();
        for (second, north) in north_m.iter().enumerate() {
            let i = activity.samples.open(second as f64);
            activity.samples.latitude_deg.set(i, 0.001 + north * DEG_PER_M);
            activity.samples.longitude_deg.set(i, 10.0);
        }
        let clock = Clock::repair(&activity).expect("a clock");
        GpsTrack::measure(&activity.samples, &clock).expect("positions")
    }

    #[test]
    fn a_steady_run_measures_what_it_is() {
        let track = measure(&(0..200).map(|s| 3.2 * f64::from(s)).collect::<Vec<_>>());
        assert!((track.length_m - 3.2 * 199.0).abs() < 0.1, "{}", track.length_m);
        assert!((track.distance_m[100] - 320.0).abs() < 0.1);
    }

    #[test]
    fn a_spike_adds_nothing() {
        let mut north: Vec<f64> = (0..100).map(|s| 3.0 * f64::from(s)).collect();
        north[50] += 400.0;
        let track = measure(&north);
        assert_eq!(track.spikes, 1);
        assert!((track.length_m - 297.0).abs() < 0.1, "{}", track.length_m);
    }

    #[test]
    fn a_spike_at_the_very_start_adds_nothing() {
        let mut north: Vec<f64> = (0..200).map(|s| 3.0 * f64::from(s)).collect();
        north[0] = -5000.0;
        let track = measure(&north);
        assert!((track.length_m - 594.0).abs() < 0.1, "{}", track.length_m);
    }

    #[test]
    fn standing_jitter_adds_at_most_a_step() {
        let mut north: Vec<f64> = (0..100).map(|s| 3.0 * f64::from(s)).collect();
        north.extend((0..600).map(|s| 297.0 + 4.0 * libm::sin(f64::from(s) / 9.0)));
        north.extend((1..100).map(|s| 297.0 + 3.0 * f64::from(s)));
        let track = measure(&north);
        assert!((track.length_m - 594.0).abs() < 8.0, "{}", track.length_m);
        assert!(track.distance_m.windows(2).all(|pair| pair[1] >= pair[0]));
    }
}
