//! Splits FIT content into chained files, and each file into header, messages and checksum.
//!
//! Specification: FIT protocol, "File Header", "CRC", "Chained FIT Files". The messages themselves
//! are left to a decoder, an implementation of [`Messages`]. Damage ends a file, with a note that
//! has the byte offset; data before the damage is kept.

use super::crc::crc16;
use super::damage::leave_out_damaged;
use super::messages::Message;
use crate::activity::{Note, Place, Samples};
use crate::ingest::error::Failure;
use crate::ingest::limits::{Limits, MESSAGE_SAMPLES};

/// At least this number of zeros at the end of the data was never written. A message may end with
/// zeros too, but its texts have at most 255 bytes.
const EMPTY_BYTES: usize = 256;

/// The decoded content of one FIT file of a chain.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// The messages other than records, in file order.
    pub messages: Vec<PlacedMessage>,
    /// The records that have a timestamp.
    pub samples: Samples,
    /// An upper bound of the number of records, from the size of the first; 0 before the first.
    pub expected: usize,
    /// The limit on samples and messages.
    pub most: usize,
    /// Each `compressed_speed_distance`: row, speed in m/s, distance in 1/16 m modulo 4096.
    pub compressed: Vec<(usize, f64, u16)>,
    /// The first record's raw timestamp.
    pub first_stamp: Option<u32>,
    /// The number of records without a timestamp.
    pub untimed: usize,
    /// Notes on damage.
    pub notes: Vec<Note>,
    /// Whether it ends before its declared end.
    pub cut_short: bool,
}

/// A message other than a record, and where in the file it was.
#[derive(Debug, PartialEq)]
pub(super) struct PlacedMessage {
    /// Its raw timestamp, if it has one.
    pub stamp: Option<u32>,
    /// The number of samples before it.
    pub records: usize,
    pub message: Message,
}

impl Decoded {
    /// Adds a message other than a record.
    pub(super) fn add(&mut self, stamp: Option<u32>, message: Message) {
        self.messages.push(PlacedMessage { stamp, records: self.samples.len(), message });
    }

    /// Returns the number of samples, and of messages as [`MESSAGE_SAMPLES`] each; both use memory.
    fn count(&self) -> usize {
        self.samples.len() + MESSAGE_SAMPLES * self.messages.len()
    }

    /// Returns whether there are more than the limit.
    fn is_over(&self) -> bool {
        self.count() > self.most
    }

    /// Reserves memory before the first record; all records have `length` bytes and fit in `bytes`.
    #[inline]
    pub(super) fn expect_records(&mut self, bytes: usize, length: usize) {
        if self.expected == 0 {
            self.expected = (bytes / length).min(self.most.saturating_add(1));
            self.samples.time_s.reserve_exact(self.expected);
        }
    }

    /// Returns the number of records so far, with and without a timestamp.
    fn records(&self) -> usize {
        self.samples.len() + self.untimed
    }
}

/// Why a message cannot be decoded; the text becomes part of a note.
#[derive(Debug, thiserror::Error)]
pub(super) enum MessageError {
    #[error("a definition is cut short")]
    CutDefinition,
    #[error("a message is cut short")]
    CutMessage,
    #[error("a message of undefined local type {0}")]
    UndefinedLocalType(usize),
    /// The library's message about a definition.
    #[cfg(feature = "verify")]
    #[error("{0}")]
    Definition(fitparser::Error),
    /// The library's message about a data message.
    #[cfg(feature = "verify")]
    #[error("a message that cannot be decoded ({0})")]
    Data(fitparser::Error),
}

/// A decoder of messages.
pub(super) trait Messages {
    /// Returns a decoder of the messages after a header.
    fn new(header: &[u8]) -> Self;

    /// Decodes one message, or a run of records, at the start of `rest`; returns the number of
    /// bytes read. These may include messages of no use after it.
    ///
    /// `rest` has at least one byte.
    ///
    /// # Errors
    ///
    /// Fails if the message is cut short or cannot be decoded.
    fn read(&mut self, rest: &[u8], file: &mut Decoded) -> Result<usize, MessageError>;

