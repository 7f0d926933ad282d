//! FIT: the binary format of most watches (Garmin FIT protocol and profile).
//!
//! A file is a header, messages and a checksum, and files may be chained: that is [`file`]. Messages are decoded by
//! [`decode`], or by the `fitparser` crate in [`library`] for a second opinion. Both put records straight into columns by the
//! table in [`record`]; the few others of use become typed [`messages`]. [`base`] turns raw bytes into numbers, [`crc`] computes
//! checksums. [`activity`] makes one [`Activity`] of each session.

mod activity;
mod base;
mod columns;
mod crc;
mod decode;
mod file;
mod layout;
#[cfg(feature = "verify")]
mod library;
mod messages;
mod record;
mod timer;

use super::error::Failure;
use crate::activity::Activity;
use crate::ingest::limits::Limits;

/// Whether the bytes begin like a FIT file.
pub(super) fn is_fit(head: &[u8]) -> bool {
    head.get(8..12) == Some(b".FIT")
}

/// Reads every activity of a FIT file or chain of files.
///
/// # Errors
///
/// When there is no readable header, the content is no activity file, or it is over a limit.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Activity>, Failure> {
    activity::assemble(file::decode::<decode::FastMessages>(bytes, limits)?, limits)
}

/// Reads the same through the `fitparser` crate.
///
/// # Errors
///
/// As [`read`].
#[cfg(feature = "verify")]
pub(super) fn read_by_library(bytes: &[u8], limits: &Limits) -> Result<Vec<Activity>, Failure> {
    activity::assemble(file::decode::<library::LibraryMessages>(bytes, limits)?, limits)
}
