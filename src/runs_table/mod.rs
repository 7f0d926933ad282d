//! What is kept of measured runs in a table, and runs out of such a table.
//!
//! A runs table holds, behind the contract's columns, all that was measured ([`COLUMNS`]) but the places. Entries made of its
//! rows go the same way as those that were just read, so that a history, a roster or a report of tables needs no
//! recording again. Numbers there are as they were measured, without the rounding of the contract's columns.
//!
//! It stands between `measure` and `history` and beside the way: bytes of a table become the entries that recordings would
//! have become. What cannot be told without places is told by [`TableOrigin`](crate::history::TableOrigin): which rows were found to be one run when the table was
//! written.

mod arrow;
mod read;
mod types;

use arrow::Columnar;
use arrow_array::ArrayRef;
use arrow_schema::Field;
pub use read::{RunsTable, read};
use thiserror::Error;

use crate::measure::{Identity, Measured};
use crate::runner::Stated;

/// The key under which a table's file says that it is one of runs, and its version.
pub const SCHEMA_KEY: &str = "firstmile.schema";
/// That version.
pub const SCHEMA: &str = "firstmile-runs/1";
/// The key under which it says how many files were no activity files.
pub const SKIPPED_KEY: &str = "firstmile.skipped";

/// The columns behind the contract's, in order: what is known of the activity, what the user said of it, the batch in which
/// twins were looked for, and what was measured.
pub const COLUMNS: [&str; 4] = ["identity", "said", "batch", "measured"];

/// Why a table gives no runs.
#[derive(Debug, Error)]
pub enum RunsTableError {
    /// It is no sound Parquet.
    #[error("{0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// Its pages are damaged beyond what their decoder knows to tell.
    #[error("its pages cannot be decoded")]
    Undecodable,
    /// It has not the column.
    #[error("it has no column \"{0}\", which the runs table of firstmile --format parquet has")]
    NoColumn(&'static str),
    /// A column is of another type; the one that is wanted, the one that is there.
    #[error("a column is to be of {0}, but is of type {1}")]
    Type(&'static str, String),
    /// A value that cannot be absent is.
    #[error("a value of \"{0}\" is missing")]
    NoValue(&'static str),
    /// A word that no column of this version has.
    #[error("\"{0}\" is no word of its column")]
    NoWord(String),
    /// It holds more than is taken.
    #[error("{0}")]
    TooLarge(String),
}

/// A row to be kept.
#[derive(Debug, Clone, Copy)]
pub struct TableRow<'a> {
    /// What is known of the activity; `None` for what was not read.
    pub identity: Option<&'a Identity>,
    /// What the user said of it.
    pub said: &'a Stated,
    /// What was measured; `None` for what was not.
    pub measured: Option<&'a Measured>,
}

/// The fields of [`COLUMNS`].
pub fn fields() -> [Field; 4] {
    let [identity, said, batch, measured] = COLUMNS;
    [
        Field::new(identity, Identity::data_type(), true),
        Field::new(said, Stated::data_type(), true),
        Field::new(batch, String::data_type(), true),
        Field::new(measured, Measured::data_type(), true),
    ]
}

/// The columns of some rows, in the order of [`COLUMNS`]; all rows are of one batch.
pub fn columns(rows: &[TableRow], batch: Option<&String>) -> [ArrayRef; 4] {
    [
        Identity::gather(&rows.iter().map(|row| row.identity).collect::<Vec<_>>()),
        Stated::gather(&rows.iter().map(|row| Some(row.said)).collect::<Vec<_>>()),
        String::gather(&vec![batch; rows.len()]),
        Measured::gather(&rows.iter().map(|row| row.measured).collect::<Vec<_>>()),
    ]
}

/// A name for a batch by what is in it, so that the same input has the same: FNV-1a over addresses and starts.
pub fn batch_name<'a>(rows: impl Iterator<Item = (&'a str, Option<f64>)>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (address, start_s) in rows {
        let start = start_s.map_or(u64::MAX, f64::to_bits).to_le_bytes();
        for byte in address.bytes().chain(start) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}
