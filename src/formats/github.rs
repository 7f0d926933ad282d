//! Annotations for GitHub Actions: workflow commands, the worst first, as the service shows ten of a step.
//!
//! `error` for what fails under `--fail-on` (without it for severe findings) and for unreadable files under `--strict`,
//! `warning` for other warnings and worse, `notice` for notes. Information is not annotated. Against a baseline findings that
//! it knows are not either, but what else changed is, a line a run: an `error` under `--tolerance`.
//! Source: GitHub Docs, "Workflow commands for GitHub Actions".

use std::collections::BTreeMap;
use std::io;
use std::io::Write;

use super::Style;
use super::baseline::CountedFindings;
use super::layout::account;
use crate::escape::escape_controls;
use crate::judge::Level;
use crate::report::{Change, ChangeKind, Report, Row, Status};

/// Writes the annotations, grouped, and the account.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let counted = CountedFindings::of(report);
    let mut all: Vec<(u8, String)> =
        report.rows.iter().flat_map(|row| annotations(row, style, &counted)).collect();
    all.extend(changes(report, style));
    // A stable sort leaves equals in path order.
    all.sort_by_key(|(rank, _)| *rank);
    writeln!(out, "::group::firstmile: {} to look at", all.len())?;
    for (_, annotation) in &all {
        writeln!(out, "{annotation}")?;
    }
    writeln!(out, "::endgroup::")?;
    let mut told = String::new();
    account(&mut told, report, usize::MAX);
    out.write_all(told.trim_start().as_bytes())
}

/// A row's annotations with their rank: errors, then warnings, then notices, each by level.
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
            (rank + (3 - finding.level as u8), command_line(command, &row.path, &title, &finding.sentence))
        })
        .collect();
    if row.status == Status::Unreadable {
        let (rank, command) = if style.strict { (0, "error") } else { (7, "warning") };
        all.push((rank, command_line(command, &row.path, "unreadable", &row.detail)));
    }
    all
}

/// What changed against the baseline besides new findings, a line a run.
fn changes(report: &Report, style: &Style) -> Vec<(u8, String)> {
    let changes: Vec<&Change> =
        report.changes.iter().flatten().filter(|change| change.kind != ChangeKind::NewFinding).collect();
    let mut of_run: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        of_run.entry(&change.address).or_default().push(change);
    }
    let (rank, command) = if style.changes_fail { (4, "error") } else { (12, "notice") };
    let told = |(address, changes): (&str, Vec<&Change>)| {
        let path = address.split(['!', '#']).next().unwrap_or(address);
        let told: Vec<String> =
            changes.iter().map(|change| format!("{}: {}", change.kind.words().0, change.told())).collect();
        (rank, command_line(command, path, "changed against the baseline", &told.join("; ")))
    };
    of_run.into_iter().map(told).collect()
}

fn command_line(command: &str, path: &str, title: &str, message: &str) -> String {
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    format!("::{command} file={},title={}::{}", property(path), property(title), data(message))
}

/// A message: what would end it or be read as an escape is escaped.
fn data(text: &str) -> String {
    // Control characters are made visible before, so that no line break is left; the escapes stand for any that were.
    escape_controls(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_colons_and_percents_of_names_end_nothing() {
        assert_eq!(
            command_line("error", "a,b:c%.fit", "t\n::set-output", "7.9 % faster"),
            "::error file=a%2Cb%3Ac%25.fit,title=t\\u{a}%3A%3Aset-output::7.9 %25 faster"
        );
    }
}
