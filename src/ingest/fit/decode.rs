//! FIT messages to columns: the fast decoder.
//!
//! A *definition* says how the messages of a local type lie: which fields, in which order, how large (FIT protocol, "Record
//! Format"). It is compiled once into a [`Layout`]: the message's length, where its timestamp is, and what is to be done with
//! it. Most messages are passed over by their length alone. For a record that is a list of [`Copy`]s, each from a place in the
//! message to a column of [`Samples`](crate::activity::Samples) by the table in [`record`](super::record). Records mostly
//! follow one another in long runs of one local type, so a run is copied column by column: a tight loop with a fixed stride,
//! in which nothing is decided any more. The few other messages are typed one by one by [`messages`](super::messages).
//!
//! Developer fields lie behind the native ones and are known by the `field_description` messages before them; one that says
//! which native field it stands for fills that column where nothing else does.

use std::collections::BTreeMap;

use super::base::{self, Base};
use super::file::{Decoded, Messages};
use super::messages::{Fields, TIMESTAMP, is_of_use, typed};
use super::record::{COMPRESSED, FIELDS, How, RECORD, Scale, compressed_speed_distance};
use crate::activity::Channel;
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

/// What a definition comes to.
struct Layout {
    /// A message's bytes, its header among them.
    length: usize,
    /// Big-endian content.
    big: bool,
    number: u16,
    fields: Vec<Field>,
    /// Fields that say when, the one that counts first.
    stamps: Vec<Field>,
    purpose: Purpose,
}

impl Layout {
    fn stamp(&self, message: &[u8]) -> Option<u32> {
        let stamp = self.stamps.iter().find_map(|field| field.number_in(message, self.big));
        stamp.map(|stamp| stamp as u32)
    }
}

/// What is done with the messages of a layout.
enum Purpose {
    /// Nothing: they are passed over.
    Skip,
    /// They go into the columns.
    Columns { copies: Vec<Copy>, compressed: Option<Field> },
    /// They are typed.
    Type,
    /// They declare developer fields.
    Describe,
}

/// Where a field lies in a message.
#[derive(Debug, Clone, Copy)]
struct Field {
    number: u8,
    base: Base,
    from: usize,
    to: usize,
}

impl Field {
    fn bytes(self, message: &[u8]) -> &[u8] {
        message.get(self.from..self.to).unwrap_or_default()
    }

    fn number_in(self, message: &[u8], big: bool) -> Option<f64> {
        self.base.number(self.bytes(message), big)
    }
}

/// From a place in a message to a column.
struct Copy {
    field: Field,
    channel: fn(&mut crate::activity::Samples) -> &mut Channel,
    how: How,
    scale: Scale,
}

/// Developer data index and field definition number.
type DeveloperKey = (u8, u8);

/// A developer field that stands for a native one of `record`.
#[derive(Clone, Copy)]
struct DeveloperField {
    base: u8,
    native: u8,
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
            let run = Run { bytes: rest, length: layout.length };
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
                    let run = Run { bytes: message, length: layout.length };
                    file.first_stamp = file.first_stamp.or(Some(stamp));
                    file.samples.open(f64::from(stamp) + FIT_EPOCH_UNIX_S);
                    run.columns(copies, *compressed, layout.big, 1, file);
                }
                None => file.untimed += 1,
            },
            Purpose::Type => {
                if let Some(typed) = typed(layout.number, &Message { layout, bytes: message }) {
                    file.messages.push((stamp, typed));
                }
            }
            Purpose::Describe => {
                let field = DeveloperField::described(&Message { layout, bytes: message });
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
            Field { number, base: Base::of(base, size), from, to }
        };
        let triples = |bytes: &[u8]| bytes.as_chunks::<3>().0.to_vec();
        let native = triples(rest.get(6..native_end).ok_or_else(cut)?);
        let fields: Vec<Field> = native.into_iter().map(&mut place).collect();
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

