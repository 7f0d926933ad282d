//! Formats of a pacing plan: text and a printable pace band for the runner, CSV and JSON for
//! programs, workouts and courses for watches.
//!
//! A format is one file with a `write` function and one line in [`FORMATS`].

mod course;
mod csv;
mod fit;
mod html;
mod json;
mod text;
mod workout;

use super::{Format, Style};
use crate::activity::Sex;
use crate::phrases::clock;
use crate::plan::{Own, Plan, TimedPoint};

/// A plan and what is printed with it.
#[derive(Debug)]
pub struct PlanSheet {
    /// The plan.
    pub plan: Plan,
    /// The origin of the goal as part of a sentence; `None` if it is from the command line.
    pub goal_from: Option<String>,
    /// The runner's races over the course; `None` if no recordings were given.
    pub own: Option<Own>,
    /// The sex for which the chance of the wall was computed; `None` for all runners.
    pub sex: Option<Sex>,
    /// The course's points with the planned times; `None` without a course file.
    pub track: Option<Vec<TimedPoint>>,
}

/// The formats of a plan. The first is the default.
pub static FORMATS: &[Format<PlanSheet>] = &[
    Format::new("text", "for people", text::write),
    Format::new("csv", "the targets, for spreadsheets and scripts", |sheet, _, out| csv::write(sheet, out)),
    Format::new("json", "all of it, for programs", |sheet, _, out| json::write(sheet, out)),
    Format::new("html", "a pace band to print", html::write),
    Format::new("fit", "a FIT workout for the watch: steps with pace ranges", workout::write),
    Format::new("fit-course", "a FIT course with planned times, from --gpx", course::write_fit),
    Format::new("tcx", "the same course as TCX", course::write_tcx),
];

/// The formats that need [`PlanSheet::track`].
pub const COURSES: &[&str] = &["fit-course", "tcx"];

/// Returns whether a file, by its first bytes, is a workout or course as this module writes them.
#[cfg(feature = "cli")]
pub(crate) fn is_for_watch(head: &[u8]) -> bool {
    fit::is_written_here(head) || head.starts_with(course::TCX_HEAD.as_bytes())
}

/// The Unix time of all files for the watch, 2020-01-01T00:00:00Z. A plan has no date, and equal
/// plans make equal files.
const TIME_CREATED_S: i64 = 1_577_836_800;

/// Returns the name of a workout or course: "26.2 mi 3:45:00". TCX allows 15 characters, and so
/// does the C version of Garmin's FIT SDK.
fn watch_name(plan: &Plan, style: &Style) -> String {
    let distance = plan.distance_m / style.units.metres();
    let distance = if distance < 99.95 { format!("{distance:.1}") } else { format!("{distance:.0}") };
    let distance = distance.strip_suffix(".0").unwrap_or(&distance);
    let mut name = format!("{distance} {} {}", style.units.short(), clock(plan.goal_s));
    name.truncate(usize::from(fit::NAME_BYTES) - 1);
    name
}
