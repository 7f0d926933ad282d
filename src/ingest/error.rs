//! Errors of reading: why a file gave no activity, and at which byte.
//!
//! Damage that leaves something to use is not an error: it becomes a note of the activity.

use std::path::PathBuf;
use std::{fmt, io};

use thiserror::Error;

use crate::activity::Place;

/// A file, or a member of an archive, from which nothing could be read.
///
/// If something was read before the damage, there is an [`Activity`](crate::activity::Activity)
/// with a note instead.
#[derive(Debug)]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// The member, if the file is an archive.
    pub member: Option<String>,
    /// What is wrong.
    pub failure: Failure,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(member) = &self.member {
            write!(f, "!{member}")?;
        }
        write!(f, ": {}", self.failure)
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.failure)
    }
}

/// What is wrong with some content and where in it; the file's name is in [`ReadError`].
#[derive(Debug)]
pub struct Failure {
    /// Where in the content, if known.
    pub at: Option<Place>,
    /// What is wrong.
    pub kind: FailureKind,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind) -> Self {
        Self { at: None, kind }
    }

    pub(crate) fn damaged(at: Option<Place>, what: impl Into<String>) -> Self {
        Self { at, kind: FailureKind::Damaged(what.into()) }
    }

    pub(crate) fn not_an_activity(what: impl Into<String>) -> Self {
        Self::new(FailureKind::NotAnActivity(what.into()))
    }

    /// Every code that [`Failure::code`] returns.
    pub const CODES: [&str; 6] = ["io", "not-an-activity", "damaged", "limit", "unsupported", "internal"];

    /// Returns the stable code for the `reason` column.
    pub fn code(&self) -> &'static str {
        match self.kind {
            FailureKind::Io(_) => "io",
            FailureKind::NotAnActivity(_) => "not-an-activity",
            FailureKind::Damaged(_) => "damaged",
            FailureKind::Limit(_) => "limit",
            FailureKind::Unsupported(_) => "unsupported",
            FailureKind::Internal(_) => "internal",
            FailureKind::Stored { code, .. } => code,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match self.at {
            Some(place) => write!(f, ", at {place}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.kind)
    }
}

/// The kinds of failure.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FailureKind {
    /// The operating system could not read the file.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The content is intact or at least recognised, but has no recorded activity.
    #[error("no recorded activity: {0}")]
    NotAnActivity(String),
    /// The content is damaged before the first usable data.
    #[error("damaged: {0}")]
    Damaged(String),
    /// A limit on size, count or depth was exceeded.
    #[error("over a limit: {0}")]
    Limit(String),
    /// A feature that this version cannot read.
    #[error("not supported: {0}")]
    Unsupported(String),
    /// A bug in this program.
    #[error("internal error: {0}; please report it with the file")]
    Internal(String),
    /// A failure of an earlier run, as a runs table stores it.
    #[error("{detail}")]
    Stored {
        /// One of [`Failure::CODES`].
        code: &'static str,
        /// The message.
        detail: String,
    },
}
