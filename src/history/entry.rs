//! Entries: what the batch decides about, one per activity or per file without one.

use std::path::PathBuf;
use std::sync::Arc;

use crate::ingest::Failure;
use crate::measure::{Identity, Measured, Refusal};
use crate::runner::Stated;

/// One activity of the batch, or a file that gave none.
#[derive(Debug)]
pub struct Entry {
    /// The file.
    pub path: PathBuf,
    /// The archive's member, if the file is an archive.
    pub member: Option<String>,
    /// Its number within the file or member, from 1.
    pub activity: usize,
    /// What the user says of it.
    pub said: Stated,
    /// What became of it.
    pub outcome: Outcome,
    /// What a table that it was taken from says of an earlier batch; `None` for what was read itself.
    pub kept: Option<TableOrigin>,
}

/// What an earlier batch found out about an entry of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableOrigin {
    /// The batch in which it was asked which entries are one run; `None` where it was not asked.
    pub batch: Option<String>,
    /// The [address](Entry::address) of the richer recording of the same run in that batch.
    pub duplicate_of: Option<String>,
}

impl Entry {
    /// What is known of the activity; nothing of what was not read.
    pub fn identity(&self) -> Option<&Identity> {
        match &self.outcome {
            Outcome::Measured(identity, _) | Outcome::Refused(identity, _) => Some(identity),
            Outcome::Unreadable(_) => None,
        }
    }

    /// How an argument or a table names it: `path[!member][#activity]`.
    pub fn address(&self) -> String {
        let mut address = self.path.to_string_lossy().into_owned();
        if let Some(member) = &self.member {
            address.push('!');
            address.push_str(member);
        }
        if self.activity > 1 {
            address.push('#');
            address.push_str(&self.activity.to_string());
        }
        address
    }
}

/// What became of a file or activity.
#[derive(Debug)]
pub enum Outcome {
    /// Measured, so that it can be scored.
    Measured(Box<Identity>, Arc<Measured>),
    /// Read but not scored.
    Refused(Box<Identity>, Refusal),
    /// Not read.
    Unreadable(Failure),
}
