//! Reads tar archives as a stream.
//!
//! Members are collected in memory until there are 64 of them or 16 MiB; then all of them are
//! processed on several threads at once. Results are sorted by member name.

mod headers;

use std::io;
use std::io::Read;
use std::sync::Arc;

pub(super) use headers::{BLOCK, is_tar};
use rayon::prelude::*;

use self::headers::{MAX_EXTENDED_BYTES, Member, MemberKind, Members};
use super::{FileContent, Relation, Visited, Visitor, WrappedPiece, full_name};
use crate::activity::Note;
use crate::ingest::error::{Failure, FailureKind};
use crate::ingest::limits::Limits;
use crate::ingest::names::{cut, has_activity_name};
use crate::ingest::service::ActivityIndexes;

/// Members are processed together once there are this many, or this many bytes of them.
const BATCH_MEMBERS: usize = 64;
const BATCH_BYTES: usize = 16 << 20;

/// The decision about a member, before its content is recognised.
enum MemberContent {
    /// It is a folder, or unrelated to the member that was asked for; it is not counted.
    Ignored,
    /// It is not read, but counted as skipped.
    Skipped,
    /// It cannot be read.
    Failed(Failure),
    /// Its content, a note on damage, and whether it is the member that was asked for.
    Taken(Vec<u8>, Option<Note>, bool),
}

impl<F: ?Sized> Visitor<'_, F> {
    /// Visits the members of a tar; `outer` is the archive's own name if it is a member itself.
    pub(super) fn tar<T: Send>(
        &self,
        outer: Option<&str>,
        reader: impl Read,
        depth: usize,
        indexes: &Arc<ActivityIndexes>,
    ) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        let mut archive = Members::new(reader);
        let mut by_name: Vec<(String, Visited<T>)> = Vec::new();
        let mut waiting: Vec<WrappedPiece> = Vec::new();
        let (mut members, mut names, mut bytes_waiting, mut skipped) = (0, 0, 0, 0);
        let end = loop {
            let member = match archive.next() {
                Ok(Some(member)) => member,
                Ok(None) => break None,
                Err(error) => break Some(broken(&error)),
            };
            members += usize::from(member.kind != MemberKind::Folder);
            if members > self.limits.members {
                break Some(self.limits.over_members());
            }
            names += cut(&member.name).len() as u64;
            if let Err(failure) = Limits::check_names(names) {
                break Some(failure);
            }
            let full = full_name(outer, &member.name);
            match self.take_member(&full, &member, &mut archive) {
                MemberContent::Ignored => {}
                MemberContent::Skipped => skipped += 1,
                MemberContent::Failed(failure) => {
                    by_name.push((cut(&member.name).to_owned(), self.fail(Some(full), failure, Vec::new())));
                }
                MemberContent::Taken(bytes, note, wanted) => {
                    bytes_waiting += bytes.len();
                    let notes = note.into_iter().collect();
                    let (name, member) = (member.name, Some(full));
                    let (depth, indexes) = (depth + 1, Arc::clone(indexes));
                    waiting.push(WrappedPiece { name, member, bytes, notes, wanted, depth, indexes });
                }
            }
            if waiting.len() >= BATCH_MEMBERS || bytes_waiting >= BATCH_BYTES {
                by_name.extend(self.process(std::mem::take(&mut waiting)));
                bytes_waiting = 0;
            }
        };
        by_name.extend(self.process(waiting));
        by_name.sort_by(|a, b| a.0.cmp(&b.0));
        let all = Visited { skipped, ..Visited::nothing() };
        let all = by_name.into_iter().map(|(_, visited)| visited).fold(all, Visited::join);
        let all = match end {
            Some(failure) => all.join(self.fail(outer.map(str::to_owned), failure, Vec::new())),
            None => all,
        };
        self.count_empty(all)
    }

    /// Reads a member's content, unless it is ignored or skipped.
    fn take_member(&self, full: &str, member: &Member, archive: &mut Members<impl Read>) -> MemberContent {
        if member.kind == MemberKind::Folder {
            return MemberContent::Ignored;
        }
        let relation = self.wanted.relation(full);
        match relation {
            Relation::Unrelated => return MemberContent::Ignored,
            Relation::Inside if !self.filter.accepts(full) => return MemberContent::Skipped,
            _ => {}
        }
        if let Some(length) = member.overlong {
            return MemberContent::Failed(overlong(length));
        }
        let named = relation == Relation::Target || has_activity_name(&member.name);
        match member.kind {
            MemberKind::Sparse if named => {
                return MemberContent::Failed(Failure::new(FailureKind::Unsupported(
                    "a sparse tar member".to_owned(),
                )));
            }
            MemberKind::File => {}
            // A link's target is another member, or not in the archive.
            _ => return MemberContent::Skipped,
        }
        if member.size > self.limits.bytes {
            return MemberContent::Failed(self.limits.too_large(None));
        }
        let mut bytes = Vec::new();
        let result = archive.content().read_to_end(&mut bytes);
        let note = (result.is_err() || (bytes.len() as u64) < member.size).then(|| {
            Note::general(format!("the tar archive breaks off after {} bytes of content", bytes.len()))
        });
        MemberContent::Taken(bytes, note, relation == Relation::Target)
    }

    /// Processes members on several threads at once; returns the results with the members' names.
    fn process<T: Send>(&self, pieces: Vec<WrappedPiece>) -> Vec<(String, Visited<T>)>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        pieces
            .into_par_iter()
            .with_max_len(1)
            .map(|piece| (cut(&piece.name).to_owned(), self.content(piece)))
            .collect()
    }
}

/// Returns the failure of a member whose extended header is too large.
fn overlong(length: u64) -> Failure {
    let text = format!("a tar header that names a member by {length} bytes; {MAX_EXTENDED_BYTES} are taken");
    Failure::new(FailureKind::Limit(text))
}

/// Returns the failure of a damaged tar.
fn broken(error: &io::Error) -> Failure {
    let what = match error.kind() {
        io::ErrorKind::UnexpectedEof => "it breaks off".to_owned(),
        _ => error.to_string(),
    };
    Failure::damaged(None, format!("the tar archive: {what}"))
}
