//! What changed against an earlier run: findings that are new or gone, numbers that moved, runs that came or went.
//!
//! The earlier run is a document of `--format json`, or what `--update-baseline` writes, which is the same without all
//! that is not compared. Runs are matched by path, member and activity, those of one name by their
//! order; only the columns of the contract are compared, so a baseline of an older program holds as long as its columns do.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Map, Value};

use super::address::Addresses;
use super::columns::COLUMNS;
use super::json::value;
use super::{Report, Row};
use crate::judge::{Finding, Level};
use crate::shown::harmless;

/// The contract that a baseline must keep.
const SCHEMA: &str = "firstmile/1";

/// One change.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Change {
    /// The run: `path[!member][#activity]`.
    pub address: String,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// The rule's id, the column's name, or nothing.
    pub what: String,
    /// What it was; empty for what is new.
    pub before: String,
    /// What it is; empty for what is gone.
    pub after: String,
}

/// The kinds of changes, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A finding that was not there, or was of a lower level.
    NewFinding,
    /// A finding that is gone, or of a lower level.
    FixedFinding,
    /// A number or word that moved.
    Moved,
    /// A run that was not there.
    NewRun,
    /// A run that is gone.
    GoneRun,
}

impl ChangeKind {
    /// Its words in a sentence, for one and for many.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NewFinding => ("new finding", "new findings"),
            Self::FixedFinding => ("finding gone", "findings gone"),
            Self::Moved => ("value moved", "values moved"),
            Self::NewRun => ("new run", "new runs"),
            Self::GoneRun => ("run gone", "runs gone"),
        }
    }

    /// Every kind, in order.
    pub const ALL: [Self; 5] =
        [Self::NewFinding, Self::FixedFinding, Self::Moved, Self::NewRun, Self::GoneRun];
}

impl Change {
    /// "finish_s: 3600 → 3612": what moved, from what to what; all harmless.
    pub(super) fn told(&self) -> String {
        let none = |text: &str| if text.is_empty() { "–".to_owned() } else { harmless(text) };
        let what = if self.what.is_empty() { "status" } else { &self.what };
        format!("{what} {} → {}", none(&self.before), none(&self.after))
    }

    /// The level of a new finding.
    pub fn new_level(&self) -> Option<Level> {
        (self.kind == ChangeKind::NewFinding).then(|| self.after.parse().ok()).flatten()
    }
}

/// The findings that count: all of them, or against a baseline the new ones.
pub(super) struct Counted<'a>(Option<BTreeSet<(&'a str, &'a str)>>);

impl<'a> Counted<'a> {
    /// Of a report.
    pub(super) fn of(report: &'a Report) -> Self {
        let new = |change: &&Change| change.kind == ChangeKind::NewFinding;
        Self(report.changes.as_ref().map(|changes| {
            changes.iter().filter(new).map(|change| (change.address.as_str(), change.what.as_str())).collect()
        }))
    }

    /// Whether a row's finding is one of them.
    pub(super) fn has(&self, row: &Row, finding: &Finding) -> bool {
        self.0.as_ref().is_none_or(|new| new.contains(&(harmless(&row.address).as_str(), finding.id)))
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
        let address = harmless(&row.address);
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