/// The copies that a record's fields come to, in the order of the table.
fn copies(fields: &[Field], developer: &[(u8, Field)]) -> Vec<Copy> {
    // Of several fields of one number the last one counts; before a text there is no number.
    let of_number = |number: u8| {
        let is_it = move |field: &&Field| field.number == number;
        let from = fields.iter().rposition(|field| is_it(&field) && field.base == Base::Text).unwrap_or(0);
        fields[from..].iter().filter(is_it).copied()
    };
    let native = FIELDS.iter().flat_map(|known| {
        of_number(known.number).map(|field| Copy {
            field,
            channel: known.channel,
            how: known.how,
            scale: known.scale,
        })
    });
    let developer = developer.iter().flat_map(|&(number, field)| {
        let whole =
            move |known: &&super::record::RecordField| known.number == number && known.how != How::Add;
        FIELDS.iter().filter(whole).map(move |known| Copy {
            field,
            channel: known.channel,
            how: if known.how == How::SetPositive { How::FillPositive } else { How::Fill },
            scale: known.scale.of_developer(),
        })
    });
    native.chain(developer).collect()
}

impl DeveloperField {
    /// What a `field_description` declares; `None` where it stands for no native field of `record`.
    fn described(fields: &dyn Fields) -> Option<(DeveloperKey, Self)> {
        let number = |field: u8| fields.number(field).map(|value| value as u8);
        let of_record = fields.number(14).is_none_or(|message| message == f64::from(RECORD));
        of_record.then_some(())?;
        Some(((number(0)?, number(1)?), Self { base: number(2)?, native: number(15)? }))
    }
}

/// The full timestamp of a five-bit offset (FIT protocol, "Compressed Timestamp Header").
pub(super) fn full_stamp(last: u32, offset: u8) -> Option<u32> {
    let stamp = (last & !0x1F) + u32::from(offset);
    if stamp < last { stamp.checked_add(0x20) } else { Some(stamp) }
}

/// Bytes that begin with messages of one layout, one behind the other.
struct Run<'a> {
    bytes: &'a [u8],
    length: usize,
}

