//! Reads the member headers of a tar stream.
//!
//! Formats: POSIX.1-2001, "ustar" and "pax Interchange Format"; GNU tar manual, "Basic Tar Format".
//! Memory use is small: of an extended header at most [`MAX_EXTENDED_BYTES`] bytes are read. A
//! member's content stays in the stream; the caller reads it, or it is skipped.

use std::io;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;

/// The size of a tar's blocks in bytes; a member's header is one block.
pub(in crate::ingest::archive) const BLOCK: usize = 512;
/// The largest extended header that is read, in bytes. No system has paths above some kilobytes.
pub(super) const MAX_EXTENDED_BYTES: u64 = 1 << 20;

/// Skipped content is read in pieces of this size.
const SKIP_BYTES: usize = 64 << 10;

const NAME: Range<usize> = 0..100;
const SIZE: Range<usize> = 124..136;
const CHECKSUM: Range<usize> = 148..156;
const TYPE: usize = 156;
const MAGIC: Range<usize> = 257..263;
/// The first part of a long path in `ustar`; GNU tar uses these bytes for something else.
const PREFIX: Range<usize> = 345..500;
/// Flags of GNU sparse headers: another block of the header follows this header, or this block.
const SPARSE_CONTINUES: usize = 482;
const SPARSE_BLOCK_CONTINUES: usize = 504;

/// The kinds of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberKind {
    /// A file with its content.
    File,
    /// A folder or a volume label; never a recording.
    Folder,
    /// A file with holes; the archive has only the parts between them.
    Sparse,
    /// A link, a device, or part of a file on another volume.
    Other,
}

/// A member whose content has not been read yet.
#[derive(Debug)]
pub(super) struct Member {
    pub name: String,
    pub kind: MemberKind,
    pub size: u64,
    /// The size of an extended header before it that was too large to be read.
    pub overlong: Option<u64>,
}

/// What extended headers say about the member after them.
#[derive(Default)]
struct ExtendedHeader {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
    overlong: Option<u64>,
}

/// An iterator-like reader of a tar's members.
pub(super) struct Members<R> {
    reader: R,
    /// Unread bytes of the current member's content, and its padding.
    left: u64,
    padding: u64,
}

impl<R: Read> Members<R> {
    /// Returns a reader at the start of a tar stream.
    pub(super) fn new(reader: R) -> Self {
        Self { reader, left: 0, padding: 0 }
    }

    /// Reads on to the next member; returns `None` after the last.
    ///
    /// # Errors
    ///
    /// Returns the reader's errors, and [`io::ErrorKind::InvalidData`] or
    /// [`io::ErrorKind::UnexpectedEof`] for a damaged tar.
    pub(super) fn next(&mut self) -> io::Result<Option<Member>> {
        let mut extended = ExtendedHeader::default();
        loop {
            self.skip(self.left + self.padding)?;
            (self.left, self.padding) = (0, 0);
            let Some(header) = self.header()? else {
                return match extended.overlong {
                    Some(_) => Err(invalid("it ends after an extended header that is too long")),
                    None => Ok(None),
                };
            };
            let size = number(&header[SIZE]).ok_or_else(|| invalid("a member's size is no number"))?;
            self.expect(size);
            match header[TYPE] {
                b'L' => {
                    let name = self.read_extended(size, &mut extended)?;
                    extended.name = name.or(extended.name);
                }
                b'x' | b'X' => {
                    if let Some(records) = self.read_extended(size, &mut extended)? {
                        extended.read(&records);
                    }
                }
                // Link targets and attributes of all members: not needed.
                b'K' | b'g' => {}
                flag => return self.member(&header, flag, size, extended).map(Some),
            }
        }
    }

    /// Returns a reader of the current member's unread content.
    pub(super) fn content(&mut self) -> impl Read {
        CountedReader { reader: &mut self.reader, left: &mut self.left }
    }

