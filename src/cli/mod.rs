//! The command line: where arguments, files, threads and the terminal are met.

pub mod commands;
pub mod embed;
mod exit_status;
pub mod flags;
mod output;
mod pipeline;
mod profile;
mod settings;

use clap::{Parser, Subcommand};
use commands::analyze::AnalyzeArgs;
use commands::explain::ExplainArgs;
use commands::field::FieldArgs;
use commands::history::HistoryArgs;
use commands::plan::PlanArgs;
use commands::roster::RosterArgs;
use commands::show::ShowArgs;
use commands::verify::VerifyArgs;
use commands::{analyze, explain, field, generate, history, plan, roster, show, verify};
pub use exit_status::ExitStatus;

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
    pub analyze: AnalyzeArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Analyse recordings (the main job; the word may be left out)
    Analyze(AnalyzeArgs),
    /// Show one run in full: distances, times, every split, findings, and where each number came from
    Show(ShowArgs),
    /// Tell a runner's years: positive splits, payback, practised slow starts
    History(HistoryArgs),
    /// Tell a coach which athlete needs a word: one athlete a sub-folder
    Roster(RosterArgs),
    /// Set many runners of one race side by side: pacing, places, who passed whom
    Field(FieldArgs),
    /// Make a plan for a race: targets, first-mile check, gates, drinks, a pace band to print
    Plan(PlanArgs),
    /// Read everything twice, by own readers and by the common libraries, and tell where they differ
    Verify(VerifyArgs),
    /// Say what a rule means, where it comes from and how sure it is
    Explain(ExplainArgs),
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

/// Runs a command.
///
/// # Errors
///
/// What stopped it, with what to try next.
pub fn run(cli: &Cli) -> anyhow::Result<ExitStatus> {
    match &cli.command {
        None => analyze::run(&cli.analyze),
        Some(Command::Analyze(args)) => analyze::run(args),
        Some(Command::Show(args)) => show::run(args),
        Some(Command::History(args)) => history::run(args),
        Some(Command::Roster(args)) => roster::run(args),
        Some(Command::Field(args)) => field::run(args),
        Some(Command::Plan(args)) => plan::run(args),
        Some(Command::Verify(args)) => verify::run(args),
        Some(Command::Schema) => generate::schema(),
        Some(Command::Completions { shell }) => generate::completions(*shell),
        Some(Command::Man { command }) => generate::man(command.as_deref()),
        Some(Command::Explain(args)) => explain::run(args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use crate::cli::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
