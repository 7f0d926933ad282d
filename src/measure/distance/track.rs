//! The length of a GPS track in metres, without spikes and without the jitter of standing.
//!
//! Positions are in degrees, times in Unix seconds on the repaired clock. The length is summed from
//! chords of at least 3 m, so that the noise of single positions does not count.

use std::borrow::Cow;

use super::geodesy::{EastNorth, LatLon, Ruler};
use crate::activity::Samples;
use crate::measure::records;
use crate::measure::time::clock::Clock;
use crate::units::STANDING_MPS;

/// A position that needs a higher speed than this is a spike.
const SPIKE_MPS: f64 = records::PEAK_MPS;
/// If all positions are out of reach for this long, the track has jumped. It goes on there without
/// adding distance.
const JUMP_S: f64 = 60.0;
/// After this time without a position, so many that follow each other are no spikes but a jump.
const PAUSE_S: f64 = 10.0;
const GOES_ON: usize = 5;
/// A smaller displacement is not yet movement. The error of consumer receivers is about 3 m (95 %
/// at 1 Hz, smoothed). A runner covers it every second, so the chords are short against any bend.
const STEP_M: f64 = 3.0;
/// A slow displacement counts from this length on: the positions of a standing receiver wander by
/// some metres.
const WANDER_M: f64 = 10.0;
/// Chords of this length have the shape of the track without its noise. On the bends of a 400 m
/// track (36.5 m radius) they are 1.3 % short.
const COARSE_M: f64 = 20.0;

/// The length of a GPS track, and how good the track is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::measure) struct GpsTrack {
    /// The length of the track in metres.
    pub length_m: f64,
    /// Its length by chords of some 20 m, on which receiver noise has little effect.
    pub coarse_m: f64,
    /// The number of positions left out because they were out of reach.
    pub spikes: usize,
    /// The number of jumps of the whole track that were left out.
    pub jumps: usize,
    /// The share of the recording's time that is between positions at most 60 s apart, 0–1.
    pub coverage: f64,
    /// The number of positions.
    positions: usize,
    /// Whether the track jumps away from its first position. Then that position is the spike, not
    /// the others.
    begins_with_jump: bool,
}

/// The columns of positions, by rows of the clock.
struct PositionColumns<'a> {
    latitude_deg: Cow<'a, [f64]>,
    longitude_deg: Cow<'a, [f64]>,
    time_s: &'a [f64],
    rows: usize,
}

impl<'a> PositionColumns<'a> {
    /// Takes the columns of some samples.
    fn of(samples: &'a Samples, clock: &'a Clock) -> Self {
        let latitude_deg = clock.column(&samples.latitude_deg);
        let longitude_deg = clock.column(&samples.longitude_deg);
        let rows = latitude_deg.len().min(longitude_deg.len());
        Self { latitude_deg, longitude_deg, time_s: &clock.time_s, rows }
    }

    /// Returns the first row with a position, from a given row on.
    fn first_from(&self, row: usize) -> Option<usize> {
        (row..self.rows).find(|row| self.is_known(*row))
    }

    /// Returns whether a row has a position.
    fn is_known(&self, row: usize) -> bool {
        let (latitude_deg, longitude_deg) = self.point(row);
        // Receivers without a fix write (0, 0).
        !(latitude_deg.is_nan() || longitude_deg.is_nan() || (latitude_deg == 0.0 && longitude_deg == 0.0))
    }

    /// Returns whether the next positions can all be reached one from the other.
    fn go_on_from(&self, row: usize, ruler: &Ruler) -> bool {
        let next = (row..self.rows).filter(|row| self.is_known(*row)).take(GOES_ON + 1).collect::<Vec<_>>();
        next.len() > GOES_ON
            && next.windows(2).all(|pair| {
                let (step_m, _) = ruler.step_m(self.point(pair[0]), self.point(pair[1]));
                let reach_m = reach_m(self.time_s[pair[1]] - self.time_s[pair[0]]);
                square_m2(step_m) <= reach_m * reach_m
            })
    }

    /// Returns the position of a row, NaN where absent.
    fn point(&self, row: usize) -> LatLon {
        (self.latitude_deg[row], self.longitude_deg[row])
    }
}

/// The number of steps in a block.
const BLOCK: usize = 32;

/// A block of steps between neighbouring rows, each within reach of the row before.
// PERF(blocks of steps): 432 → 365 instructions a sample of FIT, whole program (benches/whole.sh);
// the plain form, step by step, is Walk::try_step, which a test compares with blocks.
struct StepBlock {
    step_m: [EastNorth; BLOCK],
}

