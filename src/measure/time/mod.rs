//! Time: the repaired clock of a recording, and when the device's timer was stopped.

pub(super) mod clock;
mod placing;
pub(super) mod stopped;
pub(super) mod timer;
