//! Heart rate and speed over stretches of distance: beats a minute, and m/s of moving time.
//!
//! Both are means over the metres that have a reading. So drop-outs, zeros and standing count in
//! neither.

use std::borrow::Cow;

use super::line::{Place, Timeline};

/// The range of valid readings, beats a minute. A strap without contact writes 0.
const BEATS_BPM: (f64, f64) = (30.0, 250.0);
/// A stretch has a heart rate if at least this share of its metres has readings.
const COVERED: f64 = 0.5;
/// Between readings further apart, in seconds, nothing is interpolated; smart recording leaves up
/// to 60 s.
const APART_S: f64 = 60.0;

/// Heart rate and speed over a stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heart {
    /// Mean heart rate, weighted by distance, beats a minute.
    pub rate_bpm: f64,
    /// Speed over the same metres in moving time, m/s.
    pub speed_mps: f64,
    /// The share of the stretch's metres that has readings, 0–1.
    pub covered: f64,
}

/// Heart rate late in a marathon, over the parts that were run at the pace of 5–10 km.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SamePaceHeart {
    /// Mean heart rate over 5–10 km, beats a minute.
    pub early_bpm: f64,
    /// Mean heart rate over the late parts, weighted by distance, beats a minute.
    pub late_bpm: f64,
    /// Where the first of these parts begins, metres.
    pub from_m: f64,
    /// Where the last of them ends, metres.
    pub to_m: f64,
    /// The moving seconds of all these parts that have a heart rate.
    pub length_s: f64,
    /// Whether the paces compared are grade-adjusted.
    pub graded: bool,
}

/// The heart rate of a run, summed from its start.
#[derive(Debug, Default)]
pub(super) struct HeartRateSums<'a> {
    /// The valid readings at the knots of the line, beats a minute, NaN where absent. Empty if the
    /// file has none.
    bpm: Cow<'a, [f64]>,
    /// The sums from the start to every knot whose number [`EVERY`] divides.
    sums: Vec<Sum>,
}

/// The number of knots from one stored sum to the next.
const EVERY: usize = 32;

/// Sums over the steps that have a heart rate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sum {
    metres: f64,
    moving_s: f64,
    /// Metres times beats a minute.
    beats: f64,
}

impl<'a> HeartRateSums<'a> {
    /// Sums the readings of a run, which are given by rows of the clock.
    pub(super) fn new(recorded_bpm: &'a [f64], line: &Timeline) -> Self {
        if recorded_bpm.is_empty() {
            return Self::default();
        }
        let mut bpm = line.knots.channel(recorded_bpm);
        let is_beating = |bpm: &f64| (BEATS_BPM.0..=BEATS_BPM.1).contains(bpm);
        // Counting all is faster than stopping at the first.
        if bpm.iter().filter(|bpm| !is_beating(bpm)).count() > 0 {
            for bpm in bpm.to_mut() {
                *bpm = if is_beating(bpm) { *bpm } else { f64::NAN };
            }
        }
        let mut heart_rate = Self { sums: Vec::with_capacity(bpm.len() / EVERY + 1), bpm };
        let mut sum = Sum::default();
        for from in (0..heart_rate.bpm.len()).step_by(EVERY) {
            heart_rate.sums.push(sum);
            sum = heart_rate.add_up(line, sum, from, (from + EVERY).min(heart_rate.bpm.len() - 1));
        }
        heart_rate
    }

    /// Returns whether the run has no heart rate at all.
    pub(super) fn is_empty(&self) -> bool {
        self.bpm.is_empty()
    }