impl StepBlock {
    /// Makes a block of zeros.
    fn new() -> Self {
        Self { step_m: [[0.0; 2]; BLOCK] }
    }

    /// Computes the steps to a row and to the rows after it. Returns `false` if one of them must be
    /// checked singly: the rows end, a position is absent or out of reach, or more than 60 s pass;
    /// or if the ruler is not exact there.
    fn fill<'a>(&mut self, positions: &'a PositionColumns, row: usize, ruler: &Ruler) -> bool {
        let rows = row - 1..row + BLOCK;
        let column = |column: &'a [f64]| <&[f64; BLOCK + 1]>::try_from(column.get(rows.clone())?).ok();
        let (Some(latitude_deg), Some(longitude_deg), Some(time_s)) =
            (column(&positions.latitude_deg), column(&positions.longitude_deg), column(positions.time_s))
        else {
            return false;
        };
        let mut beyond = 0;
        for step in 0..BLOCK {
            let from = (latitude_deg[step], longitude_deg[step]);
            let to = (latitude_deg[step + 1], longitude_deg[step + 1]);
            let ([east_m, north_m], reaches) = ruler.step_m(from, to);
            let since_s = time_s[step + 1] - time_s[step];
            let reach_m = reach_m(since_s);
            // PERF(no branches): 378 → 365 instructions a sample of FIT, whole program
            // (benches/whole.sh); the plain form is `&&`, as in Walk::try_step.
            #[allow(clippy::needless_bitwise_bool)]
            let within = reaches & (square_m2([east_m, north_m]) <= reach_m * reach_m) & (since_s <= JUMP_S);
            beyond += u64::from(!within);
            self.step_m[step] = [east_m, north_m];
        }
        beyond == 0
    }
}

/// A walk along the positions. Displacements are measured from an anchor, the last position that
/// counted.
struct Walk {
    track: GpsTrack,
    /// The row of the last position within reach.
    last: usize,
    /// The time of that row.
    last_s: f64,
    /// The displacement of that row from the anchor.
    away_m: EastNorth,
    /// The time of the anchor.
    anchor_s: f64,
    /// The displacement of the anchor from the end of the last chord of some 20 m.
    chord_m: EastNorth,
    /// Since when positions are out of reach; infinite if the last one was not.
    rejected_since_s: f64,
    /// When the last position was out of reach.
    rejected_s: f64,
    /// Seconds between neighbouring positions more than 60 s apart.
    silent_s: f64,
}

impl Walk {
    /// Begins at the first position of the track, or of its part after a jump.
    fn begin(&mut self, row: usize, time_s: f64, sink: &mut impl LengthSink) {
        sink.fixed(row, self.track.length_m);
        (self.last, self.last_s, self.anchor_s) = (row, time_s, time_s);
        (self.away_m, self.chord_m) = ([0.0, 0.0], [0.0, 0.0]);
        self.rejected_since_s = f64::INFINITY;
    }

    /// Checks a position, and takes the step to it if it is within reach.
    fn try_step(
        &mut self,
        positions: &PositionColumns,
        row: usize,
        ruler: &mut Ruler,
        first: usize,
        sink: &mut impl LengthSink,
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
        let reach_m = reach_m(since_last_s);
        if square_m2(step_m) <= reach_m * reach_m {
            self.step(row, time_s, step_m, sink);
            (self.last, self.last_s, self.rejected_since_s) = (row, time_s, f64::INFINITY);
            return;
        }
        self.rejected_since_s = self.rejected_since_s.min(time_s);
        self.rejected_s = time_s;
        // After a pause the runner may go on elsewhere, by bus. The first position may be an old
        // one.
        let is_first = self.rejected_since_s == time_s;
        let goes_on =
            is_first && (since_last_s >= PAUSE_S || self.last == first) && positions.go_on_from(row, ruler);
        if time_s - self.rejected_since_s <= JUMP_S && !goes_on {
            self.track.spikes += 1;
            return;
        }
        // The track has jumped here. It goes on without adding distance.
        self.track.begins_with_jump |= self.last == first;
        self.track.jumps += 1;
        sink.flush(self.track.length_m, f64::INFINITY);
        self.begin(row, time_s, sink);
    }

