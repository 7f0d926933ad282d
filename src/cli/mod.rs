//! The command line: where arguments, files, threads and the terminal are met.

mod analyze;
pub mod args;
pub mod embed;
mod explain;
mod field;
mod gather;
mod history;
mod look;
mod outcome;
mod output;
mod plan;
mod profile;
mod reading;
mod roster;
mod settings;
mod shell;
mod show;
mod verify;

pub use outcome::Outcome;

use args::{Cli, Command};

/// Runs a command.
///
/// # Errors
///
/// What stopped it, with what to try next.
pub fn run(cli: &Cli) -> anyhow::Result<Outcome> {
    match &cli.command {
        None => analyze::run(&cli.analyze),
        Some(Command::Analyze(args)) => analyze::run(args),
        Some(Command::Show(args)) => show::run(args),
        Some(Command::History(args)) => history::run(args),
        Some(Command::Roster(args)) => roster::run(args),
        Some(Command::Field(args)) => field::run(args),
        Some(Command::Plan(args)) => plan::run(args),
        Some(Command::Verify(args)) => verify::run(args),
        Some(Command::Schema) => shell::schema(),
        Some(Command::Completions { shell }) => shell::completions(*shell),
        Some(Command::Man { command }) => shell::man(command.as_deref()),
        Some(Command::Explain(args)) => explain::run(args),
    }
}
