//! Tables for programs: the rows and columns that CSV and Parquet share.

pub(super) mod columns;
pub(super) mod csv;
#[cfg(feature = "parquet")]
pub mod parquet;
mod tables;
