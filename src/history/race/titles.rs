//! The titles of a batch: which of them are a runner's own words, and which a service's default.
//!
//! A service titles a run by itself: "Morning Run", "Town Running", "Run 2024-05-12". Digits
//! aside, such a title recurs; a title of more than three runs says nothing, unless all of them
//! were over one course, as with a parkrun.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{PLACE_M, apart_m};
use crate::history::{Entry, Outcome};
use crate::measure::Measured;

/// A title of more runs than this is a default.
const RARE: usize = 3;
/// Runs over one course start at one place, and differ by at most this share in length.
const LENGTH: f64 = 0.06;

/// The titles of a batch, without digits, with the runs that have them.
pub(in crate::history) struct Titles(HashMap<String, Uses, RandomState>);

/// The runs with one title.
#[derive(Default)]
struct Uses {
    runs: usize,
    /// Place and length of the first run; `None` once another differs.
    course: Option<(Option<[f64; 3]>, f64)>,
}

impl Titles {
    /// Counts the titles of the entries that count; a twin counts with its original.
    pub(in crate::history) fn of(entries: &[Entry], counts: &[bool]) -> Self {
        let mut titles = Self(HashMap::default());
        for (index, entry) in entries.iter().enumerate() {
            let Outcome::Measured(identity, measured) = &entry.outcome else { continue };
            if !counts[index] {
                continue;
            }
            if let Some(name) = identity.title() {
                titles.add(name, measured);
            }
            titles.add(&super::decision::file_name(entry), measured);
        }
        titles
    }

    fn add(&mut self, name: &str, measured: &Measured) {
        let place = (measured.positions.start_in_space_m(), measured.recorded.distance_m);
        let uses = self.0.entry(template(name)).or_default();
        uses.runs += 1;
        if uses.runs == 1 {
            uses.course = Some(place);
        } else if uses.course.is_some_and(|first| !is_one_course(first, place)) {
            uses.course = None;
        }
    }

    /// Returns whether a title is a service's default: many runs have it, over several courses.
    pub(in crate::history) fn is_default(&self, name: &str) -> bool {
        self.0.get(&template(name)).is_some_and(|uses| uses.runs > RARE && uses.course.is_none())
    }
}

fn is_one_course(first: (Option<[f64; 3]>, f64), other: (Option<[f64; 3]>, f64)) -> bool {
    // Without places, in a runs table for example, the lengths alone tell.
    let is_one_place = match (first.0, other.0) {
        (Some(from), Some(to)) => apart_m(from, to) <= PLACE_M,
        (None, None) => true,
        _ => false,
    };
    is_one_place && (first.1 / other.1 - 1.0).abs() <= LENGTH
}

/// Returns a title in lower case without digits and signs.
fn template(name: &str) -> String {
    let mut template = String::with_capacity(name.len());
    for word in name.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        if !template.is_empty() {
            template.push(' ');
        }
        template.extend(word.chars().flat_map(char::to_lowercase));
    }
    template
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_are_no_part_of_a_template() {
        assert_eq!(template("Morning Run 2024-05-12"), template("morning run 7"));
        assert_eq!(template("parkrun #214"), "parkrun");
        assert_ne!(template("Evening Run"), template("Morning Run"));
    }
}
