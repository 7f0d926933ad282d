//! A field of runners as one JSON document.

use std::io;
use std::io::Write;

use serde_json::{Map, Value, json};

use super::{FieldReport, fields};
use crate::formats::json::value;
use crate::measure::Course;
use crate::report::Row;
use crate::units::civil;

/// The name and version of the document's schema.
const SCHEMA: &str = "firstmile-field/1";

/// Writes the document.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &FieldReport, out: &mut dyn Write) -> io::Result<()> {
    let runners: Vec<Value> = report
        .runners()
        .into_iter()
        .map(|(runner, row, scores)| {
            let fields = fields(runner, row, scores).into_iter();
            let mut map: Map<String, Value> =
                fields.map(|(name, cell)| (name.to_owned(), value(cell))).collect();
            map.insert("places_by_km".to_owned(), json!(runner.places_by_km));
            Value::Object(map)
        })
        .collect();
    let field = &report.field;
    let addresses =
        |entries: &[usize]| -> Vec<String> { report.rows(entries).into_iter().map(Row::address).collect() };
    let duplicates: Vec<Value> = report
        .duplicates()
        .map(|(row, original)| json!({ "path": row.address(), "duplicate_of": original }))
        .collect();
    let document = json!({
        "schema": SCHEMA,
        "summary": report.report.summary,
        "day": civil(field.local_s.floor() as i64).date(),
        "course": field.course.map(Course::code),
        "distance_m": field.distance_m,
        "one_gun": field.one_gun,
        "others": report.left_out.count(),
        "runners": runners,
        "left_out": {
            "other_races": addresses(&report.left_out.other_races),
            "not_whole": addresses(&report.left_out.not_whole),
        },
        "duplicates": duplicates,
    });
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
