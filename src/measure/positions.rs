//! Where the runner was at every whole minute: enough to tell whether two recordings are one run.

use super::distance::geodesy;
use super::line::Timeline;
use super::time::clock::Clock;
use crate::activity::Samples;

const MINUTE_S: f64 = 60.0;
/// Positions further apart in time say nothing of what lies between; smart recording goes up to 60 s.
const GAP_S: f64 = 60.0;
/// So many knots are passed over at once on the way to the next minute.
const NEAR: usize = 32;
/// Places are kept in units of 1e-7 degrees, about a centimetre.
const PER_DEGREE: f64 = 1e7;

/// The places of a run, minute by minute of the wall clock. They are for comparison, and told only
/// where the user asks for coordinates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trace {
    /// The first minute, in minutes of Unix time.
    first: i64,
    /// Those minutes, counted from the first, that have a place, and its latitude and longitude; ascending.
    places: Vec<(u32, [i32; 2])>,
}

fn degrees([latitude, longitude]: [i32; 2]) -> geodesy::LatLon {
    (f64::from(latitude) / PER_DEGREE, f64::from(longitude) / PER_DEGREE)
}

impl Trace {
    /// Notes the places of a run; empty where it has no positions.
    pub(super) fn of(samples: &Samples, clock: &Clock, line: &Timeline) -> Self {
        let (knots, elapsed_s) = (&line.knots, &line.knots.elapsed_s);
        let time_s = |at: usize| line.zero_s + elapsed_s[at];
        // (0, 0) is what receivers without a fix write.
        let place = |at: usize| {
            samples.position_deg(clock.sample(knots.row(at)?)).filter(|place| *place != (0.0, 0.0))
        };
        let Some(start) = (0..knots.len()).find(|at| place(*at).is_some()) else {
            return Self::default();
        };
        let first = (time_s(start) / MINUTE_S).ceil();
        // Room for every minute, which nearly always has a place.
        let minutes = (time_s(knots.len() - 1) / MINUTE_S - first).max(0.0) as usize + 1;
        let mut trace = Self { first: first as i64, places: Vec::with_capacity(minutes.min(knots.len())) };
        let (mut at, mut minute) = (start, 0_u32);
        loop {
            // The first place at the minute or behind it, and the last one before, if that is near enough.
            let at_s = (first + f64::from(minute)) * MINUTE_S;
            let is_before = |knot_s: &f64| line.zero_s + knot_s < at_s;
            // A minute is seldom many knots.
            while elapsed_s.get(at + NEAR).is_some_and(is_before) {
                at += NEAR;
            }
            at += elapsed_s[at..elapsed_s.len().min(at + NEAR)].partition_point(is_before);
            let Some((next, to)) = (at..knots.len()).find_map(|at| Some((at, place(at)?))) else { break };
            at = next;
            let to_s = time_s(at);
            let mut near = (start..at).rev().take_while(|from| to_s - time_s(*from) <= GAP_S);
            let before = near.find_map(|from| Some((time_s(from), place(from)?)));
            if let Some((from_s, from)) = before {
                let share = (at_s - from_s) / (to_s - from_s);
                let mix = |from: f64, to: f64| ((from + (to - from) * share) * PER_DEGREE).round() as i32;
                trace.places.push((minute, [mix(from.0, to.0), mix(from.1, to.1)]));
            } else if at == start {
                trace
                    .places
                    .push((minute, [to.0, to.1].map(|degrees| (degrees * PER_DEGREE).round() as i32)));
            }
            // On to the first minute behind this place.
            minute = ((to_s / MINUTE_S).floor() - first) as u32 + 1;
        }
        trace
    }

    /// The first known place at a whole minute, latitude and longitude in degrees.
    pub(crate) fn start_deg(&self) -> Option<(f64, f64)> {
        self.places.first().map(|(_, place)| degrees(*place))
    }

    /// How far apart two runs' first known places are in metres; `None` where one has none.
    pub(crate) fn starts_apart_m(&self, other: &Self) -> Option<f64> {
        let first = |trace: &Self| trace.places.first().map(|(_, place)| degrees(*place));
        Some(geodesy::distance_m(first(self)?, first(other)?))
    }

    /// The minutes that have a place, and where that is on a globe, in metres from its middle: near on the ground is near there,
    /// also at the poles and across the date line.
    pub(crate) fn in_space_m(&self) -> impl Iterator<Item = (i64, [f64; 3])> + '_ {
        self.places.iter().map(|(minute, place)| {
            let place = geodesy::in_space_m(degrees(*place));
            (self.first + i64::from(*minute), place)
        })
    }

    /// For each minute in which both have a place, how far apart they are in metres.
    pub(crate) fn apart_m<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = f64> + 'a {
        let minutes = |trace: &'a Self| trace.places.iter().map(|(m, p)| (trace.first + i64::from(*m), *p));
        let mut others = minutes(other).peekable();
        minutes(self).filter_map(move |(minute, place)| {
            while others.next_if(|(theirs, _)| *theirs < minute).is_some() {}
            let (_, theirs) = others.next_if(|(theirs, _)| *theirs == minute)?;
            Some(geodesy::distance_m(degrees(place), degrees(theirs)))
        })
    }
}
