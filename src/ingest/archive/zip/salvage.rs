//! Finds the members of a zip that breaks off before its directory, by their own headers.
//!
//! Format: PKWARE, "APPNOTE.TXT", 4.3.7 and 4.3.9. A header states the packed size, or a data
//! descriptor after the packed bytes does; the size in a descriptor must be that of the bytes since
//! the header.

use std::io::{self, Read, Seek, SeekFrom};

use memchr::memmem;

use super::directory::ZipEntry;
use super::fields::{LOCAL_HEADER_BYTES, read_bytes, u16_at, u32_at, u64_at};
use super::names;
use crate::ingest::error::Failure;
use crate::ingest::limits::Limits;

const HEADER: [u8; 4] = *b"PK\x03\x04";
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
/// The longest descriptor, with its signature.
const DESCRIPTOR_BYTES: usize = 24;
/// The flag of a member whose sizes are in a descriptor.
const HAS_DESCRIPTOR: u16 = 1 << 3;
/// The bytes in which a descriptor is looked for at once.
const BLOCK: usize = 64 << 10;

/// Returns the members whose headers are there; the last one may break off.
///
/// # Errors
///
/// Fails if there are more members or longer names than the limits allow.
pub(super) fn entries(reader: &mut (impl Read + Seek), limits: &Limits) -> Result<Vec<ZipEntry>, Failure> {
    let (mut entries, mut at, mut name_bytes) = (Vec::new(), 0, 0);
    while let Ok(Some((entry, end))) = entry(reader, at) {
        name_bytes += entry.name.len() as u64;
        Limits::check_names(name_bytes)?;
        entries.push(entry);
        if entries.len() > limits.members {
            return Err(limits.over_members());
        }
        at = end;
    }
    Ok(entries)
}

/// Reads the header at an offset; returns its member and where the next header should be.
fn entry(reader: &mut (impl Read + Seek), at: u64) -> io::Result<Option<(ZipEntry, u64)>> {
    let mut header = [0; LOCAL_HEADER_BYTES];
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut header)?;
    if !header.starts_with(&HEADER) {
        return Ok(None);
    }
    let name = read_bytes(reader, u16_at(&header, 26))?;
    let extra = read_bytes(reader, u16_at(&header, 28))?;
    let flags = u16_at(&header, 6);
    let mut entry = ZipEntry {
        name: names::decode(&name, flags, &extra),
        at,
        limit: 0,
        packed: u64::from(u32_at(&header, 18)),
        unpacked: u64::from(u32_at(&header, 22)),
        method: u16_at(&header, 8),
        crc32: u32_at(&header, 14),
        encrypted: flags & 1 != 0,
    };
    let from = at + (LOCAL_HEADER_BYTES + name.len() + extra.len()) as u64;
    let mut end = from.saturating_add(entry.packed);
    if flags & HAS_DESCRIPTOR != 0 && entry.packed == 0 {
        end = descriptor(reader, from, &mut entry)?;
    }
    Ok(Some((entry, end)))
}

/// Looks for the descriptor of a member whose packed bytes begin at an offset, and takes its sizes;
/// returns where it ends. Without one, all the rest are packed bytes.
fn descriptor(reader: &mut (impl Read + Seek), from: u64, entry: &mut ZipEntry) -> io::Result<u64> {
    reader.seek(SeekFrom::Start(from))?;
    let finder = memmem::Finder::new(&DESCRIPTOR);
    // The bytes looked at, and the offset of the first.
    let (mut block, mut block_at) = (Vec::new(), from);
    loop {
        let read = reader.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        let is_last = read < BLOCK;
        for place in finder.find_iter(&block) {
            let packed = block_at + place as u64 - from;
            let rest = &block[place..];
            let narrow =
                rest.get(..16).map(|rest| (u64::from(u32_at(rest, 8)), u64::from(u32_at(rest, 12)), 16));
            let wide = rest.get(..DESCRIPTOR_BYTES).map(|rest| (u64_at(rest, 8), u64_at(rest, 16), 24));
            let sizes = [narrow, wide].into_iter().flatten().find(|(size, ..)| *size == packed);
            if let Some((_, unpacked, length)) = sizes {
                (entry.packed, entry.unpacked, entry.crc32) = (packed, unpacked, u32_at(rest, 4));
                return Ok(from + packed + length);
            }
        }
        if is_last {
            entry.packed = block_at + block.len() as u64 - from;
            return Ok(u64::MAX);
        }
        // A descriptor may begin in one block and end in the next.
        let done = block.len() - (DESCRIPTOR_BYTES - 1);
        block.drain(..done);
        block_at += done as u64;
    }
}
