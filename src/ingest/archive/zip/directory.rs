//! Reads a zip's central directory: every entry, in the directory's order.
//!
//! Format: PKWARE, "APPNOTE.TXT", 4.3.12 to 4.3.16, and 4.5.3 for zip64. A library would drop
//! members that share a name. No byte of the archive belongs to two members: a member ends where
//! the next one begins, so overlapping entries cannot multiply the content.

use std::io;
use std::io::{BufReader, Read, Seek, SeekFrom};

use super::fields::{extra_field, read_bytes, u16_at, u32_at, u64_at};
use super::{names, salvage};
use crate::ingest::error::Failure;
use crate::ingest::limits::Limits;

const END: [u8; 4] = *b"PK\x05\x06";
const END_BYTES: usize = 22;
const END64: [u8; 4] = *b"PK\x06\x06";
const END64_BYTES: usize = 56;
const LOCATOR64: [u8; 4] = *b"PK\x06\x07";
const LOCATOR64_BYTES: usize = 20;
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
/// The longest comment after the end record, in bytes.
const COMMENT_MOST: u64 = 65_535;
/// The value of a 32-bit field whose number is in the zip64 extra field instead.
const IN_ZIP64: u64 = u32::MAX as u64;
const ZIP64: u16 = 0x0001;

/// One entry of the directory.
#[derive(Debug, Clone)]
pub(super) struct ZipEntry {
    pub name: String,
    /// The offset of its local header, in bytes of the file.
    pub at: u64,
    /// The offset where the next member begins; equal to `at` if another entry has the same bytes.
    pub limit: u64,
    pub packed: u64,
    pub unpacked: u64,
    pub method: u16,
    pub crc32: u32,
    pub encrypted: bool,
}

/// A directory's entries, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Directory {
    pub entries: Vec<ZipEntry>,
    pub fault: Option<Failure>,
}

impl Directory {
    /// Finds and reads the directory.
    ///
    /// # Errors
    ///
    /// Fails if there is no directory, or if it exceeds a limit.
    pub(super) fn read(reader: &mut (impl Read + Seek), limits: &Limits) -> Result<Self, Failure> {
        let io = |error: io::Error| damaged(&error.to_string());
        let size = reader.seek(SeekFrom::End(0)).map_err(io)?;
        let tail_at = size.saturating_sub(COMMENT_MOST + END_BYTES as u64);
        let mut tail = Vec::new();
        reader.seek(SeekFrom::Start(tail_at)).map_err(io)?;
        reader.by_ref().take(size - tail_at).read_to_end(&mut tail).map_err(io)?;
        let ends = (0..tail.len().saturating_sub(END_BYTES - 1)).rev().filter(|at| {
            let comment = usize::from(u16_at(&tail, at + 20));
            tail[*at..].starts_with(&END) && at + END_BYTES + comment <= tail.len()
        });
        let mut found_end = false;
        // A comment may contain what looks like an end record; the true one points to a directory.
        for at in ends {
            found_end = true;
            let end = &tail[at..];
            if let Some(place) = DirectoryPlace::of(reader, end, tail_at + at as u64).map_err(io)? {
                return Self::walk(reader, &place, limits);
            }
        }
        if found_end {
            return Err(damaged("its directory is not where its end says"));
        }
        let fault = damaged("it breaks off before its directory, which stands at the end");
        let entries = salvage::entries(reader, limits)?;
        if entries.is_empty() {
            return Err(fault);
        }
        let mut directory = Self { entries, fault: Some(fault) };
        directory.assign_limits(size);
        Ok(directory)
    }

    /// Reads the entries.
    fn walk(
        reader: &mut (impl Read + Seek),
        place: &DirectoryPlace,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        reader.seek(SeekFrom::Start(place.from)).map_err(|error| damaged(&error.to_string()))?;
        let mut rest = BufReader::new(reader.take(place.to - place.from));
        let mut directory = Self { entries: Vec::new(), fault: None };
        let mut names = 0;
        while let Some(entry) = ZipEntry::read(&mut rest, place.shift) {
            names += entry.name.len() as u64;
            directory.entries.push(entry);
            if directory.entries.len() > limits.members {
                return Err(limits.over_members());
            }
            Limits::check_names(names)?;
        }
        let count = directory.entries.len() as u64;
        if count & place.mask != place.entries & place.mask {
            let stated = place.entries;
            directory.fault =
                Some(damaged(&format!("its directory breaks off: {count} of {stated} members")));
        }
        directory.assign_limits(place.from);
        Ok(directory)
    }

    /// Sets each entry's `limit` to where the next member begins.
    fn assign_limits(&mut self, directory_at: u64) {
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by_key(|index| (self.entries[*index].at, *index));
        let mut limit = directory_at;
        let mut at = u64::MAX;
        for index in order.into_iter().rev() {
            let entry = &mut self.entries[index];
            if entry.at < at {
                limit = at.min(directory_at);
                at = entry.at;
            }
            entry.limit = limit;
        }
        // Of several entries at one offset, the first has the bytes.
        let mut taken = std::collections::BTreeSet::new();
        for entry in &mut self.entries {
            if !taken.insert(entry.at) {
                entry.limit = entry.at;
            }
        }
    }
}

