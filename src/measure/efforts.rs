//! Best efforts: the fastest stretch of a mile, 5 km, 10 km and half a marathon within a run.
//!
//! Times are elapsed seconds, as in a race: who stops, loses. Of the elapsed time of a stretch as a
//! function of its start, which is linear between the knots of the line, the least is where the
//! stretch starts or ends at a knot. Both are tried, in one walk along the line. A stretch that is
//! the whole course starts at time zero, so that it has the time of the race, whatever is missing
//! of the recording.
//!
//! Most starts are ruled out in blocks. The lag of a knot is by how much it is later than at the
//! pace of the whole run. A stretch takes the time of that pace, plus the lag at its end, less the
//! lag at its start. So the least lag where some stretches end, less the greatest where they start,
//! bounds their time from below.
//!
//! No other stretch is over a jump of the distance, or over a part without samples.

use std::ops::Range;

use super::line::Timeline;
use super::records::{PEAK_MPS, fastest_mps};
use crate::units::{HALF_MARATHON_M, MILE_M};

/// The lengths of which the fastest stretch is sought: the word for columns, the name for
/// sentences, metres.
pub const LENGTHS: [(&str, &str, f64); 4] = [
    ("mile", "1 mile", MILE_M),
    ("5k", "5 km", 5_000.0),
    ("10k", "10 km", 10_000.0),
    ("half", "half marathon", HALF_MARATHON_M),
];

/// A step longer than anybody runs in its time by more than these metres is a jump. A device may
/// count a few metres late.
const JUMP_M: f64 = 15.0;
/// A step is made up if it is longer than this, metres and seconds; smart recording leaves up to
/// 60 s.
const GAP: (f64, f64) = (100.0, 60.0);
/// The number of steps whose starts are ruled out at once: first this many, then fewer.
const COARSE: usize = 64;
const FINE: usize = 8;
/// The lags are exact to this, seconds, however long the run.
const ROUNDING_S: f64 = 1e-6;
/// The number of stretches that are tried first.
const SEEDS: usize = 16;

/// The fastest stretch of one length within a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// The length, metres: one of [`LENGTHS`].
    pub length_m: f64,
    /// Where it begins, metres from the start.
    pub from_m: f64,
    /// Its elapsed seconds.
    pub elapsed_s: f64,
}

impl Effort {
    /// Returns the word for columns, such as "5k".
    pub fn code(&self) -> &'static str {
        LENGTHS.iter().find(|(.., length_m)| *length_m == self.length_m).map_or("", |(code, ..)| *code)
    }
}

/// Finds the best efforts between two distances, metres as recorded, on a scale (metres of the
/// course for each recorded metre). `total_s` is the elapsed time from the first to the second.
pub(super) fn find(parts: &[WholePart], within_m: (f64, f64), scale: f64, total_s: f64) -> Vec<Effort> {
    let whole_m = (within_m.1 - within_m.0) * scale;
    // The end of a course is its length up to rounding.
    let efforts = LENGTHS.iter().take_while(|(.., length_m)| *length_m <= whole_m + 1e-6);
    efforts
        .filter_map(|&(.., length_m)| {
            let recorded_m = length_m / scale;
            let fastest = || {
                parts
                    .iter()
                    .filter_map(|part| Stretches::new(part, recorded_m, within_m)?.fastest())
                    .min_by(|one, other| one.1.total_cmp(&other.1))
            };
            let is_whole = whole_m - length_m < 1e-6;
            let (start_m, elapsed_s) = if is_whole { (within_m.0, total_s) } else { fastest()? };
            let is_possible = length_m <= fastest_mps(length_m) * elapsed_s;
            let from_m = ((start_m - within_m.0) * scale).max(0.0);
            is_possible.then_some(Effort { length_m, from_m, elapsed_s })
        })
        .collect()
}

/// A part of a line without a jump or a gap.
#[derive(Debug)]
pub(super) struct WholePart<'a> {
    /// Elapsed seconds and metres of its knots.
    elapsed_s: &'a [f64],
    distance_m: &'a [f64],
    /// The pace of the whole part, s/m.
    s_per_m: f64,
    fine: Lags<FINE>,
    coarse: Lags<COARSE>,
}

/// The least and the greatest lag in every block of some steps. A lag is the seconds by which a
/// knot is later than at the pace of the whole part.
#[derive(Debug)]
struct Lags<const STEPS: usize>(Vec<(f64, f64)>);

