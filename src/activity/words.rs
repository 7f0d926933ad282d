//! Words for running in the languages of the large services and apps, and words that state no
//! sport.
//!
//! `sport_words.csv` has one word a line, with the sport and the language. A word that states no
//! sport (other, workout) means that the movement decides.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Sport;

/// The words in lower case without separators, with their sports.
static WORDS: LazyLock<HashMap<String, Sport>> = LazyLock::new(|| {
    include_str!("sport_words.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let (word, rest) = line.split_once(',')?;
            Some((plain(word), sport_of(rest.split_once(',')?.0)?))
        })
        .collect()
});

/// Returns the sport of a word, in any case and with any separators; `None` for an unknown word.
pub(super) fn sport(word: &str) -> Option<Sport> {
    let plain = plain(word);
    // Strava writes numbers into GPX; that of a run is in the table.
    let other = match plain.as_str() {
        "" => return Some(Sport::Unstated),
        "1" => "cycling",
        "4" => "hiking",
        "10" => "walking",
        _ => return WORDS.get(&plain).cloned(),
    };
    Some(Sport::Other(other.to_owned()))
}

fn plain(word: &str) -> String {
    word.trim().to_lowercase().replace(['_', '-', ' ', '\u{a0}'], "")
}

/// Returns the sport of a table's second column.
fn sport_of(column: &str) -> Option<Sport> {
    match column {
        "running" => Some(Sport::Running),
        "trail" => Some(Sport::Trail),
        "treadmill" => Some(Sport::Treadmill),
        "track" => Some(Sport::Track),
        "unstated" => Some(Sport::Unstated),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_used() {
        let lines = include_str!("sport_words.csv").lines().skip(1);
        for line in lines {
            let columns: Vec<&str> = line.split(',').collect();
            assert_eq!(columns.len(), 3, "{line}");
            assert_eq!(sport(columns[0]), sport_of(columns[1]), "{line}");
            assert!(sport_of(columns[1]).is_some() && !columns[2].is_empty(), "{line}");
        }
    }

    #[test]
    fn words_of_many_languages_are_runs_in_any_spelling() {
        for word in ["Laufen", "跑步", "Outdoor Run", "COURSE_A_PIED", "Löpning", "Koşu", "ランニング"]
        {
            assert_eq!(sport(word), Some(Sport::Running), "{word}");
        }
        assert_eq!(sport("Carrera de montaña"), Some(Sport::Trail));
        assert_eq!(sport("Laufband"), Some(Sport::Treadmill));
        for word in ["", "Other", "Workout", "uncategorized", "Sonstige", "其他"] {
            assert_eq!(sport(word), Some(Sport::Unstated), "{word}");
        }
        for word in ["Biking", "Radfahren", "hiking", "Swimming"] {
            assert_eq!(sport(word), None, "{word}");
        }
    }
}
