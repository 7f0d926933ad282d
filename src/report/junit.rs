//! JUnit XML for CI services: a test suite of one case a file.
//!
//! A case fails by what trips `--fail-on`; an unreadable file is an error under `--strict` and else skipped, as is a file
//! without a scored run. There are no times in it: the same input gives the same bytes.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::{Report, Row, Status, Style, harmless};
use crate::judge::Finding;

/// Writes the document.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut suite = TestSuite::new("firstmile");
    for file in report.rows.chunk_by(|a, b| a.path == b.path) {
        suite.add_test_case(case(file, style));
    }
    let mut document = Document::new("firstmile");
    document.add_test_suite(suite);
    let mut xml = Vec::new();
    document.serialize(&mut xml).map_err(io::Error::other)?;
    out.write_all(&xml)
}

fn case(file: &[Row], style: &Style) -> TestCase {
    let trips = |finding: &&Finding| style.fail_on.is_some_and(|limit| finding.level >= limit);
    let failures: Vec<String> = file
        .iter()
        .flat_map(|row| row.findings().iter().filter(trips).map(move |finding| (row, finding)))
        .map(|(row, finding)| {
            format!("{} {} ({}): {}", finding.id, finding.level, row.title(), finding.sentence)
        })
        .collect();
    let said = |status: Status| {
        let told: Vec<String> =
            file.iter().filter(|row| row.status == status).map(|row| row.detail.clone()).collect();
        (!told.is_empty()).then(|| told.join("; "))
    };
    let status = if !failures.is_empty() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(harmless(&failures[0]));
        status.set_description(failures.iter().map(|told| harmless(told)).collect::<Vec<_>>().join("\n"));
        status
    } else if let (Some(detail), true) = (said(Status::Unreadable), style.strict) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(harmless(&detail));
        status
    } else if !file.iter().any(|row| row.status == Status::Scored) {
        let detail = [Status::Unreadable, Status::Refused, Status::Duplicate].into_iter().find_map(said);
        let mut status = TestCaseStatus::skipped();
        status.set_message(harmless(&detail.unwrap_or_default()));
        status
    } else {
        TestCaseStatus::success()
    };
    let mut case = TestCase::new(harmless(&file[0].path), status);
    case.set_classname("firstmile");
    let told: Vec<String> = file
        .iter()
        .flat_map(Row::findings)
        .map(|finding| format!("{} {}: {}", finding.id, finding.level, harmless(&finding.sentence)))
        .collect();
    if !told.is_empty() {
        case.set_system_out(told.join("\n"));
    }
    case
}
