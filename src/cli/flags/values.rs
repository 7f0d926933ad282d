//! The values that flags take, and how their words are read.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::activity::Sex;
use crate::formats::field::FieldFormat;
use crate::formats::history::HistoryFormat;
use crate::formats::plan::PlanFormat;
use crate::formats::roster::RosterFormat;
use crate::formats::verify::VerifyFormat;
use crate::formats::{Format, Table};
use crate::ingest::Reader;
use crate::judge::Level;
use crate::measure::Course;

/// `explain --format`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ExplainFormat {
    /// For the terminal.
    Text,
    /// Markdown.
    Md,
}

/// `--units`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum UnitsArg {
    /// Minutes a mile.
    Miles,
    /// Minutes a kilometre.
    Km,
}

/// `--sex`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SexArg {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl From<SexArg> for Sex {
    fn from(sex: SexArg) -> Self {
        match sex {
            SexArg::Female => Self::Female,
            SexArg::Male => Self::Male,
        }
    }
}

/// `--color`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ColorArg {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `--course`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CourseArg {
    /// Stay on the recorded distance.
    None,
    /// This course.
    Course(Course),
}

pub(in crate::cli) fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.iter().map(|(_, word)| *word))
        .try_map(|word| word.parse::<Format>())
}

/// One of some formats, by its word.
pub(in crate::cli) fn one_of<T: Copy + Send + Sync + 'static, const N: usize>(
    all: [(T, &'static str); N],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.map(|(_, word)| word)).try_map(move |typed| {
        let known = all.iter().find(|(_, word)| *word == typed);
        known.map(|(format, _)| *format).ok_or("no such format")
    })
}

pub(in crate::cli) fn tables() -> impl TypedValueParser<Value = Table> {
    one_of(Table::ALL)
}

pub(in crate::cli) fn plan_formats() -> impl TypedValueParser<Value = PlanFormat> {
    one_of(PlanFormat::ALL)
}

pub(in crate::cli) fn history_formats() -> impl TypedValueParser<Value = HistoryFormat> {
    one_of(HistoryFormat::ALL)
}

pub(in crate::cli) fn roster_formats() -> impl TypedValueParser<Value = RosterFormat> {
    one_of(RosterFormat::ALL)
}

pub(in crate::cli) fn field_formats() -> impl TypedValueParser<Value = FieldFormat> {
    one_of(FieldFormat::ALL)
}

pub(in crate::cli) fn verify_formats() -> impl TypedValueParser<Value = VerifyFormat> {
    one_of(VerifyFormat::ALL)
}

pub(in crate::cli) fn readers() -> impl TypedValueParser<Value = Reader> {
    one_of([(Reader::Fast, "fast"), (Reader::Library, "library")])
}

pub(in crate::cli) fn levels() -> impl TypedValueParser<Value = Level> {
    PossibleValuesParser::new(["note", "warning", "severe"]).try_map(|word| word.parse::<Level>())
}

pub(in crate::cli) fn courses() -> impl TypedValueParser<Value = CourseArg> {
    let words = std::iter::once("none").chain(Course::ALL.map(Course::code));
    PossibleValuesParser::new(words).try_map(|word| match word.as_str() {
        "none" => Ok(CourseArg::None),
        code => code.parse().map(CourseArg::Course),
    })
}

/// A size in bytes: 1000, 64K, 200M, 2G (of 1024 each).
pub(in crate::cli) fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 0,
        "K" | "KB" | "KIB" => 10,
        "M" | "MB" | "MIB" => 20,
        "G" | "GB" | "GIB" => 30,
        _ => 64,
    };
    let size = digits.parse::<u64>().ok().and_then(|size| size.checked_mul(1u64.checked_shl(shift)?));
    size.filter(|size| *size > 0 && *size < 1 << 40)
        .ok_or_else(|| "a size is like 1000, 64K, 200M or 2G".to_owned())
}

/// How deep archives may nest: each level is a call, so there is a bound.
pub(in crate::cli) fn depth(text: &str) -> Result<usize, String> {
    let depth = text.parse().ok().filter(|depth| *depth <= 16);
    depth.ok_or_else(|| "archives may nest up to 16 deep".to_owned())
}

/// A tolerance: zero or above.
pub(in crate::cli) fn tolerance(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "a tolerance is a number of zero or above".to_owned())
}
