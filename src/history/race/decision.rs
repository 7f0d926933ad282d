//! Decides whether a run was a race: by the user's statement, else by the sum of its marks.
//!
//! A flag or the profile decides. Otherwise the marks of [`super::marks`] are added up: what titles
//! and types say, the length, and what the runner's other runs tell. A run that is alone is judged
//! by its title, its length and its pauses. The result is a [`Decision`]: kind, reasons, time
//! basis, course and goal.

use super::facts::{FEW_RUNS, RaceFacts};
use super::marks::{self, MAYBE, TitleSigns};
use super::title::{Title, reading};
use super::titles::Titles;
use crate::history::{Decision, Entry, Kind};
use crate::measure::{Basis, Course, Measured};
use crate::runner::Origin;

/// The greatest share of a race for which the timer is paused, if a run is judged alone.
const PAUSED: f64 = 0.01;
/// The greatest share of a race spent standing, likewise: tying a shoe, a drink.
const STOOD: f64 = 0.05;

/// What is compared with a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::history) enum Company {
    /// The runner's other runs, if there are any.
    Archive,
    /// Other runners' runs of one race.
    Field,
    /// Nothing: many machines judge parts of a batch.
    Unknown,
}

/// The shortest event, metres.
const SHORTEST_M: f64 = 3_000.0;

/// Decides how a run is scored.
///
/// `family` is the run's own entry, then its twins: a statement or title of one is valid for the
/// run. `facts` are those of the run that is kept.
pub(in crate::history) fn decide(
    family: &[&Entry],
    measured: &Measured,
    facts: &RaceFacts,
    titles: &Titles,
    company: Company,
) -> Decision {
    let candidate = measured.candidate.as_ref().and_then(|view| view.course);
    let stated_race = family.iter().find_map(|entry| entry.stated.race);
    let stated_course = family.iter().find_map(|entry| entry.stated.course);
    let is_stated = stated_course.is_some_and(|(course, _)| candidate == Some(course));
    let mut signs = RaceSigns::default();
    match (stated_race, stated_course) {
        (Some((race, origin)), _) => {
            signs.race = race;
            signs.reasons.push(
                match (race, origin) {
                    (true, Origin::Flag) => "--race",
                    (false, Origin::Flag) => "--no-race",
                    (true, _) => "the profile says so",
                    (false, _) => "the profile says that it is none",
                }
                .to_owned(),
            );
        }
        (None, Some((_, origin))) if is_stated => {
            signs.race = true;
            signs.reasons.push(
                if origin == Origin::Flag { "--course" } else { "the profile names its course" }.to_owned(),
            );
        }
        // A walk is no race, whatever its name.
        _ if measured.walked => {}
        _ => signs = find_signs(family, measured, facts, titles, company),
    }
    let race = signs.race;
    let kind = if race { Kind::Race } else { Kind::Training };
    let wanted = match kind {
        Kind::Race => Basis::Elapsed,
        Kind::Training if measured.timer_known => Basis::Timer,
        Kind::Training => Basis::Moving,
    };
    let views = std::iter::once(&measured.recorded).chain(&measured.candidate);
    let basis = if views.into_iter().all(|view| view.has_pace(wanted)) { wanted } else { Basis::Elapsed };
    if basis != wanted {
        let time = wanted.code();
        signs.reasons.push(format!("a part of it has hardly any {time} time, so elapsed time counts"));
    }
    let on_course = is_stated || (candidate.is_some() && race);
    let course = candidate.filter(|_| on_course);
    // A stated course that was not applied is still named if the recording is a part of it, without
    // its end. Of what is stated to be a race over it, any shorter recording is.
    let length = Length::of(measured);
    let is_part = |course: Course| {
        stated_race.is_some_and(|(race, _)| race)
            && candidate.is_none()
            && length.recorded_m < course.length_m()
    };
    let stated =
        stated_course.map(|(course, _)| course).filter(|stated| length.may_be(*stated) || is_part(*stated));
    let named = stated.or(signs.course).or(course);
    let goals = family.iter().flat_map(|entry| &entry.stated.goals);
    // A goal that was beaten by far is another race's: a time may be for several courses.
    let total = &measured.recorded.total;
    let pace_s_per_m = total.on(basis) / course.map_or(measured.recorded.distance_m, Course::length_m);
    let goal = goals
        .into_iter()
        .find(|goal| (goal.course.is_none() || goal.course == course) && goal.may_be_of(pace_s_per_m));
    Decision {
        kind,
        reasons: signs.reasons,
        inferred: signs.inferred,
        may_be_race: signs.may_be_race,
        marks: signs.marks,
        basis,
        on_course,
        named,
        goal_s_per_m: goal.map(|goal| goal.pace_s_per_m),
    }
}

/// Signs that a run was a race.
#[derive(Default)]
struct RaceSigns {
    race: bool,
    /// Whether it may have been one.
    may_be_race: bool,
    /// The reasons in phrases.
    reasons: Vec<String>,
    /// Whether neither a title nor a type is among the reasons.
    inferred: bool,
    /// The codes of its marks.
    marks: Vec<&'static str>,
    /// The course that a title states.
    course: Option<Course>,
}

