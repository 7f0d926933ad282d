//! The run as one rising line: elapsed, timer and moving time against distance.
//!
//! The clock, the timer's losses and the chosen distance column meet here. Knots are added where the timer
//! stops and starts, so that every time at a mark is a plain interpolation. Movement while the timer is stopped
//! adds no distance.

use super::clock::Clock;
use super::ledger::{Column, DistanceSource};
use super::timer::Loss;
use crate::units::STANDING_MPS;

/// A device goes on counting for a moment after its timer stops: so much is still the run's.
const DEVICE_OVERRUN_M: f64 = 10.0;
/// Speed for moving time is taken over at least this long, since a device may write the same distance for some
/// samples and then catch up.
const SPEED_WINDOW_S: f64 = 5.0;
/// And over not more steps than this, so that a file with thousands of samples a second takes no longer for it. No
/// watch writes fifty a second.
const SPEED_WINDOW_STEPS: usize = 250;

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

/// One point of the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Knot {
    /// Times since time zero.
    pub times: Times,
    /// Metres since time zero, as recorded.
    pub distance_m: f64,
    /// The activity's sample, for its other channels; none for a knot put in where the timer changed.
    pub sample: Option<u32>,
}

/// The line.
#[derive(Debug)]
pub(super) struct Timeline {
    /// Knots with rising elapsed time and distances that never fall; at least two.
    pub knots: Vec<Knot>,
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

impl Timeline {
    /// Draws the line from time zero on: the timer's start, else the first sample.
    pub(super) fn draw(
        timer_start_s: Option<f64>,
        clock: &Clock,
        column: &Column,
        source: DistanceSource,
        losses: &[Loss],
    ) -> Self {
        let first_s = clock.time_s[column.first_row()];
        let start_s = timer_start_s.map(|start| clock.moved(start));
        // A timer "started" hours before or after the samples is a slip of the file's, not a start.
        let zero_s = start_s.filter(|start| *start > first_s - 600.0 && *start < clock.span().1);
        let zero_by_timer = zero_s.is_some();
        let zero_s = zero_s.unwrap_or_else(|| first_s.min(clock.time_s[0]).max(first_s - 600.0));
        let knots = Vec::with_capacity(clock.time_s.len() + 2 * losses.len() + 2);
        let mut line = Self { knots, zero_s, zero_by_timer, paused_m: 0.0, stops: Vec::new() };
        let mut builder = Builder {
            losses,
            next_loss: 0,
            runs_until_s: zero_s,
            timer_s: 0.0,
            last_s: zero_s,
            distance_m: 0.0,
        };
        // Before the timer ran; what was covered there is not the run's.
        let ran = clock.time_s.partition_point(|time_s| *time_s < zero_s);
        let mut last_m = column.distance_m[..ran].iter().rev().copied().find(|metres| !metres.is_nan());
        let mut steps = column.distance_m[ran..]
            .iter()
            .zip(&clock.time_s[ran..])
            .zip(&clock.index[ran..])
            .map(|((&recorded_m, &time_s), &index)| (recorded_m, time_s, Some(index as u32)))
            .filter(|(recorded_m, ..)| !recorded_m.is_nan());
        if let Some((recorded_m, time_s, sample)) = steps.next() {
            let before_m = match last_m {
                Some(before_m) => before_m,
                // The device counts from time zero; a track begins where its first position is.
                None if source == DistanceSource::Device => 0.0,
                None => recorded_m,
            };
            if time_s > zero_s {
                line.knots.push(Knot { times: Times::default(), distance_m: 0.0, sample: None });
            }
            let at_start = last_m.is_none() || line.knots.is_empty();
            builder.advance_in_pieces(&mut line, time_s, recorded_m - before_m, source, sample, at_start);
            last_m = Some(recorded_m);
        }
        let mut before_m = last_m.unwrap_or(0.0);
        for (recorded_m, time_s, sample) in steps {
            builder.advance(&mut line, time_s, recorded_m - before_m, source, sample);
            before_m = recorded_m;
        }
        // Samples past the last distance are time that passed without moving.
        let (_, end_s) = clock.span();
        if end_s > builder.last_s {
            builder.advance_in_pieces(&mut line, end_s, 0.0, source, None, false);
        }
        line.stops = losses
            .iter()
            .filter(|loss| loss.to_s > zero_s && loss.to_s < end_s - 0.5)
            .map(|loss| Stop { at_m: line.distance_at(loss.from_s - zero_s), length_s: loss.lost_s })
            .collect();
        line.measure_moving();
        line
    }

    /// Metres in all, as recorded.
    pub(super) fn length_m(&self) -> f64 {
        self.knots.last().map_or(0.0, |knot| knot.distance_m)
    }

