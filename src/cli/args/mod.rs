//! The command line as typed. Nothing here touches a file.

mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use values::{ColorArg, CourseArg, ExplainFormat, SexArg, UnitsArg};
use values::{
    courses, depth, field_formats, formats, history_formats, levels, plan_formats, readers, roster_formats,
    size, tables, tolerance, verify_formats,
};

use crate::days::Period;
use crate::ingest::Reader;
use crate::judge::Level;
use crate::report::field::FieldFormat;
use crate::report::history::HistoryFormat;
use crate::report::plan::PlanFormat;
use crate::report::roster::RosterFormat;
use crate::report::verify::VerifyFormat;
use crate::report::{Format, Table};

/// What `--version` says: the program, its contract, its models.
const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\njson: firstmile/1 (firstmile schema)\nwall models: H, U, S of 132,900 and 159,375 runners (firstmile explain RISK-01)"
);

/// Did this runner go out too fast, and what did it cost?
///
/// Reads FIT, GPX and TCX recordings, loose, gzipped or in a zip, and compares first mile with final mile,
/// first half with second, start with what followed.
#[derive(Debug, Parser)]
#[command(
    name = "firstmile",
    version,
    long_version = LONG_VERSION,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
#[command(
    after_help = "Examples:\n  firstmile races/                                     a folder of races\n  \
                  firstmile show races/chicago.fit                     one run in full\n  \
                  firstmile --format html --output page.html races/    a page to keep\n  \
                  firstmile --format csv races/ > runs.csv             one row an activity\n  \
                  firstmile --fail-on severe --strict fixtures/        in CI\n\n\
                  Exit status: 0 done; 1 --fail-on tripped or a baseline moved; 2 usage, output error, a path that does not \
                  exist, nothing to analyse, or an unreadable file under --strict."
)]
pub struct Cli {
    /// What to do; without one, analyze.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The main job's own.
    #[command(flatten)]
    pub analyze: Analyze,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Analyse recordings (the main job; the word may be left out)
    Analyze(Analyze),
    /// Show one run in full: distances, times, every split, findings, and where each number came from
    Show(Show),
    /// Tell a runner's years: positive splits, payback, practised slow starts
    History(History),
    /// Tell a coach which athlete needs a word: one athlete a sub-folder
    Roster(Roster),
    /// Set many runners of one race side by side: pacing, places, who passed whom
    Field(Field),
    /// Make a plan for a race: targets, first-mile check, gates, drinks, a pace band to print
    Plan(PlanArgs),
    /// Read everything twice, by own readers and by the common libraries, and tell where they differ
    Verify(Verify),
    /// Say what a rule means, where it comes from and how sure it is
    Explain(Explain),
    /// Print the JSON Schema of --format json
    Schema,
    /// Print a shell's completions
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the man page of the program, or of one of its commands
    Man {
        /// The command
        command: Option<String>,
    },
}

/// What `explain` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile explain                lists all rules\n  firstmile explain RISK-01        its definition, thresholds, models and sources"
)]
pub struct Explain {
    /// The rule's id, such as START-01; all are listed without one
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// How to write it; md writes all rules as one Markdown document
    #[arg(long, value_enum, default_value = "text", conflicts_with = "id")]
    pub format: ExplainFormat,
}

/// What `show` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  firstmile show export.zip")]
pub struct Show {
    /// A recording, or an archive of some
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How it is to look.
    #[command(flatten)]
    pub look: Look,
    /// What is known of the run.
    #[command(flatten)]
    pub judging: Judging,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// What `history` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile history races/ training/\n  firstmile history --format json races/ > years.json\n  firstmile history runs.parquet"
)]
pub struct History {
    /// Files, folders or archives of one runner's recordings, or tables that --format parquet wrote of them
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_parser = history_formats(), default_value = "text", help_heading = "Output")]
    pub format: HistoryFormat,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How it is to look.
    #[command(flatten)]
    pub look: Look,
    /// What is known of the runs.
    #[command(flatten)]
    pub judging: Judging,
    /// Exit with 2 if any file is unreadable
    #[arg(long, help_heading = "Running")]
    pub strict: bool,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// What `roster` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  firstmile roster club/          club/ada/*.fit, club/ben/*.fit ...")]
