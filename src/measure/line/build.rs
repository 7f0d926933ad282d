//! Builds the line of a run from the clock, the spans in which the timer was stopped, and the
//! distance column.
//!
//! Knots are added where the timer stops and starts. Movement while it is stopped adds no distance.
//! Everything is in seconds and metres.

use super::{Knots, Rows, Stop, Timeline, moving};
use crate::measure::distance::column::{DistanceColumn, Start};
use crate::measure::distance::ledger::DistanceSource;
use crate::measure::records;
use crate::measure::time::LONGEST_FIX_S;
use crate::measure::time::clock::Clock;
use crate::measure::time::stopped::StoppedSpan;

/// A device goes on counting for a moment after its timer stops. Of each stop, up to this number of
/// metres belong to the run.
const DEVICE_OVERRUN_M: f64 = 10.0;
/// The moment lasts at most this long, seconds.
const DEVICE_OVERRUN_S: f64 = 10.0;

impl Timeline {
    /// Builds the line from time zero on, which is the timer's start, else the first sample.
    pub(in crate::measure) fn build(
        timer_start_s: Option<f64>,
        clock: &Clock,
        column: &DistanceColumn,
        source: DistanceSource,
        stopped_spans: &[StoppedSpan],
    ) -> Self {
        let first_s = clock.time_s[column.first_row()];
        let start_s = timer_start_s.map(|start| clock.repaired_s(start));
        let is_counted = column.start == Start::Counted;
        // A timer start hours before or after the samples is an error of the file.
        let zero_s = start_s.filter(|start| {
            column.start != Start::FirstDistance
                && (is_counted || *start > first_s - LONGEST_FIX_S)
                && *start < clock.span().1
        });
        let zero_by_timer = zero_s.is_some();
        // Seconds without metres do not count unless the file states the start.
        let zero_s = zero_s.unwrap_or(if is_counted { clock.time_s[0] } else { first_s });
        let mut builder = LineBuilder {
            knots: Knots::with_capacity(
                clock.time_s.len() + 2 * stopped_spans.len() + 2,
                !stopped_spans.is_empty(),
            ),
            source,
            stopped_spans,
            next_span: 0,
            runs_until_s: zero_s,
            zero_s,
            is_counted,
            timer_s: 0.0,
            last_s: zero_s,
            distance_m: 0.0,
            shift_m: 0.0,
            paused_m: 0.0,
            overrun_m: 0.0,
        };
        builder.add_samples(clock, column);
        // After the last distance, time passes without movement.
        let (_, end_s) = clock.span();
        if end_s > builder.last_s {
            builder.advance_in_pieces(end_s, 0.0, None, false);
        }
        let LineBuilder { mut knots, paused_m, .. } = builder;
        knots.moving_s = moving::seconds(&knots.elapsed_s, &knots.distance_m);
        let mut line = Self { knots, zero_s, zero_by_timer, paused_m, stops: Vec::new() };
        line.stops = stopped_spans
            .iter()
            .filter(|span| span.to_s > zero_s && span.to_s < end_s - 0.5)
            .map(|span| Stop { at_m: line.distance_at(span.from_s - zero_s), length_s: span.stopped_s })
            .collect();
        line
    }
}

impl Knots {
    /// Makes columns with room for a number of knots.
    fn with_capacity(knots: usize, timer_stopped: bool) -> Self {
        Self {
            elapsed_s: Vec::with_capacity(knots),
            timer_s: Vec::with_capacity(if timer_stopped { knots } else { 0 }),
            moving_s: Vec::new(),
            distance_m: Vec::with_capacity(knots),
            rows: Vec::new(),
        }
    }
}

/// A line under construction. It is built along the clock and the stopped spans at once.
struct LineBuilder<'a> {
    knots: Knots,
    source: DistanceSource,
    stopped_spans: &'a [StoppedSpan],
    next_span: usize,
    /// The begin of the next stopped span, Unix seconds. Until then the timer runs.
    runs_until_s: f64,
    zero_s: f64,
    /// Whether the first distance counts the metres from time zero on.
    is_counted: bool,
    /// Timer seconds at the point reached.
    timer_s: f64,
    /// Unix seconds at the point reached.
    last_s: f64,
    /// Metres of the run at the point reached.
    distance_m: f64,
    /// The metres that are added to a recorded distance to get the distance of the run.
    shift_m: f64,
    paused_m: f64,
    /// The metres counted so far while the timer was stopped, of the next stopped span.
    overrun_m: f64,
}