    /// The times at the first moment that the distance reaches a mark, in metres as recorded.
    pub(super) fn at(&self, mark_m: f64) -> Times {
        let next = self.knots.partition_point(|knot| knot.distance_m < mark_m).min(self.knots.len() - 1);
        let to = self.knots[next];
        if next == 0 {
            return to.times;
        }
        let from = self.knots[next - 1];
        let step_m = to.distance_m - from.distance_m;
        let share = if step_m > 0.0 { ((mark_m - from.distance_m) / step_m).clamp(0.0, 1.0) } else { 1.0 };
        Times::between(from.times, to.times, share)
    }

    /// The times at the last knot.
    pub(super) fn end(&self) -> Times {
        self.knots.last().map_or_else(Times::default, |knot| knot.times)
    }

    /// The times and the distance at an elapsed time.
    pub(super) fn after(&self, elapsed_s: f64) -> (Times, f64) {
        let next = self.knots.partition_point(|knot| knot.times.elapsed_s < elapsed_s);
        let Some(to) = self.knots.get(next) else { return (self.end(), self.length_m()) };
        if next == 0 {
            return (to.times, to.distance_m);
        }
        let from = self.knots[next - 1];
        let step_s = to.times.elapsed_s - from.times.elapsed_s;
        let share = (elapsed_s - from.times.elapsed_s) / step_s;
        (
            Times::between(from.times, to.times, share),
            from.distance_m + (to.distance_m - from.distance_m) * share,
        )
    }

    /// The speeds of ten-second stretches in which the runner moved, m/s, ascending.
    pub(super) fn moving_speeds_mps(&self) -> Vec<f64> {
        const STRETCH_S: f64 = 10.0;
        let mut speeds = Vec::new();
        let mut from = self.knots[0];
        for to in &self.knots[1..] {
            let elapsed_s = to.times.elapsed_s - from.times.elapsed_s;
            if elapsed_s >= STRETCH_S {
                let speed_mps = (to.distance_m - from.distance_m) / elapsed_s;
                if speed_mps >= STANDING_MPS {
                    speeds.push(speed_mps);
                }
                from = *to;
            }
        }
        speeds.sort_by(f64::total_cmp);
        speeds
    }

    /// The distance reached at an elapsed time.
    pub(super) fn distance_at(&self, elapsed_s: f64) -> f64 {
        self.after(elapsed_s).1
    }

    /// Fills in moving time: the time of steps whose surrounding window is not slower than standing.
    fn measure_moving(&mut self) {
        let knots = &mut self.knots;
        let mut total_s = 0.0;
        // The nearest knot that lies a whole window back.
        let mut back = 0;
        // From which knot on the steps before this one are of equal length, and that length.
        let (mut even_from, mut even_s) = (0, 0.0);
        let [first, second, ..] = knots.as_slice() else { return };
        let mut next_s = second.times.elapsed_s - first.times.elapsed_s;
        for to in 1..knots.len() {
            let here_s = knots[to].times.elapsed_s;
            let step_s = next_s;
            next_s = knots.get(to + 1).map_or(f64::INFINITY, |behind| behind.times.elapsed_s - here_s);
            while here_s - knots[back + 1].times.elapsed_s >= SPEED_WINDOW_S {
                back += 1;
            }
            // Where the steps before are equal and none behind is shorter, the window is filled from them alone, so
            // that it need not be searched for.
            let filled_from_before = even_from <= back
                && even_s <= next_s
                && even_s < SPEED_WINDOW_S
                && here_s - knots[back].times.elapsed_s >= SPEED_WINDOW_S
                && to - back <= SPEED_WINDOW_STEPS;
            let (low, high) = if filled_from_before { (back, to) } else { speed_window(knots, to) };
            let window_s = knots[high].times.elapsed_s - knots[low].times.elapsed_s;
            let speed_mps = (knots[high].distance_m - knots[low].distance_m) / window_s;
            if speed_mps >= STANDING_MPS {
                total_s += step_s;
            }
            knots[to].times.moving_s = total_s;
            if step_s != even_s {
                (even_from, even_s) = (to - 1, step_s);
            }
        }
    }
}

/// The knots between which the speed of the step to a knot is taken: the step and its shortest neighbours.
fn speed_window(knots: &[Knot], to: usize) -> (usize, usize) {
    let (mut low, mut high) = (to - 1, to);
    let (mut from_s, mut to_s) = (knots[low].times.elapsed_s, knots[high].times.elapsed_s);
    // The steps before and behind the window; those at the ends, and long ones, are out of reach.
    let before_s = |low: usize, from_s: f64| {
        low.checked_sub(1).map_or(f64::INFINITY, |before| from_s - knots[before].times.elapsed_s)
    };
    let behind_s = |high: usize, to_s: f64| {
        knots.get(high + 1).map_or(f64::INFINITY, |behind| behind.times.elapsed_s - to_s)
    };
    let (mut left_s, mut right_s) = (before_s(low, from_s), behind_s(high, to_s));
    while to_s - from_s < SPEED_WINDOW_S && high - low < SPEED_WINDOW_STEPS {
        if left_s < SPEED_WINDOW_S && left_s <= right_s {
            low -= 1;
            from_s = knots[low].times.elapsed_s;
            left_s = before_s(low, from_s);
        } else if right_s < SPEED_WINDOW_S {
            high += 1;
            to_s = knots[high].times.elapsed_s;
            right_s = behind_s(high, to_s);
        } else {
            break;
        }
    }
    (low, high)
}

/// Walks along the clock and the losses at once.
struct Builder<'a> {
    losses: &'a [Loss],
    next_loss: usize,
    /// Until when the timer runs at full rate: up to the next loss.
    runs_until_s: f64,
    timer_s: f64,
    last_s: f64,
    distance_m: f64,
}

