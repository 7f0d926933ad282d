//! Markdown for pull requests, wikis and notes: the verdict, tables of runs, findings, trends, and
//! files without a score.
//!
//! Times are `h:mm:ss`, distances in the chosen unit. Text from files is escaped, so that it cannot
//! become markup.

use std::io;
use std::io::Write;

use super::html::document::to_references;
use super::layout::{change_counts, line, totals};
use super::text::outcome;
use super::{ONLY_VERBOSE, Style, remarks};
use crate::escape::escape_controls;
use crate::history::Kind;
use crate::judge::Level;
use crate::phrases::{clock, signed};
use crate::report::{Report, Row, Scores, verdict};

/// Writes the page.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = headline(report, style);
    for (kind, title) in [(Kind::Race, "Races"), (Kind::Training, "Training runs")] {
        table(&mut text, title, &report.scored(kind), style);
    }
    goals(&mut text, report);
    if let Some(words) = remarks::may_be_races(report, false, false) {
        line!(text, "\n**Maybe races.** {}", escape_markdown(&words));
    }
    findings(&mut text, report);
    for trend in report.trends.courses.iter().filter(|trend| trend.points.len() > 1) {
        line!(text, "\n**{} over time.** {}", trend.course.title(), escape_markdown(&trend.direction()));
    }
    for finding in &report.over_time {
        line!(text, "\n**{}.** {}", finding.id, escape_markdown(&finding.sentence));
    }
    unscored(&mut text, report);
    changes(&mut text, report);
    totals(&mut text, report, usize::MAX);
    if style.ascii {
        text = to_references(&text);
    }
    out.write_all(text.as_bytes())
}

/// Returns the verdict that the page begins with, a paragraph a sentence.
fn headline(report: &Report, style: &Style) -> String {
    let sentences = super::text::headline(report, style);
    let paragraphs: Vec<String> =
        sentences.iter().map(|sentence| format!("**{}**\n", escape_markdown(sentence))).collect();
    paragraphs.join("\n")
}

/// Appends a table of runs, one row for each.
fn table(text: &mut String, title: &str, rows: &[(&Row, &Scores)], style: &Style) {
    if rows.is_empty() {
        return;
    }
    line!(text, "\n## {title}\n");
    let unit = style.units.short();
    line!(
        text,
        "| day | run | distance | finish | per {unit} | first mile | final mile | split | start | outcome | level | risk of the wall |"
    );
    line!(text, "|---|---|--:|--:|--:|--:|--:|--:|--:|---|---|---|");
    for (row, scores) in rows {
        let (view, basis) = (&scores.view, scores.basis);
        let pace = |s_per_m: f64| style.units.pace(s_per_m);
        let start =
            if scores.start_judged { signed(view.judged_start_excess_pct(basis)) } else { "–".to_owned() };
        line!(
            text,
            "| {} | {} | {:.1} {unit} | {} | {} | {} | {} | {} | {start} | {} | {} | {} |",
            row.day(),
            escape_markdown(row.title()),
            view.distance_m / style.units.metres(),
            clock(scores.finish_s()),
            pace(scores.pace_s_per_m()),
            pace(view.first_mile.pace_s_per_m(basis)),
            pace(view.final_mile.pace_s_per_m(basis)),
            signed(view.positive_split_pct(basis)),
            escape_markdown(&outcome(row, scores, style)),
            row.level().map_or("", Level::code),
            scores.risk.map_or_else(String::new, |risk| risk.range()),
        );
    }
    line!(
        text,
        "\n{} Level: that of the worst finding. First and final mile: pace per {unit}.",
        super::LEGEND
    );
}

/// Appends the finishes against the goal; that of one run alone is in the headline.
fn goals(text: &mut String, report: &Report) {
    let goals = remarks::against_goals(report);
    if goals.is_empty() || report.rows.len() == 1 {
        return;
    }
    line!(text, "\n## Against the goal\n");
    for (row, against) in goals {
        line!(text, "* {}, {}: {against}", row.day(), escape_markdown(row.title()));
    }
}

/// Appends the findings of each run that has one above level info.
fn findings(text: &mut String, report: &Report) {
    for (row, scores) in report.scored(Kind::Race).into_iter().chain(report.scored(Kind::Training)) {
        if !row.findings().iter().any(|finding| finding.level > Level::Info) {
            continue;
        }
        line!(
            text,
            "\n### {}, {}: {}\n",
            escape_markdown(row.title()),
            row.day(),
            escape_markdown(&verdict(row, scores, report.units))
        );
        for finding in row.findings().iter().filter(|finding| !ONLY_VERBOSE.contains(&finding.id)) {
            line!(text, "* **{} {}** {}", finding.id, finding.level, escape_markdown(&finding.sentence));
        }
    }
}

/// Appends a table of the rows without a score.
fn unscored(text: &mut String, report: &Report) {
    let rows = remarks::unscored(report);
    if rows.is_empty() {
        return;
    }
    line!(text, "\n## Not scored\n\n| file | status | why |\n|---|---|---|");
    for row in rows {
        line!(
            text,
            "| {} | {} | {} |",
            escape_markdown(&row.address()),
            row.status.code(),
            escape_markdown(&row.detail)
        );
    }
}

/// Appends the differences from the baseline, if there is one.
fn changes(text: &mut String, report: &Report) {
    let Some(changes) = &report.changes else { return };
    line!(text, "\n## Against the baseline\n\n{}.", change_counts(changes));
    if !changes.is_empty() {
        line!(text, "\n| change | run | what |\n|---|---|---|");
    }
    for change in changes {
        line!(
            text,
            "| {} | {} | {} |",
            change.kind.names().0,
            escape_markdown(&change.address),
            escape_markdown(&change.summary())
        );
    }
}

/// Escapes text for Markdown, inside and outside of tables.
fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in escape_controls(text).chars() {
        match c {
            // A mention, and addresses that become links by themselves.
            '@' => escaped.push_str("&#64;"),
            '/' if escaped.ends_with(':') => {
                escaped.pop();
                escaped.push_str("&#58;/");
            }
            '.' if escaped.to_ascii_lowercase().ends_with("www") => escaped.push_str("&#46;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_in_markdown() {
        assert_eq!(
            escape_markdown("@all http://a.b www.c.d 8:30"),
            "&#64;all http&#58;//a.b www&#46;c.d 8:30"
        );
        assert_eq!(escape_markdown("a|b <script> *c* [d](e)"), "a\\|b &lt;script&gt; \\*c\\* \\[d\\](e)");
    }
}
