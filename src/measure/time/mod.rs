//! Time: the repaired clock of a recording, and when the device's timer was stopped.

pub(super) mod clock;
mod placing;
pub(super) mod stopped;
pub(super) mod timer;

/// A receiver may take some minutes to its first position. A start that is stated longer than this
/// before it is an error of the file, or of another clock; seconds.
pub(super) const LONGEST_FIX_S: f64 = 600.0;
