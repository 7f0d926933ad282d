//! Plans the next race: mile and kilometre targets with a slow first mile, gates and drinks.
//!
//! [`Plan::make`] turns a [`PlanRequest`] (course, goal, sex, hills) into a [`Plan`]. [`Own`] and
//! [`goal`] read the runner's earlier races. [`advice`] has the race-day advice of an article on
//! running cramps. Distances are metres, times are seconds; writing a plan out is left to
//! `formats::plan`.

pub mod advice;
mod make;
mod model;
mod own;
mod split_bias;
mod survey_model;

pub use make::PlanError;
pub use model::{
    CheckWindow, Drink, FastStart, Gate, Hills, Plan, PlanRequest, PlannedHeat, PlannedSplit, Target,
    TimedPoint, Wall,
};
pub use own::{Own, PastRace, goal, recorded_sex};
pub use split_bias::{SplitBias, SplitBiasError};
