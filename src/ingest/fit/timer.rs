//! Finds the timer stops of a FIT session from its timer events, in Unix seconds.
//!
//! Devices sometimes omit one event of a stop and start pair; the records then show where it was.

use super::messages::TimerEvent;
use crate::activity::{Note, Samples, Span};
use crate::phrases::plural;
use crate::units::STANDING_MPS;

/// Records that cover at least this many metres after a stop show running.
const RESUMED_M: f64 = 100.0;
/// A runner this many metres from the stop has gone on; positions drift while standing.
const AWAY_M: f64 = 10.0;

/// When the timer first started, and when it was stopped.
pub(super) struct Timer {
    pub start_s: Option<f64>,
    pub stops: Vec<Span>,
}

/// Pairs timer events into stops, and adds a note if events are missing.
pub(super) fn timer(events: &[(f64, TimerEvent)], samples: &Samples, notes: &mut Vec<Note>) -> Timer {
    let mut timer = Timer { start_s: None, stops: Vec::new() };
    let mut stopped_at: Option<f64> = None;
    // If the first event is a stop, the timer was running from the session's start.
    let mut running = events.first().is_some_and(|(_, event)| *event == TimerEvent::Stop);
    let mut unstarted = !running;
    let mut missing = 0;
    let (mut before, mut movement) = (None, None);
    for &(at, event) in events {
        match event {
            TimerEvent::Start => {
                if unstarted {
                    timer.start_s = Some(at);
                    unstarted = false;
                } else if let Some(from_s) = stopped_at.take() {
                    timer.stops.push(Span { from_s, to_s: at.max(from_s) });
                } else if running {
                    // A second start without a stop: the timer stopped at the last record before
                    // it.
                    let last = before.get_or_insert_with(|| LatestBefore::new(&samples.time_s)).last(at);
                    if let Some(from_s) = last.filter(|last| at - last > 1.5) {
                        timer.stops.push(Span { from_s, to_s: at });
                        missing += 1;
                    }
                }
                running = true;
            }
            TimerEvent::Stop => {
                // A second stop after running: the start between them is missing.
                let resumed_s = stopped_at.and_then(|from_s| {
                    movement.get_or_insert_with(|| Movement::new(samples)).resumed(from_s, at)
                });
                if let Some((from_s, to_s)) = stopped_at.zip(resumed_s) {
                    timer.stops.push(Span { from_s, to_s });
                    missing += 1;
                    stopped_at = Some(at);
                } else if running {
                    stopped_at = stopped_at.or(Some(at));
                }
                running = false;
            }
        }
    }
    // After the last stop there are few records, written while the file is saved. If they show
    // running, the start event is missing.
    if let Some(from_s) = stopped_at {
        // Most recordings have no record after it.
        let goes_on = samples.time_s.iter().rev().any(|time_s| *time_s > from_s);
        let movement = goes_on.then(|| movement.unwrap_or_else(|| Movement::new(samples)));
        match movement.and_then(|movement| movement.resumed(from_s, f64::INFINITY)) {
            Some(to_s) => {
                timer.stops.push(Span { from_s, to_s });
                missing += 1;
            }
            None => timer.stops.push(Span { from_s, to_s: f64::INFINITY }),
        }
    }
    if missing > 0 {
        notes.push(Note::general(format!(
            "{} missing and taken from the records",
            plural(missing, "timer event was", "timer events were")
        )));
    }
    timer
}

/// The distances of the records by time, to find where a runner went on after a stop.
struct Movement {
    /// Seconds and metres, sorted by time.
    points: Vec<(f64, f64)>,
}

impl Movement {
    fn new(samples: &Samples) -> Self {
        let point = |row| samples.distance_m.get(row).map(|metres| (samples.time_s[row], metres));
        let mut points: Vec<(f64, f64)> = (0..samples.len()).filter_map(point).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self { points }
    }

    /// Returns when the runner went on after a stop, if the records from then to a time cover 100 m
    /// or more. A device that takes records during the stop may have many before that.
    fn resumed(&self, stop_s: f64, until_s: f64) -> Option<f64> {
        let from = self.points.partition_point(|(time_s, _)| *time_s <= stop_s);
        let to = self.points.partition_point(|(time_s, _)| *time_s < until_s);
        let points = self.points.get(from..to)?;
        let (&(_, first_m), &(_, last_m)) = points.first().zip(points.last())?;
        // Of a file with many stops, no part is searched twice: what is found ends the stop.
        if last_m - first_m < RESUMED_M {
            return None;
        }
        let away = points.iter().position(|(_, metres)| metres - first_m >= AWAY_M)?;
        // Back to where the steps that lead away begin.
        let moves = |to: &usize| {
            let ((from_s, from_m), (to_s, to_m)) = (points[to - 1], points[*to]);
            to_m - from_m >= STANDING_MPS * (to_s - from_s)
        };
        let began = (1..=away).rev().take_while(moves).last().map_or(away, |to| to - 1);
        Some(points[began].0)
    }
}

/// An index that finds the last record, in file order, before a given time; times may be out of
/// order.
struct LatestBefore {
    /// For each sample, the least time of it and all later samples. Ascending.
    least: Vec<f64>,
}

impl LatestBefore {
    fn new(time_s: &[f64]) -> Self {
        let mut least = time_s.to_vec();
        for row in (1..least.len()).rev() {
            least[row - 1] = least[row - 1].min(least[row]);
        }
        Self { least }
    }

    /// Returns that record's time. The last of the ascending times below `at` is always a sample's
    /// own.
    fn last(&self, at: f64) -> Option<f64> {
        self.least[..self.least.partition_point(|least| *least < at)].last().copied()
    }
}