    /// Adds the steps between two knots, at most [`EVERY`] steps, to a sum.
    fn add_up(&self, line: &Timeline, mut sum: Sum, from: usize, to: usize) -> Sum {
        let knots = &line.knots;
        let over = |column: &[f64]| column[to] - column[from];
        let elapsed_s = over(&knots.elapsed_s);
        // Usually every knot has a reading and the runner moves all the time. One NaN makes the sum
        // NaN.
        // PERF(heart rate in blocks): 381 → 365 instructions a sample of FIT, whole program
        // (benches/whole.sh); the plain form, step by step, is summed_singly() in tests.
        if elapsed_s <= APART_S && elapsed_s == over(&knots.moving_s) {
            let twice_beats = twice_beats(&self.bpm[from..=to], &knots.distance_m[from..=to]);
            if !twice_beats.is_nan() {
                sum.metres += over(&knots.distance_m);
                sum.moving_s += elapsed_s;
                sum.beats += 0.5 * twice_beats;
                return sum;
            }
        }
        let steps = self.bpm[from..=to].windows(2).zip(knots.moving_s[from..=to].windows(2));
        let steps = steps.zip(knots.elapsed_s[from..=to].windows(2));
        let steps = steps.zip(knots.distance_m[from..=to].windows(2));
        for (before, (((bpm, moving_s), elapsed_s), distance_m)) in (from..to).zip(steps) {
            let mut rate_bpm = 0.5 * (bpm[0] + bpm[1]);
            if rate_bpm.is_nan() {
                // A knot that was added where the timer changed has no reading; its neighbour's
                // counts for both.
                rate_bpm = match (bpm[0].is_nan(), bpm[1].is_nan()) {
                    (false, true) if knots.row(before + 1).is_none() => bpm[0],
                    (true, false) if knots.row(before).is_none() => bpm[1],
                    _ => continue,
                };
            }
            let step_s = moving_s[1] - moving_s[0];
            if step_s > 0.0 && elapsed_s[1] - elapsed_s[0] <= APART_S {
                let step_m = distance_m[1] - distance_m[0];
                sum.metres += step_m;
                sum.moving_s += step_s;
                sum.beats += step_m * rate_bpm;
            }
        }
        sum
    }

    /// Returns heart rate and speed between two distances as recorded; `None` with too few
    /// readings.
    pub(super) fn between(&self, line: &Timeline, from_m: f64, to_m: f64) -> Option<Heart> {
        let at = |mark_m: f64| self.at(line, line.knots_around(mark_m));
        if self.is_empty() { None } else { at(from_m).until(&at(to_m), to_m - from_m) }
    }

    /// Returns the sums up to a place between two knots; zero if the run has no heart rate.
    pub(super) fn at(&self, line: &Timeline, (before, next, share): Place) -> Sum {
        if self.is_empty() {
            return Sum::default();
        }
        let whole = before / EVERY;
        let from = self.add_up(line, self.sums[whole], whole * EVERY, before);
        let to = self.add_up(line, from, before, next);
        let mix = |from: f64, to: f64| from + share * (to - from);
        Sum {
            metres: mix(from.metres, to.metres),
            moving_s: mix(from.moving_s, to.moving_s),
            beats: mix(from.beats, to.beats),
        }
    }
}

impl Sum {
    /// Returns heart rate and speed from here to later sums, so many metres on as recorded; `None`
    /// with too few readings.
    pub(super) fn until(&self, to: &Self, length_m: f64) -> Option<Heart> {
        let (metres, moving_s) = (to.metres - self.metres, to.moving_s - self.moving_s);
        let covered = metres / length_m;
        (covered >= COVERED && moving_s > 0.0).then(|| Heart {
            rate_bpm: (to.beats - self.beats) / metres,
            speed_mps: metres / moving_s,
            covered,
        })
    }
}

