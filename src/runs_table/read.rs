//! Reads a runs table back into entries.
//!
//! The table was written by `firstmile --format parquet` and may have been copied by another engine
//! (Spark, pandas, DuckDB). Such engines change integer widths, reorder columns and drop metadata,
//! and all of that is accepted.

use std::fmt::Display;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;

use super::arrow::Columnar;
use super::pages::{LimitedGroups, Unpacked};
use super::{FILES_KEY, RunsTableError, SKIPPED_KEY, footer};
use crate::history::{Entry, Outcome, TableOrigin};
use crate::ingest::{Failure, FailureKind, Limits};
use crate::measure::{Identity, Measured, Refusal, View};
use crate::runner::Stated;
use crate::units::is_utc_offset;

/// The number of rows decoded at a time.
pub(super) const BATCH_ROWS: usize = 64;

/// The runs of a table.
#[derive(Debug, Default)]
pub struct RunsTable {
    /// One entry for each row, in the table's order.
    pub entries: Vec<Entry>,
    /// The number of files that were no activity files when the table was written; 0 if another
    /// engine dropped it.
    pub skipped: usize,
    /// What the batch that wrote it kept of its files; `None` if another engine dropped it.
    pub files: Option<String>,
}

/// The columns that are read; the others only repeat rounded values of these.
const COLUMNS_READ: [&str; 12] = [
    "path",
    "member",
    "activity",
    "status",
    "reason",
    "detail",
    "duplicate_of",
    "identity",
    "said",
    "batch",
    "race_marks",
    "measured",
];

/// Reads a runs table from the bytes of a Parquet file.
///
/// # Errors
///
/// If the bytes are not Parquet or not a runs table, or the table exceeds the limits for rows or
/// unpacked bytes.
pub fn read(bytes: Vec<u8>, limits: &Limits) -> Result<RunsTable, RunsTableError> {
    // The parquet crate panics on some damaged files; here that is an error like any other damage.
    catch_unwind(AssertUnwindSafe(|| decode(bytes, limits))).unwrap_or(Err(RunsTableError::Undecodable))
}

/// Decodes a table; may panic on damaged pages.
fn decode(bytes: Vec<u8>, limits: &Limits) -> Result<RunsTable, RunsTableError> {
    let too_large = |what: &str| {
        RunsTableError::TooLarge(format!("a table of more than {} bytes {what} (--max-bytes)", limits.bytes))
    };
    footer::check(&bytes)?;
    // Engines store their own Arrow schema in the metadata. It describes their memory, not the
    // values in the file.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let bytes = Bytes::from(bytes);
    let metadata = ArrowReaderMetadata::load(&bytes, options)?;
    check_limits(metadata.metadata(), limits)?;
    for name in COLUMNS_READ {
        metadata.schema().field_with_name(name).map_err(|_| RunsTableError::NoColumn(name))?;
    }
    let wanted = ProjectionMask::columns(metadata.parquet_schema(), COLUMNS_READ);
    let levels = parquet_to_arrow_field_levels(metadata.parquet_schema(), wanted, None)?;
    let stored = |key| stored(metadata.metadata(), key);
    let skipped = stored(SKIPPED_KEY).and_then(|count| count.parse().ok()).unwrap_or(0);
    let mut table = RunsTable { entries: Vec::new(), skipped, files: stored(FILES_KEY).cloned() };
    let unpacked = Arc::new(Unpacked::new(limits.bytes));
    let groups = LimitedGroups::new(bytes, Arc::clone(metadata.metadata()), Arc::clone(&unpacked));
    let over_limit = |error: RunsTableError| if unpacked.is_over() { too_large("unpacked") } else { error };
    let batches = ParquetRecordBatchReader::try_new_with_row_groups(&levels, &groups, BATCH_ROWS, None);
    let (mut counted, mut texts, mut all) = (0, 0, 0);
    for batch in batches.map_err(|error| over_limit(error.into()))? {
        let batch = batch.map_err(|error| over_limit(ParquetError::from(error).into()))?;
        entries(&batch, &mut table.entries)?;
        if table.entries.len() > limits.members {
            return Err(over_rows(table.entries.len()));
        }
        for entry in &table.entries[counted..] {
            texts += entry.text_bytes() as u64;
            all += entry.kept_bytes();
        }
        counted = table.entries.len();
        // A recording has hundreds of bytes of text, so an eighth of the bytes is plenty.
        if texts > limits.bytes / 8 {
            return Err(too_large("with the texts of its rows"));
        }
        if all > 2 * limits.bytes {
            return Err(too_large("with its rows"));
        }
        unpacked.next_batch();
    }
    Ok(table)
}

fn over_rows(rows: impl Display) -> RunsTableError {
    RunsTableError::TooLarge(format!("a table of {rows} rows (--max-members)"))
}

