//! Two runs side by side as one JSON document.

use std::io;
use std::io::Write;

use serde_json::{Value, json};

use super::words::{Names, answer};
use crate::formats::Style;
use crate::report::{Both, GapAt, Matching, Versus};
use crate::units::Units;

/// The name and version of the document's schema.
const SCHEMA: &str = "firstmile-compare/1";

/// Writes the document. Seconds and beats have 3 decimals, metres 2.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(versus: &Versus, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let names = Names::of(versus);
    let [first_mile, final_mile] = versus.miles();
    let [first_half, second_half] = versus.halves();
    let document = json!({
        "schema": SCHEMA,
        "answer": answer(versus, &names, style.units),
        "basis": versus.basis.code(),
        "matching": versus.matching.code(),
        "course": match versus.matching {
            Matching::Course(course) => Some(course.code()),
            Matching::Shares | Matching::Shorter => None,
        },
        "length_m": metres(versus.length_m),
        "unfinished": versus.is_unfinished,
        "gap_s": seconds(versus.gap_s()),
        "opened": versus.opened(style.units).map(|opened| json!({
            "from_m": metres(opened.from_m),
            "to_m": metres(opened.to_m),
            "gap_s": seconds(opened.gap_s),
        })),
        "a": run(versus, &names, 0),
        "b": run(versus, &names, 1),
        "first_mile": both(first_mile),
        "final_mile": both(final_mile),
        "first_half": both(first_half),
        "second_half": both(second_half),
        "start": both(versus.start()),
        "miles": gaps(versus, Units::Miles),
        "kms": gaps(versus, Units::Kilometres),
        "heart_5k": versus.heart_5k().into_iter().map(|(end_m, [a, b])| json!({
            "end_m": metres(end_m),
            "a_bpm": seconds(a),
            "b_bpm": seconds(b),
        })).collect::<Vec<Value>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Returns a run's own facts.
fn run(versus: &Versus, names: &Names, side: usize) -> Value {
    let (row, view) = (&versus.rows[side], versus.views()[side]);
    let scores = row.scores.as_ref();
    json!({
        "address": row.address(),
        "name": row.title(),
        "label": names.short[side],
        "day": row.day(),
        "kind": scores.map(|scores| scores.kind.code()),
        "distance_m": metres(view.distance_m),
        "finish_s": seconds(view.total.on(versus.basis)),
        "hr_mean": scores.and_then(|scores| scores.measured.heart_mean_bpm).map(seconds),
        "ascent_m": scores.and_then(|scores| scores.measured.grade.ascent_m).map(metres),
    })
}

/// Returns a stretch of both runs.
fn both(both: Both) -> Value {
    let [a_s, b_s] = both.times_s;
    json!({
        "distance_m": metres(both.distance_m),
        "a_s": seconds(a_s),
        "b_s": seconds(b_s),
        "gap_s": seconds(b_s - a_s),
    })
}

/// Returns the gap at every mark.
fn gaps(versus: &Versus, units: Units) -> Vec<Value> {
    let gaps = versus.gaps(units);
    let gap = |gap: &GapAt| {
        json!({
            "mark_m": metres(gap.at_m),
            "a_s": seconds(gap.times_s[0]),
            "b_s": seconds(gap.times_s[1]),
            "gap_s": seconds(gap.gap_s()),
        })
    };
    gaps.iter().map(gap).collect()
}

fn seconds(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn metres(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
