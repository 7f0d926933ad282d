//! The lines after the races: training, runs that may have been races, the years, next time, and
//! what was not scored.

use std::collections::BTreeMap;

use super::TextPage;
use crate::escape::escape_controls;
use crate::formats::layout::{line, wrap};
use crate::formats::{ONLY_VERBOSE, layout};
use crate::goal::Goal;
use crate::history::Kind;
use crate::judge::{self, Level};
use crate::measure::Stretch;
use crate::phrases::{capital, clock, plural, thousands};
use crate::report::{Row, Status, start_level};
use crate::units::MILE_M;

/// The indent of the text after a heading, columns.
const INDENT: usize = 2;
/// The most runs that may have been races that are named.
const NAMED: usize = 3;
/// The most unreadable files that are named.
const NAMED_FILES: usize = 1;

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

impl TextPage<'_> {
    /// Appends all of these lines.
    pub(super) fn after_the_races(&self, text: &mut String) {
        line!(text, "");
        self.training(text);
        self.may_be_races(text);
        self.years(text);
        self.next_time(text);
        self.not_scored(text);
    }

    /// Appends a heading and its text.
    fn paragraph(&self, text: &mut String, heading: &str, words: &str) {
        line!(text, "{}", wrap(&format!("{heading}  {words}"), INDENT, self.style.page_width()));
    }

    /// Appends how many training runs began fast, and how the long runs began.
    fn training(&self, text: &mut String) {
        let runs = self.report.scored(Kind::Training);
        if runs.is_empty() || self.report.summary.races == 0 {
            return;
        }
        let fast = runs.iter().filter(|(row, _)| start_level(row).is_some()).count();
        let long = &self.report.trends.training;
        let held_back = match long.long_runs.len() {
            0 => String::new(),
            count => format!(
                "; long runs with the first mile slower than the final one: {} of {count}",
                long.held_back()
            ),
        };
        let fast = if fast == 0 { "none".to_owned() } else { thousands(fast) };
        let words = format!("{}, {fast} began fast{held_back}", counted(runs.len(), "run", "runs"));
        self.paragraph(text, "TRAINING", &words);
    }

    /// Appends the runs that may have been races: their number and the latest ones.
    fn may_be_races(&self, text: &mut String) {
        let rows = self.report.may_be_races();
        if rows.is_empty() {
            return;
        }
        let shown = if self.is_verbose() { rows.len() } else { NAMED };
        let named: Vec<String> = rows
            .iter()
            .rev()
            .take(shown)
            .map(|(row, scores)| {
                let reasons = if self.is_verbose() {
                    format!(
                        " ({}; {})",
                        escape_controls(&row.location()),
                        escape_controls(&scores.reasons.join("; "))
                    )
                } else {
                    String::new()
                };
                format!(
                    "{}, {}{reasons}",
                    escape_controls(row.title_in(self.style.ascii)),
                    row.day_in_words()
                )
            })
            .collect();
        let words = format!(
            "{} may have been {}, judged as training; --race FILE settles it: {}{}",
            counted(rows.len(), "run", "runs"),
            if rows.len() == 1 { "a race" } else { "races" },
            named.join("; "),
            if shown < rows.len() { " …" } else { "" }
        );
        self.paragraph(text, "MAYBE RACES", &words);
    }

    /// Appends the clear trends of courses, the number of races without one, and the findings about
    /// several runs. With `-v` each course has a sentence.
    fn years(&self, text: &mut String) {
        let (mut clear, mut unclear) = (Vec::new(), Vec::new());
        for course in self.report.trends.courses.iter().filter(|course| course.points.len() > 1) {
            let starts = course.start_direction();
            if self.is_verbose() || course.split_drift().is_clear() || starts.is_some() {
                let starts = starts.map_or_else(String::new, |starts| format!(" {starts}"));
                clear.push(format!("{}: {}{starts}", capital(course.course.title()), course.direction()));
            } else {
                unclear.push(format!("{} ({})", course.course.title(), course.points.len()));
            }
        }
        if !unclear.is_empty() {
            clear.push(format!("No clear trend, or too few races for one: {}.", unclear.join(", ")));
        }
        if !clear.is_empty() {
            self.paragraph(text, "OVER THE YEARS", &clear.join(" "));
        }
        for finding in &self.report.over_time {
            if self.is_verbose() {
                line!(text, "{}", layout::finding(self.style, finding, 0));
            } else if !ONLY_VERBOSE.contains(&finding.id) {
                self.short_finding(text, finding, 0);
            }
        }
    }

    /// Appends the source's advice for the rules that found something, with the runner's own first
    /// mile.
    pub(super) fn next_time(&self, text: &mut String) {
        let mut advice: Vec<&str> = Vec::new();
        for (row, _) in self.runs() {
            for finding in row.findings().iter().filter(|finding| finding.level > Level::Info) {
                let words = judge::find(finding.id).map_or("", |rule| rule.advice);
                if !words.is_empty() && !advice.contains(&words) {
                    advice.push(words);
                }
            }
        }
        if advice.is_empty() {
            return;
        }
        if self.report.rows.len() == 1 {
            line!(text, "");
        }
        self.paragraph(text, "NEXT TIME", &format!("The source advises: {}", advice.join(" ")));
        for own in self.own_first_mile() {
            line!(text, "  {}", wrap(&own, INDENT, self.style.page_width()));
        }
    }

    /// Returns the first mile for another race like the latest one that began too fast, beside the
    /// one that was run, and the command for a plan; empty without such a race.
    fn own_first_mile(&self) -> Vec<String> {
        // A first mile uphill can be too fast at a slow pace. Its pace would be no example.
        let too_fast = |(row, scores): &super::Scored| {
            let pace = |stretch: &Stretch| stretch.pace_s_per_m(scores.basis);
            start_level(row) >= Some(Level::Note)
                && scores.view.course.is_some()
                && pace(&scores.view.first_mile) < pace(&scores.view.rest_window)
        };
        let races = self.report.scored(Kind::Race);
        let Some((row, scores)) = races.into_iter().rev().find(too_fast) else { return Vec::new() };
        let view = &scores.view;
        let Some(course) = view.course else { return Vec::new() };
        let total_s = scores.finish_s();
        let goal = Goal { course: Some(course), pace_s_per_m: scores.pace_s_per_m() };
        let units = self.style.units;
        vec![
            format!(
                "For another {} of {} that is {} a {} or slower; on {} it was {}.",
                course.title(),
                clock(total_s),
                units.pace(goal.first_mile_s().0 / MILE_M),
                units.word(),
                row.day_in_words(),
                units.pace(view.first_mile.pace_s_per_m(scores.basis)),
            ),
            format!("firstmile plan --course {} --goal {}", course.code(), clock(total_s)),
        ]
    }

    /// Appends how many rows have no score, by reason; unreadable ones with the reason. With `-v`
    /// each.
    fn not_scored(&self, text: &mut String) {
        let rows: Vec<&Row> = self.report.rows.iter().filter(|row| row.status != Status::Scored).collect();
        if rows.is_empty() {
            return;
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &rows {
            *counts.entry(row.reason).or_default() += 1;
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
        let reasons: Vec<String> = counts
            .into_iter()
            .map(|(reason, count)| {
                let words = REASONS.iter().find(|(code, ..)| *code == reason);
                let words = words.map_or(reason, |(_, one, many)| if count == 1 { one } else { many });
                format!("{} {words}", thousands(count))
            })
            .collect();
        let hint = if self.is_verbose() { "" } else { "; -v lists them" };
        let words = format!("{}{hint}.", reasons.join(", "));
        self.paragraph(text, "NOT SCORED", &words);
        let shown: Vec<&&Row> = rows
            .iter()
            .filter(|row| self.is_verbose() || row.status == Status::Unreadable)
            .take(if self.is_verbose() { usize::MAX } else { NAMED_FILES })
            .collect();
        for row in shown {
            let number = if row.activity > 1 { format!("#{}", row.activity) } else { String::new() };
            let message =
                format!("{}{number}: {}", escape_controls(&row.location()), escape_controls(&row.detail));
            line!(text, "  {}", wrap(&message, 2 * INDENT, self.style.page_width()));
        }
    }
}

/// Formats a count with thousands separators and its noun.
fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { plural(1, one, many) } else { format!("{} {many}", thousands(count)) }
}
