//! FIT messages through the `fitparser` crate: the second opinion.
//!
//! `fitparser` decodes fields well but gives up on whole files: on truncation, a wrong data size, an
//! undeclared developer field. So the framing is done here (where each message begins and how long it is, FIT
//! protocol, "Record Format") and the crate is handed one whole, well-formed message at a time. Developer
//! fields come last in a message and are cut off by their size.

use std::collections::HashMap;

use fitparser::Value;
use fitparser::de::{DecodeOption, FitObject, FitStreamProcessor};

use super::base::Base;
use super::decode::full_stamp;
use super::file::{Decoded, Messages};
use super::messages::{Fields, TIMESTAMP, typed};
use super::record::{COMPRESSED, FIELDS, How, RECORD, compressed_speed_distance};
use crate::units::FIT_EPOCH_UNIX_S;

/// `message_index`, a field of no use here.
const UNASKED: u8 = 254;

/// The sizes of a local message type's data, which the crate does not show.
struct LibraryLayout {
    native_size: usize,
    developer_size: usize,
}

/// Messages through the crate.
pub(super) struct LibraryMessages {
    processor: FitStreamProcessor,
    layouts: [Option<LibraryLayout>; 16],
    scratch: Vec<u8>,
    last_stamp: Option<u32>,
}

impl Messages for LibraryMessages {
    fn new(header: &[u8]) -> Self {
        let mut processor = FitStreamProcessor::new();
        // Checksums are checked elsewhere, so that a wrong one is a note and not the end.
        processor.add_option(DecodeOption::SkipHeaderCrcValidation);
        processor.add_option(DecodeOption::SkipDataCrcValidation);
        // An endless data size keeps the crate from looking for the checksum on its own.
        let mut endless = header.to_vec();
        endless[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        let _ = processor.deserialize_next(&endless);
        Self { processor, layouts: Default::default(), scratch: Vec::new(), last_stamp: None }
    }

    fn read(&mut self, rest: &[u8], file: &mut Decoded) -> Result<usize, String> {
        if rest[0] & 0xC0 == 0x40 { self.definition(rest) } else { self.data(rest, file) }
    }
}

impl LibraryMessages {
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
            let base = Base::of(field[2], field[1]);
            // A size that the type does not divide makes the crate write to stderr: it becomes a text that nobody asks for.
            if base == Base::Misfit {
                field[0] = UNASKED;
            }
            // The flag for a byte order is not always set; the crate then knows no such type.
            field[2] = base.code();
        }
        self.processor.deserialize_next(&self.scratch).map_err(|error| error.to_string())?;
        self.layouts[local] = Some(LibraryLayout { native_size, developer_size });
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
            let stamp = stamp.or_else(|| full_stamp(self.last_stamp?, message.time_offset()?));
            self.last_stamp = stamp.or(self.last_stamp);
            match message.global_message_number() {
                RECORD => record(stamp, &fields, file),
                number => {
                    if let Some(typed) = typed(number, &fields) {
                        file.messages.push((stamp, typed));
                    }
                }
            }
        }
        Ok(length)
    }
}

/// Puts one record into the columns.
fn record(stamp: Option<u32>, fields: &LibraryFields, file: &mut Decoded) {
    let Some(stamp) = stamp else {
        file.untimed += 1;
        return;
    };
    file.first_stamp = file.first_stamp.or(Some(stamp));
    let row = file.samples.open(f64::from(stamp) + FIT_EPOCH_UNIX_S);
    for field in &FIELDS {
        let Some(value) = fields.number(field.number).map(|raw| field.scale.apply(raw)) else { continue };
        let channel = (field.channel)(&mut file.samples);
        match field.how {
            How::Add => {
                if let Some(whole) = channel.get(row) {
                    channel.set(row, whole + value);
                }
            }
            How::SetPositive | How::FillPositive if value <= 0.0 => {}
            _ => channel.set(row, value),
        }
    }
    let compressed = fields.bytes(COMPRESSED).and_then(|bytes| compressed_speed_distance(&bytes));
    file.compressed.extend(compressed.map(|(speed_mps, distance)| (row, speed_mps, distance)));
}

struct LibraryFields<'a>(&'a HashMap<u8, Value>);

impl LibraryFields<'_> {
    fn bytes(&self, field: u8) -> Option<Vec<u8>> {
        let byte = |value: &Value| match value {
            Value::Byte(byte) | Value::UInt8(byte) => Some(*byte),
            Value::Invalid => Some(0xFF),
            _ => None,
        };
        match self.0.get(&field)? {
            Value::Array(values) => values.iter().map(byte).collect(),
            value => Some(vec![byte(value)?]),
        }
    }
}

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
