//! FIT bytes to typed messages, through the `fitparser` crate.
//!
//! `fitparser` decodes fields well but gives up on whole files: on truncation, a wrong data size, an
//! undeclared developer field. So the framing is done here (where each message begins and how long it is, FIT
//! protocol, "Record Format") and the crate is handed one whole, well-formed message at a time. Developer
//! fields come last in a message and are cut off by their size. Damage ends one file's part and is said with
//! its byte; what came before it stays.

use std::collections::HashMap;

use fitparser::Value;
use fitparser::de::{DecodeOption, FitObject, FitStreamProcessor};

use super::messages::{Fields, Message, TIMESTAMP, typed};
use crate::activity::{Note, Place};
use crate::ingest::error::Failure;

/// One FIT file's messages; a chain holds several.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// The messages of use, in file order, each with its raw timestamp if it has one.
    pub messages: Vec<(Option<u32>, Message)>,
    /// What was wrong with it.
    pub notes: Vec<Note>,
    /// Whether it breaks off before its declared end.
    pub cut_short: bool,
}

/// Decodes all FIT files chained in `bytes`.
///
/// # Errors
///
/// When not even the first header can be read.
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<Decoded>, Failure> {
    let mut files = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let header = match Header::read(bytes, start) {
            Ok(header) => header,
            Err(failure) => match files.last_mut() {
                None => return Err(failure),
                Some(last) => {
                    let Decoded { notes, .. } = last;
                    let left = bytes.len() - start;
                    notes.push(note(
                        start,
                        format!("{left} bytes after the end are no FIT file and were left out"),
                    ));
                    break;
                }
            },
        };
        let mut file = Decoded::default();
        start = header.check(bytes, &mut file);
        let crc_at = read_messages(bytes, &header, &mut file);
        start = check_crc(bytes, start, crc_at, &mut file).max(start + 1);
        files.push(file);
    }
    Ok(files)
}

fn note(byte: usize, text: impl Into<String>) -> Note {
    Note { at: Some(Place::Byte(byte as u64)), text: text.into() }
}

/// A file header (FIT protocol, "File Header").
struct Header {
    start: usize,
    size: usize,
    data_size: usize,
}

impl Header {
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

    /// Checks the header's own CRC (present in 14-byte headers; 0 means none); gives the file's start.
    fn check(&self, bytes: &[u8], file: &mut Decoded) -> usize {
        if self.size >= 14 {
            let stored = u16::from_le_bytes([bytes[self.start + 12], bytes[self.start + 13]]);
            if stored != 0 && stored != crc16(&bytes[self.start..self.start + 12]) {
                file.notes.push(note(self.start + 12, "the header's checksum is wrong"));
            }
        }
        self.start
    }

    /// Where the data ends by the header, as far as it can be believed: a size of 0 is what a crashed device
    /// leaves behind, and then the data runs to the end of the bytes.
    fn data_end(&self, bytes: &[u8]) -> (usize, bool) {
        if self.data_size == 0 {
            return (bytes.len().saturating_sub(2).max(self.data_start()), false);
        }
        let end = self.data_start().saturating_add(self.data_size);
        if end > bytes.len() { (bytes.len(), true) } else { (end, false) }
    }
}

/// The sizes of a local message type's data, which the crate does not show.
struct Layout {
    native_size: usize,
    developer_size: usize,
}

/// Reads messages until the data ends or breaks; gives where the checksum should stand.
fn read_messages(bytes: &[u8], header: &Header, file: &mut Decoded) -> Option<usize> {
    let (end, declared_more) = header.data_end(bytes);
    let mut reader = Reader::new(&bytes[header.start..header.data_start()]);
    let mut at = header.data_start();
    while at < end {
        match reader.message(&bytes[at..end], file) {
            Ok(length) => at += length,
            Err(why) => {
                let known = if reader.records == 0 { "nothing before it" } else { "what came before it" };
                let text = format!("{why} after record {}; {known} was used", reader.records);
                file.notes.push(note(at, text));
                file.cut_short = true;
                return None;
            }
        }
    }
    if declared_more {
        let missing = header.data_start() + header.data_size - bytes.len();
        file.notes.push(note(end, format!("the file ends {missing} bytes before its declared end")));
        file.cut_short = true;
        return None;
    }
    if header.data_size == 0 {
        file.notes.push(note(
            header.start + 4,
            "the header declares no data, as after a crash; all of it was read",
        ));
    }
    Some(end)
}

