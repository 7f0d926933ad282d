//! The built-in FIT decoder: reads messages into columns of samples.
//!
//! A *definition message* lists the fields of the messages of one local type: number, size and base
//! type (FIT protocol, "Record Format"). It is compiled once into a [`Layout`]: the message's
//! length, the offset of its timestamp, and what is done with it. Most messages are skipped by
//! their length alone.
//!
//! Records usually form long runs of one local type. A run is copied column by column, by
//! [`columns`](super::columns). The few other messages are parsed one by one, by
//! [`messages`](super::messages).
//!
//! *Developer fields* come after the native fields of a message. A `field_description` message
//! before them declares their type, and may name a native field; they fill that field's column
//! where it has no value.

use std::collections::BTreeMap;

use super::base::Base;
use super::columns::RecordSeries;
use super::file::{Decoded, MessageError, Messages};
use super::layout::{DeveloperField, DeveloperKey, FieldSpec, Layout, Purpose, copies};
use super::messages::{Fields, TIMESTAMP, is_wanted, parse_message};
use super::record::{COMPRESSED, RECORD};
use crate::units::FIT_EPOCH_UNIX_S;

/// The message `field_description`, which declares a developer field.
const FIELD_DESCRIPTION: u16 = 206;

/// The decoder's state between messages.
pub(super) struct BuiltInMessages {
    layouts: [Option<Layout>; 16],
    /// The declared developer fields; a later declaration replaces an earlier one.
    developer: BTreeMap<DeveloperKey, DeveloperField>,
    last_stamp: Option<u32>,
}

impl Messages for BuiltInMessages {
    fn new(_header: &[u8]) -> Self {
        Self { layouts: Default::default(), developer: BTreeMap::new(), last_stamp: None }
    }

    fn read(&mut self, rest: &[u8], file: &mut Decoded) -> Result<usize, MessageError> {
        let head = rest[0];
        if head & 0xC0 == 0x40 {
            return self.define(rest);
        }
        let offset = (head & 0x80 != 0).then_some(head & 0x1F);
        let local = usize::from(if offset.is_some() { (head >> 5) & 0x3 } else { head & 0x0F });
        let Some(layout) = &self.layouts[local] else {
            return Err(MessageError::UndefinedLocalType(local));
        };
        if rest.len() < layout.length {
            return Err(MessageError::CutMessage);
        }
        // PERF(fit read): 45.2 → 7.3 instr/byte (benches/gate.sh); the plain form is the `match`
        // below, a record at a time.
        if let (Purpose::Columns { copies, compressed }, None) = (&layout.purpose, offset) {
            if file.expected == 0 {
                file.expected = (rest.len() / layout.length).min(file.most.saturating_add(1));
                file.samples.time_s.reserve_exact(file.expected);
            }
            let run = RecordSeries { bytes: rest, length: layout.length };
            let taken = run.open_samples(layout, file);
            if taken > 0 {
                self.last_stamp = run.stamp(layout, taken - 1);
                run.copy_columns(copies, *compressed, layout.big, taken, file);
                return Ok(taken * layout.length);
            }
        }
        let message = &rest[..layout.length];
        let stamp = layout.stamp(message);
        let stamp = stamp.or_else(|| full_stamp(self.last_stamp?, offset?));
        self.last_stamp = stamp.or(self.last_stamp);
        match &layout.purpose {
            Purpose::Skip => {}
            Purpose::Columns { copies, compressed } => match stamp {
                Some(stamp) => {
                    let run = RecordSeries { bytes: message, length: layout.length };
                    file.first_stamp = file.first_stamp.or(Some(stamp));
                    file.samples.open(f64::from(stamp) + FIT_EPOCH_UNIX_S);
                    run.copy_columns(copies, *compressed, layout.big, 1, file);
                }
                None => file.untimed += 1,
            },
            Purpose::Parse => {
                if let Some(parsed) = parse_message(layout.number, &RawMessage { layout, bytes: message }) {
                    file.messages.push((stamp, parsed));
                }
            }
            Purpose::Describe => {
                let field = DeveloperField::described(&RawMessage { layout, bytes: message });
                self.developer.extend(field);
            }
        }
        Ok(layout.length)
    }
}

