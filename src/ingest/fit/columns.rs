//! Copies runs of FIT records into columns of samples.
//!
//! A *run* is a series of adjacent record messages with one layout. Each field is copied for the
//! whole run before the next field. That is a short loop with a fixed stride, in which nothing is
//! decided per record.

use super::base;
use super::base::Base;
use super::file::Decoded;
use super::record::{Merge, compressed_speed_distance};
use crate::activity::Channel;
use crate::ingest::fit::layout::{FieldCopy, FieldSpec, Layout};
use crate::units::FIT_EPOCH_UNIX_S;

/// Bytes that begin with adjacent messages of one layout.
pub(super) struct RecordSeries<'a> {
    pub bytes: &'a [u8],
    /// The length of one message in bytes.
    pub length: usize,
}

impl RecordSeries<'_> {
    /// Returns the raw timestamp of a message of the run.
    pub(super) fn stamp(&self, layout: &Layout, row: usize) -> Option<u32> {
        layout.stamp(&self.bytes[row * self.length..])
    }

    /// Opens a sample for each message, up to the first with another header byte or without a
    /// timestamp.
    ///
    /// Returns the number of samples. Later messages are not looked at, so each byte is read once.
    pub(super) fn open_samples(&self, layout: &Layout, file: &mut Decoded) -> usize {
        let &[field] = layout.stamps.as_slice() else { return 0 };
        let times = &mut file.samples.time_s;
        let before = times.len();
        let room = (file.most - before.min(file.most)).saturating_add(1);
        // PERF(fit read): 10.4 → 7.3 instr/byte (benches/gate.sh); the plain form is
        // `FieldSpec::number_in`.
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

    /// Copies the fields of the first `taken` messages; their samples are the last `taken` ones.
    pub(super) fn copy_columns(
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
            let is_single = copy.field.to - copy.field.from == copy.field.base.size();
            let channel = (copy.channel)(&mut file.samples);
            if channel.is_empty() {
                channel.expect(file.expected);
            }
            // PERF(fit read): 32.5 → 7.3 instr/byte (benches/gate.sh); the plain form is
            // `copy_any`.
            match (copy.field.base, big) {
                _ if !is_single => rows.copy_any(copy, big, channel, first),
                (Base::U8, _) => rows.copy_fixed(copy, channel, first, |[raw]| base::u8(raw)),
                (Base::I8, _) => rows.copy_fixed(copy, channel, first, |[raw]| base::i8(raw)),
                (Base::U16, false) => {
                    rows.copy_fixed(copy, channel, first, |raw| base::u16(u16::from_le_bytes(raw)));
                }
                (Base::I16, false) => {
                    rows.copy_fixed(copy, channel, first, |raw| base::i16(u16::from_le_bytes(raw)));
                }
                (Base::U32, false) => {
                    rows.copy_fixed(copy, channel, first, |raw| base::u32(u32::from_le_bytes(raw)));
                }
                (Base::I32, false) => {
                    rows.copy_fixed(copy, channel, first, |raw| base::i32(u32::from_le_bytes(raw)));
                }
                _ => rows.copy_any(copy, big, channel, first),
            }
        }
        for (row, message) in rows.bytes.chunks_exact(rows.length).enumerate() {
            let Some(field) = compressed else { break };
            if let Some((speed_mps, distance)) = compressed_speed_distance(field.bytes(message)) {
                file.compressed.push((first + row, speed_mps, distance));
            }
        }
    }

    /// Copies a field of one element of `N` bytes.
    fn copy_fixed<const N: usize>(
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
        merge_column(copy.merge, channel, first, values);
    }

    /// Copies a field of any type and size.
    fn copy_any(&self, copy: &FieldCopy, big: bool, channel: &mut Channel, first: usize) {
        let values = self.bytes.chunks_exact(self.length).map(|message| {
            copy.field
                .number_in(message, big)
                .map(|raw| copy.scale.apply(raw))
                .filter(|value| value.is_finite())
                .unwrap_or(f64::NAN)
        });
        merge_column(copy.merge, channel, first, values);
    }
}

/// Merges values into a column from sample `first` on; NaN is absent.
fn merge_column(merge: Merge, channel: &mut Channel, first: usize, values: impl Iterator<Item = f64>) {
    match merge {
        Merge::Set => channel.put(first, values),
        Merge::SetPositive => {
            channel.put(first, values.map(positive));
        }
        Merge::Add => {
            for (row, value) in (first..).zip(values) {
                if let Some(whole) = channel.get(row) {
                    channel.set(row, whole + value);
                }
            }
        }
        Merge::Fill => fill(channel, first, values),
        Merge::FillPositive => fill(channel, first, values.map(positive)),
    }
}

/// Sets the values of samples that have none.
fn fill(channel: &mut Channel, first: usize, values: impl Iterator<Item = f64>) {
    for (row, value) in (first..).zip(values) {
        if channel.get(row).is_none() {
            channel.set(row, value);
        }
    }
}