impl<'a> WholePart<'a> {
    /// Cuts a line where it has a jump or a gap.
    pub(super) fn all_of(line: &'a Timeline) -> Vec<Self> {
        let (elapsed_s, distance_m) = (&line.knots.elapsed_s[..], &line.knots.distance_m[..]);
        let is_broken = |step_s: f64, step_m: f64| {
            step_m > PEAK_MPS * step_s + JUMP_M || (step_m > GAP.0 && step_s > GAP.1)
        };
        let part = |from: usize, end: usize| Self::new(&elapsed_s[from..end], &distance_m[from..end]);
        let mut parts = Vec::new();
        let mut from = 0;
        // Both are long. Counting all is faster than stopping at the first, and most lines have
        // none.
        if distance_m.windows(2).filter(|metres| metres[1] - metres[0] > JUMP_M).count() > 0 {
            for to in 1..line.knots.len() {
                if is_broken(elapsed_s[to] - elapsed_s[to - 1], distance_m[to] - distance_m[to - 1]) {
                    parts.push(part(from, to));
                    from = to;
                }
            }
        }
        parts.push(part(from, line.knots.len()));
        parts
    }

    fn new(elapsed_s: &'a [f64], distance_m: &'a [f64]) -> Self {
        let last = elapsed_s.len() - 1;
        let s_per_m = (elapsed_s[last] - elapsed_s[0]) / (distance_m[last] - distance_m[0]).max(1.0);
        let lag_s = |(time_s, metres): (&f64, &f64)| time_s - s_per_m * metres;
        let ((times, last_times), (metres, last_metres)) =
            (elapsed_s.as_chunks::<FINE>(), distance_m.as_chunks::<FINE>());
        let mut fine = Vec::with_capacity(times.len() + 1);
        fine.extend((times.iter().zip(metres)).map(|(times, metres)| {
            of_eight(std::array::from_fn(|knot| lag_s((&times[knot], &metres[knot]))))
        }));
        let rest = last_times.iter().zip(last_metres).map(lag_s);
        fine.extend((!last_times.is_empty()).then(|| rest.map(|lag_s| (lag_s, lag_s)).fold(NOTHING, within)));
        // A block ends at the knot at which the next one begins.
        for (bounds_s, end) in fine.iter_mut().zip((FINE..=last).step_by(FINE)) {
            let end_s = lag_s((&elapsed_s[end], &distance_m[end]));
            *bounds_s = within(*bounds_s, (end_s, end_s));
        }
        let coarse = fine.chunks(COARSE / FINE).map(|blocks| blocks.iter().copied().fold(NOTHING, within));
        Self { elapsed_s, distance_m, s_per_m, coarse: Lags(coarse.collect()), fine: Lags(fine) }
    }
}

/// The bounds of no value at all.
const NOTHING: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

/// Returns the lower value. A comparison is a single instruction, which `f64::min` is not.
fn lower(one: f64, other: f64) -> f64 {
    if other < one { other } else { one }
}

/// Returns the higher value.
fn higher(one: f64, other: f64) -> f64 {
    if other > one { other } else { one }
}

/// Returns the bounds of all values that are within either bounds.
fn within(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (lower(one.0, other.0), higher(one.1, other.1))
}

/// Returns the least and the greatest lag of a fine block.
fn of_eight(lags_s: [f64; FINE]) -> (f64, f64) {
    let (mut low, mut high) = (lags_s, lags_s);
    for half in [FINE / 2, FINE / 4, FINE / 8] {
        for lane in 0..half {
            low[lane] = lower(low[lane], low[lane + half]);
            high[lane] = higher(high[lane], high[lane + half]);
        }
    }
    (low[0], high[0])
}

/// All stretches of one length, metres as recorded, within a part of a line.
struct Stretches<'a> {
    part: &'a WholePart<'a>,
    /// Elapsed seconds and metres of the part's knots.
    elapsed_s: &'a [f64],
    distance_m: &'a [f64],
    length_m: f64,
    /// The seconds of the length at the pace of the part, less what rounding may add to lags.
    pace_s: f64,
    /// The first and the last start.
    starts_m: (f64, f64),
}

/// A block of steps in which stretches start.
struct Block {
    /// Its first and its last knot.
    from: usize,
    to: usize,
    /// A knot before the end of the first stretch.
    before_end: usize,
    /// The greatest lag where they start, and the least where they end.
    start_lag_s: f64,
    end_lag_s: f64,
}

