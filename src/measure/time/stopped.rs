//! A span of time in which the device's timer was stopped.

/// A span of time in which the timer was stopped, for all of it or for a part of unknown place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::measure) struct StoppedSpan {
    /// Its begin, Unix seconds.
    pub from_s: f64,
    /// Its end, Unix seconds.
    pub to_s: f64,
    /// For how many of its seconds the timer was stopped.
    pub stopped_s: f64,
}

impl StoppedSpan {
    /// Makes a span in which the timer was stopped all the time.
    pub(super) fn whole(from_s: f64, to_s: f64) -> Self {
        Self { from_s, to_s, stopped_s: to_s - from_s }
    }

    /// Returns the share of this time for which the timer ran, 0–1.
    pub(in crate::measure) fn running_share(&self) -> f64 {
        1.0 - (self.stopped_s / (self.to_s - self.from_s)).clamp(0.0, 1.0)
    }
}

/// Returns for how many seconds known stops, ascending and disjoint, overlap a span of time.
pub(in crate::measure) fn overlap_s(known: &[StoppedSpan], (from_s, to_s): (f64, f64)) -> f64 {
    let first = known.partition_point(|span| span.to_s <= from_s);
    let overlapping = known[first..].iter().take_while(|span| span.from_s < to_s);
    overlapping.map(|span| span.to_s.min(to_s) - span.from_s.max(from_s)).sum()
}
