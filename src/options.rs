//! The options of an analysis, by name: one list for the command line's flags and for bindings.
//!
//! An option has a name, a help text, the values it takes and a setter. `--hr-max 188` on the
//! command line and `hr_max=188` in Python both end in [`Analyzer::set`]. A new option is one entry
//! of [`OPTIONS`].

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use crate::activity::Sex;
use crate::analyzer::Analyzer;
use crate::ingest::{Limits, Reader};
use crate::measure::Course;
use crate::period::Period;
use crate::temperature::Temperature;
use crate::units::Units;

/// An option of an analysis.
#[derive(Debug)]
#[non_exhaustive]
pub struct AnalyzerOption {
    /// Its name, with hyphens: `hr-max`.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// The heading of its group in help texts.
    pub heading: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// The option that it contradicts.
    pub conflicts_with: Option<&'static str>,
    set: fn(Analyzer, &str) -> Result<Analyzer, String>,
}

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Takes {
    /// Nothing: it is on or absent.
    Flag,
    /// One of some words, under the name that help texts give it.
    OneOf(&'static str, &'static [&'static str]),
    /// One value, under the name that help texts give it.
    Value(&'static str),
    /// A value each time it is given.
    Values(&'static str),
}

/// Why an option cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionError {
    /// No option has this name.
    #[error("unknown option \"{0}\"; the options are {names}", names = names().join(", "))]
    Unknown(String),
    /// The value cannot be used.
    #[error("invalid value \"{value}\" for {name}: {why}")]
    Value {
        /// The option.
        name: &'static str,
        /// The value.
        value: String,
        /// What is wrong with it, and what is right.
        why: String,
    },
    /// Two options contradict each other.
    #[error("{0} and {1} contradict each other")]
    Conflict(&'static str, &'static str),
}

const JUDGING: &str = "Judging";
const READING: &str = "Reading";
const LIMITS: &str = "Limits";
const OUTPUT: &str = "Output";

/// Shorter words for values, which help texts leave out: option, word, and the value it means.
const ALIASES: [(&str, &str, &str); 1] = [("units", "mi", "miles")];

/// Every option, in the order of help texts.
pub static OPTIONS: &[AnalyzerOption] = &[
    AnalyzerOption {
        name: "course",
        takes: Takes::OneOf("COURSE", &COURSES),
        heading: JUDGING,
        about: "Certified course of these runs; \"none\" keeps the recorded distance",
        conflicts_with: None,
        set: |analyzer, value| match value {
            "none" => Ok(analyzer.recorded_distance()),
            course => parse::<Course>(course).map(|course| analyzer.course(course)),
        },
    },
    AnalyzerOption {
        name: "race",
        takes: Takes::Flag,
        heading: JUDGING,
        about: "Treat every run as a race",
        conflicts_with: Some("no-race"),
        set: |analyzer, _| Ok(analyzer.race(true)),
    },
    AnalyzerOption {
        name: "no-race",
        takes: Takes::Flag,
        heading: JUDGING,
        about: "Treat no run as a race",
        conflicts_with: Some("race"),
        set: |analyzer, _| Ok(analyzer.race(false)),
    },
    AnalyzerOption {
        name: "goal",
        takes: Takes::Value("GOAL"),
        heading: JUDGING,
        about: "What the runner meant to run: a time or a pace (3:45:00, 8:35/mi, 5:20/km); without --course, a time is for the \
                races that it fits",
        conflicts_with: None,
        set: |mut analyzer, value| {
            analyzer.goal_text(value);
            Ok(analyzer)
        },
    },
    AnalyzerOption {
        name: "sex",
        takes: Takes::OneOf("SEX", &["female", "male"]),
        heading: JUDGING,
        about: "The runner's sex, for the reference tables [default: as recorded]",
        conflicts_with: None,
        set: |analyzer, value| parse::<Sex>(value).map(|sex| analyzer.sex(sex)),
    },
    AnalyzerOption {
        name: "hr-max",
        takes: Takes::Value("BPM"),
        heading: JUDGING,
        about: "The runner's greatest heart rate, beats a minute",
        conflicts_with: None,
        set: |analyzer, value| {
            let bpm: Option<u16> = value.parse().ok().filter(|bpm| (100..=240).contains(bpm));
            let bpm = bpm.ok_or("a heart rate is a whole number from 100 to 240")?;
            Ok(analyzer.hr_max_bpm(f64::from(bpm)))
        },
    },
    AnalyzerOption {
        name: "temperature",
        takes: Takes::Value("TEMPERATURE"),
        heading: JUDGING,
        about: "Air temperature during these races (24C, 75F): says what a warmer day goes with in a marathon",
        conflicts_with: None,
        set: |analyzer, value| parse::<Temperature>(value).map(|at| analyzer.race_temperature(at)),
    },
    AnalyzerOption {
        name: "profile",
        takes: Takes::Value("FILE"),
        heading: JUDGING,
        about: "Profile to use [default: firstmile.toml in the nearest folder upward]",
        conflicts_with: Some("no-profile"),
        set: |analyzer, value| Ok(analyzer.profile(PathBuf::from(value))),
    },
    AnalyzerOption {
        name: "no-profile",
        takes: Takes::Flag,
        heading: JUDGING,
        about: "Use no profile",
        conflicts_with: Some("profile"),
        set: |analyzer, _| Ok(analyzer.no_profile()),
    },
    AnalyzerOption {
        name: "units",
        takes: Takes::OneOf("UNITS", &["miles", "km"]),
        heading: OUTPUT,
        about: "Unit of paces and splits [default: miles]",
        conflicts_with: None,
        set: |analyzer, value| match value {
            "miles" => Ok(analyzer.units(Units::Miles)),
            "km" => Ok(analyzer.units(Units::Kilometres)),
            _ => Err("the units are miles and km".to_owned()),
        },
    },
    AnalyzerOption {
        name: "reader",
        takes: Takes::OneOf("READER", READERS),
        heading: READING,
        about: "Which readers to use: built-in (fast) or third-party (library) [default: fast]",
        conflicts_with: None,
        set: |analyzer, value| match value {
            "fast" => Ok(analyzer.reader(Reader::BuiltIn)),
            #[cfg(feature = "verify")]
            "library" => Ok(analyzer.reader(Reader::Library)),
            _ => Err(format!("the readers are {}", READERS.join(" and "))),
        },
    },
    AnalyzerOption {
        name: "jobs",
        takes: Takes::Value("N"),
        heading: READING,
        about: "Number of threads [default: one per core]",
        conflicts_with: None,
        set: |analyzer, value| {
            let threads: Option<u16> = value.parse().ok().filter(|threads| *threads > 0);
            let threads = threads.ok_or("the number of threads is from 1 to 65535")?;
            Ok(analyzer.threads(usize::from(threads)))
        },
    },
    AnalyzerOption {
        name: "include",
        takes: Takes::Values("GLOB"),
        heading: READING,
        about: "Only read files and archive members whose name matches GLOB (*.fit); may be repeated",
        conflicts_with: None,
        set: |analyzer, value| Ok(analyzer.include(value)),
    },
    AnalyzerOption {
        name: "exclude",
        takes: Takes::Values("GLOB"),
        heading: READING,
        about: "Leave out files and archive members whose name matches GLOB; may be repeated",
        conflicts_with: None,
        set: |analyzer, value| Ok(analyzer.exclude(value)),
    },
    AnalyzerOption {
        name: "since",
        takes: Takes::Value("DATE"),
        heading: READING,
        about: "Leave out activities before a local day, month or year (2024-10-13, 2024-10, 2024)",
        conflicts_with: None,
        set: |analyzer, value| parse::<Period>(value).map(|period| analyzer.since(period)),
    },
    AnalyzerOption {
        name: "until",
        takes: Takes::Value("DATE"),
        heading: READING,
        about: "Leave out activities after a local day, month or year",
        conflicts_with: None,
        set: |analyzer, value| parse::<Period>(value).map(|period| analyzer.until(period)),
    },
    AnalyzerOption {
        name: "max-bytes",
        takes: Takes::Value("SIZE"),
        heading: LIMITS,
        about: "Most unpacked bytes of one recording, such as 200M [default: 512M]",
        conflicts_with: None,
        set: |analyzer, value| limit(analyzer, size(value)?, |limits| &mut limits.bytes),
    },
    AnalyzerOption {
        name: "max-total",
        takes: Takes::Value("SIZE"),
        heading: LIMITS,
        about: "Most unpacked bytes of one file with all its members [default: 16G]",
        conflicts_with: None,
        set: |analyzer, value| limit(analyzer, size(value)?, |limits| &mut limits.total),
    },
    AnalyzerOption {
        name: "max-ratio",
        takes: Takes::Value("N"),
        heading: LIMITS,
        about: "Largest ratio of unpacked to packed size, checked above 16 MiB [default: 250]",
        conflicts_with: None,
        set: |analyzer, value| {
            let ratio = count::<u64>(value).ok().filter(|ratio| *ratio > 0);
            limit(analyzer, ratio.ok_or(COUNT)?, |limits| &mut limits.ratio)
        },
    },
    AnalyzerOption {
        name: "max-members",
        takes: Takes::Value("N"),
        heading: LIMITS,
        about: "Most members of an archive [default: 200000]",
        conflicts_with: None,
        set: |analyzer, value| limit(analyzer, count(value)?, |limits| &mut limits.members),
    },
    AnalyzerOption {
        name: "max-depth",
        takes: Takes::Value("N"),
        heading: LIMITS,
        about: "How deep archives may nest [default: 3]",
        conflicts_with: None,
        set: |analyzer, value| {
            // Each level is a call, so there is a bound.
            let depth = count::<usize>(value).ok().filter(|depth| *depth <= 16);
            limit(analyzer, depth.ok_or("the depth is from 0 to 16")?, |limits| &mut limits.depth)
        },
    },
    AnalyzerOption {
        name: "max-samples",
        takes: Takes::Value("N"),
        heading: LIMITS,
        about: "Most samples of a file or member [default: 4000000]",
        conflicts_with: None,
        set: |analyzer, value| limit(analyzer, count(value)?, |limits| &mut limits.samples),
    },
    AnalyzerOption {
        name: "max-activities",
        takes: Takes::Value("N"),
        heading: LIMITS,
        about: "Most activities of a file, all members of an archive together [default: 200000]",
        conflicts_with: None,
        set: |analyzer, value| limit(analyzer, count(value)?, |limits| &mut limits.activities),
    },
    AnalyzerOption {
        name: "max-memory",
        takes: Takes::Value("SIZE"),
        heading: LIMITS,
        about: "Most memory of all results, such as 2G; a file that would pass it is a row [default: half of the machine's]",
        conflicts_with: None,
        set: |analyzer, value| limit(analyzer, Some(size(value)?), |limits| &mut limits.memory),
    },
];

/// The words of `course`.
static COURSES: [&str; 1 + Course::ALL.len()] = {
    let mut words = ["none"; 1 + Course::ALL.len()];
    let mut index = 0;
    while index < Course::ALL.len() {
        words[index + 1] = Course::ALL[index].code();
        index += 1;
    }
    words
};

/// The words of `reader`.
#[cfg(feature = "verify")]
const READERS: &[&str] = &["fast", "library"];
#[cfg(not(feature = "verify"))]
const READERS: &[&str] = &["fast"];

const COUNT: &str = "a whole number is expected";

impl AnalyzerOption {
    /// Checks a value.
    ///
    /// # Errors
    ///
    /// If the option does not take it; the error says what it takes.
    pub fn check(&self, value: &str) -> Result<(), OptionError> {
        self.apply(Analyzer::new(), value).map(drop)
    }

    /// Returns the other words that mean one of its values.
    #[cfg(feature = "cli")]
    pub(crate) fn aliases(&self, value: &str) -> impl Iterator<Item = &'static str> {
        let of_it = ALIASES.iter().filter(move |(option, _, means)| *option == self.name && *means == value);
        of_it.map(|(_, word, _)| *word)
    }

    fn apply(&self, analyzer: Analyzer, value: &str) -> Result<Analyzer, OptionError> {
        let alias = ALIASES.iter().find(|(option, word, _)| *option == self.name && *word == value);
        let value = alias.map_or(value, |(.., means)| means);
        let invalid = |why| OptionError::Value { name: self.name, value: value.to_owned(), why };
        match self.takes {
            Takes::OneOf(_, words) if !words.contains(&value) => {
                Err(invalid(format!("the values are {}", words.join(", "))))
            }
            _ => (self.set)(analyzer, value).map_err(invalid),
        }
    }
}

impl Analyzer {
    /// Sets an option by its name, with hyphens or underscores. The value of a flag is not read.
    ///
    /// ```
    /// use firstmile::Analyzer;
    /// assert!(Analyzer::new().set("hr_max", "188").is_ok());
    /// let refused = Analyzer::new().set("course", "moon").unwrap_err().to_string();
    /// assert!(refused.contains("5k, 10k"), "{refused}");
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such option, or it does not take the value.
    pub fn set(self, name: &str, value: &str) -> Result<Self, OptionError> {
        find(name)?.apply(self, value)
    }

    /// Sets several options by name, as [`set`](Self::set) does.
    ///
    /// # Errors
    ///
    /// As [`set`](Self::set), and if two options contradict each other.
    pub fn set_all<N: AsRef<str>, V: AsRef<str>>(
        mut self,
        options: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, OptionError> {
        let mut given: Vec<&str> = Vec::new();
        for (name, value) in options {
            let option = find(name.as_ref())?;
            if let Some(other) = option.conflicts_with.filter(|other| given.contains(other)) {
                return Err(OptionError::Conflict(other, option.name));
            }
            given.push(option.name);
            self = option.apply(self, value.as_ref())?;
        }
        Ok(self)
    }
}

/// Finds an option by its name, with hyphens or underscores.
///
/// # Errors
///
/// If there is none; the error lists all.
pub fn find(name: &str) -> Result<&'static AnalyzerOption, OptionError> {
    let hyphened = name.replace('_', "-");
    let known = OPTIONS.iter().find(|option| option.name == hyphened);
    known.ok_or_else(|| OptionError::Unknown(name.to_owned()))
}

fn names() -> Vec<&'static str> {
    OPTIONS.iter().map(|option| option.name).collect()
}

fn parse<T: FromStr>(text: &str) -> Result<T, String>
where
    T::Err: Display,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn count<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| COUNT.to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "it ends a setter, which may fail")]
