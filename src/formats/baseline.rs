//! Compares a report with a baseline, an earlier report in JSON.
//!
//! A baseline is a document of `--format json` or of `--update-baseline`, which leaves out what is
//! not compared. Runs are matched by path, member and activity number; runs with equal addresses
//! are matched in order. Only the columns of the runs table are compared. A baseline written by an
//! older version therefore stays valid as long as those columns do.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::io::Write;

use serde_json::{Map, Value};
use thiserror::Error;

use super::json::{SCHEMA, value};
use super::tabular::columns::COLUMNS;
use crate::escape::escape_controls;
use crate::judge::{Finding, Level};
use crate::report::{Addresses, Change, ChangeKind, Report, Row};

/// The findings that CI formats report: all of them, or only the new ones if there is a baseline.
pub(super) struct CountedFindings<'a>(Option<BTreeSet<(&'a str, &'a str)>>);

impl<'a> CountedFindings<'a> {
    /// Selects the findings of a report.
    pub(super) fn of(report: &'a Report) -> Self {
        let new = |change: &&Change| change.kind == ChangeKind::NewFinding;
        Self(report.changes.as_ref().map(|changes| {
            changes.iter().filter(new).map(|change| (change.address.as_str(), change.what.as_str())).collect()
        }))
    }

    /// Returns whether a row's finding is among them.
    pub(super) fn has(&self, row: &Row, finding: &Finding) -> bool {
        self.0
            .as_ref()
            .is_none_or(|new| new.contains(&(escape_controls(&row.address()).as_str(), finding.id)))
    }
}

/// Writes a baseline: the columns of every run, one run for each line, so that a diff of two
/// baselines can be read.
///
/// # Errors
///
/// If writing fails.
pub fn write_baseline(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{{\"schema\":\"{SCHEMA}\",\"activities\":[")?;
    for (number, row) in report.rows.iter().enumerate() {
        let columns: Map<String, Value> =
            COLUMNS.iter().map(|(name, _, cell)| ((*name).to_owned(), value(cell(row)))).collect();
        let comma = if number + 1 < report.rows.len() { "," } else { "" };
        writeln!(out, "{}{comma}", Value::Object(columns))?;
    }
    writeln!(out, "]}}")
}

/// Why a text is not a baseline.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// The text is not JSON.
    #[error("not a JSON document: {0}")]
    NotJson(#[from] serde_json::Error),
    /// The document has another schema, or none: its JSON value.
    #[error("its schema is {0}, not {SCHEMA}; write one with --format json")]
    OtherSchema(Value),
    /// The document has no list of activities.
    #[error("it has no list \"activities\"; write a new one with --update-baseline")]
    NoActivities,
    /// An activity has no path: its number, from 1.
    #[error("its activity {0} has no path; write a new one with --update-baseline")]
    NoPath(usize),
}

/// Compares a report with the text of a baseline. Numbers are equal if they differ by `tolerance`
/// at most.
///
/// # Errors
///
/// If the text is not a baseline.
pub fn compare(report: &Report, baseline: &str, tolerance: f64) -> Result<Vec<Change>, BaselineError> {
    let document: Value = serde_json::from_str(baseline)?;
    if document["schema"] != SCHEMA {
        return Err(BaselineError::OtherSchema(document["schema"].clone()));
    }
    let activities = document["activities"].as_array().ok_or(BaselineError::NoActivities)?;
    let mut before: BTreeMap<String, &Value> = BTreeMap::new();
    let mut unique = Addresses::default();
    for (number, activity) in (1..).zip(activities) {
        let address = address(activity).ok_or(BaselineError::NoPath(number))?;
        before.insert(unique.distinct(&address), activity);
    }
    let mut changes = Vec::new();
    for row in &report.rows {
        // A baseline contains addresses with control characters escaped.
        let address = escape_controls(&row.address());
        match before.remove(&address) {
            Some(activity) => changes.extend(row_changes(row, &address, activity, tolerance)),
            None => {
                changes.push(change(&address, ChangeKind::NewRun, "", "", row.status.code()));
                let found = row.findings().iter().filter(|finding| finding.level > Level::Info);
                changes.extend(found.map(|finding| {
                    change(&address, ChangeKind::NewFinding, finding.id, "", finding.level.code())
                }));
            }
        }
    }
    changes.extend(before.into_iter().map(|(address, activity)| {
        change(&address, ChangeKind::GoneRun, "", activity["status"].as_str().unwrap_or_default(), "")
    }));
    changes.sort_by_key(|change| change.kind);
    Ok(changes)
}

/// Returns the address of a baseline's activity; `None` if it has no path.
fn address(activity: &Value) -> Option<String> {
    let mut address = activity["path"].as_str()?.to_owned();
    if let Some(member) = activity["member"].as_str() {
        address = format!("{address}!{member}");
    }
    Some(match activity["activity"].as_u64() {
        Some(number) if number > 1 => format!("{address}#{number}"),
        _ => address,
    })
}

/// Compares a row with the same run in the baseline, column by column.
fn row_changes(row: &Row, address: &str, before: &Value, tolerance: f64) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, _, cell) in COLUMNS {
        let now = value(cell(row));
        let was = &before[name];
        if name == "rules" {
            changes.extend(findings(row, address, was.as_str().unwrap_or_default()));
        } else if !same(was, &now, tolerance) {
            changes.push(change(address, ChangeKind::Moved, name, &plain_text(was), &plain_text(&now)));
        }
    }
    changes
}

/// Returns whether two values are equal; numbers may differ by the tolerance.
fn same(was: &Value, now: &Value, tolerance: f64) -> bool {
    match (was.as_f64(), now.as_f64()) {
        (Some(was), Some(now)) => (was - now).abs() <= tolerance,
        _ => was == now,
    }
}

/// Returns a JSON value as text without quotation marks; empty for null.
fn plain_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Compares the findings above level info. `rules` is the baseline's cell, for example
/// "START-01:warning;MILE-01:note".
fn findings(row: &Row, address: &str, rules: &str) -> Vec<Change> {
    let was: BTreeMap<&str, Level> = rules
        .split(';')
        .filter_map(|rule| rule.split_once(':'))
        .filter_map(|(id, level)| Some((id, level.parse().ok()?)))
        .filter(|(_, level)| *level > Level::Info)
        .collect();
    let now: BTreeMap<&str, Level> = row
        .findings()
        .iter()
        .filter(|finding| finding.level > Level::Info)
        .map(|finding| (finding.id, finding.level))
        .collect();
    let ids: BTreeSet<&str> = was.keys().chain(now.keys()).copied().collect();
    let code = |level: Option<&Level>| level.map_or("", |level| level.code());
    ids.into_iter()
        .filter(|id| was.get(id) != now.get(id))
        .map(|id| {
            let (before, after) = (was.get(id), now.get(id));
            let kind = if after > before { ChangeKind::NewFinding } else { ChangeKind::FixedFinding };
            change(address, kind, id, code(before), code(after))
        })
        .collect()
}

/// Makes a change.
fn change(address: &str, kind: ChangeKind, what: &str, before: &str, after: &str) -> Change {
    Change {
        address: address.to_owned(),
        kind,
        what: what.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    }
}
