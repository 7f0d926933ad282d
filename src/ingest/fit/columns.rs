//! Copies runs of FIT records into columns of samples.
//!
//! A *run* is a series of adjacent record messages with one layout. Each field is copied for the
//! whole run before the next field. That is a short loop with a fixed stride, in which nothing is
//! decided per record.
//!
//! Many devices write other messages between records, or change the layout every few seconds. Their
//! short runs wait in [`WaitingRecords`] until there are enough of one layout; then they are copied
//! like one run.

use super::base;
use super::base::Base;
use super::file::Decoded;
use super::record::{Merge, compressed_speed_distance};
use crate::activity::Channel;
use crate::ingest::fit::layout::{FieldCopy, FieldSpec, Layout, Purpose};
use crate::units::FIT_EPOCH_UNIX_S;

/// Bytes that begin with adjacent messages of one layout.
pub(super) struct RecordSeries<'a> {
    pub bytes: &'a [u8],
    /// The length of one message in bytes.
    pub length: usize,
}

/// The samples of the messages of a run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rows<'a> {
    /// All samples from this one on.
    From(usize),
    /// One sample for each message, ascending.
    Each(&'a [usize]),
}

impl Rows<'_> {
    /// Returns the sample of a message.
    fn row(self, place: usize) -> usize {
        match self {
            Self::From(first) => first + place,
            Self::Each(rows) => rows[place],
        }
    }
}

/// Records of one layout that are not copied into columns yet, though their samples are open.
#[derive(Default)]
pub(super) struct WaitingRecords {
    messages: Vec<u8>,
    /// The sample of each message.
    rows: Vec<usize>,
}

impl WaitingRecords {
    /// The number of records that are copied at once: their bytes and columns fit the cache.
    const MOST: usize = 1024;

    /// Adds a message and its sample.
    #[inline]
    pub(super) fn push(&mut self, message: &[u8], row: usize) {
        self.messages.extend_from_slice(message);
        self.rows.push(row);
    }

    /// Adds adjacent messages, whose samples begin at `first`.
    pub(super) fn extend(&mut self, messages: &[u8], first: usize, count: usize) {
        self.messages.extend_from_slice(messages);
        self.rows.extend(first..first + count);
    }

    /// Returns whether there are enough records to copy them.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= Self::MOST
    }

    /// Copies the records into columns.
    pub(super) fn copy_columns(&mut self, layout: &Layout, file: &mut Decoded) {
        if let (Purpose::Columns { copies, compressed }, &[first, ..]) = (&layout.purpose, &self.rows[..]) {
            let is_dense = self.rows.last() == Some(&(first + self.rows.len() - 1));
            let rows = if is_dense { Rows::From(first) } else { Rows::Each(&self.rows) };
            let run = RecordSeries { bytes: &self.messages, length: layout.length };
            run.copy_columns(copies, *compressed, layout.big, rows, file);
        }
        self.messages.clear();
        self.rows.clear();
    }
}

