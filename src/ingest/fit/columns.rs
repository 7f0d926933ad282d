//! Copies runs of FIT records into columns of samples.

use super::base;
use super::base::Base;
use super::file::Decoded;
use super::record::{How, compressed_speed_distance};
use crate::activity::Channel;
use crate::ingest::fit::layout::{FieldCopy, FieldSpec, Layout};
use crate::units::FIT_EPOCH_UNIX_S;

/// Bytes that begin with messages of one layout, one behind the other.
pub(super) struct RecordRun<'a> {
    pub bytes: &'a [u8],
    pub length: usize,
}

impl RecordRun<'_> {
    pub(super) fn stamp(&self, layout: &Layout, row: usize) -> Option<u32> {
        layout.stamp(&self.bytes[row * self.length..])
    }

    /// Opens a sample for each message up to the first of another kind or without a time; gives how many. Nothing behind that
    /// is looked at, so that no message is met twice.
    pub(super) fn times(&self, layout: &Layout, file: &mut Decoded) -> usize {
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
    pub(super) fn columns(
        &self,
        copies: &[FieldCopy],
        compressed: Option<FieldSpec>,
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
        copy: &FieldCopy,
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
    fn any(&self, copy: &FieldCopy, big: bool, channel: &mut Channel, first: usize) {
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

pub(super) fn put(how: How, channel: &mut Channel, first: usize, values: impl Iterator<Item = f64>) {
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

pub(super) fn fill(channel: &mut Channel, first: usize, values: impl Iterator<Item = f64>) {
    for (row, value) in (first..).zip(values) {
        if channel.get(row).is_none() {
            channel.set(row, value);
        }
    }
}

pub(super) fn positive(value: f64) -> f64 {
    if value > 0.0 { value } else { f64::NAN }
}
