//! A layout is a compiled FIT definition message, used for the messages that follow it.
//!
//! A layout has the offset of each field in a message, and what is done with such messages.
//! Decoding itself is in [`decode`](super::decode) and [`columns`](super::columns).

use super::base::Base;
use super::messages::{Fields, TIMESTAMP};
use super::record::{FIELDS, Merge, RECORD, Scale};
use crate::activity::Channel;

/// A compiled definition.
pub(super) struct Layout {
    /// The length of a message in bytes, header included.
    pub length: usize,
    /// Whether numbers are big-endian.
    pub big: bool,
    /// The global message number.
    pub number: u16,
    pub fields: Vec<FieldSpec>,
    /// The timestamp fields, the one that counts first.
    stamps: Vec<FieldSpec>,
    /// The offset of the timestamp if there is only one and it has the usual type.
    plain_stamp: Option<usize>,
    pub purpose: Purpose,
}

impl Layout {
    /// Returns the layout of messages with some fields.
    pub(super) fn new(
        length: usize,
        big: bool,
        number: u16,
        fields: Vec<FieldSpec>,
        purpose: Purpose,
    ) -> Self {
        // Of several timestamp fields the last valid one counts, as in the columns.
        let is_stamp = |field: &FieldSpec| field.number == TIMESTAMP;
        let stamps: Vec<_> = fields.iter().rev().copied().filter(is_stamp).collect();
        let is_plain = |field: &FieldSpec| field.base == Base::U32 && field.to - field.from == 4;
        let plain_stamp = match stamps.as_slice() {
            [field] if is_plain(field) => Some(field.from),
            _ => None,
        };
        Self { length, big, number, fields, stamps, plain_stamp, purpose }
    }

    /// Returns a message's raw timestamp.
    //
    // PERF(fit read): 10.4 → 7.3 instr/byte (benches/gate.sh); the plain form is `any_stamp`.
    #[inline]
    pub(super) fn stamp(&self, message: &[u8]) -> Option<u32> {
        let Some(from) = self.plain_stamp else { return self.any_stamp(message) };
        plain_stamp(message, from, self.big)
    }

    /// Returns how to skip the messages; `None` if they are of use, or have an unusual timestamp.
    pub(super) fn skip(&self) -> Option<Skip> {
        let is_simple = self.stamps.is_empty() || self.plain_stamp.is_some();
        let is_skipped = is_simple && matches!(self.purpose, Purpose::Skip);
        let stamp = self.plain_stamp.unwrap_or(0) as u32;
        is_skipped.then_some(Skip { length: self.length as u32, stamp, big: self.big })
    }

    /// Returns a message's raw timestamp, of any type.
    fn any_stamp(&self, message: &[u8]) -> Option<u32> {
        let stamp = self.stamps.iter().find_map(|field| field.number_in(message, self.big));
        stamp.map(|stamp| stamp as u32)
    }
}

/// What skipping a message needs of its layout.
#[derive(Clone, Copy)]
pub(super) struct Skip {
    length: u32,
    /// The offset of the timestamp; 0 if there is none.
    stamp: u32,
    big: bool,
}

impl Skip {
    /// Returns the length of a message in bytes.
    #[inline]
    pub(super) fn length(self) -> usize {
        self.length as usize
    }

    /// Returns a message's raw timestamp.
    #[inline]
    pub(super) fn stamp(self, message: &[u8]) -> Option<u32> {
        if self.stamp == 0 { None } else { plain_stamp(message, self.stamp as usize, self.big) }
    }
}

/// Returns the timestamp of the usual type at an offset.
#[inline]
fn plain_stamp(message: &[u8], from: usize, big: bool) -> Option<u32> {
    let raw = *message.get(from..)?.first_chunk()?;
    let stamp = if big { u32::from_be_bytes(raw) } else { u32::from_le_bytes(raw) };
    (stamp != u32::MAX).then_some(stamp)
}

/// What is done with the messages of a layout.
pub(super) enum Purpose {
    /// They are skipped.
    Skip,
    /// They are records, copied into the columns.
    Columns { copies: Vec<FieldCopy>, compressed: Option<FieldSpec> },
    /// They are parsed into a [`Message`](super::messages::Message).
    Parse,
    /// They declare developer fields.
    Describe,
}

/// A field's type and its byte range in a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldSpec {
    pub number: u8,
    pub base: Base,
    pub from: usize,
    pub to: usize,
}

impl FieldSpec {
    /// Returns the field's bytes; empty if the message is too short.
    pub(super) fn bytes(self, message: &[u8]) -> &[u8] {
        message.get(self.from..self.to).unwrap_or_default()
    }

    /// Decodes the field; see [`Base::number`].
    pub(super) fn number_in(self, message: &[u8], big: bool) -> Option<f64> {
        self.base.number(self.bytes(message), big)
    }
}

