//! The entries of a batch: one for each activity, and one for each file in which none was found.
//!
//! An entry has the file's address, the user's statements about it and the outcome of reading and
//! measuring it. What the batch decides about entries is in [`History`](super::History).

use std::path::Path;
use std::sync::Arc;

use crate::goal::Goal;
use crate::ingest::Failure;
use crate::ingest::names::{cut_text, stem};
use crate::measure::{Identity, Measured, Refusal};
use crate::runner::Stated;

/// The fixed parts of an entry, its decision and its row, bytes; see `Entry::kept_bytes`.
const KEPT_BYTES: usize = 2048;
/// How often a text is kept: in the entry, in the row and in what a format makes of it.
const KEPT_TEXTS: usize = 3;

/// One activity of the batch, or a file without an activity.
#[derive(Debug)]
pub struct Entry {
    /// The file. All its activities share it.
    pub path: Arc<Path>,
    /// The archive's member, if the file is an archive. All its activities share it.
    pub member: Option<Arc<str>>,
    /// The activity's number within the file or member, from 1.
    pub activity: usize,
    /// The user's statements about this run: race or not, course, goals.
    pub stated: Stated,
    /// The outcome of reading and measuring it.
    pub outcome: Outcome,
    /// The earlier batch's answers, if the entry was read from a runs table; `None` if its
    /// recording was read.
    pub table_origin: Option<TableOrigin>,
}

/// An earlier batch's answer to which of its entries are one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableOrigin {
    /// The name of the batch in which twins were searched; `None` if they were not searched.
    pub batch: Option<String>,
    /// The [address](Entry::address) of the richer recording of the same run in that batch.
    pub duplicate_of: Option<String>,
    /// The codes of the marks of a race that were found in that batch. A table has no positions, so
    /// those that need the place of the start are taken from here.
    pub marks: Option<Vec<String>>,
}

impl Entry {
    /// Makes the entry of the first activity of a file, without any statement of the user.
    pub fn new(path: impl AsRef<Path>, outcome: Outcome) -> Self {
        Self {
            path: path.as_ref().into(),
            member: None,
            activity: 1,
            stated: Stated::default(),
            outcome,
            table_origin: None,
        }
    }

    /// Returns the activity's identity; `None` for an unreadable file.
    pub fn identity(&self) -> Option<&Identity> {
        match &self.outcome {
            Outcome::Measured(identity, _) | Outcome::Refused(identity, _) => Some(identity),
            Outcome::Unreadable(_) => None,
        }
    }

    /// Returns the bytes of its texts.
    pub(crate) fn text_bytes(&self) -> usize {
        let reason = match &self.outcome {
            Outcome::Measured(..) => 0,
            Outcome::Refused(_, refusal) => refusal.to_string().len(),
            Outcome::Unreadable(failure) => failure.to_string().len(),
        };
        let table = self.table_origin.as_ref().map_or(0, |table| {
            let texts = [&table.batch, &table.duplicate_of].into_iter().flatten().map(String::len);
            let marks = table.marks.iter().flatten().map(|mark| mark.len() + size_of::<String>());
            texts.chain(marks).sum()
        });
        self.path.as_os_str().len()
            + self.member.as_ref().map_or(0, |member| member.len())
            + self.identity().map_or(0, Identity::text_bytes)
            + reason
            + table
    }

    /// Estimates the bytes that it takes until the report is written, its row included.
    pub(crate) fn kept_bytes(&self) -> u64 {
        let measured = match &self.outcome {
            Outcome::Measured(_, measured) => measured.bytes(),
            _ => 0,
        };
        let goals = self.stated.goals.len() * size_of::<Goal>();
        (KEPT_BYTES + KEPT_TEXTS * self.text_bytes() + measured + goals) as u64
    }

    /// Returns the address used in arguments and tables: `path[!member][#activity]`. The number of
    /// a first activity is left out.
    pub fn address(&self) -> String {
        address(&self.path.to_string_lossy(), self.member.as_deref(), self.activity)
    }

    /// Returns the name of the file, or of the member of an archive, without folders and endings,
    /// cut like a title.
    pub(crate) fn file_stem(&self) -> String {
        let name = match &self.member {
            Some(member) => member.rsplit(['/', '!']).next().unwrap_or_default().into(),
            None => self.path.file_name().unwrap_or_default().to_string_lossy(),
        };
        cut_text(stem(&name)).to_owned()
    }
}

/// Returns `path[!member][#activity]`.
pub(crate) fn address(path: &str, member: Option<&str>, activity: usize) -> String {
    let mut address = path.to_owned();
    if let Some(member) = member {
        address.push('!');
        address.push_str(member);
    }
    if activity > 1 {
        address.push('#');
        address.push_str(&activity.to_string());
    }
    address
}

impl From<(Identity, Result<Measured, Refusal>)> for Outcome {
    /// Takes over what [`measure`](crate::measure::measure) returns.
    fn from((identity, measured): (Identity, Result<Measured, Refusal>)) -> Self {
        let identity = Box::new(identity);
        match measured {
            Ok(measured) => Self::Measured(identity, Arc::new(measured)),
            Err(refusal) => Self::Refused(identity, refusal),
        }
    }
}

/// The outcome of reading and measuring a file or activity.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// Measured: it can be scored.
    Measured(Box<Identity>, Arc<Measured>),
    /// Read, but not scored, with the reason.
    Refused(Box<Identity>, Refusal),
    /// Not readable, with the reason.
    Unreadable(Failure),
}
