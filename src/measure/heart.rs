//! Heart rate against speed, by distance.
//!
//! A stretch's heart rate is its mean over the metres for which the strap told one, and its speed is that over the
//! same metres, so that drop-outs and zeros count in neither. Standing counts in neither either.

use std::borrow::Cow;

use super::line::Timeline;

/// Readings outside of this are no runner's heart: a strap without contact writes 0, one that picks up a neighbour's or
/// the steps' rhythm seldom leaves it. Beats a minute.
const BEATS_BPM: (f64, f64) = (30.0, 250.0);
/// A stretch needs readings for this share of its metres.
const COVERED: f64 = 0.5;
/// Two readings further apart say nothing of what lies between, seconds; smart recording goes up to 60 s.
const APART_S: f64 = 60.0;

/// Heart rate and speed over a stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heart {
    /// Mean heart rate by distance, beats a minute.
    pub rate_bpm: f64,
    /// Speed over the same metres in moving time, m/s.
    pub speed_mps: f64,
    /// The share of the stretch that has readings, 0–1.
    pub covered: f64,
}

impl Heart {
    /// Beats a metre run: the internal load for the external one.
    pub fn beats_per_m(&self) -> f64 {
        self.rate_bpm / 60.0 / self.speed_mps
    }
}

/// A run's pulse, added up from its start.
#[derive(Debug, Default)]
pub(super) struct Pulse<'a> {
    /// The readings at the knots of the line, beats a minute, NaN where there is none; empty without any.
    bpm: Cow<'a, [f64]>,
    /// What the steps that have a heart rate come to, up to each knot whose number [`EVERY`] divides.
    sums: Vec<Sum>,
}

/// From one sum of a [`Pulse`] to the next, in knots.
const EVERY: usize = 32;

/// Steps that have a heart rate, added up.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    metres: f64,
    moving_s: f64,
    /// Metres times beats a minute.
    beats: f64,
}

impl<'a> Pulse<'a> {
    /// Takes a run's pulse, by readings row by row of the clock.
    pub(super) fn take(recorded_bpm: &'a [f64], line: &Timeline) -> Self {
        if recorded_bpm.is_empty() {
            return Self::default();
        }
        let mut bpm = line.knots.channel(recorded_bpm);
        let is_beating = |bpm: &f64| (BEATS_BPM.0..=BEATS_BPM.1).contains(bpm);
        if bpm.iter().filter(|bpm| !is_beating(bpm)).count() > 0 {
            for bpm in bpm.to_mut() {
                *bpm = if is_beating(bpm) { *bpm } else { f64::NAN };
            }
        }
        let mut pulse = Self { sums: Vec::with_capacity(bpm.len() / EVERY + 1), bpm };
        let mut sum = Sum::default();
        for from in (0..pulse.bpm.len()).step_by(EVERY) {
            pulse.sums.push(sum);
            sum = pulse.add_up(line, sum, from, (from + EVERY).min(pulse.bpm.len() - 1));
        }
        pulse
    }

    /// Adds the steps from one knot to another to a sum.
    fn add_up(&self, line: &Timeline, mut sum: Sum, from: usize, to: usize) -> Sum {
        let knots = &line.knots;
        let over = |column: &[f64]| column[to] - column[from];
        let elapsed_s = over(&knots.elapsed_s);
        // Nearly always: a reading at every knot, and moving all the time. One that is none makes none of the sum.
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
                // A knot put in where the timer changed is no sample: its neighbour's reading stands for both.
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

    /// Heart rate and speed between two distances as recorded; `None` with too few readings.
    pub(super) fn between(&self, line: &Timeline, from_m: f64, to_m: f64) -> Option<Heart> {
        if self.bpm.is_empty() {
            return None;
        }
        let (from, to) = (self.at(line, from_m), self.at(line, to_m));
        let (metres, moving_s) = (to.metres - from.metres, to.moving_s - from.moving_s);
        let covered = metres / (to_m - from_m);
        (covered >= COVERED && moving_s > 0.0).then(|| Heart {
            rate_bpm: (to.beats - from.beats) / metres,
            speed_mps: metres / moving_s,
            covered,
        })
    }

    /// What the steps up to a distance come to, a part of the last one.
    fn at(&self, line: &Timeline, mark_m: f64) -> Sum {
        let (before, next, share) = line.around(mark_m);
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

/// Twice the metres times beats a minute of the steps between some knots, at most [`EVERY`].
fn twice_beats(bpm: &[f64], distance_m: &[f64]) -> f64 {
    let step = |bpm: &[f64], distance_m: &[f64]| (distance_m[1] - distance_m[0]) * (bpm[0] + bpm[1]);
    let whole = (<&[f64; EVERY + 1]>::try_from(bpm), <&[f64; EVERY + 1]>::try_from(distance_m));
    let (Ok(bpm), Ok(distance_m)) = whole else {
        return bpm
            .windows(2)
            .zip(distance_m.windows(2))
            .map(|(bpm, distance_m)| step(bpm, distance_m))
            .sum();
    };
    // Four sums by turns, none of which waits for the step before.
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
    use crate::activity::{Activity, Sport};
    use crate::measure::{MeasureOptions, measure};

    #[test]
    fn zeros_and_drop_outs_count_neither_as_beats_nor_as_metres() {
        let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
        for second in 0..4000 {
            let index = activity.samples.open(f64::from(second));
            activity.samples.distance_m.set(index, 3.0 * f64::from(second));
            match second % 20 {
                0..5 => activity.samples.heart_rate_bpm.set(index, 0.0),
                5..10 => {}
                _ => activity.samples.heart_rate_bpm.set(index, 150.0),
            }
        }
        let (_, measured) = measure(&activity, &MeasureOptions::default());
        let view = measured.expect("a run").recorded;
        assert_eq!(view.heart_5k.len(), 2);
        // Nine steps of twenty have a reading at both ends: less than half.
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