impl BuiltInMessages {
    /// Compiles the definition at the start of `rest` and returns its length in bytes.
    fn define(&mut self, rest: &[u8]) -> Result<usize, MessageError> {
        let cut = || MessageError::CutDefinition;
        let local = usize::from(rest[0] & 0x0F);
        let &[_, _, order, number_low, number_high, count] = rest.first_chunk().ok_or_else(cut)?;
        let big = order == 1;
        let number = [number_low, number_high];
        let number = if big { u16::from_be_bytes(number) } else { u16::from_le_bytes(number) };
        let native_end = 6 + 3 * usize::from(count);
        let mut to = 1;
        let mut place = |[number, size, base]: [u8; 3]| {
            let from = to;
            to += usize::from(size);
            FieldSpec { number, base: Base::of(base, size), from, to }
        };
        let triples = |bytes: &[u8]| bytes.as_chunks::<3>().0.to_vec();
        let native = triples(rest.get(6..native_end).ok_or_else(cut)?);
        let fields: Vec<FieldSpec> = native.into_iter().map(&mut place).collect();
        let mut length = native_end;
        let mut developer = Vec::new();
        if rest[0] & 0x20 != 0 {
            let count = usize::from(*rest.get(native_end).ok_or_else(cut)?);
            length = native_end + 1 + 3 * count;
            for [number, size, index] in triples(rest.get(native_end + 1..length).ok_or_else(cut)?) {
                let known = self.developer.get(&(index, number));
                let placed = place([number, size, known.map_or(u8::MAX, |known| known.base)]);
                developer.extend(known.map(|known| (known.native, placed)));
            }
        }
        let purpose = match number {
            RECORD => Purpose::Columns {
                copies: copies(&fields, &developer),
                compressed: fields.iter().copied().find(|field| field.number == COMPRESSED),
            },
            FIELD_DESCRIPTION => Purpose::Describe,
            _ if is_wanted(number) => Purpose::Parse,
            _ => Purpose::Skip,
        };
        // Of several timestamp fields the last valid one counts, as in the columns.
        let stamps = fields.iter().rev().copied().filter(|field| field.number == TIMESTAMP).collect();
        self.layouts[local] = Some(Layout { length: to, big, number, fields, stamps, purpose });
        Ok(length)
    }
}

/// Returns the full timestamp for a five-bit offset (FIT protocol, "Compressed Timestamp Header").
///
/// It is the first timestamp at or after `last` whose low five bits are `offset`; `None` on
/// overflow.
pub(super) fn full_stamp(last: u32, offset: u8) -> Option<u32> {
    let stamp = (last & !0x1F) + u32::from(offset);
    if stamp < last { stamp.checked_add(0x20) } else { Some(stamp) }
}

/// One message with its layout.
struct RawMessage<'a> {
    layout: &'a Layout,
    bytes: &'a [u8],
}

impl RawMessage<'_> {
    /// Returns the last valid field with a number, and its text if it is one.
    fn field(&self, number: u8) -> Option<(FieldSpec, Option<&str>)> {
        let fields = self.layout.fields.iter().rev().copied();
        fields.filter(|field| field.number == number).find_map(|field| match field.base {
            Base::Text => {
                let text = field.bytes(self.bytes).split(|byte| *byte == 0).next()?;
                Some((field, Some(std::str::from_utf8(text).ok()?)))
            }
            _ => field.number_in(self.bytes, self.layout.big).map(|_| (field, None)),
        })
    }
}

