//! Zip archives: the directory is read once, members are read one at a time and unpacked on as many threads as there are.
//!
//! The `zip` crate reads the directory, zip64 and odd names among it, and hands out packed bytes; unpacking is `flate2`'s, so
//! that no two threads wait for each other but for the disk.

use std::io::{Read, Seek};
use std::sync::Mutex;

use flate2::read::DeflateDecoder;
use rayon::prelude::*;
use zip::{CompressionMethod, ZipArchive};

use super::{Content, Piece, Visited, Visitor, Wrapper, full_name, has_activity_name};
use crate::activity::Note;
use crate::ingest::error::{Failure, FailureKind};
use crate::ingest::{HEAD_BYTES, is_activity_file};

/// So many packed bytes tell what a member is.
const LOOK_BYTES: u64 = 64 << 10;

/// A member's packed bytes and how to unpack them.
struct Packed {
    bytes: Vec<u8>,
    method: CompressionMethod,
    crc32: u32,
}

impl<F> Visitor<'_, F> {
    pub(super) fn zip<T: Send>(
        &self,
        outer: Option<&str>,
        reader: impl Read + Seek + Send,
        depth: usize,
    ) -> Visited<T>
    where
        F: Fn(Content) -> T + Sync,
    {
        let fails = |failure| self.emit(outer.map(str::to_owned), Err(failure), Vec::new());
        let archive = match ZipArchive::new(reader) {
            Ok(archive) => archive,
            Err(error) => return fails(damaged(&error)),
        };
        if archive.len() > self.limits.members {
            return fails(self.limits.too_many());
        }
        let mut order: Vec<(String, usize)> = (0..archive.len())
            .filter_map(|index| Some((archive.name_for_index(index)?.ok()?.into_owned(), index)))
            .filter(|(name, _)| !name.ends_with('/'))
            .collect();
        order.sort();
        let (asked, left): (Vec<_>, Vec<_>) =
            order.into_iter().partition(|(name, _)| self.is_asked_for(&full_name(outer, name)));
        // Members are many and small, or few and large: each is a task of its own.
        let archive = Mutex::new(archive);
        let visited: Vec<Visited<T>> = asked
            .into_par_iter()
            .with_max_len(1)
            .map(|(name, index)| self.member(outer, name, index, &archive, depth))
            .collect();
        let skipped = if self.wanted.is_some() { 0 } else { left.len() };
        visited.into_iter().fold(Visited { results: Vec::new(), skipped }, Visited::join)
    }

    fn member<T: Send>(
        &self,
        outer: Option<&str>,
        name: String,
        index: usize,
        archive: &Mutex<ZipArchive<impl Read + Seek>>,
        depth: usize,
    ) -> Visited<T>
    where
        F: Fn(Content) -> T + Sync,
    {
        let member = Some(full_name(outer, &name));
        // A thread that died while reading left the archive as it was: each reading seeks first.
        let read = |most: u64| {
            packed(&mut archive.lock().unwrap_or_else(std::sync::PoisonError::into_inner), index, most)
        };
        let content = if has_activity_name(&name) || self.wanted.is_some() {
            read(self.limits.bytes + 1).and_then(|packed| self.unpack(packed).map(Some))
        } else {
            // A film of a whole export is not read to be skipped.
            read(LOOK_BYTES).and_then(|head| {
                if !looks_of_use(&head) {
                    return Ok(None);
                }
                self.unpack(read(self.limits.bytes + 1)?).map(Some)
            })
        };
        match content {
            Ok(Some((bytes, note))) => {
                let notes = note.into_iter().collect();
                let wanted = self.wanted == member.as_deref();
                self.content(Piece { name, member, bytes, notes, wanted, depth: depth + 1 })
            }
            Ok(None) => Visited::skipped(),
            Err(failure) => self.emit(member, Err(failure), Vec::new()),
        }
    }

    fn unpack(&self, packed: Packed) -> Result<(Vec<u8>, Option<Note>), Failure> {
        let size = packed.bytes.len() as u64;
        let (bytes, note) = match packed.method {
            _ if size > self.limits.bytes => return Err(self.limits.too_large(None)),
            CompressionMethod::Stored => (packed.bytes, None),
            _ => self.unpacked(DeflateDecoder::new(packed.bytes.as_slice()), size, "zip member")?,
        };
        let mut crc = flate2::Crc::new();
        crc.update(&bytes);
        let is_wrong = note.is_none() && crc.sum() != packed.crc32;
        let text = "the zip member's checksum is wrong: some byte of it was changed";
        Ok((bytes, note.or_else(|| is_wrong.then(|| Note::general(text)))))
    }
}

fn looks_of_use(packed: &Packed) -> bool {
    let mut head = Vec::new();
    // A fault is told where the whole is read.
    let _ = match packed.method {
        CompressionMethod::Deflated => {
            DeflateDecoder::new(packed.bytes.as_slice()).take(HEAD_BYTES as u64).read_to_end(&mut head)
        }
        _ => packed.bytes.as_slice().take(HEAD_BYTES as u64).read_to_end(&mut head),
    };
    is_activity_file(&head) || Wrapper::of(&head).is_some()
}

/// A member's packed bytes, `most` of them at most.
fn packed(archive: &mut ZipArchive<impl Read + Seek>, index: usize, most: u64) -> Result<Packed, Failure> {
    let member = archive.by_index_raw(index).map_err(|error| damaged(&error))?;
    let unsupported = |what: String| Failure::new(FailureKind::Unsupported(what));
    if member.encrypted() {
        return Err(unsupported("an encrypted zip member".to_owned()));
    }
    let method = member.compression();
    if !matches!(method, CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(unsupported(format!("a zip member packed by {method}; only store and deflate are read")));
    }
    let crc32 = member.crc32();
    let mut bytes = Vec::new();
    match member.take(most).read_to_end(&mut bytes) {
        Ok(_) => {}
        // What is there is unpacked as far as it goes.
        Err(_) if !bytes.is_empty() => {}
        Err(error) => return Err(Failure::damaged(None, format!("the zip member: {error}"))),
    }
    Ok(Packed { bytes, method, crc32 })
}

fn damaged(error: &zip::result::ZipError) -> Failure {
    Failure::damaged(None, format!("the zip archive: {error}"))
}
