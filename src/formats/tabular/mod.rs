//! Tables for programs: the rows and columns that CSV and Parquet share.
//!
//! `columns` is the list of data columns with their meaning and units; JSON and baselines use it
//! too. `tables` has the rows of the tables, and `csv` and `parquet` write them.

pub(super) mod columns;
pub(super) mod csv;
#[cfg(feature = "parquet")]
pub mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "no_parquet.rs"]
pub mod parquet;
pub(super) mod tables;