impl Fields for RawMessage<'_> {
    fn number(&self, field: u8) -> Option<f64> {
        self.field(field)?.0.number_in(self.bytes, self.layout.big)
    }

    fn text(&self, field: u8) -> Option<String> {
        let text = self.field(field)?.1?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::fit::messages::Message;

    /// Defines local type 0 as a record with a timestamp and a distance, both 32 bits,
    /// little-endian.
    const DEFINITION: [u8; 12] = [0x40, 0, 0, 20, 0, 2, 253, 4, 0x86, 5, 4, 0x86];

    /// Decodes messages to the end; returns the file and the length of each step.
    fn decode(bytes: &[u8]) -> Result<(Decoded, Vec<usize>), MessageError> {
        let mut file = Decoded { most: 100, ..Decoded::default() };
        let mut messages = BuiltInMessages::new(&[]);
        let (mut at, mut lengths) = (0, Vec::new());
        while at < bytes.len() {
            let length = messages.read(&bytes[at..], &mut file)?;
            at += length;
            lengths.push(length);
        }
        Ok((file, lengths))
    }

    /// A record of [`DEFINITION`].
    fn record(stamp: u8, distance: u8) -> [u8; 9] {
        [0, stamp, 0, 0, 0, distance, 0, 0, 0]
    }

    fn distances(file: &Decoded) -> Vec<Option<f64>> {
        (0..file.samples.len()).map(|row| file.samples.distance_m.get(row)).collect()
    }

    #[test]
    fn a_run_of_records_is_one_step() {
        let bytes = [&DEFINITION[..], &record(7, 100), &record(8, 200), &record(9, 250)].concat();
        let (file, lengths) = decode(&bytes).expect("sound");
        assert_eq!(lengths, [12, 3 * 9]);
        assert_eq!(distances(&file), [Some(1.0), Some(2.0), Some(2.5)]);
        assert_eq!(file.samples.time_s[2], 9.0 + FIT_EPOCH_UNIX_S);
        assert_eq!((file.first_stamp, file.untimed), (Some(7), 0));
    }

    #[test]
    fn a_big_endian_definition_is_read() {
        let definition = [0x40, 0, 1, 0, 20, 2, 253, 4, 0x86, 5, 4, 0x86];
        let (file, _) = decode(&[&definition[..], &[0, 0, 0, 0, 7, 0, 0, 0, 100]].concat()).expect("sound");
        assert_eq!((file.first_stamp, distances(&file)), (Some(7), vec![Some(1.0)]));
    }

    #[test]
    fn a_record_without_a_timestamp_is_counted_and_dropped() {
        let invalid = [0, 0xFF, 0xFF, 0xFF, 0xFF, 50, 0, 0, 0];
        let (file, _) =
            decode(&[&DEFINITION[..], &record(7, 100), &invalid, &record(8, 200)].concat()).expect("sound");
        assert_eq!((file.untimed, distances(&file)), (1, vec![Some(1.0), Some(2.0)]));
    }

    #[test]
    fn a_compressed_header_continues_the_last_timestamp() {
        // Local type 1 is a record with a distance only; its header has the low five bits of the
        // time.
        let without_stamp = [0x41, 0, 0, 20, 0, 1, 5, 4, 0x86];
        let compressed = |offset: u8, distance: u8| [0x80 | 0x20 | offset, distance, 0, 0, 0];
        let bytes =
            [&DEFINITION[..], &without_stamp, &record(30, 0), &compressed(31, 100), &compressed(1, 200)]
                .concat();
        let (file, _) = decode(&bytes).expect("sound");
        let times = [30.0, 31.0, 33.0].map(|stamp| stamp + FIT_EPOCH_UNIX_S);
        assert_eq!(file.samples.time_s, times);
        assert_eq!(distances(&file), [Some(0.0), Some(1.0), Some(2.0)]);
    }

    #[test]
    fn the_five_bit_offset_wraps() {
        assert_eq!(full_stamp(64, 0), Some(64));
        assert_eq!(full_stamp(65, 31), Some(95));
        assert_eq!(full_stamp(95, 1), Some(97));
        assert_eq!(full_stamp(u32::MAX, 0), None);
    }

    #[test]
    fn a_developer_field_fills_the_column_of_the_native_field_it_names() {
        // Message 206 declares: developer index 0, field 1, type uint16, replaces field 7 (power).
        let describe = [0x42, 0, 0, 206, 0, 4, 0, 1, 2, 1, 1, 2, 2, 1, 2, 15, 1, 2];
        let described = [2, 0, 1, 0x84, 7];
        let with_developer = [0x60, 0, 0, 20, 0, 1, 253, 4, 0x86, 1, 1, 2, 0];
        let record = [0, 7, 0, 0, 0, 250, 0];
        let (file, _) =
            decode(&[&describe[..], &described, &with_developer, &record].concat()).expect("sound");
        assert_eq!(file.samples.power_w.get(0), Some(250.0));
    }

    #[test]
    fn other_messages_are_parsed_or_skipped() {
        // An event (message 21): event 0 is the timer, type 4 a stop. Message 999 is unknown.
        let event = [0x43, 0, 0, 21, 0, 3, 253, 4, 0x86, 0, 1, 0, 1, 1, 0];
        let unknown = [0x44, 0, 0, 0xE7, 0x03, 1, 0, 2, 0x84];
        let bytes = [&event[..], &unknown, &[3, 9, 0, 0, 0, 0, 4], &[4, 1, 2]].concat();
        let (file, lengths) = decode(&bytes).expect("sound");
        assert_eq!(lengths[2..], [7, 3]);
        let stop = Message::TimerEvent(crate::ingest::fit::messages::TimerEvent::Stop);
        assert_eq!(file.messages, [(Some(9), stop)]);
    }

    #[test]
    fn truncated_and_undefined_messages_are_errors() {
        let message = |bytes: &[u8]| decode(bytes).expect_err("an error").to_string();
        assert_eq!(message(&[0x05]), "a message of undefined local type 5");
        assert_eq!(message(&DEFINITION[..11]), "a definition is cut short");
        assert_eq!(message(&[&DEFINITION[..], &record(7, 0)[..8]].concat()), "a message is cut short");
    }
}
