//! The data of a plan: the wish that it is made from, and its targets, gates and drinks.
//!
//! Distances are metres, times are seconds. A plan serialises to JSON, so field names are output.

use serde::Serialize;

use super::split_bias::SplitBias;
use crate::activity::Sex;
use crate::goal::Goal;
use crate::judge::Pool;
use crate::judge::evidence::heat;
use crate::judge::evidence::wall::Risk;
use crate::measure::{Course, CourseProfile};
use crate::temperature::Temperature;

/// The race to plan.
#[derive(Debug)]
pub struct PlanRequest<'a> {
    /// The course; `None` plans for the length of the hills' track.
    pub course: Option<Course>,
    /// The goal.
    pub goal: Goal,
    /// The runner's sex, for the wall model.
    pub sex: Option<Sex>,
    /// The course's hills, if known.
    pub course_profile: Option<&'a CourseProfile>,
    /// The temperature of the runner's usual races and that expected for this one.
    pub temperatures: Option<(Temperature, Temperature)>,
    /// The chosen proportion of the halves; `None` for an even effort after a slow first mile.
    pub split: Option<SplitBias>,
}

/// A plan for one race.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The certified course's code; `None` for another length.
    pub course: Option<&'static str>,
    /// The course's name, or the length in words.
    pub title: String,
    /// The length, metres.
    pub distance_m: f64,
    /// The finishing time, seconds.
    pub goal_s: f64,
    /// Elapsed time at the first mile's mark, seconds.
    pub first_mile: CheckWindow,
    /// Time for the final mile, seconds.
    pub final_mile_s: f64,
    /// The chosen proportion of the halves and what it gives; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<PlannedSplit>,
    /// A target for each mile.
    pub mile: Vec<Target>,
    /// A target for each kilometre.
    pub km: Vec<Target>,
    /// Marks at which the runner checks the watch.
    pub gates: Vec<Gate>,
    /// The gates after faster starts, with the chance of the wall in a marathon.
    pub starts: Vec<FastStart>,
    /// The two days between which these chances are moved; absent without temperatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heat: Option<PlannedHeat>,
    /// The runners that the model of these chances was fitted to; `None` without chances.
    pub wall_pool: Option<Pool>,
    /// Drinks as the source advises.
    pub drinks: Vec<Drink>,
    /// The course's hills, if known.
    pub hills: Option<Hills>,
    /// A caveat for short races, in which a slow first mile may not be best.
    pub short_race: Option<&'static str>,
}

/// A chosen proportion of the halves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PlannedSplit {
    /// By how much the second half is slower in percent, by the effort on level ground; below zero
    /// it is faster.
    pub bias_pct: f64,
    /// Time for the first half, seconds.
    pub first_half_s: f64,
    /// Time for the second half, seconds.
    pub second_half_s: f64,
    #[serde(skip)]
    pub(super) bias: SplitBias,
}

/// A chance that is moved from a day of one temperature to a day of another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PlannedHeat {
    /// The temperature of the runner's usual races, °C.
    pub usual_c: f64,
    /// The temperature of this one, °C.
    pub race_c: f64,
    /// What is added to the logit of each chance.
    pub logit: f64,
    #[serde(skip)]
    pub(crate) temperatures: (Temperature, Temperature),
}

impl PlannedHeat {
    pub(super) fn new(usual: Temperature, race: Temperature) -> Self {
        let logit = heat::logit(usual, race);
        Self { usual_c: usual.celsius(), race_c: race.celsius(), logit, temperatures: (usual, race) }
    }
}

/// A window of elapsed time at a mark, seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CheckWindow {
    /// Less than this is too fast.
    pub from_s: f64,
    /// The planned time.
    pub target_s: f64,
    /// More than this is slower than needed.
    pub to_s: f64,
}

/// Target of one split.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Target {
    /// The split's number, from 1.
    pub index: usize,
    /// Its length, metres; the last one may be short.
    pub distance_m: f64,
    /// Its end mark, metres.
    pub end_m: f64,
    /// Time for the split, seconds.
    pub split_s: f64,
    /// Elapsed time at its end, seconds.
    pub elapsed_s: f64,
    /// Metres of level ground that take the same effort; `None` without hills.
    pub level_m: Option<f64>,
}

/// A mark and the elapsed time planned for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gate {
    /// The mark's name, such as "5 km" or "half-way".
    pub name: String,
    /// The mark, metres.
    pub at_m: f64,
    /// The elapsed time, seconds.
    pub elapsed_s: f64,
}

/// A start that is faster than planned over the first 10 km of a marathon or the first quarter of
/// another race; the rest is as planned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FastStart {
    /// How much faster, percent.
    pub early_pct: f64,
    /// Elapsed times at the gates, seconds.
    pub gates_s: Vec<f64>,
    /// The chance of the wall, known at half-way; `None` outside a marathon.
    pub wall: Option<Wall>,
}

/// A chance of the wall, 0–1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Wall {
    /// The chance on an average day.
    pub p: f64,
    /// The chance on a day that is better by one standard deviation between days.
    pub low: f64,
    /// The chance on a day that is worse by as much.
    pub high: f64,
    /// The word for its band.
    pub risk: &'static str,
}

impl From<Risk> for Wall {
    fn from(risk: Risk) -> Self {
        Self { p: risk.p, low: risk.low, high: risk.high, risk: risk.band() }
    }
}

/// One drink as the source advises.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drink {
    /// Its time, seconds into the race.
    pub elapsed_s: f64,
    /// The runner's place at that time by plan, metres.
    pub at_m: f64,
    /// Whether it should be a sports drink.
    pub sports_drink: bool,
    /// Whether it should have salt: the drink nearest to half-way of a race of 90 minutes or more.
    pub salt: bool,
}

/// The course's hills.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Hills {
    /// Metres climbed.
    pub ascent_m: f64,
    /// Metres descended.
    pub descent_m: f64,
    /// The track's own length, metres.
    pub track_m: f64,
}

/// A point of the plan's course with its planned time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimedPoint {
    /// Latitude and longitude, degrees.
    pub position_deg: (f64, f64),
    /// Altitude, metres.
    pub altitude_m: Option<f64>,
    /// Distance from the start along the track, metres.
    pub distance_m: f64,
    /// Planned elapsed time, whole seconds.
    pub elapsed_s: f64,
}
