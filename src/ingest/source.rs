//! A file to read, as discovery found it or the user named it.

use std::path::PathBuf;

/// A file to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its path, as reached from the argument; `-` is standard input.
    pub path: PathBuf,
    /// The one member of the archive that was asked for.
    pub member: Option<String>,
    /// The one activity of the file or member that was asked for, from 1.
    pub activity: Option<usize>,
    /// Whether the user named this very file, so that it must have a row whatever it is.
    pub named: bool,
}

impl Source {
    /// A file that the user named.
    pub fn named(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), member: None, activity: None, named: true }
    }
}
