//! The end of the page: files without a score, differences from a baseline, totals.

use maud::{Markup, html};

use super::document::Text;
use crate::formats::layout::{change_counts, totals};
use crate::formats::remarks;
use crate::report::Report;

/// The greatest number of files that are listed.
const LISTED: usize = 200;

/// Returns the finishes against the goal of many races: the latest ones.
pub(super) fn goals(report: &Report, latest: usize) -> Markup {
    let goals = remarks::against_goals(report);
    if goals.is_empty() {
        return html! {};
    }
    html! {
        section { "\n"
            h2 { "Against the goal" } "\n"
            ul.findings { "\n"
                @for (row, against) in goals.iter().take(latest) {
                    li { b { (row.day_in_words()) } " " (Text(row.title())) ": " (against) } "\n"
                }
            } "\n"
            @if goals.len() > latest { p.small { "And " (goals.len() - latest) " earlier." } "\n" }
        } "\n"
    }
}

/// Returns the runs that may have been races.
pub(super) fn may_be_races(report: &Report) -> Markup {
    let Some(words) = remarks::may_be_races(report, false, false) else { return html! {} };
    html! {
        section { "\n"
            h2 { "Maybe races" } "\n"
            p { (Text(words)) } "\n"
        } "\n"
    }
}

/// Returns the counts of files without a score by reason, and a list of them to open.
pub(super) fn unscored(report: &Report) -> Markup {
    let rows = remarks::unscored(report);
    if rows.is_empty() {
        return html! {};
    }
    html! {
        section { "\n"
            h2 { "Not scored: " (rows.len()) } "\n"
            p { (Text(remarks::reasons(&rows))) "." } "\n"
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