    /// Completes the samples after the last message, also if it is damaged.
    fn finish(&mut self, _file: &mut Decoded) {}
}

/// Decodes all FIT files chained in `bytes`.
///
/// # Errors
///
/// Fails if the first header is invalid, or if a limit is exceeded.
pub(super) fn decode<M: Messages>(bytes: &[u8], limits: &Limits) -> Result<Vec<Decoded>, Failure> {
    let mut files: Vec<Decoded> = Vec::new();
    let mut start = 0;
    let mut most = limits.samples;
    while start < bytes.len() {
        let header = match Header::read(bytes, start) {
            Ok(header) => header,
            Err(failure) => match files.last_mut() {
                None => return Err(failure),
                Some(last) => {
                    let left = bytes.len() - start;
                    let text = format!("{left} bytes after the end are no FIT file and were left out");
                    last.notes.push(note(start, text));
                    break;
                }
            },
        };
        let mut file = Decoded { most, ..Decoded::default() };
        header.check(bytes, &mut file);
        let crc_at = read_messages::<M>(bytes, &header, &mut file);
        most = most.checked_sub(file.count()).ok_or_else(|| limits.over_samples())?;
        start = check_crc(bytes, start, crc_at, &mut file).max(start + 1);
        files.push(file);
        if files.len() > limits.activities {
            return Err(limits.over_activities());
        }
    }
    Ok(files)
}

/// Returns a note with a byte offset.
fn note(byte: usize, text: impl Into<String>) -> Note {
    Note { at: Some(Place::Byte(byte as u64)), text: text.into() }
}

/// A file header (FIT protocol, "File Header").
struct Header {
    /// The offset of the file in its chain.
    start: usize,
    size: usize,
    data_size: usize,
}

impl Header {
    /// Reads the header at `start`.
    fn read(bytes: &[u8], start: usize) -> Result<Self, Failure> {
        let at = Some(Place::Byte(start as u64));
        let rest = &bytes[start..];
        let size = usize::from(rest[0]);
        if rest.len() < 12 {
            return Err(Failure::damaged(at, format!("a FIT header of {} bytes is cut short", rest.len())));
        }
        if &rest[8..12] != b".FIT" {
            return Err(Failure::damaged(at, "no FIT header"));
        }
        if size < 12 || rest.len() < size {
            return Err(Failure::damaged(at, format!("a FIT header of impossible size {size}")));
        }
        let data_size = u32::from_le_bytes([rest[4], rest[5], rest[6], rest[7]]) as usize;
        Ok(Self { start, size, data_size })
    }

    fn data_start(&self) -> usize {
        self.start + self.size
    }

    /// Checks the header's own checksum. Headers of 12 bytes have none, and 0 means it was not
    /// computed.
    fn check(&self, bytes: &[u8], file: &mut Decoded) {
        if self.size >= 14 {
            let stored = u16::from_le_bytes([bytes[self.start + 12], bytes[self.start + 13]]);
            if stored != 0 && stored != crc16(&bytes[self.start..self.start + 12]) {
                file.notes.push(note(self.start + 12, "the header's checksum is wrong"));
            }
        }
    }

    /// Returns where the data ends, and what is wrong with the declared size.
    fn extent(&self, bytes: &[u8]) -> (usize, DeclaredSize) {
        if self.data_size == 0 {
            return (bytes.len().saturating_sub(2).max(self.data_start()), DeclaredSize::Zero);
        }
        let end = self.data_start().saturating_add(self.data_size);
        let next = end.saturating_add(2);
        let is_usual = next == bytes.len() || bytes.get(next..).is_some_and(super::is_fit);
        if !is_usual && let Some(end) = self.end_by_checksum(bytes, end) {
            return (end, DeclaredSize::Wrong);
        }
        if end > bytes.len() { (bytes.len(), DeclaredSize::Beyond) } else { (end, DeclaredSize::Right) }
    }

