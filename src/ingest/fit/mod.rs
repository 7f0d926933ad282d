//! Reads FIT, the binary format of most watches (Garmin FIT protocol and profile).
//!
//! - [`file`] splits a file into header, messages and checksum; several files may be chained.
//! - [`decode`] decodes the messages, with a [`layout`] for each kind; [`columns`] copies records
//!   into columns of samples by the table in [`record`]. [`library`] does the same through the
//!   `fitparser` crate.
//! - [`messages`] are the other messages that are used, typed. [`base`] turns bytes into numbers.
//! - [`damage`] leaves out what was decoded from damaged bytes.
//! - [`activity`] builds one [`Activity`] for each session, with the timer stops from [`timer`].

mod activity;
mod base;
mod columns;
mod course;
mod crc;
mod damage;
mod decode;
mod file;
mod layout;
#[cfg(feature = "verify")]
mod library;
mod messages;
mod record;
mod timer;

pub(super) use course::read_course;
pub(crate) use crc::crc16;

use super::error::Failure;
use crate::activity::Activity;
use crate::ingest::limits::Limits;

/// Returns whether `head` begins like a FIT file.
pub(super) fn is_fit(head: &[u8]) -> bool {
    head.get(8..12) == Some(b".FIT")
}

/// Reads every activity of a FIT file or chain of files.
///
/// # Errors
///
/// Fails if there is no valid header, if no file of the chain is an activity file, or if it exceeds
/// a limit.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Activity>, Failure> {
    activity::assemble(file::decode::<decode::BuiltInMessages>(bytes, limits)?, limits)
}

/// Reads like [`read`], through the `fitparser` crate.
///
/// # Errors
///
/// As [`read`].
#[cfg(feature = "verify")]
pub(super) fn read_by_library(bytes: &[u8], limits: &Limits) -> Result<Vec<Activity>, Failure> {
    activity::assemble(file::decode::<library::LibraryMessages>(bytes, limits)?, limits)
}