/// A copy of one field into one column.
pub(super) struct FieldCopy {
    pub field: FieldSpec,
    pub channel: fn(&mut crate::activity::Samples) -> &mut Channel,
    pub merge: Merge,
    pub scale: Scale,
}

/// The key of a developer field: developer data index and field definition number.
pub(super) type DeveloperKey = (u8, u8);

/// A developer field that replaces a native field of `record`.
#[derive(Clone, Copy)]
pub(super) struct DeveloperField {
    pub base: u8,
    pub native: u8,
}

/// Returns the copies for a record's fields, in the order of the table [`FIELDS`].
///
/// Developer fields come last and fill columns where native fields have no value.
pub(super) fn copies(fields: &[FieldSpec], developer: &[(u8, FieldSpec)]) -> Vec<FieldCopy> {
    // Of several fields with one number the last valid one counts; fields before a text are
    // ignored.
    let of_number = |number: u8| {
        let is_it = move |field: &&FieldSpec| field.number == number;
        let from = fields.iter().rposition(|field| is_it(&field) && field.base == Base::Text).unwrap_or(0);
        fields[from..].iter().filter(is_it).copied()
    };
    let native = FIELDS.iter().flat_map(|known| {
        of_number(known.number).map(|field| FieldCopy {
            field,
            channel: known.channel,
            merge: known.merge,
            scale: known.scale,
        })
    });
    let developer = developer.iter().flat_map(|&(number, field)| {
        let whole =
            move |known: &&super::record::RecordField| known.number == number && known.merge != Merge::Add;
        FIELDS.iter().filter(whole).map(move |known| FieldCopy {
            field,
            channel: known.channel,
            merge: if known.merge == Merge::SetPositive { Merge::FillPositive } else { Merge::Fill },
            scale: known.scale.of_developer(),
        })
    });
    native.chain(developer).collect()
}

impl DeveloperField {
    /// Reads a `field_description`; returns `None` if its field replaces no native field of
    /// `record`.
    pub(super) fn described(fields: &dyn Fields) -> Option<(DeveloperKey, Self)> {
        let number = |field: u8| fields.number(field).map(|value| value as u8);
        let of_record = fields.number(14).is_none_or(|message| message == f64::from(RECORD));
        of_record.then_some(())?;
        Some(((number(0)?, number(1)?), Self { base: number(2)?, native: number(15)? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields of a message, one after another from byte 1: number, type and size.
    fn fields(specs: &[(u8, Base, usize)]) -> Vec<FieldSpec> {
        let mut to = 1;
        let place = |&(number, base, size): &(u8, Base, usize)| {
            let from = to;
            to += size;
            FieldSpec { number, base, from, to }
        };
        specs.iter().map(place).collect()
    }

    fn summary(copies: &[FieldCopy]) -> Vec<(u8, Merge)> {
        copies.iter().map(|copy| (copy.field.number, copy.merge)).collect()
    }

    #[test]
    fn copies_are_in_the_order_of_the_table_and_unknown_fields_have_none() {
        let fields = fields(&[(78, Base::U32, 4), (200, Base::U8, 1), (3, Base::U8, 1), (2, Base::U16, 2)]);
        let copies = copies(&fields, &[]);
        assert_eq!(summary(&copies), [(2, Merge::Set), (78, Merge::Set), (3, Merge::SetPositive)]);
        assert_eq!(copies[0].field.from..copies[0].field.to, 7..9);
        // Enhanced altitude 3000 is 3000 / 5 - 500 metres.
        assert_eq!(copies[1].scale.apply(3000.0), 100.0);
    }

    #[test]
    fn developer_fields_come_last_and_only_fill() {
        let placed = fields(&[(0, Base::F32, 4), (1, Base::U8, 1), (2, Base::U8, 1)]);
        let developer = [(7, placed[0]), (3, placed[1]), (99, placed[2])];
        let copies = copies(&fields(&[(7, Base::U16, 2)]), &developer);
        assert_eq!(summary(&copies), [(7, Merge::Set), (0, Merge::Fill), (1, Merge::FillPositive)]);
    }

    #[test]
    fn fields_before_a_text_of_the_same_number_are_ignored() {
        let fields = fields(&[(7, Base::U16, 2), (7, Base::Text, 3), (7, Base::U8, 1)]);
        let places: Vec<usize> = copies(&fields, &[]).iter().map(|copy| copy.field.from).collect();
        assert_eq!(places, [3, 6]);
    }

    #[test]
    fn the_last_valid_timestamp_counts() {
        let stamps = fields(&[(253, Base::U32, 4), (253, Base::U32, 4)]);
        let layout = Layout::new(9, false, RECORD, stamps, Purpose::Skip);
        assert_eq!(layout.stamp(&[0, 7, 0, 0, 0, 8, 0, 0, 0]), Some(8));
        assert_eq!(layout.stamp(&[0, 7, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]), Some(7));
    }
}
