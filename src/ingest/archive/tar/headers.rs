//! The members of a tar as their headers tell them (POSIX.1-2001, "ustar" and "pax Interchange Format"; GNU tar manual, "Basic
//! Tar Format").
//!
//! Read as a stream and in little memory: of what stands between members only names are kept, and no name is longer than
//! [`LONGEST_BYTES`]. What a member holds is left in the stream for whoever wants it, and passed over if nobody does.

use std::io;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;

/// A tar is made of blocks of this size; the first is a member's header.
pub(in crate::ingest::archive) const BLOCK: usize = 512;
/// No system takes a path of more than some kilobytes; a longer name is no name.
pub(super) const LONGEST_BYTES: u64 = 1 << 20;

/// What nobody wants is passed over by pieces of this.
const PIECE_BYTES: usize = 64 << 10;

const NAME: Range<usize> = 0..100;
const SIZE: Range<usize> = 124..136;
const CHECKSUM: Range<usize> = 148..156;
const TYPE: usize = 156;
const MAGIC: Range<usize> = 257..263;
/// The front of a long path in `ustar`; GNU keeps other things there.
const PREFIX: Range<usize> = 345..500;
/// Whether a GNU sparse header goes on in a block of its own, and whether such a block goes on in another.
const SPARSE_GOES_ON: usize = 482;
const SPARSE_BLOCK_GOES_ON: usize = 504;

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberKind {
    /// A file with its content.
    File,
    /// A folder, or the label of a volume: nothing that could be a recording.
    Folder,
    /// A file with holes, whose content is not laid down as it reads.
    Sparse,
    /// A link, a device, a piece of a file on another volume.
    Other,
}

/// A member, its content yet to be read.
#[derive(Debug)]
pub(super) struct Member {
    pub name: String,
    pub kind: MemberKind,
    pub size: u64,
    /// How long a header in front of it claims its name or attributes to be, where that is too long to be kept.
    pub overlong: Option<u64>,
}

/// What extended headers say of the member that follows.
#[derive(Default)]
struct Extended {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
    overlong: Option<u64>,
}

/// A tar's members, one behind the other.
pub(super) struct Members<R> {
    reader: R,
    /// Content of the member at hand that was not read, and its padding.
    left: u64,
    padding: u64,
}

