//! Decides which runs were races, and so how each run is scored.
//!
//! [`decision::decide`] takes the user's statement, else the sum of a run's [`marks`]: what titles
//! and types say ([`title`], [`titles`]), and what the batch knows of the run ([`facts`]): its
//! length, the place and hour of its start, its effort and heart rate among the runner's others.
//! Above 0 it is a race; a little below, it may have been one.
//!
//! A race is scored by elapsed time, and on the course scale where a course was recognised.
//! Training is scored by timer or moving time, on the recorded distance. A stated course replaces
//! that distance. A walk is never a race.

pub(super) mod decision;
pub(super) mod facts;
mod fold;
pub(super) mod marks;
pub(super) mod title;
pub(super) mod titles;

/// Starts within this distance are at one place, metres.
const PLACE_M: f64 = 2000.0;

/// Returns the distance between two points, metres from the centre of a sphere.
fn apart_m(from: [f64; 3], to: [f64; 3]) -> f64 {
    from.iter().zip(to).map(|(from, to)| (from - to) * (from - to)).sum::<f64>().sqrt()
}
