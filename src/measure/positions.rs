//! The runner's position at every whole minute of the wall clock, to recognise two recordings of
//! one run.
//!
//! Positions are kept in latitude and longitude. Distances between them are in metres. An output
//! shows them only where the user asks for coordinates.

use super::distance::geodesy;
use super::line::Timeline;
use super::search::first_from;
use super::time::clock::Clock;
use crate::activity::Samples;

const MINUTE_S: f64 = 60.0;
/// Between positions further apart in time, nothing is interpolated; smart recording leaves up to
/// 60 s.
const GAP_S: f64 = 60.0;
/// Positions are stored in units of 1e-7 degrees, about a centimetre.
const PER_DEGREE: f64 = 1e7;

/// The positions of a run at whole minutes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Positions {
    /// The first minute, in minutes of Unix time.
    first: i64,
    /// The minutes that have a position, counted from the first and ascending, with latitude and
    /// longitude.
    places: Vec<(u32, [i32; 2])>,
}

/// Converts a stored position to degrees.
fn degrees([latitude, longitude]: [i32; 2]) -> geodesy::LatLon {
    (f64::from(latitude) / PER_DEGREE, f64::from(longitude) / PER_DEGREE)
}

impl Positions {
    /// Returns the number of minutes that have a position.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Interpolates the positions of a run at every whole minute. Empty if the run has no
    /// positions.
    pub(super) fn of(samples: &Samples, clock: &Clock, line: &Timeline) -> Self {
        let (knots, elapsed_s) = (&line.knots, &line.knots.elapsed_s);
        let time_s = |at: usize| line.zero_s + elapsed_s[at];
        let place = |at: usize| samples.position_deg(clock.sample(knots.row(at)?));
        let Some(start) = (0..knots.len()).find(|at| place(*at).is_some()) else {
            return Self::default();
        };
        let first = (time_s(start) / MINUTE_S).ceil();
        let minutes = (time_s(knots.len() - 1) / MINUTE_S - first).max(0.0) as usize + 1;
        let mut positions =
            Self { first: first as i64, places: Vec::with_capacity(minutes.min(knots.len())) };
        let (mut at, mut stride, mut minute) = (start, 0, 0_u32);
        loop {
            // The first position at or after the minute, and the last one before it if it is near
            // enough.
            let at_s = (first + f64::from(minute)) * MINUTE_S;
            let next = first_from(elapsed_s, at, stride, |knot_s| line.zero_s + knot_s < at_s);
            let Some((next, to)) = (next..knots.len()).find_map(|at| Some((at, place(at)?))) else { break };
            (at, stride) = (next, next - at);
            let to_s = time_s(at);
            let mut near = (start..at).rev().take_while(|from| to_s - time_s(*from) <= GAP_S);
            let before = near.find_map(|from| Some((time_s(from), place(from)?)));
            if let Some((from_s, from)) = before {
                let share = (at_s - from_s) / (to_s - from_s);
                let mix = |from: f64, to: f64| ((from + (to - from) * share) * PER_DEGREE).round() as i32;
                positions.places.push((minute, [mix(from.0, to.0), mix(from.1, to.1)]));
            } else if at == start {
                positions
                    .places
                    .push((minute, [to.0, to.1].map(|degrees| (degrees * PER_DEGREE).round() as i32)));
            }
            // Go on to the first minute after this position.
            minute = ((to_s / MINUTE_S).floor() - first) as u32 + 1;
        }
        positions
    }

    /// Returns the first position at a whole minute, latitude and longitude in degrees.
    pub(crate) fn start_deg(&self) -> Option<(f64, f64)> {
        self.places.first().map(|(_, place)| degrees(*place))
    }

    /// Returns the first position in metres from the centre of a sphere.
    pub(crate) fn start_in_space_m(&self) -> Option<[f64; 3]> {
        self.in_space_m().next().map(|(_, place)| place)
    }

    /// Returns the distance in metres between the first positions of two runs; `None` if one of
    /// them has none.
    pub(crate) fn starts_apart_m(&self, other: &Self) -> Option<f64> {
        let first = |positions: &Self| positions.places.first().map(|(_, place)| degrees(*place));
        Some(geodesy::distance_m(first(self)?, first(other)?))
    }

    /// Returns the minutes that have a position, with the position as metres from the centre of a
    /// sphere. Points that are close to each other have close coordinates, also at the poles and
    /// across the date line.
    pub(crate) fn in_space_m(&self) -> impl Iterator<Item = (i64, [f64; 3])> + '_ {
        self.places.iter().map(|(minute, place)| {
            let place = geodesy::in_space_m(degrees(*place));
            (self.first + i64::from(*minute), place)
        })
    }

    /// Returns the distances in metres between two runs, one for each minute in which both have a
    /// position. The other run's clock is taken to be ahead by `ahead_min` minutes.
    pub(crate) fn apart_m<'a>(&'a self, other: &'a Self, ahead_min: i64) -> impl Iterator<Item = f64> + 'a {
        let minutes =
            |positions: &'a Self| positions.places.iter().map(|(m, p)| (positions.first + i64::from(*m), *p));
        let mut others = minutes(other).map(move |(minute, place)| (minute - ahead_min, place)).peekable();
        minutes(self).filter_map(move |(minute, place)| {
            while others.next_if(|(theirs, _)| *theirs < minute).is_some() {}
            let (_, theirs) = others.next_if(|(theirs, _)| *theirs == minute)?;
            Some(geodesy::distance_m(degrees(place), degrees(theirs)))
        })
    }
}
