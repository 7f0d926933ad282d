//! Tar archives, read as a stream: members are taken into memory some at a time and handed out together.

use std::io::Read;

use rayon::prelude::*;
use tar::Archive;

use super::{Content, Piece, Visited, Visitor, full_name};
use crate::activity::Note;
use crate::ingest::error::Failure;

/// A tar is made of blocks of this size; the first is a member's header.
pub(super) const BLOCK: usize = 512;
/// As many members are handed out together, or as many bytes.
const TOGETHER: usize = 64;
const TOGETHER_BYTES: usize = 16 << 20;

/// Whether a head begins with a tar header: its checksum is right (POSIX.1-1988, "ustar Interchange Format"; older tars have
/// one too, but no magic word).
pub(super) fn is_tar(head: &[u8]) -> bool {
    const CHECKSUM: std::ops::Range<usize> = 148..156;
    let Some(header) = head.first_chunk::<BLOCK>() else { return false };
    let stated = header[CHECKSUM]
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .fold(0u32, |sum, digit| sum * 8 + u32::from(digit - b'0'));
    let outside = |place: &usize| !CHECKSUM.contains(place);
    let sum: u32 = (0..BLOCK).filter(outside).map(|place| u32::from(header[place])).sum();
    header[0] != 0 && stated == sum + 8 * u32::from(b' ')
}

impl<F> Visitor<'_, F> {
    pub(super) fn tar<T: Send>(&self, outer: Option<&str>, reader: impl Read, depth: usize) -> Visited<T>
    where
        F: Fn(Content) -> T + Sync,
    {
        let fails = |failure| self.emit(outer.map(str::to_owned), Err(failure), Vec::new());
        let broken = |error: std::io::Error| Failure::damaged(None, format!("the tar archive: {error}"));
        let mut archive = Archive::new(reader);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return fails(broken(error)),
        };
        let mut by_name: Vec<(String, Visited<T>)> = Vec::new();
        let mut waiting: Vec<Piece> = Vec::new();
        let (mut members, mut bytes_waiting, mut skipped) = (0, 0, 0);
        let mut end = None;
        for entry in entries {
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    end = Some(broken(error));
                    break;
                }
            };
            if !entry.header().entry_type().is_file() {
                continue;
            }
            members += 1;
            if members > self.limits.members {
                end = Some(self.limits.too_many());
                break;
            }
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let member = full_name(outer, &name);
            if !self.is_asked_for(&member) {
                skipped += usize::from(self.wanted.is_none());
                continue;
            }
            let size = entry.size();
            let (mut content, mut note) = (Vec::new(), None);
            let result = entry.by_ref().take(self.limits.bytes + 1).read_to_end(&mut content);
            if content.len() as u64 > self.limits.bytes {
                by_name.push((name, self.emit(Some(member), Err(self.limits.too_large(None)), Vec::new())));
                continue;
            }
            if result.is_err() || (content.len() as u64) < size {
                let text = format!("the tar archive breaks off after {} bytes of content", content.len());
                note = Some(Note::general(text));
            }
            bytes_waiting += content.len();
            let wanted = self.wanted == Some(member.as_str());
            let notes = note.into_iter().collect();
            let piece = Piece { name, member: Some(member), bytes: content, notes, wanted, depth: depth + 1 };
            waiting.push(piece);
            if waiting.len() >= TOGETHER || bytes_waiting >= TOGETHER_BYTES {
                by_name.extend(self.together(std::mem::take(&mut waiting)));
                bytes_waiting = 0;
            }
        }
        by_name.extend(self.together(waiting));
        by_name.sort_by(|a, b| a.0.cmp(&b.0));
        let all = Visited { results: Vec::new(), skipped };
        let all = by_name.into_iter().map(|(_, visited)| visited).fold(all, Visited::join);
        match end {
            Some(failure) => all.join(fails(failure)),
            None => all,
        }
    }

    fn together<T: Send>(&self, pieces: Vec<Piece>) -> Vec<(String, Visited<T>)>
    where
        F: Fn(Content) -> T + Sync,
    {
        pieces
            .into_par_iter()
            .with_max_len(1)
            .map(|piece| (piece.name.clone(), self.content(piece)))
            .collect()
    }
}