impl Builder<'_> {
    /// Adds the step to the next sample, with a knot wherever the timer's rate changes within it.
    fn advance(
        &mut self,
        line: &mut Timeline,
        to_s: f64,
        moved_m: f64,
        source: DistanceSource,
        sample: Option<u32>,
    ) {
        // Nearly every step is one with the timer running.
        if self.last_s < to_s && to_s <= self.runs_until_s {
            let length_s = to_s - self.last_s;
            self.last_s += length_s;
            self.timer_s += length_s;
            self.distance_m += moved_m;
            line.knots.push(self.knot(line.zero_s, sample));
        } else {
            self.advance_in_pieces(line, to_s, moved_m, source, sample, false);
        }
    }

    /// Adds a step in which the timer may stop and start.
    fn advance_in_pieces(
        &mut self,
        line: &mut Timeline,
        to_s: f64,
        moved_m: f64,
        source: DistanceSource,
        sample: Option<u32>,
        at_start: bool,
    ) {
        let pieces = self.pieces(to_s);
        let timed_s: f64 = pieces.iter().map(|(length_s, rate)| length_s * rate).sum();
        let stopped = pieces.iter().any(|(_, rate)| *rate < 1.0);
        // With the timer standing for (nearly) the whole step, only a device's overrun is the run's.
        let counted_m = if stopped && timed_s < 0.5 && !at_start {
            match source {
                DistanceSource::Device => moved_m.min(DEVICE_OVERRUN_M),
                DistanceSource::Gps => 0.0,
            }
        } else if stopped && source == DistanceSource::Gps {
            // A track says where the runner stood up again, not what was run with the timer on.
            moved_m.min(Self::recent_speed(line) * timed_s)
        } else {
            moved_m
        };
        line.paused_m += moved_m - counted_m;
        let start_m = self.distance_m;
        let mut done_s = 0.0;
        let count = pieces.len();
        for (place, (length_s, rate)) in pieces.into_iter().enumerate() {
            self.last_s += length_s;
            self.timer_s += length_s * rate;
            done_s += length_s * rate;
            let last = place + 1 == count;
            let share = if timed_s > 0.0 { done_s / timed_s } else { 0.0 };
            self.distance_m = if last { start_m + counted_m } else { start_m + counted_m * share };
            line.knots.push(self.knot(line.zero_s, if last { sample } else { None }));
        }
        if count == 0 && line.knots.is_empty() {
            // The very first sample, at time zero itself; its metres are the run's although they took no time.
            self.distance_m = start_m + counted_m;
            line.knots.push(Knot { times: Times::default(), distance_m: self.distance_m, sample });
        }
        self.skip_losses(self.last_s);
        self.runs_until_s = self.losses.get(self.next_loss).map_or(f64::INFINITY, |loss| loss.from_s);
    }

    /// Leaves the losses behind that end at or before a time.
    fn skip_losses(&mut self, at_s: f64) {
        while self.losses.get(self.next_loss).is_some_and(|loss| loss.to_s <= at_s) {
            self.next_loss += 1;
        }
    }

    /// The knot at the point reached.
    fn knot(&self, zero_s: f64, sample: Option<u32>) -> Knot {
        let times = Times { elapsed_s: self.last_s - zero_s, timer_s: self.timer_s, moving_s: 0.0 };
        Knot { times, distance_m: self.distance_m, sample }
    }

    /// Splits the time up to `to_s` where losses begin and end: lengths and the timer's rate in each.
    fn pieces(&mut self, to_s: f64) -> Vec<(f64, f64)> {
        let mut pieces = Vec::new();
        let mut at_s = self.last_s;
        while at_s < to_s {
            self.skip_losses(at_s);
            let (until_s, rate) = match self.losses.get(self.next_loss) {
                Some(loss) if loss.from_s <= at_s => (loss.to_s.min(to_s), loss.rate()),
                Some(loss) => (loss.from_s.min(to_s), 1.0),
                None => (to_s, 1.0),
            };
            pieces.push((until_s - at_s, rate));
            at_s = until_s;
        }
        pieces
    }

    fn recent_speed(line: &Timeline) -> f64 {
        let Some(last) = line.knots.last() else { return 0.0 };
        let ago = line.knots.partition_point(|knot| last.times.timer_s - knot.times.timer_s >= 10.0);
        let from = line.knots[ago.saturating_sub(1)];
        let timer_s = last.times.timer_s - from.times.timer_s;
        if timer_s > 0.0 { (last.distance_m - from.distance_m) / timer_s } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;

    fn line(times: &[f64], distances: &[f64], losses: &[Loss], start_s: Option<f64>) -> Timeline {
        let mut activity = Activity::default();
        for time in times {
            activity.samples.open(*time);
        }
        let clock = Clock::repair(&activity).expect("a clock");
        let column = Column { distance_m: distances.to_vec(), ..Column::default() };
        Timeline::draw(start_s, &clock, &column, DistanceSource::Device, losses)
    }

    #[test]
    fn a_mark_between_samples_is_interpolated() {
        let line = line(&[100.0, 110.0, 120.0], &[0.0, 30.0, 60.0], &[], Some(100.0));
        assert_eq!(line.at(45.0).elapsed_s, 15.0);
        assert_eq!(line.length_m(), 60.0);
    }

    #[test]
    fn the_timer_starts_before_the_first_sample() {
        let line = line(&[102.0, 110.0, 120.0], &[6.0, 30.0, 60.0], &[], Some(100.0));
        assert_eq!(line.at(0.0).elapsed_s, 0.0);
        assert_eq!(line.at(3.0).elapsed_s, 1.0);
    }

    #[test]
    fn metres_counted_at_time_zero_are_kept() {
        let line = line(&[100.0, 110.0], &[1.5, 31.5], &[], Some(100.0));
        assert_eq!(line.length_m(), 31.5);
        assert_eq!(line.at(16.5).elapsed_s, 5.0);
    }

    #[test]
    fn a_stop_on_a_mark_belongs_to_the_next_split() {
        let stop = Loss { from_s: 10.0, to_s: 40.0, lost_s: 30.0 };
        let line = line(&[0.0, 10.0, 40.0, 50.0], &[0.0, 30.0, 30.0, 60.0], &[stop], Some(0.0));
        assert_eq!(line.at(30.0), Times { elapsed_s: 10.0, timer_s: 10.0, moving_s: 10.0 });
        assert_eq!(line.at(60.0), Times { elapsed_s: 50.0, timer_s: 20.0, moving_s: 20.0 });
    }

    #[test]
    fn a_stop_between_samples_takes_its_own_time_only() {
        // 20 s of running at 3 m/s around a stop from 5 to 35 s, seen by two samples only.
        let stop = Loss { from_s: 5.0, to_s: 35.0, lost_s: 30.0 };
        let line = line(&[0.0, 50.0], &[0.0, 60.0], &[stop], Some(0.0));
        assert_eq!(line.at(15.0).elapsed_s, 5.0);
        assert_eq!(line.at(30.0).elapsed_s, 40.0);
        assert_eq!(line.at(30.0).timer_s, 10.0);
    }

    #[test]
    fn movement_with_the_timer_stopped_is_not_distance() {
        let stop = Loss { from_s: 10.0, to_s: 100.0, lost_s: 90.0 };
        let line = line(&[0.0, 10.0, 100.0, 110.0], &[0.0, 30.0, 130.0, 160.0], &[stop], Some(0.0));
        assert_eq!(line.length_m(), 70.0);
        assert_eq!(line.paused_m, 90.0);
    }

    #[test]
    fn standing_with_the_timer_on_is_elapsed_and_timer_but_not_moving() {
        let times: Vec<f64> = (0..=60).map(f64::from).collect();
        let distances: Vec<f64> = times
            .iter()
            .map(|t| if *t <= 20.0 { 3.0 * t } else { 60.0 + 3.0 * (t - 40.0).max(0.0) })
            .collect();
        let line = line(&times, &distances, &[], Some(0.0));
        let end = line.end();
        assert_eq!((end.elapsed_s, end.timer_s), (60.0, 60.0));
        assert!((end.moving_s - 40.0).abs() <= 4.0, "{}", end.moving_s);
    }
}
