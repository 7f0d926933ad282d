//! Encodes FIT files: messages, header and checksum (Garmin FIT protocol 1).
//!
//! All numbers are little-endian. A message's layout is defined once, before its first message, so
//! every text has a fixed size. A number above its type's range becomes the greatest one, which in
//! FIT means "no value".

use super::TIME_CREATED_S;
use crate::formats::layout::to_ascii;
use crate::ingest::fit_crc16;
use crate::units::{DEGREES_PER_SEMICIRCLE, FIT_EPOCH_UNIX_S};

/// The size of names: 15 bytes and the end. The C version of Garmin's FIT SDK has as much room.
pub(super) const NAME_BYTES: u8 = 16;

/// `file_id.type` of a workout (FIT profile, type `file`).
pub(super) const WORKOUT_FILE: u8 = 5;
/// `file_id.type` of a course.
pub(super) const COURSE_FILE: u8 = 6;
/// The message `file_id`.
const FILE_ID: u16 = 0;
/// `file_id.manufacturer` of software without a number of its own: `development`.
const DEVELOPMENT: u16 = 255;

const HEADER_BYTES: u8 = 14;
/// Protocol 1.0, which has all that is used here.
const PROTOCOL: u8 = 0x10;
/// Profile 21.32. Every message and field used here is older.
const PROFILE: u16 = 2132;

/// A field's value with its base type.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Enum(u8),
    U16(u16),
    U32(u32),
    U32z(u32),
    I32(i32),
    /// A text and the size of its field, bytes.
    Text(&'a str, u8),
}

impl Value<'_> {
    /// Returns the size in bytes and the number of the base type.
    fn layout(self) -> [u8; 2] {
        match self {
            Self::Enum(_) => [1, 0x00],
            Self::U16(_) => [2, 0x84],
            Self::I32(_) => [4, 0x85],
            Self::U32(_) => [4, 0x86],
            Self::Text(_, size) => [size, 0x07],
            Self::U32z(_) => [4, 0x8C],
        }
    }

    fn put(self, out: &mut Vec<u8>) {
        match self {
            Self::Enum(value) => out.push(value),
            Self::U16(value) => out.extend(value.to_le_bytes()),
            Self::I32(value) => out.extend(value.to_le_bytes()),
            Self::U32(value) | Self::U32z(value) => out.extend(value.to_le_bytes()),
            Self::Text(text, size) => {
                let mut bytes = to_ascii(text).into_bytes();
                bytes.truncate(usize::from(size) - 1);
                bytes.resize(usize::from(size), 0);
                out.extend(bytes);
            }
        }
    }
}

/// Returns the instant that is some seconds after [`TIME_CREATED_S`].
pub(super) fn instant(elapsed_s: f64) -> Value<'static> {
    Value::U32((TIME_CREATED_S as f64 - FIT_EPOCH_UNIX_S + elapsed_s).round() as u32)
}

/// Returns a quantity in steps of one part of its unit.
pub(super) fn scaled(value: f64, parts: f64) -> Value<'static> {
    Value::U32((value * parts).round() as u32)
}

/// Returns an angle. 180° is -180°, for the type's range ends just below it.
pub(super) fn semicircles(degrees: f64) -> Value<'static> {
    Value::I32((degrees / DEGREES_PER_SEMICIRCLE).round() as i64 as i32)
}

/// The messages of a file.
#[derive(Debug, Default)]
pub(super) struct Messages {
    bytes: Vec<u8>,
    /// Global numbers of the defined messages; the place of each is its local number.
    defined: Vec<u16>,
}

impl Messages {
    /// Appends a message. All messages of a number have the same fields, and at most 16 numbers are
    /// used.
    pub(super) fn push(&mut self, number: u16, fields: &[(u8, Value)]) {
        let local = self.defined.iter().position(|defined| *defined == number).unwrap_or_else(|| {
            let local = self.defined.len();
            self.defined.push(number);
            self.bytes.extend([0x40 | local as u8, 0, 0]);
            self.bytes.extend(number.to_le_bytes());
            self.bytes.push(fields.len() as u8);
            for (field, value) in fields {
                self.bytes.push(*field);
                self.bytes.extend(value.layout());
            }
            local
        });
        self.bytes.push(local as u8);
        for (_, value) in fields {
            value.put(&mut self.bytes);
        }
    }

    /// Returns the whole file: header, `file_id`, these messages, checksum.
    pub(super) fn into_file(self, file_type: u8) -> Vec<u8> {
        let mut file = vec![HEADER_BYTES, PROTOCOL];
        file.extend(PROFILE.to_le_bytes());
        let file_id = file_id(file_type, serial_number(&self.bytes));
        file.extend(((file_id.len() + self.bytes.len()) as u32).to_le_bytes());
        file.extend(b".FIT");
        file.extend(fit_crc16(&file).to_le_bytes());
        file.extend(file_id);
        file.extend(self.bytes);
        file.extend(fit_crc16(&file).to_le_bytes());
        file
    }
}

/// Returns the message `file_id`. Its local number is defined anew by the next message.
fn file_id(file_type: u8, serial_number: u32) -> Vec<u8> {
    let mut messages = Messages::default();
    let fields = [
        (0, Value::Enum(file_type)),
        (1, Value::U16(DEVELOPMENT)),
        (2, Value::U16(0)),
        (4, instant(0.0)),
        (3, Value::U32z(serial_number)),
    ];
    messages.push(FILE_ID, &fields);
    messages.bytes
}

/// Returns a number for the content, so that a watch tells plans apart: Garmin asks that the
/// combination of type, manufacturer, product and serial number is unique. Zero is no number.
fn serial_number(bytes: &[u8]) -> u32 {
    // FNV-1a.
    let hash =
        bytes.iter().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    hash.max(1)
}

/// Returns whether a file begins with a `file_id` of this module.
#[cfg(feature = "cli")]
pub(super) fn is_written_here(head: &[u8]) -> bool {
    let messages = head.get(usize::from(HEADER_BYTES)..).unwrap_or_default();
    [WORKOUT_FILE, COURSE_FILE].into_iter().any(|file_type| {
        let file_id = file_id(file_type, 0);
        messages.starts_with(&file_id[..file_id.len() - 4])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_ascii_and_fits_its_field() {
        for (text, expected) in [
            ("Mile 1: 9:20–9:28", "Mile 1: 9:20-9:28"),
            ("Zürich Marathon 東京", "Z?rich Marathon"),
            ("", ""),
        ] {
            let mut bytes = Vec::new();
            Value::Text(text, 20).put(&mut bytes);
            assert_eq!(bytes.len(), 20, "{text}");
            assert_eq!(bytes.last(), Some(&0), "{text}");
            assert!(bytes.is_ascii() && bytes.starts_with(expected.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_number_beyond_its_range_is_no_value() {
        assert!(matches!(scaled(1e9, 100.0), Value::U32(u32::MAX)));
        assert!(matches!(scaled(42_195.0, 100.0), Value::U32(4_219_500)));
        assert!(matches!(semicircles(180.0), Value::I32(i32::MIN)));
        assert!(matches!(semicircles(-90.0), Value::I32(-1_073_741_824)));
        assert!(matches!(instant(1.0), Value::U32(946_771_201)));
    }

    #[test]
    fn plans_have_different_serial_numbers() {
        assert_ne!(serial_number(b"one"), serial_number(b"two"));
        // The published value of FNV-1a for "a".
        assert_eq!(serial_number(b"a"), 0xE40C_292C);
    }
}
