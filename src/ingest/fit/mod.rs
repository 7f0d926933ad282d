//! FIT: the binary format of most watches (Garmin FIT protocol and profile).
//!
//! Three steps, a file each: `decode` turns bytes into typed messages, `messages` says what the fields
//! of those are, [`activity`] makes one [`Activity`] of each session.

mod activity;
mod decode;
mod messages;

use super::error::Failure;
use crate::activity::Activity;

/// Whether the bytes begin like a FIT file.
pub(super) fn is_fit(head: &[u8]) -> bool {
    head.get(8..12) == Some(b".FIT")
}

/// Reads every activity of a FIT file or chain of files.
///
/// # Errors
///
/// When there is no readable header, or the content is no activity file.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Activity>, Failure> {
    activity::assemble(decode::decode(bytes)?)
}