impl<'a> Stretches<'a> {
    /// Takes the stretches of a part; `None` if it has none.
    fn new(part: &'a WholePart, length_m: f64, within_m: (f64, f64)) -> Option<Self> {
        let WholePart { elapsed_s, distance_m, s_per_m, .. } = *part;
        let from_m = within_m.0.max(distance_m[0]);
        let to_m = within_m.1.min(distance_m[distance_m.len() - 1]);
        // A course may be short of its length by rounding.
        let last_m = if (to_m - from_m - length_m).abs() < 1e-6 { from_m } else { to_m - length_m };
        (last_m >= from_m && distance_m.len() > 1).then_some(Self {
            part,
            elapsed_s,
            distance_m,
            length_m,
            pace_s: s_per_m * length_m - ROUNDING_S,
            starts_m: (from_m, last_m),
        })
    }

    /// Returns the last moment at a distance, after any standing there: a stretch starts then.
    fn leaves_s(&self, metres: f64) -> f64 {
        let next = self.distance_m.partition_point(|knot_m| *knot_m <= metres);
        if next == self.distance_m.len() {
            return self.elapsed_s[next - 1];
        }
        self.between_s(next.max(1), metres)
    }

    /// Returns the first moment at a distance: a stretch ends then.
    fn reaches_s(&self, metres: f64) -> f64 {
        let next = self.distance_m.partition_point(|knot_m| *knot_m < metres);
        self.between_s(next.clamp(1, self.distance_m.len() - 1), metres)
    }

    /// Returns the moment at a distance that is between a knot and the one before.
    fn between_s(&self, next: usize, metres: f64) -> f64 {
        let (from_m, to_m) = (self.distance_m[next - 1], self.distance_m[next]);
        let share = if to_m > from_m { ((metres - from_m) / (to_m - from_m)).clamp(0.0, 1.0) } else { 1.0 };
        self.elapsed_s[next - 1] + share * (self.elapsed_s[next] - self.elapsed_s[next - 1])
    }

    /// Returns the fastest stretch: where it starts, metres as recorded, and its elapsed seconds.
    fn fastest(&self) -> Option<(f64, f64)> {
        let (first_m, last_m) = self.starts_m;
        let mut best = (first_m, f64::INFINITY);
        // The better the first guess, the more can be ruled out.
        for seed in 0..=SEEDS {
            let start_m = first_m + (last_m - first_m) * seed as f64 / SEEDS as f64;
            let seconds = self.reaches_s(start_m + self.length_m) - self.leaves_s(start_m);
            if seconds < best.1 {
                best = (start_m, seconds);
            }
        }
        // The knots at which a stretch may start; the knot before belongs to the first block.
        let first = self.distance_m.partition_point(|metres| *metres < first_m).max(1) - 1;
        let end = self.distance_m.partition_point(|metres| *metres <= last_m);
        let blocks: Vec<Block> = self.blocks(&self.part.coarse, first..end, first).collect();
        let least_s = |block: &Block| block.end_lag_s - block.start_lag_s;
        let promising = blocks.iter().min_by(|one, other| least_s(one).total_cmp(&least_s(other)));
        let limit_s = promising.map_or(best.1, |block| self.fastest_within(block, end, best.1, best).1);
        // PERF(lags): 117 → 65 of 309 instructions a sample of FIT (benches/gate.sh); the plain
        // form is tried_singly() in tests.
        for block in &blocks {
            if self.least_s(block.start_lag_s, block.end_lag_s) <= limit_s.min(best.1) {
                best = self.fastest_within(block, end, limit_s, best);
            }
        }
        best.1.is_finite().then_some(best)
    }

    /// Returns the blocks of some steps in which stretches start, given the knots from the first of
    /// them on and a knot before the first end.
    fn blocks<const STEPS: usize>(
        &self,
        lags: &Lags<STEPS>,
        starts: Range<usize>,
        before_end: usize,
    ) -> impl Iterator<Item = Block> {
        let last_knot = self.distance_m.len() - 1;
        // The first block, from one on, that begins at or beyond a distance.
        let beyond = move |mut block: usize, target_m: f64| {
            while block * STEPS < last_knot && self.distance_m[block * STEPS] < target_m {
                block += 1;
            }
            block
        };
        let mut end = beyond(before_end / STEPS + 1, self.distance_m[starts.start] + self.length_m);
        starts.step_by(STEPS).map(move |from| {
            let to = (from + STEPS).min(last_knot);
            let first = end - 1;
            end = beyond(end, self.distance_m[to] + self.length_m);
            let of = |blocks: Range<usize>| lags.0[blocks].iter().copied().fold(NOTHING, within);
            let (start_lag_s, end_lag_s) = (of(from / STEPS..to.div_ceil(STEPS)).1, of(first..end).0);
            Block { from, to, before_end: first * STEPS, start_lag_s, end_lag_s }
        })
    }

