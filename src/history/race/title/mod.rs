//! Reads a run's title: does it name a race or a course, or does it mean training?
//!
//! `words.csv` has the words that mean one of these, `fillers.csv` the words that do not make a
//! name. Both have one word or phrase a line, with its languages, its meaning and how it matches:
//!
//! | meaning | such as | effect |
//! |---|---|---|
//! | `race` | race, Wettkampf | a race |
//! | `event` | carrera, corrida: a run as well as a race | a race if the next word is a name |
//! | `training` | tempo, rodaje | no race |
//! | `denial` | volunteer, Vortag | no race |
//! | `denies-next` | no, almost | no race if a race or course follows at once |
//! | `denies-after` | after, before | no race if a race or course follows |
//! | `denies-last` | week, sonrası | no race if a race or course is right before it |
//! | `half`, `marathon` | the course's name | a course |
//! | `short-half` | Half, HM | a course, unless a filler shows an everyday title |
//! | `kilometres`, `miles`, `metres`, `climb` | a unit after a number | a course beside a name |
//! | `place` | Mill Race, media hora | hides the words in it |
//! | `habit` | usual, treadmill | no race if the title has a course |
//! | `aside` | with, along, club | a distance is then no course |
//! | `filler`, `article` | run, Sunday, the | not a name |
//!
//! A `word` matches whole words, `start` the beginning of a word, `end` its end, and `part` any
//! part. Of several matches at one place, the longest counts: "race street" hides "race".
//!
//! Precision counts for more than recall: services title a run "Madrid Carrera" or "Morning 10k".
//!
//! `legs.csv` has the words of relays and of track races, which are raced unlike a road race.
//! `generator.rs` makes `table.rs` of all three.

#[cfg(test)]
mod generator;
mod table;
mod words;

use std::ops::{ControlFlow, Range};

use self::words::{Meaning, Weight};
use super::fold::Folded;
use crate::measure::Course;

/// What a title means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::history) enum Title {
    /// Nothing about races or training.
    Nothing,
    /// Training, or something beside a race.
    NoRace,
    /// A race, by this word. The courses are those that the title names as well.
    Race { word: String, courses: Vec<NamedCourse> },
    /// One of these courses, if the run has its length.
    Courses(Vec<NamedCourse>),
}

/// A course that a title names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::history) struct NamedCourse {
    pub(in crate::history) course: Course,
    /// The title's word for it, in lower case.
    pub(in crate::history) word: String,
}

/// Reads a title.
pub(in crate::history) fn reading(title: &str) -> Title {
    // Many files are named by a number only.
    if !title.chars().any(char::is_alphabetic) {
        return Title::Nothing;
    }
    let folded = Folded::of(title);
    signs(&folded).map_or(Title::NoRace, |signs| signs.title(|part| folded.quote(title, part)))
}

/// Reads the words of a title; `None` if one of them means no race.
fn signs(folded: &Folded) -> Option<Signs> {
    let mut signs = Signs::default();
    let (mut at, mut read_to) = (0, 0);
    while let Some(character) = folded.text[at..].chars().next() {
        let Some((to, meaning)) = words::at(&folded.text, at) else {
            at += character.len_utf8();
            continue;
        };
        if has_name(&folded.text[read_to..at]) {
            signs.name();
        }
        if signs.add(meaning, at..to).is_break() {
            return None;
        }
        (at, read_to) = (to, to);
    }
    if has_name(&folded.text[read_to..]) {
        signs.name();
    }
    Some(signs)
}

/// Returns whether a title names a race or a course.
pub(in crate::history) fn names_race(title: &str) -> bool {
    matches!(reading(title), Title::Race { .. } | Title::Courses(_))
}

/// Returns whether a title says more than an everyday one such as "Morning Run": it has a word that
/// is not a filler.
pub(in crate::history) fn is_telling(title: &str) -> bool {
    reading(title) != Title::Nothing || signs(&Folded::of(title)).is_none_or(|signs| signs.has_name)
}

/// Returns whether a title names a relay or a track, so that the run was a leg or a session.
pub(in crate::history) fn names_relay_or_track(title: &str) -> bool {
    let folded = Folded::of(title);
    let places = || folded.text.char_indices().map(|(at, _)| at);
    table::LEGS.iter().any(|word| places().any(|at| word.is_at(&folded.text, at)))
}

/// Returns whether a text has a name: two letters in a row, or one of a script without blanks.
fn has_name(text: &str) -> bool {
    let mut letters = 0;
    text.chars().any(|c| {
        letters = if c.is_alphabetic() { letters + 1 } else { 0 };
        letters == 2 || c >= '\u{2E80}' && c.is_alphabetic()
    })
}

/// What the words of a title have shown so far.
#[derive(Default)]
struct Signs {
    race: Option<Range<usize>>,
    courses: Vec<(Course, Weight, Range<usize>)>,
    /// An event's noun, until the word after it.
    event: Option<Range<usize>>,
    denial: Denial,
    /// Whether a race or course is right before this place.
    after_race: bool,
    has_name: bool,
    everyday: Everyday,
}

/// Whether a race or course that follows is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Denial {
    #[default]
    No,
    /// If nothing but fillers is between.
    Next,
    /// Whatever is between.
    All,
}

/// Which words of everyday titles there were.
#[derive(Default)]
struct Everyday {
    habit: bool,
    aside: bool,
    filler: bool,
}

impl Signs {
    /// Adds a word that the table does not have.
    fn name(&mut self) {
        self.has_name = true;
        self.deny(Denial::No);
        self.after_race = false;
        self.race = self.race.take().or(self.event.take());
    }

