//! The cumulative distance of each sample in metres, whatever its source.

use std::borrow::Cow;
use std::ops::Range;

use crate::measure::pacing;
use crate::measure::time::clock::Clock;
use crate::measure::time::stopped::StoppedSpan;
use crate::units::STANDING_MPS;

/// If two distances of one stretch differ by more than this share, one of them is wrong.
pub(super) const CONTRADICTION: f64 = 0.08;

/// Steps that differ by no more than their rounding, metres, so many and for so long, seconds, are
/// not run.
const EVEN_STEP_M: f64 = 0.02;
const EVEN_STEPS: usize = 20;
const EVEN_FOR_S: f64 = 600.0;

/// Where the device's own distance is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownAt {
    /// At samples.
    Samples,
    /// At the ends of laps.
    Laps,
    /// At the start and the end.
    Ends,
}

/// Where a run begins, if its distance begins late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::measure) enum Start {
    /// Where the file states it.
    Stated,
    /// At the first distance.
    FirstDistance,
    /// Where the file states it: the first distance counts the metres from there on.
    Counted,
}

/// A distance column that never falls.
#[derive(Debug)]
pub(in crate::measure) struct DistanceColumn<'a> {
    /// Metres from the start of the recording, for each row of the clock; NaN where absent.
    pub distance_m: Cow<'a, [f64]>,
    /// The number of rows that have a distance.
    pub known: usize,
    /// Whether the recorded distance fell and had to be repaired by guessing.
    pub repaired: bool,
    /// Where the device's distance is known; between, the track's distances are used.
    pub(super) known_at: KnownAt,
    /// Where the run begins.
    pub start: Start,
    /// Whether the distances are filled in at one even pace, and nothing better is recorded.
    pub filled_in: bool,
}

impl<'a> DistanceColumn<'a> {
    /// Makes a column from metres that never fall; NaN where absent.
    pub(in crate::measure) fn new(distance_m: impl Into<Cow<'a, [f64]>>) -> Self {
        let distance_m = distance_m.into();
        let known = distance_m.iter().filter(|distance_m| !distance_m.is_nan()).count();
        Self {
            distance_m,
            known,
            repaired: false,
            known_at: KnownAt::Samples,
            start: Start::Stated,
            filled_in: false,
        }
    }

    /// Returns the column with every distance multiplied by a factor.
    pub(super) fn scaled(self, factor: f64) -> Self {
        let distance_m: Vec<f64> = self.distance_m.iter().map(|distance_m| distance_m * factor).collect();
        Self { distance_m: distance_m.into(), ..self }
    }

    /// Spreads the steps of a distance that is rounded to at least `least_m` metres: each value is
    /// that of the moment half a step after it appears. The length stays.
    pub(super) fn without_steps(self, clock: &Clock, least_m: f64) -> Self {
        let known = || self.distance_m.iter().copied().enumerate().filter(|(_, metres)| !metres.is_nan());
        let rises = known().zip(known().skip(1)).map(|((_, from_m), (_, to_m))| to_m - from_m);
        let step_m = rises.filter(|rise_m| *rise_m > 0.0).fold(f64::INFINITY, f64::min);
        let (Some((first, mut last_m)), Some((last, _))) = (known().next(), known().next_back()) else {
            return self;
        };
        if !step_m.is_finite() || step_m < least_m {
            return self;
        }
        let mut distance_m = vec![f64::NAN; self.distance_m.len()];
        distance_m[first] = last_m;
        // The last two rows at which a value appears.
        let (mut before, mut appeared) = (first, first);
        for (row, metres) in known().filter(|(row, _)| *row > first) {
            if metres > last_m {
                distance_m[row] = metres - 0.5 * step_m;
                last_m = metres;
                (before, appeared) = (appeared, row);
            }
        }
        // The runner runs on at the pace of the last step, but not to the next value.
        if last > appeared {
            let since_s = clock.time_s[last] - clock.time_s[appeared];
            let step_s = clock.time_s[appeared] - clock.time_s[before];
            let on_m = (distance_m[appeared] - distance_m[before]) * since_s / step_s.max(1.0);
            distance_m[last] = distance_m[appeared] + on_m.min(step_m);
        }
        let factor = self.length_m() / distance_m[last];
        let spread = Self { repaired: self.repaired, start: self.start, ..Self::new(distance_m) };
        Self { known_at: self.known_at, ..spread.scaled(factor) }
    }

    /// Returns whether the distances are filled in at one even pace over the time that the timer
    /// ran.
    pub(super) fn is_even(&self, clock: &Clock, stopped_spans: &[StoppedSpan]) -> bool {
        let Some(last) = self.distance_m.iter().rposition(|metres| !metres.is_nan()) else { return false };
        let last_s = clock.time_s[last];
        let stops_s: f64 =
            stopped_spans.iter().take_while(|span| span.to_s <= last_s).map(|span| span.stopped_s).sum();
        let (mut next, mut stopped_s) = (0, 0.0);
        let points = (clock.time_s.iter().zip(&self.distance_m[..]))
            .filter(|(_, metres)| !metres.is_nan())
            .map(move |(time_s, metres)| {
                while let Some(span) = stopped_spans.get(next).filter(|span| span.to_s <= *time_s) {
                    stopped_s += span.stopped_s;
                    next += 1;
                }
                let within_s = (stopped_spans.get(next))
                    .map_or(0.0, |span| (time_s - span.from_s).max(0.0) * (1.0 - span.running_share()));
                (time_s - stopped_s - within_s, *metres)
            });
        pacing::is_filled_in(points, (last_s - stops_s, self.distance_m[last]))
    }

    /// Returns ten minutes of rows over which the distances rise by the same metres a second, and
    /// that speed, m/s. No runner's do: some apps spread what is missing to a corrected total over
    /// the rest of a run.
    pub(super) fn even_stretch(&self, clock: &Clock) -> Option<(Range<usize>, f64)> {
        let known = || self.distance_m.iter().enumerate().filter(|(_, metres)| !metres.is_nan());
        let (mut even_mps, mut begin, mut steps) = (f64::NAN, 0, 0);
        for ((from, from_m), (to, to_m)) in known().zip(known().skip(1)) {
            let (step_s, step_m) = (clock.time_s[to] - clock.time_s[from], to_m - from_m);
            // An even pace of NaN is that of no step.
            if (step_m - even_mps * step_s).abs() <= EVEN_STEP_M {
                steps += 1;
            } else {
                (even_mps, begin, steps) = (step_m / step_s, from, 1);
            }
            let even_s = clock.time_s[to] - clock.time_s[begin];
            if even_s >= EVEN_FOR_S && steps >= EVEN_STEPS && even_mps > STANDING_MPS {
                return Some((begin..to, even_mps));
            }
        }
        None
    }

    /// Returns the first row that has a distance; 0 if none has.
    pub(in crate::measure) fn first_row(&self) -> usize {
        self.distance_m.iter().position(|distance_m| !distance_m.is_nan()).unwrap_or(0)
    }

    /// Returns the last distance in metres; 0 if there is none.
    pub(super) fn length_m(&self) -> f64 {
        self.distance_m.iter().rev().copied().find(|distance_m| !distance_m.is_nan()).unwrap_or(0.0)
    }
}

/// Returns whether there are at least two values, none is NaN, and none is below the value before.
pub(super) fn never_falls(values: &[f64]) -> bool {
    // Counting all is faster than stopping at the first.
    values.len() >= 2 && values.windows(2).filter(|pair| pair[0] <= pair[1]).count() == values.len() - 1
}