/// Checks the limits for rows (as `--max-members`) and for unpacked bytes, before any page is
/// decoded.
fn check_limits(metadata: &ParquetMetaData, limits: &Limits) -> Result<(), RunsTableError> {
    let rows = metadata.file_metadata().num_rows();
    if usize::try_from(rows).is_ok_and(|rows| rows > limits.members) {
        return Err(over_rows(rows));
    }
    let groups = metadata.row_groups().iter();
    let bytes = groups.fold(0_i64, |bytes, group| bytes.saturating_add(group.total_byte_size()));
    if u64::try_from(bytes).is_ok_and(|bytes| bytes > limits.bytes) {
        return Err(RunsTableError::TooLarge(format!("a table of {bytes} bytes unpacked (--max-bytes)")));
    }
    Ok(())
}

/// The starts that recordings can have, Unix seconds: those of the years 1 to 9999.
const YEARS_S: Range<f64> = -62_135_596_800.0..253_402_300_800.0;

/// Returns the value of a key in the metadata.
fn stored<'a>(metadata: &'a ParquetMetaData, key: &str) -> Option<&'a String> {
    let mut pairs = metadata.file_metadata().key_value_metadata()?.iter();
    pairs.find(|pair| pair.key == key)?.value.as_ref()
}

/// Appends an entry for each row of a record batch.
fn entries(batch: &RecordBatch, entries: &mut Vec<Entry>) -> Result<(), RunsTableError> {
    let mut paths = column::<String>(batch, "path")?;
    let mut members = column::<String>(batch, "member")?;
    let mut activities = column::<usize>(batch, "activity")?;
    let mut statuses = column::<String>(batch, "status")?;
    let mut reasons = column::<String>(batch, "reason")?;
    let mut details = column::<String>(batch, "detail")?;
    let mut originals = column::<String>(batch, "duplicate_of")?;
    let mut identities = column::<Identity>(batch, "identity")?;
    let mut stated = column::<Stated>(batch, "said")?;
    let mut batches = column::<String>(batch, "batch")?;
    let mut marks = column::<String>(batch, "race_marks")?;
    let mut measured = column::<Measured>(batch, "measured")?;
    for _ in 0..batch.num_rows() {
        let status = statuses.next().flatten().ok_or(RunsTableError::NoValue("status"))?;
        let (reason, detail) = (reasons.next().flatten(), details.next().flatten().unwrap_or_default());
        let reason = reason_code(&reason.unwrap_or_default());
        let (mut identity, measured) = (identities.next().flatten(), measured.next().flatten());
        if let Some(identity) = &mut identity {
            identity.cut_texts();
            if identity.start_s.is_some_and(|start_s| !YEARS_S.contains(&start_s)) {
                return Err(RunsTableError::NoRun);
            }
            identity.utc_offset = identity.utc_offset.filter(|offset| is_utc_offset(offset.seconds));
        }
        let identity = |status| identity.map(Box::new).ok_or(RunsTableError::NoValue(status));
        let outcome = match status.as_str() {
            "scored" | "duplicate" => {
                let measured = measured.ok_or(RunsTableError::NoValue("measured"))?;
                if !measured.views().all(View::is_possible) {
                    return Err(RunsTableError::NoRun);
                }
                Outcome::Measured(identity("identity")?, Arc::new(measured))
            }
            "refused" => Outcome::Refused(identity("identity")?, Refusal::Stored { code: reason, detail }),
            "unreadable" => {
                let kind = FailureKind::Stored { code: reason, detail };
                Outcome::Unreadable(Failure { at: None, kind })
            }
            _ => return Err(RunsTableError::UnknownValue(status)),
        };
        let named: Option<String> = paths.next().flatten();
        let path = PathBuf::from(named.ok_or(RunsTableError::NoValue("path"))?).into();
        entries.push(Entry {
            path,
            member: members.next().flatten().map(String::into),
            activity: activities.next().flatten().ok_or(RunsTableError::NoValue("activity"))?,
            stated: stated.next().flatten().unwrap_or_default(),
            outcome,
            table_origin: Some(TableOrigin {
                batch: batches.next().flatten(),
                duplicate_of: originals.next().flatten(),
                marks: marks.next().flatten().map(|codes| codes.split(';').map(str::to_owned).collect()),
            }),
        });
    }
    Ok(())
}

/// Returns the values of a column of a record batch.
fn column<T: Columnar>(
    batch: &RecordBatch,
    name: &'static str,
) -> Result<std::vec::IntoIter<Option<T>>, RunsTableError> {
    let column: &ArrayRef = batch.column_by_name(name).ok_or(RunsTableError::NoColumn(name))?;
    Ok(T::from_array(column)?.into_iter())
}

/// Returns the reason code that a text spells; "internal" for a code that this version does not
/// know.
fn reason_code(text: &str) -> &'static str {
    let known = Refusal::CODES.into_iter().chain(Failure::CODES);
    known.into_iter().find(|code| *code == text).unwrap_or("internal")
}
