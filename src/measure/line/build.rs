//! Draws the line of a run: the clock, the timer's losses and the chosen distance column meet here.
//!
//! Knots are added where the timer stops and starts. Movement while it is stopped adds no distance.

use std::borrow::Cow;

use super::{Knots, Rows, Stop, Timeline, moving};
use crate::measure::distance::column::DistanceColumn;
use crate::measure::distance::ledger::DistanceSource;
use crate::measure::time::clock::Clock;
use crate::measure::time::timer::Loss;

/// A device goes on counting for a moment after its timer stops: so much is still the run's.
const DEVICE_OVERRUN_M: f64 = 10.0;

impl<'a> Timeline<'a> {
    /// Draws the line from time zero on: the timer's start, else the first sample.
    pub(in crate::measure) fn draw(
        timer_start_s: Option<f64>,
        clock: &Clock,
        column: &'a DistanceColumn,
        source: DistanceSource,
        losses: &[Loss],
    ) -> Self {
        let first_s = clock.time_s[column.first_row()];
        let start_s = timer_start_s.map(|start| clock.moved(start));
        // A timer "started" hours before or after the samples is a slip of the file's, not a start.
        let zero_s = start_s.filter(|start| *start > first_s - 600.0 && *start < clock.span().1);
        let zero_by_timer = zero_s.is_some();
        let zero_s = zero_s.unwrap_or_else(|| first_s.min(clock.time_s[0]).max(first_s - 600.0));
        let mut pen = LineBuilder {
            knots: Knots::with_room(clock.time_s.len() + 2 * losses.len() + 2, !losses.is_empty()),
            source,
            losses,
            next_loss: 0,
            runs_until_s: zero_s,
            zero_s,
            timer_s: 0.0,
            last_s: zero_s,
            distance_m: 0.0,
            shift_m: 0.0,
            paused_m: 0.0,
        };
        pen.follow(clock, column);
        // Samples past the last distance are time that passed without moving.
        let (_, end_s) = clock.span();
        if end_s > pen.last_s {
            pen.advance_in_pieces(end_s, 0.0, None, false);
        }
        let LineBuilder { mut knots, paused_m, .. } = pen;
        knots.moving_s = moving::seconds(&knots.elapsed_s, &knots.distance_m);
        let mut line = Self { knots, zero_s, zero_by_timer, paused_m, stops: Vec::new() };
        line.stops = losses
            .iter()
            .filter(|loss| loss.to_s > zero_s && loss.to_s < end_s - 0.5)
            .map(|loss| Stop { at_m: line.distance_at(loss.from_s - zero_s), length_s: loss.lost_s })
            .collect();
        line
    }
}

impl Knots<'_> {
    fn with_room(knots: usize, timer_stood: bool) -> Self {
        Self {
            elapsed_s: Vec::with_capacity(knots),
            timer_s: Vec::with_capacity(if timer_stood { knots } else { 0 }),
            moving_s: Vec::new(),
            distance_m: Vec::with_capacity(knots).into(),
            rows: Vec::new(),
        }
    }
}

/// Walks along the clock and the losses at once.
struct LineBuilder<'a, 'l> {
    knots: Knots<'a>,
    source: DistanceSource,
    losses: &'l [Loss],
    next_loss: usize,
    /// Until when the timer runs at full rate: up to the next loss.
    runs_until_s: f64,
    zero_s: f64,
    /// The point reached: timer seconds, Unix seconds, metres of the run.
    timer_s: f64,
    last_s: f64,
    distance_m: f64,
    /// What is added to a recorded distance to make it the run's.
    shift_m: f64,
    paused_m: f64,
}

