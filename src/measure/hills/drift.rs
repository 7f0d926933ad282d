//! The drift of a barometer over a run, in metres.
//!
//! A slow drift does not show as scatter. It shows where the run passes a place again: the two
//! altitudes differ by the drift between the passes.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use super::altitude::{NORMAL, STEP_M};
use crate::measure::distance::geodesy::LatLon;
use crate::statistics::upper_median;

/// The number of squares to a degree of latitude. Positions in the same square, some 20 m wide, are
/// one place.
const TO_A_DEGREE: f64 = 111_000.0 / 20.0;
/// A place counts as passed again if the run between the two passes is at least this long.
const LATER_M: f64 = 500.0;
/// The least number of marks passed again (200 m) from which the error is estimated.
const PASSES: usize = 10;

/// What the places show that a run passes again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::measure) struct Passes {
    /// The standard deviation of an altitude's error, metres.
    pub error_m: f64,
    /// The length of the run that passes a place again, metres.
    pub length_m: f64,
}

impl Passes {
    /// Compares altitudes at marks every [`STEP_M`], given the marks' positions. `None` if the run
    /// hardly crosses its own way.
    pub(in crate::measure) fn among(
        places_deg: impl Iterator<Item = Option<LatLon>>,
        altitude_m: &[f64],
    ) -> Option<Self> {
        let mut cosine = Cosine::at(0.0);
        let squares: Vec<Option<(i32, i32)>> =
            places_deg.map(|place_deg| Some(square(place_deg?, &mut cosine))).collect();
        let mut firsts = FirstMarks::among(&squares);
        let mut apart_m = Vec::new();
        for mark in (0..squares.len()).filter(|mark| squares[*mark].is_some()) {
            let first = firsts.of(mark);
            if (mark - first) as f64 * STEP_M >= LATER_M {
                apart_m.push((altitude_m[mark] - altitude_m[first]).abs());
            }
        }
        let length_m = apart_m.len() as f64 * STEP_M;
        // The difference of two readings with the same error has √2 times its standard deviation.
        (apart_m.len() >= PASSES)
            .then(|| Self { error_m: NORMAL * upper_median(apart_m) / std::f64::consts::SQRT_2, length_m })
    }
}

/// The first mark in each square: an open table of mark numbers, at most half full.
// PERF(open table): 250 → 239 instructions a sample of FIT with the cosine below (benches/gate.sh);
// the plain form, a map from squares to marks, is first_by_map() in tests.
struct FirstMarks<'a, Square> {
    squares: &'a [Square],
    marks: Vec<u32>,
    hasher: RandomState,
}

impl<'a, Square: std::hash::Hash + PartialEq> FirstMarks<'a, Square> {
    const FREE: u32 = u32::MAX;

    fn among(squares: &'a [Square]) -> Self {
        let slots = (2 * squares.len()).next_power_of_two();
        Self { squares, marks: vec![Self::FREE; slots], hasher: RandomState::default() }
    }

    /// Returns the first mark asked for in the square of a mark.
    fn of(&mut self, mark: usize) -> usize {
        let last = self.marks.len() - 1;
        let square = &self.squares[mark];
        let mut slot = self.hasher.hash_one(square) as usize & last;
        loop {
            let held = self.marks[slot];
            if held == Self::FREE {
                self.marks[slot] = mark as u32;
                return mark;
            }
            if self.squares[held as usize] == *square {
                return held as usize;
            }
            slot = (slot + 1) & last;
        }
    }
}

/// Returns the square of a position: its number to the north and to the east.
fn square((latitude_deg, longitude_deg): LatLon, cosine: &mut Cosine) -> (i32, i32) {
    let east_deg = longitude_deg * cosine.of(latitude_deg);
    (floor(latitude_deg * TO_A_DEGREE), floor(east_deg * TO_A_DEGREE))
}

/// The cosine of latitudes near one latitude, by its second-order expansion.
// PERF(cosine of neighbours): 250 → 239 instructions a sample of FIT with the table above
// (benches/gate.sh); the plain form is `libm::cos`, and a test compares.
struct Cosine {
    latitude_deg: f64,
    sin: f64,
    cos: f64,
}

