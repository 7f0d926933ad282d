//! The history as one JSON document: races and long runs, trends by course, payback, findings.

use std::io;
use std::io::Write;

use serde_json::{Map, Value, json};

use super::{Report, cells, events};
use crate::formats::json::{FindingJson, number, value};
use crate::formats::tabular::columns::{cells_by_name, fixed};
use crate::history::{Best, CourseTrend, DriftYear, Follows, Training, TrendResult};

/// The name and version of the document's schema.
const SCHEMA: &str = "firstmile-history/1";

/// Writes the document.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let runs: Vec<Value> = events(report)
        .iter()
        .map(|event| {
            let fields = cells(event).into_iter().map(|(name, cell)| (name.to_owned(), value(cell)));
            Value::Object(fields.collect::<Map<_, _>>())
        })
        .collect();
    let trends = &report.trends;
    let payback = match &trends.payback {
        Ok(payback) => json!({
            "lost_for_gained": decimals(payback.lost_for_gained, 3),
            "low": decimals(payback.low, 3),
            "high": decimals(payback.high, 3),
            "races": payback.races,
        }),
        Err(why) => json!({ "refused": why.to_string() }),
    };
    let findings: Vec<FindingJson> = report.over_time.iter().map(FindingJson::of).collect();
    let document = json!({
        "schema": SCHEMA,
        "summary": report.summary,
        "runs": runs,
        "courses": trends.courses.iter().map(course).collect::<Vec<_>>(),
        "long_runs": long_runs(&trends.training),
        "payback": payback,
        "findings": findings,
        "best_efforts": best_efforts(report),
        "steady_drift": trends.drifts.iter().map(steady_drift).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Returns a course: its races, its years and its trends.
fn course(trend: &CourseTrend) -> Value {
    let races = trend.points.iter().map(|point| {
        json!({
            "date": point.day().date(),
            "positive_split_pct": decimals(point.positive_split_pct, 3),
            "start_excess_pct": decimals(point.start_excess_pct, 3),
        })
    });
    let years = trend.years().into_iter().map(|year| {
        json!({
            "year": year.year,
            "races": year.races,
            "median_positive_split_pct": decimals(year.median_split_pct, 3),
            "median_start_excess_pct": decimals(year.median_excess_pct, 3),
        })
    });
    json!({
        "course": trend.course.code(),
        "races": races.collect::<Vec<_>>(),
        "years": years.collect::<Vec<_>>(),
        "split_trend": drift(trend.split_drift()),
        "start_trend": drift(trend.start_drift()),
        "direction": trend.direction(),
    })
}

/// Returns a trend as points a year with its confidence interval; null if there are too few races.
fn drift(drift: TrendResult) -> Value {
    match drift {
        TrendResult::Slope(slope, chance) => json!({
            "points_a_year": decimals(slope.slope, 3),
            "low": decimals(slope.low, 3),
            "high": decimals(slope.high, 3),
            "chance": decimals(chance, 4),
        }),
        TrendResult::TooFew | TrendResult::TooShort(_) => Value::Null,
    }
}

/// Returns the long runs: counts, streaks, months, and whether races follow them.
fn long_runs(training: &Training) -> Value {
    let months = training.months().into_iter().map(|month| {
        json!({
            "month": format!("{:04}-{:02}", month.year, month.month),
            "held_back": month.held_back,
            "runs": month.runs,
        })
    });
    let (best, latest) = training.streaks();
    let follows = match training.follows {
        Follows::TooFew(races) => json!({ "races": races, "tau": null, "chance": null }),
        Follows::Tau(tau, chance, races) => {
            json!({ "races": races, "tau": decimals(tau, 3), "chance": decimals(chance, 4) })
        }
    };
    json!({
        "held_back": training.held_back(),
        "runs": training.long_runs.len(),
        "most_in_a_row": best,
        "in_a_row_now": latest,
        "months": months.collect::<Vec<_>>(),
        "races_follow": follows,
    })
}

/// Returns the heart-rate drift of a year's steady runs.
fn steady_drift(year: &DriftYear) -> Value {
    json!({
        "year": year.year,
        "runs": year.runs,
        "median_drift_pct": decimals(year.median_pct, 3),
    })
}

/// Returns the best efforts of each year, with the run that each is from.
fn best_efforts(report: &Report) -> Vec<Value> {
    let best = |best: &Best| {
        let row = report.rows.get(best.entry)?;
        let run = cells_by_name(row, &["path", "member", "activity", "name"]);
        let mut fields: Map<_, _> = run.map(|(name, cell)| (name.to_owned(), value(cell))).collect();
        let own = [
            ("year", json!(best.day.year)),
            ("effort", json!(best.effort.code())),
            ("distance_m", decimals(best.effort.length_m, 2)),
            ("start_m", decimals(best.effort.from_m, 2)),
            ("elapsed_s", decimals(best.effort.elapsed_s, 3)),
            ("date", json!(best.day.date())),
            ("fastest_of_all", json!(best.of_all)),
        ];
        fields.extend(own.map(|(name, value)| (name.to_owned(), value)));
        Some(Value::Object(fields))
    };
    report.trends.bests.iter().filter_map(best).collect()
}

/// Returns a number with fixed decimals; null if it is not finite.
fn decimals(value: f64, decimals: usize) -> Value {
    number(fixed(value, decimals))
}
