//! The [`Source`]: one file to read, found in a folder or named by the user.

use std::path::PathBuf;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its path, starting from the argument as typed; `-` is standard input.
    pub path: PathBuf,
    /// The only archive member to read, if the user named one.
    pub member: Option<String>,
    /// The only activity to read, counted from 1, if the user named one.
    pub activity: Option<usize>,
    /// Whether the user named this file itself; it then has a row even if it is no activity file.
    pub named: bool,
}

impl Source {
    /// Returns a file that the user named.
    pub fn named(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), member: None, activity: None, named: true }
    }
}
