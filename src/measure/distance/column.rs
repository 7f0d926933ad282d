//! A cumulative distance per sample, from whichever source.

use std::borrow::Cow;

/// Two distances of one stretch that differ by a larger share cannot both be right.
pub(super) const WRONG: f64 = 0.08;

/// A distance column that never falls.
#[derive(Debug)]
pub(in crate::measure) struct DistanceColumn<'a> {
    /// Distance in metres from the recording's start, for each sample of the clock; NaN where there is none.
    pub distance_m: Cow<'a, [f64]>,
    /// How many of them there are.
    pub known: usize,
    /// Whether it was not monotone and had to be mended by guessing.
    pub mended: bool,
    /// Whether only the device's laps carry its distance.
    pub from_laps: bool,
}

impl<'a> DistanceColumn<'a> {
    pub(in crate::measure) fn new(distance_m: impl Into<Cow<'a, [f64]>>) -> Self {
        let distance_m = distance_m.into();
        let known = distance_m.iter().filter(|distance_m| !distance_m.is_nan()).count();
        Self { distance_m, known, mended: false, from_laps: false }
    }

    /// The first row that has a distance.
    pub(in crate::measure) fn first_row(&self) -> usize {
        self.distance_m.iter().position(|distance_m| !distance_m.is_nan()).unwrap_or(0)
    }

    pub(super) fn length_m(&self) -> f64 {
        self.distance_m.iter().rev().copied().find(|distance_m| !distance_m.is_nan()).unwrap_or(0.0)
    }
}

/// Whether each of at least two values is known and none is below the one before.
pub(super) fn never_falls(values: &[f64]) -> bool {
    let rises = |pair: &[f64]| pair[0] <= pair[1];
    values.len() >= 2 && values.windows(2).filter(|pair| !rises(pair)).count() == 0
}