impl<'a> LineBuilder<'a, '_> {
    /// Draws along all samples from time zero on that have a distance.
    fn follow(&mut self, clock: &Clock, column: &'a DistanceColumn) {
        // Before the timer ran; what was covered there is not the run's.
        let ran = clock.time_s.partition_point(|time_s| *time_s < self.zero_s);
        let recorded_m = &column.distance_m;
        let known = |row: &usize| !recorded_m[*row].is_nan();
        let before_m = (0..ran).rev().find(known).map(|row| recorded_m[row]);
        let Some(first) = (ran..recorded_m.len()).find(known) else { return };
        if clock.time_s[first] > self.zero_s {
            self.push(None);
        }
        let at_start = before_m.is_none() || self.knots.len() == 0;
        let before_m = match before_m {
            Some(before_m) => before_m,
            // The device counts from time zero; a track begins where its first position is.
            None if self.source == DistanceSource::Device => 0.0,
            None => recorded_m[first],
        };
        self.shift_m = -before_m;
        self.advance_to(clock, first, recorded_m[first], at_start);
        let complete = column.known == recorded_m.len();
        let mut row = first + 1;
        while row < recorded_m.len() {
            if recorded_m[row].is_nan() {
                row += 1;
                continue;
            }
            // As far as the distance is known and the timer runs, which is nearly always to the end.
            let running = clock.time_s[row..].partition_point(|time_s| *time_s <= self.runs_until_s);
            let stretch = &recorded_m[row..row + running];
            let holes = if complete { None } else { stretch.iter().position(|metres| metres.is_nan()) };
            let to = row + holes.unwrap_or(stretch.len());
            if row < to {
                self.run_on(clock, recorded_m, row..to);
                row = to;
            } else {
                self.advance_to(clock, row, recorded_m[row], false);
                row += 1;
            }
        }
    }

    /// Goes on over samples between which the timer runs.
    fn run_on(&mut self, clock: &Clock, recorded_m: &'a [f64], rows: std::ops::Range<usize>) {
        self.note_rows(rows.start, rows.len());
        let times_s = &clock.time_s[rows.clone()];
        let (zero_s, shift_m, last_s, timer_s) = (self.zero_s, self.shift_m, self.last_s, self.timer_s);
        self.knots.elapsed_s.extend(times_s.iter().map(|time_s| time_s - zero_s));
        if !self.losses.is_empty() {
            self.knots.timer_s.extend(times_s.iter().map(|time_s| timer_s + (time_s - last_s)));
        }
        // Without a stop and from zero on, nearly always, the recorded metres are the run's.
        let distance_m = &mut self.knots.distance_m;
        let whole = rows == (1..recorded_m.len());
        if whole && shift_m == 0.0 && distance_m[..] == recorded_m[..1] {
            *distance_m = Cow::from(recorded_m);
        } else {
            distance_m.to_mut().extend(recorded_m[rows.clone()].iter().map(|metres| metres + shift_m));
        }
        let to_s = times_s[times_s.len() - 1];
        self.timer_s += to_s - self.last_s;
        self.last_s = to_s;
        self.distance_m = recorded_m[rows.end - 1] + shift_m;
    }

    /// Goes on to one sample.
    fn advance_to(&mut self, clock: &Clock, row: usize, recorded_m: f64, at_start: bool) {
        let moved_m = recorded_m + self.shift_m - self.distance_m;
        self.advance_in_pieces(clock.time_s[row], moved_m, Some(row), at_start);
    }

    /// Adds a step in which the timer may stop and start.
    fn advance_in_pieces(&mut self, to_s: f64, moved_m: f64, row: Option<usize>, at_start: bool) {
        let pieces = self.pieces(to_s);
        let timed_s: f64 = pieces.iter().map(|(length_s, rate)| length_s * rate).sum();
        let stopped = pieces.iter().any(|(_, rate)| *rate < 1.0);
        // With the timer standing for (nearly) the whole step, only a device's overrun is the run's.
        let counted_m = if stopped && timed_s < 0.5 && !at_start {
            match self.source {
                DistanceSource::Device => moved_m.min(DEVICE_OVERRUN_M),
                DistanceSource::Gps => 0.0,
            }
        } else if stopped && self.source == DistanceSource::Gps {
            // A track says where the runner stood up again, not what was run with the timer on.
            moved_m.min(self.recent_speed() * timed_s)
        } else {
            moved_m
        };
        self.paused_m += moved_m - counted_m;
        self.shift_m -= moved_m - counted_m;
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
            self.push(if last { row } else { None });
        }
        if count == 0 && self.knots.len() == 0 {
            // The very first sample, at time zero itself; its metres are the run's although they took no time.
            self.distance_m = start_m + counted_m;
            self.push(row);
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

    /// Puts a knot at the point reached.
    fn push(&mut self, row: Option<usize>) {
        if let Some(row) = row {
            self.note_rows(row, 1);
        }
        self.knots.elapsed_s.push(self.last_s - self.zero_s);
        if !self.losses.is_empty() {
            self.knots.timer_s.push(self.timer_s);
        }
        self.knots.distance_m.to_mut().push(self.distance_m);
    }

    /// Notes that the next knots are rows of the clock.
    fn note_rows(&mut self, row: usize, count: usize) {
        let knot = self.knots.len();
        match self.knots.rows.last_mut() {
            Some(last) if (last.knot + last.count, last.row + last.count) == (knot, row) => {
                last.count += count;
            }
            _ => self.knots.rows.push(Rows { knot, row, count }),
        }
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

    /// The speed of the last ten seconds on the timer, m/s.
    fn recent_speed(&self) -> f64 {
        let Knots { timer_s, distance_m, .. } = &self.knots;
        let Some(last) = timer_s.len().checked_sub(1) else { return 0.0 };
        let ago = timer_s.partition_point(|knot_s| timer_s[last] - knot_s >= 10.0);
        let from = ago.saturating_sub(1);
        let run_s = timer_s[last] - timer_s[from];
        if run_s > 0.0 { (distance_m[last] - distance_m[from]) / run_s } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Activity;
    use crate::measure::line::Times;

    /// A line of a few points, what it is drawn from left in memory.
    fn line(times: &[f64], distances: &[f64], losses: &[Loss], start_s: Option<f64>) -> Timeline<'static> {
        let mut activity = Activity::default();
        for time in times {
            activity.samples.open(*time);
        }
        let clock = Clock::repair(&activity).expect("a clock");
        let column = Box::leak(Box::new(DistanceColumn::new(distances.to_vec())));
        Timeline::draw(start_s, &clock, column, DistanceSource::Device, losses)
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
    fn samples_behind_the_last_distance_are_time_without_metres() {
        let line = line(&[100.0, 110.0, 120.0, 130.0], &[0.0, 30.0, 60.0, f64::NAN], &[], Some(100.0));
        assert_eq!(line.length_m(), 60.0);
        assert_eq!(line.at(60.0).elapsed_s, 20.0);
        assert_eq!(line.end(), Times { elapsed_s: 30.0, timer_s: 30.0, moving_s: 20.0 });
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
