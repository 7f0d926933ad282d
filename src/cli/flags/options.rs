//! Flags made from the list of [options](crate::options), in groups that commands flatten.

use std::marker::PhantomData;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use crate::analyzer::Analyzer;
use crate::options::{AnalyzerOption, OPTIONS, Takes};

/// Which options a group holds.
pub trait Group: 'static {
    /// Whether it holds this one.
    fn holds(option: &AnalyzerOption) -> bool;
}

/// What is known of runner and runs.
#[derive(Debug, Clone, Copy)]
pub struct Judging;

impl Group for Judging {
    fn holds(option: &AnalyzerOption) -> bool {
        option.heading == "Judging"
    }
}

/// How recordings are read, and how much is taken from them.
#[derive(Debug, Clone, Copy)]
pub struct Reading;

impl Group for Reading {
    fn holds(option: &AnalyzerOption) -> bool {
        matches!(option.heading, "Reading" | "Limits")
    }
}

/// Miles or kilometres.
#[derive(Debug, Clone, Copy)]
pub struct UnitSystem;

impl Group for UnitSystem {
    fn holds(option: &AnalyzerOption) -> bool {
        option.name == "units"
    }
}

/// The profile alone, for commands over many runners.
#[derive(Debug, Clone, Copy)]
pub struct ProfileOnly;

impl Group for ProfileOnly {
    fn holds(option: &AnalyzerOption) -> bool {
        matches!(option.name, "profile" | "no-profile")
    }
}

/// The course alone, for many runners of one race.
#[derive(Debug, Clone, Copy)]
pub struct CourseOnly;

impl Group for CourseOnly {
    fn holds(option: &AnalyzerOption) -> bool {
        option.name == "course"
    }
}

/// The runner's sex and profile, for a plan.
#[derive(Debug, Clone, Copy)]
pub struct RunnerOnly;

impl Group for RunnerOnly {
    fn holds(option: &AnalyzerOption) -> bool {
        matches!(option.name, "sex" | "profile" | "no-profile")
    }
}

/// The flags of a group as given: names and values that their options take.
#[derive(Debug)]
pub struct OptionFlags<G> {
    given: Vec<(&'static AnalyzerOption, String)>,
    group: PhantomData<G>,
}

impl<G: Group> OptionFlags<G> {
    fn options() -> impl Iterator<Item = &'static AnalyzerOption> {
        OPTIONS.iter().filter(|option| G::holds(option))
    }

    /// Sets the options given.
    ///
    /// # Errors
    ///
    /// Values were checked when the flags were parsed, so an error is a fault of this program.
    pub fn apply(&self, analyzer: Analyzer) -> anyhow::Result<Analyzer> {
        Ok(analyzer.set_all(self.given.iter().map(|(option, value)| (option.name, value)))?)
    }
}

/// Makes the analyzer of the commands over one runner's recordings.
///
/// # Errors
///
/// As [`OptionFlags::apply`].
pub fn analyzer(
    reading: &OptionFlags<Reading>,
    judging: &OptionFlags<Judging>,
    units: &OptionFlags<UnitSystem>,
) -> anyhow::Result<Analyzer> {
    units.apply(judging.apply(reading.apply(Analyzer::new())?)?)
}

impl<G: Group> FromArgMatches for OptionFlags<G> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Vec::new();
        for option in Self::options() {
            if option.takes == Takes::Flag {
                given.extend(matches.get_flag(option.name).then(|| (option, String::new())));
            } else {
                let values = matches.get_many::<String>(option.name).into_iter().flatten();
                given.extend(values.map(|value| (option, value.clone())));
            }
        }
        Ok(Self { given, group: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<G: Group> Args for OptionFlags<G> {
    fn augment_args(command: Command) -> Command {
        Self::options().fold(command, |command, option| command.arg(argument::<G>(option)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Makes the flag of an option.
fn argument<G: Group>(option: &'static AnalyzerOption) -> Arg {
    let flag = Arg::new(option.name).long(option.name).help(option.about).help_heading(option.heading);
    let flag = flag.hide_short_help(option.heading == "Limits");
    // It may be below zero: -5C.
    let flag = flag.allow_hyphen_values(option.name == "temperature");
    let flag = match option.conflicts_with {
        Some(other) if OptionFlags::<G>::options().any(|option| option.name == other) => {
            flag.conflicts_with(other)
        }
        _ => flag,
    };
    let checked = || ValueParser::from(move |text: &str| checked(option, text));
    match option.takes {
        Takes::Flag => flag.action(ArgAction::SetTrue),
        Takes::OneOf(name, words) => {
            let words = words.iter().map(|word| PossibleValue::new(*word).aliases(option.aliases(word)));
            flag.value_name(name).value_parser(PossibleValuesParser::new(words).map(String::from))
        }
        Takes::Value(name) => flag.value_name(name).value_parser(checked()),
        Takes::Values(name) => flag.value_name(name).value_parser(checked()).action(ArgAction::Append),
    }
}

/// Checks a value; the error is what clap puts after its own words.
fn checked(option: &AnalyzerOption, text: &str) -> Result<String, String> {
    match option.check(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(crate::options::OptionError::Value { why, .. }) => Err(why),
        Err(error) => Err(error.to_string()),
    }
}
