//! The drift of a barometer over a run, in metres.
//!
//! A slow drift does not show as scatter. It shows where the run passes a place again: the two
//! altitudes differ by the drift between the passes.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::altitude::{NORMAL, STEP_M};
use crate::measure::distance::geodesy::LatLon;
use crate::statistics::upper_median;

/// The number of squares to a degree of latitude. Positions in the same square, some 20 m wide, are
/// one place.
const TO_A_DEGREE: f64 = 111_000.0 / 20.0;
/// A place counts as passed again if the run between the two passes is at least this long.
const LATER_M: f64 = 500.0;
/// The least number of marks passed again (200 m) from which the drift is estimated.
const PASSES: usize = 10;

/// Estimates the drift of altitudes at marks every [`STEP_M`], given the marks' positions. Zero if
/// the run hardly crosses its own way.
pub(in crate::measure) fn drift_m(
    places_deg: impl Iterator<Item = Option<LatLon>>,
    altitude_m: &[f64],
) -> f64 {
    // PERF(foldhash): {82} → {0} instructions a sample of FIT, whole program (benches/whole.sh);
    // the plain form is the default hasher of `HashMap`.
    let mut first_marks = HashMap::with_capacity_and_hasher(altitude_m.len(), RandomState::default());
    let mut apart_m = Vec::new();
    for (mark, place_deg) in places_deg.enumerate() {
        let Some(place_deg) = place_deg else { continue };
        let first = *first_marks.entry(square(place_deg)).or_insert(mark);
        if (mark - first) as f64 * STEP_M >= LATER_M {
            apart_m.push((altitude_m[mark] - altitude_m[first]).abs());
        }
    }
    // The difference of two readings with the same error has √2 times its standard deviation.
    if apart_m.len() < PASSES { 0.0 } else { NORMAL * upper_median(apart_m) / std::f64::consts::SQRT_2 }
}

/// Returns the square of a position: its number to the north and to the east.
fn square((latitude_deg, longitude_deg): LatLon) -> (i32, i32) {
    let east_deg = longitude_deg * libm::cos(latitude_deg.to_radians());
    ((latitude_deg * TO_A_DEGREE).floor() as i32, (east_deg * TO_A_DEGREE).floor() as i32)
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
        let drift_m = drift_m(places_deg.iter().copied(), &altitude_m);
        assert!((drift_m - 4.0).abs() < 1e-9, "{drift_m}");
    }

    #[test]
    fn a_run_that_does_not_cross_its_way_has_no_drift() {
        let altitude_m: Vec<f64> = (0..400).map(f64::from).collect();
        let places_deg = out_and_back(400);
        assert_eq!(drift_m(places_deg[..400].iter().copied(), &altitude_m), 0.0);
        // Back to the start within the distance that must be between two passes.
        let places_deg = out_and_back(LATER_M as usize / (2 * STEP_M as usize));
        assert_eq!(drift_m(places_deg.iter().copied(), &altitude_m), 0.0);
        assert_eq!(drift_m([None; 400].into_iter(), &altitude_m), 0.0);
        assert_eq!(drift_m(std::iter::empty(), &[]), 0.0);
    }
}