impl Cosine {
    /// Within this many degrees, the expansion is exact to 1e-12.
    const NEARBY_DEG: f64 = 0.0057;

    fn at(latitude_deg: f64) -> Self {
        let (sin, cos) = libm::sincos(latitude_deg.to_radians());
        Self { latitude_deg, sin, cos }
    }

    /// Returns the cosine of a latitude, which becomes the new centre if it is not near.
    fn of(&mut self, latitude_deg: f64) -> f64 {
        if (latitude_deg - self.latitude_deg).abs() > Self::NEARBY_DEG {
            *self = Self::at(latitude_deg);
        }
        let beyond = (latitude_deg - self.latitude_deg).to_radians();
        self.cos - (self.sin + 0.5 * self.cos * beyond) * beyond
    }
}

/// Returns the next whole number below. `f64::floor` is a call where the processor has no
/// instruction for it.
fn floor(value: f64) -> i32 {
    let whole = value as i32;
    whole.saturating_sub(i32::from(f64::from(whole) > value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes the positions of a number of marks to the east, and of the same marks on the way back.
    fn out_and_back(marks: usize) -> Vec<Option<LatLon>> {
        let place_deg = |mark: usize| Some((47.0, 8.0 + mark as f64 * STEP_M / 75_900.0));
        (0..marks).chain((0..marks).rev()).map(place_deg).collect()
    }

    #[test]
    fn the_drift_is_the_difference_at_a_place_passed_again() {
        let places_deg = out_and_back(200);
        // The way back is higher by the median difference of two readings with an error of 4 m
        // each.
        let apart_m = 4.0 * std::f64::consts::SQRT_2 / NORMAL;
        let altitude_m: Vec<f64> =
            (0..400).map(|mark| 500.0 + if mark < 200 { 0.0 } else { apart_m }).collect();
        let passes = Passes::among(places_deg.iter().copied(), &altitude_m).expect("places passed again");
        assert!((passes.error_m - 4.0).abs() < 1e-9, "{passes:?}");
        // All marks of the way back but those within 500 m of their first pass.
        assert!((passes.length_m - 3_760.0).abs() <= 20.0, "{passes:?}");
    }

    /// The plain form of [`FirstMarks`].
    fn first_by_map(squares: &[(i32, i32)]) -> Vec<usize> {
        let mut firsts = std::collections::HashMap::new();
        squares.iter().enumerate().map(|(mark, square)| *firsts.entry(*square).or_insert(mark)).collect()
    }

    #[test]
    fn the_table_finds_the_first_marks_that_a_map_finds() {
        let squares: Vec<(i32, i32)> = (0..2000_i32).map(|mark| (mark * mark % 37, mark % 11)).collect();
        let mut firsts = FirstMarks::among(&squares);
        let found: Vec<usize> = (0..squares.len()).map(|mark| firsts.of(mark)).collect();
        assert_eq!(found, first_by_map(&squares));
    }

    #[test]
    fn the_cosine_is_that_of_libm() {
        let mut cosine = Cosine::at(0.0);
        for step in 0..20_000 {
            let latitude_deg = -80.0 + 0.0081 * f64::from(step % 2_000) + 0.004 * f64::from(step);
            let exact = libm::cos(latitude_deg.to_radians());
            assert!((cosine.of(latitude_deg) - exact).abs() < 1e-12, "{latitude_deg}");
        }
    }

    #[test]
    fn a_run_that_does_not_cross_its_way_has_no_drift() {
        let altitude_m: Vec<f64> = (0..400).map(f64::from).collect();
        let places_deg = out_and_back(400);
        assert_eq!(Passes::among(places_deg[..400].iter().copied(), &altitude_m), None);
        // Back to the start within the distance that must be between two passes.
        let places_deg = out_and_back(LATER_M as usize / (2 * STEP_M as usize));
        assert_eq!(Passes::among(places_deg.iter().copied(), &altitude_m), None);
        assert_eq!(Passes::among([None; 400].into_iter(), &altitude_m), None);
        assert_eq!(Passes::among(std::iter::empty(), &[]), None);
    }
}
