//! Finds the timer stops of a FIT session from its timer events, in Unix seconds.
//!
//! Devices sometimes omit one event of a stop and start pair; the records then show where it was.

use super::messages::TimerEvent;
use crate::activity::{Note, Samples, Span};
use crate::phrases::plural;

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
    let mut before = None;
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
                if running {
                    stopped_at = stopped_at.or(Some(at));
                    running = false;
                }
            }
        }
    }
    // After the last stop there are few records, written while the file is saved. If they show
    // running, the start event is missing.
    if let Some(from_s) = stopped_at {
        match resumed(samples, from_s) {
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

/// Returns the time of the first record after a stop, if the records after it cover 100 m or more.
fn resumed(samples: &Samples, stop_s: f64) -> Option<f64> {
    let after = || (0..samples.len()).filter(|row| samples.time_s[*row] > stop_s);
    let distances = || after().filter_map(|row| samples.distance_m.get(row));
    let moved_m = distances().next_back()? - distances().next()?;
    if moved_m < 100.0 { None } else { after().next().map(|row| samples.time_s[row]) }
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
