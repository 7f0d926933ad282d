//! Parse, run, and turn the outcome or error into an exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use firstmile::cli::{self, args::Cli};

fn main() -> ExitCode {
    match cli::run(&Cli::parse()) {
        Ok(outcome) => outcome.exit_code(),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "firstmile: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether the reader of our output went away, which is no error: `firstmile races | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
