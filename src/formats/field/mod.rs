//! Formats of a field, the runners of one race: everyone's pacing, who passed whom, and the
//! distribution of splits.
//!
//! A format is one file with a `write` function and one line in [`FORMATS`].

mod csv;
mod html;
mod json;
mod text;

use std::collections::BTreeMap;

use super::Format;
use super::tabular::columns::{Cell, cells_by_name, or_empty, seconds, text as text_cell};
use crate::history::field::{FieldRunner, FieldStart, LeftOut, RaceField};
use crate::report::{Report, Row, Scores, found, start_level};
use crate::statistics::median;

/// A field with the report that has its runners' rows.
#[derive(Debug)]
pub struct FieldReport {
    /// The report on all recordings that were read.
    pub report: Report,
    /// The race to which most of the runs belong.
    pub field: RaceField,
    /// The scored runs that do not belong to it.
    pub left_out: LeftOut,
}

impl FieldReport {
    /// Returns the runners with their rows, in order of finish.
    fn runners(&self) -> Vec<(&FieldRunner, &Row, &Scores)> {
        let with_row = |runner| -> Option<(&FieldRunner, &Row, &Scores)> {
            let runner: &FieldRunner = runner;
            let row = self.report.rows.get(runner.entry)?;
            Some((runner, row, row.scores.as_ref()?))
        };
        self.field.runners.iter().filter_map(with_row).collect()
    }

    /// Returns each runner's name, in the order of [`runners`](Self::runners).
    ///
    /// It is the file's name, after the folder's if several files have the same name.
    fn names(&self) -> Vec<String> {
        let rows: Vec<&Row> = self.runners().into_iter().map(|(_, row, _)| row).collect();
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for row in &rows {
            *count.entry(row.title_of_file()).or_default() += 1;
        }
        let name = |row: &&Row| match count.get(&row.title_of_file()) {
            Some(1) | None => row.title_of_file(),
            Some(_) => row.title_with_folder(),
        };
        rows.iter().map(name).collect()
    }

    /// Returns the rows that are further files of a recording, each with the address of the file
    /// that counts.
    fn duplicates(&self) -> impl Iterator<Item = (&Row, &str)> {
        self.report.rows.iter().filter_map(|row| Some((row, row.duplicate_of.as_deref()?)))
    }

    /// Returns the rows of entries.
    fn rows(&self, entries: &[usize]) -> Vec<&Row> {
        entries.iter().filter_map(|entry| self.report.rows.get(*entry)).collect()
    }

    /// Returns the median of places gained after the first mile, for the quarter with the fastest
    /// starts and for the quarter with the slowest. Below zero, places were lost. `None` with fewer
    /// than four runners.
    fn gained_by_start(&self) -> Option<(f64, f64)> {
        let mut runners = self.runners();
        runners.sort_by(|a, b| excess_pct(a.2).total_cmp(&excess_pct(b.2)));
        let quarter = runners.len() / 4;
        let gained = |part: &[(&FieldRunner, &Row, &Scores)]| {
            median(part.iter().map(|(runner, ..)| runner.places[0] as f64 - runner.places[2] as f64))
        };
        Some((gained(&runners[runners.len() - quarter..])?, gained(&runners[..quarter])?))
    }
}

/// Returns the start excess by which the start is judged, percent.
fn excess_pct(scores: &Scores) -> f64 {
    scores.view.judged_start_excess_pct(scores.basis)
}

/// The columns that a runner shares with the runs table.
const SHARED: [&str; 12] = [
    "path",
    "member",
    "activity",
    "name",
    "elapsed_s",
    "first_mile_s",
    "final_mile_s",
    "first_half_s",
    "second_half_s",
    "positive_split_pct",
    "start_excess_pct",
    "gap_start_excess_pct",
];

/// Returns a runner's columns, which CSV and JSON share: `place`, those of [`SHARED`], then these.
///
/// | column | meaning |
/// |---|---|
/// | `start_level` | the level of START-01 |
/// | `wall` | whether the runner hit the wall, `yes` or `no`; marathons only |
/// | `start_behind_gun_s` | seconds from the first start to the runner's own |
/// | `place_at_start` | place at the start line |
/// | `place_at_mile_1`, `place_at_half` | place at the first mile and at half-way |
/// | `passed_in_mile_1` | runners overtaken in the first mile |
/// | `passed_by_in_mile_1` | runners overtaken by in the first mile |
/// | `passed_after_mile_1`, `passed_by_after_mile_1` | the same after the first mile |
fn fields(runner: &FieldRunner, row: &Row, scores: &Scores) -> Vec<(&'static str, Cell)> {
    let [at_mile, at_half, at_finish] = runner.places.map(Cell::Count);
    let start =
        |count: fn(&FieldStart) -> usize| or_empty(runner.start.map(|start| Cell::Count(count(&start))));
    let shared = cells_by_name(row, &SHARED);
    let wall = scores.view.marathon.then(|| found(row, "WALL-01").is_some());
    let mut fields = vec![("place", at_finish)];
    fields.extend(shared);
    fields.extend([
        ("start_level", or_empty(start_level(row).map(|level| text_cell(level.code())))),
        ("wall", or_empty(wall.map(|wall| text_cell(if wall { "yes" } else { "no" })))),
        ("start_behind_gun_s", or_empty(runner.start.and_then(|start| seconds(start.behind_s)))),
        ("place_at_start", start(|start| start.place)),
        ("place_at_mile_1", at_mile),
        ("place_at_half", at_half),
        ("passed_in_mile_1", start(|start| start.passed)),
        ("passed_by_in_mile_1", start(|start| start.passed_by)),
        ("passed_after_mile_1", Cell::Count(runner.passed)),
        ("passed_by_after_mile_1", Cell::Count(runner.passed_by)),
    ]);
    fields
}

/// The formats of a field. The first is the default.
pub static FORMATS: &[Format<FieldReport>] = &[
    Format::new("text", "for people", text::write),
    Format::new("csv", "one row a runner, for spreadsheets and scripts", |field, _, out| {
        csv::write(field, out)
    }),
    Format::new("json", "all of it, for programs", |field, _, out| json::write(field, out)),
    Format::new("html", "a page to keep", html::write),
];
