//! What a run without a name of its own is called: by its distance, day and time.
//!
//! For example "Half marathon, Sunday 9:29" for a race and "10 km, Tuesday evening" for training.

use crate::history::Kind;
use crate::phrases::capital;
use crate::report::{Row, Scores};
use crate::units::{Units, civil};

/// Returns what a run is called by its distance and local start; without either, by its file.
pub(super) fn by_its_facts(row: &Row, units: Units) -> String {
    let distance = row.scores.as_ref().map(|scores| distance(scores, units));
    let identity = row.identity.as_ref();
    let local_s = identity.and_then(crate::measure::Identity::local_start_s);
    match (distance, local_s) {
        (Some(distance), Some(local_s)) => {
            let race = row.scores.as_ref().is_some_and(|scores| scores.kind == Kind::Race);
            let is_local = identity.is_some_and(|identity| identity.utc_offset.is_some());
            format!("{distance}, {}", when(local_s, race, is_local))
        }
        (Some(distance), None) => distance,
        (None, _) => row.title_of_file(),
    }
}

/// Returns the course's name, or the length to a tenth.
fn distance(scores: &Scores, units: Units) -> String {
    match scores.view.course {
        Some(course) => capital(course.title()),
        None => format!("{:.1} {}", scores.view.distance_m / units.metres(), units.short()),
    }
}

/// Returns weekday and time of a race, weekday and part of the day of a training run. The hour is
/// left out where local time is unknown.
fn when(local_s: f64, race: bool, is_local: bool) -> String {
    let at = civil(local_s.floor() as i64);
    let day = at.weekday();
    if !is_local {
        return day.to_owned();
    }
    if race {
        return format!("{day} {}:{:02}", at.hour, at.minute);
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

    #[test]
    fn the_day_of_the_week_is_right() {
        // 13 October 2019 was a Sunday, 29 February 2000 a Tuesday.
        assert_eq!(when(1_570_958_940.0, true, true), "Sunday 9:29");
        assert_eq!(when(951_849_000.0, false, true), "Tuesday evening");
        assert_eq!(when(951_849_000.0, false, false), "Tuesday");
    }
}
