//! The clock of a recording and its timer's stops.

pub(super) mod clock;
pub(super) mod timer;
