//! Reads zip archives: members are read one at a time and unpacked on several threads.
//!
//! [`directory`] finds the members; `flate2` unpacks them. Threads wait for each other only while
//! one of them reads from the file.

mod directory;
mod fields;
mod names;
mod salvage;

use std::io;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::DeflateDecoder;
use rayon::prelude::*;

use self::directory::{Directory, ZipEntry};
use self::fields::{LOCAL_HEADER_BYTES, u16_at};
use super::inflate::Packing;
use super::{FileContent, Relation, Visited, Visitor, WrappedPiece, Wrapper, full_name};
use crate::activity::Note;
use crate::ingest::error::{Failure, FailureKind};
use crate::ingest::names::has_activity_name;
use crate::ingest::service::{ActivityIndex, ActivityIndexes, IndexErrorKind, is_activity_index};
use crate::ingest::{HEAD_BYTES, is_activity_file};

/// The packed bytes that are enough to recognise a member's format.
const PEEK_BYTES: u64 = 64 << 10;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// A member's packed bytes, and whether they are complete.
struct Packed {
    bytes: Vec<u8>,
    is_whole: bool,
}

impl<F: ?Sized> Visitor<'_, F> {
    /// Visits the members of a zip; `outer` is the archive's own name if it is a member itself.
    pub(super) fn zip<T: Send>(
        &self,
        outer: Option<&str>,
        mut reader: impl Read + Seek + Send,
        depth: usize,
        indexes: &Arc<ActivityIndexes>,
    ) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        let fails = |failure| self.fail(outer.map(str::to_owned), failure, Vec::new());
        let Directory { mut entries, fault } = match Directory::read(&mut reader, self.limits) {
            Ok(directory) => directory,
            Err(failure) => return fails(failure),
        };
        // The sort is stable: members with the same name stay in the directory's order.
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let (indexes, warnings) = self.take_indexes(outer, &entries, &mut reader, indexes);
        let mut skipped = 0;
        let mut asked: Vec<(ZipEntry, Relation)> = Vec::new();
        for entry in entries {
            let full = full_name(outer, &entry.name);
            let relation = self.wanted.relation(&full);
            let is_folder = entry.name.ends_with('/');
            match relation {
                Relation::Unrelated => {}
                _ if is_folder => skipped += usize::from(entry.unpacked > 0),
                Relation::Inside if !self.filter.accepts(&full) => skipped += 1,
                _ => asked.push((entry, relation)),
            }
        }
        // Members are many and small, or few and large, so each is a task of its own.
        let reader = Mutex::new(reader);
        let visited: Vec<Visited<T>> = asked
            .into_par_iter()
            .with_max_len(1)
            .map(|(entry, relation)| {
                let indexes = Arc::clone(&indexes);
                self.member(outer, &entry, relation, &reader, (depth + 1, indexes))
            })
            .collect();
        let all = Visited { skipped, warnings, ..Visited::nothing() };
        let all = visited.into_iter().fold(all, Visited::join);
        self.count_empty(match fault {
            Some(failure) => all.join(fails(failure)),
            None => all,
        })
    }

    /// Reads the indexes of activities among the members, and adds them to those of the archives
    /// around this one; returns a warning for each unreadable one.
    fn take_indexes(
        &self,
        outer: Option<&str>,
        entries: &[ZipEntry],
        reader: &mut (impl Read + Seek),
        around: &Arc<ActivityIndexes>,
    ) -> (Arc<ActivityIndexes>, Vec<String>) {
        let (mut indexes, mut warnings) = (None, Vec::new());
        for entry in entries.iter().filter(|entry| is_activity_index(&entry.name)) {
            let content = packed(reader, entry, self.limits.bytes + 1);
            let bytes = content.and_then(|packed| Ok(self.unpack(entry, packed)?.0));
            let bytes = bytes.map_err(IndexErrorKind::Member);
            let index = ActivityIndex::read(self.path, Some(&full_name(outer, &entry.name)), bytes);
            let own = indexes.get_or_insert_with(|| ActivityIndexes::inside(Arc::clone(around)));
            warnings.extend(index.and_then(|index| own.add(index)).err().map(|error| error.to_string()));
        }
        (indexes.map_or_else(|| Arc::clone(around), Arc::new), warnings)
    }

    /// Reads and unpacks one member and visits its content.
    fn member<T: Send>(
        &self,
        outer: Option<&str>,
        entry: &ZipEntry,
        relation: Relation,
        reader: &Mutex<impl Read + Seek>,
        (depth, indexes): (usize, Arc<ActivityIndexes>),
    ) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        if self.budget.is_over() {
            return Visited::nothing();
        }
        let name = entry.name.clone();
        let member = Some(full_name(outer, &name));
        // A panic while reading leaves the archive usable, because every read seeks first.
        let read =
            |most: u64| packed(&mut *reader.lock().unwrap_or_else(PoisonError::into_inner), entry, most);
        let content = if has_activity_name(&name) || relation != Relation::Inside {
            read(self.limits.bytes + 1).and_then(|packed| self.unpack(entry, packed).map(Some))
        } else {
            // An export may contain videos; those are not read in full just to be skipped.
            read(PEEK_BYTES).and_then(|head| {
                if !may_be_useful(entry, &head.bytes) {
                    return Ok(None);
                }
                self.unpack(entry, read(self.limits.bytes + 1)?).map(Some)
            })
        };
        match content {
            Ok(Some((bytes, note))) => {
                let notes = note.into_iter().collect();
                let wanted = relation == Relation::Target;
                self.content(WrappedPiece { name, member, bytes, notes, wanted, depth, indexes })
            }
            Ok(None) => Visited::skipped(),
            Err(failure) => self.fail(member, failure, Vec::new()),
        }
    }

    /// Unpacks a member and checks its checksum; damage becomes a note.
    fn unpack(&self, entry: &ZipEntry, packed: Packed) -> Result<(Vec<u8>, Option<Note>), Failure> {
        let size = packed.bytes.len() as u64;
        let (bytes, note) = match entry.method {
            _ if size > self.limits.bytes => return Err(self.limits.too_large(None)),
            STORED => {
                self.budget.spend(size);
                let text = format!("the zip member breaks off after {size} bytes of content");
                (packed.bytes, (!packed.is_whole).then(|| Note::general(text)))
            }
            _ => self.unpacked(&packed.bytes, Packing::Deflate, entry.unpacked, "zip member")?,
        };
        let mut crc = flate2::Crc::new();
        crc.update(&bytes);
        let is_wrong = note.is_none() && crc.sum() != entry.crc32;
        let text = "the zip member's checksum is wrong: some byte of it was changed";
        Ok((bytes, note.or_else(|| is_wrong.then(|| Note::general(text)))))
    }
}

