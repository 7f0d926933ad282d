//! What a report says.

mod baseline;
mod club;
mod compare;
mod explain;
mod forecast;
mod formats;
mod heat;
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
mod plan;
mod text;
mod wall;
#[cfg(feature = "verify")]
mod watch;