pub struct Roster {
    /// A folder that holds a folder for each athlete, each with its own firstmile.toml if need be
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_parser = roster_formats(), default_value = "text", help_heading = "Output")]
    pub format: RosterFormat,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How it is to look.
    #[command(flatten)]
    pub look: Look,
    /// One profile for all athletes [default: firstmile.toml in the athlete's folder or the nearest upward]
    #[arg(long, value_name = "FILE", conflicts_with = "no_profile", help_heading = "Judging")]
    pub profile: Option<PathBuf>,
    /// Go by no profile
    #[arg(long, help_heading = "Judging")]
    pub no_profile: bool,
    /// Exit with 2 if any file is unreadable
    #[arg(long, help_heading = "Running")]
    pub strict: bool,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// What `field` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  firstmile field --course marathon race-day/")]
pub struct Field {
    /// Files, folders or archives of the runners' recordings, one a runner; each is named by its file
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The race's certified course [default: recognised by the distance]
    #[arg(long, value_parser = courses(), help_heading = "Judging")]
    pub course: Option<CourseArg>,
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_parser = field_formats(), default_value = "text", help_heading = "Output")]
    pub format: FieldFormat,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How it is to look.
    #[command(flatten)]
    pub look: Look,
    /// Exit with 2 if any file is unreadable
    #[arg(long, help_heading = "Running")]
    pub strict: bool,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// What `plan` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile plan --course marathon --goal 3:45:00\n  firstmile plan --course half --from races/\n  \
                  firstmile plan --course marathon --goal 8:35/mi --format html --output band.html\n  \
                  firstmile plan --gpx hills.gpx --goal 2:10:00"
)]
pub struct PlanArgs {
    /// The race's course; may be left out where --gpx tells its length
    #[arg(long, value_parser = courses(), help_heading = "Planning")]
    pub course: Option<CourseArg>,
    /// What you mean to run: a time or a pace (3:45:00, 8:35/mi, 5:20/km) [default: the profile's, else by --from]
    #[arg(long, value_name = "GOAL", help_heading = "Planning")]
    pub goal: Option<String>,
    /// Your own recordings: earlier races beside the plan, and a goal where none is given
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Planning")]
    pub from: Vec<PathBuf>,
    /// The course's track or route with its altitudes, for targets of even effort
    #[arg(long, value_name = "COURSE", help_heading = "Planning")]
    pub gpx: Option<PathBuf>,
    /// Your sex, for the chance of the wall [default: the profile's, else the recordings']
    #[arg(long, value_enum, help_heading = "Planning")]
    pub sex: Option<SexArg>,
    /// The profile to go by [default: firstmile.toml in the nearest folder upward]
    #[arg(long, value_name = "FILE", conflicts_with = "no_profile", help_heading = "Planning")]
    pub profile: Option<PathBuf>,
    /// Go by no profile
    #[arg(long, help_heading = "Planning")]
    pub no_profile: bool,
    /// How to write it; html is a pace band to print
    #[arg(long, value_name = "FORMAT", value_parser = plan_formats(), default_value = "text", help_heading = "Output")]
    pub format: PlanFormat,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How it is to look.
    #[command(flatten)]
    pub look: Look,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// How output is to look.
#[derive(Debug, Args)]
pub struct Look {
    /// Paces and splits by the mile or kilometre [default: miles]
    #[arg(long, value_enum, help_heading = "Output")]
    pub units: Option<UnitsArg>,
    /// Colour level words
    #[arg(long, value_enum, default_value = "auto", help_heading = "Output")]
    pub color: ColorArg,
    /// Columns of the page [default: the terminal's; elsewhere tables have no edge and sentences break at 110]
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(60..), help_heading = "Output")]
    pub width: Option<u16>,
    /// Write text and pages without a character beyond ASCII
    #[arg(long, help_heading = "Output")]
    pub ascii: bool,
}