    /// Takes a step east and north to a row.
    #[inline]
    fn step(&mut self, row: usize, time_s: f64, step_m: EastNorth, sink: &mut impl LengthSink) {
        self.away_m = sum(self.away_m, step_m);
        let away_m2 = square_m2(self.away_m);
        // It counts once it is long enough and faster than standing, or so long that its speed does
        // not matter.
        if away_m2 < STEP_M * STEP_M || self.is_slow(time_s, away_m2) {
            sink.pending(row, away_m2.sqrt());
            return;
        }
        let away_m = away_m2.sqrt();
        sink.flush(self.track.length_m, away_m);
        self.track.length_m += away_m;
        sink.fixed(row, self.track.length_m);
        self.chord_m = sum(self.chord_m, self.away_m);
        (self.away_m, self.anchor_s) = ([0.0, 0.0], time_s);
        let chord_m2 = square_m2(self.chord_m);
        if chord_m2 >= COARSE_M * COARSE_M {
            self.track.coarse_m += chord_m2.sqrt();
            self.chord_m = [0.0, 0.0];
        }
    }

    /// Returns whether a displacement is slower than standing, and too short to be movement all the
    /// same.
    #[inline]
    fn is_slow(&self, time_s: f64, away_m2: f64) -> bool {
        let since_s = time_s - self.anchor_s;
        since_s > STEP_M / STANDING_MPS && {
            let least_m = (STANDING_MPS * since_s).min(WANDER_M);
            away_m2 < least_m * least_m
        }
    }
}

/// Returns how far a position may be from another, metres, after some seconds.
#[inline]
fn reach_m(since_s: f64) -> f64 {
    SPIKE_MPS * since_s + STEP_M
}

/// Adds two displacements.
fn sum(a: EastNorth, b: EastNorth) -> EastNorth {
    [a[0] + b[0], a[1] + b[1]]
}

/// Returns the square of the length of a displacement.
fn square_m2([east_m, north_m]: EastNorth) -> f64 {
    east_m * east_m + north_m * north_m
}

impl GpsTrack {
    /// Measures the track; `None` with fewer than two positions.
    // PERF(total length only): 390 → 365 instructions a sample of FIT, whole program
    // (benches/whole.sh); the plain form is GpsTrack::column, whose column is not needed if the
    // device has a distance.
    pub(in crate::measure) fn measure(samples: &Samples, clock: &Clock) -> Option<Self> {
        Self::walk(samples, clock, || TotalOnly).map(|(track, _)| track)
    }

    /// Measures the track and its length up to each position; `None` with fewer than two positions.
    /// The column has cumulative metres for each row of the clock, NaN for a row without a usable
    /// position.
    pub(in crate::measure) fn column(samples: &Samples, clock: &Clock) -> Option<(Self, Vec<f64>)> {
        Self::walk(samples, clock, || CumulativeColumn::new(clock))
            .map(|(track, column)| (track, column.distance_m))
    }

    /// Measures the track and passes its length at each row to a new sink.
    fn walk<S: LengthSink>(samples: &Samples, clock: &Clock, new_sink: impl Fn() -> S) -> Option<(Self, S)> {
        let positions = PositionColumns::of(samples, clock);
        let first = positions.first_from(0)?;
        let mut sink = new_sink();
        let mut track = Self::along(&positions, first, &mut sink);
        if track.positions < 2 {
            return None;
        }
        // If the first position is a spike, all others are out of reach of it until the jump.
        if track.positions > 3 && track.spikes > 0 && track.begins_with_jump {
            let coverage = track.coverage;
            let second = positions.first_from(first + 1)?;
            sink = new_sink();
            track = Self::along(&positions, second, &mut sink);
            (track.spikes, track.coverage) = (track.spikes + 1, coverage);
        }
        Some((track, sink))
    }

    /// Measures the track from a row with a position on.
    fn along(positions: &PositionColumns, first: usize, sink: &mut impl LengthSink) -> Self {
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
        walk.begin(first, start_s, sink);
        let mut ruler = Ruler::near(positions.point(first));
        let mut block = StepBlock::new();
        let mut row = first + 1;
        while row < positions.rows {
            let to = (row + BLOCK).min(positions.rows);
            let mut is_block = walk.last == row - 1 && block.fill(positions, row, &ruler);
            if !is_block && walk.last == row - 1 && !ruler.reaches(positions.point(to - 1)) {
                ruler = Ruler::near(positions.point(row));
                is_block = block.fill(positions, row, &ruler);
            }
            if is_block {
                let times_s = &positions.time_s[row..row + BLOCK];
                for (step, (time_s, step_m)) in times_s.iter().zip(&block.step_m).enumerate() {
                    walk.step(row + step, *time_s, *step_m, sink);
                }
                walk.track.positions += BLOCK;
                (walk.last, walk.last_s, walk.rejected_since_s) = (to - 1, times_s[BLOCK - 1], f64::INFINITY);
            } else {
                for row in (row..to).filter(|row| positions.is_known(*row)) {
                    walk.try_step(positions, row, &mut ruler, first, sink);
                }
            }
            row = to;
        }
        let Walk { mut track, .. } = walk;
        // The last position ends the pending rows and the last coarse chord.
        sink.flush(track.length_m, 0.0);
        track.coarse_m += square_m2(sum(walk.chord_m, walk.away_m)).sqrt();
        let (from_s, to_s) = (positions.time_s[0], positions.time_s[positions.time_s.len() - 1]);
        track.coverage = (f64::max(walk.last_s, walk.rejected_s) - start_s - walk.silent_s) / (to_s - from_s);
        track
    }
}