    /// Adds a word; breaks if the title then means no race.
    fn add(&mut self, meaning: Meaning, part: Range<usize>) -> ControlFlow<()> {
        let denied = self.denial != Denial::No;
        match meaning {
            Meaning::NoRace => return ControlFlow::Break(()),
            Meaning::Race | Meaning::Event | Meaning::Course(_, Weight::Full) if denied => {
                return ControlFlow::Break(());
            }
            Meaning::DeniesLast if self.after_race => return ControlFlow::Break(()),
            Meaning::Article | Meaning::Unit(_) => {}
            Meaning::Race => {
                self.race.get_or_insert(part);
                self.after_race = true;
            }
            Meaning::Event => {
                self.event = Some(part);
                self.after_race = true;
            }
            Meaning::Course(course, weight) => {
                self.courses.push((course, weight, part));
                self.after_race = weight == Weight::Full;
            }
            Meaning::Filler => {
                self.everyday.filler = true;
                self.event = None;
            }
            Meaning::DeniesNext
            | Meaning::DeniesAfter
            | Meaning::DeniesLast
            | Meaning::Habit
            | Meaning::Aside => {
                self.deny(match meaning {
                    Meaning::DeniesNext => Denial::Next,
                    Meaning::DeniesAfter => Denial::All,
                    _ => Denial::No,
                });
                self.everyday.habit |= meaning == Meaning::Habit;
                self.everyday.aside = true;
                self.after_race = false;
                self.event = None;
            }
        }
        ControlFlow::Continue(())
    }

    /// Notes a denial; it replaces one of the next word only.
    fn deny(&mut self, denial: Denial) {
        if self.denial != Denial::All {
            self.denial = denial;
        }
    }

    /// Returns what the whole title means; `quote` returns a part of it.
    fn title(self, quote: impl Fn(Range<usize>) -> String) -> Title {
        let is_race = self.race.is_some();
        if !is_race && self.everyday.habit && !self.courses.is_empty() {
            return Title::NoRace;
        }
        let counts = |weight: Weight| match weight {
            Weight::Full => true,
            Weight::Short => !self.everyday.aside && (self.has_name || !self.everyday.filler),
            Weight::Round => !self.everyday.aside && self.has_name,
        };
        let courses: Vec<NamedCourse> = self
            .courses
            .into_iter()
            .filter(|(_, weight, _)| is_race || counts(*weight))
            .map(|(course, _, part)| NamedCourse { course, word: quote(part) })
            .collect();
        match self.race {
            Some(part) => Title::Race { word: quote(part), courses },
            None if courses.is_empty() => Title::Nothing,
            None => Title::Courses(courses),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns how a title reads, in a word.
    fn read(title: &str) -> &'static str {
        match reading(title) {
            Title::Nothing => "nothing",
            Title::NoRace => "no race",
            Title::Race { .. } => "race",
            Title::Courses(courses) => courses[0].course.code(),
        }
    }

    #[test]
    fn titles_name_relays_and_tracks() {
        for title in [
            "Marathonstaffel Hannover",
            "ESTAFETTELOOP 4x10",
            "Marathon Relay, leg 2",
            "箱根駅伝",
            "Эстафета 4х10 км",
            "Ekiden de Paris",
            "10000 m auf der Bahn",
        ] {
            assert!(names_relay_or_track(title), "{title}");
        }
        for title in [
            "Hannover Marathon",
            "Bahnhofslauf 10 km",
            "Tracksmith 10k",
            "Postal Run",
            "Circuit de la piste cyclable",
            "Half Marathon, back on track",
            "Course des stades",
        ] {
            assert!(!names_relay_or_track(title), "{title}");
        }
    }

    #[test]
    fn titles_of_every_language_are_read() {
        let mut languages = std::collections::BTreeMap::new();
        let mut wrong = Vec::new();
        for line in include_str!("cases.csv").lines().skip(1) {
            let columns: Vec<&str> = line.split(';').collect();
            let [language, expected, title] = columns[..] else { panic!("{line}") };
            *languages.entry(language).or_insert(0) += 1;
            let found = read(title);
            if found != expected {
                wrong.push(format!("{title}: {found}, not {expected}"));
            }
        }
        assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
        assert!(languages.len() >= 25 && languages.values().all(|titles| *titles >= 6), "{languages:?}");
    }

    #[test]
    fn the_reason_quotes_the_title() {
        let word = |title| match reading(title) {
            Title::Race { word, .. } => word,
            Title::Courses(courses) => courses[0].word.clone(),
            other => panic!("{title}: {other:?}"),
        };
        assert_eq!(word("Hillford HALF-Marathon"), "half-marathon");
        assert_eq!(word("Wrocław, Półmaraton Nocny"), "półmaraton");
        assert_eq!(word("Московские соревнования 2024"), "соревнования");
        assert_eq!(word("Quayside 10 km"), "10 km");
        assert_eq!(word("mill_town_race_day"), "race day");
    }

    #[test]
    fn a_race_keeps_the_courses_of_its_title() {
        let Title::Race { courses, .. } = reading("Harbour Marathon weekend: 10K race") else { panic!() };
        assert_eq!(
            courses.iter().map(|named| named.course).collect::<Vec<_>>(),
            [Course::Marathon, Course::K10]
        );
    }

    #[test]
    fn a_long_title_takes_time_in_proportion() {
        for title in ["race street ".repeat(50_000), "ま".repeat(200_000), "1.".repeat(200_000)] {
            assert_ne!(read(&title), "race");
        }
    }
}