/// What the user knows of the runs.
#[derive(Debug, Default, Args)]
#[allow(clippy::struct_excessive_bools)] // flags
pub struct Judging {
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

/// How recordings are read.
#[derive(Debug, Default, Args)]
pub struct Reading {
    /// Who reads: this program's own readers, or the common libraries
    #[arg(long, value_name = "READER", value_parser = readers(), default_value = "fast", help_heading = "Reading")]
    pub reader: Reader,
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Reading")]
    pub jobs: Option<u16>,
    /// Read also the paths of a list, each ended by a NUL byte, as find -print0 writes it; - is standard input
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub files_from0: Option<PathBuf>,
    /// Look only at files and members whose name is like this (*.fit); may be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Reading")]
    pub include: Vec<String>,
    /// Leave out files and members whose name is like this; may be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Reading")]
    pub exclude: Vec<String>,
    /// Leave out activities before a day, month or year of the runner's own time (2024-10-13, 2024-10, 2024)
    #[arg(long, value_name = "DATE", help_heading = "Reading")]
    pub since: Option<Period>,
    /// Leave out activities after it
    #[arg(long, value_name = "DATE", help_heading = "Reading")]
    pub until: Option<Period>,
    /// How much is taken at most.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// How much is taken from a file at most.
#[derive(Debug, Default, Args)]
pub struct LimitArgs {
    /// The most bytes that a file or member may unpack to, such as 200M [default: 512M]
    #[arg(long, value_name = "SIZE", value_parser = size, hide_short_help = true, help_heading = "Limits")]
    pub max_bytes: Option<u64>,
    /// The most bytes that all in one file may unpack to, archives in archives among it [default: 16G]
    #[arg(long, value_name = "SIZE", value_parser = size, hide_short_help = true, help_heading = "Limits")]
    pub max_total: Option<u64>,
    /// How many times its packed size a file may unpack to, above 16 MiB [default: 250]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), hide_short_help = true, help_heading = "Limits")]
    pub max_ratio: Option<u64>,
    /// The most members of an archive [default: 200000]
    #[arg(long, value_name = "N", hide_short_help = true, help_heading = "Limits")]
    pub max_members: Option<usize>,
    /// How deep archives may nest [default: 3]
    #[arg(long, value_name = "N", value_parser = depth, hide_short_help = true, help_heading = "Limits")]
    pub max_depth: Option<usize>,
    /// The most samples of a file or member [default: 4000000]
    #[arg(long, value_name = "N", hide_short_help = true, help_heading = "Limits")]
    pub max_samples: Option<usize>,
    /// The most activities of a file, those of an archive together [default: 200000]
    #[arg(long, value_name = "N", hide_short_help = true, help_heading = "Limits")]
    pub max_activities: Option<usize>,
}

/// What `verify` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile verify races/              where this program's readers and the common libraries differ\n  \
                  firstmile verify --format csv races/\n\n\
                  Exit status: 0 the libraries give nothing that is not read the same; 1 they do; 2 as everywhere."
)]
pub struct Verify {
    /// Files, folders or archives of recordings
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_name = "FORMAT", value_parser = verify_formats(), default_value = "text", help_heading = "Output")]
    pub format: VerifyFormat,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How it is to look.
    #[command(flatten)]
    pub look: Look,
    /// Show also what the fast readers alone give
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// What the main job takes.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // flags
pub struct Analyze {
    /// Files, folders or archives of recordings
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to report; may be repeated, each with its --output
    #[arg(long, value_name = "FORMAT", value_parser = formats(), help_heading = "Output")]
    pub format: Vec<Format>,
    /// Where to write, one for each --format, in order [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Vec<PathBuf>,
    /// What a CSV or Parquet holds: a row an activity, a row a split, or a row a finding
    #[arg(long, value_name = "TABLE", value_parser = tables(), default_value = "runs", help_heading = "Output")]
    pub table: Table,
    /// Tell also where a run was in its first minute: start_latitude_deg and start_longitude_deg in CSV and JSON
    #[arg(long, help_heading = "Output")]
    pub with_coordinates: bool,
    /// How it is to look.
    #[command(flatten)]
    pub look: Look,
    /// Show everything: all runs, all files and why they were not scored
    #[arg(short, long, conflicts_with = "quiet", help_heading = "Output")]
    pub verbose: bool,
    /// Show findings only
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
    /// What is known of the runs.
    #[command(flatten)]
    pub judging: Judging,
    /// Exit with 1 if a finding is of this level or above; with --baseline, if a new one is
    #[arg(long, value_name = "LEVEL", value_parser = levels(), help_heading = "Running")]
    pub fail_on: Option<Level>,
    /// Tell what changed against an earlier --format json
    #[arg(long, value_name = "FILE", help_heading = "Running")]
    pub baseline: Option<PathBuf>,
    /// By how much a number may move unnoticed; where it is given, anything else that moves, comes or goes exits with 1
    #[arg(
        long,
        value_name = "NUMBER",
        value_parser = tolerance,
        requires = "baseline",
        help_heading = "Running"
    )]
    pub tolerance: Option<f64>,
    /// Write this run over the baseline, or write the first one
    #[arg(long, requires = "baseline", help_heading = "Running")]
    pub update_baseline: bool,
    /// Exit with 2 if any file is unreadable
    #[arg(long, help_heading = "Running")]
    pub strict: bool,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