/// A receiver of the track's length at each row.
trait LengthSink {
    /// Takes the length at a row, in metres.
    fn fixed(&mut self, row: usize, length_m: f64);
    /// Takes a row whose displacement from the anchor, in metres, does not count yet.
    fn pending(&mut self, row: usize, away_m: f64);
    /// Ends the pending rows: the length at their anchor, and the greatest displacement that they
    /// can have.
    fn flush(&mut self, length_m: f64, least_m: f64);
}

/// A sink that ignores everything, where only the total length is needed.
struct TotalOnly;

impl LengthSink for TotalOnly {
    fn fixed(&mut self, _: usize, _: f64) {}
    fn pending(&mut self, _: usize, _: f64) {}
    fn flush(&mut self, _: f64, _: f64) {}
}

/// A sink that collects the length at each row.
struct CumulativeColumn {
    distance_m: Vec<f64>,
    /// The pending rows and their displacements from the anchor.
    pending: Vec<(usize, f64)>,
}

impl CumulativeColumn {
    /// Makes a column of NaN, one for each row.
    fn new(clock: &Clock) -> Self {
        Self { distance_m: vec![f64::NAN; clock.len()], pending: Vec::new() }
    }
}

impl LengthSink for CumulativeColumn {
    fn fixed(&mut self, row: usize, length_m: f64) {
        self.distance_m[row] = length_m;
    }

    fn pending(&mut self, row: usize, away_m: f64) {
        self.pending.push((row, away_m));
    }

    /// Gives each pending row the least displacement of all rows from there on. So a position that
    /// wandered off and came back adds no length.
    fn flush(&mut self, length_m: f64, mut least_m: f64) {
        for (row, away_m) in self.pending.drain(..).rev() {
            least_m = least_m.min(away_m);
            self.distance_m[row] = length_m + least_m;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;

    /// Degrees of latitude a metre at the equator, close enough for these tests.
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
    fn a_steady_run_has_its_true_length() {
        let (track, distance_m) = measure(&(0..200).map(|s| 3.2 * f64::from(s)).collect::<Vec<_>>());
        assert!((track.length_m - 3.2 * 199.0).abs() < 0.1, "{}", track.length_m);
        assert!((distance_m[100] - 320.0).abs() < 0.1);
    }

    #[test]
    fn blocks_of_steps_agree_with_single_steps() {
        // A winding run with standing, spikes, a jump and silences.
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
        let track = |step_s: usize, silent: &[usize], single: bool| {
            let mut activity = Activity::default();
            for second in (0..4000).step_by(step_s).filter(|second| !silent.contains(second)) {
                let i = activity.samples.open(second as f64);
                let (latitude_deg, longitude_deg) = place(second);
                activity.samples.latitude_deg.set(i, latitude_deg);
                activity.samples.longitude_deg.set(i, longitude_deg);
                // A row without a position is in no block.
                if single {
                    activity.samples.open(second as f64 + 0.5);
                }
            }
            let clock = Clock::repair(&activity).expect("a clock");
            let (track, distance_m) = GpsTrack::column(&activity.samples, &clock).expect("positions");
            (track, distance_m.into_iter().filter(|metres| !metres.is_nan()).collect::<Vec<_>>())
        };
        let silence: Vec<usize> = (3000..3100).collect();
        for (step_s, silent) in [(1, &[][..]), (1, &silence), (7, &[]), (7, &silence)] {
            let (blocks, blocks_m) = track(step_s, silent, false);
            let (single, single_m) = track(step_s, silent, true);
            assert!((blocks.length_m - single.length_m).abs() < 1e-6, "{blocks:?} {single:?}");
            assert!((blocks.coarse_m - single.coarse_m).abs() < 1e-6, "{blocks:?} {single:?}");
            assert_eq!((blocks.spikes, blocks.jumps), (single.spikes, single.jumps));
            assert_eq!(blocks.positions, single.positions);
            assert!((blocks.coverage - single.coverage).abs() < 1e-3, "{blocks:?} {single:?}");
            assert_eq!(blocks_m.len(), single_m.len());
            assert!(blocks_m.iter().zip(&single_m).all(|(a, b)| (a - b).abs() < 1e-6));
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
