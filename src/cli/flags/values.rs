//! Parses the values of flags: the words of formats, tables, levels and courses, and the tolerance.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::formats::{Format, Table, named};
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
