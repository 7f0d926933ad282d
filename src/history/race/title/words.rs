//! The words of titles: how each matches, what it means, and the longest at a place.

use super::table::WORDS;
use crate::measure::Course;
use crate::units::MILE_M;

/// A number with a unit names a course if it is this near to its length: 21 km, 13.1 miles.
const NAMES_COURSE: f64 = 0.006;

/// A word or phrase of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// Its spelling as [`Folded`](super::Folded) has it.
    pub(super) folded: &'static str,
    pub(super) meaning: Meaning,
    pub(super) matches: Match,
}

/// The meaning of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Race,
    Event,
    NoRace,
    DeniesNext,
    DeniesAfter,
    DeniesLast,
    Course(Course, Weight),
    Unit(Unit),
    Habit,
    Aside,
    Filler,
    Article,
}

/// What else a title needs for a course's name to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// Nothing: "half marathon".
    Full,
    /// A name, or no filler: "HM", "21k".
    Short,
    /// A name: runners also train over 10 km.
    Round,
}

/// A unit after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Kilometre,
    Mile,
    /// Also of climbs: no course is as short as a climb is high.
    Metre,
}

impl Unit {
    fn length_m(self) -> f64 {
        match self {
            Self::Kilometre => 1000.0,
            Self::Mile => MILE_M,
            Self::Metre => 1.0,
        }
    }
}

/// How a word matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// Whole words.
    Word,
    /// The beginning of a word.
    Start,
    /// The end of a word.
    End,
    /// Any part.
    Part,
}

/// Returns a word that matches whole words.
pub(super) const fn word(folded: &'static str, meaning: Meaning) -> Word {
    Word { folded, meaning, matches: Match::Word }
}

/// Returns a word that matches the beginning of a word.
pub(super) const fn start(folded: &'static str, meaning: Meaning) -> Word {
    Word { folded, meaning, matches: Match::Start }
}

/// Returns a word that matches the end of a word.
pub(super) const fn end(folded: &'static str, meaning: Meaning) -> Word {
    Word { folded, meaning, matches: Match::End }
}

/// Returns a word that matches any part.
pub(super) const fn part(folded: &'static str, meaning: Meaning) -> Word {
    Word { folded, meaning, matches: Match::Part }
}

impl Word {
    /// Returns whether a text has this word at a place.
    pub(super) fn is_at(&self, text: &str, at: usize) -> bool {
        let starts = || is_boundary(text, at);
        let ends = || is_boundary(text, at + self.folded.len());
        text[at..].starts_with(self.folded)
            && match self.matches {
                Match::Word => starts() && ends(),
                Match::Start => starts(),
                Match::End => ends(),
                Match::Part => true,
            }
    }
}

/// Returns the end and meaning of the longest word at a place, or of a number with a unit there.
pub(super) fn at(text: &str, at: usize) -> Option<(usize, Meaning)> {
    distance(text, at).or_else(|| longest(text, at, false))
}

/// Returns the end and meaning of the longest word at a place, among the units or the others.
fn longest(text: &str, at: usize, unit: bool) -> Option<(usize, Meaning)> {
    let fits = |word: &&Word| matches!(word.meaning, Meaning::Unit(_)) == unit && word.is_at(text, at);
    // Of words that begin alike, the longer come later.
    // Those with this start of four bytes, else the words of three bytes, and so on.
    let longest =
        (1..=4).rev().find_map(|bytes| with_start(&text.as_bytes()[at..], bytes).iter().rfind(fits))?;
    let mut to = at + longest.folded.len();
    if longest.matches == Match::Start {
        to += text[to..].find(|c: char| !c.is_alphabetic()).unwrap_or(text.len() - to);
    }
    Some((to, longest.meaning))
}

/// The starts of the words: their first four bytes as numbers that sort like the words.
static STARTS: [u32; WORDS.len()] = {
    let mut starts = [0; WORDS.len()];
    let mut word = 0;
    while word < WORDS.len() {
        starts[word] = start_of(WORDS[word].folded.as_bytes(), 4);
        word += 1;
    }
    starts
};

/// Returns the first bytes of a text as a number that sorts like them; those after a limit, or
/// after the end, count as 0.
const fn start_of(text: &[u8], limit: usize) -> u32 {
    let mut start = [0; 4];
    let mut at = 0;
    while at < limit && at < text.len() {
        start[at] = text[at];
        at += 1;
    }
    u32::from_be_bytes(start)
}

/// Returns the words with the first four bytes of a text, or those of fewer bytes that it starts
/// with.
fn with_start(text: &[u8], bytes: usize) -> &'static [Word] {
    let start = start_of(text, bytes);
    let from = STARTS.partition_point(|word| *word < start);
    let length = STARTS[from..].iter().take_while(|word| **word == start).count();
    &WORDS[from..from + length]
}

/// Returns the end and meaning of a number with a unit at a place.
fn distance(text: &str, at: usize) -> Option<(usize, Meaning)> {
    let before = text[..at].chars().next_back();
    // "C25K" has no distance, "北京10公里" has.
    if !text[at..].starts_with(|c: char| c.is_ascii_digit())
        || before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.')
    {
        return None;
    }
    let digits = text[at..].find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let number: f64 = text[at..at + digits].parse().ok()?;
    let unit_at = at + digits + usize::from(text[at + digits..].starts_with(' '));
    let (to, Meaning::Unit(unit)) = longest(text, unit_at, true)? else { return None };
    let near = |course: &Course| (number * unit.length_m() / course.length_m() - 1.0).abs() < NAMES_COURSE;
    let meaning = match Course::ALL.into_iter().find(near) {
        Some(course @ (Course::Half | Course::Marathon)) => Meaning::Course(course, Weight::Short),
        Some(course) => Meaning::Course(course, Weight::Round),
        None => Meaning::Article,
    };
    Some((to, meaning))
}

/// Returns whether a word may begin or end at a place: not between two letters or two digits.
fn is_boundary(text: &str, at: usize) -> bool {
    let kind = |c: char| if c.is_alphabetic() { 2 } else { u8::from(c.is_numeric()) };
    let before = text[..at].chars().next_back().map_or(0, kind);
    let after = text[at..].chars().next().map_or(0, kind);
    before == 0 || before != after
}
