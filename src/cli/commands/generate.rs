//! What the program says of itself: schema, completions, man page.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::exit_status::ExitStatus;
use crate::cli::{Cli, output};
use crate::formats::JSON_SCHEMA;

/// Prints the JSON Schema of `--format json`.
///
/// # Errors
///
/// When standard output cannot be written.
pub(in crate::cli) fn schema() -> anyhow::Result<ExitStatus> {
    output::write_to(None, |out| out.write_all(JSON_SCHEMA.as_bytes()))?;
    Ok(ExitStatus::default())
}

/// Prints a shell's completions.
///
/// # Errors
///
/// When standard output cannot be written.
pub(in crate::cli) fn completions(shell: Shell) -> anyhow::Result<ExitStatus> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "firstmile", &mut script);
    output::write_to(None, |out| out.write_all(&script))?;
    Ok(ExitStatus::default())
}

/// Prints the man page, of the program or of one of its commands.
///
/// # Errors
///
/// For a command that is none, and when standard output cannot be written.
pub(in crate::cli) fn man(of: Option<&str>) -> anyhow::Result<ExitStatus> {
    let mut program = Cli::command();
    program.build();
    let command = match of {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command.clone(),
            None => anyhow::bail!("no command {name}; firstmile --help lists them"),
        },
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    output::write_to(None, |out| out.write_all(&page))?;
    Ok(ExitStatus::default())
}
