//! The [`Source`]: one file to read, found in a folder or named by the user.

use std::path::PathBuf;

/// A file to read, whole or in parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its path, starting from the argument as typed; `-` is standard input.
    pub path: PathBuf,
    /// The parts that the user named, in order; none if the whole file is read. None is inside
    /// another, and members and activities of the whole file are in sources of their own.
    pub parts: Vec<Part>,
    /// Whether the user named this file itself; it then has a row even if it is no activity file.
    pub named: bool,
}

/// A part of a file: a member of an archive, an activity, or an activity of a member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The full name of the archive's member; `None` for an activity of the whole file.
    pub member: Option<String>,
    /// The activity, counted from 1; `None` for all.
    pub activity: Option<usize>,
}

impl Source {
    /// Returns a file that the user named.
    pub fn named(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), parts: Vec::new(), named: true }
    }

    /// Returns the members that are read; none if the whole file is.
    pub(crate) fn members(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| part.member.as_deref())
    }

    /// Returns the member that is read, if it is the only one.
    pub(crate) fn only_member(&self) -> Option<&str> {
        let mut members = self.members();
        let first = members.next()?;
        members.all(|member| member == first).then_some(first)
    }
}
