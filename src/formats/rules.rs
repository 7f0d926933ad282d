//! The rules in their own words: the list, a page each for the terminal, and all of them as one Markdown document.

use super::layout::{line, wrapped};
use crate::judge::{RULES, Rule, Steps};
use crate::measure::Course;

/// Lines are wrapped here.
const WIDTH: usize = 78;

/// Every rule's id and title.
pub fn list() -> String {
    let mut text = String::new();
    for rule in RULES {
        line!(text, "{:<10} {}", rule.id, rule.title);
    }
    line!(text, "\nfirstmile explain ID says more.");
    text
}

/// One rule's page.
pub fn page(rule: &Rule) -> String {
    let mut text = String::new();
    line!(text, "{}: {}", rule.id, rule.title);
    for (title, body) in parts(rule) {
        line!(text, "\n{title}");
        match body {
            Body::Prose(prose) => line!(text, "  {}", wrapped(&prose, 2, WIDTH)),
            Body::Lines(lines) => {
                for row in lines.lines() {
                    // A line too wide for the page is prose.
                    let told =
                        if row.chars().count() + 2 > WIDTH { wrapped(row, 4, WIDTH) } else { row.to_owned() };
                    line!(text, "{}", format!("  {told}").trim_end());
                }
            }
        }
    }
    text
}

/// All rules as one document.
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
                Body::Prose(prose) => line!(text, "\n{}", wrapped(&format!("**{title}.** {prose}"), 0, 120)),
                Body::Lines(lines) => line!(text, "\n**{title}**\n\n```text\n{lines}\n```"),
            }
        }
    }
    text
}

/// The anchor that Markdown makes of a rule's heading.
fn anchor(rule: &Rule) -> String {
    let heading = format!("{}: {}", rule.id, rule.title).to_lowercase();
    heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'))
        .collect::<String>()
        .replace(' ', "-")
}

enum Body {
    Prose(String),
    Lines(String),
}

/// What there is to say of a rule, in order.
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

/// The thresholds in words, for long courses and, where they differ, for short ones.
fn levels(rule: &Rule) -> String {
    let steps = |course: Course| (rule.thresholds)(Some(course));
    let told = |steps: Steps| {
        let told: Vec<String> = steps.iter().map(|(from, level)| format!("{level} from {from}")).collect();
        format!("{} {}", told.join(", "), rule.thresholds_unit)
    };
    let long = steps(Course::Marathon);
    if long.is_empty() {
        return "Information only.".to_owned();
    }
    match Course::ALL.into_iter().find(|course| steps(*course) == long) {
        Some(Course::K5) | None => format!("{}.", told(long)),
        Some(from) => format!("{}; below {from}: {}.", told(long), told(steps(Course::K5))),
    }
}
