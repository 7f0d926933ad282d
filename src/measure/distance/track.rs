//! How far a track of positions goes, once spikes and standing jitter are taken out.

use std::borrow::Cow;

use super::geodesy::{EastNorth, LatLon, Ruler};
use crate::activity::Samples;
use crate::measure::time::clock::Clock;
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
pub(in crate::measure) struct GpsTrack {
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

/// The positions of a recording, row by row of the clock up to the last one.
struct Positions<'a> {
    latitude_deg: Cow<'a, [f64]>,
    longitude_deg: Cow<'a, [f64]>,
    time_s: &'a [f64],
    rows: usize,
}

impl<'a> Positions<'a> {
    fn of(samples: &'a Samples, clock: &'a Clock) -> Self {
        let latitude_deg = clock.column(&samples.latitude_deg);
        let longitude_deg = clock.column(&samples.longitude_deg);
        let rows = latitude_deg.len().min(longitude_deg.len());
        Self { latitude_deg, longitude_deg, time_s: &clock.time_s, rows }
    }

    /// The first row from one on that has a position.
    fn first_from(&self, row: usize) -> Option<usize> {
        (row..self.rows).find(|row| self.is_known(*row))
    }

    /// Whether a row has a position at all.
    fn is_known(&self, row: usize) -> bool {
        let (latitude_deg, longitude_deg) = self.point(row);
        // (0, 0) is what receivers without a fix write.
        !(latitude_deg.is_nan() || longitude_deg.is_nan() || (latitude_deg == 0.0 && longitude_deg == 0.0))
    }

    fn point(&self, row: usize) -> LatLon {
        (self.latitude_deg[row], self.longitude_deg[row])
    }
}

/// So many steps from row to row are looked at together.
const STRETCH: usize = 32;

/// The steps of neighbouring rows, each within reach of the one before: nearly always.
struct TrackSteps {
    step_m: [EastNorth; STRETCH],
}

impl TrackSteps {
    fn new() -> Self {
        Self { step_m: [[0.0; 2]; STRETCH] }
    }

    /// Takes the steps to a row and to those behind it. `false` where there are not so many, where one lacks a
    /// position, is out of reach, or comes after a silence, and where the ruler does not reach.
    fn take<'a>(&mut self, positions: &'a Positions, row: usize, ruler: &Ruler) -> bool {
        let rows = row - 1..row + STRETCH;
        let column = |column: &'a [f64]| <&[f64; STRETCH + 1]>::try_from(column.get(rows.clone())?).ok();
        let (Some(latitude_deg), Some(longitude_deg), Some(time_s)) =
            (column(&positions.latitude_deg), column(&positions.longitude_deg), column(positions.time_s))
        else {
            return false;
        };
        let mut beyond = 0;
        for step in 0..STRETCH {
            let from = (latitude_deg[step], longitude_deg[step]);
            let to = (latitude_deg[step + 1], longitude_deg[step + 1]);
            let ([east_m, north_m], reaches) = ruler.step_m(from, to);
            let since_s = time_s[step + 1] - time_s[step];
            let reach_m = SPIKE_MPS * since_s + STEP_M;
            #[allow(clippy::needless_bitwise_bool)] // for all of them at once, without a branch
            let within = reaches & (square_m2([east_m, north_m]) <= reach_m * reach_m) & (since_s <= JUMP_S);
            beyond += u64::from(!within);
            self.step_m[step] = [east_m, north_m];
        }
        beyond == 0
    }
}

/// A way walked along the positions.
struct Walk {
    track: GpsTrack,
    /// The row with the last position within reach, and its time.
    last: usize,
    last_s: f64,
    /// How far east and north that lies from the anchor which displacements are taken from, and the anchor's time.
    away_m: EastNorth,
    anchor_s: f64,
    /// The same from the end of the last chord of some 20 m.
    chord_m: EastNorth,
    /// Since when positions are out of reach, and when the last one was.
    rejected_since_s: f64,
    rejected_s: f64,
    /// Time between neighbouring positions too far apart.
    silent_s: f64,
}

impl Walk {
    /// Begins where the track does or jumps to.
    fn begin(&mut self, row: usize, time_s: f64, told: &mut impl LengthSink) {
        told.fixed(row, self.track.length_m);
        (self.last, self.last_s, self.anchor_s) = (row, time_s, time_s);
        (self.away_m, self.chord_m) = ([0.0, 0.0], [0.0, 0.0]);
        self.rejected_since_s = f64::INFINITY;
    }

