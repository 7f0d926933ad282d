//! JSON for programs: the columns of CSV under the same names, and nested values for which a table
//! has no room.
//!
//! A document has the fields `schema`, `summary`, `activities` and `trends`, and `changes` with a
//! baseline. `ndjson` has one activity for each line. Absent values are `null`. Numbers have the
//! same decimals as in CSV. New fields may be added at the end; no field changes its meaning within
//! `firstmile/1`. The schema is in `schema.json`.

use std::io;
use std::io::Write;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::Style;
use super::tabular::columns::{COLUMNS, Cell, CellType, START_COORDINATES, fixed, metres, rfc3339, seconds};
use super::tabular::tables::{self, EFFORTS, LAPS};
use crate::escape::escape_controls;
use crate::history::CourseTrend;
use crate::judge::Finding;
use crate::measure::{NoiseSource, Split};
use crate::report::{Change, Report, Row, Scores, Summary};

/// The name and version of the document's schema.
pub(super) const SCHEMA: &str = "firstmile/1";

/// Writes one document.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let document = DocumentJson {
        schema: SCHEMA,
        summary: &report.summary,
        activities: report.rows.iter().map(|row| ActivityJson(row, style)).collect(),
        trends: TrendsJson::of(report),
        changes: report.changes.as_deref(),
    };
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Writes one activity for each line.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write_lines(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for row in &report.rows {
        serde_json::to_writer(&mut *out, &ActivityJson(row, style)).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// The whole document.
#[derive(Serialize)]
struct DocumentJson<'a> {
    schema: &'static str,
    summary: &'a Summary,
    activities: Vec<ActivityJson<'a>>,
    trends: TrendsJson,
    /// The differences from a baseline; left out without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'a [Change]>,
}

/// An activity: the columns in their order, then the nested values, which only scored and duplicate
/// runs have.
struct ActivityJson<'a>(&'a Row, &'a Style);

impl Serialize for ActivityJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = self.0;
        let mut map = serializer.serialize_map(None)?;
        let places = if self.1.with_coordinates { &START_COORDINATES[..] } else { &[] };
        for (name, _, cell) in COLUMNS.iter().chain(places) {
            map.serialize_entry(name, &value(cell(row)))?;
        }
        let scores = row.scores.as_ref();
        map.serialize_entry("splits", &scores.map(SplitsJson::of))?;
        map.serialize_entry("ledger", &scores.map(LedgerJson::of))?;
        map.serialize_entry("findings", &row.findings().iter().map(FindingJson::of).collect::<Vec<_>>())?;
        map.serialize_entry("reasons", &scores.map(|s| escaped(&s.reasons)))?;
        map.serialize_entry("may_be_race", &scores.map(|s| s.may_be_race))?;
        map.serialize_entry("race_marks", &scores.map(|s| &s.marks))?;
        map.serialize_entry("grade", &scores.map(GradeJson::of))?;
        let notes = row.identity.as_ref().map(|identity| &identity.notes[..]).unwrap_or_default();
        map.serialize_entry(
            "notes",
            &notes.iter().map(|note| escape_controls(&note.to_string())).collect::<Vec<_>>(),
        )?;
        map.serialize_entry("laps", &scores.map(|_| objects(&LAPS, tables::laps(row))))?;
        map.serialize_entry("efforts", &scores.map(|_| objects(&EFFORTS, tables::efforts(row))))?;
        map.end()
    }
}

/// Returns rows of a table as objects, whose fields are the columns.
fn objects(columns: &[(&str, CellType)], rows: Vec<Vec<Cell>>) -> Vec<Value> {
    let object = |cells: Vec<Cell>| {
        columns.iter().zip(cells).map(|((name, _), cell)| ((*name).to_owned(), value(cell))).collect()
    };
    rows.into_iter().map(|cells| Value::Object(object(cells))).collect()
}

/// The splits of a run by both units.
#[derive(Serialize)]
struct SplitsJson {
    mile: Vec<SplitJson>,
    km: Vec<SplitJson>,
}

impl SplitsJson {
    fn of(scores: &Scores) -> Self {
        let views = |splits: &[Split]| {
            (1..).zip(splits).map(|(index, split)| SplitJson::of(index, split, scores)).collect()
        };
        Self { mile: views(&scores.view.miles), km: views(&scores.view.kms) }
    }
}

/// One mile or kilometre; metres and seconds.
#[derive(Serialize)]
struct SplitJson {
    index: usize,
    distance_m: Value,
    end_m: Value,
    elapsed_s: Value,
    timer_s: Value,
    moving_s: Value,
    /// Metres of level ground that would have cost as much energy; null if grade is not applied.
    level_m: Value,
    /// Beats a minute; null if less than half of the split has a heart rate.
    hr_mean: Value,
    /// Grade-adjusted pace on the run's basis; null if grade is not applied.
    gap_pace_s_per_km: Value,
}

impl SplitJson {
    fn of(index: usize, split: &Split, scores: &Scores) -> Self {
        Self {
            index,
            distance_m: number(metres(split.distance_m)),
            end_m: number(metres(split.end_m)),
            elapsed_s: number(seconds(split.times.elapsed_s)),
            timer_s: number(seconds(split.times.timer_s).filter(|_| scores.measured.timer_known)),
            moving_s: number(seconds(split.times.moving_s)),
            level_m: number(split.level_m.and_then(metres)),
            hr_mean: number(tables::heart_rate(split.heart_bpm)),
            gap_pace_s_per_km: number(tables::gap_pace(split, scores.basis)),
        }
    }
}

