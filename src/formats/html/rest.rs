//! The end of the page: files without a score, differences from a baseline, totals.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::document::Text;
use crate::formats::layout::{change_counts, totals};
use crate::report::{Report, Row, Status};

/// The greatest number of files that are listed.
const LISTED: usize = 200;

/// Returns the counts of files without a score by reason, and a list of them to open.
pub(super) fn unscored(report: &Report) -> Markup {
    let rows: Vec<&Row> = report.rows.iter().filter(|row| row.status != Status::Scored).collect();
    if rows.is_empty() {
        return html! {};
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        *counts.entry(reason(row)).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let counts: Vec<String> = counts.into_iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    html! {
        section { "\n"
            h2 { "Not scored: " (rows.len()) } "\n"
            p { (Text(counts.join(", "))) "." } "\n"
            details {
                summary { "The files and their reasons" } "\n"
                table.plain { "\n"
                    (plain_head(["file", "status", "why"])) "\n"
                    tbody { "\n"
                        @for row in rows.iter().take(LISTED) {
                            (plain_row(&row.address(), row.status.code(), &row.detail)) "\n"
                        }
                    } "\n"
                } "\n"
                @if rows.len() > LISTED {
                    p.small { "And " (rows.len() - LISTED) " more; " code { "firstmile -v" } " lists them." } "\n"
                }
            } "\n"
        } "\n"
    }
}

/// Returns a reason in words that follow a count.
fn reason(row: &Row) -> &'static str {
    match (row.status, row.reason) {
        (Status::Duplicate, _) => "recorded twice",
        (_, "too-short") => "shorter than two miles",
        (_, "not-a-run") => "other sports",
        (_, "no-time") => "without times",
        (_, "no-track") => "without a track",
        (_, "no-distance") => "without distances",
        (_, "no-pacing") => "without pacing",
        (Status::Unreadable, _) => "unreadable",
        _ => "for other reasons",
    }
}

/// Returns the differences from the baseline, if there is one.
pub(super) fn changes(report: &Report) -> Markup {
    let Some(changes) = &report.changes else { return html! {} };
    html! {
        section { "\n"
            h2 { "Against the baseline: " (change_counts(changes)) } "\n"
            @if !changes.is_empty() {
                table.plain { "\n"
                    (plain_head(["run", "change", "what"])) "\n"
                    tbody { "\n"
                        @for change in changes {
                            (plain_row(&change.address, change.kind.names().0, &change.summary())) "\n"
                        }
                    } "\n"
                } "\n"
            }
        } "\n"
    }
}

/// Returns the head of a table that is not sorted.
fn plain_head(columns: [&str; 3]) -> Markup {
    html! {
        thead {
            tr {
                @for column in columns { th scope="col" { (column) } }
            }
        }
    }
}

/// Returns a row of such a table: a name, a word, and the reason.
fn plain_row(name: &str, word: &str, why: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (Text(name)) }
            td { (word) }
            td { (Text(why)) }
        }
    }
}

/// Returns the totals, and where the advice and the chances come from.
pub(super) fn footer(report: &Report) -> Markup {
    let mut totals_line = String::new();
    totals(&mut totals_line, report, usize::MAX);
    html! {
        footer {
            p { (Text(totals_line.trim())) } "\n"
            p {
                "Advice is the source's, the article on running cramps that this program grew from. No chance \
                 of a cramp is ever given: no data set known to us records cramps. "
                code { "firstmile explain" } " says what each finding compares and where it comes from."
            }
        } "\n"
    }
}