/// Reads what titles and types say, and adds up the marks.
fn find_signs(
    family: &[&Entry],
    measured: &Measured,
    facts: &RaceFacts,
    titles: &Titles,
    company: Company,
) -> RaceSigns {
    let length = Length::of(measured);
    let mut signs = RaceSigns::default();
    let mut stated = TitleSigns::default();
    let mut is_named = false;
    // An earlier batch knew the places of the starts, and so which titles are of one course.
    let is_own = &|title: &str| match &facts.stored {
        Some(codes) => codes.iter().any(|code| code == "title" || code == "event"),
        None => !titles.is_default(title),
    };
    for identity in family.iter().filter_map(|entry| entry.identity()) {
        if let Some(hint) = &identity.race_hint {
            stated.kind = true;
            signs.reasons.push(hint.clone());
        }
        if let Some(title) = identity.title() {
            is_named = true;
            signs.add("name", title, &length, is_own, &mut stated);
        }
        // A workout may be training; a race is not planned as one.
        stated.training |= identity.workout().is_some_and(|workout| reading(workout) == Title::NoRace);
    }
    if signs.course.is_none() {
        for name in family.iter().copied().map(file_name) {
            let reasons = signs.reasons.len();
            signs.add("file name", &name, &length, is_own, &mut stated);
            if stated.kind {
                // The type already makes it a race; the file's name may still name the course.
                signs.reasons.truncate(reasons);
            }
        }
    }
    signs.reasons.dedup();
    stated.training &= !stated.race;
    let (sum, marks) = marks::score(facts, stated);
    signs.race = sum > 0.0;
    signs.may_be_race = !signs.race && sum > MAYBE;
    signs.inferred = signs.race && !stated.race && !stated.kind;
    if stated.race || stated.kind {
        // What a title or type says is reason enough.
        signs.reasons.retain(|_| signs.race);
    } else if signs.race || signs.may_be_race {
        let phrases = marks.iter().map(|mark| mark.phrase).filter(|phrase| !phrase.is_empty());
        signs.reasons.extend(phrases.map(str::to_owned));
    } else {
        signs.reasons.clear();
    }
    signs.marks = marks.iter().map(|mark| mark.code).collect();
    // With few runs or none beside it, a run over a course is all that can be known. Nobody races
    // in repeats.
    let is_alone = company == Company::Field || (company == Company::Archive && facts.runs == 1);
    let has_few = company == Company::Archive && facts.runs < FEW_RUNS;
    if (is_alone || has_few)
        && !(signs.race || is_named || stated.training)
        && is_continuous(measured)
        && measured.repeats.is_empty()
        && let Some(course) = measured.candidate.as_ref().and_then(|view| view.course)
    {
        // Many train over 5 and 10 km, few over other courses. A watch's profile, such as "Run",
        // is no title, but a runner with it has not called the run a race either.
        let has_profile = family.iter().any(|entry| entry.identity().is_some_and(|one| one.name.is_some()));
        let race = is_alone && (!has_profile || course > Course::K10);
        (signs.race, signs.inferred, signs.may_be_race) = (race, race, !race);
        signs.reasons = vec![format!("it covers {course} without a long stop")];
    }
    signs
}

/// Returns whether a run has no long stops.
fn is_continuous(measured: &Measured) -> bool {
    let total = measured.candidate.as_ref().map_or(measured.recorded.total, |view| view.total);
    total.elapsed_s - total.timer_s <= PAUSED * total.elapsed_s
        && total.elapsed_s - total.moving_s <= STOOD * total.elapsed_s
}

impl RaceSigns {
    /// Adds what a title says, unless it is a default.
    fn add(
        &mut self,
        what: &str,
        title: &str,
        length: &Length,
        is_own: &dyn Fn(&str) -> bool,
        stated: &mut TitleSigns,
    ) {
        let meaning = reading(title);
        if meaning == Title::NoRace {
            stated.training = true;
            return;
        }
        if !is_own(title) {
            return;
        }
        let names_course =
            matches!(&meaning, Title::Race { courses, .. } | Title::Courses(courses) if !courses.is_empty());
        if let Some((reason, course)) = by_title(what, meaning, length) {
            stated.race = true;
            self.reasons.push(reason);
            self.course = self.course.or(course);
        } else if names_course {
            stated.event = true;
        }
    }
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
    // Shorter than any event, it is a warm-up or a part of one.
    let race = race.filter(|_| length.recorded_m >= SHORTEST_M || length.cut_short);
    let word = race.or_else(|| over.map(|named| named.word))?;
    Some((format!("its {what} says \"{word}\""), course))
}

/// Returns the file's name without its endings, hyphens as blanks; of an archive, the member's
/// name.
pub(super) fn file_name(entry: &Entry) -> String {
    entry.file_stem().replace('-', " ")
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