    /// Returns where the data ends if it goes to the end of the content, as its checksum shows, and
    /// not to where the header says.
    fn end_by_checksum(&self, bytes: &[u8], declared_end: usize) -> Option<usize> {
        let checksum_at = |at: usize| Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
        let end = bytes.len().checked_sub(2).filter(|end| *end > self.data_start())?;
        let stored = checksum_at(end).filter(|stored| *stored != 0)?;
        if declared_end < end && checksum_at(declared_end)? == crc16(&bytes[self.start..declared_end]) {
            return None;
        }
        if stored == crc16(&bytes[self.start..end]) {
            return Some(end);
        }
        // The size may have been changed after the checksum was computed.
        let size = u32::try_from(end - self.data_start()).ok()?;
        let mut corrected = bytes[self.start..end].to_vec();
        corrected[4..8].copy_from_slice(&size.to_le_bytes());
        (stored == crc16(&corrected)).then_some(end)
    }
}

/// What is wrong with the size that a header declares.
#[derive(Clone, Copy, PartialEq)]
enum DeclaredSize {
    Right,
    /// A device that crashed leaves a size of 0; the data then ends two bytes before the end of the
    /// content.
    Zero,
    /// It is more than there is.
    Beyond,
    /// The checksum shows another size.
    Wrong,
}

/// Reads messages until the data ends or is damaged; returns the offset of the checksum, if it is
/// reached.
fn read_messages<M: Messages>(bytes: &[u8], header: &Header, file: &mut Decoded) -> Option<usize> {
    let (end, declared) = header.extent(bytes);
    let mut messages = M::new(&bytes[header.start..header.data_start()]);
    let mut at = header.data_start();
    let mut damage = None;
    while at < end && damage.is_none() {
        match messages.read(&bytes[at..end], file) {
            // The caller turns this into a failure.
            Ok(_) if file.is_over() => return None,
            Ok(length) => at += length,
            Err(why) => damage = Some(why),
        }
    }
    messages.finish(file);
    if let Some(why) = damage {
        let known = if file.records() == 0 { "nothing before it" } else { "what came before it" };
        let text = format!("{why} after record {}; {known} was used", file.records());
        file.notes.push(note(at, text));
        file.cut_short = true;
        leave_out_damaged(file, true);
        return None;
    }
    match declared {
        DeclaredSize::Right => Some(end),
        DeclaredSize::Zero => {
            let text = "the header declares no data, as after a crash; all of it was read";
            file.notes.push(note(header.start + 4, text));
            Some(end)
        }
        DeclaredSize::Wrong => {
            let text = "the header declares a wrong size; the checksum at the end is right for all of it";
            file.notes.push(note(header.start + 4, text));
            None
        }
        DeclaredSize::Beyond => {
            let missing = header.data_start() + header.data_size - bytes.len();
            file.notes.push(note(end, format!("the file ends {missing} bytes before its declared end")));
            file.cut_short = true;
            None
        }
    }
}

/// Checks the data's checksum; returns where the next file of the chain may begin.
fn check_crc(bytes: &[u8], start: usize, crc_at: Option<usize>, file: &mut Decoded) -> usize {
    let Some(at) = crc_at else { return bytes.len() };
    let Some(stored) = bytes.get(at..at + 2) else {
        file.notes.push(note(at, "the checksum is missing"));
        return bytes.len();
    };
    let stored = u16::from_le_bytes([stored[0], stored[1]]);
    if stored != crc16(&bytes[start..at]) {
        let zeros = bytes[start..at].iter().rev().take_while(|byte| **byte == 0).count();
        if zeros >= EMPTY_BYTES {
            let text =
                format!("its last {zeros} bytes are zeros, as after a crash; what came before was used");
            file.notes.push(note(at - zeros, text));
            file.cut_short = true;
            leave_out_damaged(file, true);
        } else if stored == 0 {
            file.notes.push(note(at, "the checksum is 0: it was never computed"));
        } else {
            file.notes.push(note(at, "the checksum is wrong: some value in the file was changed"));
            leave_out_damaged(file, false);
        }
    }
    at + 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::fit::decode::BuiltInMessages;

    #[test]
    fn a_header_that_is_too_short_is_damage_at_its_byte() {
        let failure = decode::<BuiltInMessages>(b"\x0e\x10hello", &Limits::default()).expect_err("no header");
        assert_eq!(failure.to_string(), "damaged: a FIT header of 7 bytes is cut short, at byte 0");
    }
}
