//! Decides whether a run was a race: by the user's statement, its type or its name; otherwise by
//! effort.
//!
//! Names are read in many languages, see [`super::title`]. A race word is enough by itself. A
//! course's name counts only if the recording has about that course's length. A training word
//! overrules both. The result is a [`Decision`]: kind, reasons, time basis, course and goal.

use super::title::{Title, reading};
use crate::history::{Decision, Entry, Kind};
use crate::ingest::names::stem;
use crate::measure::{Basis, Course, Measured};
use crate::runner::Origin;

/// Decides how a run is scored.
///
/// `family` is the run's own entry, then its twins: a statement or name of one is valid for the
/// run. `by_effort` returns the reasons why the run looks like a race among the runner's other
/// runs. It is called only if no flag, type or name decides.
pub(in crate::history) fn decide(
    family: &[&Entry],
    measured: &Measured,
    by_effort: impl Fn() -> Option<Vec<String>>,
) -> Decision {
    let candidate = measured.candidate.as_ref().and_then(|view| view.course);
    let stated_race = family.iter().find_map(|entry| entry.stated.race);
    let stated_course = family.iter().find_map(|entry| entry.stated.course);
    let mut signs = RaceSigns::default();
    match (stated_race, stated_course) {
        (Some((race, origin)), _) => signs.reasons.push(
            match (race, origin) {
                (true, Origin::Flag) => "--race",
                (false, Origin::Flag) => "--no-race",
                (true, _) => "the profile says so",
                (false, _) => "the profile says that it is none",
            }
            .to_owned(),
        ),
        (None, Some((_, origin))) if candidate.is_some() => {
            signs.reasons.push(
                if origin == Origin::Flag { "--course" } else { "the profile names its course" }.to_owned(),
            );
        }
        // A walk is no race, whatever its name.
        _ if measured.walked => {}
        _ => signs = find_signs(family, measured, by_effort),
    }
    let race = stated_race.map_or(!signs.reasons.is_empty(), |(race, _)| race);
    let kind = if race { Kind::Race } else { Kind::Training };
    let basis = match kind {
        Kind::Race => Basis::Elapsed,
        Kind::Training if measured.timer_known => Basis::Timer,
        Kind::Training => Basis::Moving,
    };
    let on_course = candidate.is_some() && (race || stated_course.is_some());
    let course = candidate.filter(|_| on_course);
    // A stated course that was not applied is still named if the recording is a part of it, without
    // its end.
    let length = Length::of(measured);
    let stated = stated_course.map(|(course, _)| course).filter(|stated| length.may_be(*stated));
    let named = stated.or(signs.course).or(course);
    let goals = family.iter().flat_map(|entry| &entry.stated.goals);
    let goal = goals.into_iter().find(|goal| goal.course.is_none() || goal.course == course);
    Decision {
        kind,
        reasons: signs.reasons,
        by_effort: signs.by_effort,
        basis,
        on_course,
        named,
        goal_s_per_m: goal.map(|goal| goal.pace_s_per_m),
    }
}

/// Signs that a run was a race.
#[derive(Default)]
struct RaceSigns {
    /// The reasons in phrases; empty for training.
    reasons: Vec<String>,
    /// Whether effort is the only reason.
    by_effort: bool,
    /// The course that a name states.
    course: Option<Course>,
}

impl RaceSigns {
    /// Adds the reason and course that a name gave, if any.
    fn add(&mut self, found: Option<(String, Option<Course>)>) {
        if let Some((reason, course)) = found {
            self.reasons.push(reason);
            self.course = self.course.or(course);
        }
    }
}

/// Finds the types and names that make a run a race, else asks for its effort.
fn find_signs(
    family: &[&Entry],
    measured: &Measured,
    by_effort: impl Fn() -> Option<Vec<String>>,
) -> RaceSigns {
    let length = Length::of(measured);
    let mut signs = RaceSigns::default();
    let mut means_training = false;
    for identity in family.iter().filter_map(|entry| entry.identity()) {
        signs.reasons.extend(identity.race_hint.clone());
        if let Some(name) = &identity.name {
            let title = reading(name);
            means_training |= title == Title::NoRace;
            signs.add(by_title("name", title, &length));
        }
    }
    if signs.course.is_none() {
        let by_type_alone = !signs.reasons.is_empty();
        for name in family.iter().filter_map(|entry| file_name(entry)) {
            let found = by_title("file name", reading(&name), &length);
            if by_type_alone {
                // The type already makes it a race; the file's name may still name the course.
                signs.course = signs.course.or(found.and_then(|(_, course)| course));
            } else {
                signs.add(found);
            }
        }
    }
    signs.reasons.dedup();
    if signs.reasons.is_empty() && !means_training {
        signs.reasons.extend(by_effort().unwrap_or_default());
        signs.by_effort = !signs.reasons.is_empty();
    }
    signs
}

/// The recording's length, to compare with the course in a name.
struct Length {
    recorded_m: f64,
    cut_short: bool,
}

impl Length {
    fn of(measured: &Measured) -> Self {
        Self { recorded_m: measured.recorded.distance_m, cut_short: measured.cut_short }
    }

    /// Returns whether it may be a race over the course: within 10 % of its length, or shorter and
    /// cut short.
    fn may_be(&self, course: Course) -> bool {
        let ratio = self.recorded_m / course.length_m();
        ratio < 1.1 && (ratio > 0.9 || self.cut_short)
    }
}

/// Returns the reason why a title makes the run a race, and the course in the title.
///
/// A race word is a reason. So is a course's name if the run has about its length: "marathon" on a
/// run of 18 km is no reason. `what` is the title's kind in the reason's text.
fn by_title(what: &str, title: Title, length: &Length) -> Option<(String, Option<Course>)> {
    let (race, courses) = match title {
        Title::Nothing | Title::NoRace => return None,
        Title::Race { word, courses } => (Some(word), courses),
        Title::Courses(courses) => (None, courses),
    };
    let over = courses.into_iter().find(|named| length.may_be(named.course));
    let course = over.as_ref().map(|named| named.course);
    let word = race.or_else(|| over.map(|named| named.word))?;
    Some((format!("its {what} says \"{word}\""), course))
}

/// Returns the file's name without its endings, hyphens as blanks; of an archive, the member's
/// name.
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
    fn a_race_word_or_a_fitting_course_name_makes_a_race() {
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
            assert_eq!(by_title("name", reading(name), &length).is_some(), race, "{name} {km} km");
        }
        let cut = Length { recorded_m: 25_000.0, cut_short: true };
        assert!(by_title("name", reading("Harbour Marathon"), &cut).is_some());
    }
}
