//! Formats of a pacing plan: text and a printable pace band for the runner, CSV and JSON for
//! programs.
//!
//! A format is one file with a `write` function and one line in [`FORMATS`].

mod csv;
mod html;
mod json;
mod text;

use super::Format;
use crate::activity::Sex;
use crate::plan::{Own, Plan};

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
}

/// The formats of a plan. The first is the default.
pub static FORMATS: &[Format<PlanSheet>] = &[
    Format::new("text", "for people", text::write),
    Format::new("csv", "the targets, for spreadsheets and scripts", |sheet, _, out| csv::write(sheet, out)),
    Format::new("json", "all of it, for programs", |sheet, _, out| json::write(sheet, out)),
    Format::new("html", "a pace band to print", html::write),
];
