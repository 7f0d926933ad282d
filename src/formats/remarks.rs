//! Remarks on many runs that text, Markdown and pages share: finishes against the goal, runs that
//! may have been races, and how many rows have no score.
//!
//! Names are as they are: each format escapes them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::history::Kind;
use crate::phrases::{against_goal, plural, thousands};
use crate::report::{Report, Row, Scores, Status};

/// The most runs that may have been races that are named.
const NAMED: usize = 3;

/// Each reason code of rows without a score in words, with one and with several.
const REASONS: [(&str, &str, &str); 12] = [
    ("too-short", "shorter than two miles", "shorter than two miles"),
    ("not-a-run", "other activity", "other activities"),
    ("no-pacing", "without any pacing in it", "without any pacing in them"),
    ("no-time", "without times", "without times"),
    ("no-distance", "without distances", "without distances"),
    ("no-track", "without points", "without points"),
    ("twin", "duplicate", "duplicates"),
    ("damaged", "damaged", "damaged"),
    ("not-an-activity", "file without an activity", "files without an activity"),
    ("limit", "over a limit", "over a limit"),
    ("unsupported", "not supported", "not supported"),
    ("io", "not readable", "not readable"),
];

/// Formats a count with thousands separators and its noun.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { plural(1, one, many) } else { format!("{} {many}", thousands(count)) }
}

/// Returns the finishes of the races that had a goal, each against it, the latest first.
pub(super) fn against_goals(report: &Report) -> Vec<(&Row, String)> {
    let races = report.scored(Kind::Race).into_iter().rev();
    races
        .filter_map(|(row, scores)| {
            let (goal_s, behind_s) = scores.behind_goal_s()?;
            Some((row, against_goal(goal_s, behind_s)))
        })
        .collect()
}

/// Returns how many runs may have been races, and which: the latest ones or, if `all` is set, all
/// of them with their reasons. `None` without such a run. With `ascii`, names are as that option
/// has them.
pub(super) fn may_be_races(report: &Report, all: bool, ascii: bool) -> Option<String> {
    let rows = report.may_be_races();
    let shown = if all { rows.len() } else { NAMED };
    let name = |(row, scores): &(&Row, &Scores)| {
        let reasons =
            if all { format!(" ({}; {})", row.location(), scores.reasons.join("; ")) } else { String::new() };
        format!("{}, {}{reasons}", row.title_in(ascii), row.day_in_words())
    };
    let named: Vec<String> = rows.iter().rev().take(shown).map(name).collect();
    (!rows.is_empty()).then(|| {
        format!(
            "{} may have been {}, judged as training; --race FILE settles it: {}{}",
            counted(rows.len(), "run", "runs"),
            if rows.len() == 1 { "a race" } else { "races" },
            named.join("; "),
            if shown < rows.len() { " …" } else { "" }
        )
    })
}

/// Returns the rows without a score.
pub(super) fn unscored(report: &Report) -> Vec<&Row> {
    report.rows.iter().filter(|row| row.status != Status::Scored).collect()
}

/// Returns how many of these rows there are, by reason: "245 shorter than two miles, 1 other
/// activity".
pub(super) fn reasons(rows: &[&Row]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.reason).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(reason, count)| (Reverse(*count), *reason));
    let words = |(reason, count): (&str, usize)| {
        let words = REASONS.iter().find(|(code, ..)| *code == reason);
        let words = words.map_or(reason, |(_, one, many)| if count == 1 { one } else { many });
        format!("{} {words}", thousands(count))
    };
    counts.into_iter().map(words).collect::<Vec<_>>().join(", ")
}
