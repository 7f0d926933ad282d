//! What changed against an earlier run: findings that are new or gone, numbers that moved, runs that came or went.
//!
//! The earlier run is a document of `--format json`, or what `--update-baseline` writes, which is the same without all
//! that is not compared. Runs are matched by path, member and activity, those of one name by their
//! order; only the columns of the contract are compared, so a baseline of an older program holds as long as its columns do.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::io::Write;

use serde_json::{Map, Value};

use super::json::{SCHEMA, value};
use super::tabular::columns::COLUMNS;
use crate::escape::escape_controls;
use crate::judge::{Finding, Level};
use crate::report::{Addresses, Change, ChangeKind, Report, Row};

/// The findings that count: all of them, or against a baseline the new ones.
pub(super) struct CountedFindings<'a>(Option<BTreeSet<(&'a str, &'a str)>>);

impl<'a> CountedFindings<'a> {
    /// Of a report.
    pub(super) fn of(report: &'a Report) -> Self {
        let new = |change: &&Change| change.kind == ChangeKind::NewFinding;
        Self(report.changes.as_ref().map(|changes| {
            changes.iter().filter(new).map(|change| (change.address.as_str(), change.what.as_str())).collect()
        }))
    }

    /// Whether a row's finding is one of them.
    pub(super) fn has(&self, row: &Row, finding: &Finding) -> bool {
        self.0.as_ref().is_none_or(|new| new.contains(&(escape_controls(&row.address).as_str(), finding.id)))
    }
}

/// Writes what a later run is to be compared with: the columns of every run, a run a line, so that a change of the file can be
/// read too.
///
/// # Errors
///
/// What the writer says.
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

/// Compares a report with the text of an earlier one.
///
/// # Errors
///
/// One sentence for what is no such document.
pub fn compare(report: &Report, earlier: &str, tolerance: f64) -> Result<Vec<Change>, String> {
    let document: Value =
        serde_json::from_str(earlier).map_err(|error| format!("no JSON document: {error}"))?;
    if document["schema"] != SCHEMA {
        return Err(format!(
            "its schema is {}, not {SCHEMA}; write one with --format json",
            document["schema"]
        ));
    }
    let activities = document["activities"].as_array().ok_or("it has no activities")?;
    let mut before: BTreeMap<String, &Value> = BTreeMap::new();
    let mut given = Addresses::default();
    for (number, activity) in (1..).zip(activities) {
        let address = address(activity).ok_or_else(|| format!("its activity {number} has no path"))?;
        before.insert(given.distinct(&address), activity);
    }
    let mut changes = Vec::new();
    for row in &report.rows {
        // As documents tell it: made harmless.
        let address = escape_controls(&row.address);
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

/// A run's address, out of its document.
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

fn row_changes(row: &Row, address: &str, before: &Value, tolerance: f64) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, _, cell) in COLUMNS {
        let now = value(cell(row));
        let was = &before[name];
        if name == "rules" {
            changes.extend(findings(row, address, was.as_str().unwrap_or_default()));
        } else if !same(was, &now, tolerance) {
            changes.push(change(address, ChangeKind::Moved, name, &plain(was), &plain(&now)));
        }
    }
    changes
}

/// Whether two values are the same, numbers within the tolerance.
fn same(was: &Value, now: &Value, tolerance: f64) -> bool {
    match (was.as_f64(), now.as_f64()) {
        (Some(was), Some(now)) => (was - now).abs() <= tolerance,
        _ => was == now,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Findings above info that came, went or changed their level.
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

fn change(address: &str, kind: ChangeKind, what: &str, before: &str, after: &str) -> Change {
    Change {
        address: address.to_owned(),
        kind,
        what: what.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    }
}
