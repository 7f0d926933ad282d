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
}

/// The positions of a recording, in order of the clock.
fn fixes(samples: &Samples, clock: &Clock) -> impl Iterator<Item = Fix> {
    let (latitude_deg, longitude_deg) = (samples.latitude_deg.values(), samples.longitude_deg.values());
    clock.index.iter().zip(&clock.time_s).enumerate().filter_map(move |(row, (&i, &time_s))| {
        let point = (*latitude_deg.get(i)?, *longitude_deg.get(i)?);
        // (0, 0) is what receivers without a fix write.
        let is_known = !point.0.is_nan() && !point.1.is_nan() && point != (0.0, 0.0);
        is_known.then_some(Fix { row, time_s, point })
    })
}

impl GpsTrack {
    /// Measures the track; `None` with fewer than two positions.
    pub(super) fn measure(samples: &Samples, clock: &Clock) -> Option<Self> {
        if samples.latitude_deg.is_empty() {
            return None;
        }
        let (mut track, positions, begins_with_jump) = Self::along(fixes(samples, clock), clock);
        if positions < 2 {
            return None;
        }
        // When the first position was the spike, everything else seemed out of reach until the jump.
        if positions > 3 && track.spikes > 0 && begins_with_jump {
            let coverage = track.coverage;
            let mut others = fixes(samples, clock);
            others.next();
            track = Self::along(others, clock).0;
            (track.spikes, track.coverage) = (track.spikes + 1, coverage);
        }
        Some(track)
    }

    /// Measures along positions; also gives their number, and whether the second one within reach is a jump.
    fn along(mut fixes: impl Iterator<Item = Fix>, clock: &Clock) -> (Self, usize, bool) {
        let mut track = Self {
            distance_m: vec![f64::NAN; clock.index.len()],
            length_m: 0.0,
            coarse_m: 0.0,
            spikes: 0,
            jumps: 0,
            coverage: 0.0,
        };
        let Some(first) = fixes.next() else { return (track, 0, false) };
        track.distance_m[first.row] = 0.0;
        let mut tape = Tape::from(first);
        let (mut last, mut ruler) = (first, Ruler::near(first.point));
        let (mut positions, mut begins_with_jump) = (1, false);
        let mut rejected_since: Option<f64> = None;
        let (mut covered_s, mut before_s) = (0.0, first.time_s);
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
                track.go_on(&mut tape, fix);
            } else if rejected_since.is_some_and(|since| fix.time_s - since > JUMP_S) {
                begins_with_jump |= last.row == first.row;
                track.jumps += 1;
                track.jump(&mut tape, fix);
            } else {
                track.spikes += 1;
                rejected_since = rejected_since.or(Some(fix.time_s));
                continue;
            }
            last = fix;
            rejected_since = None;
        }
        track.end(tape, last);
        let (from_s, to_s) = clock.span();
        track.coverage = covered_s / (to_s - from_s);
        (track, positions, begins_with_jump)
    }

    /// Goes on to a position within reach: adds its displacement where it moved from the anchor.
    fn go_on(&mut self, tape: &mut Tape, fix: Fix) {
        let away_m = tape.ruler.distance_m(tape.anchor.point, fix.point);
        let moving = away_m >= STEP_M && away_m >= STANDING_MPS * (fix.time_s - tape.anchor.time_s);
        if moving || away_m >= WANDER_M {
            self.settle(&mut tape.waiting, away_m);
            self.length_m += away_m;
            self.distance_m[fix.row] = self.length_m;
            tape.anchor = fix;
        } else {
            tape.waiting.push((fix.row, away_m));
        }
        if !geo::is_surely_within(tape.coarse_anchor.point, fix.point, COARSE_M) {
            let coarse_m = tape.ruler.distance_m(tape.coarse_anchor.point, fix.point);
            if coarse_m >= COARSE_M {
                self.coarse_m += coarse_m;
                tape.coarse_anchor = fix;
            }
        }
    }

    /// Goes on from where the track jumps to, without any distance.
    fn jump(&mut self, tape: &mut Tape, fix: Fix) {
        self.settle(&mut tape.waiting, f64::INFINITY);
        self.distance_m[fix.row] = self.length_m;
        (tape.anchor, tape.coarse_anchor) = (fix, fix);
    }

    /// Ends at the last position, which ends what waits and the last coarse chord.
    fn end(&mut self, mut tape: Tape, last: Fix) {
        self.settle(&mut tape.waiting, 0.0);
        if tape.coarse_anchor.row != last.row {
            self.coarse_m += tape.ruler.distance_m(tape.coarse_anchor.point, last.point);
        }
    }

    /// Gives waiting positions the displacement that lasted: the least from there on, so that what wandered off
    /// and came back went nowhere.
    fn settle(&mut self, waiting: &mut Vec<(usize, f64)>, mut least_m: f64) {
        for &(row, away_m) in waiting.iter().rev() {
            least_m = least_m.min(away_m);
            self.distance_m[row] = self.length_m + least_m;
        }
        waiting.clear();
    }
}

/// What a track is measured with: anchors, from which displacements are taken.
struct Tape {
    anchor: Fix,
    /// The end of the last chord of some 20 m.
    coarse_anchor: Fix,
    /// Rows not yet far enough from the anchor, and how far they are.
    waiting: Vec<(usize, f64)>,
    ruler: Ruler,
}

impl Tape {
    fn from(first: Fix) -> Self {
        Self { anchor: first, coarse_anchor: first, waiting: Vec::new(), ruler: Ruler::near(first.point) }
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
