//! Parses the values of flags: the words of formats, tables, levels and courses, and the tolerance.
//! Chooses the format of an output.

use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::cli::warn;
use crate::formats::{BINARY, Format, Table, by_ending, named, word_of_ending};
use crate::judge::Level;
use crate::measure::Course;

/// Parses the word of a format.
pub(in crate::cli) fn format<T: ?Sized + 'static>(
    formats: &'static [Format<T>],
) -> impl TypedValueParser<Value = &'static Format<T>> {
    let words = formats.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(words)
        .try_map(move |word| named(formats, &word).ok_or("there is no such format"))
}

/// Returns the format of one output: the one that was given, else the one that the file's ending
/// names, else text. A file whose ending names another format is told.
pub(in crate::cli) fn format_for<T: ?Sized>(
    formats: &'static [Format<T>],
    given: Option<&'static Format<T>>,
    output: Option<&Path>,
) -> &'static Format<T> {
    let by_ending = || by_ending(formats, output?);
    let format = given.or_else(by_ending).unwrap_or(&formats[0]);
    let unknown = || output.filter(|_| given.is_none()).and_then(|output| unknown_ending(formats, output));
    let line = output.and_then(|output| contradiction(formats, format.name, output)).or_else(unknown);
    if let Some(line) = line {
        warn(&line);
    }
    format
}

/// Returns what to tell about a file whose ending names no format, so that it is text.
fn unknown_ending<T: ?Sized>(formats: &'static [Format<T>], output: &Path) -> Option<String> {
    output.extension().filter(|_| word_of_ending(output).is_none())?;
    let (file, written) = (output.display(), formats[0].name);
    Some(format!("{file} is written as {written}; {}", all_formats(formats)))
}

/// Returns the formats of a command in a sentence.
fn all_formats<T: ?Sized>(formats: &'static [Format<T>]) -> String {
    let words: Vec<&str> = formats.iter().map(|format| format.name).collect();
    format!("the formats of this command are {}", words.join(", "))
}

/// Returns what to tell about a file whose ending names another format than the one written.
fn contradiction<T: ?Sized>(formats: &'static [Format<T>], written: &str, output: &Path) -> Option<String> {
    // `fit-course` is FIT as well.
    let meant = word_of_ending(output).filter(|meant| written.split('-').next() != Some(*meant))?;
    // Any format of text may be in a file for text.
    if meant == "text" && !BINARY.contains(&written) {
        return None;
    }
    let file = output.display();
    let hint = match named(formats, meant) {
        Some(_) if meant == "html" => "for a page say --format html".to_owned(),
        Some(_) => format!("for {meant} say --format {meant}"),
        None => all_formats(formats),
    };
    Some(format!("{file} is written as {written}; {hint}"))
}

/// Parses the word of a table.
pub(in crate::cli) fn table() -> impl TypedValueParser<Value = Table> {
    PossibleValuesParser::new(Table::ALL.map(|(_, word)| word)).try_map(|typed| {
        let known = Table::ALL.into_iter().find(|(_, word)| *word == typed);
        known.map(|(table, _)| table).ok_or("there is no such table")
    })
}

/// Parses the word of a level.
pub(in crate::cli) fn level() -> impl TypedValueParser<Value = Level> {
    PossibleValuesParser::new(["note", "warning", "severe"]).try_map(|word| word.parse::<Level>())
}

/// Parses the word of a certified course.
pub(in crate::cli) fn course() -> impl TypedValueParser<Value = Course> {
    PossibleValuesParser::new(Course::ALL.map(Course::code)).try_map(|word| word.parse::<Course>())
}

/// Parses a tolerance: zero or above.
pub(in crate::cli) fn tolerance(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "a tolerance is a number of zero or above".to_owned())
}
