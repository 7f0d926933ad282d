//! JUnit XML for CI services: a test suite with one case for each file.
//!
//! A case fails if a finding has the level of `--fail-on`; with a baseline only new findings count.
//! With `--tolerance` any difference from the baseline is a failure too. An unreadable file is an
//! error with `--strict`. Without it, such a file is skipped, and so is a file without a scored
//! run. The document contains no times, so that the same input gives the same bytes.

use std::collections::BTreeMap;
use std::io;
use std::io::Write;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::Style;
use super::baseline::CountedFindings;
use crate::escape::escape_controls;
use crate::judge::Finding;
use crate::report::{Change, ChangeKind, Report, Row, Status};

/// Writes the document.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut suite = TestSuite::new("firstmile");
    let mut cases = Cases { style, counted: CountedFindings::of(report), changes: BTreeMap::new() };
    for change in report.changes.iter().flatten() {
        cases.changes.entry(&change.address).or_default().push(change);
    }
    for file in report.rows.chunk_by(|a, b| a.path == b.path) {
        suite.add_test_case(cases.case(file));
    }
    // The changes that are left belong to runs that only the baseline has.
    for (address, changes) in &cases.changes {
        suite.add_test_case(cases.gone(address, changes));
    }
    let mut document = Document::new("firstmile");
    document.add_test_suite(suite);
    let mut xml = Vec::new();
    document.serialize(&mut xml).map_err(io::Error::other)?;
    out.write_all(&xml)
}

/// Makes the test cases of a report.
struct Cases<'a> {
    style: &'a Style,
    counted: CountedFindings<'a>,
    /// The changes by the address of their run. Each case takes out its own.
    changes: BTreeMap<&'a str, Vec<&'a Change>>,
}

impl Cases<'_> {
    /// Returns the case of a file, given its rows.
    fn case(&mut self, file: &[Row]) -> TestCase {
        let style = self.style;
        let is_failure = |row: &Row, finding: &Finding| {
            style.fail_on.is_some_and(|limit| finding.level >= limit) && self.counted.has(row, finding)
        };
        let mut failures: Vec<String> = file
            .iter()
            .flat_map(|row| row.findings().iter().map(move |finding| (row, finding)))
            .filter(|(row, finding)| is_failure(row, finding))
            .map(|(row, finding)| {
                format!("{} {} ({}): {}", finding.id, finding.level, row.title(), finding.sentence)
            })
            .collect();
        let mut messages: Vec<String> = file
            .iter()
            .flat_map(Row::findings)
            .map(|finding| format!("{} {}: {}", finding.id, finding.level, finding.sentence))
            .collect();
        for row in file {
            let changes = self.changes.remove(escape_controls(&row.address()).as_str()).unwrap_or_default();
            let changes = changes.into_iter().map(change_message);
            if style.changes_fail {
                failures.extend(changes);
            } else {
                messages.extend(changes);
            }
        }
        let status = if failures.is_empty() { without_failure(file, style) } else { failed(&failures) };
        let mut case = TestCase::new(escape_controls(&file[0].path), status);
        case.set_classname("firstmile");
        if !messages.is_empty() {
            case.set_system_out(lines(&messages));
        }
        case
    }

    /// Returns the case of a run that only the baseline has.
    fn gone(&self, address: &str, changes: &[&Change]) -> TestCase {
        let messages: Vec<String> = changes.iter().copied().map(change_message).collect();
        let status = if self.style.changes_fail {
            failed(&messages)
        } else {
            let mut status = TestCaseStatus::skipped();
            status.set_message(lines(&messages));
            status
        };
        let mut case = TestCase::new(address, status);
        case.set_classname("firstmile");
        case
    }
}

/// Returns a change as "against the baseline, value moved: finish_s 3600 → 3612".
fn change_message(change: &Change) -> String {
    let kind = change.kind.names().0;
    match change.kind {
        ChangeKind::GoneRun | ChangeKind::NewRun => format!("against the baseline: {kind}"),
        _ => format!("against the baseline, {kind}: {}", change.summary()),
    }
}

/// Returns the status of a failed case; its message is the first failure.
fn failed(failures: &[String]) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(escape_controls(&failures[0]));
    status.set_description(lines(failures));
    status
}

/// Returns the status of a case without failures: success, skipped, or an error.
fn without_failure(file: &[Row], style: &Style) -> TestCaseStatus {
    let details = |status: Status| {
        let details: Vec<String> =
            file.iter().filter(|row| row.status == status).map(|row| row.detail.clone()).collect();
        (!details.is_empty()).then(|| escape_controls(&details.join("; ")))
    };
    if let (Some(detail), true) = (details(Status::Unreadable), style.strict) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(detail);
        status
    } else if !file.iter().any(|row| row.status == Status::Scored) {
        let detail = [Status::Unreadable, Status::Refused, Status::Duplicate].into_iter().find_map(details);
        let mut status = TestCaseStatus::skipped();
        status.set_message(detail.unwrap_or_default());
        status
    } else {
        TestCaseStatus::success()
    }
}

/// Joins messages with line breaks, control characters escaped.
fn lines(messages: &[String]) -> String {
    messages.iter().map(|line| escape_controls(line)).collect::<Vec<_>>().join("\n")
}
