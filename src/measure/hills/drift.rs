//! The slow drift of a barometer, which scatter does not show: how far altitudes at one place, passed again later, lie
//! apart.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use super::altitude::{NORMAL, STEP_M};
use crate::measure::distance::geodesy::{LatLon, Ruler};
use crate::statistics::upper_median;

/// Squares to a degree of latitude: positions in one square (some 20 m wide) are one place.
const TO_A_DEGREE: f64 = 111_000.0 / 20.0;
/// A place is passed again when so much was run between.
const LATER_M: f64 = 500.0;
/// From so many marks passed again on (200 m), they tell the drift.
const PASSES: usize = 10;

/// The drift of altitudes at marks every [`STEP_M`], by where those lie in degrees. Zero where the run hardly crosses
/// its own way.
pub(in crate::measure) fn drift_m(
    places_deg: impl Iterator<Item = Option<LatLon>>,
    altitude_m: &[f64],
) -> f64 {
    let mut ruler = None;
    let mut square = |place_deg: LatLon| {
        let (latitude_deg, longitude_deg) = place_deg;
        let ruler = ruler.get_or_insert_with(|| Ruler::near(place_deg));
        let east_deg = longitude_deg * ruler.cosine(latitude_deg);
        (floor(latitude_deg * TO_A_DEGREE), floor(east_deg * TO_A_DEGREE))
    };
    let squares: Vec<_> = places_deg.map(|place_deg| place_deg.map(&mut square)).collect();
    let mut firsts = Firsts::among(&squares);
    let mut apart_m = Vec::new();
    for mark in (0..squares.len()).filter(|mark| squares[*mark].is_some()) {
        let before = firsts.of(mark);
        if (mark - before) as f64 * STEP_M >= LATER_M {
            apart_m.push((altitude_m[mark] - altitude_m[before]).abs());
        }
    }
    // Two readings, each with the error: their difference spreads by √2.
    if apart_m.len() < PASSES { 0.0 } else { NORMAL * upper_median(apart_m) / std::f64::consts::SQRT_2 }
}

/// The first mark in each square: an open table of marks, at most half full. A map keeps the squares beside them and
/// takes three times as long, which is felt: this is asked at every mark of every run.
struct Firsts<'a, Square> {
    squares: &'a [Square],
    marks: Vec<u32>,
    hasher: RandomState,
}

impl<'a, Square: std::hash::Hash + PartialEq> Firsts<'a, Square> {
    const FREE: u32 = u32::MAX;

    fn among(squares: &'a [Square]) -> Self {
        let slots = (2 * squares.len()).next_power_of_two();
        Self { squares, marks: vec![Self::FREE; slots], hasher: RandomState::default() }
    }

    /// The first mark asked for in the square that a mark lies in.
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

/// The next whole number below, by a cast and a comparison; `f64::floor` is a call where the processor has no
/// instruction for it.
fn floor(value: f64) -> i32 {
    let whole = value as i32;
    whole.saturating_sub(i32::from(f64::from(whole) > value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks to the east and back, as far apart as marks are: so many each way.
    fn out_and_back(marks: usize) -> Vec<Option<LatLon>> {
        let place_deg = |mark: usize| Some((47.0, 8.0 + mark as f64 * STEP_M / 75_900.0));
        (0..marks).chain((0..marks).rev()).map(place_deg).collect()
    }

    #[test]
    fn a_place_passed_again_tells_the_drift() {
        let places_deg = out_and_back(200);
        // As wrong on the whole way back as two readings with an error of 4 m each are apart.
        let apart_m = 4.0 * std::f64::consts::SQRT_2 / NORMAL;
        let altitude_m: Vec<f64> =
            (0..400).map(|mark| 500.0 + if mark < 200 { 0.0 } else { apart_m }).collect();
        let drift_m = drift_m(places_deg.iter().copied(), &altitude_m);
        assert!((drift_m - 4.0).abs() < 1e-9, "{drift_m}");
    }

    #[test]
    fn a_way_that_is_not_crossed_tells_none() {
        let altitude_m: Vec<f64> = (0..400).map(f64::from).collect();
        let places_deg = out_and_back(400);
        assert_eq!(drift_m(places_deg[..400].iter().copied(), &altitude_m), 0.0);
        // Turning round at once, less than so much was run between.
        let places_deg = out_and_back(LATER_M as usize / (2 * STEP_M as usize));
        assert_eq!(drift_m(places_deg.iter().copied(), &altitude_m), 0.0);
        assert_eq!(drift_m([None; 400].into_iter(), &altitude_m), 0.0);
        assert_eq!(drift_m(std::iter::empty(), &[]), 0.0);
    }

    #[test]
    fn the_first_mark_in_a_square_is_the_first_of_all() {
        let mut squares: Vec<u64> = (0..2000).map(|mark| mark * mark % 701).collect();
        squares.push(u64::MAX);
        let mut firsts = Firsts::among(&squares);
        for (mark, square) in squares.iter().enumerate() {
            let first = squares.iter().position(|other| other == square).expect("itself");
            assert_eq!(firsts.of(mark), first);
        }
    }
}
