//! What is known from public results: models and reference tables, embedded as data with their sources
//! (`data/README.md`). Every figure is an association, none a chance of cramp.

pub(super) mod figures;
pub mod tables;
pub mod wall;
