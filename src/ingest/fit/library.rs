//! Decodes FIT messages through the `fitparser` crate, as a second opinion.
//!
//! `fitparser` rejects a whole file if it is truncated, has a wrong data size, or uses an
//! undeclared developer field. So this module finds where each message begins and ends (FIT
//! protocol, "Record Format"), and passes complete messages to the crate one by one. Developer
//! fields come last in a message and are removed.

use std::collections::HashMap;

use fitparser::Value;
use fitparser::de::{DecodeOption, FitObject, FitStreamProcessor};

use super::base::Base;
use super::decode::full_stamp;
use super::file::{Decoded, MessageError, Messages};
use super::messages::{Fields, TIMESTAMP, parse_message};
use super::record::{COMPRESSED, FIELDS, Merge, RECORD, compressed_speed_distance};
use crate::units::FIT_EPOCH_UNIX_S;

/// The field `message_index`, which no message here uses.
const UNUSED_FIELD: u8 = 254;

/// The sizes of a local message type in bytes, which the crate does not expose.
struct LibraryLayout {
    native_size: usize,
    developer_size: usize,
}

/// The decoder's state between messages.
pub(super) struct LibraryMessages {
    processor: FitStreamProcessor,
    layouts: [Option<LibraryLayout>; 16],
    scratch: Vec<u8>,
    last_stamp: Option<u32>,
}

impl Messages for LibraryMessages {
    fn new(header: &[u8]) -> Self {
        let mut processor = FitStreamProcessor::new();
        // `file` checks the checksums, so that a wrong one is a note and not a failure.
        processor.add_option(DecodeOption::SkipHeaderCrcValidation);
        processor.add_option(DecodeOption::SkipDataCrcValidation);
        // With the largest data size, the crate does not look for the checksum.
        let mut endless = header.to_vec();
        endless[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        let _ = processor.deserialize_next(&endless);
        Self { processor, layouts: Default::default(), scratch: Vec::new(), last_stamp: None }
    }

    fn read(&mut self, rest: &[u8], file: &mut Decoded) -> Result<usize, MessageError> {
        if rest[0] & 0xC0 == 0x40 { self.definition(rest) } else { self.data(rest, file) }
    }
}

impl LibraryMessages {
    /// Passes on a definition message without its developer fields.
    fn definition(&mut self, rest: &[u8]) -> Result<usize, MessageError> {
        let cut = || MessageError::CutDefinition;
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
            // A size that is not a multiple of the type's makes the crate print to stderr. So the
            // field becomes an unused text.
            if base == Base::Misfit {
                field[0] = UNUSED_FIELD;
            }
            // Some writers omit the byte-order flag, and the crate rejects such types.
            field[2] = base.code();
        }
        self.processor.deserialize_next(&self.scratch).map_err(MessageError::Definition)?;
        self.layouts[local] = Some(LibraryLayout { native_size, developer_size });
        Ok(length)
    }

    /// Passes on a data message without its developer fields.
    fn data(&mut self, rest: &[u8], file: &mut Decoded) -> Result<usize, MessageError> {
        let compressed = rest[0] & 0x80 != 0;
        let local = usize::from(if compressed { (rest[0] >> 5) & 0x3 } else { rest[0] & 0x0F });
        let Some(layout) = &self.layouts[local] else {
            return Err(MessageError::UndefinedLocalType(local));
        };
        let length = layout.native_size + layout.developer_size;
        if rest.len() < length {
            return Err(MessageError::CutMessage);
        }
        let (_, object) =
            self.processor.deserialize_next(&rest[..layout.native_size]).map_err(MessageError::Data)?;
        if let FitObject::DataMessage(message) = object {
            let fields = LibraryFields(message.fields());
            let stamp = fields.number(TIMESTAMP).map(|stamp| stamp as u32);
            let stamp = stamp.or_else(|| full_stamp(self.last_stamp?, message.time_offset()?));
            self.last_stamp = stamp.or(self.last_stamp);
            match message.global_message_number() {
                RECORD => record(stamp, &fields, file),
                number => {
                    if let Some(parsed) = parse_message(number, &fields) {
                        file.add(stamp, parsed);
                    }
                }
            }
        }
        Ok(length)
    }
}

/// Adds one record to the samples; one without a timestamp is only counted.
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
        match field.merge {
            Merge::Add => {
                if let Some(whole) = channel.get(row) {
                    channel.set(row, whole + value);
                }
            }
            Merge::SetPositive | Merge::FillPositive if value <= 0.0 => {}
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
