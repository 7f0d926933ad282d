//! A plan as a FIT workout: steps by distance, each with a range of paces.
//!
//! On level ground the steps end at the first mile, 10 km, half-way, 30 km and the finish. Over
//! hills they end at miles or kilometres, so that their paces follow the slope. Times are the
//! plan's own.

use std::io::{self, Write};

use super::fit::{Messages, NAME_BYTES, Value, WORKOUT_FILE, scaled};
use super::{PlanSheet, watch_name};
use crate::formats::Style;
use crate::phrases::clock;
use crate::plan::Plan;
use crate::units::{KM_M, MILE_M, Units};

const WORKOUT: u16 = 26;
const WORKOUT_STEP: u16 = 27;

/// The size of notes: 49 bytes and the end.
const NOTES_BYTES: u8 = 50;
/// The most steps. FIT allows 65,535; this number is the program's own, for a list on a watch.
const MOST_STEPS: usize = 50;
/// How many miles or kilometres a step over hills may have; the first that is few enough steps.
const STRIDES: [usize; 9] = [1, 2, 5, 10, 20, 50, 100, 200, 500];
/// The shortest step, metres. A mark that is nearer to another one has no step of its own.
const SHORTEST_M: f64 = MILE_M / 2.0;
/// The half width of the paces after the first mile, as a share. The program's own choice: on level
/// ground the first mile's range, 2 to 3.5 % slower than even, ends where this one begins.
const PACE_SHARE: f64 = 0.02;

/// Writes the workout.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(sheet: &PlanSheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let plan = &sheet.plan;
    let steps = steps(plan, style.units);
    let mut messages = Messages::default();
    messages.push(
        WORKOUT,
        &[
            (4, Value::Enum(1)), // sport: running
            (6, Value::U16(steps.len() as u16)),
            (8, Value::Text(&watch_name(plan, style), NAME_BYTES)),
        ],
    );
    for (index, step) in (0..).zip(&steps) {
        // Ends are rounded, not lengths, so that the lengths add up to the course.
        let length_cm = (100.0 * step.end_m).round() - (100.0 * step.from_m).round();
        messages.push(
            WORKOUT_STEP,
            &[
                (254, Value::U16(index)),
                (0, Value::Text(&step.name, NAME_BYTES)),
                (1, Value::Enum(1)), // duration: distance
                (2, scaled(length_cm, 1.0)),
                (3, Value::Enum(0)), // target: speed
                (4, Value::U32(0)),  // no zone: the two speeds
                (5, scaled(1.0 / step.slow_s_per_m, 1000.0)),
                (6, scaled(1.0 / step.fast_s_per_m, 1000.0)),
                (7, Value::Enum(0)), // intensity: active
                (8, Value::Text(&step.notes, NOTES_BYTES)),
            ],
        );
    }
    out.write_all(&messages.into_file(WORKOUT_FILE))
}

/// A step of the workout.
#[derive(Debug)]
struct Step {
    /// Such as "To 10 km".
    name: String,
    /// The range of paces, and the watch at the end.
    notes: String,
    from_m: f64,
    end_m: f64,
    fast_s_per_m: f64,
    slow_s_per_m: f64,
}

/// A mark of the course: its name, its distance, and the planned time.
struct Mark {
    name: String,
    at_m: f64,
    at_s: f64,
}

/// Returns the steps: the first mile, then from mark to mark.
fn steps(plan: &Plan, units: Units) -> Vec<Step> {
    let window = plan.first_mile;
    let paces = |fast_s_per_m: f64, slow_s_per_m: f64| {
        format!("{}-{}", units.pace(fast_s_per_m), units.pace(slow_s_per_m))
    };
    let (fast_s_per_m, slow_s_per_m) = (window.from_s / MILE_M, window.to_s / MILE_M);
    let per_km = if units == Units::Kilometres { "/km" } else { "" };
    let mut steps = vec![Step {
        name: "Mile 1".to_owned(),
        notes: format!("Mile 1: {}{per_km}. Slower is fine.", paces(fast_s_per_m, slow_s_per_m)),
        from_m: 0.0,
        end_m: MILE_M,
        fast_s_per_m,
        slow_s_per_m,
    }];
    let (mut from_m, mut from_s) = (MILE_M, window.target_s);
    for mark in marks(plan, units) {
        let pace_s_per_m = (mark.at_s - from_s) / (mark.at_m - from_m);
        let (fast_s_per_m, slow_s_per_m) =
            ((1.0 - PACE_SHARE) * pace_s_per_m, (1.0 + PACE_SHARE) * pace_s_per_m);
        let paces = paces(fast_s_per_m, slow_s_per_m);
        steps.push(Step {
            name: format!("To {}", mark.name),
            notes: format!("{paces}/{}. Watch at {}: {}.", units.short(), mark.name, clock(mark.at_s)),
            from_m,
            end_m: mark.at_m,
            fast_s_per_m,
            slow_s_per_m,
        });
        (from_m, from_s) = (mark.at_m, mark.at_s);
    }
    steps
}

/// Returns the marks after the first mile, the finish last.
fn marks(plan: &Plan, units: Units) -> Vec<Mark> {
    let mut candidates = if plan.hills.is_some() { unit_marks(plan, units) } else { level_marks(plan) };
    candidates.sort_by(|a, b| a.at_m.total_cmp(&b.at_m));
    let mut marks: Vec<Mark> = Vec::new();
    for mark in candidates {
        let from_m = marks.last().map_or(MILE_M, |last| last.at_m);
        if mark.at_m - from_m >= SHORTEST_M && plan.distance_m - mark.at_m >= SHORTEST_M {
            marks.push(mark);
        }
    }
    marks.push(Mark { name: "the finish".to_owned(), at_m: plan.distance_m, at_s: plan.goal_s });
    marks
}

/// Returns 10 km, half-way and 30 km.
fn level_marks(plan: &Plan) -> Vec<Mark> {
    let kilometres = [10, 30].into_iter().filter_map(|km| {
        let target = plan.km.get(km - 1)?;
        Some(Mark { name: format!("{km} km"), at_m: km as f64 * KM_M, at_s: target.elapsed_s })
    });
    let half = plan.gates.last().map(|gate| Mark {
        name: "half-way".to_owned(),
        at_m: gate.at_m,
        at_s: gate.elapsed_s,
    });
    kilometres.chain(half).collect()
}

/// Returns every mile or kilometre, or every second, fifth … one if these would be too many steps.
fn unit_marks(plan: &Plan, units: Units) -> Vec<Mark> {
    let targets = if units == Units::Miles { &plan.mile } else { &plan.km };
    // The first mile and the finish are steps as well.
    let few = |stride: &usize| targets.len() / stride + 2 <= MOST_STEPS;
    let stride = STRIDES.into_iter().find(few).unwrap_or(targets.len());
    let whole = targets.iter().filter(|target| target.index.is_multiple_of(stride));
    whole
        .map(|target| Mark {
            name: match units {
                Units::Miles => format!("mile {}", target.index),
                Units::Kilometres => format!("{} km", target.index),
            },
            at_m: target.end_m,
            at_s: target.elapsed_s,
        })
        .collect()
}
