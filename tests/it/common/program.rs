//! Running the program and reading what it prints.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The compiled program.
pub(crate) const FIRSTMILE: &str = env!("CARGO_BIN_EXE_firstmile");

/// The folder of the project.
pub(crate) const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

/// Returns the program with arguments, in a folder, not started yet.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(FIRSTMILE);
    command.current_dir(folder).args(arguments);
    command
}

/// Runs the program in a folder.
pub(crate) fn firstmile_in(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program runs")
}

/// Runs the program in the project's folder.
pub(crate) fn firstmile(arguments: &[&str]) -> Output {
    firstmile_in(Path::new(PROJECT), arguments)
}

/// Runs the program in a folder, with bytes on standard input.
pub(crate) fn firstmile_with_input(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = command(folder, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("written");
    child.wait_with_output().expect("the program ends")
}

/// Runs the program in a folder, which must exit with 0, and returns its standard output.
pub(crate) fn stdout_bytes_in(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = firstmile_in(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    output.stdout
}

/// Runs the program in a folder, which must exit with 0 and print UTF-8, and returns the text.
pub(crate) fn stdout_in(folder: &Path, arguments: &[&str]) -> String {
    String::from_utf8(stdout_bytes_in(folder, arguments)).expect("UTF-8")
}

/// Returns the exit status of a run in the project's folder; `None` after a signal.
pub(crate) fn exit_code(arguments: &[&str]) -> Option<i32> {
    firstmile(arguments).status.code()
}

/// Returns the standard output of a run; bytes that are not UTF-8 become U+FFFD.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns the standard error of a run; bytes that are not UTF-8 become U+FFFD.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
