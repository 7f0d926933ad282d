//! Parse, run, and turn the outcome or error into an exit code.

use std::io;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use firstmile::cli;
use firstmile::cli::Cli;

/// Each file takes and frees the same megabytes; see Cargo.toml.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => return told_by_clap(&told),
    };
    match cli::run(&cli) {
        Ok(outcome) => outcome.exit_code(),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "firstmile: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Help, a version, or a mistake in the arguments: each is told, and a disk too full to tell it is an error.
fn told_by_clap(told: &clap::Error) -> ExitCode {
    match told.print().and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "firstmile: standard output: {error}");
            ExitCode::from(2)
        }
        _ if told.use_stderr() => ExitCode::from(2),
        _ => ExitCode::SUCCESS,
    }
}

/// Whether the reader of our output went away, which is no error: `firstmile races | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
