//! The documentation of the rules: a list, a page of text for each rule, and one Markdown document
//! of all.
//!
//! `firstmile explain` prints it. All content is in the rules themselves ([`RULES`]); this module
//! lays it out.

use super::layout::{line, wrap};
use crate::judge::{RULES, Rule, Steps};
use crate::measure::Course;

/// The width at which lines are wrapped, columns.
const WIDTH: usize = 78;

/// Returns a list of every rule's id and title.
pub fn list() -> String {
    let mut text = String::new();
    for rule in RULES {
        line!(text, "{:<10} {}", rule.id, rule.title);
    }
    line!(text, "\nfirstmile explain ID says more.");
    text
}

/// Returns the page of one rule.
pub fn page(rule: &Rule) -> String {
    let mut text = String::new();
    line!(text, "{}: {}", rule.id, rule.title);
    for (title, body) in parts(rule) {
        line!(text, "\n{title}");
        match body {
            Body::Prose(prose) => line!(text, "  {}", wrap(&prose, 2, WIDTH)),
            Body::Lines(lines) => {
                for row in lines.lines() {
                    // A line that is too wide for the page is wrapped like prose.
                    let shown =
                        if row.chars().count() + 2 > WIDTH { wrap(row, 4, WIDTH) } else { row.to_owned() };
                    line!(text, "{}", format!("  {shown}").trim_end());
                }
            }
        }
    }
    text
}

/// Returns all rules as one Markdown document.
pub fn markdown() -> String {
    let mut text = String::new();
    line!(text, "# The rules\n");
    line!(
        text,
        "What `firstmile` finds in a run, and how. This page is made by `firstmile explain --format md`.\n"
    );
    for rule in RULES {
        line!(text, "* [{}](#{}): {}", rule.id, anchor(rule), rule.title);
    }
    for rule in RULES {
        line!(text, "\n## {}: {}", rule.id, rule.title);
        for (title, body) in parts(rule) {
            match body {
                Body::Prose(prose) => line!(text, "\n{}", wrap(&format!("**{title}.** {prose}"), 0, 120)),
                Body::Lines(lines) => line!(text, "\n**{title}**\n\n```text\n{lines}\n```"),
            }
        }
    }
    text
}

/// Returns the anchor that GitHub's Markdown gives to a rule's heading.
fn anchor(rule: &Rule) -> String {
    let heading = format!("{}: {}", rule.id, rule.title).to_lowercase();
    heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
        .collect::<String>()
        .replace(' ', "-")
}

/// The content of a part of a rule's page.
enum Body {
    /// Text to wrap.
    Prose(String),
    /// Lines to keep as they are, such as a table.
    Lines(String),
}

/// Returns the parts of a rule's page in order, each with its title.
fn parts(rule: &Rule) -> Vec<(&'static str, Body)> {
    let prose = |text: &str| Body::Prose(text.to_owned());
    let mut parts = vec![
        ("Definition", prose(rule.definition)),
        ("Levels", Body::Prose(levels(rule))),
        ("Source", prose(rule.source)),
        ("How sure", prose(rule.certainty)),
    ];
    let figures = (rule.figures)();
    if !figures.is_empty() {
        parts.push(("The figures", Body::Lines(figures)));
    }
    parts.push(("Not for", prose(rule.not_for)));
    if !rule.advice.is_empty() {
        parts.push(("The source's advice", prose(rule.advice)));
    }
    parts
}

/// Returns the thresholds as text: those of long courses and, if they differ, those of short ones.
fn levels(rule: &Rule) -> String {
    let steps = |course: Course| (rule.thresholds)(Some(course));
    let text = |steps: Steps| {
        let levels: Vec<String> = steps.iter().map(|(from, level)| format!("{level} from {from}")).collect();
        format!("{} {}", levels.join(", "), rule.thresholds_unit)
    };
    let long = steps(Course::Marathon);
    if long.is_empty() {
        return "Information only.".to_owned();
    }
    match Course::ALL.into_iter().find(|course| steps(*course) == long) {
        Some(Course::K5) | None => format!("{}.", text(long)),
        Some(from) => format!("{}; below {from}: {}.", text(long), text(steps(Course::K5))),
    }
}
