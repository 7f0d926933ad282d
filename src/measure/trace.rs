//! Where the runner was at every whole minute: enough to tell whether two recordings are one run.

use super::geo;
use super::timeline::Timeline;
use crate::activity::Samples;

const MINUTE_S: f64 = 60.0;
/// Positions further apart in time say nothing of what lies between; smart recording goes up to 60 s.
const APART_S: f64 = 60.0;
/// Places are kept in units of 1e-7 degrees, about a centimetre.
const PER_DEGREE: f64 = 1e7;

/// The places of a run, minute by minute of the wall clock. They are for comparison only and never told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trace {
    /// The first minute, in minutes of Unix time.
    first: i64,
    /// Latitude and longitude at each minute from there on.
    places: Vec<Option<[i32; 2]>>,
}

fn degrees([latitude, longitude]: [i32; 2]) -> geo::Point {
    (f64::from(latitude) / PER_DEGREE, f64::from(longitude) / PER_DEGREE)
}

impl Trace {
    /// Notes the places of a run; empty where it has no positions.
    pub(super) fn of(samples: &Samples, line: &Timeline) -> Self {
        let known: Vec<(f64, geo::Point)> = line
            .knots
            .iter()
            .filter_map(|knot| {
                let place = samples.position_deg(knot.sample? as usize)?;
                // (0, 0) is what receivers without a fix write.
                (place != (0.0, 0.0)).then_some((line.zero_s + knot.times.elapsed_s, place))
            })
            .collect();
        let (Some(&(first_s, _)), Some(&(last_s, _))) = (known.first(), known.last()) else {
            return Self::default();
        };
        let first = (first_s / MINUTE_S).ceil();
        let mut next = 0;
        let mut places = Vec::new();
        let mut at_s = first * MINUTE_S;
        while at_s <= last_s {
            while known[next].0 < at_s {
                next += 1;
            }
            let (to_s, to) = known[next];
            let (from_s, from) = known[next.saturating_sub(1)];
            let share = if to_s > from_s { (at_s - from_s) / (to_s - from_s) } else { 1.0 };
            let mix = |from: f64, to: f64| ((from + (to - from) * share) * PER_DEGREE).round() as i32;
            places.push((to_s - from_s <= APART_S).then(|| [mix(from.0, to.0), mix(from.1, to.1)]));
            at_s += MINUTE_S;
        }
        Self { first: first as i64, places }
    }

    /// How far apart two runs' first known places are in metres; `None` where one has none.
    pub(crate) fn starts_apart_m(&self, other: &Self) -> Option<f64> {
        let first = |trace: &Self| trace.places.iter().find_map(|place| *place).map(degrees);
        Some(geo::distance_m(first(self)?, first(other)?))
    }

    /// For each minute in which both have a place, how far apart they are in metres.
    pub(crate) fn apart_m<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = f64> + 'a {
        (self.first..).zip(&self.places).filter_map(move |(minute, place)| {
            let others = other.places.get(usize::try_from(minute - other.first).ok()?)?;
            Some(geo::distance_m(degrees((*place)?), degrees((*others)?)))
        })
    }
}
