//! How a command ended, as a value, and the one place where that becomes an exit code.

use std::process::ExitCode;

use crate::judge::Level;

/// How a command ended.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExitStatus {
    /// The worst level of all findings.
    pub worst: Option<Level>,
    /// The level from which on that is a failure.
    pub fail_on: Option<Level>,
    /// Whether anything changed against a baseline that must not.
    pub changed: bool,
    /// How many files could not be read.
    pub unreadable: usize,
    /// Whether those are a failure.
    pub strict: bool,
}

impl ExitStatus {
    /// 0: done; 1: `--fail-on` tripped, or a baseline moved; 2: unreadable files under `--strict`.
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
