//! Evidence from public race results: models and reference tables, embedded in the program.
//!
//! `data/README.md` lists every table with its source. All figures are associations, not causes,
//! and none is a chance of cramp.

pub(super) mod figures;
pub mod forecast;
#[cfg(test)]
mod generator;
pub mod heat;
pub mod profiles;
pub mod tables;
pub mod wall;
