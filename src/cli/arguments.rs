//! Prepares the arguments for the parser, which expects a command before its flags.

use std::ffi::{OsStr, OsString};

use clap::{Command, CommandFactory as _};

use super::Cli;

/// Moves a command to the front if flags come before it: `firstmile --units km show FILE`.
///
/// The first argument that is neither a flag nor a flag's value is the command, if it is the name
/// of one. So a command's name counts before a folder's.
pub(super) fn command_first(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let program = Cli::command();
    let mut at = 1;
    while let Some(argument) = arguments.get(at) {
        let text = argument.to_string_lossy();
        if text == "--" || text == "--version" || text == "-V" {
            break;
        }
        if text.len() > 1 && text.starts_with('-') {
            at += if takes_next(&program, &text) { 2 } else { 1 };
            continue;
        }
        if at > 1 && is_command(&program, argument) {
            arguments[1..=at].rotate_right(1);
        }
        break;
    }
    arguments
}

/// Returns whether an argument is the name of a command.
pub(super) fn is_command(program: &Command, argument: &OsStr) -> bool {
    argument == "help" || program.find_subcommand(argument).is_some()
}

/// Returns whether the argument after a flag is its value: in `--units km`, but not in
/// `--units=km` or `-v`.
fn takes_next(program: &Command, flag: &str) -> bool {
    let Some(name) = flag.strip_prefix("--") else { return false };
    let commands = std::iter::once(program).chain(program.get_subcommands());
    let known = commands.flat_map(Command::get_arguments).find(|known| known.get_long() == Some(name));
    known.is_some_and(|known| known.get_action().takes_values())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(line: &str) -> String {
        let words = command_first(line.split(' ').map(OsString::from));
        words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_command_after_flags_comes_first() {
        for (line, result) in [
            ("f --units km show a.fit", "f show --units km a.fit"),
            ("f --units=km -v history races", "f history --units=km -v races"),
            ("f --gpx hills.gpx plan --goal 2:10:00", "f plan --gpx hills.gpx --goal 2:10:00"),
            ("f --ascii analyse races", "f analyse --ascii races"),
        ] {
            assert_eq!(moved(line), result);
        }
    }

    #[test]
    fn paths_and_values_are_no_commands() {
        for line in [
            "f",
            "f --units km races/",
            "f show a.fit --units km",
            "f --output history races/",
            "f --units km ./history",
            "f --units km -- history",
            "f races/ history",
            "f - show",
            "f --version show",
        ] {
            assert_eq!(moved(line), line);
        }
    }

    #[test]
    fn no_short_flag_takes_a_value_and_equal_flags_agree_on_it() {
        let mut program = Cli::command();
        program.build();
        for command in std::iter::once(&program).chain(program.get_subcommands()) {
            for argument in command.get_arguments() {
                let takes = argument.get_action().takes_values();
                assert!(argument.get_short().is_none() || !takes, "{argument}");
                if let Some(name) = argument.get_long() {
                    assert_eq!(takes_next(&program, &format!("--{name}")), takes, "{argument}");
                }
            }
        }
    }
}
