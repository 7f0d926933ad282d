//! The hills of a course that is not run yet, read off its points as [`grade`](super::grade) reads a run's.

use std::borrow::Cow;

use super::altitude::{GAP_M, Ground, Readings, STEP_M};
use super::grade::{COVERED, LevelDistance, SMOOTH_M, climbs};
use crate::measure::believable::FARTHEST_M;
use crate::measure::distance::geodesy;
use crate::units::KM_M;

/// The hills of a course that is not run yet.
#[derive(Debug)]
pub struct Terrain {
    /// Its length along the track, metres.
    pub length_m: f64,
    /// Metres climbed, counted from 2 m on, smoothed.
    pub ascent_m: f64,
    /// Metres fallen, likewise.
    pub descent_m: f64,
    effort: LevelDistance,
}

impl Terrain {
    /// Reads the hills off a course's points: latitude and longitude in degrees, altitude in metres.
    ///
    /// Altitudes are taken as the file gives them; a course is drawn over a map's heights, not recorded.
    ///
    /// # Errors
    ///
    /// One phrase where the course has no length or too much of it, no altitude, or altitude for too little of it.
    pub fn over(points: &[((f64, f64), Option<f64>)]) -> Result<Self, String> {
        let mut length_m = 0.0;
        let (mut distances_m, mut altitudes_m) = (Vec::new(), Vec::new());
        for (at, (place_deg, altitude_m)) in points.iter().enumerate() {
            if let Some((before_deg, _)) = at.checked_sub(1).map(|before| points[before]) {
                length_m += geodesy::distance_m(before_deg, *place_deg);
            }
            if let Some(altitude_m) = *altitude_m {
                distances_m.push(length_m);
                altitudes_m.push(altitude_m);
            }
        }
        if length_m < STEP_M {
            return Err("it has no length".to_owned());
        }
        if length_m > FARTHEST_M {
            return Err(format!("nobody runs its {:.0} km in one go", length_m / KM_M));
        }
        let cells = (length_m / STEP_M).ceil() as usize;
        let readings = Readings { distance_m: Cow::from(distances_m), altitude_m: altitudes_m.into() };
        let ground = Ground::over(readings, length_m, cells).ok_or("it has no altitudes")?;
        if ground.covered < COVERED {
            return Err(format!(
                "its altitudes cover {:.0} % of its length (points may lie {GAP_M} m apart)",
                100.0 * ground.covered
            ));
        }
        let smooth = ground.smooth(SMOOTH_M);
        let (ascent_m, descent_m) = climbs(&smooth);
        Ok(Self { length_m, ascent_m, descent_m, effort: LevelDistance::over(&smooth) })
    }

    /// Metres of level ground as hard as the course from its start to a distance along it.
    pub fn level_m(&self, distance_m: f64) -> f64 {
        self.effort.at(distance_m)
    }
}
