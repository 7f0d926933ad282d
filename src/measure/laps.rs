//! The device's laps, measured on the line of the run, beside what the file states about them.
//!
//! A lap is a stretch of time: it ends as long after its start as the file says, else where the
//! next one starts. Its metres are those of the distance that is judged.

use super::heart::HeartRateSums;
use super::hills::grade::LevelDistance;
use super::line::{Timeline, Times};
use crate::activity::{self, Intensity, LapTrigger};
use crate::measure::time::clock::Clock;

/// Starts are often written in whole seconds. A start this near to the end of the lap before, in
/// seconds, is that end.
const SAME_MOMENT_S: f64 = 1.5;

/// A lap of the device. Runs have dozens of laps, so single precision is enough: half a
/// thousandth of a second in an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lap {
    /// When it began, elapsed seconds on the line.
    pub from_s: f32,
    /// Where it began, metres as recorded.
    pub from_m: f64,
    /// Where it ended, metres as recorded.
    pub to_m: f64,
    /// Its elapsed seconds on the line.
    pub elapsed_s: f32,
    /// Its timer seconds on the line.
    pub timer_s: f32,
    /// Its moving seconds on the line.
    pub moving_s: f32,
    /// The metres of level ground that would have been as hard; `None` where grade is not applied.
    pub level_m: Option<f32>,
    /// Mean heart rate, beats a minute; `None` if less than half of it has readings.
    pub heart_bpm: Option<f32>,
    /// Its length by the file, metres.
    pub device_m: Option<f32>,
    /// Its elapsed seconds by the file.
    pub device_elapsed_s: Option<f32>,
    /// Its timer seconds by the file.
    pub device_timer_s: Option<f32>,
    /// What ended it, by the file.
    pub trigger: Option<LapTrigger>,
    /// What it was for in a workout, by the file.
    pub intensity: Option<Intensity>,
}

impl Lap {
    /// Returns its times on the line.
    pub fn times(&self) -> Times {
        Times {
            elapsed_s: self.elapsed_s.into(),
            timer_s: self.timer_s.into(),
            moving_s: self.moving_s.into(),
        }
    }

    /// Returns its length, metres as recorded.
    pub fn length_m(&self) -> f64 {
        self.to_m - self.from_m
    }
}

/// Measures the laps. A lap without a start, or outside of the line, is left out.
pub(super) fn measure(
    laps: &[activity::Lap],
    clock: &Clock,
    line: &Timeline,
    level_distance: Option<&LevelDistance>,
    heart_rate: &HeartRateSums,
) -> Vec<Lap> {
    let start_s = |lap: &activity::Lap| lap.start_s.map(|at| clock.repaired_s(at) - line.zero_s);
    let end_s = line.end().elapsed_s;
    let mut measured = Vec::with_capacity(laps.len());
    let mut before_s = f64::NEG_INFINITY;
    for (index, lap) in laps.iter().enumerate() {
        let Some(stated_s) = start_s(lap) else { continue };
        let from_s = if (stated_s - before_s).abs() <= SAME_MOMENT_S { before_s } else { stated_s };
        let next_s = laps.get(index + 1).and_then(start_s);
        let to_s = lap.elapsed_s.map(|length_s| from_s + length_s).or(next_s).unwrap_or(end_s);
        before_s = to_s;
        let (from_s, to_s) = (from_s.clamp(0.0, end_s), to_s.clamp(0.0, end_s));
        if from_s.is_nan() || to_s.is_nan() || to_s <= from_s {
            continue;
        }
        let ((from, from_m), (to, to_m)) = (line.at_elapsed(from_s), line.at_elapsed(to_s));
        let times = to - from;
        measured.push(Lap {
            from_s: from_s as f32,
            from_m,
            to_m,
            elapsed_s: times.elapsed_s as f32,
            timer_s: times.timer_s as f32,
            moving_s: times.moving_s as f32,
            level_m: level_distance.map(|level| (level.at(to_m) - level.at(from_m)) as f32),
            heart_bpm: heart_rate.between(line, from_m, to_m).map(|heart| heart.rate_bpm as f32),
            device_m: lap.distance_m.map(|metres| metres as f32),
            device_elapsed_s: lap.elapsed_s.map(|seconds| seconds as f32),
            device_timer_s: lap.timer_s.map(|seconds| seconds as f32),
            trigger: lap.trigger,
            intensity: lap.intensity,
        });
    }
    measured
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;
    use crate::measure::{MeasureOptions, measure};

    /// Makes 4000 s, the first 2000 at 3 m/s and the others at 2 m/s, with laps.
    fn laps_of(laps: &[activity::Lap]) -> Vec<Lap> {
        let mut activity = Activity { sport: activity::Sport::Running, ..Activity::default() };
        for second in 0..=4000 {
            let index = activity.samples.open(f64::from(second));
            let metres = 3.0 * f64::from(second.min(2000)) + 2.0 * f64::from((second - 2000).max(0));
            activity.samples.distance_m.set(index, metres);
        }
        activity.laps = laps.to_vec();
        measure(&activity, &MeasureOptions::default()).1.expect("a run").laps
    }

    fn lap(start_s: f64, elapsed_s: Option<f64>) -> activity::Lap {
        activity::Lap { start_s: Some(start_s), elapsed_s, distance_m: Some(900.0), ..Default::default() }
    }

    #[test]
    fn a_lap_is_measured_between_its_moments() {
        let laps = laps_of(&[lap(0.0, Some(300.6)), lap(300.0, Some(1799.4)), lap(2100.0, None)]);
        let ends: Vec<(f64, f64)> = laps.iter().map(|lap| (lap.from_m.round(), lap.to_m.round())).collect();
        // The second one starts at 300.6 s, whatever its whole second says.
        assert_eq!(ends, [(0.0, 902.0), (902.0, 6200.0), (6200.0, 10_000.0)]);
        assert_eq!((laps[0].device_m, laps[2].elapsed_s), (Some(900.0), 1900.0));
    }

    #[test]
    fn without_their_times_laps_end_where_the_next_one_starts() {
        let laps = laps_of(&[lap(0.0, None), lap(1000.0, None), lap(9000.0, None), activity::Lap::default()]);
        let ends: Vec<(f64, f64)> = laps.iter().map(|lap| (lap.from_m, lap.to_m)).collect();
        assert_eq!(ends, [(0.0, 3000.0), (3000.0, 10_000.0)], "a lap after the end is none");
    }
}
