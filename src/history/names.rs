//! Names that a person recognises: a runner's own titles and telling file names.
//!
//! A number, a hash, a time, or a title that a service gives by itself is no such name.

use super::race::title;
use super::race::titles::Titles;
use super::{Entry, Outcome};
use crate::activity::NameOrigin;

/// Words in the names of exported files that say nothing about the run.
const FILE_WORDS: [&str; 14] = [
    "activity",
    "export",
    "file",
    "fit",
    "gpx",
    "recording",
    "route",
    "run",
    "running",
    "session",
    "tcx",
    "track",
    "trackpoints",
    "workout",
];
/// The fewest characters of a date, "20240512".
const DATE_LETTERS: usize = 8;
/// The fewest digits and letters of a hash, or of a part of a UUID.
const HASH_LETTERS: usize = 8;
/// The fewest digits of an identifier; a date has eight.
const NUMBER_DIGITS: usize = 9;

/// Returns the name of each run that a person recognises, if it has one. `families` has each entry
/// and its twins, whose titles are the run's too.
pub(super) fn own_names(families: &[Vec<&Entry>], titles: &Titles) -> Vec<Option<String>> {
    families.iter().map(|family| own_name(family, titles)).collect()
}

fn own_name(family: &[&Entry], titles: &Titles) -> Option<String> {
    let title = family.iter().find_map(|entry| {
        let Outcome::Measured(identity, _) = &entry.outcome else { return None };
        let name = identity.name.as_deref()?;
        // The name of a watch's profile is no title, unless it names a race.
        let is_title = identity.name_origin != NameOrigin::Profile || title::names_race(name);
        (is_title && is_telling(name) && !titles.is_default(name)).then(|| name.to_owned())
    });
    title.or_else(|| {
        let file = family.first()?.file_stem();
        let telling = is_telling(&file) && !titles.is_default(&file.replace('-', " "));
        telling.then(|| without_date(&file).to_owned())
    })
}

/// Returns a file's name without the date at its start, because reports show the day beside it.
///
/// Digits that a name begins with are its own: "6x3 minutes" of "2019-06-12_6x3 minutes".
fn without_date(file: &str) -> &str {
    let mut rest =
        file.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | ' ' | '.'));
    let own = file[..file.len() - rest.len()].trim_end_matches(|c: char| c.is_ascii_digit());
    if own.chars().filter(char::is_ascii_digit).count() >= DATE_LETTERS && !rest.is_empty() {
        rest = &file[own.len()..];
    }
    let date = file.len() - rest.len();
    if date >= DATE_LETTERS && !rest.is_empty() { rest } else { file }
}

/// Returns whether a name has a word that is neither a code nor everyday: "Mill Town 10K", but not
/// "Morning Run", "activity_123" or "d5cd13cadebf4362846b00649f0825b4".
fn is_telling(name: &str) -> bool {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // Beside an identifier, the words are usually those of a program: "gpx from joyrun 1766884117".
    if words.iter().any(|word| is_identifier(word)) && !title::names_race(name) {
        return false;
    }
    let rest: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !is_code(word))
        .filter(|word| !FILE_WORDS.contains(&word.to_ascii_lowercase().as_str()))
        .collect();
    !rest.is_empty() && title::is_telling(&rest.join(" "))
}

/// Returns whether a word is a number, a time such as "20240512T073011Z", or an identifier.
fn is_code(word: &str) -> bool {
    let (digits, letters) = digits_and_letters(word);
    letters == 0 || (letters <= 2 && digits >= 6) || is_identifier(word)
}

/// Returns whether a word is a long number or a hash.
fn is_identifier(word: &str) -> bool {
    let (digits, letters) = digits_and_letters(word);
    let is_hash = word.len() >= HASH_LETTERS && word.chars().all(|c| c.is_ascii_hexdigit());
    (letters == 0 && digits >= NUMBER_DIGITS) || (is_hash && digits > 0 && letters > 0)
}

fn digits_and_letters(word: &str) -> (usize, usize) {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    (digits, word.chars().count() - digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_dates_and_everyday_titles_are_no_names() {
        for name in [
            "476246045546807799",
            "d5cd13cadebf4362846b00649f0825b4",
            "550e8400-e29b-41d4-a716-446655440000",
            "activity_1234567890",
            "2024-05-12-07-30-11",
            "20240512T073011Z",
            "gpx from joyrun 1766884117",
            "upload__b6fd6752cdcb4aea949ecd0b993dd5ca",
            "Morning Run",
            "Lunch Run",
            "Afternoon Run 2024-05-12",
            "Run",
            "",
        ] {
            assert!(!is_telling(name), "{name}");
        }
        for name in [
            "Mill Town 10K",
            "2018-10-14_harbour-marathon_even",
            "Sunday with Bob",
            "九湖联赛抚仙湖站",
            "123456789012-harbour-marathon",
            "parkrun 214",
        ] {
            assert!(is_telling(name), "{name}");
        }
    }

    #[test]
    fn the_date_at_the_start_of_a_name_is_left_out_and_nothing_else() {
        for (file, name) in [
            ("2018-10-14_harbour-marathon", "harbour-marathon"),
            ("2019-06-12_6x3-minutes", "6x3-minutes"),
            ("2018-05-13 10k race", "10k race"),
            ("13.10.2019 marathon", "marathon"),
            ("10k race", "10k race"),
            ("20191013", "20191013"),
        ] {
            assert_eq!(without_date(file), name);
        }
    }
}
