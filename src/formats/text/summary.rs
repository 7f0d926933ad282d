//! The lines after the races: training, runs that may have been races, the years, next time, and
//! what was not scored.

use super::TextPage;
use crate::escape::escape_controls;
use crate::formats::layout::{line, wrap};
use crate::formats::remarks::{self, counted};
use crate::formats::{ONLY_VERBOSE, layout, next_time};
use crate::history::Kind;
use crate::phrases::{capital, thousands};
use crate::report::{Row, Status, start_level};

/// The indent of the text after a heading, columns.
const INDENT: usize = 2;
/// The most unreadable files that are named.
const NAMED_FILES: usize = 1;

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
        if let Some(words) = remarks::may_be_races(self.report, self.is_verbose(), self.style.ascii) {
            self.paragraph(text, "MAYBE RACES", &escape_controls(&words));
        }
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

    /// Appends what to do next time.
    pub(super) fn next_time(&self, text: &mut String) {
        let next = next_time::of_report(self.report, self.style.units);
        let Some((first, others)) = next.lines.split_first() else { return };
        if self.report.rows.len() == 1 {
            line!(text, "");
        }
        self.paragraph(text, "NEXT TIME", first);
        for own in others.iter().chain(&next.plan) {
            line!(text, "  {}", wrap(own, INDENT, self.style.page_width()));
        }
    }

    /// Appends how many rows have no score, by reason; unreadable ones with the reason. With `-v`
    /// each.
    fn not_scored(&self, text: &mut String) {
        let rows = remarks::unscored(self.report);
        if rows.is_empty() {
            return;
        }
        let hint = if self.is_verbose() { "" } else { "; -v lists them" };
        let words = format!("{}{hint}.", remarks::reasons(&rows));
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
