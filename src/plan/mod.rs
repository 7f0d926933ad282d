//! A plan for the next race: targets with a first mile slower than the final one, gates, drinks.

pub mod advice;
mod make;
mod model;
mod own;

pub use model::{CheckWindow, Drink, FastStart, Gate, Hills, Plan, Target, Wall, Wish};
pub use own::{Own, PastRace, goal};