    /// Goes to a position if it is within reach.
    fn try_step(
        &mut self,
        positions: &Positions,
        row: usize,
        ruler: &mut Ruler,
        first: usize,
        told: &mut impl LengthSink,
    ) {
        let time_s = positions.time_s[row];
        let (from, to) = (positions.point(self.last), positions.point(row));
        let step_m = ruler.long_step_m(from, to);
        self.track.positions += 1;
        let since_last_s = time_s - self.last_s;
        if since_last_s > JUMP_S {
            let gap_s = time_s - f64::max(self.last_s, self.rejected_s);
            self.silent_s += if gap_s > JUMP_S { gap_s } else { 0.0 };
        }
        let reach_m = SPIKE_MPS * since_last_s + STEP_M;
        if square_m2(step_m) <= reach_m * reach_m {
            self.step(row, time_s, step_m, told);
            (self.last, self.last_s, self.rejected_since_s) = (row, time_s, f64::INFINITY);
            return;
        }
        self.rejected_since_s = self.rejected_since_s.min(time_s);
        self.rejected_s = time_s;
        if time_s - self.rejected_since_s <= JUMP_S {
            self.track.spikes += 1;
            return;
        }
        // On from where the track jumps to, without any distance.
        self.track.begins_with_jump |= self.last == first;
        self.track.jumps += 1;
        told.flush(self.track.length_m, f64::INFINITY);
        self.begin(row, time_s, told);
    }

    /// Takes a step east and north.
    #[inline]
    fn step(&mut self, row: usize, time_s: f64, step_m: EastNorth, told: &mut impl LengthSink) {
        self.away_m = sum(self.away_m, step_m);
        let away_m2 = square_m2(self.away_m);
        // A step, and faster than standing; or far enough to be movement however slow.
        if away_m2 < STEP_M * STEP_M || self.is_slow(time_s, away_m2) {
            told.pending(row, away_m2.sqrt());
            return;
        }
        let away_m = away_m2.sqrt();
        told.flush(self.track.length_m, away_m);
        self.track.length_m += away_m;
        told.fixed(row, self.track.length_m);
        self.chord_m = sum(self.chord_m, self.away_m);
        (self.away_m, self.anchor_s) = ([0.0, 0.0], time_s);
        let chord_m2 = square_m2(self.chord_m);
        if chord_m2 >= COARSE_M * COARSE_M {
            self.track.coarse_m += chord_m2.sqrt();
            self.chord_m = [0.0, 0.0];
        }
    }

    /// Whether a displacement is slower than standing, and not so far as to be movement all the same.
    #[inline]
    fn is_slow(&self, time_s: f64, away_m2: f64) -> bool {
        let since_s = time_s - self.anchor_s;
        since_s > STEP_M / STANDING_MPS && {
            let least_m = (STANDING_MPS * since_s).min(WANDER_M);
            away_m2 < least_m * least_m
        }
    }
}

fn sum(a: EastNorth, b: EastNorth) -> EastNorth {
    [a[0] + b[0], a[1] + b[1]]
}

fn square_m2([east_m, north_m]: EastNorth) -> f64 {
    east_m * east_m + north_m * north_m
}

impl GpsTrack {
    /// Measures the track; `None` with fewer than two positions.
    pub(in crate::measure) fn measure(samples: &Samples, clock: &Clock) -> Option<Self> {
        Self::walk(samples, clock, || TotalOnly).map(|(track, _)| track)
    }

    /// Measures the track, and its length up to each position: cumulative metres for each row of the clock from the
    /// first to the last with a position; rows outside of that, and those between that lack one, are absent (NaN).
    pub(in crate::measure) fn column(samples: &Samples, clock: &Clock) -> Option<(Self, Vec<f64>)> {
        Self::walk(samples, clock, || CumulativeColumn::new(clock))
            .map(|(track, rise)| (track, rise.distance_m))
    }

