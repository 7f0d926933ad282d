//! In place of the Parquet writer in a build without it: an error that says where it is.

use std::io;
use std::io::Write;

use crate::formats::Table;
use crate::report::Report;

/// Says that this build has no Parquet, and which ones do.
///
/// # Errors
///
/// Always.
pub fn write(_: &Report, _: Table, _: &mut dyn Write) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, crate::ingest::WITHOUT_PARQUET))
}
