//! The command line: arguments in, an exit status out.
//!
//! Only this module and `main.rs` meet the terminal.

mod arguments;
pub mod commands;
mod exit_status;
pub mod flags;
mod output;
mod pipeline;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, Parser, Subcommand};
#[cfg(feature = "mcp")]
use commands::mcp;
#[cfg(feature = "verify")]
use commands::verify;
use commands::{analyze, compare, demo, explain, field, forecast, generate, history, plan, roster, show};
pub use exit_status::ExitStatus;

use crate::escape::escape_controls;

/// What `--version` prints: the program, its contract, its models.
const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\njson: firstmile/1 (firstmile schema)\nwall models: K, KU, Hq, U, S of up to 744,134 finishers (firstmile explain RISK-01)"
);

/// What `firstmile` prints without arguments.
pub const SHORT_HELP: &str = "\
firstmile: did this runner go out too fast, and what did it cost?

  firstmile demo                       a report on made-up runs, to see what comes out
  firstmile FOLDER                     the same on yours (FIT, GPX, TCX): folders, files, archives
  firstmile explain export             where Garmin, Strava and others have your recordings

  firstmile show races/chicago.fit     one run in full
  firstmile compare 2018.fit 2019.fit  this race against last year's
  firstmile history races/ training/   the runner's years
  firstmile plan --course marathon --goal 3:45:00
                                       targets for the next race
  firstmile forecast 1:52:30           when others at half-way then finished
  firstmile explain START-01           what a rule means

firstmile --help lists all commands and flags.
";

/// Did this runner go out too fast, and what did it cost?
///
/// Reads FIT, GPX and TCX recordings, loose, gzipped or in an archive. Compares the first mile with
/// the final mile, the first half with the second, and the start with what followed.
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
                  firstmile --output page.html races/                  a page to keep\n  \
                  firstmile --format csv races/ > runs.csv             one row an activity\n  \
                  firstmile --fail-on severe --strict fixtures/        in CI\n\n\
                  Exit status: 0 if done; 1 if --fail-on found a finding or the baseline differs; 2 on usage or output errors, \
                  a path that does not exist, nothing to analyse, or an unreadable file under --strict."
)]
pub struct Cli {
    /// The command; without one, `analyze`.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Arguments of `analyze`.
    #[command(flatten)]
    pub analyze: analyze::AnalyzeArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Analyse recordings (the default command)
    #[command(visible_alias = "analyse")]
    Analyze(analyze::AnalyzeArgs),
    /// Report on made-up runs that the program carries, to see what comes out
    Demo(demo::DemoArgs),
    /// Show one run in full: distances, times, every split, findings, and the source of each number
    Show(show::ShowArgs),
    /// Compare two runs of one course: the gap along the way, and where it opened
    Compare(compare::CompareArgs),
    /// Report a runner's years: positive splits, payback, practised slow starts
    History(history::HistoryArgs),
    /// Report which athletes need the coach's attention: one athlete per sub-folder
    Roster(roster::RosterArgs),
    /// Compare many runners of one race: pacing, places, who passed whom
    Field(field::FieldArgs),
    /// Plan a race: targets, first-mile check, gates, drinks, a pace band to print, a workout for
    /// the watch
    Plan(plan::PlanArgs),
    /// Tell when others with a half-way time of a marathon finished
    Forecast(forecast::ForecastArgs),
    /// Read everything with the built-in and with third-party readers, and report differences
    #[cfg(feature = "verify")]
    Verify(verify::VerifyArgs),
    /// Explain a rule (what it means, where it comes from, how sure it is) or where exports are
    Explain(explain::ExplainArgs),
    /// Serve the runs to an assistant: Model Context Protocol over standard input and output
    #[cfg(feature = "mcp")]
    Mcp(mcp::McpArgs),
    /// Print the JSON Schema of --format json
    Schema,
    /// Print the completions of a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the man page of the program, or of one of its commands
    Man(generate::ManArgs),
}

/// Parses the command line; flags may come before the command.
///
/// # Errors
///
/// Returns help, the version, or what is wrong with the arguments, as clap words it.
pub fn parse(arguments: Vec<OsString>) -> Result<Cli, clap::Error> {
    let arguments = arguments::command_first(arguments);
    Cli::try_parse_from(&arguments).map_err(|error| {
        // An argument may be the name of a file that a stranger chose: `firstmile *`. Its control
        // characters must not reach the terminal.
        let shown = arguments.iter().map(|argument| escape_controls(&argument.to_string_lossy()));
        let mut error =
            if error.use_stderr() { Cli::try_parse_from(shown).err().unwrap_or(error) } else { error };
        // The user may have meant a folder that has the name of a command.
        let folder = arguments.get(1).filter(|name| {
            error.kind() == ErrorKind::MissingRequiredArgument
                && arguments::is_command(&Cli::command(), name)
                && std::path::Path::new(name).exists()
        });
        if let Some(folder) = folder {
            let folder = folder.to_string_lossy();
            let hint = format!("{folder} is a command here; for the folder or file write ./{folder}");
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint.into()]));
        }
        error
    })
}

/// Writes a warning to standard error, as one line, unless it was written before: all athletes of
/// a roster may have one profile.
pub(crate) fn warn(line: &str) {
    static WRITTEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    if written.insert(line.to_owned()) {
        // Standard error may be closed; then nobody reads the warning.
        let _ = writeln!(io::stderr(), "warning: {}", message_line(line));
    }
}

/// Runs a command.
///
/// # Errors
///
/// Returns what stopped the command, with what to try next.
pub fn run(cli: &Cli) -> anyhow::Result<ExitStatus> {
    match &cli.command {
        None => analyze::run(&cli.analyze),
        Some(Command::Analyze(args)) => analyze::run(args),
        Some(Command::Demo(args)) => demo::run(args),
        Some(Command::Show(args)) => show::run(args),
        Some(Command::Compare(args)) => compare::run(args),
        Some(Command::History(args)) => history::run(args),
        Some(Command::Roster(args)) => roster::run(args),
        Some(Command::Field(args)) => field::run(args),
        Some(Command::Plan(args)) => plan::run(args),
        Some(Command::Forecast(args)) => forecast::run(args),
        #[cfg(feature = "verify")]
        Some(Command::Verify(args)) => verify::run(args),
        #[cfg(feature = "mcp")]
        Some(Command::Mcp(args)) => mcp::run(args),
        Some(Command::Schema) => generate::schema(),
        Some(Command::Completions { shell }) => generate::completions(*shell),
        Some(Command::Man(args)) => generate::man(args),
        Some(Command::Explain(args)) => explain::run(args),
    }
}

/// The longest line on standard error, characters; a name from a file may have megabytes.
const LONGEST_LINE: usize = 2000;

/// Returns an error as one line for standard error.
pub fn error_line(error: &anyhow::Error) -> String {
    message_line(&format!("{error:#}"))
}

/// Returns a message as one line for standard error. It may have text from files, so control
/// characters are escaped, and a long line is cut.
pub(crate) fn message_line(message: &str) -> String {
    let end = message.char_indices().nth(LONGEST_LINE).map(|(end, _)| end);
    let cut = end.map_or(message, |end| &message[..end]);
    format!("{}{}", escape_controls(cut), if end.is_some() { " …" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usage_error_has_no_control_characters() {
        let error =
            parse(vec!["firstmile".into(), "--\u{1b}]0;title\u{7}".into()]).expect_err("no such flag");
        let shown = error.render().ansi().to_string();
        assert!(shown.contains(r"--\u{1b}]0;title\u{7}"), "{shown}");
        assert!(!shown.contains('\u{7}'), "{shown:?}");
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