impl LineBuilder<'_> {
    /// Adds all samples from time zero on that have a distance.
    fn add_samples(&mut self, clock: &Clock, column: &DistanceColumn) {
        // The metres before the timer started do not belong to the run.
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
            None if self.is_counted || self.source == DistanceSource::Device => 0.0,
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
            // As far as the timer runs and every row has a distance; for most recordings, to the
            // end.
            let running = clock.time_s[row..].partition_point(|time_s| *time_s <= self.runs_until_s);
            let stretch = &recorded_m[row..row + running];
            let hole = if complete { None } else { stretch.iter().position(|metres| metres.is_nan()) };
            let to = row + hole.unwrap_or(stretch.len());
            if row < to {
                self.add_running(clock, recorded_m, row..to);
                row = to;
            } else {
                self.advance_to(clock, row, recorded_m[row], false);
                row += 1;
            }
        }
    }

    /// Adds samples between which the timer runs.
    fn add_running(&mut self, clock: &Clock, recorded_m: &[f64], rows: std::ops::Range<usize>) {
        self.note_rows(rows.start, rows.len());
        let times_s = &clock.time_s[rows.clone()];
        let (zero_s, shift_m, last_s, timer_s) = (self.zero_s, self.shift_m, self.last_s, self.timer_s);
        self.knots.elapsed_s.extend(times_s.iter().map(|time_s| time_s - zero_s));
        if !self.stopped_spans.is_empty() {
            self.knots.timer_s.extend(times_s.iter().map(|time_s| timer_s + (time_s - last_s)));
        }
        self.knots.distance_m.extend(recorded_m[rows.clone()].iter().map(|metres| metres + shift_m));
        let to_s = times_s[times_s.len() - 1];
        self.timer_s += to_s - self.last_s;
        self.last_s = to_s;
        self.distance_m = recorded_m[rows.end - 1] + shift_m;
    }

    /// Adds one sample.
    fn advance_to(&mut self, clock: &Clock, row: usize, recorded_m: f64, at_start: bool) {
        let moved_m = recorded_m + self.shift_m - self.distance_m;
        self.advance_in_pieces(clock.time_s[row], moved_m, Some(row), at_start);
    }

    /// Adds a step in which the timer may stop and start.
    fn advance_in_pieces(&mut self, to_s: f64, moved_m: f64, row: Option<usize>, at_start: bool) {
        let stopped_for_s =
            self.stopped_spans.get(self.next_span).map_or(0.0, |span| self.last_s - span.from_s);
        let pieces = self.pieces(to_s);
        let timed_s: f64 = pieces.iter().map(|(length_s, rate)| length_s * rate).sum();
        // Where a share of a stop is spread over running, every step is the run's.
        let stopped = pieces.iter().any(|(_, rate)| *rate == 0.0);
        let wholly_stopped = timed_s < 0.5 && stopped;
        // If the timer was stopped for (nearly) the whole step, only a device's overrun belongs to
        // the run.
        let counted_m = if wholly_stopped && !at_start {
            let counted_m = match self.source {
                DistanceSource::Device if stopped_for_s < DEVICE_OVERRUN_S => {
                    moved_m.min((DEVICE_OVERRUN_M - self.overrun_m).max(0.0))
                }
                DistanceSource::Device | DistanceSource::Gps => 0.0,
            };
            self.overrun_m += counted_m;
            counted_m
        } else if stopped
            && (self.source == DistanceSource::Gps
                || moved_m > records::PEAK_MPS * timed_s + DEVICE_OVERRUN_M)
        {
            // A track only has the place where the timer started again, not the metres run with the
            // timer on. So has a device that counts them all.
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
            // The first sample is at time zero itself. Its metres belong to the run although they
            // took no time.
            self.distance_m = start_m + counted_m;
            self.push(row);
        }
        self.skip_spans(self.last_s);
        self.runs_until_s = self.stopped_spans.get(self.next_span).map_or(f64::INFINITY, |span| span.from_s);
    }

    /// Skips the stopped spans that end at or before a time.
    fn skip_spans(&mut self, at_s: f64) {
        while self.stopped_spans.get(self.next_span).is_some_and(|span| span.to_s <= at_s) {
            self.next_span += 1;
            self.overrun_m = 0.0;
        }
    }

    /// Adds a knot at the point reached.
    fn push(&mut self, row: Option<usize>) {
        if let Some(row) = row {
            self.note_rows(row, 1);
        }
        self.knots.elapsed_s.push(self.last_s - self.zero_s);
        if !self.stopped_spans.is_empty() {
            self.knots.timer_s.push(self.timer_s);
        }
        self.knots.distance_m.push(self.distance_m);
    }

    /// Records that the next knots are rows of the clock.
    fn note_rows(&mut self, row: usize, count: usize) {
        let knot = self.knots.len();
        match self.knots.rows.last_mut() {
            Some(last) if (last.knot + last.count, last.row + last.count) == (knot, row) => {
                last.count += count;
            }
            _ => self.knots.rows.push(Rows { knot, row, count }),
        }
    }

    /// Splits the time up to `to_s` where stopped spans begin and end. Returns the seconds of each
    /// piece and the share for which the timer ran.
    fn pieces(&mut self, to_s: f64) -> Vec<(f64, f64)> {
        let mut pieces = Vec::new();
        let mut at_s = self.last_s;
        while at_s < to_s {
            self.skip_spans(at_s);
            let (until_s, rate) = match self.stopped_spans.get(self.next_span) {
                Some(span) if span.from_s <= at_s => (span.to_s.min(to_s), span.running_share()),
                Some(span) => (span.from_s.min(to_s), 1.0),
                None => (to_s, 1.0),
            };
            pieces.push((until_s - at_s, rate));
            at_s = until_s;
        }
        pieces
    }

    /// Returns the speed over the last ten seconds of timer time, m/s.
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

    /// Builds a line of a few samples.
    fn line(
        times: &[f64],
        distances: &[f64],
        stopped_spans: &[StoppedSpan],
        start_s: Option<f64>,
    ) -> Timeline {
        let mut activity = Activity::default();
        for time in times {
            activity.samples.open(*time);
        }
        let clock = Clock::repair(&activity).expect("a clock");
        let column = DistanceColumn::new(distances.to_vec());
        Timeline::build(start_s, &clock, &column, DistanceSource::Device, stopped_spans)
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
    fn samples_after_the_last_distance_are_time_without_metres() {
        let line = line(&[100.0, 110.0, 120.0, 130.0], &[0.0, 30.0, 60.0, f64::NAN], &[], Some(100.0));
        assert_eq!(line.length_m(), 60.0);
        assert_eq!(line.at(60.0).elapsed_s, 20.0);
        assert_eq!(line.end(), Times { elapsed_s: 30.0, timer_s: 30.0, moving_s: 20.0 });
    }

    #[test]
    fn a_stop_on_a_mark_belongs_to_the_next_split() {
        let stop = StoppedSpan { from_s: 10.0, to_s: 40.0, stopped_s: 30.0 };
        let line = line(&[0.0, 10.0, 40.0, 50.0], &[0.0, 30.0, 30.0, 60.0], &[stop], Some(0.0));
        assert_eq!(line.at(30.0), Times { elapsed_s: 10.0, timer_s: 10.0, moving_s: 10.0 });
        assert_eq!(line.at(60.0), Times { elapsed_s: 50.0, timer_s: 20.0, moving_s: 20.0 });
    }

    #[test]
    fn a_stop_between_samples_takes_its_own_time_only() {
        // 20 s of running at 3 m/s around a stop from 5 to 35 s, seen by two samples only.
        let stop = StoppedSpan { from_s: 5.0, to_s: 35.0, stopped_s: 30.0 };
        let line = line(&[0.0, 50.0], &[0.0, 60.0], &[stop], Some(0.0));
        assert_eq!(line.at(15.0).elapsed_s, 5.0);
        assert_eq!(line.at(30.0).elapsed_s, 40.0);
        assert_eq!(line.at(30.0).timer_s, 10.0);
    }

    #[test]
    fn movement_while_the_timer_is_stopped_adds_no_distance() {
        let stop = StoppedSpan { from_s: 10.0, to_s: 100.0, stopped_s: 90.0 };
        let line = line(&[0.0, 10.0, 100.0, 110.0], &[0.0, 30.0, 130.0, 160.0], &[stop], Some(0.0));
        assert_eq!(line.length_m(), 70.0);
        assert_eq!(line.paused_m, 90.0);
    }

    #[test]
    fn walking_while_the_timer_is_stopped_adds_no_distance_in_small_steps_either() {
        let stop = StoppedSpan { from_s: 10.0, to_s: 110.0, stopped_s: 100.0 };
        let times: Vec<f64> = (0..=120).map(f64::from).collect();
        let walked: Vec<f64> = times
            .iter()
            .map(|at| 3.0 * at.min(10.0) + 0.5 * (at - 10.0).clamp(0.0, 100.0) + 3.0 * (at - 110.0).max(0.0))
            .collect();
        let line = line(&times, &walked, &[stop], Some(0.0));
        // Ten seconds of it are the device's overrun.
        assert_eq!((line.length_m(), line.paused_m), (65.0, 45.0));
    }

    #[test]
    fn a_stop_spread_over_all_of_it_takes_no_distance() {
        let spread = StoppedSpan { from_s: 0.0, to_s: 100.0, stopped_s: 60.0 };
        let times: Vec<f64> = (0..=100).map(f64::from).collect();
        let distances: Vec<f64> = times.iter().map(|at| 3.0 * at).collect();
        let line = line(&times, &distances, &[spread], Some(0.0));
        assert_eq!((line.length_m(), line.paused_m), (300.0, 0.0));
        assert!((line.end().timer_s - 40.0).abs() < 1e-9);
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
