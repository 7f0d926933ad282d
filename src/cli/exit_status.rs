//! Turns a finished command into an exit code; `src/main.rs` does it for errors.

use std::process::ExitCode;

use crate::judge::Level;

/// How a command ended.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExitStatus {
    /// The worst level of all findings.
    pub worst: Option<Level>,
    /// The lowest level that is a failure.
    pub fail_on: Option<Level>,
    /// Whether a baseline or the readers differ.
    pub changed: bool,
    /// The number of unreadable files.
    pub unreadable: usize,
    /// Whether unreadable files are a failure.
    pub strict: bool,
}

impl ExitStatus {
    /// Returns 0 if done, 1 if `--fail-on` found a finding or if the baseline or the readers
    /// differ, 2 for unreadable files under `--strict`.
    pub fn exit_code(self) -> ExitCode {
        let tripped = self.fail_on.zip(self.worst).is_some_and(|(limit, worst)| worst >= limit);
        if self.strict && self.unreadable > 0 {
            ExitCode::from(2)
        } else if tripped || self.changed {
            ExitCode::from(1)
        } else {
            ExitCode::SUCCESS
        }
    }
}
