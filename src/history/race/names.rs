//! Race or training, told without tags.

use crate::history::{Decision, Entry, Kind};
use crate::ingest::names::stem;
use crate::measure::{Basis, Course, Measured};
use crate::runner::Origin;

/// Words in a name that make a run a race wherever they stand.
const RACE_WORDS: [&str; 8] =
    ["race", "wettkampf", "parkrun", "championship", "rennen", "carrera", "course officielle", "比赛"];
/// Words in a name that say training, whatever else stands there and within whatever word ("marathon training").
const TRAINING_PARTS: [&str; 9] = [
    "training",
    "workout",
    "interval",
    "recovery",
    "long run",
    "shakeout",
    "warmup",
    "tempolauf",
    "tempo run",
];
/// Words that do so only by themselves ("race pace", but not "Space Coast").
const TRAINING_WORDS: [&str; 4] = ["tempo", "easy", "pace", "warm"];
/// A course's names, in some of the languages that races are held in; a longer name comes before one it holds.
const COURSE_NAMES: [(Course, &[&str]); 4] = [
    (
        Course::Half,
        &[
            "half marathon",
            "half-marathon",
            "halfmarathon",
            "halbmarathon",
            "semi-marathon",
            "semi marathon",
            "media marat",
            "mezza marat",
            "meia maratona",
            "halve marathon",
            "半程马拉松",
            "半马",
            "ハーフマラソン",
        ],
    ),
    (Course::Marathon, &["marathon", "maratón", "maratona", "maraton", "马拉松", "マラソン"]),
    (Course::K10, &["10k", "10 k", "10km", "10 km"]),
    (Course::K5, &["5k", "5 k", "5km", "5 km"]),
];

/// Decides how a run is scored.
///
/// `family` is the run's own entry and its twins': what is said of any of them is said of the run. `by_effort` says why
/// it looks like a race among the runner's other runs; it is asked only where no name, type or flag decides.
pub(in crate::history) fn decide(
    family: &[&Entry],
    measured: &Measured,
    by_effort: impl Fn() -> Option<Vec<String>>,
) -> Decision {
    let candidate = measured.candidate.as_ref().and_then(|view| view.course);
    let said_race = family.iter().find_map(|entry| entry.said.race);
    let said_course = family.iter().find_map(|entry| entry.said.course);
    let mut words = Words::default();
    match (said_race, said_course) {
        (Some((race, by)), _) => words.reasons.push(
            match (race, by) {
                (true, Origin::Flag) => "--race",
                (false, Origin::Flag) => "--no-race",
                (true, _) => "the profile says so",
                (false, _) => "the profile says that it is none",
            }
            .to_owned(),
        ),
        (None, Some((_, by))) if candidate.is_some() => {
            words.reasons.push(
                if by == Origin::Flag { "--course" } else { "the profile names its course" }.to_owned(),
            );
        }
        _ => words = told(family, measured, by_effort),
    }
    let race = said_race.map_or(!words.reasons.is_empty(), |(race, _)| race);
    let kind = if race { Kind::Race } else { Kind::Training };
    let basis = match kind {
        Kind::Race => Basis::Elapsed,
        Kind::Training if measured.timer_known => Basis::Timer,
        Kind::Training => Basis::Moving,
    };
    let on_course = candidate.is_some() && (race || said_course.is_some());
    let course = candidate.filter(|_| on_course);
    // Of a course that was said but not applied, only a recording without its end can be a part.
    let length = Length::of(measured);
    let said = said_course.map(|(course, _)| course).filter(|said| length.may_be(*said));
    let named = said.or(words.course).or(course);
    let goals = family.iter().flat_map(|entry| &entry.said.goals);
    let goal = goals.into_iter().find(|goal| goal.course.is_none() || goal.course == course);
    Decision {
        kind,
        reasons: words.reasons,
        by_effort: words.by_effort,
        basis,
        on_course,
        named,
        goal_s_per_m: goal.map(|goal| goal.pace_s_per_m),
    }
}

/// What speaks for a race.
#[derive(Default)]
struct Words {
    reasons: Vec<String>,
    by_effort: bool,
    course: Option<Course>,
}

impl Words {
    fn add(&mut self, found: Option<(String, Option<Course>)>) {
        if let Some((reason, course)) = found {
            self.reasons.push(reason);
            self.course = self.course.or(course);
        }
    }
}