/// Where the directory is in the file.
struct DirectoryPlace {
    from: u64,
    to: u64,
    /// The number of bytes before the archive, as in a self-extracting one.
    shift: u64,
    entries: u64,
    /// The bits of the number of entries that the end record has.
    mask: u64,
}

impl DirectoryPlace {
    /// Finds the directory by an end record; returns `None` if there is none where the record says.
    fn of(reader: &mut (impl Read + Seek), end: &[u8], end_at: u64) -> io::Result<Option<Self>> {
        let (mut entries, mut size) = (u64::from(u16_at(end, 10)), u64::from(u32_at(end, 12)));
        let mut offset = u64::from(u32_at(end, 16));
        let (mut to, mut mask) = (end_at, u64::from(u16::MAX));
        if let Some((at, end64)) = end64(reader, end_at)? {
            (entries, size, offset) = (u64_at(&end64, 32), u64_at(&end64, 40), u64_at(&end64, 48));
            (to, mask) = (at, u64::MAX);
        }
        // Normally the directory ends where the end record begins; otherwise its offset may be
        // right.
        let by_size = to.checked_sub(size).filter(|from| *from >= offset).map(|from| (from, from - offset));
        for (from, shift) in by_size.into_iter().chain((offset <= to).then_some((offset, 0))) {
            let mut signature = [0; 4];
            reader.seek(SeekFrom::Start(from))?;
            if (entries == 0 && from == to)
                || (reader.read_exact(&mut signature).is_ok() && signature == ENTRY)
            {
                return Ok(Some(Self { from, to, shift, entries, mask }));
            }
        }
        Ok(None)
    }
}

/// Returns the zip64 end record that belongs to an end record, and its offset.
fn end64(reader: &mut (impl Read + Seek), end_at: u64) -> io::Result<Option<(u64, [u8; END64_BYTES])>> {
    let Some(locator_at) = end_at.checked_sub(LOCATOR64_BYTES as u64) else { return Ok(None) };
    let mut locator = [0; LOCATOR64_BYTES];
    reader.seek(SeekFrom::Start(locator_at))?;
    reader.read_exact(&mut locator)?;
    if !locator.starts_with(&LOCATOR64) {
        return Ok(None);
    }
    // If bytes precede the archive, the offset is too small, but the record is next to its locator.
    let beside = locator_at.checked_sub(END64_BYTES as u64);
    for at in [Some(u64_at(&locator, 8)), beside].into_iter().flatten().filter(|at| *at < locator_at) {
        let mut record = [0; END64_BYTES];
        reader.seek(SeekFrom::Start(at))?;
        if reader.read_exact(&mut record).is_ok() && record.starts_with(&END64) {
            return Ok(Some((at, record)));
        }
    }
    Ok(None)
}

impl ZipEntry {
    /// Reads the next entry; returns `None` if `rest` has no complete one.
    fn read(rest: &mut impl Read, shift: u64) -> Option<Self> {
        let mut head = [0; ENTRY_BYTES];
        rest.read_exact(&mut head).ok()?;
        let mut text = |at: usize| read_bytes(rest, u16_at(&head, at)).ok();
        let (name, extra, _comment) = (text(28)?, text(30)?, text(32)?);
        let flags = u16_at(&head, 8);
        let mut entry = Self {
            name: names::decode(&name, flags, &extra),
            at: u64::from(u32_at(&head, 42)),
            limit: 0,
            packed: u64::from(u32_at(&head, 20)),
            unpacked: u64::from(u32_at(&head, 24)),
            method: u16_at(&head, 10),
            crc32: u32_at(&head, 16),
            encrypted: flags & 1 != 0,
        };
        if let Some(mut large) = extra_field(&extra, ZIP64) {
            for number in [&mut entry.unpacked, &mut entry.packed, &mut entry.at] {
                if *number == IN_ZIP64 && large.len() >= 8 {
                    *number = u64_at(large, 0);
                    large = &large[8..];
                }
            }
        }
        entry.at = entry.at.saturating_add(shift);
        head.starts_with(&ENTRY).then_some(entry)
    }
}

/// Returns the failure of a damaged archive.
fn damaged(what: &str) -> Failure {
    Failure::damaged(None, format!("the zip archive: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(at: u64) -> ZipEntry {
        let name = String::new();
        ZipEntry { name, at, limit: 0, packed: 9, unpacked: 9, method: 0, crc32: 0, encrypted: false }
    }

    #[test]
    fn no_byte_belongs_to_two_entries() {
        let entries = [70, 10, 10, 40, 99].map(entry).to_vec();
        let mut directory = Directory { entries, fault: None };
        directory.assign_limits(90);
        let parts: Vec<(u64, u64)> = directory.entries.iter().map(|entry| (entry.at, entry.limit)).collect();
        assert_eq!(parts, [(70, 90), (10, 40), (10, 10), (40, 70), (99, 90)]);
    }

    #[test]
    fn an_extra_field_is_found_after_others_but_not_if_cut_short() {
        let extra = [9, 0, 1, 0, 7, 1, 0, 2, 0, 5, 6];
        assert_eq!(extra_field(&extra, ZIP64), Some([5, 6].as_slice()));
        assert_eq!(extra_field(&extra[..10], ZIP64), None);
    }
}
