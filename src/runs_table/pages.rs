//! Hands the pages of a Parquet file to its decoder, and counts what they unpack to.
//!
//! A footer may state any size, and a page of a few bytes may hold gigabytes: a packed page, a
//! dictionary with one long text for every row, a list of a billion times the same value. So pages
//! are unpacked here, up to a limit, and what the decoder may make of them is counted before it
//! gets them.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;

use super::read::BATCH_ROWS;

/// About the bytes of one decoded value of a list, with its levels.
const VALUE_BYTES: u64 = 16;

/// The row groups of a file in memory.
pub(super) struct LimitedGroups {
    bytes: Arc<Bytes>,
    metadata: Arc<ParquetMetaData>,
    unpacked: Arc<Unpacked>,
}

/// The bytes that pages unpacked to, with their limit.
pub(super) struct Unpacked {
    most: u64,
    /// Those of all pages.
    pages: AtomicU64,
    /// Those that the decoder may need at once: for the pages that it asked for since the last
    /// batch of rows.
    batch: AtomicU64,
}

impl Unpacked {
    pub(super) fn new(most: u64) -> Self {
        Self { most, pages: AtomicU64::new(0), batch: AtomicU64::new(0) }
    }

    /// Begins the next batch of rows.
    pub(super) fn next_batch(&self) {
        self.batch.store(0, Ordering::Relaxed);
    }

    /// Returns whether the table was refused.
    pub(super) fn is_over(&self) -> bool {
        self.pages.load(Ordering::Relaxed).max(self.batch.load(Ordering::Relaxed)) > self.most
    }

    /// Counts a page, and what the decoder makes of it.
    fn count(&self, page: &Page, is_text: bool) -> Result<()> {
        let bytes = page.buffer().len() as u64;
        let decoded = match page {
            Page::DictionaryPage { buf, .. } if is_text => BATCH_ROWS as u64 * longest_text(buf),
            Page::DictionaryPage { .. } => 0,
            // Each text may repeat the one before.
            page if page.encoding() == Encoding::DELTA_BYTE_ARRAY => BATCH_ROWS as u64 * bytes,
            page => VALUE_BYTES * u64::from(page.num_values()),
        };
        self.pages.fetch_add(bytes, Ordering::Relaxed);
        self.batch.fetch_add(decoded, Ordering::Relaxed);
        if self.is_over() { Err(invalid(&"its size")) } else { Ok(()) }
    }

    /// Unpacks a page after its first `levels` bytes, which are not packed.
    fn unpack(&self, packed: &Bytes, levels: usize, codec: Compression) -> Result<Bytes> {
        let (levels, content) = packed.split_at_checked(levels).ok_or_else(|| invalid(&"its levels"))?;
        let left = self.most.saturating_sub(self.pages.load(Ordering::Relaxed));
        let mut bytes = levels.to_vec();
        match codec {
            _ if content.is_empty() => {}
            Compression::GZIP(_) => {
                MultiGzDecoder::new(content).take(left + 1).read_to_end(&mut bytes)?;
            }
            _ => {
                let length = snap::raw::decompress_len(content).map_err(|error| invalid(&error))?;
                if length as u64 > left {
                    self.pages.fetch_add(length as u64, Ordering::Relaxed);
                    return Err(invalid(&"its size"));
                }
                bytes.resize(levels.len() + length, 0);
                let into = &mut bytes[levels.len()..];
                snap::raw::Decoder::new().decompress(content, into).map_err(|error| invalid(&error))?;
            }
        }
        Ok(bytes.into())
    }
}

fn invalid(what: &dyn std::fmt::Display) -> ParquetError {
    ParquetError::General(format!("invalid page: {what}"))
}

/// Returns the length of the longest text of a dictionary.
fn longest_text(mut dictionary: &[u8]) -> u64 {
    let mut longest = 0;
    while let Some((length, rest)) = dictionary.split_first_chunk() {
        let length = u32::from_le_bytes(*length) as usize;
        let Some(rest) = rest.get(length..) else { break };
        (longest, dictionary) = (longest.max(length), rest);
    }
    longest as u64
}

impl LimitedGroups {
    pub(super) fn new(bytes: Bytes, metadata: Arc<ParquetMetaData>, unpacked: Arc<Unpacked>) -> Self {
        Self { bytes: Arc::new(bytes), metadata, unpacked }
    }
}

impl RowGroups for LimitedGroups {
    fn num_rows(&self) -> usize {
        self.row_groups().map(|group| usize::try_from(group.num_rows()).unwrap_or(0)).sum()
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        let (bytes, metadata) = (Arc::clone(&self.bytes), Arc::clone(&self.metadata));
        Ok(Box::new(ColumnPages { bytes, metadata, unpacked: Arc::clone(&self.unpacked), column, group: 0 }))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(self.metadata.row_groups().iter())
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

/// The pages of one column, one reader for each row group.
struct ColumnPages {
    bytes: Arc<Bytes>,
    metadata: Arc<ParquetMetaData>,
    unpacked: Arc<Unpacked>,
    column: usize,
    group: usize,
}

impl PageIterator for ColumnPages {}

impl Iterator for ColumnPages {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        let group = self.metadata.row_groups().get(self.group)?;
        self.group += 1;
        Some(self.reader(group))
    }
}

impl ColumnPages {
    fn reader(&self, group: &RowGroupMetaData) -> Result<Box<dyn PageReader>> {
        let column = group.columns().get(self.column).ok_or_else(|| invalid(&"its column"))?;
        let codec = column.compression();
        let mut as_packed = column.clone();
        // The reader of pages unpacks the other codecs, or says that it cannot.
        if matches!(codec, Compression::SNAPPY | Compression::GZIP(_)) {
            as_packed = as_packed.into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
        }
        let rows = usize::try_from(group.num_rows()).unwrap_or(0);
        let pages = SerializedPageReader::new(Arc::clone(&self.bytes), &as_packed, rows, None)?;
        let is_text = column.column_type() == Type::BYTE_ARRAY;
        Ok(Box::new(LimitedPages { pages, unpacked: Arc::clone(&self.unpacked), codec, is_text }))
    }
}

/// The pages of one column in one row group.
struct LimitedPages {
    pages: SerializedPageReader<Bytes>,
    unpacked: Arc<Unpacked>,
    codec: Compression,
    is_text: bool,
}

impl Iterator for LimitedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for LimitedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(mut page) = self.pages.get_next_page()? else { return Ok(None) };
        if self.codec != Compression::UNCOMPRESSED {
            let levels = match &page {
                Page::DataPageV2 { is_compressed: false, .. } => None,
                Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
                    Some(*def_levels_byte_len as usize + *rep_levels_byte_len as usize)
                }
                _ => Some(0),
            };
            let (Page::DataPage { buf, .. }
            | Page::DataPageV2 { buf, .. }
            | Page::DictionaryPage { buf, .. }) = &mut page;
            if let Some(levels) = levels {
                *buf = self.unpacked.unpack(buf, levels, self.codec)?;
            }
        }
        self.unpacked.count(&page, self.is_text)?;
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}
