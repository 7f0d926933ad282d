//! The runs table in Parquet: measured runs as nested columns, written and read back.
//!
//! `firstmile --format parquet` writes the columns of CSV first and those of [`COLUMNS`] after
//! them. [`COLUMNS`] hold everything that was measured except positions, in SI units and without
//! the rounding of the CSV columns. [`read()`] turns the rows back into entries as if the
//! recordings had just been measured. So a history, a roster or a report of a table needs no
//! recording.
//!
//! Some duplicates can only be recognised by position. Each row therefore keeps the name of the
//! batch in which duplicates were looked for, and the address of the row it duplicates
//! ([`TableOrigin`](crate::history::TableOrigin)).

mod arrow;
mod footer;
mod pages;
mod read;
mod types;

use arrow::Columnar;
use arrow_array::ArrayRef;
use arrow_schema::Field;
pub use read::{RunsTable, read};
use thiserror::Error;

use crate::measure::{Identity, Measured};
use crate::runner::Stated;

/// The key in a Parquet file's metadata whose value is [`SCHEMA`] in a runs table.
pub const SCHEMA_KEY: &str = "firstmile.schema";
/// The name and version of the runs table's schema.
pub const SCHEMA: &str = "firstmile-runs/1";
/// The metadata key whose value is the number of files that were no activity files.
pub const SKIPPED_KEY: &str = "firstmile.skipped";

/// The metadata key whose value tells of the files that the runs were measured from, as
/// [`batch`](crate::batch) writes it.
pub const FILES_KEY: &str = "firstmile.files";

/// The names of the nested columns, which follow the columns of CSV.
///
/// | name | content | null |
/// |---|---|---|
/// | `identity` | start, name, sport, device and notes of the activity | in unreadable rows |
/// | `said` | what a flag, the profile or the file states about the run | never |
/// | `batch` | the batch in which duplicates were looked for | if they were not |
/// | `race_marks` | the codes of the marks of a race, joined with `;` | in rows without a score |
/// | `measured` | distances, times, splits, grade and heart rate | in unreadable and refused rows |
pub const COLUMNS: [&str; 5] = ["identity", "said", "batch", "race_marks", "measured"];

/// Why no runs could be read from a table.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunsTableError {
    /// The file is not valid Parquet.
    #[error("{0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The pages are damaged so that the decoder panics.
    #[error("its pages cannot be decoded")]
    Undecodable,
    /// A column is missing.
    #[error("it has no column \"{0}\", which the runs table of firstmile --format parquet has")]
    NoColumn(&'static str),
    /// A column has another type: the expected one, then the actual one.
    #[error("a column must hold {0}, but has type {1}")]
    WrongType(&'static str, String),
    /// A required value is null.
    #[error("a value of \"{0}\" is missing")]
    NoValue(&'static str),
    /// A word or number is outside the values that its column can have.
    #[error("\"{0}\" is not a known value of its column")]
    UnknownValue(String),
    /// A run has a date, a distance or splits that no run has.
    #[error("a run in it has a date, a distance or splits that no run has")]
    NoRun,
    /// The table exceeds a limit.
    #[error("{0}")]
    TooLarge(String),
}

/// A row to write into the nested columns.
#[derive(Debug, Clone, Copy)]
pub struct TableRow<'a> {
    /// What is known about the activity; `None` for an unreadable file.
    pub identity: Option<&'a Identity>,
    /// What a flag, the profile or the file states about the run.
    pub stated: &'a Stated,
    /// The codes of the marks of a race, or of training; `None` without a score.
    pub marks: Option<&'a [&'static str]>,
    /// What was measured; `None` for a refused or unreadable row.
    pub measured: Option<&'a Measured>,
}

/// Returns the Arrow fields of [`COLUMNS`].
pub fn fields() -> [Field; 5] {
    let [identity, said, batch, marks, measured] = COLUMNS;
    [
        Field::new(identity, Identity::data_type(), true),
        Field::new(said, Stated::data_type(), true),
        Field::new(batch, String::data_type(), true),
        Field::new(marks, String::data_type(), true),
        Field::new(measured, Measured::data_type(), true),
    ]
}

/// Returns the nested columns of some rows of one batch, in the order of [`COLUMNS`].
pub fn columns(rows: &[TableRow], batch: Option<&String>) -> [ArrayRef; 5] {
    let marks: Vec<Option<String>> = rows.iter().map(|row| Some(row.marks?.join(";"))).collect();
    [
        Identity::to_array(&rows.iter().map(|row| row.identity).collect::<Vec<_>>()),
        Stated::to_array(&rows.iter().map(|row| Some(row.stated)).collect::<Vec<_>>()),
        String::to_array(&vec![batch; rows.len()]),
        String::to_array(&marks.iter().map(Option::as_ref).collect::<Vec<_>>()),
        Measured::to_array(&rows.iter().map(|row| row.measured).collect::<Vec<_>>()),
    ]
}

/// Returns a name for a batch: the FNV-1a hash of its addresses and starts in hexadecimal.
///
/// The same input always has the same name.
pub fn batch_name(rows: impl Iterator<Item = (String, Option<f64>)>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (address, start_s) in rows {
        let start = start_s.map_or(u64::MAX, f64::to_bits).to_le_bytes();
        for byte in address.bytes().chain(start) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}