/// Every distance of a run, which one was used and why.
#[derive(Serialize)]
struct LedgerJson {
    device_m: Value,
    gps_m: Value,
    course_m: Value,
    used: &'static str,
    why: String,
    scale: Value,
    gps_spikes: usize,
    lead_s: Value,
    tail_m: Value,
}

impl LedgerJson {
    fn of(scores: &Scores) -> Self {
        let (ledger, view) = (&scores.measured.ledger, &scores.view);
        Self {
            device_m: number(ledger.device_m.and_then(metres)),
            gps_m: number(ledger.gps_m.and_then(metres)),
            course_m: number(view.course.and_then(|course| metres(course.length_m()))),
            used: ledger.source.code(),
            why: escape_controls(&ledger.why),
            scale: number(fixed(view.scale, 6)),
            gps_spikes: ledger.gps_spikes,
            lead_s: number(seconds(view.lead_s)),
            tail_m: number(metres(view.tail_m)),
        }
    }
}

/// The climbs of a run, and whether grade adjustment is applied.
#[derive(Serialize)]
struct GradeJson {
    applied: bool,
    why_not: Option<String>,
    ascent_m: Value,
    descent_m: Value,
    noise_m: Value,
    device_ascent_m: Value,
    device_descent_m: Value,
    noise_source: Option<&'static str>,
}

impl GradeJson {
    fn of(scores: &Scores) -> Self {
        let grade = &scores.measured.grade;
        Self {
            applied: grade.refused.is_none(),
            why_not: grade.refused.clone(),
            ascent_m: number(grade.ascent_m.and_then(metres)),
            descent_m: number(grade.descent_m.and_then(metres)),
            noise_m: number(grade.noise_m.and_then(metres)),
            device_ascent_m: number(grade.device_ascent_m.and_then(metres)),
            device_descent_m: number(grade.device_descent_m.and_then(metres)),
            noise_source: grade.noise_source.map(NoiseSource::code),
        }
    }
}

/// A finding with its evidence.
#[derive(Serialize)]
pub(super) struct FindingJson {
    id: &'static str,
    title: &'static str,
    level: &'static str,
    sentence: String,
    evidence: Vec<EvidenceJson>,
}

impl FindingJson {
    /// Makes the JSON view of a finding.
    pub(super) fn of(finding: &Finding) -> Self {
        let evidence = finding.evidence.iter().map(|evidence| EvidenceJson {
            name: evidence.name,
            value: number(fixed(evidence.value, 4)),
            unit: evidence.unit,
            pool: evidence.pool.map(|pool| pool.name),
            n: evidence.pool.map(|pool| pool.n),
            days: evidence.pool.and_then(|pool| pool.days),
        });
        Self {
            id: finding.id,
            title: finding.title,
            level: finding.level.code(),
            sentence: escape_controls(&finding.sentence),
            evidence: evidence.collect(),
        }
    }
}

/// A number on which a finding is based.
#[derive(Serialize)]
struct EvidenceJson {
    name: &'static str,
    value: Value,
    unit: &'static str,
    /// The races whose runners the number is from; null if it is the run's own.
    pool: Option<&'static str>,
    /// The number of those runners.
    n: Option<usize>,
    /// The number of their race days; null if not counted.
    days: Option<usize>,
}

/// Trends over all races, and findings about more than one run.
#[derive(Serialize)]
struct TrendsJson {
    courses: Vec<CourseTrendJson>,
    findings: Vec<FindingJson>,
}

impl TrendsJson {
    fn of(report: &Report) -> Self {
        Self {
            courses: report.trends.courses.iter().map(CourseTrendJson::of).collect(),
            findings: report.over_time.iter().map(FindingJson::of).collect(),
        }
    }
}

/// The races over one course by date, and their trend as a sentence.
#[derive(Serialize)]
struct CourseTrendJson {
    course: &'static str,
    races: Vec<RaceJson>,
    direction: String,
}

impl CourseTrendJson {
    fn of(trend: &CourseTrend) -> Self {
        let races = trend.points.iter().map(|point| RaceJson {
            date: point.day().date(),
            positive_split_pct: number(fixed(point.positive_split_pct, 3)),
            start_excess_pct: number(fixed(point.start_excess_pct, 3)),
        });
        Self { course: trend.course.code(), races: races.collect(), direction: trend.direction() }
    }
}

/// A race in a trend.
#[derive(Serialize)]
struct RaceJson {
    date: String,
    positive_split_pct: Value,
    start_excess_pct: Value,
}

/// Returns texts with control characters escaped.
fn escaped(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| escape_controls(text)).collect()
}

/// Returns a cell as a JSON value; an empty one as null.
pub(super) fn value(cell: Cell) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => Value::String(text),
        Cell::Count(count) => Value::from(count),
        Cell::Time(unix_s) => Value::String(rfc3339(unix_s)),
        // serde_json writes the shortest decimal that parses to the same double.
        Cell::Number(digits) => digits.parse::<f64>().map_or(Value::Null, Value::from),
    }
}

/// Returns a number's cell as a JSON value; `None` as null.
pub(super) fn number(cell: Option<Cell>) -> Value {
    cell.map_or(Value::Null, value)
}
