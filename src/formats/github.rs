//! Annotations for GitHub Actions, as workflow commands on standard output.
//!
//! The worst come first, because GitHub shows only ten annotations for each step.
//!
//! | annotation | for |
//! |---|---|
//! | `error` | findings from `--fail-on` up (default: severe); unreadable files with `--strict` |
//! | `warning` | other findings of level warning or severe; unreadable files without `--strict` |
//! | `notice` | findings of level note |
//!
//! With a baseline, only new findings are annotated. Other differences from it get one annotation
//! for each run: an `error` with `--tolerance`, else a `notice`.
//!
//! Source: GitHub Docs, "Workflow commands for GitHub Actions".

use std::collections::BTreeMap;
use std::io;
use std::io::Write;

use super::Style;
use super::baseline::CountedFindings;
use super::layout::totals;
use crate::escape::escape_controls;
use crate::judge::Level;
use crate::report::{Change, ChangeKind, Report, Row, Status};

/// Writes the annotations as a group, then the totals.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let counted = CountedFindings::of(report);
    let mut all: Vec<(u8, String)> =
        report.rows.iter().flat_map(|row| annotations(row, style, &counted)).collect();
    all.extend(changes(report, style));
    // The sort is stable, so annotations of equal rank stay in path order.
    all.sort_by_key(|(rank, _)| *rank);
    writeln!(out, "::group::firstmile: {} to look at", all.len())?;
    for (_, annotation) in &all {
        writeln!(out, "{annotation}")?;
    }
    writeln!(out, "::endgroup::")?;
    let mut totals_line = String::new();
    totals(&mut totals_line, report, usize::MAX);
    out.write_all(totals_line.trim_start().as_bytes())
}

/// Returns a row's annotations, each with its rank: errors, then warnings, then notices, each by
/// level.
fn annotations(row: &Row, style: &Style, counted: &CountedFindings) -> Vec<(u8, String)> {
    let fails_from = style.fail_on.unwrap_or(Level::Severe);
    let mut all: Vec<(u8, String)> = row
        .findings()
        .iter()
        .filter(|finding| finding.level > Level::Info && counted.has(row, finding))
        .map(|finding| {
            let (rank, command) = match finding.level {
                level if level >= fails_from => (0, "error"),
                Level::Warning | Level::Severe => (4, "warning"),
                _ => (8, "notice"),
            };
            let title = format!("{} {}: {}", finding.id, finding.title, row.title());
            (
                rank + (3 - finding.level as u8),
                workflow_command(command, &row.path, &title, &finding.sentence),
            )
        })
        .collect();
    if row.status == Status::Unreadable {
        let (rank, command) = if style.strict { (0, "error") } else { (7, "warning") };
        all.push((rank, workflow_command(command, &row.path, "unreadable", &row.detail)));
    }
    all
}

/// Returns one annotation for each run that differs from the baseline, new findings left out.
fn changes(report: &Report, style: &Style) -> Vec<(u8, String)> {
    let changes: Vec<&Change> =
        report.changes.iter().flatten().filter(|change| change.kind != ChangeKind::NewFinding).collect();
    let mut of_run: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        of_run.entry(&change.address).or_default().push(change);
    }
    let (rank, command) = if style.changes_fail { (4, "error") } else { (12, "notice") };
    let annotation = |(address, changes): (&str, Vec<&Change>)| {
        let path = address.split(['!', '#']).next().unwrap_or(address);
        let summaries: Vec<String> =
            changes.iter().map(|change| format!("{}: {}", change.kind.names().0, change.summary())).collect();
        (rank, workflow_command(command, path, "changed against the baseline", &summaries.join("; ")))
    };
    of_run.into_iter().map(annotation).collect()
}

/// Returns a workflow command: `::command file=…,title=…::message`.
fn workflow_command(command: &str, path: &str, title: &str, message: &str) -> String {
    let property = |text: &str| escape_data(text).replace(':', "%3A").replace(',', "%2C");
    format!("::{command} file={},title={}::{}", property(path), property(title), escape_data(message))
}

/// Escapes a message so that no character ends it or is read as an escape.
fn escape_data(text: &str) -> String {
    // `escape_controls` has replaced line breaks already. The last two follow GitHub's rule all the
    // same.
    escape_controls(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_in_workflow_commands() {
        assert_eq!(
            workflow_command("error", "a,b:c%.fit", "t\n::set-output", "7.9 % faster"),
            "::error file=a%2Cb%3Ac%25.fit,title=t\\u{a}%3A%3Aset-output::7.9 %25 faster"
        );
    }
}
