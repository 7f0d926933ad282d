//! A field side by side, to bytes: everyone's pacing, who passed whom, how the splits lie.
//!
//! A format is one file with a `write` function and one line in [`FORMATS`].

mod csv;
mod json;
mod text;

use super::Format;
use super::tabular::columns::{Cell, maybe, named, seconds, text as text_cell};
use crate::history::field::{FieldRunner, FieldStart, RaceField};
use crate::report::{Report, Row, Scores, found, start_level};
use crate::statistics::median;
use std::collections::BTreeMap;

/// A field and the rows of its runners.
#[derive(Debug)]
pub struct FieldReport {
    /// The rows and counts.
    pub report: Report,
    /// The race that most of the runs are of.
    pub field: RaceField,
    /// Scored runs that are not of it.
    pub others: usize,
}

impl FieldReport {
    /// The runners with their rows, by their finish.
    fn runners(&self) -> Vec<(&FieldRunner, &Row, &Scores)> {
        let told = |runner| -> Option<(&FieldRunner, &Row, &Scores)> {
            let runner: &FieldRunner = runner;
            let row = self.report.rows.get(runner.entry)?;
            Some((runner, row, row.scores.as_ref()?))
        };
        self.field.runners.iter().filter_map(told).collect()
    }

    /// What each runner is called, in the order of [`runners`](Self::runners): the file's name, with its folder where files of
    /// one name are many.
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

    /// The median of the places gained after the first mile, of the quarter that started fastest and of the calmest
    /// quarter; below zero places were lost.
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

/// A runner's fields, as CSV and JSON share them.
fn fields(runner: &FieldRunner, row: &Row, scores: &Scores) -> Vec<(&'static str, Cell)> {
    let [at_mile, at_half, at_finish] = runner.places.map(Cell::Count);
    let start = |count: fn(&FieldStart) -> usize| maybe(runner.start.map(|start| Cell::Count(count(&start))));
    let shared = named(row, &SHARED);
    let wall = scores.view.marathon.then(|| found(row, "WALL-01").is_some());
    let mut fields = vec![("place", at_finish)];
    fields.extend(shared);
    fields.extend([
        ("start_level", maybe(start_level(row).map(|level| text_cell(level.code())))),
        ("wall", maybe(wall.map(|wall| text_cell(if wall { "yes" } else { "no" })))),
        ("start_behind_gun_s", maybe(runner.start.and_then(|start| seconds(start.behind_s)))),
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
];
