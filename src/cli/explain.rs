//! `firstmile explain [ID]`: the rules in their own words.

use std::fmt::Write as _;
use std::io::{self, Write};

use anyhow::{Context as _, bail};

use super::outcome::Outcome;
use crate::judge::{RULES, Rule, find};
use crate::measure::Course;

/// Lines are wrapped here.
const WIDTH: usize = 78;

/// Explains one rule or lists all.
///
/// # Errors
///
/// For an unknown id, and when standard output cannot be written.
pub(super) fn run(id: Option<&str>) -> anyhow::Result<Outcome> {
    let text = match id {
        None => list(),
        Some(id) => match find(id) {
            Some(rule) => page(rule),
            None => bail!("unknown rule {id}. Did you mean {}?", nearest(id)),
        },
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("standard output")?;
    Ok(Outcome::default())
}

fn list() -> String {
    let mut text = String::new();
    for rule in RULES {
        let _ = writeln!(text, "{:<10} {}", rule.id, rule.title);
    }
    text.push_str("\nfirstmile explain ID says more.\n");
    text
}

fn page(rule: &Rule) -> String {
    let mut text = format!("{}: {}\n", rule.id, rule.title);
    let levels = levels(rule);
    for (title, body) in [
        ("Definition", rule.definition),
        ("Levels", &levels),
        ("Source", rule.source),
        ("How sure", rule.certainty),
        ("Not for", rule.not_for),
        ("The source's advice", rule.advice),
    ] {
        if !body.is_empty() {
            let _ = write!(text, "\n{title}\n{}", wrapped(body));
        }
    }
    text
}

/// The thresholds in words, for long courses and, where they differ, for short ones.
fn levels(rule: &Rule) -> String {
    let told = |course: Course| {
        let steps: Vec<String> = (rule.thresholds)(Some(course))
            .iter()
            .map(|(from, level)| format!("{level} from {from} {}", rule.thresholds_unit))
            .collect();
        steps.join(", ")
    };
    let (short, long) = (told(Course::K5), told(Course::Marathon));
    match (long.is_empty(), short == long) {
        (true, _) => "info only".to_owned(),
        (false, true) => long,
        (false, false) => format!("{long}; on courses below 15 km: {short}"),
    }
}

fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() + 3 > WIDTH {
            let _ = writeln!(lines, " {line}");
            line.clear();
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(lines, " {line}");
    lines
}

/// The id that shares most characters with a mistyped one, place by place and as a set.
fn nearest(id: &str) -> &'static str {
    let typed = id.to_uppercase();
    let likeness = |rule: &&&Rule| {
        let same_place = rule.id.chars().zip(typed.chars()).filter(|(a, b)| a == b).count();
        let shared = typed.chars().filter(|c| rule.id.contains(*c)).count();
        2 * same_place + shared
    };
    RULES.iter().max_by_key(likeness).map_or("START-01", |rule| rule.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_id_finds_its_neighbour() {
        assert_eq!(nearest("START-1"), "START-01");
        assert_eq!(nearest("wall01"), "WALL-01");
    }
}