/// Returns whether a member is an activity file or an archive, by its first packed bytes.
fn may_be_useful(entry: &ZipEntry, packed: &[u8]) -> bool {
    let mut head = Vec::new();
    // Damage is reported when the whole member is read.
    let _ = match entry.method {
        DEFLATED => DeflateDecoder::new(packed).take(HEAD_BYTES as u64).read_to_end(&mut head),
        _ => packed.take(HEAD_BYTES as u64).read_to_end(&mut head),
    };
    is_activity_file(&head) || Wrapper::of(&head).is_some()
}

/// Reads a member's packed bytes: at most `most`, and none that belong to another member.
///
/// # Errors
///
/// Fails if the member is encrypted or packed by another method, or if its bytes are not where they
/// should be.
fn packed(reader: &mut (impl Read + Seek), entry: &ZipEntry, most: u64) -> Result<Packed, Failure> {
    let unsupported = |what: String| Failure::new(FailureKind::Unsupported(what));
    let of_member = |what: &str| Failure::damaged(None, format!("the zip member: {what}"));
    let io = |error: io::Error| of_member(&error.to_string());
    if entry.encrypted {
        return Err(unsupported("an encrypted zip member".to_owned()));
    }
    if !matches!(entry.method, STORED | DEFLATED) {
        let method = method_name(entry.method);
        return Err(unsupported(format!("a zip member packed by {method}; only store and deflate are read")));
    }
    if entry.limit == entry.at {
        return Err(of_member("its bytes are those of another member"));
    }
    let mut header = [0; LOCAL_HEADER_BYTES];
    reader.seek(SeekFrom::Start(entry.at)).map_err(io)?;
    if reader.read_exact(&mut header).is_err() || !header.starts_with(b"PK\x03\x04") {
        return Err(of_member("it is not where the archive's directory says"));
    }
    let names = u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
    let from = entry.at + LOCAL_HEADER_BYTES as u64 + names;
    let length = entry.packed.min(entry.limit.saturating_sub(from));
    if length == 0 && entry.packed > 0 {
        return Err(of_member("its bytes are those of another member"));
    }
    reader.seek(SeekFrom::Start(from)).map_err(io)?;
    let mut bytes = Vec::new();
    // Fewer bytes than stated are unpacked as far as possible.
    match reader.take(length.min(most)).read_to_end(&mut bytes) {
        Err(error) if bytes.is_empty() => Err(io(error)),
        _ => Ok(Packed { is_whole: bytes.len() as u64 == entry.packed, bytes }),
    }
}

/// Returns the name of a packing method.
fn method_name(method: u16) -> String {
    let name = match method {
        1 => "shrink",
        6 => "implode",
        9 => "deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "zstd",
        95 => "xz",
        98 => "PPMd",
        99 => "AES",
        other => return format!("method {other}"),
    };
    name.to_owned()
}
