//! JUnit XML for CI services: a test suite of one case a file.
//!
//! A case fails by what trips `--fail-on`, against a baseline by what is new, and under `--tolerance` by any change; an unreadable file is an error under `--strict` and else skipped, as is a file
//! without a scored run. There are no times in it: the same input gives the same bytes.

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
/// What the writer says.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut suite = TestSuite::new("firstmile");
    let mut cases = Cases { style, counted: CountedFindings::of(report), changes: BTreeMap::new() };
    for change in report.changes.iter().flatten() {
        cases.changes.entry(&change.address).or_default().push(change);
    }
    for file in report.rows.chunk_by(|a, b| a.path == b.path) {
        suite.add_test_case(cases.case(file));
    }
    // What is left is of runs that are gone.
    for (address, changes) in &cases.changes {
        suite.add_test_case(cases.gone(address, changes));
    }
    let mut document = Document::new("firstmile");
    document.add_test_suite(suite);
    let mut xml = Vec::new();
    document.serialize(&mut xml).map_err(io::Error::other)?;
    out.write_all(&xml)
}

struct Cases<'a> {
    style: &'a Style,
    counted: CountedFindings<'a>,
    /// By the address of their run; each is taken by its case.
    changes: BTreeMap<&'a str, Vec<&'a Change>>,
}

impl Cases<'_> {
    fn case(&mut self, file: &[Row]) -> TestCase {
        let style = self.style;
        let trips = |row: &Row, finding: &Finding| {
            style.fail_on.is_some_and(|limit| finding.level >= limit) && self.counted.has(row, finding)
        };
        let mut failures: Vec<String> = file
            .iter()
            .flat_map(|row| row.findings().iter().map(move |finding| (row, finding)))
            .filter(|(row, finding)| trips(row, finding))
            .map(|(row, finding)| {
                format!("{} {} ({}): {}", finding.id, finding.level, row.title(), finding.sentence)
            })
            .collect();
        let mut told: Vec<String> = file
            .iter()
            .flat_map(Row::findings)
            .map(|finding| format!("{} {}: {}", finding.id, finding.level, finding.sentence))
            .collect();
        for row in file {
            let changes = self.changes.remove(escape_controls(&row.address).as_str()).unwrap_or_default();
            let changes = changes.into_iter().map(against);
            if style.changes_fail {
                failures.extend(changes);
            } else {
                told.extend(changes);
            }
        }
        let status = if failures.is_empty() { without_failure(file, style) } else { failed(&failures) };
        let mut case = TestCase::new(escape_controls(&file[0].path), status);
        case.set_classname("firstmile");
        if !told.is_empty() {
            case.set_system_out(lines(&told));
        }
        case
    }

    /// The case of a run that is no more.
    fn gone(&self, address: &str, changes: &[&Change]) -> TestCase {
        let told: Vec<String> = changes.iter().copied().map(against).collect();
        let status = if self.style.changes_fail {
            failed(&told)
        } else {
            let mut status = TestCaseStatus::skipped();
            status.set_message(lines(&told));
            status
        };
        let mut case = TestCase::new(address, status);
        case.set_classname("firstmile");
        case
    }
}

/// "against the baseline, value moved: finish_s 3600 → 3612".
fn against(change: &Change) -> String {
    let kind = change.kind.words().0;
    match change.kind {
        ChangeKind::GoneRun | ChangeKind::NewRun => format!("against the baseline: {kind}"),
        _ => format!("against the baseline, {kind}: {}", change.told()),
    }
}

fn failed(failures: &[String]) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(escape_controls(&failures[0]));
    status.set_description(lines(failures));
    status
}

fn without_failure(file: &[Row], style: &Style) -> TestCaseStatus {
    let said = |status: Status| {
        let told: Vec<String> =
            file.iter().filter(|row| row.status == status).map(|row| row.detail.clone()).collect();
        (!told.is_empty()).then(|| escape_controls(&told.join("; ")))
    };
    if let (Some(detail), true) = (said(Status::Unreadable), style.strict) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(detail);
        status
    } else if !file.iter().any(|row| row.status == Status::Scored) {
        let detail = [Status::Unreadable, Status::Refused, Status::Duplicate].into_iter().find_map(said);
        let mut status = TestCaseStatus::skipped();
        status.set_message(detail.unwrap_or_default());
        status
    } else {
        TestCaseStatus::success()
    }
}

fn lines(told: &[String]) -> String {
    told.iter().map(|line| escape_controls(line)).collect::<Vec<_>>().join("\n")
}