    /// Returns the member that a header and the extended headers before it describe.
    fn member(
        &mut self,
        header: &[u8; BLOCK],
        flag: u8,
        size: u64,
        extended: ExtendedHeader,
    ) -> io::Result<Member> {
        let size = extended.size.unwrap_or(size);
        let name = extended.name.unwrap_or_else(|| plain_name(header));
        let name = String::from_utf8_lossy(&name).into_owned();
        let kind = match flag {
            b'S' => {
                let mut continues = header[SPARSE_CONTINUES] != 0;
                while continues {
                    let mut block = [0; BLOCK];
                    self.reader.read_exact(&mut block)?;
                    continues = block[SPARSE_BLOCK_CONTINUES] != 0;
                }
                MemberKind::Sparse
            }
            _ if extended.sparse => MemberKind::Sparse,
            b'5' | b'D' | b'V' if size == 0 => MemberKind::Folder,
            // Before POSIX a folder was a file whose name ends with a slash.
            0 | b'0' if name.ends_with('/') && size == 0 => MemberKind::Folder,
            0 | b'0' if name.ends_with('/') => MemberKind::Other,
            b'1'..=b'6' | b'A'..=b'Z' => MemberKind::Other,
            // Contiguous files and unknown kinds are read as files (POSIX.1-2001, "typeflag").
            _ => MemberKind::File,
        };
        self.expect(size);
        Ok(Member { name, kind, size, overlong: extended.overlong })
    }

    /// Notes the size of the content that follows, and of its padding.
    fn expect(&mut self, size: u64) {
        self.left = size;
        self.padding = size.next_multiple_of(BLOCK as u64).saturating_sub(size);
    }

    /// Reads the next header block; returns `None` at the end of the archive or of the stream.
    fn header(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut header = Vec::with_capacity(BLOCK);
        self.reader.by_ref().take(BLOCK as u64).read_to_end(&mut header)?;
        let Ok(header) = <[u8; BLOCK]>::try_from(header.as_slice()) else {
            return if header.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        };
        if header.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        if is_sound(&header) { Ok(Some(header)) } else { Err(invalid("a header's checksum is wrong")) }
    }

    /// Reads the content of an extended header, without trailing NULs; `None` if it is too large.
    fn read_extended(&mut self, size: u64, extended: &mut ExtendedHeader) -> io::Result<Option<Vec<u8>>> {
        if size > MAX_EXTENDED_BYTES {
            extended.overlong = Some(size);
            return Ok(None);
        }
        let mut content = Vec::new();
        self.content().read_to_end(&mut content)?;
        let end = content.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        content.truncate(end);
        Ok(Some(content))
    }

    /// Skips bytes of content and padding.
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let mut rest = BufReader::with_capacity(SKIP_BYTES, self.reader.by_ref().take(bytes));
        let mut passed = 0;
        while let piece @ 1.. = rest.fill_buf()?.len() {
            rest.consume(piece);
            passed += piece as u64;
        }
        // The padding of the last member may be missing.
        if passed + self.padding < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

impl ExtendedHeader {
    /// Reads pax records: "27 path=a/long/name.gpx\n"; the number is the length of the whole
    /// record.
    fn read(&mut self, mut records: &[u8]) {
        while let Some(blank) = records.iter().position(|byte| *byte == b' ') {
            let length = std::str::from_utf8(&records[..blank]).ok().and_then(|length| length.parse().ok());
            // The last record's line feed may have been removed with the padding.
            let Some(length) = length.filter(|length: &usize| *length > blank) else { return };
            let record = &records[blank + 1..length.min(records.len())];
            records = &records[length.min(records.len())..];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            let Some(equals) = record.iter().position(|byte| *byte == b'=') else { return };
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            match key {
                b"path" => self.name = Some(value.to_vec()),
                b"size" => {
                    self.size = std::str::from_utf8(value).ok().and_then(|size| size.parse().ok());
                }
                _ => self.sparse |= key.starts_with(b"GNU.sparse."),
            }
        }
    }
}

/// A reader of at most `left` bytes; it subtracts what it reads.
struct CountedReader<'a, R> {
    reader: &'a mut R,
    left: &'a mut u64,
}

