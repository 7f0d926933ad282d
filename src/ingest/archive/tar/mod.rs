//! Tar archives, read as a stream: members are taken into memory some at a time and handed out together.

mod headers;

use std::io;
use std::io::Read;

pub(super) use headers::{BLOCK, is_tar};
use rayon::prelude::*;

use self::headers::{LONGEST_BYTES, Member, MemberKind, Members};
use super::{FileContent, Standing, Visited, Visitor, WrappedPiece, full_name};
use crate::activity::Note;
use crate::ingest::error::{Failure, FailureKind};
use crate::ingest::names::has_activity_name;

/// As many members are handed out together, or as many bytes.
const TOGETHER: usize = 64;
const TOGETHER_BYTES: usize = 16 << 20;

/// What becomes of a member before its content is looked at.
enum Met {
    Nothing,
    Skipped,
    Failed(Failure),
    /// Its content, and what is wrong with it; whether it is the one that is asked for.
    Taken(Vec<u8>, Option<Note>, bool),
}

impl<F: ?Sized> Visitor<'_, F> {
    pub(super) fn tar<T: Send>(&self, outer: Option<&str>, reader: impl Read, depth: usize) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        let mut archive = Members::new(reader);
        let mut by_name: Vec<(String, Visited<T>)> = Vec::new();
        let mut waiting: Vec<WrappedPiece> = Vec::new();
        let (mut members, mut bytes_waiting, mut skipped) = (0, 0, 0);
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
            let full = full_name(outer, &member.name);
            match self.met(&full, &member, &mut archive) {
                Met::Nothing => {}
                Met::Skipped => skipped += 1,
                Met::Failed(failure) => {
                    by_name.push((member.name, self.emit(Some(full), Err(failure), Vec::new())));
                }
                Met::Taken(bytes, note, wanted) => {
                    bytes_waiting += bytes.len();
                    let notes = note.into_iter().collect();
                    let (name, member) = (member.name, Some(full));
                    waiting.push(WrappedPiece { name, member, bytes, notes, wanted, depth: depth + 1 });
                }
            }
            if waiting.len() >= TOGETHER || bytes_waiting >= TOGETHER_BYTES {
                by_name.extend(self.together(std::mem::take(&mut waiting)));
                bytes_waiting = 0;
            }
        };
        by_name.extend(self.together(waiting));
        by_name.sort_by(|a, b| a.0.cmp(&b.0));
        let all = Visited { skipped, ..Visited::nothing() };
        let all = by_name.into_iter().map(|(_, visited)| visited).fold(all, Visited::join);
        let all = match end {
            Some(failure) => all.join(self.emit(outer.map(str::to_owned), Err(failure), Vec::new())),
            None => all,
        };
        self.counted(all)
    }

    /// Takes a member's content, if it is of use.
    fn met(&self, full: &str, member: &Member, archive: &mut Members<impl Read>) -> Met {
        if member.kind == MemberKind::Folder {
            return Met::Nothing;
        }
        let standing = self.standing(full);
        match standing {
            Standing::Aside => return Met::Nothing,
            Standing::Below if !self.filter.takes(full) => return Met::Skipped,
            _ => {}
        }
        if let Some(length) = member.overlong {
            return Met::Failed(overlong(length));
        }
        let named = standing == Standing::Wanted || has_activity_name(&member.name);
        match member.kind {
            MemberKind::Sparse if named => {
                return Met::Failed(Failure::new(FailureKind::Unsupported("a sparse tar member".to_owned())));
            }
            MemberKind::File => {}
            // What a link leads to is a member, or it is not in the archive.
            _ => return Met::Skipped,
        }
        if member.size > self.limits.bytes {
            return Met::Failed(self.limits.too_large(None));
        }
        let mut bytes = Vec::new();
        let result = archive.content().read_to_end(&mut bytes);
        let note = (result.is_err() || (bytes.len() as u64) < member.size).then(|| {
            Note::general(format!("the tar archive breaks off after {} bytes of content", bytes.len()))
        });
        Met::Taken(bytes, note, standing == Standing::Wanted)
    }

    fn together<T: Send>(&self, pieces: Vec<WrappedPiece>) -> Vec<(String, Visited<T>)>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        pieces
            .into_par_iter()
            .with_max_len(1)
            .map(|piece| (piece.name.clone(), self.content(piece)))
            .collect()
    }
}

fn overlong(length: u64) -> Failure {
    let text = format!("a tar header that names a member by {length} bytes; {LONGEST_BYTES} are taken");
    Failure::new(FailureKind::Limit(text))
}

fn broken(error: &io::Error) -> Failure {
    let what = match error.kind() {
        io::ErrorKind::UnexpectedEof => "it breaks off".to_owned(),
        _ => error.to_string(),
    };
    Failure::damaged(None, format!("the tar archive: {what}"))
}
