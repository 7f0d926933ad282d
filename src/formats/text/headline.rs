//! The answer in one to three sentences: how many hit the wall or faded, how many went out too
//! fast, and which was the worst.

use super::{Scored, TextPage, costliest};
use crate::escape::escape_controls;
use crate::history::Kind;
use crate::judge::Level;
use crate::phrases::{capital, clock, number_word, plural, signed_pct};
use crate::report::{Outcome, Row, Wall, lost_s};

/// A start within this of even, in percent, is called even beside a wall.
const NEAR_EVEN_PCT: f64 = 3.0;
/// From this loss on, in seconds, the costliest race is named.
const WORTH_S: f64 = 60.0;

/// Up to this number a count is a word.
const WORDS: usize = 12;

/// Returns a count as the headline has it: "two", "38".
fn words(count: usize) -> String {
    number_word(count, WORDS)
}

impl TextPage<'_> {
    /// Returns the run whose start the headline names as the worst.
    pub(super) fn worst_start(&self) -> Option<&Row> {
        worst_of(&too_fast(&self.runs())).map(|(row, _)| row)
    }

    /// Returns the headline, one sentence each.
    pub(super) fn headline(&self) -> Vec<String> {
        let runs = self.runs();
        if runs.is_empty() {
            return vec!["No run to judge.".to_owned()];
        }
        let races = runs[0].1.kind == Kind::Race;
        let mut sentences = Vec::new();
        if races {
            sentences.extend(walls(&runs).or_else(|| gave_back_most(&runs, self.style.ascii)));
        }
        sentences.push(starts(&runs, races, self.style.ascii));
        sentences
    }
}

/// Returns the runs that went out too fast.
fn too_fast<'a, 'b>(runs: &'b [Scored<'a>]) -> Vec<&'b Scored<'a>> {
    runs.iter()
        .filter(|(_, scores)| scores.start_judged && scores.start_level >= Some(Level::Warning))
        .collect()
}

/// Returns how many marathons hit the wall, what that cost, and how they began; `None` if none
/// did.
fn walls(runs: &[Scored]) -> Option<String> {
    // A recording that ends early can show a wall, but not that there was none.
    let is_whole = |(row, scores): &&Scored| {
        scores.view.marathon && (!scores.is_unfinished() || Wall::of(row).is_some())
    };
    let marathons = runs.iter().filter(is_whole).count();
    let walls: Vec<_> = runs.iter().filter_map(|(row, scores)| Some((Wall::of(row)?, *scores))).collect();
    if walls.is_empty() {
        return None;
    }
    let lost_min: f64 = walls.iter().map(|(wall, _)| wall.lost_s / 60.0).sum();
    let of = match (walls.len(), marathons) {
        (_, 1) => "The marathon".to_owned(),
        (2, 2) => "Both marathons".to_owned(),
        (walls, marathons) if walls == marathons => format!("All {} marathons", words(marathons)),
        (walls, marathons) => {
            format!("{} of {} marathons", capital(&words(walls)), words(marathons))
        }
    };
    let mut sentence = format!("{of} hit the wall: {lost_min:.0} minutes lost.");
    let fastest_pct = walls
        .iter()
        .map(|(_, scores)| scores.view.judged_start_excess_pct(scores.basis))
        .fold(f64::NEG_INFINITY, f64::max);
    let which = match walls.len() {
        1 => "It",
        2 => "Both",
        _ => "All of these",
    };
    if fastest_pct < 0.0 {
        sentence += &format!(" {which} began no faster than even.");
    } else if fastest_pct <= NEAR_EVEN_PCT {
        sentence += &format!(" {which} began within {:.0} % of an even start.", fastest_pct.ceil());
    }
    Some(sentence)
}

/// Returns the race that gave back most; `None` if that was hardly anything.
fn gave_back_most(runs: &[Scored], ascii: bool) -> Option<String> {
    let slowed = runs.iter().filter(|(row, _)| Outcome::of(row) >= Some(Outcome::Slowed));
    let (row, scores) = costliest(slowed.copied(), 1).pop()?;
    let lost_s = lost_s(row, scores);
    (lost_s >= WORTH_S).then(|| {
        format!(
            "Costliest: {}, {}: {} ahead of an even run, all given back.",
            escape_controls(row.title_in(ascii)),
            row.day_in_words(),
            clock(lost_s)
        )
    })
}

/// Returns how many of the judged starts were too fast, and the worst of them.
pub(in crate::formats) fn starts(runs: &[Scored], races: bool, ascii: bool) -> String {
    let judged: Vec<_> = runs.iter().filter(|(_, scores)| scores.start_judged).collect();
    if judged.is_empty() {
        return format!("No start to judge: none of {} is steady.", plural(runs.len(), "run", "runs"));
    }
    let fast = too_fast(runs);
    let what = if races { "races" } else { "steady runs" };
    let of = format!("{} {what}", words(judged.len()));
    let worst = worst_of(&fast);
    let one = if races { "The one race" } else { "The one steady run" };
    match worst {
        None if judged.len() == 1 => format!("{one} did not go out too fast."),
        None => format!("Went out too fast in none of {of}."),
        Some(run) => {
            let which = format!(
                "{}, {} ({})",
                escape_controls(run.0.title_in(ascii)),
                run.0.day_in_words(),
                signed_pct(excess_pct(&run))
            );
            if judged.len() == 1 {
                format!("{one} went out too fast: {which}.")
            } else {
                format!("Went out too fast in {} of {of}; worst: {which}.", words(fast.len()))
            }
        }
    }
}

/// Returns the run with the worst start of some.
fn worst_of<'a>(fast: &[&Scored<'a>]) -> Option<Scored<'a>> {
    let worst = fast
        .iter()
        .max_by(|a, b| a.1.start_level.cmp(&b.1.start_level).then(excess_pct(a).total_cmp(&excess_pct(b))));
    worst.map(|run| **run)
}

/// Returns a run's start excess, percent.
fn excess_pct((_, scores): &Scored) -> f64 {
    scores.view.judged_start_excess_pct(scores.basis)
}
