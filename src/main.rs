//! Parses the command line, runs the command, and turns its status or error into an exit code.

use std::ffi::OsString;
use std::io;
use std::io::Write;
use std::process::ExitCode;

use firstmile::cli;

/// Keeps the memory of one file for the next; see Cargo.toml.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.len() < 2 {
        let _ = write!(io::stderr(), "{}", cli::SHORT_HELP);
        return ExitCode::from(2);
    }
    let cli = match cli::parse(arguments) {
        Ok(cli) => cli,
        Err(message) => return print_message(&message),
    };
    match cli::run(&cli) {
        Ok(outcome) => outcome.exit_code(),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "firstmile: {}", cli::error_line(&error));
            ExitCode::from(2)
        }
    }
}

/// Prints help, a version or a usage error; a full disk is an error too.
fn print_message(message: &clap::Error) -> ExitCode {
    match message.print().and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "firstmile: standard output: {error}");
            ExitCode::from(2)
        }
        _ if message.use_stderr() => ExitCode::from(2),
        _ => ExitCode::SUCCESS,
    }
}

/// Whether the reader of standard output went away, which is not an error: `firstmile races |
/// head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
