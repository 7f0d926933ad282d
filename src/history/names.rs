//! Names that a person recognises: a runner's own titles and telling file names.
//!
//! A number, a hash, a time, or a title that a service gives by itself is no such name.

use super::race::title;
use super::race::titles::Titles;
use super::{Entry, Outcome};
use crate::activity::NameOrigin;
use crate::ingest::names::stem;

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
/// The fewest digits and letters of a hash.
const HASH_LETTERS: usize = 8;

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
        let file = file_stem(family.first()?);
        let telling = is_telling(&file) && !titles.is_default(&file.replace('-', " "));
        telling.then(|| without_date(&file).to_owned())
    })
}

/// Returns the name of an entry's file, or of its member in an archive, without endings.
fn file_stem(entry: &Entry) -> String {
    let file = match &entry.member {
        Some(member) => member.clone(),
        None => entry.path.to_string_lossy().into_owned(),
    };
    stem(file.rsplit(['/', '!']).next().unwrap_or(&file)).to_owned()
}

/// Returns a file's name without the date at its start, because reports show the day beside it.
fn without_date(file: &str) -> &str {
    let rest = file.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | ' ' | '.'));
    let date = file.len() - rest.len();
    if date >= DATE_LETTERS && !rest.is_empty() { rest } else { file }
}

/// Returns whether a name has a word that is neither a code nor everyday: "Mill Town 10K", but not
/// "Morning Run", "activity_123" or "d5cd13cadebf4362846b00649f0825b4".
fn is_telling(name: &str) -> bool {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_code = |word: &&str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let hexadecimal = word.chars().all(|c| c.is_ascii_hexdigit());
        // A time such as "20240512T073011Z", a number, or a hash.
        let letters = word.chars().count() - digits;
        letters == 0
            || (letters <= 2 && digits >= 6)
            || (hexadecimal && digits > 0 && word.len() >= HASH_LETTERS)
    };
    let codes = words.iter().filter(|word| is_code(word)).map(|word| word.len()).sum::<usize>();
    let rest: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !is_code(word))
        .filter(|word| !FILE_WORDS.contains(&word.to_ascii_lowercase().as_str()))
        .collect();
    // The parts of a UUID are short; most of its characters are in codes.
    let is_uuid =
        codes >= 8 && rest.iter().all(|word| word.len() == 4 && word.chars().all(|c| c.is_ascii_hexdigit()));
    !rest.is_empty() && !is_uuid && title::is_telling(&rest.join(" "))
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
            "parkrun 214",
        ] {
            assert!(is_telling(name), "{name}");
        }
    }
}
