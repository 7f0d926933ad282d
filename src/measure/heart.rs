//! Heart rate against speed, by distance.
//!
//! A stretch's heart rate is its mean over the metres for which the strap told one, and its speed is that over the
//! same metres, so that drop-outs and zeros count in neither. Standing counts in neither either.

use super::timeline::Timeline;
use crate::activity::Samples;

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

/// The steps of a run that have a heart rate.
#[derive(Debug)]
pub(super) struct Pulse(Vec<Step>);

/// A step between two samples.
#[derive(Debug)]
struct Step {
    from_m: f64,
    to_m: f64,
    moving_s: f64,
    rate_bpm: f64,
}

impl Pulse {
    /// Takes a run's pulse.
    pub(super) fn take(samples: &Samples, line: &Timeline) -> Self {
        let recorded_bpm = samples.heart_rate_bpm.values();
        if recorded_bpm.is_empty() {
            return Self(Vec::new());
        }
        // The reading at a knot, NaN where it has none.
        let rate = |sample: Option<u32>| {
            let bpm =
                sample.and_then(|sample| recorded_bpm.get(sample as usize)).copied().unwrap_or(f64::NAN);
            if (BEATS_BPM.0..=BEATS_BPM.1).contains(&bpm) { bpm } else { f64::NAN }
        };
        let mut steps = Vec::with_capacity(line.knots.len());
        let mut next_bpm = rate(line.knots[0].sample);
        for pair in line.knots.windows(2) {
            let [before, here] = pair else { continue };
            let (mut from_bpm, mut to_bpm) = (next_bpm, rate(here.sample));
            next_bpm = to_bpm;
            // A knot put in where the timer changed has no sample: its neighbour's reading stands for both.
            if before.sample.is_none() {
                from_bpm = to_bpm;
            }
            if here.sample.is_none() {
                to_bpm = from_bpm;
            }
            let rate_bpm = 0.5 * (from_bpm + to_bpm);
            let times = here.times - before.times;
            if !rate_bpm.is_nan() && times.moving_s > 0.0 && times.elapsed_s <= APART_S {
                let (from_m, to_m) = (before.distance_m, here.distance_m);
                steps.push(Step { from_m, to_m, moving_s: times.moving_s, rate_bpm });
            }
        }
        Self(steps)
    }

    /// Heart rate and speed between two distances as recorded; `None` with too few readings.
    pub(super) fn between(&self, from_m: f64, to_m: f64) -> Option<Heart> {
        let (mut metres, mut seconds, mut beats) = (0.0, 0.0, 0.0);
        let mut add = |step: &Step, share: f64| {
            let part_m = share * (step.to_m - step.from_m);
            metres += part_m;
            seconds += share * step.moving_s;
            beats += part_m * step.rate_bpm;
        };
        // Steps rise, so only the first and the last may lie across an end.
        let steps = &self.0[self.0.partition_point(|step| step.to_m <= from_m)..];
        let steps = &steps[..steps.partition_point(|step| step.from_m < to_m)];
        let across = |step: &Step| step.from_m < from_m || step.to_m > to_m;
        let share = |step: &Step| (step.to_m.min(to_m) - step.from_m.max(from_m)) / (step.to_m - step.from_m);
        let whole_from = usize::from(steps.first().is_some_and(across));
        let whole_to = steps.len() - usize::from(steps.len() > 1 && steps.last().is_some_and(across));
        for step in &steps[..whole_from] {
            add(step, share(step));
        }
        for step in &steps[whole_from..whole_to] {
            add(step, 1.0);
        }
        for step in &steps[whole_to..] {
            add(step, share(step));
        }
        let covered = metres / (to_m - from_m);
        (covered >= COVERED && seconds > 0.0).then(|| Heart {
            rate_bpm: beats / metres,
            speed_mps: metres / seconds,
            covered,
        })
    }
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