impl Run<'_> {
    fn stamp(&self, layout: &Layout, row: usize) -> Option<u32> {
        layout.stamp(&self.bytes[row * self.length..])
    }

    /// Opens a sample for each message up to the first of another kind or without a time; gives how many. Nothing behind that
    /// is looked at, so that no message is met twice.
    fn times(&self, layout: &Layout, file: &mut Decoded) -> usize {
        let &[field] = layout.stamps.as_slice() else { return 0 };
        let times = &mut file.samples.time_s;
        let before = times.len();
        let room = (file.most - before.min(file.most)).saturating_add(1);
        let is_plain = field.base == Base::U32 && !layout.big && field.to - field.from == 4;
        let head = self.bytes[0];
        let run = self.bytes.chunks_exact(self.length).take(room);
        for message in run.take_while(|message| message[0] == head) {
            let plain =
                || message.get(field.from..)?.first_chunk().map(|raw| base::u32(u32::from_le_bytes(*raw)));
            let stamp = if is_plain { plain() } else { field.number_in(message, layout.big) };
            match stamp.filter(|stamp| !stamp.is_nan()) {
                Some(stamp) => times.push(f64::from(stamp as u32) + FIT_EPOCH_UNIX_S),
                None => break,
            }
        }
        let taken = times.len() - before;
        if taken > 0 && file.first_stamp.is_none() {
            file.first_stamp = self.stamp(layout, 0);
        }
        taken
    }

    /// Copies the first `taken` messages, whose samples are the last that were opened.
    fn columns(
        &self,
        copies: &[Copy],
        compressed: Option<Field>,
        big: bool,
        taken: usize,
        file: &mut Decoded,
    ) {
        let rows = Self { bytes: &self.bytes[..taken * self.length], length: self.length };
        let first = file.samples.len() - taken;
        for copy in copies {
            let is_one = copy.field.to - copy.field.from == copy.field.base.size();
            let channel = (copy.channel)(&mut file.samples);
            if channel.is_empty() {
                channel.expect(file.expected);
            }
            match (copy.field.base, big) {
                _ if !is_one => rows.any(copy, big, channel, first),
                (Base::U8, _) => rows.plain(copy, channel, first, |[raw]| base::u8(raw)),
                (Base::I8, _) => rows.plain(copy, channel, first, |[raw]| base::i8(raw)),
                (Base::U16, false) => {
                    rows.plain(copy, channel, first, |raw| base::u16(u16::from_le_bytes(raw)));
                }
                (Base::I16, false) => {
                    rows.plain(copy, channel, first, |raw| base::i16(u16::from_le_bytes(raw)));
                }
                (Base::U32, false) => {
                    rows.plain(copy, channel, first, |raw| base::u32(u32::from_le_bytes(raw)));
                }
                (Base::I32, false) => {
                    rows.plain(copy, channel, first, |raw| base::i32(u32::from_le_bytes(raw)));
                }
                _ => rows.any(copy, big, channel, first),
            }
        }
        for (row, message) in rows.bytes.chunks_exact(rows.length).enumerate() {
            let Some(field) = compressed else { break };
            if let Some((speed_mps, distance)) = compressed_speed_distance(field.bytes(message)) {
                file.compressed.push((first + row, speed_mps, distance));
            }
        }
    }

    /// A field of one element in the usual byte order.
    fn plain<const N: usize>(
        &self,
        copy: &Copy,
        channel: &mut Channel,
        first: usize,
        decode: impl Fn([u8; N]) -> f64,
    ) {
        let scale = copy.scale;
        let from = copy.field.from;
        let values = self.bytes.chunks_exact(self.length).map(|message| {
            let raw = message.get(from..).and_then(|rest| rest.first_chunk::<N>());
            raw.map_or(f64::NAN, |raw| scale.apply(decode(*raw)))
        });
        put(copy.how, channel, first, values);
    }

    /// A field of any type.
    fn any(&self, copy: &Copy, big: bool, channel: &mut Channel, first: usize) {
        let values = self.bytes.chunks_exact(self.length).map(|message| {
            copy.field
                .number_in(message, big)
                .map(|raw| copy.scale.apply(raw))
                .filter(|value| value.is_finite())
                .unwrap_or(f64::NAN)
        });
        put(copy.how, channel, first, values);
    }
}

fn put(how: How, channel: &mut Channel, first: usize, values: impl Iterator<Item = f64>) {
    match how {
        How::Set => channel.put(first, values),
        How::SetPositive => {
            channel.put(first, values.map(positive));
        }
        How::Add => {
            for (row, value) in (first..).zip(values) {
                if let Some(whole) = channel.get(row) {
                    channel.set(row, whole + value);
                }
            }
        }
        How::Fill => fill(channel, first, values),
        How::FillPositive => fill(channel, first, values.map(positive)),
    }
}

fn fill(channel: &mut Channel, first: usize, values: impl Iterator<Item = f64>) {
    for (row, value) in (first..).zip(values) {
        if channel.get(row).is_none() {
            channel.set(row, value);
        }
    }
}

fn positive(value: f64) -> f64 {
    if value > 0.0 { value } else { f64::NAN }
}

/// One message with its layout.
struct Message<'a> {
    layout: &'a Layout,
    bytes: &'a [u8],
}

impl Message<'_> {
    /// The last valid one of a number, as text if it is one.
    fn field(&self, number: u8) -> Option<(Field, Option<&str>)> {
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

impl Fields for Message<'_> {
    fn number(&self, field: u8) -> Option<f64> {
        self.field(field)?.0.number_in(self.bytes, self.layout.big)
    }

    fn text(&self, field: u8) -> Option<String> {
        let text = self.field(field)?.1?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}
