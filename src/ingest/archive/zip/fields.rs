//! Little-endian numbers, texts and extra fields of zip headers.

use std::io::{self, Read};

/// The length of a member's own header, without its name and extra fields.
pub(super) const LOCAL_HEADER_BYTES: usize = 30;

/// Reads so many bytes, all of them.
pub(super) fn read_bytes(from: &mut impl Read, length: u16) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length.into()];
    from.read_exact(&mut bytes).map(|()| bytes)
}

/// Returns the content of the extra field with the id `wanted`; `None` if it is absent or cut
/// short.
pub(super) fn extra_field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let content = extra.get(4..4 + length)?;
        if id == wanted {
            return Some(content);
        }
        extra = &extra[4 + length..];
    }
    None
}

/// Reads two bytes at an offset.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

/// Reads four bytes at an offset.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

/// Reads eight bytes at an offset.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