    /// Returns the least seconds from a lag to another over the length.
    fn least_s(&self, start_lag_s: f64, end_lag_s: f64) -> f64 {
        end_lag_s - start_lag_s + self.pace_s
    }

    /// Returns the fastest of the stretches that start in a block and before a knot, if it is
    /// faster than the best so far. One that takes longer than a limit may be left out.
    fn fastest_within(&self, block: &Block, end: usize, limit_s: f64, mut best: (f64, f64)) -> (f64, f64) {
        for block in self.blocks(&self.part.fine, block.from..block.to.min(end), block.before_end) {
            let limit_s = limit_s.min(best.1);
            if self.least_s(block.start_lag_s, block.end_lag_s) <= limit_s {
                best = self.fastest_from(&block, limit_s, best);
            }
        }
        best
    }

    /// Returns the fastest of the stretches that start in a block, if it is faster than the best so
    /// far. One that takes longer than a limit may be left out.
    fn fastest_from(&self, block: &Block, limit_s: f64, mut best: (f64, f64)) -> (f64, f64) {
        let (elapsed_s, distance_m) = (self.elapsed_s, self.distance_m);
        let (first_m, last_m) = self.starts_m;
        let last_knot = distance_m.len() - 1;
        let lag_s = |knot: usize| elapsed_s[knot] - self.part.s_per_m * distance_m[knot];
        // The first knot at or beyond the end of a stretch.
        let reaches = |mut next: usize, start_m: f64| {
            while next < last_knot && distance_m[next] < start_m + self.length_m {
                next += 1;
            }
            next
        };
        let reached = reaches(block.before_end, distance_m[block.from]);
        let mut next = reached;
        for start in block.from..=block.to {
            let start_m = distance_m[start];
            let is_slow = self.least_s(lag_s(start), block.end_lag_s) > limit_s;
            if start_m < first_m || start_m > last_m || is_slow {
                continue;
            }
            next = reaches(next, start_m);
            let seconds = self.between_s(next.max(1), start_m + self.length_m) - elapsed_s[start];
            if seconds < best.1 {
                best = (start_m, seconds);
            }
        }
        let mut start = block.from;
        for end in reached..=last_knot {
            let start_m = distance_m[end] - self.length_m;
            if start_m > distance_m[block.to] {
                break;
            }
            let is_slow = self.least_s(block.start_lag_s, lag_s(end)) > limit_s;
            if start_m < first_m || start_m > last_m || is_slow {
                continue;
            }
            while start < block.to && distance_m[start + 1] <= start_m {
                start += 1;
            }
            let seconds = elapsed_s[end] - self.between_s((start + 1).min(last_knot), start_m);
            if seconds < best.1 {
                best = (start_m, seconds);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::activity::Activity;
    use crate::measure::distance::column::DistanceColumn;
    use crate::measure::distance::ledger::DistanceSource;
    use crate::measure::time::clock::Clock;

    /// Makes a line of steps, seconds and metres.
    fn line(steps: &[(f64, f64)]) -> Timeline {
        let mut activity = Activity::default();
        let (mut time_s, mut metres) = (1000.0, 0.0);
        let mut distance_m = Vec::new();
        for step in [(0.0, 0.0)].iter().chain(steps) {
            (time_s, metres) = (time_s + step.0, metres + step.1);
            activity.samples.open(time_s);
            distance_m.push(metres);
        }
        let clock = Clock::repair(&activity).expect("a clock");
        Timeline::build(None, &clock, &DistanceColumn::new(distance_m), DistanceSource::Device, &[])
    }

    /// Tries every stretch that starts or ends at a knot.
    fn tried_singly(line: &Timeline, length_m: f64, within_m: (f64, f64)) -> Option<f64> {
        let part = WholePart::new(&line.knots.elapsed_s, &line.knots.distance_m);
        let all = Stretches::new(&part, length_m, within_m)?;
        let is_start = |start_m: &f64| (all.starts_m.0..=all.starts_m.1).contains(start_m);
        let starts = all.distance_m.iter().copied().chain([all.starts_m.0, all.starts_m.1]).filter(is_start);
        let from = starts.map(|start_m| all.reaches_s(start_m + length_m) - all.leaves_s(start_m));
        // The moment of the knot itself: a start and a length do not add up to its metres exactly.
        let ends = all.distance_m.iter().filter(|metres| is_start(&(*metres - length_m)));
        let to = ends.map(|metres| all.reaches_s(*metres) - all.leaves_s(metres - length_m));
        from.chain(to).min_by(f64::total_cmp)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn the_walk_finds_what_trying_all_finds(
            steps in prop::collection::vec(
                (prop_oneof![4 => Just(1.0), 1 => 1.0..30.0_f64], prop_oneof![8 => 0.5..5.5_f64, 1 => Just(0.0)]),
                60..400,
            ),
            share in 0.05..1.0_f64,
            within in (0.0..0.3_f64, 0.7..1.0_f64),
        ) {
            let steps: Vec<(f64, f64)> = steps.iter().map(|(step_s, mps)| (*step_s, step_s * mps)).collect();
            let line = line(&steps);
            let within_m = (within.0 * line.length_m(), within.1 * line.length_m());
            let length_m = share * (within_m.1 - within_m.0);
            let part = WholePart::new(&line.knots.elapsed_s, &line.knots.distance_m);
            let walked =
                Stretches::new(&part, length_m, within_m).and_then(|stretches| stretches.fastest());
            let singly = tried_singly(&line, length_m, within_m);
            prop_assert_eq!(walked.is_some(), singly.is_some());
            if let Some(((_, walked_s), singly_s)) = walked.zip(singly) {
                prop_assert!((walked_s - singly_s).abs() < 1e-9, "{} {}", walked_s, singly_s);
            }
        }
    }

    /// 12 km at 3 m/s, a step every 5 s, with 2 km at 4 m/s from 4 km on, and one more step.
    fn with_step(step: (f64, f64), at_m: f64) -> Vec<Effort> {
        let mut steps = Vec::new();
        let mut metres = 0.0;
        while metres < 12_000.0 {
            let step_m = if (4_000.0..6_000.0).contains(&metres) { 20.0 } else { 15.0 };
            steps.push((5.0, step_m));
            if metres < at_m && metres + step_m >= at_m {
                steps.push(step);
            }
            metres += step_m;
        }
        let line = line(&steps);
        find(&WholePart::all_of(&line), (0.0, line.length_m()), 1.0, line.end().elapsed_s)
    }

    fn found(efforts: &[Effort], length_m: f64) -> (f64, f64) {
        let effort = efforts.iter().find(|effort| effort.length_m == length_m).expect("an effort");
        (effort.from_m.round(), (10.0 * effort.elapsed_s).round() / 10.0)
    }

    #[test]
    fn the_fastest_mile_is_within_the_fast_part() {
        let efforts = with_step((5.0, 15.0), 9_000.0);
        let (from_m, mile_s) = found(&efforts, MILE_M);
        assert!((4_005.0..=4_400.0).contains(&from_m) && mile_s == 402.3, "{from_m} {mile_s}");
        assert_eq!(found(&efforts, 5_000.0).1, 2_000.0 / 4.0 + 3_000.0 / 3.0);
        assert!(efforts.iter().all(|effort| effort.length_m < HALF_MARATHON_M));
    }

    #[test]
    fn no_stretch_is_over_a_jump_or_a_gap_and_a_stop_counts() {
        let plain = with_step((5.0, 15.0), 9_000.0);
        for broken in [(1.0, 400.0), (100.0, 500.0)] {
            let efforts = with_step(broken, 9_000.0);
            assert_eq!(found(&efforts, 5_000.0).1, found(&plain, 5_000.0).1, "{broken:?}");
            assert!(efforts.iter().all(|effort| effort.length_m < 10_000.0), "{broken:?}: {efforts:?}");
        }
        let stopped = with_step((300.0, 0.0), 5_000.0);
        assert_eq!(found(&stopped, 10_000.0).1, found(&plain, 10_000.0).1 + 300.0);
    }

    #[test]
    fn a_whole_course_has_the_time_of_the_race_over_a_gap_too() {
        let mut steps = vec![(5.0, 15.0); 400];
        steps[200] = (100.0, 300.0);
        let line = line(&steps);
        let scale = 5_000.0 / line.length_m();
        let efforts = find(&WholePart::all_of(&line), (0.0, line.length_m()), scale, line.end().elapsed_s);
        assert_eq!(found(&efforts, 5_000.0), (0.0, line.end().elapsed_s));
    }

    #[test]
    fn a_stretch_faster_than_the_record_is_none() {
        let line = line(&vec![(5.0, 40.0); 60]);
        assert_eq!(find(&WholePart::all_of(&line), (0.0, line.length_m()), 1.0, line.end().elapsed_s), []);
    }
}
