//! Why a file gave no activity, and where.

use std::path::PathBuf;
use std::{fmt, io};

use thiserror::Error;

use crate::activity::Place;

/// A file, or a member of an archive, from which nothing could be read.
///
/// What could be read before some damage is no error: it is an [`Activity`](crate::activity::Activity) with
/// a note.
#[derive(Debug)]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// The archive's member, if the file is an archive.
    pub member: Option<String>,
    /// What was wrong.
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

/// What was wrong with some content and where in it, apart from the name it went by.
#[derive(Debug)]
pub struct Failure {
    /// Where, if it can be said.
    pub at: Option<Place>,
    /// What.
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

    /// Every code.
    pub const CODES: [&str; 6] = ["io", "not-an-activity", "damaged", "limit", "unsupported", "internal"];

    /// The stable code for the `reason` column.
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
pub enum FailureKind {
    /// The system would not give the bytes.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The content is sound or at least known, but holds no recorded activity.
    #[error("no recorded activity: {0}")]
    NotAnActivity(String),
    /// The content is broken before anything of use.
    #[error("damaged: {0}")]
    Damaged(String),
    /// A limit on size, count or depth was met.
    #[error("over a limit: {0}")]
    Limit(String),
    /// Something that this version has no reader for.
    #[error("not supported: {0}")]
    Unsupported(String),
    /// A fault of ours.
    #[error("internal error: {0}; please report it with the file")]
    Internal(String),
    /// As it was told when the file was read, by a table that keeps it.
    #[error("{detail}")]
    Stored {
        /// One of [`Failure::CODES`].
        code: &'static str,
        /// The sentence.
        detail: String,
    },
}