/// Returns a positive value, else NaN.
fn positive(value: f64) -> f64 {
    if value > 0.0 { value } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::activity::Samples;
    use crate::ingest::fit::layout::{Purpose, copies};
    use crate::ingest::fit::messages::TIMESTAMP;
    use crate::ingest::fit::record::RECORD;

    /// A record with a timestamp and the given fields: number, type and size.
    fn layout(big: bool, specs: &[(u8, Base, usize)]) -> Layout {
        let mut to = 1;
        let mut fields = Vec::new();
        for &(number, base, size) in [(TIMESTAMP, Base::U32, 4)].iter().chain(specs) {
            fields.push(FieldSpec { number, base, from: to, to: to + size });
            to += size;
        }
        let stamps = fields[..1].to_vec();
        Layout { length: to, big, number: RECORD, fields, stamps, purpose: Purpose::Skip }
    }

    fn limited() -> Decoded {
        Decoded { most: 1_000, ..Decoded::default() }
    }

    /// Copies a run of records column by column.
    fn by_columns(layout: &Layout, bytes: &[u8]) -> Decoded {
        let mut file = limited();
        let run = RecordSeries { bytes, length: layout.length };
        let taken = run.open_samples(layout, &mut file);
        run.copy_columns(&copies(&layout.fields, &[]), None, layout.big, taken, &mut file);
        file
    }

    /// The plain form: decodes one field of one record at a time.
    fn by_records(layout: &Layout, bytes: &[u8]) -> Samples {
        let mut samples = Samples::default();
        for message in bytes.chunks_exact(layout.length).take_while(|message| message[0] == bytes[0]) {
            let Some(stamp) = layout.stamp(message) else { break };
            let row = samples.open(f64::from(stamp) + FIT_EPOCH_UNIX_S);
            for copy in copies(&layout.fields, &[]) {
                let raw = copy.field.number_in(message, layout.big);
                let channel = (copy.channel)(&mut samples);
                match (raw.map(|raw| copy.scale.apply(raw)), copy.merge, channel.get(row)) {
                    (Some(value), Merge::Add, Some(whole)) => channel.set(row, whole + value),
                    (Some(value), Merge::Set, _) => channel.set(row, value),
                    (Some(value), Merge::SetPositive, _) if value > 0.0 => channel.set(row, value),
                    _ => {}
                }
            }
        }
        samples
    }

    #[test]
    fn a_run_of_three_records_becomes_three_samples() {
        let layout = layout(false, &[(5, Base::U32, 4), (3, Base::U8, 1)]);
        #[rustfmt::skip]
        let bytes = [
            0, 10, 0, 0, 0,  100, 0, 0, 0,  150,
            0, 11, 0, 0, 0,  0xFF, 0xFF, 0xFF, 0xFF,  0,
            0, 12, 0, 0, 0,  44, 1, 0, 0,  0xFF,
        ];
        let samples = by_columns(&layout, &bytes).samples;
        assert_eq!(samples.time_s, [10.0, 11.0, 12.0].map(|stamp| stamp + FIT_EPOCH_UNIX_S));
        // Distance counts centimetres; 0xFFFFFFFF is invalid.
        assert_eq!([0, 1, 2].map(|row| samples.distance_m.get(row)), [Some(1.0), None, Some(3.0)]);
        // A heart rate of 0 or 0xFF is absent.
        assert_eq!([0, 1, 2].map(|row| samples.heart_rate_bpm.get(row)), [Some(150.0), None, None]);
    }

    #[test]
    fn a_run_ends_before_another_header_byte_or_an_invalid_timestamp() {
        let layout = layout(false, &[]);
        assert_eq!(by_columns(&layout, &[0, 1, 0, 0, 0, 1, 2, 0, 0, 0]).samples.len(), 1);
        assert_eq!(by_columns(&layout, &[0, 1, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]).samples.len(), 1);
        let file = by_columns(&layout, &[0, 1, 0, 0, 0, 0, 2, 0, 0, 0]);
        assert_eq!((file.samples.len(), file.first_stamp), (2, Some(1)));
    }

    #[test]
    fn a_fraction_is_added_to_its_whole() {
        let layout = layout(false, &[(4, Base::U8, 1), (53, Base::U8, 1)]);
        let samples = by_columns(&layout, &[0, 1, 0, 0, 0, 85, 64]).samples;
        // 85 and 64/128 strides of one foot are 171 steps.
        assert_eq!(samples.cadence_spm.get(0), Some(171.0));
    }

    proptest! {
        #[test]
        fn column_copy_agrees_with_one_record_at_a_time(
            big in any::<bool>(),
            types in prop::collection::vec((0..12_usize, 0..10_usize, any::<bool>()), 1..5),
            rows in prop::collection::vec(prop::collection::vec(prop_oneof![Just(0xFF), any::<u8>()], 64), 1..8),
        ) {
            const NUMBERS: [u8; 12] = [0, 1, 2, 78, 3, 4, 53, 5, 6, 73, 7, 13];
            const TYPES: [Base; 10] = [
                Base::U8, Base::I8, Base::U16, Base::I16, Base::U32, Base::I32, Base::F32, Base::U16z, Base::Byte,
                Base::U64,
            ];
            let specs: Vec<_> = types
                .iter()
                .map(|&(number, base, is_pair)| {
                    let base = TYPES[base];
                    (NUMBERS[number], base, base.size() * if is_pair { 2 } else { 1 })
                })
                .collect();
            let layout = layout(big, &specs);
            let messages = rows.iter().map(|row| {
                let mut message = vec![0; layout.length];
                message[1..].iter_mut().zip(row.iter().cycle()).for_each(|(to, from)| *to = *from);
                message
            });
            let bytes: Vec<u8> = messages.flatten().collect();
            let (fast, plain) = (by_columns(&layout, &bytes).samples, by_records(&layout, &bytes));
            prop_assert_eq!(&fast.time_s, &plain.time_s);
            for known in &crate::ingest::fit::record::FIELDS {
                let mut pair = (fast.clone(), plain.clone());
                let (fast, plain) = ((known.channel)(&mut pair.0), (known.channel)(&mut pair.1));
                prop_assert!(fast == plain, "field {}: {:?} {:?}", known.number, fast, plain);
            }
        }
    }
}