struct Reader {
    processor: FitStreamProcessor,
    layouts: [Option<Layout>; 16],
    scratch: Vec<u8>,
    last_timestamp: Option<u32>,
    records: usize,
}

impl Reader {
    fn new(header: &[u8]) -> Self {
        let mut processor = FitStreamProcessor::new();
        // Checksums are checked here, so that a wrong one is a note and not the end.
        processor.add_option(DecodeOption::SkipHeaderCrcValidation);
        processor.add_option(DecodeOption::SkipDataCrcValidation);
        // An endless data size keeps the crate from looking for the checksum on its own.
        let mut endless = header.to_vec();
        endless[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        let _ = processor.deserialize_next(&endless);
        Self { processor, layouts: Default::default(), scratch: Vec::new(), last_timestamp: None, records: 0 }
    }

    /// Reads the message at the head of `rest` and gives its length.
    fn message(&mut self, rest: &[u8], file: &mut Decoded) -> Result<usize, String> {
        let head = rest[0];
        if head & 0x80 == 0 && head & 0x40 != 0 { self.definition(rest) } else { self.data(rest, file) }
    }

    /// A definition message, handed on without its developer fields.
    fn definition(&mut self, rest: &[u8]) -> Result<usize, String> {
        let cut = || "a definition is cut short".to_owned();
        let local = usize::from(rest[0] & 0x0F);
        let fields = usize::from(*rest.get(5).ok_or_else(cut)?);
        let native_end = 6 + 3 * fields;
        let mut length = native_end;
        let mut developer_size = 0;
        if rest[0] & 0x20 != 0 {
            let count = usize::from(*rest.get(native_end).ok_or_else(cut)?);
            length = native_end + 1 + 3 * count;
            let developer = rest.get(native_end + 1..length).ok_or_else(cut)?;
            developer_size = developer.chunks_exact(3).map(|field| usize::from(field[1])).sum();
        }
        let native = rest.get(..native_end).ok_or_else(cut)?;
        self.scratch.clear();
        self.scratch.extend_from_slice(native);
        self.scratch[0] &= !0x20;
        let mut native_size = 1;
        for field in self.scratch[6..].chunks_exact_mut(3) {
            native_size += usize::from(field[1]);
            // A size that the type does not divide makes the crate write to stderr; as bytes it is quiet.
            if !field[1].is_multiple_of(base_type_size(field[2])) {
                field[2] = 0x0D;
            }
        }
        self.processor.deserialize_next(&self.scratch).map_err(|error| error.to_string())?;
        self.layouts[local] = Some(Layout { native_size, developer_size });
        Ok(length)
    }

    /// A data message, cut to its native fields.
    fn data(&mut self, rest: &[u8], file: &mut Decoded) -> Result<usize, String> {
        let compressed = rest[0] & 0x80 != 0;
        let local = usize::from(if compressed { (rest[0] >> 5) & 0x3 } else { rest[0] & 0x0F });
        let Some(layout) = &self.layouts[local] else {
            return Err(format!("a message of undefined local type {local}"));
        };
        let length = layout.native_size + layout.developer_size;
        if rest.len() < length {
            return Err("a message is cut short".to_owned());
        }
        let (_, object) = self
            .processor
            .deserialize_next(&rest[..layout.native_size])
            .map_err(|error| format!("a message that cannot be decoded ({error})"))?;
        if let FitObject::DataMessage(message) = object {
            let fields = LibraryFields(message.fields());
            let stamp = fields.number(TIMESTAMP).map(|stamp| stamp as u32);
            let stamp = stamp.or_else(|| self.compressed_stamp(message.time_offset()?));
            self.last_timestamp = stamp.or(self.last_timestamp);
            if let Some(typed) = typed(message.global_message_number(), &fields) {
                self.records += usize::from(matches!(typed, Message::Record(_)));
                file.messages.push((stamp, typed));
            }
        }
        Ok(length)
    }

    /// The full timestamp of a five-bit offset (FIT protocol, "Compressed Timestamp Header").
    fn compressed_stamp(&self, offset: u8) -> Option<u32> {
        let last = self.last_timestamp?;
        let stamp = (last & !0x1F) + u32::from(offset);
        Some(if stamp < last { stamp.saturating_add(0x20) } else { stamp })
    }
}

/// The size of a base type's element in bytes (FIT protocol, "Base Types").
fn base_type_size(base_type: u8) -> u8 {
    match base_type & 0x1F {
        3 | 4 | 11 => 2,
        5 | 6 | 8 | 12 => 4,
        9 | 14 | 15 | 16 => 8,
        _ => 1,
    }
}

struct LibraryFields<'a>(&'a HashMap<u8, Value>);

