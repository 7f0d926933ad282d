//! Plans, as `firstmile plan` makes them.

use firstmile::activity::Sex;
use firstmile::formats::plan::PlanSheet;
use firstmile::goal::{self, Goal};
use firstmile::history::{Entry, History};
use firstmile::measure::Course;
use firstmile::plan::{self, Own, Plan, PlanRequest};
use serde::Deserialize;

use crate::requests::sentence;

/// What a plan is for.
#[derive(Deserialize)]
pub(crate) struct Wish {
    course: String,
    /// A time or a pace; empty for the one that the runner's own races suggest.
    goal: String,
}

/// Makes a plan; the runner's past gives earlier races, and a goal where none is typed.
pub(crate) fn make(
    wish: &Wish,
    sex: Option<&str>,
    past: Option<(&History, &[Entry])>,
) -> Result<PlanSheet, String> {
    let course: Course = wish.course.parse().map_err(sentence)?;
    let (goal, goal_from) = match wish.goal.trim() {
        "" => past
            .and_then(|(history, entries)| plan::goal(history, entries, course))
            .map(|(goal, from)| (goal, Some(from)))
            .ok_or("a plan needs a goal: a time (3:45:00) or a pace (8:35/mi, 5:20/km)")?,
        text => {
            let pace_s_per_m = goal::pace(text, Some(course.length_m())).map_err(sentence)?;
            (Goal { course: Some(course), pace_s_per_m }, None)
        }
    };
    let stated: Option<Sex> = sex.map(str::parse).transpose().map_err(sentence)?;
    let sex = stated.or_else(|| past.and_then(|(history, entries)| plan::recorded_sex(history, entries)));
    let request = PlanRequest {
        course: Some(course),
        goal,
        sex,
        course_profile: None,
        temperatures: None,
        split: None,
    };
    let plan = Plan::make(&request).map_err(sentence)?;
    let own = past.map(|(history, entries)| Own::of(history, entries, Some(course)));
    Ok(PlanSheet { plan, goal_from, own, sex, track: None })
}
