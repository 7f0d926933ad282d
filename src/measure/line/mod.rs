//! The line of a run: elapsed, timer and moving seconds against metres as recorded.
//!
//! The line is a list of knots: every sample with a distance, and every moment at which the timer
//! stops or starts. Between two knots, times and metres are interpolated linearly.

mod build;
mod moving;

use std::borrow::Cow;

use super::search::first_from;
use crate::units::STANDING_MPS;

/// Elapsed, timer and moving seconds at one moment, or of one stretch.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Times {
    /// Wall clock time.
    pub elapsed_s: f64,
    /// Elapsed time without the time in which the device's timer was stopped. Equal to elapsed time
    /// if the file records no timer.
    pub timer_s: f64,
    /// Elapsed time without the time below 0.8 m/s.
    pub moving_s: f64,
}

impl Times {
    /// Interpolates between two times; a share of 0 is the first, of 1 the second.
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

/// The knots of a line, in columns. Seconds and metres count from time zero.
#[derive(Debug, Default)]
pub(super) struct Knots {
    /// Elapsed seconds, strictly rising.
    pub elapsed_s: Vec<f64>,
    /// Timer seconds, never falling; empty if the timer never stopped, when they are the elapsed
    /// seconds.
    pub timer_s: Vec<f64>,
    /// Moving seconds, never falling.
    pub moving_s: Vec<f64>,
    /// Metres, never falling.
    pub distance_m: Vec<f64>,
    /// The knots that are rows of the clock, ascending and disjoint. The others were added where
    /// the timer stopped or started.
    pub rows: Vec<Rows>,
}

/// Neighbouring knots that are neighbouring rows of the clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    /// The first of these knots.
    pub knot: usize,
    /// The row of the first knot.
    pub row: usize,
    /// The number of knots, and of rows.
    pub count: usize,
}

impl Knots {
    /// Returns the number of knots.
    pub(super) fn len(&self) -> usize {
        self.elapsed_s.len()
    }

    /// Returns the times at a knot.
    pub(super) fn times(&self, at: usize) -> Times {
        let elapsed_s = self.elapsed_s[at];
        let timer_s = self.timer_s.get(at).copied().unwrap_or(elapsed_s);
        Times { elapsed_s, timer_s, moving_s: self.moving_s[at] }
    }

    /// Returns the row of the clock that a knot is; `None` for a knot that was added.
    pub(super) fn row(&self, at: usize) -> Option<usize> {
        let next = self.rows.partition_point(|rows| rows.knot <= at);
        let rows = self.rows[next.checked_sub(1)?];
        (at < rows.knot + rows.count).then(|| rows.row + (at - rows.knot))
    }

    /// Converts a channel from one value for each row to one for each knot, NaN where absent.
    pub(super) fn channel<'a>(&self, by_row: &'a [f64]) -> Cow<'a, [f64]> {
        // PERF(every knot is a row): 379 → 365 instructions a sample of FIT, whole program
        // (benches/whole.sh); the plain form is the loop below.
        if let [Rows { knot: 0, row, count }] = self.rows[..]
            && count == self.len()
            && let Some(unchanged) = by_row.get(row..row + count)
        {
            return Cow::from(unchanged);
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

/// The line of a run.
#[derive(Debug)]
pub(super) struct Timeline {
    /// The knots, at least two.
    pub knots: Knots,
    /// Time zero, Unix seconds on the repaired clock.
    pub zero_s: f64,
    /// Whether time zero is the start of the timer; otherwise it is the first sample.
    pub zero_by_timer: bool,
    /// Metres moved while the timer was stopped.
    pub paused_m: f64,
    /// Where the timer was stopped, and for how long.
    pub stops: Vec<Stop>,
}

/// A place on the line: the knots before and after it, and its share of the way between them, 0–1.
pub(super) type Place = (usize, usize, f64);

/// A stop of the timer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// Where it began, metres as recorded.
    pub at_m: f64,
    /// For how many seconds the timer was stopped.
    pub length_s: f64,
}

