//! The altitude profile of a course that is planned, not yet run.
//!
//! It is computed from the course's points in the same way as [`grade`](super::grade) does for a
//! run. All lengths are metres.

use std::borrow::Cow;

use super::altitude::{AltitudeGrid, AltitudeReadings, GAP_M, STEP_M};
use super::grade::{COVERED, LevelDistance, SMOOTH_M, climbs};
use crate::measure::believable::FARTHEST_M;
use crate::measure::distance::geodesy;
use crate::units::KM_M;

/// The altitude profile of a course.
#[derive(Debug)]
pub struct CourseProfile {
    /// Its length along the points, metres.
    pub length_m: f64,
    /// Metres of ascent, from the smoothed altitude; climbs below 2 m are not counted.
    pub ascent_m: f64,
    /// Metres of descent, likewise.
    pub descent_m: f64,
    /// Distance of each point from the start along the points, metres.
    pub points_m: Vec<f64>,
    level_distance: LevelDistance,
}

/// The reason why a course has no usable altitude profile.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CourseProfileError {
    /// Its points are all at one place.
    #[error("it has no length")]
    NoLength,
    /// It is longer than any race.
    #[error("nobody runs its {:.0} km in one go", length_m / KM_M)]
    TooLong {
        /// Its length in metres.
        length_m: f64,
    },
    /// None of its points has an altitude.
    #[error("it has no altitudes")]
    NoAltitude,
    /// Its points with an altitude are too far apart.
    #[error("its altitudes cover {:.0} % of its length (points may lie {GAP_M} m apart)", 100.0 * covered)]
    Gaps {
        /// The share of its length that is covered, 0–1.
        covered: f64,
    },
}

impl CourseProfile {
    /// Computes the profile from a course's points: latitude and longitude in degrees, altitude in
    /// metres.
    ///
    /// The altitudes of a course come from a map, so their noise is not checked as that of a
    /// recording is.
    ///
    /// # Errors
    ///
    /// If the course has no length or is too long, or if it has altitudes for less than 95 % of its
    /// length.
    pub fn from_points(points: &[((f64, f64), Option<f64>)]) -> Result<Self, CourseProfileError> {
        let mut length_m = 0.0;
        let mut points_m = Vec::with_capacity(points.len());
        let (mut distances_m, mut altitudes_m) = (Vec::new(), Vec::new());
        for (at, (place_deg, altitude_m)) in points.iter().enumerate() {
            if let Some((before_deg, _)) = at.checked_sub(1).map(|before| points[before]) {
                length_m += geodesy::distance_m(before_deg, *place_deg);
            }
            points_m.push(length_m);
            if let Some(altitude_m) = *altitude_m {
                distances_m.push(length_m);
                altitudes_m.push(altitude_m);
            }
        }
        if length_m < STEP_M {
            return Err(CourseProfileError::NoLength);
        }
        if length_m > FARTHEST_M {
            return Err(CourseProfileError::TooLong { length_m });
        }
        let cells = (length_m / STEP_M).ceil() as usize;
        let readings =
            AltitudeReadings { distance_m: Cow::from(distances_m), altitude_m: altitudes_m.into() };
        let grid = AltitudeGrid::from_readings(readings, length_m, cells);
        let grid = grid.ok_or(CourseProfileError::NoAltitude)?;
        if grid.covered < COVERED {
            return Err(CourseProfileError::Gaps { covered: grid.covered });
        }
        let smooth = grid.smooth(SMOOTH_M);
        let (ascent_m, descent_m) = climbs(&smooth);
        let level_distance = LevelDistance::over(&smooth);
        Ok(Self { length_m, ascent_m, descent_m, points_m, level_distance })
    }

    /// Returns the metres of level ground that are as hard as the course from its start to a
    /// distance along it.
    pub fn level_m(&self, distance_m: f64) -> f64 {
        self.level_distance.at(distance_m)
    }
}
