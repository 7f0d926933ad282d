//! The built-in FIT decoder: reads messages into columns of samples.
//!
//! A *definition message* lists the fields of the messages of one local type: number, size and base
//! type (FIT protocol, "Record Format"). It is compiled once into a [`Layout`]: the message's
//! length, the offset of its timestamp, and what is done with it. Most messages are skipped by
//! their length alone.
//!
//! A long run of records of one layout is copied column by column, by
//! [`columns`](super::columns). Records that stand alone, between other messages or other layouts,
//! wait until there are enough of them. The few other messages are parsed one by one, by
//! [`messages`](super::messages).
//!
//! *Developer fields* come after the native fields of a message. A `field_description` message
//! before them declares their type, and may name a native field; they fill that field's column
//! where it has no value.

use std::collections::BTreeMap;

use super::base::Base;
use super::columns::{RecordSeries, Rows, WaitingRecords};
use super::file::{Decoded, MessageError, Messages};
use super::layout::{DeveloperField, DeveloperKey, FieldSpec, Layout, Purpose, Skip, copies};
use super::messages::{Fields, TIMESTAMP, is_wanted, parse_message};
use super::record::{COMPRESSED, RECORD};
use crate::units::FIT_EPOCH_UNIX_S;

/// The message `field_description`, which declares a developer field.
const FIELD_DESCRIPTION: u16 = 206;

/// The number of records in a run that is copied at once; shorter ones wait.
const LONG_RUN: usize = 16;
/// The number of definitions that are remembered. Devices write less than fifty.
const MOST_DEFINITIONS: usize = 64;

/// The decoder's state between messages.
pub(super) struct BuiltInMessages {
    /// The place in `definitions` of each local type's definition.
    local: [Option<usize>; 16],
    /// How to skip the messages of each local type that is of no use.
    skips: [Option<Skip>; 16],
    definitions: Vec<Definition>,
    /// The declared developer fields; a later declaration replaces an earlier one.
    developer: BTreeMap<DeveloperKey, DeveloperField>,
    last_stamp: Option<u32>,
}

/// A compiled definition message.
///
/// Some devices define a local type anew for nearly every record. So a definition is compiled once,
/// and found again by its bytes.
struct Definition {
    /// Its bytes, local type included; empty if developer fields have been declared since.
    bytes: Vec<u8>,
    layout: Layout,
    waiting: WaitingRecords,
}

impl Messages for BuiltInMessages {
    fn new(_header: &[u8]) -> Self {
        Self {
            local: [None; 16],
            skips: [None; 16],
            definitions: Vec::new(),
            developer: BTreeMap::new(),
            last_stamp: None,
        }
    }

    #[inline]
    fn read(&mut self, rest: &[u8], file: &mut Decoded) -> Result<usize, MessageError> {
        let head = rest[0];
        if head & 0xC0 == 0x40 {
            return self.define(rest, file);
        }
        let offset = (head & 0x80 != 0).then_some(head & 0x1F);
        let local = usize::from(if offset.is_some() { (head >> 5) & 0x3 } else { head & 0x0F });
        let Some(place) = self.local[local] else {
            return Err(MessageError::UndefinedLocalType(local));
        };
        let known = &mut self.definitions[place];
        let length = known.layout.length;
        if rest.len() < length {
            return Err(MessageError::CutMessage);
        }
        let is_record = matches!(known.layout.purpose, Purpose::Columns { .. });
        if is_record && offset.is_none() && rest.get(length) == Some(&head) {
            let taken = known.read_run(rest, file);
            if taken > 0 {
                self.last_stamp = known.layout.stamp(&rest[(taken - 1) * length..]);
                return Ok(taken * length);
            }
        }
        let message = &rest[..length];
        let stamp = known.layout.stamp(message);
        let stamp = stamp.or_else(|| full_stamp(self.last_stamp?, offset?));
        self.last_stamp = stamp.or(self.last_stamp);
        match stamp {
            Some(stamp) if is_record => known.read_record(message, stamp, rest.len(), file),
            None if is_record => file.untimed += 1,
            _ => self.read_other(place, message, stamp, file),
        }
        Ok(length + self.skip(&rest[length..]))
    }

    fn finish(&mut self, file: &mut Decoded) {
        for Definition { layout, waiting, .. } in &mut self.definitions {
            waiting.copy_columns(layout, file);
        }
        file.compressed.sort_by_key(|(row, ..)| *row);
    }
}

