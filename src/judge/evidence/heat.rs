//! What the temperature of a day goes with, beside the models of the wall.
//!
//! Source: the day intercepts of model K on 12 days of Boston against the temperature of the day.
//! The mean temperature of these days is not known here, so only a difference of two temperatures
//! moves a chance, and no temperature alone does. Days are compared, not runners.

use crate::temperature::Temperature;

/// By how much the linear predictor of model K is greater on a day one °F warmer.
const LOGIT_PER_F: f64 = 0.025;
/// The race days of the slope.
pub const DAYS: usize = 12;

/// Returns by how much a linear predictor is greater on a day of one temperature than on a day of
/// another.
pub fn logit(usual: Temperature, race: Temperature) -> f64 {
    logit_of_fahrenheit(race.fahrenheit_above(usual))
}

/// Returns the same for a difference in °F.
pub fn logit_of_fahrenheit(difference_f: f64) -> f64 {
    LOGIT_PER_F * difference_f
}
