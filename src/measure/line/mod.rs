//! The run as one rising line: elapsed, timer and moving time against distance.
//!
//! Every time at a mark is a plain interpolation between two knots of the line; [`draw`](super::line::build) puts a knot wherever
//! the timer stops and starts.

mod build;
mod moving;
use std::borrow::Cow;

use crate::units::STANDING_MPS;

/// Elapsed, timer and moving seconds, together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Times {
    /// Wall clock.
    pub elapsed_s: f64,
    /// Elapsed less the time the device's timer stood; equal to elapsed where no timer is recorded.
    pub timer_s: f64,
    /// Elapsed less the time spent slower than 0.8 m/s.
    pub moving_s: f64,
}

impl Times {
    fn between(from: Self, to: Self, share: f64) -> Self {
        let mix = |from: f64, to: f64| from + share * (to - from);
        Self {
            elapsed_s: mix(from.elapsed_s, to.elapsed_s),
            timer_s: mix(from.timer_s, to.timer_s),
            moving_s: mix(from.moving_s, to.moving_s),
        }
    }
}

impl std::ops::Sub for Times {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            elapsed_s: self.elapsed_s - other.elapsed_s,
            timer_s: self.timer_s - other.timer_s,
            moving_s: self.moving_s - other.moving_s,
        }
    }
}

/// The line's points, a column for each of what they are, in `f64` of seconds since time zero and metres since then as
/// recorded.
#[derive(Debug, Default)]
pub(super) struct Knots<'a> {
    /// Elapsed seconds, rising.
    pub elapsed_s: Vec<f64>,
    /// Timer seconds, never falling; empty where the timer never stood, so that they are the elapsed ones.
    pub timer_s: Vec<f64>,
    /// Moving seconds, never falling.
    pub moving_s: Vec<f64>,
    /// Metres, never falling; nearly always the recorded ones as they are.
    pub distance_m: Cow<'a, [f64]>,
    /// Which of them are rows of the clock, ascending and disjoint; the others were put in where the timer changed.
    pub rows: Vec<Rows>,
}

/// Knots that are neighbouring rows of the clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    /// The first of the knots.
    pub knot: usize,
    /// The clock's row that it is.
    pub row: usize,
    /// How many there are.
    pub count: usize,
}

impl Knots<'_> {
    pub(super) fn len(&self) -> usize {
        self.elapsed_s.len()
    }

    /// The times at a knot.
    pub(super) fn times(&self, at: usize) -> Times {
        let elapsed_s = self.elapsed_s[at];
        let timer_s = self.timer_s.get(at).copied().unwrap_or(elapsed_s);
        Times { elapsed_s, timer_s, moving_s: self.moving_s[at] }
    }

    /// The clock's row that a knot is.
    pub(super) fn row(&self, at: usize) -> Option<usize> {
        let behind = self.rows.partition_point(|rows| rows.knot <= at);
        let rows = self.rows[behind.checked_sub(1)?];
        (at < rows.knot + rows.count).then(|| rows.row + (at - rows.knot))
    }

    /// A channel by rows of the clock laid on the knots, NaN where there is none.
    pub(super) fn channel<'a>(&self, by_row: &'a [f64]) -> Cow<'a, [f64]> {
        if let [Rows { knot: 0, row, count }] = self.rows[..]
            && count == self.len()
            && let Some(as_it_is) = by_row.get(row..row + count)
        {
            return Cow::from(as_it_is);
        }
        let mut by_knot = Vec::with_capacity(self.len());
        for rows in &self.rows {
            by_knot.resize(rows.knot, f64::NAN);
            let end = (rows.row + rows.count).min(by_row.len());
            by_knot.extend_from_slice(&by_row[rows.row.min(end)..end]);
        }
        by_knot.resize(self.len(), f64::NAN);
        Cow::from(by_knot)
    }
}

/// The line.
#[derive(Debug)]
pub(super) struct Timeline<'a> {
    /// At least two knots.
    pub knots: Knots<'a>,
    /// Time zero, Unix seconds on the repaired clock.
    pub zero_s: f64,
    /// Whether that is the timer's start; if not, the first sample.
    pub zero_by_timer: bool,
    /// Metres moved while the timer was stopped.
    pub paused_m: f64,
    /// Where and for how long the timer stood.
    pub stops: Vec<Stop>,
}

/// A stop of the timer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// Metres as recorded at which it began.
    pub at_m: f64,
    /// How long the timer stood, seconds.
    pub length_s: f64,
}

impl Timeline<'_> {
    /// Metres in all, as recorded.
    pub(super) fn length_m(&self) -> f64 {
        self.knots.distance_m.last().copied().unwrap_or(0.0)
    }

    /// The times at the first moment that the distance reaches a mark, in metres as recorded.
    pub(super) fn at(&self, mark_m: f64) -> Times {
        let (before, next, share) = self.around(mark_m);
        if share == 1.0 {
            return self.knots.times(next);
        }
        Times::between(self.knots.times(before), self.knots.times(next), share)
    }

    /// The knots before and behind the first moment that the distance reaches a mark, in metres as recorded, and the
    /// share of the way between them, 0–1; before the first and behind the last, that knot.
    pub(super) fn around(&self, mark_m: f64) -> (usize, usize, f64) {
        let distance_m = &self.knots.distance_m;
        let next = distance_m.partition_point(|knot_m| *knot_m < mark_m).min(distance_m.len() - 1);
        let Some(before) = next.checked_sub(1) else { return (0, 0, 1.0) };
        let step_m = distance_m[next] - distance_m[before];
        let share = if step_m > 0.0 { ((mark_m - distance_m[before]) / step_m).clamp(0.0, 1.0) } else { 1.0 };
        (before, next, share)
    }

    /// The times at the last knot.
    pub(super) fn end(&self) -> Times {
        self.knots.times(self.knots.len() - 1)
    }

    /// The times and the distance at an elapsed time.
    pub(super) fn after(&self, elapsed_s: f64) -> (Times, f64) {
        let Knots { elapsed_s: times_s, distance_m, .. } = &self.knots;
        let next = times_s.partition_point(|knot_s| *knot_s < elapsed_s);
        if next == times_s.len() {
            return (self.end(), self.length_m());
        }
        let Some(before) = next.checked_sub(1) else { return (self.knots.times(0), distance_m[0]) };
        let share = (elapsed_s - times_s[before]) / (times_s[next] - times_s[before]);
        (
            Times::between(self.knots.times(before), self.knots.times(next), share),
            distance_m[before] + (distance_m[next] - distance_m[before]) * share,
        )
    }

    /// The distance reached at an elapsed time.
    pub(super) fn distance_at(&self, elapsed_s: f64) -> f64 {
        self.after(elapsed_s).1
    }

    /// The speeds of ten-second stretches in which the runner moved, m/s, ascending.
    pub(super) fn moving_speeds_mps(&self) -> Vec<f64> {
        const STRETCH_S: f64 = 10.0;
        let mut speeds = Vec::new();
        let (mut from_s, mut from_m) = (self.knots.elapsed_s[0], self.knots.distance_m[0]);
        for (&to_s, &to_m) in self.knots.elapsed_s.iter().zip(&self.knots.distance_m[..]).skip(1) {
            if to_s - from_s >= STRETCH_S {
                let speed_mps = (to_m - from_m) / (to_s - from_s);
                if speed_mps >= STANDING_MPS {
                    speeds.push(speed_mps);
                }
                (from_s, from_m) = (to_s, to_m);
            }
        }
        speeds.sort_unstable_by(f64::total_cmp);
        speeds
    }
}
