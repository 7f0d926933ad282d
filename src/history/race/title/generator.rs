//! Writes `table.rs` from `words.csv`, `fillers.csv` and `legs.csv`: the words folded and sorted,
//! so that a start of the program reads no table.
//! `INSTA_UPDATE=always cargo test --lib generator` writes it again.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::super::fold::Folded;
use crate::generated;

/// The tables of what titles mean, each with a line of headings.
const WORDS: [&str; 2] = [include_str!("words.csv"), include_str!("fillers.csv")];
/// The table of relays and tracks, with a line of headings.
const LEGS: &str = include_str!("legs.csv");

/// Returns the lines of tables but the headings.
fn lines(tables: &[&'static str]) -> impl Iterator<Item = &'static str> {
    tables.iter().flat_map(|table| table.lines().skip(1))
}

/// Returns what the code calls the meaning in a table's column.
fn meaning(column: &str) -> Option<&'static str> {
    Some(match column {
        "race" => "Race",
        "event" => "Event",
        "training" | "denial" => "NoRace",
        "denies-next" => "DeniesNext",
        "denies-after" => "DeniesAfter",
        "denies-last" => "DeniesLast",
        "half" => "Course(Course::Half, Weight::Full)",
        "short-half" => "Course(Course::Half, Weight::Short)",
        "marathon" => "Course(Course::Marathon, Weight::Full)",
        "kilometres" => "Unit(Unit::Kilometre)",
        "miles" => "Unit(Unit::Mile)",
        "metres" | "climb" => "Unit(Unit::Metre)",
        "habit" => "Habit",
        "aside" | "place" | "relay" | "track" => "Aside",
        "filler" => "Filler",
        "article" => "Article",
        _ => return None,
    })
}

/// Returns a line's word, folded, and its row of the table.
fn row(line: &str) -> Option<(String, String)> {
    let [word, _, means, matches @ ("word" | "start" | "end" | "part")] =
        line.split(',').collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let folded = Folded::of(word).text;
    let row = format!("    {matches}(\"{folded}\", Meaning::{}),\n", meaning(means)?);
    (!folded.is_empty()).then_some((folded, row))
}

/// Returns the rows of tables, sorted by word.
fn rows(tables: &[&'static str]) -> Vec<String> {
    let mut rows: Vec<(String, String)> =
        lines(tables).map(|line| row(line).unwrap_or_else(|| panic!("{line}"))).collect();
    rows.sort();
    rows.into_iter().map(|(_, row)| row).collect()
}

fn table() -> String {
    let mut made = String::from(
        "//! The words of titles, folded and sorted; made by `generator.rs`.\n\n\
         #![allow(clippy::unicode_not_nfc)] // a folded Hangul syllable is its letters\n\n\
         use super::words::{Meaning, Unit, Weight, Word, end, part, start, word};\n\
         use crate::measure::Course;\n",
    );
    for (name, what, tables) in [
        ("WORDS", "The words of `words.csv` and `fillers.csv`.", &WORDS[..]),
        ("LEGS", "The words of `legs.csv`.", &[LEGS]),
    ] {
        let rows = rows(tables);
        let count = rows.len();
        let _ = write!(
            made,
            "\n/// {what}\npub(super) static {name}: [Word; {count}] = [\n{}];\n",
            rows.concat()
        );
    }
    made
}

#[test]
fn the_embedded_table_is_what_the_generator_makes() {
    generated::check("src/history/race/title/table.rs", &table());
}

#[test]
fn no_word_is_in_the_tables_twice() {
    let mut seen = HashMap::new();
    for line in lines(&WORDS) {
        let (folded, row) = row(line).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(seen.insert((folded, row.contains("Unit")), line), None, "{line}");
    }
}

#[test]
fn relays_and_tracks_are_named_in_many_languages() {
    for line in lines(&[LEGS]) {
        let word = line.split(',').next().expect("a word");
        assert!(super::names_relay_or_track(&format!("X {word} 2019")), "{line}");
    }
}
