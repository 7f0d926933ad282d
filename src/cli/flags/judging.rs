//! Flags that say what the user knows of the runs.

use std::path::PathBuf;

use clap::Args;

use crate::cli::flags::values::{CourseArg, SexArg, courses};
/// What the user knows of the runs.
#[derive(Debug, Default, Args)]
#[allow(clippy::struct_excessive_bools)] // flags
pub struct JudgingFlags {
    /// The certified course of these runs; "none" stays on the recorded distance
    #[arg(long, value_parser = courses(), help_heading = "Judging")]
    pub course: Option<CourseArg>,
    /// Take every run for a race
    #[arg(long, conflicts_with = "no_race", help_heading = "Judging")]
    pub race: bool,
    /// Take no run for a race
    #[arg(long, help_heading = "Judging")]
    pub no_race: bool,
    /// What the runner meant to run: a time, with --course, or a pace (3:45:00, 8:35/mi, 5:20/km)
    #[arg(long, value_name = "GOAL", help_heading = "Judging")]
    pub goal: Option<String>,
    /// The runner's sex, for the reference tables [default: as the recording says]
    #[arg(long, value_enum, help_heading = "Judging")]
    pub sex: Option<SexArg>,
    /// The runner's greatest heart rate, beats a minute
    #[arg(long, value_name = "BPM", value_parser = clap::value_parser!(u16).range(100..=240), help_heading = "Judging")]
    pub hr_max: Option<u16>,
    /// The profile to go by [default: firstmile.toml in the nearest folder upward]
    #[arg(long, value_name = "FILE", conflicts_with = "no_profile", help_heading = "Judging")]
    pub profile: Option<PathBuf>,
    /// Go by no profile
    #[arg(long, help_heading = "Judging")]
    pub no_profile: bool,
}