impl<R: Read> Members<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, left: 0, padding: 0 }
    }

    /// The next member; `None` behind the last.
    ///
    /// # Errors
    ///
    /// What the system says, and [`io::ErrorKind::InvalidData`] or [`io::ErrorKind::UnexpectedEof`] for a tar that is broken.
    pub(super) fn next(&mut self) -> io::Result<Option<Member>> {
        let mut extended = Extended::default();
        loop {
            self.pass_over(self.left + self.padding)?;
            (self.left, self.padding) = (0, 0);
            let Some(header) = self.header()? else {
                return match extended.overlong {
                    Some(_) => Err(invalid("it ends behind a header of endless length")),
                    None => Ok(None),
                };
            };
            let size = number(&header[SIZE]).ok_or_else(|| invalid("a member's size is no number"))?;
            self.expect(size);
            match header[TYPE] {
                b'L' => {
                    let name = self.kept(size, &mut extended)?;
                    extended.name = name.or(extended.name);
                }
                b'x' | b'X' => {
                    if let Some(records) = self.kept(size, &mut extended)? {
                        extended.read(&records);
                    }
                }
                // Where links lead, and what holds for every member: nothing of it is of use.
                b'K' | b'g' => {}
                flag => return self.member(&header, flag, size, extended).map(Some),
            }
        }
    }

    /// What is left of the content of the member at hand.
    pub(super) fn content(&mut self) -> impl Read {
        CountedReader { reader: &mut self.reader, left: &mut self.left }
    }

    fn member(
        &mut self,
        header: &[u8; BLOCK],
        flag: u8,
        size: u64,
        extended: Extended,
    ) -> io::Result<Member> {
        let size = extended.size.unwrap_or(size);
        let name = extended.name.unwrap_or_else(|| plain_name(header));
        let name = String::from_utf8_lossy(&name).into_owned();
        let kind = match flag {
            b'S' => {
                let mut goes_on = header[SPARSE_GOES_ON] != 0;
                while goes_on {
                    let mut block = [0; BLOCK];
                    self.reader.read_exact(&mut block)?;
                    goes_on = block[SPARSE_BLOCK_GOES_ON] != 0;
                }
                MemberKind::Sparse
            }
            _ if extended.sparse => MemberKind::Sparse,
            b'5' | b'D' | b'V' => MemberKind::Folder,
            // Before POSIX a folder was a file whose name ends so.
            0 | b'0' if name.ends_with('/') && size == 0 => MemberKind::Folder,
            0 | b'0' if name.ends_with('/') => MemberKind::Other,
            b'1'..=b'4' | b'6' | b'A'..=b'Z' => MemberKind::Other,
            // Contiguous files are read like any other, as are kinds that nobody knows (POSIX.1-2001, "typeflag").
            _ => MemberKind::File,
        };
        self.expect(size);
        Ok(Member { name, kind, size, overlong: extended.overlong })
    }

    fn expect(&mut self, size: u64) {
        self.left = size;
        self.padding = size.next_multiple_of(BLOCK as u64).saturating_sub(size);
    }

    /// The next header block; `None` at the end of the archive or of the stream.
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

    /// The content of an extended header, if it is of a length to be kept.
    fn kept(&mut self, size: u64, extended: &mut Extended) -> io::Result<Option<Vec<u8>>> {
        if size > LONGEST_BYTES {
            extended.overlong = Some(size);
            return Ok(None);
        }
        let mut content = Vec::new();
        self.content().read_to_end(&mut content)?;
        let end = content.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        content.truncate(end);
        Ok(Some(content))
    }

    fn pass_over(&mut self, bytes: u64) -> io::Result<()> {
        let mut rest = BufReader::with_capacity(PIECE_BYTES, self.reader.by_ref().take(bytes));
        let mut passed = 0;
        while let piece @ 1.. = rest.fill_buf()?.len() {
            rest.consume(piece);
            passed += piece as u64;
        }
        // The padding of the last member may be missing.
        if passed + self.padding < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

impl Extended {
    /// Reads pax records: "27 path=a/long/name.gpx\n", the number counting the whole record.
    fn read(&mut self, mut records: &[u8]) {
        while let Some(blank) = records.iter().position(|byte| *byte == b' ') {
            let length = std::str::from_utf8(&records[..blank]).ok().and_then(|length| length.parse().ok());
            // The last record's line feed may have gone with the padding.
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

/// What is read through it is counted off.
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

/// Whether a head begins with a tar header: its checksum is right (older tars have one too, but no magic word).
pub(in crate::ingest::archive) fn is_tar(head: &[u8]) -> bool {
    head.first_chunk().is_some_and(|header| header[0] != 0 && is_sound(header))
}

fn is_sound(header: &[u8; BLOCK]) -> bool {
    let stated = number(&header[CHECKSUM]);
    let outside = || (0..BLOCK).filter(|place| !CHECKSUM.contains(place)).map(|place| header[place]);
    let blanks = 8 * i64::from(b' ');
    let sum: i64 = outside().map(i64::from).sum();
    // Some old tars took bytes for signed numbers.
    let signed: i64 = outside().map(|byte| i64::from(byte.cast_signed())).sum();
    stated.is_some_and(|stated| [sum, signed].map(|sum| sum + blanks).contains(&stated.cast_signed()))
}

/// A number: octal digits between blanks and zeros, or, by its first bit, binary (GNU tar manual, "Extensions").
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
        let mut extended = Extended::default();
        extended.read(b"20 path=a long name\n12 size=789\n22 GNU.sparse.major=1\n");
        assert_eq!(extended.name.as_deref(), Some(b"a long name".as_slice()));
        assert_eq!((extended.size, extended.sparse), (Some(789), true));
        for broken in [b"9 a=".as_slice(), b"0 path=x", b"x path=y", b"99999999999999999999 path=x", b" "] {
            let mut extended = Extended::default();
            extended.read(broken);
            assert_eq!(extended.name, None, "{broken:?}");
        }
    }
}
