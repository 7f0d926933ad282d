//! Entries out of a runs table: what `firstmile --format parquet` wrote, also when another engine copied it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::ParquetMetaData;

use super::arrow::Columnar;
use super::{RunsTableError, SKIPPED_KEY};
use crate::history::{Entry, Outcome, TableOrigin};
use crate::ingest::{Failure, FailureKind, Limits};
use crate::measure::{Identity, Measured, Refusal};
use crate::runner::Stated;

/// Rows are made into entries so many at a time.
const ROWS: usize = 1024;

/// A table's runs.
#[derive(Debug, Default)]
pub struct RunsTable {
    /// An entry a row, in the table's order.
    pub entries: Vec<Entry>,
    /// How many files were no activity files when it was written; 0 where another engine dropped the number.
    pub skipped: usize,
}

/// The columns that are read.
const WANTED: [&str; 11] = [
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
    "measured",
];

/// Reads a table.
///
/// # Errors
///
/// For bytes that are no Parquet or no runs table, and for one of more rows or bytes than is taken.
pub fn read(bytes: Vec<u8>, limits: &Limits) -> Result<RunsTable, RunsTableError> {
    // The parquet crate panics over some damage; to whoever reads a table that is damage like any other.
    catch_unwind(AssertUnwindSafe(|| decode(bytes, limits))).unwrap_or(Err(RunsTableError::Undecodable))
}

fn decode(bytes: Vec<u8>, limits: &Limits) -> Result<RunsTable, RunsTableError> {
    // Types are taken from the Parquet alone: what an engine says beside it of its own memory says nothing of the values.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(Bytes::from(bytes), options)?;
    check(builder.metadata(), limits)?;
    for name in WANTED {
        builder.schema().field_with_name(name).map_err(|_| RunsTableError::NoColumn(name))?;
    }
    let skipped = skipped(builder.metadata());
    let wanted = ProjectionMask::columns(builder.parquet_schema(), WANTED);
    let mut table = RunsTable { entries: Vec::new(), skipped };
    for batch in builder.with_projection(wanted).with_batch_size(ROWS).build()? {
        let batch = batch.map_err(parquet::errors::ParquetError::from)?;
        entries(&batch, &mut table.entries)?;
    }
    Ok(table)
}

/// Rows are to a table what members are to an archive.
fn check(metadata: &ParquetMetaData, limits: &Limits) -> Result<(), RunsTableError> {
    let rows = metadata.file_metadata().num_rows();
    if usize::try_from(rows).is_ok_and(|rows| rows > limits.members) {
        return Err(RunsTableError::TooLarge(format!("a table of {rows} rows (--max-members)")));
    }
    let groups = metadata.row_groups().iter();
    let bytes = groups.fold(0_i64, |bytes, group| bytes.saturating_add(group.total_byte_size()));
    if u64::try_from(bytes).is_ok_and(|bytes| bytes > limits.bytes) {
        return Err(RunsTableError::TooLarge(format!("a table of {bytes} bytes unpacked (--max-bytes)")));
    }
    Ok(())
}

fn skipped(metadata: &ParquetMetaData) -> usize {
    let pairs = metadata.file_metadata().key_value_metadata();
    let told = pairs.and_then(|pairs| pairs.iter().find(|pair| pair.key == SKIPPED_KEY));
    told.and_then(|pair| pair.value.as_ref()?.parse().ok()).unwrap_or(0)
}

/// Adds the entries of some rows.
fn entries(batch: &RecordBatch, entries: &mut Vec<Entry>) -> Result<(), RunsTableError> {
    let mut paths = column::<String>(batch, "path")?;
    let mut members = column::<String>(batch, "member")?;
    let mut activities = column::<usize>(batch, "activity")?;
    let mut statuses = column::<String>(batch, "status")?;
    let mut reasons = column::<String>(batch, "reason")?;
    let mut details = column::<String>(batch, "detail")?;
    let mut originals = column::<String>(batch, "duplicate_of")?;
    let mut identities = column::<Identity>(batch, "identity")?;
    let mut said = column::<Stated>(batch, "said")?;
    let mut batches = column::<String>(batch, "batch")?;
    let mut measured = column::<Measured>(batch, "measured")?;
    for _ in 0..batch.num_rows() {
        let status = statuses.next().flatten().ok_or(RunsTableError::NoValue("status"))?;
        let (reason, detail) = (reasons.next().flatten(), details.next().flatten().unwrap_or_default());
        let reason = code(&reason.unwrap_or_default());
        let (identity, measured) = (identities.next().flatten(), measured.next().flatten());
        let identity = |status| identity.map(Box::new).ok_or(RunsTableError::NoValue(status));
        let outcome = match status.as_str() {
            "scored" | "duplicate" => {
                let measured = measured.ok_or(RunsTableError::NoValue("measured"))?;
                Outcome::Measured(identity("identity")?, Arc::new(measured))
            }
            "refused" => Outcome::Refused(identity("identity")?, Refusal::Stored { code: reason, detail }),
            "unreadable" => {
                let kind = FailureKind::Stored { code: reason, detail };
                Outcome::Unreadable(Failure { at: None, kind })
            }
            _ => return Err(RunsTableError::NoWord(status)),
        };
        entries.push(Entry {
            path: PathBuf::from(paths.next().flatten().ok_or(RunsTableError::NoValue("path"))?),
            member: members.next().flatten(),
            activity: activities.next().flatten().ok_or(RunsTableError::NoValue("activity"))?,
            stated: said.next().flatten().unwrap_or_default(),
            outcome,
            table_origin: Some(TableOrigin {
                batch: batches.next().flatten(),
                duplicate_of: originals.next().flatten(),
            }),
        });
    }
    Ok(())
}

fn column<T: Columnar>(
    batch: &RecordBatch,
    name: &'static str,
) -> Result<std::vec::IntoIter<Option<T>>, RunsTableError> {
    let column: &ArrayRef = batch.column_by_name(name).ok_or(RunsTableError::NoColumn(name))?;
    Ok(T::values(column)?.into_iter())
}

/// The stable code that a word is; one of a later version is told as a fault of that table.
fn code(word: &str) -> &'static str {
    let known = Refusal::CODES.into_iter().chain(Failure::CODES);
    known.into_iter().find(|code| *code == word).unwrap_or("internal")
}