impl Fields for LibraryFields<'_> {
    fn number(&self, field: u8) -> Option<f64> {
        number(self.0.get(&field)?)
    }

    fn text(&self, field: u8) -> Option<String> {
        match self.0.get(&field)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    fn bytes(&self, field: u8) -> Option<Vec<u8>> {
        match self.0.get(&field)? {
            Value::Array(values) => values
                .iter()
                .map(|value| match value {
                    Value::Byte(byte) | Value::UInt8(byte) => Some(*byte),
                    _ => None,
                })
                .collect(),
            Value::Byte(byte) => Some(vec![*byte]),
            _ => None,
        }
    }
}

fn number(value: &Value) -> Option<f64> {
    Some(match value {
        Value::Byte(v) | Value::Enum(v) | Value::UInt8(v) | Value::UInt8z(v) => f64::from(*v),
        Value::SInt8(v) => f64::from(*v),
        Value::SInt16(v) => f64::from(*v),
        Value::UInt16(v) | Value::UInt16z(v) => f64::from(*v),
        Value::SInt32(v) => f64::from(*v),
        Value::UInt32(v) | Value::UInt32z(v) => f64::from(*v),
        Value::Float32(v) => f64::from(*v),
        Value::Float64(v) => *v,
        Value::SInt64(v) => *v as f64,
        Value::UInt64(v) | Value::UInt64z(v) => *v as f64,
        Value::Timestamp(v) => v.timestamp() as f64,
        Value::Array(values) => return values.iter().find_map(number),
        Value::String(_) | Value::Invalid => return None,
    })
}

/// Checks the data's checksum; gives where the next file of a chain may begin.
fn check_crc(bytes: &[u8], start: usize, crc_at: Option<usize>, file: &mut Decoded) -> usize {
    let Some(at) = crc_at else { return bytes.len() };
    match bytes.get(at..at + 2) {
        Some(stored) => {
            let stored = u16::from_le_bytes([stored[0], stored[1]]);
            if stored != crc16(&bytes[start..at]) {
                file.notes.push(note(at, "the checksum is wrong: some value in the file was changed"));
            }
            at + 2
        }
        None => {
            file.notes.push(note(at, "the checksum is missing"));
            bytes.len()
        }
    }
}

/// CRC-16 as FIT defines it (FIT protocol, "CRC"): reflected polynomial 0xA001, start 0, four bits a step.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    const TABLE: [u16; 16] = [
        0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401, 0xA001, 0x6C00, 0x7800, 0xB401,
        0x5000, 0x9C01, 0x8801, 0x4400,
    ];
    bytes.iter().fold(0, |crc, byte| {
        let crc = (crc >> 4) ^ TABLE[usize::from((crc ^ u16::from(*byte)) & 0xF)];
        (crc >> 4) ^ TABLE[usize::from((crc ^ (u16::from(*byte) >> 4)) & 0xF)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_of_the_standard_check_string() {
        // CRC-16/ARC, the catalogue's check value for "123456789".
        assert_eq!(crc16(b"123456789"), 0xBB3D);
    }

    #[test]
    fn a_short_or_foreign_head_is_damage_at_its_byte() {
        let failure = decode(b"\x0e\x10hello").expect_err("no header");
        assert_eq!(failure.to_string(), "damaged: a FIT header of 7 bytes is cut short, at byte 0");
    }
}