impl Definition {
    /// Reads the records at the start of `rest` up to another header byte; returns their number.
    ///
    /// Returns 0 if the first has no timestamp.
    //
    // PERF(fit read): 45.2 → 6.9 instr/byte (benches/gate.sh); the plain form is `read_record`.
    #[inline(never)]
    fn read_run(&mut self, rest: &[u8], file: &mut Decoded) -> usize {
        let (layout, first) = (&self.layout, file.samples.len());
        file.expect_records(rest.len(), layout.length);
        let taken = RecordSeries { bytes: rest, length: layout.length }.open_samples(layout, file);
        let run = RecordSeries { bytes: &rest[..taken * layout.length], length: layout.length };
        match &layout.purpose {
            Purpose::Columns { copies, compressed } if taken >= LONG_RUN => {
                run.copy_columns(copies, *compressed, layout.big, Rows::From(first), file);
            }
            _ => {
                self.waiting.extend(run.bytes, first, taken);
                self.copy_if_full(file);
            }
        }
        taken
    }

    /// Reads one record; `left` is the number of bytes from it to the end.
    #[inline]
    fn read_record(&mut self, message: &[u8], stamp: u32, left: usize, file: &mut Decoded) {
        file.expect_records(left, message.len());
        file.first_stamp = file.first_stamp.or(Some(stamp));
        let row = file.samples.open(f64::from(stamp) + FIT_EPOCH_UNIX_S);
        self.waiting.push(message, row);
        self.copy_if_full(file);
    }

    /// Copies the waiting records if there are enough of them.
    #[inline]
    fn copy_if_full(&mut self, file: &mut Decoded) {
        if self.waiting.is_full() {
            self.waiting.copy_columns(&self.layout, file);
        }
    }
}

impl BuiltInMessages {
    /// Skips the messages of no use at the start of `rest`; returns their length.
    //
    // PERF(fit-garmin read): 12.0 → 9.7 instr/byte (benches/gate.sh); the plain form is the rest of
    // `read`.
    #[inline]
    fn skip(&mut self, rest: &[u8]) -> usize {
        let mut at = 0;
        while let Some(head) = rest.get(at).filter(|head| **head & 0xC0 == 0)
            && let Some(skip) = self.skips[usize::from(head & 0x0F)]
            && let Some(message) = rest.get(at..at + skip.length())
        {
            self.last_stamp = skip.stamp(message).or(self.last_stamp);
            at += skip.length();
        }
        at
    }

    /// Reads a message that is no record: parses it, notes a developer field, or skips it.
    #[inline(never)]
    fn read_other(&mut self, place: usize, message: &[u8], stamp: Option<u32>, file: &mut Decoded) {
        let layout = &self.definitions[place].layout;
        let raw = RawMessage { layout, bytes: message };
        match layout.purpose {
            Purpose::Parse => {
                if let Some(parsed) = parse_message(layout.number, &raw) {
                    file.add(stamp, parsed);
                }
            }
            Purpose::Describe => {
                if let Some((key, field)) = DeveloperField::described(&raw) {
                    self.developer.insert(key, field);
                    self.definitions.iter_mut().for_each(|known| known.bytes.clear());
                }
            }
            Purpose::Skip | Purpose::Columns { .. } => {}
        }
    }

    /// Compiles the definition at the start of `rest` and returns its length in bytes.
    #[inline(never)]
    fn define(&mut self, rest: &[u8], file: &mut Decoded) -> Result<usize, MessageError> {
        let bytes = definition_bytes(rest).ok_or(MessageError::CutDefinition)?;
        let local = usize::from(rest[0] & 0x0F);
        if let Some(known) = self.definitions.iter().position(|known| known.bytes == bytes) {
            self.local[local] = Some(known);
            self.skips[local] = self.definitions[known].layout.skip();
            return Ok(bytes.len());
        }
        let definition = Definition {
            bytes: bytes.to_vec(),
            layout: self.compile(bytes),
            waiting: WaitingRecords::default(),
        };
        self.skips[local] = definition.layout.skip();
        match self.local[local] {
            Some(place) if self.definitions.len() >= MOST_DEFINITIONS => {
                let Definition { layout, waiting, .. } = &mut self.definitions[place];
                waiting.copy_columns(layout, file);
                self.definitions[place] = definition;
            }
            _ => {
                self.local[local] = Some(self.definitions.len());
                self.definitions.push(definition);
            }
        }
        Ok(bytes.len())
    }