impl RecordSeries<'_> {
    /// Opens a sample for each message, up to the first with another header byte or without a
    /// timestamp.
    ///
    /// Returns the number of samples. Later messages are not looked at, so each byte is read once.
    pub(super) fn open_samples(&self, layout: &Layout, file: &mut Decoded) -> usize {
        let times = &mut file.samples.time_s;
        let before = times.len();
        let room = (file.most - before.min(file.most)).saturating_add(1);
        let head = self.bytes[0];
        let run = self.bytes.chunks_exact(self.length).take(room);
        for message in run.take_while(|message| message[0] == head) {
            let Some(stamp) = layout.stamp(message) else { break };
            times.push(f64::from(stamp) + FIT_EPOCH_UNIX_S);
        }
        let taken = times.len() - before;
        if taken > 0 && file.first_stamp.is_none() {
            file.first_stamp = layout.stamp(self.bytes);
        }
        taken
    }

    /// Copies the fields of all messages into the rows of their samples.
    pub(super) fn copy_columns(
        &self,
        copies: &[FieldCopy],
        compressed: Option<FieldSpec>,
        big: bool,
        rows: Rows,
        file: &mut Decoded,
    ) {
        for copy in copies {
            let is_single = copy.field.to - copy.field.from == copy.field.base.size();
            let channel = (copy.channel)(&mut file.samples);
            if channel.is_empty() {
                channel.expect(file.expected);
            }
            // PERF(fit read): 32.5 → 7.3 instr/byte (benches/gate.sh); the plain form is
            // `copy_any`.
            match (copy.field.base, big) {
                _ if !is_single => self.copy_any(copy, big, channel, rows),
                (Base::U8, _) => self.copy_fixed(copy, channel, rows, |[raw]| base::u8(raw)),
                (Base::I8, _) => self.copy_fixed(copy, channel, rows, |[raw]| base::i8(raw)),
                (Base::U16, false) => {
                    self.copy_fixed(copy, channel, rows, |raw| base::u16(u16::from_le_bytes(raw)));
                }
                (Base::U16, true) => {
                    self.copy_fixed(copy, channel, rows, |raw| base::u16(u16::from_be_bytes(raw)));
                }
                (Base::I16, false) => {
                    self.copy_fixed(copy, channel, rows, |raw| base::i16(u16::from_le_bytes(raw)));
                }
                (Base::U32, false) => {
                    self.copy_fixed(copy, channel, rows, |raw| base::u32(u32::from_le_bytes(raw)));
                }
                (Base::U32, true) => {
                    self.copy_fixed(copy, channel, rows, |raw| base::u32(u32::from_be_bytes(raw)));
                }
                (Base::I32, false) => {
                    self.copy_fixed(copy, channel, rows, |raw| base::i32(u32::from_le_bytes(raw)));
                }
                (Base::I32, true) => {
                    self.copy_fixed(copy, channel, rows, |raw| base::i32(u32::from_be_bytes(raw)));
                }
                _ => self.copy_any(copy, big, channel, rows),
            }
        }
        let Some(field) = compressed else { return };
        for (place, message) in self.bytes.chunks_exact(self.length).enumerate() {
            if let Some((speed_mps, distance)) = compressed_speed_distance(field.bytes(message)) {
                file.compressed.push((rows.row(place), speed_mps, distance));
            }
        }
    }

    /// Copies a field of one element of `N` bytes.
    fn copy_fixed<const N: usize>(
        &self,
        copy: &FieldCopy,
        channel: &mut Channel,
        rows: Rows,
        decode: impl Fn([u8; N]) -> f64,
    ) {
        let scale = copy.scale;
        let from = copy.field.from;
        let values = self.bytes.chunks_exact(self.length).map(|message| {
            let raw = message.get(from..).and_then(|rest| rest.first_chunk::<N>());
            raw.map_or(f64::NAN, |raw| scale.apply(decode(*raw)))
        });
        merge_column(copy.merge, channel, rows, values);
    }

    /// Copies a field of any type and size.
    fn copy_any(&self, copy: &FieldCopy, big: bool, channel: &mut Channel, rows: Rows) {
        let values = self.bytes.chunks_exact(self.length).map(|message| {
            copy.field
                .number_in(message, big)
                .map(|raw| copy.scale.apply(raw))
                .filter(|value| value.is_finite())
                .unwrap_or(f64::NAN)
        });
        merge_column(copy.merge, channel, rows, values);
    }
}

/// Merges values into the given rows of a column; NaN is absent.
fn merge_column(merge: Merge, channel: &mut Channel, rows: Rows, values: impl Iterator<Item = f64>) {
    match merge {
        Merge::Set => put(channel, rows, values),
        Merge::SetPositive => put(channel, rows, values.map(positive)),
        Merge::Add => {
            for (place, value) in values.enumerate() {
                let row = rows.row(place);
                if let Some(whole) = channel.get(row) {
                    channel.set(row, whole + value);
                }
            }
        }
        Merge::Fill => fill(channel, rows, values),
        Merge::FillPositive => fill(channel, rows, values.map(positive)),
    }
}

/// Sets values; NaN leaves the value of a sample as it is.
fn put(channel: &mut Channel, rows: Rows, values: impl Iterator<Item = f64>) {
    match rows {
        Rows::From(first) => channel.put(first, values),
        Rows::Each(rows) => channel.put_each(rows, values),
    }
}

/// Sets the values of samples that have none.
fn fill(channel: &mut Channel, rows: Rows, values: impl Iterator<Item = f64>) {
    for (place, value) in values.enumerate() {
        let row = rows.row(place);
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
    use crate::ingest::fit::layout::copies;
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
        Layout::new(to, big, RECORD, fields, Purpose::Skip)
    }

    fn limited() -> Decoded {
        Decoded { most: 1_000, ..Decoded::default() }
    }

    /// Copies a run of records column by column.
    fn by_columns(layout: &Layout, bytes: &[u8]) -> Decoded {
        let mut file = limited();
        let run = RecordSeries { bytes, length: layout.length };
        let taken = run.open_samples(layout, &mut file);
        let taken = RecordSeries { bytes: &bytes[..taken * layout.length], length: layout.length };
        taken.copy_columns(&copies(&layout.fields, &[]), None, layout.big, Rows::From(0), &mut file);
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