/// Types and names that make a run a race, else its effort.
fn told(family: &[&Entry], measured: &Measured, by_effort: impl Fn() -> Option<Vec<String>>) -> Words {
    let length = Length::of(measured);
    let mut words = Words::default();
    for identity in family.iter().filter_map(|entry| entry.identity()) {
        words.reasons.extend(identity.race_hint.clone());
        words.add(identity.name.as_deref().and_then(|name| by_name("name", name, &length)));
    }
    if words.course.is_none() {
        let by_type_alone = !words.reasons.is_empty();
        for name in family.iter().filter_map(|entry| file_name(entry)) {
            let found = by_name("file name", &name, &length);
            if by_type_alone {
                // The type has said that it was a race; the file's name may still say over which course.
                words.course = words.course.or(found.and_then(|(_, course)| course));
            } else {
                words.add(found);
            }
        }
    }
    words.reasons.dedup();
    let names = || family.iter().filter_map(|entry| entry.identity()?.name.as_deref());
    if words.reasons.is_empty() && !names().any(says_training) {
        words.reasons.extend(by_effort().unwrap_or_default());
        words.by_effort = !words.reasons.is_empty();
    }
    words
}

/// How long the recording is, against a course that a name speaks of.
struct Length {
    recorded_m: f64,
    cut_short: bool,
}

impl Length {
    fn of(measured: &Measured) -> Self {
        Self { recorded_m: measured.recorded.distance_m, cut_short: measured.cut_short }
    }

    /// Whether it may be a race over the course: near its length, or broken off before it.
    fn may_be(&self, course: Course) -> bool {
        let ratio = self.recorded_m / course.length_m();
        ratio < 1.1 && (ratio > 0.9 || self.cut_short)
    }
}

/// The reason that a name gives for a race, if it does: a race's word, or the name of the course whose length
/// the run has. A name alone is not enough: "marathon training week 3" is 18 km.
///
/// With it goes the course that the name speaks of.
fn by_name(what: &str, name: &str, length: &Length) -> Option<(String, Option<Course>)> {
    if says_training(name) {
        return None;
    }
    let lower = name.to_lowercase().replace('_', " ");
    let over = COURSE_NAMES
        .iter()
        .find_map(|(named, words)| Some((*named, *words.iter().find(|word| has_word(&lower, word))?)))
        .filter(|(named, _)| length.may_be(*named));
    let race = RACE_WORDS.iter().find(|word| has_word(&lower, word)).copied();
    let word = race.or(over.map(|(_, word)| word))?;
    Some((format!("its {what} says \"{word}\""), over.map(|(named, _)| named)))
}

/// Whether a name speaks of training.
fn says_training(name: &str) -> bool {
    let lower = name.to_lowercase().replace('_', " ");
    TRAINING_PARTS.iter().any(|part| lower.contains(part))
        || TRAINING_WORDS.iter().any(|word| has_word(&lower, word))
}

/// Whether `text` has `word` neither inside a longer word nor behind a digit: "15k" is no 5k, "traceroute" no race.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        // Scripts without blanks between words set no borders; stems such as "marat" may run on.
        let ascii = word.is_ascii();
        let open_before = !ascii || before.is_none_or(|c| !c.is_alphanumeric());
        let open_after = !ascii || word.len() > 5 || after.is_none_or(|c| !c.is_alphanumeric());
        open_before && open_after
    })
}

/// The name that the user gave the file, without its endings; for a member of an archive, the member's.
fn file_name(entry: &Entry) -> Option<String> {
    let name = match &entry.member {
        Some(member) => member.rsplit(['/', '!']).next()?.to_owned(),
        None => entry.path.file_name()?.to_string_lossy().into_owned(),
    };
    Some(stem(&name).replace('-', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_race_and_names_that_do_not() {
        for (name, km, race) in [
            ("Harbour Marathon 2019", 42.5, true),
            ("Harbour Half Marathon", 21.2, true),
            ("Harbour Half Marathon", 42.5, false),
            ("marathon training, week 3", 42.5, false),
            ("Marathon", 18.0, false),
            ("Town 10K", 10.1, true),
            ("Town 15k", 5.0, false),
            ("race pace miles", 10.0, false),
            ("Space Coast Marathon", 42.5, true),
            ("Marathontraining", 42.5, false),
            ("Traceroute", 10.0, false),
            ("Club race", 7.0, true),
            ("石家庄马拉松", 42.5, true),
            ("2025北京半程马拉松", 21.3, true),
            ("Evening run", 5.0, false),
        ] {
            let length = Length { recorded_m: 1000.0 * km, cut_short: false };
            assert_eq!(by_name("name", name, &length).is_some(), race, "{name} {km} km");
        }
        let cut = Length { recorded_m: 25_000.0, cut_short: true };
        assert!(by_name("name", "Harbour Marathon", &cut).is_some());
    }
}
