//! What a run without a name of its own is called: by its distance, day and time.
//!
//! For example "Half marathon, Sunday 9:29" for a race and "10 km, Tuesday evening" for training.

use crate::history::Kind;
use crate::measure::Identity;
use crate::phrases::capital;
use crate::report::{Row, Scores};
use crate::units::{Civil, Units};

/// Returns what a run is called by its distance and local start; without either, by its file.
pub(super) fn by_its_facts(row: &Row, units: Units) -> String {
    let distance = row.scores.as_ref().map(|scores| distance(scores, units));
    let race = row.scores.as_ref().is_some_and(|scores| scores.kind == Kind::Race);
    let identity = row.identity.as_ref();
    match (distance, identity.and_then(Identity::local_start)) {
        (Some(distance), Some(at)) => {
            let is_local = identity.is_some_and(|identity| identity.utc_offset.is_some());
            format!("{distance}, {}", when(&at, race, is_local))
        }
        (Some(distance), None) => distance,
        (None, _) => row.title_of_file(),
    }
}

/// Returns whether a name can still be told from others in ASCII: at least half of its
/// letters are left. Digits alone tell little.
pub(super) fn survives_ascii(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic());
    let (kept, lost): (Vec<char>, Vec<char>) = letters.partition(char::is_ascii);
    kept.len() >= lost.len()
}

/// Returns what a session is called, the course's name, or the length to a tenth.
fn distance(scores: &Scores, units: Units) -> String {
    if let Some(session) = scores.session() {
        return capital(&session);
    }
    match scores.view.course {
        Some(course) => capital(course.title()),
        None => format!("{:.1} {}", scores.view.distance_m / units.metres(), units.short()),
    }
}

/// Returns weekday and time of a race, weekday and part of the day of a training run. The hour is
/// left out where local time is unknown.
fn when(at: &Civil, race: bool, is_local: bool) -> String {
    let day = at.weekday();
    if !is_local {
        return day.to_owned();
    }
    if race {
        return at.weekday_and_clock();
    }
    let part = match at.hour {
        4..=10 => "morning",
        11..=13 => "noon",
        14..=16 => "afternoon",
        17..=21 => "evening",
        _ => "night",
    };
    format!("{day} {part}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::civil;

    #[test]
    fn a_name_in_another_script_does_not_survive_ascii() {
        let names = ["Zürich Marathon", "Harbour", "", "日曜日 ラン", "上海10000米 a", "Ночной забег 10"];
        assert_eq!(names.map(survives_ascii), [true, true, true, false, false, false]);
    }

    #[test]
    fn the_day_of_the_week_is_right() {
        // 13 October 2019 was a Sunday, 29 February 2000 a Tuesday.
        assert_eq!(when(&civil(1_570_958_940), true, true), "Sunday 9:29");
        assert_eq!(when(&civil(951_849_000), false, true), "Tuesday evening");
        assert_eq!(when(&civil(951_849_000), false, false), "Tuesday");
    }
}