fn limit<T>(mut analyzer: Analyzer, value: T, field: fn(&mut Limits) -> &mut T) -> Result<Analyzer, String> {
    *field(analyzer.limits_mut()) = value;
    Ok(analyzer)
}

/// Parses a size in bytes: 1000, 64K, 200M, 2G, in units of 1024.
fn size(text: &str) -> Result<u64, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_option_has_help() {
        let mut sorted = names();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), OPTIONS.len());
        for option in OPTIONS {
            assert!(!option.about.is_empty() && !option.about.ends_with('.'), "{}", option.name);
            if let Takes::OneOf(_, words) = option.takes {
                for word in words {
                    option.check(word).unwrap();
                }
                assert!(option.check("moon").is_err(), "{}", option.name);
            }
            if let Some(other) = option.conflicts_with {
                assert_eq!(find(other).unwrap().conflicts_with, Some(option.name));
            }
        }
    }

    #[test]
    fn values_out_of_range_are_refused_with_what_is_right() {
        for (name, value, why) in [
            ("hr-max", "20", "from 100 to 240"),
            ("jobs", "0", "from 1"),
            ("max-bytes", "0", "like 1000"),
            ("max-bytes", "3T", "like 1000"),
            ("max-depth", "17", "from 0 to 16"),
            ("max-ratio", "0", "whole number"),
            ("since", "2023-02-29", "2024-10-13"),
        ] {
            let error = Analyzer::new().set(name, value).unwrap_err().to_string();
            assert!(error.contains(why), "{name} {value}: {error}");
        }
        assert!(Analyzer::new().set_all([("race", ""), ("no_race", "")]).is_err());
        assert!(Analyzer::new().set("colour", "red").unwrap_err().to_string().contains("hr-max"));
    }
}