/// Returns twice the sum of beats a minute times metres over some steps.
// PERF(four sums): 192 → 173 instructions a sample of FIT, with the blocks of `Clock` and the
// counts that do not stop early (benches/gate.sh). In one sum each addition waits for the one
// before. The plain form is summed_singly() in tests.
fn twice_beats(bpm: &[f64], distance_m: &[f64]) -> f64 {
    let step = |bpm: &[f64], distance_m: &[f64]| (distance_m[1] - distance_m[0]) * (bpm[0] + bpm[1]);
    let whole = (<&[f64; EVERY + 1]>::try_from(bpm), <&[f64; EVERY + 1]>::try_from(distance_m));
    let (Ok(bpm), Ok(distance_m)) = whole else {
        let steps = bpm.windows(2).zip(distance_m.windows(2));
        return steps.map(|(bpm, distance_m)| step(bpm, distance_m)).sum();
    };
    let mut sums = [0.0; 4];
    for first in (0..EVERY).step_by(4) {
        for (lane, sum) in sums.iter_mut().enumerate() {
            let at = first + lane;
            *sum += step(&bpm[at..at + 2], &distance_m[at..at + 2]);
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::activity::{Activity, Sport};
    use crate::measure::distance::ledger;
    use crate::measure::time::clock::Clock;
    use crate::measure::{MeasureOptions, measure};

    /// Sums the steps up to a knot one by one, for a line without added knots.
    fn summed_singly(bpm: &[f64], line: &Timeline, to: usize) -> Sum {
        let knots = &line.knots;
        let mut sum = Sum::default();
        for at in 1..=to {
            let step = |column: &[f64]| column[at] - column[at - 1];
            let rate_bpm = 0.5 * (bpm[at - 1] + bpm[at]);
            let moving_s = step(&knots.moving_s);
            if !rate_bpm.is_nan() && moving_s > 0.0 && step(&knots.elapsed_s) <= APART_S {
                sum.metres += step(&knots.distance_m);
                sum.moving_s += moving_s;
                sum.beats += step(&knots.distance_m) * rate_bpm;
            }
        }
        sum
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn blocks_agree_with_single_steps(
            stretches in prop::collection::vec(
                // A number of steps, their seconds, the speed, and the reading; 0 is a drop-out.
                (
                    1..90_usize,
                    prop_oneof![9 => Just(1.0), 1 => Just(75.0)],
                    prop_oneof![6 => Just(3.0), 1 => Just(0.0)],
                    prop_oneof![6 => 100.0..190.0_f64, 1 => Just(0.0)],
                ),
                2..12,
            ),
        ) {
            let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
            let (mut time_s, mut distance_m) = (1000.0, 0.0);
            for (steps, step_s, speed_mps, bpm) in stretches {
                for _ in 0..steps {
                    let index = activity.samples.open(time_s);
                    activity.samples.distance_m.set(index, distance_m);
                    activity.samples.heart_rate_bpm.set(index, bpm);
                    (time_s, distance_m) = (time_s + step_s, distance_m + speed_mps * step_s);
                }
            }
            let clock = Clock::repair(&activity).expect("a clock");
            let (ledger, column) = ledger::build(&activity, &clock, &[], &mut Vec::new()).expect("distances");
            let line = Timeline::build(None, &clock, &column, ledger.source, &[]);
            let sums = HeartRateSums::new(activity.samples.heart_rate_bpm.values(), &line);
            for to in 0..line.knots.len() {
                let whole = to / EVERY;
                let sum = sums.add_up(&line, sums.sums[whole], whole * EVERY, to);
                let singly = summed_singly(&sums.bpm, &line, to);
                prop_assert_eq!((sum.metres, sum.moving_s), (singly.metres, singly.moving_s));
                prop_assert!((sum.beats - singly.beats).abs() < 1e-6, "{:?} {:?}", sum, singly);
            }
        }
    }

    #[test]
    fn zeros_and_drop_outs_count_neither_as_beats_nor_as_metres() {
        let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
        for second in 0..4000 {
            let index = activity.samples.open(f64::from(second));
            // After the second 5 km it slows, because a pace that is even to the second is refused.
            let behind_m = 0.2 * f64::from(second.max(3500) - 3500);
            activity.samples.distance_m.set(index, 3.0 * f64::from(second) - behind_m);
            match second % 20 {
                0..5 => activity.samples.heart_rate_bpm.set(index, 0.0),
                5..10 => {}
                _ => activity.samples.heart_rate_bpm.set(index, 150.0),
            }
        }
        let (_, measured) = measure(&activity, &MeasureOptions::default());
        let view = measured.expect("a run").recorded;
        assert_eq!(view.heart_5k.len(), 2);
        // Nine steps of twenty have a reading at both ends, which is less than half.
        assert_eq!(view.heart_5k[0], None);
        for index in 0..4000 {
            if index % 20 == 9 {
                activity.samples.heart_rate_bpm.set(index, 150.0);
            }
        }
        let (_, measured) = measure(&activity, &MeasureOptions::default());
        let heart = measured.expect("a run").recorded.heart_5k[1].expect("readings");
        assert!((heart.rate_bpm - 150.0).abs() < 1e-9 && (heart.speed_mps - 3.0).abs() < 1e-9);
        assert!((heart.covered - 0.5).abs() < 0.01);
    }
}
