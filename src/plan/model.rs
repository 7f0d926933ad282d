//! What a plan is made from and what it holds.

use serde::Serialize;

use crate::activity::Sex;
use crate::judge::Pool;
use crate::judge::evidence::wall::Risk;
use crate::measure::{Course, CourseProfile};
use crate::runner::Goal;

/// What to plan for.
#[derive(Debug)]
pub struct Wish<'a> {
    /// The course; without one the hills' length counts.
    pub course: Option<Course>,
    /// The goal.
    pub goal: Goal,
    /// The runner's sex, for the wall model.
    pub sex: Option<Sex>,
    /// The course's hills, if known.
    pub course_profile: Option<&'a CourseProfile>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The course's code, if it is one.
    pub course: Option<&'static str>,
    /// Its name or length in words.
    pub title: String,
    /// Its length, metres.
    pub distance_m: f64,
    /// The finishing time, seconds.
    pub goal_s: f64,
    /// What the watch should read at the first mile, seconds.
    pub first_mile: CheckWindow,
    /// What the final mile should take, seconds.
    pub final_mile_s: f64,
    /// A target for each mile.
    pub mile: Vec<Target>,
    /// A target for each kilometre.
    pub km: Vec<Target>,
    /// Marks to check at.
    pub gates: Vec<Gate>,
    /// What a faster start makes of the gates, and of the chance of the wall in a marathon.
    pub starts: Vec<FastStart>,
    /// Whose chances those are.
    pub wall_pool: Option<Pool>,
    /// When to drink, as the source advises.
    pub drinks: Vec<Drink>,
    /// The course's hills.
    pub hills: Option<Hills>,
    /// What speaks against a slow first mile in a race as short as this one.
    pub short_race: Option<&'static str>,
}

/// A window for the watch at a mark, seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CheckWindow {
    /// Less than this is too fast.
    pub from_s: f64,
    /// Aimed at.
    pub target_s: f64,
    /// More than this is slower than need be.
    pub to_s: f64,
}

/// A split's target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Target {
    /// From 1.
    pub index: usize,
    /// Its length, metres.
    pub distance_m: f64,
    /// Its end mark, metres.
    pub end_m: f64,
    /// What it should take, seconds.
    pub split_s: f64,
    /// What the watch should read at its end, seconds.
    pub elapsed_s: f64,
    /// Metres of level ground as hard, where hills are known.
    pub level_m: Option<f64>,
}

/// A mark and the time planned for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gate {
    /// "5 km", "half-way".
    pub name: String,
    /// The mark, metres.
    pub at_m: f64,
    /// The time, seconds.
    pub elapsed_s: f64,
}

/// A start of which the first 10 km (the first quarter of a shorter race) is run faster than planned, the rest as planned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FastStart {
    /// How much faster, percent.
    pub early_pct: f64,
    /// The times at the gates, seconds.
    pub gates_s: Vec<f64>,
    /// The chance of the wall at half-way of a marathon.
    pub wall: Option<Wall>,
}

/// A chance of the wall, 0–1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Wall {
    /// On an average day.
    pub p: f64,
    /// On a day better by one standard deviation between days.
    pub low: f64,
    /// On a worse one.
    pub high: f64,
    /// Its band.
    pub risk: &'static str,
}

impl From<Risk> for Wall {
    fn from(risk: Risk) -> Self {
        Self { p: risk.p, low: risk.low, high: risk.high, risk: risk.band() }
    }
}

/// One drink of the source's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drink {
    /// When, seconds into the race.
    pub elapsed_s: f64,
    /// Where that is on plan, metres.
    pub at_m: f64,
    /// Whether the source asks for a sports drink by then.
    pub sports_drink: bool,
    /// Whether it is the one at half-way, with salt.
    pub salt: bool,
}

/// The course's hills.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Hills {
    /// Metres climbed.
    pub ascent_m: f64,
    /// Metres fallen.
    pub descent_m: f64,
    /// How long the track itself is, metres.
    pub track_m: f64,
}