impl Timeline {
    /// Returns the length of the run, metres as recorded.
    pub(super) fn length_m(&self) -> f64 {
        self.knots.distance_m.last().copied().unwrap_or(0.0)
    }

    /// Returns the times at the first moment at which the distance reaches a mark, metres as
    /// recorded.
    pub(super) fn at(&self, mark_m: f64) -> Times {
        self.at_place(self.knots_around(mark_m))
    }

    /// Returns the times at a place between two knots.
    pub(super) fn at_place(&self, (before, next, share): Place) -> Times {
        if share == 1.0 {
            return self.knots.times(next);
        }
        Times::between(self.knots.times(before), self.knots.times(next), share)
    }

    /// Finds the first moment at which the distance reaches a mark, metres as recorded. A mark
    /// outside of the line is the first or the last knot.
    pub(super) fn knots_around(&self, mark_m: f64) -> Place {
        self.place(self.knots.distance_m.partition_point(|knot_m| *knot_m < mark_m), mark_m)
    }

    /// Finds a mark that is not before another one, as many knots further as that was from the one
    /// before it. Takes and returns the knot after a mark and that number.
    pub(super) fn knots_after(
        &self,
        (known, stride): (usize, usize),
        mark_m: f64,
    ) -> (Place, (usize, usize)) {
        let next = first_from(&self.knots.distance_m, known, stride, |knot_m| knot_m < mark_m);
        (self.place(next, mark_m), (next, next - known))
    }

    /// Returns the place of a mark, given the number of knots before it.
    fn place(&self, next: usize, mark_m: f64) -> Place {
        let distance_m = &self.knots.distance_m;
        let next = next.min(distance_m.len() - 1);
        let Some(before) = next.checked_sub(1) else { return (0, 0, 1.0) };
        let step_m = distance_m[next] - distance_m[before];
        let share = if step_m > 0.0 { ((mark_m - distance_m[before]) / step_m).clamp(0.0, 1.0) } else { 1.0 };
        (before, next, share)
    }

    /// Returns the times at the last knot.
    pub(super) fn end(&self) -> Times {
        self.knots.times(self.knots.len() - 1)
    }

    /// Returns the times and the metres at an elapsed time; outside of the line, those of its first
    /// or last knot.
    pub(super) fn at_elapsed(&self, elapsed_s: f64) -> (Times, f64) {
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

    /// Returns the metres at an elapsed time.
    pub(super) fn distance_at(&self, elapsed_s: f64) -> f64 {
        self.at_elapsed(elapsed_s).1
    }

    /// Returns points of the line, elapsed seconds and metres, at least `apart_s` apart.
    pub(super) fn points(&self, apart_s: f64) -> Vec<(f64, f64)> {
        let Knots { elapsed_s, distance_m, .. } = &self.knots;
        let most = (self.end().elapsed_s / apart_s) as usize + 2;
        let mut points = Vec::with_capacity(most.min(elapsed_s.len()));
        let (mut at, mut stride) = (0, 1);
        while let Some((&knot_s, &knot_m)) = elapsed_s.get(at).zip(distance_m.get(at)) {
            points.push((knot_s, knot_m));
            let next = first_from(elapsed_s, at + 1, stride - 1, |next_s| next_s - knot_s < apart_s);
            (at, stride) = (next, next - at);
        }
        points
    }

    /// Returns the speeds, m/s ascending, of the stretches of `stretch_s` in which the runner
    /// moved.
    pub(super) fn moving_speeds_mps(&self, stretch_s: f64) -> Vec<f64> {
        let points = self.points(stretch_s);
        let mps = points.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0));
        let mut speeds: Vec<f64> = mps.filter(|mps| *mps >= STANDING_MPS).collect();
        speeds.sort_unstable_by(f64::total_cmp);
        speeds
    }
}