    /// Compiles a complete definition.
    fn compile(&self, bytes: &[u8]) -> Layout {
        let big = bytes[2] == 1;
        let number = [bytes[3], bytes[4]];
        let number = if big { u16::from_be_bytes(number) } else { u16::from_le_bytes(number) };
        let mut to = 1;
        let mut place = |[number, size, base]: [u8; 3]| {
            let from = to;
            to += usize::from(size);
            FieldSpec { number, base: Base::of(base, size), from, to }
        };
        let (native, rest) = bytes[6..].split_at(3 * usize::from(bytes[5]));
        // Of messages that are skipped, only the timestamp is of use.
        let is_used = matches!(number, RECORD | FIELD_DESCRIPTION) || is_wanted(number);
        let mut fields = Vec::with_capacity(if is_used { usize::from(bytes[5]) } else { 1 });
        let placed = native.as_chunks().0.iter().copied().map(&mut place);
        fields.extend(placed.filter(|field| is_used || field.number == TIMESTAMP));
        let mut developer = Vec::new();
        // The first byte of the rest is the number of developer fields.
        for &[number, size, index] in rest.get(1..).unwrap_or_default().as_chunks().0 {
            let known = self.developer.get(&(index, number));
            let placed = place([number, size, known.map_or(u8::MAX, |known| known.base)]);
            developer.extend(known.map(|known| (known.native, placed)));
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
        Layout::new(to, big, number, fields, purpose)
    }
}

/// Returns the definition at the start of `rest`; `None` if it is cut short.
fn definition_bytes(rest: &[u8]) -> Option<&[u8]> {
    let native_end = 6 + 3 * usize::from(*rest.get(5)?);
    if rest[0] & 0x20 == 0 {
        return rest.get(..native_end);
    }
    rest.get(..native_end + 1 + 3 * usize::from(*rest.get(native_end)?))
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
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::fit::file::PlacedMessage;
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
        messages.finish(&mut file);
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

    /// A declaration and its message: developer index 0, field 1, type uint16, replaces field 7
    /// (power); and a definition of records that have it.
    const DESCRIBE: [u8; 18] = [0x42, 0, 0, 206, 0, 4, 0, 1, 2, 1, 1, 2, 2, 1, 2, 15, 1, 2];
    const DESCRIBED: [u8; 5] = [2, 0, 1, 0x84, 7];
    const WITH_DEVELOPER: [u8; 13] = [0x60, 0, 0, 20, 0, 1, 253, 4, 0x86, 1, 1, 2, 0];

    #[test]
    fn a_developer_field_fills_the_column_of_the_native_field_it_names() {
        let record = [0, 7, 0, 0, 0, 250, 0];
        let (file, _) =
            decode(&[&DESCRIBE[..], &DESCRIBED, &WITH_DEVELOPER, &record].concat()).expect("sound");
        assert_eq!(file.samples.power_w.get(0), Some(250.0));
    }

    #[test]
    fn other_messages_are_parsed_or_skipped() {
        // An event (message 21): event 0 is the timer, type 4 a stop. Message 999 is unknown.
        let event = [0x43, 0, 0, 21, 0, 3, 253, 4, 0x86, 0, 1, 0, 1, 1, 0];
        let unknown = [0x44, 0, 0, 0xE7, 0x03, 1, 0, 2, 0x84];
        let bytes = [&event[..], &unknown, &[3, 9, 0, 0, 0, 0, 4], &[4, 1, 2]].concat();
        let (file, lengths) = decode(&bytes).expect("sound");
        assert_eq!(lengths[2..], [7 + 3]);
        let stop = Message::TimerEvent(crate::ingest::fit::messages::TimerEvent::Stop);
        assert_eq!(file.messages, [PlacedMessage { stamp: Some(9), records: 0, message: stop }]);
    }

    #[test]
    fn truncated_and_undefined_messages_are_errors() {
        let message = |bytes: &[u8]| decode(bytes).expect_err("an error").to_string();
        assert_eq!(message(&[0x05]), "a message of undefined local type 5");
        assert_eq!(message(&DEFINITION[..11]), "a definition is cut short");
        assert_eq!(message(&[&DEFINITION[..], &record(7, 0)[..8]].concat()), "a message is cut short");
    }

    /// The plain form: decodes messages alone, and copies each record at once.
    fn decode_alone(parts: &[Vec<u8>]) -> Decoded {
        let mut file = Decoded { most: 10_000, ..Decoded::default() };
        let mut messages = BuiltInMessages::new(&[]);
        for part in parts {
            assert_eq!(messages.read(part, &mut file).ok(), Some(part.len()));
            messages.finish(&mut file);
        }
        file
    }

    /// Compares the decoding of messages together with [`decode_alone`].
    fn agree_together_and_alone(parts: &[Vec<u8>]) {
        let bytes = parts.concat();
        let mut file = Decoded { most: 10_000, ..Decoded::default() };
        let mut messages = BuiltInMessages::new(&[]);
        let mut at = 0;
        while at < bytes.len() {
            at += messages.read(&bytes[at..], &mut file).expect("sound");
        }
        messages.finish(&mut file);
        let mut alone = decode_alone(parts);
        assert_eq!(file.samples.time_s, alone.samples.time_s);
        assert_eq!((file.first_stamp, file.untimed), (alone.first_stamp, alone.untimed));
        assert_eq!(file.compressed, alone.compressed);
        for known in &crate::ingest::fit::record::FIELDS {
            assert_eq!((known.channel)(&mut file.samples), (known.channel)(&mut alone.samples));
        }
    }

    /// Definitions of records in local types 0 to 2, and of an unknown message in local type 3.
    const ALTERNATING: [&[u8]; 5] = [
        &DEFINITION,
        &[0x40, 0, 1, 0, 20, 4, 253, 4, 0x86, 3, 1, 2, 4, 1, 2, 53, 1, 2],
        &[0x41, 0, 0, 20, 0, 3, 253, 4, 0x86, 8, 3, 0x0D, 2, 2, 0x84],
        &[0x42, 0, 0, 20, 0, 2, 253, 4, 0x86, 78, 4, 0x86],
        &[0x43, 0, 0, 0xE7, 0x03, 1, 0, 4, 0x86],
    ];

    proptest! {
        #[test]
        fn records_of_alternating_layouts_are_read_like_each_alone(
            kinds in prop::collection::vec((0..8_usize, 1..30_usize, any::<[u8; 16]>()), 1..120),
        ) {
            let mut parts: Vec<Vec<u8>> = ALTERNATING.iter().map(|bytes| bytes.to_vec()).collect();
            // The second definition of local type 0 is the current one.
            let mut first_length = 8;
            for (kind, repeats, content) in kinds {
                match kind {
                    0 | 1 => {
                        parts.push(ALTERNATING[kind].to_vec());
                        first_length = 9 - kind;
                    }
                    _ => {
                        let local = kind % 4;
                        let length = [first_length, 10, 9, 5][local];
                        let repeats = if kind < 4 { 1 } else { repeats };
                        for row in 0..repeats {
                            let mut message = vec![local as u8];
                            message.extend(content.iter().cycle().skip(row).take(length - 1));
                            if content[0] > 20 {
                                message[1..5].copy_from_slice(&[row as u8, 0, 0, 9]);
                            }
                            parts.push(message);
                        }
                    }
                }
            }
            agree_together_and_alone(&parts);
        }
    }

    #[test]
    fn a_file_may_have_any_number_of_definitions() {
        let mut parts = Vec::new();
        for number in 0..250 {
            // A second field, which is unknown, makes each definition another one.
            parts.push(vec![0x40 | (number % 3), 0, 0, 20, 0, 3, 253, 4, 0x86, 5, 4, 0x86, number, 0, 2]);
            parts.push([&[number % 3][..], &[number, 0, 0, 0, number, 1, 0, 0]].concat());
        }
        agree_together_and_alone(&parts);
    }

    #[test]
    fn a_definition_after_a_new_declaration_is_compiled_again() {
        let record = [0, 7, 0, 0, 0, 250, 0];
        let parts =
            [&WITH_DEVELOPER[..], &record, &DESCRIBE, &DESCRIBED, &record, &WITH_DEVELOPER, &record].concat();
        let (file, _) = decode(&parts).expect("sound");
        assert_eq!([0, 1, 2].map(|row| file.samples.power_w.get(row)), [None, None, Some(250.0)]);
    }
}
