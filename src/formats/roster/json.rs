//! A roster as one JSON document, and the columns that CSV and JSON share.

use std::io;
use std::io::Write;

use serde_json::{Map, Value, json};

use crate::formats::json::value;
use crate::formats::tabular::columns::{Cell, fixed, or_empty, text};
use crate::report::{Roster, RosterLine};

/// The name and version of the document's schema.
const SCHEMA: &str = "firstmile-roster/1";

/// Writes the document.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(roster: &Roster, out: &mut dyn Write) -> io::Result<()> {
    let athletes: Vec<Value> = roster
        .lines
        .iter()
        .map(|line| {
            let fields = fields(line).into_iter().map(|(name, cell)| (name.to_owned(), value(cell)));
            let mut map: Map<String, Value> = fields.collect();
            map.insert(
                "trends".to_owned(),
                json!(line.athlete.clear_trends.iter().map(|trend| &trend.sentence).collect::<Vec<_>>()),
            );
            Value::Object(map)
        })
        .collect();
    let document = json!({
        "schema": SCHEMA,
        "day": roster.day.map(|day| day.date()),
        "needs_a_word_this_week": roster.this_week(),
        "strays": roster.strays,
        "athletes": athletes,
    });
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Returns the columns of a line.
///
/// | column | meaning |
/// |---|---|
/// | `athlete` | the folder's name |
/// | `need` | `trouble`, `this-week`, `soon`, `silent` or `none` |
/// | `level` | the level of the finding that is the reason |
/// | `why` | the reason |
/// | `last_day` | local day of the latest scored run |
/// | `activities`, `scored`, `races`, `unreadable` | counts over all years |
/// | `races_in_year` | races in the last 365 days |
/// | `median_start_excess_pct` | median start excess of those races, percent |
/// | `long_runs` | long runs of the last 12 weeks |
/// | `long_runs_held_back` | those of them with a first mile slower than the final one |
/// | `last_age_days` | days between the latest scored run and the club's |
pub(super) fn fields(line: &RosterLine) -> [(&'static str, Cell); 14] {
    let athlete = &line.athlete;
    [
        ("athlete", text(&athlete.name)),
        ("need", text(line.need.code())),
        ("level", or_empty(line.level.map(|level| text(level.code())))),
        ("why", text(&line.why)),
        ("last_day", or_empty(line.last.map(|day| text(&day.date())))),
        ("activities", Cell::Count(athlete.activities)),
        ("scored", Cell::Count(athlete.scored)),
        ("races", Cell::Count(athlete.races)),
        ("unreadable", Cell::Count(athlete.unreadable)),
        ("races_in_year", Cell::Count(line.races_in_year)),
        ("median_start_excess_pct", or_empty(line.median_excess_pct.and_then(|pct| fixed(pct, 3)))),
        ("long_runs_held_back", Cell::Count(line.held_back.0)),
        ("long_runs", Cell::Count(line.held_back.1)),
        ("last_age_days", or_empty(line.last_age_days.map(Cell::Count))),
    ]
}
