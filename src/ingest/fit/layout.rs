//! Record layouts: what a FIT definition message says, compiled once for the records that follow it.

use super::base::Base;
use super::messages::Fields;
use super::record::{FIELDS, How, RECORD, Scale};
use crate::activity::Channel;

/// What a definition comes to.
pub(super) struct Layout {
    /// A message's bytes, its header among them.
    pub length: usize,
    /// Big-endian content.
    pub big: bool,
    pub number: u16,
    pub fields: Vec<FieldSpec>,
    /// Fields that say when, the one that counts first.
    pub stamps: Vec<FieldSpec>,
    pub purpose: Purpose,
}

impl Layout {
    pub(super) fn stamp(&self, message: &[u8]) -> Option<u32> {
        let stamp = self.stamps.iter().find_map(|field| field.number_in(message, self.big));
        stamp.map(|stamp| stamp as u32)
    }
}

/// What is done with the messages of a layout.
pub(super) enum Purpose {
    /// Nothing: they are passed over.
    Skip,
    /// They go into the columns.
    Columns { copies: Vec<FieldCopy>, compressed: Option<FieldSpec> },
    /// They are typed.
    Type,
    /// They declare developer fields.
    Describe,
}

/// Where a field lies in a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldSpec {
    pub number: u8,
    pub base: Base,
    pub from: usize,
    pub to: usize,
}

impl FieldSpec {
    pub(super) fn bytes(self, message: &[u8]) -> &[u8] {
        message.get(self.from..self.to).unwrap_or_default()
    }

    pub(super) fn number_in(self, message: &[u8], big: bool) -> Option<f64> {
        self.base.number(self.bytes(message), big)
    }
}

/// From a place in a message to a column.
pub(super) struct FieldCopy {
    pub field: FieldSpec,
    pub channel: fn(&mut crate::activity::Samples) -> &mut Channel,
    pub how: How,
    pub scale: Scale,
}

/// Developer data index and field definition number.
pub(super) type DeveloperKey = (u8, u8);

/// A developer field that stands for a native one of `record`.
#[derive(Clone, Copy)]
pub(super) struct DeveloperField {
    pub base: u8,
    pub native: u8,
}

/// The copies that a record's fields come to, in the order of the table.
pub(super) fn copies(fields: &[FieldSpec], developer: &[(u8, FieldSpec)]) -> Vec<FieldCopy> {
    // Of several fields of one number the last one counts; before a text there is no number.
    let of_number = |number: u8| {
        let is_it = move |field: &&FieldSpec| field.number == number;
        let from = fields.iter().rposition(|field| is_it(&field) && field.base == Base::Text).unwrap_or(0);
        fields[from..].iter().filter(is_it).copied()
    };
    let native = FIELDS.iter().flat_map(|known| {
        of_number(known.number).map(|field| FieldCopy {
            field,
            channel: known.channel,
            how: known.how,
            scale: known.scale,
        })
    });
    let developer = developer.iter().flat_map(|&(number, field)| {
        let whole =
            move |known: &&super::record::RecordField| known.number == number && known.how != How::Add;
        FIELDS.iter().filter(whole).map(move |known| FieldCopy {
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
    pub(super) fn described(fields: &dyn Fields) -> Option<(DeveloperKey, Self)> {
        let number = |field: u8| fields.number(field).map(|value| value as u8);
        let of_record = fields.number(14).is_none_or(|message| message == f64::from(RECORD));
        of_record.then_some(())?;
        Some(((number(0)?, number(1)?), Self { base: number(2)?, native: number(15)? }))
    }
}