impl<R: Read> Read for CountedReader<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(usize::try_from(*self.left).unwrap_or(usize::MAX));
        let read = self.reader.read(&mut into[..most])?;
        *self.left -= read as u64;
        Ok(read)
    }
}

/// Returns whether `head` begins with a tar header, by the header's checksum.
///
/// The magic number is not tested, because older tars have none.
pub(in crate::ingest::archive) fn is_tar(head: &[u8]) -> bool {
    head.first_chunk().is_some_and(|header| header[0] != 0 && is_sound(header))
}

/// Returns whether a header's checksum is right.
fn is_sound(header: &[u8; BLOCK]) -> bool {
    // Most files that are no tar have no number there.
    let Some(stated) = number(&header[CHECKSUM]) else { return false };
    let outside = || header[..CHECKSUM.start].iter().chain(&header[CHECKSUM.end..]).copied();
    let blanks = 8 * i64::from(b' ');
    let sum: i64 = outside().map(i64::from).sum();
    // Some old tars add bytes as signed numbers.
    let signed: i64 = outside().map(|byte| i64::from(byte.cast_signed())).sum();
    [sum, signed].map(|sum| sum + blanks).contains(&stated.cast_signed())
}

/// Reads a number: octal digits between blanks and NULs, or binary if its first bit is set.
///
/// Binary numbers are a GNU extension (GNU tar manual, "Extensions"). Returns `None` for other
/// bytes.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let high = u64::from(field[0] & 0x7F);
        return field[1..].iter().try_fold(high, |number, byte| {
            Some(number.checked_mul(256)? | u64::from(*byte)).filter(|number| i64::try_from(*number).is_ok())
        });
    }
    let is_blank = |byte: &u8| matches!(byte, b' ' | 0);
    let digits = field.iter().skip_while(|byte| is_blank(byte)).take_while(|byte| !is_blank(byte));
    digits.into_iter().try_fold(0, |number, digit| match digit {
        b'0'..=b'7' => Some(number * 8 + u64::from(digit - b'0')),
        _ => None,
    })
}

/// Returns the name in a header itself, with the prefix of `ustar`.
fn plain_name(header: &[u8; BLOCK]) -> Vec<u8> {
    let text = |range: Range<usize>| header[range].split(|byte| *byte == 0).next().unwrap_or_default();
    let (prefix, name) = (text(PREFIX), text(NAME));
    if &header[MAGIC] == b"ustar\0" && !prefix.is_empty() {
        [prefix, b"/", name].concat()
    } else {
        name.to_vec()
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary() {
        for (field, expected) in [
            (b"00000000017\0".as_slice(), Some(15)),
            (b"       17 \0", Some(15)),
            (b"\0\0\0\0", Some(0)),
            (b"0000008\0", None),
            (b"\x80\0\0\x01\x02", Some(258)),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff", None),
        ] {
            assert_eq!(number(field), expected, "{field:?}");
        }
    }

    #[test]
    fn pax_records_name_a_member_and_its_size() {
        let mut extended = ExtendedHeader::default();
        extended.read(b"20 path=a long name\n12 size=789\n22 GNU.sparse.major=1\n");
        assert_eq!(extended.name.as_deref(), Some(b"a long name".as_slice()));
        assert_eq!((extended.size, extended.sparse), (Some(789), true));
        for broken in [b"9 a=".as_slice(), b"0 path=x", b"x path=y", b"99999999999999999999 path=x", b" "] {
            let mut extended = ExtendedHeader::default();
            extended.read(broken);
            assert_eq!(extended.name, None, "{broken:?}");
        }
    }
}
