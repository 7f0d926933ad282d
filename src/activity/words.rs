//! Words for sports in the languages of the large services and apps.
//!
//! `sport_words.csv` has one word a line, with the kind of running and the language. A word that
//! states no sport (other, workout) means that the movement decides. `other_sports.csv` has words
//! for other sports; a `whole` word is the file's word, a `part` is anywhere in it. The movement
//! decides about a word that neither table has, too.

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

/// The words for other sports in the same form; `true` for a part of a word.
static OTHERS: LazyLock<Vec<(String, bool)>> = LazyLock::new(|| {
    let lines = include_str!("other_sports.csv").lines().skip(1);
    let columns = lines.filter_map(|line| line.split_once(','));
    columns.map(|(word, rest)| (plain(word), rest.starts_with("part,"))).collect()
});

/// Returns the sport of a word, in any case and with any separators.
pub(super) fn sport(word: &str) -> Sport {
    let plain = plain(word);
    if let Some(sport) = WORDS.get(&plain) {
        return sport.clone();
    }
    // Strava writes numbers into GPX; that of a run is in the table.
    let other = match plain.as_str() {
        "" => return Sport::Unstated,
        "1" => "cycling".to_owned(),
        "4" => "hiking".to_owned(),
        "10" => "walking".to_owned(),
        _ if OTHERS.iter().any(|(other, part)| plain == *other || *part && plain.contains(other)) => {
            word.trim().to_lowercase()
        }
        _ => return Sport::Unstated,
    };
    Sport::Other(other)
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
            assert_eq!(Some(sport(columns[0])), sport_of(columns[1]), "{line}");
            assert!(sport_of(columns[1]).is_some() && !columns[2].is_empty(), "{line}");
        }
    }

    #[test]
    fn words_of_many_languages_are_runs_in_any_spelling() {
        for word in ["Laufen", "跑步", "Outdoor Run", "COURSE_A_PIED", "Löpning", "Koşu", "ランニング"]
        {
            assert_eq!(sport(word), Sport::Running, "{word}");
        }
        assert_eq!(sport("Carrera de montaña"), Sport::Trail);
        assert_eq!(sport("Laufband"), Sport::Treadmill);
        for word in ["", "Other", "Workout", "uncategorized", "Sonstige", "其他", "run/walk"] {
            assert_eq!(sport(word), Sport::Unstated, "{word}");
        }
    }

    #[test]
    fn other_sports_are_known_and_no_run_is_among_them() {
        for word in
            ["Biking", "Radfahren", "hiking", "Swimming", "Ski running", "Nordic Walking", "Trail ride"]
        {
            assert_eq!(sport(word), Sport::Other(word.to_lowercase()), "{word}");
        }
        let lines = include_str!("other_sports.csv").lines().skip(1);
        for line in lines {
            let columns: Vec<&str> = line.split(',').collect();
            assert!(matches!(columns[..], [_, "whole" | "part", language] if !language.is_empty()), "{line}");
            assert_eq!(sport(columns[0]), Sport::Other(columns[0].to_owned()), "{line}");
        }
    }

    #[test]
    fn the_movement_decides_about_a_word_in_no_table() {
        for word in ["run_race", "fitness_running", "Interval Run", "Lauf im Freien", "Strides", "活动", "?"]
        {
            assert_eq!(sport(word), Sport::Unstated, "{word}");
        }
    }
}
