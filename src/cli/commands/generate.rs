//! Texts that the program generates about itself: schema, completions, man pages, the command
//! reference.

use clap::{Arg, Args, Command, CommandFactory, ValueEnum};
use clap_complete::Shell;

use crate::cli::exit_status::ExitStatus;
use crate::cli::{Cli, output};
use crate::formats::JSON_SCHEMA;
use crate::nearest::nearest;

/// Prints the JSON Schema of `--format json`.
///
/// # Errors
///
/// If standard output cannot be written.
pub(in crate::cli) fn schema() -> anyhow::Result<ExitStatus> {
    output::write_to(None, |out| out.write_all(JSON_SCHEMA.as_bytes()))?;
    Ok(ExitStatus::default())
}

/// Prints a shell's completions.
///
/// # Errors
///
/// If standard output cannot be written.
pub(in crate::cli) fn completions(shell: Shell) -> anyhow::Result<ExitStatus> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "firstmile", &mut script);
    output::write_to(None, |out| out.write_all(&script))?;
    Ok(ExitStatus::default())
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command
    pub command: Option<String>,
    /// Output format; md writes the reference of all commands in Markdown
    #[arg(long, value_enum, default_value = "roff", conflicts_with = "command")]
    pub format: ManFormat,
}

/// Formats of `man`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ManFormat {
    /// A man page.
    Roff,
    /// Markdown.
    Md,
}

/// Prints the man page of the program or of one of its commands, or the reference of all.
///
/// # Errors
///
/// If there is no such command, or standard output cannot be written.
pub(in crate::cli) fn man(args: &ManArgs) -> anyhow::Result<ExitStatus> {
    let mut program = Cli::command();
    program.build();
    let mut page = Vec::new();
    if let ManFormat::Md = args.format {
        page.extend(reference(&program).into_bytes());
    } else {
        let command = match args.command.as_deref() {
            None => program,
            Some(name) => match program.find_subcommand(name) {
                Some(command) => command.clone(),
                None => match &nearest(name, program.get_subcommands().map(Command::get_name))[..] {
                    [] => anyhow::bail!("unknown command {name}; firstmile --help lists them"),
                    near => anyhow::bail!("unknown command {name}. Did you mean {}?", near.join(" or ")),
                },
            },
        };
        clap_mangen::Man::new(command).render(&mut page)?;
    }
    output::write_to(None, |out| out.write_all(&page))?;
    Ok(ExitStatus::default())
}

/// Returns the reference of every command in Markdown: what it does, its arguments and its flags.
fn reference(program: &Command) -> String {
    let mut page =
        "# Command reference\n\nMade by `firstmile man --format md`; a test compares.\n".to_owned();
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = command.get_name();
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        page += &format!("\n## firstmile {name}\n\n{about}.\n");
        let mut heading = None;
        for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
            let group = if argument.is_positional() {
                "Arguments"
            } else {
                argument.get_help_heading().unwrap_or("Options")
            };
            if heading != Some(group) {
                page += &format!("\n**{group}**\n\n");
                heading = Some(group);
            }
            page += &entry(argument);
        }
    }
    page
}

/// Returns one argument as a list item: how it is written, what it does, its words and its default.
fn entry(argument: &Arg) -> String {
    let words: Vec<String> =
        argument.get_possible_values().iter().map(|word| format!("`{}`", word.get_name())).collect();
    let defaults: Vec<_> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let mut item =
        format!("* `{argument}`: {}", argument.get_help().map(ToString::to_string).unwrap_or_default());
    // A flag without a value has the words true and false, which nobody writes.
    if argument.get_action().takes_values() {
        if !words.is_empty() {
            item += &format!(" ({})", words.join(", "));
        }
        if !defaults.is_empty() {
            item += &format!(" [default: {}]", defaults.join(", "));
        }
    }
    item + "\n"
}