    fn walk<H: LengthSink>(samples: &Samples, clock: &Clock, hearer: impl Fn() -> H) -> Option<(Self, H)> {
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
    fn along(positions: &Positions, first: usize, told: &mut impl LengthSink) -> Self {
        let start_s = positions.time_s[first];
        let mut walk = Walk {
            track: Self { positions: 1, ..Self::default() },
            last: first,
            last_s: start_s,
            away_m: [0.0, 0.0],
            anchor_s: start_s,
            chord_m: [0.0, 0.0],
            rejected_since_s: f64::INFINITY,
            rejected_s: f64::NEG_INFINITY,
            silent_s: 0.0,
        };
        walk.begin(first, start_s, told);
        let mut ruler = Ruler::near(positions.point(first));
        let mut steps = TrackSteps::new();
        let mut row = first + 1;
        while row < positions.rows {
            let to = (row + STRETCH).min(positions.rows);
            let mut plain = walk.last == row - 1 && steps.take(positions, row, &ruler);
            if !plain && walk.last == row - 1 && !ruler.reaches(positions.point(to - 1)) {
                ruler = Ruler::near(positions.point(row));
                plain = steps.take(positions, row, &ruler);
            }
            if plain {
                let times_s = &positions.time_s[row..row + STRETCH];
                for (step, (time_s, step_m)) in times_s.iter().zip(&steps.step_m).enumerate() {
                    walk.step(row + step, *time_s, *step_m, told);
                }
                walk.track.positions += STRETCH;
                (walk.last, walk.last_s, walk.rejected_since_s) =
                    (to - 1, times_s[STRETCH - 1], f64::INFINITY);
            } else {
                for row in (row..to).filter(|row| positions.is_known(*row)) {
                    walk.try_step(positions, row, &mut ruler, first, told);
                }
            }
            row = to;
        }
        let Walk { mut track, .. } = walk;
        // The last position ends what waits and the last coarse chord.
        told.flush(track.length_m, 0.0);
        track.coarse_m += square_m2(sum(walk.chord_m, walk.away_m)).sqrt();
        let (from_s, to_s) = (positions.time_s[0], positions.time_s[positions.time_s.len() - 1]);
        track.coverage = (f64::max(walk.last_s, walk.rejected_s) - start_s - walk.silent_s) / (to_s - from_s);
        track
    }
}

/// Who is told how the length rises from row to row.
trait LengthSink {
    /// A row lies at a length.
    fn fixed(&mut self, row: usize, length_m: f64);
    /// A row is not yet far enough from the anchor, and so far from it.
    fn pending(&mut self, row: usize, away_m: f64);
    /// The rows that wait lie between a length and the displacement that lasted.
    fn flush(&mut self, length_m: f64, least_m: f64);
}

/// For the length alone.
struct TotalOnly;

impl LengthSink for TotalOnly {
    fn fixed(&mut self, _: usize, _: f64) {}
    fn pending(&mut self, _: usize, _: f64) {}
    fn flush(&mut self, _: f64, _: f64) {}
}

/// How the length rises from row to row.
struct CumulativeColumn {
    distance_m: Vec<f64>,
    /// Rows not yet far enough from the anchor, and how far they are.
    waiting: Vec<(usize, f64)>,
}

impl CumulativeColumn {
    fn new(clock: &Clock) -> Self {
        Self { distance_m: vec![f64::NAN; clock.len()], waiting: Vec::new() }
    }
}

impl LengthSink for CumulativeColumn {
    fn fixed(&mut self, row: usize, length_m: f64) {
        self.distance_m[row] = length_m;
    }

    fn pending(&mut self, row: usize, away_m: f64) {
        self.waiting.push((row, away_m));
    }

    /// Gives waiting positions the least displacement from there on, so that what wandered off and came back went
    /// nowhere.
    fn flush(&mut self, length_m: f64, mut least_m: f64) {
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
    fn steps_looked_at_together_are_as_if_one_by_one() {
        // Over hill and dale at the pace of a run, with standing, spikes, a jump and silences.
        let place = |second: usize| {
            let (s, pace) = (second as f64, if second % 400 < 60 { 0.0 } else { 3.1 });
            let (mut north, east) = (s * pace + 4.0 * libm::sin(s / 7.0), 900.0 * libm::cos(s / 300.0));
            north += match second {
                777 | 1234..1240 => 300.0,
                2500.. => 5_000.0,
                _ => 0.0,
            };
            (47.0 + north * DEG_PER_M, 8.0 + 1.5 * east * DEG_PER_M)
        };
        let track = |step_s: usize, silent: &[usize], between: bool| {
            let mut activity = Activity::default();
            for second in (0..4000).step_by(step_s).filter(|second| !silent.contains(second)) {
                let i = activity.samples.open(second as f64);
                let (latitude_deg, longitude_deg) = place(second);
                activity.samples.latitude_deg.set(i, latitude_deg);
                activity.samples.longitude_deg.set(i, longitude_deg);
                // A row without a position is never looked at together with others.
                if between {
                    activity.samples.open(second as f64 + 0.5);
                }
            }
            let clock = Clock::repair(&activity).expect("a clock");
            let (track, distance_m) = GpsTrack::column(&activity.samples, &clock).expect("positions");
            (track, distance_m.into_iter().filter(|metres| !metres.is_nan()).collect::<Vec<_>>())
        };
        let silence: Vec<usize> = (3000..3100).collect();
        for (step_s, silent) in [(1, &[][..]), (1, &silence), (7, &[]), (7, &silence)] {
            let (together, together_m) = track(step_s, silent, false);
            let (alone, alone_m) = track(step_s, silent, true);
            assert!((together.length_m - alone.length_m).abs() < 1e-6, "{together:?} {alone:?}");
            assert!((together.coarse_m - alone.coarse_m).abs() < 1e-6, "{together:?} {alone:?}");
            assert_eq!((together.spikes, together.jumps), (alone.spikes, alone.jumps));
            assert_eq!(together.positions, alone.positions);
            assert!((together.coverage - alone.coverage).abs() < 1e-3, "{together:?} {alone:?}");
            assert_eq!(together_m.len(), alone_m.len());
            assert!(together_m.iter().zip(&alone_m).all(|(a, b)| (a - b).abs() < 1e-6));
        }
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
