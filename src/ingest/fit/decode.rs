//! FIT messages to columns: the fast decoder.
//!
//! A *definition* says how the messages of a local type lie: which fields, in which order, how large (FIT protocol, "Record
//! Format"). It is compiled once into a [`Layout`]: the message's length, where its timestamp is, and what is to be done with
//! it. Most messages are passed over by their length alone. For a record that is a list of [`FieldCopy`]s, each from a place in the
//! message to a column of [`Samples`](crate::activity::Samples) by the table in [`record`](super::record). Records mostly
//! follow one another in long runs of one local type, so a run is copied column by column: a tight loop with a fixed stride,
//! in which nothing is decided any more. The few other messages are typed one by one by [`messages`](super::messages).
//!
//! Developer fields lie behind the native ones and are known by the `field_description` messages before them; one that says
//! which native field it stands for fills that column where nothing else does.

use std::collections::BTreeMap;

use super::base::Base;
use super::columns::RecordRun;
use super::file::{Decoded, Messages};
use super::layout::{DeveloperField, DeveloperKey, FieldSpec, Layout, Purpose, copies};
use super::messages::{Fields, TIMESTAMP, is_of_use, typed};
use super::record::{COMPRESSED, RECORD};
use crate::units::FIT_EPOCH_UNIX_S;

/// `field_description`, the message that declares a developer field.
const FIELD_DESCRIPTION: u16 = 206;

/// The decoder's state between messages.
pub(super) struct FastMessages {
    layouts: [Option<Layout>; 16],
    /// The latest of each key counts.
    developer: BTreeMap<DeveloperKey, DeveloperField>,
    last_stamp: Option<u32>,
}

impl Messages for FastMessages {
    fn new(_header: &[u8]) -> Self {
        Self { layouts: Default::default(), developer: BTreeMap::new(), last_stamp: None }
    }

    fn read(&mut self, rest: &[u8], file: &mut Decoded) -> Result<usize, String> {
        let head = rest[0];
        if head & 0xC0 == 0x40 {
            return self.define(rest);
        }
        let offset = (head & 0x80 != 0).then_some(head & 0x1F);
        let local = usize::from(if offset.is_some() { (head >> 5) & 0x3 } else { head & 0x0F });
        let Some(layout) = &self.layouts[local] else {
            return Err(format!("a message of undefined local type {local}"));
        };
        if rest.len() < layout.length {
            return Err("a message is cut short".to_owned());
        }
        if let (Purpose::Columns { copies, compressed }, None) = (&layout.purpose, offset) {
            if file.expected == 0 {
                file.expected = (rest.len() / layout.length).min(file.most.saturating_add(1));
                file.samples.time_s.reserve_exact(file.expected);
            }
            let run = RecordRun { bytes: rest, length: layout.length };
            let taken = run.times(layout, file);
            if taken > 0 {
                self.last_stamp = run.stamp(layout, taken - 1);
                run.columns(copies, *compressed, layout.big, taken, file);
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
                    let run = RecordRun { bytes: message, length: layout.length };
                    file.first_stamp = file.first_stamp.or(Some(stamp));
                    file.samples.open(f64::from(stamp) + FIT_EPOCH_UNIX_S);
                    run.columns(copies, *compressed, layout.big, 1, file);
                }
                None => file.untimed += 1,
            },
            Purpose::Type => {
                if let Some(typed) = typed(layout.number, &RawMessage { layout, bytes: message }) {
                    file.messages.push((stamp, typed));
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

impl FastMessages {
    /// Compiles the definition at the head of `rest` and gives its length.
    fn define(&mut self, rest: &[u8]) -> Result<usize, String> {
        let cut = || "a definition is cut short".to_owned();
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
            _ if is_of_use(number) => Purpose::Type,
            _ => Purpose::Skip,
        };
        // Of several fields of one number the last valid one counts, here as in the columns.
        let stamps = fields.iter().rev().copied().filter(|field| field.number == TIMESTAMP).collect();
        self.layouts[local] = Some(Layout { length: to, big, number, fields, stamps, purpose });
        Ok(length)
    }
}

/// The full timestamp of a five-bit offset (FIT protocol, "Compressed Timestamp Header").
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
    /// The last valid one of a number, as text if it is one.
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
